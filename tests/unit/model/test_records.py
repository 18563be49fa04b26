"""A record is what its statements say; disagreement stays visible; copies count once."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from bayyina.model.records import assemble, origin_of
from bayyina.model.statements import Statement
from bayyina.model.vocabulary import Vocabulary

VOCABULARY = Vocabulary.load()
PERSON, DEATH = VOCABULARY.types["Person"], VOCABULARY.types["Death"]


def said(number: int, name: str, value: str, **words: object) -> Statement:
    statement = Statement(number, 7, "Death", name, value, batch=1, source=1)
    return replace(statement, **words)  # type: ignore[arg-type]


def test_equal_values_of_two_sources_are_one_value_with_two_origins() -> None:
    record = assemble(
        7, DEATH, [said(1, "manner", "torture"), said(2, "manner", "torture", source=2)]
    )
    (value,) = record.properties["manner"].values
    assert [s.number for s in value.statements] == [1, 2]
    assert value.origins == (1, 2)
    assert record.disagreements == ()


def test_copies_of_one_origin_count_once() -> None:
    statements = [said(n, "manner", "torture", source=n) for n in (1, 2, 3, 4)]
    record = assemble(7, DEATH, statements, copied_from={2: 1, 3: 2})
    (value,) = record.properties["manner"].values
    assert value.origins == (1, 4)


def test_origins_follow_copies_to_their_end_and_survive_circles() -> None:
    assert origin_of(None, {}) is None
    assert origin_of(9, {9: 8, 8: 7}) == 7
    assert {origin_of(n, {1: 2, 2: 3, 3: 1}) for n in (1, 2, 3)} == {1}
    assert origin_of(5, {5: 2, 2: 3, 3: 2}) == 2


def test_the_value_with_more_origins_comes_first_and_the_other_stays() -> None:
    statements = [
        said(1, "manner", "execution", source=1),
        said(2, "manner", "torture", source=2),
        said(3, "manner", "torture", source=3),
        said(4, "manner", "execution", source=1),
    ]
    record = assemble(7, DEATH, statements)
    assert record.values_of("manner") == ("torture", "execution")
    assert record.disagreements == ("manner",)


def test_dates_that_can_both_hold_do_not_disagree() -> None:
    month = said(1, "date", "2013-05", date_lo="2013-05-01", date_hi="2013-05-31")
    day = said(2, "date", "2013-05-09", date_lo="2013-05-09", date_hi="2013-05-09")
    later = said(3, "date", "2014", date_lo="2014-01-01", date_hi="2014-12-31")
    since = said(4, "date", "2013/..", date_lo="2013-01-01", date_hi=None)
    assert assemble(7, DEATH, [month, day, since]).disagreements == ()
    assert assemble(7, DEATH, [month, day, later]).disagreements == ("date",)


def test_quantities_that_overlap_do_not_disagree() -> None:
    least = said(1, "age", "at least 30", num_lo=30, num_hi=None)
    exact = said(2, "age", "35", num_lo=35, num_hi=35)
    other = said(3, "age", "20", num_lo=20, num_hi=20)
    assert assemble(7, DEATH, [least, exact]).disagreements == ()
    assert assemble(7, DEATH, [least, other]).disagreements == ("age",)


def test_what_was_not_understood_contradicts_nothing_and_stays_apart() -> None:
    statements = [
        said(1, "manner", "torture"),
        said(2, "manner", "unrecognised", original="one wording"),
        said(3, "manner", "unrecognised", original="another wording"),
        said(4, "manner", "unrecognised", original="one wording"),
    ]
    record = assemble(7, DEATH, statements)
    assert len(record.properties["manner"].values) == 3
    assert record.disagreements == ()


def test_several_names_and_translations_do_not_disagree() -> None:
    arabic = said(1, "name.given", "خالد", lang="ar")
    latin = said(2, "name.given", "Khaled", lang="en")
    other = said(3, "name.given", "Khalil", lang="en")
    assert assemble(7, PERSON, [arabic, latin]).disagreements == ()
    assert assemble(7, PERSON, [arabic, latin, other]).disagreements == ("name.given",)
    full = [replace(s, property="name") for s in (arabic, latin, other)]
    assert assemble(7, PERSON, full).disagreements == ()  # a person may have several names


def test_a_correction_adds_and_the_corrected_is_kept_aside() -> None:
    first = said(1, "manner", "execution")
    corrected = said(2, "manner", "torture", supersedes=1)
    record = assemble(7, DEATH, [corrected, first])
    assert record.values_of("manner") == ("torture",)
    assert record.superseded == (first,)


def test_other_records_and_unknown_properties_are_told_apart() -> None:
    strange = said(2, "colour", "blue")
    other = said(3, "manner", "torture", record=8)
    record = assemble(7, DEATH, [said(1, "manner", "execution"), strange, other])
    assert record.unknown == (strange,)
    assert record.values_of("manner") == ("execution",)
    assert record.values_of("place") == ()
    assert list(record.properties) == ["manner"]


def test_a_statement_cannot_be_changed() -> None:
    statement = said(1, "manner", "torture", original="تعذيب")
    assert statement.wording() == "تعذيب"
    assert said(1, "manner", "torture").wording() == "torture"
    with pytest.raises(FrozenInstanceError):
        statement.value = "execution"  # type: ignore[misc]
