"""Names of persons as words with places: given name, family name, and those between.

Compounds that are one name are joined (عبد الرحمن, Abdel Rahman, Abu Ali), words that only
say *son of* fall away, and so does the article, since lists write it or not. The first
word is taken for the given name and the last for the family name, unless columns of their
own say which they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from bayyina.linkage.arrays import Doubles, Ints32, Words64
from bayyina.linkage.columns import Field, PersonList
from bayyina.linkage.encoding import Encoded, encode
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


class _Parts(NamedTuple):
    """Words of one name by place."""

    given: str
    family: str
    others: tuple[str, ...]


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


def _placed(texts: Mapping[str, str]) -> _Parts | None:
    """Give the words of a row's name columns their places."""
    whole = list(name_words(texts["name"])) if texts.get("name") else []
    given = list(name_words(texts["given"])) if texts.get("given") else []
    father = list(name_words(texts["father"])) if texts.get("father") else []
    family = list(name_words(texts["family"])) if texts.get("family") else []
    if not whole:
        whole = given + father + family
    else:
        whole = whole + [w for w in given + father + family if w not in whole]
    if not whole:
        return None
    first = given[0] if given else ("" if family and whole == family else whole[0])
    rest = list(whole)
    if first in rest:
        rest.remove(first)
    last = family[-1] if family else ("" if given and not rest else (rest[-1] if rest else ""))
    if last in rest:
        rest.reverse()
        rest.remove(last)
        rest.reverse()
    return _Parts(first, last, tuple(dict.fromkeys(rest)))


def name_table(lists: Sequence[PersonList], fields: Sequence[Field]) -> NameTable | None:
    """Number the names that the columns of some fields state together; None without any."""
    if not fields:
        return None
    roles = [field.role if field.role != "mother" else "name" for field in fields]
    columns = [[text for one in lists for text in one.texts(field.column)] for field in fields]
    rows: Encoded[tuple[str, ...]] = encode(
        [texts if any(texts) else None for texts in zip(*columns, strict=True)]
    )
    parts: Encoded[_Parts] = encode([_placed(_by_role(roles, texts)) for texts in rows.values])
    of_row = np.full(len(rows.codes), -1, dtype=np.int32)
    stated = rows.codes >= 0
    of_row[stated] = parts.codes[rows.codes[stated]]
    return _numbered(of_row, parts.values)


def _by_role(roles: Sequence[str], texts: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for role, text in zip(roles, texts, strict=True):
        if text:
            found[role] = f"{found[role]} {text}" if role in found else text
    return found


def _numbered(of_row: Ints32, names: Sequence[_Parts]) -> NameTable:
    rows_of_name = np.bincount(of_row[of_row >= 0], minlength=len(names))
    numbers: dict[str, int] = {}
    having: list[int] = []

    def number(word: str) -> int:
        if not word:
            return -1
        found = numbers.setdefault(word, len(numbers))
        if found == len(having):
            having.append(0)
        return found

    given = np.empty(len(names), dtype=np.int32)
    family = np.empty(len(names), dtype=np.int32)
    others: list[list[int]] = []
    sets: dict[tuple[str, ...], int] = {}
    whole = np.empty(len(names), dtype=np.int32)
    for place, parts in enumerate(names):
        given[place], family[place] = number(parts.given), number(parts.family)
        others.append([number(word) for word in parts.others])
        for word in {given[place], family[place], *others[-1]} - {-1}:
            having[word] += int(rows_of_name[place])
        words = tuple(sorted((parts.given, parts.family, *parts.others)))
        whole[place] = sets.setdefault(words, len(sets))
    shares = np.array(having, dtype=np.float64) / max(1, int(rows_of_name.sum()))
    log_share = np.log(np.maximum(shares, 1e-12))
    kept = [_most_telling(words, log_share) for words in others]
    starts = np.zeros(len(names) + 1, dtype=np.int32)
    np.cumsum([len(words) for words in kept], out=starts[1:])
    flat = np.fromiter((w for words in kept for w in words), dtype=np.int32, count=int(starts[-1]))
    letters = np.array([_letters(word) for word in numbers], dtype=np.uint64)
    return NameTable(of_row, given, family, starts, flat, list(numbers), log_share, letters, whole)


def _most_telling(words: list[int], log_share: Doubles) -> list[int]:
    if len(words) <= MOST_WORDS:
        return words
    kept = set(sorted(words, key=lambda one: (log_share[one], one))[:MOST_WORDS])
    return [word for word in words if word in kept]


def _letters(word: str) -> int:
    """One bit for each consonant class of a word, whatever its script; other signs share bits."""
    bits = 0
    for sign in skeleton(word):
        bits |= 1 << (ord(sign) - 97 if "a" <= sign <= "z" else 26 + ord(sign) % 38)
    return bits
