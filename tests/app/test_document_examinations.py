"""Two people examine a leaked paper and sign, each for themselves; a point that differs blocks."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayyina.app.deciding import determine_record
from bayyina.app.evidence_forms import describe_evidence
from bayyina.app.evidence_items import list_items
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


def sign(person: Workspace, ids: dict[str, str], line: str = "document_examination") -> object:
    return determine_record(
        person,
        record_id=ids["certificate-1"],
        decision="verified",
        verdict="for",
        standard="document-examined",
        reasons="I compared the stamp with five papers of that office.",
        lines=[f"{line}={ids['examination-1']}"],
    )


def test_two_examiners_sign_and_the_first_alone_does_not_do(bench: Bench, tmp_path: Path) -> None:
    ids = described(bench, tmp_path)
    for handle in ("badr", "chams"):
        sign(bench.member(handle, "verifier"), ids)
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
