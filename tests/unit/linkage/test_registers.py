"""Entries in the civil register tell families of one name apart."""

from __future__ import annotations

import numpy as np
import pytest

from bayyina.errors import InputError
from bayyina.linkage.columns import Field, PersonList
from bayyina.linkage.decisions import decided_pairs
from bayyina.linkage.linking import link_lists
from bayyina.linkage.reasons import level_in_words
from bayyina.linkage.registers import LEVELS, RegisterComparison, read_registers

SAME_ENTRY = [
    (("17", "دوما"), ("١٧", "Douma")),
    (("0017", "التل"), ("17", "al-Tall")),
    (("خانة 17 دوما", ""), ("17", "دوما")),
    (("رقم القيد: 17", "Harasta"), ("No. 17", "حرستا")),
]


def _level(one: tuple[str, str], other: tuple[str, str]) -> str:
    table = read_registers([one[0], other[0]], [one[1], other[1]])
    left, right = np.array([0], dtype=np.int32), np.array([1], dtype=np.int32)
    return LEVELS[int(RegisterComparison("register:n", table).measure(left, right).levels[0])]


@pytest.mark.parametrize(("one", "other"), SAME_ENTRY)
def test_an_entry_is_the_same_in_both_scripts(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert _level(one, other) == _level(other, one) == "same"


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        (("17", "دوما"), ("17", "حرستا"), "same number elsewhere"),
        (("17", "دوما"), ("17", ""), "same number"),
        (("517", "دوما"), ("519", "دوما"), "one digit apart"),
        (("517", "دوما"), ("519", ""), "different"),
        (("17", "دوما"), ("18", "دوما"), "different"),
        (("17", "دوما"), ("", "دوما"), "missing"),
        (("", ""), ("", ""), "missing"),
        (("لا يوجد", "دوما"), ("17", "دوما"), "missing"),
        (("9" * 400, "دوما"), ("9" * 400, "دوما"), "same"),
    ],
)
def test_entries_agree_in_steps(one: tuple[str, str], other: tuple[str, str], level: str) -> None:
    assert _level(one, other) == level


def test_the_register_tells_namesakes_apart_but_not_brothers() -> None:
    dice = np.random.default_rng(3)
    given, families = ["محمد", "أحمد", "خالد", "علي"], ["الخطيب", "الحسن"]
    names = [
        f"{dice.choice(given)} {dice.choice(given)} {dice.choice(families)}" for _ in range(300)
    ]
    numbers = [str(n) for n in dice.permutation(3_000)[:300]]
    towns = dice.choice(["دوما", "حرستا"], 300).tolist()
    first = PersonList("A", [f"a{n}" for n in range(300)], {"n": names, "k": numbers, "t": towns})
    brothers = [f"{given[given.index(n.split()[0]) - 1]} {n.split(' ', 1)[1]}" for n in names[:60]]
    second = PersonList(
        "B",
        [f"b{n}" for n in range(160)],
        {
            "n": names[:100] + brothers,
            "k": numbers[:100] + numbers[:60],
            "t": towns[:100] + [""] * 60,
        },
    )
    fields = [Field("name", "n"), Field("register", "k"), Field("register_place", "t")]
    linkage = link_lists([first, second], fields)
    decided = decided_pairs(linkage)
    same = {
        (int(a), int(b))
        for a, b, said in zip(decided.left, decided.right, decided.decision, strict=True)
        if said == "same"
    }
    assert len(same & {(n, n + 300) for n in range(100)}) >= 97
    assert not same & {(n, n + 400) for n in range(60)}
    assert len(same) <= 103


def test_a_place_of_the_register_needs_its_number() -> None:
    rows = PersonList("A", ["1"], {"n": ["a"], "t": ["دوما"]})
    with pytest.raises(InputError, match="without a number"):
        link_lists([rows], [Field("name", "n"), Field("register_place", "t")])


def test_the_levels_are_told_in_both_languages() -> None:
    for level in LEVELS[1:]:
        assert level_in_words("register:n", level, "en") == f"register:n: {level}"
        arabic = level_in_words("register:n", level, "ar")
        assert arabic.startswith("القيد المدني (n): ")
        assert level not in arabic


def test_weights_of_rows_with_numbers_serve_for_rows_without() -> None:
    names = [f"{one} {number}" for number in range(20) for one in ("Khaled Qandil", "Omar Saleh")]
    fields = [Field("name", "name"), Field("register", "number")]

    def rows(numbers: list[str]) -> PersonList:
        ids = [str(number) for number in range(len(names))]
        return PersonList("A", ids, {"name": names, "number": numbers})

    model = link_lists([rows([str(100 + n) for n in range(len(names))])], fields).model
    assert any("register:number" in rule for rule in model.plan.rules)
    found = link_lists([rows([""] * len(names))], fields, model=model)
    assert found.candidates > 0
