"""The kind no: an enquiry that another place must answer ends with a reason in the family's own language."""

from datetime import datetime

from sqlalchemy.orm import Session

from concierge.cases.actions import close, lock
from concierge.conversation.actions import send_message
from concierge.domain.access import Actor
from concierge.domain.errors import NotAllowed
from concierge.domain.journey import CaseState, Exit
from concierge.journey.contact.actions import take
from concierge.models import Case, Enquiry, StaffUser


def decline(
    session: Session,
    enquiry_id: int,
    user: StaffUser,
    *,
    reason: str,
    words: str,
    language: str,
    actor: Actor,
    now: datetime,
) -> Case:
    """Take the enquiry, send `words` (in `language`; none to a sender of advertising), end the case.

    `reason` is for colleagues. Raises AlreadyTaken when a colleague was faster, NotAllowed (`case_not_open`) when the
    case has ended or has gone on to a further step.
    """
    enquiry = session.get_one(Enquiry, enquiry_id, populate_existing=True)
    if enquiry.taken_by_id != user.id:
        take(session, enquiry_id, user, actor=actor, now=now)
    case = lock(session, enquiry.case_id)
    if case.state is CaseState.CLOSED or case.step.number > 1:
        raise NotAllowed("case_not_open")
    if words:
        send_message(session, case, body=words, language=language, actor=actor, now=now)
    close(session, case, exit=Exit.NOT_FOR_US, reason=reason, actor=actor, now=now)
    return case
