"""What looking into one foreign file may cost."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Final

MIB: Final = 1 << 20
COPIES: Final = "inspect, copied regions too"
"""Name of the plan that also looks for regions that are alike, which takes seconds a picture."""


@dataclass(frozen=True)
class Limits:
    """Bounds on one file and on the process that reads it."""

    memory: int = 1100 * MIB
    """Bytes of address space of the reading process."""

    tool_memory: int = 800 * MIB
    """Bytes of address space of a program that the reading process starts."""

    written: int = 256 * MIB
    """Bytes of the largest file that either may write, in a folder of its own."""

    file_seconds: float = 20.0
    """Seconds of the clock for everything about one file but its digest."""

    step_seconds: float = 12.0
    """Seconds of the clock for one step, such as the metadata dump."""

    digest_seconds: float = 8.0
    """Seconds for the digest of a file; a large one gets more, by ``slowest_disk``."""

    slowest_disk: float = 20e6
    """Bytes that are read in a second at least: bytes that are stored, not holes in a file."""

    least_seconds: float = 10.0
    """Seconds that are left for the steps however long the digest took."""

    answer: int = 8 * MIB
    """Bytes of one answer of the reading process."""

    pixels: int = 120_000_000
    """Pixels of the largest picture that is decoded."""

    video_seconds: int = 600
    """Seconds of a video that are hashed, from its beginning."""


DEFAULT: Final = Limits()


def limited(command: list[str], *, memory: int, written: int, cpu_seconds: int = 0) -> list[str]:
    """The command under limits that the system enforces, where its programs are there.

    ``prlimit`` and ``setpriv`` are part of util-linux. Elsewhere the clock is the only limit,
    which the parent keeps.
    """
    wrapped = command
    limiter = shutil.which("prlimit")
    if limiter:
        cpu = [f"--cpu={cpu_seconds}"] if cpu_seconds else []
        wrapped = [limiter, f"--as={memory}", f"--fsize={written}", "--core=0", *cpu, *wrapped]
    privileges = shutil.which("setpriv")
    if privileges:
        # the program ends when the one that started it does, even by force
        wrapped = [privileges, "--pdeathsig", "KILL", *wrapped]
    return wrapped
