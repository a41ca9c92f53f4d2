"""What the page of one bank line shows: the deposits it may be for, found by the machine or by a person."""

from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.search import CaseFilter, find
from concierge.domain.matching import Reason, Suggestion, Transfer, judge, share_out
from concierge.domain.money import Money
from concierge.journey.finance.bank import queries, words
from concierge.journey.finance.bank.forms import share_form
from concierge.models import BankLine, Case, Deposit
from concierge.web.forms import Form

_MOST_SHARES = 8


@dataclass(frozen=True)
class Candidate:
    """A deposit that this money may be for."""

    deposit: Deposit
    case: Case
    left: Money
    suggestion: Suggestion

    @property
    def reasons(self) -> list[tuple[str, object]]:
        """(colour, words)"""
        return [
            ("warn" if one in words.AGAINST else "ok", words.REASON[one]) for one in self.suggestion.reasons
        ]

    @property
    def strength(self) -> str:
        return words.strength(self.suggestion)

    @property
    def outcome(self) -> str:
        return words.outcome(self.suggestion)


def candidates_of(session: Session, lines: list[BankLine]) -> dict[int, list[Candidate]]:
    """For each line the deposits that were found for it, judged by what is true now, the likeliest first."""
    ids = sorted({deposit_id for line in lines for deposit_id in line.hints})
    opens, rows = queries.open_deposits(session, ids), queries.deposits_by_id(session, ids)
    return {line.id: _judged(line, line.hints, opens, rows) for line in lines}


def _judged(line: BankLine, ids: list[int], opens: dict, rows: dict) -> list[Candidate]:
    told = queries.transfer_of(line)
    transfer = Transfer(line.left, told.text, told.payer_name, told.payer_account)
    found = [
        Candidate(rows[one][0], rows[one][1], opens[one].left, judge(transfer, opens[one]))
        for one in dict.fromkeys(ids)
        if one in opens and one in rows
    ]
    return sorted(found, key=lambda one: -one.suggestion.score)


@dataclass(frozen=True)
class LinePage:
    """`found` is what a person searched for; `chosen` are those that share the transfer, `named` public ids of several
    that the text names.
    """

    suggested: list[Candidate]
    found: list[Candidate]
    chosen: list[Candidate]
    named: list[str]
    sought: str
    share: Form | None


def line_page(session: Session, line: BankLine, failing: Form | None = None) -> LinePage:
    """Suggestions first; then what was typed into the search, and who shares."""
    sought = request.args.get("q", "").strip()[:200]
    suggested = candidates_of(session, [line])[line.id] if line.is_open and line.is_incoming else []
    found = _search(session, line, sought) if sought else []
    chosen = _named(session, line, request.args.getlist("with"))
    exact = [one.deposit.public_id for one in suggested if Reason.REFERENCE in one.suggestion.reasons]
    known = {one.deposit.id for one in suggested}
    return LinePage(
        suggested=suggested, found=[one for one in found if one.deposit.id not in known], chosen=chosen,
        named=exact if len(exact) > 1 else [], sought=sought,
        share=failing or (form_for(line, chosen) if chosen else None),
    )  # fmt: skip


def _search(session: Session, line: BankLine, sought: str) -> list[Candidate]:
    """Cases of this hospital by name in any script, by their number or by the payment reference."""
    cases = find(session, sought, CaseFilter((line.hospital_id,)))
    case_ids = [row.id for row in (*cases.rows, *cases.alike)]
    return _of(session, line, queries.deposit_ids_of(session, line.hospital_id, case_ids, sought))


def _named(session: Session, line: BankLine, public_ids: list[str]) -> list[Candidate]:
    """In the order in which they were chosen, which is the order in which they are paid."""
    ids = queries.deposit_ids_named(session, line.hospital_id, public_ids[:_MOST_SHARES])
    found = {one.deposit.public_id: one for one in _of(session, line, list(ids.values()))}
    return [found[public_id] for public_id in dict.fromkeys(public_ids) if public_id in found]


def _of(session: Session, line: BankLine, ids: list[int]) -> list[Candidate]:
    return _judged(line, ids, queries.open_deposits(session, ids), queries.deposits_by_id(session, ids))


def form_for(line: BankLine, chosen: list[Candidate]) -> Form:
    """Each gets what it lacks, as far as the money goes."""
    shares = share_out(
        line.left, [(one.deposit.id, one.left) for one in chosen if one.left.currency == line.currency]
    )
    names = {
        one.deposit.public_id: (
            _("Amount for %(name)s", name=one.case.person.display_name),
            shares.get(one.deposit.id, Money.zero(line.currency)),
        )
        for one in chosen
    }
    return share_form(line.currency, names)
