"""What the workspace knows of the people of a list: known, new, or to be reviewed.

Also: bringing the pairs that linking two files gave into the workspace.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from bayyina import __version__
from bayyina.app.linking import USUAL, write_run
from bayyina.app.linking_found import APART, UNSURE, Thresholds, log_odds
from bayyina.app.list_names import source_names
from bayyina.app.live import live_batches
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.reviewing import links_of
from bayyina.app.rows import RecordRow, batch_of
from bayyina.app.workspace import Workspace
from bayyina.errors import FileUnreadableError, InputError
from bayyina.figures.relations import PERSON
from bayyina.figures.review_queue import probability
from bayyina.tables.row_report import harmless_cell

COLUMNS: Final = ("id", "key", "answer", "others", "score")
"""Columns of the table about one list."""

_CLIP: Final = 30.0
_PAIR_COLUMNS: Final = ("id_a", "id_b", "score", "decision")


def list_answers(workspace: Workspace, progress: Progress) -> list[dict[str, Any]]:
    """For each list: its rows, its people, and how many are known, new or to be reviewed."""
    with links_of(workspace, progress) as reader:
        found = reader.answers()
    names = source_names(workspace.store, [one.source for one in found])
    return [
        {
            "list": names.get(one.source, workspace.short_id(one.source)),
            "rows": one.rows,
            "people": one.people,
            "known": one.known,
            "to_review": one.to_review,
            "new": one.new,
        }
        for one in found
    ]


def rows_of_list(workspace: Workspace, name: str, progress: Progress) -> list[dict[str, str]]:
    """For each person of a list: the list's own id, the answer, and who it is or may be.

    Raises:
        InputError: there is no such list.
    """
    source = source_of(workspace, name)
    with links_of(workspace, progress) as reader:
        found = reader.rows_of(source)
    keys = {
        row.number: row.list_key or ""
        for row in workspace.store.find(RecordRow, "number", [one.record for one in found])
    }
    return [
        {
            "id": workspace.short_id(one.record),
            "key": keys.get(one.record, ""),
            "answer": one.answer,
            "others": " ".join(workspace.short_id(number) for number in one.others),
            "score": "" if one.odds is None else f"{probability(one.odds):.4f}",
        }
        for one in found
    ]


def source_of(workspace: Workspace, name: str) -> int:
    """Record number of the Source of a list.

    Raises:
        InputError: there is no such list.
    """
    live = live_batches(workspace.store)
    for row in reversed(workspace.store.find(RecordRow, "list_key", [f"list:{name}"])):
        if batch_of(row.number) in live and row.record_type == "Source":
            return row.number
    raise InputError(
        f"There is no list named {name!r} here.",
        hint="Name it as its mapping does; `bayyina link` names all lists.",
        code="no-such-list",
    )


def bring_pairs(
    workspace: Workspace,
    path: Path,
    lists: tuple[str, str],
    progress: Progress,
    *,
    thresholds: Thresholds = USUAL,
) -> dict[str, Any]:
    """Take the pairs that `bayyina link A B --pairs` wrote into the queue, by the lists' own ids.

    They become a run of their own: pairs that were joined or unsure, with their score. Whoever
    judges them sees them beside the workspace's own links.

    Raises:
        FileUnreadableError: the file is no table of pairs.
        InputError: a list is not known, or no id of the file is one of its rows.
    """
    require(workspace, "judge")
    lines, digest = _read(path)
    records = [_people_of(workspace, source_of(workspace, name)) for name in lists]
    links: dict[tuple[int, int], tuple[str, int]] = {}
    unknown = 0
    for number, line in lines:
        one, other = records[0].get(line["id_a"]), records[1].get(line["id_b"])
        decision, odds = _decided(path, number, line, thresholds)
        if decision == APART:
            continue
        if one is None or other is None or one == other:
            unknown += 1
            continue
        links[min(one, other), max(one, other)] = (decision, odds)
    if not links:
        raise InputError(
            f"No pair of {path.name} joins rows of these lists.",
            hint="The ids in it must be those that the lists' mappings name as key.",
        )
    parameters = {
        "engine": "pairs of files",
        "version": __version__,
        "whole": 0,
        "file_sha256": digest,
        "lists": list(lists),
        "strict": str(thresholds.strict),
        "lenient": str(thresholds.lenient),
        "links": len(links),
        "unknown": unknown,
    }
    rows = [(a, b, decision, odds, None) for (a, b), (decision, odds) in sorted(links.items())]
    batch, run = write_run(workspace, rows, parameters, progress)
    return {"batch": batch, "run": run[:16], "pairs": len(links), "unknown": unknown}


def _read(path: Path) -> tuple[list[tuple[int, Mapping[str, str]]], str]:
    try:
        data = path.read_bytes()
        lines = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or "it is not a CSV file in UTF-8"
        raise FileUnreadableError(
            f"The pairs cannot be read from {path}: {reason}.",
            hint="Give a file of `link --pairs`.",
        ) from error
    if not lines or any(name not in lines[0] for name in _PAIR_COLUMNS):
        raise FileUnreadableError(
            f"{path.name} has no pairs with the columns {', '.join(_PAIR_COLUMNS)}.",
            hint="Give a file that `bayyina link A B --pairs` wrote.",
        )
    return list(enumerate(lines, 2)), hashlib.sha256(data).hexdigest()


def _people_of(workspace: Workspace, source: int) -> dict[str, int]:
    """People that a list made and that stand, by the list's own id."""
    live = live_batches(workspace.store)
    rows = workspace.store.find(RecordRow, "source", [source])
    return {
        row.list_key: row.number
        for row in rows
        if row.record_type == PERSON and row.list_key and batch_of(row.number) in live
    }


def _decided(
    path: Path, number: int, line: Mapping[str, str], thresholds: Thresholds
) -> tuple[str, int]:
    """Decision and thousandths of log-odds of a line."""
    try:
        score = min(1.0, max(0.0, float(line["score"])))
    except (TypeError, ValueError) as error:
        raise FileUnreadableError(
            f"{path.name}, line {number}: the score is no number.",
            hint="Give it as it was written.",
        ) from error
    if line["decision"] not in ("same", "unsure", "different"):
        raise FileUnreadableError(
            f"{path.name}, line {number}: {line['decision']!r} is not a decision.",
            hint="Use same, unsure or different.",
        )
    odds = _CLIP if score >= 1.0 else -_CLIP if score <= 0.0 else log_odds(score)
    if line["decision"] == "same":
        found = thresholds.decision(odds)
        return (UNSURE if found == APART else found), round(odds * 1000)
    return (UNSURE if line["decision"] == "unsure" else APART), round(odds * 1000)


def write_rows(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Write the table about one list as CSV.

    Raises:
        InputError: the file cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(
                {name: harmless_cell(text) for name, text in row.items()} for row in rows
            )
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror}.", hint="Name another file."
        ) from error
