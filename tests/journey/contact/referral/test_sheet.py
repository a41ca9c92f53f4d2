"""A fax or scan becomes a referral beside its picture; half-typed it waits, and nothing of it is lost."""

import io

import pypdf
import pytest
import sqlalchemy as sa
from PIL import Image

from concierge.domain.vocabulary import CameBy, RecordKind
from concierge.models import Document, Enquiry, FaceSheet, OutboxMessage, Referral
from tests.factories import as_staff, staff
from tests.journey.contact.family import text_of
from tests.records import samples

pytestmark = pytest.mark.usefixtures("houses")

TYPED = {"doctor_name": "Dr. Ivan Petrov", "name": "Omar Haddad", "diagnosis": "See the sheet"}


def fax(pages: int) -> bytes:
    """Black on white, as fax machines send it."""
    sheets = [Image.new("1", (864, 1100), 1) for _ in range(pages)]
    out = io.BytesIO()
    sheets[0].save(out, "TIFF", compression="group4", save_all=True, append_images=sheets[1:])
    return out.getvalue()


@pytest.fixture
def desk(client, session):
    as_staff(client, staff(session, "maria@alder-coast.example"), session)
    return client


def drop(desk, content=None, name="fax.pdf"):
    sent = [samples.upload(samples.pdf() if content is None else content, name)]
    return desk.submit(desk.get("/desk/referral/new"), files=sent)


def test_a_sheet_is_typed_off_beside_its_picture_and_filed_with_the_case(desk, session):
    sheet = drop(desk).location
    page = desk.get(sheet)
    assert f'<iframe src="{sheet}/picture' in page.text
    picture = desk.get(f"{sheet}/picture")
    assert picture.data.startswith(b"%PDF")
    assert "frame-ancestors 'self'" in picture.headers["Content-Security-Policy"]
    answer = desk.submit(page, **TYPED, doctor_email="ivan@clinic.example", consent="y", may_hear_back="y")
    assert answer.status_code == 303
    referral = session.scalars(sa.select(Referral)).one()
    assert (referral.enquiry.came_by, referral.has_patient_consent) == (CameBy.FAX, True)
    document = session.scalars(sa.select(Document)).one()
    assert (document.case_id, document.kind) == (referral.case_id, RecordKind.REFERRAL_LETTER)
    assert desk.get(sheet).status_code == 303  # it leads to the case now
    assert "No sheet waits." in desk.get("/desk/referral/new").text
    assert session.scalars(sa.select(OutboxMessage.recipient)).all() == ["ivan@clinic.example"]


def test_without_consent_and_address_it_is_filed_and_the_team_asks_first(desk, session):
    answer = desk.submit(desk.get(drop(desk).location), **TYPED)
    assert answer.status_code == 303
    referral = session.scalars(sa.select(Referral)).one()
    assert (referral.referrer.email, referral.has_patient_consent) == (None, False)
    assert referral.case.health_consent_at is None
    page = desk.get(f"/c/{referral.case.reference}/referral")
    assert "Not known whether the patient agreed: ask first" in page.text
    assert "Record the consent to handle health data" in page.text
    assert session.scalars(sa.select(OutboxMessage)).all() == []


def test_a_half_typed_sheet_waits_in_the_list_with_what_was_typed(desk, session):
    sheet = drop(desk, name="fax-7.pdf").location
    kept = desk.submit(
        desk.get(sheet), button="later", doctor_name="Dr. Ivan Petrov", name="Omar Haddad", birth="19"
    )
    assert kept.location == "/desk/referral/new"
    listed = text_of(desk.get("/desk/referral/new"))
    assert "fax-7.pdf" in listed and "Omar Haddad" in listed and "Maria Castillo" in listed
    refused = desk.submit(desk.get(sheet), diagnosis="See the sheet", may_hear_back="y")
    assert refused.status_code == 422 and "tick both, or none" in refused.text
    page = desk.get(sheet)
    assert "Dr. Ivan Petrov" in page.text and "See the sheet" in page.text
    assert session.scalars(sa.select(Referral)).all() == []


def test_a_fax_of_sixty_pages_is_shown_as_the_pages_it_has(desk):
    sheet = drop(desk, fax(60), "long.tif").location
    picture = desk.get(f"{sheet}/picture")
    assert picture.mimetype == "application/pdf"
    assert len(pypdf.PdfReader(io.BytesIO(picture.data)).pages) == 60


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (samples.pdf("secret"), "locked with a password"),
        (samples.dicom(), "we cannot read this kind of file"),
        (b"II*\x00" + bytes(200), "it is damaged"),
    ],
)
def test_what_is_no_sheet_is_refused_with_the_reason(desk, session, app, content, words):
    answer = drop(desk, content)
    assert answer.status_code == 422
    assert words in answer.text
    assert session.scalars(sa.select(FaceSheet)).all() == []
    assert [path for path in app.config["CONCIERGE"].storage.rglob("*") if path.is_file()] == []


def test_what_is_no_referral_is_put_aside_with_a_reason(desk, session):
    sheet = drop(desk).location
    empty = desk.submit(desk.get(f"{sheet}/aside"), reason="")
    assert empty.status_code == 422
    assert desk.submit(desk.get(f"{sheet}/aside"), reason="An advertisement").status_code == 303
    assert "No sheet waits." in desk.get("/desk/referral/new").text
    assert session.scalars(sa.select(Enquiry)).all() == []


def test_two_colleagues_finish_one_sheet_once(desk, session, client):
    sheet = drop(desk).location
    mine, theirs = desk.get(sheet), desk.get(sheet)
    assert desk.submit(mine, **TYPED).status_code == 303
    second = desk.submit(theirs, **TYPED)
    assert second.status_code == 303  # to the case that came of it
    assert len(session.scalars(sa.select(Referral)).all()) == 1


def test_a_colleague_of_another_hospital_finds_no_sheet(desk, session):
    sheet = drop(desk).location
    as_staff(desk, staff(session, "chen@jinghe.example"), session)
    for address in (sheet, f"{sheet}/picture", f"{sheet}/aside"):
        assert desk.get(address).status_code == 404
