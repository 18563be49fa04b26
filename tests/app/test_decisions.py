"""Verification takes two people, neither of whom entered the record."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bayyina.app.deciding import determine_record, judge_pair
from bayyina.app.proving import prove_statement
from bayyina.app.record_reading import read_record
from bayyina.app.rows import DeterminationRow
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError, PermissionRefusedError
from tests.app.conftest import Bench, quiet
from tests.app.two_lists import records, take_in

Decide = Callable[[Workspace], dict[str, object]]


@pytest.fixture
def decide(bench: Bench) -> Decide:
    take_in(bench, "Register A")
    take_in(bench, "Register B")
    one, other = (records(bench.amal, "Death")[place] for place in (0, 3))
    assert one == "FICT-2-2"

    def made(workspace: Workspace) -> dict[str, object]:
        return determine_record(
            workspace,
            record_id=one,
            decision="verified",
            verdict="for",
            standard="death-two-sources",
            reasons="seen both sources",
            lines=[f"list_entry={one}", f"list_entry={other}"],
        )

    return made


def test_the_second_person_makes_it_take_effect(bench: Bench, decide: Decide) -> None:
    first, second = bench.member("badr", "verifier"), bench.member("chams", "verifier")
    assert str(decide(first)["state"]).startswith("not yet verified")
    assert decide(second)["state"] == "verified by badr and chams"
    report = verify_workspace(bench.amal, progress=quiet)
    assert report.ok, [check for check in report.checks if not check.ok]
    assert "2 signatures hold" in report.checks[11].detail


def test_a_record_names_who_decided_and_whom_it_links_to(bench: Bench, decide: Decide) -> None:
    decide(bench.member("badr", "verifier"))
    shown = read_record(bench.amal, "FICT-2-2")
    assert [decision["person"] for decision in shown["determinations"]] == ["badr"]
    links = [s["record"] for s in shown["statements"] if "record" in s]
    assert links == ["FICT-2-1"]


def test_the_id_of_a_statement_is_never_that_of_a_record(bench: Bench, decide: Decide) -> None:
    decide(bench.member("badr", "verifier"))
    statement = read_record(bench.amal, "FICT-2-1")["statements"][0]["id"]
    assert statement.startswith("FICT-S-2-")
    with pytest.raises(InputError, match="not the id of a statement"):
        prove_statement(bench.amal, "FICT-2-1")
    with pytest.raises(InputError, match="not the id of a record"):
        read_record(bench.amal, statement)


def test_who_entered_it_cannot_decide(bench: Bench, decide: Decide) -> None:
    with pytest.raises(PermissionRefusedError, match="amal entered this record"):
        decide(bench.amal)


def test_one_person_cannot_decide_twice(bench: Bench, decide: Decide) -> None:
    first = bench.member("badr", "verifier")
    decide(first)
    with pytest.raises(PermissionRefusedError, match="decided this already"):
        decide(first)


def test_a_role_that_may_not_decide(bench: Bench, decide: Decide) -> None:
    with pytest.raises(PermissionRefusedError, match="may not do this"):
        decide(bench.member("dima", "viewer"))


def test_a_signature_of_another_decision_is_found(bench: Bench, decide: Decide) -> None:
    decide(bench.member("badr", "verifier"))
    row = next(bench.amal.store.scan(DeterminationRow))
    connection = bench.amal.store._connection  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE determination SET verdict = 'against'")
    report = verify_workspace(bench.amal, progress=quiet)
    failed = {check.number for check in report.checks if not check.ok}
    assert {10, 12} <= failed
    assert any(finding.first == row.number for finding in report.findings)


def test_a_judgement_needs_two_records_and_reasons(bench: Bench, decide: Decide) -> None:
    with pytest.raises(InputError, match="compared with itself"):
        judge_pair(
            bench.amal, record_a="FICT-2-1", record_b="FICT-2-1", verdict="same", reasons="r"
        )
    with pytest.raises(InputError, match="needs its reasons"):
        judge_pair(
            bench.amal, record_a="FICT-2-1", record_b="FICT-2-3", verdict="same", reasons=" "
        )
    with pytest.raises(InputError, match="no record"):
        judge_pair(
            bench.amal, record_a="FICT-2-1", record_b="FICT-9-9", verdict="same", reasons="r"
        )
    with pytest.raises(InputError, match="not the id of a record"):
        judge_pair(bench.amal, record_a="R-2-1", record_b="x", verdict="same", reasons="r")
