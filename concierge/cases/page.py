"""What `layouts/case.html` shows around every staff page of a case."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm.attributes import set_committed_value

from concierge.cases import facts, referrers
from concierge.cases.actions import TEAM
from concierge.cases.programme.actions import can_change
from concierge.cases.tasks.lines import case_lines
from concierge.cases.tasks.queries import of_case
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.domain.journey import CaseState, WaitingOn, blockers, steps_of, travels
from concierge.domain.vocabulary import CancerType, Programme, Urgency
from concierge.models import Case, Person, Referral, StaffUser
from concierge.web import filters
from concierge.web.access import current_actor, current_staff
from concierge.web.clock import now
from concierge.web.happenings import action_text
from concierge.web.i18n import current_code
from concierge.web.labels import label

# Where each next action is done: endpoint and anchor. Every endpoint takes `ref`.
PLACE = {
    "take_enquiry": ("conversation_staff.talk", ""),
    "reply_first": ("conversation_staff.talk", "reply"),
    "note_language": ("cases_staff.people", "facts"),
    "note_channel": ("cases_staff.people", "facts"),
    "note_timezone": ("cases_staff.people", "facts"),
    "record_health_consent": ("cases_staff.people", "consent"),
    "note_who_knows": ("cases_staff.people", "who-knows"),
    "hold_call": ("talk_staff.call", ""),
    "note_payer": ("consult_staff.consult", "payer"),
    "note_payer_letter": ("consult_staff.consult", "payer"),
    "agree_records": ("consult_staff.consult", "records"),
    "review_letter": ("finance_staff.money", "guarantees"),
    "issue_estimate": ("estimates_staff.builder", ""),
    "understand_estimate": ("finance_staff.money", "estimate"),
    "request_deposit": ("finance_staff.money", "deposit"),
    "settle_payment": ("finance_staff.money", "deposit"),
    "await_transfer": ("finance_staff.money", "deposit"),
    "pay_deposit": ("finance_staff.money", "deposit"),
    "check_records": ("records_staff.records", ""),
    "send_records": ("records_staff.records", ""),
    "send_more_records": ("records_staff.records", ""),
    "second_review": ("clinical_staff.review", ""),
    "sign_decision": ("clinical_staff.review", ""),
    "tell_declined": ("acceptance_staff.answer", "call"),
    "tell_answer": ("acceptance_staff.answer", "call"),
    "answer_questions": ("acceptance_staff.answer", ""),
    "say_yes": ("acceptance_staff.answer", ""),
    "hold_dates": ("acceptance_staff.answer", "dates"),
    "send_visa_letter": ("acceptance_staff.answer", "visa"),
    "set_appointments": ("evaluation_staff.schedule", ""),
    "confirm_trip": ("itinerary_staff.travel", "confirm"),
    "hold_evaluation": ("evaluation_staff.schedule", "held"),
    "write_plan": ("evaluation_staff.plan", ""),
    "explain_plan": ("evaluation_staff.plan", "explain"),
    "acknowledge_plan": ("evaluation_staff.plan", ""),
    "choose": ("evaluation_staff.plan", ""),
    "hand_over_folder": ("evaluation_staff.plan", "folder"),
    "wake": ("cases_staff.hold", ""),
    "move_on": ("cases_staff.move", ""),
    "close_case": ("cases_staff.close", ""),
    "note_place": ("programme_staff.programme", "place"),
    "change_programme": ("programme_staff.programme", "change"),
}

TABS = (
    ("talk", "conversation_staff.talk", Right.SEE_CASES),
    ("consult", "consult_staff.consult", Right.SEE_CASES),
    ("records", "records_staff.records", Right.SEE_RECORDS),
    ("review", "clinical_staff.review", Right.SEE_RECORDS),
    ("money", "finance_staff.money", Right.SEE_MONEY),
    ("answer", "acceptance_staff.answer", Right.SEE_CASES),
    ("travel", "itinerary_staff.travel", Right.SEE_CASES),
    ("schedule", "evaluation_staff.schedule", Right.SEE_CASES),
    ("plan", "evaluation_staff.plan", Right.SEE_CASES),
    ("people", "cases_staff.people", Right.SEE_CASES),
    ("history", "cases_staff.history", Right.SEE_CASES),
)


# What people do to the case as a whole, by its state: a word and its page.
ACTS = {
    CaseState.OPEN: (
        ("move", "cases_staff.move"),
        ("hold", "cases_staff.hold"),
        ("hand_over", "handover_staff.hand_over"),
        ("programme", "programme_staff.programme"),
        ("close", "cases_staff.close"),
    ),
    CaseState.ON_HOLD: (
        ("wake", "cases_staff.hold"),
        ("hand_over", "handover_staff.hand_over"),
        ("programme", "programme_staff.programme"),
        ("close", "cases_staff.close"),
    ),
    CaseState.CLOSED: (("reopen", "cases_staff.reopen"), ("programme", "programme_staff.programme")),
}
_TRAVEL_TABS = {"travel", "schedule", "plan"}


TALK = ("conversation_staff.talk", "")  # where a case begins, and what has no place of its own


def case_url(reference: str) -> str:
    """The first page of a case."""
    return url_for(TALK[0], ref=reference)


def action_url(code: str | None, reference: str) -> str:
    """Where this next action is done."""
    endpoint, anchor = PLACE.get(code or "", TALK)
    return url_for(endpoint, ref=reference, _anchor=anchor or None)


@dataclass(frozen=True)
class NextActionCard:
    sentence: str
    url: str
    button: str
    owner_label: str
    due_at: datetime | None
    is_overdue: bool
    is_mine: bool
    agreed: str
    agree_url: str


@dataclass(frozen=True)
class CasePage:
    """Everything around the panel. `file` holds the rows, so that the panel does not load them again."""

    case: Case
    file: facts.CaseFile
    head_facts: list
    rail: list
    next_action: NextActionCard | None
    waiting_sentence: str
    blockers: list
    alerts: list
    tabs: list
    facts: list
    team: list
    acts: list
    tasks: list
    add_task_url: str
    referrals: list[Referral]

    @property
    def person(self) -> Person:
        return self.case.person

    @property
    def reference(self) -> str:
        return self.case.reference

    @property
    def version(self) -> int:
        return self.case.version


def case_page(case: Case) -> CasePage:
    """Build the frame of a case page for the reader of this request."""
    file = facts.load(db.session(), case)
    _load_team(case)
    known = facts.facts_of(file, now(), case.step)
    referred = referrers.of_case(db.session(), case)
    open_now = blockers(case.step, known) if case.state is CaseState.OPEN else ()
    return CasePage(
        case=case, file=file, head_facts=_head(case), rail=_rail(case), next_action=_next(case),
        waiting_sentence=_waiting(case), blockers=[(action_text(b.code), label(b.owner)) for b in open_now],
        alerts=[*_alerts(case), *_urgent(case, referred)], tabs=_tabs(case), facts=_facts(case), team=_team(case),
        acts=_acts(case), referrals=referred,
        tasks=case_lines(of_case(db.session(), case), case.reference, case.hospital.timezone, now()),
        add_task_url="" if case.state is CaseState.CLOSED else url_for("tasks_staff.add", ref=case.reference),
    )  # fmt: skip


_USERS = sa.select(StaffUser).where(StaffUser.id.in_(sa.bindparam("ids", expanding=True)))


def _load_team(case: Case) -> None:
    """All names in one query instead of one each."""
    wanted = {user_id for field in TEAM.values() if (user_id := getattr(case, field))}
    users = {user.id: user for user in db.session.scalars(_USERS, {"ids": list(wanted)})}
    for field in TEAM.values():
        set_committed_value(case, field.removesuffix("_id"), users.get(getattr(case, field)))


def _head(case: Case) -> list:
    person, code = case.person, current_code()
    shown = [filters.country_name(person.country, code)] if person.country else []
    if person.spoken_language:
        shown.append(filters.spoken_name(person.spoken_language, code))
    if case.cancer_type is not CancerType.NOT_SURE:
        shown.append(label(case.cancer_type))
    if person.timezone:
        clock = filters.clock(now(), person.timezone)
        shown.append(_("%(time)s now in %(place)s", time=clock, place=filters.city_of(person.timezone, code)))
    return shown


def _rail(case: Case) -> list:
    rows = []
    for step in steps_of(case.programme):
        state = "done" if step.number < case.step.number else "now" if step is case.step else "next"
        if case.state is CaseState.CLOSED and case.exit == "completed":
            state = "done"
        days = (
            local_day(now(), case.hospital.timezone) - local_day(case.step_entered_at, case.hospital.timezone)
        ).days + 1
        note = (
            ngettext("Day %(num)s", "Day %(num)s", days)
            if state == "now" and case.state is CaseState.OPEN
            else ""
        )
        rows.append((step.number, label(step), state, note))
    return rows


def _next(case: Case) -> NextActionCard | None:
    if case.next_code is None:
        return None
    endpoint, anchor = PLACE.get(case.next_code, TALK)
    url = action_url(case.next_code, case.reference)
    mine = _is_mine(case)
    overdue = case.next_due_at is not None and case.next_due_at < now()
    is_here = request.endpoint == endpoint and not anchor
    return NextActionCard(
        sentence=action_text(case.next_code), url="" if is_here else url, button=_("Open"), owner_label=_owner(case),
        due_at=case.next_due_at, is_overdue=overdue, is_mine=mine, agreed=_agreed(case),
        agree_url=url_for("tasks_staff.agree", ref=case.reference) if _may_agree(case) else "",
    )  # fmt: skip


def _may_agree(case: Case) -> bool:
    return case.state is CaseState.OPEN and bool({Right.EDIT_CASE, Right.WRITE_MESSAGES} & current_actor().rights)


def _agreed(case: Case) -> str:
    if not case.agreed_note:
        return ""
    return _("Agreed by %(name)s: %(note)s", name=case.agreed_by, note=case.agreed_note)


def _owner(case: Case) -> str:
    field = TEAM.get(case.next_owner) if case.next_owner else None
    user = getattr(case, field.removesuffix("_id")) if field else None
    return user.name if user else label(case.next_owner)


def _is_mine(case: Case) -> bool:
    user: StaffUser | None = current_staff()
    if user is None or case.next_owner is None:
        return False
    field = TEAM.get(case.next_owner)
    named = getattr(case, field) if field else None
    return named == user.id if named else case.next_owner in user.roles_at(case.hospital_id)


def _waiting(case: Case) -> str:
    if case.waiting_on is WaitingOn.NOBODY:
        return ""
    since = local_day(case.waiting_since, case.hospital.timezone)
    return _("Waiting on: %(who)s, since %(day)s", who=label(case.waiting_on), day=filters.day(since))


def _alerts(case: Case) -> list:
    alerts = [(f"s{case.step.number}", f"{case.step.number} {label(case.step)}")]
    if case.state is CaseState.ON_HOLD:
        alerts.append(("warn", _("On hold until %(day)s", day=filters.day(case.hold_until))))
    if case.state is CaseState.CLOSED:
        alerts.append(("plain", _("Closed: %(exit)s", exit=label(case.exit))))
    if case.person.is_government_beneficiary:
        alerts.append(("warn", _("US government programme: no paid travel, lodging or rides")))
    if case.state is CaseState.OPEN and case.next_code is None:
        alerts.append(("bad", _("No next action")))
    return alerts


def _urgent(case: Case, referred: list[Referral]) -> list:
    """How soon the doctor wants the patient to be heard, until the case has ended."""
    is_open = case.state is not CaseState.CLOSED
    urgent = is_open and any(row.enquiry.urgency is Urgency.URGENT for row in referred)
    return [("bad", label(Urgency.URGENT))] if urgent else []


def _tabs(case: Case) -> list:
    texts = {
        "talk": _("Talk"), "consult": _("Consult"), "records": _("Records"), "review": _("Review"), "money": _("Money"),
        "answer": _("Answer"), "travel": _("Travel"), "schedule": _("Schedule"), "plan": _("Plan"),
        "people": _("People"), "history": _("History"),
    }  # fmt: skip
    rights = current_actor().rights
    current = g.get("case_tab") or request.endpoint
    return [
        (texts[code], url_for(endpoint, ref=case.reference), endpoint == current, None)
        for code, endpoint, right in TABS
        if right in rights and (code not in _TRAVEL_TABS or travels(case.programme))
    ]


def _facts(case: Case) -> list:
    person = case.person
    rows = [(_("Passport name"), person.latin_name or _("Not known yet"))]
    rows.append(
        (
            _("Born"),
            filters.day(person.birth_on) if person.birth_on else person.birth_typed or _("Not known yet"),
        )
    )
    if person.phone:
        rows.append((_("Phone"), filters.ltr(person.phone)))
    if person.channel:
        rows.append((_("Channel"), label(person.channel)))
    if not travels(case.programme):
        rows.append((_("Programme"), label(case.programme)))
    if case.programme is Programme.TELEHEALTH and case.present_country:
        where, since = filters.country_name(case.present_country, current_code()), case.present_country_at
        rows.append((_("Is now in"), _("%(country)s, said on %(day)s", country=where, day=filters.day(since))))
    rows.append((_("Who pays"), label(case.payer_kind) if case.payer_kind else _("Not known yet")))
    rows.append((_("Who knows what"), label(case.patient_knows)))
    return rows


def _team(case: Case) -> list:
    rows = []
    for role, field in TEAM.items():
        user = getattr(case, field.removesuffix("_id"))
        rows.append((label(role), user.name if user else None))
    return rows


def _acts(case: Case) -> list:
    if Right.EDIT_CASE not in current_actor().rights:
        return []
    texts = {
        "move": _("Move to another step"), "hold": _("Put on hold"), "wake": _("Wake or change the date"),
        "close": _("Close the case"), "reopen": _("Take the case up again"), "hand_over": _("Hand over to a colleague"),
        "programme": _("Change the programme"),
    }  # fmt: skip
    acts = [
        (texts[code], url_for(endpoint, ref=case.reference))
        for code, endpoint in ACTS[case.state]
        if code != "programme" or can_change(case)
    ]
    return [*acts, (_("Is this person known already?"), url_for("merge_staff.same", ref=case.reference))]
