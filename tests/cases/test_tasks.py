"""Tasks beside the gates: made once, done once, put aside, handed over; lists by due time on their indexes."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from concierge.cases import actions as cases
from concierge.cases import day, queries
from concierge.cases.tasks import actions
from concierge.cases.tasks import queries as lists
from concierge.db import transaction
from concierge.domain.access import SYSTEM, Role
from concierge.domain.errors import AlreadyTaken, InvalidInput, NotAllowed
from concierge.domain.journey import Exit, Step
from concierge.domain.tasks import TaskState
from concierge.jobs.housekeeping import wake_tasks
from concierge.journey.contact.actions import take_next
from concierge.models import Case, CaseEvent, CaseTask, OutboxMessage, StaffUser
from tests.concurrency.test_booking import race
from tests.factories import a_case, actor_of, staff
from tests.support.clock import START

MARIA, AMAL, LENA = (f"{name}@alder-coast.example" for name in ("maria", "amal", "lena"))
DAY = (START - timedelta(hours=10), START + timedelta(hours=14))


def tasks_of(session, case, *states) -> list[CaseTask]:
    rows = session.scalars(sa.select(CaseTask).where(CaseTask.case_id == case.id).order_by(CaseTask.id))
    return [task for task in rows if not states or task.state in states]


def a_task(session, case, *, title="Send the leaflet", role=Role.SPECIALIST, hours=1, **facts) -> CaseTask:
    actor = actor_of(staff(session, MARIA))
    due_at = START + timedelta(hours=hours)
    return actions.add_task(
        session, case, title=title, owner_role=role, due_at=due_at, actor=actor, now=START, **facts
    )


# --- made from templates ------------------------------------------------------------------------------------


def test_entering_a_step_makes_its_tasks_once_for_whoever_has_the_role(session):
    case = a_case(session, step=Step.FINANCE)
    made = {task.code: task for task in tasks_of(session, case, TaskState.OPEN)}
    assert set(made) == {"ask_referral_letter", "explain_refund_rule", "ask_how_they_pay"}
    assert made["explain_refund_rule"].owner_id == case.advocate_id
    before = len(tasks_of(session, case))
    cases.settle(session, case, SYSTEM, START)
    assert len(tasks_of(session, case)) == before


def test_what_belongs_to_a_step_is_cancelled_when_the_case_leaves_it_and_all_when_it_closes(session):
    case = a_case(session, step=Step.FINANCE)
    assert {task.code for task in tasks_of(session, case, TaskState.CANCELLED)} == {
        "ask_home_doctor",
        "offer_interpreter",
    }
    cases.close(session, case, exit=Exit.WITHDRAWN, reason="", actor=SYSTEM, now=START)
    session.expire_all()
    assert tasks_of(session, case, TaskState.OPEN, TaskState.SNOOZED) == []


def test_going_back_and_forward_makes_the_tasks_of_the_second_entry(session):
    case = a_case(session, step=Step.FINANCE)
    later = START + timedelta(days=1)
    cases.move(
        session, case, Step.CONSULT, reason="payer changed", actor=actor_of(staff(session, LENA)), now=later
    )
    assert "offer_interpreter" in {task.code for task in tasks_of(session, case, TaskState.OPEN)}


def test_tasks_follow_the_team(session):
    case = a_case(session, step=Step.CONTACT)
    assert [task.owner_id for task in tasks_of(session, case)] == [None]
    maria, amal = staff(session, MARIA), staff(session, AMAL)
    cases.assign(session, case, Role.SPECIALIST, maria, actor=actor_of(maria), now=START)
    cases.assign(session, case, Role.SPECIALIST, amal, actor=actor_of(maria), now=START)
    session.expire_all()
    assert [task.owner_id for task in tasks_of(session, case)] == [amal.id]


def test_whoever_takes_the_enquiry_has_its_tasks(session):
    case = a_case(session, step=Step.CONTACT)
    maria = staff(session, MARIA)
    take_next(session, maria, maria.hospital_ids, actor=actor_of(maria), now=START)
    session.expire_all()
    assert [task.owner_id for task in tasks_of(session, case)] == [maria.id]


def test_tasks_rest_while_the_case_is_on_hold(session):
    case = a_case(session, step=Step.CONSULT)
    maria = actor_of(staff(session, MARIA))
    aside = tasks_of(session, case, TaskState.OPEN)[0]
    actions.snooze(session, case, aside, until=date(2026, 12, 24), actor=maria, now=START)
    cases.hold(session, case, until=date(2026, 12, 1), reason="travels", actor=maria, now=START)
    session.expire_all()
    assert tasks_of(session, case, TaskState.OPEN) == []
    cases.wake(session, case, actor=maria, now=START)
    session.expire_all()
    assert tasks_of(session, case, TaskState.SNOOZED) == [aside]


# --- verbs --------------------------------------------------------------------------------------------------


def test_done_by_a_colleague_says_who_and_when_and_done_twice_is_done_once(session):
    case = a_case(session, step=Step.CONSULT)
    maria, amal = (actor_of(staff(session, email)) for email in (MARIA, AMAL))
    task = a_task(session, case)
    assert actions.complete(session, case, task, actor=maria, now=START)
    assert not actions.complete(session, case, task, actor=maria, now=START + timedelta(hours=1))
    with pytest.raises(AlreadyTaken) as caught:
        actions.complete(session, case, task, actor=amal, now=START)
    assert caught.value.data == {"name": "Maria Castillo", "at": START}
    kinds = sa.select(CaseEvent.kind).where(CaseEvent.case_id == case.id, CaseEvent.kind == "task_done")
    assert len(session.scalars(kinds).all()) == 1
    with pytest.raises(NotAllowed, match="not_your_task"):
        actions.undo(session, case, task, actor=amal, now=START)
    actions.undo(session, case, task, actor=maria, now=START)
    assert (task.state, task.done_at) == (TaskState.OPEN, None)


def test_a_snoozed_task_comes_back_by_itself_and_keeps_its_promise(app, session, clock):
    with transaction() as writing:
        case = a_case(writing, step=Step.CONTACT)
        task = tasks_of(writing, case)[0]
        due, amal = task.due_at, staff(writing, AMAL)
        with pytest.raises(InvalidInput, match="date_must_be_future"):
            actions.snooze(writing, case, task, until=date(2026, 11, 24), actor=actor_of(amal), now=START)
        actions.snooze(writing, case, task, until=date(2026, 11, 27), actor=actor_of(amal), now=START)
        assert task.owner_id == amal.id
    assert wake_tasks() == 0
    clock.forward(days=4)
    assert wake_tasks() == 1
    woken = session.get(CaseTask, task.id, populate_existing=True)
    assert (woken.state, woken.due_at) == (TaskState.OPEN, due)


def test_a_task_is_handed_over_with_a_note_a_mail_and_an_event(session):
    case = a_case(session, step=Step.CONSULT)
    task, amal = a_task(session, case, why="They asked"), staff(session, AMAL)
    maria = actor_of(staff(session, MARIA))
    actions.hand_over(session, case, task, amal, note="He only speaks Arabic", actor=maria, now=START)
    assert task.owner_id == amal.id
    assert task.why.splitlines() == ["Maria Castillo: He only speaks Arabic", "They asked"]
    mail = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.event == "task_handed_over")).one()
    assert mail.recipient == AMAL
    chen = staff(session, "chen@jinghe.example")
    with pytest.raises(InvalidInput, match="wrong_role"):
        actions.hand_over(session, case, task, chen, note="", actor=maria, now=START)


def test_a_task_needs_words_an_owner_of_the_house_and_an_open_case(session):
    case = a_case(session, step=Step.CONSULT)
    with pytest.raises(InvalidInput, match="task_words_needed"):
        a_task(session, case, title="")
    with pytest.raises(InvalidInput, match="wrong_role"):
        a_task(session, case, role=Role.ADVOCATE, owner_id=staff(session, MARIA).id)
    cases.close(session, case, exit=Exit.COST, reason="", actor=SYSTEM, now=START)
    with pytest.raises(NotAllowed, match="case_not_open"):
        a_task(session, case)


def test_two_who_press_done_at_once_are_told_apart(app, session):
    with transaction() as writing:
        case = a_case(writing, step=Step.CONSULT)
        task = a_task(writing, case)
        pressing = [actor_of(staff(writing, email)) for email in (MARIA, AMAL)]
        case_id, pid = case.id, task.public_id

    def press(writing, number) -> None:
        locked = cases.lock(writing, case_id)
        found = actions.lock_task(writing, locked, pid)
        actions.complete(writing, locked, found, actor=pressing[number % 2], now=START)

    outcomes = race(app, press, racers=8)
    # The winner's own other presses change nothing; each of the colleague's learns who was first.
    assert outcomes == {"won": 4, "AlreadyTaken": 4}
    done = sa.select(sa.func.count()).where(CaseEvent.case_id == case_id, CaseEvent.kind == "task_done")
    assert session.scalar(done) == 1


# --- the agreed day -----------------------------------------------------------------------------------------


def test_an_agreed_day_stands_until_the_action_is_done(session):
    case = a_case(session, step=Step.CONSULT)
    maria = actor_of(staff(session, MARIA))
    with pytest.raises(InvalidInput, match="date_in_past"):
        cases.agree_next(session, case, on=date(2026, 11, 23), note="x", actor=maria, now=START)
    cases.agree_next(session, case, on=date(2026, 12, 3), note="With the son", actor=maria, now=START)
    agreed = case.hospital.calendar.closing_of(date(2026, 12, 3))
    cases.settle(session, case, maria, START + timedelta(days=1))
    assert (case.next_code, case.next_due_at, case.agreed_note) == ("hold_call", agreed, "With the son")
    case.next_code = "note_payer"  # the action is another one now
    cases.settle(session, case, maria, START)
    assert (case.next_code, case.agreed_note) == ("hold_call", "")
    assert case.next_due_at != agreed


def test_a_day_that_stands_elsewhere_is_not_agreed_here(session):
    case = a_case(session, step=Step.EVALUATION)
    assert case.next_code == "hold_evaluation"
    with pytest.raises(InvalidInput, match="day_stands_elsewhere"):
        cases.agree_next(
            session, case, on=date(2026, 12, 3), note="x", actor=actor_of(staff(session, MARIA)), now=START
        )


# --- lists --------------------------------------------------------------------------------------------------


def _mine(session, kind, size=2, email=MARIA) -> list[str]:
    user, found, after = staff(session, email), [], ""
    whose = lists.Whose(lists.places_of(user, user.hospital_ids), user.id)
    while True:
        page = lists.tasks(session, whose, kind, now=START, day=DAY, after=after, size=size)
        found += [row.title for row in page.rows if row.title]
        if page.after is None:
            return found
        after = page.after


def test_my_tasks_stand_by_due_time_in_pages(session):
    with transaction() as writing:
        case = a_case(writing, step=Step.CONSULT)
        for hour in (-5, -1, 2, 3, 60, 70, 80):
            a_task(writing, case, title=f"{hour}", hours=hour)
        a_task(writing, case, title="of Amal", owner_id=staff(writing, AMAL).id)
        unowned = a_task(writing, case, title="of nobody", hours=4)
        unowned.owner_id = None
        gone = a_task(writing, case, title="gone", hours=-2)
        actions.complete(writing, case, gone, actor=actor_of(staff(writing, MARIA)), now=START)
    assert _mine(session, "overdue") == ["-5", "-1"]
    assert _mine(session, "today") == ["2", "3", "of nobody"]
    assert _mine(session, "coming") == ["60", "70", "80"]
    assert _mine(session, "done") == ["gone"]
    assert _mine(session, "today", email=AMAL) == ["of Amal", "of nobody"]
    kept = lists.kept_today(session, staff(session, MARIA), DAY[0])
    assert (kept.in_time, kept.late) == (0, 1)


@pytest.mark.parametrize("cursor", ["", "x", "2026~", "~1", "2026-11-24T17:30:00+00:00~-1", "2026-11-24~é"])
def test_a_cursor_that_somebody_made_up_is_the_first_page(session, cursor):
    user = staff(session, MARIA)
    whose = lists.Whose(lists.places_of(user, user.hospital_ids), user.id)
    assert lists.tasks(session, whose, "today", now=START, day=DAY, after=cursor).rows == []
    assert day.my_list(session, user, "today", now=START, day_ends_at=DAY[1], after=cursor).rows == []


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_my_day_merges_actions_and_tasks_in_the_order_of_due(session, size):
    with transaction() as writing:
        made = [a_case(writing, step=Step.CONSULT) for _ in range(3)]
        for task in writing.scalars(sa.select(CaseTask)):
            task.state = TaskState.CANCELLED
        for case, hour in zip(made, (1, 3, 3), strict=True):
            case.next_due_at = START + timedelta(hours=hour)
        for title, hour in (("a", 0.5), ("b", 3), ("c", 3), ("d", 4)):
            a_task(writing, made[0], title=title, hours=hour)
        ids = [case.id for case in made]
    user, found, after = staff(session, MARIA), [], ""
    while True:
        page = day.my_list(session, user, "today", now=START, day_ends_at=DAY[1], after=after, size=size)
        found += [row.task.title if row.task else row.case.id for row in page.rows]
        if page.after is None:
            break
        after = page.after
    assert found == ["a", ids[0], ids[1], ids[2], "b", "c", "d"]


def _plan(session, statement, values) -> str:
    prefix = "EXPLAIN QUERY PLAN " if session.get_bind().dialect.name == "sqlite" else "EXPLAIN "
    compiled = statement.compile(
        dialect=session.get_bind().dialect, compile_kwargs={"render_postcompile": True, "literal_binds": True}
    ) if not values else statement.params(values).compile(
        dialect=session.get_bind().dialect, compile_kwargs={"render_postcompile": True, "literal_binds": True}
    )  # fmt: skip
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SET LOCAL enable_seqscan = off"))  # with ten rows it would never pay
    return "\n".join(
        str(tuple(row))
        for row in session.connection().exec_driver_sql(prefix + str(compiled).replace("%", "%%"))
    )


@pytest.mark.parametrize(
    ("is_mine", "kind", "expected"),
    [
        (True, "overdue", {"ix_case_task_mine", "ix_case_task_unowned"}),
        (True, "snoozed", {"ix_case_task_snoozed"}),
        (True, "done", {"ix_case_task_done"}),
        (False, "coming", {"ix_case_task_team"}),
        (False, "done", {"ix_case_task_done_team"}),
    ],
)  # fmt: skip
def test_each_list_lies_on_its_index(session, is_mine, kind, expected):
    case = a_case(session, step=Step.CONSULT)
    places = lists.every_place((case.hospital_id,))
    statement = lists._statement(places, is_mine, kind, 10, False)
    values = {"me": case.specialist_id, "now": START, "day_start": DAY[0], "day_end": DAY[1]}
    asked = {key: value for key, value in values.items() if key in statement.compile().params}
    plan = _plan(session, statement, asked)
    assert {name for name in expected if name in plan} == expected, plan


# --- pages --------------------------------------------------------------------------------------------------


def test_the_page_of_tasks_says_done_and_takes_it_back(client, sign_in, session):
    with transaction() as writing:
        case = a_case(writing, step=Step.CONSULT)
        task = a_task(writing, case, why="They asked for it")
    sign_in("lena")
    colleague = client.get("/tasks?show=team")
    sign_in("maria")
    page = client.get("/tasks")
    assert "Send the leaflet" in page.text and "They asked for it" in page.text
    done = f"/c/{case.reference}/tasks/{task.public_id}/done"
    answer = client.submit(page, action=f"{done}?from=list")
    assert answer.headers["Location"] == "/tasks"
    page = client.get("/tasks")
    assert "Done by Maria Castillo" in page.text and "Take it back" in page.text
    sign_in("lena")
    answer = client.submit(colleague, action=f"{done}?show=team&from=list")
    assert "Maria Castillo has done this already" in client.get(answer.headers["Location"]).text
    sign_in("maria")
    client.submit(client.get("/tasks"), action=f"{task.public_id}/undo")
    assert session.get(CaseTask, task.id, populate_existing=True).state is TaskState.OPEN


def test_a_task_is_added_put_aside_and_handed_over_from_its_pages(client, sign_in, open_case, session):
    case = open_case(step=Step.CONSULT)
    sign_in("maria")
    assert client.get("/tasks/add", query_string={"ref": "C-1"}).headers["Location"] == "/tasks"
    to_form = client.get("/tasks/add", query_string={"ref": case.reference.lower()}).headers["Location"]
    page = client.get(to_form)
    refused = client.submit(page, action="/tasks/new", title="", due="")
    assert refused.status_code == 422 and "Say what is to be done" in refused.text
    client.submit(refused, action="/tasks/new", title="Ask for the CD", due="2026-11-30", owner="coordinator")
    task = session.scalars(sa.select(CaseTask).where(CaseTask.title == "Ask for the CD")).one()
    assert task.owner_id == case.coordinator_id
    case_page = BeautifulSoup(client.get(f"/c/{case.reference}/people").text, "html.parser")
    assert "Ask for the CD" in case_page.select_one("#tasks").text
    assert len(case_page.select("[data-next-action]")) == 1
    url = f"/c/{case.reference}/tasks/{task.public_id}"
    client.submit(client.get(url), action="/snooze", until="2026-11-27")
    page = client.get(url)
    assert "Comes back on" in page.text
    amal = session.scalars(sa.select(StaffUser).where(StaffUser.email == AMAL)).one()
    client.submit(page, action="/hand-over", to=str(amal.id), note="Please")
    session.rollback()  # the next statement begins a new look
    assert (task.owner_id, task.state) == (amal.id, TaskState.OPEN)


def test_strangers_and_other_cases_find_no_task(client, sign_in, open_case, session):
    case, other = open_case(step=Step.CONSULT), open_case(step=Step.CONSULT)
    task = tasks_of(session, case)[0]
    sign_in("chen@jinghe")
    assert client.get(f"/c/{case.reference}/tasks/{task.public_id}").status_code == 404
    sign_in("maria")
    assert client.get(f"/c/{other.reference}/tasks/{task.public_id}").status_code == 404
    assert client.get(f"/c/{case.reference}/tasks/%00").status_code == 404


def test_a_day_is_agreed_on_the_case_page(client, sign_in, open_case, session):
    case = open_case(step=Step.CONSULT)
    sign_in("maria")
    page = client.get(f"/c/{case.reference}/agree")
    client.submit(page, action="/agree", on="2026-12-03", note="With the son")
    assert "Agreed by Maria Castillo: With the son" in client.get(f"/c/{case.reference}/people").text
    assert session.get(Case, case.id, populate_existing=True).agreed_by == "Maria Castillo"


def test_a_list_that_fails_says_so_alone(client, sign_in, open_case, monkeypatch):
    open_case(step=Step.CONSULT)
    sign_in("maria")

    def broken(*_args, **_options):
        raise sa.exc.OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr(queries, "unread_replies", broken)
    page = client.get("/desk")
    assert page.status_code == 200
    assert page.text.count("This list could not be loaded.") == 1
    assert "Hold the first talk and note it" in page.text


def test_leads_see_what_nobody_moves_at_once(client, sign_in, session):
    with transaction() as writing:
        stray, left, late = (a_case(writing, step=Step.CONSULT) for _ in range(3))
        stray.next_code = stray.next_owner = stray.next_due_at = None
        amal = staff(writing, AMAL)
        left.specialist_id, amal.is_active = amal.id, False
        late.next_due_at = START - timedelta(hours=1)
        a_task(writing, late, hours=-1)
        a_task(writing, late, title="Of nobody", role=Role.INTERPRETER)
    sign_in("lena")
    for address in ("/desk", "/tasks/lead"):
        page = client.get(address).text
        assert stray.reference in page and left.reference in page, address
    page = BeautifulSoup(client.get("/tasks/lead").text, "html.parser")
    row = page.select_one("section[aria-labelledby=late-h] tbody tr")
    assert row.get_text(" ", strip=True) == "Maria Castillo Oncology Information Specialist 1 1"
    assert "Of nobody" in page.select_one("section[aria-labelledby=unowned-h]").text
    sign_in("maria")
    assert client.get("/tasks/lead").status_code == 403


def test_t_takes_the_next_enquiry_from_my_day(client, sign_in, open_case, session):
    case = open_case(step=Step.CONTACT)
    maria = sign_in("maria")
    page = client.get("/desk")
    assert 'data-key="t"' in page.text
    answer = client.submit(page, action="/desk/queue/next")
    assert case.reference in answer.headers["Location"]
    assert session.get(Case, case.id, populate_existing=True).specialist_id == maria.id
