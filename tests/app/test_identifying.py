"""Bodies are identified by two people, on lines of different origins, and never by a computer."""

from __future__ import annotations

from datetime import date

import pytest

from bayyina.app.counting import count_figure
from bayyina.app.deciding import determine_record
from bayyina.app.erasing import erase_record
from bayyina.app.identifying import propose_identification, settle_identifications
from bayyina.app.identifying_leads import LeadFinder
from bayyina.app.identifying_reading import BODY, IDENTIFICATION, STANDARD, Board, read_board
from bayyina.app.record_reading import read_record
from bayyina.app.rows import RecordRow, StatementRow
from bayyina.app.undoing import undo_batch
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.errors import CheckFailedError, InputError, PermissionRefusedError
from tests.app.conftest import Bench, quiet
from tests.app.identification_cases import (
    FAMILIES,
    FAMILIES_HEADER,
    ids,
    take,
    take_people_and_bodies,
)
from tests.app.test_use_cases_are_logged import check_change

FIGURE = "count bodies identified"


class Table:
    """A workspace with bodies, and the three people at its table."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.amal = bench.amal
        take_people_and_bodies(bench.amal, bench.folder)
        self.badr = bench.member("badr", "verifier")
        self.chams = bench.member("chams", "verifier")
        self.bodies = ids(bench.amal, BODY)
        self.people = ids(bench.amal, "Person")
        self.profiles = ids(bench.amal, "AnteMortemProfile")

    def families(self, *rows: str, name: str = "Families") -> list[str]:
        """What families said, as a list of its own; ids of its identifications."""
        before = set(ids(self.amal, IDENTIFICATION))
        take(self.amal, self.bench.folder, name, IDENTIFICATION, FAMILIES, FAMILIES_HEADER, *rows)
        return [one for one in ids(self.amal, IDENTIFICATION) if one not in before]

    def propose(self, body: int, person: int, *lines: str) -> str:
        """The record of a proposal."""
        made = propose_identification(
            self.amal, body=self.bodies[body], person=self.people[person], basis=lines
        )
        return str(made["record"])

    def decide(
        self, who: Workspace, record: str, *lines: str, decision: str = "identified",
        conditions: tuple[str, ...] = (),
    ) -> str:  # fmt: skip
        """One person's decision; the state."""
        answer = determine_record(
            who, record_id=record, decision=decision, verdict="for", standard=STANDARD,
            reasons="looked at together", lines=lines, conditions=conditions,
        )  # fmt: skip
        return str(answer["state"])

    def both(self, record: str, *lines: str, decision: str = "identified") -> None:
        """Two people decide alike."""
        for who in (self.badr, self.chams):
            self.decide(who, record, *lines, decision=decision)

    def board(self, day: date | None = None) -> Board:
        """Where bodies stand."""
        return read_board(self.amal, quiet, as_of=day)

    def state(self, body: int) -> tuple[str, str, tuple[str, ...]]:
        """State of a body, by whom it is identified, and its conflicts."""
        one = self.board().states[body]
        return one.state, one.by, one.conflicts

    def figure(self) -> int:
        """Identified bodies as figures count them."""
        return count_figure(self.amal, FIGURE, quiet).value


@pytest.fixture
def table(bench: Bench) -> Table:
    """Bodies and people to work on."""
    return Table(bench)


def family_row(number: int, body: int, person: int, state: str = "being_verified") -> str:
    return f"FICT-F{number},FICT-B{body},FICT-P{person},family_recognition,{state},2020-01-01"


@pytest.fixture
def lines(table: Table) -> tuple[str, str, str]:
    """A proposal for the first body and person, with two lines of different origins."""
    (family,) = table.families(family_row(1, 1, 1))
    cited = (f"family_recognition={family}", f"distinctive_mark={table.profiles[0]}")
    return table.propose(0, 0, *cited), *cited


def test_two_people_identify_and_the_figure_follows_when_it_is_settled(
    table: Table, lines: tuple[str, str, str]
) -> None:
    record, *cited = lines
    assert table.state(0)[0] == "being_verified"
    assert table.decide(table.badr, record, *cited).startswith("not yet identified")
    assert table.state(0) == ("being_verified", "", ())
    assert table.decide(table.chams, record, *cited) == "identified by badr and chams"
    assert table.state(0) == ("identified", "two_people", ("not_settled",))
    assert table.figure() == 0
    (settled,) = settle_identifications(table.amal, quiet)
    assert (settled.after, settled.result) == ("identified", "presumptive (photograph)")
    assert settled.people == ("badr", "chams")
    assert table.figure() == 1
    assert table.state(0) == ("identified", "two_people", ())
    assert settle_identifications(table.amal, quiet) == []
    assert table.board().counts == {
        "unexamined": 3, "candidates": 0, "being_verified": 0, "identified": 1, "withdrawn": 0
    }  # fmt: skip
    assert verify_workspace(table.amal, progress=quiet).ok
    assert not ids(table.amal, "Death")
    assert not ids(table.amal, "FamilyNotification")


def test_what_is_withdrawn_by_two_leaves_the_figure_and_keeps_its_history(
    table: Table, lines: tuple[str, str, str]
) -> None:
    record, *cited = lines
    table.both(record, *cited)
    settle_identifications(table.amal, quiet)
    table.decide(table.badr, record, decision="rejected")
    assert table.state(0)[0] == "being_verified"
    assert "disputed" in table.state(0)[2]
    table.decide(table.chams, record, decision="rejected")
    settle_identifications(table.amal, quiet)
    assert table.figure() == 0
    assert [one["decision"] for one in read_record(table.amal, record)["determinations"]].count(
        "identified"
    ) == 2
    family = cited[0].partition("=")[2]
    table.both(family, decision="rejected")
    assert table.state(0)[0] == "withdrawn"
    assert table.propose(0, 0, *cited) != record


def test_who_proposed_cannot_decide_and_who_signed_cannot_settle(
    table: Table, lines: tuple[str, str, str]
) -> None:
    record, *cited = lines
    with pytest.raises(PermissionRefusedError, match="entered this record"):
        table.decide(table.amal, record, *cited)
    dalia = table.bench.member("dalia", "verifier", "intake")
    table.decide(dalia, record, *cited)
    table.decide(table.badr, record, *cited)
    with pytest.raises(CheckFailedError, match="dalia signed"):
        settle_identifications(dalia, quiet)
    assert table.figure() == 0
    settle_identifications(table.amal, quiet)
    assert table.figure() == 1


def test_a_rival_family_blocks_until_two_people_have_resolved_it(
    table: Table, lines: tuple[str, str, str]
) -> None:
    record, *cited = lines
    (rival,) = table.families(family_row(2, 1, 4), name="Another family")
    assert table.state(0)[2] == ("rival_family_claim",)
    with pytest.raises(CheckFailedError, match="rival_family_claim"):
        table.decide(table.badr, record, *cited)
    table.decide(table.badr, rival, decision="rejected")
    with pytest.raises(CheckFailedError, match="rival_family_claim"):
        table.decide(table.badr, record, *cited)
    table.decide(table.chams, rival, decision="rejected")
    table.both(record, *cited)
    assert table.state(0)[0] == "identified"


def test_a_rival_that_comes_later_takes_the_body_out_of_the_figure(
    table: Table, lines: tuple[str, str, str]
) -> None:
    record, *cited = lines
    table.both(record, *cited)
    settle_identifications(table.amal, quiet)
    table.families(family_row(2, 1, 4), name="Another family")
    assert table.state(0) == ("being_verified", "", ("rival_family_claim", "not_settled"))
    settle_identifications(table.amal, quiet)
    assert table.figure() == 0


def test_recognition_alone_needs_recorded_minimal_disfigurement(table: Table) -> None:
    first, second = table.families(family_row(1, 1, 1), family_row(2, 2, 2))
    said = {
        (row.record, row.value): table.amal.statement_id(row.number)
        for row in table.amal.store.scan(StatementRow)
    }
    numbers = sorted(r.number for r in table.amal.store.scan(RecordRow) if r.record_type == BODY)
    minimal, severe = said[numbers[0], "minimal"], said[numbers[1], "severe"]
    hardly, badly = (
        table.propose(0, 0, f"family_recognition={first}"),
        table.propose(1, 1, f"family_recognition={second}"),
    )
    condition = "minimal_disfigurement_recorded"
    with pytest.raises(CheckFailedError, match="There is no distinctive_mark"):
        table.decide(table.badr, hardly, f"family_recognition={first}")
    for wrong in (severe, table.bodies[1]):
        with pytest.raises(CheckFailedError, match="does not record"):
            table.decide(
                table.badr, badly, f"family_recognition={second}",
                conditions=(f"{condition}={wrong}",),
            )  # fmt: skip
    states = [
        table.decide(
            who, hardly, f"family_recognition={first}", conditions=(f"{condition}={minimal}",)
        )
        for who in (table.badr, table.chams)
    ]
    assert states[-1] == "identified by badr and chams"


def test_two_lines_of_one_origin_are_one(table: Table) -> None:
    (family,) = table.families(
        "FICT-F1,FICT-B1,FICT-P1,family_recognition|distinctive_mark,being_verified,2020"
    )
    cited = (f"family_recognition={family}", f"distinctive_mark={family}")
    record = table.propose(0, 0, *cited)
    with pytest.raises(CheckFailedError, match="the same origin"):
        table.decide(table.badr, record, *cited)
    leads = LeadFinder(table.amal, quiet)
    body = next(iter(leads.cases.bodies))
    mine = leads.leads(body)[0]
    assert mine.person
    assert "family_recognition" in {one.line for one in mine.lines}


def test_images_compared_by_computers_carry_no_proposal(table: Table) -> None:
    size = table.amal.store.log_size()
    for line in ("face_similarity", "near_duplicate"):
        with pytest.raises(CheckFailedError, match="leads people to look"):
            table.propose(0, 0, f"{line}={table.bodies[0]}")
    with pytest.raises(InputError, match="needs what it rests on"):
        table.propose(0, 0)
    with pytest.raises(InputError, match="nothing to do with"):
        table.propose(0, 0, f"distinctive_mark={table.profiles[1]}")
    with pytest.raises(InputError, match="is a Person, not a PhotographedBody"):
        propose_identification(
            table.amal, body=table.people[0], person=table.people[1], basis=["dna=x"]
        )
    assert table.amal.store.log_size() == size


def test_the_same_is_not_proposed_twice(table: Table, lines: tuple[str, str, str]) -> None:
    with pytest.raises(CheckFailedError, match="proposes this already"):
        table.propose(0, 0, *lines[1:])


def test_one_body_is_not_two_people(table: Table, lines: tuple[str, str, str]) -> None:
    record, *cited = lines
    table.both(record, *cited)
    settle_identifications(table.amal, quiet)
    table.families("FICT-G1,FICT-B1,FICT-P4,document,identified,2020-01-01", name="Another group")
    state, _, conflicts = table.state(0)
    assert state == "being_verified"
    assert "one_body_two_persons" in conflicts
    settle_identifications(table.amal, quiet)
    assert table.state(0)[0] == "being_verified"


def test_one_person_is_not_two_bodies(table: Table, lines: tuple[str, str, str]) -> None:
    record, *cited = lines
    table.both(record, *cited)
    table.families("FICT-G1,FICT-B4,FICT-P1,document,identified,2020", name="Another group")
    assert table.state(0)[0] == "being_verified"
    assert "one_person_two_bodies" in table.state(0)[2]
    assert table.state(3) == ("identified", "stated", ("one_person_two_bodies",))
    finder = LeadFinder(table.amal, quiet)
    lead = finder.leads(min(finder.cases.bodies))[0]
    assert "identified_elsewhere" in {one.about for one in lead.lines}


def test_evidence_that_is_undone_takes_the_identification_back(
    table: Table, lines: tuple[str, str, str]
) -> None:
    record, *cited = lines
    table.both(record, *cited)
    settle_identifications(table.amal, quiet)
    assert table.figure() == 1
    profiles = int(table.profiles[0].split("-")[1])
    undo_batch(table.amal, batch=profiles, reason="the list was withdrawn")
    assert table.state(0) == ("being_verified", "", ("evidence_lost", "not_settled"))
    settle_identifications(table.amal, quiet)
    assert table.figure() == 0


def test_a_body_that_is_erased_is_on_no_board(table: Table, lines: tuple[str, str, str]) -> None:
    record, *cited = lines
    table.both(record, *cited)
    one, other = (table.bench.member(name, "data-protection") for name in ("hind", "iyad"))
    for who in (one, other):
        erase_record(who, record_id=table.bodies[0], reason="withdrawn-consent", progress=quiet)
    board = table.board()
    assert len(board.states) == 3
    assert board.counts["identified"] == 0
    assert settle_identifications(table.amal, quiet) == []
    with pytest.raises(InputError, match="was erased"):
        table.propose(0, 0, *cited)


def test_the_board_of_a_past_day(table: Table, lines: tuple[str, str, str]) -> None:
    record, *cited = lines
    table.families("FICT-G1,FICT-B4,FICT-P4,document,identified,2021-05-01", name="Group")
    table.both(record, *cited)
    counts = {day: table.board(day).counts for day in (date(2019, 1, 1), date(2020, 6, 1))}
    assert counts[date(2019, 1, 1)]["unexamined"] == 4
    assert counts[date(2020, 6, 1)]["being_verified"] == 1
    assert table.board(date(2022, 1, 1)).counts["identified"] == 1
    assert table.board().counts["identified"] == 2


def test_every_change_is_compared(table: Table) -> None:
    (family,) = table.families(family_row(1, 1, 1))
    cited = (f"family_recognition={family}", f"distinctive_mark={table.profiles[0]}")
    check_change(table.amal, "propose-identification", lambda: table.propose(0, 0, *cited))
    record = ids(table.amal, IDENTIFICATION)[-1]
    table.both(record, *cited)
    check_change(
        table.amal, "settle-identifications", lambda: settle_identifications(table.amal, quiet)
    )


def test_who_may_not(table: Table) -> None:
    viewer = table.bench.member("zaid", "viewer")
    with pytest.raises(PermissionRefusedError):
        read_board(viewer, quiet)
    with pytest.raises(PermissionRefusedError):
        settle_identifications(viewer, quiet)
    with pytest.raises(PermissionRefusedError):
        LeadFinder(viewer, quiet)
