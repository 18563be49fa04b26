"""Proof files: written without being shown, and checked by somebody who has no workspace."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

import pytest

from bayyina.custody.cosignatures import verifier_from_vkey
from bayyina.custody.proofs import EntryProof, verify_entry_proof
from bayyina.errors import CustodyError
from tests.cli.conftest import Program
from tests.cli.test_json_documents import check_shape, first_ids


@pytest.fixture
def proof(filled: Program) -> tuple[Path, str]:
    """A proof file and the log's key."""
    file = filled.folder / "statement.proof"
    answer = filled("log", "proof", first_ids(filled)[2], "--out", file)
    assert answer.status == 0, answer.err
    assert "Alif One" not in answer.out
    assert "Alif One" in file.read_text(encoding="utf-8")
    key = filled("log", "checkpoint", "--json").document["key"]
    return file, key


def test_a_written_proof_is_not_printed(filled: Program) -> None:
    file = filled.folder / "statement.proof"
    answer = filled("log", "proof", first_ids(filled)[2], "--out", file, "--json")
    check_shape("log proof", answer.document)
    assert answer.document == {"statement": first_ids(filled)[2], "file": str(file)}
    printed = filled("log", "proof", first_ids(filled)[2], "--json")
    assert printed.document["proof"] == file.read_text(encoding="utf-8")


def test_with_the_key_it_holds_and_shows_the_statement(
    filled: Program, proof: tuple[Path, str]
) -> None:
    file, key = proof
    answer = filled("log", "check-proof", file, "--key", key)
    assert answer.status == 0
    assert "The proof holds." in answer.out
    assert "value: Alif One" in answer.out
    document = filled("log", "check-proof", file, "--key", key, "--json").document
    assert document["statement"]["value"] == "Alif One"
    assert "salt" not in document["statement"]
    assert [check["number"] for check in document["checks"]] == [1, 2, 3, 4, 5]


def test_without_the_key_it_is_not_said_to_hold(filled: Program, proof: tuple[Path, str]) -> None:
    answer = filled("log", "check-proof", proof[0], "--json")
    assert answer.status == 1
    check_shape("log check-proof", answer.document)
    outcomes = [(check["ok"], check["checked"]) for check in answer.document["checks"]]
    assert outcomes == [(True, True), (False, False), *[(True, True)] * 3]
    assert "not established" in filled("log", "check-proof", proof[0]).out


@pytest.mark.parametrize(
    ("old", "new", "broken"),
    [
        ("Alif One", "Alif Two", 4),
        ('"action":"import"', '"action":"imported"', 3),
        ("bayyina.row-proof/v1", "bayyina.row-proof/v2", 1),
        ("\nindex ", "\nindex 1", 4),
        ('"property":', '"property": ', 1),
    ],
)
def test_what_was_changed_is_named(
    filled: Program, proof: tuple[Path, str], old: str, new: str, broken: int
) -> None:
    file, key = proof
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    answer = filled("log", "check-proof", file, "--key", key, "--json")
    assert answer.status == 1
    assert not answer.document["ok"]
    failed = [c["number"] for c in answer.document["checks"] if c["checked"] and not c["ok"]]
    assert broken in failed
    assert answer.document["statement"] == {}


def test_a_signature_of_another_key_does_not_hold(filled: Program, proof: tuple[Path, str]) -> None:
    file, key = proof
    lines = file.read_text(encoding="utf-8").split("\n")
    at = max(n for n, line in enumerate(lines) if line.startswith("— "))
    dash, name, signature = lines[at].split(" ")
    data = bytearray(base64.b64decode(signature))
    data[-1] ^= 1
    lines[at] = " ".join((dash, name, base64.b64encode(data).decode()))
    file.write_text("\n".join(lines), encoding="utf-8")
    answer = filled("log", "check-proof", file, "--key", key, "--json")
    assert answer.status == 1
    assert [c["number"] for c in answer.document["checks"] if not c["ok"]] == [2]


def test_bad_files_and_keys_are_refused(filled: Program, proof: tuple[Path, str]) -> None:
    file, _ = proof
    assert filled("log", "check-proof", "absent").status == 2
    assert filled("log", "check-proof", file, "--key", "none").status == 2
    assert filled("log", "check-proof", filled.file("bytes", b"\xff\xfe")).status == 2
    assert filled("log", "check-proof", filled.file("empty", b"")).status == 1


def test_it_runs_without_a_workspace_and_loads_no_django(proof: tuple[Path, str]) -> None:
    file, key = proof
    script = (
        "import sys\n"
        "from bayyina.cli.main import run\n"
        "status = run(['-w', 'nowhere', 'log', 'check-proof', *sys.argv[1:]])\n"
        "assert not any(name.split('.')[0] == 'django' for name in sys.modules)\n"
        "sys.exit(status)\n"
    )
    command = [sys.executable, "-c", script, str(file), "--key", key]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_proof_of_the_entry_alone_is_a_tlog_proof(filled: Program, tmp_path: Path) -> None:
    file = tmp_path / "entry.tlog-proof"
    statement = first_ids(filled)[2]
    answer = filled("log", "proof", statement, "--tlog-proof", file, "--json")
    assert answer.status == 0
    key = verifier_from_vkey(filled("log", "checkpoint", "--json").document["key"])
    entry = file.with_name("entry.tlog-proof.entry").read_bytes()
    assert file.read_text().startswith("c2sp.org/tlog-proof@v1\nindex ")
    proof = EntryProof.from_text(file.read_text())
    checkpoint = verify_entry_proof(proof, entry, origin=key.name, verifiers=[key])
    assert checkpoint.size > proof.index
    with pytest.raises(CustodyError):
        verify_entry_proof(proof, entry + b" ", origin=key.name, verifiers=[key])


def test_a_checkpoint_that_was_redirected_to_a_file_is_one(filled: Program) -> None:
    file = filled.folder / "kept.txt"
    file.write_text(filled("log", "checkpoint").out, encoding="utf-8")
    answer = filled("log", "verify", "--checkpoint", file, "--json")
    assert answer.status == 0
    asked = [check for check in answer.document["checks"] if "outside" in check["name"]]
    assert all(check["ok"] and check["asked"] for check in asked)
