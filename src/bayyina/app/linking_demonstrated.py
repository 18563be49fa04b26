"""The demonstration's linkage: invented lists linked by name, reviewed by people who err.

Figures are counted in three ways: by the number that the invented lists share, which is the
truth of the invention and what is published; by the links of names alone; and by these links
as simulated reviewers corrected them. The reviewers see what the queue shows, know the truth,
and err at a rate that is stated and never zero. How near links and corrections come to the truth
stands beside it. At the end all of it is taken back, so that the workspace counts as before;
the log keeps it, and `recorded at` still answers from it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from bayyina.app.counting import open_engine
from bayyina.app.linking import LinkOrder, LinkRun, link_workspace
from bayyina.app.live import live_batches
from bayyina.app.ports import Progress
from bayyina.app.reviewing import Decided, decide_pairs, draw_sample, pair_id
from bayyina.app.reviewing_judgements import StandingJudgements
from bayyina.app.rows import StatementRow, batch_of
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.undoing import undo_batch
from bayyina.app.workspace import Workspace
from bayyina.errors import CheckFailedError
from bayyina.figures.link_quality import Bounds
from bayyina.figures.relations import PERSON
from bayyina.figures.review_queue import QueuedPair, reading_links
from bayyina.linkage.evaluating import Quality, bcubed_quality, pairwise_quality

ERROR_RATE: Final = 0.03
"""Share of a simulated reviewer's judgements that are wrong; never zero, as with people."""

UNSURE_RATE: Final = 0.05
"""Share of pairs that a simulated reviewer leaves open."""

MOST_REVIEWED: Final = 3_000
"""Pairs of the queue that are reviewed at most, those that matter most first."""

SAMPLED: Final = (30, 300)
"""Least and most pairs of the sample from which precision and recall are estimated; between
them it is one for every fifty records."""

_SEED: Final = 4017


class Accuracy(NamedTuple):
    """How near groups of records come to the truth."""

    pairwise: Quality
    """Over pairs of records."""

    bcubed: Quality
    """Over records (B-cubed)."""

    def to_json(self) -> dict[str, Any]:
        """Precision, recall and F1 by measure."""
        return {
            name: {
                "precision": round(one.precision, 4),
                "recall": round(one.recall, 4),
                "f1": round(one.f1, 4),
            }
            for name, one in self._asdict().items()
        }


@dataclass(frozen=True)
class DemonstratedLinkage:
    """What linking by name came to, beside the truth."""

    run: LinkRun
    """The run."""

    automatic: Mapping[str, int]
    """Each figure by the links alone."""

    reviewed: Mapping[str, int]
    """Each figure by the links as reviewers corrected them."""

    accuracy: Mapping[str, Accuracy]
    """Of ``automatic`` and ``reviewed``, against the number that the lists share."""

    pairs_reviewed: int
    """Pairs that were judged."""

    pairs_refused: int
    """Judgements that were refused, because they contradicted others."""

    precision: Bounds | None
    """What the sample says of the strict links."""

    recall: Bounds | None
    """Likewise."""

    custody_size: int
    """Log entries with all of it, before it was taken back: `recorded at` this size."""

    def to_json(self) -> dict[str, Any]:
        """The part ``linkage`` of ``demo --json``."""
        return {
            "run": self.run.run,
            "rows": self.run.rows,
            "decisions": dict(self.run.decisions),
            "accuracy": {name: one.to_json() for name, one in self.accuracy.items()},
            "reviewers": {
                "error_rate": ERROR_RATE,
                "unsure_rate": UNSURE_RATE,
                "pairs_reviewed": self.pairs_reviewed,
                "pairs_refused": self.pairs_refused,
            },
            "sample": {
                "precision": None if self.precision is None else _rounded(self.precision),
                "recall": None if self.recall is None else _rounded(self.recall),
            },
            "custody_size": self.custody_size,
        }


def _rounded(bounds: Bounds) -> dict[str, float]:
    return {name: round(value, 4) for name, value in bounds._asdict().items()}


def demonstrate_linkage(
    workspace: Workspace, queries: Mapping[str, str], progress: Progress
) -> DemonstratedLinkage:
    """Link the invented lists by name, review, count, compare with the truth, take all back."""
    batches: list[int] = []
    run = link_workspace(workspace, LinkOrder(), progress)
    if run.batch is not None:
        batches.append(run.batch)
    automatic = _counted(workspace, queries, "automatic", progress)
    people = _People(workspace)
    accuracy = {"automatic": people.accuracy("automatic", progress)}
    reviewers = _Reviewers(workspace, people.truth)
    drawn = 0
    if run.decisions:
        size = min(SAMPLED[1], max(SAMPLED[0], run.rows // 50))
        batches.append(draw_sample(workspace, progress, size=size)["batch"])
        drawn = reviewers.judge(people.waiting(progress, sample=True), batches, progress)
    done = drawn + reviewers.judge(people.waiting(progress, sample=False), batches, progress)
    reviewed = _counted(workspace, queries, "corrected", progress)
    accuracy["reviewed"] = people.accuracy("corrected", progress)
    quality = people.quality(progress)
    size = workspace.store.log_size()
    for batch in reversed(batches):
        undo_batch(workspace, batch=batch, reason="end of the demonstration of linking")
    return DemonstratedLinkage(
        run, automatic, reviewed, accuracy, done, reviewers.refused, *quality, size
    )


def _counted(
    workspace: Workspace, queries: Mapping[str, str], linked: str, progress: Progress
) -> dict[str, int]:
    """Every figure as one way of joining people gives it."""
    values = {}
    with open_engine(workspace, progress) as engine:
        for done, (name, query) in enumerate(queries.items()):
            progress(done, len(queries), f"figures counted, {linked}")
            values[name] = engine.count(f"{query} linked {linked}").value
    return values


class _People:
    """The records of people, and who they are by the number that the lists share."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        store = workspace.store
        terms = [
            number
            for (kind, name), number in store.terms().items()
            if kind == PERSON and name == "identifier"
        ]
        live = live_batches(store)
        self.truth: dict[int, str] = {
            row.record: row.value
            for row in store.find(StatementRow, "term", terms)
            if row.value and batch_of(row.number) in live
        }

    def accuracy(self, linked: str, progress: Progress) -> Accuracy:
        """How near the groups of one way of joining come to the truth."""
        records = sorted(self.truth)
        snapshot = refresh_snapshot(self._workspace, progress)
        with reading_links(snapshot, self._workspace.vocabulary, linked=linked) as reader:
            groups = reader.groups(records)
        found = np.unique(np.array(groups), return_inverse=True)[1]
        truth = np.unique([self.truth[record] for record in records], return_inverse=True)[1]
        return Accuracy(pairwise_quality(found, truth), bcubed_quality(found, truth))

    def waiting(self, progress: Progress, *, sample: bool) -> list[QueuedPair]:
        """Pairs that reviewers are shown, as if no list had identifiers."""
        snapshot = refresh_snapshot(self._workspace, progress)
        with reading_links(snapshot, self._workspace.vocabulary, linked="corrected") as reader:
            return reader.queue(None if sample else MOST_REVIEWED, sample=sample)

    def quality(self, progress: Progress) -> tuple[Bounds | None, Bounds | None]:
        """What the sample says of the strict links: precision and recall."""
        snapshot = refresh_snapshot(self._workspace, progress)
        with reading_links(snapshot, self._workspace.vocabulary, linked="corrected") as reader:
            found = reader.quality("strict")
        return (None, None) if found is None else (found.precision, found.recall)


class _Reviewers:
    """Simulated people who judge pairs, mostly right."""

    def __init__(self, workspace: Workspace, truth: Mapping[int, str]) -> None:
        self._workspace = workspace
        self._truth = truth
        self._random = random.Random(_SEED)  # noqa: S311 - a simulation
        self.refused = 0

    def judge(self, pairs: Sequence[QueuedPair], batches: list[int], progress: Progress) -> int:
        """Judge pairs in one change; how many were judged."""
        standing = StandingJudgements(self._workspace)
        decided = []
        for one in pairs:
            verdict = self._verdict(one)
            try:
                standing.take(one.record_a, one.record_b, verdict)
            except CheckFailedError:
                self.refused += 1
                continue
            pair = pair_id(self._workspace, one.record_a, one.record_b)
            decided.append(Decided(pair, verdict, "FICTIONAL: a simulated reviewer"))
        if decided:
            batches.append(decide_pairs(self._workspace, decided, progress))
        return len(decided)

    def _verdict(self, one: QueuedPair) -> str:
        chance = self._random.random()
        if chance < UNSURE_RATE:
            return "unsure"
        names = [self._truth.get(record) for record in (one.record_a, one.record_b)]
        is_same = names[0] is not None and names[0] == names[1]
        errs = self._random.random() < ERROR_RATE
        return "same" if is_same != errs else "different"
