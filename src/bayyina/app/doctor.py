"""What is missing on this machine, and how to install it. Nothing is changed."""

from __future__ import annotations

import importlib.util
import shutil
import sqlite3
import sys
from pathlib import Path
from typing import NamedTuple

NEEDED = {
    "django": "the tables of a workspace",
    "duckdb": "figures",
    "pyarrow": "figures",
    "cryptography": "keys and the custody log",
    "python_calamine": "reading XLSX and ODS",
    "typst": "PDF reports",
    "vl_convert": "charts",
}
"""Libraries that jobs rest on, and the job."""

OPTIONAL = {
    "psycopg": "keeping a workspace in PostgreSQL",
    "rasterio": "reading satellite scenes",
    "PIL": "looking into pictures and finding those that look alike",
    "pikepdf": "looking into PDF files",
    "c2pa": "reading statements of provenance in pictures",
    "obstore": "keeping evidence in object storage",
}
"""Libraries of extras."""

EXTRAS = {
    "psycopg": "postgres",
    "rasterio": "imagery",
    "PIL": "media",
    "pikepdf": "media",
    "c2pa": "media",
    "obstore": "s3",
}
"""The extra that brings a library."""

PROGRAMS = {
    "exiftool": ("all metadata of a file", "libimage-exiftool-perl"),
    "ffprobe": ("looking into videos and sound", "ffmpeg"),
    "tesseract": ("reading scans by machine, as a lead", "tesseract-ocr"),
    "openssl": ("checking time-stamps", "openssl"),
    "prlimit": ("limiting the memory of readers of foreign files", "util-linux"),
}
"""Programs that some jobs use, and Debian's packages of them."""

WORKSPACE = "workspace"
"""What the finding about the workspace's folder is about."""

FREE_SPACE = 2 * 1024**3
"""Bytes of free space below which a large import may fail."""

OLDEST_SQLITE = (3, 35, 0)
"""First SQLite with all that the store uses."""


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


def examine(folder: Path) -> list[Examination]:
    """Look at Python, the libraries, SQLite, the disk and the workspace folder."""
    found = [
        Examination("Python", sys.version_info >= (3, 11), False, sys.version.split()[0]),
        Examination(
            "SQLite",
            sqlite3.sqlite_version_info >= OLDEST_SQLITE,
            False,
            sqlite3.sqlite_version,
        ),
    ]
    found += [_library(name, use, optional=False) for name, use in NEEDED.items()]
    found += [_library(name, use, optional=True) for name, use in OPTIONAL.items()]
    found += [_program(name, *use) for name, use in PROGRAMS.items()]
    found += [_space(folder), _workspace(folder)]
    return found


def _library(name: str, use: str, *, optional: bool) -> Examination:
    present = importlib.util.find_spec(name) is not None
    package = f"bayyina[{EXTRAS[name]}]" if name in EXTRAS else "bayyina"
    need = "for" if optional else "needed for"
    detail = f"for {use}" if present else f'{need} {use}: pip install "{package}"'
    return Examination(name, present, optional, detail)


def _program(name: str, use: str, package: str) -> Examination:
    """A program that some jobs use; without it they say so."""
    present = shutil.which(name) is not None
    detail = f"for {use}" if present else f"for {use}: on Debian, apt-get install {package}"
    return Examination(name, present, True, detail)


def _space(folder: Path) -> Examination:
    place = next((path for path in (folder, *folder.resolve().parents) if path.exists()), None)
    if place is None:
        return Examination("disk", False, False, f"{folder} cannot be looked at")
    free = shutil.disk_usage(place).free
    return Examination(
        "disk", free >= FREE_SPACE, False, f"{free / 1024**3:.1f} GiB free for the workspace"
    )


def _workspace(folder: Path) -> Examination:
    if (folder / "workspace.json").is_file():
        return Examination(WORKSPACE, True, True, str(folder))
    return Examination(
        WORKSPACE, False, True, f"{folder} is none; make one with: bayyina init {folder}"
    )
