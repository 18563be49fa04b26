"""Lists of invented people are linked as they were made."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from bayyina.errors import InputError
from bayyina.linkage import in_threads
from bayyina.linkage.clustering import FORBIDDEN
from bayyina.linkage.columns import Field, PersonList
from bayyina.linkage.decisions import decided_pairs
from bayyina.linkage.draws import draw_linkages
from bayyina.linkage.estimating import _partial_capped
from bayyina.linkage.evaluating import bcubed_quality, pairwise_quality
from bayyina.linkage.linking import Linkage, LinkOptions, link_lists
from bayyina.linkage.model import LinkageModel
from bayyina.linkage.reasons import reasons_of
from bayyina.linkage.summary import summarise
from tests.unit.linkage.conftest import FIELDS, Repeated


@pytest.fixture(scope="module")
def within(repeated: Repeated) -> Linkage:
    return link_lists([repeated[0]], FIELDS)


@pytest.fixture(scope="module")
def between(two_lists) -> Linkage:
    return link_lists(two_lists[:2], FIELDS)


def test_people_who_stand_several_times_are_found(within: Linkage, repeated: Repeated) -> None:
    assert pairwise_quality(within.clusters.of_row, repeated[1]).f1 > 0.9
    assert bcubed_quality(within.clusters.of_row, repeated[1]).f1 > 0.93


def test_people_on_both_lists_are_found(between: Linkage, two_lists) -> None:
    ids = [*two_lists[0].ids, *two_lists[1].ids]
    decided = decided_pairs(between)
    found = {
        (ids[a], ids[b])
        for a, b, said in zip(decided.left, decided.right, decided.decision, strict=True)
        if said == "same"
    }
    right = len(found & two_lists[2])
    assert right / len(found) > 0.95
    assert right / len(two_lists[2]) > 0.93


def test_lists_that_repeat_nobody_are_noticed(between: Linkage, two_lists) -> None:
    assert between.unique == {0, 1}
    told = link_lists(two_lists[:2], FIELDS, LinkOptions(notice_unique=False))
    assert told.unique == frozenset()
    second = np.flatnonzero(between.people.list_of)
    assert len(set(between.clusters.of_row[second])) == len(second)


def test_a_list_declared_unique_is_never_joined_with_itself(repeated: Repeated) -> None:
    alone = link_lists([repeated[0]], FIELDS, LinkOptions(unique=frozenset({0})))
    assert (alone.clusters.of_row == np.arange(len(repeated[0]))).all()
    assert not decided_pairs(alone).decision


def test_rows_known_to_be_two_people_stay_apart(within: Linkage, repeated: Repeated) -> None:
    taken = np.flatnonzero(within.clusters.steps.odds > 0)
    steps = within.clusters.steps
    apart = [(int(steps.right[k]), int(steps.left[k])) for k in taken[:20]]
    again = link_lists([repeated[0]], FIELDS, different=apart)
    for a, b in apart:
        assert again.clusters.of_row[a] != again.clusters.of_row[b]
        for drawn in draw_linkages(again, 5, seed=3):
            assert drawn[a] != drawn[b]
    kept = again.pairs.odds[again.pairs.odds <= FORBIDDEN / 2]
    assert len(kept) >= len(apart)


def family(number: int, dice: np.random.Generator) -> list[dict[str, str]]:
    """A father, two sons and a daughter, who share two names of three."""
    given = [
        f"{a}{b}"
        for a in ("da", "fe", "go", "ha", "ki", "lo")
        for b in ("ron", "lim", "mar", "tus")
    ]
    father, grandfather, *children = dice.choice(given, 5, replace=False)
    surname = f"bar{'aeiou'[number % 5]}{'dklmn'[number // 5 % 5]}{'dklmn'[number // 25 % 5]}a"
    born = int(dice.integers(1940, 1970))
    rows = [{"name": f"{father} {grandfather} {surname}", "born": str(born), "sex": "m"}]
    for place, child in enumerate(children):
        rows.append({
            "name": f"{child} {father} {surname}",
            "born": f"{born + 22 + 2 * place}",
            "sex": "mfm"[place],
        })  # fmt: skip
    return rows


def test_a_father_and_his_children_are_not_one_person() -> None:
    dice = np.random.default_rng(4)
    rows = [row for number in range(120) for row in family(number, dice)]
    columns = {key: [row[key] for row in rows] for key in ("name", "born", "sex")}
    twice = [PersonList(label, [str(n) for n in range(len(rows))], columns) for label in "AB"]
    fields = [Field("name", "name"), Field("birth", "born"), Field("sex", "sex")]
    linkage = link_lists(twice, fields)
    first, second = np.split(linkage.clusters.of_row, 2)
    assert (first == second).mean() > 0.95
    assert len(set(first)) == len(first)


def test_the_same_answer_twice_in_two_processes(repeated: Repeated, within: Linkage) -> None:
    job = (
        "import hashlib, random, sys\n"
        "from tests.unit.linkage import conftest as c\n"
        "from bayyina.linkage.linking import link_lists\n"
        "dice = random.Random(7); rows = []\n"
        "for number in range(500):\n"
        "    person = c.invent(dice); rows.append(person)\n"
        "    rows += [c.mistaken(person, dice) for _ in range(dice.randrange(3))]\n"
        "found = link_lists([c.as_list('A', rows)], c.FIELDS)\n"
        "print(found.model.digest, hashlib.sha256(found.clusters.of_row.tobytes()).hexdigest())\n"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", job], capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": seed, "NUMBA_NUM_THREADS": threads, "PYTHONPATH": ".:src"},
        ).stdout
        for seed, threads in (("1", "1"), ("2", "2"))
    }  # fmt: skip
    here = hashlib.sha256(within.clusters.of_row.tobytes()).hexdigest()
    assert runs == {f"{within.model.digest} {here}\n"}


def test_a_model_is_written_and_used_again(within: Linkage, repeated: Repeated) -> None:
    model = LinkageModel.from_json(json.loads(json.dumps(within.model.to_json())))
    assert model == within.model
    again = link_lists([repeated[0]], FIELDS, model=model)
    assert (again.clusters.of_row == within.clusters.of_row).all()
    with pytest.raises(InputError, match="another version"):
        LinkageModel.from_json({"version": 0})
    with pytest.raises(InputError, match="does not hold a linkage model"):
        LinkageModel.from_json({"version": 1})


def test_agreement_weighs_for_and_disagreement_against(within: Linkage) -> None:
    for one in within.model.comparisons:
        said = dict(zip(one.level_names, one.weights, strict=True))
        if "same" in said:
            assert said["same"] > 0 >= said["different"]
        assert said["missing"] == 0
        assert sum(one.m[1:]) == pytest.approx(1, abs=1e-4)
        assert sum(one.u[1:]) == pytest.approx(1, abs=1e-4)


def test_reasons_name_what_agrees_and_what_differs(within: Linkage, repeated: Repeated) -> None:
    decided = decided_pairs(within)
    reasons = list(reasons_of(within, decided.left, decided.right))
    assert len(reasons) == len(decided.decision)
    born = repeated[0].columns["born"]
    for a, b, why in zip(decided.left, decided.right, reasons, strict=True):
        both_whole = len(born[a]) == len(born[b]) == 10
        assert ("birth:born: same (+" in why) == (both_whole and born[a] == born[b])
    arabic = next(reasons_of(within, decided.left[:1], decided.right[:1], "ar"))
    assert "الاسم" in arabic


def test_draws_follow_the_seed_and_vary_around_the_answer(within: Linkage) -> None:
    first = [len(set(drawn)) for drawn in draw_linkages(within, 30, seed=1)]
    again = [len(set(drawn)) for drawn in draw_linkages(within, 30, seed=1)]
    assert first == again
    assert len(set(first)) > 1
    answer = len(set(within.clusters.of_row))
    assert min(first) * 0.97 <= answer <= max(first) * 1.03
    with pytest.raises(InputError):
        next(draw_linkages(within, -1, seed=1))


def test_a_stricter_threshold_joins_fewer(within: Linkage, repeated: Repeated) -> None:
    strict = link_lists([repeated[0]], FIELDS, replace(within.options, threshold=0.99))
    assert len(set(strict.clusters.of_row)) > len(set(within.clusters.of_row))


def test_the_summary_counts_and_estimates(within: Linkage, repeated: Repeated) -> None:
    decided = decided_pairs(within)
    told = summarise(within, decided)
    sizes = np.unique(within.clusters.of_row, return_counts=True)[1]
    assert told.same == (sizes * (sizes - 1) // 2).sum()
    assert told.same + told.unsure + told.different == len(decided.decision)
    truth = pairwise_quality(within.clusters.of_row, repeated[1])
    assert told.precision == pytest.approx(truth.precision, abs=0.1)


def test_between_only_compares_no_rows_of_one_list(two_lists) -> None:
    only = link_lists(two_lists[:2], FIELDS, LinkOptions(between_only=True))
    decided = decided_pairs(only)
    list_of = only.people.list_of
    assert (list_of[decided.left] != list_of[decided.right]).all()
    found = sum(said == "same" for said in decided.decision)
    assert found == pytest.approx(len(two_lists[2]), rel=0.1)


def test_names_alone_do_not_join_people_whose_ages_contradict() -> None:
    dice = np.random.default_rng(5)
    sounds = [a + b for a in "bdfgklmnrst" for b in "aeiou"]
    words = ["".join(dice.choice(sounds, 3)) for _ in range(400)]
    names = [" ".join(dice.choice(words, 3)) for _ in range(600)]
    towns = ["".join(dice.choice(sounds, 4)) for _ in names]
    ages = dice.integers(20, 60, len(names))
    later = [str(age + 9) if row < 12 else str(age) for row, age in enumerate(ages.tolist())]
    first, second = (
        PersonList(
            label, [f"{label}{n}" for n in range(600)], {"name": names, "age": ages, "place": towns}
        )
        for label, ages in (("A", [str(age) for age in ages]), ("B", later))
    )
    fields = [Field("name", "name"), Field("age", "age")]
    linkage = link_lists([first, second], fields)
    decided = decided_pairs(linkage)
    of_row = {int(a): said for a, b, said in zip(decided.left, decided.right, decided.decision, strict=True)
              if b == a + 600}  # fmt: skip
    assert {of_row[row] for row in range(12)} == {"unsure"}
    assert [of_row[row] for row in range(12, 600)].count("same") > 570
    held = np.array([0], dtype=np.int32), np.array([600], dtype=np.int32)
    assert "contradict" in next(reasons_of(linkage, *held))
    assert "متعارضان" in next(reasons_of(linkage, *held, "ar"))
    assert "contradict" not in next(reasons_of(linkage, held[0] + 20, held[1] + 20))
    supported = link_lists([first, second], [*fields, Field("place", "place")])
    assert (supported.clusters.of_row[600:612] == np.arange(12)).all()


def test_one_thread_and_several_give_the_same_answer(
    repeated: Repeated, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small parts on four threads, and on one, whatever finishes first."""
    monkeypatch.setattr(in_threads, "PAIRS", 512)
    found = []
    for several in (1, 4):
        monkeypatch.setattr(in_threads, "threads", lambda number=several: number)
        linkage = link_lists([repeated[0]], FIELDS)
        parts = [part.tobytes() for part in linkage.pairs]
        found.append((linkage.model.digest, linkage.clusters.of_row.tolist(), *parts))
    assert found[0] == found[1]


def test_parts_come_in_order_and_what_fails_is_told() -> None:
    assert list(in_threads.in_order(lambda n: n * n, iter(range(100)))) == [
        n * n for n in range(100)
    ]
    with pytest.raises(ZeroDivisionError):
        list(in_threads.in_order(lambda n: 1 // n, [2, 1, 0, 3]))
    assert in_threads.slices(0) == [slice(0, in_threads.PAIRS)]


def test_sharing_some_of_the_names_between_never_speaks_more_than_sharing_all(
    within: Linkage,
) -> None:
    between = {one.label: one for one in within.model.comparisons}["names between"]
    weight = dict(zip(between.level_names, between.weights, strict=True))
    assert weight["some"] <= min(weight["all of one"], weight["all of several"]) + 1e-4
    m, u = np.array([1.0, 0.1, 0.5, 0.3, 0.1]), np.array([1.0, 0.9, 0.01, 0.06, 0.03])
    capped = _partial_capped(m, u, 2)
    assert capped[2] / u[2] == pytest.approx((capped[3:] / u[3:]).min())
    assert capped[1:].sum() == pytest.approx(1.0)
    assert (_partial_capped(m, u, 0) == m).all()
