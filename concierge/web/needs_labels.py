"""Words for what a family tells about its trip: the part of web/labels.py that is about its needs."""

from flask_babel import lazy_gettext as _l

from concierge.domain import vocabulary as v

NEEDS: dict[type, dict] = {
    v.WheelchairHelp: {
        v.WheelchairHelp.RAMP: _l("To the aircraft; walks steps (WCHR)"),
        v.WheelchairHelp.STEPS: _l("To the door of the aircraft; cannot walk steps (WCHS)"),
        v.WheelchairHelp.CABIN: _l("To the seat; cannot walk (WCHC)"),
    },
    v.NeedsPart: {
        v.NeedsPart.TRAVELLERS: _l("Travellers and passports"),
        v.NeedsPart.AIRPORT: _l("Airport and dates"),
        v.NeedsPart.HEALTH: _l("Health in flight"),
        v.NeedsPart.LODGING: _l("Where you sleep"),
        v.NeedsPart.FOOD: _l("Food and prayer"),
        v.NeedsPart.INTERPRETER: _l("Interpreter"),
        v.NeedsPart.VISA: _l("Visa"),
    },
}
