"""What the sign-in pages and the settings ask."""

import re

from flask_babel import lazy_gettext as _l

from concierge.domain.people import ascii_digits
from concierge.web.forms import Choice, Choices, Email, Form, Line, Secret, Tick
from config import LOCALES

LANGUAGES = [(info.code, info.autonym) for info in LOCALES]


class StaffSignInForm(Form):
    email = Email(_l("E-mail address"))
    password = Secret(_l("Password"))


class SettingsForm(Form):
    language = Choice(_l("Language of this workspace"), LANGUAGES)
    speaks = Choices(_l("Languages in which I talk with families"))
    no_shortcuts = Tick(_l("Switch single-key shortcuts off"))


class PasswordForm(Form):
    password = Secret(_l("Present password"))
    new_password = Secret(_l("New password"), message=_l("Enter a new password"))


class EmailForm(Form):
    email = Email(_l("E-mail address"))


class CodeForm(Form):
    code = Line(
        _l("The 6 digits from our mail"), message=_l("Enter the 6 digits from our mail"), most=60, ltr=True
    )
    remember = Tick(_l("Remember this phone for 30 days"))

    @property
    def digits(self) -> str:
        """What was typed or pasted, in any script's digits, without what came along with it."""
        return re.sub(r"\D", "", ascii_digits(self.code.data or ""))


class LinkForm(Form):
    remember = Tick(_l("Remember this phone for 30 days"))
