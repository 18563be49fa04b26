"""Running the program as its users do, and measuring it: wall time and peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

DATA_VARIABLE = "BAYYINA_TEST_DATA"
"""Names the folder of third-party data; ``../shared/data`` beside the checkout without it."""

POLL = 0.1
"""Seconds between two looks at the memory."""


@dataclass(frozen=True)
class Run:
    """A finished run of a program."""

    seconds: float
    """Wall time."""

    peak_mb: float
    """Peak resident memory of the process and its children together, MiB."""

    output: str
    """Standard output."""


def run_bayyina(*arguments: str) -> Run:
    """Run ``bayyina`` to its end.

    Raises:
        RuntimeError: it ended with another status than 0.
    """
    command = [sys.executable, "-m", "bayyina", *arguments]
    environment = os.environ | {"BAYYINA_PASSPHRASE": "bench"}
    started, peak = time.perf_counter(), 0
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        while process.poll() is None:
            peak = max(peak, _resident(process.pid))
            time.sleep(POLL)
        seconds = time.perf_counter() - started
        output, complaint = process.communicate()
    if process.returncode:
        raise RuntimeError(complaint.decode())
    return Run(seconds, peak / 1024, output.decode())


def _resident(pid: int) -> int:
    """Resident KiB of a process and its descendants (Linux; 0 elsewhere)."""
    total = 0
    for number in _family(pid):
        status = Path(f"/proc/{number}/status")
        try:
            lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return total


def _family(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += map(int, task.read_text(encoding="ascii").split())
            except OSError:
                continue
    return found


def data_folder() -> Path:
    """The folder of third-party data; it may be absent, and every part says so plainly."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get(DATA_VARIABLE) or beside)
