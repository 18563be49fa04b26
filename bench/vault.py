"""Taking evidence in beside ``cp -r`` with ``sync``; sealing beside pyrage; re-reading a vault.

    python -m bench.vault [--rounds N] [--large MB] [--folder DIR]

Both sides start with the originals in memory's cache and end with everything on the disk: the
copy by ``sync``, the intake by its own flushes, with its rows and entries in the database.
The two alternate, and the ratio is that of the medians. Where the disk has no room for four
files of 1 GB several times over, they are made smaller, and the table says so.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyrage

from bayyina.app.evidence_adding import add_evidence
from bayyina.app.evidence_checking import check_evidence
from bayyina.app.workspace import Workspace
from bayyina.db.opening import create_workspace
from bayyina.keys.personal import KdfCost
from bayyina.vault.blob_format import HEADER, ChunkSealer, sealed_size

GOAL_INTAKE = 0.6
GOAL_SEALING = 4.0
SMALL_FILES, SMALL_SIZE = 5_000, 200_000
LARGE_FILES, LARGE_MB = 4, 1_000
ROUNDS = 3
SEALED = 256 << 20
BLOCK = 4 << 20


def quiet(done: int, total: int | None, what: str) -> None:
    """Progress that nobody looks at."""


def make_files(folder: Path, count: int, size: int) -> None:
    """Files of random bytes, each another."""
    folder.mkdir()
    block = os.urandom(min(size, 64 << 20))
    for number in range(count):
        with (folder / f"{number:05}.jpg").open("wb") as file:
            file.write(b"\xff\xd8\xff\xe0" + os.urandom(12) + number.to_bytes(4, "big"))
            left = size - 20
            while left > 0:
                left -= file.write(block[: min(left, len(block))])
    subprocess.run(["sync"], check=True)


def timed(work: Callable[[], object]) -> float:
    """Seconds that something takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def copy(source: Path, target: Path) -> None:
    """The peer: a copy that is on the disk when it ends."""
    subprocess.run(["cp", "-r", str(source), str(target)], check=True)
    subprocess.run(["sync"], check=True)


def new_workspace(folder: Path) -> Workspace:
    """An invented workspace."""
    cheap = KdfCost(memory_kib=64, iterations=1)
    return create_workspace(
        folder, name="Bench", handle="bench", person_name="Bench", passphrase="bench",  # noqa: S106
        fictional=True, cost=cheap,
    )  # fmt: skip


def measure(
    folder: Path, count: int, size: int, rounds: int
) -> tuple[list[float], list[float], float]:
    """Seconds of the copies, of the intakes, and of a check of the last vault."""
    source = folder / "source"
    make_files(source, count, size)
    copies, intakes, checked = [], [], 0.0
    for number in range(rounds):
        target = folder / f"target{number}"
        copies.append(timed(partial(copy, source, target)))
        workspace = new_workspace(folder / f"ws{number}")
        report = folder / "report.csv"
        subprocess.run(["sync"], check=True)

        def take_in(into: Workspace = workspace, report: Path = report) -> None:
            done = add_evidence(into, paths=[source], report=report, progress=quiet)
            if done.count("added") != count:
                raise RuntimeError("not every file was taken in")

        intakes.append(timed(take_in))
        if number == rounds - 1:
            checked = timed(partial(check_evidence, workspace, progress=quiet))
        workspace.store.close()
    # Only now: file systems are slow to make files while many were just deleted.
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return copies, intakes, checked


def report_intake(what: str, total: int, found: tuple[list[float], list[float], float]) -> None:
    """A line of the table."""
    copies, intakes, checked = found
    one, other = statistics.median(copies), statistics.median(intakes)
    ratio = one / other
    print(
        f"{what:<24} cp+sync {total / one / 1e6:7.0f} MB/s   intake {total / other / 1e6:7.0f} MB/s   "
        f"ratio {ratio:4.2f} (goal {GOAL_INTAKE}, {'met' if ratio >= GOAL_INTAKE else 'missed'})   "
        f"re-reading {total / checked / 1e6:5.0f} MB/s"
    )


def seal_all(data: memoryview, out: bytearray) -> None:
    """Seal 256 MiB as the vault does, a block at a time."""
    sealer = ChunkSealer(os.urandom(32))
    for start in range(0, len(data), BLOCK):
        sealer.seal(data[start : start + BLOCK], out, is_last=start + BLOCK >= len(data))


def measure_sealing(rounds: int) -> None:
    """Sealing in one thread, beside pyrage, in CPU seconds: waiting for others is not counted."""
    data = os.urandom(SEALED)
    out = bytearray(sealed_size(BLOCK) - HEADER)
    recipient = pyrage.x25519.Identity.generate().to_public()
    own, peer = [], []
    for _ in range(rounds):
        started = time.process_time()
        seal_all(memoryview(data), out)
        own.append(time.process_time() - started)
        started = time.process_time()
        pyrage.encrypt(data, [recipient])
        peer.append(time.process_time() - started)
    one, other = statistics.median(own), statistics.median(peer)
    ratio = other / one
    print(
        f"{'sealing, one core':<24} vault {SEALED / one / 1e9:5.2f} GB/s   pyrage {SEALED / other / 1e9:5.2f} GB/s"
        f"   ratio {ratio:4.1f} (goal {GOAL_SEALING:.0f}, {'met' if ratio >= GOAL_SEALING else 'missed'})"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--large", type=int, default=LARGE_MB, metavar="MB")
    parser.add_argument("--small", type=int, default=SMALL_FILES, metavar="FILES")
    parser.add_argument("--folder", type=Path, default=None)
    chosen = parser.parse_args()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    print(f"{os.cpu_count()} processors, {load:.1f} programs running besides at the start")
    with tempfile.TemporaryDirectory(dir=chosen.folder or Path.cwd()) as name:
        folder = Path(name)
        free = shutil.disk_usage(folder).free // 1_000_000
        large = min(chosen.large, free // (2 * (chosen.rounds + 1) * LARGE_FILES))
        small = chosen.small
        found = measure(folder, small, SMALL_SIZE, chosen.rounds)
        report_intake(f"{small:,} files of 200 kB", small * SMALL_SIZE, found)
        found = measure(folder, LARGE_FILES, large * 1_000_000, chosen.rounds)
        report_intake(
            f"{LARGE_FILES} files of {large:,} MB", LARGE_FILES * large * 1_000_000, found
        )
    measure_sealing(max(chosen.rounds, 5))


if __name__ == "__main__":
    main()
