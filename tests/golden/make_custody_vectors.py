"""Writes the published vectors of the custody log: ``python tests/golden/make_custody_vectors.py``.

Everything in them is invented and every key is fixed, so the script always writes the
same bytes. They describe a form that never changes: if a change of the code changes one
of these files, the change of the code is wrong.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from bayyina.custody.canonical import canonical_json
from bayyina.custody.checkpoints import Checkpoint, log_origin, sign_checkpoint
from bayyina.custody.determinations import Determination, Erasure, erasure_digest, sign_decision
from bayyina.custody.entries import Entry, TreeHead
from bayyina.custody.ids import KIND_CODES, item_id, new_batch_id
from bayyina.custody.leaves import STATEMENT_COLUMNS, RowLeaves, StatementLeaves, salting_key
from bayyina.custody.merkle import leaf_hash, root
from bayyina.custody.notes import Ed25519Verifier
from bayyina.custody.proofs import prove_entry, prove_row
from bayyina.custody.tiles import TileTree, tile_path
from bayyina.keys.case_keys import wrap_case_key
from bayyina.keys.personal import KdfCost, PersonalKey, seal_key
from bayyina.keys.record_keys import KeyWrap
from bayyina.keys.salts import pair_key, salt
from bayyina.keys.signing import signed_bytes

FOLDER = Path(__file__).parent / "custody"

MILLISECONDS = 1_700_000_000_123
WORKSPACE = new_batch_id(MILLISECONDS, random=bytes(10))
BATCH = new_batch_id(MILLISECONDS + 60_000, random=bytes(range(10)))
BATCH_NUMBER = 2
BASE = BATCH_NUMBER << 32
MEMBER = item_id(new_batch_id(MILLISECONDS, random=b"\x11" * 10), 0, kind="member")
OPENED, TIME = "2023-11-14T22:14:20.123Z", "2023-11-14T22:14:21.456Z"
ORIGIN = log_origin(WORKSPACE, fictional=True)

CASE_KEY = bytes(range(0x20))
BATCH_KEY = bytes(range(0x20, 0x40))
RECORD_KEYS = {BASE: bytes(range(0x40, 0x60)), BASE + 1: bytes(range(0x60, 0x80))}
LOG_KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
PERSON = PersonalKey.from_secret(b"\x02" * 32 + b"\x03" * 32)

STATEMENTS: list[dict[str, Any]] = [
    {
        "number": BASE, "record": BASE, "record_type": "Person", "property": "name",
        "value": "خالد المُختَرَع", "lang": "ar", "source": BASE + 1, "locator": "row 2",
        "asserted_on": "2023-08-31",
    },
    {
        "number": BASE + 1, "record": BASE, "record_type": "Person", "property": "birth_date",
        "value": "1984-05", "date_lo": "1984-05-01", "date_hi": "1984-05-31",
        "original": "أيار ١٩٨٤", "source": BASE + 1, "locator": "row 2", "certainty": "probable",
    },
    {
        "number": BASE + 2, "record": BASE, "record_type": "Person", "property": "age",
        "value": "30..35", "num_lo": 30, "num_hi": 35, "supersedes": BASE + 1,
        "evidence": BASE + 1, "original": 'about "30"\n\\ to 35',
    },
]  # fmt: skip
ROWS: list[tuple[str, dict[str, Any], tuple[int, ...]]] = [
    ("record", {"number": BASE, "record_type": "Person", "list_key": "A-17"}, (BASE,)),
    ("record", {"number": BASE + 1, "record_type": "Source"}, (BASE + 1,)),
    (
        "judgement",
        {
            "number": BASE, "record_a": BASE, "record_b": BASE + 1, "verdict": "different",
            "reasons": "not of one kind", "member": 1 << 32,
        },
        (BASE, BASE + 1),
    ),
    ("setting", {"number": BASE, "name": "threshold", "text": "0.9"}, ()),
]  # fmt: skip


def make() -> dict[str, Any]:
    """All vectors by file name."""
    statements = [_statement(cells) for cells in STATEMENTS]
    rows = [_row(*row) for row in ROWS]
    by_kind: dict[str, list[bytes]] = {"statement": [line.encode() for line in _lines(statements)]}
    for (kind, _, _), vector in zip(ROWS, rows, strict=True):
        by_kind.setdefault(kind, []).append(vector["leaf"].encode())
    entry = _entry(by_kind)
    return {
        "ids": _ids(),
        "canonical": _canonical(),
        "salts": _salts(),
        "keys": _keys(),
        "leaves": {
            "batch": {"uuid": str(BATCH), "opened": OPENED, "actor": str(MEMBER)},
            "statements": statements,
            "rows": rows,
        },
        "trees": _trees(),
        "entry": {
            "bytes": entry.to_bytes().decode(),
            "leaf_hash": leaf_hash(entry.to_bytes()).hex(),
        },
        **_log(entry, by_kind["statement"]),
        "decisions": _decisions(),
    }


def _lines(vectors: list[dict[str, Any]]) -> list[str]:
    return [vector["leaf"] for vector in vectors]


def _statement(cells: dict[str, Any]) -> dict[str, Any]:
    leaves = StatementLeaves(batch=BATCH, recorded_at=OPENED, recorded_by=MEMBER)
    salted = salt(RECORD_KEYS[cells["record"]], "statement", cells["number"])
    arguments: list[Any] = [*(cells.get(name) for name in STATEMENT_COLUMNS), salted]
    line = leaves.encode(*arguments)
    return {
        "row": cells,
        "record_key": RECORD_KEYS[cells["record"]].hex(),
        "salt": salted,
        "leaf": line.decode(),
        "leaf_hash": leaf_hash(line).hex(),
    }


def _row(kind: str, cells: dict[str, Any], records: tuple[int, ...]) -> dict[str, Any]:
    key = salting_key(records, RECORD_KEYS.__getitem__, BATCH_KEY)
    salted = salt(key, kind, cells["number"])
    line = RowLeaves(kind, tuple(cells)).encode(tuple(cells.values()), salted)
    return {
        "kind": kind,
        "row": cells,
        "salted_by": [RECORD_KEYS[number].hex() for number in records] or "batch key",
        "batch_key": BATCH_KEY.hex(),
        "salting_key": key.hex(),
        "salt": salted,
        "leaf": line.decode(),
        "leaf_hash": leaf_hash(line).hex(),
    }


def _ids() -> dict[str, Any]:
    return {
        "milliseconds": MILLISECONDS + 60_000,
        "random": bytes(range(10)).hex(),
        "batch": str(BATCH),
        "kind_codes": KIND_CODES,
        "items": [
            {"kind": kind, "position": position, "id": str(item_id(BATCH, position, kind=kind))}
            for kind, position in (("record", 0), ("statement", 1), ("erasure", (1 << 32) - 1))
        ],
    }


def _canonical() -> list[dict[str, Any]]:
    values: list[Any] = [
        {"b": 1, "a": 2, "A": 3, "_": 4, "a_b": 5},
        "€$\x0f\nA'B\"\\\x7f\u2028\b\t\f\r/",
        {"name": "خالد", "n": -9007199254740991, "list": ["x", 0, {}]},
        "\U0001f54a",
    ]
    return [{"value": value, "bytes": canonical_json(value).hex()} for value in values]


def _salts() -> dict[str, Any]:
    first, second = RECORD_KEYS.values()
    return {
        "record_key": first.hex(),
        "salts": [
            {"kind": kind, "number": number, "salt": salt(first, kind, number)}
            for kind, number in (("statement", BASE), ("statement", BASE + 10), ("record", BASE))
        ],
        "pair": {
            "record_a": first.hex(),
            "record_b": second.hex(),
            "key": pair_key(first, second).hex(),
        },
    }


def _keys() -> dict[str, Any]:
    wrap, nonce = KeyWrap(CASE_KEY), bytes(range(12))
    ephemeral = X25519PrivateKey.from_private_bytes(b"\x04" * 32)
    custodian = PERSON.public.box
    return {
        "record_key": {
            "case_key": CASE_KEY.hex(),
            "record": BASE,
            "key": RECORD_KEYS[BASE].hex(),
            "nonce": nonce.hex(),
            "wrapped": wrap.wrap_record(BASE, RECORD_KEYS[BASE], nonce=nonce).hex(),
        },
        "batch_key": {
            "case_key": CASE_KEY.hex(),
            "batch": str(BATCH),
            "key": BATCH_KEY.hex(),
            "nonce": nonce.hex(),
            "wrapped": wrap.wrap_batch(BATCH, BATCH_KEY, nonce=nonce).hex(),
        },
        "case_key": {
            "key": CASE_KEY.hex(),
            "place": "main",
            "custodian_private": PERSON.box.private_bytes_raw().hex(),
            "custodian_public": custodian.hex(),
            "ephemeral_private": ephemeral.private_bytes_raw().hex(),
            "wrapped": wrap_case_key(CASE_KEY, custodian, place="main", ephemeral=ephemeral).hex(),
        },
        "key_file": {
            "passphrase": "عبارة سرّية 1",
            "secret": PERSON.secret.hex(),
            "text": seal_key(
                PERSON,
                "عبارة سرّية 1",
                owner="amal",
                cost=KdfCost(memory_kib=64, iterations=1, lanes=1),
                salt=bytes(range(16)),
                nonce=nonce,
            ),
        },
    }


def _trees() -> list[dict[str, Any]]:
    """Roots and tiles of trees whose leaf n is the decimal text of n."""
    found = []
    for size in (0, 1, 2, 3, 7, 255, 256, 257, 70_000):
        leaves = [leaf_hash(str(n).encode()) for n in range(size)]
        tree = TileTree()
        tiles = [*tree.add_many(leaves), *tree.edge_tiles()]
        found.append(
            {
                "size": size,
                "root": (root(leaves) if size < 300 else tree.root()).hex(),
                "tiles": [tile_path(tile.level, tile.position, tile.width) for tile in tiles][-4:],
            }
        )
    return found


def _entry(by_kind: dict[str, list[bytes]]) -> Entry:
    return Entry(
        action="import",
        actor=MEMBER,
        batch=BATCH,
        batch_number=BATCH_NUMBER,
        case="main",
        details={"rows": 1, "mapping": "ab" * 32},
        opened=OPENED,
        time=TIME,
        trees={
            kind: TreeHead(len(lines), root([leaf_hash(line) for line in lines]))
            for kind, lines in by_kind.items()
        },
        salt="5a" * 32,
        clock_behind_ms=1500,
    )


def _log(entry: Entry, statements: list[bytes]) -> dict[str, Any]:
    """A log of five entries, of which the second is real; checkpoint and proof of a statement."""
    entries = [b"entry 0", entry.to_bytes(), b"entry 2", b"entry 3", b"entry 4"]
    log, rows = TileTree(), TileTree()
    log_tiles = {0: b"".join(map(leaf_hash, entries))}
    row_tiles = {0: b"".join(map(leaf_hash, statements))}
    log.add_many(map(leaf_hash, entries))
    rows.add_many(map(leaf_hash, statements))
    checkpoint = Checkpoint(ORIGIN, log.size, log.root())
    note = sign_checkpoint(checkpoint, LOG_KEY)
    entry_proof = prove_entry(lambda _, position: log_tiles[position], 1, note, log.size)
    proof = prove_row(
        statements[2], 2, lambda _, position: row_tiles[position], rows.size, entries[1],
        entry_proof,
    )  # fmt: skip
    public = LOG_KEY.public_key().public_bytes_raw()
    return {
        "checkpoint": {
            "log_private": LOG_KEY.private_bytes_raw().hex(),
            "vkey": Ed25519Verifier(ORIGIN, public).vkey,
            "text": checkpoint.text,
            "note": note,
            "entries": [data.decode() for data in entries],
        },
        "proof": {
            "vkey": Ed25519Verifier(ORIGIN, public).vkey,
            "row_proof": proof.to_text(),
            "tlog_proof": entry_proof.to_text(),
        },
    }


def _decisions() -> dict[str, Any]:
    public = PERSON.public.sign
    closing = [("statement", BASE, leaf_hash(b"a")), ("record", BASE, leaf_hash(b"b"))]
    determination = Determination(
        ORIGIN, (3 << 32), BASE, "verified", "for", "two-sources", "كلا القائمتين تتفقان",
        1 << 32, public, salt(RECORD_KEYS[BASE], "determination", 3 << 32),
    )  # fmt: skip
    erasure = Erasure(
        ORIGIN, (4 << 32), BASE, len(closing), erasure_digest(closing), "consent-withdrawn",
        1 << 32, public, salt(BATCH_KEY, "erasure", 4 << 32),
    )  # fmt: skip
    return {
        "private": PERSON.sign.private_bytes_raw().hex(),
        "public": public.hex(),
        "decisions": [
            {
                "signed": signed_bytes(decision.purpose, decision.body).decode(),
                "signature": sign_decision(decision, PERSON.sign).hex(),
            }
            for decision in (determination, erasure)
        ],
        "erased_rows": [
            {"kind": kind, "number": number, "leaf_hash": value.hex()}
            for kind, number, value in closing
        ],
        "erasure_digest": erasure_digest(closing),
    }


def text_of(vector: Any) -> str:
    """A vector as its file holds it."""
    return json.dumps(vector, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Write all files."""
    FOLDER.mkdir(exist_ok=True)
    for name, vector in make().items():
        path = FOLDER / f"{name}.json"
        path.write_text(text_of(vector), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
