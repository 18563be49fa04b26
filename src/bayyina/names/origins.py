"""Whether a word in Arabic letters looks like an Arabic name, or like one from elsewhere.

European names are written in Arabic letters with a vowel letter in nearly every syllable and
without ع ح ص ض ط ظ ق, Arabic ones are not. Groups of up to three letters are weighed by how
much commoner they are in our lists of Arabic names than in names of all origins
(``scripts/learn_name_letters.py``). It only decides which spellings come first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files

LONGEST_GROUP = 3
"""Letters of the longest group that is weighed."""


def groups_of(word: str) -> Iterator[str]:
    """All groups of up to ``LONGEST_GROUP`` letters; ^ begins the word and $ ends it."""
    edged = f"^{word}$"
    for length in range(1, LONGEST_GROUP + 1):
        for start in range(len(edged) - length + 1):
            yield edged[start : start + length]


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, float]:
    path = files("bayyina.names").joinpath("data", "origins.letters.txt")
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:])
    return {group: float(weight) for group, weight in rows}


def arabic_origin(word: str) -> float:
    """How much a normal form in Arabic letters looks like an Arabic name.

    Returns:
        The sum of the natural logarithms over the letters: 0 between the two, most Arabic names
        above -0.5, most European ones below -1.
    """
    weights = _weights()
    return sum(weights.get(group, 0.0) for group in groups_of(word)) / max(3, len(word))
