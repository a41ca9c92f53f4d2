"""Verbs on the payers of a case: who, in which order, what the family says and what we have checked."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases import payers
from concierge.cases.actions import check_open, check_version, record, settle
from concierge.cases.tasks.actions import add_task
from concierge.domain.access import Actor, Role
from concierge.domain.errors import InvalidInput
from concierge.domain.money import Money
from concierge.domain.vocabulary import CheckState, PaperKind, PayerKind, Relation
from concierge.models import BenefitCheck, Case, CasePayer, Document, PayerPaper
from concierge.models.benefit_check import OPEN


@dataclass(frozen=True)
class PayerFacts:
    """Who pays and on which policy, as somebody typed it; empty where it is not known."""

    kind: PayerKind
    name: str
    policy_number: str = ""
    group_number: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    holder_name: str = ""
    holder_relation: Relation | None = None


@dataclass(frozen=True)
class Agreed:
    """What only the team notes: the most this payer bears and its part of what reaches it (1 to 100)."""

    limit: Money | None = None
    share_percent: int | None = None
    is_us_government: bool = False
    note: str = ""


def add_payer(
    session: Session,
    case: Case,
    facts: PayerFacts,
    agreed: Agreed | None = None,
    *,
    actor: Actor,
    now: datetime,
) -> CasePayer:
    """One more payer before the patient. Raises InvalidInput: `kind`, `payer_name`, `valid_until`."""
    check_open(case)
    _check(facts)
    payer = payers.add(session, case, kind=facts.kind, name=facts.name, actor=actor, now=now)
    _write(payer, facts)
    if actor.kind == "portal":
        _state(payer, facts, actor, now)
    if agreed:
        _agree(payer, agreed)
    payers.keep_in_step(session, case)
    record(session, case, "payer_added", actor, now, kind=facts.kind)
    settle(session, case, actor, now)
    return payer


def change_payer(
    session: Session,
    case: Case,
    payer: CasePayer,
    facts: PayerFacts,
    agreed: Agreed,
    *,
    is_verified: bool,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    """The team corrects or completes a payer; `is_verified`: they have checked it with the card or the payer.

    Raises Stale, InvalidInput as `add_payer`.
    """
    check_open(case)
    check_version(payer, version)
    _check(facts)
    _write(payer, facts)
    _agree(payer, agreed)
    if is_verified:
        payer.verified_at, payer.verified_by = payer.verified_at or now, payer.verified_by or actor.name
    else:
        payer.verified_at, payer.verified_by = None, ""
    payers.keep_in_step(session, case)
    record(session, case, "payer_changed", actor, now, kind=payer.kind)
    settle(session, case, actor, now)


def say_facts(
    session: Session, case: Case, payer: CasePayer, facts: PayerFacts, *, actor: Actor, now: datetime
) -> None:
    """What the family types. What somebody of us has verified stays, and both stand side by side."""
    check_open(case)
    _check(facts)
    _state(payer, facts, actor, now)
    if payer.verified_at is None:
        _write(payer, facts)
    payers.keep_in_step(session, case)
    record(session, case, "payer_said", actor, now, kind=payer.kind)
    settle(session, case, actor, now)


def move_payer(
    session: Session, case: Case, payer: CasePayer, *, is_up: bool, actor: Actor, now: datetime
) -> None:
    """One place earlier or later; at the end of the line nothing happens. The patient stays last."""
    check_open(case)
    order = payers.payers_of(session, case)
    place = order.index(payer)
    other = place - 1 if is_up else place + 1
    if not 0 <= other < len(order):
        return
    order[place].rank, order[other].rank = order[other].rank, order[place].rank
    payers.keep_in_step(session, case)
    record(session, case, "payer_moved", actor, now, kind=payer.kind, rank=payer.rank)
    settle(session, case, actor, now)


def end_payer(session: Session, case: Case, payer: CasePayer, *, actor: Actor, now: datetime) -> None:
    """It pays no more. What was asked of it and not answered is withdrawn; the row stays readable."""
    check_open(case)
    asked = sa.select(BenefitCheck).where(BenefitCheck.payer_id == payer.id, BenefitCheck.state.in_(OPEN))
    for check in session.scalars(asked):
        check.state = CheckState.WITHDRAWN
    payers.end(payer, actor, now)
    payers.keep_in_step(session, case)
    record(session, case, "payer_ended", actor, now, kind=payer.kind)
    settle(session, case, actor, now)


def add_paper(
    session: Session,
    case: Case,
    payer: CasePayer,
    documents: Sequence[Document],
    *,
    kind: PaperKind,
    differs: Sequence[str],
    actor: Actor,
    now: datetime,
) -> None:
    """These documents show the cover of this payer. What does not fit (`differs`) becomes a task of the advocate."""
    for document in documents:
        payer.papers.append(PayerPaper(document_id=document.id, kind=kind, differs=list(differs)))
    if differs:
        due_at = case.hospital.calendar.promise_due(now, days=1)
        add_task(
            session,
            case,
            code="compare_payer_letter",
            owner_role=Role.ADVOCATE,
            due_at=due_at,
            actor=actor,
            now=now,
        )
    session.flush()


def _check(facts: PayerFacts) -> None:
    if facts.kind is PayerKind.SELF_PAY:
        raise InvalidInput("kind", "patient_is_last")
    if not facts.name:
        raise InvalidInput("payer_name", "payer_name_needed")
    if facts.valid_from and facts.valid_until and facts.valid_until < facts.valid_from:
        raise InvalidInput("valid_until", "dates_upside_down")


def _write(payer: CasePayer, facts: PayerFacts) -> None:
    for one in fields(facts):
        setattr(payer, one.name, getattr(facts, one.name))
    if facts.kind is PayerKind.US_GOVERNMENT:
        payer.is_us_government = True


def _state(payer: CasePayer, facts: PayerFacts, actor: Actor, now: datetime) -> None:
    typed = {one.name: getattr(facts, one.name) for one in fields(facts)}
    payer.stated = {name: str(value) for name, value in typed.items() if value}
    payer.stated_by, payer.stated_at = actor.name, now


def _agree(payer: CasePayer, agreed: Agreed) -> None:
    payer.limit_minor = agreed.limit.minor if agreed.limit else None
    payer.limit_currency = agreed.limit.currency if agreed.limit else ""
    payer.share_percent, payer.note = agreed.share_percent, agreed.note
    payer.is_us_government = agreed.is_us_government or payer.kind is PayerKind.US_GOVERNMENT
