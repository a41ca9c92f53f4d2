"""The balances follow a case that becomes part of another, and come back when it is undone; the books agree."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.cases import journal
from concierge.cases.merge import actions as merging
from concierge.cases.merge.actions import Wish
from concierge.db import transaction
from concierge.domain.journal import balances
from concierge.jobs.books import check_books
from concierge.journey.finance.refunds.actions import send_refund
from concierge.models import JournalEntry, JournalLine, Payment, Refund
from tests.factories import a_case, actor_of, staff
from tests.journey.finance.refunds.scenes import LATER, approved, paid, who


def stands(session, case_id) -> dict[str, int]:
    found = balances(journal.lines_of(session, case_id))
    return {account.value: amount.minor for (account, _currency), amount in found.items()}


def test_a_merge_carries_the_balances_over_and_its_undo_carries_them_back_with_what_happened_since(session):
    with transaction() as writing:
        survivor = a_case(writing)
        other, deposit, _payment = paid(writing)
        refund = approved(writing, other, deposit, 700)
        maria = actor_of(staff(writing, "maria@alder-coast.example"))
        before = stands(writing, other.id)
    with transaction() as writing:
        made = merging.merge(writing, survivor.id, other.id, Wish(), actor=maria, now=LATER)
    assert stands(session, survivor.id) == before
    assert stands(session, other.id) == {}
    assert check_books() == []
    with transaction() as writing:
        case, row = writing.merge(survivor), writing.get_one(Refund, refund.id)
        send_refund(writing, case, row, on=LATER.date(), bank_reference="1", **who(writing, case))
    after = stands(session, survivor.id)
    assert check_books() == []
    with transaction() as writing:
        merging.undo(writing, made.id, actor=maria, now=LATER + timedelta(hours=1))
    assert (stands(session, survivor.id), stands(session, other.id)) == ({}, after)
    assert check_books() == []


@pytest.mark.parametrize("wrong", ["payment", "refund", "line"])
def test_books_that_do_not_agree_are_found(session, wrong):
    with transaction() as writing:
        case, deposit, payment = paid(writing)
        refund = approved(writing, case, deposit, 700)
        if wrong == "payment":
            writing.execute(sa.update(Payment).values(amount_minor=payment.amount_minor + 1))
        elif wrong == "refund":
            writing.execute(sa.update(Refund).values(amount_minor=refund.amount_minor - 1))
        else:
            lines = [JournalLine(account="bank", amount_minor=5, currency="USD")]
            facts = {"fact": "x", "actor_kind": "system", "actor_name": "x", "lines": lines}
            writing.add(JournalEntry(case_id=case.id, at=LATER, happening="bill_paid", **facts))
        case_id = case.id
    found = check_books()
    assert found and {fault.case_id for fault in found} == {case_id}
    assert {fault.code for fault in found} == {
        "payment": {"held"}, "refund": {"held", "due"}, "line": {"unbalanced"},
    }[wrong]  # fmt: skip
