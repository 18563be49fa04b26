"""What is missing on this machine, and what about it is unsafe. Nothing is changed."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from bayyina.app.doctor_words import JOBS, KIND_MACHINE, KIND_SAFETY, WORDS
from bayyina.app.own_files import MARKER
from bayyina.vault.private_folders import plain_folders

NEEDED: Final = (
    "django",
    "duckdb",
    "pyarrow",
    "cryptography",
    "python_calamine",
    "typst",
    "vl_convert",
)
"""Libraries that jobs rest on."""

EXTRAS: Final = {
    "psycopg": "postgres",
    "rasterio": "imagery",
    "PIL": "media",
    "pikepdf": "media",
    "c2pa": "media",
    "obstore": "s3",
}
"""Libraries of extras, and the extra that brings each."""

PROGRAMS: Final = {
    "exiftool": "libimage-exiftool-perl",
    "ffprobe": "ffmpeg",
    "tesseract": "tesseract-ocr",
    "openssl": "openssl",
    "prlimit": "util-linux",
}
"""Programs that some jobs use, and Debian's packages of them."""

WORKSPACE: Final = "workspace"
"""What the finding about the workspace's folder is about."""

FREE_SPACE: Final = 2 * 1024**3
"""Bytes of free space below which a large import may fail."""

OLDEST_SQLITE: Final = (3, 35, 0)
"""First SQLite with all that the store uses."""

MOUNTS: Final = Path("/proc/self/mountinfo")
"""Where Linux tells on which device a folder lies."""

DEVICES: Final = Path("/sys/dev/block")
"""Where Linux tells what a device is."""


class Examination(NamedTuple):
    """One thing that was looked at."""

    what: str
    """The thing."""

    ok: bool
    """Whether it is as it should be."""

    optional: bool
    """Whether everything else works without it."""

    detail: str
    """What was found, or what to do."""

    kind: str
    """``machine``: about what is installed; ``safety``: about what is unsafe."""

    what_ar: str
    """The thing, in Arabic."""

    detail_ar: str
    """What was found, in Arabic."""

    def said(self, lang: str) -> tuple[str, str]:
        """The thing and what was found, in a language (``en`` or ``ar``)."""
        return (self.what_ar, self.detail_ar) if lang == "ar" else (self.what, self.detail)


def finding(
    code: str, *, ok: bool, optional: bool, kind: str = KIND_MACHINE, **values: Any
) -> Examination:
    """A finding in both languages."""
    said = WORDS[code]
    return Examination(
        said.what.format(**values),
        ok,
        optional,
        said.detail.format(**values),
        kind,
        said.what_ar.format(**values),
        said.detail_ar.format(**values),
    )


def unsafe(code: str, *, ok: bool = False, **values: Any) -> Examination:
    """A finding about safety; nothing stops for it."""
    return finding(code, ok=ok, optional=True, kind=KIND_SAFETY, **values)


def examine(folder: Path) -> list[Examination]:
    """Look at Python, the libraries, SQLite, the disk and the workspace folder."""
    found = [
        finding(
            "python", ok=sys.version_info >= (3, 11), optional=False, version=sys.version.split()[0]
        ),
        finding(
            "sqlite",
            ok=sqlite3.sqlite_version_info >= OLDEST_SQLITE,
            optional=False,
            version=sqlite3.sqlite_version,
        ),
    ]
    found += [_library(name, optional=False) for name in NEEDED]
    found += [_library(name, optional=True) for name in EXTRAS]
    found += [_program(name, package) for name, package in PROGRAMS.items()]
    found += [_space(folder), _workspace(folder)]
    if (folder / MARKER).is_file():
        found += [_rights(folder), _encryption(folder), _in_memory(folder)]
    if os.environ.get("BAYYINA_PASSPHRASE"):
        found.append(unsafe("passphrase-in-environment"))
    return found


def examine_server(*, debug: bool, https: bool, hosts: Sequence[str]) -> Examination:
    """Look at how a server is set up.

    Args:
        debug: Whether it shows details of errors.
        https: Whether a proxy before it speaks TLS.
        hosts: Names that it answers to.
    """
    if debug:
        return unsafe("debug")
    own = {"127.0.0.1", "localhost", "[::1]", "testserver"}
    elsewhere = [host for host in hosts if host not in own]
    shown = ", ".join(elsewhere or hosts)
    if elsewhere and not https:
        return unsafe("server-open", hosts=shown)
    return unsafe("server", ok=True, hosts=shown)


def _library(name: str, *, optional: bool) -> Examination:
    present = importlib.util.find_spec(name) is not None
    package = f"bayyina[{EXTRAS[name]}]" if name in EXTRAS else "bayyina"
    job, job_ar = JOBS[name]
    code = "library" if present else "library-missing"
    return finding(
        code, ok=present, optional=optional, name=name, job=job, job_ar=job_ar, package=package
    )


def _program(name: str, package: str) -> Examination:
    """A program that some jobs use; without it they say so."""
    present = shutil.which(name) is not None
    job, job_ar = JOBS[name]
    code = "library" if present else "program-missing"
    return finding(
        code, ok=present, optional=True, name=name, job=job, job_ar=job_ar, package=package
    )


def _space(folder: Path) -> Examination:
    place = next((path for path in (folder, *folder.resolve().parents) if path.exists()), None)
    if place is None:
        return finding("disk-unknown", ok=False, optional=False, folder=folder)
    free = shutil.disk_usage(place).free
    return finding("disk", ok=free >= FREE_SPACE, optional=False, free=f"{free / 1024**3:.1f}")


def _workspace(folder: Path) -> Examination:
    present = (folder / MARKER).is_file()
    code = "workspace" if present else "no-workspace"
    return finding(code, ok=present, optional=True, folder=folder)


def _rights(folder: Path) -> Examination:
    """Whether others on this computer could read the workspace."""
    if os.name != "posix":
        return unsafe("rights-unknown", ok=True)
    if not _is_open(folder):
        return unsafe("rights", ok=True)
    # Whoever may enter the folder may read what lies open in it, and any key file by its name.
    path = next((path for path in _within(folder) if _is_open(path)), folder)
    return unsafe("rights-open", path=path, folder=folder)


def _is_open(path: Path) -> bool:
    """Whether others than the owner have any right to it."""
    try:
        return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
    except OSError:
        return False


def _within(folder: Path) -> Iterator[Path]:
    """Files that tell most, then everything at the top of the folder."""
    yield from sorted((folder / "people").glob("*"))
    try:
        yield from sorted(folder.iterdir())
    except OSError:
        return


def _in_memory(folder: Path) -> Examination:
    """Whether something lies in plain in memory that nobody is using any more."""
    try:
        found = plain_folders(folder)
    except OSError as error:
        return unsafe("memory-unknown", reason=error.strerror or "OSError")
    if found.abandoned:
        return unsafe("memory-left", left=found.abandoned, others=found.others)
    return unsafe("memory", ok=True, own=found.own, others=found.others)


def _encryption(folder: Path) -> Examination:
    """Whether the disk is encrypted, as far as the system tells."""
    if not MOUNTS.is_file():
        return unsafe("disk-not-told")
    device = encrypted_device(folder.resolve(), MOUNTS.read_text(encoding="utf-8"), DEVICES)
    if device is None:
        return unsafe("disk-plain")
    return unsafe("disk-encrypted", ok=True, device=device)


def encrypted_device(folder: Path, mounts: str, devices: Path) -> str | None:
    """The encrypted device that a folder lies on; None if none is found.

    Found are dm-crypt (LUKS) at any depth below the file system, and file systems that encrypt
    by themselves (ecryptfs, gocryptfs, encfs, cryfs). What a disk does inside is not seen, nor
    encryption of single folders by ext4, f2fs, ZFS or Btrfs.

    Args:
        folder: The folder, resolved.
        mounts: Content of ``/proc/self/mountinfo``.
        devices: ``/sys/dev/block``.
    """
    best: tuple[int, str, str, str] | None = None
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 10 or "-" not in fields:
            continue
        point = fields[4].encode().decode("unicode_escape")
        kind, source = fields[fields.index("-") + 1], fields[fields.index("-") + 2]
        if folder.is_relative_to(point) and (best is None or len(point) >= best[0]):
            best = (len(point), fields[2], kind, source)
    if best is None:
        return None
    _, number, kind, source = best
    if any(name in f"{kind} {source}" for name in ("ecryptfs", "gocryptfs", "encfs", "cryfs")):
        return kind
    return _crypt_below(devices / number)


def _crypt_below(device: Path, depth: int = 0) -> str | None:
    """The name of a dm-crypt device among a device and those that it lies on."""
    try:
        uuid = (device / "dm" / "uuid").read_text(encoding="ascii").strip()
        if uuid.startswith("CRYPT-"):
            return (device / "dm" / "name").read_text(encoding="utf-8").strip()
    except OSError:
        pass
    if depth > 8 or not (device / "slaves").is_dir():
        return None
    below = (_crypt_below(one, depth + 1) for one in sorted((device / "slaves").iterdir()))
    return next((name for name in below if name is not None), None)
