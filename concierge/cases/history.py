"""What happened in a case, as sentences in the reader's language: an event keeps a code and its facts, never words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from concierge.domain.access import Area, Role
from concierge.domain.journey import Exit, Step
from concierge.domain.vocabulary import CallOutcome, CallPurpose, NeedsPart, PayerKind, Programme
from concierge.models import CaseEvent, ReadLog
from concierge.web import filters
from concierge.web.happenings import action_text, event_text, task_text
from concierge.web.i18n import current_code
from concierge.web.labels import label

FIELD = {
    "native_name": _l("name"),
    "surname": _l("surname"),
    "given_names": _l("given names"),
    "called": _l("what the person is called"),
    "birth_on": _l("birth date"),
    "birth_typed": _l("birth date as typed"),
    "passport_number": _l("passport number"),
    "country": _l("country"),
    "language": _l("language of messages"),
    "spoken_language": _l("spoken language"),
    "timezone": _l("time zone"),
    "email": _l("e-mail"),
    "phone": _l("phone"),
    "phone_typed": _l("phone as typed"),
    "channel": _l("channel"),
    "good_hours": _l("good hours"),
    "is_visa_needed": _l("visa"),
    "cancer_type": _l("kind of illness"),
    "stage_reported": _l("stage"),
    "programme": _l("programme"),
    "question": _l("question to the doctors"),
}

PAGE_NAME = {
    "conversation_staff.talk": _l("Talk"),
    "cases_staff.people": _l("People"),
    "cases_staff.history": _l("History"),
    "consult_staff.consult": _l("Consult"),
    "records_staff.records": _l("Records"),
    "clinical_staff.review": _l("Review"),
    "finance_staff.money": _l("Money"),
    "estimates_staff.builder": _l("Estimate"),
    "acceptance_staff.answer": _l("Answer"),
    "itinerary_staff.travel": _l("Travel"),
    "needs_staff.part": _l("Travel needs"),
    "needs_staff.traveller": _l("Traveller"),
    "evaluation_staff.schedule": _l("Schedule"),
    "evaluation_staff.plan": _l("Plan"),
    "tasks_staff.task": _l("Task"),
    "programme_staff.programme": _l("Programme"),
    "handover_staff.hand_over": _l("Hand over"),
    "portal.home": _l("Home"),
    "conversation_portal.messages": _l("Messages"),
    "records_portal.documents": _l("Documents"),
    "estimates_portal.costs": _l("Estimate"),
    "deposits_portal.pay": _l("Payment"),
    "acceptance_portal.answer": _l("Answer"),
    "itinerary_portal.trip": _l("Trip"),
    "needs_portal.travel": _l("Travel needs"),
    "needs_portal.part": _l("Travel needs"),
    "needs_portal.travellers": _l("Travellers and passports"),
    "needs_portal.traveller": _l("Traveller"),
    "referral_public.status": _l("Referral status"),
    "referral_public.letter_pdf": _l("Letter to the doctor"),
    "referral_referrer.patient": _l("Referral status"),
    "referral_referrer.letter_pdf": _l("Letter to the doctor"),
    "referral_staff.referral": _l("Referral"),
    "insurance_staff.payers": _l("Who pays"),
    "insurance_staff.payer": _l("Who pays"),
    "insurance_staff.paper": _l("Paper of a payer"),
    "insurance_staff.check": _l("Insurance check"),
    "insurance_portal.payer": _l("Who pays"),
}


@dataclass(frozen=True)
class Line:
    """One line of the history; `more` is what a person wrote about it, `points` a list below it."""

    text: str
    at: datetime
    who: str
    more: str = ""
    points: tuple[str, ...] = ()


def line_of(event: CaseEvent) -> Line:
    tell = _SENTENCE.get(event.kind)
    text = tell(event.data) if tell else str(event_text(event.kind))
    who = _("Concierge, by itself") if event.actor_kind == "system" else event.actor_name
    missing = tuple(str(action_text(code)) for code in event.data.get("missing", ()))
    return Line(text, event.at, who, str(event.data.get("reason") or ""), missing)


def page_name(row: ReadLog) -> str:
    """The page that somebody looked at, by its tab; an unknown one by its code."""
    return str(PAGE_NAME.get(row.page, row.page))


def _together(items) -> str:
    return format_list([str(item) for item in items], locale=current_code())


def _named(kind, value: str):
    """The words of an enum value that was kept as text; one that no longer exists shows itself."""
    try:
        return label(kind(value))
    except ValueError:
        return value


def _moved(data: dict) -> str:
    old, new = _named(Step, data["step_from"]), _named(Step, data["step_to"])
    return _("Moved from %(old)s to %(new)s", old=old, new=new)


def _assigned(data: dict) -> str:
    return _("Team: %(name)s is now %(role)s", name=data["name"], role=_named(Role, data["role"]))


def _noted(data: dict) -> str:
    if not data.get("fields"):
        return str(event_text("facts_noted"))
    return _("Facts noted: %(fields)s", fields=_together(FIELD.get(field, field) for field in data["fields"]))


def _consented(data: dict) -> str:
    if not data.get("given_by"):
        return str(event_text("consent_recorded"))
    if data.get("how") == "written":
        return _("Consent recorded: %(name)s agreed in writing", name=data["given_by"])
    return _("Consent recorded: %(name)s agreed in a talk", name=data["given_by"])


def _areas(data: dict) -> str:
    return _together(_named(Area, area) for area in data.get("areas") or [Area.TRIP.value])


def _invited(data: dict) -> str:
    return _("%(name)s was invited and may see: %(areas)s", name=data["name"], areas=_areas(data))


def _call(data: dict) -> str:
    purpose, outcome = _named(CallPurpose, data["purpose"]), _named(CallOutcome, data["outcome"])
    return _("Call noted: %(purpose)s. %(outcome)s", purpose=purpose, outcome=outcome)


def _parts(data: dict) -> str:
    return _together(_named(NeedsPart, part) for part in data.get("parts", ()))


def _task(data: dict) -> str:
    return str(task_text(data.get("code", ""), data.get("title", "")))


def _records(data: dict) -> str:
    count = len(data.get("kinds", ()))
    return ngettext("Records list agreed: %(num)s document", "Records list agreed: %(num)s documents", count)


_SENTENCE: dict[str, Callable[[dict], str]] = {
    "step_moved": _moved,
    "case_assigned": _assigned,
    "facts_noted": _noted,
    "consent_recorded": _consented,
    "call_noted": _call,
    "records_agreed": _records,
    "payer_noted": lambda data: _("Payer noted: %(payer)s", payer=_named(PayerKind, data["kind"])),
    "needs_told": lambda data: _("Travel needs told: %(parts)s", parts=_parts(data)),
    "needs_sent": lambda data: _("Travel needs sent to the travel team: %(parts)s", parts=_parts(data)),
    "case_held": lambda data: _(
        "Put on hold until %(day)s", day=filters.day(date.fromisoformat(data["until"]))
    ),
    "estimate_trips_wire": lambda data: _(
        "Estimate %(gap)s above version %(number)s, which was understood: the limit of USD 400 is reached",
        gap=f"\u2068{data['gap']}\u2069", number=data["since"],
    ),
    "case_closed": lambda data: _("Closed: %(exit)s", exit=_named(Exit, data["exit"])),
    "case_handed_over": lambda data: _(
        "Handed over: %(name)s is now %(role)s", name=data["name"], role=_named(Role, data["role"])
    ),
    "programme_changed": lambda data: _(
        "Programme changed from %(old)s to %(new)s",
        old=_named(Programme, data["old"]),
        new=_named(Programme, data["new"]),
    ),
    "place_noted": lambda data: _(
        "The patient is now in %(country)s", country=filters.country_name(data["country"], current_code())
    ),
    "next_action_agreed": lambda data: _(
        "Agreed until %(day)s: %(action)s",
        day=filters.day(date.fromisoformat(data["on"])),
        action=action_text(data["action"]),
    ),
    "task_added": lambda data: _("Task added: %(task)s", task=_task(data)),
    "task_done": lambda data: _("Task done: %(task)s", task=_task(data)),
    "task_undone": lambda data: _("Task open again: %(task)s", task=_task(data)),
    "task_snoozed": lambda data: _("Task put aside: %(task)s", task=_task(data)),
    "task_handed_over": lambda data: _("Task handed over to %(name)s: %(task)s", name=data["name"], task=_task(data)),
    "caregiver_invited": _invited,
    "caregiver_rights_changed": lambda data: _(
        "%(name)s may now see: %(areas)s", name=data["name"], areas=_areas(data)
    ),
    "referral_received": lambda data: _("Referred by %(name)s", name=data["name"]),
    "hearing_back_allowed": lambda data: _("%(name)s may hear how it goes on", name=data["name"]),
    "hearing_back_stopped": lambda data: _("%(name)s hears no more how it goes on", name=data["name"]),
    "case_merged_here": lambda data: _("%(reference)s was merged into this case", reference=data["other"]),
    "case_merged_away": lambda data: _("Merged into %(reference)s", reference=data["other"]),
    "people_joined": lambda data: _("Joined with the same person's case %(reference)s", reference=data["other"]),
    "people_are_different": lambda data: _(
        "Noted: the person of %(reference)s is somebody else", reference=data["other"]
    ),
    "merge_undone": lambda data: _("The merge with %(reference)s was taken back", reference=data["other"]),
    "caregiver_removed": lambda data: _("The access of %(name)s was taken back", name=data["name"]),
}
