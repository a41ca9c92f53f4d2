"""Forms of our answer: the call that tells it, the dates, the reply of the family."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from concierge.conversation.call_form import CallForm
from concierge.web.forms import Choice, Day, Form, Paragraph
from config import LOCALES


class TellForm(CallForm):
    """The call, and which decision was told in it."""

    decision = HiddenField()


class DatesForm(Form):
    version = HiddenField()
    first_on = Day(_l("First day"))
    last_on = Day(_l("Last day"))


class AnswerQuestionForm(Form):
    body = Paragraph(_l("Your answer to the family"), message=_l("Write the answer"), most=10_000, rows=5)
    language = Choice(_l("Language in which you write"), [(info.code, info.autonym) for info in LOCALES])


class PressForm(Form):
    """Nothing but a button."""


class AskForm(Form):
    question = Paragraph(_l("Your question"), message=_l("Write your question"), most=4000, rows=4)
