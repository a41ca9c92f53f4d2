"""Verbs of the first talk: what the illness is called, who pays, and which records this hospital needs for it."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases import payers
from concierge.cases.actions import check_open, check_version, record, settle
from concierge.cases.programme.actions import change_programme
from concierge.domain.access import Actor, Area
from concierge.domain.errors import InvalidInput
from concierge.domain.records import NeededRecord, checklist_for
from concierge.domain.vocabulary import CancerType, PayerKind, Programme, RecordKind, RecordState
from concierge.models import Case, CaseEvent, ChecklistItem, RecordRule

# What nobody has sent or sorted yet may be taken off the list again.
_NOT_HERE_YET = {RecordState.MISSING, RecordState.ASKED}


def _check(case: Case, version: int | None) -> None:
    check_version(case, version)
    check_open(case)


def note_illness(
    session: Session,
    case: Case,
    *,
    cancer_type: CancerType,
    stage: str,
    programme: Programme,
    question: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """What the family calls the illness, the stage they were told, what they want of us and ask the doctors.

    Raises InvalidInput(programme, `programme_too_late`) when the case is already behind that programme's last step.
    """
    _check(case, version)
    change_programme(session, case, programme, actor=actor, now=now)
    new = {"cancer_type": cancer_type, "stage_reported": stage, "question": question}
    changed = [field for field, value in new.items() if getattr(case, field) != value]
    if not changed:
        return
    for field in changed:
        setattr(case, field, new[field])
    record(session, case, "facts_noted", actor, now, fields=changed)
    settle(session, case, actor, now)


def note_payer(
    session: Session,
    case: Case,
    *,
    kind: PayerKind,
    name: str,
    letter: str | None,
    is_beneficiary: bool,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Who pays, and which letter that payer demands: its words, "" for explicitly none, None while nobody knows yet.

    A US government programme as payer makes the patient its beneficiary, whatever was ticked, because benefits hang
    on it (42 U.S.C. 1320a-7a). Raises InvalidInput(payer_name, `payer_name_needed`).
    """
    _check(case, version)
    if kind is not PayerKind.SELF_PAY and not name:
        raise InvalidInput("payer_name", "payer_name_needed")
    payers.set_first(session, case, kind=kind, name=name, actor=actor, now=now)
    case.payer_letter = letter or ""
    case.payer_letter_known_at = None if letter is None else case.payer_letter_known_at or now
    case.person.is_government_beneficiary = is_beneficiary or kind is PayerKind.US_GOVERNMENT
    record(
        session, case, "payer_noted", actor, now, kind=kind, beneficiary=case.person.is_government_beneficiary
    )
    settle(session, case, actor, now)


def proposed_records(session: Session, case: Case) -> tuple[NeededRecord, ...]:
    """The list of this hospital for this illness, before anybody has edited it."""
    rules = session.scalars(sa.select(RecordRule).where(RecordRule.hospital_id == case.hospital_id))
    return checklist_for(case.cancer_type, rules)


def agree_records(
    session: Session,
    case: Case,
    wanted: Mapping[RecordKind, bool],
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Agree the list with the family: kind → whether doctors cannot decide without it. New items count as asked for.

    What has already arrived stays on the list. The family hears only of what is new.
    Raises InvalidInput(records, `records_needed`) for an empty list.
    """
    _check(case, version)
    if not wanted:
        raise InvalidInput("records", "records_needed")
    asked = _write_list(session, case, wanted, now)
    case.records_agreed_at = case.records_agreed_at or now
    times = sa.select(sa.func.count()).where(CaseEvent.case_id == case.id, CaseEvent.kind == "records_agreed")
    fact = str((session.scalar(times) or 0) + 1)
    record(session, case, "records_agreed", actor, now, kinds=list(wanted))
    if asked:
        outbox.tell(
            session,
            case,
            event="documents_needed",
            fact=fact,
            area=Area.DOCUMENTS,
            context={"count": len(asked)},
            now=now,
        )
    settle(session, case, actor, now)


def _write_list(
    session: Session, case: Case, wanted: Mapping[RecordKind, bool], now: datetime
) -> list[RecordKind]:
    """Bring the checklist to what was agreed; the kinds that are asked for now and were not before."""
    rows = session.scalars(sa.select(ChecklistItem).where(ChecklistItem.case_id == case.id))
    items = {item.kind: item for item in rows}
    order = [*(one.kind for one in proposed_records(session, case) if one.kind in wanted), *wanted]
    asked = []
    for position, kind in enumerate(dict.fromkeys(order)):
        item = items.pop(kind, None)
        if item is None:
            item = ChecklistItem(case_id=case.id, kind=kind, state=RecordState.MISSING, changed_at=now)
            session.add(item)
        if item.state is RecordState.MISSING:
            item.state, item.asked_at, item.changed_at = RecordState.ASKED, now, now
            asked.append(kind)
        item.is_minimum, item.position = wanted[kind], position
    for item in items.values():
        if item.state in _NOT_HERE_YET:
            session.delete(item)
        else:
            item.is_minimum = False
    session.flush()
    return asked
