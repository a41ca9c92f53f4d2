"""Turns an outbox row into the mail that leaves: the recipient's language, direction, clock and one link.

templates/messages/<event>.txt has the blocks `subject`, `body` and `button`; text and HTML are made from the same
words, so that they cannot say different things. Plain text isolates every insert (U+2068 … U+2069). A text message is
the block `sms`, else the subject, and the link: it is read on a locked screen, so all of it must be discreet.
"""

from dataclasses import dataclass
from datetime import date, datetime

from babel import dates
from flask import current_app, render_template, url_for
from flask_babel import force_locale

from concierge.domain.call_slots import moving_clocks
from concierge.domain.discreet import is_discreet
from concierge.domain.vocabulary import AppointmentKind, CallMode, Preparation
from concierge.gateways.mail import Mail
from concierge.gateways.sms import Sms
from concierge.models import Case, Hospital, OutboxMessage
from concierge.web import filters, labels
from concierge.web.i18n import current_code, direction_of, tag_of
from concierge.web.signed import sign
from config import LOCALES

# Where the one link of each event leads; a `url` in the context goes before it.
ENDPOINT = {
    "acknowledgement": "portal.home",
    "invited": "portal.home",
    "new_message": "conversation_portal.messages",
    "estimate_ready": "estimates_portal.costs",
    "deposit_requested": "deposits_portal.pay",
    "deposit_due": "deposits_portal.pay",
    "deposit_received": "deposits_portal.pay",
    "transfer_received": "deposits_portal.pay",
    "payment_failed": "deposits_portal.pay",
    "payer_receipt": "deposits_public.by_link",
    "check_answered": "insurance_portal.payer",
    "refund_approved": "deposits_portal.pay",
    "refund_sent": "deposits_portal.pay",
    "refund_delayed": "deposits_portal.pay",
    "documents_needed": "records_portal.documents",
    "document_refused": "records_portal.documents",
    "answer_ready": "acceptance_portal.answer",
    "letter_ready": "acceptance_portal.answer",
    "trip_published": "itinerary_portal.trip",
    "trip_soon": "itinerary_portal.trip",
    "evaluation_changed": "evaluation_portal.evaluation",
    "evaluation_evening": "evaluation_portal.evaluation",
    "plan_ready": "evaluation_portal.after",
    "folder_ready": "evaluation_portal.after",
    "call_booked": "call_public.call",
    "call_moved": "call_public.call",
    "call_cancelled": "call_portal.times",
    "call_reminder": "call_public.call",
    "call_missed": "call_portal.times",
    "new_message_staff": "conversation_staff.talk",
    "answer_reply": "acceptance_staff.answer",
    "task_handed_over": "conversation_staff.talk",
    "case_handed_over": "conversation_staff.talk",
    "urgent_page": "oncall_staff.urgent",
    "urgent_enquiry": "conversation_staff.talk",
    "payer_received": "portal.home",
    "referral_received": "referral_public.status",
    "referral_appointment": "referral_public.status",
    "referral_decision": "referral_public.status",
    "referral_plan": "referral_public.status",
    "chat_waiting": "chat_public.resume",
    "chat_goes_on": "conversation_portal.messages",
    "call_needed_staff": "conversation_staff.talk",
    "call_by_family_staff": "talk_staff.call",
}
# Pages that belong to no case.
PLACE = {
    "promise_ends": "contact_staff.queue",
    "promise_past": "contact_staff.queue",
    "checks_due": "insurance_staff.checks",
    "checks_late": "insurance_staff.checks",
    "refund_due": "refunds_staff.refunds",
    "refund_late": "refunds_staff.refunds",
    "request_answered": "requests_public.ask",
}
MOST_SMS = 300  # characters with the link: two parts in Latin letters, five in any other script
# Mails that their reader can end with one press; `token` in the context is the key.
STOPPABLE = {"referral_received", "referral_appointment", "referral_decision", "referral_plan"}


class Indiscreet(ValueError):
    """A subject or a text message would have told the illness; it does not leave."""


class TooLong(ValueError):
    """A text message that would arrive in pieces."""


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str
    sms: str = ""  # only of a row that goes by SMS
    stop_url: str = ""  # for the mail program's own button (RFC 8058)


def isolated(value) -> str:
    """A name, number or reference that keeps its own direction inside a plain text."""
    return f"\u2068{value}\u2069"


def _two_clocks_text(at: str | datetime, home: str, reader: str) -> str:
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    code = current_code()
    zones = (reader, home) if reader and reader != home else (home,)
    return " · ".join(
        isolated(f"{filters.local_time(moment, zone, code)} ({filters.city_of(zone, code)})")
        for zone in zones
    )


def _moving_clocks(at: str, since: str, *zones: str) -> list[str]:
    """The cities whose clocks change between a booking and its time."""
    moved = moving_clocks(datetime.fromisoformat(since), datetime.fromisoformat(at), zones)
    return [filters.city_of(zone, current_code()) for zone in moved]


def _day_text(on: str) -> str:
    return isolated(dates.format_date(date.fromisoformat(on), "full", locale=current_code()))


TEXT_FILTERS = {
    "isolated": isolated,
    "two_clocks_text": _two_clocks_text,
    "day_text": _day_text,
    "moving_clocks": _moving_clocks,
    "phone_text": lambda number: isolated(filters.phone_text(number)),
    "mode_text": lambda mode: labels.label(CallMode(mode)),
    "clock_text": lambda at, zone: isolated(filters.clock(datetime.fromisoformat(at), zone)),
    "appointment_text": lambda kind: labels.label(AppointmentKind(kind)),
    "preparation_text": lambda code: labels.label(Preparation(code)),
}


def write(row: OutboxMessage, case: Case | None) -> Letter:
    """Render one row in its own language. Needs an application context with a request (for absolute links)."""
    current_app.jinja_env.filters.update(TEXT_FILTERS)
    hospital = case.hospital if case else None
    with force_locale(row.language):
        context = {
            **row.context,
            "timezone": row.timezone,
            "hospital": hospital,
            "reference": case.reference if case else "",
            "name": row.context.get("name") or _name_of(case),
        }
        template = current_app.jinja_env.get_template(f"messages/{row.event}.txt")
        subject, body, button = (_block(template, name, context) for name in ("subject", "body", "button"))
        if not is_discreet(subject):
            raise Indiscreet(row.event)
        frame = _frame(row, case, hospital, button)
        return Letter(
            subject=subject,
            sms=_sms(row, template, context, subject, frame["url"]) if row.medium == "sms" else "",
            text=render_template("messages/_mail.txt", body=body, **frame),
            html=render_template("messages/_mail.html", paragraphs=_paragraphs(body), **frame),
            stop_url=_stop_url(row, "referral_one_click.stop"),
        )


def _block(template, name: str, context: dict) -> str:
    return "".join(template.blocks[name](template.new_context(context))).strip()


def _sms(row: OutboxMessage, template, context: dict, subject: str, url: str) -> str:
    words = _block(template, "sms", context) if "sms" in template.blocks else subject
    text = f"{words}\n{url}"
    if not is_discreet(words):  # no route names an illness (tests/house), and the keys in an address say nothing
        raise Indiscreet(row.event)
    if len(text) > MOST_SMS:
        raise TooLong(row.event)
    return text


def _name_of(case: Case | None) -> str:
    return isolated(case.person.called or case.person.display_name) if case else ""


def _paragraphs(body: str) -> list[list[str]]:
    return [block.strip().split("\n") for block in body.split("\n\n") if block.strip()]


def _frame(row: OutboxMessage, case: Case | None, hospital: Hospital | None, button: str) -> dict:
    sender = hospital.text("name", current_code()) if hospital else current_app.config["GROUP_NAME"]
    home = url_for("public.home", lang=tag_of(row.language), _external=True)
    return {
        "button": button,
        "url": row.context.get("url") or _link(row, case) or home,
        "stop_url": _stop_url(row, "referral_public.stop"),
        "sender": sender,
        "phone": filters.phone_text(hospital.phone) if hospital else "",
        "lang": tag_of(row.language),
        "dir": direction_of(row.language),
        "languages": [
            (info.tag, info.autonym, url_for("public.home", lang=info.tag, _external=True))
            for info in LOCALES
        ],
    }


def _link(row: OutboxMessage, case: Case | None) -> str:
    if place := PLACE.get(row.event):
        return url_for(place, _external=True, **({} if "_staff." in place else {"lang": tag_of(row.language)}))
    endpoint = ENDPOINT.get(row.event)
    if endpoint is None or case is None:
        return ""
    return url_for(endpoint, _external=True, **_key(row, case, endpoint))


def _key(row: OutboxMessage, case: Case, endpoint: str) -> dict[str, str]:
    """What opens this page: a reference or a public id behind a sign-in, else a secret that the mail itself carries."""
    if endpoint == "call_public.call":
        return {"token": sign("call", row.public_id)}
    if endpoint in {"referral_public.status", "deposits_public.by_link"}:
        return {"token": row.context["token"]}
    if endpoint == "chat_public.resume":
        return {"secret": row.context["secret"]}
    return {"ref": case.reference} if "_staff." in endpoint else {"pid": case.public_id}


def _stop_url(row: OutboxMessage, endpoint: str) -> str:
    """Where a reader who did not ask for an account ends the mails; "" for mails that belong to one."""
    return url_for(endpoint, _external=True, token=row.context["token"]) if row.event in STOPPABLE else ""


def mail_of(row: OutboxMessage, letter: Letter) -> Mail:
    """The mail for the gateway; the outbox key is its Message-ID."""
    return Mail(
        to=row.recipient,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        language=tag_of(row.language),
        direction=direction_of(row.language),
        message_id=row.key,
        stop_url=letter.stop_url or row.context.get("leave_url", ""),
    )


def sms_of(row: OutboxMessage, letter: Letter) -> Sms:
    """The text message for the gateway."""
    return Sms(to=row.recipient, text=letter.sms, language=tag_of(row.language), key=row.key)
