"""Two people examine a leaked paper and sign, each for themselves; a point that differs blocks."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayyina.app.deciding import determine_record
from bayyina.app.evidence_forms import describe_evidence
from bayyina.app.evidence_items import list_items
from bayyina.app.examination_lines import POINTS
from bayyina.app.record_reading import read_record
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.errors import BayyinaError
from tests.app.conftest import Bench, quiet
from tests.app.evidence_cases import FORM, JPEG, add


def described(bench: Bench, folder: Path) -> dict[str, str]:
    """A certificate with its scan, and an examination of it; ids by key."""
    scan = folder / "scan.jpg"
    scan.write_bytes(JPEG)
    add(bench.amal, scan, source="FICT office")
    form = folder / "one.evidence.yaml"
    form.write_text(FORM.format(item=list_items(bench.amal)[0].id), encoding="utf-8")
    return {one.key: one.id for one in describe_evidence(bench.amal, form=form).records}


def examine(bench: Bench, folder: Path, ids: dict[str, str], key: str, **points: str) -> str:
    """Another examination of the certificate, filled in; its id."""
    answers = dict.fromkeys(POINTS, "not_examined") | {"conclusion": "FICT: nothing more."} | points
    said = "".join(
        f"      - {{property: {name}, value: '{value}'}}\n"
        for name, value in answers.items()
        if value
    )
    form = folder / f"{key}.evidence.yaml"
    form.write_text(
        "version: 1\nfictional: true\nrecords:\n"
        f"  - key: {key}\n    type: DocumentExamination\n    statements:\n"
        f"      - {{property: document, value: {ids['certificate-1']}}}\n{said}",
        encoding="utf-8",
    )
    return describe_evidence(bench.amal, form=form).records[0].id


def sign(
    person: Workspace,
    ids: dict[str, str],
    line: str = "document_examination",
    *,
    examination: str = "",
    conditions: tuple[str, ...] = (),
) -> object:
    return determine_record(
        person,
        record_id=ids["certificate-1"],
        decision="verified",
        verdict="for",
        standard="document-examined",
        reasons="I compared the stamp with five papers of that office.",
        lines=[f"{line}={examination or ids['examination-1']}"],
        conditions=conditions,
    )


def test_two_examiners_sign_and_the_first_alone_does_not_do(bench: Bench, tmp_path: Path) -> None:
    ids = described(bench, tmp_path)
    second = examine(bench, tmp_path, ids, "examination-2", stamp="agrees")
    for handle, one in (("badr", ""), ("chams", second)):
        sign(bench.member(handle, "verifier"), ids, examination=one)
    signed = read_record(bench.amal, ids["certificate-1"])["determinations"]
    assert [(one["person"], one["standard"]) for one in signed] == [
        ("badr", "document-examined"),
        ("chams", "document-examined"),
    ]
    assert verify_workspace(bench.amal, progress=quiet).ok


def test_who_entered_the_paper_does_not_sign(bench: Bench, tmp_path: Path) -> None:
    ids = described(bench, tmp_path)
    with pytest.raises(BayyinaError, match="entered"):
        sign(bench.amal, ids)


def test_a_differing_point_alone_meets_nothing(bench: Bench, tmp_path: Path) -> None:
    ids = described(bench, tmp_path)
    with pytest.raises(BayyinaError):
        sign(bench.member("badr", "verifier"), ids, "differing_point")


def test_an_examination_of_another_paper_is_no_line(bench: Bench, tmp_path: Path) -> None:
    ids = described(bench, tmp_path)
    ids["examination-1"] = ids["interview-1"]
    with pytest.raises(BayyinaError, match="nothing to do with"):
        sign(bench.member("badr", "verifier"), ids)


def test_two_people_do_not_sign_one_sheet(bench: Bench, tmp_path: Path) -> None:
    ids = described(bench, tmp_path)
    sign(bench.member("badr", "verifier"), ids)
    with pytest.raises(BayyinaError, match="rests on the examination"):
        sign(bench.member("chams", "verifier"), ids)


@pytest.mark.parametrize("point", ["sequence", "conclusion"])
def test_a_sheet_with_an_empty_point_is_not_cited(bench: Bench, tmp_path: Path, point: str) -> None:
    ids = described(bench, tmp_path)
    second = examine(bench, tmp_path, ids, "examination-2", **{point: ""})
    with pytest.raises(BayyinaError, match=f"says nothing of {point}"):
        sign(bench.member("badr", "verifier"), ids, examination=second)


def test_a_signature_agrees_with_something_else(bench: Bench, tmp_path: Path) -> None:
    ids = described(bench, tmp_path)
    itself = ids["certificate-1"]
    one = examine(bench, tmp_path, ids, "examination-2", signature="agrees", compared_with=itself)
    with pytest.raises(BayyinaError, match="not with what"):
        sign(bench.member("badr", "verifier"), ids, examination=one)
    form = tmp_path / "other.evidence.yaml"
    form.write_text(
        "version: 1\nfictional: true\nrecords:\n  - key: other\n    type: Document\n"
        "    statements:\n      - {property: kind, value: death_certificate}\n",
        encoding="utf-8",
    )
    other = describe_evidence(bench.amal, form=form).records[0].id
    two = examine(bench, tmp_path, ids, "examination-3", signature="agrees", compared_with=other)
    sign(bench.member("chams", "verifier"), ids, examination=two)


def test_a_point_that_differs_blocks_also_whoever_does_not_cite_it(
    bench: Bench, tmp_path: Path
) -> None:
    ids = described(bench, tmp_path)
    differing = examine(bench, tmp_path, ids, "examination-2", dates="differs")
    with pytest.raises(BayyinaError, match="does not meet"):
        sign(bench.member("badr", "verifier"), ids)
    sign(
        bench.member("chams", "verifier"),
        ids,
        conditions=(f"difference_explained={differing}",),
    )
