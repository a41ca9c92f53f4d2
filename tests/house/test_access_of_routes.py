"""Every route against five people: owner, colleague of another hospital, another patient or doctor, stranger.

The routes are read from the application, so that a new one is tested before anybody thinks of it.
"""

import pytest
import sqlalchemy as sa

from concierge.domain.access import Role
from concierge.domain.journey import Step
from concierge.models import ReadLog, StaffRole
from tests.factories import a_case, a_referral, as_portal, as_referrer, as_staff, patient_of, staff

METHODS = ("GET", "POST")


@pytest.fixture
def scene(app, session, client):
    """One case far on its way at one hospital; people of the other hospital and of another family."""
    app.config["WTF_CSRF_ENABLED"] = False
    case = a_case(session, slug="alder-coast", step=Step.EVALUATION)
    other = a_case(session, slug="jinghe", step=Step.CONSULT)
    owner, colleague = staff(session, "maria@alder-coast.example"), staff(session, "chen@jinghe.example")
    for user, hospital in ((owner, case.hospital), (colleague, other.hospital)):
        have = user.roles_at(hospital.id)
        session.add_all(
            StaffRole(staff_id=user.id, hospital_id=hospital.id, role=role)
            for role in Role
            if role not in have
        )
    sent, elsewhere = a_referral(session, case), a_referral(session, other, email="other@clinic.example")
    session.commit()
    people = {
        "owner": owner,
        "colleague": colleague,
        "patient": patient_of(session, case),
        "neighbour": patient_of(session, other),
        "referral": sent,
        "other_doctor": elsewhere.referrer,
    }
    yield app, client, session, case, people
    app.config["WTF_CSRF_ENABLED"] = True


def routes(app, case, decision: str, argument: str):
    """(method, address, whether the address has only the case in it) of all routes with this kind of decision."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        access = getattr(app.view_functions[rule.endpoint], "access", "")
        if not access.startswith(decision) or argument not in rule.arguments:
            continue
        values = dict.fromkeys(rule.arguments, "1") | {
            "ref": case.reference,
            "pid": case.public_id,
            "lang": "en",
        }
        address = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
        for method in METHODS:
            if method in rule.methods:
                yield method, address, rule.arguments <= {argument}


def answers(client, found) -> dict:
    return {
        (method, address): client.open(address, method=method).status_code for method, address, _only in found
    }


def test_a_stranger_is_sent_to_sign_in_from_every_guarded_page(scene):
    app, client, _session, case, _people = scene
    adapter = app.url_map.bind("localhost")
    wrong = {}
    for rule in app.url_map.iter_rules():
        access = getattr(app.view_functions[rule.endpoint], "access", "")
        if not access.startswith(("staff", "portal", "referrer")):
            continue
        values = dict.fromkeys(rule.arguments, "1") | {
            "ref": case.reference,
            "pid": case.public_id,
            "lang": "en",
        }
        address = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
        for method in sorted(rule.methods & set(METHODS)):
            response = client.open(address, method=method)
            if (
                response.status_code not in {302, 303}
                or ("sign-in" not in response.location
                and "/portal" not in response.location)
            ):
                wrong[method, address] = response.status_code
    assert wrong == {}


def test_a_colleague_of_another_hospital_finds_no_case(scene):
    app, client, session, case, people = scene
    as_staff(client, people["colleague"], session)
    found = answers(client, routes(app, case, "staff", "ref"))
    assert found and {key: status for key, status in found.items() if status != 404} == {}


def test_another_patient_finds_no_case(scene):
    app, client, session, case, people = scene
    as_portal(client, people["neighbour"], session)
    found = answers(client, routes(app, case, "portal", "pid"))
    assert found and {key: status for key, status in found.items() if status != 404} == {}


def test_another_doctor_finds_no_patient_and_neither_does_a_family(scene):
    app, client, session, _case, people = scene
    rid = people["referral"].public_id
    as_portal(client, people["patient"], session)
    assert set(of_referral(app, client, rid).values()) <= {302}  # to the doctors' own sign-in
    as_referrer(client, people["other_doctor"], session)
    found = of_referral(app, client, rid)
    assert found and {key: status for key, status in found.items() if status != 404} == {}
    as_referrer(client, people["referral"].referrer, session)
    opened = of_referral(app, client, rid)
    assert {status for (method, address), status in opened.items() if not address.endswith(".pdf")} <= {200, 422}


def of_referral(app, client, rid: str) -> dict:
    """The answers of all pages behind `@referrer` that are about one referral."""
    adapter = app.url_map.bind("localhost")
    found = {}
    for rule in app.url_map.iter_rules():
        access = getattr(app.view_functions[rule.endpoint], "access", "")
        if access == "referrer" and "rid" in rule.arguments:
            address = adapter.build(rule.endpoint, {"rid": rid})
            for method in sorted(rule.methods & set(METHODS)):
                found[method, address] = client.open(address, method=method).status_code
    return found


def test_staff_pages_do_not_open_for_a_patient_nor_the_portal_for_staff(scene):
    app, client, session, case, people = scene
    as_portal(client, people["patient"], session)
    staff_pages = answers(client, routes(app, case, "staff", "ref"))
    assert set(staff_pages.values()) <= {302, 303}
    client.delete_cookie("concierge_portal")
    as_staff(client, people["owner"], session)
    portal_pages = answers(client, routes(app, case, "portal", "pid"))
    assert set(portal_pages.values()) <= {302, 303}


def test_the_owners_pages_open_and_each_view_is_written_down(scene):
    app, client, session, case, people = scene
    as_staff(client, people["owner"], session)
    as_portal(client, people["patient"], session)
    pages = [*routes(app, case, "staff", "ref"), *routes(app, case, "portal", "pid")]
    opened = {address: client.get(address) for method, address, only in pages if method == "GET" and only}
    papers = {
        address
        for address, response in opened.items()
        if address.endswith(".pdf") and response.status_code == 404
    }
    wrong = {address: answer.status_code for address, answer in opened.items() if answer.status_code >= 400}
    wrong = {address: status for address, status in wrong.items() if address not in papers}  # not written yet
    assert wrong == {}
    session.rollback()
    logged = session.scalar(sa.select(sa.func.count()).where(ReadLog.case_id == case.id))
    assert logged >= len(opened)
