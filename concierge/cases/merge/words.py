"""Two records beside one another in words: why they may be one person, and what each of them says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from babel.lists import format_list
from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from concierge.cases.duplicates import Match
from concierge.cases.history import FIELD
from concierge.cases.merge.forms import TITLE, facts_of, value_of
from concierge.domain.duplicates import AGAINST
from concierge.domain.people import display_name
from concierge.models import Case, DuplicateSuggestion
from concierge.web import filters
from concierge.web.i18n import current_code
from concierge.web.labels import label

REASON = {
    "same_passport": _l("Same passport"),
    "same_name": _l("Same name"),
    "same_pinyin": _l("Same name in pinyin"),
    "similar_name": _l("The names sound alike"),
    "rare_name": _l("A rare name here"),
    "same_birth_date": _l("Same birth date"),
    "birth_date_turned": _l("Same birth date, day and month turned"),
    "birth_date_fits": _l("The birth dates fit"),
    "same_phone": _l("Same phone"),
    "same_email": _l("Same e-mail address"),
    "same_referrer": _l("Sent by the same doctor"),
    "other_name": _l("Another given name"),
    "names_turned": _l("Names turned, as of father and son"),
    "other_birth_date": _l("Another birth date"),
    "other_passport": _l("Another passport"),
}
# Where something changed since a merge, and the undo left it as it is.
PLACE = {
    "message": _l("messages"),
    "document": _l("documents"),
    "case_participation": _l("people and access"),
    "outbox_message": _l("mails"),
}


@dataclass(frozen=True)
class Reason:
    """One reason; what speaks against is said so in words and in colour."""

    text: str
    is_against: bool


@dataclass(frozen=True)
class Row:
    """One fact of both records, ready to be read. `is_same`: there is nothing to choose."""

    name: str
    label: str
    older: object
    newer: object
    is_same: bool


@dataclass(frozen=True)
class Candidate:
    """A person who may be known, beside the one in question."""

    reference: str
    name: str
    latin_name: str
    url: str
    compare_url: str
    different_url: str
    reasons: list[Reason]
    strength: str
    rows: list[Row]


def reasons_of(codes: Iterable[str]) -> list[Reason]:
    return [Reason(str(REASON.get(code, code)), code in AGAINST) for code in codes]


def strength_of(score: int, codes: Iterable[str]) -> str:
    """Words, because a figure would look surer than it is."""
    if AGAINST & set(codes):
        return _("Something speaks against it. Look closely.")
    return _("Very alike") if score >= 80 else _("Alike")


def candidate_of(case: Case, other: Case, row: DuplicateSuggestion) -> Candidate:
    """`other` is the one who may be known; addresses are those of `case`, whose page this is."""
    older, newer = sorted((case, other), key=lambda one: one.id)
    name = display_name(other.person.name)
    return Candidate(
        other.reference, name, other.person.latin_name if other.person.latin_name != name else "",
        url_for("cases_staff.people", ref=other.reference),
        url_for("merge_staff.compare", ref=case.reference, other=other.reference),
        url_for("merge_staff.different", ref=case.reference, other=other.reference),
        reasons_of(row.reasons), strength_of(row.score, row.reasons),
        rows_of(older, newer),
    )  # fmt: skip


def rows_of(older: Case, newer: Case) -> list[Row]:
    """What both records say, fact by fact."""
    return [
        Row(
            name, str(TITLE.get(name, FIELD.get(name, name))), _shown(older, name), _shown(newer, name),
            value_of(older, name) == value_of(newer, name),
        )
        for name in facts_of(older, newer)
    ]  # fmt: skip


def _shown(case: Case, name: str) -> object:
    value = value_of(case, name)
    if not value:
        return ""
    if isinstance(value, date):
        return filters.day(value)
    if isinstance(value, StrEnum):
        return label(value)
    if name == "country":
        return filters.country_name(value, current_code())
    if name == "language":
        return filters.language_name(value, current_code())
    if name == "spoken_language":
        return filters.spoken_name(value, current_code())
    if name == "timezone":
        return filters.city_of(value, current_code())
    if name == "phone":
        typed = case.person.phone_typed
        return filters.ltr(f"{value} ({typed})" if typed and typed != value else value)
    return filters.ltr(value) if name in {"email", "passport_number", "birth"} else value


def kept_text(kept: list[tuple[str, str]]) -> str:
    """What an undo left as it is, because somebody has changed it since."""
    named = dict.fromkeys(
        str(FIELD.get(column) or PLACE.get(table) or _("other entries")) for table, column in kept
    )
    return format_list(list(named), locale=current_code())


def match_line(match: Match) -> dict:
    """A likeness found while somebody types."""
    born = filters.day(match.known.born_on) if match.known.born_on else match.known.birth_typed
    return {
        "name": match.display_name, "latin_name": match.known.name.passport, "reference": match.reference,
        "url": url_for("cases_staff.people", ref=match.reference), "born": born,
        "phone": match.known.phone, "step": label(match.step), "reasons": reasons_of(match.score.reasons),
        "strength": strength_of(match.score.value, match.score.reasons),
    }  # fmt: skip
