"""The estimate as a PDF: the patient's language beside English, amounts in one canonical form."""

from collections.abc import Callable

from flask import Response
from flask_babel import gettext as _

from concierge.db import db
from concierge.domain.clocks import local_day
from concierge.domain.estimate import Totals
from concierge.domain.money import MoneyRange
from concierge.domain.vocabulary import Phase
from concierge.gateways import pdf
from concierge.journey.finance.estimates import words
from concierge.journey.finance.estimates.costs_page import disclaimers_of, parts_of
from concierge.journey.finance.estimates.known import Reading, reading_of
from concierge.journey.finance.papers import both, frame, one_line
from concierge.models import Case, Estimate, EstimateLine
from concierge.web import filters, paper
from concierge.web.clock import now
from concierge.web.i18n import autonym
from concierge.web.labels import label


def estimate_paper(case: Case, estimate: Estimate, language: str) -> Response:
    """`C-2026-00417-estimate-2.pdf`, one version as it was issued."""
    kept = estimate.totals
    reading = reading_of(db.session(), estimate, local_day(now(), case.hospital.timezone))
    data = {
        **frame(case, language, case.reference),
        "title": one_line(both(language, lambda: _("Cost estimate"))),
        "facts": _estimate_facts(case, estimate, language),
        "total": {"label": one_line(both(language, lambda: _("Expected total"))), "value": reading.first.canonical()},
        "head": [
            one_line(both(language, lambda: _("Service"))), one_line(both(language, lambda: _("Quantity"))),
            one_line(both(language, lambda: _("From"))), one_line(both(language, lambda: _("To"))),
        ],
        "around": _around(estimate, kept, reading, language),
        "parts": [[one_line(pair), _range(part)] for pair, part in _parts(estimate, language)],
        "parts_title": one_line(both(language, lambda: _("Who pays which part"))),
        "phases": [_phase(phase, together, estimate, language) for phase, together in kept.by_phase],
        "texts": _texts(estimate, language),
        "text_language": estimate.text_language.split("_")[0],
        "text_dir": pdf.script_of(estimate.text_language)["dir"],
        "disclaimers": list(zip(*paper.in_both(language, lambda: disclaimers_of(case)), strict=True)),
        "heads": (autonym(language), "English"),
    }  # fmt: skip
    made = pdf.render("estimate", data, language, at=now())
    return paper.pdf_response(made, f"{case.reference}-estimate-{estimate.number}.pdf")


def _estimate_facts(case: Case, estimate: Estimate, language: str) -> list:
    person = case.person

    def fact(text: Callable[[], object], value: Callable[[], object]) -> list:
        return [one_line(both(language, text)), one_line(both(language, value))]

    hospital, day = case.hospital, filters.day
    rows = [
        fact(lambda: _("For"), lambda: person.latin_name or person.native_name),
        fact(lambda: _("Reference"), lambda: case.reference),
        fact(lambda: _("Version"), lambda: estimate.number),
    ]
    if estimate.issued_at:
        issued_on = local_day(estimate.issued_at, hospital.timezone)
        rows.append(fact(lambda: _("Issued on"), lambda: day(issued_on)))
    if estimate.valid_until:
        rows.append(fact(lambda: _("Valid until"), lambda: day(estimate.valid_until)))
    if not hospital.has_us_estimate_rules:
        return rows
    birth = lambda: day(person.birth_on) if person.birth_on else person.birth_typed  # noqa: E731
    rows += [
        fact(lambda: _("Born"), birth),
        [
            one_line(both(language, lambda: _("What the estimate is for"))),
            _with_english(estimate.primary_service, words.PRIMARY[case.programme], estimate.text_language),
        ],
        fact(lambda: _("Planned for"), lambda: day(estimate.service_on) or _("Not scheduled yet")),
        fact(lambda: _("Codes of the diagnosis"), lambda: estimate.diagnosis_codes or _("Not known yet")),
        fact(lambda: _("Provider"), lambda: hospital.text("name", "en")),
        fact(lambda: _("Place"), lambda: hospital.text("address", "en")),
    ]
    numbers = (("NPI", hospital.npi), ("TIN", hospital.tin))
    return rows + [[name, number] for name, number in numbers if number]


def _around(estimate: Estimate, kept: Totals, reading: Reading, language: str) -> list[str]:
    """What stands under the total: from what it comes, the one figure that counts, the margin of doubt."""
    said = [both(language, lambda: words.basis(reading))]
    if reading.is_known_first:
        counts = paper.kept_together(reading.total.canonical())
        said.append(both(language, lambda: words.measured_by(counts)))
    if not kept.margin.is_zero:
        percent, margin = estimate.margin_percent, kept.margin.canonical()
        margin_of_doubt = lambda: _(  # noqa: E731
            "A margin of doubt of %(percent)s%% (%(amount)s) is in the highest amount.",
            percent=percent, amount=paper.kept_together(margin),
        )  # fmt: skip
        said.append(both(language, margin_of_doubt))
    return list(dict.fromkeys(text for pair in zip(*said, strict=True) for text in pair))


def _parts(estimate: Estimate, language: str) -> list[tuple[tuple[str, str], MoneyRange]]:
    own, english = paper.in_both(
        language, lambda: [(str(name), part) for name, part, _last in parts_of(estimate)]
    )
    return [((mine[0], other[0]), mine[1]) for mine, other in zip(own, english, strict=True)]


def _range(part: MoneyRange) -> str:
    return part.low.canonical() if part.is_exact else f"{part.low.canonical()} – {part.high.canonical()}"


def _phase(phase: Phase, together: MoneyRange, estimate: Estimate, language: str) -> dict:
    rows = [_estimate_row(line, language) for line in estimate.lines if line.phase is phase]
    return {
        "title": one_line(both(language, lambda: label(phase))),
        "rows": rows,
        "total": [
            one_line(both(language, lambda: _("Together"))), "", together.low.canonical(), together.high.canonical()
        ],
    }  # fmt: skip


def _estimate_row(line: EstimateLine, language: str) -> list:
    english = line.name["en"]
    name = [line.name.get(language) or english, f"{english} · {line.code}"]
    return [name, str(line.quantity), line.total.low.canonical(), line.total.high.canonical()]


def _texts(estimate: Estimate, language: str) -> list:
    """[heading, text, English]: our standard sentences have an English side, what a person wrote stands as it is."""
    rows = (
        (lambda: _("What is included"), "included"),
        (lambda: _("What is not included"), "not_included"),
        (lambda: _("What could change the amount"), "could_change"),
    )
    return [
        [
            one_line(both(language, title)),
            text,
            _english_of(words.STANDARD_TEXTS[name], text, estimate.text_language),
        ]
        for title, name in rows
        if (text := getattr(estimate, name))
    ]


def _english_of(standard: object, text: str, language: str) -> str:
    own, english = both(language, lambda: standard)
    return english if text == own != english else ""


def _with_english(text: str, standard: object, language: str) -> str:
    return " · ".join(filter(None, (text, _english_of(standard, text, language))))
