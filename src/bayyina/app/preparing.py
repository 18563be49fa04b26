"""Preparing the rows of a batch: numbers, salts, leaves, trees. Nothing is stored here.

This is the costly half of writing, and it needs no store: a large import runs it in a
process of its own beside the one that writes (``importing_beside``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b, sha256
from json.encoder import encode_basestring as _quoted
from os import urandom
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from bayyina.app.row_sealing import RowSealing
from bayyina.app.rows import (
    BATCH_SHIFT,
    KIND_OF,
    KINDS,
    LEAF_COLUMNS,
    POSITION_MASK,
    LoggedRow,
    RecordRow,
)
from bayyina.custody.canonical import integer, utf8
from bayyina.custody.leaves import RowLeaves, StatementLeaves
from bayyina.custody.merkle import leaf_hash
from bayyina.custody.tiles import Tile, TileTree
from bayyina.disclosure.protected_people import Protection
from bayyina.keys.record_keys import KeyWrap
from bayyina.keys.salts import KEY_LENGTH, salt
from bayyina.model.drafts import ValueDraft

R = TypeVar("R", bound=LoggedRow)

ROW_LEAVES = {kind: RowLeaves(kind, columns) for kind, columns in LEAF_COLUMNS.items()}
"""How the leaf of each kind of row is written."""

KEYS_AT_A_TIME = 4_096
"""Record keys taken from the system's random source in one call."""


class BatchFacts(NamedTuple):
    """What the preparation of a batch's rows starts from."""

    batch: int
    """Its number."""

    uuid: str
    """Its UUIDv7."""

    opened_at: str
    """When it was opened; ``recorded_at`` of its statements."""

    actor: str
    """UUID of the member."""

    key: bytes
    """Batch key."""

    case_key: bytes
    """Wraps the keys of new records."""

    marks: bytes
    """What keyed marks derive from."""

    sealing: bytes | None = None
    """Public half of the sealing key of the case; None in a workspace that has none."""

    sealing_marks: bytes | None = None
    """Key of the marks of sealed identifiers; None for who is not cleared."""


@dataclass
class PreparedRows:
    """Rows ready to be stored, with the tiles that they filled."""

    records: list[tuple[Any, ...]] = field(default_factory=list)
    """Columns of ``RecordRow``."""

    statements: list[tuple[Any, ...]] = field(default_factory=list)
    """Columns of ``StatementRow``."""

    others: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    """Columns of rows of other kinds, by kind."""

    tiles: list[tuple[Any, ...]] = field(default_factory=list)
    """Columns of ``TileRow``."""


class RowPreparer:
    """Numbers rows, salts and hashes their leaves, and grows the batch's trees."""

    def __init__(
        self,
        facts: BatchFacts,
        terms: Mapping[tuple[str, str], int],
        protection: Protection,
        sealing_key_of: Callable[[int], bytes | None] | None = None,
    ) -> None:
        """Begin a batch.

        Args:
            facts: What the rows have in common.
            terms: Numbers of the pairs (record type, property).
            protection: What is sealed. Every statement is held against it here, so no
                writer has to think of it.
            sealing_key_of: Public half of the sealing key for a record, where it is not that
                of the facts for all.
        """
        self.facts = facts
        self.sealing = RowSealing(
            facts.sealing, protection, sealing_key_of, marks=facts.sealing_marks
        )
        self.terms = dict(terms)
        self.counts: dict[str, int] = dict.fromkeys(KINDS, 0)
        self.trees: dict[str, TileTree] = {}
        self._base = facts.batch << BATCH_SHIFT
        self._wrap = KeyWrap(facts.case_key)
        self._statement_leaves = StatementLeaves(
            batch=UUID(facts.uuid), recorded_at=facts.opened_at, recorded_by=UUID(facts.actor)
        )
        self._leaves: dict[str, list[bytes]] = {}
        self._statement_hashes = self._leaves.setdefault("statement", [])
        self._rows = PreparedRows()
        self._keys = b""
        self._key_at = 0
        self.describe_list(None, None)

    def describe_list(self, source: int | None, asserted_on: str | None) -> None:
        """Statements from now on come from this Source, which said them on that date."""
        self._source, self._asserted_on = source, asserted_on
        facts, text = self.facts, _quoted
        said = "" if asserted_on is None else f'"asserted_on":{text(asserted_on)},'
        came = "" if source is None else f',"source":{source}'
        self._constants = (
            f'{{{said}"batch":"{facts.uuid}",',
            f',"recorded_at":{text(facts.opened_at)},"recorded_by":"{facts.actor}","salt":"',
            f'"{came},"value":',
        )

    def next_number(self, kind: type[Any]) -> int:
        """The number that the next row of a kind will have."""
        return self._base | self.counts[KIND_OF[kind]]

    def add(self, kind: type[R], *, salted_by: bytes | None = None, **columns: Any) -> R:
        """Add a row of any kind but records and statements; the answer carries its number."""
        name = KIND_OF[kind]
        if columns.get("cells") is not None:
            columns["cells"] = self.sealing.stored_cells(
                columns.get("record"), salted_by, columns["cells"]
            )
        row: Any = kind(number=self.next_number(kind), **columns)
        line = ROW_LEAVES[name].encode(row, salt(salted_by or self.facts.key, name, row.number))
        self._leaves.setdefault(name, []).append(leaf_hash(line))
        self._rows.others.setdefault(name, []).append(tuple(row))
        self.counts[name] += 1
        made: R = row
        return made

    def add_record(
        self,
        record_type: str,
        source: int | None,
        list_key: str | None,
        *,
        key: bytes | None = None,
        behind: Callable[[int], bytes] | None = None,
    ) -> tuple[int, bytes]:
        """Add a record; its number and its key.

        ``key`` is a fresh one that something outside the rows was made with already, such as
        the stored bytes of an evidence item; otherwise the record gets one of its own. ``behind``
        gives, by the record's number, what is stored behind the wrapped key.
        """
        position = self.counts["record"]
        number, key = self._base | position, key or self._new_key()
        salted = blake2b(b"record:%d" % number, key=key, digest_size=32).hexdigest()
        named = "" if list_key is None else f',"list_key":{_quoted(list_key)}'
        # Equal to ROW_LEAVES["record"], which the tests hold it to, and quicker.
        came_with = "" if source is None else f',"source":{source}'
        line = (
            f'{{"kind":"record"{named},"number":{number},'
            f'"record_type":{_quoted(record_type)},"salt":"{salted}"{came_with}}}'
        )
        self._leaves.setdefault("record", []).append(sha256(b"\x00" + utf8(line)).digest())
        wrapped = self._wrap.wrap_record(number, key) + (behind(number) if behind else b"")
        self._rows.records.append((number, record_type, source, list_key, wrapped))
        self.counts["record"] = position + 1
        return number, key

    def add_statement(
        self,
        record: int,
        key: bytes,
        record_type: str,
        draft: ValueDraft,
        locator: str | None,
        supersedes: int | None = None,
        *,
        evidence: int | None = None,
    ) -> int:
        """Add one statement about a record whose key is given; its number.

        ``evidence`` is the record of the item in which it is said, ``locator`` where in it.

        Raises:
            KeyError: the pair of type and property has no number among ``terms``.
            InputError: it has to be sealed, and the workspace has no sealing key.
        """
        if self.sealing.concerns(record, record_type):
            draft = self.sealing.stored(record, key, record_type, draft)
        return self._add_stored(
            record, key, record_type, draft, locator, supersedes, evidence=evidence
        )

    def _add_stored(
        self,
        record: int,
        key: bytes,
        record_type: str,
        draft: ValueDraft,
        locator: str | None,
        supersedes: int | None = None,
        *,
        evidence: int | None = None,
    ) -> int:
        """Add a statement whose draft is what is stored."""
        number = self._base | self.counts["statement"]
        name, value, date_lo, date_hi, num_lo, num_hi, original, lang, certainty = draft
        source, asserted_on = self._source, self._asserted_on
        line = self._statement_leaves.encode(
            number, record, record_type, name, value, date_lo, date_hi, num_lo, num_hi, original,
            lang, source, evidence, locator, certainty, asserted_on, supersedes,
            blake2b(b"statement:%d" % number, key=key, digest_size=32).hexdigest(),
        )  # fmt: skip
        self._statement_hashes.append(sha256(b"\x00" + line).digest())
        self._rows.statements.append(
            (
                number, record, self.terms[record_type, name], value, date_lo, date_hi, num_lo,
                num_hi, original, lang, source, evidence, locator, certainty, asserted_on, supersedes,
            )
        )  # fmt: skip
        self.counts["statement"] += 1
        return number

    def add_statements(
        self,
        record: int,
        key: bytes,
        record_type: str,
        drafts: Sequence[ValueDraft],
        locator: str | None,
    ) -> None:
        """Add statements about one record; equal to ``add_statement`` for each, and quicker.

        Raises:
            KeyError: a pair of type and property has no number among ``terms``.
            InputError: one has to be sealed, and the workspace has no sealing key.
        """
        number = self._base | self.counts["statement"]
        source, asserted_on, terms, text = self._source, self._asserted_on, self.terms, _quoted
        about, at = text(record_type), "" if locator is None else f',"locator":{text(locator)}'
        head, middle, tail = self._constants
        hashes, rows = self._statement_hashes.append, self._rows.statements.append
        salted_so_far = blake2b(b"statement:", key=key, digest_size=32).copy
        if self.sealing.concerns(record, record_type):
            stored = self.sealing.stored
            drafts = [stored(record, key, record_type, draft) for draft in drafts]
        for draft in drafts:
            name, value, date_lo, date_hi, num_lo, num_hi, original, lang, certainty = draft
            if certainty is not None or value is None:
                self.counts["statement"] = number & POSITION_MASK
                self._add_stored(record, key, record_type, draft, locator)
                number += 1
                continue
            salted = salted_so_far()
            salted.update(b"%d" % number)
            hi = "" if date_hi is None else f'"date_hi":"{date_hi}",'
            lo = "" if date_lo is None else f'"date_lo":"{date_lo}",'
            tongue = "" if lang is None else f',"lang":{text(lang)}'
            most = "" if num_hi is None else f',"num_hi":{integer(num_hi)}'
            least = "" if num_lo is None else f',"num_lo":{integer(num_lo)}'
            first = "" if original is None else f',"original":{text(original)}'
            line = (
                f'{head}{hi}{lo}"kind":"statement"{tongue}{at}{most}{least},"number":{number}'
                f'{first},"property":{text(name)},"record":{record},"record_type":{about}'
                f"{middle}{salted.hexdigest()}{tail}{text(value)}}}"
            )
            hashes(sha256(b"\x00" + utf8(line)).digest())
            rows(
                (
                    number, record, terms[record_type, name], value, date_lo, date_hi, num_lo,
                    num_hi, original, lang, source, None, locator, None, asserted_on, None,
                )
            )  # fmt: skip
            number += 1
        self.counts["statement"] = number & POSITION_MASK

    def add_list_row(
        self, source: int, key: str, digest: str, record: int, record_key: bytes
    ) -> None:
        """Add a ``ListRow`` of a row that is present; equal to ``add``, and quicker."""
        position = self.counts["list_row"]
        number = self._base | position
        salted = blake2b(b"list_row:%d" % number, key=record_key, digest_size=32).hexdigest()
        line = (
            f'{{"digest":"{digest}","key":{_quoted(key)},"kind":"list_row","number":{number},'
            f'"record":{record},"salt":"{salted}","source":{source},"state":"present"}}'
        )
        self._leaves.setdefault("list_row", []).append(sha256(b"\x00" + utf8(line)).digest())
        row = (number, source, key, digest, "present", record, None)
        self._rows.others.setdefault("list_row", []).append(row)
        self.counts["list_row"] = position + 1

    def record_key(self, row: RecordRow) -> bytes:
        """The key of a record that exists.

        Raises:
            CustodyError: the record was erased, or its key was changed.
        """
        return self._wrap.open_record(row.number, bytes(row.wrapped_key or b""))

    def take(self) -> PreparedRows:
        """What was added since the last call, with the tiles that became full."""
        for kind, leaves in self._leaves.items():
            if leaves:
                tree = self.trees.setdefault(kind, TileTree())
                self._keep_tiles(kind, tree.add_many(leaves))
                leaves.clear()
        taken, self._rows = self._rows, PreparedRows()
        return taken

    def take_edges(self) -> PreparedRows:
        """The rest: what was added since, and the tiles at the right edges."""
        taken = self.take()
        for kind, tree in self.trees.items():
            self._keep_tiles(kind, tree.edge_tiles())
        taken.tiles += self._rows.tiles
        self._rows = PreparedRows()
        return taken

    def heads(self) -> dict[str, tuple[int, bytes]]:
        """Size and root of the tree of each kind."""
        return {kind: (tree.size, tree.root()) for kind, tree in self.trees.items()}

    def _keep_tiles(self, kind: str, tiles: Iterable[Tile]) -> None:
        batch = self.facts.batch
        self._rows.tiles += [(batch, kind, t.level, t.position, t.data) for t in tiles]

    def _new_key(self) -> bytes:
        start = self._key_at
        if start == len(self._keys):
            self._keys, start = urandom(KEY_LENGTH * KEYS_AT_A_TIME), 0
        self._key_at = start + KEY_LENGTH
        return self._keys[start : self._key_at]
