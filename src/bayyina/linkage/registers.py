"""Entries in the civil register compared: the number (الخانة) and the place (القيد) where it is kept.

A number is given to a family, so relatives share it: it tells families of one name apart, not
brothers. The same number exists in every place, so a number alone says less than both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from bayyina.linkage.arrays import Ints32, Ints64, Singles
from bayyina.linkage.birth_dates import log_shares
from bayyina.linkage.compiling import compiled_bare
from bayyina.linkage.encoding import encode, encode_as, joined_codes
from bayyina.linkage.measured import Measured
from bayyina.model.digits import plain_text
from bayyina.names.keys import skeleton
from bayyina.names.normal_forms import tokens

LEVELS: Final = (
    "missing", "different", "same number elsewhere", "one digit apart", "same number", "same",
)  # fmt: skip
_NUMBER: Final = re.compile(r"\d+")
_MOST_DIGITS: Final = 15
_FEWEST_DIGITS: Final = 3
"""With fewer digits, numbers that differ in one of them are simply different."""
_SAID_OF_NUMBERS: Final = frozenset(
    ["رقم", "الرقم", "خانه", "الخانه", "قيد", "القيد", "سجل", "السجل", "مدني", "المدني", "امانه",
     "الامانه", "محل", "no", "nr", "number", "khana", "khaneh", "qaid", "qayd", "register",
     "registry", "civil"]
)  # fmt: skip


class RegisterTable(NamedTuple):
    """Entries by row."""

    number: Ints64
    """Number of each row's entry, shape (rows,); -1 where there is none."""
    place: Ints32
    """Code of the place, whatever its spelling or script; -1 where it is not stated."""
    entry_share: Singles
    """Logarithm of the share of rows with this very entry, place and number."""
    number_share: Singles
    """Logarithm of the share of rows with this number."""


def read_registers(numbers: Sequence[str], places: Sequence[str] | None) -> RegisterTable:
    """Read a column of numbers, and that of their places.

    A number may have its place beside it in one text (``دوما خانة 17``).
    """
    plain = encode(numbers)
    found = [_parts_of(text) for text in plain.values]
    values = np.array([number for number, _ in found] or [-1], dtype=np.int64)
    number = np.where(plain.codes >= 0, values[plain.codes], -1)
    beside = [found[code][1] if code >= 0 else "" for code in plain.codes.tolist()]
    stated = [""] * len(numbers) if places is None else places
    place = encode_as(
        [said or own for said, own in zip(stated, beside, strict=True)], _sounds
    ).codes
    by_number = encode([str(one) if one >= 0 else None for one in number.tolist()]).codes
    return RegisterTable(
        number, place, log_shares(joined_codes_of(place, by_number)), log_shares(by_number)
    )


def joined_codes_of(place: Ints32, number: Ints32) -> Ints32:
    """Codes of the entries of which both parts are stated, numbered from 0; -1 for others."""
    joined = joined_codes(place, number)
    return np.where(joined >= 0, np.unique(joined, return_inverse=True)[1], -1).astype(np.int32)


def _parts_of(text: str) -> tuple[int, str]:
    """The number in a text, -1 for none, and the words beside it."""
    plain = plain_text(text)
    match = _NUMBER.search(plain)
    number = -1 if match is None else int(match.group()[-_MOST_DIGITS:])
    return number, _NUMBER.sub(" ", plain)


def _sounds(text: str) -> str | None:
    """The consonants of a place's name, the same in both scripts; None for no name."""
    words = [_plain_word(word) for word in tokens(text) if word not in _SAID_OF_NUMBERS]
    return " ".join(word for word in words if word) or None


def _plain_word(word: str) -> str:
    bare = word[2:] if word.startswith("ال") and len(word) > 3 else word
    return "" if bare in ("al", "el") else skeleton(bare)


@compiled_bare
def _one_digit_apart(a: Any, b: Any) -> Any:
    digits = 0
    apart = 0
    while a > 0 or b > 0:
        digits += 1
        if a % 10 != b % 10:
            apart += 1
        a //= 10
        b //= 10
    return apart == 1 and digits >= _FEWEST_DIGITS


@compiled_bare
def _levels(
    left: Any, right: Any, number: Any, place: Any, entry_share: Any, number_share: Any,
    levels: Any, rarity: Any,
) -> None:  # fmt: skip
    for pair in range(len(left)):
        i, j = left[pair], right[pair]
        a, b = number[i], number[j]
        if a < 0 or b < 0:
            continue
        both = place[i] >= 0 and place[j] >= 0
        if a == b and both:
            levels[pair] = 5 if place[i] == place[j] else 2
            rarity[pair] = entry_share[i] if place[i] == place[j] else 0.0
        elif a == b:
            levels[pair] = 4
            rarity[pair] = number_share[i]
        elif both and place[i] == place[j] and _one_digit_apart(a, b):
            levels[pair] = 3
        else:
            levels[pair] = 1


class RegisterComparison:
    """Compares entries in the civil register."""

    level_names = LEVELS
    rare_levels = frozenset({4, 5})

    def __init__(self, label: str, table: RegisterTable) -> None:
        self.label = label
        self._table = table

    def prepare(self, left: Ints32, right: Ints32) -> None:
        """Nothing is kept of values that were compared."""

    def measure(self, left: Ints32, right: Ints32) -> Measured:
        """Compare the entries of pairs of rows."""
        levels = np.zeros(len(left), dtype=np.uint8)
        rarity = np.zeros(len(left), dtype=np.float32)
        _levels(left, right, *self._table, levels, rarity)
        return Measured(levels, rarity)
