"""Who managed whom is told readably, to those who may know it."""

from __future__ import annotations

import pytest

from bayyina.app.cases import add_case
from bayyina.app.clearances import clear_member, is_cleared, withdraw_clearance
from bayyina.app.member_history import member_log
from bayyina.app.members import set_roles
from bayyina.db.opening import enroll
from bayyina.errors import PermissionRefusedError
from tests.app.conftest import CHEAP, Bench


def test_what_was_done_to_members_is_told_in_order(bench: Bench) -> None:
    bench.member("badr", "verifier", "viewer")
    if not is_cleared(bench.amal.store, bench.as_member("badr").member):
        clear_member(bench.amal, "badr")
    withdraw_clearance(bench.amal, "badr")
    add_case(bench.amal, code="HAMA", title="Hama")
    set_roles(bench.amal, handle="badr", roles=["verifier@HAMA"])
    set_roles(bench.amal, handle="badr", roles=[])
    enroll(
        bench.amal, handle="badr2", name="Badr", roles=("viewer",), passphrase="x", cost=CHEAP,
        formerly="badr",
    )  # fmt: skip
    events = [
        (one["what"], one["member"], one["gained"], one["lost"]) for one in member_log(bench.amal)
    ]
    joined = [event for event in events if event[1].startswith("badr") or event[0] == "case-made"]
    assert joined == [
        ("case-made", "", [], []),
        ("joined", "badr", ["verifier", "viewer"], []),
        ("cleared", "badr", [], []),
        ("clearance-withdrawn", "badr", [], []),
        ("case-made", "", [], []),
        ("roles-changed", "badr", ["verifier@HAMA"], ["verifier", "viewer"]),
        ("ended", "badr", [], ["verifier@HAMA"]),
        ("joined", "badr2", ["viewer"], []),
    ]
    told = member_log(bench.amal)
    assert all(one["by"] == "amal" and one["time"] and one["entry"] is not None for one in told)
    assert [one["formerly"] for one in told if one["member"] == "badr2"] == ["badr"]
    assert {one["case"] for one in told if one["what"] == "case-made"} == {"main", "HAMA"}


def test_members_read_of_themselves_and_some_of_all(bench: Bench) -> None:
    viewer, auditor = bench.member("viola", "viewer"), bench.member("adam", "auditor")
    assert [one["what"] for one in member_log(viewer, handle="viola")] == ["joined"]
    for handle in ("", "amal"):
        with pytest.raises(PermissionRefusedError):
            member_log(viewer, handle=handle)
    assert {one["member"] for one in member_log(auditor)} >= {"amal", "viola", "adam"}
