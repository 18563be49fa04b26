"""The list of exhibits: what it holds, that an outsider can check it, and what it keeps back."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bayyina.app.listing_exhibits import WrittenExhibits, write_exhibits
from bayyina.app.rows import RecordRow, StatementRow
from bayyina.app.sealed_rows import SealedRows
from bayyina.app.site_registering import register_sites
from bayyina.app.workspace import Workspace
from bayyina.custody.canonical import canonical_json
from bayyina.custody.merkle import leaf_hash
from bayyina.custody.notes import Ed25519Verifier
from bayyina.custody.proofs import verify_row_proof
from bayyina.errors import InputError, PermissionRefusedError
from tests.app.conftest import ROWS, Bench, quiet
from tests.app.site_cases import site, write_site
from tests.app.test_use_cases_are_logged import check_change


def ids(workspace: Workspace, record_type: str) -> list[str]:
    rows = workspace.store.find(RecordRow, "record_type", [record_type])
    return [workspace.short_id(row.number) for row in rows]


def listed(bench: Bench, *records: str, **options: Any) -> WrittenExhibits:
    return write_exhibits(
        bench.amal,
        records,
        quiet,
        languages=("en", "ar"),
        out_folder=bench.folder / "out",
        **options,
    )


def test_every_leaf_and_proof_checks_without_the_workspace(bench: Bench) -> None:
    bench.take_in(*ROWS)
    people = ids(bench.amal, "Person")
    done = listed(bench, *people[:2])
    listing = done.exhibits
    assert [one.mark for one in listing.exhibits] == ["E-1", "E-2"]
    lines = [line for one in listing.exhibits for line in one.statements]
    assert len(lines) > 4
    origin = bench.amal.identity.origin
    verifier = Ed25519Verifier(origin, bench.amal.keys.log.public_key().public_bytes_raw())
    assert listing.log_key == verifier.vkey
    for line in lines:
        text = (bench.folder / "out" / line.proof).read_text(encoding="utf-8")
        proved = verify_row_proof(text, origin=origin, verifiers=[verifier])
        assert leaf_hash(canonical_json(proved.row)).hex() == line.leaf
        assert proved.entry_index == line.entry
    document = json.loads(done.document.read_text(encoding="utf-8"))
    assert document["exhibits"][0]["statements"][0]["leaf"] == lines[0].leaf


def test_the_sums_are_those_of_the_files(bench: Bench) -> None:
    bench.take_in(*ROWS)
    done = listed(bench, ids(bench.amal, "Person")[0])
    names = []
    for line in done.sums.read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((done.sums.parent / name).read_bytes()).hexdigest() == digest
        names.append(name)
    there = {path.relative_to(done.sums.parent).as_posix() for path in done.sums.parent.rglob("*")}
    assert set(names) == {name for name in there if "." in name}
    checked = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=done.sums.parent, capture_output=True, check=False
    )
    assert checked.returncode == 0


def test_a_death_that_the_family_was_not_told_of_is_marked(bench: Bench) -> None:
    bench.take_in(*ROWS)
    deaths = ids(bench.amal, "Death")
    done = listed(bench, deaths[0])
    assert done.exhibits.untold == (deaths[0],)
    page = done.files["en"][0].read_text(encoding="utf-8")
    assert "not to be made public" in page
    assert "لا تنشر" in done.files["ar"][0].read_text(encoding="utf-8")


def test_a_withheld_position_is_generalised_and_has_no_proof(bench: Bench) -> None:
    short = register_sites(bench.amal, files=[write_site(bench.folder, site())]).sites[0][1]
    done = listed(bench, short)
    blurred = [line for line in done.exhibits.exhibits[0].statements if line.is_blurred]
    assert blurred
    assert all(line.proof == "" for line in blurred)
    for path in (bench.folder / "out").rglob("*"):
        if path.is_file() and path.suffix != ".pdf":
            assert "33.1234" not in path.read_text(encoding="utf-8")
    kept = SealedRows(bench.amal).opened(list(bench.amal.store.scan(StatementRow)))
    assert any(row.value and row.value.startswith("33.12") for row in kept)


def test_a_question_lists_what_it_counts(bench: Bench) -> None:
    bench.take_in(*ROWS)
    done = listed(bench, query="count arrests in 2013")
    assert {one.type for one in done.exhibits.exhibits} == {"Arrest"}
    assert len(done.exhibits.exhibits) == 2


def test_what_cannot_be_listed_is_refused_and_nothing_is_written(bench: Bench) -> None:
    bench.take_in(*ROWS)
    with pytest.raises(InputError, match="needs a record"):
        listed(bench)
    with pytest.raises(InputError, match="FICT-99-1"):
        listed(bench, "FICT-99-1")
    viewer = bench.member("basma", "viewer")
    with pytest.raises(PermissionRefusedError, match="report"):
        write_exhibits(
            viewer, ["FICT-2-1"], quiet, languages=("en",), out_folder=bench.folder / "out"
        )
    assert not (bench.folder / "out").exists()


def test_the_writing_is_logged(bench: Bench, tmp_path: Path) -> None:
    bench.take_in(*ROWS)
    record = ids(bench.amal, "Person")[0]
    check_change(bench.amal, "list-exhibits", lambda: listed(bench, record))
