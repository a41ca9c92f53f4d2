"""The table of areas: what each caregiver may open in the portal, held against every route that it has."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from concierge.db import transaction
from concierge.domain.access import Area
from concierge.domain.journey import Step
from concierge.domain.vocabulary import Relation
from concierge.models import Case, PortalAccount
from tests import factories as make

GIVABLE = ("messages", "documents", "money", "decision")
PAGES = {
    "home": Area.TRIP,
    "messages": Area.MESSAGES,
    "documents": Area.DOCUMENTS,
    "costs": Area.MONEY,
    "pay": Area.MONEY,
    "trip": Area.TRIP,
    "people": Area.PEOPLE,
}


@pytest.fixture
def case(session: Session) -> Case:
    with transaction() as writing:
        return make.a_case(writing, step=Step.CLINICAL, language="en")


def caregiver(client: FlaskClient, case: Case, *areas: str) -> PortalAccount:
    with transaction() as writing:
        who = make.account(writing, "helper@family.example")
        make.takes_part(
            writing,
            writing.get(Case, case.id),
            who,
            Relation.CHILD,
            **{f"can_{area}": True for area in areas},
        )
        make.as_portal(client, who, writing)
    return who


@pytest.mark.parametrize("given", [(), *((area,) for area in GIVABLE), GIVABLE])
def test_a_caregiver_opens_what_was_given_and_finds_nothing_else(
    client: FlaskClient, case: Case, given: tuple[str, ...]
) -> None:
    caregiver(client, case, *given)
    allowed = {Area.TRIP, *(Area(area) for area in given)}
    found = {page: client.get(f"/portal/{case.public_id}/{page}").status_code for page in PAGES}
    assert found == {page: 200 if area in allowed else 404 for page, area in PAGES.items()}


def test_every_route_of_a_case_names_its_area_and_refuses_a_caregiver_without_it(
    app: Flask, client: FlaskClient, case: Case
) -> None:
    """Whatever page is added later: without its area nobody gets an answer, read or written."""
    caregiver(client, case)
    wrong = []
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/portal/<pid>/"):
            continue
        decision = app.view_functions[rule.endpoint].access
        path = rule.rule.replace("<pid>", case.public_id).replace("<", "").replace(">", "")
        status = client.get(path.replace("int:", "1")).status_code
        if decision not in {"portal:trip", "portal:any"} and status not in {404, 405}:
            wrong.append((rule.endpoint, decision, status))
    assert wrong == []


def test_the_bar_below_names_only_what_the_caregiver_may_open(client: FlaskClient, case: Case) -> None:
    caregiver(client, case, "money")
    page = client.get(f"/portal/{case.public_id}/home").text
    assert "/messages" not in page
    assert "/documents" not in page


def test_a_stranger_is_asked_to_sign_in_and_another_patient_finds_nothing(
    app: Flask, client: FlaskClient, session: Session, case: Case
) -> None:
    home = f"/portal/{case.public_id}/home"
    assert client.get(home).location == f"/portal?next=/portal/{case.public_id}/home"
    with transaction() as writing:
        other = make.a_case(writing, slug="jinghe")
        make.as_portal(client, make.patient_of(writing, other), writing)
    assert client.get(home).status_code == 404
