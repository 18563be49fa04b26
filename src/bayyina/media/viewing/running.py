"""Showing something of a foreign file: a child process opens it, under limits, and answers once."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bayyina.errors import BayyinaError, BusyError
from bayyina.media.inspecting import require_libraries
from bayyina.media.limits import DEFAULT as FILE
from bayyina.media.limits import MIB, limited
from bayyina.media.sandbox import SandboxError, clean_environment, without_network


class UnshownError(BayyinaError):
    """A file, or the part of it that was asked for, cannot be shown."""

    code = "evidence-unshown"


@dataclass(frozen=True)
class ViewLimits:
    """What showing one thing may cost."""

    memory: int = FILE.memory
    """Bytes of address space of the child."""

    written: int = FILE.written
    """Bytes of the largest file that it, or a program that it starts, may write."""

    seconds: float = 40.0
    """Seconds of the clock."""

    answer: int = 16 * MIB
    """Bytes of its answer."""


DEFAULT: Final = ViewLimits()
AT_ONCE: Final = threading.BoundedSemaphore(2)
"""Children at a time: a page of many pictures must not starve the server."""

ASKED: Final = threading.BoundedSemaphore(4)
"""Requests at a time, those among them that wait for a child: others are told to come again, so that
the server has threads left for other pages."""

WAIT: Final = 15.0
"""Seconds that a request waits for its turn."""

_HINT: Final = "Take the file along and open it where nothing else is kept."


@contextmanager
def turn() -> Iterator[None]:
    """One's turn to show something; to be had before a copy of the file is made for it.

    Raises:
        BusyError: too many are shown at this moment.
    """
    if not ASKED.acquire(blocking=False):
        raise _busy()
    try:
        if not AT_ONCE.acquire(timeout=WAIT):
            raise _busy()
        try:
            yield
        finally:
            AT_ONCE.release()
    finally:
        ASKED.release()


def _busy() -> BusyError:
    return BusyError("Too much is being shown at this moment.", hint="Try again.")


def view_file(
    path: Path, kind: str, job: Mapping[str, Any], *, work: Path, limits: ViewLimits = DEFAULT
) -> dict[str, Any]:
    """Let a child show something of a file, within one's ``turn``.

    Args:
        path: The file, which is only read.
        kind: Its media type.
        job: What is asked for, as ``worker.answer`` takes it.
        work: A private folder in which the child works.
        limits: What it may cost.

    Raises:
        MediaExtraMissingError: a library of the extra ``media`` is absent.
        UnshownError: it cannot be shown.
        SandboxError: the child does not start.
    """
    require_libraries()
    said = _ask({**job, "path": str(path.absolute()), "kind": kind}, work, limits)
    if "refused" in said:
        raise UnshownError(f"It cannot be shown: {said['refused']}", hint=_HINT)
    return said


def _ask(job: Mapping[str, Any], work: Path, limits: ViewLimits) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="view-", dir=work))
    command = [sys.executable, "-P", "-s", "-m", "bayyina.media.viewing.worker"]
    command = limited(command, memory=limits.memory, written=limits.written)
    try:
        with (folder / "answer").open("w+b") as answer:
            subprocess.run(  # noqa: S603 - our own program, no shell
                [*without_network(), *command],
                input=json.dumps(job).encode("ascii"),
                stdout=answer,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env=clean_environment(folder),
                timeout=limits.seconds,
                check=False,
                start_new_session=True,
            )
            answer.seek(0)
            text = answer.read(limits.answer + 1)
    except subprocess.TimeoutExpired as error:
        raise UnshownError("It cannot be shown: it took too long.", hint=_HINT) from error
    except OSError as error:
        raise SandboxError(
            "The process that opens foreign files does not start.", hint="Free some memory."
        ) from error
    try:
        said = json.loads(text) if len(text) <= limits.answer else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise UnshownError("It cannot be shown: the reader ended by a fault.", hint=_HINT)
    return said
