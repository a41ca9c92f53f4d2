"""Verbs of prices: begin, follow, end; propose and approve a deposit; import a file; note what a case has really cost.

All that change the prices of a hospital lock its row first, so that they wait for each other; that no two of a kind
hold on the same day is guarded by the database as well. Nothing is overwritten: a price begins, and it ends.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.actions import record
from concierge.domain import tariff_file
from concierge.domain.access import Actor
from concierge.domain.clocks import local_day
from concierge.domain.errors import AlreadyTaken, InvalidInput, NotAllowed, Stale
from concierge.domain.journey import Exit
from concierge.domain.money import Money, MoneyRange
from concierge.domain.prices import DAY, end_before, is_valid, last_day, overlaps
from concierge.domain.vocabulary import CancerType, PayerKind, Phase, Programme
from concierge.journey.finance.prices import queries
from concierge.models import (
    Case,
    CaseActual,
    DepositRule,
    Hospital,
    Package,
    PackageLine,
    Plan,
    PriceImport,
    Tariff,
)


@dataclass(frozen=True)
class TariffFacts:
    """A price as somebody types it; `name` is {locale: text}, English always present."""

    code: str
    name: dict[str, str]
    phase: Phase
    range: MoneyRange
    source: str
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True)
class LineFacts:
    """A line of a package; `at` is its row on the form, so that a refusal lands there."""

    at: int
    code: str
    quantity: int
    is_optional: bool = False


@dataclass(frozen=True)
class PackageFacts:
    """A package as somebody types it; without `cancer_type` it is for every illness."""

    code: str
    name: dict[str, str]
    cancer_type: CancerType | None
    programme: Programme
    valid_from: date
    lines: Sequence[LineFacts]


@dataclass(frozen=True)
class RuleFacts:
    """A row of the table of deposits; None stands for any."""

    cancer_type: CancerType | None
    payer_kind: PayerKind | None
    amount: Money
    valid_from: date
    valid_until: date | None = None


def lock_prices(session: Session, hospital_id: int) -> Hospital:
    """The hospital, locked until the end of the transaction."""
    return session.scalars(sa.select(Hospital).where(Hospital.id == hospital_id).with_for_update()).one()


def _today(hospital: Hospital, now: datetime) -> date:
    return local_day(now, hospital.timezone)


def _refuse_overlap(
    others: Iterable[Tariff | Package | DepositRule], valid_from: date, valid_until: date | None, code: str
) -> None:
    if any(overlaps(valid_from, valid_until, other) for other in others):
        raise InvalidInput("valid_from", code)


def _check_days(valid_from: date, valid_until: date | None) -> None:
    if valid_until is not None and valid_until < valid_from:
        raise InvalidInput("valid_until", "dates_upside_down")


# --- tariffs ---------------------------------------------------------------------------------------------------


def begin_tariff(session: Session, hospital: Hospital, facts: TariffFacts, *, actor: Actor) -> Tariff:
    """A price of a code that has none on these days. Raises InvalidInput("valid_from", "price_overlaps")."""
    if not tariff_file.CODE.fullmatch(facts.code):
        raise InvalidInput("code", "tariff_code_shape")
    _check_days(facts.valid_from, facts.valid_until)
    others = sa.select(Tariff).where(Tariff.hospital_id == hospital.id, Tariff.code == facts.code)
    _refuse_overlap(session.scalars(others), facts.valid_from, facts.valid_until, "price_overlaps")
    tariff = Tariff(
        hospital_id=hospital.id, code=facts.code, name=facts.name, phase=facts.phase, source=facts.source,
        low_minor=facts.range.low.minor, high_minor=facts.range.high.minor, currency=facts.range.currency,
        valid_from=facts.valid_from, valid_until=facts.valid_until, made_by=actor.name,
    )  # fmt: skip
    session.add(tariff)
    session.flush()
    return tariff


def follow_tariff(
    session: Session, hospital: Hospital, tariff: Tariff, *, price: MoneyRange, source: str, valid_from: date,
    actor: Actor, now: datetime,
) -> Tariff:  # fmt: skip
    """A new price of the same service from a day on; the present one ends the day before."""
    tariff.valid_until, tariff.ended_by = end_before(tariff, valid_from, _today(hospital, now)), actor.name
    session.flush()
    facts = TariffFacts(tariff.code, dict(tariff.name), tariff.phase, price, source, valid_from)
    return begin_tariff(session, hospital, facts, actor=actor)


def end(
    session: Session, hospital: Hospital, dated: Tariff | Package | DepositRule, day: date, *, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """The last day of a price, a package or a rule; what has not begun by then, or is a proposal, never holds."""
    is_proposal = isinstance(dated, DepositRule) and not dated.is_approved
    dated.valid_until = dated.valid_from - DAY if is_proposal else last_day(dated, day, _today(hospital, now))
    dated.ended_by = actor.name
    session.flush()


# --- packages --------------------------------------------------------------------------------------------------


def begin_package(
    session: Session, hospital: Hospital, facts: PackageFacts, *, actor: Actor, now: datetime,
    follows: Package | None = None,
) -> Package:  # fmt: skip
    """A package, or the next version of one that ends the day before.

    Raises InvalidInput for a line without a price on the first day ("line_3_code"), for no lines ("form"), for a code
    that has a package on these days ("valid_from").
    """
    if not tariff_file.CODE.fullmatch(facts.code):
        raise InvalidInput("code", "tariff_code_shape")
    lines = _lines(session, hospital, facts)
    if follows is not None:
        follows.valid_until, follows.ended_by = (
            end_before(follows, facts.valid_from, _today(hospital, now)),
            actor.name,
        )
        session.flush()
    others = sa.select(Package).where(Package.hospital_id == hospital.id, Package.code == facts.code)
    _refuse_overlap(session.scalars(others), facts.valid_from, None, "package_overlaps")
    package = Package(
        hospital_id=hospital.id, code=facts.code, name=facts.name, cancer_type=facts.cancer_type,
        programme=facts.programme, valid_from=facts.valid_from, lines=lines, made_by=actor.name,
    )  # fmt: skip
    session.add(package)
    session.flush()
    return package


def _lines(session: Session, hospital: Hospital, facts: PackageFacts) -> list[PackageLine]:
    if not facts.lines:
        raise InvalidInput("form", "package_needs_lines")
    codes = {line.code for line in facts.lines}
    known = queries.tariffs_today(session, hospital.id, codes, facts.valid_from)
    for line in facts.lines:
        if line.code not in known:
            raise InvalidInput(f"line_{line.at}_code", "tariff_unknown")
    return [
        PackageLine(
            position=position, tariff_code=line.code, phase=known[line.code].phase, quantity=line.quantity,
            is_optional=line.is_optional,
        )
        for position, line in enumerate(facts.lines, start=1)
    ]  # fmt: skip


# --- the table of deposits -------------------------------------------------------------------------------------


def propose_rule(
    session: Session, hospital: Hospital, facts: RuleFacts, *, actor: Actor, now: datetime,
    follows: DepositRule | None = None,
) -> DepositRule:  # fmt: skip
    """A row that counts once another person has approved it; `follows` then ends the day before.

    Raises InvalidInput("valid_from", …): rule_overlaps with an equally specific row, approved or proposed.
    """
    today = _today(hospital, now)
    if not facts.amount.is_positive:
        raise InvalidInput("amount", "negative")
    if facts.valid_from < today:
        raise InvalidInput("valid_from", "date_in_past")
    _check_days(facts.valid_from, facts.valid_until)
    if follows is not None:
        end_before(follows, facts.valid_from, today)
    rule = DepositRule(
        hospital_id=hospital.id, cancer_type=facts.cancer_type, payer_kind=facts.payer_kind,
        amount_minor=facts.amount.minor, currency=facts.amount.currency, valid_from=facts.valid_from,
        valid_until=facts.valid_until, proposed_by_id=actor.id, proposed_by=actor.name, proposed_at=now,
        replaces_id=follows.id if follows else None, approved_by="",
    )  # fmt: skip
    others = [other for other in queries.rules_like(session, rule) if other is not follows]
    _refuse_overlap(others, rule.valid_from, rule.valid_until, "rule_overlaps")
    session.add(rule)
    session.flush()
    return rule


def approve_rule(
    session: Session, hospital: Hospital, rule: DepositRule, *, actor: Actor, now: datetime
) -> None:
    """The second person: the row counts from its first day, or from today where that has passed meanwhile.

    Raises NotAllowed for the one who proposed it, Stale when it was decided already, InvalidInput("form", …) when
    another row holds on these days meanwhile.
    """
    today = _today(hospital, now)
    if rule.is_approved or (rule.valid_until is not None and rule.valid_until < max(rule.valid_from, today)):
        raise Stale("rule_is_decided")
    if actor.id == rule.proposed_by_id:
        raise NotAllowed("second_person_needed")
    rule.valid_from = max(rule.valid_from, today)
    if rule.replaces_id is not None:
        before = session.get_one(DepositRule, rule.replaces_id)
        if is_valid(before, rule.valid_from):
            before.valid_until, before.ended_by = end_before(before, rule.valid_from, today), actor.name
            session.flush()
    others = [other for other in queries.rules_like(session, rule) if other is not rule and other.is_approved]
    if any(overlaps(rule.valid_from, rule.valid_until, other) for other in others):
        raise InvalidInput("form", "rule_overlaps")
    rule.approved_by_id, rule.approved_by, rule.approved_at = actor.id, actor.name, now
    session.flush()


# --- files -----------------------------------------------------------------------------------------------------


def compare_file(
    session: Session, hospital: Hospital, text: str, locales: Iterable[str], *, now: datetime
) -> tariff_file.Change:
    """What a file would change today, with everything that is wrong in it."""
    rows, faults = tariff_file.read(text, currency=hospital.currency, locales=locales)
    if faults:
        return tariff_file.Change(faults=faults)
    return tariff_file.compare(rows, queries.all_tariffs(session, hospital.id), _today(hospital, now))


def keep_file(
    session: Session, hospital: Hospital, *, file_name: str, text: str, actor: Actor, now: datetime
) -> PriceImport:
    """Keep a file that was found whole until somebody imports it; afterwards it says where the prices came from."""
    kept = PriceImport(
        hospital_id=hospital.id, file_name=file_name, content=text, read_at=now, read_by=actor.name
    )
    session.add(kept)
    session.flush()
    return kept


def import_file(
    session: Session, hospital: Hospital, kept: PriceImport, locales: Iterable[str], *, seen: str, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Do what the file asks for, all of it or nothing. `seen` are the counts that the reader saw.

    Raises AlreadyTaken when it was imported before, InvalidInput("form", "import_changed") when it would change
    something else than the reader saw.
    """
    session.refresh(kept)
    if kept.done_at is not None:
        raise AlreadyTaken("import_is_done")
    change = compare_file(session, hospital, kept.content, locales, now=now)
    if change.faults or counts_of(change) != seen:
        raise InvalidInput("form", "import_changed")
    _end_all(session, [*change.ended, *change.replaced], actor)
    begun = [_as_row(row, hospital, actor) for row in (*change.new, *change.new_prices)]
    if begun:
        session.execute(sa.insert(Tariff.__table__), begun)  # type: ignore[arg-type]
    kept.done_at, kept.done_by = now, actor.name
    session.flush()


def _end_all(session: Session, endings: list[tariff_file.Ending], actor: Actor) -> None:
    """One statement for each last day and 500 prices: a file of 10,000 rows mostly has one first day."""
    by_day = defaultdict(list)
    for one in endings:
        by_day[one.last_day].append(one.tariff.id)
    for day, ids in by_day.items():
        ends = {"valid_until": day, "ended_by": actor.name}
        for at in range(0, len(ids), 500):
            some = sa.update(Tariff).where(Tariff.id.in_(ids[at : at + 500])).values(ends)
            session.execute(some, execution_options={"synchronize_session": False})
    session.expire_all()


def _as_row(row: tariff_file.Row, hospital: Hospital, actor: Actor) -> dict:
    return {
        "hospital_id": hospital.id, "code": row.code, "name": row.name, "phase": row.phase, "low_minor": row.low_minor,
        "high_minor": row.high_minor, "currency": row.currency, "source": row.source, "valid_from": row.valid_from,
        "valid_until": row.valid_until, "made_by": actor.name,
    }  # fmt: skip


def counts_of(change: tariff_file.Change) -> str:
    """`12 3 1 40`: new, new prices, ended, unchanged; what a reader of the preview agrees to."""
    counts = (len(change.new), len(change.new_prices), len(change.ended), change.unchanged)
    return " ".join(map(str, counts))


# --- what it really cost ---------------------------------------------------------------------------------------


def is_finished(case: Case, plan: Plan | None) -> bool:
    """Whether the evaluation of the case is over, so that its total can be known."""
    return case.exit is Exit.COMPLETED or (plan is not None and plan.evaluation_held_at is not None)


def record_actual(
    session: Session, case: Case, package: Package | None, *, total: Money, finished_on: date, actor: Actor,
    now: datetime,
) -> CaseActual:  # fmt: skip
    """What the evaluation has really cost, all of the package together; written again, the later figure counts.

    The history of the case keeps both. Raises NotAllowed before the evaluation is over.
    """
    if not is_finished(case, session.get(Plan, case.id)):
        raise NotAllowed("evaluation_not_over")
    if package is None or package.hospital_id != case.hospital_id:
        raise InvalidInput("actual_package", "choose_one")
    if not total.is_positive:
        raise InvalidInput("actual_total", "negative")
    if finished_on > _today(case.hospital, now):
        raise InvalidInput("actual_finished_on", "date_must_be_past")
    actual = queries.actual_of(session, case.id)
    before = actual.total.canonical() if actual else ""
    if actual is None:
        actual = CaseActual(case_id=case.id)
        session.add(actual)
    actual.package_id, actual.finished_on = package.id, finished_on
    actual.total_minor, actual.currency = total.minor, total.currency
    actual.recorded_at, actual.recorded_by = now, actor.name
    record(
        session,
        case,
        "actual_recorded",
        actor,
        now,
        amount=total.canonical(),
        package=package.code,
        before=before,
    )
    session.flush()
    return actual
