"""The family sends documents: what is kept, what is refused and why, and who may see what."""

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.journey import Step
from concierge.domain.vocabulary import DocumentState, RecordKind, RecordState, Relation
from concierge.models import ChecklistItem, Document
from tests.factories import a_case, account, as_portal, patient_of, takes_part
from tests.records import samples


@pytest.fixture
def case(session):
    with transaction() as writing:
        return a_case(writing, step=Step.CLINICAL, language="en")


@pytest.fixture
def family(client, session, case):
    as_portal(client, patient_of(session, case), session)
    return client


def page_of(case) -> str:
    return f"/portal/{case.public_id}/documents"


def send(client, case, *files, kind="pathology"):
    page = client.get(page_of(case))
    return client.submit(page, action="#add", kind=kind, files=list(files))


def documents(session) -> list[Document]:
    session.rollback()
    return list(session.scalars(sa.select(Document).order_by(Document.id)))


def stored_files(app) -> list:
    return [path for path in app.config["CONCIERGE"].storage.rglob("*") if path.is_file()]


def test_what_is_needed_stands_first_each_with_an_example(family, case):
    page = family.get(page_of(case))
    assert page.status_code == 200
    assert "The report of the laboratory that looked at the tissue" in page.text
    assert "kind=pathology#add" in page.text


def test_a_document_is_kept_sealed_and_waits_for_a_person(family, session, case, app):
    answer = send(family, case, samples.upload(samples.pdf(), "تقرير.pdf"))
    assert answer.status_code == 303
    (document,) = documents(session)
    assert (document.kind, document.state) == (RecordKind.PATHOLOGY, DocumentState.CHECKING)
    assert document.file_name == "تقرير.pdf"
    (path,) = stored_files(app)
    assert b"%PDF" not in path.read_bytes()
    page = family.get(page_of(case))
    assert "Checking" in page.text
    assert "We have 1 new document." in page.text


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (samples.EXE, "result.pdf", "it is a program, not a document"),
        (b"", "empty.pdf", "the file is empty"),
        (samples.pdf("secret"), "locked.pdf", "locked with a password"),
        (b"%PDF-1.7\nnothing follows", "broken.pdf", "it is damaged"),
        (b"PK\x03\x04" + bytes(200), "papers.zip", "we cannot read this kind of file"),
    ],
)
def test_a_file_that_is_no_document_is_refused_with_the_fix_named(
    family, session, case, app, content, name, words
):
    answer = send(family, case, samples.upload(content, name))
    assert answer.status_code == 422
    assert words in answer.text
    assert f"\u2068{name}\u2069" in answer.text
    assert documents(session) == []
    assert stored_files(app) == []


def test_a_jpeg_named_pdf_is_taken_as_the_jpeg_it_is(family, session, case):
    assert send(family, case, samples.upload(samples.jpeg(), "scan.pdf")).status_code == 303
    (document,) = documents(session)
    assert document.content_type == "image/jpeg"
    download = family.get(f"{page_of(case)}/{document.public_id}")
    assert download.data.startswith(b"\xff\xd8")
    assert download.headers["Content-Disposition"].endswith('.jpg"')


def test_the_good_files_of_a_batch_are_kept(family, session, case, app):
    files = (samples.upload(samples.pdf(), "good.pdf"), samples.upload(samples.EXE, "bad.pdf"))
    answer = send(family, case, *files)
    assert answer.status_code == 422
    assert "We have your other document" in answer.text
    assert "\u2068bad.pdf\u2069 was not taken" in answer.text
    assert [document.file_name for document in documents(session)] == ["good.pdf"]
    assert len(stored_files(app)) == 1


def test_the_same_form_sent_twice_stores_one_document(family, session, case, app):
    page = family.get(page_of(case))
    for _attempt in range(2):
        answer = family.submit(
            page, action="#add", kind="pathology", files=[samples.upload(samples.pdf(), "a.pdf")]
        )
        assert answer.status_code == 303
        assert answer.location.endswith(page_of(case))
    assert len(documents(session)) == len(stored_files(app)) == 1


def test_nothing_half_happens_when_the_transaction_fails(family, session, case, app, monkeypatch):
    def breaks(*_arguments, **_named):
        raise RuntimeError("the database went away")

    monkeypatch.setattr("concierge.records.files.actions.receive_document", breaks)
    with pytest.raises(RuntimeError):
        send(family, case, samples.upload(samples.pdf(), "a.pdf"))
    assert documents(session) == []
    assert stored_files(app) == []


def test_an_upload_without_a_file_or_kind_says_what_to_do(family, case):
    answer = family.submit(family.get(page_of(case)), action="#add", kind="", files=None)
    assert answer.status_code == 422
    assert "Choose at least one file, or take a photo" in answer.text
    assert "Choose what it is, or choose another document" in answer.text


def test_a_wild_file_name_is_shown_tame_and_never_a_path(family, session, case):
    name = "../../etc/\u202egnp.\x00exe" + "x" * 400 + ".pdf"
    send(family, case, samples.upload(samples.pdf(), name))
    (document,) = documents(session)
    assert len(document.file_name) <= 120
    assert not {"/", "\u202e", "\x00"} & set(document.file_name)
    assert document.file_name.endswith(".pdf")


def test_a_download_is_the_file_itself_under_a_discreet_name(family, session, case):
    content = samples.pdf()
    send(family, case, samples.upload(content, "breast cancer.pdf"))
    (document,) = documents(session)
    answer = family.get(f"{page_of(case)}/{document.public_id}")
    assert answer.data == content
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="{case.reference}-pathology-{document.public_id[:4]}.pdf"'
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_document_that_went_back_says_why_in_words(family, session, case):
    send(family, case, samples.upload(samples.pdf(), "page.pdf"))
    with transaction() as writing:
        writing.execute(
            sa.update(Document).values(
                state=DocumentState.REFUSED,
                finding=RecordState.UNREADABLE,
                refusal="The last line is cut off.",
            )
        )
    page = family.get(page_of(case))
    assert "Need a clearer copy" in page.text
    assert "The last line is cut off." in page.text


def test_before_the_list_is_agreed_three_things_to_start_with_are_named(client, session):
    with transaction() as writing:
        early = a_case(writing, step=Step.CONTACT, language="en")
    as_portal(client, patient_of(session, early), session)
    page = client.get(page_of(early))
    assert "These three help our doctors most" in page.text


def test_carried_images_are_to_be_brought_not_sent(client, session):
    with transaction() as writing:
        case = a_case(writing, slug="jinghe", step=Step.CLINICAL, language="en")
        writing.add(
            ChecklistItem(
                case_id=case.id,
                kind=RecordKind.IMAGES,
                position=9,
                state=RecordState.ASKED,
                changed_at=case.opened_at,
            )
        )
    as_portal(client, patient_of(session, case), session)
    assert "Bring it with you" in client.get(page_of(case)).text


def test_our_own_documents_are_offered_to_those_who_may_see_them(client, session):
    with transaction() as writing:
        late = a_case(writing, step=Step.EVALUATION, language="en")
        son = account(writing, "son@family.example")
        takes_part(writing, late, son, Relation.CHILD, can_documents=True)
    as_portal(client, patient_of(session, late), session)
    page = client.get(page_of(late)).text
    for name in ("Your estimate", "Our letter to you", "Your trip"):
        assert name in page
    assert "Your going-home folder" not in page
    session.rollback()
    as_portal(client, son, session)
    page = client.get(page_of(late)).text
    assert "Your trip" in page
    assert "Your estimate" not in page
    assert "Our letter to you" not in page


def test_an_upload_that_is_too_large_is_answered_in_the_reader_s_language(client, session, case, app):
    with transaction() as writing:
        arabic = a_case(writing, step=Step.CLINICAL, language="ar")
    as_portal(client, patient_of(session, arabic), session)
    page = client.get(page_of(arabic))
    app.config["MAX_CONTENT_LENGTH"] = 20_000
    large = samples.upload(samples.pdf() + bytes(50_000), "large.pdf")
    answer = client.submit(page, action="#add", kind="pathology", files=[large])
    assert answer.status_code == 413
    assert '<html lang="ar" dir="rtl"' in answer.text
    assert documents(session) == []


def test_a_page_too_old_to_be_sent_is_answered_in_the_reader_s_language(client, session, case, app):
    app.config["WTF_CSRF_ENABLED"] = True
    with transaction() as writing:
        arabic = a_case(writing, step=Step.CLINICAL, language="ar")
    as_portal(client, patient_of(session, arabic), session)
    answer = client.post(page_of(arabic), data={"csrf_token": "old"})
    assert answer.status_code == 400
    assert '<html lang="ar" dir="rtl"' in answer.text


# --- who may --------------------------------------------------------------------------------------------------


def test_a_stranger_is_asked_to_sign_in(client, session, case):
    assert client.get(page_of(case)).status_code == 302


def test_another_patient_finds_nothing(client, session, case):
    with transaction() as writing:
        other = a_case(writing, step=Step.CLINICAL)
    as_portal(client, patient_of(session, other), session)
    assert client.get(page_of(case)).status_code == 404


def test_a_caregiver_without_documents_finds_nothing(client, session, case, family):
    send(family, case, samples.upload(samples.pdf(), "a.pdf"))
    (document,) = documents(session)
    with transaction() as writing:
        son = account(writing, "son@family.example")
        takes_part(writing, case, son, Relation.CHILD, can_messages=True)
    as_portal(client, son, session)
    assert client.get(page_of(case)).status_code == 404
    assert client.get(f"{page_of(case)}/{document.public_id}").status_code == 404


def test_a_caregiver_with_documents_sees_them_but_no_slip_of_the_bank(client, session, case, family):
    send(family, case, samples.upload(samples.pdf(), "report.pdf"))
    send(family, case, samples.upload(samples.pdf(), "slip.pdf"))
    _report, slip = documents(session)
    with transaction() as writing:
        writing.execute(
            sa.update(Document).where(Document.id == slip.id).values(kind=RecordKind.TRANSFER_SLIP)
        )
        son = account(writing, "son@family.example")
        takes_part(writing, case, son, Relation.CHILD, can_documents=True)
    as_portal(client, son, session)
    page = client.get(page_of(case))
    assert "report.pdf" in page.text
    assert "slip.pdf" not in page.text
    assert client.get(f"{page_of(case)}/{slip.public_id}").status_code == 404


def test_a_document_opens_only_below_its_own_case(family, session, case):
    send(family, case, samples.upload(samples.pdf(), "a.pdf"))
    (document,) = documents(session)
    with transaction() as writing:
        other = a_case(writing, step=Step.CLINICAL)
        takes_part(writing, other, patient_of(writing, case), can_documents=True)
    assert family.get(f"{page_of(other)}/{document.public_id}").status_code == 404
