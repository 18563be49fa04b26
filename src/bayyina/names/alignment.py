"""Two words set against each other, group of letters by group of letters, at the best price.

A word of one script and a word of another (or of the same) are cut into groups of up to
three letters, each group of one set against a group of the other or against nothing, so
that the sum of the weights is highest: خ against kh, ة at the end against a, nothing
against a short vowel. The model is the joint many-to-many alignment of Jiampojamarn et al.
(NAACL 2007). Here words become numbers of groups; ``likeness.best_sum`` finds the sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

GROUP = 3
"""Letters of the longest group."""

LONGEST_WORD = 40
"""Letters of a word that are set against another; words of names are shorter."""

IMPOSSIBLE = -1e9
"""The weight of a pair of groups that is never set together."""

Codes = NDArray[np.int16]
"""Shape (letters, GROUP): number of the group of 1, 2 or 3 letters that begins there, or -1."""

Weights = NDArray[np.float32]
"""Shape (groups of the first side, groups of the second); number 0 is the empty group."""


def encode(word: str, inventory: Mapping[str, int]) -> Codes:
    """The groups that begin at each letter, by their numbers in an inventory.

    A group at the beginning of the word is looked up as ``^group`` first, one at the end as
    ``group$``; a letter that the inventory does not know has the number 1.
    """
    word = word[:LONGEST_WORD]
    get, size = inventory.get, len(word)
    codes = np.full((size, GROUP), -1, dtype=np.int16)
    for length in range(1, min(GROUP, size) + 1):
        unknown, last = (1 if length == 1 else -1), size - length
        numbers = [get(word[start : start + length], unknown) for start in range(last + 1)]
        numbers[last] = get(f"{word[last:]}$", numbers[last])
        numbers[0] = get(f"^{word[:length]}", numbers[0])
        codes[: last + 1, length - 1] = numbers
    return codes


class GroupTable(NamedTuple):
    """The numbers of an inventory by letters, so that many words are encoded at once."""

    letter: NDArray[np.int64]
    """Number of each code point that the inventory knows, shape (code points,); 0 for others."""

    within: tuple[NDArray[np.int16], ...]
    """For groups of 1, 2 and 3 letters: number by the numbers of the letters, or -1."""

    first: tuple[NDArray[np.int16], ...]
    """The same at the beginning of a word; -2 where the inventory has no such group."""

    last: tuple[NDArray[np.int16], ...]
    """The same at its end."""


def group_table(inventory: Mapping[str, int]) -> GroupTable:
    """The table of an inventory."""
    letters = sorted({letter for group in inventory for letter in group} - {*"^$?"})
    place = {letter: number for number, letter in enumerate(letters, 1)}
    letter = np.zeros(ord(letters[-1]) + 1, dtype=np.int64)
    letter[[ord(one) for one in letters]] = range(1, len(letters) + 1)
    base = len(letters) + 1
    sizes = [base**length for length in range(1, GROUP + 1)]
    within, first, last = (
        tuple(np.full(size, absent, dtype=np.int16) for size in sizes) for absent in (-1, -2, -2)
    )
    within[0][:] = 1
    for group, number in inventory.items():
        bare = group.strip("^$")
        if 1 <= len(bare) <= GROUP and set(bare) <= place.keys():
            at = sum(place[one] * base**step for step, one in enumerate(bare))
            table = first if group[0] == "^" else last if group[-1] == "$" else within
            table[len(bare) - 1][at] = number
    return GroupTable(letter, within, first, last)


def encode_all(words: Sequence[str], table: GroupTable) -> tuple[Codes, NDArray[np.int64]]:
    """The codes of many words, one word after the other, and how many letters each has.

    The same as ``encode`` of each word with the inventory of the table.
    """
    cut = [word[:LONGEST_WORD] for word in words]
    sizes = np.fromiter(map(len, cut), dtype=np.int64, count=len(cut))
    points = np.frombuffer("".join(cut).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    known = points < len(table.letter)
    letters = np.where(known, table.letter[np.where(known, points, 0)], 0)
    begins = np.repeat(np.cumsum(sizes) - sizes, sizes)
    here = np.arange(len(letters))
    left = begins + np.repeat(sizes, sizes) - here
    codes = np.full((len(letters), GROUP), -1, dtype=np.int16)
    base = len(table.within[0])
    at = np.zeros(len(letters), dtype=np.int64)
    for length in range(1, GROUP + 1):
        at[: len(letters) - length + 1] += letters[length - 1 :] * base ** (length - 1)
        fits = left >= length
        group = at[fits]
        found = table.within[length - 1][group]
        for edge, stands in (
            (table.last, left[fits] == length),
            (table.first, here[fits] == begins[fits]),
        ):
            at_edge = edge[length - 1][group]
            found = np.where(stands & (at_edge != -2), at_edge, found)
        codes[fits, length - 1] = found
    return codes, sizes
