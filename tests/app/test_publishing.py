"""Drafts, their release by two people, and the ledger of what changed since."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bayyina.app import publishing
from bayyina.app.building_reports import BuiltReport, build_reports
from bayyina.app.deciding import judge_pair
from bayyina.app.publishing import publish_report, recipients_of
from bayyina.app.revising import Ledger, compare_report
from bayyina.app.rewinding import read_moment
from bayyina.app.rows import RecordRow, RunRow
from bayyina.app.undoing import undo_batch
from bayyina.app.workspace import Workspace
from bayyina.errors import FileUnreadableError, InputError, PermissionRefusedError
from tests.app.conftest import ROWS, Bench, quiet

REPORT = """+++
version = 1
name = "yearly"
[title]
en = "Deaths in {year}"
ar = "وفيات {year}"
[parameters.year]
type = "year"
default = 2015
min = 2011
max = 2030
+++

```figure id=deaths
en: Deaths in {year}
ar: وفيات في {year}
count persons with Death in {year}
```

```figure id=held
en: Held
ar: معتقلون
count persons held
```

```chart id=by-sex
en: By sex
ar: بحسب الجنس
count persons with Death in {year} by sex
```

<!-- lang: en -->

In {year}: {deaths}, {held}.

```chart id=by-sex
```

<!-- lang: ar -->

في {year}: {deaths}، {held}.

```chart id=by-sex
```
"""


def built(bench: Bench, year: str = "2015", **moment: str) -> BuiltReport:
    """The small report of a year."""
    file = bench.folder / "yearly.report.md"
    file.write_text(REPORT, encoding="utf-8")
    return build_reports(
        bench.amal,
        name=str(file),
        languages=("en",),
        out_folder=bench.folder / "out",
        progress=quiet,
        settings={"year": year},
        moment=read_moment(moment.get("known_at"), moment.get("recorded_at")),
    )


def ledger(bench: Bench, report: BuiltReport) -> Ledger:
    return compare_report(bench.amal, report.twin, quiet)


def test_a_parameter_stands_in_files_queries_and_prose(bench: Bench) -> None:
    bench.take_in(*ROWS)
    report = built(bench, "2016")
    assert report.twin.name == "yearly-2016.json"
    twin = json.loads(report.twin.read_text(encoding="utf-8"))
    assert (twin["definition"], twin["parameters"]) == ("yearly", {"year": "2016"})
    assert report.figures["deaths"].query == "count persons with Death in 2016"
    assert report.figures["deaths"].value == 1
    page = (report.twin.parent / "yearly-2016.en.html").read_text(encoding="utf-8")
    assert "Deaths in 2016" in page
    assert "{year}" not in page


def test_a_report_is_a_draft_until_a_second_person_signs(bench: Bench) -> None:
    bench.take_in(*ROWS)
    report = built(bench)
    page = report.twin.parent / "yearly-2015.en.html"
    draft = page.read_text(encoding="utf-8")
    assert "DRAFT" in draft
    first = publish_report(bench.amal, report.twin, reasons="numbers opened", recipients=["OHCHR"])
    assert (first.is_published, first.files, first.people) == (False, (), ("amal",))
    assert "DRAFT" in page.read_text(encoding="utf-8")
    with pytest.raises(PermissionRefusedError, match="signed this report already"):
        publish_report(bench.amal, report.twin, reasons="again")
    badr = bench.member("badr", "verifier")
    second = publish_report(badr, report.twin, reasons="read as an adversary", recipients=["IIIM"])
    assert second.is_published
    assert second.recipients == ("OHCHR", "IIIM")
    assert second.small_groups > 0
    released = page.read_text(encoding="utf-8")
    assert "DRAFT" not in released
    # all else is as it was: only the line of the notice went
    gone = [line for line in draft.splitlines() if line not in released.splitlines()]
    assert 0 < len(gone) <= 2
    later = publish_report(bench.amal, report.twin, reasons="sent", recipients=["WGEID"])
    assert recipients_of(bench.amal, later.twin.digest) == ("OHCHR", "IIIM", "WGEID")


def test_what_was_changed_or_not_built_here_is_not_released(bench: Bench) -> None:
    bench.take_in(*ROWS)
    report = built(bench)
    text = report.twin.read_text(encoding="utf-8")
    report.twin.write_text(text.replace('"custody_size"', '"custody_size" ', 1), encoding="utf-8")
    with pytest.raises(InputError, match="not built in this workspace, or was changed since"):
        publish_report(bench.amal, report.twin, reasons="looked")
    report.twin.write_text(text, encoding="utf-8")
    viewer = bench.member("dima", "viewer")
    with pytest.raises(PermissionRefusedError, match="publish"):
        publish_report(viewer, report.twin, reasons="looked")
    with pytest.raises(InputError, match="reasons"):
        publish_report(bench.amal, report.twin, reasons=" ")
    beside = report.twin.parent / "yearly-2015.report.md"
    beside.write_text(REPORT + "\nmore\n", encoding="utf-8")
    with pytest.raises(InputError, match="not the definition"):
        publish_report(bench.amal, report.twin, reasons="looked")
    assert recipients_of(bench.amal, report.twin_digest) == ()


@pytest.mark.parametrize("content", ["no json", "[]", '{"name": "x", "figures": {"a": 1}}'])
def test_a_file_that_is_no_twin_is_refused(bench: Bench, content: str) -> None:
    file = bench.folder / "x.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(FileUnreadableError):
        compare_report(bench.amal, file, quiet)


def test_nothing_changed_is_said(bench: Bench) -> None:
    bench.take_in(*ROWS)
    report = built(bench)
    found = ledger(bench, report)
    assert found.changed == ()
    assert found.is_known
    assert not found.is_published


def changed(found: Ledger) -> dict[str, tuple[int, int]]:
    return {one.id: (one.published, one.now) for one in found.changed}


def reasons(found: Ledger, identifier: str) -> set[str]:
    return set(next(one for one in found.revisions if one.id == identifier).reasons)


def test_new_records_are_told_apart_from_corrections(bench: Bench) -> None:
    bench.take_in(*ROWS)
    report = built(bench)
    assert report.figures["deaths"].value == 1
    bench.take_in("FICT-9,Dal Four,M,1980,2013,Homs,died,2015", asserted_on="2023-12-01")
    found = ledger(bench, report)
    assert changed(found)["deaths"] == (1, 2)
    assert reasons(found, "deaths") == {"new-record"}
    assert found.actions["import"] == 1
    groups = next(one for one in found.changed if one.id == "by-sex").groups
    assert groups == (({"sex": "male"}, 0, 1),)


def test_a_corrected_date_is_called_a_correction(bench: Bench) -> None:
    bench.take_in(*ROWS)
    report = built(bench)
    bench.take_in(ROWS[1].replace("2015-03", "2016-03"), asserted_on="2023-12-01")
    found = ledger(bench, report)
    assert changed(found)["deaths"] == (1, 0)
    assert "correction" in reasons(found, "deaths")


def test_an_undone_import_is_named(bench: Bench) -> None:
    bench.take_in(ROWS[0])
    second = bench.take_in("FICT-9,Dal Four,M,1980,2013,Homs,died,2015", asserted_on="2023-12-01")
    report = built(bench)
    assert second.batch is not None
    undo_batch(bench.amal, batch=second.batch, reason="entered twice")
    found = ledger(bench, report)
    assert changed(found)["deaths"] == (1, 0)
    assert reasons(found, "deaths") == {"undone-import"}


def people(workspace: Workspace) -> list[str]:
    rows = (row for row in workspace.store.scan(RecordRow) if row.record_type == "Person")
    return [workspace.short_id(row.number) for row in rows]


def test_a_judgement_that_joins_two_people_is_named(bench: Bench) -> None:
    bench.take_in(ROWS[1], "FICT-9,Ba Two,F,1985,2013,Homs,died,2015-03")
    report = built(bench)
    assert report.figures["deaths"].value == 2
    one, two = people(bench.amal)
    judge_pair(bench.amal, record_a=one, record_b=two, verdict="same", reasons="same mother")
    found = ledger(bench, report)
    assert changed(found)["deaths"] == (2, 1)
    assert reasons(found, "deaths") == {"judgement"}


def test_recipients_are_listed_when_a_figure_changed(bench: Bench) -> None:
    bench.take_in(*ROWS)
    report = built(bench)
    publish_report(bench.amal, report.twin, reasons="looked", recipients=["OHCHR"])
    bench.take_in("FICT-9,Dal Four,M,1980,2013,Homs,died,2015", asserted_on="2023-12-01")
    assert ledger(bench, report).recipients == ("OHCHR",)


def test_an_old_report_is_rebuilt_with_the_numbers_of_then(bench: Bench) -> None:
    bench.take_in(*ROWS)
    size = bench.amal.store.log_size()
    bench.take_in("FICT-9,Dal Four,M,1980,2013,Homs,died,2015", asserted_on="2023-12-01")
    assert built(bench).figures["deaths"].value == 2
    assert built(bench, recorded_at=str(size)).figures["deaths"].value == 1
    rebuilt = built(bench, known_at="2023-11-30")
    assert rebuilt.figures["deaths"].value == 1
    assert built(bench, known_at="2023-08-30").figures["deaths"].value == 0
    page = (rebuilt.twin.parent / "yearly-2015.en.html").read_text(encoding="utf-8")
    assert "Only what sources had said by" in page
    with pytest.raises(InputError, match="exclude each other"):
        read_moment("2023-11-30", "2023-11-30")
    for text in ("0", "yesterday", "٤٢"):
        with pytest.raises(InputError, match="--recorded-at"):
            read_moment(None, text)


def test_a_signature_covers_every_word(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another recipient than the one that was signed for makes the signature void."""
    bench.take_in(*ROWS)
    report = built(bench)
    publish_report(bench.amal, report.twin, reasons="looked", recipients=["OHCHR"])

    def forged(_workspace: Workspace, _kind: str) -> list[tuple[int, dict[str, object]]]:
        rows = [(row.number, json.loads(row.parameters)) for row in _workspace.store.scan(RunRow)]
        return [(number, row | {"recipients": ["X"]}) for number, row in rows if "signature" in row]

    monkeypatch.setattr(publishing, "_numbered_runs", forged)
    assert recipients_of(bench.amal, report.twin_digest) == ()


def test_the_files_of_a_report_lie_together(bench: Bench) -> None:
    bench.take_in(*ROWS)
    report = built(bench)
    names = {path.name for path in Path(report.twin.parent).iterdir()}
    assert {"yearly-2015.json", "yearly-2015.report.md", "figures"} <= names
