"""The workspace's own report definitions: checked by line, looked at, kept in the log, built."""

from __future__ import annotations

import pytest

from bayyina.app.drafting_reports import (
    check_draft,
    definition_named,
    preview_report,
    save_report,
    saved_reports,
)
from bayyina.app.server_jobs import run_report
from bayyina.errors import BayyinaError, InputError, PermissionRefusedError, SmallFileError
from bayyina.reporting.editing import NewBlock, new_definition, with_block
from tests.app.conftest import ROWS, Bench, quiet
from tests.app.test_use_cases_are_logged import check_change

TITLES = {"en": 'Deaths "here"', "ar": "وفيات"}
CHART = NewBlock("chart", "by-year", {"en": "By year", "ar": "بحسب السنة"}, "count deaths by year")


def text(name: str = "deaths") -> str:
    return with_block(new_definition(name, TITLES), CHART)


@pytest.fixture
def analyst(bench: Bench) -> Bench:
    bench.take_in(*ROWS)
    return bench


def test_a_definition_made_by_forms_is_sound(analyst: Bench) -> None:
    assert check_draft(analyst.amal, text()) == []
    more = with_block(text(), NewBlock("figure", "all", CHART.titles, "count deaths"))
    assert check_draft(analyst.amal, more) == []
    assert more.count("{all:words}") == 2
    assert more.count("```chart id=by-year") == 3


def test_faults_are_told_by_line(analyst: Bench) -> None:
    wrong = text().replace("count deaths by year", "count nonsense by year")
    (found,) = check_draft(analyst.amal, wrong)
    assert found.line is not None
    assert "by-year" in wrong.split("\n")[found.line - 1] or "nonsense" in found.message
    with pytest.raises(SmallFileError, match="line"):
        preview_report(analyst.amal, wrong, quiet)
    with pytest.raises(SmallFileError, match="line"):
        save_report(analyst.amal, wrong)
    assert check_draft(analyst.amal, "x" * 200_001) != []
    assert check_draft(analyst.amal, "no head at all") != []


def test_a_preview_shows_both_languages_and_keeps_nothing(analyst: Bench) -> None:
    size = analyst.amal.store.log_size()
    pages = preview_report(analyst.amal, text(), quiet)
    assert set(pages) == {"en", "ar"}
    assert "بحسب السنة" in pages["ar"]
    assert "FICTIONAL" in pages["en"]
    assert "draft" in pages["en"].lower()
    assert analyst.amal.store.log_size() == size


def test_keeping_is_an_entry_of_the_log(analyst: Bench) -> None:
    check_change(analyst.amal, "save-report-definition", lambda: save_report(analyst.amal, text()))
    assert saved_reports(analyst.amal)["deaths"].text == text()
    with pytest.raises(InputError, match="already"):
        save_report(analyst.amal, text())
    other = with_block(text(), NewBlock("figure", "all", CHART.titles, "count deaths"))
    save_report(analyst.amal, other)
    assert [one.text for one in saved_reports(analyst.amal).values()] == [other]


def test_it_is_built_from_the_log_whatever_lies_in_the_folder(analyst: Bench) -> None:
    save_report(analyst.amal, text())
    path = analyst.amal.folder / "definitions" / "deaths.report.md"
    path.parent.mkdir()
    path.write_text("something else", encoding="utf-8")
    told = run_report(analyst.amal, {"name": "deaths", "settings": {}, "folder": "deaths"}, quiet)
    assert told["twin"] == "reports/deaths/deaths.json"
    assert path.read_text(encoding="utf-8") == text()
    for name in ("../deaths", "nothing", ""):
        with pytest.raises(InputError):
            definition_named(analyst.amal, name)


def test_names_of_the_program_are_not_taken(analyst: Bench) -> None:
    with pytest.raises(InputError, match="comes with the program"):
        save_report(analyst.amal, text("monthly-arrests"))


def test_who_may_not_build_reports_sees_none(analyst: Bench) -> None:
    viewer = analyst.member("viewer", "viewer")
    for use in (
        lambda: saved_reports(viewer),
        lambda: check_draft(viewer, text()),
        lambda: preview_report(viewer, text(), quiet),
        lambda: save_report(viewer, text()),
        lambda: definition_named(viewer, "deaths"),
    ):
        with pytest.raises(PermissionRefusedError):
            use()


@pytest.mark.parametrize(
    "block",
    [
        CHART._replace(kind="check"),
        CHART._replace(id="By Year"),
        CHART._replace(id="by-year\n```"),
        CHART._replace(query="  "),
        CHART._replace(query="count deaths ``` x"),
        CHART._replace(titles={"en": "x"}),
        CHART,
    ],
)
def test_a_block_that_does_not_fit_is_refused(block: NewBlock) -> None:
    with pytest.raises(BayyinaError):
        with_block(text(), block)


@pytest.mark.parametrize("name", ["", "Deaths", "a/b", "..", "a" * 61])
def test_a_name_that_is_no_file_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        new_definition(name, TITLES)
