"""The one style sheet is whole: a lost bracket hides every rule after it in a layer or a screen size of its own."""

import re

from config import ROOT

SHEET = ROOT / "concierge" / "static" / "concierge.css"


def test_each_layer_of_the_style_sheet_ends_before_the_next_one_begins():
    text = re.sub(
        r"/\*.*?\*/", lambda found: re.sub(r"[^\n]", "", found.group()), SHEET.read_text(), flags=re.S
    )
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        assert depth == 0 or not line.startswith("@layer"), (
            f"line {number}: {depth} brackets are still open here"
        )
        depth += line.count("{") - line.count("}")
    assert depth == 0, "the last section is not closed"
