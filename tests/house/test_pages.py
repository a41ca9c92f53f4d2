"""Every page has an access decision, a template of its own name, and no word outside the catalogues."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment

from config import ROOT

TEMPLATES = ROOT / "templates"
WITHOUT_VIEW = ("layouts", "components", "messages", "pdf")
DECISIONS = re.compile(r"^(public|by_link|machine|signed_out\w*|referrer|staff:.*|portal:.*)$")


@pytest.fixture(scope="module")
def plain_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application with its routes; nothing here asks the database."""
    from concierge import create_app
    from tests.support.databases import test_config

    folder = tmp_path_factory.mktemp("house")
    return create_app(test_config(f"sqlite:///{folder}/none.db", folder))


def test_every_route_has_an_access_decision(plain_app: Flask) -> None:
    undecided = {
        endpoint: getattr(view, "access", None)
        for endpoint, view in plain_app.view_functions.items()
        if endpoint != "static" and not DECISIONS.match(str(getattr(view, "access", None)))
    }
    assert undecided == {}


def test_no_address_names_an_illness(plain_app: Flask) -> None:
    rules = [rule.rule for rule in plain_app.url_map.iter_rules()]
    assert [rule for rule in rules if re.search(r"cancer|tumou?r|oncolog", rule, re.IGNORECASE)] == []


# --- views and templates ---------------------------------------------------------------------------------------


def _view_modules() -> list[Path]:
    names = {"public.py", "staff.py", "portal.py", "referrer.py", "mailbox.py"}
    return sorted(path for path in (ROOT / "concierge").rglob("*.py") if path.name in names)


def _rendered(node: ast.AST) -> set[str]:
    """The template names that this piece of code renders."""
    return {
        argument.value
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", getattr(call.func, "attr", "")) == "render_template"
        for argument in call.args[:1]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def _functions() -> Iterator[tuple[str, str, ast.FunctionDef]]:
    """(folder of its templates, name, function) of every function in a module of views."""
    for path in _view_modules():
        folder = str(path.relative_to(ROOT / "concierge").with_suffix(""))
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                yield folder, node.name, node


def _is_get_view(function: ast.FunctionDef) -> bool:
    decorators = [ast.unparse(decorator) for decorator in function.decorator_list]
    return any(
        ".get(" in text or (".route(" in text and ("methods" not in text or "GET" in text))
        for text in decorators
    )


def test_every_rendered_template_exists() -> None:
    named = {name for _folder, _name, function in _functions() for name in _rendered(function)}
    assert sorted(name for name in named if not (TEMPLATES / name).exists()) == []


def test_every_page_has_the_template_of_its_own_name() -> None:
    strangers = {}
    for folder, name, function in _functions():
        pages = {page for page in _rendered(function) if not Path(page).name.startswith("_")}
        if _is_get_view(function) and pages and f"{folder}/{name}.html" not in pages:
            strangers[f"{folder}.{name}"] = sorted(pages)
    assert strangers == {}


def test_every_template_has_the_view_of_its_own_name() -> None:
    views = {f"{folder}/{name}.html" for folder, name, _function in _functions()}
    pages = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")}
    own = {
        page for page in pages if not page.startswith(WITHOUT_VIEW) and not Path(page).name.startswith("_")
    }
    assert sorted(own - views) == []


def test_every_mail_has_a_subject_a_body_and_a_button() -> None:
    mails = [path for path in (TEMPLATES / "messages").glob("*.txt") if not path.name.startswith("_")]
    blocks = {path.stem: set(re.findall(r"{% block (\w+) %}", path.read_text(encoding="utf-8"))) for path in mails}
    assert {name: found - {"sms"} for name, found in blocks.items()} == {
        name: {"subject", "body", "button"} for name in blocks
    }


# --- words in templates ----------------------------------------------------------------------------------------

SPOKEN = {"aria-label", "placeholder", "title", "alt", "aria-description"}
ANYTHING = "\x00"


class _Words(HTMLParser):
    """Texts of a template that a person would read; pieces marked as another language or as no text are left out."""

    VOID = frozenset(
        {"meta", "link", "br", "hr", "img", "input", "source", "wbr", "col", "area", "base", "embed"}
    )

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        is_silent = (
            tag in {"script", "style", "code", "kbd"} or values.get("translate") == "no" or "lang" in values
        )
        if tag not in self.VOID and tag != "html" and (is_silent or self._silent):
            self._silent.append(tag)
        if not is_silent and not self._silent:
            self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def _without_catalogue(source: str) -> str:
    """The template's own text: expressions become a sign, statements vanish, and so does what needs no words:
    translated text, and blocks that fill an attribute of a layout (`body_class`, `body_data`).
    """
    parts: list[str] = []
    statement: list[str] | None = None
    ends_with = ""  # the statement that ends the wordless part we are in
    for _line, kind, value in Environment(
        autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"]
    ).lex(source):
        if kind == "block_begin":
            statement = []
        elif kind == "block_end":
            ends_with = _wordless_until(statement or [], ends_with)
            statement = None
        elif statement is not None:
            statement += [value] if value.strip() else []
        elif kind == "variable_begin":
            parts.append(ANYTHING)
        elif kind == "data" and not ends_with:
            parts.append(value)
    return "".join(parts)


def _wordless_until(statement: list[str], ends_with: str) -> str:
    first, second = (*statement, "", "")[:2]
    if ends_with:
        return "" if first == ends_with else ends_with
    if first == "trans":
        return "endtrans"
    return "endblock" if first == "block" and second.endswith(("_class", "_data")) else ""


def _bare_words(path: Path) -> list[str]:
    words = _Words()
    words.feed(_without_catalogue(path.read_text(encoding="utf-8")))
    return [text.strip() for text in words.found if re.search(r"[A-Za-z]{2,}", text)]


def test_no_word_of_a_page_stands_outside_the_catalogues() -> None:
    bare = {str(path.relative_to(ROOT)): _bare_words(path) for path in sorted(TEMPLATES.rglob("*.html"))}
    assert {path: words for path, words in bare.items() if words} == {}


def test_no_style_and_no_script_stands_in_a_page() -> None:
    """The content policy forbids both; a mail is no page and needs its styles inline."""
    search = re.compile(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*\bsrc=)").search
    pages = [path for path in TEMPLATES.rglob("*.html") if "messages" not in path.parts]
    assert [str(path.relative_to(ROOT)) for path in pages if search(path.read_text(encoding="utf-8"))] == []


def test_no_title_names_an_illness() -> None:
    """A browser's history and a mail's subject are read over the shoulder."""
    illness = re.compile(r"cancer|tumou?r|oncolog", re.IGNORECASE)
    titles = re.compile(r"<title>.*?</title>|\{%-?\s*block title\s*-?%\}.*?\{%-?\s*endblock", re.DOTALL)
    pages = {
        path: " ".join(titles.findall(path.read_text(encoding="utf-8"))) for path in TEMPLATES.rglob("*.html")
    }
    subjects = {path: path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("subject.txt")}
    assert [
        str(path.relative_to(ROOT)) for path, text in (pages | subjects).items() if illness.search(text)
    ] == []
