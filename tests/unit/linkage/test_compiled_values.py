"""What compiled loops find is what the plain way finds, value by value."""

from __future__ import annotations

import random

import numpy as np
from rapidfuzz.distance import OSA, JaroWinkler

from bayyina.linkage.columns import Field, PersonList
from bayyina.linkage.encoding import sorted_stably, stands_in
from bayyina.linkage.person_names import NameTable, name_table
from bayyina.linkage.second_neighbours import Steps, each_once
from bayyina.linkage.spelling import jaro_winkler, one_slip_apart, spelled
from bayyina.names.batches import name_table as names_by_number
from bayyina.names.structure import read_name

_LETTERS = "abcdeعمد"


def _words(dice: random.Random) -> list[str]:
    lengths = [1, 2, 3, 4, 5, 7, 8, 12, 70, 130]
    words = ["".join(dice.choices(_LETTERS, k=dice.choice(lengths))) for _ in range(300)]
    for word in words[:200]:
        at = dice.randrange(len(word))
        words.append(word[:at] + dice.choice(_LETTERS) + word[at + dice.randrange(2) :])
        words.append(word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :])
    return list(dict.fromkeys(words))


def test_words_are_as_alike_as_by_the_published_measures() -> None:
    dice = random.Random(11)
    words = _words(dice)
    texts = spelled(words)
    taken, common = np.zeros(texts.longest, dtype=np.bool_), np.zeros(texts.longest, np.uint32)
    near = 0
    for _ in range(6000):
        x, y = dice.sample(range(len(words)), 2)
        a, b = int(texts.starts[x]), int(texts.starts[y])
        m, n = len(words[x]), len(words[y])
        found = jaro_winkler(texts.letters, a, m, b, n, taken, common)
        assert found == JaroWinkler.similarity(words[x], words[y])
        slipped = OSA.distance(words[x], words[y]) == 1
        assert one_slip_apart(texts.letters, a, m, b, n) == slipped
        near += slipped
    assert near > 0


def test_plain_names_have_the_units_that_reading_finds() -> None:
    names = ["عمر القنديل", "Omar Kandil", "Abu Ali Hasan", "بن علي", "x" * 300, "a b c d e f g h i",
             "Omar عمر", "Kandil, Omar", "", "  ", "ـ", "Omar  Kandil\t", "الدكتور عمر"]  # fmt: skip
    table = names_by_number(names)
    words = [read_name(name) for name in names]
    assert table.wholes == tuple(reading.whole for reading in words)
    assert np.diff(table.start).tolist() == [len(reading.units) for reading in words]
    assert table.kunya.tolist() == [reading.has_kunya for reading in words]


def test_words_of_columns_have_the_same_places_alone_and_together() -> None:
    """A row with names of one word is placed like the same row beside one with longer names."""
    rows = [
        (a, b, c) for a in ("", "omar", "ali") for b in ("", "ali") for c in ("", "ali", "aydin")
    ]
    roles = ("given", "father", "family")
    fields = [Field(role, role) for role in roles]  # type: ignore[arg-type]
    columns = {role: [row[place] for row in rows] for place, role in enumerate(roles)}
    twice = [Field("given", "given"), Field("given", "none"), *fields[1:]]
    plain = name_table([PersonList("A", [str(n) for n in range(len(rows))], columns)], fields)
    singly = name_table(
        [
            PersonList(
                "A", [str(n) for n in range(len(rows))], {**columns, "none": [""] * len(rows)}
            )
        ],
        twice,
    )
    assert plain is not None
    assert singly is not None
    assert (plain.of_row < 0).tolist() == [not any(row) for row in rows]
    for row in range(len(rows)):
        if plain.of_row[row] >= 0:
            assert _in_words(plain, row) == _in_words(singly, row)


def _in_words(table: NameTable, row: int) -> tuple[str, ...]:
    name = table.of_row[row]
    words = [*table.words, "-"]
    between = table.others[table.starts[name] : table.starts[name + 1]]
    places = (table.given[name], table.family[name], *between)
    return tuple(words[place] for place in places)


def test_sorting_keeps_equal_values_in_order_and_finds_members() -> None:
    dice = np.random.default_rng(5)
    values = dice.integers(0, 40, 500, dtype=np.int32)
    ordered, places = sorted_stably(values)
    assert places.tolist() == np.argsort(values, kind="stable").tolist()
    assert ordered.tolist() == np.sort(values).tolist()
    some = np.unique(dice.integers(0, 60, 20))
    for others in (np.unique(values).astype(np.int64), np.empty(0, dtype=np.int64)):
        assert stands_in(some, others).tolist() == np.isin(some, others).tolist()


def test_a_pair_found_in_several_ways_keeps_its_best() -> None:
    steps = each_once(Steps(np.array([7, 3, 7, 3, 9]), np.array([1, 5, 4, 2, 0], np.float32)))
    assert steps.pairs.tolist() == [3, 7, 9]
    assert steps.weakest.tolist() == [5, 4, 0]
    assert len(each_once(Steps(np.empty(0, np.int64), np.empty(0, np.float32))).pairs) == 0
