"""The clock of the letters: a letter that ends soon becomes one task, however often the clock ticks."""

import sqlalchemy as sa

from concierge.db import transaction
from concierge.jobs.guarantees import watch_letters
from concierge.models import CaseTask
from tests.journey.finance.guarantees.scenes import covered


def test_a_letter_that_ends_soon_makes_one_task_of_the_advocate(session, clock):
    with transaction() as writing:
        covered(writing)
    assert watch_letters() == 0
    clock.forward(days=77)
    assert [watch_letters(), watch_letters()] == [1, 0]
    session.rollback()
    raised = sa.select(CaseTask.code).where(CaseTask.key.like("letter:%"))
    assert session.scalars(raised).all() == ["letter_expires_soon"]
