"""What the Money tab of a case shows an advocate: the letters."""

from dataclasses import dataclass

from concierge.cases.facts import CaseFile
from concierge.cases.page import CasePage
from concierge.db import db
from concierge.domain import guarantee as letters
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.domain.money import Money
from concierge.domain.vocabulary import GuaranteeState
from concierge.journey.finance import queries, words
from concierge.journey.finance.forms import (
    GuaranteeForm,
    ReasonForm,
)
from concierge.models import Case, Estimate, Guarantee
from concierge.web.access import current_actor, has_right
from concierge.web.clock import now
from concierge.web.forms import Form


@dataclass(frozen=True)
class LetterRow:
    """One letter of guarantee: why it does not cover, what the estimate uses of it, what to watch."""

    letter: Guarantee
    recorded_by: str
    decided_by: str
    reasons: list
    used: Money | None
    alarms: list
    reason: Form | None
    is_own: bool

    @property
    def covers(self) -> bool:
        return not self.reasons and self.letter.state is GuaranteeState.ACCEPTED


@dataclass(frozen=True)
class MoneyPage:
    """Everything of the panel; `forms` holds what this reader may write, by name."""

    letters: list[LetterRow]
    forms: dict[str, Form]


def money_page(page: CasePage, failing: dict[str, Form]) -> MoneyPage:
    """Lay the money of a case out. `failing` are submitted forms that the page shows again, by name."""
    case, file = page.case, page.file
    people = _people(file)
    return MoneyPage(
        letters=[_letter_row(letter, file, people, failing) for letter in file.guarantees],
        forms={**_forms(case), **failing} if has_right(Right.EDIT_MONEY) else failing,
    )


def _people(file: CaseFile) -> dict[int, str]:
    ids = {g.recorded_by_id for g in file.guarantees} | {g.decided_by_id for g in file.guarantees}
    return queries.names_of(db.session(), ids)


def _reason_form(public_id: str, is_open: bool, failing: dict[str, Form]) -> Form | None:
    if not (is_open and has_right(Right.CONFIRM_MONEY)):
        return None
    return failing.get(f"reason-{public_id}") or ReasonForm.of(public_id)


def _letter_row(
    letter: Guarantee, file: CaseFile, people: dict[int, str], failing: dict[str, Form]
) -> LetterRow:
    codes, used = judged(letter, file.case, file.issued)
    if letter.state is not GuaranteeState.ACCEPTED:
        codes = [code for code in codes if code != "not_accepted"]
    is_own = letter.recorded_by_id == current_actor().id
    is_open = letter.state is GuaranteeState.RECORDED and not is_own
    return LetterRow(
        letter=letter,
        recorded_by=people.get(letter.recorded_by_id, ""),
        decided_by=people.get(letter.decided_by_id or 0, ""),
        reasons=[words.NOT_COVERED.get(code, code) for code in codes],
        used=used,
        alarms=alarms_of(letter, file.case, used),
        reason=_reason_form(letter.public_id, is_open, failing),
        is_own=is_own and letter.state is GuaranteeState.RECORDED,
    )


def judged(letter: Guarantee, case: Case, issued: Estimate | None) -> tuple[list[str], Money | None]:
    """Codes of why the letter does not cover the estimate in force, and what that uses of it (None: other currency)."""
    if issued is None or not issued.lines:
        return ["no_estimate"], None
    high = issued.total.high
    person = case.person
    codes = letters.covers(
        letter,
        estimate_high=high,
        on=local_day(now(), case.hospital.timezone),
        passport_name=person.latin_name or person.native_name,
        passport_number=person.passport_number,
        services=frozenset(line.phase for line in issued.lines),
    )
    return list(codes), high if high.currency == letter.currency else None


def alarms_of(letter: Guarantee, case: Case, used: Money | None) -> list:
    """What to watch about an accepted letter, in words."""
    if letter.state is not GuaranteeState.ACCEPTED:
        return []
    today = local_day(now(), case.hospital.timezone)
    return [words.ALARM[code] for code in letters.alarms(letter, used or Money.zero(letter.currency), today)]


# --- forms -----------------------------------------------------------------------------------------------------


def _forms(case: Case) -> dict[str, Form]:
    return {"guarantee": GuaranteeForm().prepare(case.hospital.currency)}
