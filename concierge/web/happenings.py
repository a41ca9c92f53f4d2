"""Words for what is to be done (next actions, blockers) and for what has happened (case events), as staff read them."""

from flask_babel import lazy_gettext as _l

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
    "note_place": _l("Ask in which country the patient is now"),
    "change_programme": _l("Choose another programme: no rule for a visit by video where the patient is"),
}

EVENT = {
    "enquiry_opened": _l("Enquiry received"),
    "enquiry_taken": _l("Enquiry taken"),
    "case_assigned": _l("Team changed"),
    "facts_noted": _l("Facts noted"),
    "consent_recorded": _l("Consent recorded"),
    "message_sent": _l("Message sent"),
    "chat_went_on": _l("The visitor of the chat goes on another way"),
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
    "next_action_agreed": _l("Day of the next action agreed"),
    "task_added": _l("Task added"),
    "task_done": _l("Task done"),
    "task_undone": _l("Task open again"),
    "task_snoozed": _l("Task put aside"),
    "task_handed_over": _l("Task handed over"),
    "case_handed_over": _l("Case handed over"),
    "programme_changed": _l("Programme changed"),
    "place_noted": _l("Noted in which country the patient is"),
}

# Tasks beside the gates (domain/tasks.py): what is to be done, and why.
TASK = {
    "ask_home_doctor": (_l("Ask which doctor treats the patient at home"), _l("We write to this doctor later.")),
    "offer_interpreter": (
        _l("Offer an interpreter for the talk"),
        _l("It is free, and relatives should not have to interpret."),
    ),
    "ask_referral_letter": (_l("Ask for the referral letter"), _l("Reviewers read it first.")),
    "agree_opinion_delivery": (
        _l("Agree how the opinion is delivered"),
        _l("Who hears it first, in which language, and who gets the letter."),
    ),
    "check_country_rule": (
        _l("Check in which country the patient is and its rule"),
        _l("A visit by video is allowed only where our hospital has a rule."),
    ),
    "explain_refund_rule": (_l("Explain the refund rule"), _l("Before the family pays, not after.")),
    "ask_how_they_pay": (
        _l("Ask from which bank and country the money comes"),
        _l("Some transfers take a week."),
    ),
    "call_during_review": (_l("Call the family while the doctors review"), _l("Silence is hard to bear.")),
    "plan_opinion_translation": (
        _l("Plan the translation of the written opinion"),
        _l("A person checks it before the family reads it."),
    ),
    "check_country_again": (
        _l("Ask again in which country the patient is"),
        _l("The rule of that country holds on the day of the visit."),
    ),
    "check_passport": (
        _l("Check that the passport is valid long enough"),
        _l("Many countries ask for six months after the visit."),
    ),
    "ask_who_travels": (_l("Ask who travels with the patient"), _l("Rooms and rides depend on it.")),
    "welcome_family": (_l("Welcome the family in person"), _l("They know your name before the first test.")),
    "tell_home_doctor": (_l("Tell the doctor at home what was found"), _l("Care goes on there.")),
    "read_handover": (_l("Read the note of the colleague before you"), ""),
    "urgent_paged": _l("Urgent: the physician on call was called"),
    "urgent_paged_again": _l("Urgent: nobody answered, called again and told the lead"),
    "urgent_acknowledged": _l("Urgent: somebody takes care of it"),
    "call_booked": _l("Call booked"),
    "call_moved": _l("Call moved to another time"),
    "call_facts_changed": _l("Facts of the call changed"),
    "call_cancelled": _l("Call cancelled"),
    "call_missed": _l("Nobody answered the booked call"),
    "call_hours_asked": _l("The family asked for other hours for a call"),
    "call_hours_answered": _l("Wish for other hours answered"),
    "referral_received": _l("Referral of a doctor received"),
    "hearing_back_allowed": _l("The referring doctor may hear how it goes on"),
    "hearing_back_stopped": _l("The referring doctor hears no more"),
    "doctor_call_noted": _l("Call with the referring doctor noted"),
}


def action_text(code: str | None):
    """A blocker or next action, for staff."""
    return ACTION.get(code or "", code or "")


def event_text(kind: str):
    return EVENT.get(kind, kind)


def task_text(code: str, title: str = ""):
    """What is to be done: of a template, or in the words of whoever wrote the task."""
    return title or (TASK[code][0] if code in TASK else code)


def task_why(code: str, why: str = ""):
    """Why: what people wrote, else the reason of the template."""
    return why or (TASK[code][1] if code in TASK else "")
