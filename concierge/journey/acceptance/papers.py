"""The letter of acceptance and the letter for the visa, in the patient's language and in English.

Neither names the illness: both are shown at counters and to employers (docs/journey.md, discreet by default).
"""

from collections.abc import Callable
from datetime import date, datetime

import sqlalchemy as sa
from flask import current_app, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.domain.access import Role
from concierge.domain.clocks import local_day
from concierge.domain.journey import travels
from concierge.domain.vocabulary import EstimateState, PayerKind
from concierge.gateways import pdf
from concierge.models import Answer, Case, Decision, Estimate
from concierge.web.filters import format_day, phone_text, plain_money
from concierge.web.i18n import BY_CODE, autonym, current_code, direction_of
from concierge.web.labels import label
from concierge.web.paper import footer, in_both, kept_together, letterhead

Rows = list[tuple[str, str]]


def language_of(case: Case) -> str:
    """The language of the patient's papers; English where we do not speak theirs."""
    return case.person.language if case.person.language in BY_CODE else "en"


def acceptance_letter(case: Case, decision: Decision, answer: Answer | None, now: datetime) -> bytes:
    """That we can receive the patient, for how long, and what comes next."""
    return _print(
        case, now, title=lambda: _("Letter of acceptance"), facts=lambda: _patient_facts(case),
        paragraphs=lambda: _acceptance(case, decision, answer), signer=decision.signed_by_name,
    )  # fmt: skip


def opinion_letter(case: Case, decision: Decision, now: datetime) -> bytes:
    """The written opinion of a programme without travel: our sentences in both languages, the doctors' own once."""
    language = decision.text_language
    parts = [decision.patient_text, decision.proposed_tests, decision.alternatives]
    words = [line.strip() for part in parts for line in part.splitlines() if line.strip()]
    return _print(
        case, now, title=lambda: _("Written opinion"), facts=lambda: _patient_facts(case),
        paragraphs=lambda: _opinion(case, decision), signer=decision.signed_by_name,
        words={"lang": language.split("_")[0], "dir": direction_of(language), "paragraphs": words},
    )  # fmt: skip


def answer_letter(case: Case, decision: Decision, answer: Answer | None, now: datetime) -> bytes:
    """The letter that carries our answer, as the programme has it."""
    if travels(case.programme):
        return acceptance_letter(case, decision, answer, now)
    return opinion_letter(case, decision, now)


def visa_letter(session: Session, case: Case, now: datetime) -> bytes | None:
    """The letter for an embassy with its code; None while there is no valid one."""
    answer = session.get(Answer, case.id)
    if answer is None or answer.visa_code is None or answer.visa_withdrawn_at is not None:
        return None
    estimate = session.scalar(
        sa.select(Estimate).where(Estimate.case_id == case.id, Estimate.state == EstimateState.ISSUED)
    )
    return _print(
        case, now, title=lambda: _("Letter in support of a visa"),
        facts=lambda: _patient_facts(case, passport=True), paragraphs=lambda: _visa(case, answer, estimate),
        signer=case.coordinator.name if case.coordinator else "", check=_check_url(answer.visa_code),
    )  # fmt: skip


def _check_url(code: str) -> str:
    return current_app.config["CONCIERGE"].base_url + url_for("acceptance_public.letter", code=code)


def _print(
    case: Case, now: datetime, *, title: Callable[[], str], facts: Callable[[], Rows],
    paragraphs: Callable[[], list[str]], signer: str, check: str = "", words: dict | None = None,
) -> bytes:  # fmt: skip
    code = language_of(case)
    own_title, english_title = in_both(code, title)
    own_role, english_role = in_both(
        code, lambda: str(label(Role.REVIEWER if not check else Role.COORDINATOR))
    )
    with force_locale(code):
        head, foot, check_words = (
            letterhead(case.hospital),
            footer(case.reference, case.hospital, now),
            _check_words(),
        )
        if words:
            words["heading"] = _("The words of our doctors")
    data = {
        "title": own_title, "english_title": english_title, "letterhead": head, "footer": foot,
        "heads": (autonym(code), autonym("en")), "facts": list(zip(*in_both(code, facts), strict=True)),
        "paragraphs": list(zip(*in_both(code, paragraphs), strict=True)), "signer": signer,
        "role": " · ".join(dict.fromkeys((own_role, english_role))), "check": check, "check_words": check_words,
        "words": words,
    }  # fmt: skip
    return pdf.render("letter", data, code, at=now)


def _check_words() -> str:
    return _("Whether this letter is valid can be seen here:")


def _patient_facts(case: Case, *, passport: bool = False) -> Rows:
    person = case.person
    name = " · ".join(dict.fromkeys(part for part in (person.native_name, person.latin_name) if part))
    born = format_day(person.birth_on, current_code(), "long") if person.birth_on else person.birth_typed
    rows = [(_("Patient"), name), (_("Born"), born)]
    if passport:
        rows.append((_("Passport number"), person.passport_number))
    rows += [(_("Reference"), case.reference), (_("Hospital"), case.hospital.text("name", current_code()))]
    return [(text, value) for text, value in rows if value]


def _acceptance(case: Case, decision: Decision, answer: Answer | None) -> list[str]:
    days = decision.proposed_days
    return [
        _("Our doctors have read your records. We can receive you for an evaluation."),
        ngettext(
            "The evaluation takes about %(num)s working day.", "The evaluation takes about %(num)s working days.", days
        ),
        _days_text(answer) or _("We agree the days with you after you have said yes."),
        _("After the evaluation our doctors explain a plan to you in your language. You decide then how to go on."),
        _("A letter cannot promise a result. If your health changes before you travel, call us first."),
        _questions(case),
    ]  # fmt: skip


def _opinion(case: Case, decision: Decision) -> list[str]:
    signed = _day(local_day(decision.signed_at, case.hospital.timezone))
    return [
        _("You asked our doctors for their opinion. They have read the records that you sent, and give it below as of "
          "%(day)s.", day=signed),
        _("They have not examined you. Show this letter to the doctor who treats you, and decide together."),
        _questions(case),
    ]  # fmt: skip


def _days_text(answer: Answer | None) -> str:
    if answer is None or answer.evaluation_from is None or answer.evaluation_to is None:
        return ""
    first, last = _day(answer.evaluation_from), _day(answer.evaluation_to)
    return _("We hold these days for you: from %(first)s to %(last)s.", first=first, last=last)


def _day(on: date) -> str:
    return kept_together(format_day(on, current_code(), "long"))


def _questions(case: Case) -> str:
    return _("If you have a question, call us at %(phone)s.", phone=phone_text(case.hospital.phone))


def _visa(case: Case, answer: Answer, estimate: Estimate | None) -> list[str]:
    assert answer.evaluation_from and answer.evaluation_to, "a letter is sent after the dates are held"  # noqa: S101
    first, last, phone = (
        _day(answer.evaluation_from),
        _day(answer.evaluation_to),
        phone_text(case.hospital.phone),
    )
    return [
        _("The person named above is a patient of our hospital. Our doctors have read the medical records and are "
          "ready to receive this person for a medical evaluation."),
        _("The evaluation is planned from %(first)s to %(last)s. Treatment may follow it, so that a longer stay can "
          "become necessary.", first=first, last=last),
        *_costs(case, estimate),
        _("We ask you to support the application for a visa. If you have a question, call us at %(phone)s.",
          phone=phone),
    ]  # fmt: skip


def _costs(case: Case, estimate: Estimate | None) -> list[str]:
    texts = []
    if estimate is not None and estimate.lines:
        total = estimate.total
        low, high = (
            kept_together(plain_money(amount).replace(" ", "\u00a0")) for amount in (total.low, total.high)
        )
        texts.append(_("We estimate the costs at %(low)s to %(high)s.", low=low, high=high))
    if case.payer_kind is PayerKind.SELF_PAY:
        texts.append(_("The patient pays the costs."))
    elif case.payer_kind is not None:
        payer = case.payer_name or str(label(case.payer_kind))
        texts.append(_("The costs are paid by: %(payer)s.", payer=kept_together(payer)))
    return texts
