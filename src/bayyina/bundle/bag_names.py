"""Names of files in bags: what a manifest may name, and which file of the folder it means.

RFC 8493, sections 2.1.3 and 5: a path is relative, stays in the bag, and has CR, LF and the
percent sign written as ``%0D``, ``%0A`` and ``%25``. A bag may come from anybody: nothing that
leads outside is ever opened.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from bayyina.errors import InputError

MAX_NAME = 4_096
"""Characters that a path in a bag may have."""

SYSTEM_FILES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
"""Files that file managers make and copying programs leave out, in small letters."""

_DRIVE = re.compile(r"[A-Za-z]:")
_CODED = re.compile(r"%(0A|0D|25)", re.IGNORECASE)


class UnsafeNameError(InputError):
    """A bag names a file that may lie outside it."""

    code = "unsafe-name"


def decoded(name: str) -> str:
    """A path of a manifest with CR, LF and the percent sign put back."""
    return _CODED.sub(lambda match: chr(int(match.group(1), 16)), name)


def encoded(name: str) -> str:
    """A path as a manifest writes it."""
    return name.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def safe_path(name: str) -> str:
    """The path that a manifest or a fetch file names, without a leading ``./``.

    Raises:
        UnsafeNameError: it is absolute, leads upwards, names a home folder, a drive or a
            network share, or holds what no file name holds.
    """
    path = name
    while path.startswith("./"):
        path = path[2:]
    parts = path.replace("\\", "/").split("/")
    if (
        not path
        or len(path) > MAX_NAME
        or "\0" in path
        or path.startswith(("/", "\\", "~"))
        or _DRIVE.match(path)
        or any(part in ("", ".", "..") for part in parts)
    ):
        raise UnsafeNameError(
            f"A path leads outside the bag or is none: {shown(name)}.",
            hint="Nothing outside a bag is ever opened.",
        )
    return path


def shown(name: str) -> str:
    """A name as it can be printed: control characters and halves of characters written out."""
    short = name if len(name) <= 200 else name[:200] + "…"
    text = short.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text
    )


class NameBook:
    """Finds the file that a path means, also where letters or accents are written otherwise."""

    def __init__(self, names: Iterable[str]) -> None:
        """``names`` are the files that are there, relative, with forward slashes."""
        self.names = frozenset(names)
        self._alike: dict[str, list[str]] = {}
        for name in self.names:
            self._alike.setdefault(_folded(name), []).append(name)

    def find(self, path: str) -> tuple[str | None, str]:
        """The file that ``path`` means, and a warning where it is not written like the path."""
        if path in self.names:
            return path, ""
        plain = decoded(path)
        if plain in self.names:
            return plain, ""
        alike = self._alike.get(_folded(plain), [])
        if len(alike) == 1:
            why = "the file's name differs from the manifest's in accents or capital letters"
            return alike[0], f"{shown(path)}: {why}"
        return None, ""


def clashes(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of different names that some file systems hold to be one."""
    first: dict[str, str] = {}
    found = []
    for name in sorted(set(names)):
        other = first.setdefault(_folded(name), name)
        if other != name:
            found.append((other, name))
    return found


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
