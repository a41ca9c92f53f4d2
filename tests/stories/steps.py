"""The six steps as people walk them; each function is one act, and both stories share most of them."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from tests.stories.people import Patient, Staff
from tests.support.live import LiveServer


@dataclass(frozen=True)
class Visit:
    """The planned days: the evaluation, and the flights around it, as dates at the hospital."""

    first_on: date
    last_on: date

    @property
    def lands_on(self) -> date:
        """Two days to sleep after a long flight."""
        return self.first_on - timedelta(days=2)


def visit(house: LiveServer, slug: str) -> Visit:
    """Four working days of the hospital, two weeks ahead."""
    from concierge.db import db
    from concierge.models import Hospital
    from concierge.web.clock import now

    with house.app.app_context():
        calendar = db.session.scalars(sa.select(Hospital).where(Hospital.slug == slug)).one().calendar
        first = calendar.add_working_days(now().date(), 10)
        return Visit(first, calendar.add_working_days(first, 3))


def case_id(ref: str) -> int:
    """The row behind a reference such as C-2026-00417."""
    return int(ref.rsplit("-", 1)[1])


def is_completed(house: LiveServer, ref: str) -> None:
    """The case has left the sixth step as finished, and nothing of it is still to come."""
    from concierge.db import db
    from concierge.models import Case, Reminder

    with house.app.app_context():
        case = db.session.get_one(Case, case_id(ref))
        assert (case.state, case.exit) == ("closed", "completed"), (case.state, case.exit, case.next_code)
        still = sa.select(sa.func.count()).where(Reminder.case_id == case.id, Reminder.state == "planned")
        assert db.session.scalar(still) == 0


# --- 1 contact -------------------------------------------------------------------------------------------------


def writes_to_us(patient: Patient, tag: str, answers: list[dict]) -> None:
    """From the front page through five questions to *we have your message*."""
    patient.goes(f"/{tag}/").follows("main a[href*='/contact']").follows("main .actions a.btn")
    for answer in answers:
        first = next(iter(answer))
        patient.sends(first, press="button[value=on]", **answer)
    patient.sends("consent", consent=True)
    assert "/contact/sent/" in patient.page.url, patient.page.url


def answers_first(specialist: Staff, words: str, language: str) -> None:
    """The first reply, which is what the promise is about."""
    specialist.sends("/messages", message=words, language=language)


def notes_the_person(specialist: Staff, ref: str, knows: str, who: str, **facts: str) -> None:
    """Names as in the passport, and who knows what."""
    specialist.opens(ref, "people").sends("/people/facts", **facts)
    specialist.sends("/people/who-knows", knows=knows, who=who)


# --- 2 consult -------------------------------------------------------------------------------------------------


def holds_the_talk(specialist: Staff, ref: str, payer: dict, records: list[str]) -> None:
    """The call, who pays, and which records the doctors need."""
    specialist.opens(ref, "consult").sends(
        "/consult/call", minutes="35", participants="Patient, specialist", interpreter="not_needed",
        notes="Understands well, asks about the length of the stay.",
    )  # fmt: skip
    specialist.sends("/consult/payer", **payer)
    specialist.sends("/consult/illness", question="Is an operation possible?")
    specialist.sends("/consult/records", records=records, minimum=records)


# --- 3 finance -------------------------------------------------------------------------------------------------


def issues_the_estimate(advocate: Staff, ref: str, language: str) -> None:
    """Drafted from the package that fits best, looked at as the family sees it, and issued."""
    advocate.opens(ref, "money/estimate").sends("/estimate/draft", press="button[value^=package] >> nth=0")
    advocate.follows("a[href$='/preview']", language)
    advocate.opens(ref, "money/estimate").sends("/estimate/issue")


def understands_the_costs(patient: Patient) -> None:
    """Reads the estimate and says so."""
    patient.opens("costs")
    assert patient.gets("a[href$='.pdf']").startswith(b"%PDF")
    patient.sends("/costs")


# --- 4 clinical ------------------------------------------------------------------------------------------------


def sends_documents(patient: Patient, papers: list[tuple[str, dict]]) -> None:
    """One paper after the other, each as what it is."""
    patient.opens("documents")
    for kind, paper in papers:
        patient.sends("/documents", kind=kind, files=paper)


def files_the_documents(reviewer: Staff, ref: str, count: int) -> None:
    """Looks at each new file and says that it is good."""
    reviewer.opens(ref, "records")
    for _ in range(count):
        reviewer.sends("finding", finding="received")


def accepts(reviewer: Staff, ref: str, words: str, password: str, language: str = "en") -> None:
    """Takes the review, if nobody was named for it, and signs with the password."""
    reviewer.opens(ref, "review")
    if reviewer.page.locator("[name=act][value=take]").count():
        reviewer.sends("/review")
    reviewer.sends(
        "outcome", outcome="accept", patient_text=words, text_language=language, proposed_tests="CT, laboratory",
        proposed_days="4", password=password,
    )  # fmt: skip


# --- 5 acceptance ----------------------------------------------------------------------------------------------


def tells_the_answer(specialist: Staff, ref: str) -> None:
    """In a call, before anybody can read it."""
    specialist.opens(ref, "answer").sends(
        "/answer/call", minutes="20", participants="Patient", interpreter="not_needed", outcome="held"
    )


def says_yes(patient: Patient) -> None:
    """Reads the answer, takes the letter, and says yes."""
    patient.opens("answer")
    assert patient.gets("a[href$='.pdf']").startswith(b"%PDF")
    patient.sends("/answer/yes")


def holds_the_dates(coordinator: Staff, ref: str, visit: Visit) -> None:
    coordinator.opens(ref, "answer").sends(
        "/answer/dates", first_on=visit.first_on.isoformat(), last_on=visit.last_on.isoformat()
    )


def sets_appointments(coordinator: Staff, ref: str, visit: Visit) -> None:
    """A first talk and the talk about the plan."""
    coordinator.opens(ref, "schedule")
    talks = ("consultation", visit.first_on, "09:30"), ("plan_meeting", visit.last_on, "14:00")
    for kind, on, start in talks:
        coordinator.sends(
            "/schedule/add", kind=kind, day=on.isoformat(), start=start, minutes="60", preparation="bring_medicines",
            clinician=1, room=1,
        )  # fmt: skip


def plans_the_trip(
    coordinator: Staff, ref: str, visit: Visit, airports: tuple[str, str], language: str = ""
) -> None:
    """Flight, room and ride, and an interpreter for a `language` that the hospital does not speak itself."""
    day = visit.lands_on.isoformat()
    facts = {
        "number": "XX 101", "from_airport": airports[0], "departs_local": f"{day}T02:00",
        "to_airport": airports[1], "arrives_local": f"{day}T10:00",
    }  # fmt: skip
    typed = {f"legs-0-{name}": value for name, value in facts.items()}
    coordinator.opens(ref, "travel/flight/arrival")
    coordinator.sends("/travel/flight/arrival", press="button[value=note]", **typed)
    books_the_first(coordinator, "/travel/room", "room_id")
    books_the_first(coordinator, "/travel/ride/arrival", "vehicle_id")
    if language:
        books_the_first(coordinator, "/travel/interpreter", "interpreter_id", language=language)


def books_the_first(coordinator: Staff, act: str, choice: str, **wishes: str) -> None:
    """Looks what is free, then books what stands first."""
    coordinator.sends(act, press="button[value=look]", **wishes)
    offered = coordinator.form(act).locator(f"[name={choice}]").first
    coordinator.sends(act, press="button[value=book]", **{choice: offered.get_attribute("value") or ""})


def confirms_the_trip(coordinator: Staff, ref: str) -> None:
    """With what is still missing named and known."""
    coordinator.opens(ref, "travel")
    has_gaps = coordinator.form("/travel/confirm#").locator("[name=knows_gaps]").count() > 0
    coordinator.sends("/travel/confirm#", **({"knows_gaps": True} if has_gaps else {}))


def sees_the_trip(patient: Patient) -> None:
    """On the page, on paper and in the phone's calendar; then day by day."""
    patient.opens("trip")
    assert patient.gets("a[href$='.pdf']").startswith(b"%PDF")
    patient.follows("main a[href$='/trip/calendar']")
    assert patient.gets("a[href$='.ics']").startswith(b"BEGIN:VCALENDAR")
    patient.opens("evaluation")
    assert patient.gets("a[href$='.ics']").startswith(b"BEGIN:VCALENDAR")


# --- 6 evaluation ----------------------------------------------------------------------------------------------


def writes_the_plan(care_manager: Staff, ref: str) -> None:
    """The evaluation took place; the plan is written and explained in person."""
    care_manager.opens(ref, "schedule").sends("/schedule/held", is_early=True)
    care_manager.opens(ref, "plan").sends(
        "/plan/write", text="1. Three cycles of medicine.\n2. Then a scan.", medicines="Ondansetron 8 mg",
        warning_signs="Fever above 38.3: go to the nearest hospital.", follow_up="In 3 weeks: talk by video.",
    )  # fmt: skip
    care_manager.sends(
        "/plan/explain", minutes="40", participants="Patient", interpreter="professional", outcome="held"
    )


def chooses(patient: Patient, choice: str) -> None:
    """Confirms that the plan was explained, and says how to go on."""
    patient.opens("after").sends("/after/understood").sends("/after/choice", choice=choice)


def hands_over_the_folder(care_manager: Staff, ref: str) -> None:
    care_manager.opens(ref, "plan").sends("/plan/folder")


def takes_the_folder_home(patient: Patient) -> None:
    patient.opens("after")
    assert patient.gets("a[href$='.pdf']").startswith(b"%PDF")
