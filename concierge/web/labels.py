"""Words for codes: enum values, blockers, next actions, events and errors, as lazy texts in whole sentences.

The domain returns codes; this file is the only place that gives them words. Steps and next actions have two wordings,
one for staff and one for the patient, of the same fact.
"""

from enum import Enum

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _pl

from concierge.domain import vocabulary as v
from concierge.domain.access import Area, Role
from concierge.domain.journey import CaseState, Exit, Step, WaitingOn

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

# Who a member of staff is for the patient.
PATIENT_ROLE = {
    Role.SPECIALIST: _l("Your specialist"),
    Role.ADVOCATE: _l("Your advocate for costs"),
    Role.REVIEWER: _l("Doctor"),
    Role.CARE_MANAGER: _l("Your care manager"),
    Role.COORDINATOR: _l("Your travel coordinator"),
    Role.INTERPRETER: _l("Interpreter"),
}

LABELS: dict[type[Enum], dict] = {
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
        v.CameBy.PHONE: _l("Phone"),
        v.CameBy.REFERRAL: _l("Physician referral"),
        v.CameBy.PAYER: _l("Payer"),
    },
    v.PayerKind: {
        v.PayerKind.SELF_PAY: _l("Pays alone"),
        v.PayerKind.INSURER: _l("Insurer"),
        v.PayerKind.EMBASSY: _l("Embassy or government"),
        v.PayerKind.EMPLOYER: _l("Employer"),
        v.PayerKind.US_GOVERNMENT: _l("US government programme"),
        v.PayerKind.SPONSOR: _l("Sponsor or charity"),
    },
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
    v.EstimateState: {
        v.EstimateState.DRAFT: _l("Draft"),
        v.EstimateState.ISSUED: _l("Issued"),
        v.EstimateState.SUPERSEDED: _l("Replaced by a newer version"),
    },
    v.Phase: {
        v.Phase.REVIEW: _l("Review of records"),
        v.Phase.EVALUATION: _l("Evaluation"),
        v.Phase.TREATMENT: _l("Treatment"),
        v.Phase.STAY: _l("Stay and travel"),
    },
    v.DepositState: {
        v.DepositState.REQUESTED: _l("Requested"),
        v.DepositState.ON_ITS_WAY: _l("On its way"),
        v.DepositState.PART_PAID: _l("Partly paid"),
        v.DepositState.PAID: _l("Paid"),
        v.DepositState.OVERPAID: _l("Paid too much"),
        v.DepositState.NEEDS_ATTENTION: _l("Needs attention"),
        v.DepositState.CANCELLED: _l("Cancelled"),
        v.DepositState.REFUNDED: _l("Refunded"),
    },
    v.PaymentMethod: {
        v.PaymentMethod.CARD: _l("Card"),
        v.PaymentMethod.BANK_TRANSFER: _l("Bank transfer"),
        v.PaymentMethod.COUNTER: _l("At the hospital's counter"),
    },
    v.PaymentState: {
        v.PaymentState.STARTED: _l("Started"),
        v.PaymentState.RECORDED: _l("Waiting for a second person"),
        v.PaymentState.CONFIRMED: _l("Confirmed"),
        v.PaymentState.FAILED: _l("Failed"),
        v.PaymentState.REJECTED: _l("Rejected"),
    },
    v.GuaranteeState: {
        v.GuaranteeState.RECORDED: _l("Waiting for a second person"),
        v.GuaranteeState.ACCEPTED: _l("Accepted"),
        v.GuaranteeState.REFUSED: _l("Refused"),
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
    v.TranslationState: {
        v.TranslationState.NOT_NEEDED: "",
        v.TranslationState.NOT_TRANSLATED: _l("Not translated"),
        v.TranslationState.MACHINE: _l("Machine translation"),
        v.TranslationState.CHECKED: _l("Checked by a translator"),
    },
    v.ResourceKind: {
        v.ResourceKind.CLINICIAN: _l("Clinician"),
        v.ResourceKind.ROOM: _pl("place", "Room"),
        v.ResourceKind.SCANNER: _l("Scanner"),
        v.ResourceKind.INTERPRETER: _l("Interpreter"),
        v.ResourceKind.VEHICLE: _l("Vehicle"),
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
    v.Modality: {
        v.Modality.ON_SITE: _l("On site"),
        v.Modality.VIDEO: _l("By video"),
        v.Modality.PHONE: _l("By phone"),
    },
    v.Direction: {
        v.Direction.ARRIVAL: _l("Arrival"),
        v.Direction.DEPARTURE: _l("Departure"),
    },
    v.BookingState: {
        v.BookingState.HELD: _l("Held, not confirmed yet"),
        v.BookingState.CONFIRMED: _l("Confirmed"),
        v.BookingState.CANCELLED: _l("Cancelled"),
    },
}

# The gate's conditions as staff read them; the first unmet one is the next action.
ACTION = {
    "take_enquiry": _l("Take this enquiry"),
    "reply_first": _l("Write the first reply"),
    "note_language": _l("Note the language"),
    "note_channel": _l("Note a channel that works"),
    "note_timezone": _l("Note the time zone"),
    "record_health_consent": _l("Record the consent to handle health data"),
    "note_who_knows": _l("Note who knows what"),
    "hold_call": _l("Hold the first talk and note it"),
    "note_payer": _l("Note who pays"),
    "note_payer_letter": _l("Note which letter the payer demands"),
    "agree_records": _l("Agree the list of records"),
    "review_letter": _l("Review the letter of guarantee"),
    "issue_estimate": _l("Issue the estimate"),
    "understand_estimate": _l("The payer marks the estimate as understood"),
    "request_deposit": _l("Request the deposit"),
    "settle_payment": _l("Settle the payment that needs attention"),
    "await_transfer": _l("Match the transfer when it arrives"),
    "pay_deposit": _l("The deposit is paid, or a letter covers the estimate"),
    "check_records": _l("Check the new documents"),
    "send_records": _l("The minimum records are complete"),
    "send_more_records": _l("The records that the reviewer asked for arrive"),
    "second_review": _l("A second reviewer decides"),
    "sign_decision": _l("Sign the clinical decision"),
    "tell_declined": _l("Call the family and tell our answer"),
    "tell_answer": _l("Tell our answer in person"),
    "answer_questions": _l("Answer the patient's question"),
    "say_yes": _l("The patient says yes"),
    "hold_dates": _l("Hold the evaluation dates"),
    "send_visa_letter": _l("Send the visa letter"),
    "set_appointments": _l("Set the appointments"),
    "confirm_trip": _l("Confirm the trip"),
    "hold_evaluation": _l("Hold the evaluation and mark it done"),
    "write_plan": _l("Write the treatment plan"),
    "explain_plan": _l("Explain the plan in the patient's language"),
    "acknowledge_plan": _l("The patient confirms that the plan was explained"),
    "choose": _l("The patient chooses how to go on"),
    "hand_over_folder": _l("Hand over the going-home folder"),
    "move_on": _l("Move the case to the next step"),
    "close_case": _l("Close the case"),
    "wake": _l("Wake the case"),
}

EVENT = {
    "enquiry_opened": _l("Enquiry received"),
    "enquiry_taken": _l("Enquiry taken"),
    "case_assigned": _l("Team changed"),
    "facts_noted": _l("Facts noted"),
    "consent_recorded": _l("Consent recorded"),
    "message_sent": _l("Message sent"),
    "note_written": _l("Internal note written"),
    "call_noted": _l("Call noted"),
    "payer_noted": _l("Payer noted"),
    "records_agreed": _l("Records list agreed"),
    "estimate_drafted": _l("Estimate drafted"),
    "estimate_changed": _l("Draft of the estimate changed"),
    "estimate_issued": _l("Estimate issued"),
    "estimate_understood": _l("Estimate understood"),
    "deposit_requested": _l("Deposit requested"),
    "transfer_announced": _l("Transfer announced by the payer"),
    "payment_started": _l("Card payment started"),
    "payment_recorded": _l("Payment recorded"),
    "payment_confirmed": _l("Payment confirmed"),
    "payment_rejected": _l("Payment rejected"),
    "payment_failed": _l("Card payment failed"),
    "deposit_paid": _l("Deposit paid"),
    "deposit_needs_attention": _l("A payment needs attention"),
    "guarantee_recorded": _l("Letter of guarantee recorded"),
    "guarantee_accepted": _l("Letter of guarantee accepted"),
    "guarantee_refused": _l("Letter of guarantee refused"),
    "document_received": _l("Document uploaded"),
    "document_filed": _l("Document checked and filed"),
    "document_refused": _l("Document sent back"),
    "record_state_changed": _l("Record marked"),
    "decision_signed": _l("Clinical decision signed"),
    "answer_told": _l("Answer told in person"),
    "patient_replied": _l("Patient replied to our answer"),
    "dates_held": _l("Evaluation dates held"),
    "visa_letter_sent": _l("Visa letter sent"),
    "visa_letter_withdrawn": _l("Visa letter withdrawn"),
    "appointment_set": _l("Appointment set"),
    "appointment_moved": _l("Appointment moved"),
    "appointment_cancelled": _l("Appointment cancelled"),
    "flight_noted": _l("Flight noted"),
    "flight_cancelled": _l("Flight removed"),
    "stay_booked": _l("Room booked"),
    "stay_cancelled": _l("Room cancelled"),
    "ride_booked": _l("Ride booked"),
    "ride_cancelled": _l("Ride cancelled"),
    "interpreter_assigned": _l("Interpreter assigned"),
    "interpreter_cancelled": _l("Interpreter cancelled"),
    "trip_confirmed": _l("Trip confirmed"),
    "evaluation_held": _l("Evaluation held"),
    "plan_written": _l("Plan written"),
    "plan_explained": _l("Plan explained"),
    "plan_acknowledged": _l("Plan acknowledged"),
    "choice_made": _l("Patient chose how to go on"),
    "folder_handed_over": _l("Going-home folder handed over"),
    "caregiver_invited": _l("Caregiver invited"),
    "caregiver_removed": _l("Caregiver removed"),
    "caregiver_rights_changed": _l("Rights of a caregiver changed"),
    "step_moved": _l("Moved to another step"),
    "gate_overridden": _l("Moved on although the gate was closed"),
    "case_held": _l("Put on hold"),
    "case_woken": _l("Woken"),
    "case_closed": _l("Closed"),
    "case_reopened": _l("Reopened"),
    "next_action_changed": _l("Next action changed"),
    "who_knows_noted": _l("Noted who knows what"),
}

# What the domain and the forms refuse. Each says what to do, never blames.
ERROR = {
    "stale": _l("Somebody else changed this in the meantime. See the newest state, then try again."),
    "not_allowed": _l("You may not do this. Ask a lead of your hospital."),
    "gate_closed": _l("This step is not finished yet. See what is missing."),
    "enquiry_taken": _l("A colleague was faster and has taken this enquiry."),
    "too_many": _l("Too many tries. Wait 15 minutes and try again, or call us."),
    "already_taken": _l("Somebody was faster. Nothing was done twice."),
    "room_taken": _l("This room was booked by somebody else a moment ago. Choose another one."),
    "slot_taken": _l("This time is already taken. Choose another time or another person."),
    "form_too_old": _l("This page is too old. What you typed is kept; send it again."),
    "leaves_before_arrival": _l("Choose a day of leaving after the first night."),
    "stay_too_long": _l("A stay is at most 90 nights. Book the rest as a second stay."),
    "date_in_past": _l("This day is over. Choose a day from today on."),
    "time_in_past": _l("This time is over. Choose a time in the future."),
    "time_needed": _l("Enter a date and a time"),
    "time_does_not_exist": _l(
        "On this day the clocks go forward, and this time does not exist. Check the ticket."
    ),
    "choose_one": _l("Choose one of those that are free."),
    "unknown_room": _l("This room does not belong to your hospital. Choose another one."),
    "too_many_guests": _l("The room has fewer beds than people. Choose a larger room."),
    "not_on_quarter": _l("Choose a time on the quarter-hour, for example 14:15."),
    "ends_before_start": _l("The end must be after the start."),
    "too_long": _l("This is longer than 12 hours. Book it in parts."),
    "unknown_vehicle": _l("This vehicle does not belong to your hospital. Choose another one."),
    "too_many_seats": _l("The vehicle has fewer seats. Choose a larger one."),
    "not_discreet": _l("Strangers can read this. Leave out illness and department; a name is enough."),
    "patient_busy": _l("The patient has something else at this time. See the trip and choose another time."),
    "unknown_interpreter": _l("This person does not interpret at your hospital. Choose another one."),
    "wrong_language": _l("This person does not interpret this language. Choose another one."),
    "credential_missing": _l("This person has no credential on file. Choose another one."),
    "credential_expired": _l("This person's credential has ended by that day. Choose another one."),
    "modality_not_offered": _l("This person does not interpret in this way. Choose another one."),
    "unknown_appointment": _l("This appointment was cancelled. Choose another one."),
    "appointment_moved": _l("This appointment was moved. Look again who is free."),
    "unknown_booking": _l("This booking does not belong to this case."),
    "no_flight_number": _l("Enter a flight number, for example SV 41"),
    "unknown_timezone": _l("Choose a time zone from the list, for example Asia/Riyadh"),
    "lands_before_departure": _l(
        "The landing is before the take-off. Check both days, times and time zones."
    ),
    "flight_too_long": _l("A flight of more than 24 hours does not exist. Check both days and time zones."),
    "trip_before_yes": _l("The patient has not said yes yet. The trip can be confirmed after that."),
    "trip_empty": _l("Nothing is booked yet. Add the first appointment, flight or room."),
    "gaps_not_seen": _l("Close the gaps named above, or tick that they are all right."),
    "empty": _l("Enter an amount"),
    "garbage": _l("Enter an amount in figures, for example 1250.00"),
    "negative": _l("Enter an amount above zero"),
    "separators": _l("Enter the amount with one decimal sign, for example 1250.00"),
    "too_many_decimals": _l("This currency has fewer decimals. Enter the amount again."),
    "too_large": _l("This amount is too large. Check the figures."),
    "other_currency": _l("The amount is in another currency than expected."),
    "unknown_currency": _l("This currency is not known."),
    "patient_is_no_caregiver": _l("Choose how this person is related to the patient"),
    "already_takes_part": _l("This person takes part already. You can change what they see below."),
    "caregiver_gone": _l("This person does not take part any more."),
    "messages_stopped": _l(
        "This case is closed and no more messages are sent. Call the family if you need to."
    ),
    "message_empty": _l("Write something first"),
    "call_in_future": _l("Enter a time that has passed. A call is noted after it took place."),
    "call_minutes": _l("Enter how many minutes it took, from 0 to 600"),
    "sign_in_wrong": _l(
        "This e-mail address and this password do not fit. After 10 wrong tries, sign-in rests for 15 minutes."
    ),
    "code_wrong": _l("This is not the code that we sent. Look again, and enter all 6 digits."),
    "too_many_codes": _l("You asked for many codes. Wait 15 minutes and try again, or call us."),
    "password_wrong": _l("This is not your present password"),
    "password_short": _l("Use at least 12 characters. Several words are easy to remember."),
    "currency_mismatch": _l("All lines must be in one currency."),
    "estimate_is_issued": _l("This version was issued in the meantime. See the newest state."),
    "estimate_needs_lines": _l("Add at least one line before you issue the estimate."),
    "estimate_has_newer_version": _l(
        "There is a newer version of this estimate. Please read the newest one."
    ),
    "estimate_expired": _l("This estimate is no longer valid. Ask us to renew it."),
    "quantity_above_zero": _l("Enter how many, at least 1. To take the line out, press Remove."),
    "tariff_of_another_hospital": _l("Choose a service from the list."),
    "note_payer_first": _l("Note who pays first, on the Consult page. The deposit depends on it."),
    "no_deposit_rule": _l("The deposit table has no row for this case. Ask your lead to add one."),
    "deposit_rules_overlap": _l(
        "Two rows of the deposit table fit this case. Ask your lead to end one of them."
    ),
    "deposit_is_requested": _l("The deposit was requested already."),
    "nothing_to_pay": _l("There is nothing to pay at the moment."),
    "card_is_not_by_hand": _l("Choose bank transfer or counter. Card payments come from the card service."),
    "date_must_be_past": _l("Enter a day that is not in the future."),
    "dates_upside_down": _l("The last day must not be before the first day."),
    "payment_is_decided": _l("Somebody else has decided on this payment. See the newest state."),
    "guarantee_is_decided": _l("Somebody else has decided on this letter. See the newest state."),
    "second_person_needed": _l("A second person must do this: not the one who noted it."),
    "reason_needed": _l("Enter the reason."),
    "date_must_be_future": _l("Enter a day in the future."),
    "nothing_to_tell": _l("There is no signed decision that still has to be told."),
    "tell_first": _l("Tell our answer in person first."),
    "no_answer_yet": _l("Our doctors have not finished yet. We call you before you read anything here."),
    "answered_already": _l("You said yes already. If something has changed, write to us or call us."),
    "question_needed": _l("Write your question"),
    "no_question": _l("This question was answered already."),
    "hold_dates_first": _l("Hold the evaluation dates first."),
    "no_letter": _l("There is no valid letter."),
    "day_past": _l("This day has passed. Choose a later one."),
    "days_upside_down": _l("The last day must not be before the first day."),
    "day_closed": _l("The hospital is closed on this day of the week. Choose a working day."),
    "day_closed_holiday": _l("The hospital is closed on this day: %(holiday)s. Choose a working day."),
    "days_too_few": _l(
        "An evaluation takes 3 to 5 working days. From the first to the last day there are %(days)s."
    ),
    "days_too_few_holiday": _l(
        "An evaluation takes 3 to 5 working days. From the first to the last day there are %(days)s, because the "
        "hospital is closed: %(holiday)s."
    ),
    "days_too_many": _l(
        "An evaluation takes 3 to 5 working days. From the first to the last day there are %(days)s."
    ),
    "days_too_many_holiday": _l(
        "An evaluation takes 3 to 5 working days. From the first to the last day there are %(days)s, without the "
        "days on which the hospital is closed: %(holiday)s."
    ),
    "outside_hours": _l("The hospital is closed at this time. Choose a time within its opening hours."),
    "outside_dates": _l("Choose one of the days that are held for the evaluation."),
    "appointment_gone": _l("This appointment was cancelled in the meantime."),
    "unknown_resource": _l("Choose a name from the list."),
    "held_before_end": _l("The planned days are not over. Tick the box if the evaluation ended early."),
    "checked_by_needed": _l("Enter who checked the translation"),
    "write_plan_first": _l("Write the plan first."),
    "explain_plan_first": _l("Explain the plan in person first."),
    "acknowledge_first": _l("Confirm first that the plan was explained to you."),
    "folder_is_handed_over": _l("The folder was handed over. The plan cannot be changed any more."),
    "return_day_needed": _l("Enter the day on which you want to come back"),
    "day_too_far": _l("Enter a day within the next 2 years"),
    "services_needed": _l("Tick at least one part that the letter covers."),
    "case_not_open": _l("This case is closed. Ask a lead to take it up again first."),
    "finding_reason_needed": _l("Write for the family what is wrong and what to send instead."),
    "record_listed": _l("This record is on the list already."),
    "not_in_review": _l("A decision is signed while the case is in the review step."),
    "outcome_words_needed": _l("Write the words that the family will read or hear."),
    "asked_records_needed": _l("Tick at least one record that you need."),
    "another_reviewer_signs": _l("You asked for a second reviewer. Another reviewer signs now."),
    "review_taken": _l("Another reviewer has taken this review."),
    "signature_wrong": _l("This is not your password. Nothing was signed; what you typed is kept."),
    "signature_locked": _l(
        "Too many wrong passwords. Nothing was signed; what you typed is kept. Try again in 15 minutes."
    ),
    "override_needs_reason": _l("This step is not finished yet. Enter a reason to move on anyway."),
    "one_step_at_a_time": _l("Move the case one step at a time."),
    "case_not_closed": _l("This case is open already."),
    "wrong_role": _l("This person does not have this role any more. Choose somebody else."),
    "name_needed": _l("Enter at least one name"),
    "email_taken": _l("Another person signs in with this address. Ask for an address of the patient's own."),
    "who_knows_needed": _l("Choose what the patient knows"),
    "check_death": _l("Check this once more, then tick the box."),
    "payer_name_needed": _l("Enter the name of the payer"),
    "letter_needed": _l("Say which letter the payer demands"),
    "programme_too_late": _l("The case has gone further than this programme goes."),
    "records_needed": _l("Tick at least one record"),
    "minimum_incomplete": _l(
        "The minimum records are not complete. Ask for what is missing, or wait for it."
    ),
}

# Why a file was not taken, and what to send instead. `name` is the file's own name, isolated.
FILE_PROBLEM = {
    "not_allowed": _l(
        "%(name)s was not taken: we cannot read this kind of file. Send it as a PDF, a photo or a DICOM file."
    ),
    "executable": _l(
        "%(name)s was not taken: it is a program, not a document. Open the document, save it as a PDF and send that."
    ),
    "empty": _l("%(name)s was not taken: the file is empty. Save it again, or take a photo of the page."),
    "password": _l(
        "%(name)s was not taken: it is locked with a password. Save a copy without the password and send that."
    ),
    "damaged": _l(
        "%(name)s was not taken: it is damaged. Open it and save it again, or take a photo of the page."
    ),
    "too_large": _l("%(name)s was not taken: it is larger than 150 MB. A photo of the page is enough."),
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
    v.RecordKind.OTHER: _l("Anything that you think we should see"),
}

# What the header of an image says about the person, against the passport.
MISMATCH = {
    "name_missing": _l("The file does not say whose it is"),
    "name_differs": _l("The name in the file is not the name in the passport"),
    "birth_missing": _l("The file has no birth date"),
    "birth_differs": _l("The birth date in the file is not the one in the passport"),
}


# What is odd in an evaluation as a whole. %(one)s is the item to look at, %(other)s the one in its way.
FAULT = {
    "double_booked": _l("%(one)s and %(other)s are at the same time. Move one of them."),
    "contrast_before_lab": _l(
        "%(one)s needs the kidney values of the blood test, but it comes before %(other)s. Move it later."
    ),
    "contrast_without_lab": _l("%(one)s with contrast needs a blood test before it. Add one."),
    "plan_before_result": _l("%(one)s comes before the result of %(other)s. Move it later."),
    "closed_day": _l("%(one)s is on a day on which the hospital is closed. Move it to a working day."),
    "outside_hours": _l("%(one)s is outside the opening hours. Move it."),
    "span_too_short": _l("The appointments lie on fewer than 3 working days."),
    "span_too_long": _l("The appointments lie on more than 5 working days."),
    "outside_dates": _l("%(one)s is outside the days that are held. Move it, or hold other days."),
    "interpreter_elsewhen": _l(
        "%(other)s is booked for another time than %(one)s. Tell them, and book again."
    ),
}


def fault_text(code: str, one: str = "", other: str = ""):
    """What is odd, naming both items."""
    return FAULT[code] % {"one": one, "other": other}


def label(value: Enum | str | None):
    """The lazy text of an enum member, for staff. An unknown value shows its code rather than nothing."""
    if value is None:
        return ""
    return LABELS.get(type(value), {}).get(value, str(value))


def patient_step(step: Step):
    """The words of a step that patients read."""
    return PATIENT_STEP[step]


def patient_role(role: Role | None):
    """A role as the patient reads it; whoever has none in this case belongs to the care team."""
    return PATIENT_ROLE.get(role, _l("Care team"))


def action_text(code: str | None):
    """A blocker or next action, for staff."""
    return ACTION.get(code or "", code or "")


def event_text(kind: str):
    return EVENT.get(kind, kind)


def error_text(code: str, **data):
    """A refusal in whole sentences, with the facts that the rule gave; an unknown code still says what to do."""
    text = ERROR.get(code, _l("This cannot be accepted as it is. Check it and try again."))
    return text % data if data else text


def file_problem(code: str, name: str):
    """Why this file was not taken; the name keeps its own direction inside the sentence (U+2068, U+2069)."""
    return FILE_PROBLEM[code] % {"name": f"\u2068{name}\u2069"}


def record_example(kind: v.RecordKind):
    """What this record looks like, for a family."""
    return RECORD_EXAMPLE.get(kind, "")


def mismatch_text(code: str):
    """What does not agree between a file and the passport, for staff."""
    return MISMATCH.get(code, code)


def choices(kind: type[Enum], *without: Enum) -> list[tuple[str, object]]:
    """(value, lazy label) pairs of an enum for a form field."""
    return [(member.value, label(member)) for member in kind if member not in without]
