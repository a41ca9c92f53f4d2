"""The case: one person's way through one hospital for one programme, its events and who takes part."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.access import Area, Participation, Role
from concierge.domain.journey import CaseState, Exit, Step, WaitingOn
from concierge.domain.listed import reference_of
from concierge.domain.vocabulary import CancerType, PatientKnows, PayerKind, Programme, Relation
from concierge.models.accounts import PortalAccount, StaffUser
from concierge.models.hospital import Hospital
from concierge.models.person import Person
from concierge.models.types import UTCDateTime, enum_column, public_id_column


def _day_index(role: str) -> sa.Index:
    """My day: whose turn it is by name, in order of due time. An open case stands in one of these five at a time."""
    mine = sa.text(f"state = 'open' AND next_owner = '{role}'")
    return sa.Index(
        f"ix_case_{role}_day", "hospital_id", f"{role}_id", "next_due_at", "id",
        postgresql_where=mine, sqlite_where=mine,
    )  # fmt: skip


class Case(Base):
    __tablename__ = "case"
    __table_args__ = (
        sa.CheckConstraint("(state = 'closed') = (exit IS NOT NULL)", name="closed_has_exit"),
        sa.CheckConstraint("(state = 'on_hold') = (hold_until IS NOT NULL)", name="hold_has_wake_date"),
        sa.Index("ix_case_board", "hospital_id", "state", "step", "next_due_at", "id"),
        sa.Index("ix_case_recent", "hospital_id", "id"),
        sa.Index(
            "ix_case_without_action",
            "hospital_id",
            "next_due_at",
            "id",
            postgresql_where=sa.text("state = 'open' AND next_owner IS NULL"),
            sqlite_where=sa.text("state = 'open' AND next_owner IS NULL"),
        ),
        *(_day_index(role) for role in ("specialist", "advocate", "reviewer", "care_manager", "coordinator")),
        sa.Index(
            "ix_case_hold",
            "hold_until",
            postgresql_where=sa.text("state = 'on_hold'"),
            sqlite_where=sa.text("state = 'on_hold'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    programme: Mapped[Programme] = enum_column(Programme, default=Programme.TREATMENT)
    cancer_type: Mapped[CancerType] = enum_column(CancerType, default=CancerType.NOT_SURE)
    stage_reported: Mapped[str] = mapped_column(sa.String(120), default="")
    question: Mapped[str] = mapped_column(sa.Text, default="")  # what the family asks the doctors

    step: Mapped[Step] = enum_column(Step, default=Step.CONTACT)
    step_entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[CaseState] = enum_column(CaseState, default=CaseState.OPEN)
    exit: Mapped[Exit | None] = enum_column(Exit, nullable=True)
    exit_reason: Mapped[str] = mapped_column(sa.Text, default="")
    hold_until: Mapped[date | None]
    hold_reason: Mapped[str] = mapped_column(sa.Text, default="")
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    # The one next action and the ball, derived by domain/journey.py and kept here for the lists.
    next_code: Mapped[str | None] = mapped_column(sa.String(40))
    next_owner: Mapped[Role | None] = enum_column(Role, nullable=True)
    next_due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    waiting_on: Mapped[WaitingOn] = enum_column(WaitingOn, default=WaitingOn.US)
    waiting_since: Mapped[datetime] = mapped_column(UTCDateTime)
    # A day agreed with the family stands in `next_due_at`; with whom and why, until the action is done.
    agreed_note: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    agreed_by: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")

    specialist_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    advocate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    reviewer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    care_manager_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    coordinator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))

    # Facts of contact and consult; the later steps keep theirs in their own aggregates.
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    health_consent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    patient_knows: Mapped[PatientKnows] = enum_column(PatientKnows, default=PatientKnows.UNKNOWN)
    who_knows: Mapped[str] = mapped_column(sa.Text, default="")  # who decides, who pays, who may be told
    who_knows_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    payer_kind: Mapped[PayerKind | None] = enum_column(PayerKind, nullable=True)
    payer_name: Mapped[str] = mapped_column(sa.String(200), default="")
    payer_letter: Mapped[str] = mapped_column(
        sa.Text, default=""
    )  # approval or referral letter the payer demands
    payer_letter_known_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    records_agreed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    is_visa_needed: Mapped[bool] = mapped_column(default=False)
    # Telehealth: in which country the patient is now, and when they said so.
    present_country: Mapped[str] = mapped_column(sa.String(2), default="", server_default="")
    present_country_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    hospital: Mapped[Hospital] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    specialist: Mapped[StaffUser | None] = relationship(foreign_keys=[specialist_id])
    advocate: Mapped[StaffUser | None] = relationship(foreign_keys=[advocate_id])
    reviewer: Mapped[StaffUser | None] = relationship(foreign_keys=[reviewer_id])
    care_manager: Mapped[StaffUser | None] = relationship(foreign_keys=[care_manager_id])
    coordinator: Mapped[StaffUser | None] = relationship(foreign_keys=[coordinator_id])

    @property
    def reference(self) -> str:
        return reference_of(self.opened_at, self.id)


class CaseEvent(Base):
    """What happened: append-only (a trigger refuses update and delete); words are rendered per reader."""

    __tablename__ = "case_event"
    __table_args__ = (sa.Index("ix_case_event_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    kind: Mapped[str] = mapped_column(sa.String(40))
    actor_kind: Mapped[str] = mapped_column(sa.String(10))  # staff, portal, referrer, system, visitor
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(sa.String(200))
    data: Mapped[dict] = mapped_column(sa.JSON, default=dict)


class CaseParticipation(Base):
    """A person with a sign-in and rights of their own in one case: the patient, or a caregiver."""

    __tablename__ = "case_participation"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "account_id"),
        sa.Index("ix_case_participation_account", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("portal_account.id"))
    relation: Mapped[Relation] = enum_column(Relation, default=Relation.PATIENT)
    can_messages: Mapped[bool] = mapped_column(default=False)
    can_documents: Mapped[bool] = mapped_column(default=False)
    can_money: Mapped[bool] = mapped_column(default=False)
    can_decision: Mapped[bool] = mapped_column(default=False)
    invited_by: Mapped[str] = mapped_column(sa.String(200), default="")
    invited_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    account: Mapped[PortalAccount] = relationship(lazy="joined", innerjoin=True)
    case: Mapped[Case] = relationship()

    @property
    def is_patient(self) -> bool:
        return self.relation is Relation.PATIENT

    @property
    def standing(self) -> Participation:
        """The pure form that `domain.access.may_see` decides on."""
        given = {
            Area.MESSAGES: self.can_messages,
            Area.DOCUMENTS: self.can_documents,
            Area.MONEY: self.can_money,
            Area.DECISION: self.can_decision,
        }
        areas = frozenset(area for area, is_given in given.items() if is_given)
        return Participation(self.is_patient, areas, self.ended_at is not None)


class ReadLog(Base):
    """Who looked at which case, when and at what. Append-only."""

    __tablename__ = "read_log"
    __table_args__ = (sa.Index("ix_read_log_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_kind: Mapped[str] = mapped_column(sa.String(10))
    actor_id: Mapped[int]
    actor_name: Mapped[str] = mapped_column(sa.String(200))
    page: Mapped[str] = mapped_column(sa.String(80))
