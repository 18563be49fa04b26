"""What speaks against estimating: what people declare, and what the table itself shows."""

from __future__ import annotations

from typing import Any

import pytest

from bayyina.estimation.captures import make_captures
from bayyina.estimation.examples import example_names, read_example
from bayyina.estimation.overlaps import describe_overlap
from bayyina.estimation.population_checks import Declared, check_population
from bayyina.estimation.results import Estimate, Refusal
from bayyina.estimation.study import Settings, describe, make_study

LOGLINEAR = Settings("loglinear", with_sensitivity=False)
DEFENDED = Declared(one_population="one prison, one year", independent="made by two groups apart")


def captured(lists, counts, **more):
    counted: dict[Any, int] = {
        ((), tuple(int(bit) for bit in history)): count for history, count in counts.items()
    }
    return make_captures(tuple(lists), counted, inputs={"file": "x.csv"}, **more)


THREE = {"100": 100, "010": 80, "001": 60, "110": 30, "101": 25, "011": 20, "111": 10}


def codes(captures, declared=None):
    study = make_study(captures, declared or Declared(), LOGLINEAR)
    assert isinstance(study.answer, Refusal)
    assert study.variants == ()
    return [reason.code for reason in study.answer.reasons]


def test_three_lists_that_overlap_are_estimated():
    study = make_study(captured("ABC", THREE), Declared(), LOGLINEAR)
    assert isinstance(study.answer, Estimate)
    assert study.answer.documented == 325


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        (Declared(populations_differ="other years"), "populations-differ"),
        (Declared(dependent="B was checked against A"), "list-made-from-another"),
        (Declared(open_population=True), "open-population"),
    ],
)
def test_what_people_declare_against_it_refuses_any_number_of_lists(declared, code):
    assert codes(captured("ABC", THREE), declared) == [code]


def test_an_open_population_is_refused_by_itself():
    assert codes(captured("ABC", THREE, is_open=True)) == ["open-population"]


def test_one_list():
    assert codes(captured("A", {"1": 5})) == ["one-list"]


TWO = {"10": 60, "01": 40, "11": 20}


def test_two_lists_need_both_reasons():
    two = captured("AB", TWO)
    assert codes(two) == ["one-population-undefended", "independence-undefended"]
    assert codes(two, Declared(one_population="one prison")) == ["independence-undefended"]
    assert codes(two, Declared(independent="apart")) == ["one-population-undefended"]
    assert codes(two, Declared("one prison", "apart", dependent="no")) == ["list-made-from-another"]


def test_two_lists_that_are_defended_give_chapmans_number():
    study = make_study(captured("AB", TWO), DEFENDED, LOGLINEAR)
    answer = study.answer
    assert isinstance(answer, Estimate)
    assert answer.method == "chapman"
    assert answer.median == pytest.approx(81 * 61 / 21 - 1)
    # Sadinle's interval by hand: 120 - 1/2 + (60.5 * 40.5 / 20.5) * exp(-+1.95996 * 0.313635).
    assert answer.interval == pytest.approx((184.14, 340.51), abs=0.05)
    assert answer.parameters["one_population"] == DEFENDED.one_population
    assert DEFENDED.one_population in study.sentence["en"]
    assert DEFENDED.independent in study.sentence["ar"]


def test_chapmans_interval_covers():
    import numpy as np

    from bayyina.estimation.capture_table import CaptureTable
    from bayyina.estimation.two_lists import estimate_two_lists

    rng = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        on = rng.random((300, 2)) < (0.3, 0.4)
        found = {
            (a, b): int(((on[:, 0] == a) & (on[:, 1] == b)).sum())
            for a, b in ((1, 0), (0, 1), (1, 1))
        }
        table = CaptureTable.from_counts("AB", found)
        answer = estimate_two_lists(table, DEFENDED, seed=1, level=0.95)
        held += answer.interval[0] <= 300 <= answer.interval[1]
    assert held / 400 > 0.92


def test_two_lists_are_not_estimated_without_reasons_by_any_door():
    from bayyina.estimation.capture_table import CaptureTable
    from bayyina.estimation.two_lists import estimate_two_lists

    table = CaptureTable.from_counts("AB", {(1, 0): 3, (0, 1): 3, (1, 1): 3})
    with pytest.raises(ValueError, match="reasons"):
        estimate_two_lists(table, Declared(one_population="x"), seed=1, level=0.95)


def test_lists_of_the_same_people_are_one():
    assert codes(captured("AB", {"11": 30})) == ["lists-same"]
    three = {"110": 40, "001": 30, "111": 9}
    assert codes(captured("ABC", three)) == [
        "lists-same", "one-population-undefended", "independence-undefended",
    ]  # fmt: skip
    study = make_study(captured("ABC", three), DEFENDED, LOGLINEAR)
    assert isinstance(study.answer, Estimate)
    assert study.answer.lists == ("A", "C")


def test_a_list_inside_another_leaves_too_few():
    inside = {"100": 50, "110": 9, "001": 30, "101": 7, "111": 3}
    assert codes(captured("ABC", inside))[0] == "list-contained"


def test_nobody_shared():
    assert codes(captured("ABC", {"100": 5, "010": 6, "001": 7})) == ["no-overlap"]


def test_a_list_apart_and_a_thin_overlap_are_said_beside_the_answer():
    apart = {**{f"{h}0": n for h, n in THREE.items()}, "0001": 12}
    study = make_study(captured("ABCD", apart), Declared(), LOGLINEAR)
    assert "list-apart" in [reason.code for reason in study.cautions]


def test_the_overlap_of_two_lists_is_described_without_an_interval():
    captures, _ = read_example("identified-bodies")
    overlap = describe_overlap(captures.table)
    assert [part.people for part in overlap.totals] == [15_051, 1_017]
    assert overlap.pairs[0].both == 836
    study = describe(captures, LOGLINEAR)
    assert "836 of the 1,017 people" in study.sentence["en"]
    assert "between" not in study.sentence["en"].lower()


def test_the_built_in_refusal_gives_its_reasons_and_no_total():
    captures, declared = read_example("identified-bodies")
    _, in_arabic = read_example("identified-bodies", "ar")
    study = make_study(captures, declared, Settings(), in_arabic=in_arabic)
    assert [reason.code for reason in study.answer.reasons] == [
        "populations-differ", "list-made-from-another",
    ]  # fmt: skip
    for lang in ("en", "ar"):
        for number in ("18,306", "18,310"):
            assert number not in study.sentence[lang]
    assert "with the help of the database" not in study.sentence["ar"]
    assert "بالاستعانة بقاعدة البيانات" in study.sentence["ar"]


def test_every_example_can_be_run():
    for name in example_names():
        assert check_population(*read_example(name)).overlap.documented > 0


def test_overlaps_add_up():
    overlap = describe_overlap(captured("ABC", THREE).table)
    assert sum(part.people for part in overlap.intersections) == overlap.documented == 325
    assert overlap.on_several == 85
    assert [(t.people, t.alone) for t in overlap.totals] == [(165, 100), (140, 80), (115, 60)]
    pair = overlap.pairs[0]
    assert (pair.lists, pair.both) == (("A", "B"), 40)
    assert pair.odds_ratio == pytest.approx(40 * 60 / (125 * 100))
