"""Looking into files: what ``media inspect`` gives for each, whatever the file is."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

from bayyina.errors import BayyinaError
from bayyina.media.indicators import indicators_of
from bayyina.media.limits import DEFAULT, Limits
from bayyina.media.plain_data import plain, plain_text
from bayyina.media.results import (
    CRASHED,
    DAMAGED,
    EMPTY,
    MISSING,
    NOT_A_FILE,
    OK,
    TIMED_OUT,
    TOO_LARGE,
    UNREADABLE,
    FileReport,
)
from bayyina.media.sandbox import Fault, Look, Sandbox

LIBRARIES: Final = ("c2pa", "magic", "numpy", "pikepdf", "PIL")
PIECE: Final = 1 << 20
LINK: Final = "It is a link in a folder, and is not followed; name it to look at what it leads to."
UNLISTED: Final = "The system does not let the folder be listed."
_WORST: Final = (CRASHED, TIMED_OUT, TOO_LARGE, DAMAGED)
_NOT_METADATA: Final = frozenset({"types", "pdq", "video_pdq"})


class MediaExtraMissingError(BayyinaError):
    """The libraries that read foreign files are not installed."""

    code = "media-extra-missing"


def require_libraries() -> None:
    """Say plainly what is missing, before anything is looked into.

    Raises:
        MediaExtraMissingError: a library of the extra ``media`` is absent.
    """
    absent = [name for name in LIBRARIES if find_spec(name) is None]
    if absent:
        raise MediaExtraMissingError(
            f"Looking into files needs libraries that are not installed: {', '.join(absent)}.",
            hint="Install them with: pip install 'bayyina[media]'",
        )


def shown_path(path: Path) -> str:
    """The path as text, with what no text can hold written as escapes."""
    return plain_text(str(path), 4_096)


class Found(NamedTuple):
    """Something that lies in a folder, or was named itself."""

    path: Path
    """Where."""

    outcome: str = ""
    """A word of ``results.OUTCOMES`` where it is not looked into; otherwise empty."""

    detail: str = ""
    """Why it is not."""


def files_below(paths: Iterable[Path]) -> Iterator[Found]:
    """The paths, a folder replaced by what lies in it at any depth, in order of name.

    Links in a folder are not followed, whatever they lead to, so that nothing outside is read
    and no circle has no end. Links and folders that cannot be listed are told, with the reason.
    An empty folder stands for itself.
    """
    for path in paths:
        if path.is_dir():
            yield from sorted(_inside(path)) or [Found(path)]
        else:
            yield Found(path)


def _inside(root: Path) -> list[Found]:
    found: list[Found] = []

    def failed(error: OSError) -> None:
        found.append(Found(Path(error.filename), UNREADABLE, UNLISTED))

    for folder, folders, names in os.walk(root, followlinks=False, onerror=failed):
        here = Path(folder)
        found += [Found(here / name, NOT_A_FILE, LINK) for name in folders if _is_link(here / name)]
        for name in names:
            is_link = _is_link(here / name)
            found.append(Found(here / name, NOT_A_FILE, LINK) if is_link else Found(here / name))
    return found


def _is_link(path: Path) -> bool:
    """Whether there is a link; none can be told where the system finds the path too long."""
    try:
        return path.is_symlink()
    except (OSError, ValueError):
        return False


def inspect_files(
    paths: Iterable[Path | Found], *, wanted: str = "inspect", limits: Limits = DEFAULT
) -> Iterator[FileReport]:
    """A report on each of the files, in order; a file's faults stop nothing.

    Raises:
        MediaExtraMissingError: a library of the extra ``media`` is absent.
        SandboxError: the process that reads foreign files cannot be started.
    """
    require_libraries()
    with Sandbox(limits) as sandbox:
        for one in paths:
            found = Found(one) if isinstance(one, Path) else one
            if found.outcome:
                shown = shown_path(found.path)
                yield FileReport(shown, None, None, found.outcome, found.detail)
            else:
                yield inspect_file(found.path, sandbox, wanted=wanted)


def inspect_file(path: Path, sandbox: Sandbox, *, wanted: str = "inspect") -> FileReport:
    """A report on one file."""
    shown = shown_path(path)
    refused = _refusal(path)
    if refused:
        outcome, detail = refused
        return FileReport(shown, None, None, outcome, detail)
    began = time.monotonic()
    limits = sandbox.limits
    digest, faults = _digest(path, _digest_seconds(path, limits))
    if digest is None and faults[0].outcome == UNREADABLE:
        return FileReport(shown, None, None, UNREADABLE, faults[0].sentence)
    left = limits.file_seconds - (time.monotonic() - began)
    look = sandbox.look(path.absolute(), wanted=wanted, seconds=max(left, limits.least_seconds))
    faults.extend(look.faults)
    return _report(shown, path, digest, look, faults)


def _refusal(path: Path) -> tuple[str, str] | None:
    """Why a path is not read at all; None when it is a file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        if _is_link(path):
            return NOT_A_FILE, "It is a link that leads nowhere."
        return MISSING, "There is nothing of that name."
    except (OSError, ValueError):
        if _is_link(path):
            return NOT_A_FILE, "It is a link that leads nowhere."
        return UNREADABLE, "The system does not let it be looked at."
    if stat.S_ISREG(status.st_mode):
        return None
    kinds = (
        (stat.S_ISDIR, "an empty folder"),
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    )
    name = next((word for test, word in kinds if test(status.st_mode)), "no file")
    return NOT_A_FILE, f"It is {name}, not a file; it was not opened."


def _digest_seconds(path: Path, limits: Limits) -> float:
    """How long the digest may take: by the bytes on the disk, so that holes give no time."""
    status = path.stat()
    stored = min(status.st_size, getattr(status, "st_blocks", status.st_size) * 512)
    return max(limits.digest_seconds, stored / limits.slowest_disk)


def _digest(path: Path, seconds: float) -> tuple[str | None, list[Fault]]:
    """The file's SHA-256, within so many seconds."""
    digest = hashlib.sha256()
    ends_at = time.monotonic() + seconds
    try:
        with open(path, "rb", buffering=0, opener=_at_once) as file:
            while (piece := file.read(PIECE)) != b"":
                if piece is None:
                    return None, [Fault("sha256", UNREADABLE, "It has nothing to be read yet.")]
                digest.update(piece)
                if time.monotonic() > ends_at:
                    sentence = f"Its digest was not done after {seconds:.0f} seconds."
                    return None, [Fault("sha256", TOO_LARGE, sentence)]
    except (OSError, ValueError):
        return None, [Fault("sha256", UNREADABLE, "The system does not let it be read.")]
    return digest.hexdigest(), []


def _at_once(path: str, flags: int) -> int:
    """Open a file so that reading from it never waits for somebody to write to it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def _report(
    shown: str, path: Path, digest: str | None, look: Look, faults: list[Fault]
) -> FileReport:
    facts = look.facts
    types = _mapping(facts.get("types"))
    outcome = next((word for word in _WORST if any(f.outcome == word for f in faults)), OK)
    detail = " ".join(dict.fromkeys(fault.sentence for fault in faults))
    report = FileReport(
        path=shown,
        sha256=digest,
        type=types.get("best"),
        outcome=outcome,
        detail=plain_text(detail, 2_000),
        types_by_tool={name: types.get(name) for name in ("libmagic", "structure", "extension")},
        metadata=plain(
            {name: v for name, v in facts.items() if name not in _NOT_METADATA and v is not None}
        ),
        hashes=_hashes(digest, facts),
        indicators=indicators_of(facts, digest or "", datetime.now(UTC)),
    )
    if outcome == OK and path.stat().st_size == 0:
        return replace(report, outcome=EMPTY, detail="It has no bytes.")
    return report


def _hashes(digest: str | None, facts: Mapping[str, Any]) -> dict[str, Any]:
    hashes: dict[str, Any] = {"sha256": digest}
    picture = _mapping(facts.get("pdq"))
    if picture:
        hashes["pdq"] = picture.get("pdq")
        hashes["pdq_quality"] = picture.get("quality")
        hashes["pdq_dihedral"] = picture.get("dihedral")
    video = _mapping(facts.get("video_pdq"))
    if video:
        hashes["pdq_seconds"] = video.get("frames")
    return hashes


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
