"""Levels become log-odds, and values are compared once, as by the plain way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Lock

import numpy as np
import pytest

from bayyina.linkage.arrays import Bytes, Ints32, Words64
from bayyina.linkage.birth_dates import BirthComparison, read_births
from bayyina.linkage.blocking_plan import BlockingPlan
from bayyina.linkage.comparisons import AllMeasured
from bayyina.linkage.encoding import different_columns
from bayyina.linkage.model import HELD, LinkageModel, WeighedComparison
from bayyina.linkage.pair_tables import Notes, PairTable, answered, look_up
from bayyina.linkage.weighing import noteworthy

PLAN = BlockingPlan((), (), 1.5, 40.0, 10.0)


def comparison(
    dice: np.random.Generator, label: str, names: tuple[str, ...], kinds: int, *, of_family: bool
) -> WeighedComparison:
    """A comparison with shares and rarities drawn at random."""
    shares = dice.dirichlet(np.ones(len(names) - 1), 3)
    m, u, kin = ((1.0, *row.tolist()) for row in shares)
    usual = np.where(dice.random(len(names)) < 0.5, -dice.random(len(names)) * 9, 0.0)
    usual[0] = 0.0
    of_kind = dice.normal(0, 1, (kinds, len(names)))
    of_kind[:, 0] = 0.0
    rows = tuple(map(tuple, of_kind.tolist())) if kinds else ()
    return WeighedComparison(label, names, m, u, kin, of_family, tuple(usual.tolist()), rows)


@pytest.mark.parametrize("kinds", [0, 3])
def test_log_odds_are_those_of_the_formula(kinds: int) -> None:
    dice = np.random.default_rng(7)
    dates = ("missing", "different", "within two years", "same")
    words = ("missing", "different", "same")
    born = comparison(dice, "birth:born", dates, kinds, of_family=False)
    born = replace(born, m=(1.0, 0.01, 0.09, 0.9), u=(1.0, 0.8, 0.19, 0.01))
    model = LinkageModel(
        (
            comparison(dice, "given name", words, kinds, of_family=False),
            born,
            comparison(dice, "place:town", words, kinds, of_family=True),
        ),
        (0.001, 0.02, 1e-7), (0.01, 0.03, 1e-5), PLAN, 1,
    )  # fmt: skip
    levels = np.stack([dice.integers(0, len(one.level_names), 4000) for one in model.comparisons])
    rarity = (-dice.random(levels.shape) * 12).astype(np.float32)
    kind = dice.integers(0, 3, 4000).astype(np.int32)
    measured = AllMeasured(levels.astype(np.uint8), rarity)
    found = model.log_odds(measured, kind)
    held = model.contradicted(measured)
    for pair in range(4000):
        same = kin = 0.0
        for place, one in enumerate(model.comparisons):
            level = int(levels[place, pair])
            more = one.of_kind[kind[pair]][level] if kinds else 0.0
            usual = one.usual_rarity[level]
            more += usual - float(rarity[place, pair]) if usual < 0 else 0.0
            same += one.weights[level] + more
            kin += one.kin_weights[level] + (more if one.of_family else 0.0)
        prior, of_kin = model.prior[kind[pair]], model.kin_prior[kind[pair]]
        odds = np.log(prior) + same - np.log(1 - prior - of_kin + of_kin * np.exp(kin))
        assert found[pair] == pytest.approx(min(odds, HELD) if held[pair] else odds, abs=1e-4)
    assert held.any()
    assert not held.all()
    kept, chance = noteworthy(found, -5.0)
    assert kept.tolist() == np.flatnonzero(found > -5.0).tolist()
    assert chance == pytest.approx(float((1 / (1 + np.exp(-found.astype(np.float64)))).sum()))


def test_each_pair_of_values_is_compared_once_by_all_threads() -> None:
    asked: list[tuple[int, int]] = []
    lock = Lock()

    def compare(first: Ints32, second: Ints32) -> Bytes:
        with lock:
            asked.extend(zip(first.tolist(), second.tolist(), strict=True))
        return ((7 * first + 11 * second) % 256).astype(np.uint8)

    table = PairTable(compare)
    dice = np.random.default_rng(3)
    parts = [dice.integers(0, 700, (2, 3000)).astype(np.int32) for _ in range(15)]

    def measured(part: np.ndarray) -> list[int]:
        found = np.full(part.shape[1], -5, dtype=np.int64)

        def measure(which: Ints32 | None, entries: Words64, notes: Notes) -> int:
            count = 0
            for pair in range(part.shape[1]) if which is None else which.tolist():
                a, b = part[:, pair].tolist()
                found[pair] = 255 if a == b else look_up(entries, a, b, notes)
                if found[pair] < 0:
                    notes.again[count] = (
                        np.flatnonzero(which == pair)[0] if which is not None else pair
                    )
                    count += 1
            return count

        answered(table, part.shape[1], measure)
        return found.tolist()

    with ThreadPoolExecutor(4) as pool:
        every = list(pool.map(measured, parts))
    for part, found in zip(parts, every, strict=True):
        low, high = part.min(axis=0), part.max(axis=0)
        assert found == np.where(low == high, 255, (7 * low + 11 * high) % 256).tolist()
    assert len(set(asked)) == len(asked) > 32_768
    assert all(a < b for a, b in asked)


def test_dates_with_one_other_digit_are_one_part_mistyped() -> None:
    dice = np.random.default_rng(5)
    texts = [
        f"{year}-{month:02}-{day:02}"
        for year, month, day in zip(
            dice.integers(1990, 2012, 300), dice.integers(1, 13, 300), dice.integers(1, 29, 300),
            strict=True,
        )
    ]  # fmt: skip
    left, right = (rows.astype(np.int32) for rows in np.triu_indices(300, 1))
    levels = BirthComparison("birth:born", read_births(texts)).measure(left, right).levels
    one = 0
    for i, j, level in zip(left.tolist(), right.tolist(), levels.tolist(), strict=True):
        apart = sum(a != b for a, b in zip(texts[i], texts[j], strict=True))
        assert (level == 8) == (apart == 0)
        if apart == 1:
            assert level == 6
            one += 1
    assert one > 100


@pytest.mark.parametrize(("rows", "most"), [(5, 4), (14, 250), (3, 1)])
def test_columns_of_small_numbers_are_counted_by_kind(rows: int, most: int) -> None:
    dice = np.random.default_rng(rows)
    table = dice.integers(0, most, (rows, 900), dtype=np.uint8)
    table[:, 300:] = table[:, dice.integers(0, 300, 600)]
    first, counts = different_columns(table)
    kinds, expected = np.unique(table, axis=1, return_counts=True)
    assert table[:, first].tolist() == kinds.tolist()
    assert counts.tolist() == expected.tolist()
    assert [len(one) for one in different_columns(table[:, :0])] == [0, 0]
