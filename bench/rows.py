"""The rows of one invented case: what families and teams would have written by the point at which the case stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bench.people import Bearer, bearer, keys_of
from concierge.domain.access import Role
from concierge.domain.journey import CaseFacts, CaseState, Exit, NextAction, Step, WaitingOn, next_action
from concierge.domain.vocabulary import CancerType, DepositGate, HelpWanted, PayerKind, RecordKind
from concierge.models.types import _ALPHABET

Row = tuple[str, dict]  # table, values

_CONTACT = {
    "is_taken": True, "is_replied": True, "has_language": True, "has_channel": True, "has_timezone": True,
    "has_health_consent": True,
    "is_who_knows_noted": True,
}  # fmt: skip
_CONSULT = {
    "is_call_held": True,
    "is_payer_known": True,
    "is_payer_letter_known": True,
    "are_records_agreed": True,
}
_FINANCE = {"has_estimate_issued": True, "is_estimate_understood": True, "is_deposit_requested": True}
_CLINICAL = {"is_decision_signed": True, "is_accepted": True}
_ACCEPTANCE = {
    "is_answer_told": True,
    "said_yes": True,
    "are_dates_held": True,
    "has_appointments": True,
    "is_trip_confirmed": True,
}
_SO_FAR = (_CONTACT, _CONSULT, _FINANCE, _CLINICAL, _ACCEPTANCE)
_KINDS = (RecordKind.SUMMARY, RecordKind.PATHOLOGY, RecordKind.IMAGES, RecordKind.LABS, RecordKind.PASSPORT)
_TEXTS = {
    "ar": "والدتي تعاني من المرض منذ شهرين ونبحث عن رأي ثانٍ. ما التقارير التي تحتاجون إليها؟",
    "zh_Hans": "我母亲两个月前确诊，我们希望得到第二诊疗意见。请告诉我们需要准备哪些病历资料。",
    "en": "My mother has been ill for two months and look for a second opinion. Which records do you need?",
}
_REPLY = (
    "Thank you for writing to us. Please send the pathology report and the images, in any language; "
    "we will call you."
)


@dataclass(frozen=True)
class Place:
    """A hospital with the staff who can be named in its teams (role field -> ids)."""

    hospital_id: int
    currency: str
    gate: DepositGate
    team: dict[str, list[int]]


@dataclass(frozen=True)
class Stand:
    """How far a case has come: its step and the one next action that the product's rules give for it."""

    step: Step
    is_taken: bool
    action: NextAction


def _stand(step: Step, gate: DepositGate, **facts) -> Stand:
    known = CaseFacts(deposit_gate=gate)
    for earlier in _SO_FAR[: step.number - 1]:
        known = known.with_(**earlier)
    if gate is DepositGate.BEFORE_CLINICAL and step.number > Step.FINANCE.number:
        known = known.with_(is_cleared=True)
    known = known.with_(**facts)
    return Stand(step, known.is_taken, next_action(step, known))


STANDS = {
    gate: (
        _stand(Step.CONTACT, gate, is_taken=True),
        _stand(Step.CONSULT, gate),
        _stand(Step.FINANCE, gate, has_estimate_issued=True),
        _stand(Step.CLINICAL, gate, missing_records=2),
        _stand(Step.ACCEPTANCE, gate, is_answer_told=True),
        _stand(Step.EVALUATION, gate, is_cleared=True),
    )
    for gate in DepositGate
}
UNTAKEN = {gate: _stand(Step.CONTACT, gate) for gate in DepositGate}


class Author:
    """Writes case after case; the same numbers give the same rows, whatever the database."""

    def __init__(self, now: datetime, seed: int) -> None:
        self._now = now
        self._random = Random(seed)

    def public_id(self) -> str:
        return "".join(self._random.choices(_ALPHABET, k=16))

    def case(self, number: int, place: Place, number_here: int, *, is_waiting: bool) -> Iterator[Row]:
        """All rows of case `number`, the `number_here`-th of its hospital; `is_waiting`: nobody has taken it yet."""
        random = self._random
        who = bearer(number_here, random)
        stand = UNTAKEN[place.gate] if is_waiting else random.choice(STANDS[place.gate])
        state = CaseState.OPEN if is_waiting else random.choices(list(CaseState), (46, 4, 50))[0]
        age = (
            timedelta(minutes=random.randrange(60, 2400))
            if is_waiting
            else timedelta(days=random.uniform(2, 900))
        )
        opened_at = self._now - age
        yield from self._person(number, who, opened_at)
        case = self._case(number, place, stand, state, opened_at)
        yield "case", case
        yield "enquiry", self._enquiry(number, place, who, stand, opened_at)
        yield from self._keys(number, place, who)
        yield from self._events(number, opened_at, 2 if is_waiting else 4)
        if stand.is_taken and (state is not CaseState.CLOSED or number % 3 == 0):
            yield from self._work(number, place, who, stand, opened_at)
            yield "thread_head", self._head(number, place, case)

    def _person(self, number: int, who: Bearer, at: datetime) -> Iterator[Row]:
        home, email = who.homeland, f"family{number}@family.example"
        phone = f"{home.dial}{number:07d}"
        yield "person", {
            "id": number, "public_id": self.public_id(), "native_name": who.native, "surname": who.surname,
            "given_names": who.given,
            "called": who.called, "birth_on": (at - timedelta(days=20_000 + number % 9000)).date(),
            "passport_number": f"F{number:07d}",
            "country": home.country, "language": home.language, "spoken_language": home.spoken,
            "timezone": home.timezone, "email": email,
            "phone": phone, "phone_typed": phone, "channel": "email", "good_hours": "any", "created_at": at,
        }  # fmt: skip
        yield "portal_account", {
            "id": number, "email": email, "name": who.native, "language": home.language,
            "timezone": home.timezone, "person_id": number,
            "created_at": at,
        }  # fmt: skip
        yield (
            "case_participation",
            {
                "id": number,
                "public_id": self.public_id(),
                "case_id": number,
                "account_id": number,
                "relation": "patient",
                "invited_at": at,
            },
        )

    def _case(self, number: int, place: Place, stand: Stand, state: CaseState, at: datetime) -> dict:
        known = stand.step is not Step.CONTACT
        row = {
            "id": number, "public_id": self.public_id(), "hospital_id": place.hospital_id, "person_id": number,
            "cancer_type": list(CancerType)[number % len(CancerType)], "question": "Is surgery possible?",
            "step": stand.step,
            "step_entered_at": at + timedelta(hours=20), "state": state, "opened_at": at,
            "waiting_since": at + timedelta(hours=20),
            "health_consent_at": at if stand.is_taken else None, "replied_at": at if known else None,
            "who_knows_at": at if known else None, "patient_knows": "knows" if known else "unknown",
            "payer_kind": PayerKind.SELF_PAY if stand.step.number > 2 else None,
            "payer_letter_known_at": at if stand.step.number > 2 else None,
            "records_agreed_at": at if stand.step.number > 2 else None,
        }  # fmt: skip
        if stand.is_taken:
            row |= {field: self._random.choice(ids) for field, ids in place.team.items()}
        return row | self._next(stand, state)

    def _next(self, stand: Stand, state: CaseState) -> dict:
        """What the lists sort by. One open case in twelve is late; on hold and closed ones wait for nobody."""
        if state is CaseState.CLOSED:
            closed_at = self._now - timedelta(days=1)
            return {
                "exit": self._random.choice([exit for exit in Exit if exit is not Exit.MERGED]),
                "closed_at": closed_at,
                "waiting_on": WaitingOn.NOBODY,
            }
        minutes = self._random.randrange(-2000, 22_000)
        action = {
            "next_code": stand.action.code,
            "next_owner": stand.action.owner,
            "waiting_on": stand.action.waiting_on,
        }
        if state is CaseState.ON_HOLD:
            action = {"next_code": "wake", "next_owner": Role.SPECIALIST, "waiting_on": WaitingOn.NOBODY}
            action["hold_until"] = (self._now + timedelta(days=30)).date()
        return action | {"next_due_at": self._now + timedelta(minutes=minutes)}

    def _enquiry(self, number: int, place: Place, who: Bearer, stand: Stand, at: datetime) -> dict:
        language = who.homeland.language
        taken = (
            {"taken_by_id": place.team["specialist_id"][0], "taken_at": at + timedelta(hours=2)}
            if stand.is_taken
            else {}
        )
        return dict(
            id=number, public_id=self.public_id(), hospital_id=place.hospital_id, case_id=number, came_by="form",
            writer="patient", help_wanted=list(HelpWanted)[number % len(HelpWanted)], story=_TEXTS[language],
            language=language, received_at=at, promise_due_at=at + timedelta(hours=20), **taken,
        )  # fmt: skip

    def _keys(self, number: int, place: Place, who: Bearer) -> Iterator[Row]:
        phone, email = f"{who.homeland.dial}{number:07d}", f"family{number}@family.example"
        for key in sorted(keys_of(who, phone, f"F{number:07d}", email)):
            yield "search_key", {"hospital_id": place.hospital_id, "key": key, "case_id": number}

    def _events(self, number: int, at: datetime, count: int) -> Iterator[Row]:
        kinds = ("enquiry_opened", "consent_recorded", "enquiry_taken", "call_noted")
        for hours, kind in enumerate(kinds[:count]):
            yield "case_event", {
                "case_id": number, "at": at + timedelta(hours=hours), "kind": kind, "actor_kind": "staff",
                "actor_id": 1, "actor_name": "Maria Lopez",
                "data": {},
            }  # fmt: skip

    def _work(self, number: int, place: Place, who: Bearer, stand: Stand, at: datetime) -> Iterator[Row]:
        """Talk, records and money: what the tabs of a case and the family's own pages show."""
        yield from self._talk(number, place, who, at)
        if stand.step.number > Step.CONSULT.number:
            yield from self._records(number, place, stand, at)
            yield from self._estimate(number, place, stand, at)
        if stand.step.number > Step.FINANCE.number:
            yield "deposit", self._deposit(number, place, stand, at)
        if stand.step.number > Step.CLINICAL.number:
            yield from self._answer(number, place, stand, at)

    def _talk(self, number: int, place: Place, who: Bearer, at: datetime) -> Iterator[Row]:
        language = who.homeland.language
        for turn in range(4):
            is_ours = turn % 2 == 0
            yield "message", {
                "id": 4 * number + turn, "public_id": self.public_id(), "case_id": number, "kind": "portal",
                "author_kind": "staff" if is_ours else "portal",
                "author_id": 1 if is_ours else number, "author_name": "Maria Lopez" if is_ours else who.native,
                "body": _REPLY if is_ours else _TEXTS[language], "language": "en" if is_ours else language,
                "at": at + timedelta(hours=3 + turn), "read_at": at + timedelta(hours=9),
            }  # fmt: skip
        yield "call", {
            "case_id": number, "purpose": "consult", "outcome": "held", "at": at + timedelta(hours=18),
            "minutes": 30,
            "noted_by_id": place.team["specialist_id"][0], "noted_at": at + timedelta(hours=19),
        }  # fmt: skip

    def _head(self, number: int, place: Place, case: dict) -> dict:
        """Every second open talk waits for us, one in nine is snoozed; a closed one waits for nobody."""
        is_open, last_at = case["state"] is not CaseState.CLOSED, case["opened_at"] + timedelta(hours=6)
        return {
            "case_id": number, "hospital_id": place.hospital_id, "specialist_id": case.get("specialist_id"),
            "last_message_id": 4 * number + 3, "us_since": last_at if is_open and number % 2 else None,
            "family_since": None if number % 2 or not is_open else last_at, "unread": 0,
            "snoozed_until": self._now + timedelta(days=2) if is_open and number % 9 == 0 else None, "snoozed_by": "",
        }  # fmt: skip

    def _records(self, number: int, place: Place, stand: Stand, at: datetime) -> Iterator[Row]:
        is_complete = stand.step.number > Step.CLINICAL.number
        for position, kind in enumerate(_KINDS):
            is_received = is_complete or position < 3
            yield "checklist_item", {
                "case_id": number, "kind": kind, "position": position,
                "state": "received" if is_received else "asked",
                "asked_at": at, "changed_at": at,
            }  # fmt: skip

    def _estimate(self, number: int, place: Place, stand: Stand, at: datetime) -> Iterator[Row]:
        understood = at + timedelta(days=2) if stand.step is not Step.FINANCE else None
        yield "estimate", {
            "id": number, "public_id": self.public_id(), "case_id": number, "number": 1, "state": "issued",
            "currency": place.currency,
            "valid_until": (at + timedelta(days=90)).date(), "created_at": at, "issued_at": at,
            "understood_at": understood,
            "issued_by_id": place.team["advocate_id"][0],
        }  # fmt: skip
        for position, code in enumerate(("REV-100", "EVA-110", "EVA-120"), 1):
            yield "estimate_line", {
                "estimate_id": number, "position": position, "phase": "evaluation", "code": code,
                "name": {"en": "Consultations"},
                "quantity": 1, "low_minor": 180_000, "high_minor": 260_000, "currency": place.currency,
                "source": "Tariff 2026",
            }  # fmt: skip

    def _deposit(self, number: int, place: Place, stand: Stand, at: datetime) -> dict:
        is_due = stand.step is Step.EVALUATION or place.gate is DepositGate.BEFORE_CLINICAL
        return {
            "id": number, "public_id": self.public_id(), "case_id": number, "reference": f"D{number:07d}",
            "pay_token": f"pay-{number}-bench",
            "amount_minor": 1_000_000, "currency": place.currency, "state": "paid" if is_due else "requested",
            "requested_at": at,
            "due_on": (self._now + timedelta(days=5)).date(),
            "paid_at": at + timedelta(days=3) if is_due else None,
        }  # fmt: skip

    def _answer(self, number: int, place: Place, stand: Stand, at: datetime) -> Iterator[Row]:
        reviewer = place.team["reviewer_id"][0]
        told_at = at + timedelta(days=6)
        yield "decision", {
            "public_id": self.public_id(), "case_id": number, "outcome": "accept",
            "patient_text": "We can help.", "signed_by_id": reviewer,
            "signed_by_name": "Dr. Ruth Ellis", "signed_at": at + timedelta(days=5), "told_at": told_at,
        }  # fmt: skip
        if stand.step is not Step.EVALUATION:
            return
        first = (self._now + timedelta(days=number % 20)).date()
        yield "answer", {
            "case_id": number, "reply": "yes", "replied_at": told_at, "replied_by": "Family",
            "evaluation_from": first,
            "evaluation_to": first + timedelta(days=3), "dates_held_at": told_at, "trip_confirmed_at": told_at,
        }  # fmt: skip
        starts_at = self._now.replace(minute=0, second=0, microsecond=0) + timedelta(days=number % 20)
        for day in range(3):
            yield "appointment", {
                "public_id": self.public_id(), "case_id": number, "kind": "consultation",
                "starts_at": starts_at + timedelta(days=day),
                "ends_at": starts_at + timedelta(days=day, minutes=45), "note": "First talk",
            }  # fmt: skip
