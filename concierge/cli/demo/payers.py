"""The payers of the demonstration (demo/payers.json), and the services that use their letters up."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases import actions as cases
from concierge.domain.access import SYSTEM, Actor, Role, rights_of
from concierge.domain.clocks import local_day
from concierge.domain.journey import CaseState, Step
from concierge.domain.money import Money
from concierge.domain.vocabulary import (
    Benefit,
    DepositState,
    GuaranteeState,
    LiaisonWay,
    PayerKind,
    PayerStanding,
    Phase,
)
from concierge.journey.contact.team import with_role
from concierge.journey.finance.guarantees import actions, queries
from concierge.journey.finance.payers import actions as payers
from concierge.models import Case, CaseService, Deposit, Guarantee, Hospital, PayerOrganisation
from concierge.web.clock import now

_YEAR = timedelta(days=365)


def load_payers(session: Session, hospitals: list[Hospital], path: Path) -> None:
    """Each with its standing, stop rule, people, agreement and one talk."""
    places = {hospital.slug: hospital for hospital in hospitals}
    for one in json.loads(path.read_text(encoding="utf-8")):
        hospital = places[one["hospital"]]
        who: dict[str, Any] = {"actor": _advocate(session, hospital), "now": now()}
        made = payers.add_organisation(
            session, hospital, name=one["name"], kind=PayerKind(one["kind"]), country=one["country"]
        )
        limit = Money.parse(one["limit"], hospital.currency)
        payers.set_stop_rule(session, made, limit=limit, most_overdue_days=one["most_overdue_days"])
        payers.set_standing(
            session, made, standing=PayerStanding(one["standing"]), reason=one["reason"], **who
        )
        for name, role, phone, email, language in one["contacts"]:
            payers.add_contact(
                session, made, name=name, role=role, phone=phone, email=email, language=language
            )
        if one["agreement"]:
            number, days, benefits, limits = one["agreement"]
            first = local_day(now(), hospital.timezone) - _YEAR
            payers.add_agreement(
                session, made, number=number, valid_from=first, valid_until=first + 2 * _YEAR,
                benefits=map(Benefit, benefits), payment_days=days, companions=limits.get("companions"),
                nights=limits.get("nights"), **who,
                caps={
                    Benefit(code): Money.parse(cap, hospital.currency) for code, cap in limits.get("caps", {}).items()
                },
            )  # fmt: skip
        with_whom = one["contacts"][0][0] if one["contacts"] else one["name"]
        payers.note_liaison(
            session, made, case=None, way=LiaisonWay.CALL, with_whom=with_whom, said=one["talk"], follow_up_on=None,
            **who,
        )  # fmt: skip


def _advocate(session: Session, hospital: Hospital) -> Actor:
    user = with_role(session, hospital.id, Role.ADVOCATE)[0]
    return Actor("staff", user.id, user.name, rights_of(user.roles_at(hospital.id)))


def guarantor_of(session: Session, hospital: Hospital) -> PayerOrganisation | None:
    """The first organisation of this hospital whose letters are taken."""
    return session.scalar(
        sa.select(PayerOrganisation)
        .where(
            PayerOrganisation.hospital_id == hospital.id, PayerOrganisation.standing == PayerStanding.ACCEPTED
        )
        .order_by(PayerOrganisation.id)
        .limit(1)
    )


def note_letters(session: Session, hospital: Hospital) -> None:
    """Guarantors write: one letter of a stopped one waits, and one covers where a deposit is paid already."""
    insured = sa.select(Case).where(Case.hospital_id == hospital.id, Case.state == CaseState.OPEN)
    waiting = session.scalar(insured.where(Case.step == Step.FINANCE).order_by(Case.id).limit(1))
    paid = session.scalar(
        insured.join(Deposit, Deposit.case_id == Case.id)
        .where(Deposit.state == DepositState.PAID, Case.step != Step.FINANCE)
        .order_by(Case.id)
        .limit(1)
    )
    if waiting:
        _note(session, waiting, PayerStanding.STOP_LISTED)
    if paid:
        letter = _note(session, paid, PayerStanding.ACCEPTED)
        second = with_role(session, paid.hospital_id, Role.ADVOCATE)[1]
        rights = rights_of(second.roles_at(paid.hospital_id))
        actor = Actor("staff", second.id, second.name, rights)
        actions.accept_guarantee(session, paid, letter, actor=actor, now=now())


def _note(session: Session, case: Case, standing: PayerStanding) -> Guarantee:
    """A letter twice as high as the estimate, noted by the first advocate."""
    locked, today = cases.lock(session, case.id), local_day(now(), case.hospital.timezone)
    organisation = session.scalar(
        sa.select(PayerOrganisation)
        .where(PayerOrganisation.hospital_id == case.hospital_id, PayerOrganisation.standing == standing)
        .limit(1)
    )
    high = sum(line.total.high.minor for line in queries.lines_in_force(session, case.id)) or 1_000_000
    return actions.record_guarantee(
        session, locked, issuer=organisation.name if organisation else "Example Insurance", number=f"G-{case.id:05d}",
        person_name=case.person.latin_name, passport_number="", services=list(Phase),
        ceiling=Money(2 * high, case.hospital.currency), valid_from=today, valid_until=today + timedelta(days=120),
        organisation=organisation, actor=_advocate(session, case.hospital), now=now(),
    )  # fmt: skip


def use_letters(session: Session) -> None:
    """Book the services of every family that travels on its letter, which is then over 80 % used; bill one of them."""
    found = sa.select(Guarantee.id, Guarantee.case_id).join(Case, Case.id == Guarantee.case_id)
    going = Case.step.in_((Step.ACCEPTANCE, Step.EVALUATION))
    rows = session.execute(
        found.where(Guarantee.state == GuaranteeState.ACCEPTED, Case.state == CaseState.OPEN, going).order_by(
            Guarantee.case_id
        )
    ).all()
    is_first = True
    for letter_id, case_id in rows:
        case, letter = cases.lock(session, case_id), session.get_one(Guarantee, letter_id)
        today = local_day(now(), case.hospital.timezone)
        for line in queries.lines_in_force(session, case.id):
            booked = actions.book_service(
                session, case, line, quantity=line.quantity, on=today, letter=letter,
                answer=actions.PayerAnswer("self_pay"), actor=SYSTEM, now=now(),
            )  # fmt: skip
            if is_first and case.step is Step.EVALUATION:
                _bill(session, case, booked[0], today)
        is_first = False


def _bill(session: Session, case: Case, service: CaseService, today: date) -> None:
    """Performed and billed today."""
    actions.perform_service(session, case, service, on=today, actor=SYSTEM, now=now())
    number = f"{today:%Y}-{service.id:05d}"
    actions.bill_service(
        session, case, service, number=number, amount=service.amount, on=today, actor=SYSTEM, now=now()
    )
