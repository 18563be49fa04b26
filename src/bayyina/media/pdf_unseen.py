"""What a PDF holds that a reader does not see: layers, notes, hidden and invisible text, forms."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from bayyina.media.plain_data import plain_text

try:
    import pikepdf
except ImportError:  # the extra ``media`` is absent; the parent said so before it came here
    pikepdf = None  # type: ignore[assignment]

MAX_PAGES: Final = 200
MAX_NOTES: Final = 5_000
MAX_LAYERS: Final = 200
MAX_CONTENT: Final = 4 << 20
"""Bytes of one page's stored content that are looked through."""

MAX_INFLATED: Final = 16 << 20
_INVISIBLE: Final = re.compile(rb"(?<![\d.])3\s+Tr\b")
"""The mode in which text is laid without being drawn (ISO 32000-1, 9.3.6)."""

_HIDDEN: Final = 0x02 | 0x20
"""Flags of an annotation that is not shown (ISO 32000-1, 12.5.3)."""


def read_unseen(pdf: Any) -> dict[str, Any]:
    """Layers, annotations, text that is laid but not drawn, and forms with a program's data."""
    errors = (
        pikepdf.PdfError, zlib.error, RuntimeError, ValueError, TypeError, KeyError, AttributeError, IndexError,
    )  # fmt: skip
    found: dict[str, Any] = {}
    unseen: list[str] = []
    try:
        layers = list(_layers(pdf))
        found["layers"] = [{"name": name, "shown": shown} for name, shown in layers]
        if any(not shown for _, shown in layers):
            unseen.append("hidden layers")
    except errors:
        found["layers"] = []
    notes: Counter[str] = Counter()
    hidden = invisible = attached = 0
    for number, page in enumerate(pdf.pages):
        if number >= MAX_PAGES:
            break
        try:
            for kind, flags in _annotations(page):
                notes[kind] += 1
                hidden += bool(flags & _HIDDEN)
                attached += kind == "FileAttachment"
            invisible += _has_invisible_text(page)
        except errors:
            continue
    found["annotations"] = dict(notes)
    for count, name in ((hidden, "hidden annotations"), (invisible, "text that is not drawn")):
        if count:
            found[name.replace(" ", "_")] = count
            unseen.append(name)
    if sum(notes.values()) - notes["Link"] - notes["Widget"] - hidden > 0:
        unseen.append("comments")
    if attached:
        found["attached_to_pages"] = attached
    found["unseen"] = unseen
    return found


def _layers(pdf: Any) -> Iterator[tuple[str, bool]]:
    """Name of each layer, and whether it is shown when the document is opened."""
    properties = pdf.Root.get("/OCProperties")
    if properties is None:
        return
    default = properties.get("/D", pikepdf.Dictionary())
    is_off = str(default.get("/BaseState", "/ON")) == "/OFF"
    off = {layer.objgen for layer in default.get("/OFF", [])}
    on = {layer.objgen for layer in default.get("/ON", [])}
    for number, layer in enumerate(properties.get("/OCGs", [])):
        if number >= MAX_LAYERS:
            return
        shown = layer.objgen in on if is_off else layer.objgen not in off
        yield plain_text(str(layer.get("/Name", "")), 200), shown


def _annotations(page: Any) -> Iterator[tuple[str, int]]:
    for number, note in enumerate(page.obj.get("/Annots", [])):
        if number >= MAX_NOTES:
            return
        yield plain_text(str(note.get("/Subtype", "")).lstrip("/"), 50), int(note.get("/F", 0))


def _has_invisible_text(page: Any) -> bool:
    """Whether a page lays text that it does not draw, as a scan with its text behind does."""
    contents = page.obj.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    small = (
        one
        for one in streams[:50]
        if isinstance(one, pikepdf.Stream) and int(one.get("/Length", 0)) <= MAX_CONTENT
    )
    return any(_INVISIBLE.search(_inflated(one)) for one in small)


def _inflated(stream: Any) -> bytes:
    """A content stream inflated, as far as the limit goes: it may be a bomb."""
    if str(stream.get("/Filter", "")) == "/FlateDecode":
        return zlib.decompressobj().decompress(stream.read_raw_bytes(), MAX_INFLATED)
    if "/Filter" in stream:
        return b""
    return bytes(stream.read_raw_bytes())
