"""A family in Riyadh books a call for a day after California has changed its clocks, moves it by the link of a mail,
and is called: the hour in Los Angeles stays, the one in Riyadh does not, and every page, mail and calendar is right."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import icalendar

from concierge.domain.journey import Step
from tests.stories.conftest import Cast
from tests.stories.people import Patient
from tests.support.live import LiveServer

if TYPE_CHECKING:
    from concierge.models import Case

EMAIL = "noura.calls@family.example"
ANGELES, RIYADH = ZoneInfo("America/Los_Angeles"), ZoneInfo("Asia/Riyadh")
LINK = r"http://\S+/call/[\w.-]+"


def day_after_the_change(house: LiveServer) -> tuple[date, date]:
    """A working day before the next change of clocks in California, and one after it, two days apart at least."""
    from concierge.db import db
    from concierge.models import Hospital
    from concierge.web.clock import now

    with house.app.app_context():
        hospital = db.session.query(Hospital).filter_by(slug="alder-coast").one()
        days = [now().astimezone(ANGELES).date() + timedelta(days=count) for count in range(4, 300)]
        noons = [datetime(day.year, day.month, day.day, 12, tzinfo=ANGELES) for day in days]
        change = next(noon.date() for noon in noons if noon.utcoffset() != noons[0].utcoffset())
        calendar = hospital.calendar
        return calendar.add_working_days(change, -1), calendar.add_working_days(change, 2)


def a_case(house: LiveServer) -> tuple[str, str]:
    """Reference and specialist's address of a case that waits for its first talk."""
    from concierge.db import transaction
    from concierge.web.clock import now
    from tests import factories

    with house.app.app_context(), transaction() as session:
        case: Case = factories.a_case(session, step=Step.CONSULT, email=EMAIL, now=now())
        return case.reference, case.specialist.email


def walls(at: datetime, language: str) -> tuple[str, str]:
    """How the two walls show an instant, reckoned here and not by the product: the hour and the minute."""
    from babel import dates

    return tuple(
        dates.format_time(at.astimezone(zone).time(), "short", locale=language) for zone in (ANGELES, RIYADH)
    )


def shows(text: str, at: datetime, language: str) -> None:
    for wall in walls(at, language):
        assert wall in text, f"{wall} is not in {text}"


def picks(person: Patient, address: str, on: date, hour: int) -> datetime:
    """Take the time at which the wall in Los Angeles shows this hour, from the page of the reader's own day."""
    at = datetime(on.year, on.month, on.day, hour, tzinfo=ANGELES).astimezone(UTC)
    person.goes(f"{address}?on={at.astimezone(RIYADH).date()}")
    link = f".times a[href*='at={at:%Y%m%dT%H%MZ}']"
    shows(person.page.locator(link).inner_text(), at, "ar")
    person.follows(link)
    return at


def test_a_call_from_riyadh_across_the_change_of_clocks_in_california(cast: Cast, house: LiveServer) -> None:
    before, after = day_after_the_change(house)
    ref, specialist = a_case(house)
    noura = cast.patient("noura", "ar", "Asia/Riyadh", EMAIL)
    noura.signs_in()
    noura.follows("[data-next-action] a.btn")
    first = picks(noura, f"{noura.home}/call/times", before, 9)
    known = noura.mails(EMAIL)
    noura.sends("topic", mode="whatsapp", interpreter="none", who_joins="ابنتي سلمى")
    shows(noura.page.locator("main").inner_text(), first, "ar")
    mail, link = noura.waits_for_mail(EMAIL, LINK, known)
    shows(mail.text, first, "ar")

    # By the link of the mail, on a phone that nobody has signed in: two days later the clocks have changed.
    guest = cast.patient("guest", "ar", "Asia/Riyadh", EMAIL)
    guest.goes(link.removeprefix(house.url))
    known = noura.mails(EMAIL)
    second = picks(guest, f"{link.removeprefix(house.url)}/times", after, 9)
    assert walls(first, "ar")[0] == walls(second, "ar")[0]
    assert walls(first, "ar")[1] != walls(second, "ar")[1]
    guest.sends("once")
    shows(guest.page.locator("main").inner_text(), second, "ar")
    mail, _link = guest.waits_for_mail(EMAIL, LINK, known)
    shows(mail.text, second, "ar")
    assert (
        mail.text.count("لوس أنجلوس") == 2
    )  # beside its clock, and in the line that says that the clocks change
    entry = icalendar.Calendar.from_ical(guest.gets("a[href$='.ics']")).walk("VEVENT")[0]
    assert (entry.decoded("dtstart"), entry["sequence"]) == (second, 1)
    shows(str(entry["description"]), second, "ar")
    noura.opens()
    shows(noura.page.locator("[data-next-action]").inner_text(), second, "ar")

    # They talk: the specialist sees both clocks and who is expected, takes notes, and finishes with a summary.
    maria = cast.staff(specialist)
    maria.opens(ref, "call")
    shows(maria.page.locator("main").inner_text(), second, maria.language)
    maria.reads("ابنتي سلمى")
    maria.page.locator("[name=topic_travel]").fill("Her passport is new.")
    maria.page.locator("[data-kept]:not(:empty)").wait_for()  # by itself, while she talks
    maria.sends(
        "topic_people", press="button[value=finish]", participants="Noura, Salma", interpreter="not_needed",
        topic_people="The daughter decides with her.", topic_hopes="She asks how long the evaluation takes.",
    )  # fmt: skip
    maria.sends("summary", minutes="40")
    maria.sends("due_on")
    noura.opens("messages")
    noura.reads("She asks how long the evaluation takes.")
    assert "decides with her" not in noura.page.locator("main").inner_text()
    assert "call" not in noura.opens().page.locator("[data-next-action]").inner_html()
