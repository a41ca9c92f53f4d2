"""Who pays for a booking: the rule of domain/benefits.py, asked with what this case has on file.

The caps of an agreement are counted from the shares written before; whoever writes holds the lock of the case.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.travellers import travellers_of
from concierge.cases.payers import payer_kinds
from concierge.cases.release import forget_who_pays
from concierge.cases.services import put_on_letters
from concierge.cases.trip_costs import PATIENT, PAYER
from concierge.domain.benefits import (
    GOVERNMENT,
    RULE,
    Agreement,
    Cover,
    Part,
    Verdict,
    is_government,
    verdicts,
)
from concierge.domain.money import Money, split_evenly
from concierge.domain.vocabulary import Benefit, GuaranteeState, Phase, ServiceState, Standing
from concierge.models import BookingShare, Case, CaseService, Guarantee, PayerAgreement, Traveller

_Letter = tuple[Guarantee, Agreement]


def is_refused_by_law(session: Session, case: Case) -> bool:
    """Whether this is a beneficiary of a US government programme: nobody may override that."""
    return is_government(case.person.is_government_beneficiary, payer_kinds(session, case))


def preview(
    session: Session,
    case: Case,
    benefit: Benefit,
    travellers: Sequence[Traveller],
    on: date,
    until: date | None = None,
    cost: Money | None = None,
    *,
    instead_of: str = "",
    is_booking: bool = True,
) -> list[Verdict]:
    """Who would pay and why, for each of these travellers; one verdict for everybody where none are told.

    `cost` is that of the whole booking, `instead_of` the booking that it replaces, which then uses no cap up.
    `is_booking` False: how somebody stands in general, without a cost.
    """
    people: Sequence[Traveller | None] = travellers or (None,)
    places = _places(session, case)
    nights = (until - on).days if until and benefit is Benefit.LODGING else 0
    costs = split_evenly(cost, len(people)) if cost else [None] * len(people)
    parts = [
        Part(places.get(person.id, len(places)) if person else 0, nights, part)
        for person, part in zip(people, costs, strict=True)
    ]
    return verdicts(
        benefit,
        parts,
        is_government_beneficiary=case.person.is_government_beneficiary,
        payer_kinds=payer_kinds(session, case),
        covers=_covers(session, case, benefit, places, instead_of),
        on=on,
        until=_last_day(benefit, on, until),
        is_booking=is_booking,
    )


def share(
    session: Session,
    case: Case,
    booking: str,
    benefit: Benefit,
    *,
    travellers: Sequence[Traveller] = (),
    on: date,
    until: date | None = None,
    cost: Money | None = None,
    is_own_cost: bool | None = None,
    now: datetime,
) -> list[BookingShare]:
    """Write who pays each traveller's part of a booking, in place of what was written before.

    Every room calls it in the transaction of its booking, with the name of the booking in the ledgers (`stay:12`),
    its first and last day (of a stay the day of leaving) and its whole cost (None: not known). `is_own_cost`: the
    family pays whatever the rule says; None leaves it as it was. Without travellers told there is one share for
    everybody. What a lead approved stays approved while the booking costs no more and takes no more nights.
    """
    before = {row.traveller_id: row for row in _shares_of(session, booking)}
    is_own = any(row.is_own_cost for row in before.values()) if is_own_cost is None else is_own_cost
    people: Sequence[Traveller | None] = travellers or (None,)
    found = preview(session, case, benefit, travellers, on, until, cost, instead_of=booking)
    costs = split_evenly(cost, len(people)) if cost else [None] * len(people)
    shares = [
        BookingShare(
            case_id=case.id, booking=booking, traveller_id=person.id if person else None, benefit=benefit,
            standing=verdict.standing, reason=verdict.reason, numbers=dict(verdict.numbers), rule=RULE,
            letter_id=verdict.letter, paid_by=PAYER if verdict.is_granted and not is_own else PATIENT,
            is_own_cost=is_own, starts_on=on, ends_on=until, decided_at=now, overridden_by="", override_reason="",
            cost_minor=part.minor if part else None, currency=part.currency if part else None,
        )
        for person, verdict, part in zip(people, found, costs, strict=True)
    ]  # fmt: skip
    for row in shares:
        _keep_approval(row, before.get(row.traveller_id))
    session.execute(sa.delete(BookingShare).where(BookingShare.booking == booking))
    session.add_all(shares)
    charge(session, case, shares, now=now)
    return shares


def unshare(session: Session, booking: str) -> None:
    """Forget who pays a booking that is no more; the letter pays nothing of it any longer."""
    forget_who_pays(session, booking)


def charge(session: Session, case: Case, shares: Sequence[BookingShare], *, now: datetime) -> None:
    """Let the letters pay what the shares of one booking say, so that they burn down with it."""
    session.flush()
    amounts: dict[int, Money] = {}
    for row in shares:
        if row.paid_by == PAYER and row.letter_id and row.cost is not None:
            amounts[row.letter_id] = amounts.get(row.letter_id, Money.zero(row.cost.currency)) + row.cost
    first = shares[0]
    put_on_letters(session, case, first.booking, first.benefit, amounts, on=first.starts_on, now=now)


def _keep_approval(row: BookingShare, before: BookingShare | None) -> None:
    if before is None or before.overridden_at is None or row.standing is Standing.GRANTED or row.is_own_cost:
        return
    is_dearer = (row.cost_minor or 0) > (before.cost_minor or 0) or row.currency != before.currency
    if row.reason == GOVERNMENT or is_dearer or row.nights > before.nights:
        return
    row.paid_by, row.letter_id = before.paid_by, before.letter_id
    row.overridden_at, row.overridden_by = before.overridden_at, before.overridden_by
    row.override_reason = before.override_reason


def _shares_of(session: Session, booking: str) -> Sequence[BookingShare]:
    return session.scalars(sa.select(BookingShare).where(BookingShare.booking == booking)).all()


def _places(session: Session, case: Case) -> dict[int, int]:
    """traveller id → 0 for the patient, 1, 2 … for the companions in the order in which they were named."""
    everybody = travellers_of(session, case)
    companions = [one for one in everybody if not one.is_patient]
    return {one.id: 0 for one in everybody if one.is_patient} | {
        one.id: place for place, one in enumerate(companions, start=1)
    }


def _last_day(benefit: Benefit, on: date, until: date | None) -> date:
    """The last day that must be covered: of a stay the last night, not the day of leaving."""
    if until is None or benefit is not Benefit.LODGING:
        return until or on
    return max(on, date.fromordinal(until.toordinal() - 1))


def _covers(
    session: Session, case: Case, benefit: Benefit, places: Mapping[int, int], instead_of: str
) -> list[Cover]:
    letters = _letters(session, case)
    if not letters:
        return []
    shares = session.scalars(
        sa.select(BookingShare).where(
            BookingShare.case_id == case.id, BookingShare.benefit == benefit, BookingShare.paid_by == PAYER,
            BookingShare.booking != instead_of,
        )
    ).all()  # fmt: skip
    booked = _booked_on(session, [letter for letter, _terms in letters], instead_of)
    return [
        Cover(
            terms,
            letter.id,
            letter.ceiling - Money(booked.get(letter.id, 0), letter.currency),
            *_used(letter, letters, shares, places, terms.caps.get(benefit)),
        )
        for letter, terms in letters
    ]


def _used(
    letter: Guarantee,
    letters: Sequence[_Letter],
    shares: Iterable[BookingShare],
    places: Mapping[int, int],
    cap: Money | None,
) -> tuple[Money | None, dict[int, int]]:
    """Amount and nights by place that the letters of one guarantor have paid; a cap counts all of its letters."""
    same = {
        other.id for other, _terms in letters
        if other.id == letter.id or (letter.organisation_id and other.organisation_id == letter.organisation_id)
    }  # fmt: skip
    paid = [row for row in shares if row.letter_id in same]
    costs = [
        row.cost for row in paid if row.cost is not None and cap is not None and row.currency == cap.currency
    ]
    nights: dict[int, int] = {}
    for row in paid:
        # Before the travellers were told, one share stood for everybody.
        for place in (
            {0, *places.values()} if row.traveller_id is None else {places.get(row.traveller_id, len(places))}
        ):
            nights[place] = nights.get(place, 0) + row.nights
    return (sum(costs, start=Money.zero(cap.currency)) if cap else None), nights


def _booked_on(session: Session, letters: Iterable[Guarantee], instead_of: str) -> dict[int, int]:
    """letter id → minor units that are booked on it, beside this booking."""
    rows = session.execute(
        sa.select(CaseService.letter_id, sa.func.sum(CaseService.amount_minor))
        .where(CaseService.letter_id.in_([letter.id for letter in letters]))
        .where(CaseService.state != ServiceState.CANCELLED)
        .where(sa.or_(CaseService.booking == "", CaseService.booking != instead_of))
        .group_by(CaseService.letter_id)
    )
    return {letter_id: int(minor) for letter_id, minor in rows if letter_id}


def _letters(session: Session, case: Case) -> list[_Letter]:
    """Accepted letters whose guarantor is not stopped, each within what was agreed with it."""
    rows = session.execute(
        sa.select(Guarantee, PayerAgreement)
        .outerjoin(PayerAgreement, PayerAgreement.organisation_id == Guarantee.organisation_id)
        .where(Guarantee.case_id == case.id, Guarantee.state == GuaranteeState.ACCEPTED)
        .order_by(Guarantee.id, PayerAgreement.id)
    )
    return [
        (letter, _terms(letter, agreed.terms if agreed else None))
        for letter, agreed in rows
        if not letter.is_guarantor_stopped
    ]


def _terms(letter: Guarantee, agreed: Agreement | None) -> Agreement:
    """What the letter grants; no more, and no longer, than its guarantor agreed to."""
    granted = frozenset(Benefit) if Phase.STAY in letter.services else frozenset()
    if agreed is None:
        return Agreement(granted, letter.valid_from, letter.valid_until)
    last = min(letter.valid_until, agreed.valid_until or letter.valid_until)
    return Agreement(
        granted & agreed.benefits, max(letter.valid_from, agreed.valid_from), last, agreed.companions, agreed.nights,
        agreed.caps,
    )  # fmt: skip
