"""Who may do what: roles give rights inside one hospital, a participation gives areas of one case.

Pure rules; `web/access.py` applies them to every route. Least right wins: what is not listed is refused.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    SPECIALIST = "specialist"
    ADVOCATE = "advocate"
    REVIEWER = "reviewer"
    CARE_MANAGER = "care_manager"
    COORDINATOR = "coordinator"
    INTERPRETER = "interpreter"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """What a member of staff may do in a hospital."""

    SEE_CASES = "see_cases"
    TAKE_ENQUIRIES = "take_enquiries"
    EDIT_CASE = "edit_case"
    WRITE_MESSAGES = "write_messages"
    SEE_MONEY = "see_money"
    EDIT_MONEY = "edit_money"
    CONFIRM_MONEY = "confirm_money"
    SEE_RECORDS = "see_records"
    EDIT_RECORDS = "edit_records"
    DECIDE = "decide"
    PLAN_EVALUATION = "plan_evaluation"
    BOOK_TRAVEL = "book_travel"
    APPROVE_BENEFITS = "approve_benefits"  # pay for what the rule of benefits does not grant
    OVERRIDE_GATE = "override_gate"
    SEE_AUDIT = "see_audit"
    TRANSLATE = "translate"
    RUN_DESK = "run_desk"
    SET_HOURS = "set_hours"  # of colleagues; everybody keeps their own
    EDIT_GLOSSARY = "edit_glossary"
    SET_PRICES = "set_prices"  # tariffs, packages, the table of deposits


_EVERYONE = {Right.SEE_CASES, Right.WRITE_MESSAGES}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.SPECIALIST: frozenset(
        _EVERYONE
        | {Right.TAKE_ENQUIRIES, Right.EDIT_CASE, Right.SEE_MONEY, Right.SEE_RECORDS, Right.EDIT_RECORDS}
    ),
    Role.ADVOCATE: frozenset(_EVERYONE | {Right.SEE_MONEY, Right.EDIT_MONEY, Right.CONFIRM_MONEY}),
    Role.REVIEWER: frozenset(_EVERYONE | {Right.SEE_RECORDS, Right.EDIT_RECORDS, Right.DECIDE}),
    Role.CARE_MANAGER: frozenset(
        _EVERYONE
        | {Right.EDIT_CASE, Right.SEE_RECORDS, Right.EDIT_RECORDS, Right.PLAN_EVALUATION, Right.BOOK_TRAVEL}
    ),
    Role.COORDINATOR: frozenset(_EVERYONE | {Right.BOOK_TRAVEL, Right.PLAN_EVALUATION}),
    Role.INTERPRETER: frozenset({Right.SEE_CASES, Right.TRANSLATE}),
    Role.LEAD: frozenset(set(Right) - {Right.DECIDE, Right.EDIT_MONEY}),
    Role.ADMINISTRATOR: frozenset({Right.SEE_AUDIT}),
}


def rights_of(roles: frozenset[Role]) -> frozenset[Right]:
    """All rights that a set of roles gives."""
    return frozenset().union(*(RIGHTS[role] for role in roles))


@dataclass(frozen=True)
class Actor:
    """Who acts: `kind` is staff, portal, referrer, visitor or system.

    `rights` are those in the hospital of the case at hand.
    """

    kind: str
    id: int | None
    name: str
    rights: frozenset[Right] = frozenset()

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"


SYSTEM = Actor("system", None, "Concierge")
VISITOR = Actor("visitor", None, "")


class Area(StrEnum):
    """Part of a case that a caregiver may be given; the patient has all of them."""

    TRIP = "trip"
    MESSAGES = "messages"
    DOCUMENTS = "documents"
    MONEY = "money"
    DECISION = "decision"
    PEOPLE = "people"


ALWAYS_GIVEN = frozenset({Area.TRIP})
NEVER_GIVEN_TO_CAREGIVERS = frozenset({Area.PEOPLE})


@dataclass(frozen=True)
class Participation:
    """One person's standing in one case."""

    is_patient: bool
    areas: frozenset[Area]
    is_ended: bool = False


def may_see(participation: Participation | None, area: Area) -> bool:
    """True where this person may open this area of this case. A stranger never may."""
    if participation is None or participation.is_ended:
        return False
    if participation.is_patient:
        return True
    return area not in NEVER_GIVEN_TO_CAREGIVERS and (area in ALWAYS_GIVEN or area in participation.areas)


def may_staff(rights_here: frozenset[Right], needed: frozenset[Right]) -> bool:
    """True where one of the needed rights is held *in the hospital of the case*."""
    return bool(rights_here & needed)
