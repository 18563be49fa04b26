"""Published vectors of the custody log: our code writes them, and an outsider's reading agrees.

The second half of this file is written from ``docs/reference/log-format.md`` alone, with
the standard library and bare cryptographic primitives: it imports nothing of ours.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import struct
import subprocess
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.golden.make_custody_vectors import make, text_of

FOLDER = Path(__file__).parent / "custody"
NAMES = (
    "ids", "canonical", "salts", "keys", "leaves", "trees", "entry", "checkpoint", "proof",
    "decisions",
)  # fmt: skip


def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return make()


@pytest.mark.parametrize("name", NAMES)
def test_the_code_writes_the_published_bytes(made: dict[str, Any], name: str) -> None:
    assert (FOLDER / f"{name}.json").read_text(encoding="utf-8") == text_of(made[name])


def test_no_vector_is_left_out(made: dict[str, Any]) -> None:
    assert set(made) == set(NAMES) == {path.stem for path in FOLDER.glob("*.json")}


# What follows is an outsider's reading of the specification.


def leaf(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def tree_root(hashes: list[bytes]) -> bytes:
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    middle = 1
    while middle * 2 < len(hashes):
        middle *= 2
    return sha256(b"\x01" + tree_root(hashes[:middle]) + tree_root(hashes[middle:])).digest()


def climb(value: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that an audit path leads to, by the recursion of RFC 6962, section 2.1.1."""
    if size == 1:
        assert not path
        return value
    middle = 1
    while middle * 2 < size:
        middle *= 2
    if index < middle:
        return sha256(b"\x01" + climb(value, index, middle, path[:-1]) + path[-1]).digest()
    below = climb(value, index - middle, size - middle, path[:-1])
    return sha256(b"\x01" + path[-1] + below).digest()


def salt_of(key: str, kind: str, number: int) -> str:
    return blake2b(f"{kind}:{number}".encode(), key=bytes.fromhex(key), digest_size=32).hexdigest()


def test_leaves_open_with_nothing_but_a_hash() -> None:
    vectors = load("leaves")
    batch = vectors["batch"]
    for vector in vectors["statements"]:
        number = vector["row"]["number"]
        assert salt_of(vector["record_key"], "statement", number) == vector["salt"]
        fields = vector["row"] | {
            "kind": "statement", "batch": batch["uuid"], "recorded_at": batch["opened"],
            "recorded_by": batch["actor"], "salt": vector["salt"],
        }  # fmt: skip
        written = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert written == vector["leaf"]
        assert leaf(written.encode()).hex() == vector["leaf_hash"]
    for vector in vectors["rows"]:
        keys = vector["salted_by"]
        if keys == "batch key":
            key = vector["batch_key"]
        elif len(keys) == 1:
            key = keys[0]
        else:
            first, second = map(bytes.fromhex, keys)
            key = blake2b(second, key=first, digest_size=32, person=b"bayyina pair v1").hexdigest()
        assert key == vector["salting_key"]
        salted = salt_of(key, vector["kind"], vector["row"]["number"])
        fields = vector["row"] | {"kind": vector["kind"], "salt": salted}
        assert fields == json.loads(vector["leaf"])
        assert leaf(vector["leaf"].encode()).hex() == vector["leaf_hash"]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed here.")
def test_a_leaf_opens_with_sha256sum() -> None:
    vector = load("leaves")["statements"][1]
    data = b"\x00" + vector["leaf"].encode()
    done = subprocess.run(["sha256sum"], input=data, capture_output=True, check=True)
    assert done.stdout.split()[0].decode() == vector["leaf_hash"]


def test_entry_names_the_trees_of_its_leaves() -> None:
    entry, leaves = load("entry"), load("leaves")
    assert leaf(entry["bytes"].encode()).hex() == entry["leaf_hash"]
    fields = json.loads(entry["bytes"])
    assert fields["v"] == 1
    by_kind: dict[str, list[bytes]] = {"statement": []}
    for vector in leaves["statements"]:
        by_kind["statement"].append(bytes.fromhex(vector["leaf_hash"]))
    for vector in leaves["rows"]:
        by_kind.setdefault(vector["kind"], []).append(bytes.fromhex(vector["leaf_hash"]))
    assert fields["trees"] == {
        kind: {"n": len(hashes), "root": tree_root(hashes).hex()}
        for kind, hashes in by_kind.items()
    }


def test_trees_and_the_empty_tree() -> None:
    for vector in load("trees"):
        if vector["size"] <= 300:
            hashes = [leaf(str(n).encode()) for n in range(vector["size"])]
            assert tree_root(hashes).hex() == vector["root"]
    last = load("trees")[-1]
    assert last["tiles"][-3:] == ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]


def check_note(note: str, vkey: str) -> list[str]:
    """The lines of a checkpoint that the key has signed."""
    text, _, signatures = note.rpartition("\n\n")
    name, identity, encoded = vkey.split("+")
    public = base64.b64decode(encoded)
    assert public[0] == 1
    assert sha256(name.encode() + b"\n" + public).hexdigest()[:8] == identity
    line = next(line for line in signatures.split("\n") if line.startswith(f"— {name} "))
    data = base64.b64decode(line.rsplit(" ", 1)[1])
    assert data[:4].hex() == identity
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(data[4:], f"{text}\n".encode())
    return text.split("\n")


def test_checkpoint() -> None:
    vector = load("checkpoint")
    origin, size, digest = check_note(vector["note"], vector["vkey"])
    hashes = [leaf(entry.encode()) for entry in vector["entries"]]
    assert origin == vector["vkey"].split("+")[0]
    assert (int(size), base64.b64decode(digest)) == (len(hashes), tree_root(hashes))
    assert re.fullmatch(r"bayyina(-fictional)?/[0-9a-f-]{36}", origin)


def test_proof_of_a_row() -> None:
    vector = load("proof")
    row_half, tlog_half, *checkpoint = vector["row_proof"].split("\n\n")
    header, leaf_line, index_line, *path, entry_line = row_half.split("\n")
    assert header == "bayyina.row-proof/v1"
    line, entry_bytes = leaf_line.removeprefix("leaf "), entry_line.removeprefix("entry ")
    row, entry = json.loads(line), json.loads(entry_bytes)
    tree = entry["trees"][row["kind"]]
    index = int(index_line.removeprefix("index "))
    climbed = climb(leaf(line.encode()), index, tree["n"], list(map(base64.b64decode, path)))
    assert climbed.hex() == tree["root"]
    assert row["number"] == (entry["batch_number"] << 32) | index
    assert row["batch"] == entry["batch"]
    assert row["recorded_at"] == entry["opened"]
    assert row["recorded_by"] == entry["actor"]
    header, index_line, *path = tlog_half.split("\n")
    assert header == "c2sp.org/tlog-proof@v1"
    _, size, digest = check_note("\n\n".join(checkpoint), vector["vkey"])
    index = int(index_line.removeprefix("index "))
    climbed = climb(leaf(entry_bytes.encode()), index, int(size), list(map(base64.b64decode, path)))
    assert climbed == base64.b64decode(digest)


def test_salts_and_the_key_of_a_pair() -> None:
    vectors = load("salts")
    for vector in vectors["salts"]:
        assert salt_of(vectors["record_key"], vector["kind"], vector["number"]) == vector["salt"]


def test_wrapped_keys_open() -> None:
    vectors = load("keys")
    record, batch, case = (vectors[name] for name in ("record_key", "batch_key", "case_key"))
    for vector, place in (
        (record, struct.pack(">Q", record["record"])),
        (batch, b"batch" + UUID(batch["batch"]).bytes),
    ):
        wrapped = bytes.fromhex(vector["wrapped"])
        opened = AESGCM(bytes.fromhex(vector["case_key"])).decrypt(
            wrapped[:12], wrapped[12:], place
        )
        assert opened.hex() == vector["key"]
    wrapped = bytes.fromhex(case["wrapped"])
    assert wrapped[0] == 1
    private = X25519PrivateKey.from_private_bytes(bytes.fromhex(case["custodian_private"]))
    secret = private.exchange(X25519PublicKey.from_public_bytes(wrapped[1:33]))
    info = b"bayyina/case-key/v1"
    salt = wrapped[1:33] + bytes.fromhex(case["custodian_public"])
    key = HKDF(SHA256(), length=32, salt=salt, info=info).derive(secret)
    opened = AESGCM(key).decrypt(bytes(12), wrapped[33:], info + b"\n" + case["place"].encode())
    assert opened.hex() == case["key"]


def test_key_file_opens() -> None:
    vector = load("keys")["key_file"]
    content = json.loads(vector["text"])
    kdf, cipher = content["kdf"], content.pop("cipher")
    key = Argon2id(
        salt=bytes.fromhex(kdf["salt"]), length=32, iterations=kdf["iterations"],
        lanes=kdf["lanes"], memory_cost=kdf["memory_kib"],
    ).derive(vector["passphrase"].encode())  # fmt: skip
    bound = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    nonce, sealed = (bytes.fromhex(cipher[name]) for name in ("nonce", "text"))
    assert AESGCM(key).decrypt(nonce, sealed, bound).hex() == vector["secret"]


def test_decisions_are_signed_over_their_text() -> None:
    vectors = load("decisions")
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(vectors["public"]))
    for vector, purpose in zip(vectors["decisions"], ("determination", "erasure"), strict=True):
        public.verify(bytes.fromhex(vector["signature"]), vector["signed"].encode())
        head, _, body = vector["signed"].partition("\n")
        assert head == f"bayyina/{purpose}/v1"
        assert json.loads(body)["key"] == vectors["public"]
    rows = sorted((row["kind"], row["number"], row["leaf_hash"]) for row in vectors["erased_rows"])
    digest = sha256(b"".join(bytes.fromhex(row[2]) for row in rows)).hexdigest()
    assert digest == vectors["erasure_digest"]


def test_ids_are_laid_out_as_specified() -> None:
    vectors = load("ids")
    batch = UUID(vectors["batch"])
    assert batch.int >> 80 == vectors["milliseconds"]
    bits = int.from_bytes(bytes.fromhex(vectors["random"]), "big") & ((1 << 74) - 1)
    assert ((batch.int >> 64) & 0xFFF, batch.int & ((1 << 62) - 1)) == (
        bits >> 62,
        bits & ((1 << 62) - 1),
    )
    for vector in vectors["items"]:
        item = UUID(vector["id"])
        assert item.int >> 38 == batch.int >> 38
        assert (item.int >> 32) & 0x3F == vectors["kind_codes"][vector["kind"]]
        assert item.int & 0xFFFFFFFF == vector["position"]


def test_canonical_json() -> None:
    for vector in load("canonical"):
        written = json.dumps(
            vector["value"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        assert written.encode().hex() == vector["bytes"]
