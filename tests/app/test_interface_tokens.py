"""Tokens of the programming interface: less than their owner may do, for a time, ended at once."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bayyina.app.cases import add_case, assign_records
from bayyina.app.founding import Equipment
from bayyina.app.interface_tokens import (
    list_tokens,
    make_token,
    tokens_folder,
    withdraw_token,
    work_with_token,
)
from bayyina.app.key_rotating import REASONS, rotate_case_key
from bayyina.app.members import set_roles
from bayyina.app.permissions import allows, require
from bayyina.app.record_pages import read_records
from bayyina.app.record_reading import read_record
from bayyina.app.rows import RecordRow
from bayyina.errors import InputError, KeyLockedError, PermissionRefusedError
from tests.app.conftest import ROWS, Bench, quiet
from tests.app.test_use_cases_are_logged import check_change


def equipment(bench: Bench) -> Equipment:
    """What a server opens the workspace with."""
    workspace = bench.amal
    return Equipment(
        workspace.folder,
        workspace.store,
        workspace.clock,
        workspace.vocabulary,
        workspace.gazetteer,
    )


def test_making_and_withdrawing_are_logged(bench: Bench) -> None:
    check_change(
        bench.amal, "make-token", lambda: make_token(bench.amal, name="nightly", actions=["count"])
    )
    made = list_tokens(bench.amal)[0]
    assert (made.handle, made.name, made.actions) == ("amal", "nightly", ("count",))
    check_change(bench.amal, "withdraw-token", lambda: withdraw_token(bench.amal, made.id))
    assert list_tokens(bench.amal) == []


def test_a_token_may_do_what_it_was_made_for_and_nothing_else(bench: Bench) -> None:
    _, text = make_token(bench.amal, name="counts", actions=["count", "export-records"])
    workspace = work_with_token(equipment(bench), text)
    assert workspace.member.handle == "amal"
    assert workspace.actor == bench.amal.actor
    assert workspace.keys.case_key == bench.amal.keys.case_key
    assert not workspace.keys.opener.keys
    assert workspace.keys.personal.public_key() != bench.amal.keys.personal.public_key()
    require(workspace, "count")
    for action in ("import", "judge", "determine", "publish", "manage-members", "erase", "only:"):
        assert not allows(workspace.member, action)
        with pytest.raises(PermissionRefusedError):
            require(workspace, action)


def test_a_token_never_does_more_than_its_owner_may_now(bench: Bench) -> None:
    badr = bench.member("badr", "verifier")
    _, text = make_token(badr, name="reads", actions=["export-records"])
    assert allows(work_with_token(equipment(bench), text).member, "export-records")
    set_roles(bench.amal, handle="badr", roles=["viewer"])
    assert not allows(work_with_token(equipment(bench), text).member, "export-records")
    set_roles(bench.amal, handle="badr", roles=[])
    with pytest.raises(KeyLockedError, match="member no longer"):
        work_with_token(equipment(bench), text)


def test_a_member_of_one_case_makes_tokens_that_reach_no_further(bench: Bench) -> None:
    bench.take_in(*ROWS)
    people = bench.amal.store.find(RecordRow, "record_type", ["Person"])
    inside, outside = (bench.amal.short_id(row.number) for row in people[:2])
    add_case(bench.amal, code="HAMA", title="Hama")
    assign_records(bench.amal, case="HAMA", records=[inside])
    dima = bench.member("dima", "analyst@HAMA")
    _, text = make_token(dima, name="of one case", actions=["export-records", "count"])
    at_work = work_with_token(equipment(bench), text)
    assert read_record(at_work, inside)["id"] == inside
    with pytest.raises(PermissionRefusedError):
        read_record(at_work, outside)
    found = read_records(at_work)[0]
    assert inside in {one["id"] for one in found}
    assert outside not in {one["id"] for one in found}
    with pytest.raises(PermissionRefusedError):
        require(at_work, "count")  # a figure is about the whole workspace
    with pytest.raises(PermissionRefusedError):
        make_token(dima, name="takes in", actions=["import"])
    set_roles(bench.amal, handle="dima", roles=["viewer"])
    with pytest.raises(PermissionRefusedError):
        read_records(work_with_token(equipment(bench), text))


def test_nobody_makes_a_token_for_what_they_may_not_do(bench: Bench) -> None:
    badr = bench.member("badr", "viewer")
    with pytest.raises(PermissionRefusedError):
        make_token(badr, name="imports", actions=["import"])


@pytest.mark.parametrize(
    ("name", "actions", "days"),
    [
        ("", ["count"], 10),
        ("x" * 81, ["count"], 10),
        ("x", [], 10),
        ("x", ["determine"], 10),
        ("x", ["count", "fly"], 10),
        ("x", ["count"], 0),
        ("x", ["count"], 367),
    ],
)
def test_what_no_token_can_be_is_refused(
    bench: Bench, name: str, actions: list[str], days: int
) -> None:
    with pytest.raises(InputError):
        make_token(bench.amal, name=name, actions=actions, days=days)
    assert not list(tokens_folder(bench.amal.folder).glob("*"))


def test_a_token_ends_on_its_day(bench: Bench) -> None:
    head, text = make_token(bench.amal, name="short", actions=["count"], days=1)
    path = tokens_folder(bench.amal.folder) / f"{head.id}.json"
    assert head.ends_on == (bench.amal.clock.now().date() + timedelta(days=1)).isoformat()
    work_with_token(equipment(bench), text)
    for name, value in (
        ("ends_on", "2999-01-01"),
        ("handle", "badr"),
        ("actions", ["count", "import"]),
        ("text", "00" * 48),
        ("nonce", "zz"),
    ):
        content = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(content | {name: value}), encoding="utf-8")
        with pytest.raises(KeyLockedError):
            work_with_token(equipment(bench), text)
        path.write_text(json.dumps(content), encoding="utf-8")
    work_with_token(equipment(bench), text)


def test_the_file_alone_opens_nothing_and_nobody_else_reads_it(bench: Bench) -> None:
    head, text = make_token(bench.amal, name="quiet", actions=["count"])
    path = tokens_folder(bench.amal.folder) / f"{head.id}.json"
    content = path.read_text(encoding="utf-8")
    assert text.rpartition("_")[2] not in content
    assert bench.amal.keys.case_key.hex() not in content
    assert path.stat().st_mode & 0o077 == 0
    for other in ("", "bayyina_", text[:-1], text[:-1] + "_", f"bayyina_{head.id}_{'A' * 43}"):
        if other != text:
            with pytest.raises(KeyLockedError):
                work_with_token(equipment(bench), other)
    with pytest.raises(KeyLockedError):
        work_with_token(equipment(bench), text.replace(head.id, "../../../../"))


def test_new_keys_of_the_workspace_end_all_tokens(bench: Bench) -> None:
    _, text = make_token(bench.amal, name="old", actions=["count"])
    work_with_token(equipment(bench), text)
    rotate_case_key(bench.amal, reason=REASONS[0], progress=quiet)
    with pytest.raises(KeyLockedError):
        work_with_token(equipment(bench), text)


def test_others_tokens_are_none_of_ones_own(bench: Bench) -> None:
    badr = bench.member("badr", "viewer")
    head, _ = make_token(bench.amal, name="mine", actions=["count"])
    assert [one.id for one in list_tokens(bench.amal)] == [head.id]
    assert list_tokens(badr) == []
    with pytest.raises(InputError, match="no token"):
        withdraw_token(badr, head.id)
    other, _ = make_token(badr, name="his", actions=["count"])
    withdraw_token(bench.amal, other.id)  # who manages members may end anybody's
    assert list_tokens(badr) == []
