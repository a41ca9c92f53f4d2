"""What a doctor may know of the patients he sent, and which face sheets wait to be typed off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.journey import Step, WaitingOn
from concierge.domain.referral import looks_closed, shown_step
from concierge.domain.tokens import hash_token
from concierge.domain.vocabulary import DecisionOutcome, RecordKind, RecordState
from concierge.models import (
    Answer,
    Appointment,
    Case,
    CaseEvent,
    ChecklistItem,
    Decision,
    Document,
    FaceSheet,
    KeptFile,
    Plan,
    Referral,
    ReferralLink,
    Referrer,
)

PAGE = 25
LETTERS = {DecisionOutcome.ACCEPT, DecisionOutcome.NOT_FOR_US}
# What counts as news to a doctor: with the patient's consent, and without it.
NEWS = ("referral_received", "enquiry_taken", "dates_held", "answer_told", "folder_handed_over")
NEWS_WITHOUT_CONSENT = NEWS[:2]


@dataclass(frozen=True)
class Standing:
    """One referral as its doctor may see it. Without consent only that it is here and who is in touch."""

    referral: Referral
    is_told: bool = False
    answer: Answer | None = None
    letter: Decision | None = None
    first_at: datetime | None = None
    missing: tuple[RecordKind, ...] = ()
    has_plan: bool = False

    @property
    def case(self) -> Case:
        return self.referral.case

    @property
    def may_hear(self) -> bool:
        return self.referral.may_hear_back

    @property
    def step(self) -> Step:
        return shown_step(self.case.step, self.is_told)

    @property
    def is_closed(self) -> bool:
        return looks_closed(self.case.state, self.case.exit, self.is_told)

    @property
    def waiting_on(self) -> WaitingOn:
        """Whose turn it is; a signed answer that nobody has told is still our own."""
        return self.case.waiting_on if self.step is self.case.step else WaitingOn.US


def by_token(session: Session, token: str, now: datetime) -> Referral | None:
    """The referral behind a private link, while it lives."""
    link = session.get(ReferralLink, hash_token(token))
    return link.referral if link and link.expires_at > now else None


def doctor_of(session: Session, token: str) -> Referrer | None:
    """Whose link this is or was: mails can be stopped by an old one too."""
    link = session.get(ReferralLink, hash_token(token))
    return link.referral.referrer if link else None


def standing(session: Session, referral: Referral) -> Standing:
    """What the status page shows; nothing is read that the doctor may not know."""
    if not referral.may_hear_back:
        return Standing(referral)
    case_id = referral.case_id
    told = session.scalar(
        sa.select(Decision)
        .where(Decision.case_id == case_id, Decision.told_at.is_not(None))
        .order_by(Decision.id.desc())
        .limit(1)
    )
    answer = session.get(Answer, case_id) if told else None
    plan = session.get(Plan, case_id)
    is_published = answer is not None and answer.trip_confirmed_at is not None
    return Standing(
        referral, is_told=told is not None, answer=answer if answer and answer.dates_held_at else None,
        letter=told if told and told.outcome in LETTERS else None,
        first_at=_first_visit(session, case_id) if is_published else None, missing=_missing(session, case_id),
        has_plan=plan is not None and plan.folder_handed_over_at is not None,
    )  # fmt: skip


def _first_visit(session: Session, case_id: int) -> datetime | None:
    return session.scalar(
        sa.select(sa.func.min(Appointment.starts_at)).where(
            Appointment.case_id == case_id, Appointment.is_cancelled.is_(False)
        )
    )


def _missing(session: Session, case_id: int) -> tuple[RecordKind, ...]:
    here = (RecordState.RECEIVED, RecordState.IN_TRANSIT)
    kinds = session.scalars(
        sa.select(ChecklistItem.kind)
        .where(ChecklistItem.case_id == case_id, ChecklistItem.state.not_in(here))
        .order_by(ChecklistItem.position)
    )
    return tuple(kinds)


def sent_documents(session: Session, referral: Referral) -> list[Document]:
    """What this case has from doctors outside, newest first."""
    return list(
        session.scalars(
            sa.select(Document)
            .where(
                Document.case_id == referral.case_id,
                Document.uploader_kind == "referrer",
                Document.uploader_name == referral.referrer.name,
            )
            .order_by(Document.id.desc())
        )
    )


# --- the doctor's list -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One patient of the list: how it stands, and the last news (a kind of case event, and when)."""

    standing: Standing
    news: str
    news_at: datetime


def patients(session: Session, doctor: Referrer, before: int | None) -> tuple[list[Row], int | None]:
    """One page of a doctor's own patients, the newest first, and the key of the next page."""
    statement = (
        sa.select(Referral)
        .where(Referral.referrer_id == doctor.id)
        .order_by(Referral.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        statement = statement.where(Referral.id < before)
    found = list(session.scalars(statement))
    shown = found[:PAGE]
    return _rows(session, shown), shown[-1].id if len(found) > PAGE else None


def _rows(session: Session, referrals: Sequence[Referral]) -> list[Row]:
    open_to = [referral.case_id for referral in referrals if referral.may_hear_back]
    told = set(
        session.scalars(
            sa.select(Decision.case_id).where(Decision.case_id.in_(open_to), Decision.told_at.is_not(None))
        )
    )
    held = sa.select(Answer).where(Answer.case_id.in_(told), Answer.dates_held_at.is_not(None))
    answers = {answer.case_id: answer for answer in session.scalars(held)}
    news = _last(session, open_to, NEWS) | _last(
        session, [one.case_id for one in referrals if not one.may_hear_back], NEWS_WITHOUT_CONSENT
    )
    rows = []
    for one in referrals:
        kind, at = news.get(one.case_id, (NEWS[0], one.received_at))
        rows.append(Row(Standing(one, one.case_id in told, answers.get(one.case_id)), kind, at))
    return rows


def _last(session: Session, case_ids: list[int], kinds: tuple[str, ...]) -> dict[int, tuple[str, datetime]]:
    newest = (
        sa.select(sa.func.max(CaseEvent.id))
        .where(CaseEvent.case_id.in_(case_ids), CaseEvent.kind.in_(kinds))
        .group_by(CaseEvent.case_id)
    )
    found = session.execute(
        sa.select(CaseEvent.case_id, CaseEvent.kind, CaseEvent.at).where(CaseEvent.id.in_(newest))
    )
    return {case_id: (kind, at) for case_id, kind, at in found}


# --- files that wait, and face sheets --------------------------------------------------------------------------


def kept_files(session: Session, holder_hash: str) -> list[KeptFile]:
    """The good files of a page that was not sent yet."""
    return list(
        session.scalars(sa.select(KeptFile).where(KeptFile.holder_hash == holder_hash).order_by(KeptFile.id))
    )


def open_sheets(
    session: Session, hospital_ids: Sequence[int], after: int | None
) -> tuple[list[FaceSheet], int | None]:
    """One page of the sheets that wait, the oldest first, and the key of the next page."""
    statement = (
        sa.select(FaceSheet)
        .where(FaceSheet.hospital_id.in_(hospital_ids), FaceSheet.closed_at.is_(None))
        .order_by(FaceSheet.id)
        .limit(PAGE + 1)
    )
    if after is not None:
        statement = statement.where(FaceSheet.id > after)
    found = list(session.scalars(statement))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def find_sheet(session: Session, public_id: str, hospital_ids: Sequence[int]) -> FaceSheet | None:
    """A sheet of one of these hospitals, done or not."""
    return session.scalar(
        sa.select(FaceSheet).where(FaceSheet.public_id == public_id, FaceSheet.hospital_id.in_(hospital_ids))
    )


def find_referral(session: Session, case: Case, public_id: str) -> Referral | None:
    """A referral of this very case."""
    return session.scalar(
        sa.select(Referral).where(Referral.case_id == case.id, Referral.public_id == public_id)
    )
