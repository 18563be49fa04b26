"""A name in the other script: Arabic to Latin and Latin to Arabic, likeliest first.

Names of the lists are given as the lists spell them. Any other word is spelled anew in two ways.
By rule (``usual_spellings``), for words in Arabic letters. By learned weights: among all ways to
replace the letters, group by group, those are best whose groups correspond (the weights that
also compare names) and whose letters follow each other as in names (chances of three letters).
Which way comes first depends on whether the word looks like an Arabic name (``origins``). It is a help for searching and for reading, not the spelling of any
document; Arabic does not write short vowels, so there is always more than one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from heapq import nlargest
from importlib.resources import files
from itertools import product
from typing import NamedTuple

from bayyina.names.alignment import GROUP, IMPOSSIBLE, LONGEST_WORD, encode
from bayyina.names.lexicon import read_lists
from bayyina.names.normal_forms import script_of
from bayyina.names.origins import arabic_origin
from bayyina.names.spelling_models import ACROSS, LETTERS, spelling_models
from bayyina.names.structure import read_name
from bayyina.names.usual_spellings import usual_spellings
from bayyina.names.words import Word, bare_of

BEAM = 60
"""Beginnings that are kept at each letter."""

FOLLOWING = 0.6
"""How much the chances of letters count beside the correspondence of groups."""

LETTER = 0.6
"""What a written letter is worth, so that short vowels are not always left out."""

SEQUENCE = 0.2
"""How much the chances of letters count beside the costs of usual spellings."""

SHARES = ((0.0, 0.0), (-0.8, 0.2), (-math.inf, 0.8))
"""How much a word looks Arabic (``origins``) from where, and which share of its spellings then
comes from learned weights; where it is more than half they come first."""

BY_ARTICLE = 1.5
"""How much more a word looks Arabic that has an article."""

BETWEEN = 0.4
"""What one spelling stands behind the one before it, where both ways are taken."""

LOST = 2.5
"""What it costs to leave a Latin consonant unwritten."""

_DIGRAPHS = re.compile(r"sch|[cdgkpstz]h|ck|([^aeiou])\1")
_SILENT = re.compile("[aeiouwyh^$]")
_DOUBLED = re.compile(r"([^aeiou])\1")
_TURKISH_C = re.compile("c(?!h)")

UNSEEN = -2.5
"""What falling back to fewer letters costs, and the floor of an unknown letter."""


class Spelling(NamedTuple):
    """One way to write a name in the other script."""

    text: str
    """The name; Latin names with capitals."""

    score: float
    """How likely, beside the others: of all that are given they sum to 1."""


@lru_cache(maxsize=2)
def _chances(script: str) -> Mapping[tuple[str, str], float]:
    path = files("bayyina.names").joinpath("data", f"{script}.letters.txt")
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:])
    return {(before, letter): float(chance) for before, letter, chance in rows}


def _chance(chances: Mapping[tuple[str, str], float], before: str, letter: str) -> float:
    found = chances.get((before, letter))
    if found is not None:
        return found
    if not before:
        return 4 * UNSEEN
    return UNSEEN + _chance(chances, before[1:], letter)


@lru_cache(maxsize=2)
def _replacements(script: str) -> Mapping[int, tuple[tuple[str, float], ...]]:
    """For each group of one script the groups of the other with their weights."""
    model = spelling_models()[ACROSS]
    own, other = (model.first, model.second) if script == "arabic" else (model.second, model.first)
    weights = model.weights if script == "arabic" else model.weights.T
    names = {number: group for group, number in other.items()}
    found = {}
    for number in own.values():
        row = weights[number]
        kept = [(names[j], float(row[j])) for j in range(len(row)) if row[j] > -5.5]
        found[number] = tuple(pair for pair in kept if pair[0] != "?")
    if script == "latin":
        latin = {number: group for group, number in own.items()}
        return {
            number: tuple((group, weight - _lost(latin[number], group)) for group, weight in pairs)
            for number, pairs in found.items()
        }
    return found


def _lost(latin: str, arabic: str) -> float:
    """What it costs that an Arabic group has fewer consonants than the Latin one."""
    heard = len(_SILENT.sub("", _DIGRAPHS.sub("s", latin)))
    return LOST * max(0, heard - sum(letter not in "اويهء^$" for letter in arabic))


@lru_cache(maxsize=1)
def _listed() -> Mapping[str, tuple[str, ...]]:
    """Spellings of the lists in the other script, best first."""
    found: dict[str, dict[str, None]] = {}
    for entry in read_lists():
        for form in entry.arabic:
            found.setdefault(form, {}).update(dict.fromkeys(entry.latin))
        for place, form in enumerate(entry.latin):
            if place < 12:
                found.setdefault(form, {}).update(dict.fromkeys(entry.arabic[:1]))
    return {form: tuple(others) for form, others in found.items()}


@lru_cache(maxsize=1 << 14)
def _word_spellings(word: str, count: int) -> tuple[tuple[str, float], ...]:
    """Spellings of one word (a normal form) with their scores, best first."""
    bare = bare_of(word)
    listed = _listed().get(word) or _listed().get(bare, ())
    found = {form: -BETWEEN * place for place, form in enumerate(listed)}
    if not listed:
        has_article = bare != word and word.startswith("ال")
        found = _spelled_anew(bare if has_article else word, count, has_article=has_article)
    article = {"ال": "al-", "al": "ال", "el": "ال"}.get(word[:2], "") if bare != word else ""
    if article and (listed or word.startswith("ال")) and word not in _listed():
        found = {article + form: score for form, score in found.items()}
    return tuple(nlargest(count, found.items(), key=lambda item: item[1]))


def _spelled_anew(word: str, count: int, *, has_article: bool) -> dict[str, float]:
    """Spellings of a word that no list has; ``has_article`` where its article was taken away."""
    learned = dict(_searched(word, count))
    usual = {}
    if script_of(word) == "arabic":
        chances = _chances("latin")
        usual = {
            text: SEQUENCE * _chance_of_word(chances, text) - cost
            for text, cost in usual_spellings(word, BEAM)
        }
    if not usual or not learned:
        return usual or learned
    arabic = arabic_origin(word) + (BY_ARTICLE if has_article else 0.0)
    share = next(part for least, part in SHARES if arabic >= least)
    by_weights = round(share * count)
    ways = (learned, usual) if 2 * share > 1 else (usual, learned)
    most = max(by_weights, count - by_weights)
    before, after = (sorted(way, key=lambda text: -way[text]) for way in ways)
    ordered = dict.fromkeys((*before[:most], *after, *before[most:]))
    return {text: -BETWEEN * place for place, text in enumerate(ordered)}


def _chance_of_word(chances: Mapping[tuple[str, str], float], word: str) -> float:
    """How well the letters of a word follow each other."""
    text = f"^^{word}$"
    return sum(_chance(chances, text[at - 2 : at], text[at]) for at in range(2, len(text)))


def _read_aloud(unit: Word) -> str:
    """The form of a unit; of a Latin one with marks the form that they stand for.

    ş is sh, ç is ch, ğ is gh; a word that has such letters is Turkish or Kurdish, where c is j.
    """
    form, sounded = unit.form, unit.sounded
    if form.endswith(sounded) or form in _listed():
        return form
    for rounded in ("oe", "ue"):
        if rounded not in form:
            sounded = sounded.replace(rounded, rounded[0])
    return _TURKISH_C.sub("j", sounded)


def _searched(word: str, count: int) -> Iterator[tuple[str, float]]:
    script = script_of(word)
    model = spelling_models()[ACROSS]
    word = _DOUBLED.sub(r"\1", word) if script == "latin" else word
    codes = encode(word, model.first if script == "arabic" else model.second)
    replacements = _replacements(script)
    chances = _chances("latin" if script == "arabic" else "arabic")
    beams: list[dict[str, float]] = [{} for _ in range(len(codes) + 1)]
    beams[0] = {"^^": 0.0}
    for place in range(len(codes) + 1):
        kept = dict(nlargest(BEAM, beams[place].items(), key=lambda item: item[1]))
        if 0 < place < len(codes):
            kept = _with_inserted(kept, replacements[0], chances)
        if place == len(codes):
            ended = {
                text[2:]: score + FOLLOWING * _chance(chances, text[-2:], "$")
                for text, score in kept.items()
            }
            yield from nlargest(
                count, ((t, s) for t, s in ended.items() if t), key=lambda item: item[1]
            )
            return
        for length in range(1, min(GROUP, len(codes) - place) + 1):
            number = int(codes[place, length - 1])
            if number < 0:
                continue
            is_last = place + length == len(codes)
            ahead = beams[place + length]
            for group, weight in replacements[number]:
                if (group.startswith("^") and place) or (group.endswith("$") and not is_last):
                    continue
                for text, score in kept.items():
                    _add(ahead, text, group.strip("^$"), score + weight, chances)


def _with_inserted(
    kept: dict[str, float],
    inserted: tuple[tuple[str, float], ...],
    chances: Mapping[tuple[str, str], float],
) -> dict[str, float]:
    """The beginnings, and those with letters that the word does not write."""
    more = dict(kept)
    for group, weight in inserted:
        if group.isalpha() and len(group) == 1:
            for text, score in kept.items():
                _add(more, text, group, score + weight, chances)
    return dict(nlargest(BEAM, more.items(), key=lambda item: item[1]))


def _add(
    beam: dict[str, float],
    text: str,
    group: str,
    score: float,
    chances: Mapping[tuple[str, str], float],
) -> None:
    for letter in group:
        score += FOLLOWING * _chance(chances, text[-2:], letter) + LETTER
        text += letter
    if score > beam.get(text, IMPOSSIBLE):
        beam[text] = score


def romanize(name: str, count: int = 5) -> list[Spelling]:
    """A name in the other script, likeliest first; empty where nothing can be spelled.

    Words that make one name are spelled together as one. Words of a third script, or of mixed
    letters, make the whole name one that cannot be spelled.
    """
    units = read_name(name).units
    choices = []
    for unit in units:
        form = _read_aloud(unit)[:LONGEST_WORD]
        if script_of(form) not in ("arabic", "latin") or not set(form) <= set("".join(LETTERS)):
            return []
        choices.append(_word_spellings(form, count))
    if not choices or not all(choices):
        return []
    whole = [
        (" ".join(_shown(text) for text, _ in parts), sum(score for _, score in parts))
        for parts in product(
            *(choice[: max(2, count)] if len(choices) < 4 else choice[:3] for choice in choices[:6])
        )
    ]
    best = nlargest(count, dict(whole).items(), key=lambda item: item[1])
    total = sum(math.exp(score - best[0][1]) for _, score in best)
    return [Spelling(text, round(math.exp(score - best[0][1]) / total, 4)) for text, score in best]


def _shown(text: str) -> str:
    return "-".join(part if part == "al" else part.capitalize() for part in text.split("-"))
