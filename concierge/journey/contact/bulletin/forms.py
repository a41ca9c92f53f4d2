"""The form of the bulletin, and the purpose that somebody gives who takes the list out."""

from flask_babel import lazy_gettext as _l

from concierge.domain.vocabulary import BulletinTopic
from concierge.web.forms import Choice, Choices, Email, Form, Line
from concierge.web.guard import GuardedForm
from concierge.web.labels import choices as labelled
from config import LOCALES


class BulletinForm(GuardedForm):
    email = Email(_l("E-mail address"))
    language = Choice(_l("Language of the bulletin"), [(info.code, info.autonym) for info in LOCALES])
    topics = Choices(
        _l("What would you like to read about?"),
        labelled(BulletinTopic),
        required=True,
        message=_l("Choose at least one topic"),
        default=[topic.value for topic in BulletinTopic],
    )


class ExportForm(Form):
    purpose = Line(
        _l("What do you need the list for?"), most=300, message=_l("Enter what you need the list for")
    )
