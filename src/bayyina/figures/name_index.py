"""The sieve of ``name_search`` kept in memory, for a program that answers many searches.

Every pair of neighbouring sounds leads to the names that hold it, so that a search looks at the
lists of its own pairs instead of at every name. It finds the same names in the same order. An
index of 500,000 names takes about 150 MB.
"""

from __future__ import annotations

import duckdb
import numpy as np

from bayyina.figures.assembling import database_settings
from bayyina.figures.name_search import SHORTLIST, NamedRecord, NameSearch, pieces_of
from bayyina.figures.snapshot import Snapshot
from bayyina.model.vocabulary import Vocabulary

_END = 0x0A
"""Stands between two names; no name's sounds hold it."""


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
        self._connection = duckdb.connect(":memory:", config=database_settings(1, "128MB"))

    def close(self) -> None:
        """Let go of the database that reads texts."""
        self._connection.close()

    def near(self, text: str, *, limit: int = SHORTLIST) -> list[NamedRecord]:
        """Records with the names that share most sounds with ``text``, most first."""
        with self._connection.cursor() as cursor:
            pieces = pieces_of(cursor, text)
        if not pieces or not self._names:
            return []
        shared = np.zeros(len(self._names), dtype=np.int16)
        for piece in pieces:
            shared[self._with(piece)] += 1
        found = np.flatnonzero(shared * 2 >= len(pieces))
        order = np.lexsort((self._records[found], self._lengths[found], -shared[found]))
        return [self._names[place] for place in found[order[:limit]]]

    def _with(self, piece: str) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        """Places of the names that hold a pair of sounds, each once."""
        code = (ord(piece[0]) << 32) | ord(piece[1])
        place = int(np.searchsorted(self._pairs, code))
        if place == len(self._pairs) or self._pairs[place] != code:
            return self._holders[:0]
        return self._holders[self._starts[place] : self._starts[place + 1]]


def _postings(
    sounds: list[str],
) -> tuple[
    np.ndarray[tuple[int], np.dtype[np.int64]],
    np.ndarray[tuple[int], np.dtype[np.int64]],
    np.ndarray[tuple[int], np.dtype[np.int32]],
]:
    """Pairs of sounds in order, where the list of each begins, and the lists one after another."""
    text = "\n".join(sounds)
    letters = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    names = np.cumsum(letters == _END, dtype=np.int32)
    whole = (letters[:-1] != _END) & (letters[1:] != _END)
    codes = ((letters[:-1] << 32) | letters[1:])[whole]
    holders = names[:-1][whole]
    order = np.lexsort((holders, codes))
    codes, holders = codes[order], holders[order]
    fresh = np.ones(len(codes), dtype=np.bool_)
    fresh[1:] = (codes[1:] != codes[:-1]) | (holders[1:] != holders[:-1])
    codes, holders = codes[fresh], holders[fresh]
    pairs, starts = np.unique(codes, return_index=True)
    return pairs, np.append(starts, len(codes)).astype(np.int64), holders.astype(np.int32)
