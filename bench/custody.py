"""Durable appends to the custody log: against pymerkle on SQLite and raw append with fdatasync.

Measured is what the program runs with every change: ``log_appending.append_entries`` on the store of
a workspace, each append in a transaction of its own: the entry's bytes, its leaf, the tiles at the
right edge, the signed checkpoint, the batch marked as logged, one commit of SQLite with full
synchronisation. A whole change with one row around it is measured besides. All of them take turns, and the
best of the turns counts; what a processor is busy for is told apart from waiting. pymerkle is a GPL peer: it runs as a
process of its own where it is installed (BAYYINA_BENCH_PYMERKLE names a Python that has it), and
is told to be absent otherwise.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from bayyina.app.changes import change
from bayyina.app.log_appending import LoggedBatch, append_entries
from bayyina.app.rows import BatchRow, SettingRow
from bayyina.app.workspace import Workspace
from bayyina.db.opening import create_workspace
from bayyina.keys.personal import KdfCost

APPENDS = 1_000
"""Entries that are appended in each turn."""

CHANGES = 200
"""Whole changes in each turn."""

ROUNDS = 3
"""Turns of each."""

GROUP = 100
"""Entries that are appended together, in one transaction under one checkpoint."""

TIME = "2026-11-21T12:00:00.000Z"

PEER = """
import json, sys, time
from pymerkle import SqliteTree

def appends(name, group, with_root):
    tree, count = SqliteTree(sys.argv[1] + name), int(sys.argv[2])
    start = time.perf_counter()
    for first in range(0, count, group):
        if group == 1:
            tree.append_entry(b"entry %d" % first)
        else:
            tree.append_entries([b"entry %d" % (first + n) for n in range(group)])
        if with_root:
            tree.get_state()
    return time.perf_counter() - start

print(json.dumps([appends("-one", 1, False), appends("-root", 1, True), appends("-group", 100, True)]))
"""


class Took(NamedTuple):
    """What a turn took, for each append."""

    seconds: float
    """Wall time."""

    busy: float
    """Seconds of a processor, of this process."""

    @property
    def rate(self) -> float:
        """Appends a second."""
        return 1 / self.seconds


def main() -> None:
    """Run and print."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    print(f"  {os.cpu_count()} processors, {load:.1f} programs running besides at the start")
    with tempfile.TemporaryDirectory(prefix="bayyina-custody-") as name:
        folder = Path(name)
        workspace = new_workspace(folder / "workspace")
        raw, own, grouped, whole, peers = [], [], [], [], []
        for number in range(ROUNDS):
            raw.append(timed(APPENDS, partial(raw_appends, folder / f"raw{number}")))
            batches = open_batches(workspace, APPENDS)
            own.append(timed(APPENDS, partial(appends, workspace, batches)))
            batches = open_batches(workspace, APPENDS * 4)
            took = timed(len(batches), partial(appends, workspace, batches, GROUP))
            grouped.append(took)
            whole.append(timed(CHANGES, partial(changes, workspace)))
            peers.append(peer_seconds(folder / f"peer{number}.sqlite"))
        workspace.store.close()
    show(min(raw), min(own), min(grouped), min(whole), peers)


def show(
    raw: Took, own: Took, grouped: Took, whole: Took, peers: Sequence[list[float] | None]
) -> None:
    """Print the table."""
    print(f"  raw append + fdatasync      {raw.rate:9,.0f} /s   {told(raw)}")
    print(
        f"  log, one by one             {own.rate:9,.0f} /s   {told(own)}"
        f"   {own.rate / raw.rate:.2f} of raw (goal: 0.5)"
    )
    print(
        f"  log, grouped by {GROUP}         {grouped.rate:9,.0f} /s   {told(grouped)}"
        f"   (goal: 50,000)"
    )
    print(f"  a whole change with a row   {whole.rate:9,.0f} /s   {told(whole)}")
    found = [one for one in peers if one is not None]
    if not found:
        print("  pymerkle is not installed; BAYYINA_BENCH_PYMERKLE names a Python that has it")
        return
    one, rooted, bulk = (APPENDS / min(each) for each in zip(*found, strict=True))
    print(
        f"  pymerkle, no root           {one:9,.0f} /s   ours {own.rate / one:.1f} times (goal: 5;"
        f" no more than {raw.rate / one:.1f} with a flush for each)"
    )
    print(f"  pymerkle, root each time    {rooted:9,.0f} /s   ours {own.rate / rooted:.1f} times")
    print(
        f"  pymerkle, grouped by {GROUP}    {bulk:9,.0f} /s   ours {grouped.rate / bulk:.1f} times"
    )


def told(took: Took) -> str:
    """What one append takes."""
    return f"{took.seconds * 1e6:6.0f} us, {took.busy * 1e6:4.0f} of a processor"


def timed(count: int, work: Callable[[], object]) -> Took:
    """What each of ``count`` appends takes."""
    busy, started = time.process_time(), time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    return Took(seconds / count, (time.process_time() - busy) / count)


def raw_appends(path: Path) -> None:
    """Append lines, each flushed."""
    line = b"x" * 400
    sync = getattr(os, "fdatasync", os.fsync)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for _ in range(APPENDS):
        os.write(handle, line)
        sync(handle)
    os.close(handle)


def new_workspace(folder: Path) -> Workspace:
    """An invented workspace."""
    cheap = KdfCost(memory_kib=64, iterations=1)
    return create_workspace(
        folder, name="Bench", handle="bench", person_name="Bench", passphrase="bench",  # noqa: S106
        fictional=True, cost=cheap,
    )  # fmt: skip


def open_batches(workspace: Workspace, count: int) -> list[LoggedBatch]:
    """Batches that are open, as small changes leave them to the log."""
    store, made = workspace.store, []
    start = len(store.batches()) + 1
    with store.transaction():
        for number in range(start, start + count):
            uuid = str(UUID(int=number | 0x7 << 76 | 2 << 62))
            row = BatchRow(0, uuid, "judge", TIME, workspace.actor, bytes(60), None, None)
            batch, trees = store.open_batch(row).batch, {"statement": (1, bytes(32))}
            made.append(LoggedBatch("judge", workspace.actor, batch, uuid, TIME, trees, {}))
    return made


def appends(workspace: Workspace, batches: Sequence[LoggedBatch], group: int = 1) -> None:
    """Append entries as every change does, so many in a transaction."""
    for first in range(0, len(batches), group):
        with workspace.store.transaction():
            append_entries(workspace, batches[first : first + group])


def changes(workspace: Workspace) -> None:
    """Whole changes with one row each."""
    for number in range(CHANGES):
        with change(workspace, "bench") as writer:
            writer.add(SettingRow, name="bench", text=str(number))
            writer.finish({})


def peer_seconds(path: Path) -> list[float] | None:
    """Seconds of the peer for as many appends; None where it is not installed.

    One by one without a root, as the peer's own example does; with the root that our checkpoint
    states, which is the same work as ours but for the signature; and in groups.
    """
    program = os.environ.get("BAYYINA_BENCH_PYMERKLE", "python3")
    done = subprocess.run(
        [program, "-c", PEER, path, str(APPENDS)], capture_output=True, text=True, check=False
    )
    return list(map(float, json.loads(done.stdout))) if done.returncode == 0 else None


if __name__ == "__main__":
    main()
