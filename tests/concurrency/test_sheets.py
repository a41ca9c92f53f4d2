"""Two colleagues put one face sheet aside at the same moment: one does, the other learns that it is done."""

import contextvars
import threading
import time

import sqlalchemy as sa
from flask import Flask

from concierge.db import transaction
from concierge.journey.contact.referral.actions import put_aside
from concierge.models import FaceSheet
from tests.factories import actor_of, as_staff, hospitals, staff
from tests.records import samples
from tests.support.clock import START


def test_a_sheet_is_put_aside_once(app: Flask, client, session) -> None:
    with transaction() as writing:
        hospitals(writing)
    maria = staff(session, "maria@alder-coast.example")
    as_staff(client, maria, session)
    sent = [samples.upload(samples.pdf(), "fax.pdf")]
    place = client.submit(client.get("/desk/referral/new"), files=sent).location + "/aside"
    page, answers = client.get(place), []

    def press() -> None:
        answers.append(client.submit(page, reason="The second").status_code)

    second = threading.Thread(target=contextvars.Context().run, args=(press,))
    with transaction() as writing:
        sheet = writing.scalars(sa.select(FaceSheet).with_for_update()).one()
        put_aside(writing, sheet, reason="The first", actor=actor_of(maria), now=START)
        writing.flush()
        second.start()
        time.sleep(0.7)
    second.join(timeout=30)
    assert answers == [409]
