"""Who is cleared for sealed values, who can clear whom, and what a withdrawal ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from bayyina.app.cases import add_case
from bayyina.app.clearances import (
    clear_member,
    cleared_members,
    is_cleared,
    make_sealing_key,
    opener_of,
    withdraw_clearance,
)
from bayyina.app.importing import import_list
from bayyina.app.members import set_roles
from bayyina.app.opening_sealed import open_sealed
from bayyina.app.record_reading import read_record
from bayyina.app.rows import CaseKeyRow, CaseRow, RecordRow
from bayyina.app.sealing_keys import sealing_public
from bayyina.app.verifying import verify_workspace
from bayyina.errors import InputError, KeyLockedError, PermissionRefusedError
from bayyina.keys.case_keys import open_case_key
from bayyina.keys.personal import read_key_file
from bayyina.tables.mapping import Mapping
from tests.app.conftest import HEADER, MAPPING, Bench, quiet
from tests.app.test_use_cases_are_logged import check_change

CHILD = "FICT-2,Child Name,M,2001-02-07,12/05/2013,Homs,held,"


def child(bench: Bench) -> str:
    bench.take_in(CHILD)
    people = [r for r in bench.amal.store.scan(RecordRow) if r.record_type == "Person"]
    return bench.amal.short_id(people[-1].number)


def handles(bench: Bench) -> list[str]:
    return [row.handle for row in cleared_members(bench.amal.store)]


def test_a_workspace_has_a_sealing_key_and_its_founder_is_cleared(bench: Bench) -> None:
    store = bench.amal.store
    rows = {row.code: row for row in store.scan(CaseRow)}
    assert rows["main/sealed"].title == f"x25519:{(sealing_public(store) or b'').hex()}"
    assert handles(bench) == ["amal"]
    given = [row for row in store.scan(CaseKeyRow) if row.case == rows["main/sealed"].number]
    key = read_key_file(bench.folder / "ws" / "people" / "amal.key", "amal")
    secret = open_case_key(bytes.fromhex(given[0].wrapped), key.box, place="main/sealed")
    public = X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    assert public == sealing_public(store)
    with pytest.raises(KeyLockedError):
        open_case_key(bytes.fromhex(given[0].wrapped), key.box, place="main")


def test_who_joins_with_a_role_that_opens_is_cleared_by_somebody_who_is(bench: Bench) -> None:
    person = child(bench)
    vera, ina = bench.member("vera", "verifier"), bench.member("ina", "intake")
    assert handles(bench) == ["amal", "vera"]
    assert "Child Name" in str(open_sealed(vera, person, reason="to tell the family"))
    with pytest.raises(PermissionRefusedError):
        open_sealed(ina, person, reason="to tell the family")
    assert not opener_of(ina).keys


def test_an_administrator_who_is_not_cleared_clears_nobody(bench: Bench) -> None:
    bench.member("vera", "verifier")
    badr = bench.member("badr", "administrator")
    assert not is_cleared(bench.amal.store, badr.member)
    with pytest.raises(PermissionRefusedError):
        clear_member(badr, "badr")
    set_roles(bench.amal, handle="badr", roles=("administrator", "verifier"))
    badr = bench.as_member("badr")
    with pytest.raises(KeyLockedError, match="no key to give"):
        clear_member(badr, "badr")
    dana = bench.member("dana", "verifier")
    withdraw_clearance(bench.amal, "dana")
    with pytest.raises(KeyLockedError):
        clear_member(badr, "dana")
    with pytest.raises(KeyLockedError, match="not cleared"):
        open_sealed(dana, child(bench), reason="curiosity")
    clear_member(bench.amal, "badr")
    assert "Child Name" in str(open_sealed(bench.as_member("badr"), child(bench), reason="now"))


def test_who_only_administers_or_looks_cannot_be_cleared(bench: Bench) -> None:
    for role in ("administrator", "viewer", "intake", "auditor"):
        bench.member(f"a-{role}", role)
        with pytest.raises(PermissionRefusedError, match="no role that opens"):
            clear_member(bench.amal, f"a-{role}")
    with pytest.raises(InputError, match="not a member"):
        clear_member(bench.amal, "nobody")
    with pytest.raises(InputError, match="already"):
        clear_member(bench.amal, "amal")


def test_a_withdrawal_ends_a_session_at_once(bench: Bench) -> None:
    person, vera = child(bench), bench.member("vera", "verifier")
    assert "Child Name" in str(open_sealed(vera, person, reason="once"))
    withdraw_clearance(bench.amal, "vera")
    with pytest.raises(KeyLockedError):
        open_sealed(vera, person, reason="twice")
    with pytest.raises(KeyLockedError):
        open_sealed(bench.as_member("vera"), person, reason="thrice")
    assert handles(bench) == ["amal"]
    with pytest.raises(InputError, match="not cleared"):
        withdraw_clearance(bench.amal, "vera")


def test_the_last_who_is_cleared_stays(bench: Bench) -> None:
    with pytest.raises(InputError) as refused:
        withdraw_clearance(bench.amal, "amal")
    assert refused.value.code == "last-cleared"
    bench.member("badr", "administrator")
    with pytest.raises(InputError, match="Nobody would be left who can open"):
        set_roles(bench.amal, handle="amal", roles=())
    bench.member("vera", "verifier")
    set_roles(bench.as_member("badr"), handle="amal", roles=())
    assert handles(bench) == ["vera"]


def test_each_change_is_what_its_entry_commits_to(bench: Bench) -> None:
    bench.member("vera", "verifier")
    check_change(bench.amal, "withdraw-clearance", lambda: withdraw_clearance(bench.amal, "vera"))
    check_change(bench.amal, "clear-member", lambda: clear_member(bench.amal, "vera"))
    check_change(bench.amal, "make-sealing-key", lambda: make_sealing_key(bench.amal, "HAMA"))
    person = child(bench)
    check_change(bench.amal, "open-sealed", lambda: open_sealed(bench.amal, person, reason="why"))
    assert verify_workspace(bench.amal, progress=quiet).ok


def test_what_was_wrapped_for_another_key_of_the_person_counts_no_more(bench: Bench) -> None:
    vera = bench.member("vera", "verifier")
    changed = vera.member._replace(box_public="00" * 32)
    assert not is_cleared(bench.amal.store, changed)


def test_a_workspace_of_before_reads_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One without a sealing key takes in what need not be sealed, and refuses the rest."""
    with monkeypatch.context() as patched:
        patched.setattr("bayyina.app.founding.add_sealing_key", lambda *_: None)
        (tmp_path / "before").mkdir()
        before = Bench(tmp_path / "before")
    store = before.amal.store
    assert sealing_public(store) is None
    assert handles(before) == []
    before.take_in("FICT-1,Alif One,M,1990-02-01,12/05/2013,Homs,held,")
    size = store.log_size()
    with pytest.raises(InputError) as refused:
        before.take_in(CHILD)
    assert refused.value.code == "no-sealing-key"
    assert "seal-key" in refused.value.hint
    assert store.log_size() == size
    people = [row.number for row in store.scan(RecordRow) if row.record_type == "Person"]
    assert read_record(before.amal, before.amal.short_id(people[0]))["type"] == "Person"
    with pytest.raises(InputError):
        clear_member(before.amal, "amal")
    make_sealing_key(before.amal)
    person, again = child(before), before.as_member("amal")
    assert "Child Name" in str(open_sealed(again, person, reason="to see"))
    with pytest.raises(InputError, match="a sealing key already"):
        make_sealing_key(again)
    before.close()


def test_a_case_with_a_key_of_its_own_is_sealed_for_its_own_people(bench: Bench) -> None:
    vera = bench.member("vera", "verifier")
    add_case(bench.amal, code="HAMA", title="Hama, February 1982")
    make_sealing_key(bench.amal, "HAMA")
    amal = bench.as_member("amal")
    file = bench.folder / "list.csv"
    file.write_text(f"{HEADER}\n{CHILD}\n", encoding="utf-8")
    text = MAPPING.format(asserted_on="2023-08-31", release="partial")
    import_list(
        amal,
        file=file,
        mapping=Mapping.parse(text, amal.vocabulary),
        report=bench.folder / "rows.csv",
        progress=quiet,
        case="HAMA",
    )
    people = [row.number for row in amal.store.scan(RecordRow) if row.record_type == "Person"]
    person = amal.short_id(people[0])
    assert "Child Name" in str(open_sealed(amal, person, reason="to see"))
    assert "Child Name" not in str(open_sealed(vera, person, reason="to see"))
    assert not is_cleared(amal.store, vera.member, "HAMA")
    clear_member(amal, "vera", case="HAMA")
    assert "Child Name" in str(open_sealed(bench.as_member("vera"), person, reason="to see"))
