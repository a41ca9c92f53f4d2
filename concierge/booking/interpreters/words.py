"""Words for the codes of domain/interpreting.py, for staff."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from concierge.domain.interpreting import ENDS_SOON, WISHES, Proposal
from concierge.domain.vocabulary import InterpreterKind, Modality
from concierge.models import InterpreterCredential, InterpreterLanguage, InterpreterProfile
from concierge.web import filters
from concierge.web.i18n import current_code
from concierge.web.labels import label

MISFIT = {
    "credential_missing": _l("No credential on file"),
    "credential_expired": _l("The credential has ended by that day"),
    "modality_not_offered": _l("Does not interpret in this way"),
    "interpreter_off": _l("Does not work at this time"),
    "interpreter_absent": _l("Away at this time"),
    "interpreter_busy": _l("Busy at this time"),
    "gender_wish": _l("Not the gender that the patient wishes"),
}

REASON = {
    "knows_family": _l("Knows this family"),
    "dialect_fits": _l("Speaks the dialect"),
    "gender_fits": _l("As the patient wishes"),
}

ON_SITE = {
    "bad_news": _l("Bad news may be told here: an interpreter in the room is better."),
    "consent": _l("A consent is signed here: an interpreter in the room is better."),
    "family_meeting": _l("The family meets here: an interpreter in the room is better."),
    "over_an_hour": _l("This takes more than one hour: an interpreter in the room is better."),
}

GENDER = {"f": _l("A woman"), "m": _l("A man")}


def about(one: Proposal) -> str:
    """One line under a name: against, for, and what is to be known."""
    person = one.person
    parts = [str(MISFIT[code]) for code in one.misfits]
    parts += [str(REASON.get(code) or label(InterpreterKind(code))) for code in one.reasons]
    if person.gender and not {"gender_wish", "gender_fits"} & {*one.misfits, *one.reasons}:
        parts.append(str(GENDER[person.gender]))
    parts += [pair[2] for pair in person.pairs if pair[2]][:1]
    if person.credential_until:
        parts.append(_("Credential valid until %(day)s", day=filters.day(person.credential_until)))
    if person.lines > 1:
        parts.append(ngettext("%(num)s line", "%(num)s lines", person.lines))
    if one.cost:
        parts.append(_("Costs the hospital %(amount)s", amount=filters.money(one.cost).striptags()))
    return " · ".join([*parts, _("Free at this time")] if one.can_be_assigned else parts)


def why_not(one: Proposal) -> str:
    hard = [code for code in one.misfits if code not in WISHES]
    return " · ".join(str(MISFIT[code]) for code in hard)


def in_short(one: Proposal) -> str:
    """For a list from which one is chosen: the name, and why this one."""
    parts = [str(MISFIT[code]) for code in one.misfits]
    parts += [str(REASON.get(code) or label(InterpreterKind(code))) for code in one.reasons]
    return " · ".join([one.person.name, *parts])


def pair_text(language: str, target: str) -> str:
    code = current_code()
    return _(
        "%(one)s and %(other)s", one=filters.spoken_name(language, code), other=filters.spoken_name(target, code)
    )


def pairs_text(pairs: list[InterpreterLanguage]) -> list[str]:
    """`Arabic (Gulf), French with English`: one line for each language on the other side."""
    code, by_target = current_code(), defaultdict(list)
    for pair in pairs:
        spoken = filters.spoken_name(pair.language, code)
        with_dialect = _("%(language)s (%(dialect)s)", language=spoken, dialect=pair.dialect)
        by_target[pair.target].append(with_dialect if pair.dialect else spoken)
    named = ((format_list(names, locale=code), to) for to, names in by_target.items())
    return [
        _("%(languages)s with %(other)s", languages=names, other=filters.spoken_name(to, code)) for names, to in named
    ]


def credential_state(credential: InterpreterCredential | None, today: date) -> tuple[str, str]:
    """(kind of tag, words): valid, ends soon, has ended, or none on file."""
    if credential is None:
        return "bad", _("No credential on file")
    until = filters.day(credential.valid_until)
    if credential.valid_until < today:
        return "bad", _("Ended on %(day)s", day=until)
    if credential.valid_until <= today + ENDS_SOON:
        return "warn", _("Ends soon: %(day)s", day=until)
    return "ok", _("Valid until %(day)s", day=until)


def way_text(name: str, modality: Modality, starts_at: datetime, now: datetime, booked_at: datetime) -> str:
    """`Hala Mansour, on site in 20 minutes`; without minutes where the time has not come yet."""
    minutes = (starts_at - now) // timedelta(minutes=1)
    way = str(label(modality))
    if modality is Modality.ON_SITE and starts_at > booked_at and minutes > 0:
        way = ngettext("On site in %(num)s minute", "On site in %(num)s minutes", minutes)
    return f"{name} · {way}"


def hours_of(profile: InterpreterProfile, on: date) -> str:
    """The hours of one weekday; nothing on a day off."""
    if not profile.hours:
        return _("At any hour")
    span = profile.hours.get(str(on.weekday()))
    if not span:
        return _("Does not work")
    code = current_code()
    first, last = (time(minute // 60 % 24, minute % 60) for minute in span)
    return f"{filters.format_clock(first, code)} - {filters.format_clock(last, code)}"


def weekday_names() -> list[str]:
    """Monday first."""
    monday = date(2026, 1, 5)
    return [filters.weekday_name(monday + timedelta(days=n)) for n in range(7)]


def way_name(value: str) -> str:
    return str(label(Modality(value)))
