"""Who pays for a case, in order. The patient is always last and no row, so that nobody can remove or reorder them.

`Case.payer_kind` and `payer_name` repeat the first payer for the rule of the deposit and for lists; they are written
here and nowhere else.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.access import Actor
from concierge.domain.vocabulary import PayerKind
from concierge.models import BenefitCheck, Case, CasePayer

_OF_CASE = (
    sa.select(CasePayer)
    .where(CasePayer.case_id == sa.bindparam("case_id"), CasePayer.ended_at.is_(None))
    .order_by(CasePayer.rank, CasePayer.id)
)


def payers_of(session: Session, case: Case) -> list[CasePayer]:
    """Who pays beside the patient, the first payer first."""
    return list(session.scalars(_OF_CASE, {"case_id": case.id}))


def payer_kinds(session: Session, case: Case) -> frozenset[PayerKind]:
    """Every kind of payer of this case, a marked US government programme included: the rule of benefits counts all."""
    payers = payers_of(session, case)
    kinds = {payer.kind for payer in payers} | ({case.payer_kind} if case.payer_kind else set())
    if any(payer.is_government for payer in payers):
        kinds.add(PayerKind.US_GOVERNMENT)
    return frozenset(kinds)


def keep_in_step(session: Session, case: Case) -> None:
    """Number the payers 1, 2, 3 … and repeat the first one on the case; where nobody else is left, the patient pays."""
    session.flush()
    payers = payers_of(session, case)
    for rank, payer in enumerate(payers, start=1):
        payer.rank = rank
    first = payers[0] if payers else None
    case.payer_kind, case.payer_name = (first.kind, first.name) if first else (PayerKind.SELF_PAY, "")
    if any(payer.is_government for payer in payers):
        case.person.is_government_beneficiary = True  # benefits hang on it (42 U.S.C. 1320a-7a)
    session.flush()


def add(
    session: Session, case: Case, *, kind: PayerKind, name: str, actor: Actor, now: datetime, rank: int = 0
) -> CasePayer:
    """One more payer: before the patient, or at `rank`. The caller records and settles."""
    payers = payers_of(session, case)
    payer = CasePayer(
        case_id=case.id, rank=rank or len(payers) + 1, kind=kind, name=name, added_at=now, added_by=actor.name,
        is_us_government=kind is PayerKind.US_GOVERNMENT,
    )  # fmt: skip
    if rank:
        for other in payers[rank - 1 :]:
            other.rank += 1
    session.add(payer)
    keep_in_step(session, case)
    return payer


def set_first(
    session: Session, case: Case, *, kind: PayerKind, name: str, actor: Actor, now: datetime
) -> None:
    """What the first talk and an enquiry by a payer note: who pays first. *Pays alone* ends every other payer.

    The same payer under another spelling is corrected; another one takes its place, and what was known of the former
    one stays readable.
    """
    payers = payers_of(session, case)
    if kind is PayerKind.SELF_PAY:
        for payer in payers:
            end(payer, actor, now)
        keep_in_step(session, case)
        return
    first = payers[0] if payers else None
    if first is not None and (first.kind, first.name) == (kind, name):
        return
    if first is not None and not _has_history(session, first):
        first.kind, first.name, first.is_us_government = kind, name, kind is PayerKind.US_GOVERNMENT
        keep_in_step(session, case)
        return
    if first is not None:
        end(first, actor, now)
        session.flush()
    add(session, case, kind=kind, name=name, actor=actor, now=now, rank=1)


def end(payer: CasePayer, actor: Actor, now: datetime) -> None:
    """It pays no more; the row stays."""
    payer.ended_at, payer.ended_by = now, actor.name


def stand_behind(session: Session, survivor: Case, other: Case) -> None:
    """Before two cases become one: the payers of the one that ends come after those of the one that stays."""
    already = len(payers_of(session, survivor))
    for payer in payers_of(session, other):
        payer.rank += already
    session.flush()


def _has_history(session: Session, payer: CasePayer) -> bool:
    if payer.policy_number or payer.verified_at or payer.papers:
        return True
    asked = sa.select(BenefitCheck.id).where(BenefitCheck.payer_id == payer.id).limit(1)
    return session.scalar(asked) is not None
