"""What the intake shows of an enquiry."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from concierge.models import CaseParticipation, Enquiry, Referral


def enquiry_at(session: Session, public_id: str, hospital_ids: tuple[int, ...]) -> Enquiry | None:
    """An enquiry of one of these hospitals, whoever has taken it."""
    if not public_id.isalnum():
        return None  # a NUL byte in the address must not reach PostgreSQL
    wanted = sa.select(Enquiry).where(Enquiry.public_id == public_id, Enquiry.hospital_id.in_(hospital_ids))
    return session.scalar(wanted.options(joinedload(Enquiry.taken_by)))


def referral_of(session: Session, enquiry: Enquiry) -> Referral | None:
    """What the doctor wrote, where one sent the patient."""
    return session.scalar(sa.select(Referral).where(Referral.enquiry_id == enquiry.id))


def writer_of(session: Session, enquiry: Enquiry) -> CaseParticipation | None:
    """The first who takes part: the one who wrote, where they left an address."""
    first = sa.select(CaseParticipation).where(CaseParticipation.case_id == enquiry.case_id)
    return session.scalar(first.order_by(CaseParticipation.id).limit(1))
