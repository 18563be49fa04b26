"""The rules of counting, one by one, on worlds small enough to count by hand."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bayyina.errors import QueryError, WorkspaceError
from bayyina.figures.engine import FigureEngine
from bayyina.figures.results import Figure
from tests.unit.figures.world import METHODOLOGIES, Batch, SmallMethodology, SmallPlaces, World

Engines = Callable[[World], FigureEngine]


def person(world: World, **values: Any) -> int:
    return world.record("Person", name="FICT", **values)


def groups(figure: Figure) -> dict[tuple[str, ...], tuple[int, int]]:
    return {tuple(group.key.values()): group.range for group in figure.groups}


def test_several_accounts_of_a_death_are_one_and_its_date_is_what_all_allow(
    world: World, engine_of: Engines
) -> None:
    one, two = person(world, identifier="n:1"), person(world, identifier="n:1")
    world.record("Death", victim=one, date="2013", manner="torture", source=1)
    world.record("Death", victim=two, date="2013-05", manner="beating", source=2)
    engine = engine_of(world)
    assert engine.count("count deaths in 2013-05").range == (1, 1)
    assert engine.count("count deaths with manner=torture").range == (1, 1)
    assert engine.count("count deaths with manner=beating").range == (1, 1)


def test_contradicting_dates_of_a_death_span_all_of_them(world: World, engine_of: Engines) -> None:
    one = person(world)
    world.record("Death", victim=one, date="2013-05-03")
    world.record("Death", victim=one, date="2014-01-01")
    engine = engine_of(world)
    assert engine.count("count deaths in 2013").range == (0, 1)
    assert engine.count("count deaths in 2013/2014").range == (1, 1)
    assert groups(engine.count("count deaths by year")) == {
        ("2013",): (0, 1),
        ("2014",): (0, 1),
        ("unknown",): (1, 1),
    }


@pytest.mark.parametrize(
    ("born", "act", "child", "adult"),
    [
        ("1995-05-03", "2013-05-02", (1, 1), (0, 0)),
        ("1995-05-03", "2013-05-03", (0, 0), (1, 1)),
        ("1995-05", "2013-05-15", (0, 1), (0, 1)),
        ("1995", "2013", (0, 1), (0, 1)),
        ("1996", "2013", (1, 1), (0, 0)),
        ("1994", "2013", (0, 0), (1, 1)),
        ("1996-02-29", "2014-02-28", (1, 1), (0, 0)),
        ("1996-02-29", "2014-03-01", (0, 0), (1, 1)),
        ("../1990", "2013", (0, 0), (1, 1)),
        ("2000/..", "2013", (1, 1), (0, 0)),
    ],
)
def test_a_child_is_under_age_on_every_possible_day(
    world: World,
    engine_of: Engines,
    born: str,
    act: str,
    child: tuple[int, int],
    adult: tuple[int, int],
) -> None:
    world.record("Arrest", victim=person(world, birth_date=born), date=act)
    engine = engine_of(world)
    assert engine.count("count arrests with age_class=child").range == child
    assert engine.count("count arrests with age_class=adult").range == adult


def test_birth_decides_before_the_stated_age_and_that_before_the_stated_class(
    world: World, engine_of: Engines
) -> None:
    born = person(world, birth_date="1980")
    world.record("Arrest", victim=born, date="2013", age="12", age_class="child")
    vague = person(world, birth_date="1994/1996")
    world.record("Arrest", victim=vague, date="2013", age="17", age_class="adult")
    silent = person(world)
    world.record("Arrest", victim=silent, date="2013", age_class="child")
    stated = person(world, age="40")
    world.record("Arrest", victim=stated, date="2013")
    nothing = person(world)
    world.record("Arrest", victim=nothing, date="2013")
    engine = engine_of(world)
    assert groups(engine.count("count arrests by age_class")) == {
        ("adult",): (2, 2),
        ("child",): (2, 2),
        ("unknown",): (1, 1),
    }
    assert engine.count("count arrests with age_class=child under sixteen").value == 1


def test_disagreeing_sources_make_a_condition_possible_and_precision_is_no_disagreement(
    world: World, engine_of: Engines
) -> None:
    one = person(world, sex=(["male", 1], ["female", 2]))
    world.record("Arrest", victim=one, by=(["gov", 1], ["branch", 2]), place=(["A", 1], ["A1", 2]))
    engine = engine_of(world)
    assert engine.count("count persons with sex=male").range == (0, 1)
    assert engine.count("count persons with sex in (male, female)").range == (1, 1)
    assert engine.count("count arrests with by=branch and place=A1").range == (1, 1)
    assert groups(engine.count("count arrests by group, district")) == {("branch", "A1"): (1, 1)}
    assert groups(engine.count("count arrests by party, governorate")) == {("gov", "A"): (1, 1)}


def test_what_nobody_stated_is_possible_and_what_was_not_recognised_is_not_stated(
    world: World, engine_of: Engines
) -> None:
    world.record("Death", victim=person(world), manner="unrecognised")
    world.record("Death", victim=person(world))
    world.record("Death", victim=person(world), manner="illness")
    engine = engine_of(world)
    assert engine.count("count deaths with manner=torture").range == (0, 2)
    assert engine.count("count deaths with not manner=torture").range == (1, 3)


def test_people_of_whom_a_list_states_nothing_but_an_act_are_counted(
    world: World, engine_of: Engines
) -> None:
    silent = [world.record("Person"), world.record("Person")]
    for day, victim in enumerate((*silent, person(world, sex="male")), start=1):
        world.record("Death", victim=victim, date=f"2013-05-0{day}", place="A")
    world.record("Arrest", victim=silent[0], date="2012-01-01")
    engine = engine_of(world)
    assert engine.count("count deaths").range == (3, 3)
    assert engine.count("count deaths with Arrest").range == (1, 1)
    assert engine.count("count persons").range == (3, 3)
    assert engine.count("count persons with Death").range == (3, 3)
    assert engine.count("count persons held as of 2012-12-31").range == (1, 1)
    assert groups(engine.count("count persons with Death by sex")) == {
        ("male",): (1, 1),
        ("unknown",): (2, 2),
    }
    opened = {ref.number for ref in engine.open("count persons with Death")}
    assert opened >= set(silent)


def test_what_a_link_to_something_else_leads_to_is_no_person(
    world: World, engine_of: Engines
) -> None:
    act = world.record("Arrest", date="2013", victim=world.record("Arrest", date="2012"))
    world.record("Document", about=(act, world.record("Person")), kind="court_record")
    assert engine_of(world).count("count persons").range == (0, 0)


@pytest.mark.parametrize(
    ("as_of", "expected"), [("2013-05-21", 0), ("2013-05-22", 0), ("2013-05-23", 1)]
)
def test_disappearance_begins_after_the_methodologys_days(
    world: World, engine_of: Engines, as_of: str, expected: int
) -> None:
    one = person(world)
    world.record("Arrest", victim=one, date="2013-05-03", by="branch", acknowledged="no")
    engine = engine_of(world)
    assert engine.count(f"count persons disappeared as of {as_of} under twenty").value == expected
    assert engine.count(f"count persons disappeared as of {as_of} under none").value == 1


def test_a_transfer_does_not_begin_a_disappearance_anew(world: World, engine_of: Engines) -> None:
    one = person(world)
    world.record("Arrest", victim=one, date="2012-01-01", by="gov", acknowledged="no")
    world.record("Transfer", victim=one, date="2013-08-20")
    query = "count persons disappeared{} as of {} under twenty"
    engine = engine_of(world)
    assert engine.count(query.format("", "2013-08-31")).range == (1, 1)
    assert engine.count(query.format(" by gov", "2013-08-31")).range == (1, 1)
    assert engine.count(query.format("", "2012-01-10")).range == (0, 0)


def test_an_arrest_after_a_release_begins_a_disappearance_anew(
    world: World, engine_of: Engines
) -> None:
    one = person(world)
    world.record("Arrest", victim=one, date="2012-01-01", by="gov", acknowledged="no")
    world.record("Release", victim=one, date="2012-06")
    world.record("Arrest", victim=one, date="2013-08-20", by="gov", acknowledged="no")
    world.record("Transfer", victim=one, date="2013-08-25", by="gov")
    two = person(world)
    world.record("Arrest", victim=two, date="2012-06-10", by="gov", acknowledged="yes")
    world.record("Release", victim=two, date="2012-06")
    world.record("Arrest", victim=two, date="2013-01-01", by="gov", acknowledged="no")
    query = "count persons disappeared as of {} under twenty"
    engine = engine_of(world)
    assert engine.count(query.format("2013-08-31")).range == (0, 1)
    assert engine.count(query.format("2013-09-10")).range == (1, 2)


@pytest.mark.parametrize(
    ("date_", "until", "as_of", "expected"),
    [
        ("2012-01-01", "2012-06-30", "2013-12-31", (0, 0)),
        ("2012-01-01", "2012-06-30", "2012-06-29", (1, 1)),
        ("2012-01-01", "2012-06-30", "2012-06-30", (0, 0)),
        ("2012-01-01", "2012-06", "2012-06-15", (0, 1)),
        ("2012", "2012", "2013-12-31", (0, 0)),
        ((), "2012-06-30", "2013-12-31", (0, 0)),
        ("2012-01-01", "2012-06/..", "2013-12-31", (0, 1)),
    ],
)
def test_a_detention_ends_when_it_says_so(
    world: World,
    engine_of: Engines,
    date_: str,
    until: str,
    as_of: str,
    expected: tuple[int, int],
) -> None:
    world.record("Detention", victim=person(world), date=date_, end_date=until)
    assert engine_of(world).count(f"count persons held as of {as_of}").range == expected


def test_the_end_of_a_detention_ends_the_arrest_before_it_unless_they_were_moved(
    world: World, engine_of: Engines
) -> None:
    for moved in (None, "2012-06-30", "2013-01-01"):
        one = person(world)
        world.record("Arrest", victim=one, date="2012-01-01", by="gov", acknowledged="no")
        world.record("Detention", victim=one, date="2012-01-02", end_date="2012-06-30")
        if moved:
            world.record("Transfer", victim=one, date=moved, by="gov")
    engine = engine_of(world)
    assert engine.count("count persons held as of 2012-12-31").range == (1, 1)
    assert engine.count("count persons held as of 2013-12-31").range == (2, 2)
    query = "count persons disappeared as of 2013-12-31 under twenty"
    assert engine.count(query).range == (1, 2)


def test_a_disappearance_needs_a_state_and_a_refusal(world: World, engine_of: Engines) -> None:
    for by, acknowledged in (
        ("rebels", "no"),
        ("gov", "yes"),
        ("unidentified", "no"),
        ("gov", "no"),
    ):
        world.record(
            "Arrest", victim=person(world), date="2013-05-03", by=by, acknowledged=acknowledged
        )
    reported = person(world)
    world.record("Arrest", victim=reported, date="2013-05-03", by="gov", acknowledged="yes")
    world.record("ReportedDisappearance", victim=reported, information_refused="yes")
    neither = person(world)
    world.record("Arrest", victim=neither, date="2013-05-03", by="gov", acknowledged="yes")
    world.record("ReportedDisappearance", victim=neither, information_refused="no", denied="no")
    engine = engine_of(world)
    query = "count persons disappeared{} as of 2014-01-01 under twenty"
    assert engine.count(query.format("")).range == (2, 3)
    assert engine.count(query.format(" by rebels")).value == 1
    assert engine.count(query.format(" by gov")).value == 2


def test_disappearance_of_any_kind_outlasts_a_death_but_not_a_release(
    world: World, engine_of: Engines
) -> None:
    for end in ("Death", "Release", "Handover"):
        one = person(world)
        world.record("Arrest", victim=one, date="2013-05-03", by="gov", acknowledged="no")
        world.record(end, victim=one, date="2013-09-01")
    engine = engine_of(world)
    query = "count persons disappeared as of 2014-01-01 under {}"
    assert engine.count(query.format("any")).value == 1
    assert engine.count(query.format("none")).value == 0


def test_who_is_disappeared_must_be_asked_under_a_methodology(
    world: World, engine_of: Engines
) -> None:
    engine = engine_of(world)
    with pytest.raises(QueryError, match="under twenty"):
        engine.count("count persons disappeared as of 2014-01-01")
    with pytest.raises(QueryError, match="does not say who is disappeared"):
        engine.count("count persons disappeared as of 2014-01-01 under sixteen")


def test_known_at_keeps_what_a_later_release_corrected_or_withdrew(
    world: World, engine_of: Engines
) -> None:
    world.batches = [Batch(1, 0), Batch(2, 1)]
    one = person(world, asserted_on="2020-01-01")
    death = world.record("Death", victim=one, manner="illness", asserted_on="2020-01-01")
    gone = person(world, asserted_on="2020-01-01")
    at = len(world.said)
    world.record("Death", batch=2, number=death, manner="torture", asserted_on="2020-06-01")
    world.closures = [
        (i, 2, "2020-06-01")
        for i, said in enumerate(world.said[:at])
        if said.property == "manner" or said.record == gone
    ]
    engine = engine_of(world)
    torture = "count deaths with manner=torture"
    assert engine.count("count persons").value == 1
    assert engine.count("count persons known at 2020-05-31").value == 2
    assert engine.count("count persons known at 2020-06-01").value == 1
    assert engine.count("count persons known at 2019-12-31").value == 0
    assert engine.count(torture).value == 1
    assert engine.count(f"{torture} known at 2020-05-31").range == (0, 0)


def test_recorded_at_rewinds_the_log_and_undoing_brings_back_what_a_batch_closed(
    world: World, engine_of: Engines
) -> None:
    world.batches = [Batch(1, 0), Batch(2, 4)]
    person(world)
    person(world, batch=2)
    world.closures = [(0, 2, None)]
    engine = engine_of(world)
    assert engine.count("count persons recorded at 2020-12-31").value == 0
    assert engine.count("count persons recorded at 2021-01-01").value == 1
    figure = engine.count("count persons")
    assert (figure.value, figure.custody_size) == (1, 5)
    world.undo(2, 6)
    undone = engine_of(world)
    before = undone.count("count persons recorded at 2021-01-06")
    after = undone.count("count persons recorded at 2021-01-07")
    assert (before.value, before.custody_size) == (1, 6)
    assert (after.value, after.custody_size) == (1, 7)
    first, second = (
        [ref.number >> 32 for ref in undone.open(f"count persons recorded at 2021-01-0{day}")]
        for day in (6, 7)
    )
    assert (first, second) == ([2], [1])


def test_bodies_are_already_known_from_other_sources_only(world: World, engine_of: Engines) -> None:
    for manner, source in (("torture", 2), ("torture", 9), ("illness", 2), ("violent", 2)):
        one = person(world)
        world.record("Death", victim=one, manner=manner, source=source)
        body = world.record("PhotographedBody", body_number="1", source=9)
        world.record("Identification", body=body, person=one, state="identified", source=9)
    figure = engine_of(world).count("count bodies identified by already_known")
    assert groups(figure) == {("no",): (2, 3), ("unknown",): (1, 1), ("yes",): (1, 2)}
    assert figure.unknown == 1


def test_the_digest_is_over_the_sorted_numbers_of_the_counted_records(
    world: World, engine_of: Engines
) -> None:
    numbers = [person(world, sex="female") for _ in range(3)]
    person(world)
    engine = engine_of(world)
    packed = b"".join(struct.pack(">q", number) for number in sorted(numbers))
    assert engine.digest("count persons with sex=female") == hashlib.sha256(packed).hexdigest()
    assert len(list(engine.open("count persons with sex=female"))) == 4
    assert len(list(engine.open("count persons with sex=female", limit=2))) == 2
    women = list(engine.open("count persons with sex=female"))
    for place, one in enumerate(women):
        after = engine.open("count persons with sex=female", limit=2, after=one.number)
        assert list(after) == women[place + 1 : place + 3]


def test_every_group_opens_into_as_many_records_as_it_counts(
    world: World, engine_of: Engines
) -> None:
    for dates in (("2013",), ("2013", "2014"), ("2013/2014",), (), ("2013", "2012/2013")):
        one = person(world, sex="male")
        for text in dates or ((),):
            world.record("Arrest", victim=one, date=text)
    engine = engine_of(world)
    query = "count persons with Arrest by year, sex"
    for group in engine.count(query).groups:
        opened = list(engine.open(query, group=dict(group.key)))
        assert len(opened) == group.range[1]
        assert sum(ref.certain for ref in opened) == group.range[0]
    with pytest.raises(QueryError, match="names the keys year, sex"):
        list(engine.open(query, group={"year": "2013"}))


def test_a_figure_says_how_it_was_made(world: World, engine_of: Engines) -> None:
    person(world)
    content = engine_of(world).count("count  persons held  by sex").to_json()
    assert content["query"] == "count persons held by sex"
    assert content["comparator"] == "at least"
    assert content["meaning"] == "not known to have been released"
    assert content["methodology"] == "twenty"
    assert content["vocabulary_digest"] == world.vocabulary.digest
    assert content["as_of"] == "2021-01-01"
    assert content["custody_size"] == 1
    assert content["groups_sum"] is True
    lenient = engine_of(world).count("count persons lenient")
    assert lenient.comparator == "about"


def test_an_empty_snapshot_counts_nothing_and_an_absent_one_is_said(
    world: World, engine_of: Engines, tmp_path: Path
) -> None:
    world.batches = []
    engine = engine_of(world)
    for query in ("count persons by source", "count persons held", "count bodies identified"):
        assert engine.count(query).range == (0, 0)
    empty = FigureEngine(tmp_path / "none", world.vocabulary, SmallPlaces(), METHODOLOGIES)
    with empty, pytest.raises(WorkspaceError, match="no snapshot"):
        empty.count("count persons")


def test_the_newest_state_is_counted_and_assembled_cuts_are_used_again(
    world: World, tmp_path: Path
) -> None:
    person(world)
    world.write(tmp_path)
    with FigureEngine(tmp_path, world.vocabulary, SmallPlaces(), METHODOLOGIES) as engine:
        assert engine.count("count persons").value == 1
        made = {path.name for path in (tmp_path / "assembled").iterdir()}
        person(world)
        world.write(tmp_path)
        assert engine.count("count persons").value == 2
    with FigureEngine(tmp_path, world.vocabulary, SmallPlaces(), METHODOLOGIES) as again:
        assert again.count("count persons").value == 2
    assert len({path.name for path in (tmp_path / "assembled").iterdir()} - made) == 1


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("count persons in 2013", "have no date of their own"),
        ("count persons with Death and age_class=child", "inside the act's parentheses"),
    ],
)
def test_questions_that_say_nothing_are_refused(
    world: World, engine_of: Engines, query: str, says: str
) -> None:
    world.record("Death", victim=person(world), date="2013")
    with pytest.raises(QueryError, match=says):
        engine_of(world).count(query)


def test_days_of_the_figure_follow_the_query(world: World, engine_of: Engines) -> None:
    person(world)
    engine = engine_of(world)
    assert engine.count("count persons known at 2020-03-04").as_of == date(2020, 3, 4)
    assert engine.count("count persons as of 2019-03-04 known at 2020-03-04").as_of == date(
        2019, 3, 4
    )


def test_a_methodology_may_take_the_age_on_the_day_that_is_asked_for(
    world: World, tmp_path: Path
) -> None:
    for values in ({"birth_date": "1996-02-29"}, {"birth_date": "2000"}, {"age": "30"}):
        world.record("Arrest", victim=person(world, **values), date="2013-05-03")
    world.record("Arrest", victim=person(world), date="2013-05-03", age="19")
    world.record("Arrest", victim=person(world), date="2013-05-03", age="15")
    world.write(tmp_path)
    rules = {"later": SmallMethodology("later", age_at="as_of")}
    with FigureEngine(tmp_path, world.vocabulary, SmallPlaces(), rules) as engine:
        query = "count persons held as of {} by age_class"
        assert groups(engine.count(query.format("2014-02-28"))) == {
            ("adult",): (2, 3),
            ("child",): (2, 3),
            ("unknown",): (1, 1),
        }
        assert groups(engine.count(query.format("2014-03-01")))["adult",] == (3, 4)
