"""Two people, each with their own key, neither of whom entered the record: ways around it that fail."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bayyina.app.building_reports import build_reports
from bayyina.app.changes import change
from bayyina.app.counting import count_figure
from bayyina.app.decided_states import HOLDS, OPEN, decided_states
from bayyina.app.erasing import erase_record
from bayyina.app.evidence_about import Bringing
from bayyina.app.evidence_adding import add_evidence
from bayyina.app.family_releases import is_released
from bayyina.app.lead_rankers import is_on_for, switch_on
from bayyina.app.members import add_member, set_roles
from bayyina.app.publishing import publish_report
from bayyina.app.rows import DeterminationRow, RecordRow, StatementRow
from bayyina.app.short_ids import record_number
from bayyina.app.signed_decisions import signed_decision, who_entered
from bayyina.app.verifying import verify_workspace
from bayyina.app.waiting import undecided_records
from bayyina.app.workspace import Workspace
from bayyina.custody.determinations import SignedDecision, check_two_people
from bayyina.db.opening import create_workspace, enroll, open_workspace
from bayyina.errors import CheckFailedError, InputError, KeyLockedError, PermissionRefusedError
from bayyina.keys.personal import PersonalKey, read_key_file
from bayyina.keys.record_keys import KeyWrap
from bayyina.model.drafts import ValueDraft
from tests.app.conftest import CHEAP, STRONG, Bench, quiet
from tests.app.test_publishing import REPORT
from tests.app.two_lists import STANDARD, decide, records, take_in


class Deaths:
    """Two lists of the same deaths, and who may verify them."""

    def __init__(self, bench: Bench) -> None:
        take_in(bench, "Register A")
        take_in(bench, "Register B")
        found = records(bench.amal, "Death")
        self.first, self.second, self.other, self.again = found[0], found[1], found[3], found[4]
        self.badr = bench.member("badr", "verifier")
        self.chams = bench.member("chams", "verifier")

    def sign(self, workspace: Workspace) -> str:
        """A signature under the first death, with both lists as lines."""
        return decide(workspace, self.first, self.first, self.other)


@pytest.fixture
def deaths(bench: Bench) -> Deaths:
    return Deaths(bench)


def verified(bench: Bench) -> int:
    figure = count_figure(bench.amal, f"count persons with Death(verified={STANDARD})", quiet)
    return int(figure.value)


def state(bench: Bench, record: str) -> str:
    number = record_number(bench.amal, record)
    return decided_states(bench.amal, [number], STANDARD)[number].state


def key_of(bench: Bench, handle: str) -> PersonalKey:
    return read_key_file(bench.folder / "ws" / "people" / f"{handle}.key", handle)


# one key in two accounts


def test_a_key_is_enrolled_once_whichever_half(bench: Bench, deaths: Deaths) -> None:
    badr, fresh = key_of(bench, "badr"), PersonalKey.generate()
    for key in (badr, PersonalKey(badr.sign, fresh.box), PersonalKey(fresh.sign, badr.box)):
        with pytest.raises(InputError, match="belongs to another member already"):
            add_member(
                bench.amal, handle="double", name="D", roles=["verifier"], key=key,
                keep_key=lambda: None,
            )  # fmt: skip


def test_the_key_of_a_former_member_is_not_enrolled_anew(bench: Bench, deaths: Deaths) -> None:
    key = key_of(bench, "badr")
    set_roles(bench.amal, handle="badr", roles=[])
    with pytest.raises(InputError, match="belongs to another member already"):
        add_member(
            bench.amal, handle="again", name="A", roles=["verifier"], key=key, keep_key=lambda: None
        )


def test_a_key_file_under_another_handle_opens_nothing(bench: Bench, deaths: Deaths) -> None:
    people = bench.folder / "ws" / "people"
    shutil.copy(people / "badr.key", people / "chams.key")
    with pytest.raises(KeyLockedError, match="not the key that the workspace knows"):
        open_workspace(bench.folder / "ws", person="chams", passphrase="badr", clock=bench.clock)


@pytest.mark.parametrize("half", ["sign_public", "box_public"])
def test_a_key_put_into_two_accounts_behind_the_program_is_one_person(
    bench: Bench, deaths: Deaths, half: str
) -> None:
    deaths.sign(deaths.badr)
    deaths.sign(deaths.chams)
    assert state(bench, deaths.first) == HOLDS
    connection = bench.amal.store._connection  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE member SET {half} = (SELECT {half} FROM member WHERE handle = 'badr') "
            "WHERE handle = 'chams'"
        )
    bench.member("dima", "viewer")  # the log grows: what was kept in memory is read anew
    assert state(bench, deaths.first) != HOLDS
    assert verified(bench) == 0
    report = verify_workspace(bench.amal, progress=quiet)
    assert not report.ok


# who entered it


def test_who_entered_cannot_decide_under_another_role(bench: Bench, deaths: Deaths) -> None:
    set_roles(bench.amal, handle="badr", roles=["intake"])
    taker = bench.as_member("badr")
    take_in(bench, "Register C", workspace=taker)
    death = records(bench.amal, "Death")[-3]
    set_roles(bench.amal, handle="badr", roles=["verifier"])
    with pytest.raises(PermissionRefusedError, match="badr entered this record"):
        decide(bench.as_member("badr"), death, death, deaths.first)


def test_who_entered_it_as_an_earlier_member_cannot_decide(bench: Bench, deaths: Deaths) -> None:
    intake = bench.member("dima", "intake")
    take_in(bench, "Register C", workspace=intake)
    death = records(bench.amal, "Death")[-3]
    set_roles(bench.amal, handle="dima", roles=[])
    with pytest.raises(InputError, match="was a member before, as dima"):
        bench.member("Dima", "verifier")
    enroll(
        bench.amal, handle="dima2", name="Dima K.", roles=("verifier",), passphrase="dima2",
        cost=CHEAP, formerly="dima",
    )  # fmt: skip
    returned = bench.as_member("dima2")
    assert who_entered(bench.amal, record_number(bench.amal, death)) == {"dima", "dima2"}
    with pytest.raises(PermissionRefusedError, match="dima2 entered this record"):
        decide(returned, death, death, deaths.first)


def test_who_returns_does_not_count_twice(bench: Bench, deaths: Deaths) -> None:
    deaths.sign(deaths.badr)
    deaths.sign(deaths.chams)
    set_roles(bench.amal, handle="badr", roles=[])
    enroll(
        bench.amal, handle="badr2", name="Badr", roles=("verifier",), passphrase="badr2",
        cost=CHEAP, formerly="badr",
    )  # fmt: skip
    with pytest.raises(PermissionRefusedError, match="decided this already"):
        deaths.sign(bench.as_member("badr2"))
    assert state(bench, deaths.first) == HOLDS, "what two people signed stands"


def test_who_returns_does_not_agree_to_an_erasure_twice(bench: Bench, deaths: Deaths) -> None:
    def agree(workspace: Workspace) -> str:
        return erase_record(
            workspace, record_id=deaths.first, reason="objection", progress=quiet
        ).state

    first = bench.member("dana", "data-protection")
    assert agree(first) == "agreed"
    set_roles(bench.amal, handle="dana", roles=[])
    enroll(
        bench.amal, handle="dana2", name="Dana", roles=("data-protection",), passphrase="dana2",
        cost=CHEAP, formerly="dana",
    )  # fmt: skip
    again = bench.as_member("dana2")
    assert agree(again) == "agreed", "the agreement of the former membership lapsed"
    with pytest.raises(PermissionRefusedError, match="agreed to this already"):
        agree(again)
    assert agree(bench.member("dima", "data-protection")) == "erased"


def test_somebody_else_may_bear_the_name_of_a_former_member(bench: Bench, deaths: Deaths) -> None:
    set_roles(bench.amal, handle="badr", roles=[])
    with pytest.raises(InputError, match="not somebody whose membership ended"):
        enroll(
            bench.amal, handle="x", name="X", roles=("viewer",), passphrase="x", cost=CHEAP,
            formerly="chams",
        )  # fmt: skip
    added = enroll(
        bench.amal, handle="badr-h", name=" BADR ", roles=("viewer",), passphrase="x", cost=CHEAP,
        other_person=True,
    )  # fmt: skip
    assert added.handle == "badr-h"


def test_a_member_is_not_added_a_second_time_under_another_handle(
    bench: Bench, deaths: Deaths
) -> None:
    def add(*, other_person: bool) -> str:
        return enroll(
            bench.amal, handle="badr-k", name="badr ", roles=("verifier",), passphrase="x",
            cost=CHEAP, other_person=other_person,
        ).handle  # fmt: skip

    with pytest.raises(InputError, match="Badr is a member, as badr;") as told:
        add(other_person=False)
    assert told.value.code == "member-already"
    assert add(other_person=True) == "badr-k"


def test_who_took_in_its_evidence_cannot_decide(bench: Bench, deaths: Deaths) -> None:
    taker = bench.member("dima", "intake", "verifier")
    photograph = bench.folder / "photograph.txt"
    photograph.write_text("an invented picture", encoding="utf-8")
    add_evidence(
        taker, paths=[photograph], report=bench.folder / "r.csv", progress=quiet,
        bringing=Bringing(),
    )  # fmt: skip
    store = bench.amal.store
    item = next(row.number for row in store.scan(RecordRow) if row.record_type == "EvidenceItem")
    number = record_number(bench.amal, deaths.first)
    statement = store.find(StatementRow, "record", [number])[0].number
    assert who_entered(bench.amal, number) == {"amal"}
    connection = store._connection  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE statement SET evidence = {item} WHERE number = {statement}")
    assert who_entered(bench.amal, number) == {"amal", "dima"}
    with pytest.raises(PermissionRefusedError, match="dima entered this record"):
        deaths.sign(taker)


# replays


def signed_rows(bench: Bench) -> list[DeterminationRow]:
    return list(bench.amal.store.scan(DeterminationRow))


def test_a_signature_moves_to_no_other_record_decision_or_standard(
    bench: Bench, deaths: Deaths
) -> None:
    deaths.sign(deaths.badr)
    row = signed_rows(bench)[0]
    number = record_number(bench.amal, deaths.second)
    for record, changed in (
        (number, row._replace(record=number)),
        (row.record, row._replace(decision="released")),
        (row.record, row._replace(standard="family-may-be-told")),
        (row.record, row._replace(verdict="against")),
        (row.record, row._replace(number=row.number + 1)),
        (row.record, row._replace(member=deaths.chams.member.number)),
    ):
        held = bench.amal.store.find(RecordRow, "number", [record])[0]
        wrap = KeyWrap(bench.amal.keys.case_key)
        key = wrap.open_record(record, bytes(held.wrapped_key or b""))
        assert signed_decision(bench.amal, row, key).is_genuine() == (record == row.record)
        assert not signed_decision(bench.amal, changed, key).is_genuine()


def test_a_row_copied_behind_the_program_counts_for_nothing(bench: Bench, deaths: Deaths) -> None:
    deaths.sign(deaths.badr)
    row = signed_rows(bench)[0]
    chams = deaths.chams.member.number
    with bench.amal.store.transaction():
        bench.amal.store.add(DeterminationRow, [row._replace(number=row.number + 1, member=chams)])
    number = record_number(bench.amal, deaths.first)
    assert decided_states(bench.amal, [number], STANDARD)[number].state == OPEN
    assert not verify_workspace(bench.amal, progress=quiet).ok


def test_the_same_decision_is_taken_once(bench: Bench, deaths: Deaths) -> None:
    deaths.sign(deaths.badr)
    with pytest.raises(PermissionRefusedError, match="decided this already"):
        deaths.sign(deaths.badr)
    assert len(signed_rows(bench)) == 1


def test_a_decision_of_another_workspace_is_none_here(bench: Bench, deaths: Deaths) -> None:
    deaths.sign(deaths.badr)
    row = signed_rows(bench)[0]
    held = bench.amal.store.find(RecordRow, "number", [row.record])[0]
    key = KeyWrap(bench.amal.keys.case_key).open_record(row.record, bytes(held.wrapped_key or b""))
    genuine = signed_decision(bench.amal, row, key)
    elsewhere = create_workspace(
        bench.folder / "other", name="Other", handle="amal", person_name="A", passphrase=STRONG,
        fictional=True, cost=CHEAP,
    )  # fmt: skip
    moved = replace(genuine.decision, origin=elsewhere.identity.origin)
    elsewhere.store.close()
    assert genuine.is_genuine()
    assert not SignedDecision(genuine.person, moved, genuine.signature).is_genuine()


# halves that wait


def test_the_half_of_somebody_who_left_lapses(bench: Bench, deaths: Deaths) -> None:
    deaths.sign(deaths.badr)
    set_roles(bench.amal, handle="badr", roles=[])
    assert deaths.sign(deaths.chams).startswith("not yet verified")
    assert state(bench, deaths.first) == OPEN
    assert verified(bench) == 0
    assert [one.people for one in undecided_records(bench.amal)] == [("chams",)]
    dima = bench.member("dima", "verifier")
    assert deaths.sign(dima) == "verified by chams and dima"
    assert verified(bench) == 1


def test_the_half_of_somebody_whose_roles_changed_lapses(bench: Bench, deaths: Deaths) -> None:
    deaths.sign(deaths.badr)
    set_roles(bench.amal, handle="badr", roles=["analyst"])
    set_roles(bench.amal, handle="badr", roles=["verifier"])
    assert deaths.sign(deaths.chams).startswith("not yet verified")
    assert verified(bench) == 0
    badr = bench.as_member("badr")
    assert deaths.sign(badr) == "verified by chams and badr", "signing anew counts"
    assert verified(bench) == 1


def test_what_two_people_signed_stands_when_they_leave(bench: Bench, deaths: Deaths) -> None:
    deaths.sign(deaths.badr)
    deaths.sign(deaths.chams)
    for handle in ("badr", "chams"):
        set_roles(bench.amal, handle=handle, roles=[])
    assert state(bench, deaths.first) == HOLDS
    assert verified(bench) == 1


def test_more_roles_do_not_end_a_half(bench: Bench, deaths: Deaths) -> None:
    deaths.sign(deaths.badr)
    set_roles(bench.amal, handle="badr", roles=["verifier", "analyst"])
    assert deaths.sign(deaths.chams) == "verified by badr and chams"


def test_an_objection_stays_when_whoever_made_it_leaves(bench: Bench, deaths: Deaths) -> None:
    decide(deaths.badr, deaths.first, decision="disputed")
    set_roles(bench.amal, handle="badr", roles=[])
    assert deaths.sign(deaths.chams).startswith("disputed")


def test_a_release_that_waited_lapses_too(bench: Bench, deaths: Deaths) -> None:
    number = record_number(bench.amal, deaths.first)

    def release(workspace: Workspace) -> None:
        decide(workspace, deaths.first, deaths.first, deaths.other, decision="released")

    release(deaths.badr)
    set_roles(bench.amal, handle="badr", roles=["viewer"])
    release(deaths.chams)
    assert not is_released(bench.amal, number)
    release(bench.member("dima", "verifier"))
    assert is_released(bench.amal, number)


def test_a_report_is_not_released_with_the_half_of_somebody_who_left(
    bench: Bench, deaths: Deaths, tmp_path: Path
) -> None:
    definition = tmp_path / "yearly.report.md"
    definition.write_text(REPORT, encoding="utf-8")
    built = build_reports(
        bench.amal, name=str(definition), languages=("en",), out_folder=tmp_path / "out", progress=quiet,
        settings={},
    )  # fmt: skip
    assert not publish_report(deaths.badr, built.twin, reasons="read").is_published
    set_roles(bench.amal, handle="badr", roles=["viewer"])
    signed = publish_report(deaths.chams, built.twin, reasons="read")
    assert (signed.is_published, signed.people) == (False, ("chams",))
    with pytest.raises(PermissionRefusedError, match="signed this report already"):
        publish_report(deaths.chams, built.twin, reasons="read")
    dima = bench.member("dima", "verifier")
    assert publish_report(dima, built.twin, reasons="read").people == ("chams", "dima")


def test_a_program_from_outside_needs_two_who_may_decide(
    bench: Bench, deaths: Deaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bayyina.app.lead_rankers.known_programs", lambda: ("invented",))
    for workspace in (deaths.badr, deaths.chams):
        switch_on(workspace, "invented")
    assert is_on_for(deaths.chams) == "invented"
    set_roles(bench.amal, handle="badr", roles=["viewer"])
    assert is_on_for(deaths.chams) == ""


# two people are not two sources


def test_copies_of_one_origin_count_once(bench: Bench, deaths: Deaths) -> None:
    for copy in ("Copy C", "Copy D"):
        take_in(bench, copy, more='origin = "Register of the morgue"')
    found = records(bench.amal, "Death")
    third, fourth = found[6], found[9]
    with pytest.raises(CheckFailedError, match="2 different origins; there are 1"):
        decide(deaths.badr, third, third, fourth)
    assert decide(deaths.badr, third, third, deaths.first).startswith("not yet")


def test_keys_shared_by_two_names_are_refused_whoever_claims_them(
    bench: Bench, deaths: Deaths
) -> None:
    deaths.sign(deaths.badr)
    deaths.sign(deaths.chams)
    rows = signed_rows(bench)
    held = bench.amal.store.find(RecordRow, "number", [rows[0].record])[0]
    wrap = KeyWrap(bench.amal.keys.case_key)
    key = wrap.open_record(rows[0].record, bytes(held.wrapped_key or b""))
    one, two = (signed_decision(bench.amal, row, key) for row in rows)
    assert check_two_people([one, two], entered_by=()) == ("badr", "chams")
    with pytest.raises(PermissionRefusedError):
        check_two_people([one, SignedDecision("chams", one.decision, one.signature)], entered_by=())


# who entered, as ``log verify`` knows it


def test_verification_knows_every_way_of_entering_that_the_use_cases_know(
    bench: Bench, deaths: Deaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decisions that a changed program let through are named afterwards."""
    amal, badr = bench.amal, deaths.badr
    record = record_number(amal, deaths.first)
    row = amal.store.find(RecordRow, "number", [record])[0]
    with change(badr, "add-evidence") as writer:
        item, _ = writer.add_record("EvidenceItem", None, None)
        writer.finish({})
    dima = bench.member("dima", "intake")
    with change(dima, "enter-report") as writer:
        draft = ValueDraft("note", "seen there")
        writer.add_statement(
            record, writer.record_key(row), row.record_type, draft, None, evidence=item
        )
        writer.finish({})
    set_roles(amal, handle="dima", roles=[])
    enroll(
        amal, handle="anew", name="Anew", roles=("verifier",), passphrase="anew", cost=CHEAP,
        formerly="dima",
    )  # fmt: skip
    anew = bench.as_member("anew")
    assert {"amal", "anew", "badr", "dima"} == who_entered(amal, record)
    assert verify_workspace(amal, progress=quiet).ok
    monkeypatch.setattr("bayyina.app.deciding.who_entered", lambda *_: set())
    for who in (badr, anew):
        deaths.sign(who)
    found = verify_workspace(amal, progress=quiet)
    assert {check.number for check in found.checks if check.findings} == {13}
    assert [one.why for one in found.checks[12].findings] == [
        "badr had entered the record",
        "anew had entered the record as dima",
    ]
