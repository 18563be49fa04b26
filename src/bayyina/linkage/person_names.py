"""Names of persons as words with places: given name, family name, and those between.

Compounds that are one name are joined (عبد الرحمن, Abdel Rahman, Abu Ali), words that only
say *son of* fall away, and so does the article, since lists write it or not. The first
word is taken for the given name and the last for the family name, unless columns of their
own say which they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from bayyina.linkage.arrays import Doubles, Ints32, Ints64, Words64
from bayyina.linkage.columns import Field, PersonList
from bayyina.linkage.encoding import encode, joined_codes
from bayyina.names.keys import skeleton
from bayyina.names.normal_forms import tokens

MOST_WORDS: Final = 8
"""Words of a name that are compared; the most telling are kept of a longer one."""

_JOINED_TO_NEXT: Final = frozenset(
    [
        "عبد",
        "ابو",
        "ابا",
        "ابي",
        "ام",
        "abd",
        "abdul",
        "abdel",
        "abdal",
        "abdu",
        "abu",
        "abou",
        "abo",
        "um",
        "umm",
        "oum",
    ]
)
_ARTICLES: Final = frozenset(["ال", "al", "el", "ul"])
_SON_OF: Final = frozenset(["بن", "ابن", "بنت", "ولد", "bin", "ibn", "bint"])


_Words: TypeAlias = tuple[int, ...]
_Placed: TypeAlias = tuple[int, int, _Words]
"""Given name, family name (-1 where there is none) and the words between."""


class NameTable(NamedTuple):
    """Every different name once, as numbered words."""

    of_row: Ints32
    """Number of each row's name, shape (rows,); -1 where there is none."""

    given: Ints32
    """Word that is each name's given name, shape (names,); -1 where there is none."""

    family: Ints32
    """Word that is each name's family name; -1 where there is none."""

    starts: Ints32
    """Where each name's further words begin in ``others``, shape (names + 1,)."""

    others: Ints32
    """The words between given and family name, name after name."""

    words: list[str]
    """The words, by number."""

    log_share: Doubles
    """Natural logarithm of the share of the names' rows that have a word, shape (words,)."""

    letters: Words64
    """Which consonants a word has, one bit each; words without a common one are not alike."""

    whole: Ints32
    """Number of the set of words of each name, whatever their order, shape (names,)."""


@lru_cache(maxsize=1 << 18)
def name_words(text: str) -> tuple[str, ...]:
    """The words of a name that are compared, in their order."""
    found: list[str] = []
    before = ""
    for word in tokens(text):
        if word in _SON_OF and found:
            continue
        if word in _ARTICLES and not before:
            continue
        if word in _JOINED_TO_NEXT and len(before) < 10:
            before += word
            continue
        if before and word in _ARTICLES:
            before += word
            continue
        found.append(before + _without_article(word) if not before else before + word)
        before = ""
    if before:
        found.append(before)
    return tuple(found)


def _without_article(word: str) -> str:
    return word[2:] if word.startswith("ال") and len(word) > 4 else word


def name_table(lists: Sequence[PersonList], fields: Sequence[Field]) -> NameTable | None:
    """Number the names that the columns of some fields state together; None without any."""
    if not fields:
        return None
    numbers: dict[str, int] = {}
    columns = [_Column(lists, field, numbers) for field in fields]
    combined = joined_codes(*(column.codes + 1 for column in columns))
    stated = np.zeros(len(combined), dtype=np.bool_)
    for column in columns:
        stated |= column.has_words
    combined = np.where(stated, combined, -1)
    _, first, of_row = np.unique(combined, return_index=True, return_inverse=True)
    if len(stated) and not stated.all():
        first, of_row = first[1:], of_row - 1
    placed = [
        _placed([(column.role, column.words[column.codes[row]]) for column in columns])
        for row in first.tolist()
    ]
    return _table(of_row.astype(np.int32), placed, list(numbers))


class _Column:
    """A column of names, each different text cut into numbered words once."""

    def __init__(self, lists: Sequence[PersonList], field: Field, numbers: dict[str, int]) -> None:
        texts = encode([text for one in lists for text in one.texts(field.column)])
        self.role = field.role if field.role != "mother" else "name"
        self.codes = texts.codes
        self.words: list[_Words] = [
            tuple([numbers.setdefault(word, len(numbers)) for word in name_words(text)])
            for text in texts.values
        ]
        self.words.append(())
        filled = np.array([bool(words) for words in self.words], dtype=np.bool_)
        self.has_words = filled[self.codes]


def _placed(parts: Sequence[tuple[str, _Words]]) -> _Placed:
    """Give the words of a row's name columns their places."""
    by_role: dict[str, _Words] = {}
    for role, words in parts:
        if words:
            by_role[role] = by_role[role] + words if role in by_role else words
    given, family = by_role.get("given", ()), by_role.get("family", ())
    whole = by_role.get("name", ())
    pieces = given + by_role.get("father", ()) + family
    if whole and pieces:
        whole += tuple([word for word in pieces if word not in whole])
    rest = list(whole or pieces)
    first = given[0] if given else -1 if rest == list(family) else rest[0]
    if first >= 0:
        rest.remove(first)
    last = family[-1] if family else rest[-1] if rest else -1
    if last in rest:
        del rest[len(rest) - 1 - rest[::-1].index(last)]
    return first, last, tuple(dict.fromkeys(rest))


def _table(of_row: Ints32, placed: Sequence[_Placed], words: list[str]) -> NameTable:
    rows_of_name = np.bincount(of_row[of_row >= 0], minlength=len(placed))
    given = np.array([one[0] for one in placed], dtype=np.int32)
    family = np.array([one[1] for one in placed], dtype=np.int32)
    log_share = _log_shares(given, family, [one[2] for one in placed], rows_of_name, len(words))
    others = [_most_telling(one[2], log_share) for one in placed]
    starts = np.zeros(len(placed) + 1, dtype=np.int32)
    np.cumsum([len(one) for one in others], out=starts[1:])
    flat = np.fromiter((w for one in others for w in one), dtype=np.int32, count=int(starts[-1]))
    sets: dict[tuple[int, ...], int] = {}
    whole = np.fromiter(
        (sets.setdefault(tuple(sorted((a, b, *c))), len(sets)) for a, b, c in placed),
        dtype=np.int32,
        count=len(placed),
    )
    letters = np.array([_letters(word) for word in words], dtype=np.uint64)
    return NameTable(of_row, given, family, starts, flat, words, log_share, letters, whole)


def _log_shares(
    given: Ints32, family: Ints32, others: Sequence[_Words], rows_of_name: Ints64, words: int
) -> Doubles:
    """Logarithm of the share of rows that have each word, shape (words,)."""
    sizes = np.array([len(one) for one in others], dtype=np.int64)
    flat = np.fromiter((w for one in others for w in one), dtype=np.int64, count=int(sizes.sum()))
    having = np.bincount(flat, weights=np.repeat(rows_of_name, sizes), minlength=words)
    for ends in (given, np.where(family == given, -1, family)):
        known = ends >= 0
        having = having + np.bincount(ends[known], weights=rows_of_name[known], minlength=words)
    shares: Doubles = np.log(np.clip(having / max(1, int(rows_of_name.sum())), 1e-12, 1.0))
    return shares


def _most_telling(words: _Words, log_share: Doubles) -> _Words:
    if len(words) <= MOST_WORDS:
        return words
    kept = set(sorted(words, key=lambda one: (log_share[one], one))[:MOST_WORDS])
    return tuple([word for word in words if word in kept])


def _letters(word: str) -> int:
    """One bit for each consonant class of a word, whatever its script; other signs share bits."""
    bits = 0
    for sign in skeleton(word):
        bits |= 1 << (ord(sign) - 97 if "a" <= sign <= "z" else 26 + ord(sign) % 38)
    return bits
