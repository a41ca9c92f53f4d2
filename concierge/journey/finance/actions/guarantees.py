"""Verbs of the letter of guarantee: recorded by one person, accepted or refused by another."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from concierge.cases import journal
from concierge.cases.actions import record, settle
from concierge.domain import journal as postings
from concierge.domain.access import Actor
from concierge.domain.errors import InvalidInput, NotAllowed, Stale
from concierge.domain.money import Money
from concierge.domain.vocabulary import GuaranteeState, Phase
from concierge.models import Case, Guarantee


def record_guarantee(
    session: Session,
    case: Case,
    *,
    issuer: str,
    number: str,
    person_name: str,
    passport_number: str,
    services: Iterable[Phase],
    ceiling: Money,
    valid_from: date,
    valid_until: date,
    actor: Actor,
    now: datetime,
) -> Guarantee:
    """Note a letter exactly as it is written, also where it differs from the passport: the gate judges that."""
    covered = [phase.value for phase in Phase if phase in set(services)]
    if not covered:
        raise InvalidInput("services", "services_needed")
    if not ceiling.is_positive:
        raise InvalidInput("ceiling", "negative")
    if valid_until < valid_from:
        raise InvalidInput("valid_until", "dates_upside_down")
    letter = Guarantee(
        case_id=case.id, issuer=issuer, number=number, person_name=person_name, passport_number=passport_number,
        services=covered, ceiling_minor=ceiling.minor, currency=ceiling.currency, valid_from=valid_from,
        valid_until=valid_until, state=GuaranteeState.RECORDED, recorded_by_id=actor.id, recorded_at=now,
    )  # fmt: skip
    session.add(letter)
    record(session, case, "guarantee_recorded", actor, now, issuer=issuer, number=number)
    settle(session, case, actor, now)
    return letter


def accept_guarantee(session: Session, case: Case, letter: Guarantee, *, actor: Actor, now: datetime) -> None:
    """A second person holds the letter to be genuine. Whether it covers is a question of its own."""
    _decide(letter, GuaranteeState.ACCEPTED, actor, now)
    fact = f"letter:{letter.public_id}"
    journal.post(session, case, postings.letter_accepted(letter.ceiling), fact=fact, actor=actor, now=now)
    record(session, case, "guarantee_accepted", actor, now, issuer=letter.issuer, number=letter.number)
    settle(session, case, actor, now)


def refuse_guarantee(
    session: Session, case: Case, letter: Guarantee, *, reason: str, actor: Actor, now: datetime
) -> None:
    """A second person refuses the letter, with the reason that the issuer is told."""
    if not reason:
        raise InvalidInput("reason", "reason_needed")
    _decide(letter, GuaranteeState.REFUSED, actor, now)
    letter.refusal = reason
    record(session, case, "guarantee_refused", actor, now, issuer=letter.issuer, number=letter.number)
    settle(session, case, actor, now)


def _decide(letter: Guarantee, state: GuaranteeState, actor: Actor, now: datetime) -> None:
    if letter.state is not GuaranteeState.RECORDED:
        raise Stale("guarantee_is_decided")
    if actor.id == letter.recorded_by_id:
        raise NotAllowed("second_person_needed")
    letter.state, letter.decided_by_id, letter.decided_at = state, actor.id, now
