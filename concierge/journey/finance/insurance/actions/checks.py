"""Verbs of the insurance check: asked, tried again, answered once, withdrawn."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases.actions import check_open, record, settle
from concierge.domain.access import Actor, Area
from concierge.domain.errors import InvalidInput
from concierge.domain.money import Money, MoneyRange
from concierge.domain.payers import INSURERS
from concierge.domain.vocabulary import CheckChannel, CheckState, CoverVerdict, Network, YesNo
from concierge.journey.finance.insurance import queries
from concierge.models import BenefitCheck, BenefitTry, Case, CasePayer


@dataclass(frozen=True)
class CheckAnswer:
    """What the insurer said; None or "" where it did not say. All amounts in `currency`."""

    verdict: CoverVerdict
    currency: str
    network: Network = Network.NOT_SAID
    preauthorisation: YesNo = YesNo.NOT_SAID
    preauthorisation_number: str = ""
    abroad: YesNo = YesNo.NOT_SAID
    deductible: Money | None = None
    deductible_met: Money | None = None
    copay: Money | None = None
    coinsurance_percent: int | None = None
    own_most: Money | None = None
    own_met: Money | None = None
    exclusions: str = ""
    call_reference: str = ""
    contact_name: str = ""
    valid_until: date | None = None


_AMOUNTS = ("deductible", "deductible_met", "copay", "own_most", "own_met")


def request_check(
    session: Session,
    case: Case,
    payer: CasePayer,
    *,
    asked_of: str = "",
    channel: CheckChannel | None = None,
    actor: Actor,
    now: datetime,
) -> BenefitCheck:
    """Ask the insurer what it covers, due in the working days that this hospital promises.

    Asked while a question is open, it is that question. Raises InvalidInput(form, `no_insurance`).
    """
    check_open(case)
    if payer.kind not in INSURERS:
        raise InvalidInput("form", "no_insurance")
    if found := queries.open_check_of(session, payer):
        return found
    check = BenefitCheck(
        case_id=case.id, hospital_id=case.hospital_id, payer=payer, state=CheckState.ASKED,
        asked_of=asked_of or payer.name, channel=channel, asked_by=actor.name, is_by_family=actor.kind == "portal",
        asked_at=now, due_at=case.hospital.calendar.promise_due(now, days=case.hospital.benefit_check_days),
    )  # fmt: skip
    session.add(check)
    record(session, case, "check_asked", actor, now, payer=payer.name)
    settle(session, case, actor, now)
    return check


def note_try(
    session: Session,
    case: Case,
    check: BenefitCheck,
    *,
    channel: CheckChannel,
    note: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Nobody was reached, or nobody could answer; the question stays open, its due time too."""
    _check_open(check)
    check.tries.append(BenefitTry(at=now, by=actor.name, channel=channel, note=note))
    check.state = CheckState.NOT_REACHABLE
    record(session, case, "check_tried", actor, now, payer=check.payer.name)
    settle(session, case, actor, now)


def answer_check(
    session: Session,
    case: Case,
    check: BenefitCheck,
    answer: CheckAnswer,
    *,
    asked_for: MoneyRange | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Note the answer, once; who wants to know again asks again. The family is told that it is here.

    `asked_for` is the estimate of this moment. Raises InvalidInput: `form` (a colleague was faster), `deductible_met`,
    `own_met`, `valid_until`.
    """
    _check_open(check)
    _check_answer(answer)
    for one in fields(answer):
        if one.name not in _AMOUNTS:
            setattr(check, one.name, getattr(answer, one.name))
    for name in _AMOUNTS:
        amount: Money | None = getattr(answer, name)
        setattr(check, f"{name}_minor", amount.minor if amount else None)
    if asked_for:
        check.for_low_minor, check.for_high_minor = asked_for.low.minor, asked_for.high.minor
        check.for_currency = asked_for.currency
    check.state, check.answered_at, check.answered_by = CheckState.ANSWERED, now, actor.name
    session.flush()
    outbox.tell(session, case, event="check_answered", fact=check.public_id, area=Area.MONEY, now=now)
    record(session, case, "check_answered", actor, now, payer=check.payer.name)
    settle(session, case, actor, now)


def withdraw_check(
    session: Session, case: Case, check: BenefitCheck, *, why: str, actor: Actor, now: datetime
) -> None:
    """Nobody needs the answer any more. Raises InvalidInput(why, `reason_needed`)."""
    _check_open(check)
    if not why:
        raise InvalidInput("why", "reason_needed")
    check.state, check.withdrawn_why = CheckState.WITHDRAWN, why
    record(session, case, "check_withdrawn", actor, now, payer=check.payer.name)
    settle(session, case, actor, now)


def _check_open(check: BenefitCheck) -> None:
    """What a second person typed stays in the form, beside what the first one noted."""
    if not check.is_open:
        raise InvalidInput("form", "check_is_decided")


def _check_answer(answer: CheckAnswer) -> None:
    for part, whole in (("deductible_met", "deductible"), ("own_met", "own_most")):
        used, most = getattr(answer, part), getattr(answer, whole)
        if used is not None and (most is None or used > most):
            raise InvalidInput(part, "met_above_whole")
