"""Words for the codes of domain/dispatch.py, and the language of a driver."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from concierge.domain.dispatch import Proposal
from concierge.models import Resource
from concierge.web.i18n import BY_CODE, match_tag

REASON = {
    "too_many_people": _l("No vehicle has seats enough for these people. Split the ride in two."),
    "no_wheelchair_place": _l("No vehicle of this size has places enough for wheelchairs."),
    "time_over": _l("This time is over."),
    "patient_busy": _l("The patient has something else at this time."),
    "no_vehicle_free": _l("Every vehicle that is large enough is on the way at this time."),
    "no_driver_free": _l("Every driver is on the way or away at this time."),
    "all_taken": _l("The vehicles and drivers that are free are needed for other families."),
}


def verdict(proposal: Proposal) -> str:
    """How good the plan is, as the solver can prove it."""
    if proposal.is_best:
        return _("Proven best: no plan places more rides, and none needs fewer runs.")
    if proposal.may_place:
        return _(
            "Not proven best: another plan may place up to %(num)s more of these rides.",
            num=proposal.may_place,
        )
    return _("At most %(num)s runs better: no plan can save more than that.", num=proposal.may_save)


def language_of(driver: Resource) -> str:
    """The first of the driver's languages in which this house speaks, else English."""
    known = (match_tag(language) for language in driver.languages)
    return next((info.code for info in known if info and info.code in BY_CODE), "en")
