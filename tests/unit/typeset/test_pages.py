import datetime as dt
import io
import re
from html.parser import HTMLParser
from typing import Any

import pypdf
import pytest

from bayyina.errors import InputError
from bayyina.typeset.blocks import (
    Block,
    Code,
    Column,
    FactSheet,
    FileLink,
    Heading,
    ItemList,
    Page,
    Paragraph,
    Picture,
    Quotation,
    Reference,
    Styled,
    Swipe,
    Table,
    Text,
    Value,
)
from bayyina.typeset.charts import Bar, BarChart, chart_svg
from bayyina.typeset.documents import typst_pdf
from bayyina.typeset.html_pages import html_page
from bayyina.typeset.typst_pages import typst_document

TIME = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
HOSTILE = (
    '#read("/etc/passwd") #import "@preview/x:1.0.0": * $x^2$ *b* _i_ `c` ] } ) \\ " '
    "<script>alert(1)</script> <img src=http://example.org/x> &amp; \u202e 監 \U0001f600 @label //"
)


def page(text, lang="en"):
    """A page that puts a text into every place where a text can stand."""
    svg = chart_svg(BarChart(lang, (Bar(text, 3, "3", 3),), is_upright=False))
    pieces = (
        Text(text),
        Value(text),
        Code(text),
        Styled((Text(text),), strong=True),
        Reference(text, "there", "1"),
        FileLink(text, "figures/x.csv"),
    )
    columns = (Column((Text(text),)), Column((Text(text),), is_number=True))
    return Page(
        lang=lang,
        title=text,
        summary=(Text(text),),
        banner=((lang, text),),
        footer=text,
        blocks=(
            Heading(2, (Text(text),), anchor="there"),
            Paragraph(pieces),
            ItemList(((Paragraph(pieces),), (Paragraph((Text(text),)), Paragraph(pieces)))),
            Quotation((Paragraph((Text(text),)),)),
            Table((Text(text),), columns, ((pieces, (Text("1"),)),), note=pieces),
            Picture("chart", svg, text, (Text(text),)),
            FactSheet(((text, pieces),)),
        ),
    )


def pdf_of(one):
    document = typst_document(one)
    return typst_pdf(document.source, assets=document.assets, time=TIME)


class Elements(HTMLParser):
    """Collects the elements of a page and its text."""

    def __init__(self, html):
        super().__init__()
        self.elements = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_hostile_text_is_text_in_html(lang):
    html = html_page(page(HOSTILE, lang))
    elements = Elements(html)
    assert not {"script", "img", "iframe", "link", "object"} & {tag for tag, _ in elements.elements}
    assert "<script>alert(1)</script>" in elements.text
    assert "\u202e" not in html


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_hostile_text_is_text_in_pdf(lang):
    text = "".join(
        one.extract_text() for one in pypdf.PdfReader(io.BytesIO(pdf_of(page(HOSTILE, lang)))).pages
    )
    flat = re.sub(r"\s+", "", text)
    assert "root:" not in flat
    assert '#read("/etc/passwd")' in flat
    assert "[U+76E3]" in flat


def test_html_calls_nobody():
    for _, attributes in Elements(html_page(page("text"))).elements:
        for name in ("href", "src", "action", "data", "srcset", "xlink:href"):
            address = attributes.get(name) or ""
            assert not re.match(r"(?:[a-z]+:)?//", address), address
        assert not [name for name in attributes if name.startswith("on")]


def test_html_says_that_it_may_call_nobody():
    elements = Elements(html_page(page("text"))).elements
    policy = next(a["content"] for _, a in elements if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'")
    assert "url(" not in html_page(page("text"))
    assert "@import" not in html_page(page("text"))


@pytest.mark.parametrize(("lang", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_language_and_direction_are_set(lang, direction):
    elements = Elements(html_page(page("text", lang))).elements
    assert ("html", {"lang": lang, "dir": direction}) in elements
    catalog: Any = pypdf.PdfReader(io.BytesIO(pdf_of(page("text", lang)))).trailer["/Root"]
    assert catalog["/Lang"] == lang
    assert catalog["/MarkInfo"]["/Marked"]


def test_tables_and_pictures_can_be_read_aloud():
    elements = Elements(html_page(page("what it shows"))).elements
    assert ("th", {"scope": "col", "class": "number"}) in elements
    assert ("th", {"scope": "row"}) in elements
    svg = next(attributes for tag, attributes in elements if tag == "svg")
    assert svg["role"] == "img"
    assert svg["aria-label"] == "what it shows"


def texts_of(blocks, lang="en"):
    """The text of every page of a PDF with these blocks."""
    whole = Page(
        lang=lang, title="T", summary=(), banner=(("en", "INVENTED"),), footer="", blocks=blocks
    )
    return [one.extract_text() for one in pypdf.PdfReader(io.BytesIO(pdf_of(whole))).pages]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_no_entry_of_a_usual_length_is_broken_between_pages(lang):
    names = [[f"E{entry}F{fact}" for fact in range(15)] for entry in range(9)]
    blocks: list[Block] = []
    for entry, facts in enumerate(names):
        blocks.append(Heading(2, (Text(f"Entry{entry}"),)))
        blocks.append(FactSheet(tuple((name, (Text("word " * 12),)) for name in facts)))
    pages = texts_of(tuple(blocks), lang)
    assert len(pages) > 2
    for entry, facts in enumerate(names):
        homes = {
            n for n, text in enumerate(pages) for fact in facts if re.search(rf"{fact}\b", text)
        }
        homes |= {n for n, text in enumerate(pages) if f"Entry{entry}" in text}
        assert len(homes) == 1, f"entry {entry} stands on pages {homes}"


def test_a_long_table_runs_on_with_its_header_and_no_row_is_lost():
    columns = (Column((Text("WHAT"),)), Column((Text("COUNT"),), is_number=True))
    rows = tuple(((Text(f"row{n}x"),), (Text(str(n)),)) for n in range(120))
    table = Table(caption=(Text("CAPTION"),), columns=columns, rows=rows)
    pages = texts_of((table,))
    with_rows = [text for text in pages if "row" in text]
    assert len(with_rows) > 1
    assert all("WHAT" in text for text in with_rows)
    assert all(sum(f"row{n}x" in text for text in pages) == 1 for n in range(120))


def test_banner_stands_on_every_page_of_a_pdf():
    long = Page(
        lang="en",
        title="Long",
        banner=(("en", "NOTABENE"),),
        blocks=tuple(Paragraph((Text("word " * 200),)) for _ in range(12)),
    )
    pages = pypdf.PdfReader(io.BytesIO(pdf_of(long))).pages
    assert len(pages) > 2
    assert all("NOTABENE" in one.extract_text() for one in pages)


def test_the_same_page_gives_the_same_bytes():
    assert pdf_of(page("نص text", "ar")) == pdf_of(page("نص text", "ar"))


def test_a_broken_source_is_one_sentence():
    with pytest.raises(InputError, match="could not be set as a PDF"):
        typst_pdf("#unknown-function()", assets={}, time=TIME)


def test_assets_have_plain_names():
    with pytest.raises(InputError, match="no name for a file"):
        typst_pdf("", assets={"../x.svg": b""}, time=TIME)


def test_two_images_lie_over_each_other_on_the_web_page_alone() -> None:
    swipe = Swipe(
        "QQ==", "Qg==", ("Before, 2020", "After <2021>"), "Later alone", "Drag.", "INVENTED"
    )
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
    page = Page("en", "Plates", (Picture("plate-1", drawing, "Two images", (Text("One"),), swipe),))
    written = html_page(page)
    assert "img-src data:;" in written
    assert '<img alt="Before, 2020" src="data:image/png;base64,QQ==">' in written
    assert "After &lt;2021&gt;" in written
    assert '<label for="plate-1-hide">Later alone</label>' in written
    assert "INVENTED" in written
    assert "QQ==" not in typst_document(page).source
