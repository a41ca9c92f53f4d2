"""Rooms as the team sees them: the forms of the Lodging panel, the calendar, houses, the waiting list, hotels asked."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking import tab, words
from concierge.booking.changes import booking_of
from concierge.booking.firmness import is_firm_allowed
from concierge.booking.lodging import actions, houses, panel, partners, queries, waiting
from concierge.booking.lodging.forms import (
    AnswerForm,
    MoveForm,
    PartnerForm,
    RateForm,
    RefusalForm,
    StayForm,
)
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.clocks import local_day, on_our_clocks
from concierge.domain.errors import InvalidInput, RoomTaken
from concierge.domain.numbers import whole
from concierge.domain.vocabulary import Prayer
from concierge.models import Case, Hospital, LodgingHouse, LodgingRate, LodgingRoom, Stay
from concierge.web import filters
from concierge.web.access import my_hospitals, staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.i18n import current_code
from concierge.web.once import submit

bp = Blueprint("lodging_staff", __name__)
PANEL = "lodging"


def _or_taken(case: Case, form: Form, slot: str, act: Callable, choice: str = "room_id"):
    """The act, or the page with what is still free: somebody was faster."""
    try:
        return act()
    except RoomTaken as taken:
        if isinstance(form, MoveForm):
            form.room_id.choices = [(str(room.id), panel.room_name(room)) for room in taken.alternatives]
        form.refuse(choice, taken.code)
    return tab.show_travel(case, status=409, **{slot: form})


# --- a room for a case -------------------------------------------------------------------------------------------


@bp.route("/c/<ref>/travel/room", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def room(ref: str):
    """Look what is free; hold or book one of it; wait for one."""
    case = staff_case(ref)
    form = panel.stay_form(db.session(), case)
    work = _ROOM_ACTS.get(request.form.get("act", ""))
    if work is None or not form.is_submitted():
        if form.is_submitted() and form.validate():
            panel.search(db.session(), case, form)
        return tab.show_travel(case, status=422 if form.errors else 200, room=form)
    return _or_taken(case, form, "room", lambda: tab.act(case, form, partial(work, form), PANEL, slot="room"))


def _reserve(form: StayForm, session: Session, case: Case) -> str:
    stay = actions.reserve_room(session, case, **_wish(form), **tab.who())
    return _("The room is booked.") if stay.held_until is None else _held(session, case, stay.held_until)


def _held(session: Session, case: Case, held_until: datetime) -> str:
    """Until when, and why only held."""
    until = filters.local_time(held_until, case.hospital.timezone, current_code())
    why = words.FIRM[is_firm_allowed(session, case, now()).reason]
    return _("The room is held until %(time)s. %(why)s", time=until, why=why)


def _hold(form: StayForm, session: Session, case: Case) -> str:
    actions.hold_room(session, case, **_wish(form), lasts=form.lasts, **tab.who())
    return _("The room is held.")


def _wait(form: StayForm, session: Session, case: Case) -> str:
    waiting.wait_for_room(session, case, form.need(), **tab.who())
    return _("The family waits for a room. The first one that fits is held for it, and you get a task.")


def _wish(form: StayForm) -> dict:
    room_id = whole(form.room_id.data)
    if room_id is None:
        raise InvalidInput("room_id", "choose_one")
    need = form.need()
    return {"room_id": room_id, "arrive_on": need.arrive_on, "leave_on": need.leave_on, "guests": need.guests}


_ROOM_ACTS = {"book": _reserve, "hold": _hold, "wait": _wait}


@bp.route("/c/<ref>/travel/stays/<key>/confirm", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def confirm(ref: str, key: str):
    """Book what is held; one that ended a moment ago too, if it is still free."""

    def work(session: Session, locked: Case) -> str:
        if actions.confirm_hold(session, locked, public_id=key, **tab.who()):
            return _("The room is booked.")
        return _("The hold had ended, but the room was still free. It is booked.")

    return _or_look_again(staff_case(ref), key, work)


def _or_look_again(case: Case, key: str, work: tab.Work):
    """A button of a hold, or the page with what is still free for its nights."""
    try:
        return tab.act(case, Form(), work, PANEL)
    except RoomTaken as taken:
        stay = booking_of(db.session(), Stay, case, key)
        look = panel.stay_form(db.session(), case, is_active=False, like=stay)
        panel.search(db.session(), case, look, queries.Need(stay.arrive_on, stay.leave_on, stay.guests))
        look.refuse("room_id", taken.code)
        return tab.show_travel(case, status=409, room=look)


@bp.route("/c/<ref>/travel/stays/<key>/hold", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def renew(ref: str, key: str):
    """Hold it again, while it may not become firm."""

    def work(session: Session, locked: Case) -> str:
        return _held(session, locked, actions.renew_hold(session, locked, public_id=key, **tab.who()))

    return _or_look_again(staff_case(ref), key, work)


@bp.route("/c/<ref>/travel/stays/<key>/move", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def move(ref: str, key: str):
    case, slot = staff_case(ref), f"stay-{key}"
    form = MoveForm(place=slot)
    room_id = whole(form.room_id.data)
    form.room_id.choices = [(form.room_id.data, "")] if room_id is not None else []

    def work(session: Session, locked: Case) -> str:
        actions.move_stay(
            session, locked, public_id=key, arrive_on=form.arrive_on.day, leave_on=form.leave_on.day, room_id=room_id,
            **tab.who(),
        )  # fmt: skip
        return _("The nights are changed.")

    return _or_taken(case, form, slot, lambda: tab.act(case, form, work, PANEL, slot=slot))


@bp.route("/c/<ref>/travel/stays/<key>/cancel", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def cancel(ref: str, key: str):
    case, form = staff_case(ref), Form()

    def work(session: Session, locked: Case) -> str:
        actions.cancel_stay(session, locked, public_id=key, **tab.who())
        return _("It is taken out of the trip.")

    return tab.act(case, form, work, PANEL)


@bp.route("/c/<ref>/travel/wishes/<key>/end", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def stop_waiting(ref: str, key: str):
    case, form = staff_case(ref), Form()

    def work(session: Session, locked: Case) -> str:
        waiting.stop_waiting(session, locked, public_id=key, **tab.who())
        return _("The family no longer waits for a room.")

    return tab.act(case, form, work, PANEL)


# --- hotels of partners ------------------------------------------------------------------------------------------


@bp.route("/c/<ref>/travel/partner", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def partner(ref: str):
    case = staff_case(ref)
    form = panel.partner_form(db.session(), case)
    return tab.act(case, form, partial(_ask, form), PANEL, slot="partner")


def _ask(form: PartnerForm, session: Session, case: Case) -> str:
    partners.ask_partner(
        session, case, house_id=int(form.house_id.data), arrive_on=form.arrive_on.day, leave_on=form.leave_on.day,
        guests=form.guests.number, note=form.note.data, **tab.who(),
    )  # fmt: skip
    return _("Noted. Write the hotel's answer here when it comes.")


@bp.route("/c/<ref>/travel/stays/<key>/answer", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def answer(ref: str, key: str):
    case, slot = staff_case(ref), f"answer-{key}"
    form = AnswerForm(place=slot)
    form.cost.currency = case.hospital.currency

    def work(session: Session, locked: Case) -> str:
        facts = {"number": form.number.data, "cost": form.cost.money_or_none}
        partners.partner_confirms(session, locked, public_id=key, **facts, **tab.who())
        return _("The hotel's booking is noted.")

    return tab.act(case, form, work, PANEL, slot=slot)


@bp.route("/c/<ref>/travel/stays/<key>/refusal", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def refusal(ref: str, key: str):
    case, slot = staff_case(ref), f"refusal-{key}"
    form = RefusalForm(place=slot)

    def work(session: Session, locked: Case) -> str:
        partners.partner_refuses(session, locked, public_id=key, why=form.why.data, **tab.who())
        return _("The hotel's answer is noted.")

    return tab.act(case, form, work, PANEL, slot=slot)


# --- across cases ------------------------------------------------------------------------------------------------


@bp.get("/lodging")
@staff(Right.BOOK_TRAVEL)
def calendar():
    """Rooms by day for two weeks: free, held until, or taken and by whom."""
    session, mine, args = db.session(), my_hospitals(), request.args
    zone = session.scalar(sa.select(Hospital.timezone).where(Hospital.id.in_(mine)).order_by(Hospital.id).limit(1))
    today = local_day(now(), zone or "UTC")
    first = _day(args.get("on", ""), today)
    asked = queries.RoomFilter(
        house_id=whole(args.get("house")), guests=whole(args.get("guests"), most=99) or 1,
        needs_kitchen="kitchen" in args, needs_accessible="accessible" in args,
    )  # fmt: skip
    rows, after = queries.calendar(session, mine, first, asked, now=now(), after=panel.place_of(args.get("after")))
    kept = {key: args[key] for key in ("house", "guests", "kitchen", "accessible") if args.get(key)}
    return render_template(
        "booking/lodging/staff/calendar.html", rows=rows, after=".".join(map(str, after)), first=first, today=today,
        days=[first + timedelta(days=i) for i in range(queries.CALENDAR_DAYS)], asked=asked, kept=kept, zone=zone,
        earlier=first - timedelta(days=queries.CALENDAR_DAYS), later=first + timedelta(days=queries.CALENDAR_DAYS),
        houses=queries.houses(session, mine, is_partner=False),
    )  # fmt: skip


def _day(typed: str, today: date) -> date:
    """A day whose two weeks before and after are on our clocks, too."""
    try:
        on = on_our_clocks(date.fromisoformat(typed))
        on_our_clocks(on - 2 * timedelta(days=queries.CALENDAR_DAYS))
        on_our_clocks(on + 3 * timedelta(days=queries.CALENDAR_DAYS))
    except (ValueError, OverflowError):
        return today
    return on


@bp.get("/lodging/waiting")
@staff(Right.BOOK_TRAVEL)
def waiting_list():
    rows, after = queries.waiting(db.session(), my_hospitals(), whole(request.args.get("after")) or 0)
    return render_template("booking/lodging/staff/waiting_list.html", rows=rows, after=after)


@bp.get("/lodging/requests")
@staff(Right.BOOK_TRAVEL)
def requests():
    """What hotels were asked for and have not answered."""
    rows, after = queries.asked_partners(db.session(), my_hospitals(), whole(request.args.get("after")) or 0)
    return render_template("booking/lodging/staff/requests.html", rows=rows, after=after)


# --- a house -----------------------------------------------------------------------------------------------------


@bp.get("/lodging/houses/<key>")
@staff(Right.BOOK_TRAVEL)
def house(key: str):
    """Where it is, its rooms, and what a night costs in which season."""
    return _show_house(_house(key))


def _house(key: str) -> LodgingHouse:
    found = db.session.scalar(
        sa.select(LodgingHouse).where(
            LodgingHouse.public_id == key, LodgingHouse.hospital_id.in_(my_hospitals()) if key.isalnum() else sa.false()
        )
    )
    if found is None:
        abort(404)
    return found


def _show_house(shown: LodgingHouse, rate: RateForm | None = None):
    session = db.session()
    rooms = session.scalars(
        sa.select(LodgingRoom)
        .where(LodgingRoom.house_id == shown.id, LodgingRoom.id > (whole(request.args.get("after")) or 0))
        .order_by(LodgingRoom.id)
        .limit(51)
    ).all()
    rates = session.execute(
        sa.select(LodgingRate, LodgingRoom.name)
        .outerjoin(LodgingRoom, LodgingRoom.id == LodgingRate.room_id)
        .where(LodgingRate.house_id == shown.id)
        .order_by(LodgingRate.from_on, LodgingRate.id)
        .limit(200)
    ).all()
    hospital = session.get_one(Hospital, shown.hospital_id)
    return render_template(
        "booking/lodging/staff/house.html", house=shown, rooms=rooms[:50], rates=rates, hospital=hospital,
        prayer=[Prayer(place) for place in shown.prayer],
        today=local_day(now(), hospital.timezone), after=rooms[49].id if len(rooms) > 50 else 0,
        form=rate or _rate_form(shown, is_active=False), act=Form(formdata=None),
    ), 422 if rate else 200  # fmt: skip


def _rate_form(shown: LodgingHouse, *, is_active: bool = True) -> RateForm:
    session = db.session()
    form = RateForm() if is_active else RateForm(formdata=None)
    form.night.currency = session.get_one(Hospital, shown.hospital_id).currency
    rooms = sa.select(LodgingRoom.id, LodgingRoom.name).where(LodgingRoom.house_id == shown.id)
    found = session.execute(rooms.order_by(LodgingRoom.id).limit(500)).all()
    form.room_id.choices = [("", _("The whole house")), *((str(i), _("Room %(room)s", room=name)) for i, name in found)]
    return form


@bp.route("/lodging/houses/<key>/rates", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def add_rate(key: str):
    shown = _house(key)
    form = _rate_form(shown)

    def work(session: Session) -> str:
        locked = houses.lock_house(session, shown.id)
        houses.add_rate(
            session, locked, room_id=whole(form.room_id.data), from_on=form.from_on.day, until_on=form.until_on.day,
            night=form.night.money,
        )  # fmt: skip
        return _to(locked, "rates")

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return _show_house(shown, form) if form.is_submitted() else redirect(_to(shown, "rates"))


def _to(shown: LodgingHouse, anchor: str) -> str:
    return url_for("lodging_staff.house", key=shown.public_id, _anchor=anchor)


def _press(key: str, anchor: str, change: Callable[[Session, LodgingHouse], object]):
    """One button on the page of a house."""
    shown, form = _house(key), Form()

    def work(session: Session) -> str:
        locked = houses.lock_house(session, shown.id)
        change(session, locked)
        return _to(locked, anchor)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return redirect(_to(shown, anchor), 303)


@bp.route("/lodging/houses/<key>/rates/<int:rate_id>/end", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def end_rate(key: str, rate_id: int):
    def change(session: Session, locked: LodgingHouse) -> None:
        zone = session.get_one(Hospital, locked.hospital_id).timezone
        houses.end_rate(session, locked, rate_id=rate_id, today=local_day(now(), zone))

    return _press(key, "rates", change)


@bp.route("/lodging/houses/<key>/rooms/<int:room_id>/<service>", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def service(key: str, room_id: int, service: str):
    """Take a room out of service, or back in."""
    if service not in {"out", "in"}:
        abort(404)
    return _press(
        key, "rooms", lambda session, locked: houses.set_in_service(
            session, locked, room_id=room_id, is_active=service == "in"
        )
    )  # fmt: skip
