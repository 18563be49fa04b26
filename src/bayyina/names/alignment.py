"""Two words set against each other, group of letters by group of letters, at the best price.

A word of one script and a word of another (or of the same) are cut into groups of up to
three letters, each group of one set against a group of the other or against nothing, so
that the sum of the weights is highest: خ against kh, ة at the end against a, nothing
against a short vowel. The model is the joint many-to-many alignment of Jiampojamarn et al.
(NAACL 2007). Here words become numbers of groups; ``likeness.best_sum`` finds the sum.
"""

from __future__ import annotations

from collections.abc import Mapping

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
