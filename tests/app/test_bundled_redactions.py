"""The redacted set of a bundle: copies in place of originals, and those named that have none."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from bayyina.app.bundling import BundleOrder, MadeBundle, create_bundle
from bayyina.app.evidence_items import find_item
from bayyina.app.kept_stamps import log_verifier
from bayyina.bundle.verifying import Trusted, verify_bundle
from tests.app.conftest import Bench, quiet
from tests.app.test_bundling import said, standalone
from tests.app.test_evidence_redacting import PLAN, redacted, text_item

NAME = "FICT Alif Ba"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "one.redaction.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def make(bench: Bench, **order: Any) -> list[MadeBundle]:
    out = bench.folder / "out"
    out.mkdir()
    return create_bundle(
        bench.amal,
        BundleOrder(**{"title": "FICTIONAL case", "whole_case": True, **order}),
        out=out / "full",
        redacted=out / "redacted",
        progress=quiet,
    )


def document(made: MadeBundle) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((made.written.folder / "data/bundle.json").read_text())
    return found


def everything(made: MadeBundle) -> bytes:
    return b"\n".join(
        path.read_bytes() for path in sorted(made.written.folder.rglob("*")) if path.is_file()
    )


@pytest.mark.parametrize("level", ["internal", "public"])
def test_copies_stand_for_originals(bench: Bench, tmp_path: Path, plan: Path, level: str) -> None:
    item = text_item(bench.amal, tmp_path)
    other = text_item(bench.amal, tmp_path, f"Nobody redacted {NAME} here.\n")
    done = redacted(bench.amal, item, plan)
    full, small = make(bench, redacted_level=level)
    told = document(small)
    assert told["redactions"] == [
        {"of": item, "shown_as": done.made.id, "why": ""},
        {"of": other, "shown_as": "", "why": "none"},
    ]
    assert small.unredacted == (other,)
    assert [(one["record"], one["sha256"]) for one in told["evidence"]] == [
        (done.made.id, done.made.sha256)
    ]
    assert document(full)["redactions"] == []
    held = {one["record"] for one in document(full)["evidence"]}
    assert held == {item, other, done.made.id}
    for made in (full, small):
        found = verify_bundle(made.written.folder, Trusted(keys=(log_verifier(bench.amal),)))
        assert found.report.ok, said(found)
    assert standalone(small.written.folder, "--key", log_verifier(bench.amal).vkey)["ok"]


def test_nothing_of_an_original_is_in_a_redacted_set(
    bench: Bench, tmp_path: Path, plan: Path
) -> None:
    item = text_item(bench.amal, tmp_path)
    done = redacted(bench.amal, item, plan)
    full, small = make(bench, redacted_level="restricted")
    original = hashlib.sha256(f"The courier is {NAME} of Xtown.\n".encode()).hexdigest()
    whole, held = everything(full), everything(small)
    for secret in (NAME.encode(), original.encode(), done.redaction.plan_sha256.encode()):
        assert secret not in held
    assert original.encode() in whole
    assert b"The courier is [redacted: source] of Xtown." in held
    assert done.plan.encode() in held


def test_the_copy_is_an_event_and_linked(bench: Bench, tmp_path: Path, plan: Path) -> None:
    item = text_item(bench.amal, tmp_path)
    done = redacted(bench.amal, item, plan)
    _, small = make(bench)
    file = document(small)["evidence"][0]
    assert (file["derived_from"], file["tool"].split()[:2]) == (item, ["bayyina", "redact"])
    tree = ET.parse(small.written.folder / "data/premis.xml")  # noqa: S314 - our own file
    kinds = [one.text for one in tree.iter("{http://www.loc.gov/premis/v3}eventType")]
    assert "redaction" in kinds
    assert "migration" not in kinds
    page = (small.written.folder / "VERIFY.en.html").read_text()
    assert "It holds no original file" in page
    assert "النسخة أمينة" in (small.written.folder / "VERIFY.ar.html").read_text()
    assert done.made.id in document(small)["records"]


def test_what_holds_of_an_item_holds_of_its_copy(bench: Bench, tmp_path: Path, plan: Path) -> None:
    refused = text_item(bench.amal, tmp_path, consent="refused")
    sealed = text_item(bench.amal, tmp_path, f"Sealed: {NAME}.\n", sealed=True)
    opened = text_item(bench.amal, tmp_path, f"Opened: {NAME}.\n", sealed=True)
    redacted(bench.amal, refused, plan)
    redacted(bench.amal, sealed, plan, reason="for the court")
    copy = redacted(bench.amal, opened, plan, reason="for the court", opened=True)
    _, small = make(bench)
    assert {one["of"]: one["why"] for one in document(small)["redactions"]} == {
        refused: "consent",
        sealed: "sealed",
        opened: "",
    }
    assert [one["record"] for one in document(small)["evidence"]] == [copy.made.id]


def test_an_item_that_is_asked_for_brings_its_copy(
    bench: Bench, tmp_path: Path, plan: Path
) -> None:
    item = text_item(bench.amal, tmp_path)
    done = redacted(bench.amal, item, plan)
    _, small = make(bench, whole_case=False, ids=(item,))
    assert [one["record"] for one in document(small)["evidence"]] == [done.made.id]
    assert find_item(bench.amal, item).number
