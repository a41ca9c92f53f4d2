"""All rows, one file per aggregate; importing this package registers every table."""

from concierge.models.accounts import PortalAccount, SignIn, SignInCode, StaffRole, StaffUser, Throttle
from concierge.models.booking import (
    Flight,
    InterpreterAssignment,
    LodgingNight,
    LodgingRoom,
    Resource,
    Ride,
    SlotLedger,
    Stay,
)
from concierge.models.case import Case, CaseEvent, CaseParticipation, ReadLog
from concierge.models.clinical import Answer, Decision
from concierge.models.conversation import Call, Message
from concierge.models.enquiry import ContactDraft, Enquiry
from concierge.models.evaluation import Appointment, Plan
from concierge.models.finance import CardEvent, Deposit, Estimate, EstimateLine, Guarantee, Payment
from concierge.models.hospital import DepositRule, Holiday, Hospital, RecordRule, Tariff
from concierge.models.merge import DuplicateSuggestion, Merge
from concierge.models.outbox import JobLease, OutboxMessage, ParkedForm, Reminder, UsedForm
from concierge.models.person import Person, SearchKey
from concierge.models.records import ChecklistItem, Document
from concierge.models.referral import Referral, Referrer

__all__ = [
    "Answer", "Appointment", "Call", "CardEvent", "Case", "CaseEvent", "CaseParticipation", "ChecklistItem",
    "ContactDraft", "Decision", "Deposit", "DepositRule", "Document", "DuplicateSuggestion", "Enquiry",
    "Estimate", "EstimateLine", "Flight", "Guarantee", "Holiday", "Hospital", "InterpreterAssignment", "JobLease",
    "LodgingNight", "LodgingRoom", "Merge", "Message", "OutboxMessage", "ParkedForm", "Payment", "Person", "Plan",
    "PortalAccount", "ReadLog", "RecordRule", "Referral", "Referrer", "Reminder", "Resource", "Ride", "SearchKey",
    "SignIn", "SignInCode", "SlotLedger", "StaffRole", "StaffUser", "Stay", "Tariff", "Throttle", "UsedForm",
]  # fmt: skip
