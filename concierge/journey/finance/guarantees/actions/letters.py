"""Verbs of the letter of guarantee: recorded by one person, accepted or refused by another."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from concierge.cases import journal
from concierge.cases.actions import record, settle
from concierge.domain import journal as postings
from concierge.domain.access import Actor, Right
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput, NotAllowed, Stale
from concierge.domain.money import Money
from concierge.domain.vocabulary import GuaranteeState, Phase
from concierge.journey.finance.guarantees.actions.alarms import raise_alarms
from concierge.journey.finance.payers.queries import lock_organisation, stops_of
from concierge.models import Case, Document, Guarantee, GuaranteeAmendment, PayerOrganisation


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
    organisation: PayerOrganisation | None = None,
    actor: Actor,
    now: datetime,
) -> Guarantee:
    """Note a letter exactly as it is written, also where it differs from the passport: the gate judges that."""
    covered = covered_phases(services)
    if not ceiling.is_positive:
        raise InvalidInput("ceiling", "negative")
    if valid_until < valid_from:
        raise InvalidInput("valid_until", "dates_upside_down")
    if organisation is not None and organisation.hospital_id != case.hospital_id:
        raise InvalidInput("organisation", "payer_of_another_hospital")
    letter = Guarantee(
        case_id=case.id, issuer=issuer, number=number, person_name=person_name, passport_number=passport_number,
        services=covered, ceiling_minor=ceiling.minor, currency=ceiling.currency, valid_from=valid_from,
        valid_until=valid_until, state=GuaranteeState.RECORDED, recorded_by_id=actor.id, recorded_at=now,
        organisation=organisation,
    )  # fmt: skip
    session.add(letter)
    record(session, case, "guarantee_recorded", actor, now, issuer=issuer, number=number)
    settle(session, case, actor, now)
    return letter


def covered_phases(services: Iterable[Phase]) -> list[str]:
    """The phases in their order, as a letter's row keeps them. Raises InvalidInput("services", `services_needed`)."""
    chosen = set(services)
    if not chosen:
        raise InvalidInput("services", "services_needed")
    return [phase.value for phase in Phase if phase in chosen]


def accept_guarantee(
    session: Session, case: Case, letter: Guarantee, *, override: str = "", actor: Actor, now: datetime
) -> None:
    """A second person holds the letter to be genuine. Whether it covers is a question of its own.

    Where the stop rule of its guarantor holds, only a lead goes on, with a reason (`override`). Raises
    InvalidInput("override", `guarantor_stop_rule` | `lead_needed`). The guarantor's row is locked, so that two letters
    do not pass the limit together.
    """
    may_decide(letter, actor)
    reason = ""
    if letter.organisation_id is not None:
        organisation = lock_organisation(session, letter.organisation_id)
        if stops_of(session, organisation, letter.ceiling, local_day(now, case.hospital.timezone)):
            reason = _reason_of_a_lead(override, actor)
    decide(letter, GuaranteeState.ACCEPTED, actor, now)
    letter.override_reason = reason
    fact = f"letter:{letter.public_id}"
    journal.post(session, case, postings.letter_accepted(letter.ceiling), fact=fact, actor=actor, now=now)
    record(
        session, case, "guarantee_accepted", actor, now, issuer=letter.issuer, number=letter.number,
        reason=letter.override_reason,
    )  # fmt: skip
    settle(session, case, actor, now)
    raise_alarms(session, case, letter, actor=actor, now=now)


def _reason_of_a_lead(override: str, actor: Actor) -> str:
    if Right.OVERRIDE_GATE not in actor.rights:
        raise InvalidInput("override", "lead_needed")
    if not override:
        raise InvalidInput("override", "guarantor_stop_rule")
    return override


def refuse_guarantee(
    session: Session, case: Case, letter: Guarantee, *, reason: str, actor: Actor, now: datetime
) -> None:
    """A second person refuses the letter, with the reason that the issuer is told."""
    if not reason:
        raise InvalidInput("reason", "reason_needed")
    may_decide(letter, actor)
    decide(letter, GuaranteeState.REFUSED, actor, now)
    letter.refusal = reason
    record(session, case, "guarantee_refused", actor, now, issuer=letter.issuer, number=letter.number)
    settle(session, case, actor, now)


def may_decide(noted: Guarantee | GuaranteeAmendment, actor: Actor) -> None:
    """Only what waits, and only by another person than who noted it. Raises Stale, NotAllowed."""
    if noted.state is not GuaranteeState.RECORDED:
        raise Stale("guarantee_is_decided")
    if actor.id == noted.recorded_by_id:
        raise NotAllowed("second_person_needed")


def decide(
    noted: Guarantee | GuaranteeAmendment, state: GuaranteeState, actor: Actor, now: datetime
) -> None:
    """What the second person said of a letter or an amendment."""
    noted.state, noted.decided_by_id, noted.decided_at = state, actor.id, now


def name_guarantor(
    session: Session,
    case: Case,
    letter: Guarantee,
    organisation: PayerOrganisation,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Say which organisation issued a letter that named none; said once, because its exposure counts it.

    Raises Stale(`guarantor_is_named`), InvalidInput("organisation", `payer_of_another_hospital`).
    """
    if letter.organisation_id is not None:
        raise Stale("guarantor_is_named")
    if organisation.hospital_id != case.hospital_id:
        raise InvalidInput("organisation", "payer_of_another_hospital")
    letter.organisation = organisation
    record(session, case, "guarantor_named", actor, now, name=organisation.name, number=letter.number)
    settle(session, case, actor, now)


def note_appeal(
    session: Session, case: Case, letter: Guarantee, *, appeal: str, actor: Actor, now: datetime
) -> None:
    """What we or the family answered to an issuer whose letter was refused or falls short."""
    letter.appeal = appeal
    record(session, case, "guarantee_appealed", actor, now, issuer=letter.issuer, number=letter.number)
    settle(session, case, actor, now)


def attach_scan(
    session: Session, case: Case, letter: Guarantee, document: Document, *, actor: Actor, now: datetime
) -> None:
    """The letter as it came. Raises InvalidInput("document", `not_of_this_case`)."""
    if document.case_id != case.id:
        raise InvalidInput("document", "not_of_this_case")
    session.flush()
    letter.document_id = document.id
    record(session, case, "guarantee_scanned", actor, now, issuer=letter.issuer, number=letter.number)
    settle(session, case, actor, now)
