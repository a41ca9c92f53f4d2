"""Verbs of the estimate: draft, change, issue (frozen from then on), understood by the one who pays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from concierge import outbox
from concierge.cases.actions import check_version, record, settle
from concierge.domain.access import Actor, Area
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput, NotAllowed, Stale
from concierge.domain.estimate import is_expired
from concierge.domain.vocabulary import EstimateState, Phase
from concierge.journey.finance.prices.queries import packages_for
from concierge.models import Case, Estimate, EstimateLine, Tariff

USUAL_VALIDITY = timedelta(days=60)


@dataclass(frozen=True)
class Texts:
    """What stands around the lines, written in `language` (a locale code) for the one who pays."""

    included: str = ""
    not_included: str = ""
    could_change: str = ""
    language: str = "en"


def draft_estimate(
    session: Session, case: Case, *, texts: Texts = Texts(), actor: Actor, now: datetime
) -> Estimate:
    """Open the next version: a copy of the issued one, else the fitting package at today's tariffs.

    A case has one draft; where one is open already it is returned as it is.
    """
    versions = list(session.scalars(sa.select(Estimate).where(Estimate.case_id == case.id)))
    if open_draft := next((e for e in versions if e.state is EstimateState.DRAFT), None):
        return open_draft
    issued = next((e for e in versions if e.state is EstimateState.ISSUED), None)
    draft = Estimate(
        case_id=case.id, number=max((e.number for e in versions), default=0) + 1, currency=case.hospital.currency,
        created_at=now,
    )  # fmt: skip
    if issued:
        _write_texts(
            draft, Texts(issued.included, issued.not_included, issued.could_change, issued.text_language)
        )
        draft.lines = [_copy(line) for line in issued.lines]
    else:
        _write_texts(draft, texts)
        draft.lines = _package(session, case, now)
    session.add(draft)
    record(session, case, "estimate_drafted", actor, now, number=draft.number)
    settle(session, case, actor, now)
    return draft


def valid_tariffs(session: Session, case: Case, now: datetime) -> list[Tariff]:
    """The hospital's tariffs that hold today, by code."""
    today = local_day(now, case.hospital.timezone)
    statement = (
        sa.select(Tariff)
        .where(
            Tariff.hospital_id == case.hospital_id,
            Tariff.valid_from <= today,
            sa.or_(Tariff.valid_until.is_(None), Tariff.valid_until >= today),
        )
        .order_by(Tariff.code, Tariff.valid_from)
    )
    return list(session.scalars(statement))


def _package(session: Session, case: Case, now: datetime) -> list[EstimateLine]:
    """The lines of the most specific package that fits, as far as they have a price today."""
    fitting = packages_for(session, case, local_day(now, case.hospital.timezone))
    tariffs = {tariff.code: tariff for tariff in valid_tariffs(session, case, now)}
    asked = [line for line in fitting[0].lines if not line.is_optional] if fitting else []
    return [
        _line_from(tariffs[line.tariff_code], line.quantity, position, line.phase)
        for position, line in enumerate(asked, start=1)
        if line.tariff_code in tariffs
    ]


def _line_from(tariff: Tariff, quantity: int, position: int, phase: Phase | None = None) -> EstimateLine:
    """Price and words are copied, so that a later tariff never changes what was promised."""
    return EstimateLine(
        position=position, phase=phase or tariff.phase, code=tariff.code, name=dict(tariff.name), quantity=quantity,
        low_minor=tariff.low_minor, high_minor=tariff.high_minor, currency=tariff.currency, source=tariff.source,
        source_on=tariff.valid_from, tariff_id=tariff.id,
    )  # fmt: skip


def _copy(line: EstimateLine) -> EstimateLine:
    return EstimateLine(
        position=line.position, phase=line.phase, code=line.code, name=dict(line.name), quantity=line.quantity,
        low_minor=line.low_minor, high_minor=line.high_minor, currency=line.currency, source=line.source,
        source_on=line.source_on, tariff_id=line.tariff_id,
    )  # fmt: skip


def _write_texts(draft: Estimate, texts: Texts) -> None:
    draft.included, draft.not_included = texts.included, texts.not_included
    draft.could_change, draft.text_language = texts.could_change, texts.language


def _open(draft: Estimate, version: int | None) -> None:
    check_version(draft, version)
    if draft.state is not EstimateState.DRAFT:
        raise Stale("estimate_is_issued")


def _changed(session: Session, case: Case, draft: Estimate, actor: Actor, now: datetime) -> None:
    # The lines are rows of their own; the version of the estimate must count their changes too.
    flag_modified(draft, "currency")
    record(session, case, "estimate_changed", actor, now, number=draft.number)
    settle(session, case, actor, now)


def add_line(
    session: Session,
    case: Case,
    draft: Estimate,
    *,
    tariff: Tariff,
    quantity: int,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Add a service of the hospital's tariff; one that is there already counts up."""
    _open(draft, version)
    if quantity < 1:
        raise InvalidInput("quantity", "quantity_above_zero")
    if tariff.hospital_id != case.hospital_id or tariff.currency != draft.currency:
        raise InvalidInput("tariff", "tariff_of_another_hospital")
    same = next((line for line in draft.lines if _is_priced_as(line, tariff)), None)
    if same:
        same.quantity += quantity
    else:
        last = max((line.position for line in draft.lines), default=0)
        draft.lines.append(_line_from(tariff, quantity, last + 1))
    _changed(session, case, draft, actor, now)


def _is_priced_as(line: EstimateLine, tariff: Tariff) -> bool:
    kept = (line.code, line.low_minor, line.high_minor, line.source_on)
    return kept == (tariff.code, tariff.low_minor, tariff.high_minor, tariff.valid_from)


def change_quantities(
    session: Session,
    case: Case,
    draft: Estimate,
    quantities: Mapping[int, int],
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Set how many of each line (id → quantity above zero)."""
    _open(draft, version)
    for line in draft.lines:
        quantity = quantities.get(line.id, line.quantity)
        if quantity < 1:
            raise InvalidInput(f"quantity_{line.id}", "quantity_above_zero")
        line.quantity = quantity
    _changed(session, case, draft, actor, now)


def remove_line(
    session: Session,
    case: Case,
    draft: Estimate,
    line_id: int,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Take a line out of the draft; raises Stale when it is gone already."""
    _open(draft, version)
    line = next((line for line in draft.lines if line.id == line_id), None)
    if line is None:
        raise Stale()
    draft.lines.remove(line)
    _changed(session, case, draft, actor, now)


def change_texts(
    session: Session,
    case: Case,
    draft: Estimate,
    texts: Texts,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Write what is included, what is not, and what could change the amount."""
    _open(draft, version)
    _write_texts(draft, texts)
    _changed(session, case, draft, actor, now)


def issue_estimate(
    session: Session,
    case: Case,
    draft: Estimate,
    *,
    valid_until: date,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Freeze the draft and send it; the version before it is superseded and must be understood anew.

    Raises Stale when somebody else issued or changed it first, InvalidInput without lines or with two currencies.
    """
    _open(draft, version)
    if not draft.lines:
        raise InvalidInput("form", "estimate_needs_lines")
    if any(line.currency != draft.currency for line in draft.lines):
        raise InvalidInput("form", "currency_mismatch")
    if valid_until < local_day(now, case.hospital.timezone):
        raise InvalidInput("issue_until", "date_must_be_future")
    before = sa.select(Estimate).where(
        Estimate.case_id == case.id, Estimate.state == EstimateState.ISSUED, Estimate.id != draft.id
    )
    for older in session.scalars(before):
        older.state = EstimateState.SUPERSEDED
    draft.state, draft.issued_at, draft.issued_by_id = EstimateState.ISSUED, now, actor.id
    draft.valid_until = valid_until
    context = {"case": case.public_id, "number": draft.number}
    outbox.tell(
        session, case, event="estimate_ready", fact=str(draft.number), area=Area.MONEY, now=now, context=context
    )  # fmt: skip
    record(session, case, "estimate_issued", actor, now, number=draft.number)
    settle(session, case, actor, now)


def understand_estimate(
    session: Session, case: Case, estimate: Estimate | None, *, number: int, actor: Actor, now: datetime
) -> None:
    """The one who pays says that version `number` is understood; a second press changes nothing.

    Raises Stale when another version is in force, NotAllowed when this one has expired.
    """
    if estimate is None or estimate.state is not EstimateState.ISSUED or estimate.number != number:
        raise Stale("estimate_has_newer_version")
    if estimate.understood_at is not None:
        return
    if is_expired(estimate.valid_until, local_day(now, case.hospital.timezone)):
        raise NotAllowed("estimate_expired")
    estimate.understood_at, estimate.understood_by = now, actor.name
    record(session, case, "estimate_understood", actor, now, number=number)
    settle(session, case, actor, now)
