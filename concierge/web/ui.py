"""What the layouts need on every page: language, direction, navigation, who is signed in; looked up when used."""

from functools import cached_property, lru_cache
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import gettext as _

from concierge.domain.access import Area, Right, may_see, rights_of
from concierge.domain.journey import travels
from concierge.web import access
from concierge.web.i18n import current_code, current_tag, direction_of
from config import LOCALES

TRIP = "itinerary_portal.trip"  # only for programmes in which the patient travels


class HospitalName:
    """The hospital as a header shows it, in the reader's language."""

    def __init__(self, hospital):
        self.display_name = hospital.text("name", current_code())
        self.phone, self.slug = hospital.phone, hospital.slug


class Ui:
    """One per request; the layouts call it `ui`."""

    @property
    def lang(self) -> str:
        return current_tag()

    @property
    def dir(self) -> str:
        return direction_of(current_code())

    @property
    def group_name(self) -> str:
        return current_app.config["GROUP_NAME"]

    @cached_property
    def locales(self) -> list[tuple[str, str, str, str]]:
        """(tag, own name, direction, address of this page in that language)."""
        return [
            (info.tag, info.autonym, direction_of(info.code), self._here_in(info.tag)) for info in LOCALES
        ]

    def _here_in(self, tag: str) -> str:
        """By way of the page that remembers the choice: a click on a language is one, a shared link is not."""
        here = request.full_path.rstrip("?") if request.method == "GET" else request.path
        return url_for("public.choose_language", tag=tag, next=self._translated(tag) or here)

    def _translated(self, tag: str, **options: Any) -> str:
        """This page's address in another language; empty where the address carries none."""
        values: dict[str, Any] = dict(request.view_args or {})
        if "lang" not in values or not request.endpoint:
            return ""
        # A name that means something to url_for itself must not come from a visitor's address bar.
        taken = {*values, "endpoint"}
        query: dict[str, Any] = {
            key: value for key, value in request.args.items() if key not in taken and not key.startswith("_")
        }
        return url_for(request.endpoint, **query, **{**values, "lang": tag}, **options)

    @cached_property
    def alternates(self) -> list[tuple[str, str]]:
        """(hreflang, absolute address) of this page in every language, English for everybody else."""
        tags = [(info.tag, info.tag) for info in LOCALES] + [("x-default", "en")]
        return [(name, url) for name, tag in tags if (url := self._translated(tag, _external=True))]

    @cached_property
    def hospital(self) -> HospitalName | None:
        shown = g.get("shown_hospital") or (
            g.get("case").hospital if g.get("area") == "portal" and g.get("case") else None
        )
        return HospitalName(shown) if shown else None

    @cached_property
    def actor(self):
        actor = access.current_actor()
        return actor if actor.kind in {"staff", "portal", "referrer"} else None

    @property
    def shortcuts_off(self) -> bool:
        user = g.get("staff")
        return bool(user and not user.has_shortcuts)

    @property
    def home_url(self) -> str:
        if g.get("area") == "staff":
            return url_for("cases_staff.my_day")
        if g.get("area") == "portal" and g.get("case"):
            return url_for("portal.home", pid=g.case.public_id)
        if g.get("area") == "referrer" and g.get("referrer_sign_in"):
            return url_for("referral_referrer.patients")
        return url_for("public.home")

    @property
    def search_url(self) -> str:
        return url_for("cases_staff.case_list")

    @property
    def new_call_url(self) -> str:
        """Typing a call is one key away on every page of whoever takes enquiries; the queue has a button of its own."""
        user = g.get("staff")
        is_there = request.endpoint in {"contact_staff.queue", "contact_staff.new_enquiry"}
        if user is None or is_there or not access.hospitals_with(user, frozenset({Right.TAKE_ENQUIRIES})):
            return ""
        return url_for("contact_staff.new_enquiry")

    @property
    def contact_url(self) -> str:
        return url_for("contact_public.start")

    @property
    def chat_url(self) -> str:
        """Whoever is signed in has messages of their own."""
        return "" if g.get("area") else url_for("chat_public.chat")

    @property
    def settings_url(self) -> str:
        return url_for("accounts_staff.settings") if g.get("area") == "staff" else ""

    @property
    def sign_out_url(self) -> str:
        if g.get("area") == "referrer":
            return url_for("accounts_referrer.sign_out") if g.get("referrer_sign_in") else ""
        return url_for("accounts_staff.sign_out" if g.get("area") == "staff" else "accounts_portal.sign_out")

    @property
    def session_ends_at(self) -> str:
        """When the sign-in ends, as ISO text for the warning dialog; empty when nobody is signed in."""
        sign_in = g.get("account_sign_in") if g.get("area") == "portal" else g.get("staff_sign_in")
        return sign_in.expires_at.isoformat() if sign_in else ""

    @property
    def extend_url(self) -> str:
        return url_for("accounts_staff.extend" if g.get("area") == "staff" else "accounts_portal.extend")

    @cached_property
    def foot_links(self) -> list[tuple[str, str]]:
        """The quiet pages, on every public and portal page."""
        return [
            (_("Languages"), url_for("public.languages")),
            (_("Privacy"), url_for("public.privacy")),
            (_("Accessibility"), url_for("public.accessibility")),
        ]

    @cached_property
    def nav(self) -> list[tuple[str, list[tuple[str, str, bool, str]]]]:
        """Staff navigation by rights: groups of (text, address, is current, shortcut key)."""
        user = access.current_staff()
        if user is None or not user.hospital_ids:
            return []
        rights = rights_of(frozenset(role.role for role in user.roles))
        here = request.endpoint
        return [
            (heading, [(text, url, endpoint == here, key) for text, url, endpoint, key in entries])
            for heading, entries in _staff_nav(rights, current_code(), request.script_root)
        ]

    @cached_property
    def portal_nav(self) -> list[tuple[str, str, bool]]:
        """The bottom bar: Home, Messages, Documents, Trip; what was not given or does not take place is not shown."""
        case, participation = g.get("case"), g.get("participation")
        if case is None or participation is None:
            return []
        entries = (
            (_("Home"), "portal.home", Area.TRIP),
            (_("Messages"), "conversation_portal.messages", Area.MESSAGES),
            (_("Documents"), "records_portal.documents", Area.DOCUMENTS),
            (_("Trip"), TRIP, Area.TRIP),
        )
        return [
            (text, url_for(endpoint, pid=case.public_id), request.endpoint == endpoint)
            for text, endpoint, area in entries
            if may_see(participation.standing, area) and (endpoint != TRIP or travels(case.programme))
        ]


def _places():
    return (
        (_("Work"), (
            (_("My day"), "cases_staff.my_day", None, "d"),
            (_("Queue"), "contact_staff.queue", Right.TAKE_ENQUIRIES, "q"),
            (_("Faxed referrals"), "referral_staff.new", Right.TAKE_ENQUIRIES, ""),
            (_("Inbox"), "inbox_staff.inbox", Right.SEE_CASES, "i"),
            (_("Board"), "cases_staff.board", Right.SEE_CASES, "b"),
            (_("Cases"), "cases_staff.case_list", Right.SEE_CASES, "c"),
            (_("Tasks"), "tasks_staff.tasks", Right.SEE_CASES, "k"),
            (_("Calls"), "call_staff.calls", Right.SEE_CASES, ""),
        )),
        (_("Teams"), (
            (_("Translations"), "translation_staff.desk", Right.TRANSLATE, ""),
            (_("Records"), "records_staff.overview", Right.SEE_RECORDS, ""),
            (_("Evaluation weeks"), "evaluation_staff.weeks", Right.PLAN_EVALUATION, ""),
            (_("Requests of doctors"), "requests_staff.request_list", Right.TAKE_ENQUIRIES, ""),
            (_("On call"), "oncall_staff.on_call", Right.RUN_DESK, ""),
            (_("Bulletin"), "bulletin_staff.subscribers", Right.RUN_DESK, ""),
            (_("Reply templates"), "reply_templates_staff.templates", Right.OVERRIDE_GATE, ""),
        )),
        (_("Travel"), (
            (_("Arrivals and rides"), "dispatch_staff.day", Right.BOOK_TRAVEL, ""),
            (_("Lodging"), "lodging_staff.calendar", Right.BOOK_TRAVEL, ""),
            (_("Vehicles and shuttles"), "fleet_staff.vehicles", Right.BOOK_TRAVEL, ""),
            (_("Interpreters"), "interpreter_people_staff.people", Right.BOOK_TRAVEL, ""),
            (_("Approved benefits"), "costs_staff.benefits", Right.APPROVE_BENEFITS, ""),
        )),
        (_("Money"), (
            (_("Deposits"), "deposits_staff.deposits", Right.SEE_MONEY, ""),
            (_("Bank"), "bank_staff.bank", Right.SEE_MONEY, ""),
            (_("Refunds"), "refunds_staff.refunds", Right.SEE_MONEY, ""),
            (_("Letters of guarantee"), "guarantees_staff.guarantees", Right.SEE_MONEY, ""),
            (_("Payers"), "payers_staff.payers", Right.SEE_MONEY, ""),
            (_("Prices"), "prices_staff.tariffs", Right.SEE_MONEY, ""),
            (_("Exchange rates"), "estimator_staff.rates", Right.SET_PRICES, ""),
        )),
    )  # fmt: skip


@lru_cache(maxsize=256)
def _staff_nav(rights: frozenset[Right], _code: str, _root: str) -> list[tuple[str, list[tuple[str, str, str, str]]]]:
    """The places of somebody with these rights: (text, address, endpoint, key). Kept per language and mount point."""
    groups = [
        (heading, [(text, url_for(to), to, key) for text, to, right, key in entries if not right or right in rights])
        for heading, entries in _places()
    ]
    return [(heading, entries) for heading, entries in groups if entries]


def init(app: Flask) -> None:
    @app.context_processor
    def _globals() -> dict:
        return {"ui": Ui(), "has_right": access.has_right, "Right": Right, "Area": Area}
