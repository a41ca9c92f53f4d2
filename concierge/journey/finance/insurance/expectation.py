"""Who may pay how much of the estimate: the rows of the case, handed to the waterfall of domain/payers.py."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from concierge.cases.facts import CaseFile
from concierge.cases.payers import payers_of
from concierge.domain import guarantee
from concierge.domain.clocks import local_day
from concierge.domain.errors import CurrencyMismatch
from concierge.domain.estimate import totals
from concierge.domain.money import Money, MoneyRange
from concierge.domain.payers import NOTHING, Terms, expected, is_issuer, recheck, terms_of_answer
from concierge.domain.vocabulary import CheckState, EstimateState, GuaranteeState, Phase
from concierge.journey.finance.insurance import queries
from concierge.models import BenefitCheck, CasePayer, Estimate, Guarantee

# What a letter lacks and still pays a part.
_PAYS_A_PART = {"over_ceiling", "service_not_covered"}


@dataclass(frozen=True)
class PayerRow:
    """One payer with what is known of it. `differs` says why the letter does not pay all, `again` why to ask again;
    `share` is None where nothing is worked out, `is_known` False where we have no word of what it bears."""

    payer: CasePayer
    letter: Guarantee | None
    differs: tuple[str, ...]
    answer: BenefitCheck | None
    waiting: BenefitCheck | None
    again: tuple[str, ...]
    is_known: bool
    share: MoneyRange | None = None

    @property
    def is_covering(self) -> bool:
        return self.letter is not None and self.letter.state is GuaranteeState.ACCEPTED and not self.differs


@dataclass(frozen=True)
class Expectation:
    """All payers in order, and what may be left for the patient. `problem`: no_estimate, other_currency or ""."""

    rows: list[PayerRow] = field(default_factory=list)
    estimate: Estimate | None = None
    amount: MoneyRange | None = None
    patient: MoneyRange | None = None
    problem: str = ""

    @property
    def is_complete(self) -> bool:
        return all(row.is_known for row in self.rows)


def amount_of(estimate: Estimate | None) -> MoneyRange | None:
    """From low to high; None for none and for one without lines, which is no price."""
    return estimate.total if estimate and estimate.lines else None


def estimate_of(file: CaseFile, *, with_draft: bool) -> Estimate | None:
    """The estimate in force; for the team, the draft before there is one."""
    draft = next((e for e in file.estimates if e.state is EstimateState.DRAFT), None) if with_draft else None
    return file.issued or draft


def build(session: Session, file: CaseFile, now: datetime, *, with_draft: bool) -> Expectation:
    """The page's whole knowledge, in a fixed number of statements."""
    case = file.case
    payers, checks = payers_of(session, case), queries.checks_of(session, case.id)
    estimate = estimate_of(file, with_draft=with_draft)
    amount, today = amount_of(estimate), local_day(now, case.hospital.timezone)
    pairs = [_row(payer, payers, checks, file, estimate, today) for payer in payers]
    rows, terms = [row for row, _terms in pairs], [known or NOTHING for _row_, known in pairs]
    if amount is None:
        return Expectation(rows, estimate, problem="no_estimate")
    try:
        *shares, patient = expected(amount, terms)
    except CurrencyMismatch:
        return Expectation(rows, estimate, amount, problem="other_currency")
    shown = [replace(row, share=share) for row, share in zip(rows, shares, strict=True)]
    return Expectation(shown, estimate, amount, patient)


def _row(
    payer: CasePayer, payers: Sequence[CasePayer], checks: Sequence[BenefitCheck], file: CaseFile,
    estimate: Estimate | None, today: date,
) -> tuple[PayerRow, Terms | None]:  # fmt: skip
    mine = [check for check in checks if check.payer_id == payer.id]
    answer = next((check for check in mine if check.state is CheckState.ANSWERED), None)
    letter, differs = _letter(payer, payers, file, estimate, today)
    terms = _terms(payer, answer, letter, differs, file, estimate)
    row = PayerRow(
        payer, letter, differs, answer, next((check for check in mine if check.is_open), None),
        _again(answer, amount_of(estimate), file, today), is_known=terms is not None,
    )  # fmt: skip
    return row, terms


def _again(
    answer: BenefitCheck | None, amount: MoneyRange | None, file: CaseFile, today: date
) -> tuple[str, ...]:
    if answer is None or answer.answered_at is None:
        return ()
    answered_on = local_day(answer.answered_at, file.case.hospital.timezone)
    return recheck(answered_on, answer.valid_until, answer.asked_for, amount, today)


def _letter(
    payer: CasePayer, payers: Sequence[CasePayer], file: CaseFile, estimate: Estimate | None, today: date
) -> tuple[Guarantee | None, tuple[str, ...]]:
    """This payer's newest letter that was not refused, an accepted one first, and why it does not pay all."""
    others = [other.name for other in payers if other is not payer]
    alive = [
        one
        for one in reversed(file.guarantees)
        if one.state in {GuaranteeState.ACCEPTED, GuaranteeState.RECORDED}
        and is_issuer(one.issuer, payer.name, others)
    ]
    letter = next((one for one in alive if one.state is GuaranteeState.ACCEPTED), alive[0] if alive else None)
    return letter, _differs(letter, file, estimate, today) if letter else ()


def _differs(letter: Guarantee, file: CaseFile, estimate: Estimate | None, today: date) -> tuple[str, ...]:
    amount, person = amount_of(estimate), file.case.person
    codes = guarantee.covers(
        letter, estimate_high=amount.high if amount else Money.zero(letter.currency), on=today,
        passport_name=person.latin_name or person.native_name, passport_number=person.passport_number,
        services=frozenset(line.phase for line in estimate.lines) if estimate else (),
    )  # fmt: skip
    return tuple(code for code in codes if code != "not_accepted")


def _terms(
    payer: CasePayer, answer: BenefitCheck | None, letter: Guarantee | None, differs: tuple[str, ...], file: CaseFile,
    estimate: Estimate | None,
) -> Terms | None:  # fmt: skip
    """What an answer, an accepted letter and an agreement say together; None where none of them says anything."""
    person, hospital = file.case.person, file.case.hospital
    said = terms_of_answer(answer, is_abroad=person.country != hospital.country) if answer else None
    pays = letter is not None and letter.state is GuaranteeState.ACCEPTED and set(differs) <= _PAYS_A_PART
    limit = _limit_of(letter, estimate) if letter and pays else payer.limit
    if said is None and limit is None and payer.share_percent is None:
        return None
    terms = said or Terms()
    if terms.own_percent == 0 and payer.share_percent is not None:
        terms = replace(terms, own_percent=100 - payer.share_percent)
    return replace(terms, limit=limit)


def _limit_of(letter: Guarantee, estimate: Estimate | None) -> Money:
    """The ceiling; of an estimate that the letter covers in part, at most the low end of the covered services."""
    uncovered = (
        {line.phase for line in estimate.lines} - {Phase(code) for code in letter.services}
        if estimate
        else set()
    )
    if not estimate or not uncovered or estimate.currency != letter.currency:
        return letter.ceiling
    covered = [line for line in estimate.lines if line.phase not in uncovered]
    return min(letter.ceiling, totals(covered, estimate.currency).overall.low)
