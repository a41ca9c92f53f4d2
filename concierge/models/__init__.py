"""All rows, one file per aggregate; importing this package registers every table."""

from concierge.models.accounts import PortalAccount, SignIn, SignInCode, StaffRole, StaffUser, Throttle
from concierge.models.bank import BankLine, BankStatement
from concierge.models.benefit_check import BenefitCheck, BenefitTry
from concierge.models.benefits import BenefitDecision, BookingShare
from concierge.models.bulletin import BulletinExport, BulletinSubscription
from concierge.models.cards import CardDispute, CardEvent
from concierge.models.case import Case, CaseEvent, CaseParticipation, ReadLog
from concierge.models.case_payer import CasePayer, PayerPaper
from concierge.models.chat import ChatSecret, ChatSession
from concierge.models.clinical import Answer, Decision
from concierge.models.consult import CallAbsence, CallHours, CallSheet, CallWish, PlannedCall
from concierge.models.conversation import Call, Message
from concierge.models.cover import CaseService, DepositSwap, GuaranteeAmendment
from concierge.models.deposit import DepositExport, DepositRequest, EndedPayLink
from concierge.models.dispatch import DriverLink
from concierge.models.editions import TripEdition, TripSeen
from concierge.models.enquiry import ContactDraft, Enquiry
from concierge.models.evaluation import Appointment, Plan
from concierge.models.finance import Deposit, Estimate, EstimateLine, EstimateShare, Guarantee, Payment
from concierge.models.flights import Flight
from concierge.models.hospital import Holiday, Hospital, RecordRule
from concierge.models.inbox import Inbound, Presence, ReplyTemplate, ThreadHead
from concierge.models.interpreters import (
    InterpreterAbsence,
    InterpreterAssignment,
    InterpreterCredential,
    InterpreterLanguage,
    InterpreterProfile,
    RelativeInterpreting,
)
from concierge.models.journal import JournalEntry, JournalExport, JournalLine
from concierge.models.lodging import LodgingHouse, LodgingNight, LodgingRate, LodgingRoom, RoomWish, Stay
from concierge.models.merge import DuplicateSuggestion, Merge
from concierge.models.oncall import OnCall, UrgentPage
from concierge.models.outbox import JobLease, OutboxMessage, ParkedForm, Reminder, UsedForm
from concierge.models.payer import LiaisonNote, PayerAgreement, PayerContact, PayerKey, PayerOrganisation
from concierge.models.person import Person, SearchKey
from concierge.models.physician_request import PhysicianRequest
from concierge.models.prices import CaseActual, DepositRule, Package, PackageLine, PriceImport, Tariff
from concierge.models.rates import ExchangeRate
from concierge.models.records import ChecklistItem, Document
from concierge.models.referral import FaceSheet, KeptFile, Referral, ReferralLink, Referrer
from concierge.models.refund import Refund
from concierge.models.resources import Outage, Resource, SlotLedger
from concierge.models.rides import PlaceLedger, Ride, RideTraveller, Run, ShuttleLine
from concierge.models.task import CaseTask
from concierge.models.translation import GlossaryTerm, Translation, TranslationMemory
from concierge.models.travellers import Traveller, TripNeeds
from concierge.models.trip_feed import TripFeed

__all__ = [
    "Answer", "Appointment", "BankLine", "BankStatement", "BenefitCheck", "BenefitDecision", "BenefitTry",
    "BookingShare", "BulletinExport", "BulletinSubscription", "Call", "CallAbsence", "CallHours",
    "CallSheet", "CallWish", "CardDispute", "CardEvent", "Case", "CaseActual", "CaseEvent",
    "CaseParticipation", "CasePayer", "CaseService", "CaseTask", "ChatSecret", "ChatSession",
    "ChecklistItem", "ContactDraft", "Decision", "Deposit", "DepositExport", "DepositRequest",
    "DepositRule", "DepositSwap", "Document", "DriverLink", "DuplicateSuggestion", "EndedPayLink",
    "Enquiry", "Estimate", "EstimateLine", "EstimateShare", "ExchangeRate", "FaceSheet", "Flight",
    "GlossaryTerm", "Guarantee", "GuaranteeAmendment", "Holiday", "Hospital", "Inbound",
    "InterpreterAbsence", "InterpreterAssignment", "InterpreterCredential", "InterpreterLanguage",
    "InterpreterProfile", "JobLease", "JournalEntry", "JournalExport", "JournalLine", "KeptFile",
    "LiaisonNote", "LodgingHouse", "LodgingNight", "LodgingRate", "LodgingRoom", "Merge", "Message",
    "OnCall", "Outage", "OutboxMessage", "Package", "PackageLine", "ParkedForm", "PayerAgreement",
    "PayerContact", "PayerKey", "PayerOrganisation", "PayerPaper", "Payment", "Person",
    "PhysicianRequest", "PlaceLedger", "Plan", "PlannedCall", "PortalAccount", "Presence", "PriceImport",
    "ReadLog", "RecordRule", "Referral", "ReferralLink", "Referrer", "Refund", "RelativeInterpreting",
    "Reminder", "ReplyTemplate", "Resource", "Ride", "RideTraveller", "RoomWish", "Run", "SearchKey",
    "ShuttleLine", "SignIn", "SignInCode", "SlotLedger", "StaffRole", "StaffUser", "Stay", "Tariff",
    "ThreadHead", "Throttle", "Translation", "TranslationMemory", "Traveller", "TripEdition", "TripFeed",
    "TripNeeds", "TripSeen", "UrgentPage", "UsedForm",
]  # fmt: skip
