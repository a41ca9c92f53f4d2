"""Words for the members of our enums, as lazy texts; steps and roles have two wordings, for staff and for the patient.

The domain returns codes. What happened and what comes next has its words in happenings.py, what was refused in
refusals.py.
"""

from enum import Enum
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _pl

from concierge.domain import vocabulary as v
from concierge.domain.access import Area, Role
from concierge.domain.call_slots import DayPart
from concierge.domain.calling import CallHour
from concierge.domain.critical import Topic
from concierge.domain.delivery import Undelivered
from concierge.domain.journey import CaseState, Exit, Step, WaitingOn, travels
from concierge.web.interpreting_labels import INTERPRETING
from concierge.web.money_labels import MONEY
from concierge.web.needs_labels import NEEDS
from concierge.web.travel_labels import TRAVEL

STEP = {
    Step.CONTACT: _pl("step", "Contact"),
    Step.CONSULT: _pl("step", "Consult"),
    Step.FINANCE: _pl("step", "Finance"),
    Step.CLINICAL: _pl("step", "Review"),
    Step.ACCEPTANCE: _pl("step", "Acceptance"),
    Step.EVALUATION: _pl("step", "Evaluation"),
}

PATIENT_STEP = {
    Step.CONTACT: _l("We get in touch"),
    Step.CONSULT: _l("Talk with your specialist"),
    Step.FINANCE: _l("Costs and deposit"),
    Step.CLINICAL: _l("Doctors review your records"),
    Step.ACCEPTANCE: _l("Our answer and your trip"),
    Step.EVALUATION: _l("Evaluation, 3 to 5 days"),
}

# The last step of a programme without travel is the whole of what its patient came for.
OPINION_STEP = {Step.CLINICAL: _l("Our written opinion")}

# Who a member of staff is for the patient.
PATIENT_ROLE: dict[Role | None, Any] = {
    Role.SPECIALIST: _l("Your specialist"),
    Role.ADVOCATE: _l("Your advocate for costs"),
    Role.REVIEWER: _l("Doctor"),
    Role.CARE_MANAGER: _l("Your care manager"),
    Role.COORDINATOR: _l("Your travel coordinator"),
    Role.INTERPRETER: _l("Interpreter"),
}

LABELS: dict[type, dict] = {
    Step: STEP,
    Role: {
        Role.SPECIALIST: _l("Oncology Information Specialist"),
        Role.ADVOCATE: _l("Financial advocate"),
        Role.REVIEWER: _l("Clinical reviewer"),
        Role.CARE_MANAGER: _l("Care manager"),
        Role.COORDINATOR: _l("Travel coordinator"),
        Role.INTERPRETER: _l("Interpreter"),
        Role.LEAD: _l("Lead"),
        Role.ADMINISTRATOR: _l("Administrator"),
    },
    CaseState: {
        CaseState.OPEN: _pl("case", "Open"),
        CaseState.ON_HOLD: _l("On hold"),
        CaseState.CLOSED: _pl("case", "Closed"),
    },
    Exit: {
        Exit.COMPLETED: _l("Completed"),
        Exit.NOT_ACCEPTED: _l("Not accepted"),
        Exit.CHOSE_ELSEWHERE: _l("Chose another hospital"),
        Exit.COST: _l("Cost"),
        Exit.VISA: _l("No visa"),
        Exit.UNFIT_TO_TRAVEL: _l("Not fit to travel"),
        Exit.CANNOT_BE_REACHED: _l("Cannot be reached"),
        Exit.WITHDRAWN: _l("Withdrawn"),
        Exit.DIED: _l("The patient has died"),
        Exit.NOT_FOR_US: _l("Not for us"),
        Exit.MERGED: _l("Goes on as another case"),
    },
    WaitingOn: {
        WaitingOn.US: _l("Us"),
        WaitingOn.PATIENT: _l("Patient"),
        WaitingOn.PAYER: _l("Payer"),
        WaitingOn.EMBASSY: _l("Embassy"),
        WaitingOn.HOME_HOSPITAL: _l("Home hospital"),
        WaitingOn.NOBODY: _l("Nobody"),
    },
    Area: {
        Area.TRIP: _l("Trip and evaluation days"),
        Area.MESSAGES: _l("Messages"),
        Area.DOCUMENTS: _l("Documents"),
        Area.MONEY: _l("Money"),
        Area.DECISION: _l("Decision and plan"),
        Area.PEOPLE: _l("People and access"),
    },
    v.CancerType: {
        v.CancerType.BREAST: _l("Breast"),
        v.CancerType.LUNG: _l("Lung"),
        v.CancerType.PROSTATE: _l("Prostate"),
        v.CancerType.COLORECTAL: _l("Bowel (colon or rectum)"),
        v.CancerType.BLOOD: _l("Blood, lymph nodes or bone marrow"),
        v.CancerType.BRAIN: _l("Brain"),
        v.CancerType.LIVER: _l("Liver"),
        v.CancerType.OVARIAN: _l("Ovary"),
        v.CancerType.NOT_SURE: _l("I am not sure"),
    },
    v.Programme: {
        v.Programme.TREATMENT: _l("Evaluation and treatment"),
        v.Programme.SECOND_OPINION: _l("Second opinion"),
        v.Programme.TELEHEALTH: _l("Telehealth"),
    },
    v.HelpWanted: {
        v.HelpWanted.SECOND_OPINION: _l("A second opinion"),
        v.HelpWanted.TREATMENT: _l("Treatment at your hospital"),
        v.HelpWanted.COST: _l("To know what it costs"),
        v.HelpWanted.NOT_SURE: _l("I am not sure yet"),
    },
    v.Writer: {
        v.Writer.PATIENT: _l("The patient"),
        v.Writer.FAMILY: _l("Family"),
        v.Writer.FRIEND: _l("A friend"),
        v.Writer.PAYER: _l("An embassy, insurer or employer"),
        v.Writer.PHYSICIAN: _l("A doctor"),
    },
    v.Channel: {
        v.Channel.EMAIL: _l("E-mail"),
        v.Channel.PHONE: _l("Phone call"),
        v.Channel.WHATSAPP: "WhatsApp",
        v.Channel.WECHAT: _l("WeChat"),
        v.Channel.SMS: _l("Text message (SMS)"),
    },
    v.GoodHours: {
        v.GoodHours.MORNING: _pl("time of day", "Morning"),
        v.GoodHours.AFTERNOON: _pl("time of day", "Afternoon"),
        v.GoodHours.EVENING: _pl("time of day", "Evening"),
        v.GoodHours.ANY: _pl("time of day", "Any time"),
    },
    v.CameBy: {
        v.CameBy.FORM: _l("Contact form"),
        v.CameBy.CHAT: _l("Chat"),
        v.CameBy.PHONE: _l("Phone"),
        v.CameBy.REFERRAL: _l("Physician referral"),
        v.CameBy.FAX: _l("Fax or scan"),
        v.CameBy.PAYER: _l("Payer"),
    },
    v.Urgency: {
        v.Urgency.ROUTINE: _pl("urgency", "Not urgent"),
        v.Urgency.SOON: _pl("urgency", "Within a few days"),
        v.Urgency.URGENT: _pl("urgency", "Urgent"),
    },
    v.ContactFirst: {
        v.ContactFirst.PATIENT: _l("The patient"),
        v.ContactFirst.FAMILY: _l("The family"),
    },
    Undelivered: {
        Undelivered.UNKNOWN_MAILBOX: _l("mailbox unknown"),
        Undelivered.MAILBOX_FULL: _l("mailbox full"),
        Undelivered.NO_ADDRESS: _l("this is not an address"),
        Undelivered.REFUSED: _l("refused by their mail service"),
        Undelivered.UNREACHABLE: _l("their mail service cannot be reached"),
    },
    v.MessageChannel: {
        v.MessageChannel.PORTAL: _l("Portal"),
        v.MessageChannel.CHAT: _l("Chat"),
        v.MessageChannel.EMAIL: _l("E-mail"),
        v.MessageChannel.SMS: _l("Text message (SMS)"),
        v.MessageChannel.WHATSAPP: "WhatsApp",
        v.MessageChannel.WECHAT: _l("WeChat"),
        v.MessageChannel.PHONE: _l("Phone call"),
    },
    v.PayerKind: {
        v.PayerKind.SELF_PAY: _l("Pays alone"),
        v.PayerKind.INSURER: _l("Insurer"),
        v.PayerKind.EMBASSY: _l("Embassy or government"),
        v.PayerKind.EMPLOYER: _l("Employer"),
        v.PayerKind.US_GOVERNMENT: _l("US government programme"),
        v.PayerKind.SPONSOR: _l("Sponsor or charity"),
    },
    **MONEY,
    **NEEDS,
    **INTERPRETING,
    **TRAVEL,
    v.PatientKnows: {
        v.PatientKnows.UNKNOWN: _l("Not asked yet"),
        v.PatientKnows.KNOWS: _l("The patient knows the diagnosis"),
        v.PatientKnows.PARTLY: _l("The patient knows a part"),
        v.PatientKnows.DOES_NOT: _l("The patient does not know"),
    },
    v.Relation: {
        v.Relation.PATIENT: _l("Patient"),
        v.Relation.SPOUSE: _l("Husband or wife"),
        v.Relation.CHILD: _l("Son or daughter"),
        v.Relation.PARENT: _l("Father or mother"),
        v.Relation.SIBLING: _l("Brother or sister"),
        v.Relation.RELATIVE: _l("Another relative"),
        v.Relation.FRIEND: _l("Friend"),
        v.Relation.SPONSOR: _l("Sponsor"),
    },
    v.RecordKind: {
        v.RecordKind.REFERRAL_LETTER: _l("Referral letter"),
        v.RecordKind.SUMMARY: _l("Medical history and current summary"),
        v.RecordKind.PATHOLOGY: _l("Pathology report"),
        v.RecordKind.SLIDES: _l("Tissue slides or blocks"),
        v.RecordKind.IMAGING_REPORT: _l("Imaging report"),
        v.RecordKind.IMAGES: _l("CT, MRI or PET images"),
        v.RecordKind.OPERATIVE_NOTE: _l("Operation note"),
        v.RecordKind.REGIMENS: _l("Treatments so far"),
        v.RecordKind.LABS: _l("Recent laboratory results"),
        v.RecordKind.PASSPORT: _l("Passport page with photo"),
        v.RecordKind.INSURANCE_CARD: _l("Insurance card"),
        v.RecordKind.TRANSFER_SLIP: _l("Transfer slip of the bank"),
        v.RecordKind.GUARANTEE_LETTER: _l("Letter of guarantee"),
        v.RecordKind.OTHER: _l("Another document"),
    },
    v.RecordState: {
        v.RecordState.MISSING: _l("Missing"),
        v.RecordState.ASKED: _l("Needed"),
        v.RecordState.RECEIVED: _l("Received"),
        v.RecordState.UNREADABLE: _l("Need a clearer copy"),
        v.RecordState.NOT_IN_ENGLISH: _l("Needs a translation"),
        v.RecordState.WRONG_PERSON: _l("Belongs to another person"),
        v.RecordState.TOO_OLD: _l("Too old"),
        v.RecordState.IN_TRANSIT: _l("On its way"),
    },
    v.DocumentState: {
        v.DocumentState.CHECKING: _l("Checking"),
        v.DocumentState.RECEIVED: _l("Received"),
        v.DocumentState.REFUSED: _l("Need a clearer copy"),
    },
    v.DecisionOutcome: {
        v.DecisionOutcome.ACCEPT: _l("Accept"),
        v.DecisionOutcome.NEED_MORE: _l("Need more records"),
        v.DecisionOutcome.SECOND_REVIEWER: _l("Ask a second reviewer"),
        v.DecisionOutcome.NOT_FOR_US: _l("Not for us"),
    },
    v.PatientAnswer: {
        v.PatientAnswer.YES: _l("Yes, plan my visit"),
        v.PatientAnswer.ASK: _l("I have a question first"),
        v.PatientAnswer.NO: _l("Not now"),
    },
    v.Choice: {
        v.Choice.START_NOW: _l("Start treatment now"),
        v.Choice.RETURN_LATER: _l("Go home and come back"),
        v.Choice.AT_HOME: _l("Treatment at home"),
    },
    v.CallPurpose: {
        v.CallPurpose.CONSULT: _l("First talk"),
        v.CallPurpose.ANSWER: _l("Telling our answer"),
        v.CallPurpose.PLAN: _l("Explaining the plan"),
        v.CallPurpose.OTHER: _l("Another call"),
    },
    v.CallOutcome: {
        v.CallOutcome.HELD: _l("The call took place"),
        v.CallOutcome.NO_ANSWER: _l("Nobody answered"),
        v.CallOutcome.NO_CONTACT_POSSIBLE: _l("No contact is possible"),
    },
    v.InterpreterUse: {
        v.InterpreterUse.NOT_NEEDED: _l("No interpreter needed"),
        v.InterpreterUse.PROFESSIONAL: _l("Professional interpreter"),
        v.InterpreterUse.RELATIVE_AFTER_DECLINE: _l(
            "Relative, after an interpreter was offered and declined"
        ),
    },
    v.CallTopic: {
        v.CallTopic.FIRST_TALK: _l("First talk"),
        v.CallTopic.QUESTIONS: _l("Questions"),
        v.CallTopic.COSTS: _l("Costs and payment"),
        v.CallTopic.VISIT: _l("The visit"),
        v.CallTopic.OTHER: _l("Something else"),
    },
    v.CallMode: {
        v.CallMode.PHONE: _l("Phone call"),
        v.CallMode.VIDEO: _l("Video call"),
        v.CallMode.WHATSAPP: _l("WhatsApp call"),
    },
    v.InterpreterWish: {
        v.InterpreterWish.NONE: _l("We need no interpreter"),
        v.InterpreterWish.ANY: _l("A woman or a man"),
        v.InterpreterWish.WOMAN: _l("A woman, if possible"),
        v.InterpreterWish.MAN: _l("A man, if possible"),
    },
    v.GuideTopic: {
        v.GuideTopic.PEOPLE: _l("Who is with us, who decides, who knows what"),
        v.GuideTopic.ILLNESS: _l("What happened so far"),
        v.GuideTopic.TREATMENT: _l("Treatments and records"),
        v.GuideTopic.HOPES: _l("Hopes and questions to our doctors"),
        v.GuideTopic.MONEY: _l("Costs and who pays"),
        v.GuideTopic.TRAVEL: _l("The journey and who comes along"),
        v.GuideTopic.NEXT: _l("What happens next"),
    },
    DayPart: {
        DayPart.NIGHT: _pl("time of day", "After midnight"),
        DayPart.MORNING: _pl("time of day", "Morning"),
        DayPart.AFTERNOON: _pl("time of day", "Afternoon"),
        DayPart.EVENING: _pl("time of day", "Evening"),
    },
    v.TranslationState: {
        v.TranslationState.NOT_NEEDED: "",
        v.TranslationState.NOT_TRANSLATED: _l("Not translated"),
        v.TranslationState.MACHINE: _l("Machine translation"),
        v.TranslationState.CHECKED: _l("Checked by a translator"),
    },
    Topic: {
        Topic.AMOUNT: _l("an amount of money"),
        Topic.MONEY: _l("money"),
        Topic.CONSENT: _l("consent"),
        Topic.DECISION: _l("a decision or the illness"),
        Topic.MEDICINES: _l("medicines"),
        Topic.RIGHTS: _l("rights"),
        Topic.UNREAD: _l("a language that we cannot search for critical words"),
        Topic.SENDER: _l("what its sender wants checked"),
    },
    v.DeskReason: {
        v.DeskReason.CRITICAL: _l("Critical: waits until you approve it"),
        v.DeskReason.UNCLEAR: _l("The family finds it unclear"),
        v.DeskReason.WORDING: _l("The two texts differ"),
        v.DeskReason.ASKED: _l("The team asks for it"),
    },
    v.AppointmentKind: {
        v.AppointmentKind.CONSULTATION: _l("Talk with the doctor"),
        v.AppointmentKind.LAB: _l("Blood tests"),
        v.AppointmentKind.CT: _l("CT scan"),
        v.AppointmentKind.MRI: _l("MRI scan"),
        v.AppointmentKind.PET: _l("PET scan"),
        v.AppointmentKind.BIOPSY: _l("Taking a tissue sample"),
        v.AppointmentKind.NURSE: _l("Talk with the nurse"),
        v.AppointmentKind.NUTRITION: _l("Talk about food"),
        v.AppointmentKind.FINANCE: _l("Talk about costs"),
        v.AppointmentKind.PLAN_MEETING: _l("Talk about your plan"),
    },
    v.Preparation: {
        v.Preparation.NONE: _l("Nothing to prepare"),
        v.Preparation.FASTING: _l("Do not eat for 6 hours before. Water is fine."),
        v.Preparation.CONTRAST: _l("Tell us about allergies. Drink much water before and after."),
        v.Preparation.BRING_MEDICINES: _l("Bring all your medicines."),
        v.Preparation.REST: _l("Rest for one hour before."),
    },
    v.RequestKind: {
        v.RequestKind.SPEAK: _l("Speak with a specialist"),
        v.RequestKind.SERVICES: _l("Information on services"),
        v.RequestKind.PROBLEM: _l("Resolve a problem"),
        v.RequestKind.CONTACT_DATA: _l("Change my contact data"),
    },
    v.RequestOutcome: {
        v.RequestOutcome.DONE: _pl("what came of a request", "Done"),
        v.RequestOutcome.NOT_REACHED: _l("The doctor could not be reached"),
        v.RequestOutcome.NOT_POSSIBLE: _l("We cannot do this"),
    },
    v.BulletinTopic: {
        v.BulletinTopic.SERVICES: _l("New services and treatments"),
        v.BulletinTopic.TRIALS: _l("Clinical trials"),
        v.BulletinTopic.MEETINGS: _l("Meetings and courses"),
    },
    v.BulletinState: {
        v.BulletinState.ASKED: _l("Not confirmed yet"),
        v.BulletinState.ACTIVE: _l("Receives the bulletin"),
        v.BulletinState.LEFT: _pl("bulletin", "Has left"),
    },
    CallHour: {
        CallHour.GOOD: _l("Good hour to call"),
        CallHour.OTHER: _l("Asked for another time of day"),
        CallHour.QUIET: _l("Do not call now"),
        CallHour.UNKNOWN: _l("Time of the patient not known"),
    },
}


# What a family can look for, in the words of a family.
RECORD_EXAMPLE = {
    v.RecordKind.REFERRAL_LETTER: _l("A letter in which your doctor asks us for help"),
    v.RecordKind.SUMMARY: _l("A page from your doctor or hospital that tells what happened so far"),
    v.RecordKind.PATHOLOGY: _l("The report of the laboratory that looked at the tissue"),
    v.RecordKind.SLIDES: _l(
        "Glass slides or blocks. Do not send them by post; we tell you how they travel safely."
    ),
    v.RecordKind.IMAGING_REPORT: _l("The written result of a CT, MRI, PET or ultrasound"),
    v.RecordKind.IMAGES: _l("The pictures themselves, from the CD that the hospital gave you"),
    v.RecordKind.OPERATIVE_NOTE: _l("What the surgeon wrote about the operation"),
    v.RecordKind.REGIMENS: _l("Which medicines or radiation, when, and how well they worked"),
    v.RecordKind.LABS: _l("Blood results of the last 4 weeks"),
    v.RecordKind.PASSPORT: _l("The page with the photo. All 4 corners must be in the picture."),
    v.RecordKind.INSURANCE_CARD: _l("Both sides of the card"),
    v.RecordKind.TRANSFER_SLIP: _l("The paper that your bank gave you for the transfer"),
    v.RecordKind.GUARANTEE_LETTER: _l("The letter in which a payer promises to pay, all pages"),
    v.RecordKind.OTHER: _l("Anything that you think we should see"),
}

# What the header of an image says about the person, against the passport.
MISMATCH = {
    "name_missing": _l("The file does not say whose it is"),
    "name_differs": _l("The name in the file is not the name in the passport"),
    "birth_missing": _l("The file has no birth date"),
    "birth_differs": _l("The birth date in the file is not the one in the passport"),
}


def label(value: Enum | str | None):
    """The lazy text of an enum member, for staff. An unknown value shows its code rather than nothing."""
    if value is None:
        return ""
    return LABELS.get(type(value), {}).get(value, str(value))


def patient_step(step: Step, programme: v.Programme = v.Programme.TREATMENT):
    """The words of a step that patients of this programme read."""
    return PATIENT_STEP[step] if travels(programme) else OPINION_STEP.get(step, PATIENT_STEP[step])


def patient_role(role: Role | None):
    """A role as the patient reads it; whoever has none in this case belongs to the care team."""
    return PATIENT_ROLE.get(role, _l("Care team"))


def record_example(kind: v.RecordKind):
    """What this record looks like, for a family."""
    return RECORD_EXAMPLE.get(kind, "")


def mismatch_text(code: str):
    """What does not agree between a file and the passport, for staff."""
    return MISMATCH.get(code, code)


def choices(kind: type[Enum], *without: Enum) -> list[tuple[str, object]]:
    """(value, lazy label) pairs of an enum for a form field."""
    return [(member.value, label(member)) for member in kind if member not in without]
