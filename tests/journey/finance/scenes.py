"""Scenes of step 3: a case with money questions, its advocates, and the rows they made."""

from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.db import transaction
from concierge.domain.access import Actor
from concierge.domain.journey import Step
from concierge.domain.money import Money
from concierge.domain.vocabulary import PaymentMethod, Phase
from concierge.journey.finance.deposits import actions
from concierge.journey.finance.estimates import actions as estimates
from concierge.journey.finance.guarantees import actions as letters
from concierge.models import Case, CaseActual, Deposit, Estimate, Guarantee, Package, Payment
from tests.factories import a_case, actor_of, patient_of, staff
from tests.support.clock import START

TEAM = {"alder-coast": ("daniel", "grace", "lena"), "jinghe": ("liu", "sun", "wei")}


def advocate(session: Session, case: Case, nth: int = 0) -> Actor:
    """The first, second or (with 2) third person who may confirm money at the case's hospital."""
    slug = case.hospital.slug
    return actor_of(staff(session, f"{TEAM[slug][nth]}@{slug}.example"), case.hospital_id)


def family(session: Session, case: Case) -> Actor:
    account = patient_of(session, case)
    return Actor("portal", account.id, account.name)


def in_finance(session: Session, slug: str = "alder-coast", **facts) -> Case:
    """A case whose next action is to issue the estimate."""
    return a_case(session, step=Step.FINANCE, slug=slug, **facts)


def finished(session: Session, package: Package, cases: int = 20) -> None:
    """Cases of the package that ended on the days before, of USD 1,000, 2,000 and so on."""
    row = {"package_id": package.id, "currency": "USD", "recorded_at": START, "recorded_by": "Books"}
    session.execute(
        sa.insert(CaseActual),
        [
            row | {"total_minor": n * 100_000, "finished_on": START.date() - timedelta(days=n)}
            for n in range(1, cases + 1)
        ],
    )


def issued(session: Session, case: Case, nth: int = 0) -> Estimate:
    """The usual package, issued by an advocate."""
    who = {"actor": advocate(session, case, nth), "now": START}
    draft = estimates.draft_estimate(session, case, texts=estimates.Texts(included="Doctors"), **who)
    estimates.issue_estimate(session, case, draft, valid_until=START.date() + timedelta(days=60), **who)
    return draft


def requested(session: Session, case: Case) -> Deposit:
    """The deposit, asked for."""
    return actions.request_deposit(session, case, actor=advocate(session, case), now=START)


def arrived(session: Session, case: Case, deposit: Deposit, amount: int | None = None) -> Payment:
    """Money at the bank, noted by the first advocate."""
    return actions.record_payment(
        session, case, deposit, method=PaymentMethod.BANK_TRANSFER,
        amount=Money(deposit.amount_minor if amount is None else amount, deposit.currency), payer_name="K. AL MUTAIRI",
        received_on=START.date(), actor=advocate(session, case), now=START,
    )  # fmt: skip


def a_letter(
    session: Session,
    case: Case,
    *,
    ceiling: int = 3_000_000,
    services: Iterable[Phase] = tuple(Phase),
    **changes,
) -> Guarantee:
    """A letter that fits the patient of the factory, noted by the first advocate."""
    facts = {
        "issuer": "Embassy", "number": "LOG-1", "person_name": "Noura Saad Al Mutairi", "passport_number": "P1234567",
        "ceiling": Money(ceiling, case.hospital.currency), "valid_from": START.date(),
        "valid_until": START.date() + timedelta(days=90),
    }  # fmt: skip
    who = {"actor": advocate(session, case), "now": START}
    return letters.record_guarantee(session, case, services=services, **{**facts, **changes}, **who)


def a_due_deposit(session: Session, slug: str = "alder-coast") -> tuple[int, int]:
    """(case id, deposit id) of a committed case whose deposit waits for money."""
    with transaction() as writing:
        case = in_finance(writing, slug)
        estimate = issued(writing, case)
        estimates.understand_estimate(
            writing, case, estimate, number=estimate.number, actor=family(writing, case), now=START
        )
        deposit = requested(writing, case)
        return case.id, deposit.id
