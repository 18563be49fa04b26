"""The library, a record, and figures, as pages show them."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import urlencode

from tests.web.conftest import SCRIPT, Browser, Served


def shown(browser: Browser, **asked: str) -> list[str]:
    """Ids on a page of the library."""
    page = browser.get(f"/records/?{urlencode(asked)}")
    assert page.status == 200, page.text
    return re.findall(r'<td><a href="/records/(FICT-\d+-\d+)/"', page.text)


def test_the_library_is_narrowed_and_counts_what_it_leaves(served: Served) -> None:
    browser = served.browser("amal")
    everybody = shown(browser, unit="persons")
    assert len(everybody) == 5
    page = browser.get("/records/?unit=arrests").text
    choices = re.findall(
        r'<a href="(/records/\?unit=arrests&amp;year=2014)"[^>]*>.*?class="count">(\d+)<', page
    )
    assert choices
    assert int(choices[0][1]) == len(shown(browser, unit="arrests", year="2014"))
    assert shown(browser, unit="arrests", year="1999") == []
    assert "No record fits" in browser.get("/records/?unit=arrests&year=1999").text


def test_filters_that_make_no_sense_are_refused_in_words(served: Served) -> None:
    browser = served.browser("amal")
    for asked in (
        "unit=ghosts",
        "unit=arrests&year=)(",
        'unit=arrests&governorate="x',
        "page=-3&unit=x",
    ):
        page = browser.get(f"/records/?{asked}")
        assert page.status == 400, asked
        assert "This could not be done" in page.text
    assert browser.get("/records/?page=99999999").status == 200


def test_a_record_shows_every_statement_with_its_source(served: Served) -> None:
    browser = served.browser("amal")
    pages = [browser.get(f"/records/{one}/").text for one in shown(browser, unit="persons")]
    page = next(text for text in pages if "Ba Two" in text)
    assert "Register of invented arrests" in page
    assert "row 3" in page
    death = re.findall(r'>Death <a href="/records/(FICT-\d+-\d+)/"', page)
    assert death
    assert "2015-03" in browser.get(f"/records/{death[0]}/").text


def test_hostile_names_are_texts(served: Served) -> None:
    browser = served.browser("amal")
    ids = shown(browser, unit="persons")
    pages = [browser.get("/records/").text, browser.get("/figures/open/?q=count+persons").text]
    pages += [browser.get(f"/records/{one}/").text for one in ids]
    assert any("&lt;script&gt;" in page for page in pages)
    assert not any(SCRIPT in page for page in pages)


def test_a_figure_says_how_it_was_counted_and_opens(served: Served) -> None:
    browser = served.browser("amal")
    page = browser.get("/figures/?q=count+arrests+by+year").text
    assert "at least 5 arrests" in page
    assert "<code>count arrests by year</code>" in page
    opened = browser.get("/figures/open/?q=count+arrests+by+year").text
    assert len(set(re.findall(r"/records/(FICT-\d+-\d+)/", opened))) == 5


def test_a_question_that_cannot_be_read_is_answered_with_the_place(served: Served) -> None:
    page = served.browser("amal").get(f"/figures/?{urlencode({'q': 'count arests <b>'})}")
    assert page.status == 400
    assert "arrests" in page.text
    assert "<b>" not in page.text


def test_tables_and_charts_can_be_taken_along(served: Served) -> None:
    browser = served.browser("amal")
    table = browser.get("/figures/table.csv?q=count+arrests+by+year")
    rows = list(csv.reader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert rows[0] == ["year", "value", "possible"]
    assert ["2013", "2", "2"] in rows
    chart = browser.get("/figures/chart.svg?q=count+arrests+by+year")
    assert chart.headers["content-type"] == "image/svg+xml"
    assert chart.text.startswith("<svg")
    assert browser.get("/figures/chart.svg?q=count+arrests").status == 400


def test_formulas_in_tables_are_texts(served: Served) -> None:
    table = served.browser("amal").get("/figures/table.csv?q=count+persons+by+source").text
    assert not any(line.startswith(("=", "+", "@")) for line in table.splitlines())
