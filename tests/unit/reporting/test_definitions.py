import re
from pathlib import Path

import pytest

from bayyina.errors import FileUnreadableError, QueryError, SmallFileError
from bayyina.figures.query import read_query
from bayyina.figures.query_words import QueryWords
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.reporting.checking import check_report
from bayyina.reporting.definitions import Definition, built_in_reports
from bayyina.reporting.prose import placed_ids
from bayyina.scenario.figures import october_2023
from bayyina.standards.methodology import built_in_methodologies
from tests.unit.reporting.conftest import SMALL

ROOT = Path(__file__).resolve().parents[3]


def findings_of(tmp_path, text):
    path = tmp_path / "x.report.md"
    path.write_text(text, encoding="utf-8")
    return check_report(path)


def test_prose_is_shown_in_its_case_only(tmp_path):
    text = SMALL.replace(
        "## Deaths\n",
        "## Deaths\n\n<!-- when: published -->\n\nP\n\n<!-- when: targets -->\n\nT\n\n"
        "<!-- when: always -->\n\nA\n",
    )
    path = tmp_path / "x.report.md"
    path.write_text(text, encoding="utf-8")
    definition = Definition.load(path)
    shown = {
        case: [one.content for one in definition.prose_when("en", case) if len(one.content) == 1]
        for case in ("published", "targets")
    }
    assert shown == {"published": ["P", "A"], "targets": ["T", "A"]}


def test_an_unknown_case_is_named(tmp_path):
    text = SMALL.replace("## Deaths\n", "## Deaths\n\n<!-- when: target -->\n\nT\n")
    [finding] = findings_of(tmp_path, text)
    assert finding.message == "There is no case 'target'. Did you mean 'targets'?"


UNNAMED = """+++
version = 1
name = "unnamed"
[title]
en = "Unnamed"
ar = "بلا اسم"
+++

<!-- lang: en -->

```chart
en: By year
count deaths by year
```

```chart
en: By month
count deaths by month
```

<!-- lang: ar -->

```chart
ar: بحسب السنة
count deaths by year
```

```chart
ar: بحسب الشهر
count deaths by month
```
"""


def test_a_block_without_an_id_is_called_by_its_place(tmp_path):
    path = tmp_path / "x.report.md"
    path.write_text(UNNAMED, encoding="utf-8")
    assert check_report(path) == []
    definition = Definition.load(path)
    assert definition.queries() == {
        "chart-1": "count deaths by year",
        "chart-2": "count deaths by month",
    }
    assert definition.blocks["chart-2"].title == {"en": "By month", "ar": "بحسب الشهر"}
    for tokens in definition.prose.values():
        assert [name for _, name in placed_ids(tokens)] == ["chart-1", "chart-2"]


def test_a_block_with_neither_id_nor_query_is_named(tmp_path):
    [finding] = findings_of(tmp_path, UNNAMED + "\n```chart\n```\n")
    assert "places nothing" in finding.message


def test_a_block_without_an_id_in_one_language_only_is_missed_in_the_other(tmp_path):
    changed = UNNAMED.replace("```chart\nar: بحسب الشهر\ncount deaths by month\n```\n", "")
    messages = [finding.message for finding in findings_of(tmp_path, changed)]
    assert "'chart-2' is shown in another language but not in 'ar'." in messages


def test_the_same_mistake_on_one_line_is_said_once(tmp_path):
    text = SMALL.replace("en: A part is {by-year}.", "en: A part is {by-yaer}.").replace(
        "ar: جزء منها {by-year}.", "ar: جزء منها {by-yaer}."
    )
    findings = findings_of(tmp_path, text)
    assert len(findings) == len(set(findings)) == 1


def test_a_definition_gives_its_queries_in_order(small):
    assert list(small.queries()) == ["deaths", "by-year"]
    assert small.queries()["by-year"].endswith("by year")
    assert small.languages() == ("en", "ar")
    assert small.titles["ar"] == "تقرير صغير"


def test_all_stands_for_every_figure(small):
    assert small.check_rows(small.blocks["check"]) == ("deaths",)


def test_a_good_definition_has_no_finding(small_file):
    assert check_report(small_file) == []


BUILT_IN = (
    "annual-arrests",
    "annual-torture",
    "monthly-arrests",
    "monthly-torture",
    "october-2023",
)


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_built_in_report_has_no_finding(name):
    folder = ROOT / "src" / "bayyina" / "reporting" / "reports"
    assert built_in_reports() == BUILT_IN
    assert check_report(folder / f"{name}.report.md") == []


def test_the_built_in_report_asks_what_the_scenario_publishes():
    wanted = {figure.id: figure.query for figure in october_2023().figures}
    definition = Definition.load("october-2023")
    figures = {one.id: one.query for one in definition.blocks.values() if one.kind == "figure"}
    assert figures == wanted


def test_the_built_in_report_holds_no_published_number():
    folder = ROOT / "src" / "bayyina" / "reporting" / "reports"
    text = (folder / "october-2023.report.md").read_text(encoding="utf-8")
    numbers = {int(one.replace(",", "")) for one in re.findall(r"\d[\d,]*", text.replace("٬", ","))}
    telling = {figure.published for figure in october_2023().figures if figure.published > 31}
    assert numbers & telling == set()


def test_the_queries_of_the_built_in_report_can_be_read():
    words = QueryWords(Vocabulary.load(), Gazetteer.load(), built_in_methodologies())
    path = ROOT / "src" / "bayyina" / "reporting" / "reports" / "october-2023.report.md"
    assert check_report(path, check_query=lambda query: read_query(query, words)) == []
    for query in Definition.load("october-2023").queries().values():
        assert str(read_query(query, words)) == query


def test_arabic_wording_has_no_vowel_signs():
    """One sign spoils searching in the whole PDF."""
    folder = ROOT / "src" / "bayyina" / "reporting"
    paths = [p for p in folder.rglob("*") if p.suffix in (".py", ".toml", ".md", ".yaml")]
    assert len(paths) > 30
    for path in paths:
        assert not re.search("[\u064b-\u0652]", path.read_text(encoding="utf-8")), path.name


def test_the_documented_example_has_no_finding(tmp_path):
    page = (ROOT / "docs" / "reference" / "report-definition.md").read_text(encoding="utf-8")
    [example] = re.findall(r"^````markdown\n(.*?)^````", page, re.MULTILINE | re.DOTALL)
    assert findings_of(tmp_path, example) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("+++\nversion", "++\nversion", 1, "settings between two lines"),
        ("version = 1", "version = 2", 2, "'version' must be 1"),
        ('name = "small"', 'name = "A b"', 3, "'name' must be"),
        ('name = "small"', 'nam = "small"', 3, "Did you mean 'name'?"),
        ('ar = "تقرير صغير"', 'fr = "x"', 6, "'fr'"),
        ('en = "A small report"', "en = A", 5, "not TOML"),
        ("figure id=deaths", "figure id=Deaths", 11, "needs an id"),
        ("figure id=deaths", "figure id=deaths kind=x", 11, "unknown attribute 'kind'"),
        ("en: Deaths", "eng: Deaths", 12, "Did you mean 'en'?"),
        ("chart id=by-year\nen", "chart id=deaths\nen", 19, "taken by line 11"),
        ("rows: deaths, by-year", "rows: deaths, born", 25, "lists 'born'"),
        ("rows: all", "count persons", 31, "cannot have a query"),
        ("in 2011-03/2023-10 by year", "in 2011-03/2023-10", 19, "needs a query with 'by'"),
        ("{deaths:words}, **", "{deths:words}, **", 41, "stands for nothing"),
        ("{deaths:words}, **", "{deaths:wrds}, **", 41, "unknown form"),
        ("A part is {by-year}", "A part is {none}", 11, "stands for nothing"),
        ("note-ar: جزء منها {by-year}.\n", "", 11, "no note in 'ar'"),
        ("ar: وفيات\n", "", 11, "no title in 'ar'"),
        ("<!-- lang: ar -->", "<!-- lang: fr -->", 52, "'fr'"),
        ("<!-- a comment that nobody reads -->", "Lost words.", 9, "would be lost"),
        ("There are", "<b>There</b> are", 41, "HTML is shown"),
        ("There are", "![x](y.png) There are", 41, "Pictures from elsewhere"),
        ("أي **{deaths}**", "أي", None, None),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path, old, new, line, words):
    assert old in SMALL
    findings = findings_of(tmp_path, SMALL.replace(old, new, 1))
    if words is None:
        assert findings == []
        return
    assert any(words in one.message and one.line == line for one in findings), findings


def test_languages_must_show_the_same_numbers(tmp_path):
    head, _, arabic = SMALL.partition("<!-- lang: ar -->")
    without = (
        arabic.replace("{deaths:words}", "").replace("{deaths}", "").replace("{deaths:range}", "")
    )
    [finding] = findings_of(tmp_path, f"{head}<!-- lang: ar -->{without}")
    assert finding.message == "'deaths' is shown in another language but not in 'ar'."


def test_queries_are_read_when_a_reader_is_given(small_file):
    def refuse(query):
        if query.endswith("by year"):
            raise QueryError("Position 3: nothing.")

    [finding] = check_report(small_file, check_query=refuse)
    assert finding.line == 19
    assert "'by-year' cannot be read: Position 3" in finding.message


def test_loading_names_file_and_line(tmp_path):
    path = tmp_path / "x.report.md"
    path.write_text(SMALL.replace("version = 1", "version = 3"), encoding="utf-8")
    with pytest.raises(SmallFileError, match=r"x\.report\.md, line 2"):
        Definition.load(path)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(FileUnreadableError, match="cannot be read"):
        Definition.load(tmp_path / "none.report.md")
    with pytest.raises(FileUnreadableError, match="october-2023"):
        Definition.load("october-2032")
    path = tmp_path / "x.report.md"
    path.write_bytes("تقرير".encode("windows-1256"))
    with pytest.raises(FileUnreadableError, match="UTF-8"):
        Definition.load(path)
    assert check_report(path)[0].message.startswith("The report definition")
