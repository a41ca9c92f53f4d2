"""What each page must be for the person in front of it; `check_page` is called at every stop of a story."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.pofile import read_po
from playwright.sync_api import Page

from config import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TRANSLATIONS = ROOT / "translations"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BAD_IMPACTS = {"serious", "critical"}
READY = 0.99  # of a catalogue; below it the translation is still being made and says nothing about a page

_FACTS = """() => {
  const root = document.documentElement, wide = root.clientWidth;
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  const spilling = [...document.body.querySelectorAll('*')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && (box.right > wide + 1 || box.left < -1);
  }).slice(0, 4).map(e => e.tagName.toLowerCase() + (e.className ? '.' + e.className : ''));
  return {
    lang: root.lang, dir: root.dir, title: document.title,
    headings: document.querySelectorAll('h1').length,
    twice: [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))],
    overflow: root.scrollWidth - wide, spilling,
  };
}"""

# Text of the page's own language only: names stand in <bdi>, texts in another language carry their own lang.
_TEXTS = """() => {
  const root = document.documentElement, found = [];
  const foreign = 'bdi, [translate=no], script, style, textarea, code';
  const isOurs = e => e && e.closest('[lang]') === root && !e.closest(foreign);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.replace(/\\s+/g, ' ').trim();
    if (text && isOurs(walker.currentNode.parentElement)) found.push(text);
  }
  const spoken = ['aria-label', 'placeholder', 'title', 'alt'];
  for (const name of spoken) for (const e of document.querySelectorAll(`[${name}]`))
    if (isOurs(e)) found.push(e.getAttribute(name).trim());
  for (const e of document.querySelectorAll('input[type=submit]')) if (isOurs(e)) found.push(e.value.trim());
  return found.concat(document.title.trim());
}"""


def check_page(page: Page, language: str) -> None:
    """Fails with every fault of the page at once. `language` is the code that the reader chose (ar, zh_Hans)."""
    faults = [*shape_faults(page, language), *untranslated(page, language), *axe_faults(page)]
    assert not faults, f"{page.url} ({language}, {page.viewport_size}):\n- " + "\n- ".join(faults)


def shape_faults(page: Page, language: str) -> list[str]:
    """Language, direction, headings, ids, width."""
    facts: dict[str, Any] = page.evaluate(_FACTS)
    locale = Locale.parse(language)
    tag = language.replace("_", "-")
    rules = (
        (facts["lang"] != tag, f"html lang is {facts['lang']!r}, not {tag!r}"),
        (
            facts["dir"] != locale.text_direction,
            f"html dir is {facts['dir']!r}, not {locale.text_direction!r}",
        ),
        (not facts["title"].strip(), "the title is empty"),
        (facts["headings"] != 1, f"{facts['headings']} h1 instead of one"),
        (bool(facts["twice"]), f"ids given twice: {', '.join(facts['twice'])}"),
        (
            facts["overflow"] > 0,
            f"scrolls sideways by {facts['overflow']} px: {', '.join(facts['spilling'])}",
        ),
    )
    return [sentence for is_broken, sentence in rules if is_broken]


# What axe judges by: elements, their state and whether there is text; not which words, keys and addresses.
_BUILD = """() => {
  const told = new Set(['class', 'role', 'type', 'lang', 'dir', 'tabindex', 'scope', 'autocomplete', 'inputmode',
    'aria-hidden', 'aria-expanded', 'aria-current', 'aria-invalid', 'aria-live', 'data-theme']);
  return [...document.querySelectorAll('body, body *')].map(e => [e.tagName, !!e.textContent.trim(),
    ...[...e.attributes].map(a => a.name + (told.has(a.name) ? '=' + a.value : !!a.value))].join(' ')).join('\\n');
}"""
_sound: set[tuple[str, ...]] = set()


def axe_faults(page: Page) -> list[str]:
    """Serious and critical findings up to WCAG 2.2 AA.

    A page that is built like one in which nothing was found (the same story on the other database) is not examined
    again, because axe is the slow part of a story.
    """
    build = (
        str(page.viewport_size),
        page.evaluate("() => document.documentElement.lang"),
        page.evaluate(_BUILD),
    )
    if build in _sound:
        return []
    found = _examined(page)
    if not found:
        _sound.add(build)
    return found


def _examined(page: Page) -> list[str]:
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(
            AXE.read_text(encoding="utf-8")
        )  # evaluated by the browser's own console: no CSP in the way
    result = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})",
        AXE_TAGS,
    )
    return [
        f"{found['impact']}: {found['help']} ({found['id']}): {node['html'][:160]}"
        for found in result["violations"]
        if found["impact"] in BAD_IMPACTS
        for node in found["nodes"][:3]
    ]


def untranslated(page: Page, language: str) -> list[str]:
    """Source texts that a reader of another language would meet in English, and placeholders left open."""
    texts = dict.fromkeys(page.evaluate(_TEXTS))
    faults = [
        f"a placeholder was left open: {text!r}" for text in texts if re.search(r"%\(\w+\)|\{\{|\{%", text)
    ]
    if language != "en" and completeness(language) >= READY:
        faults += [f"not translated: {text!r}" for text in texts if _is_source(text, language)]
    return faults


@cache
def _is_source(text: str, language: str) -> bool:
    """Remembered, because the same words stand on every page of a story."""
    plain, patterns = _source_texts(language)
    return text in plain or any(pattern.fullmatch(text) for pattern in patterns)


@cache
def completeness(language: str) -> float:
    """How much of the catalogue is translated, from 0 to 1; texts marked as uncertain do not count."""
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return 0.0
    with path.open("rb") as file:
        entries = [m for m in read_po(file, locale=language) if m.id]
    done = [
        m for m in entries if not m.fuzzy and all(m.string if isinstance(m.string, tuple) else (m.string,))
    ]
    return len(done) / len(entries) if entries else 0.0


@cache
def _source_texts(language: str) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """English texts that must not appear: those whose translation differs; with placeholders, as patterns."""
    same = _kept_as_is(TRANSLATIONS / language / "LC_MESSAGES" / "messages.po", language)
    plain, patterns = set(), []
    for text in _texts_of(TRANSLATIONS / "messages.pot", None):
        flat = re.sub(r"\s+", " ", text).strip()
        literal = re.sub(r"%\(\w+\)[a-z]", "", flat)
        if flat in same or not re.search(r"[A-Za-z]{2}", literal):
            continue
        if "%(" not in flat:
            plain.add(flat.replace("%%", "%"))
        elif len(re.findall(r"[A-Za-z]{2,}", literal)) > 1:
            parts = [re.escape(part) for part in re.split(r"%\(\w+\)[a-z]", flat)]
            patterns.append(re.compile(".+?".join(parts)))
    return frozenset(plain), tuple(patterns)


def _kept_as_is(path: Path, language: str) -> frozenset[str]:
    """Texts that the translators left as they are on purpose: names, codes."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return frozenset(
        re.sub(r"\s+", " ", m.id).strip() for m in catalogue if isinstance(m.id, str) and m.id == m.string
    )


def _texts_of(path: Path, language: str | None) -> list[str]:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    ids = [m.id if isinstance(m.id, tuple) else (m.id,) for m in catalogue if m.id]
    return [text for pair in ids for text in pair]
