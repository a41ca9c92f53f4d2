"""The guard of the public forms: too fast and too old are refused kindly, and nothing typed is lost."""

import pytest

from concierge.web.guard import TooMany, count_try
from tests.support.clock import StillClock


def test_a_form_that_is_sent_in_no_time_is_refused_and_the_next_press_works(app, clock: StillClock):
    from concierge.web.guard import GuardedForm

    app.config["FASTEST_FORM_SECONDS"] = 2.0
    with app.test_request_context("/"):
        shown = GuardedForm(meta={"csrf": False}).shown.data
    with app.test_request_context("/", method="POST", data={"shown": shown, "once": "x" * 24}):
        form = GuardedForm(meta={"csrf": False})
        assert not form.validate()
        assert form.form_errors
        again = form.shown.data
    clock.forward(seconds=3)
    with app.test_request_context("/", method="POST", data={"shown": again, "once": "x" * 24}):
        assert GuardedForm(meta={"csrf": False}).validate()


@pytest.mark.parametrize("shown", ["", "made-up", "1.2.3"])
def test_a_time_that_nobody_signed_is_refused(app, shown):
    from concierge.web.guard import GuardedForm

    with app.test_request_context("/", method="POST", data={"shown": shown, "once": "x" * 24}):
        assert not GuardedForm(meta={"csrf": False}).validate()


def test_one_contact_is_written_to_a_few_times_a_day(app, session):
    with app.test_request_context("/"):
        for _ in range(5):
            count_try(session, "test", contact="somebody@example.org")
        with pytest.raises(TooMany):
            count_try(session, "test", contact="somebody@example.org")
        count_try(session, "test", contact="another@example.org")
