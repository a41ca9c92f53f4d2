"""People decide who pays a booking: the family itself, or a lead pays for what the rule did not grant."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking import benefits
from concierge.booking.travellers import travellers_of
from concierge.cases.actions import check_open, record, settle
from concierge.cases.trip_costs import PAYER, BookingCost, letters_of, trip_costs
from concierge.domain.access import Actor, Right
from concierge.domain.benefits import GOVERNMENT
from concierge.domain.errors import InvalidInput, NotAllowed
from concierge.domain.vocabulary import Standing
from concierge.models import BenefitDecision, BookingShare, Case


def pay_by_rule(
    session: Session, case: Case, booking: str, *, is_own_cost: bool, actor: Actor, now: datetime
) -> None:
    """Ask the rule again with what is on file now; or let the family pay whatever the rule says.

    An approval ends with it. Raises InvalidInput(form, `unknown_booking`).
    """
    check_open(case)
    _ask_again(session, case, find(session, case, booking), is_own_cost=is_own_cost, now=now)
    who = "patient" if is_own_cost else "rule"
    record(session, case, "benefit_asked", actor, now, booking=booking, who=who)
    settle(session, case, actor, now)


def approve(
    session: Session, case: Case, booking: str, *, paid_by: str, why: str, actor: Actor, now: datetime
) -> None:
    """Pay the parts that the rule did not grant, from the letter (`payer`) or ourselves (`hospital`).

    Raises NotAllowed(`no_right`), InvalidInput: who (`government_refusal_stands`: the law, not a rule of ours;
    `nothing_to_approve`, `no_letter_for_this`), why (`reason_needed`), form (`unknown_booking`).
    """
    check_open(case)
    if Right.APPROVE_BENEFITS not in actor.rights or actor.id is None:
        raise NotAllowed("no_right")
    shares = _ask_again(session, case, find(session, case, booking), is_own_cost=False, now=now)
    if any(share.reason == GOVERNMENT for share in shares):
        raise InvalidInput("who", "government_refusal_stands")
    wanting = [share for share in shares if share.standing is not Standing.GRANTED]
    if not wanting:
        raise InvalidInput("who", "nothing_to_approve")
    if not why:
        raise InvalidInput("why", "reason_needed")
    if paid_by == PAYER:
        _check_letters(session, wanting)
    for share in wanting:
        share.paid_by, share.overridden_at, share.overridden_by, share.override_reason = (
            paid_by,
            now,
            actor.name,
            why,
        )
    benefits.charge(session, case, shares, now=now)
    session.add(_decision(case, wanting, paid_by, why, actor.id, actor.name, now))
    record(session, case, "benefit_approved", actor, now, booking=booking, who=paid_by, reason=why)
    settle(session, case, actor, now)


def find(session: Session, case: Case, booking: str) -> BookingCost:
    """One booking of this case. Raises InvalidInput(form, `unknown_booking`)."""
    found = next((one for one in trip_costs(session, case.id) if one.booking == booking), None)
    if found is None:
        raise InvalidInput("form", "unknown_booking")
    return found


def _ask_again(
    session: Session, case: Case, found: BookingCost, *, is_own_cost: bool, now: datetime
) -> list[BookingShare]:
    """The same booking before the rule of today; what was approved before is asked for anew."""
    people = {share.traveller_id for share in found.shares}
    travellers = [one for one in travellers_of(session, case) if one.id in people]
    cost = found.cost
    session.execute(sa.delete(BookingShare).where(BookingShare.booking == found.booking))
    return benefits.share(
        session, case, found.booking, found.benefit, travellers=travellers, on=found.starts_on, until=found.ends_on,
        cost=cost, is_own_cost=is_own_cost, now=now,
    )  # fmt: skip


def _check_letters(session: Session, wanting: Sequence[BookingShare]) -> None:
    """A letter pays what it was asked for, in its own currency."""
    letters = letters_of(session, [BookingCost(wanting[0].booking, tuple(wanting))])
    for share in wanting:
        letter = letters.get(share.letter_id or 0)
        if letter is None or share.currency not in (None, letter.currency):
            raise InvalidInput("who", "no_letter_for_this")


def _decision(
    case: Case, wanting: Sequence[BookingShare], paid_by: str, why: str, by_id: int, by: str, now: datetime
) -> BenefitDecision:
    cost = BookingCost(wanting[0].booking, tuple(wanting)).cost
    is_refused = any(share.standing is Standing.REFUSED for share in wanting)
    return BenefitDecision(
        hospital_id=case.hospital_id, case_id=case.id, booking=wanting[0].booking, benefit=wanting[0].benefit,
        standing=Standing.REFUSED if is_refused else Standing.NEEDS_APPROVAL, reason=wanting[0].reason,
        numbers=wanting[0].numbers, paid_by=paid_by, people=len(wanting), cost_minor=cost.minor if cost else None,
        currency=cost.currency if cost else None, why=why, by=by, by_id=by_id, at=now,
    )  # fmt: skip
