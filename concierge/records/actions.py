"""Verbs of the records: a document arrives, a person of the team looks at it, an item of the list changes its state.

A file belongs to nobody until it was checked: only `file_document()` makes an item *received*.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases.actions import check_open, record, settle
from concierge.domain.access import Actor, Area
from concierge.domain.errors import InvalidInput, Stale
from concierge.domain.records import Identity, PassportIdentity, identity_matches
from concierge.domain.vocabulary import DocumentState, RecordKind, RecordState
from concierge.gateways.scanner import DicomIdentity, FileKind
from concierge.gateways.storage import Stored
from concierge.models import Case, ChecklistItem, Document, Person

# What a person can find when looking at a file; everything but *received* goes back to the family with a reason.
FINDINGS = (
    RecordState.RECEIVED,
    RecordState.UNREADABLE,
    RecordState.NOT_IN_ENGLISH,
    RecordState.WRONG_PERSON,
    RecordState.TOO_OLD,
)
# What staff may say of an item without a file: asked for (again), in the post, or here on paper or glass.
BY_HAND = (RecordState.ASKED, RecordState.IN_TRANSIT, RecordState.RECEIVED)


def receive_document(
    session: Session,
    case: Case,
    *,
    kind: RecordKind,
    file_name: str,
    stored: Stored,
    file_kind: FileKind,
    identity: DicomIdentity | None,
    actor: Actor,
    now: datetime,
) -> Document:
    """Write the row of a file that lies sealed in the storage; it waits as *checking* for a person.

    `identity` is what a DICOM header says, None for other files. The caller deletes the sealed file when the
    transaction does not end well. Raises NotAllowed(`case_not_open`).
    """
    check_open(case)
    document = Document(
        case_id=case.id, kind=kind, file_name=file_name, content_type=file_kind.mime,
        size=stored.size, sha256=stored.sha256, storage_key=stored.key,
        uploader_kind=actor.kind, uploader_name=actor.name, uploaded_at=now,
        identity_name=_shown_identity(identity), identity_birth_on=identity.birth_on if identity else None,
        mismatches=list(_mismatches(identity, case.person)),
    )  # fmt: skip
    session.add(document)
    record(session, case, "document_received", actor, now, record=kind)
    settle(session, case, actor, now)
    return document


def file_document(
    session: Session,
    case: Case,
    document: Document,
    *,
    kind: RecordKind,
    finding: RecordState,
    reason: str = "",
    language: str = "en",
    seen: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """A person has looked: the document is the record `kind`, or goes back with a reason that the family reads.

    `language` is that of the reason; `seen` is the state in which the person saw the document. A document that was
    filed can be sent back later. Raises Stale, InvalidInput(finding | reason).
    """
    check_open(case)
    if seen is not None and document.state != seen:
        raise Stale()
    if finding not in FINDINGS:
        raise InvalidInput("finding", "unknown_finding")
    is_good = finding is RecordState.RECEIVED
    if not is_good and not reason:
        raise InvalidInput("reason", "finding_reason_needed")
    before, counted_as = document.kind, document.finding
    document.kind, document.finding = kind, finding
    document.state = DocumentState.RECEIVED if is_good else DocumentState.REFUSED
    document.refusal, document.refusal_language = ("", "en") if is_good else (reason, language)
    session.flush()
    _item_follows(session, case, document, now)
    if before is not kind and counted_as:
        _item_without_document(session, case, before, counted_as, now)
    event = "document_filed" if is_good else "document_refused"
    record(session, case, event, actor, now, record=kind, finding=finding)
    if not is_good:
        fact = f"{document.public_id}:{now:%Y%m%d%H%M%S}"
        outbox.tell(session, case, event="document_refused", fact=fact, area=Area.DOCUMENTS, now=now)
    settle(session, case, actor, now)


def mark_item(
    session: Session,
    case: Case,
    item: ChecklistItem,
    *,
    state: RecordState,
    note: str = "",
    language: str = "en",
    seen: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say by hand where a record is: asked for (again, and the family hears of it), in the post, or here on paper.

    `note` is for the family. Raises Stale, InvalidInput(state).
    """
    check_open(case)
    if seen is not None and item.state != seen:
        raise Stale()
    if state not in BY_HAND:
        raise InvalidInput("state", "unknown_state")
    _set(item, state, now, note, language)
    record(session, case, "record_state_changed", actor, now, record=item.kind, state=state)
    if state is RecordState.ASKED:
        tell_needed(session, case, now)
    settle(session, case, actor, now)


def add_item(
    session: Session,
    case: Case,
    *,
    kind: RecordKind,
    is_minimum: bool = True,
    note: str = "",
    language: str = "en",
    actor: Actor,
    now: datetime,
) -> ChecklistItem:
    """Put one more record on the list and ask the family for it. Raises InvalidInput(kind, `record_listed`)."""
    check_open(case)
    if find_item(session, case, kind):
        raise InvalidInput("kind", "record_listed")
    item = new_item(session, case, kind, is_minimum=is_minimum, now=now)
    _set(item, RecordState.ASKED, now, note, language)
    record(session, case, "record_state_changed", actor, now, record=kind, state=item.state)
    tell_needed(session, case, now)
    settle(session, case, actor, now)
    return item


def ask_for(
    session: Session,
    case: Case,
    kinds: list[RecordKind],
    *,
    note: str,
    language: str,
    actor: Actor,
    now: datetime,
) -> None:
    """The doctors need these records: each becomes *asked*, new on the list where it was not; one letter for all.

    The caller settles the case.
    """
    for kind in kinds:
        item = find_item(session, case, kind) or new_item(session, case, kind, is_minimum=False, now=now)
        _set(item, RecordState.ASKED, now, note, language)
        record(session, case, "record_state_changed", actor, now, record=kind, state=item.state)
    tell_needed(session, case, now)


def find_item(session: Session, case: Case, kind: RecordKind) -> ChecklistItem | None:
    """The item of this kind on the case's list."""
    return session.scalar(
        sa.select(ChecklistItem).where(ChecklistItem.case_id == case.id, ChecklistItem.kind == kind)
    )


def new_item(
    session: Session, case: Case, kind: RecordKind, *, is_minimum: bool, now: datetime
) -> ChecklistItem:
    """One more item at the end of the list."""
    last = session.scalar(
        sa.select(sa.func.max(ChecklistItem.position)).where(ChecklistItem.case_id == case.id)
    )
    item = ChecklistItem(
        case_id=case.id,
        kind=kind,
        is_minimum=is_minimum,
        position=0 if last is None else last + 1,
        changed_at=now,
    )
    session.add(item)
    session.flush()
    return item


def tell_needed(session: Session, case: Case, now: datetime) -> None:
    """Let everybody who may send documents know that something is needed."""
    outbox.tell(
        session, case, event="documents_needed", fact=f"{now:%Y%m%d%H%M%S}", area=Area.DOCUMENTS, now=now
    )


def _set(
    item: ChecklistItem, state: RecordState, now: datetime, note: str = "", language: str = "en"
) -> None:
    item.state, item.note, item.note_language, item.changed_at = state, note, language, now
    if state is RecordState.ASKED:
        item.asked_at = now


def _item_follows(session: Session, case: Case, document: Document, now: datetime) -> None:
    """The item takes over the finding, unless another good document of its kind is here already."""
    item = find_item(session, case, document.kind)
    if item is None or document.finding is None:
        return
    if document.state is DocumentState.REFUSED and _has_good(session, case, document.kind):
        return
    _set(item, document.finding, now, document.refusal, document.refusal_language)


def _item_without_document(
    session: Session, case: Case, kind: RecordKind, counted_as: RecordState, now: datetime
) -> None:
    """A document was moved to another item: the former one is open again when nothing else stands for it."""
    item = find_item(session, case, kind)
    if item is not None and item.state is counted_as and not _has_good(session, case, kind):
        _set(item, RecordState.ASKED, now)


def _has_good(session: Session, case: Case, kind: RecordKind) -> bool:
    good = sa.select(Document.id).where(
        Document.case_id == case.id, Document.kind == kind, Document.state == DocumentState.RECEIVED
    )
    return session.scalar(good.limit(1)) is not None


def _mismatches(identity: DicomIdentity | None, person: Person) -> tuple[str, ...]:
    if identity is None:
        return ()
    passport = PassportIdentity(person.surname, person.given_names, person.native_name, person.birth_on)
    # A header writes SURNAME^GIVEN; the gateway has made "SURNAME, GIVEN" of it for people to read.
    writings = [name.replace(", ", "^", 1) for name in (identity.name, identity.native_name) if name]
    return identity_matches(Identity("=".join(writings), identity.birth_on), passport)


def _shown_identity(identity: DicomIdentity | None) -> str:
    names = (identity.name, identity.native_name) if identity else ()
    return " / ".join(name for name in names if name)[:200]
