"""Who pays for a booking: the rule of domain/benefits.py, asked with what this case has on file."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.payers import payer_kinds
from concierge.domain.benefits import RULE, Agreement, Verdict, benefit_verdict
from concierge.domain.money import Money, split_evenly
from concierge.domain.vocabulary import Benefit, GuaranteeState, PayerKind, Phase, Standing
from concierge.models import BookingShare, Case, Guarantee, PayerAgreement, Traveller

PATIENT, HOSPITAL = "patient", "hospital"


def decide(session: Session, case: Case, benefit: Benefit, on: date) -> Verdict:
    """Whether the hospital may pay for this on that day, and why.

    What counts is an accepted letter of guarantee that covers stay and travel, within what was agreed with its
    guarantor where there is an agreement; of several one that grants is enough.
    """
    kinds = payer_kinds(session, case)
    verdicts = [_judge(case, kinds, benefit, agreement, on) for agreement in _agreements(session, case)]
    granted = next((verdict for verdict in verdicts if verdict.is_granted), None)
    return granted or (verdicts[-1] if verdicts else _judge(case, kinds, benefit, None, on))


def paid_by(verdict: Verdict) -> str:
    return HOSPITAL if verdict.is_granted else PATIENT


def share(
    session: Session,
    case: Case,
    booking: str,
    benefit: Benefit,
    *,
    travellers: Sequence[Traveller] = (),
    on: date,
    until: date | None = None,
    cost: Money | None = None,
    is_own_cost: bool = False,
    now: datetime,
) -> list[BookingShare]:
    """Write who pays each traveller's part of a booking, in place of what was written before.

    Every room calls it in the transaction of its booking, with the name of the booking in the ledgers (`stay:12`),
    its first and last day and its whole cost (None: not known, or nothing). `is_own_cost`: the family pays whatever the
    rule says. Without travellers told there is one share for everybody.
    """
    unshare(session, booking)
    people: Sequence[Traveller | None] = travellers or (None,)
    costs = split_evenly(cost, len(people)) if cost else [None] * len(people)
    verdict = decide(session, case, benefit, on)
    shares = [
        BookingShare(
            case_id=case.id, booking=booking, traveller_id=traveller.id if traveller else None, benefit=benefit,
            standing=Standing.GRANTED if verdict.is_granted else Standing.REFUSED, reason=verdict.reason, rule=RULE,
            paid_by=PATIENT if is_own_cost else paid_by(verdict), decided_at=now,
            cost_minor=part.minor if part else None, currency=part.currency if part else None,
        )
        for traveller, part in zip(people, costs, strict=True)
    ]  # fmt: skip
    session.add_all(shares)
    session.flush()
    return shares


def unshare(session: Session, booking: str) -> None:
    """Forget who pays a booking that is no more."""
    session.execute(sa.delete(BookingShare).where(BookingShare.booking == booking))


def _judge(
    case: Case, kinds: frozenset[PayerKind], benefit: Benefit, agreement: Agreement | None, on: date
) -> Verdict:
    return benefit_verdict(
        benefit,
        is_government_beneficiary=case.person.is_government_beneficiary,
        payer_kinds=kinds,
        agreement=agreement,
        on=on,
    )


def _agreements(session: Session, case: Case) -> list[Agreement]:
    rows = session.execute(
        sa.select(Guarantee, PayerAgreement)
        .outerjoin(PayerAgreement, PayerAgreement.organisation_id == Guarantee.organisation_id)
        .where(Guarantee.case_id == case.id, Guarantee.state == GuaranteeState.ACCEPTED)
        .order_by(Guarantee.id, PayerAgreement.id)
    )
    return [_terms(letter, agreed.terms if agreed else None) for letter, agreed in rows]


def _terms(letter: Guarantee, agreed: Agreement | None) -> Agreement:
    """What the letter grants; no more, and no longer, than its guarantor agreed to."""
    granted = frozenset(Benefit) if Phase.STAY in letter.services else frozenset()
    if agreed is None:
        return Agreement(granted, letter.valid_from, letter.valid_until)
    last = min(letter.valid_until, agreed.valid_until or letter.valid_until)
    return Agreement(granted & agreed.benefits, max(letter.valid_from, agreed.valid_from), last)
