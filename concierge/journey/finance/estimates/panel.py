"""The estimate on the Money tab: the version in force, the draft, and the one way to both."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from concierge.cases import good_faith
from concierge.cases.page import CasePage
from concierge.domain.clocks import local_day
from concierge.domain.estimate import Approval, is_expired
from concierge.domain.vocabulary import EstimateState
from concierge.journey.finance.estimates import actions, words
from concierge.journey.finance.estimates.costs_page import Moved, moved_since
from concierge.models import Estimate
from concierge.web.clock import now
from concierge.web.filters import money_range


@dataclass(frozen=True)
class Clock:
    """The last day for a good-faith estimate; `kind` colours it: bad once it is past, warn a working day before."""

    due_on: date
    kind: str


@dataclass(frozen=True)
class EstimatePanel:
    issued: Estimate | None
    is_expired: bool
    draft: Estimate | None
    approval: object
    moved: Moved | None
    clock: Clock | None

    @property
    def short(self) -> tuple[object, ...]:
        """For the overview on top of the tab."""
        shown = self.issued or self.draft
        state = self.approval or (_("Expired") if self.is_expired else "")
        return (money_range(shown.total), state) if shown and shown.lines else (state,)


def build(page: CasePage, _failing: dict) -> EstimatePanel:
    """What the Money tab says of the estimate."""
    file, today = page.file, local_day(now(), page.case.hospital.timezone)
    draft = next((e for e in file.estimates if e.state is EstimateState.DRAFT), None)
    standing = actions.standing(page.case, draft) if draft else Approval.NOT_NEEDED
    return EstimatePanel(
        issued=file.issued,
        is_expired=file.issued is not None and is_expired(file.issued.valid_until, today),
        draft=draft,
        approval=words.APPROVAL[standing] if standing is not Approval.NOT_NEEDED else "",
        moved=moved_since(file, draft) if draft else None,
        clock=clock_of(page),
    )


def clock_of(page: CasePage) -> Clock | None:
    """The clock of the United States rule, where it runs for this case."""
    due_on = good_faith.due_on(page.file)
    if due_on is None:
        return None
    calendar = page.case.hospital.calendar
    today = local_day(now(), calendar.timezone)
    is_near = due_on <= calendar.add_working_days(today, 1)
    return Clock(due_on, "bad" if due_on < today else "warn" if is_near else "")
