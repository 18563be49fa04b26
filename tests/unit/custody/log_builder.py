"""A small log in memory: writes as a store would, reads as verification asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bayyina.custody.checkpoints import Checkpoint, log_origin, sign_checkpoint
from bayyina.custody.determinations import Determination, Erasure, erasure_digest, sign_decision
from bayyina.custody.entries import Entry, TreeHead, time_text
from bayyina.custody.ids import new_batch_id
from bayyina.custody.leaves import RowLeaves, SaltingRecords, StatementLeaves, salting_key
from bayyina.custody.log_reader import STORED_STATEMENT_COLUMNS, StoredBatch
from bayyina.custody.merkle import leaf_hash
from bayyina.custody.notes import Ed25519Verifier
from bayyina.custody.tiles import TileTree
from bayyina.custody.verification import Trust
from bayyina.keys.record_keys import KeyWrap
from bayyina.keys.salts import salt

WORKSPACE = UUID("01900000-0000-7000-8000-000000000001")
ORIGIN = log_origin(WORKSPACE, fictional=True)
CASE = "main"
CASE_KEY = bytes(range(32))
LOG_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
COLUMNS: dict[str, tuple[str, ...]] = {
    "record": ("number", "record_type", "source", "list_key"),
    "statement": STORED_STATEMENT_COLUMNS,
    "member": ("number", "handle", "name", "sign_public", "box_public", "roles"),
    "judgement": ("number", "record_a", "record_b", "verdict", "score", "reasons", "member"),
    "determination": (
        "number", "record", "decision", "verdict", "standard", "reasons", "member", "signature",
    ),
    "erasure": ("number", "erased", "rows", "digest", "reason", "member", "signature"),
    "setting": ("number", "name", "text"),
}  # fmt: skip
TERMS = {1: ("Person", "name"), 2: ("Death", "date"), 3: ("Person", "age")}


def key_bytes(seed: int) -> bytes:
    """A fixed key for tests."""
    return bytes([seed % 256]) * 24 + seed.to_bytes(8, "big")


class MemoryLog:
    """Rows, entries and tiles in dictionaries that a test can tamper with."""

    def __init__(self) -> None:
        self.stored_entries: dict[int, bytes] = {}
        self.stored_batches_: dict[int, StoredBatch] = {}
        self.stored_tiles: dict[tuple[int, str, int, int], bytes] = {}
        self.stored_rows: dict[str, dict[int, tuple[Any, ...]]] = {kind: {} for kind in COLUMNS}
        self.keys: dict[int, bytes | None] = {}
        self.notes: list[str] = []
        self.handles: dict[str, str] = {}
        self.joined: list[tuple[int, str, str]] = []
        self._tree = TileTree()
        self._time = 1_700_000_000_000
        self._wrap = KeyWrap(CASE_KEY)
        self.reads = 0

    # writing

    def batch(
        self, actor: UUID, action: str = "import", *, clock_set_back_ms: int = 0
    ) -> BatchWriter:
        self._time += 60_000
        return BatchWriter(self, actor, action, self._time - clock_set_back_ms, clock_set_back_ms)

    def append(self, entry: Entry) -> None:
        data = entry.to_bytes()
        position = self._tree.size
        self.stored_entries[position] = data
        tiles = [*self._tree.add(leaf_hash(data)), *self._tree.edge_tiles()]
        for tile in tiles:
            self.stored_tiles[0, "", tile.level, tile.position] = tile.data
        checkpoint = Checkpoint(ORIGIN, self._tree.size, self._tree.root())
        self.notes.append(sign_checkpoint(checkpoint, LOG_KEY))

    def trust(self, *outside: str) -> Trust:
        public = LOG_KEY.public_key().public_bytes_raw()
        return Trust(ORIGIN, [Ed25519Verifier(ORIGIN, public)], {CASE: CASE_KEY}, outside)

    # LogReader

    def entries(self) -> Iterable[tuple[int, bytes]]:
        return sorted(self.stored_entries.items())

    def checkpoints(self) -> Iterable[str]:
        return list(self.notes)

    def batches(self) -> Iterable[StoredBatch]:
        return [self.stored_batches_[number] for number in sorted(self.stored_batches_)]

    def tile(self, tree: int, kind: str, level: int, position: int) -> bytes:
        return self.stored_tiles.get((tree, kind, level, position), b"")

    def columns(self) -> Mapping[str, Sequence[str]]:
        return COLUMNS

    def terms(self) -> Mapping[int, tuple[str, str]]:
        return TERMS

    def stored_batches(self, kind: str) -> Iterable[int]:
        return sorted({number >> 32 for number in self.stored_rows[kind]})

    def rows(self, kind: str, first: int, last: int) -> Iterable[tuple[Any, ...]]:
        self.reads += 1
        table = self.stored_rows[kind]
        if last - first < len(table):
            return [table[number] for number in range(first, last + 1) if number in table]
        return [table[number] for number in sorted(table) if first <= number <= last]

    def wrapped_record_keys(self, numbers: Collection[int]) -> Mapping[int, bytes | None]:
        return {number: self.keys[number] for number in numbers if number in self.keys}

    def rows_about(self, kind: str, record: int) -> Iterable[tuple[Any, ...]]:
        at = list(self.columns()[kind]).index("record")
        table = self.stored_rows[kind]
        return [table[number] for number in sorted(table) if table[number][at] == record]

    def same_people(self) -> list[tuple[int, str, str]]:
        return self.joined

    def entered_in(self, record: int) -> Collection[tuple[int, int]]:
        rows = [row for row in self.stored_rows["statement"].values() if row[1] == record]
        said = {record >> 32, *(row[0] >> 32 for row in rows)}
        evidence = {(row[0] >> 32, row[11] >> 32) for row in rows if row[11] is not None}
        return {(batch, batch) for batch in said} | evidence

    def people(self) -> Mapping[str, str]:
        return self.handles


class BatchWriter:
    """Collects the rows of one batch."""

    def __init__(self, log: MemoryLog, actor: UUID, action: str, now: int, behind: int) -> None:
        self.log, self.actor, self.action = log, actor, action
        self.number = len(log.stored_batches_) + 1
        self.base = self.number << 32
        random = self.number.to_bytes(10, "big")
        self.uuid = new_batch_id(now, random=random)
        self.time = _time(now)
        self.behind = behind
        self.key = key_bytes(self.number)
        self.wrap = KeyWrap(CASE_KEY)
        self.statement_leaves = StatementLeaves(
            batch=self.uuid, recorded_at=self.time, recorded_by=actor
        )
        self.lines: dict[str, list[bytes]] = {}

    def record(self, record_type: str = "Person", list_key: str | None = None) -> int:
        number = self.base | len(self.lines.get("record", ()))
        key = key_bytes(number)
        nonce = number.to_bytes(12, "big")
        self.log.keys[number] = self.wrap.wrap_record(number, key, nonce=nonce)
        return self.row("record", record_type, None, list_key)

    def row(self, kind: str, *cells: Any) -> int:
        number = self.base | len(self.lines.get(kind, ()))
        row = (number, *cells)
        self._keep(kind, row, RowLeaves(kind, COLUMNS[kind]).encode(row, self.salt(kind, row)))
        return number

    def statement(self, record: int, term: int, value: str | None, **other: Any) -> int:
        number = self.base | len(self.lines.get("statement", ()))
        rest = (other.get(name) for name in STORED_STATEMENT_COLUMNS[4:])
        row: tuple[Any, ...] = (number, record, term, value, *rest)
        salted = salt(key_bytes(record), "statement", number)
        cells: tuple[Any, ...] = (*row[:2], *TERMS[term], *row[3:], salted)
        line = self.statement_leaves.encode(*cells)
        self._keep("statement", row, line)
        return number

    def determination(
        self, record: int, member: int, key: Ed25519PrivateKey, *, decision: str = "verified"
    ) -> int:
        number = self.base | len(self.lines.get("determination", ()))
        cells = (record, decision, "for", "two-sources", "both lists agree", member)
        salted = self.salt("determination", (number, *cells, ""))
        public = key.public_key().public_bytes_raw()
        signed = Determination(ORIGIN, number, *cells, public, salted)
        return self.row("determination", *cells, sign_decision(signed, key).hex())

    def erasure(self, record: int, member: int, key: Ed25519PrivateKey) -> int:
        number = self.base | len(self.lines.get("erasure", ()))
        closing = [
            (kind, row[0], leaf_hash(self.line(kind, row)))
            for kind, rows in self.log.stored_rows.items()
            for row in rows.values()
            if (record in SaltingRecords(kind, COLUMNS[kind]).of(row) or kind == "statement")
            and (kind != "statement" or row[1] == record)
        ]
        digest = erasure_digest(closing)
        salted = salt(self.key, "erasure", number)
        public = key.public_key().public_bytes_raw()
        decision = Erasure(
            ORIGIN,
            number,
            record,
            len(closing),
            digest,
            "withdrawn-consent",
            member,
            public,
            salted,
        )
        return self.row(
            "erasure", record, len(closing), digest, "withdrawn-consent", member,
            sign_decision(decision, key).hex(),
        )  # fmt: skip

    def line(self, kind: str, row: tuple[Any, ...]) -> bytes:
        """The leaf of a stored row, written by the slow way."""
        if kind == "statement":
            batch = self.log.stored_batches_[row[0] >> 32]
            leaves = StatementLeaves(
                batch=UUID(batch.uuid), recorded_at=batch.opened, recorded_by=UUID(batch.actor)
            )
            salted = salt(key_bytes(row[1]), kind, row[0])
            cells: tuple[Any, ...] = (*row[:2], *TERMS[row[2]], *row[3:], salted)
            return leaves.encode(*cells)
        return RowLeaves(kind, COLUMNS[kind]).encode(row, self.salt(kind, row))

    def salt(self, kind: str, row: tuple[Any, ...]) -> str:
        records = SaltingRecords(kind, COLUMNS[kind]).of(row)
        key = salting_key(records, key_bytes, key_bytes(row[0] >> 32))
        return salt(key, kind, row[0])

    def finish(self, details: Mapping[str, str | int] | None = None) -> int:
        trees: dict[str, TreeHead] = {}
        for kind, lines in self.lines.items():
            tree = TileTree()
            tiles = [*tree.add_many(map(leaf_hash, lines)), *tree.edge_tiles()]
            for tile in tiles:
                place = (self.number, kind, tile.level, tile.position)
                self.log.stored_tiles[place] = tile.data
            trees[kind] = TreeHead(tree.size, tree.root())
        entry = Entry(
            action=self.action,
            actor=self.actor,
            batch=self.uuid,
            batch_number=self.number,
            case=CASE,
            details=details or {},
            opened=self.time,
            time=self.time,
            trees=trees,
            salt=key_bytes(self.number + 1000).hex(),
            clock_behind_ms=self.behind or None,
        )
        position = len(self.log.stored_entries)
        self.log.append(entry)
        wrapped = self.wrap.wrap_batch(self.uuid, self.key, nonce=self.number.to_bytes(12, "big"))
        self.log.stored_batches_[self.number] = StoredBatch(
            self.number, str(self.uuid), self.action, str(self.actor), self.time, position,
            self.time, wrapped,
        )  # fmt: skip
        return self.number

    def _keep(self, kind: str, row: tuple[Any, ...], line: bytes) -> None:
        self.lines.setdefault(kind, []).append(line)
        self.log.stored_rows[kind][row[0]] = row


def _time(milliseconds: int) -> str:
    from_epoch = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return time_text(from_epoch.replace(microsecond=milliseconds % 1000 * 1000))
