"""The people who interpret, across cases: the list, each of them with a week, and who stands in for one who is ill."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from sqlalchemy.orm import Session

from concierge.booking.interpreters import actions, words
from concierge.booking.interpreters.forms import (
    AbsenceForm,
    CredentialForm,
    LanguageForm,
    PersonForm,
    StandIns,
    person_data,
    stand_ins_form,
)
from concierge.booking.interpreters.people import queries
from concierge.booking.interpreters.queries import need_of, offers
from concierge.db import db
from concierge.domain.access import Actor, Right, rights_of
from concierge.domain.clocks import at_local, local_day, on_our_clocks
from concierge.domain.interpreting import Proposal, spoken, spread
from concierge.domain.numbers import whole
from concierge.domain.vocabulary import AbsenceReason
from concierge.models import (
    Case,
    Hospital,
    InterpreterAbsence,
    InterpreterAssignment,
    InterpreterProfile,
)
from concierge.web.access import my_hospitals, signed_in_staff, staff
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit

bp = Blueprint("interpreter_people_staff", __name__)
OFFERED = 8


def _hospitals() -> list[Hospital]:
    found = sa.select(Hospital).where(Hospital.id.in_(my_hospitals())).order_by(Hospital.id)
    return list(db.session.scalars(found))


def _person(session: Session, pid: str) -> InterpreterProfile:
    return queries.find_person(session, pid, my_hospitals()) or abort(404)


def _actor(hospital_id: int) -> Actor:
    user = signed_in_staff()
    return Actor("staff", user.id, user.name, rights_of(user.roles_at(hospital_id)))


@bp.get("/interpreters")
@staff(Right.BOOK_TRAVEL)
def people():
    """Everybody by name, with language, credential and today's load."""
    session, homes = db.session(), _hospitals()
    zone = homes[0].timezone
    today = local_day(now(), zone)
    languages = queries.languages_in(session, [one.id for one in homes])
    language, gender = (
        _one_of(request.args.get(name, ""), known) for name, known in (("language", languages), ("gender", ("f", "m")))
    )
    first, _dot, name = request.args.get("after", "").replace("\0", "").partition(".")
    rows, after = queries.page_of_people(
        session, [one.id for one in homes], now=now(), day=_span(today, 1, zone), language=language, gender=gender,
        after=(name, number) if (number := whole(first)) is not None else None,
    )  # fmt: skip
    return render_template(
        "booking/interpreters/people/staff/people.html", rows=rows, after=after, today=today, words=words,
        language=language, gender=gender, languages=languages,
    )  # fmt: skip


def _one_of(typed: str, known: Collection[str]) -> str:
    """A filter out of an address: whatever is not on the list filters nothing."""
    return typed if typed in known else ""


def _span(first: date, days: int, zone: str) -> tuple[datetime, datetime]:
    return at_local(first, time(), zone), at_local(first + timedelta(days=days), time(), zone)


@bp.route("/interpreters/new", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def new():
    homes = _hospitals()
    form = PersonForm(data={"modalities": ["on_site", "video", "phone"], "kind": "staff"}).at(homes[0].currency)

    def run(session: Session) -> str:
        made = actions.add_person(session, homes[0].id, form.facts())
        return url_for("interpreter_people_staff.person", pid=made.public_id)

    if form.validate_on_submit() and (done := submit(form, run)):
        return done
    return render_template(
        "booking/interpreters/people/staff/new.html", form=form, hospital=homes[0], words=words
    ), 422 if form.errors else 200


# --- one of them -----------------------------------------------------------------------------------------------


@bp.get("/interpreters/<pid>")
@staff(Right.BOOK_TRAVEL)
def person(pid: str):
    return _show(_person(db.session(), pid))


@dataclass(frozen=True)
class DayRow:
    """One day of the week view."""

    on: date
    hours: str
    bookings: list[tuple[InterpreterAssignment, Case]]
    absences: list[InterpreterAbsence]


def _show(one: InterpreterProfile, **failing: Form) -> str:
    session = db.session()
    hospital = session.get_one(Hospital, one.hospital_id)
    today = local_day(now(), hospital.timezone)
    first = _monday(request.args.get("from", ""), today)
    wrong = [form for form in failing.values() if form.errors or form.form_errors]
    return render_template(
        "booking/interpreters/people/staff/person.html", one=one, hospital=hospital, today=today, words=words,
        languages=queries.languages_of(session, one.resource_id),
        credentials=queries.credentials_of(session, one.resource_id), first=first,
        absences=queries.absences_in(session, one.resource_id, now(), now() + timedelta(days=400)),
        days=_week(session, one, first, hospital.timezone), forms={**_forms(one, hospital), **failing}, failing=wrong,
        before=first - timedelta(days=7), after=first + timedelta(days=7), act=Form,
    )  # fmt: skip


def _monday(typed: str, today: date) -> date:
    try:
        on = on_our_clocks(date.fromisoformat(typed))
    except ValueError:
        on = today
    return on - timedelta(days=on.weekday())


def _week(session: Session, one: InterpreterProfile, first: date, zone: str) -> list[DayRow]:
    span = _span(first, 7, zone)
    bookings = queries.bookings_in(session, one.resource_id, *span)
    absences = queries.absences_in(session, one.resource_id, *span)
    rows = []
    for on in (first + timedelta(days=n) for n in range(7)):
        start, end = _span(on, 1, zone)
        rows.append(
            DayRow(
                on,
                words.hours_of(one, on),
                [row for row in bookings if row[0].starts_at < end and start < row[0].ends_at],
                [row for row in absences if row.starts_at < end and start < row.ends_at],
            )
        )
    return rows


def _forms(one: InterpreterProfile, hospital: Hospital) -> dict[str, Form]:
    house = spoken((hospital.languages or ["en"])[0])
    return {
        "facts": PersonForm(formdata=None, data=person_data(one)).at(hospital.currency),
        "language": LanguageForm(formdata=None).offer(house),
        "credential": CredentialForm(formdata=None),
        "absence": AbsenceForm(formdata=None, data={"reason": AbsenceReason.ILL.value}).at(hospital.timezone),
    }


def _answer(pid: str, form: Form, slot: str, work: Callable[[Session, InterpreterProfile], str | None]):
    """One POST of a person's page."""
    one = _person(db.session(), pid)
    here = url_for("interpreter_people_staff.person", pid=one.public_id, _anchor=slot)
    if not form.is_submitted():
        return redirect(here)

    def run(session: Session) -> str:
        return work(session, _person(session, pid)) or here

    if form.validate_on_submit() and (done := submit(form, run)):
        return done
    return _show(one, **{slot: form}), 422


@bp.route("/interpreters/<pid>/facts", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def facts(pid: str):
    form = PersonForm().at(_home(pid).currency)
    return _answer(pid, form, "facts", lambda session, one: actions.change_person(session, one, form.facts()))


def _home(pid: str) -> Hospital:
    return db.session.get_one(Hospital, _person(db.session(), pid).hospital_id)


@bp.route("/interpreters/<pid>/languages", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def language(pid: str):
    form = LanguageForm().offer(spoken((_home(pid).languages or ["en"])[0]))

    def work(session: Session, one: InterpreterProfile) -> None:
        actions.add_language(
            session, one, language=form.language.data, target=form.target.data, dialect=form.dialect.data or ""
        )

    return _answer(pid, form, "language", work)


@bp.route("/interpreters/<pid>/languages/<int:row>/drop", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def language_drop(pid: str, row: int):
    return _answer(pid, Form(), "languages", lambda session, one: actions.drop_language(session, one, row))


@bp.route("/interpreters/<pid>/credentials", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def credential(pid: str):
    form = CredentialForm()

    def work(session: Session, one: InterpreterProfile) -> None:
        actions.add_credential(
            session, one, name=form.name.data, number=form.number.data or "", valid_until=form.valid_until.day
        )

    return _answer(pid, form, "credential", work)


@bp.route("/interpreters/<pid>/credentials/<int:row>/drop", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def credential_drop(pid: str, row: int):
    return _answer(pid, Form(), "credentials", lambda session, one: actions.drop_credential(session, one, row))


# --- absences --------------------------------------------------------------------------------------------------


@bp.route("/interpreters/<pid>/absences", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def absent(pid: str):
    """Ill at seven: the absence is stored, what was booked is open again, and the next page says who stands in."""
    form = AbsenceForm().at(_home(pid).timezone)

    def work(session: Session, one: InterpreterProfile) -> str:
        made = actions.note_absence(
            session, one.resource_id, starts_at=form.starts_at.at, ends_at=form.ends_at.at,
            reason=AbsenceReason(form.reason.data), note=form.note.data or "", actor=_actor(one.hospital_id), now=now(),
        )  # fmt: skip
        return url_for("interpreter_people_staff.absence", aid=made.public_id)

    return _answer(pid, form, "absence", work)


@bp.route("/interpreters/<pid>/absences/<aid>/end", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def absence_end(pid: str, aid: str):
    def work(session: Session, _one: InterpreterProfile) -> None:
        actions.end_absence(session, _absence(session, aid), now=now())

    return _answer(pid, Form(), "absences", work)


def _absence(session: Session, aid: str) -> InterpreterAbsence:
    return queries.find_absence(session, aid, my_hospitals()) or abort(404)


@bp.route("/interpreters/absences/<aid>", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def absence(aid: str):
    """Who stands in: the best free person for each booking, and one button that books them all or nobody."""
    session = db.session()
    row = _absence(session, aid)
    hospital = session.get_one(Hospital, row.person.hospital_id)
    relieved = queries.relieved_by(session, row)
    form, status = _stand_ins(session, relieved, asked=request.form), 200
    if form.validate_on_submit():
        try:
            if done := submit(form, lambda writing: _book(writing, aid, form)):
                return done
        except actions.NotBooked as refusal:
            status, form = 409, _stand_ins(session, queries.relieved_by(session, _absence(session, aid)), refusal)
    profile = session.get(InterpreterProfile, row.resource_id)
    return render_template(
        "booking/interpreters/people/staff/absence.html", absence=row, hospital=hospital, form=form, relieved=relieved,
        profile=profile, now=now(), open=[one for one in relieved if form.field_of(one[0]) is not None],
    ), status if status != 200 or not form.errors else 422  # fmt: skip


Relieved = list[tuple[InterpreterAssignment, Case, InterpreterAssignment | None]]


def _stand_ins(
    session: Session,
    relieved: Relieved,
    refusal: actions.NotBooked | None = None,
    asked: Mapping[str, str] | None = None,
) -> StandIns:
    """One choice for each booking that nobody has taken over; nobody is proposed twice at one time.

    `asked` was sent: who was free when the page was shown is asked for again, and the verb says whether they still are.
    """
    waiting = [(row, case) for row, case, other in relieved if other is None and row.ends_at > now()]
    if not waiting:
        return stand_ins_form([])
    needs = [
        need_of(
            case, language=row.language, modality=row.modality, starts_at=row.starts_at, ends_at=row.ends_at,
            gender=row.gender_wish,
        )
        for row, case in waiting
    ]  # fmt: skip
    found = offers(session, waiting[0][1].hospital_id, needs, able=OFFERED + len(needs), passed_over=0)
    ranked = [one.able for one in found]  # long enough that each booking finds somebody of its own
    best = spread(list(zip(needs, ranked, strict=True)))
    form = stand_ins_form([
        (row, [*_options(able[:OFFERED]), *_sent(row, asked or {})], first.person.key if first else None)
        for (row, _case), able, first in zip(waiting, ranked, best, strict=True)
    ])  # fmt: skip
    if refusal:
        for row, _case in waiting:
            if row.public_id in refusal.codes:
                form.refuse(form.name_of(row), refusal.codes[row.public_id])
        form.refuse("form", refusal.code)
    return form


def _options(able: list[Proposal]) -> list[tuple[str, str]]:
    return [(str(one.person.key), words.in_short(one)) for one in able]


def _sent(row: InterpreterAssignment, asked: Mapping[str, str]) -> list[tuple[str, str]]:
    value = asked.get(StandIns.name_of(row), "")
    return [(value, "")] if whole(value) else []


def _book(session: Session, aid: str, form: StandIns) -> str:
    row = _absence(session, aid)
    count = actions.book_stand_ins(
        session, row, form.choices_made(), gender_note=form.gender_note.data or "",
        actor=_actor(row.person.hospital_id), now=now(),
    )  # fmt: skip
    flash(ngettext("%(num)s stand-in is booked.", "%(num)s stand-ins are booked.", count), "success")
    return url_for("interpreter_people_staff.absence", aid=aid)
