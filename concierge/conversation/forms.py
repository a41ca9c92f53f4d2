"""The two boxes of a talk. Their fields have different names, so that neither fills the other."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from concierge.web.forms import Choice, Form, Paragraph, Tick

_EMPTY = _l("Write something first")


class MessageForm(Form):
    """What the family writes; the language is the one in which they read the portal."""

    message = Paragraph(_l("Your message"), message=_EMPTY, rows=4)


class ReplyForm(Form):
    """What the team writes to the family."""

    message = Paragraph(_l("Reply to the family"), message=_EMPTY, rows=5)
    seen = HiddenField()  # the newest message that was on the page: whoever replies has read it
    language = Choice(_l("I write in"))
    needs_check = Tick(_l("Needs a checked translation before the family sees it"))


class NoteForm(Form):
    """What only the team reads."""

    note = Paragraph(_l("Internal note"), message=_EMPTY, rows=3)
