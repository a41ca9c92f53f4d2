"""An enquiry by a payer: the same way into the queue, with who pays already noted on the case."""

from datetime import datetime

from sqlalchemy.orm import Session

from concierge.cases import payers
from concierge.cases.actions import record, settle
from concierge.domain.access import VISITOR
from concierge.domain.vocabulary import PayerKind
from concierge.journey.contact.actions import NewEnquiry, open_enquiry
from concierge.models import Enquiry


def open_payer_enquiry(
    session: Session, data: NewEnquiry, *, kind: PayerKind, organisation: str, now: datetime
) -> Enquiry:
    """Open the enquiry and note the payer. The one who writes takes part as sponsor, without documents."""
    enquiry = open_enquiry(session, data, now=now)
    case = enquiry.case
    payers.set_first(session, case, kind=kind, name=organisation, actor=VISITOR, now=now)
    record(session, case, "payer_noted", VISITOR, now, kind=kind)
    settle(session, case, VISITOR, now)
    return enquiry
