"""Estimates: drafted from the tariffs, frozen when issued, understood version by version."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.cases.actions import lock
from concierge.db import db, transaction
from concierge.domain.errors import InvalidInput, NotAllowed, Stale
from concierge.domain.vocabulary import EstimateState
from concierge.journey.finance.estimates import actions, queries
from concierge.journey.finance.estimates.costs_page import changes_between
from concierge.models import Case, Estimate, OutboxMessage, Tariff
from tests.journey.finance.scenes import advocate, family, in_finance, issued
from tests.support.clock import START

UNTIL = START.date() + timedelta(days=60)


def a_draft(session, case):
    return actions.draft_estimate(session, case, actor=advocate(session, case), now=START)


def tariff(session, case, code) -> Tariff:
    wanted = sa.select(Tariff).where(Tariff.hospital_id == case.hospital_id, Tariff.code == code)
    return session.scalars(wanted).one()


def test_a_first_draft_is_the_usual_package_at_todays_tariffs(session):
    case = in_finance(session)
    tariff(session, case, "EVA-120").valid_until = START.date() - timedelta(days=1)
    draft = a_draft(session, case)
    assert [line.code for line in draft.lines] == ["EVA-110", "EVA-130", "EVA-140", "EVA-150", "REV-100"]
    assert draft.lines[0].source and draft.lines[0].source_on
    assert a_draft(session, case) is draft


def test_lines_are_added_counted_and_removed_and_each_change_counts_as_a_version(session):
    case = in_finance(session)
    draft, who = a_draft(session, case), {"actor": advocate(session, case), "now": START}
    night = tariff(session, case, "STA-210")
    shown = draft.version
    actions.add_line(session, case, draft, tariff=night, quantity=2, version=shown, **who)
    actions.add_line(session, case, draft, tariff=night, quantity=2, **who)
    assert draft.lines[-1].quantity == 4
    actions.change_lines(session, case, draft, {draft.lines[-1].id: actions.LineChange(3)}, **who)
    assert draft.lines[-1].total.low.minor == 3 * night.low_minor
    with pytest.raises(Stale):
        actions.remove_line(session, case, draft, draft.lines[0].id, version=shown, **who)
    actions.remove_line(session, case, draft, draft.lines[0].id, version=draft.version, **who)
    assert "EVA-110" not in {line.code for line in draft.lines}
    with pytest.raises(InvalidInput):
        actions.add_line(session, case, draft, tariff=night, quantity=0, **who)


def test_a_service_of_another_hospital_is_refused(session):
    case, other = in_finance(session), in_finance(session, "jinghe")
    with pytest.raises(InvalidInput):
        actions.add_line(
            session, case, a_draft(session, case), tariff=tariff(session, other, "REV-100"), quantity=1,
            actor=advocate(session, case), now=START,
        )  # fmt: skip


def test_an_estimate_without_lines_is_not_issued(session):
    case = in_finance(session)
    draft, who = a_draft(session, case), {"actor": advocate(session, case), "now": START}
    for line in list(draft.lines):
        actions.remove_line(session, case, draft, line.id, **who)
    with pytest.raises(InvalidInput, match="estimate_needs_lines"):
        actions.issue_estimate(session, case, draft, valid_until=UNTIL, **who)


def test_a_new_version_supersedes_shows_what_changed_and_must_be_understood_again(session):
    case = in_finance(session)
    first = issued(session, case)
    actions.understand_estimate(session, case, first, number=1, actor=family(session, case), now=START)
    who = {"actor": advocate(session, case), "now": START}
    second = actions.draft_estimate(session, case, **who)
    assert (second.number, second.included) == (2, "Doctors")
    actions.add_line(session, case, second, tariff=tariff(session, case, "STA-220"), quantity=2, **who)
    actions.issue_estimate(session, case, second, valid_until=UNTIL, version=second.version, **who)
    assert (first.state, second.state) == (EstimateState.SUPERSEDED, EstimateState.ISSUED)
    assert second.understood_at is None
    assert case.next_code == "understand_estimate"
    change = changes_between(first, second)[0]
    assert (change.kind, change.new_quantity) == ("added", 2)
    with pytest.raises(Stale):
        actions.understand_estimate(session, case, second, number=1, actor=family(session, case), now=START)


def test_an_issued_version_is_frozen(session):
    case = in_finance(session)
    estimate, who = issued(session, case), {"actor": advocate(session, case), "now": START}
    for change in (
        lambda: actions.remove_line(session, case, estimate, estimate.lines[0].id, **who),
        lambda: actions.change_texts(session, case, estimate, actions.Texts(), **who),
        lambda: actions.issue_estimate(session, case, estimate, valid_until=UNTIL, **who),
    ):
        with pytest.raises(Stale):
            change()


def test_an_expired_estimate_cannot_be_understood(session):
    case = in_finance(session)
    estimate = issued(session, case)
    with pytest.raises(NotAllowed, match="estimate_expired"):
        actions.understand_estimate(
            session, case, estimate, number=1, actor=family(session, case), now=START + timedelta(days=62)
        )


def test_understood_is_said_once_and_moves_the_next_action_on(session):
    case = in_finance(session)
    estimate = issued(session, case)
    assert case.next_code == "understand_estimate"
    for at in (START, START + timedelta(hours=1)):
        actions.understand_estimate(session, case, estimate, number=1, actor=family(session, case), now=at)
    assert estimate.understood_at == START
    assert case.next_code == "request_deposit"


def test_everybody_who_may_see_money_is_told_once(session):
    case = in_finance(session)
    issued(session, case)
    told = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.event == "estimate_ready")).all()
    assert len(told) == 1
    assert told[0].context["number"] == 1


def test_of_two_advocates_who_issue_at_once_one_wins(app, session):
    with transaction() as writing:
        case = in_finance(writing)
        case_id, version = case.id, a_draft(writing, case).version
        people = [advocate(writing, case, 0), advocate(writing, case, 1)]
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def press(actor) -> None:
        with app.app_context():
            ready.wait()
            try:
                with transaction() as own:
                    locked = lock(own, case_id)
                    draft = queries.find_draft(own, case_id)
                    if draft is None:
                        raise Stale
                    actions.issue_estimate(
                        own, locked, draft, valid_until=UNTIL, version=version, actor=actor, now=START
                    )
                outcomes.append("issued")
            except Stale:
                outcomes.append("stale")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=press, args=(actor,)) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["issued", "stale"]
    session.expire_all()
    assert session.scalar(sa.select(sa.func.count()).select_from(Estimate)) == 1
    assert session.get(Case, case_id).next_code == "understand_estimate"
