"""XML and JSON from strangers, read with bounds: no entities, no depth without end."""

from __future__ import annotations

import json
from typing import Any, Final
from xml.parsers import expat

from bayyina.media.plain_data import DamagedFileError, FileLimitError

MAX_DEPTH: Final = 100
MAX_ELEMENTS: Final = 500_000
MAX_BYTES: Final = 32 << 20


class Element:
    """One XML element; names are without their namespace."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        """An element without children and text."""
        self.name = name
        self.attributes = attributes
        self.children: list[Element] = []
        self.text = ""

    def all(self, name: str) -> list[Element]:
        """This element and those below it that have the name, in order."""
        found: list[Element] = []
        waiting = [self]
        while waiting:
            element = waiting.pop()
            if element.name == name:
                found.append(element)
            waiting.extend(reversed(element.children))
        return found


def read_xml(data: bytes) -> Element:
    """The root element of an XML document.

    Raises:
        DamagedFileError: it is not well formed.
        FileLimitError: it declares entities, or is too deep, too long or too large.
    """
    if len(data) > MAX_BYTES:
        raise FileLimitError(f"The XML is longer than {MAX_BYTES} bytes.")
    parser = expat.ParserCreate()
    parser.buffer_text = True
    builder = _Builder()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise DamagedFileError("The XML is not well formed.") from error
    if builder.root is None:
        raise DamagedFileError("The XML has no element.")
    return builder.root


def _refuse_entity(*_: Any) -> None:
    raise FileLimitError("The XML declares entities, which may grow without bounds.")


class _Builder:
    def __init__(self) -> None:
        self.root: Element | None = None
        self.open: list[Element] = []
        self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS or len(self.open) >= MAX_DEPTH:
            raise FileLimitError("The XML has too many elements, or is nested too deep.")
        element = Element(name.rpartition(":")[2], attributes)
        if self.open:
            self.open[-1].children.append(element)
        elif self.root is None:
            self.root = element
        self.open.append(element)

    def end(self, _name: str) -> None:
        self.open.pop()

    def characters(self, text: str) -> None:
        if self.open:
            self.open[-1].text += text


def acting_parts(root: Element) -> list[str]:
    """Words for what in a drawing or page runs by itself or reaches outside of it."""
    found: set[str] = set()
    waiting = [root]
    while waiting:
        element = waiting.pop()
        waiting.extend(element.children)
        if element.name.lower() in ("script", "handler"):
            found.add("scripts")
        elif element.name.lower() in ("iframe", "embed", "object"):
            found.add("external references")
        for name, value in element.attributes.items():
            short = name.rpartition(":")[2].lower()
            target = value.strip().lower()
            is_target = short in ("href", "src", "data")
            is_script = is_target and target.startswith("javascript:")
            if is_script or (short.startswith("on") and len(short) > 3):
                found.add("scripts")
            elif is_target and _fetches(element.name, target):
                found.add("external references")
        if "url(" in element.attributes.get("style", "") or "@import" in element.text:
            found.add("external references")
    return sorted(found)


def _fetches(element: str, target: str) -> bool:
    """Whether a target lies outside and is fetched without a click."""
    is_outside = target.startswith(("http:", "https:", "ftp:", "file:", "//", "\\\\", "/"))
    return is_outside and element.lower() != "a"


def read_json(data: bytes, limit: int = MAX_BYTES) -> Any:
    """The value of a JSON document.

    Raises:
        DamagedFileError: it is not JSON.
        FileLimitError: it is too long, or nested too deep.
    """
    if len(data) > limit:
        raise FileLimitError(f"The JSON is longer than {limit} bytes.")
    try:
        return json.loads(data.decode("utf-8-sig"))
    except RecursionError as error:
        raise FileLimitError("The JSON is nested too deep.") from error
    except ValueError as error:
        raise DamagedFileError("The text is not JSON.") from error
