"""The tag files of a bag (RFC 8493): declaration, manifests, bag-info, fetch.

Read are the versions 0.93 to 0.97, which were never more than drafts, and 1.0. Each reading
gives what stands there, what is wrong with it, and what is only unusual.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bayyina.bundle.bag_names import UnsafeNameError, safe_path, shown
from bayyina.bundle.digests import ALGORITHMS
from bayyina.custody.findings import DAMAGED, EDITED, NOT_CHECKED, Finding

VERSIONS: Final = ("0.93", "0.94", "0.95", "0.96", "0.97", "1.0")
"""Versions of BagIt that are known."""

MOST_TAG_BYTES: Final = 256 << 20
"""Bytes that a manifest may have: more than a million files are named in so many."""

MOST_DECLARATION_BYTES: Final = 4_096
"""Bytes that ``bagit.txt`` may have."""

MANIFEST: Final = re.compile(r"(tag)?manifest-([A-Za-z0-9_-]+)\.txt")
"""Name of a manifest's file."""

_ENCODINGS = re.compile(
    r"(?:utf[-_]?(?:8|16|32)(?:[-_]?[bl]e)?|(?:us[-_]?)?ascii|latin[-_]?\d+|l\d+|iso[-_]?8859[-_]\d+"
    r"|cp\d+|windows[-_]\d+|koi8[-_][rut]|mac[-_]?\w+|gb\w+|big5\w*|euc[-_]?\w+|shift[-_]?jis\w*)",
    re.IGNORECASE,
)
_LINE_END = re.compile(r"\r\n|\n|\r")
_ENTRY = re.compile(r"([0-9A-Fa-f]+)[ \t]+(\*?)(.+)")
_STRICT = re.compile(r"BagIt-Version: (\d+\.\d+)")
_LOOSE = re.compile(r"BagIt-Version\s*:\s*(\d+\.\d+)\s*", re.IGNORECASE)
_STRICT_ENCODING = re.compile(r"Tag-File-Character-Encoding: (\S+)")
_LOOSE_ENCODING = re.compile(r"Tag-File-Character-Encoding\s*:\s*(\S+)\s*", re.IGNORECASE)
_OXUM = re.compile(r"(\d{1,19})\.(\d{1,19})")


@dataclass(frozen=True)
class Declaration:
    """What ``bagit.txt`` says."""

    version: str
    """Version of BagIt; empty if it cannot be told."""

    encoding: str
    """Encoding of the other tag files; empty if it cannot be told."""

    faults: tuple[Finding, ...]
    """What is wrong with it."""

    @property
    def is_strict(self) -> bool:
        """Whether the rules of the standard hold, which the drafts did not have."""
        return self.version not in VERSIONS[:-1]


@dataclass
class Manifest:
    """One manifest."""

    name: str
    """Its file's name."""

    algorithm: str
    """As the file's name states it, in small letters without hyphens."""

    is_tag: bool
    """Whether it lists tag files."""

    digests: dict[str, str] = field(default_factory=dict)
    """Digest (hex, small letters) by path as written, without a leading ``./``."""

    faults: list[Finding] = field(default_factory=list)
    """Lines that cannot stand in a manifest."""

    warnings: list[str] = field(default_factory=list)
    """What is unusual."""


def read_declaration(folder: Path, *, is_there: bool) -> Declaration:
    """Read ``bagit.txt``: exactly two lines in UTF-8 without a byte order mark."""
    if not is_there:
        return Declaration("", "", (_wrong("bagit.txt", "there is none", DAMAGED),))
    try:
        data = _bytes(folder / "bagit.txt", MOST_DECLARATION_BYTES)
    except OSError as error:
        return Declaration("", "", (_wrong("bagit.txt", error.strerror or "unreadable", DAMAGED),))
    faults = []
    if data.startswith(codecs.BOM_UTF8):
        faults.append(_wrong("bagit.txt", "it begins with a byte order mark"))
        data = data.removeprefix(codecs.BOM_UTF8)
    lines = _LINE_END.split(data.decode("utf-8", "replace"))
    if lines and lines[-1] == "":
        lines.pop()
    if len(lines) != 2:
        faults.append(_wrong("bagit.txt", f"it has {len(lines)} lines and not two"))
    lines += ["", ""]
    version, encoding = _LOOSE.fullmatch(lines[0]), _LOOSE_ENCODING.fullmatch(lines[1])
    number = version.group(1) if version else ""
    if number not in VERSIONS:
        faults.append(_wrong("bagit.txt", "its first line does not state a version that is known"))
    if number == VERSIONS[-1] and not (
        _STRICT.fullmatch(lines[0]) and _STRICT_ENCODING.fullmatch(lines[1])
    ):
        faults.append(_wrong("bagit.txt", "its lines have blanks where none may stand"))
    name = encoding.group(1) if encoding else ""
    if not _ENCODINGS.fullmatch(name) or not _is_known(name):
        faults.append(_wrong("bagit.txt", "its second line does not state a known encoding"))
        name = ""
    return Declaration(number, name, tuple(faults))


def read_manifest(folder: Path, name: str, declaration: Declaration) -> Manifest:
    """Read a manifest; lines that name something outside the bag are faults."""
    match = MANIFEST.fullmatch(name)
    is_tag = bool(match and match.group(1))
    algorithm = match.group(2).lower().replace("-", "").replace("_", "") if match else ""
    manifest = Manifest(name, algorithm, is_tag)
    if algorithm not in ALGORITHMS:
        manifest.faults.append(_wrong(name, "its algorithm is not known here", NOT_CHECKED))
    try:
        lines = list(_lines(folder / name, declaration))
    except (OSError, UnicodeError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not text in the encoding of bagit.txt"
        manifest.faults.append(_wrong(name, why, DAMAGED))
        return manifest
    for number, line in enumerate(lines, 1):
        if line.strip():
            _take_line(manifest, number, line, declaration)
        elif declaration.is_strict:
            manifest.warnings.append(f"{name}, line {number}: empty")
    return manifest


def read_info(
    folder: Path, name: str, declaration: Declaration
) -> tuple[list[tuple[str, str]], list[Finding]]:
    """The labels and values of ``bag-info.txt`` (``package-info.txt`` in early drafts)."""
    pairs: list[tuple[str, str]] = []
    faults: list[Finding] = []
    try:
        lines = list(_lines(folder / name, declaration))
    except (OSError, UnicodeError, ValueError):
        return [], [_wrong(name, "it is not text in the encoding of bagit.txt", DAMAGED)]
    for number, line in enumerate(lines, 1):
        if line[:1] in (" ", "\t") and pairs and line.strip():
            label, value = pairs[-1]
            pairs[-1] = (label, f"{value} {line.strip()}")
        elif line.strip():
            label, colon, value = line.partition(":")
            if not colon or not label.strip():
                faults.append(_wrong(name, f"line {number} is not a label and a value"))
            pairs.append((label.strip(), value.strip()))
    return pairs, faults


def read_oxum(pairs: list[tuple[str, str]]) -> tuple[list[tuple[int, int]], bool]:
    """Octets and files that ``Payload-Oxum`` states, and whether each could be read."""
    stated = [value for label, value in pairs if label.lower() == "payload-oxum"]
    matches = [_OXUM.fullmatch(value) for value in stated]
    return [(int(one.group(1)), int(one.group(2))) for one in matches if one], all(matches)


def read_fetch(folder: Path, declaration: Declaration) -> tuple[list[str], list[Finding]]:
    """The paths that ``fetch.txt`` would fill; nothing is ever fetched."""
    paths: list[str] = []
    faults: list[Finding] = []
    try:
        lines = list(_lines(folder / "fetch.txt", declaration))
    except (OSError, UnicodeError, ValueError):
        return [], [_wrong("fetch.txt", "it is not text in the encoding of bagit.txt", DAMAGED)]
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        parts = line.split(None, 2)
        if len(parts) != 3 or not (parts[1] == "-" or parts[1].isdecimal()):
            faults.append(_wrong("fetch.txt", f"line {number} is no address, length and path"))
            continue
        try:
            path = safe_path(parts[2])
        except UnsafeNameError as error:
            faults.append(_wrong("fetch.txt", f"line {number}: {error.message.rstrip('.')}"))
            continue
        if not path.startswith("data/"):
            faults.append(_wrong("fetch.txt", f"line {number} is not about the payload"))
        paths.append(path)
    return paths, faults


def _take_line(manifest: Manifest, number: int, line: str, declaration: Declaration) -> None:
    """Take one line of a manifest."""
    where = f"line {number}"
    match = _ENTRY.fullmatch(line)
    if match is None:
        manifest.faults.append(_wrong(manifest.name, f"{where} is no digest and path"))
        return
    digest, star, name = match.groups()
    if star:
        manifest.warnings.append(f"{manifest.name}, {where}: an asterisk as md5sum writes it")
    try:
        path = safe_path(name)
    except UnsafeNameError as error:
        manifest.faults.append(_wrong(manifest.name, f"{where}: {error.message.rstrip('.')}"))
        return
    if path != name:
        manifest.warnings.append(f"{manifest.name}, {where}: the path begins with ./")
    if path.startswith("data/") == manifest.is_tag:
        manifest.faults.append(
            _wrong(manifest.name, f"{where}: {shown(path)} does not belong in it")
        )
        return
    known = manifest.digests.get(path)
    if known is not None and (declaration.is_strict or known != digest.lower()):
        manifest.faults.append(_wrong(manifest.name, f"{where}: {shown(path)} is listed twice"))
        return
    if known is not None:
        manifest.warnings.append(f"{manifest.name}, {where}: {shown(path)} is listed twice")
    manifest.digests[path] = digest.lower()


def _lines(path: Path, declaration: Declaration) -> Iterator[str]:
    """Lines of a tag file, whatever ends them."""
    text = _bytes(path, MOST_TAG_BYTES).decode(declaration.encoding or "utf-8")
    if (declaration.encoding or "utf-8").lower().replace("_", "-") in ("utf-8", "utf8"):
        text = text.removeprefix("\ufeff")
    lines = _LINE_END.split(text)
    if lines and lines[-1] == "":
        lines.pop()
    return iter(lines)


def _bytes(path: Path, most: int) -> bytes:
    with path.open("rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise OSError(27, "it is too long")
    return data


def _is_known(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def _wrong(name: str, why: str, change: str = EDITED) -> Finding:
    return Finding(change, shown(name), None, None, None, why)
