"""Redacted copies of items: linked, with their plan, the original untouched, each in the log."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from PIL import Image

from bayyina.app.evidence_deriving import derive_item
from bayyina.app.evidence_events import item_events
from bayyina.app.evidence_items import Item, find_item, list_items, read_items
from bayyina.app.evidence_reading import read_bytes
from bayyina.app.evidence_redacting import (
    RedactedItem,
    record_redaction,
    redact_item,
    redactions_of,
)
from bayyina.app.importing import report_path
from bayyina.app.record_reading import read_record
from bayyina.app.rows import RunRow
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError, PermissionRefusedError, SmallFileError
from bayyina.media.redaction.results import RedactionCheckError, RedactionRefusedError
from tests.app.conftest import Bench, quiet
from tests.app.evidence_cases import add, blobs
from tests.app.test_use_cases_are_logged import check_change

TEXT = "The courier is FICT Alif Ba of Xtown.\n"
PLAN = 'version: 1\nredact:\n  - words: ["FICT Alif Ba"]\n    reason: source\n'


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "named after FICT Alif Ba.redaction.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def text_item(workspace: Workspace, folder: Path, text: str = TEXT, **said: object) -> str:
    path = folder / "told by FICT Alif Ba.txt"
    path.write_text(text, encoding="utf-8")
    done = add(workspace, path, **said)
    assert done.lines[0].id
    return done.lines[0].id


def redacted(workspace: Workspace, item: str, plan: Path, **more: object) -> RedactedItem:
    return redact_item(
        workspace, item=item, plan=plan, report=report_path(workspace, Path(f"{item}.redact")),
        progress=quiet, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def whole(workspace: Workspace, item: str) -> tuple[Item, bytes]:
    row = find_item(workspace, item)
    return read_items(workspace, [row])[0], b"".join(read_bytes(workspace, row))


def test_a_copy_is_linked_and_its_plan_is_sealed(bench: Bench, tmp_path: Path, plan: Path) -> None:
    item = text_item(bench.amal, tmp_path)
    before = whole(bench.amal, item)
    done = redacted(bench.amal, item, plan)
    copy, data = whole(bench.amal, done.made.id)
    kept, kept_data = whole(bench.amal, done.plan)
    original, unchanged = whole(bench.amal, item)
    assert data == b"The courier is [redacted: source] of Xtown.\n"
    assert (copy.parent, copy.derivation, copy.is_sealed) == (original.number, "redaction", False)
    assert copy.names == (f"{item}.redacted.txt",)
    assert (kept.parent, kept.derivation, kept.is_sealed) == (
        original.number, "redaction_plan", True,
    )  # fmt: skip
    assert re.fullmatch(f"{re.escape(PLAN)}# [0-9a-f]{{32}}\n", kept_data.decode())
    assert hashlib.sha256(PLAN.encode()).hexdigest() not in (
        kept.sha256,
        done.redaction.plan_sha256,
    )
    assert (original.sha256, original.names, unchanged) == (
        before[0].sha256, before[0].names, before[1],
    )  # fmt: skip
    said = json.dumps(read_record(bench.amal, done.made.id), ensure_ascii=False)
    assert "Alif" not in said
    assert done.plan in said
    assert done.redaction.plan_sha256 not in said
    assert redactions_of(bench.amal, [original.number]) == {original.number: copy.number}
    events = item_events(bench.amal, original)
    assert any(done.made.id in one.detail for one in events)


def test_the_log_tells_how_and_not_what(bench: Bench, tmp_path: Path, plan: Path) -> None:
    item = text_item(bench.amal, tmp_path)
    done = redacted(bench.amal, item, plan)
    rows = [row for row in bench.amal.store.scan(RunRow) if row.run_kind == "redaction"]
    told = json.loads(rows[-1].parameters)
    assert "Alif" not in rows[-1].parameters
    assert told["copy_sha256"] == done.made.sha256
    assert told["places"] == [{"kind": "words", "reason": "source", "line": 3, "count": 1}]
    assert any("none of the plan's texts" in one for one in told["checks"])
    check_change(
        bench.amal,
        "redact-evidence",
        lambda: record_redaction(
            bench.amal, item=item, made=done.made.id, plan=done.plan, done=done.redaction
        ),
    )


@pytest.mark.slow
def test_the_plan_of_many_items_is_kept_once(bench: Bench, tmp_path: Path, plan: Path) -> None:
    first = text_item(bench.amal, tmp_path)
    second = text_item(bench.amal, tmp_path, "Also FICT Alif Ba.\n")
    plans = {redacted(bench.amal, one, plan).plan for one in (first, second)}
    assert len(plans) == 1
    with pytest.raises(InputError, match="are here already"):
        redacted(bench.amal, first, plan)


def test_the_newest_copy_counts(bench: Bench, tmp_path: Path, plan: Path) -> None:
    item = text_item(bench.amal, tmp_path)
    redacted(bench.amal, item, plan)
    plan.write_text(PLAN.replace('Ba"', 'Ba", "Xtown"'), encoding="utf-8")
    newer = redacted(bench.amal, item, plan)
    number = find_item(bench.amal, item).number
    assert redactions_of(bench.amal, [number]) == {
        number: find_item(bench.amal, newer.made.id).number
    }


def test_a_sealed_item_takes_a_reason(bench: Bench, tmp_path: Path, plan: Path) -> None:
    item = text_item(bench.amal, tmp_path, sealed=True)
    with pytest.raises(InputError, match="sealed"):
        redacted(bench.amal, item, plan)
    done = redacted(bench.amal, item, plan, reason="for the court", opened=False)
    assert whole(bench.amal, done.made.id)[0].is_sealed
    looks = [
        one for one in item_events(bench.amal, whole(bench.amal, item)[0]) if one.type == "access"
    ]
    assert [one.detail for one in looks] == ["for the court"]
    plan.write_text(PLAN.replace("source", "safety"), encoding="utf-8")
    opened = redacted(bench.amal, item, plan, reason="for the public", opened=True)
    assert not whole(bench.amal, opened.made.id)[0].is_sealed


def test_nothing_is_kept_of_what_fails(bench: Bench, tmp_path: Path, plan: Path) -> None:
    item = text_item(bench.amal, tmp_path)
    before = (blobs(bench.amal), bench.amal.store.log_size())

    def failing(*_: object, **__: object) -> object:
        raise RedactionCheckError("It did not pass.")

    with pytest.raises(RedactionCheckError):
        redacted(bench.amal, item, plan, redact=failing)
    plan.write_text(PLAN.replace("FICT Alif Ba", "FICT Alef"), encoding="utf-8")
    with pytest.raises(RedactionRefusedError):
        redacted(bench.amal, item, plan)
    plan.write_text("version: 1\n", encoding="utf-8")
    with pytest.raises(SmallFileError):
        redacted(bench.amal, item, plan)
    assert (blobs(bench.amal), bench.amal.store.log_size()) == before
    left = [one for one in (bench.amal.folder / "private").glob("**/*") if one.is_file()]
    assert not [one for one in left if one.suffix != ".lock"]


def test_who_may(bench: Bench, tmp_path: Path, plan: Path) -> None:
    item = text_item(bench.amal, tmp_path)
    viewer = bench.member("vera", "viewer")
    with pytest.raises(PermissionRefusedError):
        redacted(viewer, item, plan)
    sealed = text_item(bench.amal, tmp_path, "Sealed FICT Alif Ba.\n", sealed=True)
    intake = bench.member("ines", "intake")
    assert redacted(intake, item, plan).made.parent == item
    with pytest.raises(PermissionRefusedError):
        redacted(intake, sealed, plan, reason="for me")


def test_a_list_of_items_names_no_source(bench: Bench, tmp_path: Path, plan: Path) -> None:
    done = redacted(bench.amal, text_item(bench.amal, tmp_path), plan)
    named = {one.id: one.names for one in list_items(bench.amal)}
    assert all("Alif" not in name for name in named[done.made.id] + named[done.plan])


def test_what_is_made_elsewhere_to_be_shown_says_nothing_of_itself(
    bench: Bench, tmp_path: Path
) -> None:
    item = text_item(bench.amal, tmp_path)
    picture = Image.new("RGB", (40, 30), "grey")
    exif = picture.getexif()
    exif[0x8825] = {1: "N", 2: (33.0, 30.0, 0.0), 3: "E", 4: (36.0, 18.0, 0.0)}
    telling, silent = tmp_path / "telling.jpg", tmp_path / "silent.jpg"
    picture.save(telling, exif=exif, comment=b"FICT Alif Ba")
    picture.save(silent)

    def derive(file: Path, kind: str) -> str:
        return derive_item(
            bench.amal, parent=item, file=file, derivation=kind, tool="convert",
            report=report_path(bench.amal, file), progress=quiet,
        ).id  # fmt: skip

    for kind in ("redaction", "thumbnail"):
        with pytest.raises(InputError, match="GPS") as refused:
            derive(telling, kind)
        assert "Alif" not in refused.value.message
    made = derive(silent, "thumbnail")
    assert whole(bench.amal, made)[0].derivation == "thumbnail"
    assert derive(telling, "working_copy")
