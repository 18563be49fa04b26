"""What a file says of itself against what it is, and against itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bayyina.media.findings import Seen
from bayyina.media.writers import first_tag

WIDEST_ZONE_HOURS: Final = 15
"""Clocks of the world lie within UTC-12 and UTC+14; an hour more for clocks set loosely."""

_TIME: Final = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")


def moment_of(value: Any) -> datetime | None:
    """A time as EXIF writes it (the camera's own clock), or None; the zone is not known."""
    match = _TIME.match(str(value or ""))
    if not match:
        return None
    try:
        year, month, day, hour, minute, second = (int(part) for part in match.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def metadata_findings(
    tags: Mapping[str, Any], size: tuple[int, int] | None, now: datetime
) -> Iterator[Seen]:
    """Sizes and times that do not go together."""
    yield from _size(tags, size)
    taken = moment_of(first_tag(tags, "DateTimeOriginal"))
    modified = moment_of(tags.get("IFD0:ModifyDate"))
    parameters = {"tolerance_seconds": 60}
    if taken and modified and abs(modified - taken) > timedelta(seconds=60):
        name = "later" if modified > taken else "earlier"
        numbers = {"modified": _shown(modified), "taken": _shown(taken)}
        yield Seen("metadata-structure", name, numbers, parameters)
    gps = moment_of(tags.get("Composite:GPSDateTime"))
    if taken and gps:
        hours = abs(taken - gps).total_seconds() / 3600
        if hours > WIDEST_ZONE_HOURS:
            apart = {"gps": _shown(gps), "taken": _shown(taken), "hours": round(hours, 1)}
            yield Seen("metadata-structure", "gps", apart, {"hours": WIDEST_ZONE_HOURS})
    latest = max((m for m in (taken, modified) if m), default=None)
    if latest and latest > now + timedelta(days=1):
        yield Seen("metadata-structure", "future", {"date": _shown(latest)}, {"days": 1})


def _size(tags: Mapping[str, Any], size: tuple[int, int] | None) -> Iterator[Seen]:
    claimed = tags.get("ExifIFD:ExifImageWidth"), tags.get("ExifIFD:ExifImageHeight")
    if size is None or not all(isinstance(n, int) and n > 0 for n in claimed):
        return
    if claimed in (size, size[::-1]):
        return
    numbers = {
        "claimed": f"{claimed[0]} x {claimed[1]}",
        "actual": f"{size[0]} x {size[1]}",
    }
    yield Seen("metadata-structure", "size", numbers, {})


def _shown(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")
