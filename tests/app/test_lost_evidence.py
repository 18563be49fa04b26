"""A determination outlives its evidence: who reads it sees what no longer stands."""

from __future__ import annotations

import pytest

from bayyina.app.counting import count_figure
from bayyina.app.deciding import judge_pair
from bayyina.app.record_reading import read_record
from bayyina.app.rows import batch_of
from bayyina.app.short_ids import record_number
from bayyina.app.undoing import undo_batch
from bayyina.cli.records import in_words
from tests.app.conftest import Bench, quiet
from tests.app.two_lists import STANDARD, decide, records, take_in

VERIFIED = f"count persons with Death(verified={STANDARD})"


@pytest.fixture
def deaths(bench: Bench) -> list[str]:
    """Deaths of two lists; two people verified the first by its account in each list."""
    take_in(bench, "Register A")
    take_in(bench, "Register B")
    found = records(bench.amal, "Death")
    for handle in ("badr", "chams"):
        decide(bench.member(handle, "verifier"), found[0], found[0], found[3])
    return found


def undo(bench: Bench, record: str) -> None:
    undo_batch(bench.amal, batch=batch_of(record_number(bench.amal, record)))


def test_lines_say_whether_what_they_cite_stands(bench: Bench, deaths: list[str]) -> None:
    before = read_record(bench.amal, deaths[0])
    assert [line["stands"] for line in before["determinations"][0]["lines"]] == [True, True]
    figure = count_figure(bench.amal, VERIFIED, quiet)
    assert (figure.value, figure.lost_evidence) == (1, 0)
    undo(bench, deaths[3])
    after = read_record(bench.amal, deaths[0], history=True)
    for decision in after["determinations"]:
        assert [line["stands"] for line in decision["lines"]] == [True, False]
    words = in_words(after | {"list": "", "sources": {}})
    assert words.count("STANDS NO LONGER") == 2
    assert deaths[3] in words


def test_figures_say_how_many_rest_on_what_no_longer_stands(
    bench: Bench, deaths: list[str]
) -> None:
    badr, chams = bench.as_member("badr"), bench.as_member("chams")
    for worker in (badr, chams):
        decide(worker, deaths[1], deaths[1], deaths[4])
    undo(bench, deaths[3])
    for query, lost in ((VERIFIED, 2), ("count deaths", 2), (f"{VERIFIED} in 2013", 1)):
        assert count_figure(bench.amal, query, quiet).lost_evidence == lost, query
    assert count_figure(bench.amal, "count persons", quiet).lost_evidence == 0


def test_what_a_release_withdraws_is_lost_too(bench: Bench) -> None:
    take_in(bench, "Register A")
    bench.take_in(
        "FICT-1,Alif One,M,,2013-05-02,,died,2013-05-02",
        "FICT-2,Ba Two,F,,2013-05-02,,,",
        release="complete",
    )
    register = records(bench.amal, "Death")[0]
    listed = records(bench.amal, "Person")[3]
    judge_pair(
        bench.amal,
        record_a=listed,
        record_b=records(bench.amal, "Person")[0],
        verdict="same",
        reasons="one name",
    )
    account = records(bench.amal, "Death")[3]
    decide(bench.member("badr", "verifier"), register, register, account)
    bench.take_in(
        "FICT-2,Ba Two,F,,2013-05-02,,,",
        asserted_on="2023-09-30",
        release="complete",
        confirm=True,
    )
    shown = read_record(bench.amal, register)["determinations"][0]["lines"]
    assert {line["cites"]: line["stands"] for line in shown} == {register: True, account: False}


def test_what_was_undone_is_not_named_as_the_same(bench: Bench) -> None:
    take_in(bench, "Register A")
    bench.take_in("FICT-1,Alif One,M,,,,,", "FICT-8,Alif One,M,,,,,")
    people = records(bench.amal, "Person")
    for other in people[3:]:
        judge_pair(
            bench.amal, record_a=people[0], record_b=other, verdict="same", reasons="one name"
        )
    assert read_record(bench.amal, people[0])["same_as"] == people[3:]
    undo(bench, people[3])
    assert read_record(bench.amal, people[0])["same_as"] == []
