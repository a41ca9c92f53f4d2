"""The team sorts records: the overview, the list of a case, filing, asking again, looking at a file."""

import io

import pytest
import sqlalchemy as sa
from PIL import Image

from concierge.db import transaction
from concierge.domain.journey import Step
from concierge.domain.vocabulary import DocumentState, RecordKind, RecordState
from concierge.models import ChecklistItem, Document
from tests.factories import a_case, as_portal, as_staff, patient_of, staff
from tests.records import samples


@pytest.fixture
def case(session):
    with transaction() as writing:
        return a_case(writing, step=Step.CLINICAL)


@pytest.fixture
def desk(client, session, case):
    as_staff(client, staff(session, REVIEWER), session)
    return client


REVIEWER, OTHER_HOUSE = "dr.ellis@alder-coast.example", "dr.xu@jinghe.example"


def page_of(case) -> str:
    return f"/c/{case.reference}/records"


def add(desk, case, content, name, kind="pathology"):
    page = desk.get(page_of(case))
    return desk.submit(page, action="#row-upload", kind=kind, files=[samples.upload(content, name)])


def newest(session) -> Document:
    session.rollback()
    return session.scalars(sa.select(Document).order_by(Document.id.desc())).first()


def item(session, case, kind=RecordKind.PATHOLOGY) -> ChecklistItem:
    session.rollback()
    return session.scalars(
        sa.select(ChecklistItem).where(ChecklistItem.case_id == case.id, ChecklistItem.kind == kind)
    ).one()


def test_a_file_is_added_filed_and_its_item_received(desk, session, case):
    assert add(desk, case, samples.pdf(), "report.pdf").status_code == 303
    document = newest(session)
    page = desk.get(page_of(case))
    assert "report.pdf" in page.text
    answer = desk.submit(page, action=f"#row-file-{document.public_id}", finding="received")
    assert answer.status_code == 303
    assert newest(session).state is DocumentState.RECEIVED
    assert item(session, case).state is RecordState.RECEIVED


def test_a_file_goes_back_only_with_words_for_the_family(desk, session, case):
    add(desk, case, samples.pdf(), "report.pdf")
    action = f"#row-file-{newest(session).public_id}"
    answer = desk.submit(desk.get(page_of(case)), action=action, finding="unreadable", reason="")
    assert answer.status_code == 422
    assert "Write for the family what is wrong" in answer.text
    answer = desk.submit(
        answer, action=action, finding="unreadable", reason="Page 2 is \u202edark", language="ar"
    )
    assert answer.status_code == 303
    assert (newest(session).refusal, newest(session).refusal_language) == ("Page 2 is dark", "ar")


def test_too_many_words_are_refused_and_kept(desk, session, case):
    add(desk, case, samples.pdf(), "report.pdf")
    action = f"#row-file-{newest(session).public_id}"
    answer = desk.submit(desk.get(page_of(case)), action=action, finding="unreadable", reason="x" * 10_000)
    assert answer.status_code == 422
    assert "x" * 10_000 in answer.text


def test_what_a_colleague_has_filed_in_the_meantime_is_not_filed_again(desk, session, case):
    add(desk, case, samples.pdf(), "report.pdf")
    page, action = desk.get(page_of(case)), f"#row-file-{newest(session).public_id}"
    desk.submit(desk.get(page_of(case)), action=action, finding="received")
    assert desk.submit(page, action=action, finding="too_old", reason="From 2019").status_code == 409


def test_an_image_of_somebody_else_is_flagged_in_words(desk, session, case):
    add(desk, case, samples.dicom("HADDAD^LAYLA", "19710102"), "IM0001", kind="images")
    page = desk.get(page_of(case))
    assert "The name in the file is not the name in the passport" in page.text
    assert "The birth date in the file is not the one in the passport" in page.text
    assert "HADDAD, LAYLA" in page.text


def test_an_image_of_the_patient_is_not_flagged(desk, session, case):
    add(desk, case, samples.dicom(), "IM0001", kind="images")
    assert "is not the name in the passport" not in desk.get(page_of(case)).text


def test_a_program_is_refused_here_too(desk, session, case):
    answer = add(desk, case, samples.EXE, "report.pdf")
    assert answer.status_code == 422
    assert "it is a program, not a document" in answer.text
    assert newest(session) is None


def test_an_item_is_asked_for_again_and_a_new_one_put_on_the_list(desk, session, case):
    page = desk.get(page_of(case))
    answer = desk.submit(page, action="#row-mark-pathology", state="in_transit", reason="")
    assert answer.status_code == 303
    assert item(session, case).state is RecordState.IN_TRANSIT
    answer = desk.submit(
        desk.get(page_of(case)), action="#row-add", kind="labs", reason="With the liver values"
    )
    assert answer.status_code == 303
    assert item(session, case, RecordKind.LABS).note == "With the liver values"


def test_a_form_about_nothing_is_not_understood(desk, case):
    page = desk.get(page_of(case))
    assert desk.submit(page, action="#row-add", act="burn").status_code == 400
    assert desk.submit(page, action="#row-mark-pathology", row="nonsense").status_code == 404


# --- looking at files -------------------------------------------------------------------------------------------


def test_a_file_is_looked_at_in_a_box_without_scripts(desk, session, case):
    content = samples.pdf()
    add(desk, case, content, "report.pdf")
    answer = desk.get(f"{page_of(case)}/{newest(session).public_id}/view")
    assert answer.data == content
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_photo_of_a_phone_is_shown_as_jpeg(desk, session, case):
    add(desk, case, samples.heic(), "IMG_1.heic", kind="passport")
    answer = desk.get(f"{page_of(case)}/{newest(session).public_id}/view")
    assert Image.open(io.BytesIO(answer.data)).format == "JPEG"


def test_the_images_of_a_disc_are_not_shown_but_handed_out(desk, session, case):
    content = samples.dicom()
    add(desk, case, content, "IM0001", kind="images")
    address = f"{page_of(case)}/{newest(session).public_id}"
    assert desk.get(f"{address}/view").status_code == 404
    answer = desk.get(address)
    assert answer.data == content
    assert answer.headers["Content-Disposition"].endswith('.dcm"')


# --- overview ---------------------------------------------------------------------------------------------------


def test_the_case_whose_file_waits_longest_comes_first(desk, session, case, clock):
    with transaction() as writing:
        second = a_case(writing, step=Step.CLINICAL, native_name="李伟")
    add(desk, second, samples.pdf(), "a.pdf")
    clock.forward(hours=2)
    add(desk, case, samples.pdf(), "b.pdf")
    page = desk.get("/records").text
    assert page.index(second.reference) < page.index(case.reference)
    assert "0 of 3" in page


def test_cases_that_wait_for_the_family_stand_apart(desk, session, case):
    assert "No records to sort" in desk.get("/records").text
    assert case.reference in desk.get("/records?show=waiting").text


@pytest.mark.parametrize("show", ["", "waiting"])
def test_long_lists_come_in_pages_and_bad_cursors_start_anew(desk, session, case, monkeypatch, show):
    monkeypatch.setattr("concierge.records.queries.PAGE", 2)
    with transaction() as writing:
        others = [a_case(writing, step=Step.CLINICAL) for _number in range(2)]
    for made in (case, *others) if not show else ():
        add(desk, made, samples.pdf(), "a.pdf")
    first = desk.get(f"/records?show={show}").text
    after = first.split("after=")[1].split('"')[0]
    second = desk.get(f"/records?show={show}&after={after}").text
    shown = [[made.reference in page for made in (case, *others)] for page in (first, second)]
    assert shown == [[True, True, False], [False, False, True]]
    assert case.reference in desk.get(f"/records?show={show}&after=nonsense").text


# --- who may ----------------------------------------------------------------------------------------------------


def test_a_colleague_of_another_hospital_finds_nothing(desk, client, session, case):
    add(desk, case, samples.pdf(), "a.pdf")
    document = newest(session)
    session.rollback()
    as_staff(client, staff(session, OTHER_HOUSE), session)
    for address in (
        page_of(case),
        f"{page_of(case)}/{document.public_id}",
        f"{page_of(case)}/{document.public_id}/view",
    ):
        assert client.get(address).status_code == 404
    assert case.reference not in client.get("/records").text


def test_who_handles_money_sees_no_records(client, session, case):
    as_staff(client, staff(session, "daniel@alder-coast.example"), session)
    assert client.get(page_of(case)).status_code in {403, 404}


def test_a_patient_is_no_member_of_staff(client, session, case):
    as_portal(client, patient_of(session, case), session)
    assert client.get(page_of(case)).status_code == 302
