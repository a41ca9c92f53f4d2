"""Closed lists about people, records, decisions, talks and bookings."""

from enum import StrEnum


class CancerType(StrEnum):
    """What the family calls the illness; *not sure* is always a valid answer."""

    BREAST = "breast"
    LUNG = "lung"
    PROSTATE = "prostate"
    COLORECTAL = "colorectal"
    BLOOD = "blood"
    BRAIN = "brain"
    LIVER = "liver"
    OVARIAN = "ovarian"
    NOT_SURE = "not_sure"


class Programme(StrEnum):
    TREATMENT = "treatment"
    SECOND_OPINION = "second_opinion"
    TELEHEALTH = "telehealth"


class HelpWanted(StrEnum):
    SECOND_OPINION = "second_opinion"
    TREATMENT = "treatment"
    COST = "cost"
    NOT_SURE = "not_sure"


class Writer(StrEnum):
    """Who writes to us, seen from the patient."""

    PATIENT = "patient"
    FAMILY = "family"
    FRIEND = "friend"
    PAYER = "payer"
    PHYSICIAN = "physician"


class Channel(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    WHATSAPP = "whatsapp"
    WECHAT = "wechat"
    SMS = "sms"


class GoodHours(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    ANY = "any"


class CameBy(StrEnum):
    FORM = "form"
    CHAT = "chat"
    PHONE = "phone"
    REFERRAL = "referral"
    FAX = "fax"
    PAYER = "payer"


class Urgency(StrEnum):
    """How soon the one who wrote wants to be heard; *urgent* pages the physician on call after hours."""

    ROUTINE = "routine"
    SOON = "soon"
    URGENT = "urgent"


class ContactFirst(StrEnum):
    """To whom we talk first about a patient whom a doctor has sent."""

    PATIENT = "patient"
    FAMILY = "family"


class Milestone(StrEnum):
    """What a referring doctor is told, where the patient agreed."""

    RECEIVED = "received"
    APPOINTMENT = "appointment"
    DECISION = "decision"
    PLAN = "plan"


class MessageChannel(StrEnum):
    """By which way a message of the thread came or went."""

    PORTAL = "portal"
    CHAT = "chat"
    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    WECHAT = "wechat"
    PHONE = "phone"


class PatientKnows(StrEnum):
    """Whether the patient knows the diagnosis (staff only; domain.md, *who knows what*)."""

    UNKNOWN = "unknown"
    KNOWS = "knows"
    PARTLY = "partly"
    DOES_NOT = "does_not"


class Relation(StrEnum):
    PATIENT = "patient"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    SIBLING = "sibling"
    RELATIVE = "relative"
    FRIEND = "friend"
    SPONSOR = "sponsor"


class RecordKind(StrEnum):
    REFERRAL_LETTER = "referral_letter"
    SUMMARY = "summary"
    PATHOLOGY = "pathology"
    SLIDES = "slides"
    IMAGING_REPORT = "imaging_report"
    IMAGES = "images"
    OPERATIVE_NOTE = "operative_note"
    REGIMENS = "regimens"
    LABS = "labs"
    PASSPORT = "passport"
    INSURANCE_CARD = "insurance_card"
    TRANSFER_SLIP = "transfer_slip"
    GUARANTEE_LETTER = "guarantee_letter"
    OTHER = "other"


class RecordState(StrEnum):
    MISSING = "missing"
    ASKED = "asked"
    RECEIVED = "received"
    UNREADABLE = "unreadable"
    NOT_IN_ENGLISH = "not_in_english"
    WRONG_PERSON = "wrong_person"
    TOO_OLD = "too_old"
    IN_TRANSIT = "in_transit"


class DocumentState(StrEnum):
    """A file's own way: *checking* until a person of the team has looked."""

    CHECKING = "checking"
    RECEIVED = "received"
    REFUSED = "refused"


class ImagesRule(StrEnum):
    UPLOAD = "upload"
    CARRY = "carry"


class DecisionOutcome(StrEnum):
    ACCEPT = "accept"
    NEED_MORE = "need_more"
    SECOND_REVIEWER = "second_reviewer"
    NOT_FOR_US = "not_for_us"


class PatientAnswer(StrEnum):
    YES = "yes"
    ASK = "ask"
    NO = "no"


class Choice(StrEnum):
    """What the patient chose after the plan was explained."""

    START_NOW = "start_now"
    RETURN_LATER = "return_later"
    AT_HOME = "at_home"


class CallPurpose(StrEnum):
    CONSULT = "consult"
    ANSWER = "answer"
    PLAN = "plan"
    OTHER = "other"


class CallOutcome(StrEnum):
    HELD = "held"
    NO_ANSWER = "no_answer"
    NO_CONTACT_POSSIBLE = "no_contact_possible"


class InterpreterUse(StrEnum):
    NOT_NEEDED = "not_needed"
    PROFESSIONAL = "professional"
    RELATIVE_AFTER_DECLINE = "relative_after_decline"


class MessageKind(StrEnum):
    PORTAL = "portal"
    NOTE = "note"
    CALL = "call"


class TranslationState(StrEnum):
    NOT_NEEDED = "not_needed"
    NOT_TRANSLATED = "not_translated"
    MACHINE = "machine"
    CHECKED = "checked"


class DeskReason(StrEnum):
    """Why a person has to look at a translation, the gravest first: the desk works in this order."""

    CRITICAL = "critical"  # held back until a person approves it
    UNCLEAR = "unclear"  # the family did not understand the machine's words
    WORDING = "wording"  # numbers, dates, units … differ on the two sides
    ASKED = "asked"  # somebody of the team wants one where the machine has none

    @property
    def risk(self) -> int:
        return list(DeskReason).index(self)


class DeskState(StrEnum):
    NONE = "none"
    WAITING = "waiting"
    CHECKED = "checked"
    IMPOSSIBLE = "impossible"  # call them
    WITHDRAWN = "withdrawn"


class AppointmentKind(StrEnum):
    CONSULTATION = "consultation"
    LAB = "lab"
    CT = "ct"
    MRI = "mri"
    PET = "pet"
    BIOPSY = "biopsy"
    NURSE = "nurse"
    NUTRITION = "nutrition"
    FINANCE = "finance"
    PLAN_MEETING = "plan_meeting"


class Preparation(StrEnum):
    NONE = "none"
    FASTING = "fasting"
    CONTRAST = "contrast"
    BRING_MEDICINES = "bring_medicines"
    REST = "rest"


class RequestKind(StrEnum):
    """What a physician asks of us without sending a patient (domain.md, *physician requests*)."""

    SPEAK = "speak"
    SERVICES = "services"
    PROBLEM = "problem"
    CONTACT_DATA = "contact_data"


class RequestOutcome(StrEnum):
    DONE = "done"
    NOT_REACHED = "not_reached"
    NOT_POSSIBLE = "not_possible"


class BulletinTopic(StrEnum):
    SERVICES = "services"
    TRIALS = "trials"
    MEETINGS = "meetings"


class BulletinState(StrEnum):
    """*asked* waits for the link in the mail; only *active* is written to; *left* stays, as proof that we stopped."""

    ASKED = "asked"
    ACTIVE = "active"
    LEFT = "left"


class CallTopic(StrEnum):
    """What a planned call is about, in words that anybody may read over a shoulder."""

    FIRST_TALK = "first_talk"
    QUESTIONS = "questions"
    COSTS = "costs"
    VISIT = "visit"
    OTHER = "other"


class CallMode(StrEnum):
    PHONE = "phone"
    VIDEO = "video"
    WHATSAPP = "whatsapp"


class InterpreterWish(StrEnum):
    NONE = "none"
    ANY = "any"
    WOMAN = "woman"
    MAN = "man"


class PlannedCallState(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"
    HELD = "held"
    NO_SHOW = "no_show"


class GuideTopic(StrEnum):
    """The seven topics of a first talk, in the order in which specialists take them."""

    PEOPLE = "people"
    ILLNESS = "illness"
    TREATMENT = "treatment"
    HOPES = "hopes"
    MONEY = "money"
    TRAVEL = "travel"
    NEXT = "next"
