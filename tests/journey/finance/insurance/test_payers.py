"""Who pays, in order: one row each, the patient last, the case and the benefits kept in step."""

from datetime import date

import pytest
import sqlalchemy as sa

from concierge.booking.benefits import preview
from concierge.cases import facts, payers
from concierge.cases.merge.actions import Wish, merge, undo
from concierge.db import transaction
from concierge.domain.errors import InvalidInput, Stale
from concierge.domain.money import Money
from concierge.domain.vocabulary import Benefit, PayerKind
from concierge.journey.consult.actions import note_payer
from concierge.journey.finance.guarantees import actions as finance
from concierge.journey.finance.insurance import actions, expectation
from concierge.models import Case, CasePayer
from tests.factories import a_case
from tests.journey.finance.scenes import a_letter, advocate, family, in_finance, issued
from tests.support.clock import START

INSURER = actions.PayerFacts(kind=PayerKind.INSURER, name="Harbour Mutual", policy_number="P-1")
CHARITY = actions.PayerFacts(kind=PayerKind.SPONSOR, name="Good Hands")


def who(session, case, nth=0):
    return {"actor": advocate(session, case, nth), "now": START}


@pytest.fixture
def case(session):
    return in_finance(session)


def order(session, case):
    return [payer.name for payer in payers.payers_of(session, case)]


def test_the_first_payer_stands_on_the_case_whatever_moves(session, case):
    first = actions.add_payer(session, case, INSURER, **who(session, case))
    second = actions.add_payer(session, case, CHARITY, **who(session, case))
    assert (case.payer_kind, case.payer_name) == (PayerKind.INSURER, "Harbour Mutual")
    actions.move_payer(session, case, second, is_up=True, **who(session, case))
    actions.move_payer(session, case, second, is_up=True, **who(session, case))
    assert order(session, case) == ["Good Hands", "Harbour Mutual"]
    assert (case.payer_kind, case.payer_name) == (PayerKind.SPONSOR, "Good Hands")
    actions.end_payer(session, case, second, **who(session, case))
    assert (case.payer_kind, first.rank) == (PayerKind.INSURER, 1)
    actions.end_payer(session, case, first, **who(session, case))
    assert (case.payer_kind, case.payer_name) == (PayerKind.SELF_PAY, "")
    assert session.scalar(sa.select(sa.func.count(CasePayer.id))) == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": PayerKind.SELF_PAY}, "kind"),
        ({"name": ""}, "payer_name"),
        ({"valid_from": date(2027, 1, 1), "valid_until": date(2026, 1, 1)}, "valid_until"),
    ],
)
def test_a_payer_without_sense_is_refused(session, case, change, field):
    facts_of = actions.PayerFacts(**{"kind": PayerKind.INSURER, "name": "X", **change})
    with pytest.raises(InvalidInput) as refused:
        actions.add_payer(session, case, facts_of, **who(session, case))
    assert refused.value.field == field


def test_the_first_talk_corrects_the_first_payer_or_puts_another_before_the_others(session, case):
    said = {"letter": "", "is_beneficiary": False, **who(session, case)}
    note_payer(session, case, kind=PayerKind.INSURER, name="Harbor", **said)
    note_payer(session, case, kind=PayerKind.INSURER, name="Harbour Mutual", **said)
    actions.add_payer(session, case, CHARITY, **who(session, case))
    assert order(session, case) == ["Harbour Mutual", "Good Hands"]
    payers.payers_of(session, case)[0].policy_number = "P-1"
    note_payer(session, case, kind=PayerKind.EMBASSY, name="Embassy", **said)
    assert order(session, case) == ["Embassy", "Good Hands"]
    note_payer(session, case, kind=PayerKind.SELF_PAY, name="", **said)
    assert order(session, case) == []
    assert case.payer_kind is PayerKind.SELF_PAY


def test_any_marked_us_programme_refuses_benefits_also_as_the_last_payer(session, case):
    actions.add_payer(session, case, CHARITY, **who(session, case))
    marked = actions.Agreed(is_us_government=True)
    actions.add_payer(session, case, INSURER, marked, **who(session, case))
    case.person.is_government_beneficiary = False
    assert PayerKind.US_GOVERNMENT in payers.payer_kinds(session, case)
    letter = a_letter(session, case)
    finance.accept_guarantee(session, case, letter, actor=advocate(session, case, 1), now=START)
    assert preview(session, case, Benefit.RIDES, (), START.date())[0].reason == "us_government_beneficiary"


def test_what_the_family_types_counts_until_somebody_has_checked_it(session, case):
    payer = actions.add_payer(session, case, INSURER, **who(session, case))
    typed = actions.PayerFacts(kind=PayerKind.INSURER, name="Harbour Mutual", policy_number="P-2")
    said = {"actor": family(session, case), "now": START}
    actions.say_facts(session, case, payer, typed, **said)
    assert payer.policy_number == "P-2"
    actions.change_payer(
        session,
        case,
        payer,
        INSURER,
        actions.Agreed(),
        is_verified=True,
        version=payer.version,
        **who(session, case),
    )
    actions.say_facts(session, case, payer, typed, **said)
    assert (payer.policy_number, payer.stated["policy_number"]) == ("P-1", "P-2")
    with pytest.raises(Stale):
        actions.change_payer(
            session, case, payer, INSURER, actions.Agreed(), is_verified=True, version=1, **who(session, case)
        )


def test_an_accepted_letter_bears_up_to_its_limit_and_the_patient_the_rest(session, case):
    issued(session, case)
    actions.add_payer(session, case, INSURER, **who(session, case))
    letter = a_letter(session, case, ceiling=500_000, issuer="Embassy")
    embassy = actions.PayerFacts(kind=PayerKind.EMBASSY, name="Embassy")
    actions.add_payer(session, case, embassy, **who(session, case))
    waiting = found_of(session, case)
    assert [row.is_known for row in waiting.rows] == [False, False]
    assert waiting.patient == waiting.amount
    finance.accept_guarantee(session, case, letter, actor=advocate(session, case, 1), now=START)
    found = found_of(session, case)
    assert found.rows[1].share.high == Money(500_000, "USD")
    assert found.rows[1].differs == ("over_ceiling",)
    assert found.patient.high == found.amount.high - Money(500_000, "USD")


def test_without_an_estimate_or_with_another_currency_no_share_is_shown(session, case):
    limit = actions.Agreed(limit=Money(1_000, "KWD"))
    actions.add_payer(session, case, CHARITY, limit, **who(session, case))
    assert (found_of(session, case).problem, found_of(session, case).patient) == ("no_estimate", None)
    issued(session, case)
    assert (found_of(session, case).problem, found_of(session, case).rows[0].share) == (
        "other_currency",
        None,
    )


def found_of(session, case):
    session.flush()
    return expectation.build(session, facts.load(session, case), START, with_draft=True)


def test_a_merge_puts_the_other_cases_payers_behind_and_its_undo_takes_them_back(session):
    with transaction() as writing:
        survivor, other = a_case(writing), a_case(writing, native_name="نورة سعد")
        for one, facts_of in ((other, INSURER), (survivor, CHARITY)):
            payers.set_first(writing, one, kind=facts_of.kind, name=facts_of.name, **who(writing, one))
        ids = survivor.id, other.id
        actor = advocate(writing, survivor)
    with transaction() as writing:
        made = merge(writing, *ids, Wish(), actor=actor, now=START).id
        survivor = writing.get_one(Case, ids[0])
        assert order(writing, survivor) == ["Good Hands", "Harbour Mutual"]
        assert survivor.payer_kind is PayerKind.SPONSOR
    with transaction() as writing:
        undo(writing, made, actor=actor, now=START)
        assert order(writing, writing.get_one(Case, ids[1])) == ["Harbour Mutual"]
