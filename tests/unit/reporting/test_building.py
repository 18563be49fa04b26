import csv
import hashlib
import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pypdf
import pytest

from bayyina.errors import InputError, StorageError
from bayyina.figures.pinning import pinned
from bayyina.reporting.annex import period_of
from bayyina.reporting.building import build_report, report_page
from bayyina.reporting.definitions import Definition
from bayyina.reporting.figure_results import FigureResult
from bayyina.reporting.references import Issue
from bayyina.typeset.html_pages import html_page
from tests.unit.reporting.conftest import made_up

NUMBER = re.compile(r"\d[\d,]*")


class Page(HTMLParser):
    """Links, anchors and text of a page."""

    def __init__(self, path):
        super().__init__()
        self.links, self.anchors, self.text, self._silent = [], set(), "", False
        self.isolated, self._is_isolated = [], False
        self.feed(Path(path).read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self._silent = tag == "style"
        if tag == "a":
            self.links.append(named["href"])
        self._is_isolated = tag == "bdi"
        if "id" in named:
            self.anchors.add(named["id"])

    def handle_data(self, data):
        if not self._silent:
            self.text += data
        if self._is_isolated:
            self.isolated.append(data)


def rows_of(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def build(definition, results, context, folder, lang="en"):
    return build_report(definition, results, lang=lang, out_folder=folder, context=context)


def test_everything_is_written_and_named(small, small_results, context, tmp_path):
    paths = build(small, small_results, context, tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [
        "small.en.html",
        "small.en.pdf",
        "small.json",
        "figures/by-year.table.csv",
        "figures/several.table.csv",
        "figures/check.table.csv",
        "figures/deaths.csv",
        "figures/by-year.csv",
    ]
    assert all(path.is_file() for path in paths)


def test_every_number_leads_to_the_annex_and_its_file(small, small_results, context, tmp_path):
    build(small, small_results, context, tmp_path)
    page = Page(tmp_path / "small.en.html")
    assert {"figure-deaths", "figure-by-year"} <= page.anchors
    for link in page.links:
        if link.startswith("#"):
            assert link[1:] in page.anchors
        else:
            assert (tmp_path / link).is_file()
    assert page.links.count("#figure-deaths") >= 4


def test_the_annex_says_how_it_was_counted(small, small_results, context, tmp_path):
    shares = {"two_people": 3, "earlier_practice": 5, "disputed": 0, "unverified": 1255}
    small_results["deaths"]["verification"] = shares
    build(small, small_results, context, tmp_path)
    text = Page(tmp_path / "small.en.html").text
    query = small.queries()["deaths"]
    for wanted in (
        query,
        f'bayyina figures open "{pinned(query, 42)}"',
        "3 by two people here; 5 under an earlier practice, before they were brought here",
        "1,255 not decided by two people",
        "March 2011 to October 2023",
        "date of the event",
        "10 October 2023",
        "no-minimum-period " + "5f" * 32,
        "a1" * 32,
        "joined by shared identifiers",
        "people, each counted once",
        "1,263 certainly; 1,270 if",
        "bayyina-fictional/0190",
        "A part is 1,241",
    ):
        assert wanted in text


def test_words_ranges_and_links_in_prose(small, small_results, context, tmp_path):
    build(small, small_results, context, tmp_path)
    build(small, small_results, context, tmp_path, "ar")
    english, arabic = (Page(tmp_path / f"small.{lang}.html").text for lang in ("en", "ar"))
    assert re.search(r"There are at least 1,2631? people, 1,263", english)
    assert "see (https://example.org/x)" in english
    assert "ما لا يقل عن 1,263" in arabic


def test_a_query_with_quotation_marks_is_quoted_for_the_command(
    small, small_results, context, tmp_path
):
    small_results["deaths"]["query"] = 'count persons with name="a b"'
    build(small, small_results, context, tmp_path)
    text = Page(tmp_path / "small.en.html").text
    assert 'bayyina figures open "count persons with name=\\"a b\\" recorded at 42"' in text


@pytest.mark.parametrize(
    ("query", "period"),
    [
        ("count persons with Death(manner=torture) in 2011-03/2023-10 by year", "2011-03/2023-10"),
        ("count persons with sex in (male, female) in 2023-11-17/..", "2023-11-17/.."),
        ("count bodies", ""),
        ('count persons with note="in 2011"', ""),
    ],
)
def test_the_period_is_that_of_the_in_clause(query, period):
    assert period_of(query) == period


def test_record_lists_hold_short_ids_and_nothing_else(small, small_results, context, tmp_path):
    build(small, small_results, context, tmp_path)
    assert rows_of(tmp_path / "figures" / "deaths.csv") == [
        {"record": "FICT-3-7", "certain": "yes", "notice": "FICTIONAL"},
        {"record": "FICT-3-9", "certain": "no", "notice": "FICTIONAL"},
    ]
    grouped = rows_of(tmp_path / "figures" / "by-year.csv")
    assert {row["year"] for row in grouped} == {"2011", "2012", "2014"}
    assert list(grouped[0]) == ["record", "certain", "year", "notice"]


def test_tables_hold_codes_and_names_in_both_languages(small, small_results, context, tmp_path):
    build(small, small_results, context, tmp_path)
    rows = rows_of(tmp_path / "figures" / "by-year.table.csv")
    assert [row["value"] for row in rows] == ["7", "1204", "0", "30", "22"]
    assert rows[-1]["year__en"] == "unknown"
    assert rows[-1]["year__ar"] == "غير معروفة"
    assert rows_of(tmp_path / "figures" / "check.table.csv")[0]["equal"] == "yes"


def test_a_number_that_differs_is_said_to_differ(small, small_results, context, tmp_path):
    build(small, small_results, replace(context, published={"deaths": 1262}), tmp_path)
    assert rows_of(tmp_path / "figures" / "check.table.csv")[0]["equal"] == "no"
    text = Page(tmp_path / "small.en.html").text
    assert "0 of 1 equal." in text
    assert "NO" in text
    twin = json.loads((tmp_path / "small.json").read_text(encoding="utf-8"))
    assert twin["checks"] == [{"id": "deaths", "published": 1262, "computed": 1263, "equal": False}]


def test_other_ways_of_joining_people_stand_beside(small, small_results, context, tmp_path):
    beside = {"automatic": {"deaths": 1301}, "reviewed": {"deaths": 1270}}
    for lang, heads in (
        ("en", ("Linked by name", "Linked and reviewed", "1,301", "1,270", "simulated reviewers")),
        ("ar", ("بالربط الآلي بالأسماء", "بالربط بعد المراجعة", "مراجعون افتراضيون")),
    ):
        build(small, small_results, replace(context, beside=beside), tmp_path, lang)
        text = Page(tmp_path / f"small.{lang}.html").text
        assert all(head in text for head in heads)
    (row,) = rows_of(tmp_path / "figures" / "check.table.csv")
    assert (row["automatic"], row["reviewed"], row["equal"]) == ("1301", "1270", "yes")
    twin = json.loads((tmp_path / "small.json").read_text(encoding="utf-8"))
    assert twin["checks"] == [
        {
            "id": "deaths", "published": 1263, "computed": 1263, "equal": True,
            "automatic": 1301, "reviewed": 1270,
        }
    ]  # fmt: skip


def test_targets_set_for_one_run_are_not_called_published(small, small_results, context, tmp_path):
    build(small, small_results, context, tmp_path / "published")
    own = replace(context, published={"deaths": 12}, targets_are_published=False)
    for lang, head, published, said in (
        ("en", "Target", "Published", "nobody published them"),
        ("ar", "الهدف", "المنشور", "ولم ينشرها أحد"),
    ):
        build(small, small_results, own, tmp_path, lang)
        text = Page(tmp_path / f"small.{lang}.html").text
        assert head in text
        assert said in text
        assert published not in text
    assert "Published" in Page(tmp_path / "published" / "small.en.html").text
    assert "target" in rows_of(tmp_path / "figures" / "check.table.csv")[0]
    assert "published" not in rows_of(tmp_path / "figures" / "check.table.csv")[0]
    twin = json.loads((tmp_path / "small.json").read_text(encoding="utf-8"))
    assert twin["targets_are_published"] is False
    assert twin["checks"] == [{"id": "deaths", "published": 12, "computed": 1263, "equal": False}]


@pytest.mark.parametrize(
    ("lang", "attributed", "denied"),
    [
        ("en", "were published by the Syrian Network", "Nobody published them."),
        ("ar", "نشرتها الشبكة السورية", "لم ينشرها أحد."),
    ],
)
def test_the_built_in_report_attributes_published_values_only(context, lang, attributed, denied):
    definition = Definition.load("october-2023")
    results = {name: made_up(query, 12) for name, query in definition.queries().items()}
    texts = []
    values = dict.fromkeys(definition.queries(), 12)
    for published, are_published in ((values, True), (values, False), (None, True)):
        own = replace(context, published=published, targets_are_published=are_published)
        read = {name: FigureResult.of(result) for name, result in results.items()}
        texts.append(html_page(report_page(Issue(definition, read, lang, own))))
    shown, own_targets, uncompared = texts
    assert attributed not in uncompared
    assert denied not in uncompared
    assert attributed in shown
    assert denied not in shown
    assert attributed not in own_targets
    assert denied in own_targets
    assert shown.count("<h2") == own_targets.count("<h2")


def test_the_twin_holds_the_results_as_they_came(small, small_results, context, tmp_path):
    build(small, small_results, context, tmp_path)
    twin = json.loads((tmp_path / "small.json").read_text(encoding="utf-8"))
    assert twin["fictional"] is True
    assert twin["custody_size"] == 42
    for name, result in small_results.items():
        assert {key: twin["figures"][name][key] for key in result} == result


def test_invented_records_are_called_so_everywhere(small, small_results, context, tmp_path):
    for path in build(small, small_results, context, tmp_path):
        if path.suffix == ".csv":
            assert all(row["notice"] == "FICTIONAL" for row in rows_of(path))
        elif path.suffix == ".html":
            assert "FICTIONAL RECORDS" in Page(path).text
            assert "سجلات مختلقة" in Page(path).text
        elif path.suffix == ".pdf":
            assert all("FICTIONAL" in one.extract_text() for one in pypdf.PdfReader(path).pages)


def test_real_records_are_not_called_invented(small, small_results, real_context, tmp_path):
    paths = build(small, small_results, real_context, tmp_path)
    assert not [path for path in paths if path.name in ("deaths.csv", "by-year.csv")]
    for path in paths:
        if path.suffix in (".csv", ".html", ".json"):
            assert "fictional records" not in path.read_text(encoding="utf-8").lower()
            assert "FICTIONAL" not in path.read_text(encoding="utf-8")
    assert "not listed in this copy" in Page(tmp_path / "small.en.html").text
    assert "Nothing was published" in Page(tmp_path / "small.en.html").text


def test_arabic_indic_digits_on_request(small, small_results, context, tmp_path):
    build(small, small_results, replace(context, numerals="arab"), tmp_path, "ar")
    text = Page(tmp_path / "small.ar.html").text
    assert "١٬٢٦٣" in text
    assert "٢٠١١" in text


def test_hostile_names_of_groups_stay_text(small, small_results, context, tmp_path):
    hostile = '=cmd|" <script>alert(1)</script> #read("main.typ") 監\u202e'

    class Hostile:
        def label(self, key, code, lang):
            return f"{hostile} {code}"

    build(small, small_results, replace(context, labels=Hostile()), tmp_path)
    assert "<script" not in (tmp_path / "small.en.html").read_text(encoding="utf-8")
    first = rows_of(tmp_path / "figures" / "by-year.table.csv")[0]
    assert first["year__en"].startswith("'=cmd")


def test_a_figure_that_is_missing_is_named(small, small_results, context, tmp_path):
    del small_results["by-year"]
    with pytest.raises(InputError, match="lacks results for: by-year"):
        build(small, small_results, context, tmp_path)


def test_a_language_that_is_missing_is_named(small, small_results, context, tmp_path):
    with pytest.raises(InputError, match="not written in 'fr'"):
        build(small, small_results, context, tmp_path, "fr")


def test_a_folder_that_refuses_is_one_sentence(small, small_results, context, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StorageError, match="could not be written"):
        build(small, small_results, context, tmp_path / "file")


def test_both_languages_show_the_same_numbers(october):
    folder, values = october
    shown = {}
    for lang in ("en", "ar"):
        page = Page(folder / f"october-2023.{lang}.html")
        numbers = sorted(one for one in page.isolated if NUMBER.fullmatch(one))
        shown[lang] = (sorted(page.links), numbers)
        for value in values.values():
            assert f"{value:,}" in page.text
    assert len(shown["en"][1]) > len(values)
    assert shown["en"] == shown["ar"]


def test_no_placeholder_is_left(october):
    folder, _ = october
    for lang in ("en", "ar"):
        text = Page(folder / f"october-2023.{lang}.html").text
        assert not re.search(r"\{[a-z]", text)


def test_the_pdf_holds_numbers_and_words_as_text(october):
    folder, values = october
    english = "".join(
        page.extract_text() for page in pypdf.PdfReader(folder / "october-2023.en.pdf").pages
    )
    arabic = "".join(
        page.extract_text() for page in pypdf.PdfReader(folder / "october-2023.ar.pdf").pages
    )
    for name in Definition.load("october-2023").queries():
        if name in values and not name.endswith(
            ("-year", "-month", "-governorate", "-demographic")
        ):
            assert f"{values[name]:,}" in english
            assert f"{values[name]:,}" in arabic
    assert "Software check on invented records" in english
    for word in ("التعذيب", "المعتقلون", "السجلات", "مختلقة", "شهادات", "الأمر"):
        assert word in arabic
    assert "\u2068" not in arabic


def test_html_names_no_address(october):
    folder, _ = october
    for lang in ("en", "ar"):
        html = (folder / f"october-2023.{lang}.html").read_text(encoding="utf-8")
        without_namespaces = re.sub(r'xmlns(:xlink)?="[^"]*"', "", html)
        assert not re.search(r"https?:|//[a-z]|<script|<link|url\(", without_namespaces)


def test_equal_input_gives_equal_bytes_in_another_process(small_file, tmp_path):
    """Python's salted hashes differ between processes; the files must not."""
    program = (
        "import sys, json, datetime as dt, hashlib; from pathlib import Path\n"
        "from bayyina.reporting.building import build_report\n"
        "from bayyina.reporting.context import ReportContext\n"
        "from bayyina.reporting.definitions import Definition\n"
        "from bayyina.reporting.labels import PlainLabels\n"
        "d = Definition.load(Path(sys.argv[1])); out = Path(sys.argv[2])\n"
        "one = lambda q, g: {'query': q, 'value': 9, 'comparator': '=', 'unit': 'persons',"
        " 'groups': g}\n"
        "g = [{'key': {'year': str(y)}, 'value': y % 7} for y in range(2011, 2020)]\n"
        "r = {'deaths': one('count persons', []), 'by-year': one('count persons by year', g)}\n"
        "c = ReportContext(time=dt.datetime(2026, 1, 5, tzinfo=dt.timezone.utc),"
        " is_fictional=True, labels=PlainLabels(), custody_size=1)\n"
        "for p in build_report(d, r, lang='ar', out_folder=out, context=c):\n"
        "    print(p.name, hashlib.sha256(p.read_bytes()).hexdigest())\n"
    )
    printed = [
        subprocess.run(
            [sys.executable, "-c", program, str(small_file), str(tmp_path / seed)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "src"},
            cwd=Path(__file__).resolve().parents[3],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert printed[0] == printed[1]
    assert printed[0].count("\n") == 6
    digest = hashlib.sha256((tmp_path / "1" / "small.ar.pdf").read_bytes()).hexdigest()
    assert digest in printed[0]
