"""Making a redacted copy of a file: in a child process, checked by another, kept only if it passed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final, NoReturn

from bayyina import __version__
from bayyina.errors import FileUnreadableError, InputError, StorageError
from bayyina.media.inspecting import require_libraries
from bayyina.media.limits import MIB, limited
from bayyina.media.redaction.leads import Lead
from bayyina.media.redaction.results import (
    Redaction,
    RedactionCheckError,
    RedactionRefusedError,
)
from bayyina.media.sandbox import SandboxError, clean_environment, without_network
from bayyina.media.tools import EXIFTOOL, FFMPEG, found
from bayyina.standards.file_reading import read_text
from bayyina.standards.redaction_plan import RedactionPlan, read_plan_text
from bayyina.vault.private_folders import private_folder

TOOL: Final = "bayyina redact"
"""What makes copies."""

_ASKED: Final = {FFMPEG: "-version", "pdftoppm": "-v", EXIFTOOL: "-ver"}


@dataclass(frozen=True)
class RedactionLimits:
    """What making one copy may cost."""

    memory: int = 1_900 * MIB
    """Bytes of address space of the child."""

    written: int = 8 << 30
    """Bytes of the largest file that it may write."""

    seconds: float = 3_600.0
    """Seconds of the clock for making, and as many for checking."""


DEFAULT: Final = RedactionLimits()


def redact_file(
    path: Path, plan_file: Path, out: Path, *, ending: str = "", limits: RedactionLimits = DEFAULT
) -> Redaction:
    """Write a copy of a file in which what a plan names cannot be read.

    Args:
        path: The file, which is only read.
        plan_file: The plan.
        out: Where the copy goes; nothing may be there. Its folder holds the unfinished copy.
        ending: Ending of the file's name without the dot, where ``path`` has another.
        limits: What it may cost.

    Raises:
        MediaExtraMissingError: a library of the extra ``media`` is absent.
        SmallFileError: the plan is wrong.
        RedactionRefusedError: the plan cannot be carried out on this file.
        RedactionCheckError: the copy did not pass its check; nothing is left of it.
        InputError: a file is absent, or something is there already.
        StorageError: the disk refused.
    """
    require_libraries()
    text = read_text(plan_file)
    plan = read_plan_text(text, str(plan_file))
    _check_places(path, out)
    digest = _digest(path)
    if plan.sha256 and plan.sha256 != digest:
        raise RedactionRefusedError(
            f"The plan is for another file: {path} has the SHA-256 {digest}.",
            hint="Look where the regions lie in this file, and write its digest into the plan.",
        )
    folder = _folder_beside(out)
    try:
        unfinished = folder / "copy"
        job: dict[str, Any] = {
            "do": "make",
            "path": str(path.absolute()),
            "plan": text,
            "plan_name": str(plan_file),
            "out": str(unfinished.absolute()),
            "ending": (ending or path.suffix.removeprefix(".")).lower(),
            "seconds": limits.seconds,
        }
        made = _ask(job, folder, limits)["made"]
        checks = _ask({**job, "do": "check", "made": made}, folder, limits)["checks"]
        if _digest(path) != digest:
            raise RedactionRefusedError(f"{path} changed meanwhile.", hint="Nothing was written.")
        copy_digest, size = _digest(unfinished), unfinished.stat().st_size
        _keep(unfinished, out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Redaction(
        sha256=digest,
        copy_sha256=copy_digest,
        size=size,
        media_type=str(made["media_type"]),
        plan_sha256=hashlib.sha256(plan_file.read_bytes()).hexdigest(),
        places=_places(plan, made),
        left_out=dict(made["left_out"]),
        checks=tuple(checks),
        tools=dict(tool_versions()),
    )


def words_in_picture(
    path: Path, texts: Sequence[str], *, languages: str = "ara+eng", seconds: float = 120.0
) -> tuple[Lead, ...]:
    """Places in a picture where a machine reads given texts: leads, in order of the texts.

    Raises:
        MediaExtraMissingError: a library of the extra ``media`` is absent.
        RedactionRefusedError: it is no picture, or tesseract or a language is missing.
        FileUnreadableError: there is no such file.
    """
    require_libraries()
    if not path.is_file():
        raise FileUnreadableError(f"There is no file {path}.", hint="Check the path.")
    limits = RedactionLimits(seconds=seconds)
    with private_folder() as folder:
        job = {
            "do": "leads",
            "path": str(path.absolute()),
            "texts": list(texts),
            "languages": languages,
            "seconds": seconds,
        }
        said = _ask(job, folder, limits)
    return tuple(Lead(which, tuple(box), agreement) for which, box, agreement in said["leads"])


def what_it_tells(path: Path) -> tuple[str, ...]:
    """Where a file that was made elsewhere says something of people, places, devices and times.

    Raises:
        MediaExtraMissingError: a library of the extra ``media`` is absent.
        RedactionRefusedError: nobody can know, because exiftool is missing or fails.
    """
    require_libraries()
    with private_folder() as folder:
        said = _ask(
            {"do": "tells", "path": str(path.absolute())}, folder, RedactionLimits(seconds=60)
        )
    return tuple(str(one) for one in said["tells"])


def _places(plan: RedactionPlan, made: Mapping[str, Any]) -> tuple[tuple[str, str, int, int], ...]:
    return tuple(
        (type(one).__name__.lower(), one.reason, one.line, int(done))
        for one, done in zip(plan.entries, made["done"] or [0] * len(plan.entries), strict=True)
    )


def _check_places(path: Path, out: Path) -> None:
    if not path.is_file():
        raise FileUnreadableError(f"There is no file {path}.", hint="Check the path.")
    if out.exists() or out.is_symlink():
        raise InputError(f"{out} is there already.", hint="Choose another name.")
    if not out.absolute().parent.is_dir():
        raise InputError(f"There is no folder {out.absolute().parent}.", hint="Make it first.")


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileUnreadableError(f"{path} cannot be read: {error.strerror}.", hint="") from error


def _folder_beside(out: Path) -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.absolute().parent))
    except OSError as error:
        raise _refused(out, error) from error


def _keep(unfinished: Path, out: Path) -> None:
    """Move the finished copy to its place, unless something came there meanwhile."""
    try:
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.chmod(0o600)
        os.link(unfinished, out)
    except FileExistsError as error:
        raise InputError(f"{out} is there already.", hint="Choose another name.") from error
    except OSError:
        try:
            unfinished.replace(out)  # a file system without links
        except OSError as error:
            raise _refused(out, error) from error


def _refused(out: Path, error: OSError) -> StorageError:
    return StorageError(f"{out} cannot be written: {error.strerror}.", hint="Nothing was kept.")


def _ask(job: Mapping[str, Any], folder: Path, limits: RedactionLimits) -> dict[str, Any]:
    """Let a child do a job.

    Raises:
        RedactionRefusedError: it refused, or ended by a fault.
        RedactionCheckError: the copy did not pass.
    """
    work = Path(tempfile.mkdtemp(prefix="work-", dir=folder))
    command = [sys.executable, "-P", "-s", "-m", "bayyina.media.redaction.worker"]
    command = limited(command, memory=limits.memory, written=limits.written)
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell
            [*without_network(), *command],
            input=json.dumps(job).encode("ascii"),
            capture_output=True,
            cwd=work,
            env=clean_environment(work),
            timeout=limits.seconds + 60,
            check=False,
        )
    except subprocess.TimeoutExpired:
        _fault("took longer than its time")
    except OSError as error:
        raise SandboxError(
            "The process that opens foreign files does not start.", hint="Free some memory."
        ) from error
    try:
        said: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        _fault("ended by a fault")
    if "failed" in said:
        raise RedactionCheckError(said["failed"][0], hint=said["failed"][1])
    if "refused" in said:
        message, hint, code = said["refused"]
        raise RedactionRefusedError(message, hint=hint, code=code)
    return said


def _fault(what: str) -> NoReturn:
    raise RedactionRefusedError(
        f"The program that opens such files {what}.", hint="Nothing was written; convert it first."
    )


@lru_cache(maxsize=1)
def tool_versions() -> tuple[tuple[str, str], ...]:
    """Programs and libraries that make copies, with their versions."""
    made = {"bayyina": __version__}
    for name in ("pillow", "pikepdf", "openpyxl"):
        try:
            made[name] = version(name)
        except PackageNotFoundError:
            continue
    for name, option in _ASKED.items():
        program = found(name)
        if program is None:
            continue
        done = subprocess.run(  # noqa: S603 - fixed words
            [program, option], capture_output=True, timeout=30, check=False
        )
        lines = (done.stdout or done.stderr).decode("utf-8", "replace").splitlines()
        words = [word for word in (lines[0] if lines else "").split() if word[:1].isdigit()]
        made[name] = words[0] if words else ""
    return tuple(made.items())
