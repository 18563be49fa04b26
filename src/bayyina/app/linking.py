"""Linking the people of a workspace: a run that is logged, its links as rows.

The first run links everybody. Later ones link what is new with what is there, with the
weights of the first, unless everybody is to be linked anew. What people judged to be different,
rows of lists that repeat nobody, and people identified as different bodies are never joined. No
name stands in what is written.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bayyina import __version__
from bayyina.app.changes import ChangeWriter, writing_batch
from bayyina.app.linking_found import (
    LENIENT,
    STRICT,
    FoundLink,
    FoundLinks,
    Thresholds,
    link_everybody,
    link_newcomers,
)
from bayyina.app.linking_people import FIELDS, WorkspacePeople, read_workspace_people
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.rows import LinkRow, RecordRow, RunRow
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.workspace import Workspace
from bayyina.custody.canonical import canonical_json
from bayyina.errors import InputError
from bayyina.figures.link_quality import LINK
from bayyina.figures.people_rows import read_links
from bayyina.figures.run_links import Run
from bayyina.keys.salts import pair_key
from bayyina.linkage.model import LinkageModel
from bayyina.linkage.seeds import DEFAULT_SEED

STRICT_FROM: Final = 0.95
"""Probability from which figures that count what is certain join records."""

LENIENT_FROM: Final = 0.5
"""Probability from which figures that count what is possible do."""

USUAL: Final = Thresholds(STRICT_FROM, LENIENT_FROM)
"""Both thresholds, unless others are given."""

_AT_A_TIME: Final = 5_000


@dataclass(frozen=True)
class LinkOrder:
    """How the people of a workspace are to be linked."""

    seed: int = DEFAULT_SEED
    """Seed of every random choice."""

    thresholds: Thresholds = USUAL
    """From where records are joined."""

    anew: bool = False
    """Link everybody, in place of all runs before."""

    keyed: bool = False
    """Compare keyed digests in place of names."""

    unique: tuple[str, ...] = ()
    """Names of lists that repeat nobody, besides those whose mapping says so."""


@dataclass(frozen=True)
class LinkRun:
    """What became of an order."""

    batch: int | None
    """Batch that holds the run; None where nothing was new and nothing was run."""

    run: str
    """First digits of the run's digest; empty where nothing was run."""

    whole: bool
    """Whether everybody was linked anew."""

    rows: int
    """Records of people with a name."""

    new_rows: int
    """Those that no run had seen as they are."""

    candidates: int
    """Pairs that were compared."""

    decisions: Mapping[str, int]
    """Links by decision."""

    keyed: bool
    """Whether names were compared as digests."""

    notes: tuple[str, ...]
    """What has to be said of the rows."""

    def to_json(self) -> dict[str, Any]:
        """As a part of ``link --json``."""
        return {**vars(self), "decisions": dict(self.decisions), "notes": list(self.notes)}


def link_workspace(workspace: Workspace, order: LinkOrder, progress: Progress) -> LinkRun:
    """Link the people of the workspace, and keep run and links in the log.

    Raises:
        InputError: a threshold cannot be used, a list is not known, or the run before compared
            names in another way.
        PermissionRefusedError: the member may not judge.
        BusyError: an import is running.
    """
    require(workspace, "judge")
    _check(order.thresholds)
    people = read_workspace_people(workspace, progress, unique=order.unique, keyed=order.keyed)
    _check_lists(workspace, order.unique)
    before = [run for run in people.read.runs if run.kind == LINK and "model" in run.parameters]
    whole = order.anew or not before
    new = len(people.read.records) if whole else sum(people.read.is_new)
    if not new:
        nobody = () if len(people.rows) else ("There is nobody with a name to link.",)
        notes = (*nobody, *_left_out(people))
        return LinkRun(None, "", whole, len(people.rows), 0, 0, {}, order.keyed, notes)
    progress(0, None, "people compared")
    if whole:
        found = link_everybody(
            people, order.thresholds, seed=order.seed, gazetteer=workspace.gazetteer
        )
    else:
        found = _newcomers(workspace, people, before[-1], order)
    parameters = _parameters(people, found, order, whole=whole)
    batch, digest = _written(workspace, people, found, parameters, progress)
    counts = Counter(one.decision for one in found.links)
    return LinkRun(
        batch, digest[:16], whole, len(people.rows), new, found.candidates,
        dict(sorted(counts.items())), order.keyed, (*found.notes, *_left_out(people)),
    )  # fmt: skip


def _left_out(people: WorkspacePeople) -> tuple[str, ...]:
    """What has to be said of people whose names are sealed."""
    sealed = people.read.sealed
    if not sealed:
        return ()
    told = f"{sealed:,} people whose names are sealed were not compared"
    return (f"{told}: somebody who is cleared compares them, with --anew after a run without.",)


def _check(thresholds: Thresholds) -> None:
    if not 0.0 < thresholds.lenient <= thresholds.strict < 1.0:
        raise InputError(
            "The lenient threshold must lie above 0 and not above the strict one, which lies below 1.",
            hint=f"Usual are {LENIENT_FROM} and {STRICT_FROM}.",
        )


def _check_lists(workspace: Workspace, names: Sequence[str]) -> None:
    keys = {f"list:{name}": name for name in names}
    known = {row.list_key for row in workspace.store.find(RecordRow, "list_key", keys)}
    for key, name in keys.items():
        if key not in known:
            raise InputError(
                f"There is no list named {name!r} here.",
                hint="Name it as its mapping does; `bayyina link --json` names all lists.",
            )


def _newcomers(
    workspace: Workspace, people: WorkspacePeople, before: Run, order: LinkOrder
) -> FoundLinks:
    """Link what is new, by the weights of the run before."""
    if bool(before.parameters["keyed"]) != order.keyed:
        raise InputError(
            "The runs before compared names in another way (--keyed), which cannot be mixed.",
            hint="Link everybody anew with --anew, or as before.",
        )
    model = LinkageModel.from_json(json.loads(before.parameters["model"]))
    place = {record: at for at, record in enumerate(people.read.records)}
    snapshot = refresh_snapshot(workspace, lambda *_: None)
    joined = [
        (place[a], place[b])
        for a, b in read_links(snapshot, (STRICT, LENIENT))
        if a in place and b in place
    ]
    return link_newcomers(
        people, model, order.thresholds, joined, seed=order.seed, gazetteer=workspace.gazetteer,
        compared=before.parameters["fields"],
    )  # fmt: skip


def _parameters(
    people: WorkspacePeople, found: FoundLinks, order: LinkOrder, *, whole: bool
) -> dict[str, Any]:
    """All that is needed to repeat a run, and to see that its links are those it found."""
    records = people.read.records
    lines = hashlib.sha256()
    for one in found.links:
        pair = f"{records[one.left]} {records[one.right]}"
        lines.update(f"{pair} {one.decision} {one.odds} {one.levels}\n".encode())
    text = json.dumps(found.model.to_json(), ensure_ascii=True, sort_keys=True)
    return {
        "engine": "bayyina.linkage",
        "version": __version__,
        "whole": int(whole),
        "custody_size": people.read.custody_size,
        "seed": order.seed,
        "strict": str(order.thresholds.strict),
        "lenient": str(order.thresholds.lenient),
        "keyed": int(order.keyed),
        "unique": list(order.unique),
        "fields": [field.label for field in FIELDS],
        "rows": len(records),
        "new_rows": sum(people.read.is_new),
        "candidates": found.candidates,
        "links": len(found.links),
        "links_sha256": lines.hexdigest(),
        "apart": {str(stratum): count for stratum, count in sorted(found.apart.items())},
        "model_digest": found.model.digest,
        "model": text,
    }


def _written(
    workspace: Workspace,
    people: WorkspacePeople,
    found: FoundLinks,
    parameters: Mapping[str, Any],
    progress: Progress,
) -> tuple[int, str]:
    """Keep a run with its links; its batch and digest."""
    records = people.read.records
    pairs = [
        (records[one.left], records[one.right], one.decision, one.odds, one.levels)
        for one in found.links
    ]
    return write_run(workspace, pairs, parameters, progress)


def write_run(
    workspace: Workspace,
    links: Sequence[tuple[int, int, str, int, str | None]],
    parameters: Mapping[str, Any],
    progress: Progress,
) -> tuple[int, str]:
    """Keep a run with its links: records, decision, thousandths of log-odds, levels.

    Returns:
        The batch, and the run's digest.
    """
    text = canonical_json(parameters)
    digest = hashlib.sha256(text).hexdigest()
    with writing_batch(workspace, "link") as writer:
        run = writer.add(RunRow, run_kind=LINK, parameters=text.decode(), digest=digest)
        done = 0
        for begin in range(0, len(links), _AT_A_TIME):
            part = links[begin : begin + _AT_A_TIME]
            keys = _keys(workspace, writer, part)
            for a, b, decision, odds, levels in part:
                if a in keys and b in keys:
                    writer.add(
                        LinkRow,
                        salted_by=pair_key(keys[a], keys[b]),
                        record_a=a,
                        record_b=b,
                        run=run.number,
                        decision=decision,
                        odds=odds,
                        levels=levels,
                    )
            writer.flush()
            done += len(part)
            progress(done, len(links), "links written")
        writer.finish({"links": done, "run": digest[:16]})
        return writer.batch, digest


def _keys(workspace: Workspace, writer: ChangeWriter, part: Sequence[Any]) -> dict[int, bytes]:
    """Keys of the records of some links; those that were erased meanwhile have none."""
    wanted = sorted({number for link in part for number in link[:2]})
    rows = workspace.store.find(RecordRow, "number", wanted)
    return {row.number: writer.record_key(row) for row in rows if row.wrapped_key is not None}


__all__ = ["FoundLink", "LinkOrder", "LinkRun", "link_workspace", "write_run"]
