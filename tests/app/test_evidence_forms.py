"""Forms about evidence: wording, place and speaker are kept, wrong ones refused with their line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bayyina.app.evidence_form_file import read_form
from bayyina.app.evidence_forms import describe_evidence
from bayyina.app.evidence_items import list_items
from bayyina.app.record_reading import read_record
from bayyina.app.short_ids import record_number
from bayyina.errors import FileUnreadableError, InputError, SmallFileError
from tests.app.conftest import Bench
from tests.app.evidence_cases import FORM, add, small_files
from tests.app.test_use_cases_are_logged import all_rows


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return small_files(tmp_path / "files")


def test_the_forms_of_the_page_are_read(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "how-to" / "keep-evidence.md"
    forms = re.findall(
        r"^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    assert len(forms) == 2
    for text in forms:
        path = tmp_path / "one.evidence.yaml"
        path.write_text(text, encoding="utf-8")
        assert all(record.statements for record in read_form(path).records)


def test_a_form_keeps_wording_place_and_speaker(bench: Bench, files: Path, tmp_path: Path) -> None:
    add(bench.amal, files)
    item = list_items(bench.amal)[0].id
    form = tmp_path / "one.evidence.yaml"
    form.write_text(FORM.format(item=item), encoding="utf-8")
    done = describe_evidence(bench.amal, form=form)
    ids = {one.key: one.id for one in done.records}
    said = read_record(bench.amal, ids["certificate-1"])["statements"]
    text = next(one for one in said if one["property"] == "text")
    other = next(one for one in said if one["property"] == "translation")
    assert (text["lang"], text["locator"]) == ("ar", "page 1")
    assert (text.get("original") or text["value"]) == "  هوي متوفي من زمان، شو بدك "
    assert text["source"] != other["source"]
    rows = all_rows(bench.amal)["statement"].values()
    evidence = {row[11] for row in rows if row[1] == record_number(bench.amal, ids["interview-1"])}
    assert evidence == {record_number(bench.amal, item)}
    assert describe_evidence(bench.amal, form=form).batch is None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("stamp, value: agrees", "stamp, value: genuine", "no stamp"),
        ("property: kind", "property: kindd", "has no `kindd`"),
        ("source: leak", "source: leek", "no source `leek`"),
        ("type: Testimony", "type: EvidenceItem", "no type that a form can make"),
        ("document, value: certificate-1", "document, value: interview-1", "cannot point"),
        ("key: interview-1", "key: examination-1", "there twice"),
        ("version: 1", "version: 2", "version"),
        ("statements:", "statement:", "not known here"),
        ("said_on: 2023-01", "said_on: whenever", "line 15: `released_on`"),
    ],
)
def test_a_wrong_form_is_refused_with_its_line(
    old: str, new: str, words: str, bench: Bench, files: Path, tmp_path: Path
) -> None:
    add(bench.amal, files)
    form = tmp_path / "one.evidence.yaml"
    text = FORM.format(item=list_items(bench.amal)[0].id)
    assert old in text
    form.write_text(text.replace(old, new, 1), encoding="utf-8")
    before = all_rows(bench.amal)
    with pytest.raises(SmallFileError, match=words):
        describe_evidence(bench.amal, form=form)
    assert all_rows(bench.amal) == before


def test_a_real_form_is_not_for_an_invented_workspace(bench: Bench, tmp_path: Path) -> None:
    form = tmp_path / "one.evidence.yaml"
    form.write_text("version: 1\nrecords: [{id: FICT-1-0, statements: [{property: a, value: b}]}]")
    with pytest.raises(InputError, match="world"):
        describe_evidence(bench.amal, form=form)
    with pytest.raises(FileUnreadableError):
        describe_evidence(bench.amal, form=tmp_path / "absent")


def test_places_in_an_item_have_one_form_and_a_wrong_one_is_named(
    bench: Bench, tmp_path: Path
) -> None:
    form = tmp_path / "one.evidence.yaml"
    text = (
        "version: 1\nfictional: true\nrecords:\n  - key: heard\n    type: Testimony\n"
        "    statements:\n      - {property: text, value: 'FICT', locator: '%s'}\n"
    )
    form.write_text(text % "الدقيقة ٣:١٠", encoding="utf-8")
    heard = describe_evidence(bench.amal, form=form).records[0].id
    (said,) = read_record(bench.amal, heard)["statements"]
    assert said["locator"] == "time 00:03:10"
    before = bench.amal.store.log_size()
    form.write_text(text % "time 00:99:10", encoding="utf-8")
    with pytest.raises(SmallFileError, match=r"line 7: `locator`: .*is no time"):
        describe_evidence(bench.amal, form=form)
    assert bench.amal.store.log_size() == before
