"""How alike two words of names are: by the comparison of names, and by what is mistyped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from bayyina.linkage.arrays import Bytes, Ints32
from bayyina.linkage.compiling import compiled_bare
from bayyina.linkage.encoding import encode
from bayyina.linkage.in_threads import by_slices
from bayyina.linkage.pair_tables import Alike
from bayyina.linkage.spelling import jaro_winkler, one_slip_apart, spelled
from bayyina.names.batches import like_words
from bayyina.names.keys import skeleton
from bayyina.names.normal_forms import script_of

_MISTYPED_LATIN: Final = 0.9
_MISTYPED: Final = 0.8
"""How alike two words are that are apart by one letter: Latin words, and others, whose short
words with one other letter are often another name."""
_LONG_ENOUGH: Final = 5


@compiled_bare
def _by_letters(
    first: Any, second: Any, letters: Any, starts: Any, space: Any, latin: Any, sounds: Any,
    found: Any, asked: Any,
) -> None:  # fmt: skip
    """How alike words are by their letters, and whether the comparison of names is asked."""
    for pair in range(len(first)):
        x, y = first[pair], second[pair]
        a, b = starts[x], starts[y]
        m, n = starts[x + 1] - a, starts[y + 1] - b
        both_latin = latin[x] and latin[y]
        alike = jaro_winkler(letters, a, m, b, n, space.taken, space.common) if both_latin else 0.0
        if min(m, n) >= _LONG_ENOUGH and one_slip_apart(letters, a, m, b, n):
            alike = max(alike, _MISTYPED_LATIN if both_latin else _MISTYPED)
        found[pair] = alike
        asked[pair] = not both_latin or (sounds[x] == sounds[y] and alike < _MISTYPED_LATIN)


def likeness_of(words: Sequence[str]) -> Alike:
    """The comparison of numbered words.

    Two Latin words are as alike as their letters (Jaro-Winkler); of those that sound alike, and
    of all others, across scripts as well, the comparison of names is asked. One mistyped
    letter of a long word is forgiven.
    """
    letters = spelled(words)
    latin = np.array([script_of(word) in {"latin", "other"} for word in words], dtype=np.bool_)
    sounds = encode([skeleton(word) for word in words]).codes

    def alike(first: Ints32, second: Ints32) -> Bytes:
        found = np.empty(len(first), dtype=np.float64)
        asked = np.empty(len(first), dtype=np.bool_)
        by_slices(
            lambda part: _by_letters(
                first[part],
                second[part],
                letters.letters,
                letters.starts,
                letters.space(),
                latin,
                sounds,
                found[part],
                asked[part],
            ),
            len(first),
        )
        places = np.flatnonzero(asked)
        a, b = first[places].tolist(), second[places].tolist()
        named = like_words((words[x], words[y]) for x, y in zip(a, b, strict=True))
        found[places] = np.maximum(found[places], named)
        return np.round(np.clip(found, 0.0, 0.998) * 255).astype(np.uint8)

    return alike
