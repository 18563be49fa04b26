"""Which keys bring rows together: the plan as data, and the keys that it makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np

from bayyina.linkage.arrays import Ints32
from bayyina.linkage.blocking import find_candidates
from bayyina.linkage.encoding import Encoded, encode, joined_codes, mapped
from bayyina.linkage.key_blocks import Rule
from bayyina.linkage.pair_scanning import SLOTS
from bayyina.linkage.pairing import Candidates, Weighed
from bayyina.linkage.people import People
from bayyina.linkage.person_names import NameTable
from bayyina.names.keys import skeleton

Keys = Mapping[str, Ints32]
"""Keys of rows by name, each of shape (rows, slots); -1 where a row has none."""

_NAME_RULES: Final = (
    ("whole",),
    ("given", "family"),
    ("given sound", "family sound"),
    ("given sound", "second sound"),
    ("second sound", "family sound"),
    ("sounds",),
    ("rare ends",),
)
_BIRTH_RULES: Final = (
    ("{}",),
    ("{} year", "sounds"),
    ("{} day", "sounds"),
    ("{} year", "initials"),
)
_AGE_RULES: Final = (
    ("{} span", "given sound", "second sound"),
    ("{} span", "given sound", "family sound"),
    ("{} span", "second sound", "family sound"),
)
_PLACE_RULES: Final = (
    ("{}", "sounds"),
    ("{}", "initials"),
    ("{} head", "sounds"),
)
_REGISTER_RULES: Final = (("{}", "given sound"), ("{}", "family sound"), ("{}", "second sound"))
_MOTHER_RULES: Final = (("mother", "given sound"), ("mother", "family sound"))


_NUMBERS: Final = (1 << 31) - 1
"""Numbers of the civil register that are longer fall together with others as keys."""
_EXTRA: Final = frozenset({"given", "family", "rare ends", "initials"})
_MOST_RANKED: Final = 4
_AGAINST: Final = 1.5
_MOST_RAW: Final = 100.0
"""Most pairs per row that one rule gives before ranking."""
_RAW_PAIRS: Final = 1e8
"""Pairs that all rules give together where that is more than ``_LEAST_RAW`` times the budget."""
_LEAST_RAW: Final = 4.0


@dataclass(frozen=True)
class BlockingPlan:
    """How candidate pairs are found; can be written as JSON."""

    rules: tuple[tuple[str, ...], ...]
    """Names of the keys that a pair must share, all of one rule."""
    ranked_by: tuple[str, ...]
    """Names of the keys by which pairs are ranked."""
    against: float
    """What a stated but different key takes from a pair's rank."""
    pairs_per_row: float
    """Candidate pairs that are kept, per row."""
    raw_per_row: float
    """Pairs per row that the blocks of one rule may give before ranking."""

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> BlockingPlan:
        """Read a plan from JSON values."""
        return cls(
            tuple(tuple(rule) for rule in values["rules"]),
            tuple(values["ranked_by"]),
            float(values["against"]),
            float(values["pairs_per_row"]),
            float(values["raw_per_row"]),
        )


def plan_for(people: People, *, pairs_per_row: float = 40.0) -> BlockingPlan:
    """The plan for the fields that people state."""
    rules = list(_NAME_RULES)
    ranked = ["words", "given", "family", "rare ends", "initials"]
    for label in people.births:
        rules += [tuple(key.format(label) for key in rule) for rule in _BIRTH_RULES]
        ranked += [f"{label} year", f"{label} day"]
    for label in people.ages:
        rules += [tuple(key.format(label) for key in rule) for rule in _AGE_RULES]
        ranked.append(f"{label} span")
    others = (*people.places, *people.texts)
    for label in others:
        rules += [tuple(key.format(label) for key in rule) for rule in _PLACE_RULES]
        rules += [(label, f"{birth} year") for birth in people.births]
        rules += [(label, f"{birth} day") for birth in people.births]
        ranked += [label, f"{label} head"]
    rules += list(combinations(others, 2))
    if people.mothers is not None:
        rules += _MOTHER_RULES
        ranked.append("mother")
    for label in _stated_registers(people):
        rules += [tuple(key.format(label) for key in rule) for rule in _REGISTER_RULES]
        ranked.append(label)
    share = _RAW_PAIRS / max(1, people.rows * len(rules))
    least = _LEAST_RAW * pairs_per_row / len(rules)
    raw_per_row = float(min(_MOST_RAW, max(share, least)))
    return BlockingPlan(tuple(rules), tuple(ranked), _AGAINST, pairs_per_row, raw_per_row)


def _stated_registers(people: People) -> list[str]:
    """Columns of the civil register in which anything stands."""
    return [label for label, one in people.registers.items() if (one.number >= 0).any()]


def candidates_by(plan: BlockingPlan, people: People, *, between_only: bool) -> Candidates:
    """The candidate pairs that a plan finds."""
    keys = keys_of(people)
    rules = _rules(plan, keys)
    weighed = _all_weighed(plan, keys)
    del keys  # is large, and goes when both have been gone through
    return find_candidates(
        rules,
        weighed,
        people.list_of,
        budget=int(plan.pairs_per_row * _counting_rows(people, between_only)),
        most_of_rule=plan.raw_per_row * _counting_rows(people, between_only),
        between_only=between_only,
    )


def _rules(plan: BlockingPlan, keys: Keys) -> Iterator[Rule]:
    for rule in plan.rules:
        yield Rule(" + ".join(rule), _combined([keys[key] for key in rule]))


def _all_weighed(plan: BlockingPlan, keys: Keys) -> Iterator[Weighed]:
    for key in plan.ranked_by:
        yield _weighed(key, keys[key], plan.against)


def _counting_rows(people: People, between_only: bool) -> int:
    """Rows that are multiplied: between lists, twice those of the smaller one."""
    if not between_only:
        return people.rows
    second = int(people.list_of.sum())
    return 2 * min(second, people.rows - second)


def keys_of(people: People) -> dict[str, Ints32]:
    """All keys that plans may name."""
    keys = _name_keys(people.names)
    for label, births in people.births.items():
        day = np.where(births.day > 0, births.month * 32 + births.day, -1).astype(np.int32)
        keys[label] = births.codes[:, None]
        keys[f"{label} year"] = np.where(births.year > 0, births.year, -1).astype(np.int32)[:, None]
        keys[f"{label} day"] = day[:, None]
    for label, ages in people.ages.items():
        age = np.where(np.isnan(ages.age), -2, ages.age).astype(np.int32)
        none = age < 0
        span = np.stack([age // 2 * 2, (age + 1) // 2 * 2 + 1], axis=1)
        keys[label] = np.where(none, -1, age)[:, None].astype(np.int32)
        keys[f"{label} span"] = np.where(none[:, None], -1, span).astype(np.int32)
    for label, texts in {**people.places, **people.texts}.items():
        heads = encode([text.split()[0] for text in texts.values]).codes
        keys[label] = texts.codes[:, None]
        keys[f"{label} head"] = mapped(heads, texts.codes)[:, None]
    for label, entries in people.registers.items():  # a plan made before may name each of them
        numbers = entries.number
        keys[label] = np.where(numbers >= 0, numbers % _NUMBERS, -1).astype(np.int32)[:, None]
    if people.mothers is not None:
        keys["mother"] = _by_row(people.mothers, people.mothers.whole[:, None])
    return keys


def _name_keys(names: NameTable) -> dict[str, Ints32]:
    sound_of = encode([skeleton(word) for word in names.words]).codes
    first_of = encode([skeleton(word)[:1] for word in names.words]).codes
    start_of = encode([word[:4] + ">" if len(word) > 4 else "" for word in names.words])
    end_of = encode([word[-4:] if len(word) > 4 else "" for word in names.words]).codes
    has_second = names.starts[1:] > names.starts[:-1]
    second = np.full(len(names.given), -1, dtype=np.int32)
    second[has_second] = names.others[names.starts[:-1][has_second]]
    chosen = _chosen_words(names)
    rarest = np.ascontiguousarray(chosen[:, 0])
    ends = np.stack(
        [mapped(start_of.codes, rarest), mapped(_after(start_of, end_of), rarest)], axis=1
    )
    by_name = {
        "whole": names.whole[:, None],
        "given": names.given[:, None],
        "family": names.family[:, None],
        "given sound": mapped(sound_of, names.given)[:, None],
        "family sound": mapped(sound_of, names.family)[:, None],
        "second sound": mapped(sound_of, second)[:, None],
        "sounds": mapped(sound_of, chosen[:, :SLOTS]),
        "words": mapped(sound_of, chosen),
        "initials": mapped(first_of, np.stack([names.given, names.family], axis=1)),
        "rare ends": ends,
    }
    return {key: _by_row(names, codes) for key, codes in by_name.items()}


def _after(first: Encoded[str], codes: Ints32) -> Ints32:
    """Codes moved on, so that they are none of the first ones."""
    return np.where(codes >= 0, codes + len(first.values), -1).astype(np.int32)


def _chosen_words(names: NameTable) -> Ints32:
    """Up to ``_MOST_RANKED`` words of each name, the rarest first, -1 behind the last."""
    sizes = np.diff(names.starts)
    width = 2 + int(sizes.max(initial=0))
    words = np.full((len(names.given), max(width, _MOST_RANKED)), -1, dtype=np.int32)
    words[:, 0] = names.given
    words[:, 1] = np.where(names.family == names.given, -1, names.family)
    name = np.repeat(np.arange(len(sizes)), sizes)
    words[name, 2 + np.arange(len(names.others)) - names.starts[name]] = names.others
    share = np.where(words >= 0, names.log_share[words], np.inf)
    order = np.argsort(share, axis=1, kind="stable")[:, :_MOST_RANKED]
    return np.ascontiguousarray(np.take_along_axis(words, order, axis=1))


def _by_row(names: NameTable, by_name: Ints32) -> Ints32:
    none = np.full((1, by_name.shape[1]), -1, dtype=np.int32)
    return np.concatenate([by_name, none])[names.of_row]


def _combined(keys: Sequence[Ints32]) -> Ints32:
    """The combinations of several keys, one slot for each combination of their slots."""
    if len(keys) == 1:
        return keys[0]
    slots: list[tuple[Ints32, ...]] = [()]
    for key in keys:
        slots = [(*before, key[:, slot]) for before in slots for slot in range(key.shape[1])]
    rows = len(keys[0])
    stacked = [np.concatenate(columns) for columns in zip(*slots[:SLOTS], strict=True)]
    joined = joined_codes(*stacked)
    return np.ascontiguousarray(joined.reshape(len(slots[:SLOTS]), rows).T)


def _weighed(label: str, codes: Ints32, against: float) -> Weighed:
    """A key with a weight by how rare its value is: minus the logarithm of its share."""
    rows = max(1, int((codes >= 0).any(axis=1).sum()))
    counts = np.maximum(np.bincount(codes[codes >= 0], minlength=1), 1)
    weight = np.where(codes >= 0, -np.log(counts / rows)[codes], 0.0).astype(np.float32)
    if label in _EXTRA:
        return Weighed(label, codes, np.where(codes >= 0, 1.0, 0.0).astype(np.float32), 0.0)
    return Weighed(label, codes, weight, against)
