"""Suites that others published: every case, counted."""

from __future__ import annotations

import base64
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from bayyina.custody.checkpoints import open_checkpoint
from bayyina.custody.merkle import (
    EMPTY_ROOT,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from bayyina.custody.notes import Ed25519Verifier, open_note
from bayyina.custody.subtrees import verify_subtree_consistency, verify_subtree_inclusion
from bayyina.custody.tiles import TileTree, hashes_of, read_tile_path, root_from_tiles, tile_path
from bayyina.errors import CustodyError


@pytest.fixture(scope="module")
def evidence(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.getfixturevalue("test_data") / "evidence"
    if not folder.is_dir():
        pytest.skip(f"The third-party evidence vectors are absent: {folder.name} is not there.")
    return folder


@pytest.fixture(scope="module")
def merkle_cases(evidence: Path) -> dict[str, dict[str, Any]]:
    with tarfile.open(evidence / "merkle-proofs" / "merkle-proofs.tar.gz") as archive:
        members = [member for member in archive if member.name.endswith(".json")]
        return {member.name: json.load(archive.extractfile(member)) for member in members}  # type: ignore[arg-type]


def _decode(case: dict[str, Any]) -> list[bytes]:
    return [base64.b64decode(text) for text in case["proof"] or []]


def _is_refused(check: Any, *arguments: Any) -> bool:
    try:
        check(*arguments)
    except CustodyError:
        return True
    return False


def test_all_inclusion_cases(merkle_cases: dict[str, dict[str, Any]]) -> None:
    wrong, count = [], 0
    for name, case in merkle_cases.items():
        if "/inclusion/" not in name:
            continue
        count += 1
        refused = _is_refused(
            verify_inclusion,
            base64.b64decode(case["leafHash"] or ""),
            case["leafIdx"],
            case["treeSize"],
            _decode(case),
            base64.b64decode(case["root"] or ""),
        )
        if refused != case["wantErr"]:
            wrong.append(name)
    assert (wrong, count) == ([], 98)


def test_all_cases_about_subtrees(merkle_cases: dict[str, dict[str, Any]]) -> None:
    wrong, counts = [], {"subtreeinclusion": 0, "subtreeconsistency": 0}
    for name, case in merkle_cases.items():
        kind = name.split("/")[1]
        if kind not in counts:
            continue
        counts[kind] += 1
        place = (case["start"], case["end"])
        if kind == "subtreeinclusion":
            leaf, top = (base64.b64decode(case[key] or "") for key in ("leafHash", "root"))
            refused = _is_refused(
                verify_subtree_inclusion, leaf, case["leafIdx"], *place, _decode(case), top
            )
        else:
            roots = [base64.b64decode(case[key] or "") for key in ("root1", "root2")]
            refused = _is_refused(
                verify_subtree_consistency, *place, case["size"], *roots, _decode(case)
            )
        if refused != case["wantErr"]:
            wrong.append(name)
    assert (wrong, counts) == ([], {"subtreeinclusion": 204, "subtreeconsistency": 118})
    assert len(merkle_cases) == 518


def test_all_consistency_cases(merkle_cases: dict[str, dict[str, Any]]) -> None:
    wrong, from_empty, count = [], 0, 0
    for name, case in merkle_cases.items():
        if "/consistency/" not in name:
            continue
        count += 1
        refused = _is_refused(
            verify_consistency,
            case["size1"],
            case["size2"],
            base64.b64decode(case["root1"] or ""),
            base64.b64decode(case["root2"] or ""),
            _decode(case),
        )
        from_empty += case["size1"] == 0 and refused
        if refused != case["wantErr"]:
            wrong.append(name)
    assert (wrong, count) == ([], 98)
    assert from_empty >= 3, "nothing can be shown from the empty tree"


def test_rfc6962_roots(evidence: Path) -> None:
    vectors = json.loads(
        (evidence / "rfc6962" / "ct_merkle_test_vectors.json").read_text(encoding="utf-8")
    )
    hashes = [leaf_hash(bytes.fromhex(text)) for text in vectors["leaves_hex"]]
    expected = [bytes.fromhex(text) for text in vectors["root_after_n_leaves_hex"]]
    assert [root(hashes[: n + 1]) for n in range(len(hashes))] == expected
    tree, grown = TileTree(), []
    for value in hashes:
        tree.add(value)
        grown.append(tree.root())
    assert grown == expected
    assert TileTree().root() == EMPTY_ROOT == bytes.fromhex(vectors["empty_tree_root_hex"])


def test_signed_note_example(evidence: Path) -> None:
    example = json.loads(
        (evidence / "tlog-tiles-log" / "signed-note-example.json").read_text(encoding="utf-8")
    )
    verifier = Ed25519Verifier.from_vkey(example["vkey"])
    assert verifier.vkey == example["vkey"]
    assert open_note(example["note"], [verifier])[1] == (verifier.name,)
    with pytest.raises(CustodyError):
        open_note(example["note"].replace("example message", "other message"), [verifier])


def test_tile_log_with_its_checkpoints(evidence: Path) -> None:
    log = evidence / "tlog-tiles-log"
    vkey = json.loads((log / "signed-note-example.json").read_text(encoding="utf-8"))
    verifier = Ed25519Verifier.from_vkey(vkey["tessera_log_vkey"])

    def read_tile(level: int, index: int) -> bytes:
        return (log / tile_path(level, index, 15)).read_bytes()

    leaves = hashes_of(read_tile(0, 0))
    tree, checked = TileTree(), 0
    for size in range(16):
        note = (log / f"checkpoint.{size}").read_text(encoding="utf-8")
        checkpoint = open_checkpoint(note, "example.com/log/testdata", [verifier])
        assert (checkpoint.size, checkpoint.root) == (size, root(leaves[:size]))
        assert (tree.size, tree.root()) == (size, checkpoint.root)
        assert root_from_tiles(read_tile, size) == checkpoint.root
        if size:
            stored = (log / tile_path(0, 0, size)).read_bytes()
            assert [tile.data for tile in tree.edge_tiles()] == [stored]
            bundle = (log / f"tile/entries/000.p/{size}").read_bytes()
            assert [leaf_hash(entry) for entry in _unbundle(bundle)] == leaves[:size]
        if size < len(leaves):
            tree.add(leaves[size])
        checked += 1
    assert checked == 16


def _unbundle(bundle: bytes) -> list[bytes]:
    entries = []
    while bundle:
        length = int.from_bytes(bundle[:2], "big")
        entries.append(bundle[2 : 2 + length])
        bundle = bundle[2 + length :]
    return entries


@pytest.mark.parametrize(
    ("path", "tile"),
    [
        ("tile/0/000", (0, 0, 256)),
        ("tile/1/x001/x234/067", (1, 1234067, 256)),
        ("tile/0/x001/000.p/7", (0, 1000, 7)),
    ],
)
def test_tile_paths(path: str, tile: tuple[int, int, int]) -> None:
    assert tile_path(*tile) == path
    assert read_tile_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/00/000",
        "tile/0/0",
        "tile/0/x000/001",
        "tile/0/000.p/256",
        "tile/64/000",
        "tile/0/001.p/0",
    ],
)
def test_other_paths_are_no_tile_paths(path: str) -> None:
    with pytest.raises(CustodyError):
        read_tile_path(path)
