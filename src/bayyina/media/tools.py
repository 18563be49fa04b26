"""Programs of others that read files: no shell, limits, and names of our own choosing.

A file's name may begin with a dash, hold a line break, or look like an address: so a program
is given a plain link in the reading process's own folder.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from bayyina.media.limits import DEFAULT, limited
from bayyina.media.plain_data import DamagedFileError, FileLimitError

EXIFTOOL: Final = "exiftool"
FFPROBE: Final = "ffprobe"
FFMPEG: Final = "ffmpeg"
MAX_OUTPUT: Final = 6 << 20
_SUFFIX: Final = re.compile(r"\.[A-Za-z0-9]{1,8}")
_READY: Final = b"{ready}\n"


@dataclass(frozen=True)
class Output:
    """What a program answered."""

    status: int
    """Its exit status."""

    text: bytes
    """Its standard output, cut at the limit."""


@contextmanager
def plain_name(path: Path) -> Iterator[Path]:
    """A name for the file without surprises, in the current folder, for as long as needed."""
    suffix = path.suffix if _SUFFIX.fullmatch(path.suffix) else ""
    link = Path.cwd() / f"item{suffix}"
    link.unlink(missing_ok=True)
    try:
        link.symlink_to(path)
    except OSError:  # a system that lets only administrators link
        yield path
        return
    try:
        yield link
    finally:
        link.unlink(missing_ok=True)


def found(program: str) -> str | None:
    """Where a program is, or None."""
    return shutil.which(program)


def run(
    program: str,
    words: list[str],
    *,
    seconds: float,
    limit: int = MAX_OUTPUT,
    written: int = DEFAULT.written,
) -> Output:
    """Run a program to its end and take its output.

    Raises:
        FileLimitError: it took longer than ``seconds`` or said more than ``limit`` bytes.
    """
    command = limited(
        [program, *words],
        memory=DEFAULT.tool_memory,
        written=written,
        cpu_seconds=max(1, int(seconds) + 1),
    )
    ends_at = time.monotonic() + seconds
    with subprocess.Popen(  # noqa: S603 - no shell, and plain names only
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            text = _bounded(process.stdout, limit)
            status = process.wait(timeout=max(0.1, ends_at - time.monotonic()))
        except subprocess.TimeoutExpired as error:
            raise FileLimitError(f"{Path(program).name} took longer than its time.") from error
        finally:
            process.kill()
    return Output(status, text)


def blocks(program: str, words: list[str], size: int, seconds: float) -> Iterator[bytes]:
    """What a program writes, in blocks of ``size`` bytes; an incomplete last one is left out.

    The program is ended when nobody takes more blocks.
    """
    command = limited(
        [program, *words],
        memory=DEFAULT.tool_memory,
        written=DEFAULT.written,
        cpu_seconds=max(1, int(seconds) + 1),
    )
    with subprocess.Popen(  # noqa: S603 - no shell, and plain names only
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            while process.stdout is not None:
                block = process.stdout.read(size)
                if len(block) < size:
                    return
                yield block
        finally:
            process.kill()


def _bounded(stream: IO[bytes] | None, limit: int) -> bytes:
    text = stream.read(limit + 1) if stream is not None else b""
    if len(text) > limit:
        raise FileLimitError("A program answered more than is kept.")
    return text


class ExifTool:
    """One exiftool process for many files: its start costs more than most files."""

    def __init__(self, program: str) -> None:
        """Start it; ``program`` is where it is."""
        words = [program, "-config", "", "-stay_open", "True", "-@", "-"]
        command = limited(words, memory=DEFAULT.tool_memory, written=DEFAULT.written)
        self._process = subprocess.Popen(  # noqa: S603 - fixed words
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def dump(self, name: Path) -> dict[str, Any]:
        """All tags of one file, by group and name.

        Raises:
            DamagedFileError: exiftool ended or answered what is not JSON.
            FileLimitError: it answered more than is kept.
        """
        words = ["-j", "-G1", "-struct", "-api", "largefilesupport=1", "--System:all"]
        words += ["--ExifTool:ExifToolVersion", str(name), "-execute"]
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise DamagedFileError("exiftool did not start.")
        try:
            stdin.write(("\n".join(words) + "\n").encode("utf-8"))
            stdin.flush()
        except OSError as error:
            raise DamagedFileError("exiftool ended.") from error
        answer = bytearray()
        while not answer.endswith(_READY):
            line = stdout.readline(MAX_OUTPUT)
            if not line:
                raise DamagedFileError("exiftool ended before it had answered.")
            answer += line
            if len(answer) > MAX_OUTPUT:
                raise FileLimitError("exiftool answered more than is kept.")
        text = bytes(answer[: -len(_READY)]).strip()
        if not text:
            return {}
        try:
            tags = json.loads(text.decode("utf-8", "replace"))
        except ValueError as error:
            raise DamagedFileError("What exiftool answered is not JSON.") from error
        return dict(tags[0]) if tags else {}

    def is_running(self) -> bool:
        """Whether it can take another file."""
        return self._process.poll() is None

    def close(self) -> None:
        """End it."""
        with self._process:  # closes its pipes and waits
            self._process.kill()
