"""The parent's side of the process that reads foreign files.

One child reads many files, one after the other, and answers step by step. When a step
crashes, hangs or answers too much, the child is ended, the fault is written down for that
step of that file, a new child goes on with the file's other steps, and with the files after.
The child has limits on memory and on what it writes, a folder of its own that is removed,
an environment without secrets, and no network where the system can take it away.
"""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from bayyina.errors import BayyinaError
from bayyina.media.limits import DEFAULT, Limits, limited
from bayyina.media.results import CRASHED, TIMED_OUT, TOO_LARGE
from bayyina.vault.private_folders import private_folder

START_SECONDS: Final = 60.0
"""The child's own start may take so long on a machine under load."""

MAX_RESTARTS: Final = 6
"""After so many faults the rest of a file is left."""

RENEWED_AFTER: Final = 500
"""After so many files a new child is started, so that what libraries leak does not add up."""

_ERROR_NAME: Final = re.compile(rb"^([A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt))\b")
_TOO_MUCH: Final = b"\0"
_ENDED: Final = b""


class SandboxError(BayyinaError):
    """The process that reads foreign files cannot be started."""

    code = "media-sandbox"


@dataclass(frozen=True)
class Fault:
    """What went wrong in one step."""

    step: str
    """Name of the step."""

    outcome: str
    """A word of ``results.OUTCOMES``."""

    sentence: str
    """What happened, without anything of the file's content."""


@dataclass
class Look:
    """What the child found out about one file."""

    facts: dict[str, Any] = field(default_factory=dict)
    """What each step gave, by its name."""

    faults: list[Fault] = field(default_factory=list)
    """What went wrong, in order."""


class _Process:
    """One child, its answers and its folder."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        with ExitStack() as place:
            self.folder = place.enter_context(private_folder(room=limits.written))
            self._start(limits)
            self._place = place.pop_all()

    def _start(self, limits: Limits) -> None:
        self._errors = (self.folder / "errors").open("w+b")
        command = [sys.executable, "-P", "-s", "-m", "bayyina.media.worker"]
        command = limited(command, memory=limits.memory, written=limits.written)
        self._child = subprocess.Popen(  # noqa: S603 - our own program, no shell
            [*without_network(), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=self.folder,
            env=clean_environment(self.folder),
            start_new_session=True,
        )
        self._answers: queue.Queue[bytes] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        stream: IO[bytes] | None = self._child.stdout
        while stream is not None:
            line = stream.readline(self.limits.answer + 1)
            if len(line) > self.limits.answer:
                self._answers.put(_TOO_MUCH)
                return
            self._answers.put(line)
            if not line:
                return

    def send(self, job: Mapping[str, Any]) -> bool:
        """Give the child a job; False when it is no longer there."""
        if self._child.stdin is None:
            return False
        try:
            self._child.stdin.write(json.dumps(job).encode("ascii") + b"\n")
            self._child.stdin.flush()
        except OSError:
            return False
        return True

    def next_answer(self, seconds: float) -> bytes | None:
        """The next line; None when it did not come in time; empty when the child ended."""
        try:
            return self._answers.get(timeout=max(seconds, 0.01))
        except queue.Empty:
            return None

    def last_error(self) -> str:
        """The kind of error that ended the child, without its words."""
        self._errors.flush()
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 20_000))
        found = ""
        for line in self._errors.read().splitlines():
            match = _ERROR_NAME.match(line)
            if match:
                found = match[1].decode("ascii").rpartition(".")[2]
        return found

    def end(self) -> int | None:
        """End the child, wait for it, and remove its folder; its exit status."""
        self._child.kill()
        status = self._child.wait()
        self._reader.join(timeout=5)
        for stream in (self._child.stdin, self._child.stdout):
            try:
                if stream is not None:
                    stream.close()
            except OSError:  # what was not yet written to a child that is gone
                continue
        self._errors.close()
        self._place.close()
        return status

    def wait_for_end(self) -> int | None:
        """The exit status of a child that is ending by itself."""
        try:
            return self._child.wait(timeout=2)
        except subprocess.TimeoutExpired:
            return None


class Sandbox:
    """Looks into foreign files, one after the other; a context manager."""

    def __init__(self, limits: Limits = DEFAULT) -> None:
        """Keep to ``limits``; nothing is started yet."""
        self.limits = limits
        self._process: _Process | None = None
        self._looked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None
        self._looked = 0

    def look(self, path: Path, *, wanted: str, seconds: float | None = None) -> Look:
        """Do all steps of the plan ``wanted`` on one file.

        Raises:
            SandboxError: the child cannot be started at all.
        """
        if self._looked >= RENEWED_AFTER:
            self._stop()
        self._looked += 1
        look = Look()
        skipped: list[str] = []
        ends_at = time.monotonic() + (self.limits.file_seconds if seconds is None else seconds)
        for _ in range(MAX_RESTARTS):
            fault = self._attempt(path, wanted, look, skipped, ends_at)
            if fault is None:
                return look
            look.faults.append(fault)
            skipped.append(fault.step)
            if time.monotonic() >= ends_at:
                return look
        look.faults.append(Fault("", CRASHED, "The steps that were left have not been tried."))
        return look

    def _attempt(
        self, path: Path, wanted: str, look: Look, skipped: list[str], ends_at: float
    ) -> Fault | None:
        """Let one child do what is left; None when all is done."""
        process = self._started()
        job: dict[str, Any] = {
            "path": str(path),
            "wanted": wanted,
            "facts": look.facts,
            "skip": skipped,
        }
        job["seconds"] = self.limits.step_seconds
        step = ""
        step_ends = ends_at
        if not process.send(job):
            return self._fault_of("start", _ENDED)
        while True:
            line = process.next_answer(min(step_ends, ends_at) - time.monotonic())
            if line is None or line in (_TOO_MUCH, _ENDED):
                return self._fault_of(step or "start", line)
            try:
                answer = json.loads(line)
            except (ValueError, RecursionError):
                return self._fault_of(step or "start", _ENDED)
            if answer.get("done"):
                return None
            if "begin" in answer:
                step = str(answer["begin"])
                step_ends = time.monotonic() + self.limits.step_seconds
                continue
            look.facts[step] = answer.get("value")
            if answer.get("fault"):
                outcome, sentence = answer["fault"]
                look.faults.append(Fault(step, str(outcome), str(sentence)))
            skipped.append(step)

    def _started(self) -> _Process:
        """The child, started if there is none; it says when it is ready."""
        reason = ""
        for _ in range(2):
            if self._process is not None:
                return self._process
            process = _Process(self.limits)
            answer = process.next_answer(START_SECONDS)
            if answer and answer != _TOO_MUCH:
                self._process = process
                return process
            reason = process.last_error()
            process.end()
        raise SandboxError(
            "The process that reads foreign files does not start"
            + (f" ({reason})." if reason else "."),
            hint="bayyina doctor says what is missing; free some memory and try again.",
        )

    def _fault_of(self, step: str, line: bytes | None) -> Fault:
        """End the child and say why."""
        process = self._process
        self._process = None
        status = process.wait_for_end() if process and line == _ENDED else None
        reason = process.last_error() if process and line == _ENDED else ""
        if process:
            process.end()
        if line is None:
            return Fault(step, TIMED_OUT, f"The step {step!r} took longer than its time.")
        if line == _TOO_MUCH:
            return Fault(step, TOO_LARGE, f"The step {step!r} gave more than is kept.")
        how = f"signal {-status}" if status is not None and status < 0 else reason or "no word"
        if reason == "MemoryError":
            return Fault(step, TOO_LARGE, f"The step {step!r} needed more memory than it may have.")
        return Fault(step, CRASHED, f"The reader of the step {step!r} ended by a fault ({how}).")


@lru_cache(maxsize=1)
def without_network() -> tuple[str, ...]:
    """Words before a command that take the network away from it, where the system can."""
    program = shutil.which("unshare")
    if not program:
        return ()
    words = (program, "--user", "--map-current-user", "--net", "--")
    try:
        tried = subprocess.run(  # noqa: S603 - fixed words
            [*words, sys.executable, "-I", "-S", "-c", ""],
            capture_output=True,
            timeout=START_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return words if tried.returncode == 0 else ()


def has_no_network() -> bool:
    """Whether the system takes the network away from the reading process."""
    return bool(without_network())


def clean_environment(folder: Path) -> dict[str, str]:
    """What the child may know: where programs are, and a home that is its own folder."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in {"PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "PATHEXT"}
    }
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    return {
        **kept,
        **threads,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "TEMP": str(folder),
        "LC_ALL": "C.UTF-8",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(place for place in sys.path if place),
        "MALLOC_ARENA_MAX": "2",  # each arena of glibc takes 64 MiB of address space
    }
