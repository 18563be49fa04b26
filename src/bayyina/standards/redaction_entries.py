"""The entries of a redaction plan: texts, cells, regions, pages and sounds, read with their lines."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias

from bayyina.model.findings import Finding
from bayyina.model.yaml_reading import YamlList, YamlMap

KINDS: Final = ("face", "card", "plate", "other")
"""What a region of a picture shows."""

UNITS: Final = ("pixels", "points", "share")
"""What the numbers of a region count: pixels, points of a PDF page, or shares of its sides."""

MOST_CORNERS: Final = 1_000
"""Corners of one polygon."""

LONGEST_TIME: Final = 1_000_000.0
"""Seconds; a time beyond is a mistake."""

_COMMON: Final = ("reason", "note")
_TIME: Final = re.compile(
    r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2}(?:\.\d{1,6})?)|(\d{1,6}(?:\.\d{1,6})?)"
)
_ROWS: Final = re.compile(r"([1-9]\d{0,8})(?:\s*[-–]\s*([1-9]\d{0,8}))?")
_PLACE: Final = re.compile(r"([A-Za-z]{1,3})([1-9]\d{0,8})")


@dataclass(frozen=True)
class Words:
    """A text that is redacted wherever it stands."""

    line: int
    """Line of the plan."""

    reason: str
    """Code of the reason."""

    texts: tuple[str, ...]
    """The texts."""

    whole_words: bool
    """Whether it is left alone inside longer words."""

    may_be_absent: bool
    """Whether it is no mistake where one of the texts does not occur."""


@dataclass(frozen=True)
class Characters:
    """A span of a text file."""

    line: int
    reason: str

    first: int
    """Characters before it."""

    end: int
    """Characters up to its end."""

    elsewhere_stays: bool
    """Whether the same text may stand in other places."""


@dataclass(frozen=True)
class Cells:
    """Cells of a table."""

    line: int
    reason: str

    sheet: str
    """Name of the sheet; empty for all."""

    columns: tuple[str, ...]
    """Names in the header, or letters; empty for all."""

    rows: tuple[tuple[int, int], ...]
    """First and last rows, counted from 1; empty for all below the header."""

    places: tuple[tuple[str, int], ...]
    """Single cells, as letters of the column and row."""

    header_row: int
    """Row of the header."""

    elsewhere_stays: bool
    """Whether the same text may stand in other places."""


@dataclass(frozen=True)
class Region:
    """A region of a picture, a page, or the pictures of a film."""

    line: int
    reason: str

    kind: str
    """One of ``KINDS``."""

    corners: tuple[tuple[float, float], ...]
    """At least three, from the top left corner of the picture as it is shown."""

    unit: str
    """One of ``UNITS``."""

    page: int
    """Page, counted from 1; 0 where there are none."""

    start: float
    """Of a film: seconds from its beginning."""

    end: float
    """Seconds; infinite for its end."""

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        across, down = [x for x, _ in self.corners], [y for _, y in self.corners]
        return min(across), min(down), max(across), max(down)


@dataclass(frozen=True)
class Pages:
    """Whole pages."""

    line: int
    reason: str

    ranges: tuple[tuple[int, int], ...]
    """First and last pages, counted from 1."""

    def holds(self, page: int) -> bool:
        """Whether a page is among them."""
        return any(first <= page <= last for first, last in self.ranges)


@dataclass(frozen=True)
class Mute:
    """A span of sound."""

    line: int
    reason: str

    start: float
    """Seconds from the beginning."""

    end: float
    """Seconds; infinite for its end."""


Entry: TypeAlias = Words | Characters | Cells | Region | Pages | Mute
"""What one entry redacts."""


@dataclass
class Faults:
    """What is wrong, as it is found."""

    found: list[Finding] = field(default_factory=list)
    """Findings in the order in which they were made."""

    def add(self, line: int, what: str) -> None:
        """Something is wrong on a line."""
        self.found.append(Finding(line, f"{what[0].upper()}{what[1:]}."))


def check_keys(part: YamlMap, known: Sequence[str], faults: Faults) -> None:
    """Name keys that mean nothing here: a misspelt one would leave something unredacted."""
    for key in part:
        if key not in known:
            words = f"`{key}` is not known here; known are {', '.join(known)}"
            faults.add(part.lines[key], words)


def read_text_value(part: YamlMap, name: str, faults: Faults) -> str:
    """A text or number as text; empty where there is none."""
    value = part.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        faults.add(part.lines[name], f"`{name}` is a text")
        return ""
    return str(value).strip()


def _flag(part: YamlMap, name: str, faults: Faults) -> bool:
    value = part.get(name, False)
    if not isinstance(value, bool):
        faults.add(part.lines[name], f"`{name}` is true or false")
    return value is True


def _elsewhere(part: YamlMap, faults: Faults) -> bool:
    word = read_text_value(part, "elsewhere", faults)
    if word and word != "stays":
        faults.add(part.lines["elsewhere"], "`elsewhere` can only be `stays`")
    return word == "stays"


def _list(part: YamlMap, name: str, faults: Faults) -> list[tuple[object, int]]:
    """The elements of a list, or the one value that stands in its place, with their lines."""
    value = part.get(name)
    if isinstance(value, YamlList):
        if not value:
            faults.add(part.lines[name], f"`{name}` lists nothing")
        return list(zip(value, value.lines, strict=True))
    return [] if value is None else [(value, part.lines[name])]


def _words(part: YamlMap, reason: str, faults: Faults) -> Entry | None:
    check_keys(part, ("words", "whole_words", "may_be_absent", *_COMMON), faults)
    texts = []
    for value, line in _list(part, "words", faults):
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            faults.add(line, "`words` holds texts")
        elif not any(one.isalnum() for one in str(value)):
            faults.add(line, "a text to redact holds a letter or a digit")
        else:
            texts.append(str(value))
    if not texts:
        if part.get("words") is None:
            faults.add(part.lines["words"], "`words` lists nothing")
        return None
    return Words(
        part.line, reason, tuple(dict.fromkeys(texts)),
        _flag(part, "whole_words", faults), _flag(part, "may_be_absent", faults),
    )  # fmt: skip


def _within(part: YamlMap, name: str, known: Sequence[str], faults: Faults) -> YamlMap | None:
    """The mapping under the entry's own key."""
    value = part[name]
    if not isinstance(value, YamlMap):
        faults.add(part.lines[name], f"`{name}` holds {', '.join(known)}")
        return None
    check_keys(value, known, faults)
    return value


def _characters(part: YamlMap, reason: str, faults: Faults) -> Entry | None:
    check_keys(part, ("characters", "elsewhere", *_COMMON), faults)
    span = _within(part, "characters", ("from", "to"), faults)
    if span is None:
        return None
    first, end = span.get("from"), span.get("to")
    if not _is_count(first) or not _is_count(end) or not int(str(first)) < int(str(end)):
        faults.add(span.line, "`from` and `to` count characters, and `to` is greater")
        return None
    return Characters(part.line, reason, int(str(first)), int(str(end)), _elsewhere(part, faults))


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _cells(part: YamlMap, reason: str, faults: Faults) -> Entry | None:
    check_keys(part, ("cells", "elsewhere", *_COMMON), faults)
    known = ("sheet", "columns", "rows", "at", "header_row")
    held = _within(part, "cells", known, faults)
    if held is None:
        return None
    columns = []
    for value, line in _list(held, "columns", faults):
        text = "" if isinstance(value, bool | YamlMap | YamlList) or value is None else str(value)
        if not text.strip():
            faults.add(line, "`columns` holds names of the header, or letters")
        columns.append(text.strip())
    places = []
    for value, line in _list(held, "at", faults):
        found = _PLACE.fullmatch(value.strip()) if isinstance(value, str) else None
        if found is None:
            faults.add(line, "`at` holds cells such as B7")
        else:
            places.append((found[1].upper(), int(found[2])))
    rows = _ranges(held, "rows", faults)
    if not (columns or rows or places):
        faults.add(held.line, "`cells` names columns, rows, or cells `at` a place")
    header = held.get("header_row", 1)
    if not _is_count(header):
        faults.add(held.lines["header_row"], "`header_row` is the number of a row, 0 for none")
        header = 1
    return Cells(
        part.line, reason, read_text_value(held, "sheet", faults), tuple(columns), rows,
        tuple(places), int(str(header)), _elsewhere(part, faults),
    )  # fmt: skip


def _ranges(part: YamlMap, name: str, faults: Faults) -> tuple[tuple[int, int], ...]:
    made = []
    for value, line in _list(part, name, faults):
        is_text = isinstance(value, str | int) and not isinstance(value, bool)
        found = _ROWS.fullmatch(str(value).strip()) if is_text else None
        if found is None or (found[2] and int(found[2]) < int(found[1])):
            faults.add(line, f'`{name}` holds numbers from 1, or spans such as "3-7"')
            continue
        made.append((int(found[1]), int(found[2] or found[1])))
    return tuple(made)


def _region(part: YamlMap, reason: str, faults: Faults) -> Entry | None:
    check_keys(part, ("region", *_COMMON), faults)
    known = ("kind", "rectangle", "polygon", "unit", "page", "from", "to")
    held = _within(part, "region", known, faults)
    if held is None:
        return None
    kind, unit = (
        read_text_value(held, "kind", faults) or "other",
        read_text_value(held, "unit", faults) or "pixels",
    )
    if kind not in KINDS:
        faults.add(held.lines["kind"], f"`kind` is one of {', '.join(KINDS)}")
    if unit not in UNITS:
        faults.add(held.lines["unit"], f"`unit` is one of {', '.join(UNITS)}")
    page = held.get("page", 0)
    if not _is_count(page) or ("page" in held and page == 0):
        faults.add(held.lines["page"], "`page` is a number from 1")
        page = 0
    start, end = _times(held, faults, needed=False)
    corners = _corners(held, faults)
    if corners is None:
        return None
    if unit == "share" and any(not 0 <= value <= 1 for point in corners for value in point):
        faults.add(held.line, "shares lie between 0 and 1")
    return Region(part.line, reason, kind, corners, unit, int(str(page)), start, end)


def _corners(held: YamlMap, faults: Faults) -> tuple[tuple[float, float], ...] | None:
    if ("rectangle" in held) == ("polygon" in held):
        faults.add(held.line, "a region has either a `rectangle` or a `polygon`")
        return None
    if "rectangle" in held:
        sides = _numbers(held["rectangle"])
        if sides is None or len(sides) != 4 or min(sides[2:]) <= 0:
            words = "`rectangle` is [left, top, width, height], and has a size"
            faults.add(held.lines["rectangle"], words)
            return None
        left, top, width, height = sides
        right, bottom = left + width, top + height
        if read_text_value(held, "unit", Faults()) == "share":
            right, bottom = _at_most_one(right), _at_most_one(bottom)
        return ((left, top), (right, top), (right, bottom), (left, bottom))
    listed = held["polygon"]
    points = [_numbers(one) for one in listed] if isinstance(listed, YamlList) else []
    made = tuple((one[0], one[1]) for one in points if one is not None and len(one) == 2)
    if len(made) != len(points) or not 3 <= len(made) <= MOST_CORNERS:
        faults.add(held.lines["polygon"], "`polygon` lists three or more corners [x, y]")
        return None
    return made


def _at_most_one(value: float) -> float:
    """A sum of shares that is 1 but for the rounding of decimal numbers."""
    return 1.0 if math.isclose(value, 1.0, abs_tol=1e-9) else value


def _numbers(value: object) -> list[float] | None:
    if not isinstance(value, YamlList):
        return None
    made = [float(x) for x in value if isinstance(x, int | float) and not isinstance(x, bool)]
    is_sound = len(made) == len(value) and all(math.isfinite(x) and abs(x) < 1e9 for x in made)
    return made if is_sound else None


def _pages(part: YamlMap, reason: str, faults: Faults) -> Entry | None:
    check_keys(part, ("pages", *_COMMON), faults)
    ranges = _ranges(part, "pages", faults)
    if not ranges:
        if part.get("pages") is None:
            faults.add(part.lines["pages"], "`pages` lists nothing")
        return None
    return Pages(part.line, reason, ranges)


def _mute(part: YamlMap, reason: str, faults: Faults) -> Entry | None:
    check_keys(part, ("mute", *_COMMON), faults)
    held = _within(part, "mute", ("from", "to"), faults)
    if held is None:
        return None
    start, end = _times(held, faults, needed=True)
    return Mute(part.line, reason, start, end)


def _times(held: YamlMap, faults: Faults, *, needed: bool) -> tuple[float, float]:
    """Start and end in seconds; the end may be the word ``end``."""
    start = _time(held, "from", faults)
    end = _time(held, "to", faults)
    missing = [name for name, value in (("from", start), ("to", end)) if value is None]
    if missing and needed:
        faults.add(held.line, f"`{missing[0]}` is a time such as 00:03:10.5")
    start, end = start or 0.0, math.inf if end is None else end
    if not start < end:
        faults.add(held.line, "`to` is later than `from`")
    return start, end


def _time(held: YamlMap, name: str, faults: Faults) -> float | None:
    value = held.get(name)
    if value is None:
        return None
    if name == "to" and value == "end":
        return math.inf
    is_text = isinstance(value, str | int | float) and not isinstance(value, bool)
    found = _TIME.fullmatch(str(value).strip()) if is_text else None
    if found is None or (found[3] and float(found[3]) >= 60):
        faults.add(held.lines[name], f"`{name}` is a time such as 00:03:10.5, or seconds")
        return None
    if found[4]:
        return float(found[4])
    return int(found[1] or 0) * 3600 + int(found[2]) * 60 + float(found[3])


ENTRIES: Final[Mapping[str, Callable[[YamlMap, str, Faults], Entry | None]]] = MappingProxyType(
    {
        "words": _words,
        "characters": _characters,
        "cells": _cells,
        "region": _region,
        "pages": _pages,
        "mute": _mute,
    }
)
"""What reads each kind of entry."""
