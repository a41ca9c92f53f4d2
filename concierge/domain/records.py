"""Records: what a hospital needs for a kind of illness, what is still missing, and whose records they are."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from anyascii import anyascii

from concierge.domain.vocabulary import CancerType, ImagesRule, RecordKind, RecordState


class RecordRuleLike(Protocol):
    """One row of a hospital's list; `cancer_type` None means every type."""

    @property
    def cancer_type(self) -> CancerType | None: ...

    @property
    def kind(self) -> RecordKind: ...

    @property
    def is_minimum(self) -> bool: ...

    @property
    def position(self) -> int: ...


class ItemLike(Protocol):
    """One item of a case's checklist."""

    @property
    def kind(self) -> RecordKind: ...

    @property
    def is_minimum(self) -> bool: ...

    @property
    def state(self) -> RecordState: ...


@dataclass(frozen=True)
class NeededRecord:
    """`is_minimum`: doctors cannot decide without it."""

    kind: RecordKind
    is_minimum: bool
    position: int


def checklist_for(cancer_type: CancerType, rules: Iterable[RecordRuleLike]) -> tuple[NeededRecord, ...]:
    """The records list of a hospital for an illness, each kind once, in order.

    The special rule beats the general.
    """
    chosen: dict[RecordKind, RecordRuleLike] = {}
    for rule in rules:
        if rule.cancer_type is cancer_type or (rule.cancer_type is None and rule.kind not in chosen):
            chosen[rule.kind] = rule
    needed = [NeededRecord(rule.kind, rule.is_minimum, rule.position) for rule in chosen.values()]
    return tuple(sorted(needed, key=lambda record: (record.position, record.kind)))


def missing_minimum(
    items: Iterable[ItemLike], images_rule: ImagesRule = ImagesRule.UPLOAD
) -> tuple[RecordKind, ...]:
    """Kinds that doctors still wait for: only *received* satisfies.

    Where the hospital wants images carried, images are no reason to wait.
    """
    carried = {RecordKind.IMAGES} if images_rule is ImagesRule.CARRY else set()
    return tuple(
        item.kind
        for item in items
        if item.is_minimum and item.state is not RecordState.RECEIVED and item.kind not in carried
    )


@dataclass(frozen=True)
class Progress:
    """How many of the items that count are here: *4 of 6*."""

    received: int
    needed: int

    @property
    def is_complete(self) -> bool:
        return self.received == self.needed


def progress(items: Iterable[ItemLike], images_rule: ImagesRule = ImagesRule.UPLOAD) -> Progress:
    """Progress over the minimum records."""
    counted = [item for item in items if item.is_minimum]
    missing = missing_minimum(counted, images_rule)
    return Progress(len(counted) - len(missing), len(counted))


# --- whose record is it? ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Identity:
    """Who a paper says it is about.

    A document's `name` is one line; a DICOM header writes `SURNAME^GIVEN`.
    """

    name: str = ""
    born_on: date | None = None


@dataclass(frozen=True)
class PassportIdentity:
    """Who the patient is: the machine-readable names, the name in the own script, the birth date."""

    surname: str = ""
    given: str = ""
    native: str = ""
    born_on: date | None = None


def identity_matches(document: Identity, passport: PassportIdentity) -> tuple[str, ...]:
    """Codes of what does not agree; () when name and birth date both do.

    Codes: name_missing, name_differs, birth_missing, birth_differs. What the passport itself does not tell
    yet cannot differ. Spelling variants differ on purpose: a person looks, no scan of a namesake slips
    through.
    """
    codes = []
    if passport.surname or passport.given or passport.native:
        if not _letters(document.name):
            codes.append("name_missing")
        elif not _is_same_name(document.name, passport):
            codes.append("name_differs")
    if passport.born_on:
        if document.born_on is None:
            codes.append("birth_missing")
        elif document.born_on != passport.born_on:
            codes.append("birth_differs")
    return tuple(codes)


def _is_same_name(written: str, passport: PassportIdentity) -> bool:
    """DICOM PS3.5 6.2: up to three writings parted by `=`, each `family^given^middle^prefix^suffix`."""
    native = _letters(passport.native)
    return any(
        (native and _letters(writing) == native) or _is_passport_name(writing, passport)
        for writing in written.split("=")
    )


def _is_passport_name(writing: str, passport: PassportIdentity) -> bool:
    family, *others = [*writing.split("^"), ""]
    surname, given = _roman(passport.surname), _roman(passport.given)
    first = _roman((passport.given.split() or [""])[0])
    heard = _roman(family) + "".join(_roman(part) for part in others[:2])
    wanted = {surname + given, given + surname, surname + first, first + surname} - {""}
    if not others[0]:
        return heard in wanted
    # Middle names may be added to the passport's given names, but a part alone is not the person.
    return heard in wanted or bool(
        surname and given and _roman(family) == surname and heard.startswith(surname + given)
    )


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()


def _roman(text: str) -> str:
    return re.sub(r"[^a-z]", "", anyascii(text).casefold())
