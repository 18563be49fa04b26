"""Recovery by shares: break-glass by two people, a rescue, and nothing with a share too few."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from bayyina.app.cases import add_case
from bayyina.app.clearances import is_cleared, make_sealing_key, opener_of, withdraw_clearance
from bayyina.app.key_rotating import rotate_case_key, rotate_sealing_key
from bayyina.app.key_status import key_status
from bayyina.app.member_history import member_log
from bayyina.app.members import set_roles
from bayyina.app.outside_reviewers import add_outside_reviewer
from bayyina.app.recovering import (
    SharesMade,
    Signer,
    make_shares,
    open_with_shares,
    recover_clearance,
    withdraw_shares,
)
from bayyina.app.recovery_sets import recovery_set
from bayyina.app.rows import RunRow, SettingRow
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.db.key_files import (
    bind_key_file,
    change_passphrase,
    renew_member_key,
    rescue_workspace,
    signer,
    unbind_key_file,
)
from bayyina.db.opening import open_workspace
from bayyina.errors import (
    FileUnreadableError,
    InputError,
    KeyLockedError,
    PermissionRefusedError,
    WorkspaceError,
)
from bayyina.keys.personal import PersonalKey, read_binding, read_key_file
from bayyina.keys.shares import Share, ShareError, split
from tests.app.conftest import CHEAP, ROWS, STRONG, Bench, quiet
from tests.app.test_use_cases_are_logged import check_change, first_person
from tests.unit.keys.software_token import SoftwareToken


def shared(bench: Bench, of: int = 3, needed: int = 2) -> SharesMade:
    return make_shares(bench.amal, of=of, needed=needed)


def uncleared(bench: Bench) -> tuple[Workspace, Workspace]:
    """Two members, neither of whom is cleared; the first one's role could be."""
    bench.member("badr", "verifier")
    bench.member("carim", "viewer")
    withdraw_clearance(bench.amal, "badr")
    return bench.as_member("badr"), bench.as_member("carim")


def test_making_withdrawing_and_using_shares_are_logged(bench: Bench) -> None:
    check_change(bench.amal, "make-shares", lambda: shared(bench))
    check_change(bench.amal, "withdraw-shares", lambda: withdraw_shares(bench.amal))
    made = shared(bench)
    badr, _ = uncleared(bench)
    check_change(
        badr,
        "recover",
        lambda: recover_clearance(
            badr,
            shares=made.shares[:2],
            second=signer(bench.folder / "ws", "carim", "carim"),
            handle="badr",
            reason="both who were cleared cannot be reached",
        ),
    )


def test_break_glass_by_two_people_who_are_not_cleared(bench: Bench) -> None:
    made = shared(bench)
    badr, _ = uncleared(bench)
    assert not opener_of(badr).keys
    done = recover_clearance(
        badr,
        shares=made.shares[1:],
        second=signer(bench.folder / "ws", "carim", "carim"),
        handle="badr",
        reason="both who were cleared cannot be reached",
    )
    assert (done.people, done.shares, done.codes) == (("badr", "carim"), (2, 3), ("main/sealed",))
    again = bench.as_member("badr")
    assert opener_of(again).keys.keys() == opener_of(bench.amal).keys.keys()
    (told,) = key_status(again).recoveries
    assert (told.handle, told.people, told.signed) == ("badr", ("badr", "carim"), True)
    assert told.reason == "both who were cleared cannot be reached"
    assert verify_workspace(bench.amal, progress=quiet).ok


def test_no_share_is_ever_stored(bench: Bench) -> None:
    made = shared(bench)
    badr, _ = uncleared(bench)
    recover_clearance(
        badr,
        shares=made.shares[:2],
        second=signer(bench.folder / "ws", "carim", "carim"),
        handle="badr",
        reason="x",
    )
    bench.amal.store.close()
    hidden = [s.value for s in made.shares] + [s.value.hex().encode() for s in made.shares]
    hidden += [s.text.encode() for s in made.shares]
    for path in bench.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [one for one in hidden if one in content], path


def test_one_person_alone_breaks_no_glass(bench: Bench) -> None:
    made = shared(bench)
    badr, _ = uncleared(bench)
    with pytest.raises(PermissionRefusedError, match="are one person"):
        recover_clearance(
            badr,
            shares=made.shares[:2],
            second=signer(bench.folder / "ws", "badr", "badr"),
            handle="badr",
            reason="x",
        )
    other = signer(bench.folder / "ws", "badr", "badr")
    with pytest.raises(KeyLockedError, match="is not the one that the workspace knows"):
        recover_clearance(
            badr,
            shares=made.shares[:2],
            second=other._replace(handle="carim"),
            handle="badr",
            reason="x",
        )
    assert not is_cleared(bench.amal.store, badr.member)


def test_shares_that_do_not_belong_are_named(bench: Bench) -> None:
    older = shared(bench)
    made = shared(bench)
    badr, _ = uncleared(bench)
    carim = signer(bench.folder / "ws", "carim", "carim")

    def use(*shares: Share) -> None:
        recover_clearance(badr, shares=shares, second=carim, handle="badr", reason="x")

    with pytest.raises(ShareError, match=f"Share 1 is of the set {older.set.set_id}"):
        use(made.shares[0], older.shares[0])
    forged = dataclasses.replace(made.shares[1], value=bytes(32))
    with pytest.raises(ShareError, match=r"Share 2 of the set .* is not the one that was made"):
        use(made.shares[0], forged)
    with pytest.raises(ShareError, match="1 different shares were given; 2 are needed"):
        use(made.shares[0])
    foreign = split(bytes(32), of=3, needed=2)
    with pytest.raises(ShareError, match=f"of the set {foreign[0].set_id.hex()}"):
        use(*foreign[:2])
    size = bench.amal.store.log_size()
    assert not is_cleared(bench.amal.store, badr.member)
    assert bench.amal.store.log_size() == size


def test_a_reason_and_a_role_that_opens_are_needed(bench: Bench) -> None:
    made = shared(bench)
    badr, _ = uncleared(bench)
    carim = signer(bench.folder / "ws", "carim", "carim")
    for reason in ("", "  ", "x" * 1_001):
        with pytest.raises(InputError, match="reason"):
            recover_clearance(
                badr, shares=made.shares[:2], second=carim, handle="badr", reason=reason
            )
    with pytest.raises(PermissionRefusedError, match="has no role that opens"):
        recover_clearance(badr, shares=made.shares[:2], second=carim, handle="carim", reason="x")
    with pytest.raises(InputError, match="amal is cleared for all"):
        recover_clearance(badr, shares=made.shares[:2], second=carim, handle="amal", reason="x")
    with pytest.raises(InputError, match="nobody is not a member"):
        recover_clearance(badr, shares=made.shares[:2], second=carim, handle="nobody", reason="x")


def test_shares_outlast_every_replacement_of_keys(bench: Bench) -> None:
    made = shared(bench)
    bench.take_in(*ROWS)
    rotate_sealing_key(bench.amal, reason="routine")
    rotate_case_key(bench.as_member("amal"), reason="routine", progress=quiet)
    amal = bench.as_member("amal")
    held = opener_of(amal).keys.keys()
    (bench.folder / "ws" / "people" / "amal.key").unlink()
    done = rescue_workspace(
        bench.folder / "ws",
        shares=made.shares[:2],
        handle="amal",
        passphrase="another",
        reason="the key file is gone",
        clock=bench.clock,
        cost=CHEAP,
    )
    assert done.codes == ("main", "main/sealed", "main/sealed.2", "main/evidence")
    again = open_workspace(bench.folder / "ws", passphrase="another", clock=bench.clock)
    assert again.keys.case_key == amal.keys.case_key
    assert opener_of(again).keys.keys() == held
    assert not opener_of(amal).keys  # the key that was lost opens nothing any more
    assert verify_workspace(again, progress=quiet).ok
    (told,) = key_status(again).recoveries
    assert (told.people, told.signed) == (("amal",), True)
    again.store.close()


def test_a_rescue_is_logged_and_needs_the_shares(bench: Bench) -> None:
    made = shared(bench)
    place = bench.folder / "ws"
    before = (place / "people" / "amal.key").read_bytes()
    with pytest.raises(ShareError, match="1 different shares"):
        rescue_workspace(
            place, shares=made.shares[:1], handle="amal", passphrase="x", reason="x", cost=CHEAP
        )
    with pytest.raises(InputError, match="nobody is not a member"):
        rescue_workspace(
            place, shares=made.shares[:2], handle="nobody", passphrase="x", reason="x", cost=CHEAP
        )
    assert (place / "people" / "amal.key").read_bytes() == before
    assert not list((place / "people").glob("*.new"))

    def go() -> None:
        rescue_workspace(
            place, shares=made.shares[:2], handle="amal", passphrase="x", reason="x",
            clock=bench.clock, cost=CHEAP,
        )  # fmt: skip

    check_change(bench.amal, "rescue", go)
    with pytest.raises(KeyLockedError):
        open_workspace(place, passphrase="amal")


def test_shares_open_the_sealing_key_of_a_case_that_is_made_later(bench: Bench) -> None:
    made = shared(bench)
    add_case(bench.amal, code="HAMA", title="Hama")
    check_change(bench.amal, "make-sealing-key", lambda: make_sealing_key(bench.amal, case="HAMA"))
    _, secrets = open_with_shares(bench.amal.store, made.shares[:2])
    assert sorted(secrets) == ["HAMA/sealed", "main", "main/evidence", "main/sealed"]
    opener = opener_of(bench.as_member("amal"))
    assert secrets["HAMA/sealed"] in {key.private_bytes_raw() for key in opener.keys.values()}


def test_who_is_not_cleared_has_nothing_to_share(bench: Bench) -> None:
    badr, carim = uncleared(bench)
    with pytest.raises(KeyLockedError, match="badr is not cleared"):
        make_shares(badr, of=3, needed=2)
    with pytest.raises(PermissionRefusedError):
        make_shares(carim, of=3, needed=2)
    with pytest.raises(InputError, match="cannot be made"):
        make_shares(bench.amal, of=2, needed=3)
    assert recovery_set(bench.amal.store) is None
    with pytest.raises(WorkspaceError, match="no recovery shares"):
        recover_clearance(
            badr,
            shares=split(bytes(32), of=2, needed=2),
            second=signer(bench.folder / "ws", "carim", "carim"),
            handle="badr",
            reason="x",
        )
    with pytest.raises(InputError, match="There are no recovery shares"):
        withdraw_shares(bench.amal)


def test_a_forged_recovery_is_told(bench: Bench) -> None:
    """Rows that say that two people signed are held against their keys."""
    made = shared(bench)
    badr, _ = uncleared(bench)
    recover_clearance(
        badr,
        shares=made.shares[:2],
        second=signer(bench.folder / "ws", "carim", "carim"),
        handle="badr",
        reason="x",
    )
    row = next(r for r in bench.amal.store.scan(RunRow) if r.run_kind == "recovery")
    facts = json.loads(row.parameters) | {"reason": "another"}
    bench.amal.store.blank(RunRow, [row.number], {"parameters": json.dumps(facts)})
    assert [one.signed for one in key_status(bench.amal).recoveries] == [False]


def test_a_damaged_setting_is_no_set_of_shares(bench: Bench) -> None:
    shared(bench)
    rows = [r for r in bench.amal.store.scan(SettingRow) if r.name == "recovery"]
    bench.amal.store.blank(SettingRow, [rows[-1].number], {"text": '{"set": 1}'})
    with pytest.raises(Exception, match="recovery shares is damaged"):
        recovery_set(bench.amal.store)


# ----- a member's own key -----


def test_a_member_who_lost_their_key_goes_on_with_a_new_one(bench: Bench) -> None:
    badr = bench.member("badr", "verifier")
    check_change(
        bench.amal,
        "renew-key",
        lambda: renew_member_key(
            bench.amal, handle="badr", passphrase="new", reason="key-lost", cost=CHEAP
        ),
    )
    again = open_workspace(bench.folder / "ws", person="badr", passphrase="new", clock=bench.clock)
    assert again.actor == badr.actor
    told = member_log(bench.amal, handle="badr")[-1]
    assert (told["what"], told["by"]) == ("key-renewed", "amal")
    assert again.member.sign_public != badr.member.sign_public
    assert not is_cleared(again.store, again.member)  # somebody who is cleared has to do that
    again.store.close()


def test_only_an_administrator_renews_another_person_s_key(bench: Bench) -> None:
    badr = bench.member("badr", "verifier")
    with pytest.raises(PermissionRefusedError):
        renew_member_key(badr, handle="amal", passphrase="x", reason="key-lost", cost=CHEAP)
    with pytest.raises(InputError, match="no reason to replace a key"):
        renew_member_key(bench.amal, handle="badr", passphrase="x", reason="why", cost=CHEAP)
    with pytest.raises(InputError, match="nobody is not a member"):
        renew_member_key(bench.amal, handle="nobody", passphrase="x", reason="routine", cost=CHEAP)
    renew_member_key(badr, handle="badr", passphrase="own", reason="routine", cost=CHEAP)
    opened = open_workspace(bench.folder / "ws", person="badr", passphrase="own")
    opened.store.close()


def test_a_passphrase_is_changed(bench: Bench) -> None:
    place = bench.folder / "ws"
    change_passphrase(place, "amal", old="amal", new="another", cost=CHEAP)
    with pytest.raises(KeyLockedError):
        open_workspace(place, passphrase="amal")
    opened = open_workspace(place, passphrase="another")
    assert opened.keys.case_key == bench.amal.keys.case_key
    opened.store.close()
    before = (place / "people" / "amal.key").read_bytes()
    for old, new in (("wrong", "x"), ("another", "another"), ("another", "")):
        with pytest.raises((KeyLockedError, InputError)):
            change_passphrase(place, "amal", old=old, new=new, cost=CHEAP)
    with pytest.raises(FileUnreadableError):
        change_passphrase(place, "nobody", old="x", new="y", cost=CHEAP)
    assert (place / "people" / "amal.key").read_bytes() == before


def test_a_key_file_is_bound_to_a_security_key_and_freed_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, token = bench.folder / "ws", SoftwareToken()
    monkeypatch.setattr("bayyina.keys.security_key.plugged_in", lambda: [token])
    copy = bench.folder / "in-the-safe.key"
    bind_key_file(place, "amal", "amal", copy=copy, cost=CHEAP)
    open_workspace(place, passphrase="amal").store.close()
    change_passphrase(place, "amal", old="amal", new="another", cost=CHEAP)
    open_workspace(place, passphrase="another").store.close()
    assert read_binding(place / "people" / "amal.key") is not None
    with pytest.raises(InputError, match="bound to a security key already"):
        bind_key_file(place, "amal", "another", cost=CHEAP)
    monkeypatch.setattr("bayyina.keys.security_key.plugged_in", list)
    with pytest.raises(KeyLockedError, match="which is not plugged in"):
        open_workspace(place, passphrase="another")
    with pytest.raises(KeyLockedError, match="which is not plugged in"):
        unbind_key_file(place, "amal", "another", cost=CHEAP)
    assert read_key_file(copy, "amal").sign.private_bytes_raw()
    monkeypatch.setattr("bayyina.keys.security_key.plugged_in", lambda: [token])
    unbind_key_file(place, "amal", "another", cost=CHEAP)
    monkeypatch.setattr("bayyina.keys.security_key.plugged_in", list)
    open_workspace(place, passphrase="another").store.close()
    with pytest.raises(InputError, match="bound to no security key"):
        unbind_key_file(place, "amal", "another", cost=CHEAP)


def test_a_passphrase_of_real_data_cannot_be_guessed(tmp_path: Path) -> None:
    from bayyina.db.opening import create_workspace

    made = create_workspace(
        tmp_path / "ws", name="T", handle="amal", person_name="A", passphrase=STRONG, cost=CHEAP
    )
    made.store.close()
    with pytest.raises(InputError, match="can be guessed"):
        change_passphrase(tmp_path / "ws", "amal", old=STRONG, new="short", cost=CHEAP)


def test_who_reviews_from_outside_is_given_no_key_that_opens_the_workspace(bench: Bench) -> None:
    bench.take_in(*ROWS)
    key = PersonalKey.generate()
    add_outside_reviewer(
        bench.amal,
        handle="zeina",
        name="Zeina",
        organisation="The other archive",
        public=key.public,
        records=[first_person(bench.amal)],
    )
    made = shared(bench)
    place, size = bench.folder / "ws", bench.amal.store.log_size()
    with pytest.raises(InputError, match="zeina is not a member who opens"):
        renew_member_key(bench.amal, handle="zeina", passphrase="x", reason="key-lost", cost=CHEAP)
    with pytest.raises(InputError, match="zeina is not a member who opens"):
        rescue_workspace(
            place, shares=made.shares[:2], handle="zeina", passphrase="x", reason="x", cost=CHEAP
        )
    badr, _ = uncleared(bench)
    with pytest.raises(InputError, match="zeina is not a member"):
        recover_clearance(
            badr, shares=made.shares[:2], second=Signer("zeina", key), handle="badr", reason="x"
        )
    assert bench.amal.store.log_size() == size + 3  # two joined, one clearance was taken back
    assert not list((place / "people").glob("zeina*"))


def test_both_sign_with_the_keys_that_the_workspace_knows(bench: Bench) -> None:
    """Whoever works with a token of the interface has no personal key, and breaks no glass."""
    made = shared(bench)
    badr, _ = uncleared(bench)
    other = PersonalKey.generate()
    with_token = dataclasses.replace(badr, keys=dataclasses.replace(badr.keys, personal=other.sign))
    carim = signer(bench.folder / "ws", "carim", "carim")
    with pytest.raises(KeyLockedError, match="key of badr is not the one"):
        recover_clearance(
            with_token, shares=made.shares[:2], second=carim, handle="badr", reason="x"
        )


def test_who_left_is_told_until_the_keys_are_replaced(bench: Bench) -> None:
    bench.member("badr", "verifier")
    assert key_status(bench.amal).former == ()
    set_roles(bench.amal, handle="badr", roles=[])
    told = key_status(bench.amal)
    assert (told.former, told.former_cleared) == (("badr",), ("main",))
    rotate_sealing_key(bench.amal, reason="member-left")
    rotate_case_key(bench.amal, reason="member-left", progress=quiet)
    told = key_status(bench.as_member("amal"))
    assert (told.former, told.former_cleared) == ((), ())
    assert told.case_key_people == ("amal",)
