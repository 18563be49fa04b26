"""Reviewing: what waits, deciding many, what contradicts, samples and intervals."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayyina.app.counting import count_figure
from bayyina.app.deciding import judge_pair
from bayyina.app.linking_answers import bring_pairs
from bayyina.app.reviewing import (
    Decided,
    decide_pairs,
    draw_sample,
    judgement_history,
    next_pairs,
    review_state,
)
from bayyina.app.reviewing_pairs import show_pair
from bayyina.app.undoing import undo_batch
from bayyina.app.workspace import Workspace
from bayyina.errors import CheckFailedError, FileUnreadableError, InputError, PermissionRefusedError
from tests.app.conftest import Bench, quiet
from tests.app.test_linking_workspace import count, link, linked, people, person, take
from tests.app.test_use_cases_are_logged import check_change

__all__ = ["linked"]


def judge(workspace: Workspace, a: str, b: str, verdict: str, *, replace: bool = False) -> int:
    ids = [person(workspace, key) for key in (a, b)]
    return judge_pair(
        workspace, record_a=ids[0], record_b=ids[1], verdict=verdict, reasons="seen",
        replace=replace,
    )  # fmt: skip


def test_the_queue_asks_first_what_matters_most(linked: Bench) -> None:
    link(linked.amal)
    found = next_pairs(linked.amal, quiet, limit=None)
    worth = [one["worth"] for one in found]
    assert worth == sorted(worth, reverse=True)
    sure = [one for one in found if one["score"] > 0.99]
    assert not sure


def test_many_pairs_are_decided_in_one_change_or_none(linked: Bench) -> None:
    pairs = [(f"FICT-A-{80 + n}", f"FICT-B-{n}") for n in range(40)]
    decisions = [
        Decided(f"{person(linked.amal, a)}:{person(linked.amal, b)}", "same", "same day")
        for a, b in pairs
    ]
    check_change(linked.amal, "judge", lambda: decide_pairs(linked.amal, decisions, quiet))
    assert count(linked.amal, "linked reviewed") == 140
    history = judgement_history(linked.amal)
    assert len(history) == 40
    assert {one["state"] for one in history} == {"stands"}
    with pytest.raises(InputError, match="Decision 2"):
        decide_pairs(linked.amal, [decisions[0], Decided("x", "same", "r")], quiet)
    with pytest.raises(InputError, match="Decision 1"):
        decide_pairs(linked.amal, [decisions[0]._replace(verdict="maybe")], quiet)
    assert len(judgement_history(linked.amal)) == 40
    undo_batch(linked.amal, batch=history[0]["batch"])
    assert {one["state"] for one in judgement_history(linked.amal)} == {"undone"}
    assert count(linked.amal, "linked reviewed") == 180


def test_a_merge_of_different_people_is_refused_with_the_chain(linked: Bench) -> None:
    judge(linked.amal, "FICT-A-1", "FICT-A-2", "same")
    judge(linked.amal, "FICT-A-2", "FICT-B-3", "same")
    judge(linked.amal, "FICT-A-9", "FICT-B-3", "different")
    ids = [person(linked.amal, key) for key in ("FICT-A-1", "FICT-A-2", "FICT-B-3", "FICT-A-9")]
    with pytest.raises(CheckFailedError) as refused:
        judge(linked.amal, "FICT-A-1", "FICT-A-9", "same")
    assert all(one in refused.value.message for one in ids)
    with pytest.raises(CheckFailedError, match="cannot be different"):
        judge(linked.amal, "FICT-A-1", "FICT-B-3", "different")
    decisions = [Decided(f"{ids[0]}:{ids[3]}", "same", "r")]
    with pytest.raises(CheckFailedError):
        decide_pairs(linked.amal, decisions, quiet)
    judge(linked.amal, "FICT-A-9", "FICT-B-3", "unsure")  # taken back, and now it may be
    judge(linked.amal, "FICT-A-1", "FICT-A-9", "same")


def test_somebody_elses_judgement_is_replaced_only_knowingly(linked: Bench) -> None:
    badr = linked.member("badr", "verifier")
    judge(linked.amal, "FICT-A-1", "FICT-B-1", "same")
    with pytest.raises(CheckFailedError, match="amal judged"):
        judge(badr, "FICT-A-1", "FICT-B-1", "different")
    judge(badr, "FICT-A-1", "FICT-B-1", "different", replace=True)
    words = [(one["verdict"], one["state"]) for one in judgement_history(linked.amal)]
    assert words == [("same", "replaced"), ("different", "stands")]
    judge(badr, "FICT-A-1", "FICT-B-1", "same")  # one's own may be changed
    with pytest.raises(PermissionRefusedError):
        judge(linked.member("vera", "viewer"), "FICT-A-1", "FICT-B-1", "same")


def test_people_who_were_judged_different_are_apart_in_figures(linked: Bench) -> None:
    link(linked.amal)
    before = count(linked.amal)
    judge(linked.amal, "FICT-A-80", "FICT-B-0", "different")
    assert count(linked.amal) == before + 1
    judge(linked.amal, "FICT-A-80", "FICT-A-81", "same")
    judge(linked.amal, "FICT-A-81", "FICT-A-82", "same")
    judge(linked.amal, "FICT-A-82", "FICT-B-3", "different")  # B-3 is joined to A-83 alone
    assert count(linked.amal) == before - 1


def test_a_pair_is_shown_with_names_by_part_and_reasons(linked: Bench) -> None:
    link(linked.amal)
    pair = f"{person(linked.amal, 'FICT-A-80')}:{person(linked.amal, 'FICT-B-0')}"
    shown = show_pair(linked.amal, pair, quiet)
    assert [side["list"] for side in shown["sides"]] == ["A", "B"]
    assert shown["names"]["score"] == 1.0
    assert {part["part"] for part in shown["names"]["parts"]} >= {"given", "family"}
    latin = shown["sides"][0]["names"][0]["latin"]
    assert latin.isascii()
    assert {"given name", "family name"} <= {one["field"] for one in shown["reasons"]}
    assert shown["sides"][0]["acts"][0]["type"] == "Death"
    assert shown["judgements"] == []


def test_a_sample_tells_precision_and_recall_with_an_interval(linked: Bench) -> None:
    with pytest.raises(InputError, match="no links"):
        draw_sample(linked.amal, quiet)
    link(linked.amal)
    check_change(linked.amal, "sample-links", lambda: draw_sample(linked.amal, quiet, size=60))
    waiting = next_pairs(linked.amal, quiet, limit=None, sample=True)
    truth = {
        person(linked.amal, f"FICT-A-{80 + n}"): person(linked.amal, f"FICT-B-{n}")
        for n in range(40)
    }
    decisions = [
        Decided(one["id"], "same" if truth.get(one["a"]) == one["b"] else "different", "seen")
        for one in waiting
    ]
    decide_pairs(linked.amal, decisions, quiet)
    state = review_state(linked.amal, quiet)
    sample = state["sample"]
    assert (sample["judged"], sample["waiting"]) == (len(waiting), 0)
    found = sample["strict"]
    assert found["precision"]["low"] <= found["precision"]["value"] <= found["precision"]["high"]
    assert found["precision"]["value"] > 0.9
    figure = count_figure(linked.amal, "count persons", quiet)
    assert figure.linkage["sampled"] == figure.linkage["reviewed"] == len(waiting)
    assert str(figure.linkage["precision"]).count("[") == 1
    assert (
        "precision" not in count_figure(linked.amal, "count persons linked reviewed", quiet).linkage
    )


def test_pairs_of_files_are_brought_into_the_queue(linked: Bench, tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    head = "id_a,id_b,score,decision,reasons\n"
    path.write_text(
        head
        + "FICT-A-80,FICT-B-0,0.99,same,x\nFICT-A-1,FICT-B-9,0.3,unsure,x\nFICT-A-1,Z,0.9,same,x\n"
    )
    with pytest.raises(InputError, match="no list named"):
        bring_pairs(linked.amal, path, ("A", "Q"), quiet)
    brought = bring_pairs(linked.amal, path, ("A", "B"), quiet)
    assert (brought["pairs"], brought["unknown"]) == (2, 1)
    waits = next_pairs(linked.amal, quiet, limit=None)[0]
    assert waits["id"] == f"{person(linked.amal, 'FICT-A-1')}:{person(linked.amal, 'FICT-B-9')}"
    assert count(linked.amal) == 179
    path.write_text(head + "FICT-A-80,FICT-B-0,high,same,x\n")
    with pytest.raises(FileUnreadableError, match="line 2"):
        bring_pairs(linked.amal, path, ("A", "B"), quiet)
    path.write_text("a,b\n1,2\n")
    with pytest.raises(FileUnreadableError, match="no pairs"):
        bring_pairs(linked.amal, path, ("A", "B"), quiet)


def test_a_later_list_does_not_undo_what_people_said(linked: Bench) -> None:
    link(linked.amal)
    judge(linked.amal, "FICT-A-80", "FICT-B-0", "different")
    take(linked, "C", people(140)[80:90])
    link(linked.amal)
    one, other = person(linked.amal, "FICT-A-80"), person(linked.amal, "FICT-B-0")
    shown = show_pair(linked.amal, f"{one}:{other}", quiet)
    assert shown["judgements"][0]["verdict"] == "different"
    assert count(linked.amal, "linked strict") >= 140
