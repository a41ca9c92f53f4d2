"""The honest range of an estimate: kept from its package, frozen at issue, read first while the lines are unchanged."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from concierge.db import transaction
from concierge.domain.money import Money, MoneyRange
from concierge.journey.finance.estimates import actions, queries
from concierge.journey.finance.estimates.known import reading_of
from concierge.models import CaseActual, Estimate, Package, Tariff
from tests.factories import as_portal, as_staff, patient_of, staff
from tests.journey.finance.scenes import advocate, finished, in_finance, issued
from tests.support.clock import START

TODAY = START.date()
UNTIL = TODAY + timedelta(days=60)


def usd(low, high):
    return MoneyRange(Money(low * 100, "USD"), Money(high * 100, "USD"))


def drafted(session, case, cases=20, **more):
    """A draft from the package that fits, of which so many cases have finished."""
    start = queries.starting_points(session, case, START)[0]
    finished(session, session.get_one(Package, start.package_id), cases)
    return actions.draft_estimate(session, case, actor=advocate(session, case), now=START, **more)


def read(session, estimate):
    session.flush()
    return reading_of(session, estimate, TODAY)


def test_the_range_of_finished_cases_is_read_first_and_frozen_at_issue(session):
    case = in_finance(session)
    draft, who = drafted(session, case), {"actor": advocate(session, case), "now": START}
    assert draft.package_id is not None and draft.known_cases is None
    assert read(session, draft).first == usd(4_000, 16_000)
    actions.issue_estimate(session, case, draft, valid_until=UNTIL, **who)
    assert (draft.known_low_minor, draft.known_high_minor, draft.known_cases) == (400_000, 1_600_000, 20)
    assert (draft.known_first_on, draft.known_last_on) == (
        TODAY - timedelta(days=20),
        TODAY - timedelta(days=1),
    )
    session.execute(sa.update(CaseActual).values(total_minor=9_900_000))
    reading = read(session, draft)
    assert (reading.first, reading.total, reading.is_known_first) == (usd(4_000, 16_000), draft.total, True)
    copy = actions.draft_estimate(session, case, **who)
    assert copy.package_id == draft.package_id and read(session, copy).first == usd(99_000, 99_000)


def _another_service(session, case, draft, who):
    wanted = sa.select(Tariff).where(Tariff.hospital_id == case.hospital_id, Tariff.code == "STA-210")
    actions.add_line(session, case, draft, tariff=session.scalars(wanted).one(), quantity=1, **who)


def _a_narrower_price(session, case, draft, who):
    line = draft.lines[0]
    narrow = MoneyRange(line.each.low, line.each.low)
    actions.change_lines(session, case, draft, {line.id: actions.LineChange(line.quantity, narrow)}, **who)


def _more_of_one(session, case, draft, who):
    line = draft.lines[0]
    actions.change_lines(session, case, draft, {line.id: actions.LineChange(line.quantity + 1)}, **who)


def _a_margin(session, case, draft, who):
    actions.change_shares(session, case, draft, [], margin_percent=10, **who)


@pytest.mark.parametrize("change", [_another_service, _a_narrower_price, _more_of_one, _a_margin])
def test_a_changed_package_is_read_by_the_sum_of_its_lines(session, change):
    case = in_finance(session)
    draft = drafted(session, case)
    session.flush()
    change(session, case, draft, {"actor": advocate(session, case), "now": START})
    reading = read(session, draft)
    assert (reading.first, reading.is_known_first) == (draft.total, False)
    assert reading.known is not None and reading.known.n == 20


def test_too_few_finished_cases_say_nothing(session):
    case = in_finance(session)
    draft = drafted(session, case, cases=19)
    actions.issue_estimate(session, case, draft, valid_until=UNTIL, actor=advocate(session, case), now=START)
    assert (draft.known_low_minor, read(session, draft).known) == (None, None)
    assert read(session, draft).first == draft.total


def test_a_similar_case_keeps_the_package_of_its_estimate(session):
    first, other = in_finance(session), in_finance(session)
    estimate = issued(session, first)
    session.flush()
    (start,) = queries.similar_cases(session, other, START)
    draft = actions.draft_estimate(session, other, start=start, actor=advocate(session, other), now=START)
    assert draft.package_id == estimate.package_id is not None


@pytest.mark.parametrize("half", [{"known_cases": 3}, {"known_low_minor": 1, "known_high_minor": 2}])
def test_the_database_keeps_a_known_range_wholly_or_not_at_all(session, half):
    case = in_finance(session)
    issued(session, case)
    session.flush()
    with pytest.raises(IntegrityError):
        session.execute(sa.update(Estimate).values(half))


def test_advocate_and_family_read_from_what_the_range_comes_and_which_figure_counts(session, client):
    with transaction() as writing:
        case = in_finance(writing, language="en")
        drafted(writing, case)
    session.rollback()
    as_staff(client, staff(session, "daniel@alder-coast.example"), session)
    url = f"/c/{case.reference}/money/estimate"
    text = client.get(url).get_data(as_text=True)
    for words in (
        "USD 4,000 – 16,000", "Most of 20 finished cases", "/finance/prices/packages/",
        "The lines end below the highest amount of these cases", "the family reads this range first",
    ):  # fmt: skip
        assert words in text
    assert client.submit(client.get(url), action="/issue").status_code == 303
    session.rollback()
    as_portal(client, patient_of(session, case), session)
    costs = client.get(f"/portal/{case.public_id}/costs").get_data(as_text=True)
    first, counts = costs.index("USD 4,000 – 16,000"), costs.index("measured by the sum of the services")
    assert first < costs.index("Most of 20 finished cases") < counts < costs.index("USD 8,300 – 13,000")
    assert client.get(f"/portal/{case.public_id}/costs/estimate.pdf").data.startswith(b"%PDF")
