"""The evidence key: whoever administers, audits or looks on opens no bytes of evidence, whatever they hold."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bayyina.app import evidence_adding, evidence_key_rotating, founding, intake_reading
from bayyina.app.doctor_rows import examine_rows
from bayyina.app.evidence_checking import check_evidence
from bayyina.app.evidence_key_rotating import (
    items_by_key,
    rotate_evidence_key,
    with_evidence_key,
)
from bayyina.app.evidence_keys import evidence_key, evidence_key_of, given_evidence, may_hold
from bayyina.app.evidence_reading import read_bytes
from bayyina.app.evidence_vault import item_rows, keys_of_items, open_vault
from bayyina.app.interface_tokens import make_token, work_with_token
from bayyina.app.key_rotating import Rotation, rotate_case_key
from bayyina.app.key_status import key_status
from bayyina.app.members import set_roles
from bayyina.app.permissions import ROLES
from bayyina.app.recovering import make_shares
from bayyina.app.rows import RecordRow
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.db.key_files import renew_member_key, rescue_workspace
from bayyina.db.opening import open_workspace
from bayyina.errors import (
    CustodyError,
    InputError,
    KeyLockedError,
    PermissionRefusedError,
    StorageError,
)
from bayyina.keys.evidence_keys import EvidenceWrap, wrapped_secret
from bayyina.keys.record_keys import KeyWrap
from bayyina.vault.blob_format import BlobDamagedError
from bayyina.vault.blob_reading import BlobReader
from bayyina.vault.item_keys import ItemKeys
from bayyina.vault.taking import Unflushed, read_in
from tests.app.conftest import CHEAP, Bench, quiet
from tests.app.evidence_cases import add
from tests.app.test_interface_tokens import equipment
from tests.app.test_use_cases_are_logged import check_change

CONTENT = b"FICTIONAL: what nobody who only administers may read"


def taken(workspace: Workspace, folder: Path, content: bytes = CONTENT) -> RecordRow:
    """An item with this content."""
    path = folder / f"{os.urandom(4).hex()}.txt"
    path.write_bytes(content)
    add(workspace, path)
    return item_rows(workspace)[-1]


def opened(workspace: Workspace, row: RecordRow) -> bytes:
    """The bytes of an item, as the member at work opens them."""
    (fresh,) = workspace.store.find(RecordRow, "number", [row.number])
    return b"".join(read_bytes(workspace, fresh))


def by_case_key(workspace: Workspace, row: RecordRow) -> bytes:
    """What somebody reads with the case key, the rows, the blobs and a program of their own."""
    (fresh,) = workspace.store.find(RecordRow, "number", [row.number])
    key = KeyWrap(workspace.keys.case_key).open_record(row.number, bytes(fresh.wrapped_key or b""))
    return b"".join(BlobReader(open_vault(workspace).store, ItemKeys(key)).parts())


def rotated(workspace: Workspace, reason: str = "routine") -> Workspace:
    """The workspace under a new evidence key."""
    return rotate_evidence_key(workspace, reason=reason, progress=quiet).workspace


def said(workspace: Workspace) -> str:
    """What doctor finds unsafe about keys."""
    found = examine_rows(workspace.store, workspace.clock.now(), fictional=True, with_factor=None)
    return "\n".join(f"{one.what}: {one.detail}" for one in found if not one.ok)


@pytest.fixture
def before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A workspace of before there were evidence keys, with nothing in it yet."""
    with monkeypatch.context() as patch:
        patch.setattr(founding, "add_evidence_key", lambda *_: None)
        patch.setattr(founding, "give_evidence", lambda *_: None)
        made = Bench(tmp_path)
    made.amal = made.as_member("amal")
    yield made
    made.close()


def _as_before(*args: Any, apart: bool, **named: Any) -> Unflushed:
    assert apart
    return read_in(*args, **named)


def taken_before(
    workspace: Workspace, folder: Path, patch: pytest.MonkeyPatch, content: bytes = CONTENT
) -> RecordRow:
    """An item that was taken in as it was done before there were evidence keys."""
    with patch.context() as inner:
        inner.setattr(evidence_adding, "with_evidence_key", lambda workspace: workspace)
        inner.setattr(intake_reading, "read_in", _as_before)
        return taken(workspace, folder, content)


@pytest.mark.parametrize("role", ["administrator", "auditor", "viewer", "data-protection"])
def test_who_reads_no_evidence_opens_none_with_all_they_hold(bench: Bench, role: str) -> None:
    member = bench.member("mina", role)
    row = taken(bench.amal, bench.folder)
    assert opened(bench.amal, row) == CONTENT
    assert member.keys.evidence is None
    assert given_evidence(member.store, member.member) is None
    with pytest.raises(KeyLockedError):
        opened(member, row)
    with pytest.raises(BlobDamagedError):
        by_case_key(member, row)
    with pytest.raises(PermissionRefusedError):
        rotate_evidence_key(member, reason="routine", progress=quiet)


def test_every_role_that_reads_or_takes_in_is_given_it_and_no_other(bench: Bench) -> None:
    row = taken(bench.amal, bench.folder)
    for role in sorted(ROLES.keys() - {"outside-reviewer"}):
        member = bench.member(role.replace("-", ""), role)
        if may_hold(role):
            assert opened(member, row) == CONTENT
        else:
            assert evidence_key_of(member) is None
    for role in ("administrator", "auditor", "viewer", "outside-reviewer"):
        assert not may_hold(role)
    assert may_hold("viewer verifier@HAMA")


def test_roles_give_it_and_take_it_back_at_once(bench: Bench) -> None:
    row = taken(bench.amal, bench.folder)
    bench.member("badr", "viewer")
    set_roles(bench.amal, handle="badr", roles=["analyst"])
    badr = bench.as_member("badr")
    assert opened(badr, row) == CONTENT
    set_roles(bench.amal, handle="badr", roles=["viewer"])
    assert evidence_key_of(badr) is None  # a session that was open
    with pytest.raises(KeyLockedError):
        opened(badr, row)
    assert bench.as_member("badr").keys.evidence is None
    assert key_status(bench.amal).evidence.former == ("badr",)
    assert "former holders of the evidence key" in said(bench.amal)
    again = rotated(bench.amal, "member-left")
    assert key_status(again).evidence.former == ()
    assert opened(again, row) == CONTENT


def test_the_founder_hands_it_over(bench: Bench) -> None:
    row = taken(bench.amal, bench.folder)
    assert "administers and holds the evidence key" in said(bench.amal)
    with pytest.raises(InputError) as refused:
        set_roles(bench.amal, handle="amal", roles=["administrator"])
    assert refused.value.code == "last-evidence-holder"
    badr = bench.member("badr", "intake", "verifier")
    set_roles(bench.amal, handle="amal", roles=["administrator"])
    assert "administers and holds the evidence key" not in said(bench.amal)
    amal = bench.as_member("amal")
    assert amal.keys.evidence is None
    # Whoever administers adds somebody, and cannot give them what they do not have.
    carim = bench.member("carim", "analyst")
    with pytest.raises(KeyLockedError):
        opened(carim, row)
    assert key_status(amal).evidence.waiting == ("carim",)
    assert "who cannot open evidence yet" in said(amal)
    done = rotate_evidence_key(badr, reason="routine", progress=quiet)
    assert set(done.people) == {"badr", "carim"}
    assert opened(bench.as_member("carim"), row) == CONTENT


def test_who_was_left_out_takes_nothing_in(bench: Bench) -> None:
    taken(bench.amal, bench.folder)
    ina = bench.member("ina", "intake")
    rotated(bench.amal)
    with pytest.raises(KeyLockedError) as refused:
        taken(ina, bench.folder, b"FICTIONAL more")
    assert refused.value.code == "no-evidence-key"
    assert len(item_rows(ina)) == 1
    row = taken(bench.as_member("ina"), bench.folder, b"FICTIONAL more")
    assert opened(bench.as_member("amal"), row) == b"FICTIONAL more"


def test_an_auditor_verifies_the_log_and_looks_at_stored_bytes(bench: Bench) -> None:
    rows = [taken(bench.amal, bench.folder, CONTENT + b"%d" % n) for n in range(3)]
    auditor = bench.member("adam", "auditor")
    assert verify_workspace(auditor, progress=quiet).ok
    done = check_evidence(auditor, progress=quiet)
    assert done.ok
    assert (done.not_opened, len(done.items), done.bytes) == (3, 0, 0)
    assert done.never_checked == 3
    store = open_vault(auditor).store
    keys = keys_of_items(auditor, rows)
    place = Path(store.place)
    first, second, third = (
        place / keys[r.number].address[0] / keys[r.number].address for r in rows
    )
    first.unlink()
    second.write_bytes(second.read_bytes()[:-1])
    third.write_bytes(b"X" + third.read_bytes()[1:])
    done = check_evidence(auditor, progress=quiet)
    assert [one.state for one in done.findings] == ["missing", "damaged", "damaged"]


def test_making_it_is_logged(before: Bench) -> None:
    marker = before.folder / "ws" / "workspace.json"
    content = json.loads(marker.read_text(encoding="utf-8")) | {"bayyina-workspace": 1}
    marker.write_text(json.dumps(content), encoding="utf-8")
    check_change(before.amal, "make-evidence-key", lambda: with_evidence_key(before.amal))
    assert key_status(before.amal).evidence.people == ("amal",)
    # A program that knows no evidence key opens the workspace no longer, and says why.
    content |= {"bayyina-workspace": 2}
    assert json.loads(marker.read_text(encoding="utf-8")) == content


def test_replacing_it_is_logged(bench: Bench) -> None:
    taken(bench.amal, bench.folder)

    def replace() -> Rotation:
        return rotate_evidence_key(bench.amal, reason="member-left", progress=quiet)

    check_change(bench.amal, "rotate-evidence-key", replace)
    with pytest.raises(InputError):
        rotated(bench.as_member("amal"), "because")


def test_a_new_one_opens_all_and_the_old_one_nothing(bench: Bench) -> None:
    rows = [taken(bench.amal, bench.folder, CONTENT + b"%d" % n) for n in range(3)]
    old = evidence_key_of(bench.amal)
    assert old is not None
    blobs = {path: path.read_bytes() for path in (bench.folder / "ws/vault/blobs").glob("*/*")}
    again = rotated(bench.amal, "key-stolen")
    for number, row in enumerate(rows):
        assert opened(again, row) == CONTENT + b"%d" % number
    assert blobs == {path: path.read_bytes() for path in blobs}
    assert verify_workspace(again, progress=quiet).ok
    for row in item_rows(again):
        behind = wrapped_secret(bytes(row.wrapped_key or b""))
        assert behind is not None
        with pytest.raises(CustodyError):
            EvidenceWrap(old).open(row.number, behind.wrapped)
    with pytest.raises(KeyLockedError):  # a server that kept the old one
        opened(bench.amal, rows[0])
    other = item_rows(again)[1].number
    behind = wrapped_secret(bytes(item_rows(again)[0].wrapped_key or b""))
    with pytest.raises(CustodyError):
        EvidenceWrap(again.keys.evidence or b"").open(other, behind.wrapped if behind else b"")


def test_a_new_case_key_leaves_it(bench: Bench) -> None:
    row = taken(bench.amal, bench.folder)
    done = rotate_case_key(bench.amal, reason="routine", progress=quiet)
    assert opened(done.workspace, row) == CONTENT
    assert opened(bench.as_member("amal"), row) == CONTENT
    with pytest.raises(BlobDamagedError):
        by_case_key(done.workspace, row)


def test_items_of_before_open_and_are_put_under_it(
    before: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    amal = before.amal
    replica = before.folder / "second"
    (before.folder / "ws" / "vault.toml").write_text(
        f'version = 1\n[replica]\nfolder = "{replica}"\n', encoding="utf-8"
    )
    rows = [taken_before(amal, before.folder, monkeypatch, CONTENT + b"%d" % n) for n in range(3)]
    assert evidence_key(amal.store) is None
    viewer = before.member("viola", "viewer")
    assert by_case_key(viewer, rows[0]) == CONTENT + b"0"
    assert "evidence of before" in said(amal)
    # The next intake makes the key; what was there opens as before.
    fresh = taken(amal, before.folder, b"FICTIONAL new")
    amal = before.as_member("amal")
    assert [opened(amal, row) for row in (*rows, fresh)][-2:] == [CONTENT + b"2", b"FICTIONAL new"]
    with pytest.raises(BlobDamagedError):
        by_case_key(viewer, fresh)
    assert items_by_key(amal.store) == (1, 3)
    older = {path: path.read_bytes() for path in (before.folder / "ws/vault/blobs").glob("*/*")}

    # A replacement that is broken off leaves every item open, and the next one goes on.
    def refuse(*_: object) -> bool:
        raise StorageError("No room.")

    with monkeypatch.context() as patch:
        patch.setattr(evidence_key_rotating, "renew_header", refuse)
        with pytest.raises(StorageError):
            rotated(amal)
    amal = before.as_member("amal")
    assert items_by_key(amal.store) == (1, 3)
    assert opened(amal, rows[1]) == CONTENT + b"1"
    assert "evidence of before" in said(amal)
    amal = rotated(amal)
    assert items_by_key(amal.store) == (4, 0)
    assert "evidence of before" not in said(amal)
    for number, row in enumerate(rows):
        assert opened(amal, row) == CONTENT + b"%d" % number
        with pytest.raises(BlobDamagedError):
            by_case_key(viewer, row)
    check = check_evidence(amal, progress=quiet)
    assert check.ok
    assert len(check.items) == 4
    assert verify_workspace(amal, progress=quiet).ok
    keys = keys_of_items(amal, item_rows(amal))
    for store in open_vault(amal).stores():
        for row in rows:
            assert store.read(keys[row.number].address)[12:72] not in {
                data[12:72] for data in older.values()
            }
    # Blobs that come back from a backup of before open too.
    for path, data in older.items():
        path.write_bytes(data)
    assert opened(amal, rows[2]) == CONTENT + b"2"


def test_shares_give_it_back(bench: Bench) -> None:
    row = taken(bench.amal, bench.folder)
    shares = make_shares(bench.amal, of=3, needed=2).shares
    rotated(bench.amal)
    done = rescue_workspace(
        bench.folder / "ws", shares=shares[:2], handle="amal", passphrase="another",
        reason="lost", clock=bench.clock, cost=CHEAP,
    )  # fmt: skip
    assert "main/evidence.2" in done.codes
    again = open_workspace(bench.folder / "ws", passphrase="another", clock=bench.clock)
    assert opened(again, row) == CONTENT
    again.store.close()


def test_a_renewed_key_is_given_it_by_whoever_holds_it(bench: Bench) -> None:
    row = taken(bench.amal, bench.folder)
    bench.member("badr", "analyst")
    renew_member_key(bench.amal, handle="badr", passphrase="badr", reason="key-lost", cost=CHEAP)
    assert opened(bench.as_member("badr"), row) == CONTENT


def test_tokens_hold_it_only_where_they_are_for_evidence(bench: Bench) -> None:
    row = taken(bench.amal, bench.folder)
    _, counting = make_token(bench.amal, name="counts", actions=["count", "export-records"])
    _, taking = make_token(bench.amal, name="takes", actions=["add-evidence"])
    without, with_it = (work_with_token(equipment(bench), text) for text in (counting, taking))
    with pytest.raises(KeyLockedError):
        opened(without, row)
    assert opened(with_it, row) == CONTENT
    rotated(bench.amal)
    with pytest.raises(KeyLockedError):
        opened(with_it, row)
