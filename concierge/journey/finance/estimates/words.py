"""Words of the estimate rooms, as lazy texts in whole sentences."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from concierge.domain.estimate import Approval, Beside
from concierge.domain.vocabulary import Benefit, Programme
from concierge.journey.finance.estimates.known import Reading
from concierge.journey.finance.prices.queries import PackageRange
from concierge.web import filters

CHANGE = {
    "added": _l("New"),
    "removed": _l("Taken out"),
    "changed": _l("Changed"),
}

# What an advocate starts from; the person who pays reads it in the language of the draft.
STANDARD_TEXTS = {
    "included": _l("The services listed below, with the doctors, nurses and interpreter time they need."),
    "not_included": _l(
        "Flights, visa fees, meals outside the hospital, medicines to take home, and treatment after the evaluation."
    ),
    "could_change": _l(
        "More tests that the doctors find necessary, a longer stay, or another treatment than expected. "
        "We tell you before, and you decide."
    ),
}

# What an estimate is for, by programme.
PRIMARY = {
    Programme.TREATMENT: _l("Evaluation by our specialists, with a plan of treatment"),
    Programme.SECOND_OPINION: _l("Written second opinion of our specialists"),
    Programme.TELEHEALTH: _l("Visit by video with our specialists"),
}

# What a good-faith estimate lacks (domain/estimate.py, good_faith_missing).
MISSING = {
    "patient_name": _l("The name of the patient"),
    "birth": _l("The date of birth of the patient"),
    "primary_service": _l("What the estimate is for, in one line"),
    "lines": _l("The list of services"),
    "line_codes": _l("The code of a service"),
    "provider": _l("The name of the hospital"),
    "location": _l("The address of the hospital"),
}

APPROVAL = {
    Approval.NOT_NEEDED: _l("No second person needed"),
    Approval.NEEDED: _l("A second person must approve it"),
    Approval.WAITING: _l("Waits for a second person"),
    Approval.RETURNED: _l("Returned by the second person"),
    Approval.APPROVED: _l("Approved"),
}

BESIDE = {
    Beside.SHORT: _l(
        "The lines end below the highest amount of these cases. See what may be missing, or add a margin of doubt."
    ),
    Beside.BEYOND: _l(
        "The lines begin above the highest amount of these cases. Look again at quantities and prices."
    ),
}


def basis(reading: Reading) -> str:
    """From what the range that is read first comes."""
    return known_basis(reading.known) if reading.is_known_first and reading.known else _(
        "This is the sum of the services below."
    )


def known_basis(known: PackageRange) -> str:
    """How many finished cases, and from when."""
    return ngettext(
        "Most of %(count)s finished cases cost this, from the 20th to the 80th percentile. "
        "They finished between %(first)s and %(last)s.",
        "Most of %(count)s finished cases cost this, from the 20th to the 80th percentile. "
        "They finished between %(first)s and %(last)s.",
        known.n, count=known.n, first=filters.day(known.first), last=filters.day(known.last),
    )  # fmt: skip


def measured_by(total: str) -> str:
    """The one figure that counts, where another is read first, for paper."""
    return _(
        "Parts of payers, letters of guarantee, later versions and bills are measured by the sum of the services: "
        "%(total)s.",
        total=total,
    )


def disclaimer() -> str:
    """What every estimate says about itself."""
    return _(
        "This is an estimate. What you are charged may be higher or lower, "
        "because care depends on what the doctors find."
    )


def good_faith_disclaimers() -> list[str]:
    """What the United States rule wants said besides (45 CFR 149.610(c)(1)(vii), (ix), (x))."""
    return [
        _("Other services may have to be scheduled separately. They are not in this estimate."),
        _(
            "If you are billed USD 400 or more above this estimate, you may dispute the bill within 120 days "
            "of receiving it. How to do it: www.cms.gov/nosurprises. It does not change how you are treated."
        ),
        _("This estimate is not a contract. You need not take any of the services."),
    ]

TRIP = {
    Benefit.TRAVEL: _l("Travel as booked"),
    Benefit.LODGING: _l("Lodging as booked"),
    Benefit.RIDES: _l("Rides as booked"),
}
