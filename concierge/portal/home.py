"""The one card of the patient's home and the six steps below it, put together from facts and words."""

from dataclasses import dataclass, field
from datetime import date, datetime

from babel.lists import format_list
from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from concierge.cases.actions import promises_of
from concierge.domain.access import Participation
from concierge.domain.clocks import local_day
from concierge.domain.journey import CaseState, Exit, travels
from concierge.domain.journey import steps_of as steps_of_programme
from concierge.domain.promises import Promises, usual
from concierge.domain.vocabulary import RecordState
from concierge.models import Case, ChecklistItem, StaffUser
from concierge.portal.next_step import (
    BEFORE_THE_TRIP,
    BOOKED_CALL,
    OPINION_GIVEN,
    TELL_NEEDS,
    Act,
    Wait,
    farewell,
    looks_open,
    next_step,
    since,
)
from concierge.portal.queries import HomeFacts
from concierge.web import filters
from concierge.web.i18n import current_code
from concierge.web.labels import label, patient_step

_BANK_DAYS = 5  # where a hospital says nothing


@dataclass(frozen=True)
class Card:
    """The highlighted card: with `url` something to do, else whom the reader waits for."""

    kicker: str
    title: object
    why: object = ""
    after: object = ""
    url: str = ""
    button: object = ""
    lines: list[tuple[str, object]] = field(default_factory=list)
    notice: str = ""


def card_of(
    case: Case, facts: HomeFacts, standing: Participation, reader_timezone: str, now: datetime
) -> Card:
    """What this reader does next, or waits for; closed and resting cases have kind words of their own."""
    if case.state is CaseState.ON_HOLD:
        return _resting(case)
    if not looks_open(case.state, case.exit, facts.is_told):
        return _closed(case, facts, standing)
    code = case.next_code if case.state is CaseState.OPEN else "sign_decision"
    is_booked = code == "hold_call" and facts.call is not None
    step = BOOKED_CALL if is_booked else next_step(code, standing)
    if code in BEFORE_THE_TRIP and facts.has_needs and not facts.are_needs_sent:
        step = TELL_NEEDS
    if isinstance(step, Act):
        return _to_do(case, step, code or "", facts, reader_timezone)
    return _to_wait(case, step, code or "", reader_timezone, now)


def _to_do(case: Case, act: Act, code: str, facts: HomeFacts, reader_timezone: str) -> Card:
    lines: list[tuple[str, object]] = []
    due_on = local_day(case.next_due_at, reader_timezone) if case.next_due_at else None
    if code == "pay_deposit" and facts.deposit:
        lines.append((_("Amount"), filters.money(facts.deposit)))
        due_on = facts.deposit_due_on
    if act is BOOKED_CALL and facts.call:
        lines.append((_("When"), filters.two_clocks(facts.call.starts_at, case.hospital.timezone, reader_timezone)))
    if due_on and act.has_due:
        lines.append((_("By"), _day(due_on)))
    lines.append((_("After that"), act.after))
    url = url_for(act.endpoint, pid=case.public_id)
    return Card(_("Your next step"), act.sentence, act.why, url=url, button=act.button, lines=lines)


def _to_wait(case: Case, wait: Wait, code: str, reader_timezone: str, now: datetime) -> Card:
    if wait.who is None:
        return Card(_("Nothing to do now"), wait.sentence, _("You see here what concerns you."))
    began_at = since(case.waiting_since, case.step_entered_at)
    hours, days = _usual(case, wait.promised_as or code)
    lines = [
        (_("Waiting on"), wait.who),
        (_("Usually"), _how_long(hours, days)),
        (_("Since"), _day(local_day(began_at, reader_timezone))),
    ]
    calendar = case.hospital.calendar
    due_at = (
        calendar.add_working_hours(began_at, hours) if hours else calendar.promise_due(began_at, days=days)
    )
    late = (
        _("This takes longer than usual. We are sorry. Call us if you want to know more.")
        if due_at < now
        else ""
    )
    return Card(_("Nothing to do now"), wait.sentence, lines=lines, notice=late)


def _usual(case: Case, code: str) -> tuple[int, int]:
    if code == "await_transfer":
        lead = {method["method"]: method["lead_days"] for method in case.hospital.payment_methods}
        return 0, lead.get("bank_transfer", _BANK_DAYS)
    promises: Promises = promises_of(case.hospital)
    return usual(code, case.waiting_on, promises)


def _how_long(hours: int, days: int) -> str:
    if hours:
        return ngettext("%(num)s working hour", "%(num)s working hours", hours)
    return ngettext("%(num)s working day", "%(num)s working days", days)


def _day(on: date) -> str:
    return filters.weekday(on)


def _resting(case: Case) -> Card:
    return Card(
        _("Nothing to do now"),
        _("Your case rests for a while"),
        _("We wake it by ourselves and write to you. If something changes, write to us or call."),
        lines=[(_("Until"), _day(case.hold_until))] if case.hold_until else [],
    )


def _closed(case: Case, facts: HomeFacts, standing: Participation) -> Card:
    is_opinion = case.exit is Exit.COMPLETED and not travels(case.programme)
    words = OPINION_GIVEN if is_opinion else farewell(case.exit or Exit.WITHDRAWN, standing)
    kicker = _("We are here for you") if case.exit is Exit.DIED else _("Nothing to do now")
    if is_opinion and facts.has_answer:
        url = url_for("acceptance_portal.answer", pid=case.public_id)
        return Card(kicker, words.title, words.text, url=url, button=_("Read our opinion"))
    if case.exit is Exit.NOT_ACCEPTED and facts.has_answer:
        url = url_for("acceptance_portal.answer", pid=case.public_id)
        return Card(kicker, words.title, words.text, url=url, button=_("See our answer"))
    return Card(kicker, words.title, words.text)


def steps_of(case: Case) -> list[tuple[int, object, str, str]]:
    """(number, words, done, now or next, note) of the steps of the programme, for components/page.html `steps`."""
    is_over = case.exit is Exit.COMPLETED
    rows = []
    for step in steps_of_programme(case.programme):
        state = (
            "done" if is_over or step.number < case.step.number else "now" if step is case.step else "next"
        )
        rows.append((step.number, patient_step(step, case.programme), state, ""))
    return rows


def speaks_of(specialist: StaffUser | None) -> str:
    """The languages of the specialist, each in the reader's own language."""
    if specialist is None:
        return ""
    code = current_code()
    names = [filters.spoken_name(language, code) for language in specialist.speaks]
    return _("Speaks %(languages)s", languages=format_list(names, locale=code)) if names else ""


def promise_of(case: Case) -> str:
    """How fast an answer comes, in the hospital's own promise."""
    hours = case.hospital.first_reply_hours
    return ngettext("Answers within %(num)s working hour", "Answers within %(num)s working hours", hours)


def links_of(case: Case, facts: HomeFacts, is_patient: bool) -> list[tuple[str, str]]:
    """(words, address) of the pages that have something for this reader."""
    our_words = _("Our answer") if travels(case.programme) else _("Our written opinion")
    pages = (
        (facts.has_costs, _("Costs and deposit"), "estimates_portal.costs"),
        (facts.has_payer, _("Who pays"), "insurance_portal.payer"),
        (facts.has_answer, our_words, "acceptance_portal.answer"),
        (facts.has_needs, _("What you need for your trip"), "needs_portal.travel"),
        (facts.has_days, _("Evaluation days"), "evaluation_portal.evaluation"),
        (facts.has_plan, _("Your plan and going home"), "evaluation_portal.after"),
        (facts.can_call, _("A call with your specialist"), "call_portal.call"),
        (is_patient, _("People and access"), "portal.people"),
    )
    return [(text, url_for(endpoint, pid=case.public_id)) for is_there, text, endpoint in pages if is_there]


def needs_of(case: Case, facts: HomeFacts) -> list[tuple[object, str, str, object, str]]:
    """The records that we still need, as rows of components/page.html `tasks`."""
    url = url_for("records_portal.documents", pid=case.public_id)
    return [(label(item.kind), url, *_state_of(item), item.note) for item in facts.needed]


def _state_of(item: ChecklistItem) -> tuple[str, object]:
    """Colour and word: what never came is simply needed; what came and did not do says why."""
    if item.state in {RecordState.MISSING, RecordState.ASKED}:
        return "info", label(RecordState.ASKED)
    return "warn", label(item.state)
