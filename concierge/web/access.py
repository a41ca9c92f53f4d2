"""The access decision, in one place. Every view carries exactly one of the decorators below; a house test checks it.

`@public` anybody · `@staff(Right…)` a member of staff who holds one of these rights in at least one hospital, and
through `staff_case()` in the hospital *of the case* · `@portal(Area)` a person who takes part in the case ·
`@referrer` a doctor, who sees the patients that he sent and nothing else ·
`@by_link` a secret in the URL is the key (pay link, mail link) · `@machine` a signed call.
A refused case answers 404, never 403: a stranger does not learn that it exists. Each granted view of a case is logged.
"""

from collections.abc import Callable
from functools import wraps

import sqlalchemy as sa
from flask import Response, abort, after_this_request, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager, joinedload

from concierge.db import append, db
from concierge.domain.access import VISITOR, Actor, Area, Right, may_see, may_staff, rights_of
from concierge.domain.journey import Exit
from concierge.domain.tokens import hash_token
from concierge.models import (
    Case,
    CaseParticipation,
    Merge,
    PortalAccount,
    ReadLog,
    Referral,
    Referrer,
    SignIn,
    StaffUser,
)
from concierge.web import parked
from concierge.web.clock import now

_WITH_THE_CASE = {200, 409, 422}
STAFF_COOKIE, PORTAL_COOKIE, REFERRER_COOKIE = "concierge_staff", "concierge_portal", "concierge_referrer"


def _marked(view: Callable, decision: str) -> Callable:
    view.access = decision  # type: ignore[attr-defined]
    return view


def public(view: Callable) -> Callable:
    """Anybody may open it; it shows nothing of any person."""
    return _marked(view, "public")


def by_link(view: Callable) -> Callable:
    """An unguessable secret in the URL, or in the cookie it left, is the key; the view looks it up, else 404."""
    return _marked(view, "by_link")


def machine(view: Callable) -> Callable:
    """Called by a machine that signs its body; the view checks the signature."""
    return _marked(view, "machine")


# Built once, because every page asks one of them: the sign-in of a token together with its owner.
_OF_TOKEN = SignIn.token_hash == sa.bindparam("token_hash")
_STAFF_SIGN_IN = (
    sa.select(SignIn, StaffUser)
    .outerjoin(StaffUser, StaffUser.id == SignIn.staff_id)
    .options(joinedload(StaffUser.roles))
    .where(_OF_TOKEN)
)
_PORTAL_SIGN_IN = (
    sa.select(SignIn, PortalAccount)
    .outerjoin(PortalAccount, PortalAccount.id == SignIn.account_id)
    .where(_OF_TOKEN)
)
_REFERRER_SIGN_IN = (
    sa.select(SignIn, Referrer).outerjoin(Referrer, Referrer.id == SignIn.referrer_id).where(_OF_TOKEN)
)


def _live_sign_in(cookie: str, statement: sa.Select) -> tuple:
    """(sign-in, its owner), or nobody twice. One that has ended is kept aside for parked.py."""
    token = request.cookies.get(cookie)
    if not token:
        return None, None
    found = db.session.execute(statement, {"token_hash": hash_token(token)}).unique().first()
    if found is None or found[0].ended_at or found[0].expires_at <= now():
        g.stale_sign_in = found[0] if found else None
        return None, None
    return found


def current_staff() -> StaffUser | None:
    """The signed-in member of staff, or None. Looked up once a request."""
    if "staff" not in g:
        sign_in, user = _live_sign_in(STAFF_COOKIE, _STAFF_SIGN_IN)
        g.staff = user if user and user.is_active else None
        g.staff_sign_in = sign_in if g.staff else None
    return g.staff


def current_account() -> PortalAccount | None:
    """The signed-in portal account, or None. Looked up once a request."""
    if "account" not in g:
        sign_in, g.account = _live_sign_in(PORTAL_COOKIE, _PORTAL_SIGN_IN)
        g.account_sign_in = sign_in if g.account else None
    return g.account


def current_referrer() -> Referrer | None:
    """The signed-in referring doctor, or None. Looked up once a request."""
    if "referrer" not in g:
        sign_in, g.referrer = _live_sign_in(REFERRER_COOKIE, _REFERRER_SIGN_IN)
        g.referrer_sign_in = sign_in if g.referrer else None
    return g.referrer


class NotGuarded(RuntimeError):
    """A view that lets anybody in asked who is signed in, as if somebody had to be."""


def signed_in_staff() -> StaffUser:
    """The reader of a view behind `@staff`. Raises NotGuarded elsewhere."""
    user = current_staff()
    if user is None:
        raise NotGuarded
    return user


def signed_in_account() -> PortalAccount:
    """The reader of a view behind `@portal`. Raises NotGuarded elsewhere."""
    account = current_account()
    if account is None:
        raise NotGuarded
    return account


def signed_in_referrer() -> Referrer:
    """The reader of a view behind `@referrer`. Raises NotGuarded elsewhere."""
    doctor = current_referrer()
    if doctor is None:
        raise NotGuarded
    return doctor


def staff(*rights: Right) -> Callable:
    """A member of staff holding one of `rights` somewhere; without rights, any member of staff."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(*args, **kwargs):
            g.area = "staff"
            user = current_staff()
            if user is None:
                return _ask_to_sign_in("accounts_staff.sign_in")
            g.saved_language = user.language
            g.needed_rights = frozenset(rights)
            if rights and not hospitals_with(user, frozenset(rights)):
                abort(403)
            return view(*args, **kwargs)

        return _marked(guarded, "staff:" + ",".join(rights))

    return decorate


def portal(area: Area | None = None) -> Callable:
    """A signed-in patient or caregiver; with `area`, `portal_case()` demands that this area was given to them."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(*args, **kwargs):
            g.area = "portal"
            account = current_account()
            if account is None:
                return _ask_to_sign_in("accounts_portal.sign_in")
            g.saved_language = account.language
            g.needed_area = area
            return view(*args, **kwargs)

        return _marked(guarded, f"portal:{area or 'any'}")

    return decorate


def referrer(view: Callable) -> Callable:
    """A signed-in referring doctor; `own_referral()` answers 404 for patients of others."""

    @wraps(view)
    def guarded(*args, **kwargs):
        g.area = "referrer"
        doctor = current_referrer()
        if doctor is None:
            return redirect(url_for("accounts_referrer.sign_in"))
        g.saved_language = doctor.language
        return view(*args, **kwargs)

    return _marked(guarded, "referrer")


def _ask_to_sign_in(endpoint: str):
    """Send to sign-in and back; what was typed in a form is kept for the same person (see parked.py)."""
    response = redirect(
        url_for(endpoint, next=request.full_path.rstrip("?") if request.method == "GET" else request.path)
    )
    return parked.park(response, g.get("stale_sign_in"))


def hospitals_with(user: StaffUser, needed: frozenset[Right]) -> tuple[int, ...]:
    """Hospitals in which this person holds one of the needed rights (any right where none is named)."""
    return tuple(
        hospital_id
        for hospital_id in user.hospital_ids
        if not needed or may_staff(rights_of(user.roles_at(hospital_id)), needed)
    )


def my_hospitals(*rights: Right) -> tuple[int, ...]:
    """Ids of the hospitals whose cases this page may list."""
    return hospitals_with(signed_in_staff(), frozenset(rights) or g.needed_rights)


_CASE = sa.select(Case).where(Case.id == sa.bindparam("case_id"))
# The case comes by an inner join: behind an outer one, SQLite would read all cases first.
_PART = (
    sa.select(CaseParticipation)
    .join(CaseParticipation.case)
    .options(contains_eager(CaseParticipation.case))
    .where(Case.public_id == sa.bindparam("pid"), CaseParticipation.account_id == sa.bindparam("account_id"))
)


def staff_case(reference: str, *rights: Right, is_logged: bool = True) -> Case:
    """The case of this reference, if the reader holds the needed right in *its* hospital; else 404. Read-logged.

    A view that mostly has nothing to show (`is_logged=False`) calls again once it has something.
    """
    case = _granted(reference, rights)
    if case.exit is Exit.MERGED and request.endpoint != "cases_staff.history":
        _lead_to_survivor(case)
    g.case = case
    if not is_logged:
        return case
    user = signed_in_staff()
    _log_read(case, "staff", user.id, user.name)
    return case


def second_case(reference: str, *rights: Right) -> Case:
    """Another case that the page of `staff_case` shows beside it: granted and read-logged in the same way."""
    case, user = _granted(reference, rights), signed_in_staff()
    append(
        ReadLog, at=now(), case_id=case.id, actor_kind="staff", actor_id=user.id, actor_name=user.name,
        page=request.endpoint or "",
    )  # fmt: skip
    return case


def _granted(reference: str, rights: tuple[Right, ...]) -> Case:
    case = db.session.scalar(_CASE, {"case_id": _id_of(reference)})
    needed = frozenset(rights) or g.needed_rights or frozenset({Right.SEE_CASES})
    if (
        case is None
        or case.reference != reference.upper()
        or case.hospital_id not in hospitals_with(signed_in_staff(), needed)
    ):
        abort(404)
    return case


def survivor_of(case: Case) -> Case | None:
    """The case in which a merged one goes on, along a chain of merges if need be."""
    seen: set[int] = set()
    while case.exit is Exit.MERGED and case.id not in seen:
        seen.add(case.id)
        live = sa.select(Merge.survivor_case_id).where(Merge.folded_case_id == case.id, Merge.undone_at.is_(None))
        survivor_id = db.session.scalar(live.order_by(Merge.id.desc()).limit(1))
        if survivor_id is None:
            return None
        case = db.session.get_one(Case, survivor_id)
    return case


def _lead_to_survivor(case: Case) -> None:
    """An old reference leads to the case that stays, to the same page where that can be shown."""
    survivor, endpoint = survivor_of(case), request.endpoint
    if survivor is None or endpoint is None or "ref" not in (request.view_args or {}):
        return
    flash(_("%(old)s goes on as %(reference)s.", old=case.reference, reference=survivor.reference))
    is_plain = request.method == "GET" and set(request.view_args or {}) == {"ref"}
    place = endpoint if is_plain else "cases_staff.people"
    abort(redirect(url_for(place, ref=survivor.reference), 303))


def portal_case(
    public_id: str, area: Area | None = None, *, is_logged: bool = True
) -> tuple[Case, CaseParticipation]:
    """The case and the reader's part in it; 404 for strangers and for areas not given. Read-logged.

    A view that mostly has nothing to show (`is_logged=False`) calls again once it has something.
    """
    account = signed_in_account()
    if not public_id.isalnum():  # a NUL in an address is no case, and PostgreSQL would refuse to look
        abort(404)
    participation = db.session.scalar(_PART, {"pid": public_id, "account_id": account.id})
    wanted = area or g.needed_area or Area.TRIP
    if participation is None or participation.case.exit is Exit.MERGED:
        _lead_family(public_id, account.id)
    if participation is None or not may_see(participation.standing, wanted):
        abort(404)
    g.case, g.participation = participation.case, participation
    if is_logged:
        _log_read(participation.case, "portal", account.id, account.name)
    return participation.case, participation


_REFERRAL = sa.select(Referral).where(
    Referral.public_id == sa.bindparam("rid"), Referral.referrer_id == sa.bindparam("referrer_id")
)


def own_referral(public_id: str) -> Referral:
    """The reader's own referral with this id; 404 for those of others. Read-logged."""
    doctor = signed_in_referrer()
    found = db.session.scalar(_REFERRAL, {"rid": public_id, "referrer_id": doctor.id})
    if found is None:
        abort(404)
    _log_referrer(found)
    return found


def by_private_link(referral: Referral) -> None:
    """The holder of a referral's private link is taken for the doctor who has sent it. Read-logged."""
    g.area, g.referrer = "referrer", referral.referrer
    _log_referrer(referral)


def by_calendar_link(case: Case, account: PortalAccount, *, is_logged: bool) -> None:
    """The calendar on a reader's phone asks for the trip, under the link that this reader made. Read-logged."""
    g.area = "portal"  # no cache keeps it
    if is_logged:
        _log_read(case, "portal", account.id, account.name)


def _log_referrer(referral: Referral) -> None:
    """A doctor has looked at the patient he sent."""
    _log_read(referral.case, "referrer", referral.referrer_id, referral.referrer.name)


def _lead_family(public_id: str, account_id: int) -> None:
    """The link of an old mail leads to where the talk goes on, for those who take part there; nothing is said of it."""
    case = db.session.scalar(sa.select(Case).where(Case.public_id == public_id, Case.exit == Exit.MERGED))
    survivor = survivor_of(case) if case else None
    if survivor is None or db.session.scalar(_PART, {"pid": survivor.public_id, "account_id": account_id}) is None:
        return
    is_page = request.method == "GET" and request.endpoint and set(request.view_args or {}) == {"pid"}
    place = request.endpoint if is_page and request.endpoint else "portal.home"
    abort(redirect(url_for(place, pid=survivor.public_id), 303))


def _id_of(reference: str) -> int:
    """The row id inside a reference `C-2026-00417`; 404 for anything else."""
    parts = reference.upper().split("-")
    if (
        len(parts) != 3
        or parts[0] != "C"
        or not (parts[2].isascii() and parts[2].isdecimal())
        or len(parts[2]) > 9
    ):
        abort(404)
    return int(parts[2])


def _log_read(case: Case, kind: str, actor_id: int, name: str) -> None:
    """Write the view down, once a request: a page that was opened, or one that a refused form brought back."""
    if "read_log" in g:
        return
    row = {"case_id": case.id, "actor_kind": kind, "actor_id": actor_id, "actor_name": name}
    g.read_log = row | {"page": request.endpoint or ""}
    if request.method in {"GET", "HEAD"}:
        append(ReadLog, at=now(), **g.read_log)
    else:
        after_this_request(_log_shown_again)


def _log_shown_again(response: Response) -> Response:
    """What was done stands in the case's history; what was refused came back on a page with the case on it."""
    if response.status_code in _WITH_THE_CASE:
        append(ReadLog, at=now(), **g.read_log)
    return response


def current_actor() -> Actor:
    """Who acts, with the rights in the hospital of the case that this request opened."""
    if g.get("area") == "staff" and (user := current_staff()):
        case = g.get("case")
        rights = rights_of(user.roles_at(case.hospital_id)) if case else frozenset()
        return Actor("staff", user.id, user.name, rights)
    if g.get("area") == "portal" and (account := current_account()):
        return Actor("portal", account.id, account.name)
    if g.get("area") == "referrer" and (doctor := current_referrer()):
        return Actor("referrer", doctor.id, doctor.name)
    return VISITOR


def has_right(right: Right) -> bool:
    """For templates: may the reader do this in the hospital of the open case?"""
    return right in current_actor().rights


def cookie_options(max_age: int) -> dict:
    """How sign-in cookies are set."""
    return {
        "max_age": max_age,
        "httponly": True,
        "samesite": "Lax",
        "secure": current_app.config["SESSION_COOKIE_SECURE"],
    }
