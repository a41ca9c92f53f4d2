"""A promised refund is warned of once the day before and once when it is late; its letters say what and when."""

from datetime import timedelta

import sqlalchemy as sa

from concierge.db import transaction
from concierge.jobs import deliver
from concierge.jobs.refunds import warn_of_refunds
from concierge.models import OutboxMessage, Refund
from concierge.web.vendors import gateways
from tests.journey.finance.refunds.scenes import approved, paid


def told(session) -> set[str]:
    session.rollback()
    return set(
        session.scalars(sa.select(OutboxMessage.event).where(OutboxMessage.event.startswith("refund_")))
    )


def test_advocates_are_told_before_and_leads_after_and_each_once(session, clock):
    with transaction() as writing:
        case, deposit, _payment = paid(writing)
        refund = approved(writing, case, deposit, 700)
        promised, calendar = refund.promised_on, case.hospital.calendar
    assert warn_of_refunds() == 0
    opens = [calendar.hours_of(calendar.add_working_days(promised, days))[0] for days in (-1, 1)]
    clock.forward(seconds=(opens[0] - clock()).total_seconds() + 60)
    assert [warn_of_refunds() for _tick in range(3)] == [1, 0, 0]
    assert told(session) == {"refund_approved", "refund_due"}
    clock.forward(seconds=(opens[1] - clock()).total_seconds() + 60)
    assert [warn_of_refunds() for _tick in range(3)] == [1, 0, 0]
    assert told(session) == {"refund_approved", "refund_due", "refund_late"}
    with transaction() as writing:  # another day is another promise
        row = writing.scalars(sa.select(Refund)).one()
        row.promised_on, row.late_told_at = promised + timedelta(days=20), None
    assert warn_of_refunds() == 0


def test_the_letters_name_the_amount_and_the_day_and_nobody(session, clock):
    with transaction() as writing:
        case, deposit, _payment = paid(writing, language="en")
        approved(writing, case, deposit, 700)
    clock.forward(hours=2)
    deliver.deliver_due()
    mails = [mail for mail in gateways().mailer.mails() if "goes back to the payer" in mail.text]
    assert len(mails) == 1 and "USD" in mails[0].text and "MUTAIRI" not in mails[0].text
