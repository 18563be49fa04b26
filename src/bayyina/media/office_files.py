"""Office documents: macros, what reaches outside, who made them; old (OLE) and new (ZIP) forms."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bayyina.media.compound_files import CompoundFile
from bayyina.media.markup import read_xml
from bayyina.media.office_content import read_hidden
from bayyina.media.plain_data import DamagedFileError, FileLimitError, plain_text
from bayyina.media.zip_archives import list_archive, open_archive, read_member

MAX_BYTES: Final = 128 << 20
MAX_MEMBER: Final = 16 << 20
AUTOMATIC: Final = re.compile(
    r"\b(auto_?(?:open|exec|close|new|exit)|document_(?:open|close|new)|workbook_(?:open|close|activate)"
    r"|shell|createobject|getobject|powershell|urldownloadtofile|environ|declare\s+(?:ptrsafe\s+)?"
    r"(?:function|sub))\b",
    re.IGNORECASE,
)
"""Names in a macro that run by themselves or reach outside of the document."""

_PROPERTIES: Final = ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml", "meta.xml")
_EMBEDDED: Final = ("/embeddings/", "/activeX/", "/oleObjects/")
_MACRO_SHEETS: Final = ("xl/macrosheets/", "xl/dialogsheets/")
_SCRIPTS: Final = ("Basic/", "Scripts/")


def read_office(path: Path) -> dict[str, Any]:
    """What an office document holds beside its text.

    Raises:
        DamagedFileError: it cannot be read as one.
        FileLimitError: it is larger than is read, or inflates beyond the limits.
    """
    with path.open("rb") as file:
        is_compound = file.read(4) == b"\xd0\xcf\x11\xe0"
    if path.stat().st_size > MAX_BYTES:
        raise FileLimitError("The document is larger than is read.")
    return _old(path.read_bytes()) if is_compound else _new(path)


def _old(data: bytes) -> dict[str, Any]:
    compound = CompoundFile(data)
    names = compound.names()
    modules = list(_modules(compound))
    active = ["macros"] if modules or any(n.endswith("/dir") for n in names) else []
    if any(name.rpartition("/")[2] == "EncryptedPackage" for name in names):
        active.append("encrypted")
    if any("ObjectPool/" in name or "\x01Ole" in name for name in names):
        active.append("embedded files")
    return {"form": "OLE", "streams": names[:200], "macros": modules, "active": active}


def _new(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {"form": "ZIP", "properties": {}, "macros": [], "active": []}
    with path.open("rb") as file, open_archive(file) as archive:
        listing = list_archive(archive)
        if listing.is_bomb:
            raise FileLimitError("The document would inflate beyond the limits.")
        names = [info.filename for info in listing.members]
        for name in _PROPERTIES:
            if name in names:
                found["properties"].update(_properties(read_member(archive, name, MAX_MEMBER)))
        outside = sorted(_outside(archive, names))
        for name in names:
            if name.lower().endswith("vbaproject.bin"):
                compound = CompoundFile(read_member(archive, name, MAX_MEMBER))
                found["macros"].extend(_modules(compound))
                found["active"].append("macros")
        hidden = read_hidden(archive, names)
    found.update(hidden.document())
    found["unseen"] = hidden.kinds()
    if outside:
        found["external"] = outside[:100]
        found["active"].append("external references")
    embedded = [n for n in names if any(part in f"/{n}" for part in _EMBEDDED)]
    embedded += [n for n in names if n.startswith("Object ")]
    if embedded:
        found["embedded"] = [plain_text(name, 200) for name in embedded[:100]]
        found["active"].append("embedded files")
    if any(name.startswith((*_MACRO_SHEETS, *_SCRIPTS)) for name in names):
        found["active"].append("macros")
    if hidden.fields:
        found["active"].append("fields that fetch")
    found["active"] = list(dict.fromkeys(found["active"]))
    return found


def _properties(data: bytes) -> dict[str, str]:
    root = read_xml(data)
    return {
        child.name: plain_text(child.text.strip(), 300)
        for element in (root, *root.children)
        for child in element.children
        if child.text.strip()
    }


def _outside(archive: Any, names: list[str]) -> Iterator[str]:
    """Targets of relationships that lie outside and are fetched without a click."""
    for name in [n for n in names if n.endswith(".rels")][:500]:
        for relation in read_xml(read_member(archive, name, MAX_MEMBER)).all("Relationship"):
            kind = relation.attributes.get("Type", "").rpartition("/")[2]
            if relation.attributes.get("TargetMode") == "External" and kind != "hyperlink":
                yield plain_text(f"{kind}: {relation.attributes.get('Target', '')}", 300)
    for name in [n for n in names if n in ("content.xml", "styles.xml")]:
        yield from _linked(read_xml(read_member(archive, name, MAX_MEMBER)))


def _linked(root: Any) -> Iterator[str]:
    """Pictures, objects and sections of an OpenDocument that lie outside of it."""
    for name in ("image", "object", "object-ole", "section-source", "plugin", "floating-frame"):
        for element in root.all(name):
            target = next((v for k, v in element.attributes.items() if k.endswith("href")), "")
            if re.match(r"[a-z][a-z0-9+.-]*:|/|\\.\./", target, re.IGNORECASE):
                yield plain_text(f"{name}: {target}", 300)


def _modules(compound: CompoundFile) -> Iterator[dict[str, Any]]:
    """Modules of macros, with what in them runs by itself (MS-OVBA, 2.3.4.2)."""
    for path in compound.names():
        folder, _, name = path.rpartition("/")
        if name != "dir":
            continue
        try:
            records = decompress(compound.stream(path))
        except DamagedFileError:
            yield {"module": "?", "note": "the list of modules cannot be read", "runs": []}
            continue
        for module, offset in _offsets(records):
            try:
                text = decompress(compound.stream(f"{folder}/{module}")[offset:])
            except DamagedFileError:
                yield {"module": plain_text(module, 100), "note": "unreadable", "runs": []}
                continue
            source = text.decode("latin-1")
            runs = sorted({match.lower() for match in AUTOMATIC.findall(source)})
            lines = source.count("\n")
            yield {"module": plain_text(module, 100), "lines": lines, "runs": runs}


def _offsets(records: bytes) -> Iterator[tuple[str, int]]:
    """Names of the modules' streams and where their source begins in them."""
    at, name = 0, ""
    while at + 6 <= len(records):
        kind, size = struct.unpack_from("<HI", records, at)
        body = records[at + 6 : at + 6 + size]
        if kind == 0x09:  # the version's size is given as 4, and it has 6 bytes
            size = 6
        elif kind == 0x1A:
            name = body.decode("latin-1")
        elif kind == 0x32:
            name = body.decode("utf-16-le", "replace") or name
        elif kind == 0x31 and len(body) == 4 and name:
            yield name, struct.unpack("<I", body)[0]
        at += 6 + size


def decompress(data: bytes) -> bytes:
    """Data of a macro, inflated (MS-OVBA, 2.4.1.3).

    Raises:
        DamagedFileError: it is not compressed in this way.
    """
    if data[:1] != b"\x01":
        raise DamagedFileError("A macro is not compressed as it should be.")
    out = bytearray()
    at = 1
    while at + 2 <= len(data) and len(out) < MAX_MEMBER:
        (header,) = struct.unpack_from("<H", data, at)
        if header >> 12 & 7 != 3:
            raise DamagedFileError("A macro is not compressed as it should be.")
        end = min(len(data), at + (header & 0xFFF) + 3)
        at += 2
        start = len(out)
        if not header >> 15:
            out += data[at : at + 4096]
            at += 4096
            continue
        at = _chunk(data, at, end, out, start)
    return bytes(out)


def _chunk(data: bytes, at: int, end: int, out: bytearray, start: int) -> int:
    while at < end:
        flags = data[at]
        at += 1
        for bit in range(8):
            if at >= end:
                break
            if not flags >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            if at + 2 > end:
                return end
            (token,) = struct.unpack_from("<H", data, at)
            at += 2
            bits = max(4, (len(out) - start - 1).bit_length())
            length = (token & (0xFFFF >> bits)) + 3
            distance = (token >> (16 - bits)) + 1
            if distance > len(out):
                raise DamagedFileError("A macro refers to what is before its beginning.")
            for _ in range(length):
                out.append(out[-distance])
    return end
