"""What a physician asks, and what we do with it."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, ValidationError

from concierge.domain.numbers import whole
from concierge.domain.vocabulary import RequestKind, RequestOutcome
from concierge.models import Hospital, StaffUser
from concierge.web import choices
from concierge.web.forms import Choice, Email, Form, Line, Paragraph, Phone, Pick, Tick
from concierge.web.guard import GuardedForm
from concierge.web.i18n import current_code
from concierge.web.labels import choices as labelled


class RequestForm(GuardedForm):
    kind = Pick(
        _l("What can we do for you?"), labelled(RequestKind), message=_l("Choose what we can do for you")
    )
    hospital = Choice(_l("Hospital"), message=_l("Choose a hospital"))
    name = Line(_l("Your name"), message=_l("Enter your name"))
    organisation = Line(_l("Your hospital or practice"), required=False)
    country = Choice(_l("Your country"), message=_l("Choose a country"))
    email = Email(_l("E-mail address"))
    phone = Phone(_l("Phone number"), required=False)
    text = Paragraph(_l("Your request"), message=_l("Write your request"), rows=6)

    def prepare(self, hospitals: list[Hospital]) -> None:
        code = current_code()
        self.hospital.choices = [(h.slug, h.text("name", code)) for h in hospitals]
        self.country.choices = {"": [("", _l("Choose a country"))], **choices.countries(code)}

    def validate_phone(self, field):
        if self.kind.data == RequestKind.SPEAK and not field.data:
            raise ValidationError(_l("Enter a phone number, because you want to speak with somebody"))


class _Versioned(Form):
    version = HiddenField()

    @property
    def seen(self) -> int | None:
        """The version that this form was shown with; what cannot be read is older than everything."""
        return whole(self.version.data) or 0


class AnswerForm(_Versioned):
    text = Paragraph(_l("Answer to the doctor"), message=_l("Write something first"), rows=6)
    closes = Tick(_l("This closes the request"))


class HandOverForm(_Versioned):
    to = Choice(_l("Hand over to"), message=_l("Choose a person"))
    note = Line(_l("Note for the colleague"), message=_l("Write a note for the colleague"), most=500)

    def prepare(self, hands: list[StaffUser]) -> None:
        self.to.choices = [("", _l("Choose a person")), *((str(user.id), user.name) for user in hands)]


class CloseForm(_Versioned):
    outcome = Choice(_l("Outcome"), labelled(RequestOutcome))
    note = Line(_l("What was done"), required=False, most=500, id="closing-note")
