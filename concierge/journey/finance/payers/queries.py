"""What the pages of the payers read: a list in any script, one organisation, and what guarantors come to owe."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain import exposure as rules
from concierge.domain.journey import CaseState
from concierge.domain.money import Money
from concierge.domain.names import query_keys
from concierge.domain.vocabulary import GuaranteeState, ServiceState
from concierge.models import (
    Case,
    CaseService,
    Guarantee,
    LiaisonNote,
    PayerAgreement,
    PayerContact,
    PayerKey,
    PayerOrganisation,
)

PAGE = 30
_LAST = "\U0010ffff"
_OPEN = (ServiceState.BOOKED, ServiceState.PERFORMED)
_BILLED = (ServiceState.BILLED, ServiceState.PAID)


@dataclass(frozen=True)
class Page:
    """Rows of one screen and the cursor of the next, empty at the end."""

    rows: list
    after: str


@dataclass(frozen=True)
class ExposureRow:
    """One guarantor in one currency; `oldest_days` is how long its oldest unpaid bill is past its day (0: none)."""

    organisation: PayerOrganisation
    currency: str
    exposure: rules.Exposure
    oldest_days: int

    @property
    def stops(self) -> tuple[str, ...]:
        """Why no new letter is taken, already without its own amount."""
        return rules.stops(
            self.exposure, limit=self.organisation.exposure_limit, more=Money.zero(self.currency),
            oldest_days=self.oldest_days, most_days=self.organisation.most_overdue_days,
        )  # fmt: skip


def find_organisation(
    session: Session, public_id: str, hospital_ids: Sequence[int]
) -> PayerOrganisation | None:
    statement = sa.select(PayerOrganisation).where(
        PayerOrganisation.public_id == public_id, PayerOrganisation.hospital_id.in_(hospital_ids)
    )
    return (
        session.scalar(statement.execution_options(populate_existing=True)) if public_id.isalnum() else None
    )


def lock_organisation(session: Session, organisation_id: int) -> PayerOrganisation:
    """Locked until the end of the transaction, with its newest values. Cases are locked before it, always."""
    statement = sa.select(PayerOrganisation).where(PayerOrganisation.id == organisation_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def organisations_page(session: Session, hospital_ids: Sequence[int], text: str, after: str) -> Page:
    """Organisations by name; with a text those whose name is written or sounds so, in any script."""
    statement = sa.select(PayerOrganisation).where(PayerOrganisation.hospital_id.in_(hospital_ids))
    for key in query_keys(text):
        same = sa.and_(PayerKey.key >= key, PayerKey.key < key + _LAST)
        statement = statement.where(PayerOrganisation.id.in_(sa.select(PayerKey.organisation_id).where(same)))
    if before := find_organisation(session, after, hospital_ids):
        place = sa.tuple_(PayerOrganisation.name, PayerOrganisation.id)
        statement = statement.where(place > sa.tuple_(sa.literal(before.name), before.id))
    rows = list(
        session.scalars(statement.order_by(PayerOrganisation.name, PayerOrganisation.id).limit(PAGE + 1))
    )
    return Page(rows[:PAGE], rows[PAGE - 1].public_id if len(rows) > PAGE else "")


def organisations_to_choose(session: Session, hospital_id: int) -> list[PayerOrganisation]:
    """For a list of choices: the organisations of this hospital by name."""
    statement = sa.select(PayerOrganisation).where(PayerOrganisation.hospital_id == hospital_id)
    return list(session.scalars(statement.order_by(PayerOrganisation.name, PayerOrganisation.id).limit(500)))


def contacts_of(session: Session, organisation: PayerOrganisation) -> list[PayerContact]:
    statement = sa.select(PayerContact).where(
        PayerContact.organisation_id == organisation.id, PayerContact.ended_on.is_(None)
    )
    return list(session.scalars(statement.order_by(PayerContact.id)))


def agreements_of(session: Session, organisation: PayerOrganisation) -> list[PayerAgreement]:
    statement = sa.select(PayerAgreement).where(PayerAgreement.organisation_id == organisation.id)
    return list(
        session.scalars(statement.order_by(PayerAgreement.valid_from.desc(), PayerAgreement.id.desc()))
    )


def letters_page(
    session: Session, organisation: PayerOrganisation, before: int | None
) -> tuple[list, int | None]:
    """Its letters with their cases, the newest first; and the cursor of older ones."""
    statement = (
        sa.select(Guarantee, Case)
        .join(Case, Case.id == Guarantee.case_id)
        .where(Guarantee.organisation_id == organisation.id)
        .order_by(Guarantee.id.desc())
        .limit(PAGE + 1)
    )
    if before:
        statement = statement.where(Guarantee.id < before)
    rows = [(row[0], row[1]) for row in session.execute(statement)]
    return rows[:PAGE], rows[PAGE - 1][0].id if len(rows) > PAGE else None


def unpaid_bills(session: Session, organisation: PayerOrganisation, band: int | None, today: date) -> list:
    """Billed and unpaid services with letter and case, the oldest due first; one band of AGES, or all."""
    statement = (
        sa.select(CaseService, Guarantee, Case)
        .join(Guarantee, Guarantee.id == CaseService.letter_id)
        .join(Case, Case.id == CaseService.case_id)
        .where(Guarantee.organisation_id == organisation.id, CaseService.state == ServiceState.BILLED)
        .order_by(CaseService.due_on, CaseService.id)
        .limit(PAGE)
    )
    if band is not None:
        statement = statement.where(*_in_band(band, today))
    return [tuple(row) for row in session.execute(statement)]


def liaison_page(
    session: Session,
    *,
    organisation_id: int | None = None,
    case_id: int | None = None,
    before: int | None = None,
) -> tuple[list, int | None]:
    """What was said, the newest first, with the case it was about (or None); and the cursor of older ones."""
    statement = sa.select(LiaisonNote)
    if organisation_id is not None:
        statement = statement.where(LiaisonNote.organisation_id == organisation_id)
    if case_id is not None:
        statement = statement.where(LiaisonNote.case_id == case_id)
    if before:
        statement = statement.where(LiaisonNote.id < before)
    notes = list(session.scalars(statement.order_by(LiaisonNote.id.desc()).limit(PAGE + 1)))
    about = {note.case_id for note in notes if note.case_id}
    cases = {case.id: case for case in session.scalars(sa.select(Case).where(Case.id.in_(about)))}
    rows = [(note, cases.get(note.case_id or 0)) for note in notes[:PAGE]]
    return rows, notes[PAGE - 1].id if len(notes) > PAGE else None


def cases_of_letters(session: Session, organisation: PayerOrganisation) -> list[int]:
    """Ids of cases that are not closed and have an accepted letter of this organisation, in the order of locking."""
    statement = (
        sa.select(Guarantee.case_id)
        .join(Case, Case.id == Guarantee.case_id)
        .where(Guarantee.organisation_id == organisation.id, Guarantee.state == GuaranteeState.ACCEPTED)
        .where(Case.state != CaseState.CLOSED)
    )
    return sorted(set(session.scalars(statement)))


# --- exposure --------------------------------------------------------------------------------------------------


def _in_band(number: int, today: date) -> list[sa.ColumnElement[bool]]:
    first, last = rules.AGES[number]
    conditions = [CaseService.due_on <= today - timedelta(days=max(first, 1))]
    return (
        [*conditions, CaseService.due_on >= today - timedelta(days=last)] if last is not None else conditions
    )


def _use_by_letter(today: date, whose: list[sa.ColumnElement[bool]]) -> sa.Subquery:
    """One row a letter of these organisations: open, taken by bills, unpaid, past due by band, the oldest due day."""
    state, amount = CaseService.state, CaseService.amount_minor

    def part(name: str, *conditions: sa.ColumnElement[bool]) -> sa.Label:
        return sa.func.sum(sa.case((sa.and_(*conditions), amount), else_=0)).label(name)

    unpaid = state == ServiceState.BILLED
    return (
        sa.select(
            CaseService.letter_id, part("open", state.in_(_OPEN)), part("taken", state.in_(_BILLED)),
            part("unpaid", unpaid),
            *(part(f"band{number}", unpaid, *_in_band(number, today)) for number in range(len(rules.AGES))),
            sa.func.min(sa.case((unpaid, CaseService.due_on))).label("oldest"),
        )
        .join(Guarantee, Guarantee.id == CaseService.letter_id)
        .join(PayerOrganisation, PayerOrganisation.id == Guarantee.organisation_id)
        .where(*whose)
        .group_by(CaseService.letter_id)
        .subquery()
    )  # fmt: skip


def exposures(
    session: Session,
    hospital_ids: Sequence[int],
    today: date,
    *,
    organisation_id: int | None = None,
    after: str = "",
) -> Page:
    """What each guarantor comes to owe, by currency, in the order of names; one question."""
    whose: list[sa.ColumnElement[bool]] = [PayerOrganisation.hospital_id.in_(hospital_ids)]
    if organisation_id is not None:
        whose.append(PayerOrganisation.id == organisation_id)
    use = _use_by_letter(today, whose)
    free = Guarantee.ceiling_minor - sa.func.coalesce(use.c.taken, 0)
    open_ = sa.func.coalesce(use.c.open, 0)
    may_be_used = sa.and_(Guarantee.valid_until >= today, Case.state != CaseState.CLOSED)
    committed = sa.case((sa.and_(may_be_used, free > open_), free), else_=open_)
    bands = [sa.func.sum(sa.func.coalesce(use.c[f"band{number}"], 0)) for number in range(len(rules.AGES))]
    statement = (
        sa.select(
            PayerOrganisation, Guarantee.currency, sa.func.sum(committed),
            sa.func.sum(sa.func.coalesce(use.c.unpaid, 0)), sa.func.min(use.c.oldest), *bands,
        )
        .join(Guarantee, Guarantee.organisation_id == PayerOrganisation.id)
        .join(Case, Case.id == Guarantee.case_id)
        .outerjoin(use, use.c.letter_id == Guarantee.id)
        .where(*whose, Guarantee.state == GuaranteeState.ACCEPTED)
        .group_by(PayerOrganisation.id, Guarantee.currency)
        .order_by(PayerOrganisation.name, PayerOrganisation.id, Guarantee.currency)
        .limit(PAGE + 1)
    )  # fmt: skip
    public_id, _dot, currency = after.partition(".")
    before = find_organisation(session, public_id, hospital_ids)
    if before and currency.isalpha():
        place = sa.tuple_(PayerOrganisation.name, PayerOrganisation.id, Guarantee.currency)
        statement = statement.where(
            place > sa.tuple_(sa.literal(before.name), before.id, sa.literal(currency[:3]))
        )
    rows = [_exposure_row(row, today) for row in session.execute(statement)]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], f"{last.organisation.public_id}.{last.currency}" if last else "")


def _exposure_row(row: sa.Row, today: date) -> ExposureRow:
    organisation, currency, committed, unpaid, oldest, *bands = row
    overdue = tuple(Money(int(band), currency) for band in bands)
    exposure = rules.Exposure(Money(int(committed), currency), Money(int(unpaid), currency), overdue)
    return ExposureRow(organisation, currency, exposure, max((today - oldest).days, 0) if oldest else 0)


def stops_of(session: Session, organisation: PayerOrganisation, more: Money, today: date) -> tuple[str, ...]:
    """Why a letter over `more` of this guarantor must not be taken without a lead (domain/exposure.py)."""
    session.flush()
    rows = exposures(session, [organisation.hospital_id], today, organisation_id=organisation.id).rows
    own = next((row.exposure for row in rows if row.currency == organisation.exposure_currency), None)
    oldest_days = max((row.oldest_days for row in rows), default=0)
    return rules.stops(
        own, limit=organisation.exposure_limit, more=more, oldest_days=oldest_days,
        most_days=organisation.most_overdue_days,
    )  # fmt: skip
