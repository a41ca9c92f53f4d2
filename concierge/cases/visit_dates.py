"""The days held for the evaluation: set by the answer, moved by the itinerary, and what hangs on them."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from concierge.cases import referrers
from concierge.cases.actions import record
from concierge.domain.access import Actor
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput
from concierge.domain.evaluation import check_days
from concierge.domain.vocabulary import Milestone
from concierge.models import Answer, Case


def set_dates(
    session: Session, case: Case, answer: Answer, first_on: date, last_on: date, *, actor: Actor, now: datetime
) -> None:
    """Hold these days instead of others; a visa letter that names the old ones is withdrawn.

    The caller settles the case and tells the family. Raises InvalidInput; a closed day names its holiday.
    """
    check_dates(case, first_on, last_on, local_day(now, case.hospital.timezone))
    answer.evaluation_from, answer.evaluation_to, answer.dates_held_at = first_on, last_on, now
    days = {"first_on": first_on.isoformat(), "last_on": last_on.isoformat()}
    record(session, case, "dates_held", actor, now, **days)
    if answer.visa_code is not None and answer.visa_withdrawn_at is None:
        withdraw_letter(session, case, answer, actor, now)
    session.flush()
    referrers.tell(session, case, Milestone.APPOINTMENT, f"{first_on}-{last_on}-{answer.version}", now)


def check_dates(case: Case, first_on: date, last_on: date, today: date) -> None:
    """The domain's rule; its refusal learns the names of the holidays in the way."""
    try:
        check_days(first_on, last_on, case.hospital.calendar, today)
    except InvalidInput as error:
        closed_on = error.data.pop("on", None)
        from_on, to_on = (closed_on, closed_on) if closed_on else (first_on, last_on)
        names = [day.name for day in case.hospital.holidays if from_on <= day.on <= to_on]
        if not names:
            raise
        names_text = ", ".join(dict.fromkeys(names))
        raise InvalidInput(error.field, f"{error.code}_holiday", holiday=names_text, **error.data) from None


def withdraw_letter(session: Session, case: Case, answer: Answer, actor: Actor, now: datetime) -> None:
    """The public page of the letter's code says *withdrawn* from now on."""
    answer.visa_withdrawn_at, answer.visa_letter_sent_at = now, None
    record(session, case, "visa_letter_withdrawn", actor, now)
