"""The forms of the chat: the first message, each later one, and the two ways to go on elsewhere."""

from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from concierge.domain.people import Phone as PhoneNumber
from concierge.domain.vocabulary import Writer
from concierge.web.forms import Email, Form, Line, NotRead, Paragraph, Phone, Pick, Tick
from concierge.web.guard import GuardedForm
from concierge.web.i18n import current_code

_EMPTY = _l("Write something first")
_WRITERS = (
    (Writer.PATIENT, _l("I am the patient")),
    (Writer.FAMILY, _l("I write for somebody in my family")),
)


def known_zone(name: str | None) -> str:
    """The time zone that a browser names, "" for anything else."""
    return name if name and len(name) <= 40 and name in available_timezones() else ""


class OpenForm(GuardedForm):
    """The first message, and the little that somebody needs to answer it. `zone` is filled in by the browser."""

    message = Paragraph(_l("Your message"), message=_EMPTY, rows=4)
    called = Line(_l("What shall we call you?"), message=_l("Enter a name, it may be a nickname"), most=120)
    writer = Pick(_l("Who is writing?"), _WRITERS)
    hospital = Pick(_l("Hospital"))
    email = Email(_l("E-mail"), required=False)
    phone = Phone(_l("Phone"), required=False)
    consent = Tick(
        _l("You may read and keep what I write about health, so that you can answer me."),
        required=True,
        message=_l("Tick the box, so that we may read what you write"),
    )
    zone = HiddenField()

    def prepare(self, hospitals, default: str) -> None:
        """One hospital is not asked for."""
        if len(hospitals) > 1:
            self.hospital.choices = [(one.slug, one.text("name", current_code())) for one in hospitals]
            self.hospital.data = self.hospital.data or default
        else:
            del self.hospital

    def slug(self, default: str) -> str:
        return self.hospital.data if "hospital" in self else default


class SayForm(Form):
    """One more message."""

    message = Paragraph(_l("Your message"), message=_EMPTY, rows=3)


class EmailForm(Form):
    email = Email(_l("Your e-mail address"))


class WhatsAppForm(Form):
    phone = Phone(_l("Your number on WhatsApp"), message=_l("Enter your number with the country code"))

    @property
    def number(self) -> PhoneNumber:
        """Of a form that was found valid. Raises NotRead."""
        if self.phone.phone is None:
            raise NotRead
        return self.phone.phone
