"""The seven topics of a first talk: what to ask, what the family told already, and the summary drafted from them."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from concierge.cases.page import CasePage
from concierge.cases.participation import people
from concierge.domain.vocabulary import GuideTopic, PatientKnows, RecordState
from concierge.models import Enquiry, PlannedCall
from concierge.web import filters
from concierge.web.happenings import action_text
from concierge.web.i18n import current_code
from concierge.web.labels import label

ASK = {
    GuideTopic.PEOPLE: _l("Who is with us on the call? Who decides, who knows what, who may be told?"),
    GuideTopic.ILLNESS: _l("What happened, in their own words? When did it begin?"),
    GuideTopic.TREATMENT: _l("Which treatments so far? Which records do they have, and where are they?"),
    GuideTopic.HOPES: _l("What do they hope for? What do they ask our doctors?"),
    GuideTopic.MONEY: _l("Who pays? Does the payer ask for a letter first?"),
    GuideTopic.TRAVEL: _l("Can the patient fly? Passport, visa, who comes along?"),
    GuideTopic.NEXT: _l("What happens next, who does it, and by when?"),
}
# What only the team reads: a family that has not told the patient must not find it in a message.
PRIVATE = frozenset({GuideTopic.PEOPLE})
_STORY = 700  # signs of the first message beside the topic; the whole of it stands in the talk


@dataclass(frozen=True)
class Topic:
    """`told`: (what, its words) that the case knows already."""

    code: GuideTopic
    title: str
    ask: str
    told: list[tuple[str, str]]
    is_private: bool


def topics(session: Session, page: CasePage, planned: PlannedCall | None) -> list[Topic]:
    """The guide of this case."""
    enquiry = session.scalar(sa.select(Enquiry).where(Enquiry.case_id == page.case.id))
    told = _told(session, page, planned, enquiry)
    return [
        Topic(
            code, str(label(code)), str(ASK[code]), [(name, str(value)) for name, value in told[code] if value],
            code in PRIVATE,
        )
        for code in GuideTopic
    ]  # fmt: skip


def _told(session: Session, page: CasePage, planned: PlannedCall | None, enquiry: Enquiry | None) -> dict:
    case, person = page.case, page.person
    return {
        GuideTopic.PEOPLE: [
            (_("Joins the call"), planned.who_joins if planned else ""),
            (_("Wrote to us"), enquiry.writer_name or label(enquiry.writer) if enquiry else ""),
            (_("Family with access"), ", ".join(_family(session, page))),
            (_("Who knows what"), label(case.patient_knows)),
            (_("Who decides, who pays, who may be told"), case.who_knows),
        ],
        GuideTopic.ILLNESS: [
            (_("Kind of illness"), label(case.cancer_type)),
            (_("Stage, as the family was told"), case.stage_reported),
            (_("Their first message"), _short(enquiry.story) if enquiry else ""),
        ],
        GuideTopic.TREATMENT: _records(page),
        GuideTopic.HOPES: [
            (_("They look for"), label(enquiry.help_wanted) if enquiry else ""),
            (_("Their question to the doctors"), case.question),
        ],
        GuideTopic.MONEY: [
            (_("Who pays"), label(case.payer_kind) if case.payer_kind else ""),
            (_("Name of the payer"), case.payer_name),
            (_("Letter that the payer demands"), case.payer_letter),
        ],
        GuideTopic.TRAVEL: [
            (_("Lives in"), filters.country_name(person.country, current_code()) if person.country else ""),
            (_("Visa"), _("Needs a visa and a letter from us") if case.is_visa_needed else ""),
        ],
        GuideTopic.NEXT: [(_("Next action"), action_text(case.next_code) if case.next_code else "")],
    }


def _family(session: Session, page: CasePage) -> list[str]:
    return [
        _("%(name)s (%(relation)s)", name=part.account.name, relation=label(part.relation))
        for part in people(session, page.case)
        if not part.is_patient
    ]


def _records(page: CasePage) -> list[tuple[str, object]]:
    here = [item for item in page.file.checklist if item.state is RecordState.RECEIVED]
    missing = [
        str(label(item.kind)) for item in page.file.checklist if item.state is not RecordState.RECEIVED
    ]
    rows: list[tuple[str, object]] = [(_("Still missing"), ", ".join(missing))]
    if here:
        rows.insert(0, (_("Records that we have"), ", ".join(str(label(item.kind)) for item in here)))
    if page.file.unchecked:
        text = ngettext("%(num)s document to check", "%(num)s documents to check", page.file.unchecked)
        rows.append((_("Sent"), text))
    return rows


def _short(text: str) -> str:
    return text if len(text) <= _STORY else text[:_STORY].rstrip() + "…"


def whole_text(notes: dict[str, str]) -> str:
    """All notes under their titles, as the call keeps them for the team."""
    return "\n\n".join(f"{label(code)}\n{notes[code.value]}" for code in GuideTopic if notes.get(code.value))


def draft(notes: dict[str, str], called: str, specialist: str, began_at: datetime, timezone: str) -> str:
    """The summary in the specialist's language, to be read and changed before it is sent. Private topics stay out."""
    shared = [code for code in GuideTopic if notes.get(code.value) and code not in PRIVATE]
    if not shared:
        return ""
    day = filters.day(filters.day_at(began_at, timezone))
    parts = [
        _("Dear %(name)s,", name=called),
        _("Thank you for talking with us on %(day)s.", day=day)
        + " "
        + _("This is what we understood. Tell us if something is not right."),
        *(f"{label(code)}:\n{notes[code.value]}" for code in shared),
        specialist,
    ]
    return "\n\n".join(parts)


def is_delicate(knows: PatientKnows) -> bool:
    """Whether a message to the family must be read twice before it leaves."""
    return knows in {PatientKnows.DOES_NOT, PatientKnows.PARTLY}
