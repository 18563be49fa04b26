"""From linked lists to an estimate: the linkage's doubt is carried into the interval."""

from __future__ import annotations

import numpy as np
import pytest

from bayyina.app import estimating_linked
from bayyina.app.estimating_linked import estimate_linked
from bayyina.app.linkage_doubt import doubt_of
from bayyina.errors import InputError
from bayyina.estimation.population_checks import Declared
from bayyina.estimation.results import Estimate
from bayyina.estimation.sentences import reasons_in_words
from bayyina.estimation.study import Settings
from bayyina.linkage.clustering import ScoredPairs

SETTINGS = Settings("loglinear", seed=4, with_sensitivity=False)


class Linked:
    """What linking answers with, as far as it is needed here: rows, their lists, and groups."""

    def __init__(self, people: np.ndarray, lists: np.ndarray) -> None:
        _, first, of_row = np.unique(people, return_index=True, return_inverse=True)
        self.people = self.clusters = self
        self.list_of = lists.astype(np.int32)
        self.of_row = first[of_row].astype(np.int32)
        nothing = np.array([], dtype=np.int32)
        self.pairs = ScoredPairs(nothing, nothing, np.array([], dtype=np.float32))


@pytest.fixture
def linked(monkeypatch):
    """1,500 people on three lists; a draw misses each true link with a chance of its own."""
    rng = np.random.default_rng(2)
    person, lists = np.nonzero(rng.random((1500, 3)) < (0.35, 0.4, 0.3))
    made = Linked(person, lists)

    def draw(linkage, count, seed):
        chance = np.random.default_rng(seed)
        for share in chance.beta(40, 3, size=count):
            missed = chance.random(len(linkage.of_row)) > share
            yield np.where(missed, 10_000 + np.arange(len(missed)), linkage.of_row)

    monkeypatch.setattr(estimating_linked, "draw_linkages", draw)
    return made


def test_the_estimate_covers_the_ways_of_joining(linked):
    study = estimate_linked(linked, ("A", "B", "C"), Declared(), SETTINGS, draws=12)
    answer = study.answer
    assert isinstance(answer, Estimate)
    assert study.spread is not None
    assert study.spread.draws == 12
    low, high = study.spread.medians
    assert answer.interval[0] < low < high < answer.interval[1]
    assert study.spread.documented[0] <= answer.documented <= study.spread.documented[1]
    assert "linkage-carried" in [reason.code for reason in study.cautions]
    assert "12 likely ways" in " ".join(reasons_in_words(study.cautions, "en"))


def test_the_same_seed_draws_the_same(linked):
    one, two = (
        estimate_linked(linked, ("A", "B", "C"), Declared(), SETTINGS, draws=3).answer
        for _ in range(2)
    )
    assert isinstance(one, Estimate)
    assert isinstance(two, Estimate)
    assert one.interval == two.interval


def test_lists_may_be_parts_of_one_file(linked):
    split = np.where(linked.list_of == 2, 1, linked.list_of)
    study = estimate_linked(
        linked, ("A", "B"), Declared(), SETTINGS, list_of=split.tolist(), draws=2
    )
    assert study.captures.table.lists == ("A", "B")
    assert study.answer.reasons[0].code == "one-population-undefended"


def test_no_draw_is_a_mistake(linked):
    with pytest.raises(InputError):
        estimate_linked(linked, ("A", "B", "C"), Declared(), SETTINGS, draws=0)


class Scored(Linked):
    """The same with pairs whose log-odds are too high by five throughout, as a poor model's are."""

    def __init__(self, people: np.ndarray, lists: np.ndarray, seed: int) -> None:
        super().__init__(people, lists)
        rng = np.random.default_rng(seed)
        rows = len(people)
        left, right = rng.integers(0, rows, (2, 40_000))
        odd = rng.normal(0.0, 2.0, len(left)) + 5.0
        order = np.argsort(people, kind="stable")
        near = people[order[:-1]] == people[order[1:]]
        true_left, true_right = order[:-1][near], order[1:][near]
        true_odds = rng.normal(9.0, 2.5, len(true_left)) + 5.0
        keep = left != right
        self.pairs = ScoredPairs(
            np.concatenate([left[keep], true_left]).astype(np.int32),
            np.concatenate([right[keep], true_right]).astype(np.int32),
            np.concatenate([odd[keep], true_odds]).astype(np.float32),
        )
        self.truth = people


@pytest.fixture
def scored():
    rng = np.random.default_rng(8)
    person, lists = np.nonzero(rng.random((1500, 3)) < (0.4, 0.45, 0.35))
    return Scored(person, lists, 3)


def test_pairs_within_lists_tell_how_many_links_are_right(scored):
    doubt = doubt_of(scored, scored.list_of.astype(np.int64))
    assert doubt is not None
    right = scored.truth[doubt.left] == scored.truth[doubt.right]
    assert (scored.list_of[doubt.left] != scored.list_of[doubt.right]).all()
    assert doubt.chance.sum() == pytest.approx(right.sum(), rel=0.1)
    doubtful = (doubt.chance > 0.3) & (doubt.chance < 0.8)
    if doubtful.sum() > 100:
        assert abs(doubt.chance[doubtful].mean() - right[doubtful].mean()) < 0.2


def test_no_draw_joins_two_rows_of_one_list(scored):
    doubt = doubt_of(scored, scored.list_of.astype(np.int64))
    assert doubt is not None
    rng = np.random.default_rng(1)
    for by_chance in (True, False):
        people = doubt.draw_people(rng, by_chance=by_chance)
        pairs = set(zip(people.tolist(), scored.list_of.tolist(), strict=True))
        assert len(pairs) == len(people)
    assert 0.0 < doubt.draw_recall(rng) <= 1.0


def test_a_scored_linkage_is_estimated_over_its_own_doubt(scored):
    study = estimate_linked(scored, ("A", "B", "C"), Declared(), SETTINGS, draws=12)
    assert isinstance(study.answer, Estimate)
    assert study.answer.interval[0] < 1500 < study.answer.interval[1]
    assert study.spread is not None
    assert study.spread.between > 0.05


def test_progress_is_told_of_every_table(linked):
    told: list[tuple[int, int | None]] = []
    estimate_linked(
        linked,
        ("A", "B", "C"),
        Declared(),
        SETTINGS,
        draws=3,
        progress=lambda done, total, _: told.append((done, total)),
    )
    assert told
    assert [done for done, _ in told] == sorted(done for done, _ in told)
