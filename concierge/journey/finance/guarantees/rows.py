"""Letters of a case as pages show them: judged, used, warned of, with the forms of whoever may decide."""

from dataclasses import dataclass

from concierge.cases import facts
from concierge.cases.facts import CaseFile
from concierge.db import db
from concierge.domain import guarantee as rules
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.domain.vocabulary import GuaranteeState
from concierge.journey.finance.forms import ReasonForm
from concierge.journey.finance.guarantees import queries, words
from concierge.journey.finance.guarantees.forms import AcceptForm, unique
from concierge.journey.finance.payers.queries import stops_of
from concierge.journey.finance.queries import names_of
from concierge.models import Case, Guarantee
from concierge.web.access import current_actor, has_right
from concierge.web.clock import now
from concierge.web.forms import Form


@dataclass(frozen=True)
class LetterRow:
    """One letter: why it does not cover, how far it is used, what to watch, and the forms of whoever may decide.

    `stops` says why taking it needs a lead.
    """

    letter: Guarantee
    recorded_by: str
    decided_by: str
    reasons: list
    use: rules.Use
    alarms: list
    stops: list
    accept: Form | None
    reason: Form | None
    is_own: bool

    @property
    def covers(self) -> bool:
        return not self.reasons and self.letter.state is GuaranteeState.ACCEPTED


def letter_rows(file: CaseFile, failing: dict[str, Form]) -> list[LetterRow]:
    """Every letter of the case, in the order in which they came."""
    session, letters = db.session(), file.guarantees
    if not letters:
        return []
    uses = queries.uses_of(session, letters)
    people = names_of(session, {who for g in letters for who in (g.recorded_by_id, g.decided_by_id)})
    return [_row(file, letter, uses[letter.id], people, failing) for letter in letters]


def _row(
    file: CaseFile, letter: Guarantee, use: rules.Use, people: dict[int, str], failing: dict[str, Form]
) -> LetterRow:
    codes = [code for code in facts.not_covered(file, letter, now()) if code != "not_accepted"]
    is_own = letter.recorded_by_id == current_actor().id
    is_waiting = letter.state is GuaranteeState.RECORDED
    may_decide = is_waiting and not is_own and has_right(Right.CONFIRM_MONEY)
    key = letter.public_id
    return LetterRow(
        letter=letter,
        recorded_by=people.get(letter.recorded_by_id, ""),
        decided_by=people.get(letter.decided_by_id or 0, ""),
        reasons=[words.NOT_COVERED.get(code, code) for code in codes],
        use=use,
        alarms=alarms_of(letter, file.case, use),
        stops=_stops(letter, file.case) if is_waiting else [],
        accept=(failing.get(f"accept-{key}") or unique(AcceptForm(), key)) if may_decide else None,
        reason=(failing.get(f"reason-{key}") or ReasonForm.of(key)) if may_decide else None,
        is_own=is_own and is_waiting,
    )


def _stops(letter: Guarantee, case: Case) -> list:
    """A case has one or two letters, and at most one that waits."""
    if letter.organisation is None:
        return []
    today = local_day(now(), case.hospital.timezone)
    return [words.STOP[code] for code in stops_of(db.session(), letter.organisation, letter.ceiling, today)]


def alarms_of(letter: Guarantee, case: Case, use: rules.Use) -> list:
    """What to watch about an accepted letter, in words."""
    if letter.state is not GuaranteeState.ACCEPTED:
        return []
    today = local_day(now(), case.hospital.timezone)
    return [words.ALARM[code] for code in rules.alarms(letter, use.used, today)]
