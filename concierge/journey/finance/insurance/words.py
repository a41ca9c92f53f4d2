"""Words for the codes that only the pages of payers show, as lazy texts in whole sentences."""

from flask_babel import lazy_gettext as _l

RECHECK = {
    "ended": _l("This answer has ended."),
    "old": _l("This answer is older than 30 days."),
    "estimate_changed": _l("The estimate has changed since."),
}

# Why a payer's letter does not pay all, as families read it (codes of domain/guarantee.py).
DIFFERS = {
    "other_person": _l("The name on the letter is not the name in the passport."),
    "passport_unknown": _l("The letter names a passport number, and we do not have yours yet."),
    "other_passport": _l("The passport number on the letter is another one."),
    "not_yet_valid": _l("The letter is not valid yet."),
    "expired": _l("The letter has ended."),
    "other_currency": _l("The letter is in another currency than the estimate."),
    "over_ceiling": _l("The estimate is above the limit of the letter."),
    "service_not_covered": _l("The estimate has services that the letter does not cover."),
}

PROBLEM = {
    "no_estimate": _l(
        "There is no estimate yet. As soon as there is one, you see here who may pay how much."
    ),
    "other_currency": _l(
        "A payer counts in another currency than the estimate, so no shares are worked out. Ask us, and we explain it."
    ),
}
