"""The words of an intake: what a red flag means, and how we say no."""

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

RED_FLAG = {
    "breath": _l("Cannot breathe well"),
    "bleeding": _l("Bleeding"),
    "self_harm": _l("Thoughts of ending their life"),
    "unconscious": _l("Unconscious, a seizure or a stroke"),
    "chest_pain": _l("Pain in the chest"),
    "fever": _l("High fever, or fever during treatment"),
    "unbearable_pain": _l("Pain that cannot be borne"),
}
# Why an enquiry is not for us, and what the family reads then. Advertising gets no answer.
NO = {
    "other_illness": (
        _l("An illness that we do not treat"),
        _l(
            "Thank you for your trust. We have read your message with care. Our hospital does not treat this illness, "
            "and we do not want you to lose time with us. Please ask your doctor at home which hospital treats it. "
            "If we have misunderstood you, write to us here."
        ),
    ),
    "care_near_home": (
        _l("Care near home is needed now"),
        _l(
            "Thank you for your trust. From what you write, help close to home matters most now, and a journey would "
            "cost time and strength. Please go to the nearest hospital, or call the emergency number of your country. "
            "When things are calmer, write to us here again."
        ),
    ),
    "other_request": (
        _l("Not about a patient: a job, an offer, a question to the press office"),
        _l(
            "Thank you for writing to us. At this address we care for patients and their families, so we cannot help "
            "with your request here. Please write to the hospital's general address."
        ),
    ),
    "advertising": (_l("Advertising or nonsense. Nothing is sent."), ""),
}


def no_in(code: str, language: str) -> str:
    """The words of a no, in the family's language."""
    with force_locale(language):
        return str(NO[code][1])
