"""Closed lists about prices, payments, payers and what goes back."""

from enum import StrEnum


class PayerKind(StrEnum):
    SELF_PAY = "self_pay"
    INSURER = "insurer"
    EMBASSY = "embassy"
    EMPLOYER = "employer"
    US_GOVERNMENT = "us_government"
    SPONSOR = "sponsor"


class WhoPays(StrEnum):
    """What a visitor of the cost page says about who pays."""

    MYSELF = "myself"
    INSURER = "insurer"
    SPONSOR = "sponsor"
    NOT_SURE = "not_sure"


class PaperKind(StrEnum):
    """What a payer's cover is shown with."""

    CARD = "card"
    REFERRAL = "referral"
    GUARANTEE = "guarantee"


class CheckState(StrEnum):
    """An insurance check: *not reachable* is asked, tried and still open."""

    ASKED = "asked"
    NOT_REACHABLE = "not_reachable"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class CheckChannel(StrEnum):
    """By which way an insurer is asked."""

    PHONE = "phone"
    EMAIL = "email"
    WEBSITE = "website"
    FAX = "fax"


class CoverVerdict(StrEnum):
    ACTIVE = "active"
    NOT_ACTIVE = "not_active"
    CANNOT_SAY = "cannot_say"


class Network(StrEnum):
    IN = "in"
    OUT = "out"
    NOT_SAID = "not_said"


class YesNo(StrEnum):
    """An answer of somebody else, who may have left it open."""

    YES = "yes"
    NO = "no"
    NOT_SAID = "not_said"


class EstimateState(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"
    SUPERSEDED = "superseded"


class Phase(StrEnum):
    """The part of the journey that an estimate line belongs to."""

    REVIEW = "review"
    EVALUATION = "evaluation"
    TREATMENT = "treatment"
    STAY = "stay"


class Validity(StrEnum):
    """Where a day lies in the life of a price."""

    TODAY = "today"
    FUTURE = "future"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"  # ended before it began


class RangeSource(StrEnum):
    """What the range of a package was made of."""

    ACTUALS = "actuals"  # totals of finished cases
    TARIFF = "tariff"


class DepositGate(StrEnum):
    BEFORE_CLINICAL = "before_clinical"
    BEFORE_EVALUATION = "before_evaluation"


class DepositState(StrEnum):
    REQUESTED = "requested"
    ON_ITS_WAY = "on_its_way"
    PART_PAID = "part_paid"
    PAID = "paid"
    OVERPAID = "overpaid"
    NEEDS_ATTENTION = "needs_attention"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class RefundState(StrEnum):
    """*sending* is committed before the card service is asked; *came_back* is still owed and can be sent again."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    DONE = "done"
    CAME_BACK = "came_back"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


class RefundReason(StrEnum):
    NOT_ACCEPTED = "not_accepted"
    CASE_ENDED = "case_ended"
    OVERPAID = "overpaid"
    PAID_TWICE = "paid_twice"
    COVERED = "covered"  # a letter of guarantee took the deposit's place
    COSTS_LESS = "costs_less"
    OTHER = "other"


class PaymentMethod(StrEnum):
    CARD = "card"
    BANK_TRANSFER = "bank_transfer"
    COUNTER = "counter"


class BankLineState(StrEnum):
    """*part_matched*: some of the money has found its case, and the rest has not."""

    UNMATCHED = "unmatched"
    PART_MATCHED = "part_matched"
    MATCHED = "matched"
    SET_ASIDE = "set_aside"


class AsideReason(StrEnum):
    """Why a line of a statement is for no deposit."""

    NOT_A_PAYMENT = "not_a_payment"
    SEND_BACK = "send_back"


class PaymentState(StrEnum):
    """*recorded* waits for the second pair of eyes; only *confirmed* counts as money."""

    STARTED = "started"
    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    REJECTED = "rejected"


class DisputeState(StrEnum):
    """Of a card payment that the card holder's bank wants back. *closed*: an inquiry that took no money."""

    OPEN = "open"
    ANSWERED = "answered"
    WON = "won"
    LOST = "lost"
    CLOSED = "closed"


class GuaranteeState(StrEnum):
    RECORDED = "recorded"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class ServiceState(StrEnum):
    """A service of a case from the day it is planned to the day its bill is paid."""

    BOOKED = "booked"
    PERFORMED = "performed"
    BILLED = "billed"
    PAID = "paid"
    CANCELLED = "cancelled"


class PayerStanding(StrEnum):
    """Whether we take letters of this organisation."""

    NOT_CHECKED = "not_checked"
    ACCEPTED = "accepted"
    STOP_LISTED = "stop_listed"


class LiaisonWay(StrEnum):
    CALL = "call"
    MAIL = "mail"
    MEETING = "meeting"


class StatementFormat(StrEnum):
    CAMT053 = "camt053"
    MT940 = "mt940"
    CSV = "csv"
