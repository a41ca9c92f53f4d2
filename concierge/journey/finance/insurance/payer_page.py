"""What T9 shows a family of each payer: the checklist of its papers, what its letter covers, what was asked."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from concierge.domain import guarantee
from concierge.domain.clocks import local_day
from concierge.domain.money import Money
from concierge.domain.payers import INSURERS, PAPERS
from concierge.domain.vocabulary import DocumentState, GuaranteeState, PaperKind, Phase
from concierge.journey.finance.insurance import words
from concierge.journey.finance.insurance.expectation import Expectation, PayerRow, amount_of
from concierge.journey.finance.insurance.forms import PaperForm
from concierge.models import Case, Estimate, Guarantee, PayerPaper
from concierge.web import filters
from concierge.web.clock import now


@dataclass(frozen=True)
class PaperRow:
    """One line of the checklist. `notes` say plainly what does not fit; `button` is the word for adding it."""

    kind: PaperKind
    tag: str
    status: object
    notes: list
    button: object


@dataclass(frozen=True)
class PayerCard:
    row: PayerRow
    papers: list[PaperRow]
    can_ask: bool


def cards_of(found: Expectation) -> list[PayerCard]:
    """Every payer in order."""
    return [
        PayerCard(row, [_paper(row, kind) for kind in PAPERS[row.payer.kind]], _can_ask(row))
        for row in found.rows
    ]


def _can_ask(row: PayerRow) -> bool:
    """An insurer that nobody is asking, and of which we have no answer that still holds."""
    return row.payer.kind in INSURERS and row.waiting is None and (row.answer is None or bool(row.again))


def _paper(row: PayerRow, kind: PaperKind) -> PaperRow:
    sent = [paper for paper in row.payer.papers if paper.kind is kind]
    button = _("Add the card") if kind is PaperKind.CARD else _("Add the letter")
    if kind is PaperKind.GUARANTEE and row.letter:
        return _letter(row.letter, row.differs, button)
    if not sent:
        return PaperRow(kind, "", _("Asked for"), [], button)
    newest = sent[-1]
    if newest.document.state is DocumentState.REFUSED:
        return PaperRow(kind, "warn", _("Please send it again"), [newest.document.refusal], button)
    if newest.differs:
        return PaperRow(kind, "warn", _("Received, does not fit"), _notes(newest), button)
    return PaperRow(kind, "info", _("Received"), [], _("Add another page"))


def _notes(paper: PayerPaper) -> list:
    return [*(words.DIFFERS[code] for code in paper.differs), _("Our team knows and gets in touch.")]


def _letter(letter: Guarantee, differs: tuple[str, ...], button: str) -> PaperRow:
    if letter.state is not GuaranteeState.ACCEPTED:
        return PaperRow(PaperKind.GUARANTEE, "info", _("Received, we are checking it"), [], button)
    covers = _(
        "Covers up to %(amount)s until %(day)s",
        amount=filters.plain_money(letter.ceiling), day=filters.day(letter.valid_until),
    )  # fmt: skip
    if differs:
        notes = [covers, *(words.DIFFERS[code] for code in differs)]
        return PaperRow(PaperKind.GUARANTEE, "warn", _("Not enough"), notes, button)
    return PaperRow(PaperKind.GUARANTEE, "ok", covers, [], button)


# --- a letter that was typed off -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Typed:
    """A letter by what the family reads on it, in the shape of domain/guarantee.py."""

    person_name: str
    ceiling: Money
    valid_until: date
    valid_from: date
    passport_number: str = ""
    state: GuaranteeState = GuaranteeState.ACCEPTED
    services: tuple[str, ...] = tuple(Phase)
    is_guarantor_stopped: bool = False


def differs_of(form: PaperForm, case: Case, issued: Estimate | None) -> list[str]:
    """Codes of what does not fit patient, estimate or day; what was not typed is held against nothing."""
    today, amount = local_day(now(), case.hospital.timezone), amount_of(issued)
    passport_name = case.person.latin_name or case.person.native_name
    usual = amount.high if amount else Money.zero(case.hospital.currency)
    typed = _Typed(
        person_name=form.person_name.data or passport_name, ceiling=form.limit.money_or_none or usual,
        valid_until=form.valid_until.day_or_none or today, valid_from=today,
    )  # fmt: skip
    high = usual if amount else Money.zero(typed.ceiling.currency)
    return list(
        guarantee.covers(
            typed, estimate_high=high, on=today, passport_name=passport_name, passport_number="", services=()
        )
    )
