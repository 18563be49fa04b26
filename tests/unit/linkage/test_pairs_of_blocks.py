"""The compiled loops of blocking give the pairs that the plain way gives, each once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
import pytest

from bayyina.linkage import block_scanning
from bayyina.linkage.blocking import find_candidates
from bayyina.linkage.key_blocks import Blocking, Rule, keys_side_by_side
from bayyina.linkage.pair_scanning import A_STEP, LOWEST, STEPS, UNIT, WINDOW
from bayyina.linkage.pairing import Candidates, Pairing, Weighed, most_promising, shared_values

Pair = tuple[int, int]


class World(NamedTuple):
    """Rows with keys and with what they may share."""

    list_of: np.ndarray
    rules: list[Rule]
    weighed: list[Weighed]
    order: np.ndarray
    most: float


def world(seed: int, rows: int, values: int, most: float) -> World:
    """Rows with few values each: some missing, some twice in one row, one of nearly all rows."""
    dice = np.random.default_rng(seed)

    def codes(slots: int, of: int) -> np.ndarray:
        found = dice.integers(-1, of, (rows, slots)).astype(np.int32)
        found[dice.random(rows) < 0.1] = -1  # nothing is stated
        for slot in range(1, slots):  # what stands behind nothing is nothing
            found[found[:, slot - 1] < 0, slot] = -1
        return found

    common = np.where(dice.random((rows, 1)) < 0.9, 1, -1).astype(np.int32)
    keys = [codes(1, values), codes(3, values), common, codes(2, values), codes(1, 4 * values)]
    rules = [Rule(str(number), one) for number, one in enumerate([*keys, keys[1].copy()])]
    weighed = []
    for number, slots in enumerate((1, 4, 2, 1)):
        value = codes(slots, values)
        of_value = dice.integers(1, 8 * UNIT, values) / UNIT
        weight = np.where(value >= 0, of_value[value], 0.0).astype(np.float32)
        weighed.append(Weighed(str(number), value, weight, (1.5, 0.0)[number % 2]))
    return World(
        dice.integers(0, 2, rows).astype(np.int32), rules, weighed, dice.permutation(rows), most
    )


def plain_weight(weighed: list[Weighed], i: int, j: int) -> float:
    """The sum over what two rows share, less what speaks against them."""
    total = 0.0
    for kind in weighed:
        ours, theirs = ([v for v in kind.codes[row].tolist() if v >= 0] for row in (i, j))
        if not ours or not theirs:
            continue
        shared = [kind.weight[i, slot] for slot, v in enumerate(ours) if v in theirs]
        total += sum(map(float, shared)) if shared else -kind.against
    return total


def plain_pairs(given: World, between_only: bool) -> Iterator[Pair]:
    """Pairs that the rules give, by going through every block of every rule."""
    place = {int(row): n for n, row in enumerate(given.order)}
    for rule in given.rules:
        blocks: dict[int, set[int]] = {}
        for row, keys in enumerate(rule.keys.tolist()):
            for key in keys:
                if key >= 0:
                    blocks.setdefault(key, set()).add(row)
        costs = {}
        for key, members in blocks.items():
            second = sum(int(given.list_of[row]) for row in members)
            first = len(members) - second
            whole = len(members) * (len(members) - 1) // 2
            costs[key] = first * second if between_only else whole
        used = 0
        for key in sorted(blocks, key=lambda one: (costs[one], one)):
            used += costs[key]
            in_order = sorted(blocks[key], key=place.__getitem__)
            for a, b in combinations(range(len(in_order)), 2):
                i, j = sorted((in_order[a], in_order[b]))
                apart = given.list_of[i] != given.list_of[j]
                if (used <= given.most or b - a <= WINDOW) and (apart or not between_only):
                    yield i, j


def found_pairs(parts: list[Candidates]) -> list[tuple[int, int, float]]:
    return [
        row
        for one in parts
        for row in zip(one.left.tolist(), one.right.tolist(), one.weight.tolist(), strict=True)
    ]


@pytest.mark.parametrize("between_only", [False, True])
@pytest.mark.parametrize(
    ("rows", "values", "most"),
    [(90, 30, 1e9), (90, 4, 1e9), (120, 5, 700.0), (150, 2, 900.0), (60, 40, 0.0)],
)
def test_pairs_and_weights_are_those_of_the_plain_way(
    rows: int, values: int, most: float, between_only: bool
) -> None:
    given = world(rows + values, rows, values, most)
    expected = {
        pair: plain_weight(given.weighed, *pair) for pair in plain_pairs(given, between_only)
    }
    keys = keys_side_by_side(given.rules, rows)
    found = Blocking(keys, given.list_of, given.order, between_only=between_only).blocks(most)
    shared = shared_values(given.weighed, rows)
    pairing = Pairing(keys, shared, given.list_of, between_only=between_only)
    near = found_pairs(pairing.neighbours(found.large))
    every = near + found_pairs(pairing.pairs_from(found.blocks, 0))
    assert len({pair[:2] for pair in every}) == len(every)
    assert {(i, j): weight for i, j, weight in every} == pytest.approx(expected)
    assert pairing.count(found.blocks).sum() == len(every) - len(near)
    for floor in (-2.0, 0.0, 3.0):
        step = int((floor * UNIT + LOWEST) // A_STEP)
        kept = found_pairs(pairing.pairs_from(found.blocks, step))
        assert sorted(kept) == sorted(one for one in every[len(near) :] if one[2] >= floor)
        assert pairing.count(found.blocks)[step:].sum() == len(kept)
    assert not found_pairs(pairing.pairs_from(found.blocks, STEPS))


def test_one_value_of_all_rows_gives_a_bounded_number_of_pairs() -> None:
    rows = 20_000
    rule = Rule("all", np.zeros((rows, 1), dtype=np.int32))
    kind = Weighed("all", rule.keys, np.full((rows, 1), 0.5, dtype=np.float32), 0.0)
    found = find_candidates(
        [rule, rule], [kind], np.zeros(rows, dtype=np.int32),
        budget=10 * rows, most_of_rule=1000.0, between_only=False,
    )  # fmt: skip
    assert found.raw == WINDOW * rows - sum(range(1, WINDOW + 1))
    assert len(found.left) <= 10 * rows
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)
    assert all(a < b for a, b in pairs)


def test_the_most_promising_come_in_order_and_of_equal_ones_the_first() -> None:
    weight = np.array([3, 1, 3, 2, 3, 2.5], dtype=np.float32)
    rows = np.arange(6, dtype=np.int32)
    candidates = Candidates(rows, rows + 10, weight, 0, 0.0)
    chosen = [most_promising(candidates, most)[0].tolist() for most in range(7)]
    assert chosen[2] == [0, 2]
    assert chosen[4] == [0, 2, 4, 5]
    assert chosen[6] == rows.tolist()
    assert all(set(a) <= set(b) for a, b in pairwise(chosen[1:]))


def test_rows_with_three_values_are_weighed_by_what_they_state_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = block_scanning.layout_for

    def used_before(table: np.ndarray, rows: int) -> object:
        layout = made(table, rows)
        layout.columns[:] = 3
        return layout

    monkeypatch.setattr("bayyina.linkage.pairing.layout_for", used_before)
    rows = 40
    values = np.random.default_rng(3).integers(0, 6, (rows, 3)).astype(np.int32)
    three = Weighed("three", values, np.ones((rows, 3), dtype=np.float32), 0.5)
    keys = keys_side_by_side([Rule("all", np.zeros((rows, 1), dtype=np.int32))], rows)
    one = np.zeros(rows, dtype=np.int32)
    found = Blocking(keys, one, np.arange(rows), between_only=False).blocks(1e9)
    pairing = Pairing(keys, shared_values([three], rows), one, between_only=False)
    (part,) = pairing.pairs_from(found.blocks, 0)
    assert part.weight.tolist() == pairing.weights_of(part.left, part.right).tolist()


def test_a_name_of_very_many_rows_of_one_list_and_one_of_the_other_costs_what_it_gives() -> None:
    rows = 60_000
    rule = Rule("all", np.zeros((rows, 1), dtype=np.int32))
    list_of = np.zeros(rows, dtype=np.int32)
    list_of[-1] = 1
    keys = keys_side_by_side([rule], rows)
    found = Blocking(keys, list_of, np.arange(rows), between_only=True).blocks(1e6)
    assert found.blocks.raw() == rows - 1
    kind = Weighed("all", rule.keys, np.full((rows, 1), 0.5, dtype=np.float32), 0.0)
    candidates = find_candidates(
        [rule], [kind], list_of, budget=rows, most_of_rule=1e6, between_only=True
    )
    assert candidates.raw == len(candidates.left) == rows - 1
    assert (candidates.right == rows - 1).all()
