"""The base form and its fields: they clean what people type and speak the reader's language when they refuse it.

WTForms ships no messages for many of our languages, so every validator here carries our own lazy text.
"""

import secrets
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, EmailInput, ListWidget, TelInput

from concierge.domain.clocks import on_our_clocks
from concierge.domain.errors import AmountError, DomainError
from concierge.domain.money import Money
from concierge.domain.people import ascii_digits, clean_line, clean_paragraph, parse_phone, shows_something
from concierge.web import parked
from concierge.web.i18n import current_code
from concierge.web.refusals import error_text


class Form(FlaskForm):
    """Every form of the product: CSRF, a one-time token, and typed text that survives a lost sign-in."""

    once = HiddenField()

    def __init__(self, *args, **kwargs):
        if not args and "formdata" not in kwargs and request and (typed := parked.typed_before()):
            kwargs["formdata"] = MultiDict((key, value) for key, values in typed.items() for value in values)
        super().__init__(*args, **kwargs)
        if not self.is_submitted() or not self.once.data:
            self.once.data = secrets.token_urlsafe(24)

    def refuse(self, field: str, code: str, **data) -> None:
        """Show the text of an error code next to a field (above the form when there is no such field)."""
        text = error_text(code, **data)
        target = self._fields.get(field)
        if target is None:
            self.form_errors.append(text)
        else:
            target.errors = [*target.errors, text]
        self.once.data = secrets.token_urlsafe(24)

    def validate(self, extra_validators=None) -> bool:
        is_valid = super().validate(extra_validators)
        if not is_valid:
            self.once.data = secrets.token_urlsafe(24)
        return is_valid


class NotRead(RuntimeError):
    """A view read a parsed answer that is not there: before validation, or of a field that may stay empty."""


_Parsed = TypeVar("_Parsed")


def _read(parsed: _Parsed | None) -> _Parsed:
    if parsed is None:
        raise NotRead
    return parsed


class Required:
    """Refuses an empty field with our own sentence; sets no `required` attribute, because we validate on submit."""

    def __init__(self, message=None):
        self.message = message or _l("Enter an answer")

    def __call__(self, form, field):
        # What is left after cleaning counts: a field full of invisible signs is empty.
        if not field.raw_data or not field.data or (isinstance(field.data, str) and not shows_something(field.data)):
            field.errors[:] = []
            raise StopValidation(self.message)


def _rules(required, message) -> list:
    return [Required(message)] if required else []


class Line(StringField):
    """One line of free text. NUL, control and bidi characters are removed; longer than `most` is refused, not cut."""

    data: Any  # WTForms says nothing of its types

    def __init__(self, label=None, required=True, message=None, most=200, ltr=False, **kwargs):
        super().__init__(label, _rules(required, message), **kwargs)
        self.most, self.ltr, self.is_optional = most, ltr, not required

    def process_formdata(self, values):
        super().process_formdata(values)
        self.data = clean_line(self.data or "")

    def pre_validate(self, form):
        if len(self.data or "") > self.most:
            raise ValidationError(
                _l("Use at most %(most)s characters. What you typed is kept below.", most=self.most)
            )


class Paragraph(TextAreaField):
    """Free text over several lines."""

    data: Any

    def __init__(self, label=None, required=True, message=None, most=10_000, rows=4, **kwargs):
        super().__init__(label, _rules(required, message), **kwargs)
        self.most, self.rows, self.is_optional = most, rows, not required

    def process_formdata(self, values):
        super().process_formdata(values)
        self.data = clean_paragraph(self.data or "")

    def pre_validate(self, form):
        if len(self.data or "") > self.most:
            raise ValidationError(
                _l("Use at most %(most)s characters. What you typed is kept below.", most=self.most)
            )


class Email(Line):
    widget = EmailInput()

    def __init__(self, label=None, required=True, message=None, **kwargs):
        super().__init__(
            label, required, message or _l("Enter an e-mail address"), most=200, ltr=True, **kwargs
        )

    def process_formdata(self, values):
        super().process_formdata(values)
        self.data = (self.data or "").lower()

    def pre_validate(self, form):
        super().pre_validate(form)
        name, _at, domain = (self.data or "").partition("@")
        is_wrong = (
            not name
            or "." not in domain
            or domain.startswith(".")
            or domain.endswith(".")
            or "@" in domain
            or " " in self.data
        )
        if self.data and is_wrong:
            raise ValidationError(_l("Enter an e-mail address in the form name@example.com"))


class Phone(Line):
    """Any digits; `data` stays as typed, `.phone` is the parsed number or None.

    `country_field` names the form field of the country whose numbers may come without its code.
    """

    widget = TelInput()

    def __init__(
        self, label=None, required=True, message=None, country_field="country", default_country="", **kwargs
    ):
        message = message or _l("Enter a phone number with the country code")
        super().__init__(label, required, message, most=60, ltr=True, **kwargs)
        self.country_field, self.default_country, self.phone = country_field, default_country, None

    def pre_validate(self, form):
        super().pre_validate(form)
        if not self.data:
            return
        other = form._fields.get(self.country_field)
        try:
            self.phone = parse_phone(self.data, (other.data if other else None) or self.default_country)
        except DomainError as error:
            raise ValidationError(
                _l("Enter a full phone number with the country code, for example +966 50 123 4567")
            ) from error


class Whole(Line):
    """A whole number in any digits, between `least` and `most_value`; `.number` is the parsed one."""

    def __init__(self, label=None, required=True, message=None, least=0, most_value=10_000, **kwargs):
        super().__init__(label, required, message or _l("Enter a whole number"), most=12, ltr=True, **kwargs)
        self.least, self.most_value = least, most_value
        self.number_or_none: int | None = None

    @property
    def number(self) -> int:
        """Of a field that was found valid; where it may stay empty, `number_or_none`. Raises NotRead."""
        return _read(self.number_or_none)

    def pre_validate(self, form):
        super().pre_validate(form)
        text = ascii_digits(self.data or "")
        if not text:
            return
        if not text.isdecimal() or not self.least <= int(text) <= self.most_value:
            raise ValidationError(
                _l("Enter a whole number from %(least)s to %(most)s", least=self.least, most=self.most_value)
            )
        self.number_or_none = int(text)


class Amount(Line):
    """An amount of money in any digits; `currency` is set by the view; `.money` is the parsed value."""

    def __init__(self, label=None, required=True, message=None, currency="", **kwargs):
        super().__init__(label, required, message or _l("Enter an amount"), most=40, ltr=True, **kwargs)
        self.currency = currency
        self.money_or_none: Money | None = None

    @property
    def money(self) -> Money:
        """Of a field that was found valid; where it may stay empty, `money_or_none`. Raises NotRead."""
        return _read(self.money_or_none)

    def pre_validate(self, form):
        super().pre_validate(form)
        if not self.data:
            return
        try:
            self.money_or_none = Money.parse(self.data, self.currency, current_code())
        except AmountError as error:
            raise ValidationError(error_text(error.code)) from error


class Day(Line):
    """A date as YYYY-MM-DD (what a date input sends), any digits; `.day` is the parsed date."""

    def __init__(self, label=None, required=True, message=None, **kwargs):
        super().__init__(label, required, message or _l("Enter a date"), most=20, ltr=True, **kwargs)
        self.day_or_none: date | None = None

    @property
    def day(self) -> date:
        """Of a field that was found valid; where it may stay empty, `day_or_none`. Raises NotRead."""
        return _read(self.day_or_none)

    def pre_validate(self, form):
        super().pre_validate(form)
        if not self.data:
            return
        try:
            self.day_or_none = on_our_clocks(date.fromisoformat(ascii_digits(self.data)))
        except ValueError as error:
            raise ValidationError(
                _l("Enter a date that exists, as year-month-day, for example 2026-12-08")
            ) from error


class LocalDateTime(Line):
    """A wall-clock time at a place, as YYYY-MM-DDTHH:MM. `timezone` is set by the view; `.at` is aware UTC."""

    def __init__(self, label=None, required=True, message=None, timezone="UTC", **kwargs):
        super().__init__(
            label, required, message or _l("Enter a date and a time"), most=25, ltr=True, **kwargs
        )
        self.timezone = timezone
        self.at_or_none: datetime | None = None

    @property
    def at(self) -> datetime:
        """Of a field that was found valid; where it may stay empty, `at_or_none`. Raises NotRead."""
        return _read(self.at_or_none)

    def pre_validate(self, form):
        super().pre_validate(form)
        if not self.data:
            return
        try:
            local = on_our_clocks(datetime.fromisoformat(ascii_digits(self.data)))
            if local.tzinfo:  # a wall clock has no offset; leaving it out in silence would move the time
                raise ValueError
        except ValueError as error:
            raise ValidationError(
                _l("Enter a date and time that exist, for example 2026-12-08T14:30")
            ) from error
        self.at_or_none = local.replace(tzinfo=ZoneInfo(self.timezone)).astimezone(ZoneInfo("UTC"))


class _Listed(SelectField):
    """A field with a fixed list: (value, lazy label) pairs, or a dict of them by heading; given now or later."""

    def __init__(self, label=None, choices=(), required=True, message=None, **kwargs):
        super().__init__(label, choices=_options(choices), validate_choice=False, **kwargs)
        self.is_optional, self.message = not required, message or _l("Choose an answer")

    @property
    def choices(self):
        return super().choices

    @choices.setter
    def choices(self, choices):
        SelectField.choices.fset(self, _options(choices))


def _options(choices) -> list[SelectChoice]:
    groups = choices if isinstance(choices, dict) else {None: choices}
    return [
        SelectChoice(value, label, optgroup=group or None)
        for group, pairs in groups.items()
        for value, label in pairs
    ]


class _Chosen(_Listed):
    """One of the list: our own sentence when nothing or something foreign is chosen."""

    def pre_validate(self, form):
        if self.data in (None, ""):  # an empty option, such as "Choose one", is no answer
            if self.is_optional:
                return
            raise ValidationError(self.message)
        if self.data not in {value for value, *_rest in self.iter_choices()}:
            raise ValidationError(self.message)


class Choice(_Chosen):
    """A select."""


class Pick(_Chosen, RadioField):
    """Radio buttons."""


class Choices(_Listed, SelectMultipleField):
    """Check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label=None, choices=(), required=False, message=None, **kwargs):
        super().__init__(label, choices, required, message or _l("Choose at least one answer"), **kwargs)

    def pre_validate(self, form):
        allowed = {value for value, *_rest in self.iter_choices()}
        if set(self.data or ()) - allowed or (not self.is_optional and not self.data):
            raise ValidationError(self.message)


class Tick(BooleanField):
    """One box; `required` means it must be ticked."""

    def __init__(self, label=None, required=False, message=None, **kwargs):
        super().__init__(label, **kwargs)
        self.is_optional, self.message = not required, message or _l("Tick the box to continue")

    def pre_validate(self, form):
        if not self.is_optional and not self.data:
            raise ValidationError(self.message)


class Secret(PasswordField):
    def __init__(self, label=None, message=None, **kwargs):
        super().__init__(label, [Required(message or _l("Enter your password"))], **kwargs)
        self.is_optional, self.ltr = False, True


class Upload(MultipleFileField):
    """One or more files; the content is judged by gateways/scanner.py, not here."""

    def __init__(self, label=None, required=True, message=None, **kwargs):
        super().__init__(label, **kwargs)
        self.is_optional, self.message = not required, message or _l("Choose a file")

    @property
    def files(self) -> list:
        return [file for file in (self.data or []) if getattr(file, "filename", "")]

    def pre_validate(self, form):
        if not self.is_optional and not self.files:
            raise ValidationError(self.message)
