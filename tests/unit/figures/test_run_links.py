"""Joining people who were judged, linked or share an identifier; how right links are."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from bayyina.errors import QueryError
from bayyina.figures.kept_apart import joined_apart
from bayyina.figures.link_quality import (
    EDGES,
    Stratum,
    make_sample,
    quality_of,
    stratum_sql,
)
from bayyina.figures.pinning import pinned
from bayyina.figures.query import read_query
from bayyina.figures.query_tree import LINKED
from tests.unit.figures.test_docs_page import WORDS


def test_the_weaker_reason_gives_way() -> None:
    groups = joined_apart([(2, 1), (3, 2), (4, 3)], [(4, 1)])
    assert groups == {1: 1, 2: 1, 3: 1, 4: 4}
    groups = joined_apart([(4, 3), (3, 2), (2, 1)], [(4, 1)])
    assert groups == {1: 1, 2: 2, 3: 2, 4: 2}


def test_nobody_parted_is_ever_in_one_group() -> None:
    rng = np.random.default_rng(5)
    for _ in range(50):
        pairs = [tuple(sorted(rng.integers(0, 12, 2).tolist(), reverse=True)) for _ in range(20)]
        parted = [tuple(rng.choice(12, 2, replace=False).tolist()) for _ in range(4)]
        reasons = [(a, b) for a, b in pairs if a != b]
        groups = joined_apart(reasons, parted)
        for a, b in parted:
            assert groups.get(a, a) != groups.get(b, b)
        assert all(root <= record for record, root in groups.items())


@pytest.mark.parametrize("word", LINKED)
def test_what_joins_people_stands_in_the_canonical_text(word: str) -> None:
    query = read_query(f"count persons linked {word} under arrest-20-days", WORDS)
    assert query.linked == word
    assert str(query) == f"count persons under arrest-20-days linked {word}"
    assert read_query(str(query), WORDS) == query
    assert (
        pinned(str(query), 7) == f"count persons recorded at 7 under arrest-20-days linked {word}"
    )


def test_another_word_is_refused() -> None:
    with pytest.raises(QueryError, match="what joins people"):
        read_query("count persons linked loosely", WORDS)


def test_strata_are_numbered_by_their_edges() -> None:
    odds = [-9999, *(edge for edge in EDGES), 20000]
    found = [duckdb.execute(f"SELECT {stratum_sql(str(value))}").fetchall()[0][0] for value in odds]
    assert found == [0, *range(1, len(EDGES) + 1), len(EDGES)]


def test_too_few_judgements_tell_nothing() -> None:
    few = [Stratum("strict", 1000, 4, 4, 0, 0), Stratum("apart", 50, 4, 0, 4, 0)]
    assert quality_of(few, "strict").precision is None
    some = [Stratum("strict", 1000, 12, 12, 0, 0), Stratum("apart", 50, 4, 0, 0, 0)]
    assert quality_of(some, "strict").precision is not None
    assert quality_of(some, "strict").recall is None


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(11)
    sizes = {"strict": 4000, "lenient": 900, "unsure": 700, "apart": 8000}
    shares = {"strict": 0.97, "lenient": 0.7, "unsure": 0.35, "apart": 0.01}
    right = sizes["strict"] * shares["strict"]
    precision = shares["strict"]
    recall = right / sum(sizes[name] * shares[name] for name in sizes)
    held = np.zeros(2)
    rounds = 120
    for _ in range(rounds):
        strata = []
        for name, size in sizes.items():
            drawn = 60
            same = int(
                rng.hypergeometric(int(size * shares[name]), size - int(size * shares[name]), drawn)
            )
            strata.append(Stratum(name, size, drawn, same, drawn - same, 0))
        found = quality_of(strata, "strict")
        assert found.precision is not None
        assert found.recall is not None
        held += [
            found.precision.low <= precision <= found.precision.high,
            found.recall.low <= recall <= found.recall.high,
        ]
    assert (held / rounds >= 0.9).all()


def test_what_was_left_open_widens_the_interval() -> None:
    sure = quality_of([Stratum("strict", 500, 40, 38, 2, 0)], "strict").precision
    wide = quality_of([Stratum("strict", 500, 40, 30, 2, 8)], "strict").precision
    assert sure is not None
    assert wide is not None
    assert wide.high - wide.low > sure.high - sure.low
    assert wide.low < sure.low


def test_a_sample_is_drawn_at_random_and_again_the_same() -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            "CREATE TABLE all_link AS SELECT i + 1 AS a, i AS b, 5000 AS odds, 'strict' AS decision"
            " FROM range(1000) t(i)"
        )
        parameters = {
            "seed": 5,
            "strata": [{"stratum": 8, "decision": "strict", "pairs": 1000, "draw": 100}],
        }
        drawn = []
        for seed in (5, 5, 6):
            make_sample(connection, {**parameters, "seed": seed})
            rows = connection.execute("SELECT b FROM sampled ORDER BY b").fetchall()
            drawn.append([row[0] for row in rows])
        assert drawn[0] == drawn[1] != drawn[2]
        assert len(drawn[0]) == 100
        assert 350 < np.mean(drawn[0]) < 650
