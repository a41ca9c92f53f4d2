"""Who pays one booking of the trip."""

from flask_babel import lazy_gettext as _l

from concierge.cases.trip_costs import HOSPITAL, PATIENT, PAYER, BookingCost
from concierge.domain.vocabulary import Standing
from concierge.web.forms import Form, Paragraph, Pick

RULE = "rule"
CHOICES = {
    RULE: _l("As the agreement and the rule say"),
    PATIENT: _l("The family pays it itself"),
    PAYER: _l("The payer pays what waits for an approval"),
    HOSPITAL: _l("The hospital pays what is not granted"),
}


class WhoPaysForm(Form):
    who = Pick(_l("Who pays"))
    why = Paragraph(_l("Reason"), required=False, most=500, rows=2)

    is_refused_by_law = False

    @classmethod
    def of(
        cls, cost: BookingCost, *, may_book: bool, may_approve: bool, is_refused_by_law: bool
    ) -> "WhoPaysForm":
        """What this reader may decide about this booking."""
        form = cls()
        form.is_refused_by_law = is_refused_by_law
        wanting = [share for share in cost.shares if share.standing is not Standing.GRANTED]
        codes = [RULE, PATIENT] if may_book else []
        if may_approve and wanting and not is_refused_by_law:
            codes += [PAYER] if all(share.letter_id for share in wanting) else []
            codes += [HOSPITAL]
        else:
            del form.why
        form.who.choices = [(code, CHOICES[code]) for code in codes]
        for field in form:
            field.id = f"pays-{cost.booking.replace(':', '-')}-{field.name}"
        return form

    def validate(self, extra_validators=None) -> bool:
        """An approval that was offered before the law was known to refuse it: the reason, not a missing choice."""
        if self.is_refused_by_law and self.who.data in (PAYER, HOSPITAL):
            self.refuse("who", "government_refusal_stands")
            return False
        return super().validate(extra_validators)

    @property
    def is_empty(self) -> bool:
        return not self.who.choices
