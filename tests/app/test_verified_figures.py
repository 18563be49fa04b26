"""Decisions enter figures: what two people verified, what was verified before, what nobody did."""

from __future__ import annotations

from typing import Any

import pytest

from bayyina.app.counting import count_figure, open_figure
from bayyina.app.deciding import bring_decision
from bayyina.app.undoing import undo_batch
from bayyina.app.workspace import Workspace
from bayyina.errors import QueryError
from bayyina.figures.results import Figure
from tests.app.conftest import Bench, quiet
from tests.app.two_lists import ROWS, STANDARD, decide, records, take_in

NOBODY = {"two_people": 0, "earlier_practice": 0, "disputed": 0, "rejected": 0}
RULES = """version = 1
name = "{name}"
child_under = 18
[counts.Death]
standard = "death-two-sources"
only = "{only}"
"""


@pytest.fixture
def deaths(bench: Bench) -> list[str]:
    """Ids of the deaths of two lists: three of the first, then three of the second."""
    take_in(bench, "Register A")
    take_in(bench, "Register B")
    folder = bench.amal.folder / "methodologies"
    folder.mkdir()
    for name, only in (("decided", "verified"), ("brought", "verified_or_earlier")):
        text = RULES.format(name=name, only=only)
        (folder / f"{name}.methodology.toml").write_text(text, encoding="utf-8")
    return records(bench.amal, "Death")


def count(workspace: Workspace, query: str) -> Figure:
    return count_figure(workspace, query, quiet)


def verify(bench: Bench, *, people: tuple[str, ...], deaths: list[str], **words: Any) -> None:
    for handle in people:
        known = handle in {path.name for path in (bench.amal.folder / "people").iterdir()}
        worker = bench.as_member(handle) if known else bench.member(handle, "verifier")
        decide(worker, deaths[0], deaths[0], deaths[3], **words)


def test_the_share_of_what_two_people_verified(bench: Bench, deaths: list[str]) -> None:
    assert count(bench.amal, "count deaths").verification == {**NOBODY, "unverified": 3}
    verify(bench, people=("badr",), deaths=deaths)
    assert count(bench.amal, "count deaths").verification == {**NOBODY, "unverified": 3}
    verify(bench, people=("chams",), deaths=deaths)
    found = count(bench.amal, "count persons with Death").to_json()["verification"]
    assert found == {**NOBODY, "two_people": 1, "unverified": 2}
    assert count(bench.amal, "count persons").verification == {**NOBODY, "unverified": 3}


def test_a_query_may_ask_for_it_and_divide_by_it(bench: Bench, deaths: list[str]) -> None:
    verify(bench, people=("badr", "chams"), deaths=deaths)
    asked = {
        "count deaths with verification=two_people": 1,
        "count deaths with verification!=two_people": 2,
        "count deaths with verification=unverified": 2,
        f"count deaths with verified={STANDARD}": 1,
        f"count deaths with not verified={STANDARD}": 2,
        f"count persons with Death(verified={STANDARD}, place=Homs)": 1,
        f"count persons with Death(verified={STANDARD}, place=Aleppo)": 0,
        "count persons with Death(verification in (two_people, earlier_practice))": 1,
        "count persons with Death and verification=unverified": 3,
    }
    for query, value in asked.items():
        figure = count(bench.amal, query)
        assert (figure.value, figure.range) == (value, (value, value)), query
        assert count(bench.amal, figure.query).value == value
    groups = count(bench.amal, "count deaths by verification, verified").groups
    assert [(dict(group.key), group.value) for group in groups] == [
        ({"verification": "two_people", "verified": STANDARD}, 1),
        ({"verification": "unverified", "verified": "none"}, 2),
    ]
    found = list(open_figure(bench.amal, "count deaths with verification=two_people", quiet))
    assert found == [{"id": deaths[0], "certain": True}]
    with pytest.raises(QueryError, match="a documentation standard"):
        count(bench.amal, "count deaths with verified=hearsay")
    with pytest.raises(QueryError, match="two_people"):
        count(bench.amal, "count deaths with verification=yes")


def test_a_methodology_may_count_nothing_else(bench: Bench, deaths: list[str]) -> None:
    queries = ("count deaths", "count persons with Death", "count persons dead as of 2024-01-01")
    for query in queries:
        assert count(bench.amal, f"{query} under decided").value == 0
    verify(bench, people=("badr", "chams"), deaths=deaths)
    bring_decision(
        bench.member("dima", "earlier-decisions"),
        record_id=deaths[1],
        practice="the FICT network",
        reasons="its file of 2019",
    )
    for query in queries:
        figures = [count(bench.amal, f"{query} under {rule}") for rule in ("decided", "brought")]
        assert [figure.value for figure in figures] == [1, 2]
        assert figures[1].verification["earlier_practice"] == 1
        assert count(bench.amal, query).value == 3
    assert count(bench.amal, "count persons under decided").value == 3
    assert count(bench.amal, "count persons with not Death under decided").value == 2


def test_an_objection_makes_a_dispute_and_two_reject(bench: Bench, deaths: list[str]) -> None:
    verify(bench, people=("badr", "chams"), deaths=deaths)
    objectors = [bench.member(handle, "verifier") for handle in ("dima", "eman")]
    decide(objectors[0], deaths[0], decision="disputed")
    found = count(bench.amal, "count deaths")
    assert (found.value, found.verification["disputed"], found.verification["two_people"]) == (
        3,
        1,
        0,
    )
    assert count(bench.amal, "count deaths under decided").value == 0
    decide(objectors[0], deaths[0], decision="disputed", verdict="against")
    assert count(bench.amal, "count deaths").verification["two_people"] == 1
    for worker in objectors:
        decide(worker, deaths[1], decision="rejected")
    found = count(bench.amal, "count deaths")
    assert (found.value, found.verification["rejected"]) == (3, 1)


def test_another_account_that_somebody_is_against(bench: Bench, deaths: list[str]) -> None:
    verify(bench, people=("badr", "chams"), deaths=deaths)
    decide(bench.member("dima", "verifier"), deaths[3], decision="rejected")
    assert count(bench.amal, "count deaths").verification["disputed"] == 1


def test_recorded_at_rewinds_decisions_too(bench: Bench, deaths: list[str]) -> None:
    before = count(bench.amal, "count deaths").custody_size
    verify(bench, people=("badr", "chams"), deaths=deaths)
    now = count(bench.amal, "count deaths")
    assert now.verification["two_people"] == 1
    for size, value in ((before, 0), (now.custody_size - 1, 0), (now.custody_size, 1)):
        figure = count(bench.amal, f"count deaths recorded at {size}")
        assert (figure.value, figure.verification["two_people"]) == (3, value)
        assert (figure.custody_size, figure.recorded_at) == (size, None)
        known = count(bench.amal, f"count deaths known at 2023-12-31 recorded at {size}")
        assert (known.value, known.verification["two_people"]) == (3, value)
    with pytest.raises(QueryError, match=f"has only {now.custody_size} entries"):
        count(bench.amal, f"count deaths recorded at {now.custody_size + 1}")


def test_a_list_that_was_verified_before_it_came(bench: Bench) -> None:
    take_in(bench, "Register A", *ROWS[:1], more='earlier_practice = "the FICT network"')
    take_in(bench, "Register B", *ROWS[1:])
    figure = count(bench.amal, "count deaths")
    assert figure.verification == {**NOBODY, "earlier_practice": 1, "unverified": 2}
    assert count(bench.amal, "count persons with verification=earlier_practice").value == 1
    decide(bench.member("dima", "verifier"), records(bench.amal, "Death")[0], decision="disputed")
    assert count(bench.amal, "count deaths").verification["disputed"] == 1


def test_a_later_release_may_say_so_first(bench: Bench) -> None:
    take_in(bench, "Register A")
    take_in(bench, "Register A", more='earlier_practice = "the FICT network"')
    assert count(bench.amal, "count deaths").verification["earlier_practice"] == 3
    size = bench.amal.store.log_size()
    take_in(bench, "Register A", more='earlier_practice = "the FICT network"')
    assert bench.amal.store.log_size() == size
    newest = max(row.batch for row in bench.amal.store.batches() if row.action == "import")
    undo_batch(bench.amal, batch=newest, reason="not so")
    assert count(bench.amal, "count deaths").verification["earlier_practice"] == 0


def test_a_row_that_says_so_of_itself(bench: Bench) -> None:
    mapping = """
version = 1
[list]
name = "Register C"
asserted_on = {asserted_on}
release = "{release}"
fictional = true
[row]
record = "Person"
key = "id"
[[acts]]
type = "Death"
when = {{ column = "death" }}
columns = {{ checked = {{ to = "earlier_practice" }} }}
"""
    rows = ("FICT-1,2014,the FICT network", "FICT-2,2015,")
    bench.take_in(*rows, header="id,death,checked", mapping=mapping)
    found = count(bench.amal, "count persons with Death by verification").groups
    assert {group.key["verification"]: group.value for group in found} == {
        "earlier_practice": 1,
        "unverified": 1,
    }
