"""Who needs a second factor, who may do without, and that removing one is an entry of the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayyina.app.live import setting
from bayyina.app.permissions import ROLES, SEALED_ROLES
from bayyina.app.second_factor import (
    SETTING,
    is_sealed_member,
    is_waived,
    record_reset,
    set_second_factor,
)
from bayyina.app.workspace import Workspace
from bayyina.db.opening import create_workspace
from bayyina.errors import InputError, PermissionRefusedError
from tests.app.conftest import CHEAP, STRONG, Bench
from tests.app.test_use_cases_are_logged import check_change


def test_what_needs_a_second_factor(bench: Bench) -> None:
    store = bench.amal.store
    for role in ROLES:
        member = bench.amal.member._replace(handle="x", sign_public="x", box_public="x", roles=role)
        assert is_sealed_member(store, member) == (role in SEALED_ROLES), role
    for roles, needed in (("verifier@main", True), ("viewer verifier", True), ("viewer", False)):
        member = bench.amal.member._replace(
            handle="x", sign_public="x", box_public="x", roles=roles
        )
        assert is_sealed_member(store, member) == needed, roles


def test_only_invented_data_do_without(bench: Bench, tmp_path: Path) -> None:
    assert not is_waived(bench.amal.store, fictional=True)
    check_change(
        bench.amal, "set-second-factor", lambda: set_second_factor(bench.amal, is_required=False)
    )
    assert is_waived(bench.amal.store, fictional=True)
    assert not is_waived(bench.amal.store, fictional=False)
    set_second_factor(bench.amal, is_required=True)
    assert not is_waived(bench.amal.store, fictional=True)
    with pytest.raises(PermissionRefusedError):
        set_second_factor(bench.member("badr", "verifier"), is_required=False)
    real = create_workspace(
        tmp_path / "real", name="R", handle="amal", person_name="A", passphrase=STRONG, cost=CHEAP
    )
    with pytest.raises(InputError, match="real data"):
        set_second_factor(real, is_required=False)
    assert setting(real.store, SETTING) is None
    real.store.close()


def test_removing_factors_is_an_entry(bench: Bench) -> None:
    badr: Workspace = bench.member("badr", "verifier")
    check_change(bench.amal, "reset-second-factor", lambda: record_reset(bench.amal, "badr"))
    with pytest.raises(PermissionRefusedError):
        record_reset(badr, "badr")
