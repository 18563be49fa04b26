"""Where a file of evidence says that it was taken, near a site under embargo.

What a camera wrote into a picture tells the site as its position would. So what a program reads
out of such a file keeps no place, and a bundle holds no file that still says one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from bayyina.app.evidence_items import Item
from bayyina.app.evidence_reading import write_bytes
from bayyina.app.live import live_batches, live_statements
from bayyina.app.site_disclosure import WITHHELD, Embargo, embargo_of
from bayyina.app.workspace import Workspace
from bayyina.media.redaction.results import RedactionRefusedError
from bayyina.media.redaction.telling import telling
from bayyina.media.results import FileReport
from bayyina.sites.positions import Position
from bayyina.vault.private_folders import private_folder

_PLACE: Final = re.compile(
    r"gps|latitude|longitude|geo(?!m)|location|coordinate|altitude|city|sublocation|country",
    re.IGNORECASE,
)
"""Names of what files say of a place, in any kind of metadata."""

_ON_A_MAP: Final = frozenset({"image/tiff", "image/jp2"})
"""Types of images that are laid on a map by numbers in them."""

_NUMBER: Final = re.compile(r"[-+]?\d{1,3}(?:\.\d+)?")
_DEGREES: Final = re.compile(
    r"(\d{1,3})\s*(?:deg|°)\s*(\d{1,2}(?:\.\d+)?)\s*['′]\s*(?:(\d{1,2}(?:\.\d+)?)\s*[\"″])?\s*([NSEW]?)"
)


def without_places(workspace: Workspace, item: Item, said: FileReport) -> FileReport:
    """A report on a file, with ``withheld`` for each place that may be that of a withheld site.

    Everything that names a place is taken out where the item is about a site under embargo, or
    what the file says lies near one, or cannot be read.
    """
    embargo = embargo_of(workspace)
    if not embargo.withheld or not any(_places(said.metadata)):
        return said
    taken = positions_in(said.metadata)
    far = bool(taken) and not any(embargo.near(one) for one in taken)
    if far and not _is_about(workspace, embargo, item.number):
        return said
    return replace(said, metadata=_withheld(said.metadata))


def tells_withheld_place(workspace: Workspace, embargo: Embargo, item: Item) -> bool:
    """Whether a file about, or taken near, a site under embargo says where it was taken."""
    if not embargo.withheld or not item.media_type.startswith(("image/", "video/")):
        return False
    if not _is_about(workspace, embargo, item.number):
        return False
    if item.media_type in _ON_A_MAP:
        return True
    with private_folder(workspace.folder, room=item.size) as folder:
        copy = folder / item.id
        write_bytes(workspace, item, copy)
        try:
            tags = telling(copy)
        except RedactionRefusedError:
            tags = ["GPS: not known"]
        copy.unlink(missing_ok=True)
    return any(_PLACE.search(tag) for tag in tags)


def positions_in(metadata: object) -> list[Position]:
    """Positions that metadata state: a latitude and a longitude beside each other."""
    found = []
    for group in _groups(metadata):
        north = [_degrees(v) for k, v in group.items() if _is_named(k, "latitude")]
        east = [_degrees(v) for k, v in group.items() if _is_named(k, "longitude")]
        for latitude, longitude in zip(north, east, strict=False):
            if latitude is not None and longitude is not None:
                found.append(Position(latitude, longitude))
    return found


def _is_about(workspace: Workspace, embargo: Embargo, number: int) -> bool:
    store = workspace.store
    rows = live_statements(store, [number], live_batches(store))
    return embargo.covers(number, rows) is not None


def _is_named(key: object, part: str) -> bool:
    name = str(key).casefold()
    return part in name and not name.endswith("ref")


def _degrees(value: object) -> float | None:
    """Degrees of a number, of a text with one, or of degrees, minutes and seconds."""
    if isinstance(value, int | float):
        return float(value)
    text = str(value)
    parts = _DEGREES.search(text)
    if parts is not None:
        whole, minutes, seconds, side = parts.groups()
        degrees = int(whole) + float(minutes) / 60 + float(seconds or 0) / 3600
        return -degrees if side in ("S", "W") else degrees
    number = _NUMBER.search(text)
    return float(number.group()) if number is not None else None


def _groups(part: object) -> Iterator[Mapping[Any, Any]]:
    if isinstance(part, Mapping):
        yield part
        for inner in part.values():
            yield from _groups(inner)
    elif isinstance(part, Sequence) and not isinstance(part, str | bytes):
        for inner in part:
            yield from _groups(inner)


def _places(part: object) -> Iterator[str]:
    for group in _groups(part):
        yield from (str(key) for key in group if _PLACE.search(str(key)))


def _withheld(part: Any) -> Any:
    if isinstance(part, Mapping):
        return {
            key: WITHHELD if _PLACE.search(str(key)) else _withheld(inner)
            for key, inner in part.items()
        }
    if isinstance(part, Sequence) and not isinstance(part, str | bytes):
        return [_withheld(inner) for inner in part]
    return part
