"""What the measured people hold in their hands: sign-ins, cases to open, cases to move, forms ready to be sent."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bench.people import SPANISH
from concierge.domain.journey import CaseState, Step
from concierge.models import Case, CaseParticipation, ContactDraft, SignIn, StaffRole, StaffUser
from concierge.web.access import hash_token

LEAD = "lena@alder-coast.example"
CASES = 300
FAMILIES = 50


@dataclass(frozen=True)
class Scene:
    """`cases` and `movable` are (id, reference), `families` (public id of the case, token), `drafts` secrets."""

    hospital_id: int
    lead: str
    cases: list[tuple[int, str]]
    movable: list[tuple[int, str]]
    families: list[tuple[str, str]]
    drafts: list[str]


def make(engine: sa.Engine, drafts: int) -> Scene:
    """Chooses among the invented cases and writes sign-ins and drafts."""
    now = datetime.now(UTC)
    with engine.begin() as connection:
        lead = connection.execute(
            sa.select(StaffUser.id, StaffRole.hospital_id)
            .join_from(StaffUser, StaffRole)
            .where(StaffUser.email == LEAD)
        ).one()
        open_here = (Case.hospital_id == lead.hospital_id, Case.state == CaseState.OPEN)
        return Scene(
            lead.hospital_id,
            _sign_in(connection, now, staff_id=lead.id),
            _references(connection, CASES, *open_here, Case.step != Step.CONTACT),
            _references(connection, CASES, *open_here, Case.step == Step.FINANCE),
            _families(connection, now, *open_here, Case.step != Step.CONTACT),
            [_draft(connection, now, number) for number in range(drafts)],
        )


def _references(connection: sa.Connection, most: int, *conditions) -> list[tuple[int, str]]:
    """Spread over the whole table, so that the pages of the newest cases alone do not stay in memory."""
    rows = connection.execute(sa.select(Case.id, Case.opened_at).where(*conditions)).all()
    return [(row.id, f"C-{row.opened_at.year}-{row.id:05d}") for row in rows[:: max(1, len(rows) // most)]][
        :most
    ]


def _families(connection: sa.Connection, now: datetime, *conditions) -> list[tuple[str, str]]:
    rows = connection.execute(
        sa.select(Case.public_id, CaseParticipation.account_id)
        .join_from(Case, CaseParticipation, CaseParticipation.case_id == Case.id)
        .where(*conditions)
        .order_by(Case.public_id)
        .limit(FAMILIES)
    ).all()
    return [(row.public_id, _sign_in(connection, now, account_id=row.account_id)) for row in rows]


def _sign_in(connection: sa.Connection, now: datetime, **owner: int) -> str:
    token = secrets.token_urlsafe(24)
    connection.execute(
        sa.insert(SignIn).values(
            token_hash=hash_token(token), created_at=now, expires_at=now + timedelta(days=1), **owner
        )
    )
    return token


def _draft(connection: sa.Connection, now: datetime, number: int) -> str:
    """A contact form whose questions are all answered; every one from a family of its own."""
    secret = secrets.token_urlsafe(24)
    given, family = (
        SPANISH.given[number % len(SPANISH.given)],
        SPANISH.family[number // 10 % len(SPANISH.family)],
    )
    answers = {
        "writer": "patient", "hospital": "alder-coast", "help_wanted": "treatment", "illness": "breast",
        "story": "Two months ago my doctor found it. Which records do you need?", "country": "SA",
        "spoken": "es",
        "channel": "email", "hours": "any", "timezone": "Asia/Riyadh", "name": f"{given[0]} {family[0]}",
        "called": given[0],
        "birth": "1968-03-14", "email": f"{secret[:12].lower()}@visitor.example",
        "phone": f"+96650{number % 10**7:07d}",
    }  # fmt: skip
    connection.execute(
        sa.insert(ContactDraft).values(token_hash=hash_token(secret), answers=answers, updated_at=now)
    )
    return secret
