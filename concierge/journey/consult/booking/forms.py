"""Forms of a planned call: what it is about, how we reach the family, and a wish for other hours."""

from flask_babel import lazy_gettext as _l

from concierge.domain.vocabulary import CallMode, CallTopic, InterpreterWish
from concierge.journey.consult.booking.actions import CallOrder
from concierge.models import Case, PlannedCall
from concierge.web import choices as lists
from concierge.web.forms import Choice, Form, HiddenField, Line, Paragraph, Phone, Pick, ValidationError
from concierge.web.i18n import current_code
from concierge.web.labels import choices


class CallForm(Form):
    """Asked once the time is chosen; `order` takes it from the address."""

    topic = Choice(_l("What the call is about"), choices(CallTopic))
    language = Choice(_l("Language of the call"))
    interpreter = Pick(_l("Interpreter, free for you"), choices(InterpreterWish))
    mode = Pick(_l("How we call"), choices(CallMode))
    number = Phone(_l("Phone number for the call"), required=False)
    who_joins = Line(_l("Who joins the call"), required=False, most=300)

    def __init__(
        self, case: Case, booked: PlannedCall | None, *, needs_interpreter: bool, is_first: bool, **kwargs
    ):
        person = case.person
        wish = InterpreterWish.ANY if needs_interpreter else InterpreterWish.NONE
        shown = {
            "topic": booked.topic if booked else CallTopic.FIRST_TALK if is_first else CallTopic.QUESTIONS,
            "language": booked.language if booked else person.spoken_language or person.language,
            "interpreter": booked.interpreter_wish if booked else wish,
            "mode": booked.mode if booked else CallMode.PHONE,
            "number": booked.number if booked and booked.number else person.phone,
            "who_joins": booked.who_joins if booked else "",
        }
        super().__init__(data=shown | kwargs.pop("data", {}), **kwargs)
        self.language.choices = lists.languages(case.hospital.languages, current_code())
        self.number.default_country = person.country

    def order(self, starts_at, minutes: int, *, video_url: str = "") -> CallOrder:
        """What was chosen, after the form was found valid."""
        return CallOrder(
            starts_at=starts_at, minutes=minutes, topic=CallTopic(self.topic.data), mode=CallMode(self.mode.data),
            number=self.number.phone.e164 if self.number.phone else "", language=self.language.data,
            interpreter_wish=InterpreterWish(self.interpreter.data), who_joins=self.who_joins.data,
            video_url=video_url,
        )  # fmt: skip


class StaffCallForm(CallForm):
    """What a specialist books for a family; the link of a video call comes from the hospital's own service."""

    video_url = Line(_l("Link of the video call"), required=False, most=300, ltr=True)

    def __init__(self, case: Case, booked: PlannedCall | None, **kwargs):
        super().__init__(case, booked, data={"video_url": booked.video_url if booked else ""}, **kwargs)
        self.interpreter.label.text = _l("Interpreter")

    def validate_video_url(self, field):
        if field.data and not field.data.startswith("https://"):
            raise ValidationError(_l("Enter a link that begins with https://"))


class WishForm(Form):
    text = Paragraph(
        _l("Which days and hours suit you"),
        message=_l("Tell us which days and hours suit you"),
        most=1000,
        rows=3,
    )


class ActForm(Form):
    """A button; `version` is that of the call which the reader saw."""

    version = HiddenField()
