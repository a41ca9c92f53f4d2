"""Verbs of the draft: begin it, its lines, who pays which part, the texts around it. Each change is a version."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from concierge.cases.actions import check_version, record, settle
from concierge.cases.services import is_of_trip
from concierge.cases.trip_costs import PAYER, BookingCost, letters_of, sums_by_payer, to_estimate, trip_costs
from concierge.domain.access import Actor
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput, Stale
from concierge.domain.estimate import Share, is_split_too_large
from concierge.domain.money import MoneyRange
from concierge.domain.vocabulary import Benefit, EstimateState, PayerKind, Phase
from concierge.journey.finance.estimates import queries
from concierge.journey.finance.estimates.actions import approval
from concierge.models import Case, Estimate, EstimateLine, EstimateShare, Tariff

USUAL_VALIDITY = timedelta(days=60)
MOST_SHARES = 6
TRIP = "Trip"  # the source of what was taken over from the bookings


@dataclass(frozen=True)
class Texts:
    """What stands around the lines, written in `language` (a locale code) for the one who pays.

    `primary` says in one line what the estimate is for; `diagnosis` holds codes, where they are known.
    """

    included: str = ""
    not_included: str = ""
    could_change: str = ""
    language: str = "en"
    primary: str = ""
    diagnosis: str = ""


@dataclass(frozen=True)
class LineChange:
    """What was typed for one line: how many, and the range of one, which stays within its tariff."""

    quantity: int
    each: MoneyRange | None = None


@dataclass(frozen=True)
class NewShare:
    """One row of who pays: the rule, and of which kind the payer is, where it is known."""

    rule: Share
    kind: PayerKind | None = None


def draft_estimate(
    session: Session,
    case: Case,
    *,
    texts: Texts = Texts(),
    start: queries.Start | None = None,
    actor: Actor,
    now: datetime,
) -> Estimate:
    """Open the next version from `start`, else as a copy of the issued one, else from the fitting package of today.

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
        _copy_around(draft, issued)
    else:
        _write_texts(draft, texts)
    if issued and start is None:
        draft.lines, draft.package_id = [_copy(line) for line in issued.lines], issued.package_id
    else:
        begun = start or next(iter(queries.starting_points(session, case, now)), None)
        draft.package_id = begun.package_id if begun else None
        draft.lines = [
            _line_from(line.tariff, line.quantity, position, line.phase)
            for position, line in enumerate(begun.lines if begun else (), start=1)
        ]
    # A good-faith estimate names what it is for; the first service says it until a person says it better.
    if not draft.primary_service and draft.lines:
        first = draft.lines[0].name
        draft.primary_service = first.get(draft.text_language) or first["en"]
    session.add(draft)
    record(session, case, "estimate_drafted", actor, now, number=draft.number)
    settle(session, case, actor, now)
    return draft


def _copy_around(draft: Estimate, issued: Estimate) -> None:
    """Texts, margin and payers of the version in force."""
    _write_texts(
        draft,
        Texts(
            issued.included, issued.not_included, issued.could_change, issued.text_language, issued.primary_service,
            issued.diagnosis_codes,
        ),
    )  # fmt: skip
    draft.margin_percent = issued.margin_percent
    draft.shares = [
        EstimateShare(
            position=s.position, label=s.label, payer_kind=s.payer_kind, percent=s.percent, amount_minor=s.amount_minor,
            currency=s.currency,
        )
        for s in issued.shares
    ]  # fmt: skip


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
    draft.primary_service, draft.diagnosis_codes = texts.primary, texts.diagnosis


def _open(draft: Estimate, version: int | None) -> None:
    check_version(draft, version)
    if draft.state is not EstimateState.DRAFT:
        raise Stale("estimate_is_issued")


def _changed(session: Session, case: Case, draft: Estimate, actor: Actor, now: datetime) -> None:
    # The lines are rows of their own; the version of the estimate must count their changes too.
    flag_modified(draft, "currency")
    approval.take_back(session, case, draft, actor=actor, now=now)
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


def change_lines(
    session: Session,
    case: Case,
    draft: Estimate,
    typed: Mapping[int, LineChange],
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Set how many of each line (by id), and narrow its range. A range outside its tariff would be nobody's price.

    Raises InvalidInput beside the field of the line.
    """
    _open(draft, version)
    tariffs = queries.tariffs_of(session, draft)
    for line in draft.lines:
        change = typed.get(line.id)
        if change is None:
            continue
        if change.quantity < 1:
            raise InvalidInput(f"quantity_{line.id}", "quantity_above_zero")
        line.quantity = change.quantity
        if change.each and change.each != line.each:
            _narrow(line, change.each, tariffs.get(line.tariff_id or 0))
    _changed(session, case, draft, actor, now)


def _narrow(line: EstimateLine, each: MoneyRange, tariff: Tariff | None) -> None:
    low, high = (tariff.low_minor, tariff.high_minor) if tariff else (line.low_minor, line.high_minor)
    if each.currency != line.currency:
        raise InvalidInput(f"low_{line.id}", "currency_mismatch")
    if each.low.minor < low:
        raise InvalidInput(f"low_{line.id}", "outside_tariff")
    if each.high.minor > high:
        raise InvalidInput(f"high_{line.id}", "outside_tariff")
    line.low_minor, line.high_minor = each.low.minor, each.high.minor


def move_line(
    session: Session,
    case: Case,
    draft: Estimate,
    line_id: int,
    *,
    is_up: bool,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """One place up or down within its phase; at the end of it nothing moves. Raises Stale when the line is gone."""
    _open(draft, version)
    line = next((line for line in draft.lines if line.id == line_id), None)
    if line is None:
        raise Stale()
    ordered = sorted(draft.lines, key=lambda one: (list(Phase).index(one.phase), one.position))
    here = ordered.index(line)
    there = here + (-1 if is_up else 1)
    if 0 <= there < len(ordered) and ordered[there].phase is line.phase:
        ordered[here], ordered[there] = ordered[there], ordered[here]
    for position, one in enumerate(ordered, start=1):
        one.position = position
    _changed(session, case, draft, actor, now)
    session.expire(draft, ["lines"])  # read again in their new order


def reprice(
    session: Session, case: Case, draft: Estimate, *, actor: Actor, now: datetime, version: int | None = None
) -> list[str]:
    """Give lines whose tariff has ended the price of today; codes that have no tariff any more stay, and come back."""
    _open(draft, version)
    today = local_day(now, case.hospital.timezone)
    tariffs = {t.code: t for t in queries.valid_tariffs(session, case, now) if t.currency == draft.currency}
    left = []
    for line in queries.ended_lines(draft, queries.tariffs_of(session, draft), today):
        if tariff := tariffs.get(line.code):
            line.low_minor, line.high_minor = tariff.low_minor, tariff.high_minor
            line.source, line.source_on, line.tariff_id = tariff.source, tariff.valid_from, tariff.id
        else:
            left.append(line.code)
    _changed(session, case, draft, actor, now)
    return left


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


def change_shares(
    session: Session,
    case: Case,
    draft: Estimate,
    shares: Iterable[NewShare],
    *,
    margin_percent: int,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Write the margin of doubt and who pays which part; what nobody takes over stays with the patient.

    Raises InvalidInput(form, `split_too_large` | `too_many_shares`), InvalidInput(margin, `percent_in_range`).
    """
    _open(draft, version)
    if not 0 <= margin_percent <= 100:
        raise InvalidInput("margin", "percent_in_range")
    wanted = list(shares)
    if len(wanted) > MOST_SHARES:
        raise InvalidInput("form", "too_many_shares")
    draft.margin_percent = margin_percent
    if is_split_too_large(draft.total.high, [share.rule for share in wanted]):
        raise InvalidInput("form", "split_too_large")
    draft.shares = [
        EstimateShare(
            position=position, label=share.rule.label, payer_kind=share.kind, percent=share.rule.percent,
            amount_minor=share.rule.amount.minor if share.rule.amount else None, currency=draft.currency,
        )
        for position, share in enumerate(wanted, start=1)
    ]  # fmt: skip
    _changed(session, case, draft, actor, now)


def take_trip(
    session: Session,
    case: Case,
    draft: Estimate,
    names: Mapping[Benefit, dict],
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """One line for each service of the trip as it is booked, in place of those taken over before.

    `names` are {locale: text}. A payer whose letter pays a part gets that amount among those who pay, unless it stands
    there already. Raises InvalidInput(form, `nothing_booked`).
    """
    _open(draft, version)
    costs = trip_costs(session, case.id)
    sums = to_estimate(costs, draft.currency)
    if not sums:
        raise InvalidInput("form", "nothing_booked")
    draft.lines = [line for line in draft.lines if not is_of_trip(line)]
    last = max((line.position for line in draft.lines), default=0)
    draft.lines += [
        EstimateLine(
            position=position, phase=Phase.STAY, code=benefit.value.upper(), name=dict(names[benefit]), quantity=1,
            low_minor=amount.minor, high_minor=amount.minor, currency=draft.currency, source=TRIP,
            source_on=local_day(now, case.hospital.timezone),
        )
        for position, (benefit, amount) in enumerate(sums.items(), start=last + 1)
    ]  # fmt: skip
    _add_payers_of_trip(session, draft, costs)
    _changed(session, case, draft, actor, now)


def _add_payers_of_trip(session: Session, draft: Estimate, costs: Iterable[BookingCost]) -> None:
    letters, known = letters_of(session, costs), {share.label for share in draft.shares}
    for (who, letter_id), amounts in sums_by_payer(costs).items():
        letter = letters.get(letter_id or 0)
        amount = next((one for one in amounts if one.currency == draft.currency), None)
        if who != PAYER or letter is None or amount is None or not amount.is_positive:
            continue
        if letter.issuer in known or len(draft.shares) >= MOST_SHARES:
            continue
        kind = letter.organisation.kind if letter.organisation else None
        draft.shares.append(
            EstimateShare(
                position=len(draft.shares) + 1, label=letter.issuer, payer_kind=kind, amount_minor=amount.minor,
                currency=draft.currency,
            )
        )  # fmt: skip
