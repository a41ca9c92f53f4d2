"""The one form of the review. Its fields stand by outcome; what an outcome does not need may stay empty."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from concierge.domain.vocabulary import DecisionOutcome, RecordKind
from concierge.journey.clinical.actions import MOST_DAYS
from concierge.models import Case
from concierge.records.forms import family_languages
from concierge.web.forms import Choice, Choices, Form, Paragraph, Pick, Secret, Whole
from concierge.web.labels import choices

_NOT_FOR_REVIEW = (RecordKind.TRANSFER_SLIP, RecordKind.GUARANTEE_LETTER, RecordKind.INSURANCE_CARD)


class TakeForm(Form):
    """*I take this review.*"""

    act = HiddenField(default="take")


class DecisionForm(Form):
    """A decision and its signature; `seen` is the newest decision that the reviewer saw."""

    act = HiddenField(default="sign")
    seen = HiddenField()
    outcome = Pick(_l("Your decision"), choices=choices(DecisionOutcome), message=_l("Choose your decision"))
    reason = Paragraph(_l("Reason, for the team"), required=False, rows=4)
    patient_text = Paragraph(_l("Words for the family"), required=False, rows=5)
    text_language = Choice(_l("Language of these words"))
    proposed_tests = Paragraph(_l("Tests you propose"), required=False, rows=3)
    proposed_days = Whole(
        _l("Days for the evaluation"),
        least=1,
        most_value=MOST_DAYS,
        default="4",
        message=_l("Enter how many days the evaluation takes"),
    )
    asked_records = Choices(_l("Records you need"), choices=choices(RecordKind, *_NOT_FOR_REVIEW))
    alternatives = Paragraph(_l("What else the family can do"), required=False, rows=3)
    password = Secret(_l("Your password, as your signature"), message=_l("Enter your password to sign"))

    def in_languages_of(self, case: Case) -> "DecisionForm":
        """The words may be written in English or in the family's language."""
        self.text_language.choices = family_languages(case)
        return self
