"""What is measured: for each page the requests to Concierge and to its floor, which answer with the same rows."""

import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from urllib.parse import quote

import sqlalchemy as sa

from bench.load import CLIENTS, CannotMeasure, Figures, Read, Write, fetch, read, write
from bench.people import COMMON, RARE
from bench.scene import Scene
from concierge.models import Case
from concierge.web.access import PORTAL_COOKIE, STAFF_COOKIE

_FORM_FIELD = re.compile(rb'name="(csrf_token|shown)"[^>]*value="([^"]+)"')
_READING_SECONDS = 2.1  # sent sooner, a public form is taken for one that a program filled (web/guard.py)


@dataclass(frozen=True)
class Reading:
    """A page that is fetched: `app` and `floor` hold its addresses, asked for in turn."""

    name: str
    app: list[Read]
    floor: list[Read]


def readings(scene: Scene, session: str) -> list[Reading]:
    """The seven pages that people look at most. Whoever is signed in holds a session cookie; a new visitor has none."""
    staff = f"{session}; {STAFF_COOKIE}={scene.lead}"
    words = [quote(text) for text in (*COMMON.values(), *RARE.values())]
    hospital = f"hospital={scene.hospital_id}"
    return [
        Reading(
            "contact", [(f"/{tag}/contact/1", "") for tag in ("en", "ar", "zh-Hans")], [("/contact", "")]
        ),
        Reading("queue", [("/desk/queue?show=all", staff)], [(f"/queue?{hospital}", "")]),
        Reading("inbox", [("/inbox?list=all", staff)], [(f"/inbox?{hospital}", "")]),
        Reading("board", [("/board", staff)], [(f"/board?{hospital}", "")]),
        Reading(
            "search",
            [(f"/cases?q={word}", staff) for word in words],
            [(f"/search?q={word}&{hospital}", "") for word in words],
        ),
        Reading(
            "case",
            [(f"/c/{ref}", staff) for _id, ref in scene.cases],
            [(f"/case/{id_}", "") for id_, _ref in scene.cases],
        ),
        Reading(
            "portal home",
            [
                (f"/portal/{pid}/home", f"{session}; {PORTAL_COOKIE}={token}")
                for pid, token in scene.families
            ],
            [(f"/family/{pid}", "") for pid, _token in scene.families],
        ),
    ]


def session_cookie(port: int) -> str:
    """The cookie that a form's token belongs to, from any page with a form."""
    _body, cookies = fetch(port, "/en/contact/1")
    return next(cookie for cookie in cookies if cookie.startswith("concierge_session="))


def measure_reading(page: Reading, ports: tuple[int, int], seconds: float) -> tuple[Figures, Figures]:
    """Concierge, then its floor."""
    return read(ports[0], page.app, seconds), read(ports[1], page.floor, seconds)


# --- open a case ------------------------------------------------------------------------------------------------


def measure_opening(scene: Scene, ports: tuple[int, int], seconds: float) -> tuple[Figures, Figures]:
    """The last page of the contact form is sent: enquiry, person, case, sign-in, acknowledgement."""
    ours, bare = scene.drafts[: len(scene.drafts) // 3], scene.drafts[len(scene.drafts) // 3 :]
    session, hidden = _form_of(ports[0], "/en/contact/check", f"concierge_contact={ours[0]}")
    time.sleep(_READING_SECONDS)
    app = [_sendings(ours[i::CLIENTS], session, hidden) for i in range(CLIENTS)]
    floor = [_bare_sendings(bare[i::CLIENTS]) for i in range(CLIENTS)]
    return write(ports[0], app, seconds), write(ports[1], floor, seconds)


def _form_of(port: int, path: str, cookie: str) -> tuple[str, dict[str, str]]:
    """(session cookie, the hidden fields that many sendings may share) of a page with a form."""
    body, cookies = fetch(port, path, cookie)
    hidden = {name.decode(): value.decode() for name, value in _FORM_FIELD.findall(body)}
    session = next((one for one in cookies if one.startswith("concierge_session=")), None)
    if "csrf_token" not in hidden or session is None:
        raise CannotMeasure(f"{path} has no form")
    return session, hidden


def _sendings(drafts: list[str], session: str, hidden: dict[str, str]) -> Iterator[Write]:
    for draft in drafts:
        cookie = f"{session}; concierge_contact={draft}"
        form = hidden | {"once": secrets.token_urlsafe(24), "consent": "y", "address": _somewhere()}
        yield "/en/contact/check", cookie, form


def _bare_sendings(drafts: list[str]) -> Iterator[Write]:
    for draft in drafts:
        yield "/open", "", {"draft": draft, "once": secrets.token_urlsafe(24), "address": _somewhere()}


def _somewhere() -> str:
    """Each family writes from an address of its own: twenty enquiries from one are refused."""
    return ".".join(str(secrets.randbelow(254) + 1) for _ in range(4))


# --- move a step ------------------------------------------------------------------------------------------------


def measure_moving(
    scene: Scene, ports: tuple[int, int], seconds: float, engine: sa.Engine
) -> tuple[Figures, Figures]:
    """A lead moves cases one step back and forth again, each time with a reason and the version last seen."""
    half = len(scene.movable) // 2
    staff = f"{STAFF_COOKIE}={scene.lead}"
    session, hidden = _form_of(ports[0], f"/c/{scene.movable[0][1]}/move", staff)
    cookie = f"{session}; {staff}"
    app = [_moves(scene.movable[:half][i::CLIENTS], cookie, hidden["csrf_token"], engine) for i in range(CLIENTS)]
    floor = [_moves(scene.movable[half:][i::CLIENTS], "", "", engine) for i in range(CLIENTS)]
    return write(ports[0], app, seconds), write(ports[1], floor, seconds)


def _moves(cases: list[tuple[int, str]], cookie: str, csrf: str, engine: sa.Engine) -> Iterator[Write]:
    """Each move is one form; by how much a move raises the version is looked up after the first one each way."""
    versions, steps = _versions(cases, engine), {}
    for to in cycle(("consult", "finance")):
        for case_id, reference in cases:
            path = f"/c/{reference}/move" if csrf else f"/move/{case_id}"
            form = {
                "to": to,
                "reason": "Asked by the family",
                "version": str(versions[case_id]),
                "csrf_token": csrf,
            }
            yield path, cookie, form | {"once": secrets.token_urlsafe(24), "came_from": "board"}
            if to not in steps:
                steps[to] = _versions([(case_id, reference)], engine)[case_id] - versions[case_id]
            versions[case_id] += steps[to]


def _versions(cases: list[tuple[int, str]], engine: sa.Engine) -> dict[int, int]:
    with engine.connect() as connection:
        wanted = [case_id for case_id, _reference in cases]
        rows = connection.execute(sa.select(Case.id, Case.version).where(Case.id.in_(wanted)))
        return {row.id: row.version for row in rows}
