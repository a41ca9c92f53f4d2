"""What a family reads of an estimate; the advocate's preview is this same page."""

from dataclasses import dataclass

from flask_babel import gettext as _

from concierge.cases.facts import CaseFile
from concierge.cases.services import is_of_trip
from concierge.db import db
from concierge.domain.clocks import local_day
from concierge.domain.estimate import Gap, Totals, difference, gap, is_expired, split
from concierge.domain.money import MoneyRange
from concierge.domain.vocabulary import EstimateState, Phase
from concierge.journey.finance.estimates import actions, words
from concierge.journey.finance.estimates.known import Reading, reading_of
from concierge.models import Case, Estimate, EstimateLine
from concierge.web.clock import now
from concierge.web.i18n import current_code
from concierge.web.labels import label


@dataclass(frozen=True)
class LineRow:
    """One service in the reader's language."""

    id: int
    code: str
    name: str
    phase: Phase
    quantity: int
    each: MoneyRange
    total: MoneyRange
    source: str
    source_on: object
    tariff_id: int | None

    @property
    def is_of_trip(self) -> bool:
        return is_of_trip(self)


@dataclass(frozen=True)
class ChangeRow:
    """One difference to the version before, in words."""

    kind: str
    word: object
    name: str
    old: MoneyRange | None
    new: MoneyRange | None
    old_quantity: int
    new_quantity: int


@dataclass(frozen=True)
class Moved:
    """How far the high end is from the version that the family understood; the wire is that of the United States."""

    since: int
    gap: Gap
    is_tripped: bool


@dataclass(frozen=True)
class CostsPage:
    """One version, ready to read. `texts` holds (heading, text) pairs in `estimate.text_language`.

    `parts` are (who, from-to, is the patient), empty where the patient pays all.
    """

    estimate: Estimate
    totals: Totals
    reading: Reading
    basis: str
    phases: list[tuple[object, MoneyRange, list[LineRow]]]
    texts: list[tuple[str, str]]
    changes: list[ChangeRow]
    before: Estimate | None
    is_expired: bool
    disclaimers: list[str]
    parts: list[tuple[object, MoneyRange, bool]]
    moved: Moved | None


def costs_page(file: CaseFile, estimate: Estimate) -> CostsPage:
    """Lay one version out: sums, lines by phase, and what it changes against the version before."""
    kept = estimate.totals
    before = last_before(file, estimate)
    today = local_day(now(), file.case.hospital.timezone)
    reading = reading_of(db.session(), estimate, today)
    return CostsPage(
        estimate=estimate,
        totals=kept,
        reading=reading,
        basis=words.basis(reading),
        phases=[
            (label(phase), total, [line_row(line) for line in estimate.lines if line.phase is phase])
            for phase, total in kept.by_phase
        ],
        texts=_texts(estimate),
        changes=changes_between(before, estimate),
        before=before,
        is_expired=is_expired(estimate.valid_until, today),
        disclaimers=disclaimers_of(file.case),
        parts=parts_of(estimate),
        moved=moved_since(file, estimate),
    )


def disclaimers_of(case: Case) -> list[str]:
    """What an estimate of this hospital says about itself."""
    more = words.good_faith_disclaimers() if case.hospital.has_us_estimate_rules else []
    return [words.disclaimer(), *more]


def parts_of(estimate: Estimate) -> list[tuple[object, MoneyRange, bool]]:
    """Who pays from where to where, the patient last; nothing where nobody else pays."""
    if not estimate.shares:
        return []
    rules, whole = [share.rule for share in estimate.shares], estimate.total
    names = [*(share.label for share in estimate.shares), _("You, the patient")]
    ends = zip(names, split(whole.low, rules), split(whole.high, rules), strict=True)
    return [
        # Two percents may round against each other by one smallest unit where low and high are next to each other.
        (name, MoneyRange(min(low, high), max(low, high)), place == len(rules))
        for place, (name, low, high) in enumerate(ends)
    ]


def moved_since(file: CaseFile, estimate: Estimate) -> Moved | None:
    """Against the newest version that was understood before this one; None where there is none or nothing moved."""
    understood = actions.last_understood(file.estimates, estimate)
    if understood is None:
        return None
    moved = gap(understood.total.high, estimate.total.high)
    if moved.amount.is_zero:
        return None
    return Moved(understood.number, moved, actions.is_tripped(file.case, understood, estimate))


def last_before(file: CaseFile, estimate: Estimate) -> Estimate | None:
    """The version that was issued before this one."""
    older = [e for e in file.estimates if e.state is not EstimateState.DRAFT and e.number < estimate.number]
    return older[-1] if older else None


def changes_between(before: Estimate | None, estimate: Estimate) -> list[ChangeRow]:
    """Line by line; nothing for a first version."""
    if before is None:
        return []
    return [
        ChangeRow(
            change.kind, words.CHANGE[change.kind], _name(change.new or change.old),
            change.old.total if change.old else None, change.new.total if change.new else None,
            change.old.quantity if change.old else 0, change.new.quantity if change.new else 0,
        )
        for change in difference(before.lines, estimate.lines)
    ]  # fmt: skip


def line_row(line: EstimateLine) -> LineRow:
    return LineRow(
        line.id, line.code, _name(line), line.phase, line.quantity, line.each, line.total, line.source, line.source_on,
        line.tariff_id,
    )  # fmt: skip


def _name(line) -> str:
    return line.name.get(current_code()) or line.name["en"]


def _texts(estimate: Estimate) -> list[tuple[str, str]]:
    rows = (
        (_("What is included"), estimate.included),
        (_("What is not included"), estimate.not_included),
        (_("What could change the amount"), estimate.could_change),
    )
    return [(title, text) for title, text in rows if text]
