"""Prices in time: what begins and ends, what is refused, and what the database itself does not take."""

import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from concierge.cases.actions import lock
from concierge.db import db, transaction
from concierge.domain.access import Actor
from concierge.domain.deposit import choose_rule
from concierge.domain.errors import AlreadyTaken, InvalidInput, NotAllowed, Stale
from concierge.domain.journey import Step
from concierge.domain.money import Money, MoneyRange
from concierge.domain.vocabulary import CancerType, PayerKind, Phase, Programme, RangeSource
from concierge.journey.finance.estimates.actions import draft_estimate
from concierge.journey.finance.prices import actions, queries
from concierge.models import CaseActual, CaseEvent, DepositRule, Package, Plan, Tariff
from tests.factories import a_case, hospitals
from tests.journey.finance.scenes import advocate, in_finance
from tests.support.clock import START

LENA, RUTH = Actor("staff", 1, "Lena"), Actor("staff", 2, "Ruth")  # whoever has these numbers at the hospital
TODAY = START.date()
DAY = timedelta(days=1)


@pytest.fixture
def hospital(session):
    return hospitals(session)["alder-coast"]


def priced(session, hospital, code) -> Tariff:
    wanted = sa.select(Tariff).where(Tariff.hospital_id == hospital.id, Tariff.code == code)
    return session.scalars(wanted.order_by(Tariff.valid_from.desc())).first()


def usual(session, hospital) -> Package:
    wanted = sa.select(Package).where(Package.hospital_id == hospital.id, Package.code == "USUAL")
    return session.scalars(wanted).one()


def usd(low, high):
    return MoneyRange(Money(low * 100, "USD"), Money(high * 100, "USD"))


def facts(code="NEW-1", valid_from=TODAY, valid_until=None):
    name = {"en": "New service"}
    return actions.TariffFacts(code, name, Phase.EVALUATION, usd(1, 2), "List", valid_from, valid_until)


def test_a_new_price_ends_the_old_one_the_day_before_and_lines_take_what_holds_today(session, hospital):
    old = priced(session, hospital, "EVA-110")
    new = actions.follow_tariff(
        session, hospital, old, price=usd(5, 6), source="List", valid_from=TODAY + DAY, actor=LENA, now=START
    )
    assert (old.valid_until, new.valid_from, new.valid_until) == (TODAY, TODAY + DAY, None)
    assert [t.id for t in queries.history_of(session, old)] == [new.id, old.id]
    case = in_finance(session)
    line = draft_estimate(session, case, actor=advocate(session, case), now=START).lines[0]
    assert (line.code, line.tariff_id) == ("EVA-110", old.id)
    actions.end(session, hospital, new, TODAY, actor=LENA, now=START)
    assert new.valid_until == TODAY  # the day before it would have begun
    with pytest.raises(Stale):
        actions.end(session, hospital, new, TODAY, actor=LENA, now=START)


def test_overlapping_prices_are_refused_by_the_verb_and_by_the_database(session, hospital):
    actions.begin_tariff(session, hospital, facts(valid_until=TODAY + 9 * DAY), actor=LENA)
    with pytest.raises(InvalidInput, match="price_overlaps") as refusal:
        actions.begin_tariff(session, hospital, facts(valid_from=TODAY + 9 * DAY), actor=LENA)
    assert refusal.value.field == "valid_from"
    actions.begin_tariff(session, hospital, facts(valid_from=TODAY + 10 * DAY), actor=LENA)
    session.commit()
    row = {"hospital_id": hospital.id, "code": "NEW-1", "name": {}, "phase": Phase.STAY, "low_minor": 1,
           "high_minor": 1,
               "currency": "USD", "source": "", "valid_from": TODAY + 3 * DAY}  # fmt: skip
    with pytest.raises(IntegrityError):
        session.execute(sa.insert(Tariff).values(**row))
    session.rollback()
    with pytest.raises(IntegrityError):
        session.execute(sa.update(Tariff).where(Tariff.code == "NEW-1").values(valid_until=TODAY + 30 * DAY))
    session.rollback()
    session.execute(
        sa.insert(Tariff).values(**row | {"valid_until": TODAY + 2 * DAY})
    )  # never comes into force


def test_two_people_who_begin_one_code_at_once_make_one_price(app, session, hospital):
    hospital_id, done = hospital.id, []
    session.commit()

    def begin():
        with app.app_context():
            try:
                with transaction() as writing:
                    locked = actions.lock_prices(writing, hospital_id)
                    actions.begin_tariff(writing, locked, facts(), actor=LENA)
                done.append("made")
            except InvalidInput as error:
                done.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=begin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["made", "price_overlaps"]


# --- packages --------------------------------------------------------------------------------------------------


def test_a_draft_starts_from_the_most_specific_package_without_what_is_offered(session, hospital):
    case = in_finance(session)
    case.cancer_type = CancerType.BLOOD
    assert [p.code for p in queries.packages_for(session, case, TODAY)] == ["BLOOD", "USUAL"]
    draft = draft_estimate(session, case, actor=advocate(session, case), now=START)
    assert {line.code: line.quantity for line in draft.lines}["EVA-120"] == 3
    assert "STA-210" not in {line.code for line in draft.lines}


def test_the_next_version_of_a_package_ends_the_one_before_and_a_line_needs_a_price(session, hospital):
    before = usual(session, hospital)
    lines = [actions.LineFacts(0, "EVA-110", 2), actions.LineFacts(1, "EVA-999", 1)]
    wanted = actions.PackageFacts("USUAL", {"en": "Usual"}, None, Programme.TREATMENT, TODAY + DAY, lines)
    with pytest.raises(InvalidInput) as refusal:
        actions.begin_package(session, hospital, wanted, actor=LENA, now=START, follows=before)
    assert (refusal.value.field, before.valid_until) == ("line_1_code", None)
    wanted = actions.PackageFacts("USUAL", {"en": "Usual"}, None, Programme.TREATMENT, TODAY + DAY, lines[:1])
    after = actions.begin_package(session, hospital, wanted, actor=LENA, now=START, follows=before)
    assert (before.valid_until, [line.tariff_code for line in after.lines]) == (TODAY, ["EVA-110"])
    with pytest.raises(InvalidInput, match="package_overlaps"):
        actions.begin_package(session, hospital, wanted, actor=LENA, now=START)


def test_a_package_without_a_price_for_a_line_has_no_range_rather_than_one_too_low(session, hospital):
    package = usual(session, hospital)
    shown = queries.range_of(session, package, TODAY)
    assert (shown.range, shown.source, shown.n) == (usd(8_300, 13_000), RangeSource.TARIFF, 0)
    actions.end(session, hospital, priced(session, hospital, "EVA-120"), TODAY, actor=LENA, now=START)
    assert queries.range_of(session, package, TODAY).range is not None
    assert queries.range_of(session, package, TODAY + DAY).range is None


# --- what it really cost ---------------------------------------------------------------------------------------


def test_the_range_comes_from_the_totals_of_enough_cases_of_the_last_36_months(session, hospital):
    package = usual(session, hospital)
    row = {"package_id": package.id, "currency": "USD", "recorded_at": START, "recorded_by": "Books"}
    rows = [row | {"total_minor": n * 100_000, "finished_on": TODAY - n * DAY} for n in range(1, 20)]
    old = row | {"total_minor": 1, "finished_on": date(2023, 11, 23)}
    other = row | {"total_minor": 1, "finished_on": TODAY, "currency": "EUR"}
    session.execute(sa.insert(CaseActual), [*rows, old, other])
    assert queries.range_of(session, package, TODAY).source is RangeSource.TARIFF
    session.execute(sa.insert(CaseActual), [row | {"total_minor": 2_000_000, "finished_on": TODAY}])
    shown = queries.range_of(session, package, TODAY)
    assert (shown.n, shown.source, shown.range) == (20, RangeSource.ACTUALS, usd(4_000, 16_000))
    assert (shown.first, shown.last) == (TODAY - 19 * DAY, TODAY)


def test_a_total_is_noted_after_the_evaluation_and_a_correction_keeps_both_in_the_history(session, hospital):
    case = a_case(session, step=Step.EVALUATION)
    case = lock(session, case.id)
    package = queries.packages_for(session, case, TODAY)[0]
    what = {"finished_on": TODAY, "actor": advocate(session, case), "now": START}
    with pytest.raises(NotAllowed):
        actions.record_actual(session, case, package, total=Money(1, "USD"), **what)
    session.add(Plan(case_id=case.id, evaluation_held_at=START))
    session.flush()
    for total in (900_000, 950_000):
        actions.record_actual(session, case, package, total=Money(total, "USD"), **what)
    assert session.scalars(sa.select(CaseActual)).one().total_minor == 950_000
    kept = session.scalars(
        sa.select(CaseEvent).where(CaseEvent.kind == "actual_recorded").order_by(CaseEvent.id)
    )
    assert [event.data["before"] for event in kept] == ["", "USD 9,000.00"]
    with pytest.raises(InvalidInput, match="date_must_be_past"):
        actions.record_actual(
            session, case, package, total=Money(1, "USD"), **what | {"finished_on": TODAY + DAY}
        )


# --- the table of deposits -------------------------------------------------------------------------------------


def lung(amount=15_000, valid_from=TODAY + DAY):
    return actions.RuleFacts(CancerType.LUNG, None, Money(amount * 100, "USD"), valid_from)


def in_force(session, hospital, on):
    table = queries.table_of_deposits(session, hospital.id)
    return choose_rule(table, hospital.id, CancerType.LUNG, PayerKind.SELF_PAY, on)


def test_a_row_counts_once_a_second_person_has_approved_it_and_then_the_old_one_ends(session, hospital):
    old = in_force(session, hospital, TODAY)
    with pytest.raises(InvalidInput, match="rule_overlaps"):
        actions.propose_rule(session, hospital, lung(), actor=LENA, now=START)
    new = actions.propose_rule(session, hospital, lung(), actor=LENA, now=START, follows=old)
    assert in_force(session, hospital, TODAY + DAY) is old
    with pytest.raises(NotAllowed, match="second_person_needed"):
        actions.approve_rule(session, hospital, new, actor=LENA, now=START)
    with pytest.raises(InvalidInput, match="rule_overlaps"):
        actions.propose_rule(session, hospital, lung(), actor=RUTH, now=START, follows=old)
    actions.approve_rule(session, hospital, new, actor=RUTH, now=START)
    assert (in_force(session, hospital, TODAY), old.valid_until) == (old, TODAY)
    assert (in_force(session, hospital, TODAY + DAY), new.approved_by) == (new, "Ruth")
    with pytest.raises(Stale):
        actions.approve_rule(session, hospital, new, actor=RUTH, now=START)


def test_a_row_that_is_approved_late_counts_from_then_on(session, hospital):
    old = in_force(session, hospital, TODAY)
    new = actions.propose_rule(session, hospital, lung(), actor=LENA, now=START, follows=old)
    actions.approve_rule(session, hospital, new, actor=RUTH, now=START + 5 * DAY)
    assert (old.valid_until, new.valid_from) == (TODAY + 4 * DAY, TODAY + 5 * DAY)


def test_a_proposal_that_is_withdrawn_never_counts_and_makes_room_for_another(session, hospital):
    old = in_force(session, hospital, TODAY)
    new = actions.propose_rule(session, hospital, lung(), actor=LENA, now=START, follows=old)
    actions.end(session, hospital, new, TODAY, actor=RUTH, now=START + 9 * DAY)
    with pytest.raises(Stale):
        actions.approve_rule(session, hospital, new, actor=RUTH, now=START + 9 * DAY)
    assert new not in queries.proposals(session, hospital.id)
    actions.propose_rule(session, hospital, lung(), actor=RUTH, now=START, follows=old)


def test_the_database_takes_no_two_approved_rows_of_one_kind_on_a_day_and_no_approval_of_ones_own(
    session, hospital
):
    session.commit()
    row = {"hospital_id": hospital.id, "cancer_type": None, "payer_kind": None, "amount_minor": 1, "currency": "USD",
               "valid_from": TODAY, "approved_by": ""}  # fmt: skip
    session.execute(sa.insert(DepositRule).values(**row))
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(sa.insert(DepositRule).values(**row | {"approved_by": "Lena"}))
    session.rollback()
    own = {
        "cancer_type": CancerType.NOT_SURE,
        "proposed_by_id": 1,
        "approved_by_id": 1,
        "approved_by": "Lena",
    }
    with pytest.raises(IntegrityError):
        session.execute(sa.insert(DepositRule).values(**row | own))
    session.rollback()


# --- files -----------------------------------------------------------------------------------------------------


def a_file(*rows):
    return "\n".join(("code,name_en,phase,low,high,currency,source,valid_from,valid_until", *rows))


def test_a_file_is_imported_once_and_only_as_it_was_seen(session, hospital):
    text = a_file(
        "NEW-1,New,stay,1,2,USD,List,2027-01-01,", "NEW-2,New,stay,1,2,USD,List,2027-01-01,2027-02-01"
    )
    change = actions.compare_file(session, hospital, text, ["en"], now=START)
    kept = actions.keep_file(session, hospital, file_name="x.csv", text=text, actor=LENA, now=START)
    seen = actions.counts_of(change)
    act = {"actor": LENA, "now": START}
    with pytest.raises(InvalidInput, match="import_changed"):
        actions.import_file(session, hospital, kept, ["en"], seen="1 0 0 0", **act)
    actions.import_file(session, hospital, kept, ["en"], seen=seen, **act)
    assert priced(session, hospital, "NEW-2").valid_until == date(2027, 2, 1)
    with pytest.raises(AlreadyTaken):
        actions.import_file(session, hospital, kept, ["en"], seen=seen, **act)
    assert actions.compare_file(session, hospital, text, ["en"], now=START).unchanged == 2
