"""Reading figure queries: examples, canonical text, refusals."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayyina.errors import QueryError
from bayyina.figures.query import read_query
from bayyina.figures.query_tokens import quoted
from bayyina.figures.query_tree import (
    Act,
    And,
    Comparison,
    Condition,
    Not,
    Or,
    Query,
    State,
)
from bayyina.figures.query_words import QueryWords
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.standards.methodology import built_in_methodologies
from tests.unit.figures.questions import QUESTIONS
from tests.unit.figures.world import METHODOLOGIES, SmallPlaces, small_vocabulary

FORMATS_EXAMPLES = (
    "count persons with Death(manner=torture, by=syrian-government-to-2024) in 2011-03/2023-10 by year, age_class",
    "count persons held by syrian-government-to-2024 as of 2023-08-31 by sex, age_class under arrest-20-days",
    "count persons disappeared as of 2023-08-31 by governorate under arrest-20-days",
    "count sentences with outcome=commuted in 2011-03/2023-08",
    "count bodies identified known at 2023-06-30 by already_known",
    "count certificates with family_notified=no in 2022 on documented",
    "count persons with Death(manner=torture, by=syrian-government-to-2024) in 2023-11-17/..",
)
WORDS = QueryWords(small_vocabulary(), SmallPlaces(), tuple(METHODOLOGIES))


@pytest.mark.parametrize("text", FORMATS_EXAMPLES)
def test_published_examples_are_read_with_the_shipped_vocabulary(text: str) -> None:
    shipped = QueryWords(Vocabulary.load(), Gazetteer.load(), built_in_methodologies())
    query = read_query(text, shipped)
    assert read_query(str(query), shipped) == query


@pytest.mark.parametrize("text", QUESTIONS)
def test_canonical_text_reads_back_to_the_same_query(text: str) -> None:
    query = read_query(text, WORDS)
    assert read_query(str(query), WORDS) == query
    assert str(read_query(str(query), WORDS)) == str(query)


def test_clauses_may_stand_in_any_order_and_quotes_are_optional() -> None:
    one = read_query("count persons under twenty by sex as of 2013-01-02 with sex=male", WORDS)
    two = read_query('count persons with sex="male" by sex as of 2013-01-02 under "twenty"', WORDS)
    assert one == two
    assert str(one) == "count persons with sex=male by sex as of 2013-01-02 under twenty"


def test_by_after_a_state_is_a_group_or_a_key() -> None:
    assert read_query("count persons held by gov by sex", WORDS).state == State("held", "gov")
    keyed = read_query("count persons held by sex, party", WORDS)
    assert keyed.state == State("held")
    assert keyed.keys == ("sex", "party")


def test_parentheses_bind_before_and_and_and_before_or() -> None:
    plain = read_query("count persons with Arrest or Death and Release", WORDS)
    assert plain.condition == Or((Act("Arrest"), And((Act("Death"), Act("Release")))))
    bracketed = read_query("count persons with (Arrest or Death) and not Release", WORDS)
    assert bracketed.condition == And((Or((Act("Arrest"), Act("Death"))), Not(Act("Release"))))


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("persons", 1, "expected `count`"),
        ("count person", 7, "Did you mean `persons`?"),
        ("count persons helt", 15, "Did you mean"),
        ("count persons with Deth", 20, "Did you mean `Death`"),
        ("count persons with Death(maner=torture)", 26, "Did you mean `manner`"),
        ("count persons with Death(manner=tortur)", 33, "Did you mean `torture`?"),
        ("count persons with Death(by=govt)", 29, "Did you mean `gov`?"),
        ("count persons with Death(place=Nowhere)", 32, "not a place of the gazetteer"),
        ("count persons with Death(manner torture)", 33, "expected = after `manner`"),
        ("count persons with Death(manner=)", 33, "expected a value"),
        ("count persons with Death(manner=torture", 40, "expected `)`, not the end"),
        ("count persons with Death(age=old)", 30, "expected a whole number"),
        ("count persons with Death(manner<torture)", 26, "has no order"),
        ("count persons with Death(date=someday)", 31, "not a date"),
        ("count persons with sex=female and", 34, "expected a record type"),
        ("count persons with Death in sometimes", 29, "not a date or an interval"),
        ("count persons held as of 2013-05", 26, "expected a whole day"),
        ("count persons held by sx", 23, "Did you mean `sex`?"),
        ("count persons held by mil", 23, "expected a group or a key"),
        ("count persons held by rebel as of 2013-05-03", 23, "Did you mean `rebels`?"),
        ("count persons held by sex, rebel", 28, "expected a key"),
        ("count persons with Death by year, year", 35, "stands twice"),
        ("count persons by year", 18, "no act is named"),
        ("count persons with Death by name", 29, "expected a key"),
        ("count persons held under twnty", 26, "Did you mean `twenty`?"),
        ("count persons known at 2020-01-01 recorded at 2021-01-01", 35, "not both"),
        ("count persons strict lenient", 22, "not both"),
        ("count persons with sex=male with sex=female", 29, "a second time"),
        ("count bodies held", 14, "cannot be held"),
        ("count bodies by already_know", 17, "Did you mean `already_known`?"),
        ("count deaths by already_known", 17, "identified bodies only"),
        ("count bodies with Sentence", 19, "nothing links Sentence to bodies"),
        ('count persons with occupation="baker', 31, "never closed"),
        ("count persons ! sex", 15, "stands for nothing"),
        ("count documents by secret", 20, "expected a key"),
    ],
)
def test_refusals_name_the_position_and_what_was_expected(
    text: str, position: int, says: str
) -> None:
    with pytest.raises(QueryError) as refused:
        read_query(text, WORDS)
    assert f"Position {position}:" in str(refused.value)
    assert says in str(refused.value)


def _comparisons(names: dict[str, list[str]]) -> st.SearchStrategy[Comparison]:
    def of(name: str) -> st.SearchStrategy[Comparison]:
        one = st.sampled_from(names[name]).map(lambda v: (v,))
        several = st.lists(st.sampled_from(names[name]), min_size=1, max_size=3).map(tuple)
        return st.one_of(
            st.builds(Comparison, st.just(name), st.sampled_from(["=", "!="]), one),
            st.builds(Comparison, st.just(name), st.just("in"), several),
        )

    return st.sampled_from(sorted(names)).flatmap(of)


_PERSON = _comparisons(
    {"sex": ["male", "female"], "occupation": ["baker", 'the "old" baker', "a\\b", "in", "not"]}
)
_DEATH = _comparisons({"manner": ["torture", "illness"], "by": ["gov", "branch"], "age": ["3"]})


def _joined(kind: type[And | Or]) -> Any:
    def join(parts: list[Condition]) -> Condition:
        flat: list[Condition] = []
        for part in parts:
            flat.extend(part.parts if isinstance(part, kind) else [part])
        return kind(tuple(flat))

    return join


_CONDITIONS = st.recursive(
    st.one_of(_PERSON, st.builds(Act, st.just("Death"), st.lists(_DEATH, max_size=2).map(tuple))),
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(_joined(And)),
        st.lists(inner, min_size=2, max_size=3).map(_joined(Or)),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    condition=st.none() | _CONDITIONS,
    state=st.none() | st.sampled_from([State("held"), State("held", "gov"), State("dead")]),
    keys=st.sampled_from([(), ("sex",), ("sex", "party")]),
    day=st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    known=st.booleans(),
    size=st.none() | st.integers(0, 9_999_999),
    lenient=st.booleans(),
    axis=st.sampled_from(["occurred", "documented"]),
)
def test_any_query_survives_being_written_and_read(
    condition: Condition | None,
    state: State | None,
    keys: tuple[str, ...],
    day: date | None,
    known: bool,
    size: int | None,
    lenient: bool,
    axis: str,
) -> None:
    query = Query(
        "persons",
        state,
        condition,
        axis=axis,
        keys=keys,
        as_of=day,
        known_at=day if known else None,
        recorded_at=None if known or size is not None else day,
        recorded_size=size,
        methodology="twenty" if lenient else None,
        lenient=lenient,
    )
    assert read_query(str(query), WORDS) == query


@given(st.text())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_no_text_does_anything_but_read_or_refuse(text: str) -> None:
    try:
        query = read_query(f"count persons {text}", WORDS)
    except QueryError:
        return
    assert read_query(str(query), WORDS) == query


@given(st.text(min_size=1))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_quoted_texts_come_back_unchanged(text: str) -> None:
    query = read_query(f"count persons with occupation={quoted(text)}", WORDS)
    assert query.condition == Comparison("occupation", "=", (text,))
