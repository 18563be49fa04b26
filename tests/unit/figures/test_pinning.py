"""The text that opens a number names the state of the log that it was counted at."""

from __future__ import annotations

import pytest

from bayyina.figures.pinning import pinned
from bayyina.figures.query import read_query
from bayyina.figures.query_words import QueryWords


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("count persons", "count persons recorded at 42"),
        ("count persons by sex", "count persons by sex recorded at 42"),
        (
            "count persons disappeared as of 2023-08-31 under twenty",
            "count persons disappeared as of 2023-08-31 recorded at 42 under twenty",
        ),
        (
            "count persons known at 2023-06-30 under twenty lenient",
            "count persons known at 2023-06-30 recorded at 42 under twenty lenient",
        ),
        ("count persons lenient", "count persons recorded at 42 lenient"),
        ("count persons recorded at 2023-06-30", "count persons recorded at 2023-06-30"),
        ("count persons recorded at 7", "count persons recorded at 7"),
        (
            "count persons with occupation=under and not sex=male by sex",
            "count persons with occupation=under and not sex=male by sex recorded at 42",
        ),
        (
            'count persons with occupation="recorded at 1"',
            'count persons with occupation="recorded at 1" recorded at 42',
        ),
        ('an "unclosed text', 'an "unclosed text'),
    ],
)
def test_the_clause_stands_where_the_canonical_text_has_it(
    query: str, expected: str, words: QueryWords
) -> None:
    assert pinned(query, 42) == expected
    if query.startswith("count"):
        read = read_query(query, words)
        again = read_query(expected, words)
        assert str(again) == expected
        assert str(read) == query
        assert again.recorded_size == (42 if "recorded at 42" in expected else read.recorded_size)
