"""Rows that come from several sources: kinds of pairs, rivals, and what no source tells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bayyina.errors import InputError
from bayyina.linkage.clustering import FORBIDDEN, ScoredPairs
from bayyina.linkage.columns import Field, PersonList
from bayyina.linkage.competing import with_rivals
from bayyina.linkage.evaluating import pairwise_quality
from bayyina.linkage.linking import Linkage, link_lists
from bayyina.linkage.model import LinkageModel
from bayyina.linkage.pair_kinds import kinds_by_list, kinds_by_source, largest_sources

FIELDS = [Field("name", "name"), Field("place", "place"), Field("age", "age")]


def _world() -> tuple[PersonList, list[str], np.ndarray]:
    """A register, an office of one province that knows few of its people, and a court's list."""
    dice = np.random.default_rng(7)
    sounds = list("bdfghjklmnrstwz")
    words = ["a".join(dice.choice(sounds, 3)) for _ in range(40)]
    people = [" ".join(dice.choice(words, 3)) for _ in range(3_600)]
    places = dice.choice(["north", "south", "east", "west", "coast", "hills"], len(people))
    ages = dice.integers(18, 60, len(people))
    of_one = np.flatnonzero(places == "north")
    rows = [
        *((int(one), "register") for one in range(2_400)),
        *((int(one), "office") for one in of_one[of_one > 1_900]),
        *((int(one), "court") for one in dice.choice(2_900, 500, replace=False)),
    ]
    columns: dict[str, list[str]] = {"name": [], "place": [], "age": []}
    for one, source in rows:
        columns["name"].append(people[one])
        columns["place"].append(places[one] if source != "court" else "")
        columns["age"].append(str(ages[one]) if source == "register" or one % 2 else "")
    sources = [source for _, source in rows]
    truth = np.array([one for one, _ in rows])
    return PersonList("A", [str(n) for n in range(len(rows))], columns), sources, truth


def _linked(*, by_source: bool) -> tuple[Linkage, list[str], np.ndarray]:
    rows, sources, truth = _world()
    linkage = link_lists([rows], FIELDS, sources=sources if by_source else None)
    return linkage, sources, truth


def test_people_of_many_sources_are_found_better_where_it_is_known_who_says_what() -> None:
    told, sources, truth = _linked(by_source=True)
    untold = _linked(by_source=False)[0]
    better = pairwise_quality(told.clusters.of_row, truth)
    worse = pairwise_quality(untold.clusters.of_row, truth)
    assert better.precision > 0.9
    assert better.recall > 0.8
    assert better.f1 >= worse.f1
    assert told.model.sources == ("court", "office", "register")
    place = next(one for one in told.model.comparisons if one.label.startswith("place"))
    same = place.level_names.index("same")
    within = told.kinds.table[1, 1]
    assert place.weights[same] > 1.0
    # all of the office's people are of one place, so sharing it says little there
    assert place.of_kind[within][same] < -1.0
    assert set(np.array(sources)[told.kinds.of_row == 1]) == {"office"}


def test_a_model_by_source_is_read_as_it_was_written() -> None:
    model = _linked(by_source=True)[0].model
    assert LinkageModel.from_json(model.to_json()) == model
    older = model.to_json()
    del older["sources"]
    older["comparisons"] = [
        {name: value for name, value in one.items() if name != "of_kind"}
        for one in older["comparisons"]
    ]
    assert LinkageModel.from_json(older).sources == ()


def test_pairs_have_the_kind_of_their_sources() -> None:
    kinds = kinds_by_source(["a", "a", "b", "c", "c", "d"], ["a", "b"])
    rows = np.array([0, 0, 2, 3, 3], dtype=np.int32)
    others = np.array([1, 2, 3, 4, 5], dtype=np.int32)
    assert kinds.of(rows, others).tolist() == [0, 1, 3, 4, 3]
    assert kinds.totals.tolist() == [1.0, 2.0, 0.0, 11.0, 1.0]
    assert kinds.totals.sum() == 6 * 5 / 2
    assert kinds.within.tolist() == [True, False, True, False, True]
    by_list = kinds_by_list(np.array([0, 0, 1], dtype=np.int32))
    assert by_list.of(np.array([0, 0]), np.array([1, 2])).tolist() == [0, 1]
    assert largest_sources(["x"] * 2 + [str(n) for n in range(20)])[-1] == "x"


def test_of_several_rows_as_like_one_none_is_taken() -> None:
    sources = ["court", "court", *["register"] * 60]
    kinds = kinds_by_source(sources, ("court", "register"))
    prior = np.array([1e-6, 1.0 / 120, 1e-6, 1e-9, 1e-9])  # one of the court's two is expected
    pairs = ScoredPairs(
        np.array([0, 1, 1, 1, 1], dtype=np.int32),
        np.array([2, 3, 4, 5, 6], dtype=np.int32),
        np.array([1.0, 1.0, 1.0, 1.0, FORBIDDEN], dtype=np.float32),
    )
    odds = with_rivals(pairs, kinds, prior)
    assert odds[0] > 1.0  # nobody else is like it
    assert (odds[1:4] < 0.0).all()
    assert np.ptp(odds[1:4]) < 1e-5
    assert odds[4] == FORBIDDEN


def test_rows_that_are_one_person_are_no_rivals() -> None:
    kinds = kinds_by_source(["court", *["register"] * 60], ("court", "register"))
    prior = np.array([1e-6, 0.5 / 60, 1e-6, 1e-9, 1e-9])
    left = np.array([0, 0, 1], dtype=np.int32)
    right = np.array([1, 2, 2], dtype=np.int32)
    rivals = ScoredPairs(left, right, np.array([3.0, 3.0, -9.0], dtype=np.float32))
    one = ScoredPairs(left, right, np.array([3.0, 3.0, 9.0], dtype=np.float32))
    assert (with_rivals(rivals, kinds, prior)[:2] < 1.0).all()
    assert (with_rivals(one, kinds, prior)[:2] > 2.5).all()


def test_weights_of_other_columns_are_refused() -> None:
    rows, _, _ = _world()
    names = [Field("name", "name")]
    few = PersonList("A", rows.ids[:300], {key: one[:300] for key, one in rows.columns.items()})
    model = link_lists([few], names).model
    assert link_lists([few], names, model=model).model == model
    cut = replace(model.comparisons[0], usual_rarity=(0.0,))
    for fields, other in (
        (FIELDS, model),
        (names, link_lists([few], FIELDS).model),
        (names, replace(model, prior=model.prior[:1], kin_prior=model.kin_prior[:1])),
        (names, replace(model, comparisons=(cut, *model.comparisons[1:]))),
    ):
        with pytest.raises(InputError, match="other columns"):
            link_lists([few], fields, model=other)
