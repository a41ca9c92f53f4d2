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
from concierge.models.bulletin import BulletinExport, BulletinSubscription
from concierge.models.case import Case, CaseEvent, CaseParticipation, ReadLog
from concierge.models.chat import ChatSecret, ChatSession
from concierge.models.clinical import Answer, Decision
from concierge.models.consult import CallAbsence, CallHours, CallSheet, CallWish, PlannedCall
from concierge.models.conversation import Call, Message
from concierge.models.enquiry import ContactDraft, Enquiry
from concierge.models.evaluation import Appointment, Plan
from concierge.models.finance import CardEvent, Deposit, Estimate, EstimateLine, Guarantee, Payment
from concierge.models.hospital import DepositRule, Holiday, Hospital, RecordRule, Tariff
from concierge.models.inbox import Inbound, Presence, ReplyTemplate, ThreadHead
from concierge.models.journal import JournalEntry, JournalExport, JournalLine
from concierge.models.merge import DuplicateSuggestion, Merge
from concierge.models.oncall import OnCall, UrgentPage
from concierge.models.outbox import JobLease, OutboxMessage, ParkedForm, Reminder, UsedForm
from concierge.models.person import Person, SearchKey
from concierge.models.physician_request import PhysicianRequest
from concierge.models.rates import ExchangeRate
from concierge.models.records import ChecklistItem, Document
from concierge.models.referral import FaceSheet, KeptFile, Referral, ReferralLink, Referrer
from concierge.models.refund import Refund
from concierge.models.task import CaseTask
from concierge.models.translation import GlossaryTerm, Translation, TranslationMemory

__all__ = [
    "Answer", "Appointment", "BulletinExport", "BulletinSubscription", "Call", "CallAbsence", "CallHours",
    "CallSheet", "CallWish", "CardEvent", "Case", "CaseEvent", "CaseParticipation", "CaseTask",
    "ChatSecret", "ChatSession", "ChecklistItem", "ContactDraft", "Decision", "Deposit", "DepositRule",
    "Document", "DuplicateSuggestion", "Enquiry", "Estimate", "EstimateLine", "ExchangeRate", "FaceSheet",
    "Flight", "GlossaryTerm", "Guarantee", "Holiday", "Hospital", "Inbound", "InterpreterAssignment",
    "JobLease", "JournalEntry", "JournalExport", "JournalLine", "KeptFile", "LodgingNight", "LodgingRoom", "Merge",
    "Message", "OnCall", "OutboxMessage", "ParkedForm", "Payment", "Person", "PhysicianRequest", "Plan",
    "PlannedCall", "PortalAccount", "Presence", "ReadLog", "RecordRule", "Referral", "ReferralLink",
    "Referrer", "Refund", "Reminder", "ReplyTemplate", "Resource", "Ride", "SearchKey", "SignIn", "SignInCode",
    "SlotLedger", "StaffRole", "StaffUser", "Stay", "Tariff", "ThreadHead", "Throttle", "Translation",
    "TranslationMemory", "UrgentPage", "UsedForm",
]  # fmt: skip
