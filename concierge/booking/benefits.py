"""Who pays for a booking: the rule of domain/benefits.py, asked with what this case has on file."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.payers import payer_kinds
from concierge.domain.benefits import Agreement, Benefit, Verdict, benefit_verdict
from concierge.domain.vocabulary import GuaranteeState, PayerKind, Phase
from concierge.models import Case, Guarantee

PATIENT, HOSPITAL = "patient", "hospital"


def decide(session: Session, case: Case, benefit: Benefit, on: date) -> Verdict:
    """Whether the hospital may pay for this on that day, and why.

    The agreement is an accepted letter of guarantee that covers stay and travel; of several one that grants counts.
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
    letters = session.scalars(
        sa.select(Guarantee)
        .where(Guarantee.case_id == case.id, Guarantee.state == GuaranteeState.ACCEPTED)
        .order_by(Guarantee.id)
    )
    return [
        Agreement(
            frozenset(Benefit) if Phase.STAY in letter.services else frozenset(),
            letter.valid_from,
            letter.valid_until,
        )
        for letter in letters
    ]
