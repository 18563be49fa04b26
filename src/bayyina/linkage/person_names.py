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
from bayyina.linkage.encoding import distinct, encode, joined_codes, numbered
from bayyina.names.keys import skeleton
from bayyina.names.normal_forms import tokens

MOST_WORDS: Final = 8
"""Words of a name that are compared; the most telling are kept of a longer one."""

_MOST_EXACT: Final = (1 << 32) - 1

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
    combined = _combined([column.codes + 1 for column in columns])
    stated = np.zeros(len(combined), dtype=np.bool_)
    for column in columns:
        stated |= column.has_words
    combined = np.where(stated, combined, -1)
    _, first, of_row = np.unique(combined, return_index=True, return_inverse=True)
    if len(stated) and not stated.all():
        first, of_row = first[1:], of_row - 1
    return _table(of_row.astype(np.int32), _places(columns, first), list(numbers))


def _combined(codes: Sequence[Ints32]) -> Ints64:
    """A number for each combination of texts: hashes tell nearly all apart, and what follows the rest."""
    exact = numbered(codes, len(codes[0]))
    if exact.max(initial=0) > _MOST_EXACT:
        exact = np.searchsorted(distinct(exact), exact)
    return joined_codes(*codes).astype(np.int64) << 32 | exact


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
        sizes = np.array([len(words) for words in self.words], dtype=np.int64)
        self.has_words = (sizes > 0)[self.codes]
        self.has_several = sizes > 1
        """Whether each text has more words than one, by its number."""
        self.word = np.array([words[0] if words else -1 for words in self.words], dtype=np.int32)
        """First word of each text, by its number; -1 where it has none."""


class _Places(NamedTuple):
    """The words of every name by their places."""

    given: Ints32
    """Given name, shape (names,); -1 where there is none."""
    family: Ints32
    """Family name; -1 where there is none."""
    starts: Ints32
    """Where the words between of each name begin, shape (names + 1,)."""
    others: Ints32
    """The words between, name after name."""


def _places(columns: Sequence[_Column], rows: Ints64) -> _Places:
    """Give the words of rows their places: all rows of plain names at once, the others singly."""
    by_role = {column.role: column for column in columns}
    several = np.ones(len(rows), dtype=np.bool_)
    if len(by_role) == len(columns) and "name" not in by_role:
        several = np.zeros(len(rows), dtype=np.bool_)
        for column in columns:
            several |= column.has_several[column.codes[rows]]
    none = np.full(len(rows), -1, dtype=np.int32)
    own, father, last = (
        by_role[role].word[by_role[role].codes[rows]] if role in by_role else none
        for role in ("given", "father", "family")
    )
    given = np.where(own >= 0, own, father)
    family = np.where(last >= 0, last, np.where(own >= 0, father, -1))
    between = np.where((own >= 0) & (last >= 0), father, -1)
    sizes = (between >= 0).astype(np.int64)
    singly: list[tuple[int, _Words]] = []
    for place in np.flatnonzero(several).tolist():
        row = rows[place]
        parts = [(column.role, column.words[column.codes[row]]) for column in columns]
        given[place], family[place], words = _placed(parts)
        sizes[place] = len(words)
        singly.append((place, words))
    starts = np.zeros(len(rows) + 1, dtype=np.int32)
    np.cumsum(sizes, out=starts[1:])
    others = np.empty(int(starts[-1]), dtype=np.int32)
    plain = ~several & (between >= 0)
    others[starts[:-1][plain]] = between[plain]
    for place, words in singly:
        others[starts[place] : starts[place + 1]] = words
    return _Places(given, family, starts, others)


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


def _table(of_row: Ints32, places: _Places, words: list[str]) -> NameTable:
    rows_of_name = np.bincount(of_row[of_row >= 0], minlength=len(places.given))
    log_share = _log_shares(places, rows_of_name, len(words))
    whole = _numbered_sets(places)
    kept = _most_telling(places, log_share)
    letters = np.array([_letters(word) for word in words], dtype=np.uint64)
    return NameTable(of_row, *kept, words, log_share, letters, whole)


def _log_shares(places: _Places, rows_of_name: Ints64, words: int) -> Doubles:
    """Logarithm of the share of rows that have each word, shape (words,)."""
    given, family, starts, others = places
    having = np.bincount(others, weights=np.repeat(rows_of_name, np.diff(starts)), minlength=words)
    for ends in (given, np.where(family == given, -1, family)):
        known = ends >= 0
        having = having + np.bincount(ends[known], weights=rows_of_name[known], minlength=words)
    shares: Doubles = np.log(np.clip(having / max(1, int(rows_of_name.sum())), 1e-12, 1.0))
    return shares


def _numbered_sets(places: _Places) -> Ints32:
    """Number of each name's words, whatever their order, as sets appear first, shape (names,)."""
    given, family, starts, others = places
    sizes = np.diff(starts)
    between = np.full(len(given), -2, dtype=np.int64)
    between[sizes == 1] = others[starts[:-1][sizes == 1]]
    three = np.sort(np.stack([given, family, between], axis=1), axis=1) + 2
    two = np.unique(three[:, 0] << 32 | three[:, 1], return_inverse=True)[1]
    keys = two.astype(np.int64) << 32 | three[:, 2]
    sets: dict[_Words, int] = {}
    for name in np.flatnonzero(sizes > 1).tolist():
        words = (given[name], family[name], *others[starts[name] : starts[name + 1]].tolist())
        keys[name] = -1 - sets.setdefault(tuple(sorted(words)), len(sets))
    _, first, number = np.unique(keys, return_index=True, return_inverse=True)
    appears = np.empty(len(first), dtype=np.int32)
    appears[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    whole: Ints32 = appears[number]
    return whole


def _most_telling(places: _Places, log_share: Doubles) -> _Places:
    """The names with at most ``MOST_WORDS`` words between, those that fewest rows have."""
    sizes = np.diff(places.starts)
    kept = np.ones(len(places.others), dtype=np.bool_)
    for name in np.flatnonzero(sizes > MOST_WORDS).tolist():
        begin, end = places.starts[name], places.starts[name + 1]
        words = places.others[begin:end]
        kept[begin:end][np.lexsort((words, log_share[words]))[MOST_WORDS:]] = False
    starts = np.zeros_like(places.starts)
    np.cumsum(np.minimum(sizes, MOST_WORDS), out=starts[1:])
    return places._replace(starts=starts, others=places.others[kept])


def _letters(word: str) -> int:
    """One bit for each consonant class of a word, whatever its script; other signs share bits."""
    bits = 0
    for sign in skeleton(word):
        bits |= 1 << (ord(sign) - 97 if "a" <= sign <= "z" else 26 + ord(sign) % 38)
    return bits
