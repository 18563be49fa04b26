"""Papers are laid to the disappeared by two people; nothing follows from a paper by itself."""

from __future__ import annotations

from typing import Any

import pytest

from bayyina.app.certificate_matches import match_states, propose_match, settle_matches
from bayyina.app.certificate_particulars import Particulars, compare_particulars
from bayyina.app.counting import count_figure
from bayyina.app.deciding import determine_record, judge_pair
from bayyina.app.matching_certificates import DOCUMENT, MATCH, STANDARD, match_certificates
from bayyina.app.person_papers import write_letter
from bayyina.app.rows import DeterminationRow
from bayyina.app.undoing import undo_batch
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.errors import CheckFailedError, InputError, PermissionRefusedError
from bayyina.model.places import Gazetteer
from tests.app.conftest import Bench, quiet
from tests.app.identification_cases import (
    PEOPLE,
    PEOPLE_HEADER,
    ids,
    take,
    take_papers,
    take_people_and_bodies,
)
from tests.app.test_use_cases_are_logged import check_change

ACKNOWLEDGED = "count persons with DeathRegistration"
NOT_NOTIFIED = "count persons with DeathRegistration(family_notified=no)"
LINES = ("names_agree", "mother_agrees", "register_entry_agrees")


class Papers:
    """People, papers, and three at the table."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.amal = bench, bench.amal
        take_people_and_bodies(bench.amal, bench.folder)
        take_papers(bench.amal, bench.folder)
        self.badr = bench.member("badr", "verifier")
        self.chams = bench.member("chams", "verifier")
        self.people, self.papers = ids(bench.amal, "Person"), ids(bench.amal, DOCUMENT)

    def cited(self, paper: int) -> list[str]:
        return [f"{line}={self.papers[paper]}" for line in LINES]

    def propose(self, paper: int, person: int) -> str:
        made = propose_match(
            self.amal, document=self.papers[paper], person=self.people[person],
            basis=self.cited(paper),
        )  # fmt: skip
        return str(made["record"])

    def decide(self, who: Workspace, match: str, paper: int, decision: str = "verified") -> str:
        answer = determine_record(
            who, record_id=match, decision=decision, verdict="for", standard=STANDARD,
            reasons="laid side by side", lines=self.cited(paper) if decision == "verified" else (),
        )  # fmt: skip
        return str(answer["state"])

    def both(self, match: str, paper: int, decision: str = "verified") -> None:
        for who in (self.badr, self.chams):
            self.decide(who, match, paper, decision)

    def figures(self) -> tuple[int, int]:
        return tuple(count_figure(self.amal, q, quiet).value for q in (ACKNOWLEDGED, NOT_NOTIFIED))  # type: ignore[return-value]


@pytest.fixture
def papers(bench: Bench) -> Papers:
    """Papers to match."""
    return Papers(bench)


def test_candidates_come_with_what_agrees_and_what_differs(papers: Papers) -> None:
    found = {
        papers.amal.short_id(one.document): one for one in match_certificates(papers.amal, quiet)
    }
    first, second, third = (found[one].candidates[0] for one in papers.papers)
    assert papers.amal.short_id(first.person) == papers.people[0]
    assert first.lines == ("names_agree", "mother_agrees", "birth_agrees", "register_entry_agrees")
    assert first.lacks == ()
    assert [p.part for p in second.parts if p.says == "differs"] == ["mother"]
    assert "blocked" in {reason.code for reason in second.lacks}
    assert [(p.part, p.says) for p in third.parts] == [("name", "agrees"), ("custody", "differs")]
    assert "never_alone" in {reason.code for reason in third.lacks}


def test_figures_follow_the_decision_and_nothing_before_it(papers: Papers) -> None:
    match = papers.propose(0, 0)
    assert papers.figures() == (0, 0)
    assert papers.decide(papers.badr, match, 0).startswith("not yet verified")
    assert settle_matches(papers.amal, quiet) == []
    papers.decide(papers.chams, match, 0)
    assert papers.figures() == (0, 0)
    (settled,) = settle_matches(papers.amal, quiet)
    assert (settled["before"], settled["after"]) == ("being_verified", "matched")
    assert papers.figures() == (1, 1)
    assert settle_matches(papers.amal, quiet) == []
    assert not ids(papers.amal, "Death")
    assert not ids(papers.amal, "FamilyNotification")
    assert count_figure(papers.amal, "count persons with Death", quiet).value == 0
    report = verify_workspace(papers.amal, progress=quiet)
    assert report.ok, [check for check in report.checks if not check.ok]
    with pytest.raises(CheckFailedError, match="family may be told"):
        write_letter(
            papers.amal, papers.people[0], languages=["en"], out_folder=papers.bench.folder
        )


def test_a_match_that_is_withdrawn_takes_the_registration_back(papers: Papers) -> None:
    match = papers.propose(0, 0)
    papers.both(match, 0)
    settle_matches(papers.amal, quiet)
    papers.both(match, 0, "rejected")
    (settled,) = settle_matches(papers.amal, quiet)
    assert (settled["after"], settled["registration"]) == ("withdrawn", None)
    assert papers.figures() == (0, 0)
    papers.both(papers.propose(0, 0), 0)
    settle_matches(papers.amal, quiet)
    assert papers.figures() == (1, 1)


def test_one_paper_is_not_of_two_people(papers: Papers) -> None:
    match, rival = papers.propose(0, 0), papers.propose(0, 3)
    with pytest.raises(CheckFailedError, match="rival_match"):
        papers.decide(papers.badr, match, 0)
    papers.both(rival, 0, "rejected")
    papers.both(match, 0)
    settle_matches(papers.amal, quiet)
    assert papers.figures() == (1, 1)
    assert [one.state for one in match_states(papers.amal, quiet)] == ["matched", "withdrawn"]


def test_papers_that_are_undone_take_the_match_back(papers: Papers) -> None:
    match = papers.propose(0, 0)
    papers.both(match, 0)
    settle_matches(papers.amal, quiet)
    undo_batch(papers.amal, batch=int(papers.papers[0].split("-")[1]), reason="withdrawn")
    (one,) = match_states(papers.amal, quiet)
    assert (one.state, one.conflicts) == ("being_verified", ("evidence_lost",))
    settle_matches(papers.amal, quiet)
    assert papers.figures() == (0, 0)


def test_who_entered_it_cannot_decide_and_a_name_alone_is_never_enough(papers: Papers) -> None:
    match = papers.propose(2, 2)
    with pytest.raises(PermissionRefusedError, match="entered this record"):
        papers.decide(papers.amal, match, 2)
    with pytest.raises(CheckFailedError, match="never stand alone"):
        determine_record(
            papers.badr, record_id=match, decision="verified", verdict="for", standard=STANDARD,
            reasons="the name", lines=[f"names_agree={papers.papers[2]}"],
        )  # fmt: skip
    with pytest.raises(CheckFailedError, match="proposes this already"):
        papers.propose(2, 2)
    with pytest.raises(InputError, match="is a Person, not a Document"):
        propose_match(
            papers.amal, document=papers.people[0], person=papers.people[0], basis=["a=b"]
        )


def test_lines_that_nothing_bears_out_are_refused(papers: Papers) -> None:
    other = papers.propose(0, 1)
    with pytest.raises(CheckFailedError, match="names_agree is not borne out: the name differs"):
        papers.decide(papers.badr, other, 0)
    third = papers.propose(2, 2)
    with pytest.raises(CheckFailedError, match="mother is not stated alike on both sides"):
        papers.decide(papers.badr, third, 2)
    assert not papers.amal.store.find(DeterminationRow, "standard", [STANDARD])


def test_a_part_that_differs_blocks_until_it_is_explained(papers: Papers) -> None:
    match, paper = papers.propose(1, 1), papers.papers[1]
    lines = [f"{line}={paper}" for line in ("names_agree", "register_entry_agrees")]
    asked: dict[str, Any] = {
        "record_id": match, "decision": "verified", "verdict": "for", "standard": STANDARD,
        "reasons": "the entry", "lines": lines,
    }  # fmt: skip
    with pytest.raises(CheckFailedError, match="differing_part"):
        determine_record(papers.badr, **asked)
    asked["conditions"] = [f"difference_explained={paper}"]
    for who in (papers.badr, papers.chams):
        determine_record(who, **asked)
    settle_matches(papers.amal, quiet)
    assert papers.figures() == (1, 1)


def test_another_record_of_the_person_may_bear_a_line_out(papers: Papers) -> None:
    take(
        papers.amal, papers.bench.folder, "More", "Person", PEOPLE, PEOPLE_HEADER,
        "FICT-M1,جهاد كريم النجار,ليلى,1990,,,,,",
    )  # fmt: skip
    added = next(one for one in ids(papers.amal, "Person") if one not in papers.people)
    match, paper = papers.propose(1, 1), papers.papers[1]
    asked: dict[str, Any] = {
        "record_id": match, "decision": "verified", "verdict": "for", "standard": STANDARD,
        "reasons": "name, mother, birth",
        "lines": [f"{line}={paper}" for line in ("names_agree", "mother_agrees", "birth_agrees")],
    }  # fmt: skip
    with pytest.raises(CheckFailedError, match="mother_agrees is not borne out"):
        determine_record(papers.badr, **asked)
    judge_pair(
        papers.badr, record_a=papers.people[1], record_b=added, verdict="same", reasons="one"
    )
    assert "verified" in determine_record(papers.badr, **asked)["state"]


def test_places_of_birth_agree_are_near_or_differ() -> None:
    places = Gazetteer.load()
    for paper, person, says in (
        ("حمص", "Homs", "agrees"),
        ("SY0401", "تدمر", "similar"),
        ("حلب", "درعا", "differs"),
        ("قرية لا يعرفها أحد", "قرية أخرى", "similar"),
    ):
        parts = compare_particulars(
            Particulars(birth_place=paper), Particulars(birth_place=person), gazetteer=places
        )
        assert [(part.part, part.says) for part in parts] == [("birth_place", says)]


def test_every_change_is_compared(papers: Papers) -> None:
    check_change(papers.amal, "propose-certificate-match", lambda: papers.propose(0, 0))
    papers.both(ids(papers.amal, MATCH)[0], 0)
    check_change(
        papers.amal, "settle-certificate-matches", lambda: settle_matches(papers.amal, quiet)
    )


def test_the_register_entry_is_place_and_number() -> None:
    mine = Particulars(name="a", register_place="دوما", register_number="17")
    for place, number, says in (
        ("دوما", "١٧", "agrees"),
        ("حرستا", "17", "differs"),
        ("دوما", "18", "differs"),
        ("", "17", "similar"),
    ):
        other = Particulars(name="a", register_place=place, register_number=number)
        found = {part.part: part.says for part in compare_particulars(mine, other)}
        assert found["register"] == says


def test_wide_births_are_only_similar() -> None:
    day = ("1988-03-02", "1988-03-02")
    for other, says in (
        (("1988-01-01", "1988-12-31"), "agrees"),
        (("1980-01-01", "1989-12-31"), "similar"),
        (("1989-01-01", "1989-12-31"), "differs"),
    ):
        (part,) = compare_particulars(Particulars(birth=day), Particulars(birth=other))
        assert part.says == says
