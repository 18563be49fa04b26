"""What lists hold that nobody expects: it is linked, reported, and never blows up."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest

from bayyina.errors import InputError
from bayyina.linkage.blocking_plan import candidates_by, plan_for
from bayyina.linkage.columns import Field, PersonList
from bayyina.linkage.encoding import joined_codes
from bayyina.linkage.evaluating import (
    bcubed_quality,
    blocking_recall,
    linked_quality,
    pairwise_quality,
)
from bayyina.linkage.linking import LinkOptions, link_lists
from bayyina.linkage.people import read_people
from bayyina.linkage.person_names import name_table
from bayyina.linkage.second_neighbours import nearest_rows, two_steps_apart

NAME = [Field("name", "name")]


def people(names: list[str], **columns: list[str]) -> PersonList:
    return PersonList("A", [str(n) for n in range(len(names))], {"name": names, **columns})


@pytest.mark.parametrize("rows", [3_000, 30_000])
def test_one_name_for_all_is_not_quadratic(rows: int) -> None:
    born = [f"{1950 + n % 50}-{n % 12 + 1:02}-{n % 28 + 1:02}" for n in range(rows)]
    fields = [*NAME, Field("birth", "born")]
    linkage = link_lists([people(["Baro Fen"] * rows, born=born)], fields)
    assert linkage.candidates <= 41 * rows
    alone = link_lists([people(["Baro Fen"] * rows)], NAME)
    assert alone.candidates <= 41 * rows
    assert len(set(alone.clusters.of_row)) > 0.5 * rows  # a name that all bear says nothing


def test_cost_grows_no_worse_than_with_the_pairs() -> None:
    dice = random.Random(1)
    words = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in ("ran", "lim", "tos", "med")]

    def seconds(rows: int) -> float:
        names = [" ".join(dice.choices(words, k=3)) for _ in range(rows)]
        begin = time.process_time()
        linkage = link_lists([people(names)], NAME)
        assert linkage.candidates <= 40 * rows
        return time.process_time() - begin

    seconds(500)
    assert seconds(8_000) < 16 * max(seconds(2_000), 0.3)


@pytest.mark.parametrize("names", [[""] * 5, ["...", "--", "؟", "", " "], ["Baro Fen"], []])
def test_nothing_to_link_gives_everybody_alone(names: list[str]) -> None:
    linkage = link_lists([people(names)], NAME)
    assert linkage.clusters.of_row.tolist() == list(range(len(names)))
    if not any(any(map(str.isalpha, name)) for name in names) and names:
        assert f"{len(names)} of {len(names)} rows state no name" in linkage.people.notes[0]


def test_absurd_ages_and_impossible_dates_are_left_out_and_counted() -> None:
    names = ["Baro Fen", "Dalo Kem", "Gari Lon", "Hamo Nur", "Jelo Pas", "Kamo Ret"]
    ages = ["34", "-5", "999", "٣٤", "6 months", "unknown"]
    born = ["1990-02-31", "1990-13-01", "not known", "12/05/1990", "1990", ""]
    fields = [*NAME, Field("age", "age"), Field("birth", "born")]
    found = read_people([people(names, age=ages, born=born)], fields)
    assert found.notes == (
        "1 rows of birth:born hold no date that can be read; left out there.",
        "3 rows of age:age hold no age that a person can have; left out there.",
    )
    age = found.ages["age:age"].age
    assert age[0] == age[3] == 34
    assert age[4] == 0
    births = found.births["birth:born"]
    assert (births.year[0], births.month[0], births.day[0]) == (1990, 2, 31)
    assert (births.year[3], births.month[3], births.day[3]) == (1990, 5, 12)


def test_an_age_meets_a_date_of_birth_of_the_other_list() -> None:
    dice = random.Random(3)
    words = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in ("ran", "lim", "tos", "med")]
    born = [dice.randint(1930, 2010) for _ in range(400)]
    names = [" ".join(dice.choices(words, k=3)) for _ in born]
    first = people(names, born=[f"{y}-06-15" for y in born], age=[str(2020 - y) for y in born])
    second = PersonList(
        "B", first.ids, {"name": names, "born": [""] * 400, "age": [str(2020 - y) for y in born]}
    )
    first = PersonList("A", first.ids, {**first.columns, "age": [a if n % 2 else "" for n, a in
                       enumerate(first.columns["age"])]})  # fmt: skip
    fields = [*NAME, Field("birth", "born"), Field("age", "age")]
    found = read_people([first, second], fields).ages["age:age"].age
    assert np.abs(found[:400] - found[400:]).max() <= 1
    linkage = link_lists([first, second], fields)
    assert (linkage.clusters.of_row[400:] == np.arange(400)).mean() > 0.97


def test_two_scripts_in_one_field_meet() -> None:
    given = {"محمد": "Mohammed", "خالد": "Khaled", "يوسف": "Youssef", "حسين": "Hussein",
             "سمير": "Samir", "كريم": "Karim", "نبيل": "Nabil", "طارق": "Tariq"}  # fmt: skip
    family = {"الخطيب": "al-Khatib", "حداد": "Haddad", "نجار": "Najjar", "شامي": "Shami",
              "قاسم": "Qasim", "درويش": "Darwish", "منصور": "Mansour", "سليمان": "Suleiman"}  # fmt: skip
    dice = random.Random(2)
    whole = [(a, b, c) for a in given for b in given for c in family if a != b]
    chosen = dice.sample(whole, 200)
    arabic = [f"{a} {b} {c}" for a, b, c in chosen]
    latin = [f"{given[a]} {given[b]} {family[c]}" for a, b, c in chosen]
    ages = [str(dice.randint(5, 80)) for _ in chosen]
    first = PersonList(
        "A", [str(n) for n in range(200)], {"name": arabic[:100] + latin[100:], "age": ages}
    )
    second = PersonList("B", first.ids, {"name": latin[:100] + arabic[100:], "age": ages})
    linkage = link_lists([first, second], [*NAME, Field("age", "age")])
    assert (linkage.clusters.of_row[200:] == np.arange(200)).mean() > 0.9


def test_name_parts_of_one_list_meet_whole_names_of_the_other() -> None:
    dice = random.Random(5)
    words = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in ("ran", "lim", "tos", "med")]
    parts = [dice.choices(words, k=3) for _ in range(300)]
    first = PersonList("A", [str(n) for n in range(300)], {"name": [" ".join(p) for p in parts]})
    columns = {key: [p[k] for p in parts] for k, key in enumerate(("given", "father", "family"))}
    second = PersonList("B", first.ids, columns)
    fields = [*NAME, Field("given", "given"), Field("father", "father"), Field("family", "family")]
    linkage = link_lists([first, second], fields)
    assert (linkage.clusters.of_row[300:] == np.arange(300)).mean() > 0.97


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ([Field("age", "age")], "No column with names"),
        ([Field("name", "nmae")], "No list has the column 'nmae'"),
    ],
)
def test_wrong_columns_are_refused(fields: list[Field], message: str) -> None:
    with pytest.raises(InputError, match=message):
        link_lists([people(["Baro Fen"], age=["3"])], fields)


def test_three_lists_are_refused() -> None:
    with pytest.raises(InputError, match="One list or two"):
        link_lists([people(["Baro Fen"])] * 3, NAME)


def test_candidates_come_once_and_within_the_budget(repeated) -> None:
    fields = [*NAME, Field("birth", "born"), Field("place", "place")]
    found = read_people([repeated[0]], fields)
    plan = plan_for(found, pairs_per_row=5.0)
    candidates = candidates_by(plan, found, between_only=False)
    pairs = set(zip(candidates.left.tolist(), candidates.right.tolist(), strict=True))
    assert len(pairs) == len(candidates.left) <= 5 * found.rows
    assert (candidates.left < candidates.right).all()
    assert blocking_recall(candidates.left, candidates.right, repeated[1]) > 0.95


def test_quality_is_counted_by_hand() -> None:
    found, truth = np.array([0, 0, 2, 2, 4]), np.array([0, 0, 0, 1, 1])
    pairs = pairwise_quality(found, truth)
    assert (pairs.precision, pairs.recall) == (0.5, 0.25)
    rows = bcubed_quality(found, truth)
    assert rows.precision == pytest.approx((1 + 1 + 0.5 + 0.5 + 1) / 5)
    assert rows.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 0.5 + 0.5) / 5)
    links = linked_quality(np.array([0, 1]), np.array([3, 4]), np.array([0]), np.array([3]), 5)
    assert (links.precision, links.recall) == (0.5, 1.0)
    nothing = pairwise_quality(np.arange(3), np.arange(3))
    assert (nothing.precision, nothing.recall) == (1.0, 1.0)


def test_the_threshold_and_seed_are_part_of_the_answer() -> None:
    linkage = link_lists([people(["Baro Fen", "Baro Fen"])], NAME, LinkOptions(seed=5))
    assert linkage.model.seed == 5


def test_rows_that_are_both_near_a_third_are_compared() -> None:
    dice = random.Random(3)
    sounds = [f"{a}{b}" for a in "bdfgklmnrst" for b in "aeiou"]

    def word() -> str:
        return "".join(dice.choices(sounds, k=4))

    names, families, places, works = [], [], [], []
    for _ in range(400):  # the second shares much with both; the first and the third nothing
        names += [one := word(), one, word()]
        families += [word(), one := word(), one]
        places += [one := word(), one, word()]
        works += [word(), one := word(), one]
    rows = people(names, family=families, place=places, work=works)
    fields = [Field("given", "name"), Field("family", "family"), Field("place", "place")]
    found = read_people([rows], [*fields, Field("text", "work")])
    candidates = candidates_by(plan_for(found, pairs_per_row=3.0), found, between_only=False)
    pairs = set(zip(candidates.left.tolist(), candidates.right.tolist(), strict=True))
    assert len(pairs) == len(candidates.left) <= 3 * found.rows
    for further in (1, 2):
        assert sum((one, one + further) in pairs for one in range(0, found.rows, 3)) > 390


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_hardly_any_rows_have_no_third(rows: int) -> None:
    assert len(two_steps(rows)) == 0


def two_steps(rows: int) -> list[int]:
    """Pairs two steps apart among so few rows."""
    none = (np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))
    nearest = nearest_rows(rows, [none], least=1.0)
    return [pair for steps in two_steps_apart(nearest) for pair in steps.pairs.tolist()]


def test_a_list_of_a_few_rows_is_judged_by_what_is_usual() -> None:
    names = [
        "محمد أحمد الخطيب", "Mohammad Ahmad al-Khatib", "خالد علي النجار", "فاطمة علي النجار",
        "فاطمه علي النجّار", "سامر حسن جمعة", "باسل يوسف الحداد",
    ]  # fmt: skip
    ages = ["30", "30", "41", "22", "22", "50", "19"]
    ids = [str(number) for number in range(len(names))]
    rows = PersonList("A", ids, {"name": names, "age": ages})
    linkage = link_lists([rows], [Field("name", "name"), Field("age", "age")])
    assert linkage.clusters.of_row.tolist() == [0, 0, 2, 3, 3, 5, 6]


@pytest.mark.parametrize(
    ("other", "is_one"),
    [
        ("Khaled Mahmoud Najjar", False),
        ("خالد محمود النجار", False),
        ("Khaled Hassan Qandil", False),
        ("خالد محمود قنديل", True),
    ],
)
@pytest.mark.parametrize("age", ["", "31"])
def test_in_a_short_list_one_differing_part_of_a_name_is_for_people(
    other: str, is_one: bool, age: str
) -> None:
    """Such a list says too little of how one person's names differ."""
    names = ["Khaled Mahmoud Qandil", "Omar Hassan Saleh", "Samar Ali al-Najjar", other]
    columns = {"name": names, "age": [age, "50", "22", age]}
    linkage = link_lists(
        [PersonList("A", list("1234"), columns)], [Field("name", "name"), Field("age", "age")]
    )
    assert bool(linkage.clusters.of_row[0] == linkage.clusters.of_row[3]) is is_one


def test_names_whose_hashes_are_equal_stay_two_names() -> None:
    count = 1200
    given, family = (np.tile(np.arange(count, dtype=np.int32) + 1, (2, 1)) for _ in range(2))
    grid = np.repeat(given[0], count), np.tile(family[0], count)
    hashes = joined_codes(*grid)
    order = np.argsort(hashes, kind="stable")
    at = int(np.flatnonzero(hashes[order][1:] == hashes[order][:-1])[0])
    pairs = [(int(grid[0][n]) - 1, int(grid[1][n]) - 1) for n in order[at : at + 2].tolist()]
    words = ["".join("bdfghjklmn"[int(digit)] for digit in f"{n:04}") for n in range(2 * count)]
    rows = [*zip(range(count), range(count), strict=True), *pairs]
    columns = {
        "given": [words[a] for a, _ in rows], "family": [words[count + b] for _, b in rows],
    }  # fmt: skip
    people = PersonList("A", [str(n) for n in range(len(rows))], columns)
    table = name_table([people], [Field("given", "given"), Field("family", "family")])
    assert table is not None
    assert pairs[0] != pairs[1]
    for row, (a, b) in zip((-2, -1), pairs, strict=True):
        name = table.of_row[row]
        assert table.words[table.given[name]] == words[a]
        assert table.words[table.family[name]] == words[count + b]
