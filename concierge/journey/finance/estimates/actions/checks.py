"""What must be true of a draft before a second person reads it and before it is issued."""

from datetime import datetime

from sqlalchemy.orm import Session

from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput
from concierge.domain.estimate import GoodFaithFacts, good_faith_missing, is_split_too_large
from concierge.journey.finance.estimates import queries
from concierge.models import Case, Estimate


def check_ready(session: Session, case: Case, draft: Estimate, now: datetime) -> None:
    """Raises InvalidInput(form) with the first thing that stands in the way."""
    if not draft.lines:
        raise InvalidInput("form", "estimate_needs_lines")
    if any(line.currency != draft.currency for line in draft.lines):
        raise InvalidInput("form", "currency_mismatch")
    today = local_day(now, case.hospital.timezone)
    if ended := queries.ended_lines(draft, queries.tariffs_of(session, draft), today):
        raise InvalidInput("form", "tariff_ended", codes=", ".join(line.code for line in ended))
    if is_split_too_large(draft.total.high, [share.rule for share in draft.shares]):
        raise InvalidInput("form", "split_too_large")
    if missing_contents(case, draft):
        raise InvalidInput("form", "good_faith_incomplete")


def missing_contents(case: Case, draft: Estimate) -> tuple[str, ...]:
    """Codes of what a good-faith estimate would lack; nothing where the hospital's rule is off."""
    hospital, person = case.hospital, case.person
    if not hospital.has_us_estimate_rules:
        return ()
    return good_faith_missing(
        GoodFaithFacts(
            patient_name=person.latin_name or person.native_name,
            birth=person.birth_on.isoformat() if person.birth_on else person.birth_typed,
            primary_service=draft.primary_service,
            line_codes=tuple(line.code for line in draft.lines),
            provider=hospital.text("name", "en"),
            location=hospital.text("address", "en"),
        )
    )
