"""The panel *Needs* of the Travel page: who comes, what was told, what is new, and whether bookings may be firm."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from concierge.booking import words as booking_words
from concierge.booking.firmness import is_firm_allowed
from concierge.booking.needs import pages, words
from concierge.booking.needs.queries import Told
from concierge.cases.page import CasePage
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.firmness import Verdict
from concierge.domain.journey import CaseState
from concierge.domain.passports import masked
from concierge.domain.vocabulary import NeedsPart
from concierge.models import Answer, Traveller
from concierge.web import filters
from concierge.web.access import has_right
from concierge.web.forms import Form
from concierge.web.i18n import current_code
from concierge.web.labels import label


@dataclass(frozen=True)
class Person:
    """One traveller as this reader may see them."""

    row: Traveller
    number: str
    help: list[str]
    kind: str
    passport: object
    url: str


@dataclass(frozen=True)
class Shown:
    told: Told
    people: list[Person]
    rows: list[tuple[object, str, str]]  # as components/page.html `summary_list` takes them
    news: list[tuple[object, str]]  # what is new since it was sent, and who said so
    firm: Verdict
    firm_text: object
    may_write: bool
    form: Form


def build(page: CasePage, failing: dict[str, Form]) -> Shown:
    case, session = page.case, db.session()
    told, firm = pages.told_now(case), is_firm_allowed(session, case)
    sees_numbers = has_right(Right.BOOK_TRAVEL)
    may_write = sees_numbers and told.said_yes and case.state is not CaseState.CLOSED
    return Shown(
        told=told,
        people=[_person(page, told, one, sees_numbers) for one in told.travellers],
        rows=_rows(page, told, session.get(Answer, case.id), may_write),
        news=[(label(part.part), part.told_by) for part in told.news],
        firm=firm,
        firm_text=booking_words.FIRM[firm.reason],
        may_write=may_write,
        form=failing.get("needs") or Form(formdata=None),
    )


def _person(page: CasePage, told: Told, row: Traveller, sees_number: bool) -> Person:
    key = pages.PATIENT if row.is_patient else row.public_id
    kind, passport = words.PASSPORT[told.passport_of(row)]
    return Person(
        row=row,
        number=row.passport_number if sees_number else masked(row.passport_number),
        help=words.help_of(row),
        kind=kind,
        passport=passport,
        url=url_for("needs_staff.traveller", ref=page.reference, key=key),
    )


def _rows(
    page: CasePage, told: Told, answer: Answer | None, may_write: bool
) -> list[tuple[object, str, str]]:
    days, person = "", page.case.person
    if answer and answer.evaluation_from and answer.evaluation_to:
        first, last = filters.day(answer.evaluation_from), filters.day(answer.evaluation_to)
        days = _("%(first)s to %(last)s", first=first, last=last)
    rows = [
        (_("Evaluation days"), days, ""),
        (_("Comes from"), filters.country_name(person.country, current_code()), ""),
    ]
    for one in told.parts:
        if one.part is NeedsPart.TRAVELLERS:
            continue
        facts = words.part_facts(told, page.case, one.part)
        url = url_for("needs_staff.part", ref=page.reference, name=one.part.value) if may_write else ""
        rows.append((label(one.part), " · ".join(facts) or str(words.STATE[one.state][1]), url))
    return rows
