"""The sieve of ``name_search`` kept in memory, for a program that answers many searches.

Every pair of neighbouring sounds leads to the names that hold it, so that a search looks at the
lists of its own pairs instead of at every name. It finds the same names in the same order. Pairs
that many names hold are kept as bits, one a name. What changes is laid over the index: names of
records that changed are looked through one by one until they are many. An index of 500,000 names
takes about 150 MB.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from bayyina.figures.assembling import database_settings
from bayyina.figures.name_search import SHORTLIST, NamedRecord, NameSearch, pieces_of
from bayyina.figures.snapshot import Snapshot
from bayyina.model.vocabulary import Vocabulary

_END = 0x0A
"""Stands between two names; no name's sounds hold it."""

DENSE: Final = 32
"""A pair that one name in so many holds is kept as bits."""

MOST_LAID_OVER: Final = 5_000
"""Records that may be laid over an index; with more it is made anew."""

Row = tuple[int, str, str, str]
"""Record, its type, a name, the name's sounds."""


class NameIndex:
    """Names of one snapshot by their sounds. It may be asked by several threads at once."""

    def __init__(self, snapshot: Snapshot, vocabulary: Vocabulary) -> None:
        """Read every name that stands."""
        search = NameSearch(snapshot, vocabulary)
        try:
            rows = search.everything()
        finally:
            search.close()
        self._names = [NamedRecord(int(number), kind, name) for number, kind, name, _ in rows]
        sounds = [row[3].replace("\n", " ") for row in rows]
        self._lengths = np.array([len(one) for one in sounds], dtype=np.int32)
        self._records = np.array([one.record for one in self._names], dtype=np.int64)
        self._pairs, self._starts, self._holders = _postings(sounds)
        self._bits = self._dense()
        self._gone = np.zeros(len(self._names), dtype=np.bool_)
        self._over: dict[int, list[Row]] = {}
        self._connection = duckdb.connect(":memory:", config=database_settings(1, "128MB"))

    def close(self) -> None:
        """Let go of the database that reads texts."""
        self._connection.close()

    def can_lay_over(self, records: Collection[int]) -> bool:
        """Whether so few records changed that the index need not be made anew."""
        return len(records) + len(self._over) <= MOST_LAID_OVER

    def lay_over(self, records: Collection[int], rows: Iterable[Row]) -> None:
        """Put ``rows`` in place of all names of ``records``.

        Whoever searches meanwhile sees the names before or after it.
        """
        fresh: dict[int, list[Row]] = {record: [] for record in records}
        for row in rows:
            fresh[row[0]].append(row)
        changed = np.fromiter(fresh, dtype=np.int64, count=len(fresh))
        self._gone = self._gone | np.isin(self._records, changed)
        self._over = self._over | fresh

    def near(self, text: str, *, limit: int = SHORTLIST) -> list[NamedRecord]:
        """Records with the names that share most sounds with ``text``, most first."""
        with self._connection.cursor() as cursor:
            pieces = pieces_of(cursor, text)
        if not pieces:
            return []
        over, gone = self._over, self._gone
        laid = self._near_over(over, pieces)
        if not self._names:
            return [one for _, one in laid[:limit]]
        shared = np.zeros(len(self._names), dtype=np.int16)
        for piece in pieces:
            self._count(piece, shared)
        if over:
            shared[gone] = 0
        found = _most(shared, (len(pieces) + 1) // 2, limit)
        order = np.lexsort((self._records[found], self._lengths[found], -shared[found]))
        best = found[order[:limit]]
        if not laid:
            return [self._names[place] for place in best]
        ranked = [
            (
                (-int(shared[place]), int(self._lengths[place]), int(self._records[place])),
                self._names[place],
            )
            for place in best
        ]
        both = sorted((*ranked, *laid), key=lambda pair: pair[0])
        return [one for _, one in both[:limit]]

    def _near_over(
        self, over: dict[int, list[Row]], pieces: Sequence[str]
    ) -> list[tuple[tuple[int, int, int], NamedRecord]]:
        """Names that are laid over the index and share enough sounds, with their rank."""
        found = []
        for rows in over.values():
            for record, kind, name, sounds in rows:
                shared = sum(piece in sounds for piece in pieces)
                if shared * 2 >= len(pieces):
                    found.append(((-shared, len(sounds), record), NamedRecord(record, kind, name)))
        return sorted(found, key=lambda pair: pair[0])

    def _count(self, piece: str, shared: NDArray[np.int16]) -> None:
        """Add one for each name that holds a pair of sounds."""
        code = (ord(piece[0]) << 32) | ord(piece[1])
        place = int(np.searchsorted(self._pairs, code))
        if place == len(self._pairs) or self._pairs[place] != code:
            return
        bits = self._bits.get(place)
        if bits is not None:
            shared += np.unpackbits(bits, count=len(shared))
        else:
            shared[self._holders[self._starts[place] : self._starts[place + 1]]] += 1

    def _dense(self) -> dict[int, NDArray[np.uint8]]:
        """Pairs that many names hold, by their place: a bit for each name."""
        found = {}
        for place in np.flatnonzero(np.diff(self._starts) * DENSE >= max(len(self._names), 1)):
            held = np.zeros(len(self._names), dtype=np.bool_)
            held[self._holders[self._starts[place] : self._starts[place + 1]]] = True
            found[int(place)] = np.packbits(held)
        return found


def _most(shared: NDArray[np.int16], least: int, limit: int) -> NDArray[np.int64]:
    """Places of the names that share most: all that can be among the first ``limit``."""
    counts = np.bincount(shared)
    reaching = np.cumsum(counts[::-1])[::-1]  # how many share so many pairs or more
    enough = np.flatnonzero(reaching >= limit)
    least = max(least, int(enough[-1])) if enough.size else least
    return np.flatnonzero(shared >= least)


def _postings(
    sounds: list[str],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """Pairs of sounds in order, where the list of each begins, and the lists one after another."""
    text = "\n".join(sounds)
    letters = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    ends = letters == _END
    names = np.cumsum(ends, dtype=np.int32)
    whole = ~(ends[:-1] | ends[1:])
    # Few letters occur: as places in their alphabet, pairs are small numbers in the same order.
    alphabet = np.flatnonzero(np.bincount(letters))
    place = np.zeros(int(alphabet[-1]) + 1 if alphabet.size else 1, dtype=np.uint32)
    place[alphabet] = np.arange(alphabet.size, dtype=np.uint32)
    small = place[letters]
    codes = (small[:-1] * np.uint32(alphabet.size) + small[1:])[whole]
    if alphabet.size**2 <= 1 << 16:
        codes = codes.astype(np.uint16)
    holders = names[:-1][whole]
    order = np.argsort(codes, kind="stable")  # holders are in order already
    codes, holders = codes[order], holders[order]
    fresh = np.ones(len(codes), dtype=np.bool_)
    fresh[1:] = (codes[1:] != codes[:-1]) | (holders[1:] != holders[:-1])
    codes, holders = codes[fresh], holders[fresh]
    begins = np.ones(len(codes), dtype=np.bool_)
    begins[1:] = codes[1:] != codes[:-1]
    starts = np.flatnonzero(begins)
    first, second = np.divmod(codes[starts].astype(np.int64), max(alphabet.size, 1))
    pairs = (alphabet[first] << 32) | alphabet[second]
    return pairs.astype(np.int64), np.append(starts, len(codes)).astype(np.int64), holders
