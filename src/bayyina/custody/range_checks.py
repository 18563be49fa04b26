"""Rows against the hashes that the log committed to: one range of one tree at a time.

Ranges are independent of each other, so they can be checked in parallel processes: tasks,
results and ``RangeWorker`` can be pickled. Where a range does not fit, ``row_diagnosis``
says what happened to which row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from bayyina.custody.findings import DAMAGED, INSERTED, Finding, runs
from bayyina.custody.key_ring import BatchFacts, CaseBook, KeyRing
from bayyina.custody.leaf_makers import LeafMaker, leaf_maker
from bayyina.custody.log_reader import LogReader, StoredRow
from bayyina.custody.merkle import HASH_LENGTH, root
from bayyina.custody.row_diagnosis import ClosedRow, Diagnosis, SealedLater, diagnose
from bayyina.custody.tiles import TILE_WIDTH, full_tile_hash, hashes_of, root_from_tiles
from bayyina.errors import CustodyError

RANGE_ROWS = TILE_WIDTH * TILE_WIDTH
"""Rows of a task over a large tree: those under one tile of level 1."""

_CHUNK = 16 * TILE_WIDTH
_TREES_A_TASK = 512
LAST_POSITION = (1 << 32) - 1
"""The last place of a row in its batch."""


class TreeFacts(NamedTuple):
    """A tree that an entry commits to."""

    batch: BatchFacts
    """Its batch."""

    kind: str
    """Kind of the rows."""

    columns: tuple[str, ...]
    """Columns of that kind."""

    size: int
    """Number of rows."""

    root: bytes
    """Merkle root over their leaves."""

    @property
    def base(self) -> int:
        """Number of the first row."""
        return self.batch.number << 32


@dataclass(frozen=True)
class RangeTask:
    """Neighbouring rows of one large tree."""

    tree: TreeFacts
    """The tree; it has more than 256 leaves."""

    first: int
    """First position, a multiple of ``RANGE_ROWS``."""

    last: int
    """Position after the last one."""


@dataclass(frozen=True)
class SmallTreesTask:
    """Trees of at most 256 leaves, of one kind, of neighbouring batches."""

    trees: tuple[TreeFacts, ...]
    """The trees in order of batch."""


Task: TypeAlias = RangeTask | SmallTreesTask


class RangeResult(NamedTuple):
    """What the rows of a task turned out to be."""

    kind: str
    """Kind of the rows."""

    checked: int
    """Rows that are what the log committed to."""

    closed: tuple[ClosedRow, ...]
    """Rows of erased records: they can no longer be opened."""

    missing: tuple[tuple[int, int], ...]
    """Numbers of rows that are not there: (first, last) of neighbours."""

    findings: tuple[Finding, ...]
    """What was found about rows and their keys."""

    tree_findings: tuple[Finding, ...]
    """What was found about stored hashes."""

    sealed: tuple[SealedLater, ...] = ()
    """Rows that are empty although their record's key is there: sealed later, or damaged."""


@dataclass(frozen=True)
class RangeWorker:
    """Checks tasks with a reader that it opens itself; can be sent to another process."""

    open_reader: Callable[[], LogReader]
    """Opens the store; a function at the top of a module, so that it can be pickled."""

    cases: CaseBook
    """Case keys."""

    def __call__(self, task: Task) -> RangeResult:
        """The result of one task."""
        return check_task(task, self.open_reader(), self.cases)


def tile_of(kind: str) -> str:
    """How findings call the tiles of a kind of rows."""
    return f"tile of {kind}"


def tasks_of(trees: Iterable[TreeFacts]) -> Iterator[Task]:
    """Tasks that cover trees; trees of a kind come in order of batch."""
    small: list[TreeFacts] = []
    for tree in trees:
        is_small = tree.size <= TILE_WIDTH
        if small and (not is_small or small[0].kind != tree.kind or len(small) == _TREES_A_TASK):
            yield SmallTreesTask(tuple(small))
            small = []
        if is_small:
            small.append(tree)
            continue
        for first in range(0, tree.size, RANGE_ROWS):
            yield RangeTask(tree, first, min(first + RANGE_ROWS, tree.size))
    if small:
        yield SmallTreesTask(tuple(small))


def check_task(task: Task, reader: LogReader, cases: CaseBook) -> RangeResult:
    """Check the rows of a task."""
    check = _RangeCheck(reader, KeyRing(reader, cases))
    if isinstance(task, RangeTask):
        return check.large(task)
    return check.small(task)


class _RangeCheck:
    """One task at work."""

    def __init__(self, reader: LogReader, ring: KeyRing) -> None:
        self._reader = reader
        self._ring = ring
        self._found = Diagnosis()
        self._tree_findings: list[Finding] = []

    def large(self, task: RangeTask) -> RangeResult:
        """Rows of a part of a large tree."""
        tree = task.tree
        maker = self._maker(tree)
        for first in range(task.first, task.last, _CHUNK):
            self._chunk(tree, maker, first, min(first + _CHUNK, task.last))
        if task.last == tree.size:
            beyond = self._reader.rows(tree.kind, tree.base + tree.size, tree.base + LAST_POSITION)
            self._inserted(tree, [row[0] for row in beyond])
        return self._result(tree.kind)

    def small(self, task: SmallTreesTask) -> RangeResult:
        """Rows of many small trees, read as one stream."""
        first, last = task.trees[0], task.trees[-1]
        maker = self._maker(first)
        known = {tree.batch.number: tree for tree in task.trees}
        stream = self._reader.rows(first.kind, first.base, last.base + LAST_POSITION)
        for batch, group in groupby(stream, key=lambda row: int(row[0]) >> 32):
            tree = known.pop(batch, None)
            if tree is not None:
                self._small_tree(tree, maker, list(group))
        for tree in known.values():
            self._small_tree(tree, maker, [])
        return self._result(first.kind)

    def _small_tree(self, tree: TreeFacts, maker: LeafMaker, rows: list[StoredRow]) -> None:
        maker.begin(tree.batch)
        inside = [row for row in rows if row[0] - tree.base < tree.size]
        self._inserted(tree, [row[0] for row in rows[len(inside) :]])
        if not self._ring.has_case(tree.batch.case):
            expected = hashes_of(self._tile(tree, 0))
            if len(expected) != tree.size or root(expected) != tree.root:
                self._tile_finding(tree, 0, tree.size)
            self._unopened(tree, inside, 0, tree.size)
            return
        hashes = self._try_hashes(maker, inside)
        complete = [value for value in hashes or () if value is not None]
        if len(complete) == tree.size == len(inside) and root(complete) == tree.root:
            self._found.checked += tree.size
            stored = self._tile(tree, 0)
            if stored != b"".join(complete):
                self._tile_finding(tree, 0, tree.size)
            return
        expected = hashes_of(self._tile(tree, 0))
        if len(expected) != tree.size or root(expected) != tree.root:
            self._tile_finding(tree, 0, tree.size)
            expected = []
        diagnose(self._found, maker, tree.kind, tree.base, inside, 0, tree.size, expected)

    def _chunk(self, tree: TreeFacts, maker: LeafMaker, first: int, last: int) -> None:
        rows = list(self._reader.rows(tree.kind, tree.base + first, tree.base + last - 1))
        expected = self._expected(tree, first, last)
        if not self._ring.has_case(tree.batch.case):
            self._unopened(tree, rows, first, last)
            return
        hashes = self._try_hashes(maker, rows)
        if hashes is not None and None not in hashes:
            if b"".join(value for value in hashes if value) == b"".join(expected):
                self._found.checked += len(rows)
                return
            if len(rows) == last - first:
                expected = self._without_damage(tree, first, expected, hashes)
        diagnose(self._found, maker, tree.kind, tree.base, rows, first, last, expected)

    def _unopened(self, tree: TreeFacts, rows: Sequence[StoredRow], first: int, last: int) -> None:
        """Rows of a case whose key is not at hand: only whether they are there can be seen."""
        present = {row[0] for row in rows}
        numbers = range(tree.base + first, tree.base + last)
        self._found.missing += [number for number in numbers if number not in present]

    def _expected(self, tree: TreeFacts, first: int, last: int) -> list[bytes]:
        """Stored leaf hashes of a chunk; empty ones where a tile is not there."""
        found: list[bytes] = []
        for start in range(first, last, TILE_WIDTH):
            width = min(TILE_WIDTH, last - start)
            data = self._tile(tree, start // TILE_WIDTH)[: width * HASH_LENGTH]
            if not self._fits_tree(tree, start // TILE_WIDTH, data):
                self._tile_finding(tree, start, start + width)
            hashes = hashes_of(data)
            found += hashes + [b""] * (width - len(hashes))
        return found

    def _without_damage(
        self,
        tree: TreeFacts,
        first: int,
        expected: list[bytes],
        hashes: Sequence[bytes | None],
    ) -> list[bytes]:
        """Expected hashes; from the rows, where these fit the tree and the stored tile does not."""
        mended = list(expected)
        for start in range(0, len(hashes), TILE_WIDTH):
            data = b"".join(value or b"" for value in hashes[start : start + TILE_WIDTH])
            is_other = data != b"".join(expected[start : start + TILE_WIDTH])
            if is_other and self._fits_tree(tree, (first + start) // TILE_WIDTH, data):
                mended[start : start + TILE_WIDTH] = hashes_of(data)
        return mended

    def _fits_tree(self, tree: TreeFacts, block: int, data: bytes) -> bool:
        """Whether 256 (or, at the right edge, fewer) leaf hashes lead to the levels above."""
        width = min(TILE_WIDTH, tree.size - block * TILE_WIDTH)
        if len(data) != width * HASH_LENGTH:
            return False
        if width == TILE_WIDTH:
            return full_tile_hash(data) == self._parent(tree, block)

        def read_tile(level: int, position: int) -> bytes:
            if (level, position) == (0, block):
                return data
            return self._reader.tile(tree.batch.number, tree.kind, level, position)

        try:
            return root_from_tiles(read_tile, tree.size) == tree.root
        except CustodyError:
            return False

    def _parent(self, tree: TreeFacts, block: int) -> bytes:
        upper, place = divmod(block, TILE_WIDTH)
        if self._upper_place != (tree.batch.number, upper):
            self._upper_place = (tree.batch.number, upper)
            self._upper = self._reader.tile(tree.batch.number, tree.kind, 1, upper)
        return self._upper[place * HASH_LENGTH : (place + 1) * HASH_LENGTH]

    _upper_place = (-1, -1)
    _upper = b""

    def _tile(self, tree: TreeFacts, position: int) -> bytes:
        return self._reader.tile(tree.batch.number, tree.kind, 0, position)

    def _tile_finding(self, tree: TreeFacts, first: int, last: int) -> None:
        self._tree_findings.append(
            Finding(
                DAMAGED,
                tile_of(tree.kind),
                tree.batch.number,
                tree.base + first,
                tree.base + last - 1,
                "the stored hashes of these rows do not fit the entry",
            )
        )

    def _inserted(self, tree: TreeFacts, numbers: list[int]) -> None:
        self._found.findings += [
            Finding(INSERTED, tree.kind, tree.batch.number, first, last)
            for first, last in runs(numbers)
        ]

    def _try_hashes(self, maker: LeafMaker, rows: Sequence[StoredRow]) -> list[bytes | None] | None:
        """Leaf hashes, or None when one of the rows cannot be hashed."""
        try:
            return maker.hashes(rows)
        except CustodyError:
            return None

    def _maker(self, tree: TreeFacts) -> LeafMaker:
        maker = leaf_maker(tree.kind, tree.columns, self._ring, self._reader.terms())
        maker.begin(tree.batch)
        return maker

    def _result(self, kind: str) -> RangeResult:
        keys = [
            Finding(DAMAGED, "key of record", number >> 32, number, None, why)
            for number, why in sorted(self._ring.damaged.items(), key=itemgetter(0))
        ]
        found = self._found
        return RangeResult(
            kind,
            found.checked,
            tuple(found.closed),
            tuple(runs(found.missing)),
            (*found.findings, *keys),
            tuple(self._tree_findings),
            tuple(found.sealed),
        )
