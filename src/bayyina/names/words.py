"""Words of names as rows of arrays, so that many pairs are compared without text.

A word is known by its normal form. Special letters of Turkish, Kurdish and scholarly
romanisation say more than the bare letter that the normal form keeps (ş is sh, č is ch, ḫ is
kh), so such a word has a second reading; two words are as like as their best readings.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayyina.names.alignment import (
    GROUP,
    IMPOSSIBLE,
    LONGEST_WORD,
    Codes,
    GroupTable,
    encode,
    encode_all,
    group_table,
)
from bayyina.names.keys import skeleton
from bayyina.names.lexicon import known_spellings
from bayyina.names.normal_forms import normal_form, script_of
from bayyina.names.spelling_models import ARABIC, LATIN, OTHER, spelling_models

MOST_ENTRIES = 6
"""Names of the lists that one spelling may be; none of the lists' spellings is more."""

MOST_UNITS = 8
"""Units of a name that are compared; no name in a register has more."""

NEUTRAL, FEMININE, CONSONANT = 0, 1, 2
"""Kinds of endings: -a (ة) makes the feminine of a name that ends in a consonant."""

_SOUNDED = str.maketrans(
    {
        "ş": "sh", "ș": "sh", "š": "sh", "ṣ": "s", "ś": "sh", "ç": "ch", "č": "ch", "ć": "ch",
        "ḫ": "kh", "ẖ": "kh", "ġ": "gh", "ǧ": "j", "ğ": "gh", "ž": "zh", "ẕ": "dh", "ḏ": "dh",
        "ṯ": "th", "ẍ": "gh", "ö": "oe", "ü": "ue", "ä": "ae", "ø": "oe", "å": "aa", "ñ": "ny",
    }
)  # fmt: skip
_NO_ARTICLE = frozenset({"الله", "الياس", "الهام", "الماس", "الفت", "البير"})
_CLASSES = "btjhkdrzsxflmn"
_SCRIPTS = {"arabic": ARABIC, "latin": LATIN}
_ENDINGS = (
    (frozenset("ه"), frozenset("بتثجخدذرزسشصضطظغفقكلمن")),
    (frozenset("a"), frozenset("bcdfgjklmnpqrstvxz")),
)


class Word(NamedTuple):
    """One word of a name, as it is compared."""

    form: str
    """The normal form, without spaces."""

    sounded: str
    """The second reading; the same as ``form`` for most words."""


class WordArrays(NamedTuple):
    """Words by number; the rows of ``across`` and ``within`` belong to letters."""

    script: NDArray[np.int8]
    """ARABIC, LATIN or OTHER."""

    start: NDArray[np.int64]
    """Row of the word's first letter; one entry more than words."""

    across: NDArray[np.int16]
    """Groups that begin at each letter, numbers of the model Arabic with Latin."""

    within: NDArray[np.int16]
    """Groups that begin at each letter, numbers of the model of the word's own script."""

    entries: NDArray[np.int16]
    """Shape (words, MOST_ENTRIES): names of the lists that the word may be, then -1."""

    meant: NDArray[np.int16]
    """Shape (words, MOST_ENTRIES): names of the lists that the word may be a nickname of, then -1."""

    ending: NDArray[np.int8]
    """NEUTRAL, FEMININE or CONSONANT."""

    reading: NDArray[np.int64]
    """Number of the word's second reading; its own number where it has none."""

    first: NDArray[np.int32]
    """Code point of the first letter, negative where the word is nothing but it."""

    sounds: NDArray[np.int32]
    """The classes of consonants in the word, a bit for each."""

    identity: NDArray[np.int64]
    """Equal for words with equal normal forms; unlike ``reading`` never of another word."""


class ModelArrays(NamedTuple):
    """The weights of the three models and the constants of their curves."""

    weights: NDArray[np.float32]
    """Shape (3, groups, groups), by the number of the model; filled up with ``IMPOSSIBLE``."""

    constants: NDArray[np.float64]
    """Shape (3, 3): a row for each model."""


class Spaces(NamedTuple):
    """Arrays that comparing writes into."""

    table: NDArray[np.float64]
    """Sums of one alignment."""

    likes: NDArray[np.float64]
    """Likeness of the units of two names."""

    best: NDArray[np.float64]
    """Least losses, by units placed and places taken."""

    choice: NDArray[np.int64]
    """The place that was chosen there."""

    partner: NDArray[np.int64]
    """For each unit of the shorter name its place in the longer."""


@lru_cache(maxsize=1 << 17)
def word_of(text: str) -> Word:
    """The word that a text without spaces is."""
    form = normal_form(text).replace(" ", "")
    sounded = form
    if not text.isascii():
        sounded = normal_form(text.lower().translate(_SOUNDED)).replace(" ", "")
    return Word(form, sounded if sounded != form else bare_of(form))


def bare_of(form: str) -> str:
    """The word without an article that is written together with it, if it has one."""
    if form.startswith("ال") and len(form) > 4 and form not in _NO_ARTICLE:
        return form[2:]
    return form[2:] if form.startswith(("al", "el")) and len(form) > 5 else form


_MANY = 200
"""Words from which they are cut into groups all at once."""


class _Known(NamedTuple):
    """What is known of one normal form, besides its letters."""

    script: int
    entries: tuple[int, ...]
    meant: tuple[int, ...]
    ending: int


@lru_cache(maxsize=1 << 17)
def _known(form: str) -> _Known:
    """What is known of one normal form."""
    script = _SCRIPTS.get(script_of(form), OTHER)
    if script == OTHER:
        return _Known(OTHER, (), (), NEUTRAL)
    known = known_spellings().get(form) or known_spellings().get(_without_article(form, script))
    entries = tuple(sorted(known.entries))[:MOST_ENTRIES] if known else ()
    meant = tuple(sorted(known.stands_for))[:MOST_ENTRIES] if known else ()
    return _Known(script, entries, meant, _ending(form, script))


class _Letters(NamedTuple):
    """The groups of letters of words, word after word."""

    across: Codes
    within: Codes
    sizes: NDArray[np.int64]


@lru_cache(maxsize=1 << 17)
def _letters_of(form: str, script: int) -> tuple[Codes, Codes]:
    """Groups of one word, by the model Arabic with Latin and by that of its script."""
    if script == OTHER:
        nothing = np.empty((0, GROUP), dtype=np.int16)
        return nothing, nothing
    models = spelling_models()
    across = models[2].first if script == ARABIC else models[2].second
    return encode(form, across), encode(form, models[script].first)


@lru_cache(maxsize=2)
def _tables_of(script: int) -> tuple[GroupTable, GroupTable]:
    """The tables of the two models that a script takes part in."""
    models = spelling_models()
    across = models[2].first if script == ARABIC else models[2].second
    return group_table(across), group_table(models[script].first)


def _letters(forms: Sequence[str], scripts: Sequence[int]) -> _Letters:
    """The groups of words, by the script of each."""
    if len(forms) < _MANY:
        both = [_letters_of(form, script) for form, script in zip(forms, scripts, strict=True)]
        empty = np.empty((0, GROUP), dtype=np.int16)
        across = np.concatenate([empty, *(one for one, _ in both)])
        within = np.concatenate([empty, *(one for _, one in both)])
        return _Letters(across, within, np.array([len(one) for one, _ in both], dtype=np.int64))
    kind = np.array(scripts)
    lengths = np.array([min(len(form), LONGEST_WORD) for form in forms], dtype=np.int64)
    sizes = np.where(kind == OTHER, 0, lengths)
    of_letter = np.repeat(kind, sizes)
    across, within = (np.empty((len(of_letter), GROUP), dtype=np.int16) for _ in range(2))
    for script in (ARABIC, LATIN):
        chosen = [forms[number] for number in np.flatnonzero(kind == script).tolist()]
        for result, table in zip((across, within), _tables_of(script), strict=True):
            result[of_letter == script] = encode_all(chosen, table)[0]
    return _Letters(across, within, sizes)


def _without_article(form: str, script: int) -> str:
    if script == ARABIC:
        return form.removeprefix("ال")
    return form[2:] if form.startswith(("al", "el")) else form


def _ending(form: str, script: int) -> int:
    feminine, consonants = _ENDINGS[script]
    last = form[-1:]
    if script == LATIN and form.endswith("ah"):
        return FEMININE
    return FEMININE if last in feminine else CONSONANT if last in consonants else NEUTRAL


@lru_cache(maxsize=1 << 17)
def _sound_bits(form: str) -> int:
    return sum(1 << _CLASSES.index(sound) for sound in {*skeleton(form)} & {*_CLASSES})


def _first(form: str) -> int:
    letter = ord(form[0]) if form else 0
    return -letter if len(form) == 1 else letter


def word_arrays(words: Sequence[Word]) -> WordArrays:
    """The arrays of words; second readings stand behind them."""
    forms = [word.form for word in words]
    place: dict[str, int] = {}
    reading = list(range(len(words)))
    for number, word in enumerate(words):
        place.setdefault(word.form, number)
        if word.sounded != word.form:
            reading[number] = len(forms)
            forms.append(word.sounded)
    reading += range(len(words), len(forms))
    for number, form in enumerate(forms):
        place.setdefault(form, number)
    rows = [_known(form) for form in forms]
    entries, meant = (np.full((len(forms), MOST_ENTRIES), -1, dtype=np.int16) for _ in range(2))
    for number, row in enumerate(rows):
        entries[number, : len(row.entries)] = row.entries
        meant[number, : len(row.meant)] = row.meant
    letters = _letters(forms, [row.script for row in rows])
    return WordArrays(
        script=np.array([row.script for row in rows], dtype=np.int8),
        start=np.concatenate(([0], np.cumsum(letters.sizes, dtype=np.int64))),
        across=letters.across,
        within=letters.within,
        entries=entries,
        meant=meant,
        ending=np.array([row.ending for row in rows], dtype=np.int8),
        reading=np.array(reading, dtype=np.int64),
        first=np.array([_first(form) for form in forms], dtype=np.int32),
        sounds=np.array([_sound_bits(form) for form in forms], dtype=np.int32),
        identity=np.array([place[form] for form in forms], dtype=np.int64),
    )


@lru_cache(maxsize=1)
def model_arrays() -> ModelArrays:
    """The three models as arrays."""
    models = spelling_models()
    sizes = [model.weights.shape for model in models]
    weights = np.full((3, *np.max(sizes, axis=0)), IMPOSSIBLE, dtype=np.float32)
    for number, (model, size) in enumerate(zip(models, sizes, strict=True)):
        weights[number, : size[0], : size[1]] = model.weights
    return ModelArrays(weights, np.array([model.constants for model in models]))


def spaces() -> Spaces:
    """Space for comparing one pair of names after another."""
    masks = 1 << MOST_UNITS
    return Spaces(
        table=np.zeros((LONGEST_WORD + 1, LONGEST_WORD + 1)),
        likes=np.zeros((MOST_UNITS, MOST_UNITS)),
        best=np.zeros((MOST_UNITS + 1, masks)),
        choice=np.zeros((MOST_UNITS + 1, masks), dtype=np.int64),
        partner=np.zeros(MOST_UNITS, dtype=np.int64),
    )
