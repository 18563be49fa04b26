"""A set of photographs as a series: counters, clocks, cameras and structure must run together.

For each camera (make, model and, where there is one, serial number) the photographs are put
in the order of their counters; the clock then runs with them but for a few, and these few are
what a person should look at. The few are those outside of a longest run in order (patience
sorting, Fredman 1975).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import PurePath
from typing import Any, Final

from bayyina.media.findings import Seen, indicator
from bayyina.media.metadata_checks import moment_of
from bayyina.media.results import FileReport, Indicator
from bayyina.media.writers import camera_of, first_tag

MIN_SERIES: Final = 5
"""Fewer photographs of one camera make no series."""

MOST: Final = 0.8
"""Share that must agree before those that differ are named."""

UNBROKEN: Final = 0.9
"""Share of the counters between first and last that must be there before a gap is named."""

WRAP: Final = 10_000
"""Counters in names of photographs have four digits (DCF 2.0) and begin anew after 9999."""

_COUNTER: Final = re.compile(r"(\d{4})(?=\D*$)")
_SERIALS: Final = ("SerialNumber", "InternalSerialNumber", "BodySerialNumber")
_COUNTS: Final = ("ShutterCount", "ImageNumber", "FileNumber")


@dataclass(frozen=True)
class Shot:
    """One photograph of a series."""

    place: int
    """Its place among the reports."""

    counter: int | None
    """Number of the photograph by its camera or its name."""

    taken: datetime | None
    """When it was taken by the camera's clock."""

    traits: Mapping[str, str]
    """What photographs of one camera have in common."""


class SeriesCollector:
    """Gathers photographs one by one, by camera; holds little of each."""

    def __init__(self) -> None:
        """Nothing is gathered yet."""
        self._cameras: dict[str, list[Shot]] = defaultdict(list)
        self._digests: dict[int, str] = {}
        self._seen: set[str | None] = set()

    def add(self, place: int, report: FileReport) -> None:
        """Take the report at a place; copies of the same bytes count once."""
        tags = report.metadata.get("exiftool")
        if not isinstance(tags, Mapping) or report.sha256 in self._seen:
            return
        name = camera_name(tags)
        if not name:
            return
        self._seen.add(report.sha256)
        self._digests[place] = report.sha256 or ""
        self._cameras[name].append(_shot(place, report, tags))

    def series(self) -> dict[str, list[Shot]]:
        """The photographs of each camera that has enough of them, by its name."""
        return {name: shots for name, shots in self._cameras.items() if len(shots) >= MIN_SERIES}

    def indicators(self) -> dict[int, tuple[Indicator, ...]]:
        """What stands out, by the place of the photograph."""
        found: dict[int, tuple[Indicator, ...]] = defaultdict(tuple)
        for camera, shots in self.series().items():
            for place, seen in series_findings(camera, shots):
                found[place] += (indicator(seen, self._digests[place]),)
        return dict(found)


def with_series(reports: Sequence[FileReport]) -> list[FileReport]:
    """The reports, with what stands out in the series of each camera."""
    collector = SeriesCollector()
    for place, report in enumerate(reports):
        collector.add(place, report)
    found = collector.indicators()
    return [
        replace(report, indicators=(*report.indicators, *found.get(place, ())))
        for place, report in enumerate(reports)
    ]


def camera_name(tags: Mapping[str, Any]) -> str:
    """Make, model and, where there is one, serial number; empty where no camera is named."""
    camera = camera_of(tags)
    serial = next((s for name in _SERIALS if (s := first_tag(tags, name))), None)
    return f"{camera} no. {serial}" if camera and serial else camera


def _shot(place: int, report: FileReport, tags: Mapping[str, Any]) -> Shot:
    jpeg = report.metadata.get("jpeg")
    structure = jpeg if isinstance(jpeg, Mapping) else {}
    traits = {
        "quantisation tables": structure.get("quantisation_digest"),
        "order of markers": structure.get("marker_digest"),
        "encoding": "progressive" if structure.get("progressive") else "baseline",
        "firmware": first_tag(tags, "Software") or first_tag(tags, "FirmwareVersion"),
    }
    width, height = structure.get("width"), structure.get("height")
    if width and height:
        traits["picture size"] = f"{max(width, height)} x {min(width, height)}"
    return Shot(
        place=place,
        counter=counter_of(report.path, tags),
        taken=moment_of(first_tag(tags, "DateTimeOriginal")),
        traits={name: str(value) for name, value in traits.items() if value is not None},
    )


def counter_of(path: str, tags: Mapping[str, Any]) -> int | None:
    """The number of a photograph by its name, else by its camera's own count."""
    match = _COUNTER.search(PurePath(path).stem)
    if match:
        return int(match[1])
    for name in _COUNTS:
        digits = re.sub(r"\D", "", str(first_tag(tags, name) or ""))
        if digits and len(digits) <= 9:
            return int(digits)
    return None


def series_findings(camera: str, shots: Sequence[Shot]) -> Iterator[tuple[int, Seen]]:
    """What stands out in the photographs of one camera, by place."""
    numbered = [shot for shot in shots if shot.counter is not None]
    yield from _twice(camera, numbered)
    timed = [shot for shot in numbered if shot.taken is not None]
    if len(timed) >= MIN_SERIES:
        yield from _out_of_order(camera, timed)
    if len(numbered) >= MIN_SERIES:
        yield from _gaps(camera, numbered)
    yield from _different(camera, shots)


def looked_at(shots: Sequence[Shot]) -> dict[str, int]:
    """At how many photographs of a series each check looks; 0 where it does not apply to it.

    This is what a rate of false alarms is of: a check that needs an unbroken run says nothing
    about a series without one.
    """
    numbered = [shot for shot in shots if shot.counter is not None]
    timed = [shot for shot in numbered if shot.taken is not None]
    in_order = len(timed) >= MIN_SERIES and _runs(timed)
    unbroken = len(numbered) >= MIN_SERIES and _is_unbroken({s.counter or 0 for s in numbered})
    return {
        "series-order/order": len(timed) if in_order else 0,
        "series-order/gap": len(numbered) if unbroken else 0,
        "series-order/twice": len(timed),
        "series-structure/differs": sum(bool(shot.traits) for shot in shots),
    }


def _runs(shots: Sequence[Shot]) -> bool:
    """Whether counters run with the clock but for a few."""
    return len(_in_order(shots)[1]) >= MOST * len(shots)


def _in_order(shots: Sequence[Shot]) -> tuple[list[Shot], set[int]]:
    """The photographs by their clock, and the places of a longest run of counters."""
    ordered = sorted(shots, key=lambda shot: (shot.taken, shot.counter))
    return ordered, longest_run(unwrapped([shot.counter or 0 for shot in ordered]))


def _is_unbroken(counters: Collection[int]) -> bool:
    """Whether nearly all counters between the first and the last are there."""
    return len(counters) >= UNBROKEN * (max(counters) - min(counters) + 1)


def _out_of_order(camera: str, shots: Sequence[Shot]) -> Iterator[tuple[int, Seen]]:
    if not _runs(shots):
        return  # the counters do not run with the clock at all: no series, so no outliers
    ordered, kept = _in_order(shots)
    outside = [at for at in range(len(ordered)) if at not in kept]
    for at in outside:
        shot = ordered[at]
        numbers = {
            "count": len(ordered),
            "camera": camera,
            "counter": shot.counter,
            "taken": f"{shot.taken:%Y-%m-%d %H:%M:%S}",
            "outside": len(outside),
        }
        yield shot.place, Seen("series-order", "order", numbers, {"share": MOST})


def unwrapped(counters: Sequence[int]) -> list[int]:
    """Counters of four digits that go on beyond 9999, where they fall by more than half of it."""
    turns = 0
    made: list[int] = []
    before: int | None = None
    for counter in counters:
        if before is not None and max(before, counter) < WRAP:
            turns += 1 if before - counter > WRAP // 2 else 0
            turns -= 1 if counter - before > WRAP // 2 else 0
        made.append(counter + turns * WRAP)
        before = counter
    return made


def longest_run(values: Sequence[int]) -> set[int]:
    """Places of a longest run of values that do not fall."""
    tails: list[int] = []
    tail_places: list[int] = []
    before: list[int] = [-1] * len(values)
    for place, value in enumerate(values):
        at = bisect_right(tails, value)
        before[place] = tail_places[at - 1] if at else -1
        if at == len(tails):
            tails.append(value)
            tail_places.append(place)
        else:
            tails[at], tail_places[at] = value, place
    kept: set[int] = set()
    place = tail_places[-1] if tail_places else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    return kept


def _gaps(camera: str, shots: Sequence[Shot]) -> Iterator[tuple[int, Seen]]:
    """Counters missing from a run that is otherwise unbroken."""
    by_counter = {shot.counter or 0: shot for shot in shots}
    counters = sorted(by_counter)
    if not _is_unbroken(counters):
        return
    for one, other in pairwise(counters):
        if other - one > 1:
            numbers = {
                "count": len(counters),
                "camera": camera,
                "missing": other - one - 1,
                "counter": other,
            }
            yield by_counter[other].place, Seen("series-order", "gap", numbers, {"share": UNBROKEN})


def _twice(camera: str, shots: Sequence[Shot]) -> Iterator[tuple[int, Seen]]:
    """Two photographs of different bytes with one counter and one time."""
    keys = Counter((shot.counter, shot.taken) for shot in shots if shot.taken)
    for shot in shots:
        if shot.taken and keys[shot.counter, shot.taken] > 1:
            numbers = {"camera": camera, "counter": shot.counter}
            yield shot.place, Seen("series-order", "twice", numbers, {})


def _different(camera: str, shots: Sequence[Shot]) -> Iterator[tuple[int, Seen]]:
    common = {name: value for name in _names(shots) if (value := _common(shots, name)) is not None}
    for shot in shots:
        what = [n for n, value in common.items() if n in shot.traits and shot.traits[n] != value]
        if what:
            numbers = {
                "count": len(shots),
                "camera": camera,
                "what": what,
                "values": {name: [shot.traits[name], common[name]] for name in what},
            }
            yield shot.place, Seen("series-structure", "differs", numbers, {"share": MOST})


def _names(shots: Iterable[Shot]) -> list[str]:
    return list(dict.fromkeys(name for shot in shots for name in shot.traits))


def _common(shots: Sequence[Shot], name: str) -> str | None:
    """The value that nearly all have; None when there is none."""
    counts = Counter(shot.traits[name] for shot in shots if name in shot.traits)
    value, count = counts.most_common(1)[0]
    return value if count >= MOST * sum(counts.values()) and len(counts) > 1 else None
