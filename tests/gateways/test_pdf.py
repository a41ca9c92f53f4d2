import os
import shutil
import subprocess
import threading
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from concierge.domain.money import Money
from concierge.gateways import fonts
from concierge.gateways.pdf import TEMPLATES, PdfError, PdfPrinter, script_of
from tests.gateways.sample_texts import sample

LOCALES = ("en", "ar", "zh_Hans", "hi", "ru")


@pytest.fixture(scope="module")
def printer(tmp_path_factory: pytest.TempPathFactory) -> PdfPrinter:
    folder = tmp_path_factory.mktemp("papers")
    shutil.copy(TEMPLATES / "_base.typ", folder)
    shutil.copy(Path(__file__).with_name("sample.typ"), folder)
    (folder / "broken.typ").write_text('#import "_base.typ": *\n#show: paper\n#data.nothing')
    (folder / "greedy.typ").write_text('#read("/etc/passwd")')
    return PdfPrinter(folder)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_paper_is_tagged_and_says_its_language_and_title(printer, locale):
    reader = pypdf.PdfReader(BytesIO(printer.render("sample", sample(locale), locale)))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].split("-")[0] == script_of(locale)["lang"]
    assert reader.metadata.title == sample(locale)["title"]
    assert "pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_data().decode()


def test_values_that_look_like_code_are_printed_as_they_are(printer):
    text = pypdf.PdfReader(BytesIO(printer.render("sample", sample("en"), "en"))).pages[0].extract_text()
    assert '#read("/etc/passwd") *not bold*' in text.replace("\n", " ")
    assert "USD 12,500.50" in text
    assert "Page 1 of" in text


def test_a_long_paper_repeats_the_column_titles_and_counts_its_pages(printer):
    data = sample("en")
    data["rows"] = data["rows"] * 30
    reader = pypdf.PdfReader(BytesIO(printer.render("sample", data, "en")))
    pages = [page.extract_text() for page in reader.pages]
    assert f"Page 2 of {len(pages)}" in pages[1]
    assert "Quantity" in pages[1]
    assert "Alder Coast Medical Center" in pages[1]


def test_the_printer_may_be_shared_by_threads(printer):
    done: dict[str, bytes] = {}

    def work(locale: str) -> None:
        done[locale] = printer.render("sample", sample(locale), locale)

    threads = [threading.Thread(target=work, args=(locale,)) for locale in LOCALES]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    titles = {locale: pypdf.PdfReader(BytesIO(pdf)).metadata.title for locale, pdf in done.items()}
    assert titles == {locale: sample(locale)["title"] for locale in LOCALES}


@pytest.mark.parametrize("template", ["broken", "greedy", "absent", "../secret"])
def test_a_broken_template_says_which_and_nothing_of_the_data(printer, template):
    with pytest.raises(PdfError) as error:
        printer.render(template, sample("en"), "en")
    assert template in str(error.value)
    assert "Layla" not in str(error.value)


def test_only_ready_made_text_goes_on_paper(printer):
    with pytest.raises(TypeError, match="format it first"):
        printer.render("sample", sample("en") | {"note": object()}, "en")
    assert printer.render("sample", sample("en") | {"note": Money(5, "USD")}, "en")


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("ar", ("ar", "", "rtl", "Noto Sans SC")),
        ("zh_Hans", ("zh", "CN", "ltr", "Noto Sans SC")),
        ("zh_Hant", ("zh", "TW", "ltr", "Noto Sans TC")),
        ("zh_Hans_CN", ("zh", "CN", "ltr", "Noto Sans SC")),
        ("ja", ("ja", "", "ltr", "Noto Sans JP")),
        ("pt_BR", ("pt", "BR", "ltr", "Noto Sans SC")),
    ],
)
def test_a_locale_tells_language_region_direction_and_han_font(locale, expected):
    assert tuple(script_of(locale).values()) == expected


def test_characters_that_no_font_has_are_found_before_they_print_as_boxes():
    for locale in LOCALES:
        assert fonts.unprintable(str(sample(locale))) == ""
    assert fonts.unprintable("Ελένη, สมชาย, 李伟, 김철수") == ""
    assert fonts.unprintable("রহিম রহিম a") == "রহিম"


def test_every_family_is_seen_by_chromiums_font_list():
    if shutil.which("fc-list") is None:
        pytest.skip("fc-list is not installed")
    environment = {**os.environ, "FONTCONFIG_FILE": str(fonts.fontconfig_file())}
    seen = subprocess.run(["fc-list", ":", "family"], env=environment, capture_output=True, text=True).stdout
    assert set(fonts.FAMILIES) <= {name for line in seen.splitlines() for name in line.split(",")}
