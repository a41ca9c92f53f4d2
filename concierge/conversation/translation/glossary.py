"""The words of a hospital that a translation must keep, and what the wording rules make of them."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.errors import InvalidInput
from concierge.domain.wording import Comparison, compare
from concierge.models import Case, GlossaryTerm, StaffUser

MOST_TERMS = 2000


@dataclass(frozen=True)
class Rules:
    """Of one pair of languages: word of the source → forms that may stand for it; names that stand in both."""

    terms: dict[str, tuple[str, ...]]
    names: tuple[str, ...]
    source: str
    target: str

    def compare(self, one: str, other: str) -> Comparison:
        """A text beside its translation."""
        return compare(one, other, self.source, self.target, self.terms, self.names)

    def hits(self, text: str) -> list[tuple[str, tuple[str, ...]]]:
        """The words of the glossary that this text uses, with their forms."""
        plain = text.casefold()
        return [(term, forms) for term, forms in self.terms.items() if term.casefold() in plain]


def terms_of(session: Session, hospital_ids: Iterable[int]) -> list[GlossaryTerm]:
    """The terms in force, of these hospitals and of the group."""
    mine = sa.or_(GlossaryTerm.hospital_id.is_(None), GlossaryTerm.hospital_id.in_(tuple(hospital_ids)))
    found = sa.select(GlossaryTerm).where(mine, GlossaryTerm.ended_at.is_(None))
    return list(session.scalars(found.order_by(GlossaryTerm.term, GlossaryTerm.id).limit(MOST_TERMS)))


def rules_for(session: Session, case: Case, source: str, target: str) -> Rules:
    """What the wording of one case is held against: glossary, protected words, the names of its team."""
    terms = _pairs(terms_of(session, [case.hospital_id]), source, target)
    team = (case.specialist_id, case.advocate_id, case.reviewer_id, case.care_manager_id, case.coordinator_id)
    names = session.scalars(sa.select(StaffUser.name).where(StaffUser.id.in_([one for one in team if one])))
    return Rules(terms, tuple(name for name in names if name not in terms), source, target)


def _pairs(terms: list[GlossaryTerm], source: str, target: str) -> dict[str, tuple[str, ...]]:
    """A term serves in both directions: each of its forms in the source stands for each of those in the target."""
    pairs: dict[str, tuple[str, ...]] = {}
    for term in terms:
        targets = _forms(term, target)
        if targets:
            pairs |= {form: (*pairs.get(form, ()), *targets) for form in _forms(term, source)}
    return pairs


def _forms(term: GlossaryTerm, language: str) -> tuple[str, ...]:
    own = (term.term,) if term.language == language or term.is_protected else ()
    return (*own, *term.forms.get(language, ()))


def add_term(
    session: Session,
    *,
    hospital_id: int | None,
    term: str,
    language: str,
    forms: dict[str, list[str]],
    is_protected: bool,
    by: str,
) -> GlossaryTerm:
    """A new term in force. Raises InvalidInput: `term_exists` in force already, `term_without_form` and unprotected."""
    if not forms and not is_protected:
        raise InvalidInput("forms", "term_without_form")
    same = sa.select(GlossaryTerm.id).where(
        GlossaryTerm.hospital_id == hospital_id if hospital_id else GlossaryTerm.hospital_id.is_(None),
        GlossaryTerm.language == language,
        sa.func.lower(GlossaryTerm.term) == term.lower(),
        GlossaryTerm.ended_at.is_(None),
    )
    if session.scalar(same.limit(1)):
        raise InvalidInput("term", "term_exists")
    made = GlossaryTerm(
        hospital_id=hospital_id, term=term, language=language, forms=forms, is_protected=is_protected, added_by=by
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made
