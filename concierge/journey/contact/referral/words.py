"""The steps, the news and the end of a case in words for the doctor at home; nothing that the patient did not hear."""

from flask_babel import lazy_gettext as _l

from concierge.domain.journey import Exit, Step, WaitingOn

STEP = {
    Step.CONTACT: _l("We get in touch with the patient"),
    Step.CONSULT: _l("The patient talks with our specialist"),
    Step.FINANCE: _l("Costs, and who pays them, become clear"),
    Step.CLINICAL: _l("Our doctors review the records"),
    Step.ACCEPTANCE: _l("The patient decides, and the visit is planned"),
    Step.EVALUATION: _l("Evaluation at our hospital, 3 to 5 days"),
}
NEWS = {
    "referral_received": _l("We have received your referral"),
    "enquiry_taken": _l("A specialist is in touch"),
    "dates_held": _l("The days of the evaluation are set"),
    "answer_told": _l("We have told the patient our answer"),
    "folder_handed_over": _l("The patient has the plan for the time at home"),
}
WAITS = {
    WaitingOn.US: _l("Waiting on us"),
    WaitingOn.HOME_HOSPITAL: _l("Waiting on the home hospital"),
    WaitingOn.NOBODY: "",
}
_ON_PATIENT = _l("Waiting on the patient")
_ENDED = _l("The patient's way with us has ended. If you have a question, call us.")
END = {
    Exit.COMPLETED: _l("The evaluation is over, and the patient has the plan for the time at home."),
    Exit.NOT_ACCEPTED: _l(
        "We have told the patient that we cannot offer treatment here. Our letter is below."
    ),
    Exit.DIED: _l("Please call us. We would like to talk with you in person."),
}


def step_text(step: Step):
    return STEP[step]


def news_text(kind: str):
    return NEWS[kind]


def waits_text(waiting_on: WaitingOn):
    """Who pays and what an embassy does is the patient's own affair."""
    return WAITS.get(waiting_on, _ON_PATIENT)


def end_text(exit: Exit):
    return END.get(exit, _ENDED)
