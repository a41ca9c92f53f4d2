"""Which case a mail or SMS from outside belongs to."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.access import Role
from concierge.domain.inbound import Arrived, reference_in
from concierge.domain.journey import CaseState
from concierge.domain.names import search_keys
from concierge.domain.numbers import whole
from concierge.models import (
    Case,
    CaseParticipation,
    Hospital,
    Person,
    PortalAccount,
    SearchKey,
    StaffRole,
    StaffUser,
)
from concierge.web.access import survivor_of

_MOST = 20


def case_of(session: Session, arrived: Arrived) -> Case | None:
    """By the reference in the subject or in an address, else by the sender where exactly one open case is theirs."""
    if reference := reference_in(arrived.subject, arrived.to):
        return find_case(session, reference)
    found = _of_account(session, arrived.sender) | _of_person(session, arrived.sender)
    return session.get(Case, found.pop()) if len(found) == 1 else None


def find_case(session: Session, reference: str) -> Case | None:
    """The case of this reference, or the one in which it goes on after a merge; None for one that does not exist."""
    number = whole(reference.rpartition("-")[2])
    case = session.get(Case, number) if number else None
    return survivor_of(case) if case is not None and case.reference == reference.upper() else None


def _of_account(session: Session, address: str) -> set[int]:
    return set(
        session.scalars(
            sa.select(Case.id)
            .join(CaseParticipation, CaseParticipation.case_id == Case.id)
            .join(PortalAccount, PortalAccount.id == CaseParticipation.account_id)
            .where(
                PortalAccount.email == address, CaseParticipation.ended_at.is_(None), Case.state != CaseState.CLOSED
            )
            .limit(_MOST)
        )
    )  # fmt: skip


def _of_person(session: Session, sender: str) -> set[int]:
    """Along the search keys, which are indexed for both; the rows are compared, because keys are cut short."""
    is_mail = "@" in sender
    keys = search_keys("", email=sender) if is_mail else search_keys("", phone=sender)
    return set(
        session.scalars(
            sa.select(Case.id)
            .join(SearchKey, SearchKey.case_id == Case.id)
            .join(Person, Person.id == Case.person_id)
            .where(
                SearchKey.hospital_id.in_(sa.select(Hospital.id)), SearchKey.key.in_(keys),
                (Person.email if is_mail else Person.phone) == sender, Case.state != CaseState.CLOSED,
            )
            .limit(_MOST)
        )
    )  # fmt: skip


def is_known(session: Session, case: Case, sender: str) -> bool:
    """Whether the sender is the patient or takes part in the case."""
    if sender in {case.person.email, case.person.phone}:
        return True
    part = sa.select(CaseParticipation.id).join(
        PortalAccount, PortalAccount.id == CaseParticipation.account_id
    )
    return bool(
        session.scalar(part.where(CaseParticipation.case_id == case.id, PortalAccount.email == sender))
    )


def hospital_of(session: Session, to: str) -> Hospital | None:
    """The hospital whose short name or address stands in the addresses it was sent to, else the first one."""
    hospitals = session.scalars(sa.select(Hospital).order_by(Hospital.id)).all()
    named = [one for one in hospitals if one.slug in to.lower() or one.email.lower() in to.lower()]
    return next(iter([*named, *hospitals]), None)


def lead_of(session: Session, hospital_id: int) -> StaffUser | None:
    """Who files by hand what finds no case."""
    return session.scalar(
        sa.select(StaffUser)
        .join(StaffRole, StaffRole.staff_id == StaffUser.id)
        .where(StaffRole.hospital_id == hospital_id, StaffRole.role == Role.LEAD, StaffUser.is_active)
        .order_by(StaffUser.id)
        .limit(1)
    )
