"""What every finished page owes its reader, checked on each page that any test fetches."""

from collections import Counter
from html.parser import HTMLParser


class _Page(HTMLParser):
    """Collects just what the rules below ask about; one pass, about a millisecond."""

    def __init__(self) -> None:
        super().__init__()
        self.root: dict[str, str | None] = {}
        self.headings = 0
        self.ids: Counter[str] = Counter()
        self.title = ""
        self.forms_without_token: list[str] = []
        self.inline_code: list[str] = []
        self._open_form: dict[str, str | None] | None = None
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "html":
            self.root = values
        elif tag == "h1":
            self.headings += 1
        elif tag == "title" and not self.title:
            self._in_title = True
        elif tag == "form":
            self._open_form = values if (values.get("method") or "get").lower() == "post" else None
        elif tag == "input" and values.get("name") == "csrf_token":
            self._open_form = None
        elif (
            tag == "script"
            and "src" not in values
            and values.get("type") in {None, "module", "text/javascript"}
        ):
            self.inline_code.append("<script>")
        if values.get("id"):
            self.ids[values["id"] or ""] += 1
        self.inline_code += [name for name in values if name == "style" or name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._open_form is not None:
            self.forms_without_token.append(self._open_form.get("action") or "(this page)")
            self._open_form = None
        elif tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data


def faults_of(html: str) -> list[str]:
    """What is wrong with this document, as sentences; empty for a fragment or a page without fault."""
    if not html.lstrip()[:15].lower().startswith("<!doctype html"):
        return []
    page = _Page()
    page.feed(html)
    twice = sorted(name for name, count in page.ids.items() if count > 1)
    rules = (
        (not page.root.get("lang"), "<html> has no lang"),
        (page.root.get("dir") not in {"ltr", "rtl"}, "<html> has no dir"),
        (page.headings != 1, f"{page.headings} h1 instead of one"),
        (not page.title.strip(), "the title is empty"),
        (bool(twice), f"ids given twice: {', '.join(twice)}"),
        (bool(page.forms_without_token), f"forms without csrf_token: {', '.join(page.forms_without_token)}"),
        (
            bool(page.inline_code),
            f"forbidden by our content policy: {', '.join(sorted(set(page.inline_code)))}",
        ),
    )
    return [sentence for is_broken, sentence in rules if is_broken]
