"""What the pages of a merge show: pairs that somebody must decide, merges and until when they can be taken back."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases import duplicates
from concierge.cases.merge.actions import UNDO_WITHIN
from concierge.domain.journey import Exit
from concierge.models import Case, CaseParticipation, DuplicateSuggestion, Enquiry, Merge


def pairs_of(
    session: Session, case_id: int, hospital_ids: tuple[int, ...]
) -> list[tuple[DuplicateSuggestion, Case]]:
    """Suggestions about this case with the other case of each, where the reader may see that one too."""
    rows = duplicates.of_case(session, case_id)
    others = {row.id: row.other_case_id if row.case_id == case_id else row.case_id for row in rows}
    found = session.scalars(
        sa.select(Case).where(
            Case.id.in_(others.values()),
            Case.hospital_id.in_(hospital_ids),
            sa.func.coalesce(Case.exit, "") != Exit.MERGED.value,
        )
    )
    cases = {case.id: case for case in found}
    return [(row, cases[others[row.id]]) for row in rows if others[row.id] in cases]


def pair(session: Session, older_id: int, newer_id: int) -> DuplicateSuggestion | None:
    """What was suggested about these two."""
    wanted = (DuplicateSuggestion.case_id == newer_id, DuplicateSuggestion.other_case_id == older_id)
    return session.scalar(sa.select(DuplicateSuggestion).where(*wanted))


def merges_of(session: Session, case_id: int) -> list[tuple[Merge, Case]]:
    """Merges into or with this case, the newest first, each with the other case."""
    either = sa.or_(
        Merge.survivor_case_id == case_id, sa.and_(Merge.folded_case_id == case_id, Merge.kind == "join")
    )
    rows = session.scalars(sa.select(Merge).where(either).order_by(Merge.id.desc()).limit(20)).all()
    others = {
        row.id: row.folded_case_id if row.survivor_case_id == case_id else row.survivor_case_id
        for row in rows
    }
    cases = {case.id: case for case in session.scalars(sa.select(Case).where(Case.id.in_(others.values())))}
    return [(row, cases[others[row.id]]) for row in rows]


def merge_of(session: Session, case_id: int, public_id: str) -> Merge | None:
    """A merge that this case is part of."""
    if not public_id.isalnum():
        return None
    either = sa.or_(Merge.survivor_case_id == case_id, Merge.folded_case_id == case_id)
    return session.scalar(sa.select(Merge).where(Merge.public_id == public_id, either))


def undo_until(made: Merge) -> datetime:
    return made.merged_at + UNDO_WITHIN


def people_of(session: Session, case_id: int) -> list[CaseParticipation]:
    """Who takes part now: after a merge they see the case that goes on."""
    live = sa.select(CaseParticipation).where(
        CaseParticipation.case_id == case_id, CaseParticipation.ended_at.is_(None)
    )
    return list(session.scalars(live.order_by(CaseParticipation.id)))


def waiting_enquiry(session: Session, case_id: int) -> str | None:
    """The address part of this case's enquiry while nobody has taken it."""
    waiting = sa.select(Enquiry.public_id).where(Enquiry.case_id == case_id, Enquiry.taken_by_id.is_(None))
    return session.scalar(waiting)
