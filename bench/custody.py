"""Durable appends to the custody log: against pymerkle on SQLite and raw append with fdatasync.

Measured is the log's own work: the entry's bytes, its leaf, the tiles at the right edge, the
signed checkpoint, one transaction of SQLite with full synchronisation. pymerkle is a GPL peer:
it runs as a process of its own where it is installed (BAYYINA_BENCH_PYMERKLE names a Python
that has it), and is told to be absent otherwise.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bayyina.custody.checkpoints import Checkpoint, sign_checkpoint
from bayyina.custody.entries import Entry, TreeHead
from bayyina.custody.merkle import leaf_hash
from bayyina.custody.tiles import Tile, TileTree
from bayyina.db.log_tiles import GROUP, TAIL

PUT = (
    "INSERT INTO tile VALUES (?, ?, ?, ?) "
    "ON CONFLICT (kind, level, position) DO UPDATE SET data = excluded.data"
)
"""Stores a tile in place of its shorter self."""

PUT_TAIL = (
    "INSERT INTO tile SELECT ?, level, position, ? FROM tile "
    "WHERE kind = ? AND level = ? AND position = ? "
    f"AND length(data) / {GROUP} * {GROUP} = ? "
    "ON CONFLICT (kind, level, position) DO UPDATE SET data = excluded.data RETURNING 1"
)
"""Stores the last hashes of a tile that stands up to where they begin."""

APPENDS = 2_000
"""Entries that are appended one by one."""

ORIGIN = "bayyina-fictional/00000000-0000-7000-8000-000000000000"
ACTOR = UUID(int=(0x7 << 76) | (2 << 62) | 1)
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


def main() -> None:
    """Run and print."""
    with tempfile.TemporaryDirectory(prefix="bayyina-custody-") as name:
        folder = Path(name)
        raw = rate(raw_appends(folder / "raw"))
        own = rate(own_appends(folder / "log.sqlite"))
        grouped = rate(own_appends(folder / "grouped.sqlite", group=100))
        peer = peer_seconds(folder / "peer.sqlite")
        again = rate(raw_appends(folder / "raw2"))
    raw = (raw + again) / 2
    print(f"  raw append + fdatasync      {raw:9,.0f} /s")
    print(f"  log, one by one             {own:9,.0f} /s   {own / raw:.2f} of raw (goal: 0.5)")
    print(f"  log, grouped by 100         {grouped:9,.0f} /s   {grouped / raw:.2f} of raw")
    if peer is None:
        print("  pymerkle is not installed; BAYYINA_BENCH_PYMERKLE names a Python that has it")
    else:
        one, rooted, bulk = map(rate, peer)
        print(
            f"  pymerkle, no root           {one:9,.0f} /s   ours {own / one:.1f} times (goal: 5)"
        )
        print(f"  pymerkle, root each time    {rooted:9,.0f} /s   ours {own / rooted:.1f} times")
        print(f"  pymerkle, grouped by 100    {bulk:9,.0f} /s   ours {grouped / bulk:.1f} times")


def rate(seconds: float) -> float:
    """Appends a second."""
    return APPENDS / seconds


def raw_appends(path: Path) -> float:
    """Seconds for appending lines, each flushed."""
    line = b"x" * 400
    sync = getattr(os, "fdatasync", os.fsync)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    start = time.perf_counter()
    for _ in range(APPENDS):
        os.write(handle, line)
        sync(handle)
    seconds = time.perf_counter() - start
    os.close(handle)
    return seconds


def own_appends(path: Path, group: int = 1) -> float:
    """Seconds for appending entries as the store does it: rows, tiles, checkpoint, commit."""
    base = sqlite3.connect(path, isolation_level=None)
    base.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE entry (position INTEGER PRIMARY KEY, data BLOB);"
        "CREATE TABLE tile (kind TEXT, level INTEGER, position INTEGER, data BLOB,"
        " PRIMARY KEY (kind, level, position));"
        "CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note TEXT);"
    )
    tree, key = TileTree(), Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    start = time.perf_counter()
    for first in range(0, APPENDS, group):
        base.execute("BEGIN IMMEDIATE")
        for number in range(first, first + group):
            data = entry(number + 1)
            base.execute("INSERT INTO entry VALUES (?, ?)", (number, data))
            for tile in tree.append(leaf_hash(data)):
                put_tile(base, tile)
        note = sign_checkpoint(Checkpoint(ORIGIN, first + group, tree.root()), key)
        base.execute("INSERT INTO checkpoint VALUES (?, ?)", (first + group, note))
        base.execute("COMMIT")
    seconds = time.perf_counter() - start
    base.close()
    return seconds


def put_tile(base: sqlite3.Connection, tile: Tile) -> None:
    """Store a tile as the store does (``bayyina.db.log_tiles``): its last hashes by themselves."""
    place, whole = [tile.level, tile.position], len(tile.data) // GROUP * GROUP
    is_tail = tile.level == 0 and 0 < whole < len(tile.data)
    arguments = [TAIL, tile.data[whole:], "", *place, whole]
    if is_tail and base.execute(PUT_TAIL, arguments).fetchone():
        return
    base.execute(PUT, ["", *place, tile.data])
    if tile.level == 0 and whole:
        base.execute(
            "DELETE FROM tile WHERE kind = ? AND level = ? AND position = ?", [TAIL, *place]
        )


def entry(number: int) -> bytes:
    """An entry like that of a small change."""
    heads = {"statement": TreeHead(1, bytes(32))}
    batch = UUID("0197a5b0-0000-7000-8000-000000000000")
    return Entry("judge", ACTOR, batch, number, "main", {}, TIME, TIME, heads).to_bytes()


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
