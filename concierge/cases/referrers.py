"""The doctors who sent the patient of a case: what they are told, by whose leave, and the private link in each mail.

The verbs of the steps call `tell()` in their own transaction. Nothing leaves without the patient's consent
(`may_hear_back`), nor to a doctor who asked for no more mail; both can still look, as far as the consent goes.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from concierge import outbox
from concierge.cases.actions import record
from concierge.domain.access import Actor
from concierge.domain.journey import Exit
from concierge.domain.tokens import hash_token, new_token
from concierge.domain.vocabulary import Milestone
from concierge.models import Case, OutboxMessage, Referral, ReferralLink

LINK_LIVES = timedelta(days=90)
_OF_CASE = (
    sa.select(Referral)
    .options(joinedload(Referral.enquiry, innerjoin=True))
    .where(Referral.case_id == sa.bindparam("case_id"))
    .order_by(Referral.id)
)


def of_case(session: Session, case: Case) -> list[Referral]:
    """The referrals of this case, the first one first; almost always none or one."""
    return list(session.scalars(_OF_CASE, {"case_id": case.id}))


def new_link(session: Session, referral: Referral, now: datetime) -> str:
    """A private link that lives 90 days; returns its secret, of which only the hash is kept."""
    token = new_token()
    session.add(
        ReferralLink(token_hash=hash_token(token), referral_id=referral.id, expires_at=now + LINK_LIVES)
    )
    return token


def tell(session: Session, case: Case, milestone: Milestone, fact: str, now: datetime) -> None:
    """The doctors of this case learn that something was reached; the same fact only once, nobody after a death."""
    if case.exit is Exit.DIED:
        return
    for referral in of_case(session, case):
        if referral.may_hear_back:
            write(session, referral, milestone, fact, now)


def write(
    session: Session, referral: Referral, milestone: Milestone, fact: str, now: datetime, **context
) -> None:
    """One mail to one doctor with a link of its own; none to whoever has no address or asked for no more."""
    doctor, key = referral.referrer, f"referral_{milestone}:{referral.id}:{fact}"
    if not doctor.email or doctor.unsubscribed_at is not None:
        return
    if session.scalar(sa.select(OutboxMessage.id).where(OutboxMessage.key == key)):
        return
    outbox.enqueue(
        session, event=f"referral_{milestone}", key=key, recipient=doctor.email, language=doctor.language,
        timezone=doctor.timezone, case=referral.case, now=now,
        context={"token": new_link(session, referral, now), **context},
    )  # fmt: skip


def may_hear_back(
    session: Session, case: Case, referral: Referral, *, is_allowed: bool, actor: Actor, now: datetime
) -> None:
    """The patient gives or takes back the leave to tell the doctor; what waits to be sent is called back."""
    if referral.may_hear_back is is_allowed:
        return
    referral.may_hear_back = is_allowed
    if not is_allowed:
        _call_back(session, referral.referrer.email, case)
    kind = "hearing_back_allowed" if is_allowed else "hearing_back_stopped"
    record(session, case, kind, actor, now, name=referral.referrer.name)


def _call_back(session: Session, email: str | None, case: Case) -> None:
    session.execute(
        sa.update(OutboxMessage)
        .where(
            OutboxMessage.case_id == case.id,
            OutboxMessage.recipient == email,
            OutboxMessage.event.startswith("referral_"),
            OutboxMessage.state == "queued",
        )
        .values(state="cancelled")
    )
