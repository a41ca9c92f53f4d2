"""What a field takes, and what it refuses next to itself instead of failing behind the page."""

import pytest

from concierge.web.forms import Day, Form, LocalDateTime


class WhenForm(Form):
    on = Day("Day")
    at = LocalDateTime("Time", timezone="Asia/Shanghai")


def judged(app, **typed) -> WhenForm:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(
        "/", method="POST", data={"on": "2026-12-08", "at": "2026-12-08T14:30", **typed}
    ):
        form = WhenForm()
        form.validate()
    app.config["WTF_CSRF_ENABLED"] = True
    return form


@pytest.mark.parametrize("typed", ["0001-01-01", "9999-12-31", "2026-02-29", "1447-09-01"])
def test_a_day_that_is_not_on_our_clocks_is_refused(app, typed):
    form = judged(app, on=typed)
    assert form.errors.keys() == {"on"} and form.on.data == typed


@pytest.mark.parametrize(
    "typed", ["0001-01-01T00:00", "9999-12-31T23:59", "2026-12-08T14:30+05:00", "2026-12-08T25:00"]
)
def test_a_time_that_no_wall_shows_is_refused(app, typed):
    assert judged(app, at=typed).errors.keys() == {"at"}


def test_days_and_times_in_any_digits(app):
    form = judged(app, on="٢٠٢٦-١٢-٠٨", at="२०२६-१२-०८T१४:३०")
    assert not form.errors and form.on.day.isoformat() == "2026-12-08"
    assert form.at.at.isoformat() == "2026-12-08T06:30:00+00:00"
