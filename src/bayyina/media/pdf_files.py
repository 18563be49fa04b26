"""PDF files: steps of writing, producers, what acts on opening, what is embedded, fonts.

Read by pikepdf (qpdf), which repairs silently; so its warnings are kept as faults. Steps of
writing are the states that end at each end mark (ISO 32000-1, 7.5.6): each is opened by
itself, as a reader of that day saw it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from bayyina.media.pdf_unseen import read_unseen
from bayyina.media.plain_data import DamagedFileError, FileLimitError, plain_text

try:
    import pikepdf
except ImportError:  # the extra ``media`` is absent; the parent said so before it came here
    pikepdf = None  # type: ignore[assignment]

MAX_BYTES: Final = 256 << 20
MAX_REVISIONS: Final = 12
MAX_PAGES: Final = 500
MAX_OBJECTS: Final = 50_000
_END: Final = re.compile(rb"startxref\s+\d+\s+%%EOF\r?\n?")
_HEADER: Final = re.compile(rb"%PDF-(\d\.\d)")
_PLACE: Final = re.compile(r"(?:stream )?<_io\.BytesIO[^>]*>|\([^)]*offset[^)]*\)|^\W+")
"""Where a warning says that it arose: the address of a buffer, and offsets."""

_HARMLESS: Final = "handled correctly by qpdf and most other applications"
_ACTIONS: Final = {
    "/JavaScript": "JavaScript",
    "/Launch": "launches a program",
    "/GoToR": "external references",
    "/SubmitForm": "external references",
    "/ImportData": "external references",
}


def read_pdf(path: Path) -> dict[str, Any]:
    """What a PDF holds.

    Raises:
        DamagedFileError: no PDF can be made out.
        FileLimitError: it is larger than is read.
    """
    if path.stat().st_size > MAX_BYTES:
        raise FileLimitError("The PDF is larger than is read.")
    data = path.read_bytes()
    header = _HEADER.search(data[:1024])
    found: dict[str, Any] = {
        "version": header[1].decode() if header else None,
        "bytes_before_header": header.start() if header else None,
        "revisions": _revisions(data),
        "end_marks": len(_END.findall(data)),
        "faults": [],
    }
    if header is None:
        found["faults"].append("There is no PDF header.")
    elif int(header[1][:1]) not in (1, 2):
        found["faults"].append("The version in the header is none that there is.")
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            _take(pdf, found)
    except pikepdf.PasswordError:
        found["encrypted"] = "needs a password"
    except (
        pikepdf.PdfError,
        RuntimeError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
    ) as error:
        if not found["revisions"] and header is None:
            raise DamagedFileError("No PDF can be made out.") from error
        found["faults"].append("The PDF's objects cannot be read.")
    return found


def _take(pdf: Any, found: dict[str, Any]) -> None:
    found["encrypted"] = "opens without a password" if pdf.is_encrypted else None
    found["linearized"] = bool(pdf.is_linearized)
    found["info"] = _info(pdf)
    found["objects"] = len(pdf.objects)
    pages = len(pdf.pages)
    found["pages"] = pages
    if not pages:
        found["faults"].append("It has no page.")
    found.update(_walk(pdf))
    found.update(read_unseen(pdf))
    found["fonts"] = sorted(_fonts(pdf))[:100]
    found["embedded"] = sorted(plain_text(str(name), 200) for name in pdf.attachments)[:100]
    if found["embedded"]:
        found["active"].append("embedded files")
    warnings = [plain_text(str(w), 300) for w in pdf.get_warnings()]
    found["faults"].extend(_without_place(w) for w in warnings[:20] if _HARMLESS not in w)


def _errors() -> tuple[type[Exception], ...]:
    """What pikepdf raises over a broken file."""
    return (
        pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, AttributeError, IndexError,
        pikepdf.PasswordError,
    )  # fmt: skip


def _without_place(warning: str) -> str:
    """A warning without the name of the stream that it begins with."""
    return " ".join(_PLACE.sub("", warning).split()).lstrip(" :,")


def _info(pdf: Any) -> dict[str, str]:
    try:
        return {str(k)[1:]: plain_text(str(v), 500) for k, v in dict(pdf.docinfo).items()}
    except (TypeError, ValueError, pikepdf.PdfError, AttributeError):
        return {}


def _revisions(data: bytes) -> list[dict[str, Any]]:
    """The states of the document, oldest first; the first half of a linearized file is none."""
    ends = [match.end() for match in _END.finditer(data)]
    states = []
    for end in ends[-MAX_REVISIONS:]:
        info: Mapping[str, str] = {}
        try:
            with pikepdf.open(io.BytesIO(data[:end])) as state:
                if any(_HARMLESS not in str(w) for w in state.get_warnings()):
                    continue
                info = _info(state)
        except _errors():
            continue
        states.append(
            {
                "end": end,
                "producer": info.get("Producer") or info.get("Creator"),
                "modified": info.get("ModDate") or info.get("CreationDate"),
            }
        )
    return states


def _walk(pdf: Any) -> dict[str, Any]:
    """What acts, and what signs, by looking at each object once."""
    active: set[str] = set()
    signatures = []
    scripts = 0
    for number, item in enumerate(pdf.objects):
        if number >= MAX_OBJECTS:
            break
        for dictionary in _dictionaries(item):
            kind = str(dictionary.get("/S", ""))
            if kind in _ACTIONS:
                active.add(_ACTIONS[kind])
            if "/JS" in dictionary:
                active.add("JavaScript")
                scripts += 1
            if "/ByteRange" in dictionary:
                signatures.append(_signature(dictionary))
    if "/OpenAction" in pdf.Root or "/AA" in pdf.Root:
        active.add("action on opening")
    return {"active": sorted(active), "scripts": scripts, "signatures": signatures[:20]}


def _dictionaries(item: Any) -> Iterator[Any]:
    """A dictionary, and those directly in it, a few levels deep."""
    waiting = [(item, 0)]
    while waiting:
        value, depth = waiting.pop()
        try:
            if isinstance(value, pikepdf.Stream):
                value = value.stream_dict
            if isinstance(value, pikepdf.Dictionary):
                yield value
                inner = [value[key] for key in value.keys()]  # noqa: SIM118 - not a mapping
            elif isinstance(value, pikepdf.Array):
                inner = [value[at] for at in range(min(len(value), 50))]
            else:
                continue
        except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError):
            continue
        if depth < 4:
            waiting.extend((v, depth + 1) for v in inner if not getattr(v, "is_indirect", True))


def _signature(dictionary: Any) -> dict[str, Any]:
    ranges = [int(n) for n in list(dictionary["/ByteRange"])[:4]]
    return {
        "filter": str(dictionary.get("/SubFilter", "")),
        "byte_range": ranges,
        "signed": plain_text(str(dictionary.get("/M", "")), 100),
        "note": "the signature was not checked",
    }


def _is_embedded(font: Any) -> bool:
    """Whether the font's shapes are in the file; composite fonts keep them one level below."""
    inner = font.get("/DescendantFonts")
    described = (inner[0] if inner is not None and len(inner) else font).get("/FontDescriptor")
    if str(font.get("/Subtype", "")) == "/Type3":
        return True
    return described is not None and any(
        key in described for key in ("/FontFile", "/FontFile2", "/FontFile3")
    )


def _fonts(pdf: Any) -> set[str]:
    names: set[str] = set()
    for number, page in enumerate(pdf.pages):
        if number >= MAX_PAGES:
            break
        try:
            fonts = page.obj.get("/Resources", {}).get("/Font", {})
            for font in fonts.values():
                name = plain_text(str(font.get("/BaseFont", "")), 100).lstrip("/")
                names.add(name if not name or _is_embedded(font) else f"{name} (not embedded)")
        except (AttributeError, TypeError, ValueError, KeyError, pikepdf.PdfError, RuntimeError):
            continue
    return names - {""}
