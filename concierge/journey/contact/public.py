"""The contact form: five short questions, check answers, sent. It can be left at any point and resumed elsewhere.

What is typed is kept on the server under a secret (cookie or private link), never in the browser: phones are shared.
"""

from datetime import date, timedelta

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from concierge.cases.actions import birth_facts
from concierge.db import db, transaction
from concierge.domain.clocks import local_day
from concierge.domain.estimator import read_code
from concierge.domain.journey import CaseState
from concierge.domain.places import only_zone
from concierge.domain.tokens import hash_token
from concierge.domain.vocabulary import CancerType, Channel, GoodHours, HelpWanted, Relation, Writer
from concierge.journey.contact import drafts
from concierge.journey.contact.actions import NewEnquiry, hospital_for, open_enquiry
from concierge.journey.contact.forms import (
    CheckForm,
    HelpForm,
    IllnessForm,
    MailLinkForm,
    PersonForm,
    QuestionForm,
    ReachForm,
    TimeForm,
    WhoForm,
)
from concierge.journey.contact.summary import summary_rows
from concierge.models import Enquiry, Hospital
from concierge.web.access import by_link, cookie_options, public
from concierge.web.clock import now
from concierge.web.filters import clock
from concierge.web.guard import TooMany
from concierge.web.i18n import current_code
from concierge.web.labels import label
from concierge.web.once import submit
from concierge.web.throttle import allows

bp = Blueprint("contact_public", __name__)

COOKIE = "concierge_contact"
QUESTIONS: dict[int, type[QuestionForm]] = {
    1: WhoForm,
    2: HelpForm,
    3: IllnessForm,
    4: ReachForm,
    5: PersonForm,
}


@bp.after_request
def _private(response: Response) -> Response:
    """What a family typed must not come back from a shared phone's cache."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.errorhandler(TooMany)
def _too_many(_error):
    return current_app.handle_user_exception(TooManyRequests())


# --- the draft of this browser ---------------------------------------------------------------------------------


def _secret() -> str:
    return request.cookies.get(COOKIE, "")


def _answers() -> dict:
    """What this browser's family has answered so far."""
    if "contact_answers" not in g:
        draft = drafts.find_draft(db.session(), _secret(), now())
        g.contact_answers = dict(draft.answers) if draft else {}
    return g.contact_answers


def _hospitals(session: Session | None = None) -> list[Hospital]:
    return list((session or db.session).scalars(sa.select(Hospital).order_by(Hospital.id)))


def _today() -> date:
    """The latest day that it is anywhere: nobody is told that today is in the future."""
    return local_day(now(), "Pacific/Kiritimati")


def _keep(answers: dict, response: Response) -> Response:
    with transaction() as session:
        secret = drafts.keep(session, _secret(), answers, address=request.remote_addr or "", now=now())
    return _remember(response, secret)


def _remember(response: Response, secret: str) -> Response:
    response.set_cookie(COOKIE, secret, **cookie_options(int(drafts.LIVES.total_seconds())))
    return response


def _checked(form_class: type[QuestionForm], answers: dict, hospitals: list[Hospital]) -> QuestionForm:
    """The question filled from the draft and validated, as if it had just been sent."""
    form = form_class(formdata=MultiDict(answers), meta={"csrf": False})
    form.prepare(answers, hospitals, _today())
    form.validate()
    return form


def _first_open(answers: dict, hospitals: list[Hospital]) -> str:
    """Where to go on: the first question without a valid answer, else the last page."""
    for number, form_class in QUESTIONS.items():
        if number == 5 and not answers.get("timezone"):
            return url_for("contact_public.time_zone")
        if _checked(form_class, answers, hospitals).errors:
            return url_for("contact_public.question", number=number)
    return url_for("contact_public.check")


# --- pages -----------------------------------------------------------------------------------------------------


@bp.route("/<lang:lang>/contact", methods=["GET", "POST"])
@public
def start(lang: str):
    """What is asked and how long it takes; with a draft, go on or begin anew."""
    if request.method == "POST":
        with transaction() as session:
            drafts.drop(session, _secret())
        response = redirect(url_for("contact_public.question", number=1), 303)
        response.delete_cookie(COOKIE)
        return response
    answers = _answers()
    return render_template(
        "journey/contact/public/start.html",
        resume_url=_first_open(answers, _hospitals()) if answers else "",
        slug=request.args.get("hospital", ""),
        cost=cost.code if (cost := read_code(request.args.get("cost", ""))) else "",
    )


@bp.route("/<lang:lang>/contact/from-cost", methods=["GET", "POST"])
@public
def from_cost(lang: str):
    """Begin with the answers of the cost page; what the family has written already stays."""
    cost = read_code(request.form.get("cost", ""))
    if cost is None:
        return redirect(url_for("contact_public.start"), 303)
    answers, hospitals = _answers(), _hospitals()
    kept = {"illness": cost.illness.value}
    slug = request.form.get("hospital", "")
    if slug in {hospital.slug for hospital in hospitals}:
        kept["hospital"] = slug
    if not answers.get("help_wanted"):
        kept["help_wanted"] = HelpWanted.COST.value
    if not answers.get("story"):
        kept["story"] = _(
            "I looked at the costs. Who pays: %(payer)s. How many people travel: %(people)s.",
            payer=label(cost.who_pays), people=cost.people,
        )  # fmt: skip
    return _keep(kept, redirect(_first_open(answers | kept, hospitals), 303))


@bp.route("/<lang:lang>/contact/<int(min=1,max=5):number>", methods=["GET", "POST"])
@public
def question(lang: str, number: int):
    answers, hospitals = _answers(), _hospitals()
    form = QUESTIONS[number](data={"hospital": request.args.get("hospital"), **answers})
    form.prepare(answers, hospitals, _today())
    if form.validate_on_submit():
        kept = answers | _with_clock(form.kept(), answers)
        onward = {key: value for key, value in kept.items() if value is not None}
        return _keep(kept, redirect(_after(number, onward, hospitals), 303))
    if not form.is_submitted():
        return _page(number, form)
    kept = _with_clock(form.kept(), answers)
    is_leaving = request.form.get("go") == "later" and not form.is_too_long
    return _keep(kept, redirect(url_for("contact_public.save"), 303) if is_leaving else _page(number, form))


def _page(number: int, form: QuestionForm) -> Response:
    html = render_template(
        "journey/contact/public/question.html", form=form, number=number, back_url=_before(number)
    )
    return Response(html, 422 if form.errors else 200, content_type="text/html; charset=utf-8")


def _after(number: int, answers: dict, hospitals: list[Hospital]) -> str:
    """Save and leave, or the next open question: a family that comes to change one answer is back at once."""
    if request.form.get("go") == "later":
        return url_for("contact_public.save")
    return _first_open(answers, hospitals)


def _before(number: int) -> str:
    if number == 1:
        return url_for("contact_public.start")
    return url_for("contact_public.question", number=number - 1)


def _with_clock(kept: dict, answers: dict) -> dict:
    """A new country brings its clock; where it has several, the family is asked."""
    if "country" not in kept or kept["country"] == answers.get("country"):
        return kept
    return {**kept, "timezone": only_zone(kept["country"] or "", now().year) or None}


@bp.route("/<lang:lang>/contact/time", methods=["GET", "POST"])
@public
def time_zone(lang: str):
    """The clock of the one who writes, with the time it shows now."""
    answers, hospitals = _answers(), _hospitals()
    if not answers.get("country"):
        return redirect(_first_open(answers, hospitals))
    form = TimeForm()
    form.prepare(answers, hospitals, _today())
    if form.validate_on_submit():
        kept = {"timezone": form.timezone}
        onward = url_for("contact_public.save") if request.form.get("go") == "later" else ""
        return _keep(kept, redirect(onward or _first_open(answers | kept, hospitals), 303))
    if request.form.get("go") == "later":
        return redirect(url_for("contact_public.save"), 303)
    hints = {zone: _("now %(time)s", time=clock(now(), zone)) for zone in form.zones}
    back_url = url_for("contact_public.question", number=4)
    html = render_template("journey/contact/public/time_zone.html", form=form, hints=hints, back_url=back_url)
    return html, 422 if form.errors else 200


@bp.route("/<lang:lang>/contact/check", methods=["GET", "POST"])
@public
def check(lang: str):
    """Everything once more, with a way to change each answer, and the permission in its own sentence."""
    form = CheckForm()
    if form.validate_on_submit() and (done := submit(form, _send)):
        return done
    answers, hospitals = _answers(), _hospitals()
    if not answers:
        return _without_draft()
    onward = _first_open(answers, hospitals)
    if onward != url_for("contact_public.check"):
        return redirect(onward, 303)
    hospital = hospital_for(hospitals, answers["hospital"], answers["spoken"], current_code())
    g.shown_hospital = hospital
    return render_template(
        "journey/contact/public/check.html",
        form=form,
        rows=summary_rows(answers, hospital, _checked(PersonForm, answers, hospitals), now()),
        hospital_name=hospital.text("name", current_code()),
        is_patient=answers["writer"] == Writer.PATIENT,
        promise_at=hospital.calendar.add_working_hours(now(), hospital.first_reply_hours),
        hospital=hospital,
        timezone=answers["timezone"],
    ), 422 if form.errors else 200


def _without_draft() -> Response:
    """An old page, an old link or a second press: to the confirmation if it was sent, else kindly to the beginning."""
    if led_to := drafts.where_it_led(db.session(), _secret()):
        return redirect(led_to, 303)
    flash(
        _(
            "We do not have your answers any more. We keep a form that was not sent for 30 days. Please begin again."
        ),
        "warning",
    )
    return redirect(url_for("contact_public.start"), 303)


def _send(session: Session) -> str:
    """The draft becomes an enquiry, once; the draft's row is locked, so that two windows cannot send it twice."""
    at, address = now(), hash_token(request.remote_addr or "")
    draft = drafts.find_draft(session, _secret(), at, for_update=True)
    if draft is None:
        return drafts.where_it_led(session, _secret()) or url_for("contact_public.check")
    if not allows(session, f"contact_send:{address}", most=20, window=timedelta(minutes=15), now=at):
        raise TooMany
    hospitals = _hospitals(session)
    onward = _first_open(draft.answers, hospitals)
    if onward != url_for("contact_public.check"):
        return onward
    enquiry = open_enquiry(session, _new_enquiry(draft.answers, hospitals), now=at)
    url = url_for("contact_public.sent", public_id=enquiry.public_id)
    drafts.sent(session, draft, url, at)
    return url


def _new_enquiry(answers: dict, hospitals: list[Hospital]) -> NewEnquiry:
    form = _checked(PersonForm, answers, hospitals)
    writer = Writer(answers["writer"])
    phone = form.phone.phone
    return NewEnquiry(
        hospital_id=hospital_for(hospitals, answers["hospital"], answers["spoken"], current_code()).id,
        writer=writer,
        writer_name=answers["writer_name"] if writer is not Writer.PATIENT else "",
        relation=Relation(answers["relation"]) if writer is Writer.FAMILY else None,
        help_wanted=HelpWanted(answers["help_wanted"]),
        cancer_type=CancerType(answers["illness"]),
        stage=answers.get("stage", ""),
        story=answers.get("story", ""),
        language=current_code(),
        spoken_language=answers["spoken"],
        country=answers["country"],
        timezone=answers["timezone"],
        channel=Channel(answers["channel"]),
        good_hours=GoodHours(answers["hours"]),
        native_name=answers["name"],
        called=answers.get("called", ""),
        **birth_facts(form.born),
        email=answers["email"],
        phone=phone.e164 if phone else "",
        phone_typed=phone.typed if phone else "",
        has_health_consent=True,
    )


@bp.get("/<lang:lang>/contact/sent/<public_id>")
@by_link
def sent(lang: str, public_id: str):
    """We have it: reference, promise in two clocks, what comes. Nothing of the patient: it may be bookmarked."""
    if not public_id.isalnum():
        abort(404)  # a NUL byte in the address must not reach PostgreSQL
    enquiry = db.session.scalar(sa.select(Enquiry).where(Enquiry.public_id == public_id))
    if enquiry is None:
        abort(404)
    hospital = g.shown_hospital = enquiry.case.hospital
    return render_template(
        "journey/contact/public/sent.html",
        reference=enquiry.case.reference,
        hospital=hospital,
        timezone=enquiry.case.person.timezone,
        promise_at=enquiry.promise_due_at,
        standing=_standing(enquiry),
        specialist=enquiry.taken_by.name if enquiry.taken_by else "",
        has_sign_in=bool(enquiry.case.person.email),
    )


def _standing(enquiry: Enquiry) -> str:
    """closed, answered, late or waiting: the confirmation stays true for as long as somebody keeps it."""
    if enquiry.case.state is CaseState.CLOSED:
        return "closed"
    if enquiry.case.replied_at is not None:
        return "answered"
    return "late" if enquiry.promise_due_at < now() else "waiting"


# --- save and resume -------------------------------------------------------------------------------------------


@bp.route("/<lang:lang>/contact/save", methods=["GET", "POST"])
@public
def save(lang: str):
    """The private link to this draft, to copy or to send to oneself."""
    draft = drafts.find_draft(db.session(), _secret(), now())
    if draft is None:
        return _without_draft()
    form = MailLinkForm(data={"email": _answers().get("email")})
    if form.validate_on_submit() and (
        done := submit(form, lambda session: _mail_link(session, form.email.data))
    ):
        return done
    return render_template(
        "journey/contact/public/save.html",
        form=form,
        link=_link(),
        until=draft.updated_at + drafts.LIVES,
        resume_url=_first_open(_answers(), _hospitals()),
    ), 422 if form.errors else 200


def _link() -> str:
    base = current_app.config["CONCIERGE"].base_url
    return base + url_for("contact_public.resume", secret=_secret())


def _mail_link(session: Session, email: str) -> str:
    draft = drafts.find_draft(session, _secret(), now(), for_update=True)
    if draft:
        drafts.mail_link(session, draft, email=email, url=_link(), language=current_code(), now=now())
        flash(_("The link is on its way to you."), "success")
    return url_for("contact_public.save")


@bp.get("/<lang:lang>/contact/resume/<secret>")
@by_link
def resume(lang: str, secret: str):
    """The private link: this browser goes on with the draft."""
    draft = drafts.find_draft(db.session(), secret, now())
    if draft is None:
        if led_to := drafts.where_it_led(db.session(), secret):
            return redirect(led_to)
        flash(
            _("This link has ended. We keep a form that was not sent for 30 days. Please begin again."),
            "warning",
        )
        return redirect(url_for("contact_public.start"))
    return _remember(redirect(_first_open(draft.answers, _hospitals())), secret)
