"""The letter that tells the doctor at home what our doctors decided, in his language and in English."""

from datetime import datetime

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from concierge.domain.access import Role
from concierge.domain.vocabulary import DecisionOutcome
from concierge.gateways import pdf
from concierge.models import Answer, Decision, Referral
from concierge.web.filters import format_day, phone_text
from concierge.web.i18n import BY_CODE, autonym, current_code
from concierge.web.labels import label
from concierge.web.paper import footer, in_both, kept_together, letterhead


def decision_letter(referral: Referral, decision: Decision, answer: Answer | None, now: datetime) -> bytes:
    """What was told to the patient. It names no illness: the doctor knows it, whoever else opens the file does not."""
    case = referral.case
    code = referral.referrer.language if referral.referrer.language in BY_CODE else "en"
    own_title, english_title = in_both(code, lambda: _("Letter to the referring doctor"))
    own_role, english_role = in_both(code, lambda: str(label(Role.REVIEWER)))
    with force_locale(code):
        head, foot = letterhead(case.hospital), footer(case.reference, case.hospital, now)
    data = {
        "title": own_title, "english_title": english_title, "letterhead": head, "footer": foot,
        "heads": (autonym(code), autonym("en")),
        "facts": list(zip(*in_both(code, lambda: _facts(referral)), strict=True)),
        "paragraphs": list(zip(*in_both(code, lambda: _paragraphs(referral, decision, answer)), strict=True)),
        "signer": decision.signed_by_name, "role": " · ".join(dict.fromkeys((own_role, english_role))),
        "check": "", "check_words": "",
    }  # fmt: skip
    return pdf.render("letter", data, code, at=now)


def _facts(referral: Referral) -> list[tuple[str, str]]:
    case, person = referral.case, referral.case.person
    name = " · ".join(dict.fromkeys(part for part in (person.native_name, person.latin_name) if part))
    born = format_day(person.birth_on, current_code(), "long") if person.birth_on else person.birth_typed
    rows = [
        (
            _("To"),
            " · ".join(part for part in (referral.referrer.name, referral.referrer.organisation) if part),
        ),
        (_("Patient"), name),
        (_("Born"), born),
        (_("Reference"), case.reference),
        (_("Hospital"), case.hospital.text("name", current_code())),
    ]
    return [(text, value) for text, value in rows if value]


def _paragraphs(referral: Referral, decision: Decision, answer: Answer | None) -> list[str]:
    phone = phone_text(referral.case.hospital.phone)
    said = _accepted(decision, answer) if decision.outcome is DecisionOutcome.ACCEPT else _declined()
    return [
        _("Thank you for referring your patient to us."),
        *said,
        _("The patient has heard this from us in person, and agreed that we tell you."),
        _("If you want to talk with one of our doctors, call us at %(phone)s.", phone=phone),
    ]


def _accepted(decision: Decision, answer: Answer | None) -> list[str]:
    days = decision.proposed_days
    texts = [
        _("Our doctors have read the records. We can receive the patient for an evaluation."),
        ngettext(
            "The evaluation takes about %(num)s working day.", "The evaluation takes about %(num)s working days.", days
        ),
    ]  # fmt: skip
    if answer is not None and answer.evaluation_from and answer.evaluation_to:
        first, last = (
            kept_together(format_day(on, current_code(), "long"))
            for on in (answer.evaluation_from, answer.evaluation_to)
        )
        texts.append(_("These days are held: from %(first)s to %(last)s.", first=first, last=last))
    return texts


def _declined() -> list[str]:
    return [
        _("Our doctors have read the records. We cannot offer the patient a treatment at our hospital."),
        _("We have talked with the patient about what else can be done."),
    ]
