"""Groups of files that look alike: copies, smaller copies, turned and mirrored ones.

The unit is the file. A group is not a body, a person or a case: one body may be in many
photographs that do not look alike, and two photographs that look alike may show two bodies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, TypeAlias

import numpy as np

from bayyina.media.hamming import from_hex, near_blocks
from bayyina.media.pictures import SYMMETRIES
from bayyina.media.results import FileReport

RADIUS: Final = 31
"""Bits in which two hashes of one picture may differ, as the makers of PDQ advise."""

MIN_QUALITY: Final = 50
"""Below this a picture has too little structure for its hash to tell it from others."""

MIN_SHARED: Final = 0.5
"""Share of a film's seconds that must be found in the other film."""

UNIT: Final = "file"
SAME_BYTES: Final = "same bytes"
FILM: Final = "seconds of film"

_Laid: TypeAlias = tuple[str, ...]
"""Hashes of one second of a film: as it is and, where they are known, in each other way to lay it."""


@dataclass(frozen=True)
class Link:
    """Why two files are in one group."""

    first: int
    """Place of the one file among those given, from 0."""

    second: int
    """Place of the other."""

    distance: int | None
    """Bits that differ, of 256; None for films."""

    how: str
    """How the second lies to the first: one of ``pictures.SYMMETRIES``, or the same bytes; of films
    the seconds, and how they lie if they are turned."""

    share: float | None = None
    """Share of the shorter film's seconds that the other has; None for pictures."""


@dataclass(frozen=True)
class Group:
    """Files that look alike, directly or through others."""

    files: tuple[int, ...]
    """Their places among the files given."""

    links: tuple[Link, ...]
    """As few links as tie the group together."""


@dataclass(frozen=True)
class Nearness:
    """What was compared, and what was found to look alike."""

    groups: tuple[Group, ...]
    """Groups of at least two files, the largest first."""

    compared: int
    """Files whose looks were compared."""

    not_compared: Mapping[int, str]
    """The others, with the reason."""


class _Sets:
    """Sets of files that grow together (union-find)."""

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))

    def top(self, item: int) -> int:
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def unite(self, one: int, other: int) -> bool:
        """Whether they were apart until now."""
        first, second = self.top(one), self.top(other)
        self.parent[max(first, second)] = min(first, second)
        return first != second


def find_near(
    reports: Sequence[FileReport], *, radius: int = RADIUS, min_quality: int = MIN_QUALITY
) -> Nearness:
    """Groups among files whose hashes are in their reports. No near pair is left out."""
    sets = _Sets(len(reports))
    pictures, films, not_compared = _sorted_out(reports, min_quality)
    found = chain(
        _same_bytes(reports),
        _near_pictures(reports, pictures, radius),
        _near_films(films, radius),
    )
    links = [link for link in found if sets.unite(link.first, link.second)]
    return Nearness(_groups(sets, links), len(pictures) + len(films), not_compared)


def _sorted_out(
    reports: Sequence[FileReport], min_quality: int
) -> tuple[list[int], dict[int, list[_Laid]], dict[int, str]]:
    pictures: list[int] = []
    films: dict[int, list[_Laid]] = {}
    not_compared: dict[int, str] = {}
    for place, report in enumerate(reports):
        quality = report.hashes.get("pdq_quality")
        if quality is not None and quality >= min_quality:
            pictures.append(place)
        elif quality is not None:
            not_compared[place] = f"too little structure (quality {quality} of 100)"
        elif report.hashes.get("pdq_seconds"):
            frames = report.hashes["pdq_seconds"]
            kept = [laid for frame in frames if (laid := _laid(frame, min_quality)) is not None]
            if kept:
                films[place] = kept
            else:
                not_compared[place] = "no second of the film has enough structure"
        else:
            not_compared[place] = report.detail or _why_not(report.type or "")
    return pictures, films, not_compared


def _why_not(kind: str) -> str:
    """Why a sound file has no hash of its looks."""
    if kind.startswith("image/"):
        return "this kind of picture is not decoded here; only its bytes were compared"
    if kind.startswith("video/"):
        return "no frame of the film was hashed; only its bytes were compared"
    return "no picture and no film"


def _same_bytes(reports: Sequence[FileReport]) -> Iterable[Link]:
    seen: dict[str, int] = {}
    for place, report in enumerate(reports):
        if report.sha256 is None:
            continue
        first = seen.setdefault(report.sha256, place)
        if first != place:
            yield Link(first, place, 0, SAME_BYTES)


def _near_pictures(
    reports: Sequence[FileReport], pictures: list[int], radius: int
) -> Iterable[Link]:
    """Links between pictures of different bytes, the nearest of each block first."""
    places = list({reports[place].sha256: place for place in reversed(pictures)}.values())[::-1]
    if not places:
        return
    originals = from_hex([reports[place].hashes["pdq"] for place in places])
    for layout, how in enumerate(SYMMETRIES):
        queries = originals
        if layout:
            queries = from_hex([reports[p].hashes["pdq_dihedral"][layout] for p in places])
        for pairs in near_blocks(queries, originals, radius, is_same=not layout):
            for at in np.argsort(pairs.distance, kind="stable"):
                first, second = places[pairs.first[at]], places[pairs.second[at]]
                if first != second:
                    yield Link(first, second, int(pairs.distance[at]), how)


def _near_films(films: Mapping[int, list[_Laid]], radius: int) -> Iterable[Link]:
    """Links between films of which one shares enough seconds with the other, laid in one way."""
    places = list(films)
    if len(places) < 2:
        return
    owner = np.repeat(np.arange(len(places)), [len(films[place]) for place in places])
    frames = [frame for place in places for frame in films[place]]
    hashes = from_hex([laid[0] for laid in frames])
    for layout, how in enumerate(SYMMETRIES):
        kept = np.flatnonzero([len(laid) > layout for laid in frames])
        queries = from_hex([frames[at][layout] for at in kept]) if layout else hashes
        shared: dict[tuple[int, int], tuple[set[int], set[int]]] = defaultdict(
            lambda: (set(), set())
        )
        for pairs in near_blocks(queries, hashes, radius, is_same=not layout):
            for one, other in zip(kept[pairs.first].tolist(), pairs.second.tolist(), strict=True):
                if owner[one] != owner[other]:
                    seconds = shared[int(owner[one]), int(owner[other])]
                    seconds[0].add(one)
                    seconds[1].add(other)
        for (one, other), (of_one, of_other) in shared.items():
            lengths = len(films[places[one]]), len(films[places[other]])
            is_first = lengths[0] <= lengths[1]
            share = len(of_one) / lengths[0] if is_first else len(of_other) / lengths[1]
            if share >= MIN_SHARED:
                said = f"{FILM}, {how}" if layout else FILM
                yield Link(places[one], places[other], None, said, round(share, 3))


def _laid(frame: object, min_quality: int) -> _Laid | None:
    """The hashes of one second, in each of the ways to lay it if they are known."""
    if not isinstance(frame, dict) or frame["quality"] < min_quality:
        return None
    return frame["pdq"], *frame.get("pdq_dihedral", ())[1:]


def _groups(sets: _Sets, links: list[Link]) -> tuple[Group, ...]:
    members: dict[int, list[int]] = defaultdict(list)
    for place in range(len(sets.parent)):
        members[sets.top(place)].append(place)
    by_group: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        by_group[sets.top(link.first)].append(link)
    found = [
        Group(tuple(files), tuple(by_group[top]))
        for top, files in members.items()
        if len(files) > 1
    ]
    return tuple(sorted(found, key=lambda group: (-len(group.files), group.files)))


def near_document(reports: Sequence[FileReport], near: Nearness, radius: int) -> dict[str, Any]:
    """The answer as plain data for JSON."""
    return {
        "unit": UNIT,
        "files": len(reports),
        "distinct_files": len({r.sha256 for r in reports if r.sha256 is not None}),
        "compared": near.compared,
        "radius": radius,
        "groups": [
            {
                "files": [
                    {"path": reports[place].path, "sha256": reports[place].sha256}
                    for place in group.files
                ],
                "links": [
                    {
                        "first": reports[link.first].path,
                        "second": reports[link.second].path,
                        "distance": link.distance,
                        "how": link.how,
                        "share": link.share,
                    }
                    for link in group.links
                ],
            }
            for group in near.groups
        ],
        "not_compared": [
            {"path": reports[place].path, "outcome": reports[place].outcome, "reason": reason}
            for place, reason in near.not_compared.items()
        ],
        "note": (
            "A group is of files that look alike. It is not a body, a person or a case, and no"
            " number of these follows from it."
        ),
        "note_ar": (
            "المجموعة ملفات متشابهة المظهر، وليست جثة ولا شخصاً ولا قضية، ولا يُستنتج منها عدد أي منها."
        ),
    }
