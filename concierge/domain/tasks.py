"""What the team does beside the gates: task templates by step and programme, and when each is due.

A gate of domain/journey.py says what must be true before a case moves on; a task says what good care adds to it. The
one next action of a case is never a task: tasks are quieter. Source of the templates: docs/journey.md, *tasks*.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from concierge.domain.access import Role
from concierge.domain.clocks import WorkingCalendar
from concierge.domain.journey import Step
from concierge.domain.vocabulary import Programme


class TaskState(StrEnum):
    OPEN = "open"
    SNOOZED = "snoozed"
    DONE = "done"
    CANCELLED = "cancelled"


LIVE = frozenset({TaskState.OPEN, TaskState.SNOOZED})
_EVERY = frozenset(Programme)
_TRAVEL = frozenset({Programme.TREATMENT})
_OPINION = frozenset({Programme.SECOND_OPINION})
_TELEHEALTH = frozenset({Programme.TELEHEALTH})


@dataclass(frozen=True)
class TaskTemplate:
    """A task that each case of these programmes gets when it enters the step; `days` are working days from then.

    `until` is the last step in which it makes sense; by itself that is the step it came with.
    """

    code: str
    step: Step
    owner: Role
    days: int
    programmes: frozenset[Programme] = _EVERY
    until: Step | None = None

    @property
    def last_step(self) -> Step:
        return self.until or self.step


TEMPLATES = (
    TaskTemplate("ask_home_doctor", Step.CONTACT, Role.SPECIALIST, 2, until=Step.CONSULT),
    TaskTemplate("offer_interpreter", Step.CONSULT, Role.SPECIALIST, 1),
    TaskTemplate("ask_referral_letter", Step.CONSULT, Role.SPECIALIST, 2, until=Step.FINANCE),
    TaskTemplate("agree_opinion_delivery", Step.CONSULT, Role.SPECIALIST, 2, _OPINION, until=Step.CLINICAL),
    TaskTemplate("check_country_rule", Step.CONSULT, Role.SPECIALIST, 1, _TELEHEALTH, until=Step.FINANCE),
    TaskTemplate("explain_refund_rule", Step.FINANCE, Role.ADVOCATE, 2),
    TaskTemplate("ask_how_they_pay", Step.FINANCE, Role.ADVOCATE, 3),
    TaskTemplate("call_during_review", Step.CLINICAL, Role.SPECIALIST, 4),
    TaskTemplate("plan_opinion_translation", Step.CLINICAL, Role.SPECIALIST, 3, _OPINION | _TELEHEALTH),
    TaskTemplate("check_country_again", Step.CLINICAL, Role.SPECIALIST, 3, _TELEHEALTH),
    TaskTemplate("check_passport", Step.ACCEPTANCE, Role.COORDINATOR, 2, _TRAVEL),
    TaskTemplate("ask_who_travels", Step.ACCEPTANCE, Role.COORDINATOR, 3, _TRAVEL),
    TaskTemplate("welcome_family", Step.EVALUATION, Role.CARE_MANAGER, 1, _TRAVEL),
    TaskTemplate("tell_home_doctor", Step.EVALUATION, Role.CARE_MANAGER, 4, _TRAVEL),
)  # fmt: skip
BY_CODE = {template.code: template for template in TEMPLATES}


def templates_for(step: Step, programme: Programme) -> tuple[TaskTemplate, ...]:
    """What a case of this programme gets when it enters the step."""
    return tuple(one for one in TEMPLATES if one.step is step and programme in one.programmes)


def due_at(template: TaskTemplate, entered_at: datetime, calendar: WorkingCalendar) -> datetime:
    """Close of the n-th working day after the case entered the step. Aware UTC."""
    return calendar.promise_due(entered_at, days=template.days)


def is_senseless(code: str, step: Step, programme: Programme) -> bool:
    """Whether a live task of this template has lost its sense where the case stands now."""
    template = BY_CODE.get(code)
    if template is None:  # a person wrote it; a person ends it
        return False
    is_its_time = template.step.number <= step.number <= template.last_step.number
    return programme not in template.programmes or not is_its_time


def was_in_time(due_at: datetime, done_at: datetime) -> bool:
    """A promise kept: done before it was due."""
    return done_at <= due_at
