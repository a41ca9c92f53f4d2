"""Who pays for a booking: the rule of domain/benefits.py, asked with what this case has on file."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.payers import payer_kinds
from concierge.domain.benefits import Agreement, Benefit, Verdict, benefit_verdict
from concierge.domain.vocabulary import GuaranteeState, PayerKind, Phase
from concierge.models import Case, Guarantee, PayerAgreement

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
