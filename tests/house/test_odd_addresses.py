"""Every route with what nobody should type into an address: an answer on both databases, never a fault of ours."""

import pytest

from concierge.domain.access import Role
from concierge.domain.journey import Step
from concierge.models import StaffRole
from tests.factories import a_case, a_referral, as_portal, as_referrer, as_staff, patient_of, staff

ODD = ("a%00b", "%ff", "9223372036854775808")
FORM = {"once": "x" * 24}
QUESTIONS = (
    "q",
    "after",
    "before",
    "reads_before",
    "hospital",
    "language",
    "lane",
    "list",
    "on",
    "kind",
    "tab",
    "show",
    "at",
    "of",
    "minutes",
)


@pytest.fixture
def reader(app, session, client):
    """A browser in which one person may open everything of one case."""
    app.config["WTF_CSRF_ENABLED"] = False
    case = a_case(session, slug="alder-coast", step=Step.EVALUATION)
    maria = staff(session, "maria@alder-coast.example")
    have = maria.roles_at(case.hospital_id)
    session.add_all(
        StaffRole(staff_id=maria.id, hospital_id=case.hospital_id, role=role)
        for role in Role
        if role not in have
    )
    session.commit()
    as_staff(client, maria, session)
    as_portal(client, patient_of(session, case), session)
    as_referrer(client, a_referral(session, case).referrer, session)
    yield case
    app.config["WTF_CSRF_ENABLED"] = True


def addresses(app, case):
    """(method, address with `{}` where one argument goes) of every route, one argument after the other."""
    known = {"ref": case.reference, "pid": case.public_id, "lang": "en", "tag": "en", "number": "1"}
    for rule in app.url_map.iter_rules():
        parts = [(is_dynamic, part) for is_dynamic, part in rule._trace if part != "|"]
        for odd in sorted(rule.arguments - {"lang", "tag", "number", "filename"}):
            address = "".join(
                ("{}" if part == odd else known.get(part, "x")) if is_dynamic else part
                for is_dynamic, part in parts
            )
            for method in sorted({"GET", "POST"} & rule.methods):
                yield method, address
        if "GET" in rule.methods and rule.arguments <= set(known) and "sign_out" not in rule.endpoint:
            asked = "&".join(f"{name}={{0}}" for name in QUESTIONS)
            yield (
                "GET",
                "".join(known.get(part, "x") if is_dynamic else part for is_dynamic, part in parts)
                + "?"
                + asked,
            )


def test_no_odd_address_is_a_fault_of_ours(app, client, reader):
    wrong = {}
    for method, address in addresses(app, reader):
        for odd in ODD:
            status = client.open(
                address.format(odd), method=method, data=FORM if method == "POST" else None
            ).status_code
            if status >= 500:
                wrong[method, address, odd] = status
    assert wrong == {}
