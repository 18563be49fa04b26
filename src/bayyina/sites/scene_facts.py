"""What metadata beside the images say of a scene: baseline, time, offset; read as text, trusted never alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

LARGEST: Final = 4_000_000
"""Bytes beyond which a file beside an image is not read."""

_WANTED: Final = {
    "datetime": "datetime",
    "acquired": "datetime",
    "date_acquired": "datetime",
    "tifftag_datetime": "datetime",
    "acquisition_time": "datetime",
    "sensing_time": "datetime",
    "s2:processing_baseline": "baseline",
    "processing_baseline": "baseline",
    "processing:version": "baseline",
    "baseline": "baseline",
    "boa_offset_applied": "boa_offset_applied",
    "earthsearch:boa_offset_applied": "boa_offset_applied",
    "boa_add_offset": "boa_add_offset",
    "platform": "platform",
    "satellite_id": "platform",
    "spacecraft_id": "platform",
    "spacecraft_name": "platform",
    "sat:relative_orbit": "orbit",
    "relative_orbit": "orbit",
    "sensor": "platform",
}
"""Names under which facts are found, and what they are called here."""

_XML: Final = re.compile(
    r"<(PROCESSING_BASELINE|BOA_ADD_OFFSET|SPACECRAFT_NAME|DATATAKE_SENSING_START)\b[^>]*>"
    r"\s*([^<]{1,60}?)\s*<"
)
_MTL: Final = re.compile(
    r"^\s*(DATE_ACQUIRED|SPACECRAFT_ID)\s*=\s*\"?([^\"\n]{1,60})\"?", re.MULTILINE
)


def facts_of(document: Mapping[str, Any]) -> dict[str, str]:
    """The facts that a document holds, at its top or under ``properties``; the first of each name."""
    found: dict[str, str] = {}
    for key, value in _pairs(document):
        name = _WANTED.get(key.lower())
        if name is not None and isinstance(value, str | int | float | bool):
            found.setdefault(name, str(value).strip())
    return found


def _pairs(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in document.items():
        if isinstance(value, Mapping):
            if key.lower() in ("properties", "metadata", "tags", "landsat_metadata_file"):
                yield from _pairs(value)
        else:
            yield str(key), value


def sidecar_facts(path: Path) -> dict[str, str]:
    """The facts in a file beside an image (JSON, XML or the text of Landsat); none if it is unreadable."""
    try:
        if path.stat().st_size > LARGEST:
            return {}
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return {}
    if path.suffix.lower() == ".json":
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            return {}
        return facts_of(document) if isinstance(document, Mapping) else {}
    names = {"datatake_sensing_start": "datetime"}
    found: dict[str, str] = {}
    for key, value in [*_XML.findall(text), *_MTL.findall(text)]:
        name = names.get(key.lower()) or _WANTED[key.lower()]
        found.setdefault(name, value)
    return found


def moment_of(text: str) -> datetime | None:
    """A time as metadata write it (ISO 8601, or TIFF's ``2022:01:20 08:12:41``); None if it is none."""
    cleaned = re.sub(r"^(\d{4}):(\d\d):(\d\d)", r"\1-\2-\3", text.strip())
    cleaned = re.sub(r"(\.\d{6})\d+", r"\1", cleaned)
    try:
        moment = datetime.fromisoformat(cleaned)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
