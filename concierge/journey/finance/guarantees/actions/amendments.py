"""Verbs of the amendment: noted by one person, decided by another; the letter's row has what is in force."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from concierge.cases import journal
from concierge.cases.actions import record, settle
from concierge.domain import journal as postings
from concierge.domain.access import Actor
from concierge.domain.errors import InvalidInput, NotAllowed
from concierge.domain.money import Money
from concierge.domain.vocabulary import GuaranteeState, Phase
from concierge.journey.finance.guarantees import queries
from concierge.journey.finance.guarantees.actions.alarms import end_alarms, raise_alarms
from concierge.journey.finance.guarantees.actions.letters import covered_phases, decide, may_decide
from concierge.models import Case, Guarantee, GuaranteeAmendment


def record_amendment(
    session: Session,
    case: Case,
    letter: Guarantee,
    *,
    number: str,
    ceiling: Money,
    valid_until: date,
    services: Iterable[Phase],
    actor: Actor,
    now: datetime,
) -> GuaranteeAmendment:
    """Note how the guarantor changed an accepted letter: the whole of what holds from now on.

    Raises NotAllowed(`letter_not_accepted`), InvalidInput: ceiling (`other_currency`, `negative`), valid_until,
    services, form (`amendment_waits`, `amendment_changes_nothing`).
    """
    if letter.state is not GuaranteeState.ACCEPTED:
        raise NotAllowed("letter_not_accepted")
    if ceiling.currency != letter.currency:
        raise InvalidInput("ceiling", "other_currency")
    if not ceiling.is_positive:
        raise InvalidInput("ceiling", "negative")
    if valid_until < letter.valid_from:
        raise InvalidInput("valid_until", "dates_upside_down")
    covered = covered_phases(services)
    if any(one.state is GuaranteeState.RECORDED for one in queries.amendments_of(session, letter)):
        raise InvalidInput("form", "amendment_waits")
    if (ceiling, valid_until, covered) == (letter.ceiling, letter.valid_until, letter.services):
        raise InvalidInput("form", "amendment_changes_nothing")
    amendment = GuaranteeAmendment(
        guarantee_id=letter.id, number=number, ceiling_minor=ceiling.minor, valid_until=valid_until, services=covered,
        state=GuaranteeState.RECORDED, recorded_by_id=actor.id, recorded_at=now,
    )  # fmt: skip
    session.add(amendment)
    record(session, case, "amendment_recorded", actor, now, issuer=letter.issuer, number=letter.number)
    settle(session, case, actor, now)
    return amendment


def accept_amendment(
    session: Session,
    case: Case,
    letter: Guarantee,
    amendment: GuaranteeAmendment,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """A second person holds it to be genuine: it is in force, and what was before stays on the amendment.

    A limit below what bills have taken already is refused: NotAllowed(`limit_below_bills`).
    """
    may_decide(amendment, actor)
    new, old = Money(amendment.ceiling_minor, letter.currency), letter.ceiling
    use = queries.use_of(session, letter)
    if new < use.billed + use.paid:
        raise NotAllowed("limit_below_bills")
    decide(amendment, GuaranteeState.ACCEPTED, actor, now)
    amendment.before = {
        "ceiling_minor": old.minor, "valid_until": letter.valid_until.isoformat(), "services": letter.services,
    }  # fmt: skip
    letter.ceiling_minor, letter.valid_until, letter.services = (
        new.minor,
        amendment.valid_until,
        amendment.services,
    )
    fact = f"amendment:{amendment.public_id}"
    journal.post(session, case, postings.letter_amended(old, new), fact=fact, actor=actor, now=now)
    record(session, case, "amendment_accepted", actor, now, issuer=letter.issuer, number=letter.number)
    settle(session, case, actor, now)
    end_alarms(session, case, letter, now=now)
    raise_alarms(session, case, letter, actor=actor, now=now)


def refuse_amendment(
    session: Session,
    case: Case,
    letter: Guarantee,
    amendment: GuaranteeAmendment,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """A second person refuses it; the letter stays as it was."""
    if not reason:
        raise InvalidInput("reason", "reason_needed")
    may_decide(amendment, actor)
    decide(amendment, GuaranteeState.REFUSED, actor, now)
    amendment.refusal = reason
    record(session, case, "amendment_refused", actor, now, issuer=letter.issuer, number=letter.number)
    settle(session, case, actor, now)
