"""How many of the records that a figure counts stand verified, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bayyina.reporting.wording import filled, phrase
from bayyina.typeset.blocks import Inline, Inlines, Text

_ORDER: Final = ("two_people", "earlier_practice", "disputed", "rejected", "unverified")


def verification_in_words(
    shares: Mapping[str, int], lang: str, write: Callable[[int], Inline]
) -> Inlines:
    """The shares as one sentence; those that are none are left out, except that of two people.

    Args:
        shares: Numbers of records, as a figure has them.
        lang: Language of the words, ``en`` or ``ar``.
        write: Writes a number.
    """
    words: list[Inline] = []
    for name in _ORDER:
        count = shares.get(name, 0)
        if not count and name != "two_people":
            continue
        if words:
            words.append(Text(phrase("verified_separator", lang)))
        words += filled(phrase(f"verified_{name}", lang), {"n": (write(count),)})
    return tuple(words)
