"""Verbs on payer organisations. Four eyes stand with their letters, not here; what was said is append-only."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.actions import check_version, lock, record, settle
from concierge.cases.tasks.actions import add_task
from concierge.domain.access import Actor, Role
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput
from concierge.domain.journey import CaseState
from concierge.domain.money import Money
from concierge.domain.names import name_keys
from concierge.domain.vocabulary import Benefit, LiaisonWay, PayerKind, PayerStanding
from concierge.journey.finance.payers import queries
from concierge.models import (
    Case,
    Hospital,
    LiaisonNote,
    PayerAgreement,
    PayerContact,
    PayerKey,
    PayerOrganisation,
)


def add_organisation(
    session: Session, hospital: Hospital, *, name: str, kind: PayerKind, country: str
) -> PayerOrganisation:
    """A new one; nobody has checked it yet."""
    organisation = PayerOrganisation(
        hospital_id=hospital.id, name=name, kind=kind, country=country, exposure_currency=hospital.currency
    )
    session.add(organisation)
    session.flush()
    _index(session, organisation)
    return organisation


def change_organisation(
    session: Session,
    organisation: PayerOrganisation,
    *,
    name: str,
    kind: PayerKind,
    country: str,
    version: int | None,
) -> None:
    """Its name, kind and country. Letters keep what is printed on them."""
    check_version(organisation, version)
    organisation.name, organisation.kind, organisation.country = name, kind, country
    _index(session, organisation)


def _index(session: Session, organisation: PayerOrganisation) -> None:
    session.execute(sa.delete(PayerKey).where(PayerKey.organisation_id == organisation.id))
    session.add_all(
        PayerKey(organisation_id=organisation.id, key=key) for key in name_keys(organisation.name)
    )
    session.flush()


def set_standing(
    session: Session,
    organisation: PayerOrganisation,
    *,
    standing: PayerStanding,
    reason: str,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Whether its letters open a gate. Every case that stands on one is settled anew in the same transaction.

    The cases are locked first and in order, because whoever accepts a letter locks case, then guarantor.
    """
    if standing is PayerStanding.STOP_LISTED and not reason:
        raise InvalidInput("reason", "reason_needed")
    cases = [lock(session, case_id) for case_id in queries.cases_of_letters(session, organisation)]
    kept = queries.lock_organisation(session, organisation.id)
    check_version(kept, version)
    kept.standing, kept.standing_reason, kept.standing_by, kept.standing_at = (
        standing,
        reason,
        actor.name,
        now,
    )
    session.flush()
    for case in cases:
        record(session, case, "guarantor_standing", actor, now, standing=standing, name=kept.name)
        settle(session, case, actor, now)


def set_stop_rule(
    session: Session,
    organisation: PayerOrganisation,
    *,
    limit: Money | None,
    most_overdue_days: int | None,
    version: int | None = None,
) -> None:
    """Above `limit`, or with a bill more than so many days past its day, a new letter needs a lead. None: no rule."""
    kept = queries.lock_organisation(session, organisation.id)
    check_version(kept, version)
    if limit is not None and not limit.is_positive:
        raise InvalidInput("limit", "negative")
    kept.exposure_limit_minor = limit.minor if limit else None
    kept.exposure_currency = limit.currency if limit else kept.exposure_currency
    kept.most_overdue_days = most_overdue_days


def add_contact(
    session: Session,
    organisation: PayerOrganisation,
    *,
    name: str,
    role: str,
    phone: str,
    email: str,
    language: str,
) -> PayerContact:
    """Somebody who works there; `phone` is E.164."""
    contact = PayerContact(
        organisation_id=organisation.id, name=name, role=role, phone=phone, email=email, language=language
    )
    session.add(contact)
    return contact


def end_contact(session: Session, organisation: PayerOrganisation, public_id: str, *, on: date) -> None:
    """They work there no more."""
    statement = sa.select(PayerContact).where(
        PayerContact.organisation_id == organisation.id, PayerContact.public_id == public_id
    )
    if contact := session.scalar(statement):
        contact.ended_on = on


def add_agreement(
    session: Session,
    organisation: PayerOrganisation,
    *,
    number: str,
    valid_from: date,
    valid_until: date | None,
    benefits: Iterable[Benefit],
    payment_days: int,
    companions: int | None = None,
    nights: int | None = None,
    caps: Mapping[Benefit, Money] | None = None,
    actor: Actor,
    now: datetime,
) -> PayerAgreement:
    """What was agreed. The one before it stays; the newest valid one counts. Limits: see domain/benefits.py."""
    if valid_until is not None and valid_until < valid_from:
        raise InvalidInput("valid_until", "dates_upside_down")
    granted = set(benefits)
    agreement = PayerAgreement(
        organisation_id=organisation.id, number=number, valid_from=valid_from, valid_until=valid_until,
        benefits=[one.value for one in Benefit if one in granted], payment_days=payment_days, recorded_by=actor.name,
        recorded_at=now, companions=companions, nights=nights,
        caps={benefit.value: amount.minor for benefit, amount in (caps or {}).items()},
        caps_currency=next((amount.currency for amount in (caps or {}).values()), ""),
    )  # fmt: skip
    session.add(agreement)
    return agreement


def note_liaison(
    session: Session,
    organisation: PayerOrganisation,
    *,
    case: Case | None,
    way: LiaisonWay,
    with_whom: str,
    said: str,
    follow_up_on: date | None,
    actor: Actor,
    now: datetime,
) -> LiaisonNote:
    """What was said with the payer; about a case (locked), its history tells it, and the next day becomes a task."""
    if case is not None and case.hospital_id != organisation.hospital_id:
        raise InvalidInput("case", "payer_of_another_hospital")
    if (
        case is not None
        and follow_up_on is not None
        and follow_up_on <= local_day(now, case.hospital.timezone)
    ):
        raise InvalidInput("follow_up_on", "date_must_be_future")
    note = LiaisonNote(
        organisation_id=organisation.id, case_id=case.id if case else None, at=now, way=way, by=actor.name,
        with_whom=with_whom, said=said, follow_up_on=follow_up_on,
    )  # fmt: skip
    session.add(note)
    session.flush()
    if case is None:
        return note
    record(session, case, "payer_talk_noted", actor, now, name=organisation.name)
    if follow_up_on is not None and case.state is not CaseState.CLOSED:
        add_task(
            session, case, code="follow_up_payer", owner_role=Role.ADVOCATE, actor=actor, now=now,
            why=f"{organisation.name}: {with_whom}", due_at=case.hospital.calendar.closing_of(follow_up_on),
        )  # fmt: skip
    settle(session, case, actor, now)
    return note
