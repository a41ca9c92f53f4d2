"""The test client: one fresh application context per request, every page inspected, forms filled as a browser would."""

import contextvars
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.pages import faults_of


class HouseClient(FlaskClient):
    """Flask's client with two differences.

    Flask reuses the application context of the test for the request, and with it `g` and the database session, so
    that a test sees what no browser ever would; here each request begins without one. And each page that comes back
    is held against `pages.faults_of`.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = contextvars.Context().run(super().open, *args, **kwargs)
        if response.mimetype == "text/html" and not response.is_streamed:
            faults = faults_of(response.get_data(as_text=True))
            assert not faults, f"{response.request.path}: {'; '.join(faults)}"
        return response

    def submit(
        self, page: TestResponse, *, action: str | None = None, button: str | None = None, **fields: Any
    ) -> TestResponse:
        """Fill the form of `page` and send it: hidden fields, defaults and ticks go along as in a browser.

        `action` picks the form whose action ends so (else the only POST form with a visible field, else the last one);
        `button` is the value of the pressed button; a list fills a multiple choice; None leaves a field out.
        The answer's redirects are not followed.
        """
        form = _form_of(BeautifulSoup(page.get_data(as_text=True), "html.parser"), action)
        data = _values_of(form, button)
        for name, value in fields.items():
            data.pop(name, None)
            if value is not None:
                data[name] = value
        return self.post(str(form.get("action") or page.request.full_path.rstrip("?")), data=data)


def _form_of(soup: BeautifulSoup, action: str | None) -> Tag:
    forms = [form for form in soup.find_all("form") if str(form.get("method", "get")).lower() == "post"]
    if action is not None:
        forms = [form for form in forms if str(form.get("action", "")).endswith(action)]
    assert forms, f"no such form on the page: {action or 'any'}"
    visible = [form for form in forms if form.select("input:not([type=hidden]), textarea, select")]
    return visible[0] if len(visible) == 1 else forms[-1]


def _values_of(form: Tag, button: str | None) -> dict[str, Any]:
    values: dict[str, list[str]] = {}
    for field in form.select("input[name], textarea[name], select[name], button[name]"):
        for value in _field_values(field, button):
            values.setdefault(str(field["name"]), []).append(value)
    return dict(values)


def _field_values(field: Tag, button: str | None) -> list[str]:
    if field.has_attr("disabled"):
        return []
    if field.name == "textarea":
        return [field.get_text().removeprefix("\n")]
    if field.name == "select":
        chosen = field.select("option[selected]") or (
            [] if field.has_attr("multiple") else field.select("option")[:1]
        )
        return [str(option.get("value", option.get_text())) for option in chosen]
    kind = str(field.get("type", "submit" if field.name == "button" else "text")).lower()
    value = str(field.get("value", "on" if kind in {"checkbox", "radio"} else ""))
    if kind in {"submit", "button", "image", "reset"}:
        return [value] if button is not None and value == button else []
    if kind in {"checkbox", "radio"}:
        return [value] if field.has_attr("checked") else []
    return [] if kind == "file" else [value]
