"""Legal holds: what they cover cannot be erased, and it takes two people to lift one."""

from __future__ import annotations

import json

import pytest

from bayyina.app.erasing import erase_record
from bayyina.app.legal_holds import RUN, lift_hold, list_holds, place_hold
from bayyina.app.rows import ErasureRow, RecordRow, RunRow
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import log_run
from bayyina.errors import CheckFailedError, InputError, PermissionRefusedError
from tests.app.conftest import ROWS, Bench, quiet
from tests.app.test_use_cases_are_logged import check_change


@pytest.fixture
def guards(bench: Bench) -> tuple[Workspace, Workspace]:
    bench.take_in(*ROWS)
    return (
        bench.member("badr", "data-protection"),
        bench.member("chams", "data-protection"),
    )


def of_type(workspace: Workspace, record_type: str, position: int = 0) -> str:
    rows = workspace.store.find(RecordRow, "record_type", [record_type])
    return workspace.short_id(rows[position].number)


def erase(workspace: Workspace, record: str) -> str:
    return erase_record(workspace, record_id=record, reason="danger", progress=quiet).state


def test_what_is_held_is_not_erased_nor_is_an_agreement_recorded(
    guards: tuple[Workspace, Workspace],
) -> None:
    badr, chams = guards
    person, other = of_type(badr, "Person"), of_type(badr, "Person", 2)
    assert erase(badr, person) == "agreed"
    hold = place_hold(badr, records=[person], ground="court-order", reference="188")
    size = len(list(badr.store.scan(ErasureRow)))
    for record in (person, of_type(badr, "Arrest")):
        with pytest.raises(CheckFailedError, match="legal hold H-") as error:
            erase(chams, record)
        assert error.value.code == "legal-hold"
    assert len(list(badr.store.scan(ErasureRow))) == size
    assert erase(badr, other) == "agreed"
    assert lift_hold(badr, hold=hold.id, reasons="the case is closed").state == "stands"
    with pytest.raises(CheckFailedError):
        erase(chams, person)
    assert lift_hold(chams, hold=hold.id, reasons="so it is").state == "lifted"
    assert erase(chams, person) == "erased"
    (kept,) = list_holds(badr)
    assert (kept.lifting, kept.reasons) == (("badr", "chams"), ("the case is closed", "so it is"))


def test_a_hold_on_everything_holds_everything(guards: tuple[Workspace, Workspace]) -> None:
    badr, _ = guards
    place_hold(badr, records=[], ground="inquiry")
    with pytest.raises(CheckFailedError):
        erase(badr, of_type(badr, "Person", 2))


def test_nobody_lifts_a_hold_alone(guards: tuple[Workspace, Workspace], bench: Bench) -> None:
    badr, _ = guards
    hold = place_hold(badr, records=[], ground="request")
    lift_hold(badr, hold=hold.id, reasons="over")
    with pytest.raises(PermissionRefusedError, match="signed this already"):
        lift_hold(bench.as_member("badr"), hold=hold.id, reasons="over")
    run = next(r for r in badr.store.scan(RunRow) if r.run_kind == RUN and "lift" in r.parameters)
    said = json.loads(run.parameters)
    said["member"] = guards[1].member.number  # replayed in the name of another
    log_run(badr, "lift-hold", RUN, said, {})
    said |= {"key": guards[1].member.sign_public}
    log_run(badr, "lift-hold", RUN, said, {})
    (kept,) = list_holds(badr)
    assert kept.lifting == ("badr",)
    assert kept.state == "stands"


def test_holds_are_entries_of_the_log(guards: tuple[Workspace, Workspace]) -> None:
    badr, _ = guards
    check_change(badr, "place-hold", lambda: place_hold(badr, records=[], ground="request"))
    (hold,) = list_holds(badr)
    check_change(badr, "lift-hold", lambda: lift_hold(badr, hold=hold.id, reasons="over"))


def test_who_may_not_and_what_cannot_be(guards: tuple[Workspace, Workspace], bench: Bench) -> None:
    badr, chams = guards
    with pytest.raises(PermissionRefusedError):
        place_hold(bench.member("noor", "viewer"), records=[], ground="request")
    for records, ground in (([], "whim"), (["FICT-99-1"], "request"), (["nonsense"], "request")):
        with pytest.raises(InputError):
            place_hold(badr, records=records, ground=ground)
    for hold, reasons in (("H-99", "x"), (place_hold(badr, records=[], ground="request").id, " ")):
        with pytest.raises(InputError):
            lift_hold(chams, hold=hold, reasons=reasons)
