"""Spellings of numbered words set against each other, letter by letter, in compiled loops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from bayyina.linkage.arrays import Flags, Ints64, Letters
from bayyina.linkage.compiling import compiled_bare

_BOOSTED_FROM: Final = 0.7
_PREFIX: Final = 4
_PREFIX_WEIGHT: Final = 0.1


class Space(NamedTuple):
    """What comparing two texts writes into."""

    taken: Flags
    """A flag for each letter of the first text."""
    common: Letters
    """Letters that both have."""


class Spelled(NamedTuple):
    """The letters of many texts, one text after the other."""

    letters: Letters
    """Code points."""
    starts: Ints64
    """Where each text begins in ``letters``; one entry more than texts."""
    longest: int
    """Letters of the longest text."""

    def space(self) -> Space:
        """Space for comparing two of the texts after others, by one thread."""
        taken = np.zeros(self.longest, dtype=np.bool_)
        return Space(taken, np.zeros(self.longest, dtype=np.uint32))


def spelled(texts: Sequence[str]) -> Spelled:
    """The letters of texts."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    letters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return Spelled(letters, np.concatenate(([0], np.cumsum(lengths))), int(lengths.max(initial=1)))


@compiled_bare
def jaro_winkler(letters: Any, a: Any, m: Any, b: Any, n: Any, taken: Any, common: Any) -> Any:
    """How alike two texts are by letters in common and their order, 0 to 1.

    Jaro (JASA 1989), with the bonus for equal beginnings of Winkler (1990): a tenth of what is
    missing for each of up to four letters, where the likeness is above 0.7.

    Args:
        letters: Code points of all texts.
        a: Where the first text begins; it has ``m`` letters, at least one.
        m: See ``a``.
        b: Where the second text begins; it has ``n`` letters, at least one.
        n: See ``b``.
        taken: Space for as many flags as the first text has letters.
        common: Space for as many letters.
    """
    bound = max(max(m, n) // 2 - 1, 0)
    for i in range(m):
        taken[i] = False
    found = 0
    for j in range(n):
        letter = letters[b + j]
        for i in range(max(0, j - bound), min(m, j + bound + 1)):
            if not taken[i] and letters[a + i] == letter:
                taken[i] = True
                common[found] = letter
                found += 1
                break
    if found == 0:
        return 0.0
    turned = 0
    place = 0
    for i in range(m):
        if taken[i]:
            if common[place] != letters[a + i]:
                turned += 1
            place += 1
    alike = (found / m + found / n + (found - turned // 2) / found) / 3.0
    if alike > _BOOSTED_FROM:
        prefix = 0
        while prefix < min(m, n, _PREFIX) and letters[a + prefix] == letters[b + prefix]:
            prefix += 1
        alike = min(1.0, alike + prefix * _PREFIX_WEIGHT * (1.0 - alike))
    return alike


@compiled_bare
def one_slip_apart(letters: Any, a: Any, m: Any, b: Any, n: Any) -> Any:
    """Whether one letter more, less or other, or two neighbours exchanged, make texts equal.

    Takes the same as ``jaro_winkler``; the texts are not equal.
    """
    if abs(m - n) > 1:
        return False
    begin = 0
    while begin < min(m, n) and letters[a + begin] == letters[b + begin]:
        begin += 1
    end = 0
    while end < min(m, n) - begin and letters[a + m - 1 - end] == letters[b + n - 1 - end]:
        end += 1
    first, second = m - begin - end, n - begin - end
    if first <= 1 and second <= 1:
        return True
    return (
        first == 2
        and second == 2
        and letters[a + begin] == letters[b + begin + 1]
        and letters[a + begin + 1] == letters[b + begin]
    )
