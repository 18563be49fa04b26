"""Answers of a large workspace come at once, and the newer ones a moment later."""

from __future__ import annotations

import threading

import pytest

from bayyina.app.reviewing import next_pairs, pairs_waiting, review_state
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.undoing import undo_batch
from bayyina.db.connecting import start_django
from bayyina.errors import InputError
from bayyina.web import kept_answers, kept_figures
from bayyina.web.kept_answers import KeptAnswers
from bayyina.web.kept_figures import KeptFigures
from tests.app.conftest import ROWS, Bench, quiet
from tests.app.test_linking_workspace import link, linked

__all__ = ["linked"]

MORE = "FICT-90,Another Person,F,1980,2015-01,Homs,held,"


@pytest.fixture(autouse=True, scope="module")
def django() -> None:
    """Threads close their connections when they end."""
    start_django()


def settle(name: str) -> None:
    """Wait for the threads of this name."""
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join()


def test_an_answer_is_made_once_for_each_size() -> None:
    kept, made = KeptAnswers(), iter(range(10))
    assert [kept.get("a", size, lambda: next(made)) for size in (3, 3, 4, 4)] == [0, 0, 1, 1]
    kept.forget()
    assert kept.get("a", 4, lambda: next(made)) == 2


def test_a_late_answer_is_the_one_before_while_the_next_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept_answers, "REST", 0.0)
    kept, goes_on, asked = KeptAnswers(), threading.Event(), []

    def slow() -> str:
        asked.append(1)
        goes_on.wait()
        return "new"

    assert kept.get_late("a", 1, lambda: "old") == "old"
    assert [kept.get_late("a", 2, slow) for _ in range(3)] == ["old"] * 3
    goes_on.set()
    settle("answers")
    assert kept.get_late("a", 2, slow) == "new"
    assert asked == [1]


def test_what_fails_in_the_background_leaves_the_answer_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept_answers, "REST", 0.0)
    kept = KeptAnswers()

    def fails() -> str:
        raise InputError("no")

    assert kept.get_late("a", 1, lambda: "old") == "old"
    assert kept.get_late("a", 2, fails) == "old"
    settle("answers")
    assert kept.get_late("a", 3, lambda: "new") == "old"
    settle("answers")
    assert kept.get_late("a", 3, lambda: "newest") == "new"


def test_nothing_of_before_comes_back_after_all_was_forgotten() -> None:
    kept, goes_on = KeptAnswers(), threading.Event()

    def slow() -> str:
        goes_on.wait()
        return "of before"

    kept.put({"a": "old"}, 1)
    assert kept.get_late("a", 2, slow) == "old"
    kept.forget()
    goes_on.set()
    settle("answers")
    assert kept.get("a", 2, lambda: "fresh") == "fresh"


def test_figures_are_counted_ahead_and_withdrawals_waited_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_figures, "LARGE", 1)
    bench.take_in(*ROWS)
    answers = KeptAnswers()
    kept = KeptFigures(answers)
    first = kept.standing(bench.amal)
    before = first.engine.count("count persons").value
    assert kept.is_large
    kept.ask_ahead(bench.amal, "people", lambda engine: engine.count("count persons").value)
    kept.ask_ahead(bench.amal, "nonsense", lambda engine: engine.count("count tea").value)
    added = bench.take_in(MORE).batch
    assert added is not None
    assert kept.standing(bench.amal).size == first.size  # as it was, while it is counted anew
    settle("figures")
    assert kept.uncounted(bench.amal) == 0
    size = bench.amal.store.log_size()
    assert answers.get("people", size, lambda: -1) == before + 1  # not asked again
    assert answers.get("nonsense", size, lambda: "asked now") == "asked now"
    undo_batch(bench.amal, batch=added, reason="a trial")
    assert kept.standing(bench.amal).engine.count("count persons").value == before
    kept.let_go()


def test_pairs_that_wait_are_as_many_as_the_review_says(linked: Bench) -> None:
    link(linked.amal)
    waiting = pairs_waiting(linked.amal, quiet)
    assert waiting == review_state(linked.amal, quiet)["waiting"]
    assert waiting == len(next_pairs(linked.amal, quiet, limit=None))
    assert refresh_snapshot(linked.amal, quiet).pointer.links


def test_without_links_no_pair_waits(bench: Bench) -> None:
    bench.take_in(*ROWS)
    assert pairs_waiting(bench.amal, quiet) == review_state(bench.amal, quiet)["waiting"] == 0
