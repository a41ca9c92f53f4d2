"""The floor: what Flask and SQL alone can do. The same rows as JSON, the same writes; nobody signs in, nothing is
logged, no rule is asked, nothing is translated or laid out.

`gunicorn bench.floor:app` with DATABASE_URL. Statements are written out; of SQLAlchemy Core there are only the
connection pool and the parameters.
"""

import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from flask import Flask, Response, redirect, request

from concierge.domain.names import query_keys, search_keys

IS_SQLITE = os.environ["DATABASE_URL"].startswith("sqlite")
STEPS = ("contact", "consult", "finance", "clinical", "acceptance", "evaluation")
COMMON = 2000
LAST = "\U0010ffff"

app = Flask(__name__)
engine = sa.create_engine(os.environ["DATABASE_URL"], pool_size=10, max_overflow=10)


@sa.event.listens_for(engine, "connect")
def _prepare(connection, _record) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = "IMMEDIATE"
        for pragma in ("journal_mode=WAL", "busy_timeout=15000", "synchronous=NORMAL", "cache_size=-32000"):
            connection.execute(f"PRAGMA {pragma}")


class Database:
    """One connection for one request."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def rows(self, statement: sa.TextClause, **values) -> list[dict]:
        return [dict(row) for row in self._connection.execute(statement, values).mappings()]

    def row(self, statement: sa.TextClause, **values) -> dict:
        return next(iter(self.rows(statement, **values)), {})

    def insert(self, table: str, *rows: dict, returning: str = "") -> int:
        names = ", ".join(rows[0])
        marks = ", ".join(f":{name}" for name in rows[0])
        statement = _text(
            f'INSERT INTO "{table}" ({names}) VALUES ({marks})'
            + (f" RETURNING {returning}" if returning else "")
        )
        done = self._connection.execute(statement, rows if len(rows) > 1 else rows[0])
        return done.scalar_one() if returning else 0

    def run(self, statement: sa.TextClause, **values) -> int:
        return self._connection.execute(statement, values).rowcount


_texts: dict[str, sa.TextClause] = {}


def _text(statement: str) -> sa.TextClause:
    return _texts.setdefault(statement, sa.text(statement))


@contextmanager
def reading() -> Iterator[Database]:
    with engine.connect() as connection:
        yield Database(connection)


@contextmanager
def writing() -> Iterator[Database]:
    with engine.begin() as connection:
        yield Database(connection)


def _answer(**found) -> Response:
    return Response(json.dumps(found, default=str, ensure_ascii=False), content_type="application/json")


def _time(at: datetime):
    return at.strftime("%Y-%m-%d %H:%M:%S.%f") if IS_SQLITE else at


@app.get("/hello")
def hello():
    return "Hello, world"


# --- reading ----------------------------------------------------------------------------------------------------

_LIST = """c.id, c.hospital_id, c.version, c.opened_at, c.step, c.step_entered_at, c.state, c.exit, c.hold_until,
 c.next_code, c.next_owner, c.next_due_at, c.waiting_on, c.waiting_since, p.native_name, p.surname, p.given_names,
 p.called, p.country, p.spoken_language, p.timezone"""
_HOSPITALS = _text("SELECT id, slug, name, city, timezone, languages, phone FROM hospital ORDER BY id")
_QUEUE = """FROM enquiry e JOIN "case" c ON c.id = e.case_id JOIN person p ON p.id = c.person_id
 WHERE e.taken_by_id IS NULL AND e.hospital_id = :hospital AND c.state = 'open'
 ORDER BY e.queue_rank, e.promise_due_at, e.id"""
_WAITING = _text(
    "SELECT e.id, e.public_id, e.writer, e.help_wanted, e.story, e.language, e.received_at, e.promise_due_at, "
    f"c.cancer_type, {_LIST} {_QUEUE} LIMIT 51"
)
_WAITING_TIMES = _text(f"SELECT e.received_at, e.promise_due_at {_QUEUE} LIMIT 200")
_LANE = _text(f"""SELECT {_LIST} FROM "case" c JOIN person p ON p.id = c.person_id
 WHERE c.hospital_id = :hospital AND c.state = 'open' AND c.step = :step ORDER BY c.next_due_at, c.id LIMIT 21""")
_LANE_COUNT = _text("""SELECT count(*) AS total, count(CASE WHEN next_due_at < :now THEN 1 END) AS late FROM (
 SELECT next_due_at FROM "case" WHERE hospital_id = :hospital AND state = 'open' AND step = :step
 ORDER BY next_due_at, id LIMIT 1001) AS first""")


@app.get("/contact")
def contact():
    with reading() as database:
        return _answer(hospitals=database.rows(_HOSPITALS))


@app.get("/queue")
def queue():
    hospital = int(request.args["hospital"])
    with reading() as database:
        rows, times = (
            database.rows(_WAITING, hospital=hospital),
            database.rows(_WAITING_TIMES, hospital=hospital),
        )
    first = min((row["received_at"] for row in times), default=None)
    return _answer(waiting=len(times), first_at=first, rows=rows)


_TURN = "h.hospital_id = :hospital AND h.us_since IS NOT NULL AND h.snoozed_until IS NULL"
_TALKS = _text(f"""SELECT h.*, c.opened_at, p.native_name, p.surname, p.given_names, p.called, p.country, p.language,
 p.spoken_language, s.name AS specialist, m.author_kind, m.author_name, m.channel, m.body, m.language AS written_in
 FROM (SELECT * FROM thread_head h WHERE {_TURN} ORDER BY h.us_since, h.case_id LIMIT 31) AS h
 JOIN "case" c ON c.id = h.case_id JOIN person p ON p.id = c.person_id
 LEFT JOIN message m ON m.id = h.last_message_id LEFT JOIN staff_user s ON s.id = h.specialist_id
 ORDER BY h.us_since, h.case_id""")
_TALK_COUNT = _text(f"SELECT count(*) AS count FROM (SELECT 1 FROM thread_head h WHERE {_TURN} LIMIT 100) AS few")


@app.get("/inbox")
def inbox():
    hospital = int(request.args["hospital"])
    with reading() as database:
        return _answer(rows=database.rows(_TALKS, hospital=hospital), **database.row(_TALK_COUNT, hospital=hospital))


@app.get("/board")
def board():
    hospital, now = int(request.args["hospital"]), _time(datetime.now(UTC))
    with reading() as database:
        lanes = {step: database.rows(_LANE, hospital=hospital, step=step) for step in STEPS}
        counts = {step: database.row(_LANE_COUNT, hospital=hospital, step=step, now=now) for step in STEPS}
    return _answer(lanes=lanes, counts=counts)


_BEGINS = "k.key >= :first AND k.key < :last"
_KEY_COUNT = _text(f"""SELECT count(*) AS count FROM (SELECT 1 FROM search_key k
 WHERE k.hospital_id = :hospital AND {_BEGINS} LIMIT {COMMON + 1}) AS few""")
_BY_RARE = _text(f"""SELECT {_LIST} FROM (SELECT DISTINCT k.case_id FROM search_key k
 WHERE k.hospital_id = :hospital AND {_BEGINS} ORDER BY k.case_id DESC LIMIT 51) AS found
 JOIN "case" c ON c.id = found.case_id JOIN person p ON p.id = c.person_id
 ORDER BY c.id DESC""")
_BY_COMMON = _text(f"""SELECT {_LIST} FROM (SELECT a.id FROM "case" a WHERE a.hospital_id = :hospital
 AND EXISTS (SELECT 1 FROM search_key k WHERE k.case_id = a.id AND {_BEGINS}) ORDER BY a.id DESC LIMIT 51) AS found
 JOIN "case" c ON c.id = found.id JOIN person p ON p.id = c.person_id ORDER BY c.id DESC""")


@app.get("/search")
def search():
    (key,) = query_keys(request.args["q"])
    wanted = {"hospital": int(request.args["hospital"]), "first": key, "last": key + LAST}
    with reading() as database:
        is_common = database.row(_KEY_COUNT, **wanted)["count"] > COMMON
        return _answer(rows=database.rows(_BY_COMMON if is_common else _BY_RARE, **wanted))


_CASE = _text("""SELECT c.*, p.native_name, p.surname, p.given_names, p.called, p.birth_on, p.country, p.language,
 p.phone, p.spoken_language, p.timezone, p.channel, h.name AS hospital, h.timezone AS hospital_timezone,
 s.name AS specialist, a.name AS advocate, r.name AS reviewer, m.name AS care_manager, o.name AS coordinator
 FROM "case" c JOIN person p ON p.id = c.person_id JOIN hospital h ON h.id = c.hospital_id
 LEFT JOIN staff_user s ON s.id = c.specialist_id LEFT JOIN staff_user a ON a.id = c.advocate_id
 LEFT JOIN staff_user r ON r.id = c.reviewer_id LEFT JOIN staff_user m ON m.id = c.care_manager_id
 LEFT JOIN staff_user o ON o.id = c.coordinator_id WHERE c.id = :id""")
_FILE = {
    "estimates": _text("SELECT * FROM estimate WHERE case_id = :id ORDER BY number"),
    "lines": _text("""SELECT l.* FROM estimate_line l JOIN estimate e ON e.id = l.estimate_id WHERE e.case_id = :id
 ORDER BY l.position"""),
    "deposit": _text("SELECT * FROM deposit WHERE case_id = :id"),
    "payments": _text(
        "SELECT p.* FROM payment p JOIN deposit d ON d.id = p.deposit_id WHERE d.case_id = :id"
    ),
    "guarantees": _text("SELECT * FROM guarantee WHERE case_id = :id ORDER BY id"),
    "checklist": _text("SELECT * FROM checklist_item WHERE case_id = :id ORDER BY position"),
    "decisions": _text("SELECT * FROM decision WHERE case_id = :id ORDER BY id"),
    "answer": _text("SELECT * FROM answer WHERE case_id = :id"),
    "plan": _text('SELECT * FROM "plan" WHERE case_id = :id'),
    "calls": _text('SELECT * FROM "call" WHERE case_id = :id ORDER BY id'),
    "counts": _text("""SELECT (SELECT count(*) FROM document WHERE case_id = :id AND state = 'checking') AS unchecked,
 (SELECT count(*) FROM appointment WHERE case_id = :id AND NOT is_cancelled) AS appointments"""),
    "enquiry": _text("SELECT * FROM enquiry WHERE case_id = :id"),
    "messages": _text(
        "SELECT * FROM message WHERE case_id = :id AND kind IN ('portal', 'note') ORDER BY id DESC LIMIT 41"
    ),
    "family": _text("SELECT account_id, relation FROM case_participation WHERE case_id = :id"),
}


@app.get("/case/<int:case_id>")
def case(case_id: int):
    with reading() as database:
        found = {name: database.rows(statement, id=case_id) for name, statement in _FILE.items()}
        return _answer(case=database.row(_CASE, id=case_id), **found)


_HOME = _text("""SELECT c.*, p.native_name, p.called, h.name AS hospital, h.phone, s.name AS specialist, s.speaks,
 pl.explained_at, d.amount_minor, d.currency, d.due_on,
 (SELECT told_at FROM decision WHERE case_id = c.id ORDER BY id DESC LIMIT 1) AS told_at,
 (SELECT count(*) FROM estimate WHERE case_id = c.id AND state = 'issued') AS estimates,
 (SELECT count(*) FROM appointment WHERE case_id = c.id AND NOT is_cancelled) AS appointments
 FROM "case" c JOIN person p ON p.id = c.person_id JOIN hospital h ON h.id = c.hospital_id
 LEFT JOIN staff_user s ON s.id = c.specialist_id LEFT JOIN "plan" pl ON pl.case_id = c.id
 LEFT JOIN deposit d ON d.case_id = c.id WHERE c.public_id = :pid""")
_NEEDED = _text("""SELECT * FROM checklist_item WHERE case_id = :id AND state NOT IN ('received', 'in_transit')
 ORDER BY position""")
_LATEST = _text("SELECT * FROM message WHERE case_id = :id AND kind = 'portal' ORDER BY id DESC LIMIT 1")


@app.get("/family/<pid>")
def home(pid: str):
    with reading() as database:
        found = database.row(_HOME, pid=pid)
        id_ = found["id"]
        return _answer(
            case=found, needed=database.rows(_NEEDED, id=id_), latest=database.row(_LATEST, id=id_)
        )


# --- writing ----------------------------------------------------------------------------------------------------

_DRAFT = _text("SELECT id, token_hash, answers FROM contact_draft WHERE token_hash = :hash")
_THROTTLE = _text("""INSERT INTO throttle (key, window_ends_at, count) VALUES (:key, :ends, 1)
 ON CONFLICT (key) DO UPDATE SET count = throttle.count + 1""")
_DROP = _text("DELETE FROM contact_draft WHERE id = :id")
_MOVE = _text("""UPDATE "case" SET step = :step, step_entered_at = :now, next_code = :code, next_due_at = :due,
 version = version + 1 WHERE id = :id AND version = :version""")


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


@app.post("/open")
def open_case():
    now = datetime.now(UTC)
    at = _time(now)
    with writing() as database:
        database.insert("used_form", {"token": request.form["once"], "used_at": at, "led_to": "/queue"})
        draft = database.row(_DRAFT, hash=_hash(request.form["draft"]))
        database.run(_THROTTLE, key=_hash(request.form["address"]), ends=at)
        given = json.loads(draft["answers"]) if isinstance(draft["answers"], str) else draft["answers"]
        case_id = _write_case(database, given, at, _time(now + timedelta(hours=4)))
        _write_sign_in(database, given, at, case_id)
        database.insert("used_form", {"token": draft["token_hash"], "used_at": at, "led_to": "/queue"})
        database.run(_DROP, id=draft["id"])
    return redirect("/queue", 303)


def _write_case(database: Database, given: dict, at, due) -> int:
    person_id = database.insert("person", {
        "public_id": secrets.token_hex(8), "native_name": given["name"], "surname": "", "given_names": "",
        "called": given["called"],
        "birth_on": given["birth"], "birth_typed": "", "passport_number": "", "country": given["country"],
        "language": "en",
        "spoken_language": given["spoken"], "timezone": given["timezone"], "email": given["email"],
        "phone": given["phone"],
        "phone_typed": given["phone"], "channel": given["channel"], "good_hours": given["hours"],
        "is_government_beneficiary": False, "created_at": at, "version": 1,
    }, returning="id")  # fmt: skip
    case_id = database.insert("case", {
        "public_id": secrets.token_hex(8), "hospital_id": 1, "person_id": person_id, "programme": "treatment",
        "cancer_type": given["illness"], "stage_reported": "", "question": "", "step": "contact",
        "step_entered_at": at,
        "state": "open", "exit_reason": "", "hold_reason": "", "opened_at": at, "next_code": "take_enquiry",
        "next_owner": "specialist", "next_due_at": due, "waiting_on": "us", "waiting_since": at,
        "health_consent_at": at,
        "patient_knows": "unknown", "who_knows": "", "payer_name": "", "payer_letter": "",
        "is_visa_needed": False, "version": 1,
    }, returning="id")  # fmt: skip
    database.insert("enquiry", {
        "public_id": secrets.token_hex(8), "hospital_id": 1, "case_id": case_id, "came_by": "form",
        "writer": "patient",
        "writer_name": "", "help_wanted": given["help_wanted"], "story": given["story"], "language": "en",
        "received_at": at,
        "promise_due_at": due,
    })  # fmt: skip
    database.insert(
        "case_event", *(_event(case_id, at, kind, {}) for kind in ("enquiry_opened", "consent_recorded"))
    )
    keys = search_keys(given["name"], called=given["called"], phone=given["phone"], email=given["email"])
    database.insert(
        "search_key", *({"hospital_id": 1, "key": key, "case_id": case_id} for key in sorted(keys))
    )
    return case_id


def _write_sign_in(database: Database, given: dict, at, case_id: int) -> None:
    account_id = database.insert("portal_account", {
        "email": given["email"], "name": given["name"], "language": "en", "timezone": given["timezone"],
        "created_at": at,
    }, returning="id")  # fmt: skip
    database.insert("case_participation", {
        "public_id": secrets.token_hex(8), "case_id": case_id, "account_id": account_id, "relation": "patient",
        "can_messages": False, "can_documents": False, "can_money": False, "can_decision": False,
        "invited_by": "",
        "invited_at": at,
    })  # fmt: skip
    database.insert("outbox_message", {
        "public_id": secrets.token_hex(8), "key": f"acknowledgement:{case_id}", "event": "acknowledgement",
        "case_id": case_id,
        "recipient": given["email"], "language": "en", "timezone": given["timezone"], "context": "{}",
        "state": "queued",
        "due_at": at, "attempts": 0, "error": "", "created_at": at, "subject": "", "body": "",
    })  # fmt: skip


def _event(case_id: int, at, kind: str, data: dict) -> dict:
    return {
        "case_id": case_id, "at": at, "kind": kind, "actor_kind": "staff", "actor_id": 1,
        "actor_name": "Lena Fischer",
        "data": json.dumps(data),
    }  # fmt: skip


@app.post("/move/<int:case_id>")
def move(case_id: int):
    now, form = datetime.now(UTC), request.form
    at, due = _time(now), _time(now + timedelta(days=2))
    with writing() as database:
        database.insert("used_form", {"token": form["once"], "used_at": at, "led_to": "/board"})
        code = "move_on" if form["to"] == "consult" else "understand_estimate"
        moved = database.run(
            _MOVE, id=case_id, step=form["to"], now=at, code=code, due=due, version=int(form["version"])
        )
        if not moved:
            return Response("stale", 409)
        database.insert(
            "case_event", _event(case_id, at, "step_moved", {"step_to": form["to"], "reason": form["reason"]})
        )
    return redirect("/board", 303)


@app.post("/card-event")
def card_event():
    """A webhook of the card service without a look at its signature."""
    event, now = request.get_json(), datetime.now(UTC)
    about = event["data"]["object"]["id"]
    row = {
        "id": event["id"], "kind": event["type"], "object_id": about, "intent_id": about, "received_at": _time(now),
        "happened_at": _time(now), "due_at": _time(now), "outcome": "", "attempts": 0, "needs_look": False,
        "handled_by": "",
    }  # fmt: skip
    with writing() as database:
        database.insert("card_event", row)
    return ""
