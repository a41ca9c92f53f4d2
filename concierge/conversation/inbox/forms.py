"""Forms of the inbox."""

from flask_babel import lazy_gettext as _l

from concierge.domain.vocabulary import Channel, MessageChannel
from concierge.web.forms import Choice, Form, Line, LocalDateTime, Paragraph, Pick
from concierge.web.labels import choices


class SnoozeForm(Form):
    """`when` is one of the usual times or `other`; the view gives the choices, in words."""

    when = Pick(_l("Until when"), message=_l("Choose until when"))
    until = LocalDateTime(_l("Another time, on the clock of the hospital"), required=False)

    def validate(self, extra_validators=None) -> bool:
        is_valid = super().validate(extra_validators)
        if is_valid and self.when.data == "other" and self.until.at_or_none is None:
            self.refuse("until", "time_needed")
            return False
        return is_valid


class HandOverForm(Form):
    """To whom the talk goes."""

    user = Choice(_l("Hand over to"), message=_l("Choose a person"))
    handover = Paragraph(_l("Note for them"), required=False, rows=2)


class SwitchForm(Form):
    """The channel that works, after one that did not."""

    channel = Choice(_l("Reach them by"), choices(Channel))


class WordsForm(Form):
    """What the family said another way; the time is on the hospital's clock."""

    channel = Choice(_l("Came by"), choices(MessageChannel, MessageChannel.PORTAL, MessageChannel.CHAT))
    sender = Line(_l("Who wrote or spoke"), message=_l("Enter who wrote or spoke"), most=200)
    at = LocalDateTime(_l("When, on the clock of the hospital"))
    language = Choice(_l("In which language"))
    message = Paragraph(_l("What they wrote or said"), message=_l("Write something first"), rows=6)


class FileForm(Form):
    """To which case a mail or SMS without one belongs."""

    reference = Line(
        _l("Reference of the case"),
        message=_l("Enter a reference, for example C-2026-00417"),
        most=20,
        ltr=True,
    )
