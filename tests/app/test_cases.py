"""Cases: somebody with a role for one case reads and changes that case, and nothing else.

Alice may in the whole workspace, Bob in the case HAMA, Charlie in HOMS.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bayyina.app.case_scopes import Assignment, CaseIndex, Range, case_of, ranges_of
from bayyina.app.cases import add_case, assign_records, list_cases
from bayyina.app.counting import count_figure, open_figure
from bayyina.app.deciding import determine_record, judge_pair
from bayyina.app.exporting import export_records
from bayyina.app.finding import find_records
from bayyina.app.importing import ImportResult, import_list
from bayyina.app.members import set_roles
from bayyina.app.record_reading import read_record
from bayyina.app.rows import row_number
from bayyina.app.short_ids import record_number
from bayyina.app.undoing import undo_batch
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError, PermissionRefusedError
from bayyina.tables.mapping import Mapping
from tests.app.conftest import HEADER, MAPPING, Bench, quiet
from tests.app.test_use_cases_are_logged import check_change
from tests.app.two_lists import records


def take_in(
    bench: Bench, workspace: Workspace, name: str, first: int, *, case: str = ""
) -> ImportResult:
    """A list of two people, one of whom died, into a case."""
    rows = [
        f"FICT-{first},Name {first},M,1990,2013,Homs,held,",
        f"FICT-{first + 1},Name {first + 1},M,1985,2014,حلب,died,2015-03",
    ]
    file = bench.folder / f"{name}.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    text = MAPPING.format(asserted_on="2023-08-31", release="partial")
    return import_list(
        workspace,
        file=file,
        mapping=Mapping.parse(text.replace("Register of invented arrests", name), bench.amal.vocabulary),
        report=bench.folder / "rows.csv",
        progress=quiet,
        case=case,
    )  # fmt: skip


class Cast:
    """Two cases with a list each, and who works on which."""

    def __init__(self, bench: Bench) -> None:
        for code in ("HAMA", "HOMS"):
            add_case(bench.amal, code=code, title=f"The case of {code}")
        take_in(bench, bench.amal, "List of Hama", 1, case="HAMA")
        take_in(bench, bench.amal, "List of Homs", 11, case="HOMS")
        self.alice = bench.member("alice", "verifier", "intake")
        self.bob = bench.member("bob", "verifier@HAMA", "intake@HAMA")
        self.charlie = bench.member("charlie", "verifier@HOMS")
        people, deaths = records(bench.amal, "Person"), records(bench.amal, "Death")
        self.hama, self.homs = people[:2], people[2:]
        self.death_of_hama, self.death_of_homs = deaths


@pytest.fixture
def cast(bench: Bench) -> Cast:
    return Cast(bench)


def test_a_record_is_read_by_those_of_its_case(cast: Cast) -> None:
    for workspace in (cast.alice, cast.bob):
        assert read_record(workspace, cast.hama[0])["type"] == "Person"
    with pytest.raises(PermissionRefusedError, match="only in HOMS"):
        read_record(cast.charlie, cast.hama[0])
    with pytest.raises(PermissionRefusedError, match="only in HAMA"):
        read_record(cast.bob, cast.homs[1])


def test_an_act_is_of_the_case_of_its_list(cast: Cast) -> None:
    assert read_record(cast.bob, cast.death_of_hama)["type"] == "Death"
    with pytest.raises(PermissionRefusedError):
        read_record(cast.bob, cast.death_of_homs)


def test_a_search_finds_what_somebody_may_see(cast: Cast) -> None:
    def found(workspace: Workspace, text: str) -> list[str]:
        return [one["id"] for one in find_records(workspace, text, quiet)["records"]]

    assert set(found(cast.alice, "Name")) >= {*cast.hama, *cast.homs}
    assert set(found(cast.bob, "Name")) == set(cast.hama)
    assert found(cast.bob, cast.homs[0]) == []
    assert found(cast.charlie, "FICT-11") == [cast.homs[0]]


def test_a_list_of_what_a_figure_counts_is_narrowed(cast: Cast) -> None:
    def opened(workspace: Workspace) -> set[str]:
        return {str(one["id"]) for one in open_figure(workspace, "count persons", quiet)}

    assert opened(cast.alice) == {*cast.hama, *cast.homs}
    assert opened(cast.bob) == set(cast.hama)
    assert opened(cast.charlie) == set(cast.homs)
    first = list(open_figure(cast.charlie, "count persons", quiet, limit=1))
    assert [one["id"] for one in first] == [cast.homs[0]]


def test_a_figure_takes_a_role_for_the_whole_workspace(cast: Cast) -> None:
    assert count_figure(cast.alice, "count persons", quiet).value == 4
    with pytest.raises(PermissionRefusedError, match="only in HAMA"):
        count_figure(cast.bob, "count persons", quiet)


def test_an_export_holds_the_case_alone(cast: Cast, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    export_records(cast.bob, form="csv", out=out, progress=quiet, record_type="Person")
    text = out.read_text(encoding="utf-8")
    assert all(one in text for one in cast.hama)
    assert not any(one in text for one in cast.homs)


def test_decisions_are_about_records_of_the_case(cast: Cast) -> None:
    with pytest.raises(PermissionRefusedError, match="only in HAMA"):
        judge_pair(
            cast.bob, record_a=cast.hama[0], record_b=cast.homs[0], verdict="same", reasons="r"
        )
    judge_pair(
        cast.bob, record_a=cast.hama[0], record_b=cast.hama[1], verdict="different", reasons="r"
    )
    with pytest.raises(PermissionRefusedError, match="only in HOMS"):
        decide(cast.charlie, cast.death_of_hama)
    assert decide(cast.charlie, cast.death_of_homs).startswith("not yet")


def decide(workspace: Workspace, death: str, *, decision: str = "verified") -> str:
    return str(
        determine_record(
            workspace,
            record_id=death,
            decision=decision,
            verdict="for",
            standard="family-may-be-told",
            reasons="seen",
            lines=[f"account={death}"],
        )["state"]
    )


def test_one_person_is_not_two_by_way_of_two_cases(bench: Bench, cast: Cast) -> None:
    dima = bench.member("dima", "verifier@HAMA", "verifier@HOMS")
    assert decide(dima, cast.death_of_hama).startswith("not yet")
    assign_records(bench.amal, case="HOMS", records=[cast.death_of_hama])
    with pytest.raises(PermissionRefusedError, match="decided this already"):
        decide(dima, cast.death_of_hama)


def test_a_refused_citation_names_nobody_of_another_case(bench: Bench, cast: Cast) -> None:
    def hint(who: Workspace) -> str:
        with pytest.raises(InputError, match="nothing to do with the record") as refused:
            determine_record(
                who,
                record_id=cast.death_of_hama,
                decision="released",
                verdict="for",
                standard="family-may-be-told",
                reasons="seen",
                lines=[f"account={cast.death_of_homs}"],
            )
        return refused.value.hint

    assert "review decide" in hint(bench.member("eman", "verifier"))
    told = hint(cast.bob)
    assert "Cite a statement of it" in told
    assert "review decide" not in told
    assert not any(one in told for one in (*cast.hama, *cast.homs))


def test_a_half_lapses_when_the_record_leaves_the_case(bench: Bench, cast: Cast) -> None:
    alice = bench.member("dima", "verifier")
    bob = bench.member("eman", "verifier@HAMA")
    assert decide(bob, cast.death_of_hama).startswith("not yet")
    set_roles(bench.amal, handle="eman", roles=["verifier@HOMS"])
    assert decide(alice, cast.death_of_hama).startswith("not yet")


def test_a_list_is_taken_into_the_case_that_one_may(bench: Bench, cast: Cast) -> None:
    taken = take_in(bench, cast.bob, "Another list", 21)
    assert taken.batch is not None
    assert case_of(bench.amal.store, row_number(taken.batch, 1)) == "HAMA"
    with pytest.raises(PermissionRefusedError, match="only in HAMA"):
        take_in(bench, cast.bob, "A third list", 31, case="HOMS")
    with pytest.raises(PermissionRefusedError, match="only in HAMA"):
        take_in(bench, cast.bob, "List of Homs", 13)
    with pytest.raises(InputError, match="belongs to the case HOMS"):
        take_in(bench, bench.amal, "List of Homs", 13, case="HAMA")
    with pytest.raises(PermissionRefusedError, match="only in HAMA"):
        undo_batch(cast.bob, batch=record_number(bench.amal, cast.homs[0]) >> 32)
    undo_batch(cast.bob, batch=taken.batch)


def test_records_move_with_what_points_at_them(bench: Bench, cast: Cast) -> None:
    moved = assign_records(bench.amal, case="HAMA", records=[cast.homs[1]])
    assert moved["records"] >= 3, "the person, the arrest and the death"
    assert read_record(cast.bob, cast.death_of_homs)["type"] == "Death"
    with pytest.raises(PermissionRefusedError):
        read_record(cast.charlie, cast.homs[1])
    assign_records(bench.amal, case="main", records=[cast.homs[1]])
    with pytest.raises(PermissionRefusedError):
        read_record(cast.bob, cast.homs[1])


def test_cases_are_listed_to_those_who_may_know_them(bench: Bench, cast: Cast) -> None:
    assert [one["case"] for one in list_cases(bench.amal)] == ["main", "HAMA", "HOMS"]
    assert [one["case"] for one in list_cases(cast.bob)] == ["HAMA"]
    counts = {one["case"]: one["records"] for one in list_cases(bench.amal)}
    assert counts["HAMA"] == counts["HOMS"] > 0
    with pytest.raises(PermissionRefusedError):
        list_cases(bench.member("nour", "viewer"))


def test_roles_are_held_for_cases_that_there_are(bench: Bench, cast: Cast) -> None:
    for roles, why in (
        ("verifier@NOWHERE", "no case NOWHERE"),
        ("administrator@HAMA", "not held for one case"),
        ("judge@HAMA", "no role named judge"),
        ("verifier@", "not held for one case"),
    ):
        with pytest.raises(InputError, match=why):
            set_roles(bench.amal, handle="bob", roles=[roles])


def test_cases_are_managed_by_administrators_and_logged(bench: Bench, cast: Cast) -> None:
    check_change(bench.amal, "add-case", lambda: add_case(bench.amal, code="DEIR", title="d"))
    check_change(
        bench.amal,
        "assign-records",
        lambda: assign_records(bench.amal, case="DEIR", records=[cast.hama[0]]),
    )
    for code, title in (("DEIR", "again"), ("deir", "small"), ("A/sealed", "x"), ("NEW", " ")):
        with pytest.raises(InputError):
            add_case(bench.amal, code=code, title=title)
    with pytest.raises(PermissionRefusedError):
        add_case(cast.alice, code="MINE", title="m")
    with pytest.raises(PermissionRefusedError):
        assign_records(cast.bob, case="HAMA", records=[cast.homs[0]])


def test_the_newest_assignment_of_a_record_holds() -> None:
    index = CaseIndex(
        [
            Assignment("A", (Range(1, 5), Range(10, 20))),
            Assignment("B", (Range(3, 3), Range(15, 30))),
        ]
    )
    found = {number: index.case_of(number) for number in (0, 1, 3, 5, 6, 10, 14, 15, 30, 31)}
    assert found == {
        0: "main", 1: "A", 3: "B", 5: "A", 6: "main", 10: "A", 14: "A", 15: "B", 30: "B", 31: "main",
    }  # fmt: skip
    assert ranges_of([5, 1, 2, 3, 9]) == [Range(1, 3), Range(5, 5), Range(9, 9)]
