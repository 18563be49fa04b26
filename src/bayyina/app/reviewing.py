"""Reviewing links: what waits, deciding many at once, history, samples and what they tell."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from bayyina.app.changes import ChangeWriter, change
from bayyina.app.live import live_batches
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.reviewing_judgements import StandingJudgements
from bayyina.app.rows import JudgementRow, MemberRow, RecordRow, RunRow, batch_of
from bayyina.app.short_ids import record_number
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.workspace import Workspace
from bayyina.custody.canonical import canonical_json
from bayyina.errors import BayyinaError, CheckFailedError, InputError
from bayyina.figures.link_quality import LINK, SAMPLE, Bounds
from bayyina.figures.relations import PERSON
from bayyina.figures.review_queue import LinkReader, QueuedPair, probability, reading_links
from bayyina.keys.salts import pair_key
from bayyina.linkage.seeds import DEFAULT_SEED

VERDICTS: Final = ("same", "different", "unsure")
"""What a person may say of a pair."""

SAMPLE_SIZE: Final = 100
"""Pairs that a sample draws, unless another number is given."""

_SEPARATOR: Final = ":"
_FEWEST_OF_STRATUM: Final = 4


class Decided(NamedTuple):
    """One decision, as a person gives it."""

    pair: str
    """The pair's id."""

    verdict: str
    """One of ``VERDICTS``."""

    reasons: str
    """Why, in a sentence."""

    row: int = 0
    """Row of the file that it came from, the line of titles being 1; 0 if from no file."""


def pair_id(workspace: Workspace, a: int, b: int) -> str:
    """The id of a pair of records, such as ``R-2-5:R-3-9``."""
    return _SEPARATOR.join(workspace.short_id(number) for number in (min(a, b), max(a, b)))


def read_pair(workspace: Workspace, text: str) -> tuple[int, int]:
    """The records that the id of a pair names, the lower one first.

    Raises:
        InputError: it is no such id, or names one record twice.
    """
    parts = re.split(r"[:\s]+", text.strip())
    if len(parts) != 2:
        raise InputError(
            f"{text!r} is not the id of a pair.",
            hint=f"Such ids look like {workspace.identity.prefix}-2-5:{workspace.identity.prefix}-3-9; "
            "`bayyina review next` shows them.",
            code="no-such-pair",
        )
    one, other = (record_number(workspace, part) for part in parts)
    if one == other:
        raise InputError("A record cannot be compared with itself.")
    return min(one, other), max(one, other)


@contextmanager
def links_of(workspace: Workspace, progress: Progress) -> Iterator[LinkReader]:
    """A reader of links and judgements as they stand now."""
    require(workspace, "judge")
    snapshot = refresh_snapshot(workspace, progress)
    with reading_links(snapshot, workspace.vocabulary) as reader:
        yield reader


def next_pairs(
    workspace: Workspace, progress: Progress, *, limit: int | None = 10, sample: bool = False
) -> list[dict[str, Any]]:
    """Pairs that wait for a person, those that matter most first.

    With ``sample`` those of the latest sample, in an order that says nothing.
    """
    with links_of(workspace, progress) as reader:
        return [_queued(workspace, one) for one in reader.queue(limit, sample=sample)]


def _queued(workspace: Workspace, one: QueuedPair) -> dict[str, Any]:
    return {
        "id": pair_id(workspace, one.record_a, one.record_b),
        "a": workspace.short_id(one.record_a),
        "b": workspace.short_id(one.record_b),
        "decision": one.decision,
        "score": round(probability(one.odds), 4),
        "effect": one.effect,
        "worth": one.worth,
    }


def decide_pairs(
    workspace: Workspace,
    decisions: Sequence[Decided],
    progress: Progress,
    *,
    replace: bool = False,
) -> int:
    """Judge pairs, all in one change or none; the batch.

    Raises:
        InputError: a pair cannot be read, a record does not stand, or a reason is missing.
        CheckFailedError: a judgement contradicts what stands, or another of these; a pair is
            given two verdicts.
        PermissionRefusedError: the member may not judge.
    """
    require(workspace, "judge")
    if not decisions:
        raise InputError("There is nothing to decide.", hint="Name pairs and verdicts.")
    with links_of(workspace, progress) as reader:
        pairs = [_in_line(place, workspace, one) for place, one in enumerate(decisions, 1)]
        odds = reader.links_of(pairs)
    _check_verdicts_agree(workspace, pairs, decisions)
    with change(workspace, "judge") as writer:
        standing = StandingJudgements(workspace)
        rows = _records(workspace, pairs)
        for place, (pair, one) in enumerate(zip(pairs, decisions, strict=True), 1):
            try:
                _judge(workspace, writer, standing, rows, pair, one, odds.get(pair), replace)
            except BayyinaError as error:
                if len(decisions) == 1:
                    raise
                raise type(error)(
                    f"Decision {place} of {len(decisions)}: {error.message}",
                    hint=f"{error.hint} Nothing was written.".strip(),
                    code=error.code,
                ) from error
        writer.finish({"pairs": len(pairs)})
        return writer.batch


def _check_verdicts_agree(
    workspace: Workspace, pairs: Sequence[tuple[int, int]], decisions: Sequence[Decided]
) -> None:
    """Refuse a pair that is given two verdicts; nothing says which of them is meant."""
    first: dict[tuple[int, int], tuple[str, str]] = {}
    for place, (pair, one) in enumerate(zip(pairs, decisions, strict=True), 1):
        where = f"row {one.row}" if one.row else f"decision {place}"
        before, verdict = first.setdefault(pair, (where, one.verdict))
        if verdict != one.verdict:
            raise CheckFailedError(
                f"{pair_id(workspace, *pair)} is judged {verdict} in {before} and {one.verdict} "
                f"in {where}.",
                hint="Keep the one that is meant. Nothing was written.",
                code="contradictory-decisions",
            )


def _in_line(place: int, workspace: Workspace, one: Decided) -> tuple[int, int]:
    """The pair of a decision, which must say all that it has to."""
    problem = ""
    if one.verdict not in VERDICTS:
        problem = f"{one.verdict!r} is not a judgement; use {', '.join(VERDICTS)}."
    elif not one.reasons.strip():
        problem = "A judgement needs its reasons; say why in a sentence."
    if problem:
        raise InputError(f"Decision {place}: {problem}", hint="Nothing was written.")
    try:
        return read_pair(workspace, one.pair)
    except InputError as error:
        raise InputError(
            f"Decision {place}: {error.message}", hint=error.hint, code=error.code
        ) from error


def _records(workspace: Workspace, pairs: Sequence[tuple[int, int]]) -> dict[int, RecordRow]:
    """The records of some pairs that stand."""
    batches = live_batches(workspace.store)
    numbers = sorted({number for pair in pairs for number in pair})
    rows = workspace.store.find(RecordRow, "number", numbers)
    return {row.number: row for row in rows if batch_of(row.number) in batches}


def _judge(
    workspace: Workspace,
    writer: ChangeWriter,
    standing: StandingJudgements,
    rows: dict[int, RecordRow],
    pair: tuple[int, int],
    one: Decided,
    odds: int | None,
    replace: bool,
) -> None:
    for number in pair:
        if number not in rows or rows[number].record_type != PERSON:
            raise InputError(
                f"There is no person {workspace.short_id(number)} that stands.",
                hint="It may have come with an import that was undone.",
                code="no-such-record",
            )
        if rows[number].wrapped_key is None:
            raise CheckFailedError(f"{workspace.short_id(number)} was erased.")
    standing.take(*pair, one.verdict, replace=replace)
    first, second = (rows[number] for number in pair)
    writer.add(
        JudgementRow,
        salted_by=pair_key(writer.record_key(first), writer.record_key(second)),
        record_a=first.number,
        record_b=second.number,
        verdict=one.verdict,
        score=None if odds is None else f"{probability(odds):.4f}",
        reasons=one.reasons,
        member=workspace.member.number,
    )


def judgement_history(workspace: Workspace, pair: str | None = None) -> list[dict[str, Any]]:
    """Every judgement in the order of the log: whose, when, why, and whether it stands."""
    require(workspace, "judge")
    store = workspace.store
    wanted = None if pair is None else read_pair(workspace, pair)
    entries = {row.batch: row for row in store.batches() if row.entry is not None}
    live = live_batches(store)
    handles = {row.number: row.handle for row in store.scan(MemberRow)}
    rows = [
        row
        for row in store.scan(JudgementRow)
        if batch_of(row.number) in entries
        and (wanted is None or wanted == (min(row[1:3]), max(row[1:3])))
    ]
    rows.sort(key=lambda row: (entries[batch_of(row.number)].entry, row.number))
    last = {
        (min(row[1:3]), max(row[1:3])): row.number for row in rows if batch_of(row.number) in live
    }
    return [
        {
            "id": pair_id(workspace, row.record_a, row.record_b),
            "verdict": row.verdict,
            "person": handles.get(row.member, ""),
            "at": entries[batch_of(row.number)].entry_time or "",
            "reasons": row.reasons,
            "score": None if row.score is None else float(row.score),
            "batch": batch_of(row.number),
            "state": "undone"
            if batch_of(row.number) not in live
            else "stands"
            if last[min(row[1:3]), max(row[1:3])] == row.number
            else "replaced",
        }
        for row in rows
    ]


def draw_sample(
    workspace: Workspace, progress: Progress, *, size: int = SAMPLE_SIZE, seed: int = DEFAULT_SEED
) -> dict[str, Any]:
    """Draw pairs whose judgements tell how right the links are, and log how they were drawn.

    Strata with many pairs, and with pairs that the linkage is unsure of, are drawn from more
    (Neyman, Journal of the Royal Statistical Society 97, 1934, with the model's own
    probabilities for the variances).

    Raises:
        InputError: there are no links.
    """
    with links_of(workspace, progress) as reader:
        sizes = reader.stratum_sizes()
        linked = [run for run in reader.runs if run.kind == LINK]
    if not linked or not sizes:
        raise InputError(
            "There are no links to draw from.", hint="Run `bayyina link` first.", code="no-links"
        )
    if size < 1:
        raise InputError("A sample has at least one pair.", hint="Draw 100.")
    strata = _allotted(sizes, size)
    parameters = {
        "run": linked[-1].digest,
        "seed": seed,
        "strata": [
            {"stratum": stratum, "decision": decision, "pairs": pairs, "draw": draw}
            for (stratum, decision, pairs, _), draw in zip(sizes, strata, strict=True)
        ],
    }
    text = canonical_json(parameters)
    digest = hashlib.sha256(text).hexdigest()
    with change(workspace, "sample-links") as writer:
        writer.add(RunRow, run_kind=SAMPLE, parameters=text.decode(), digest=digest)
        writer.finish({"pairs": sum(strata), "run": linked[-1].digest[:16]})
    return {
        "batch": writer.batch,
        "run": linked[-1].digest[:16],
        "sample": digest[:16],
        "pairs": sum(strata),
        "strata": parameters["strata"],
    }


def _allotted(sizes: Sequence[tuple[int, str, int, int]], size: int) -> list[int]:
    """How many pairs each stratum gives: a few each, the rest by size times deviation."""
    middles = (-4000, -2500, -1500, -500, 500, 1500, 2500, 3750, 5250, 7500, 10000)
    weights = []
    for stratum, _, pairs, _ in sizes:
        share = min(0.98, max(0.02, probability(middles[stratum])))
        weights.append(pairs * (share * (1.0 - share)) ** 0.5)
    total = sum(weights) or 1.0
    return [
        min(able, max(_FEWEST_OF_STRATUM, round(size * weight / total)))
        for (_, _, _, able), weight in zip(sizes, weights, strict=True)
    ]


def pairs_waiting(workspace: Workspace, progress: Progress) -> int:
    """How many pairs wait for a person; told at once where no run of the linkage linked anything.

    Raises:
        PermissionRefusedError: the member may not judge in the whole workspace.
    """
    require(workspace, "judge")
    if not refresh_snapshot(workspace, progress).pointer.links:
        return 0
    with links_of(workspace, progress) as reader:
        return len(reader.queue(None))


def review_state(workspace: Workspace, progress: Progress) -> dict[str, Any]:
    """How far the review has come, and what the sample says of the links."""
    with links_of(workspace, progress) as reader:
        linked = [run for run in reader.runs if run.kind == LINK]
        waiting = reader.queue(None)
        strict, lenient = reader.quality("strict"), reader.quality("lenient")
        sampled = len(reader.queue(None, sample=True))
    words = [one["verdict"] for one in judgement_history(workspace) if one["state"] == "stands"]
    return {
        "run": linked[-1].digest[:16] if linked else "",
        "waiting": len(waiting),
        "worth": round(sum(one.worth for one in waiting), 3),
        "judged": {verdict: words.count(verdict) for verdict in VERDICTS},
        "sample": None
        if strict is None or lenient is None
        else {
            "pairs": strict.sampled,
            "judged": strict.judged,
            "waiting": sampled,
            "strict": {
                "precision": _interval(strict.precision),
                "recall": _interval(strict.recall),
            },
            "lenient": {
                "precision": _interval(lenient.precision),
                "recall": _interval(lenient.recall),
            },
        },
    }


def _interval(bounds: Bounds | None) -> dict[str, float] | None:
    if bounds is None:
        return None
    return {name: round(value, 4) for name, value in bounds._asdict().items()}
