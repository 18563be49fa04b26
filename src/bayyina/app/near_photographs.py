"""Photographs that look alike, by what was found when they were looked into (``evidence inspect``).

No photograph is opened here: the hashes of looks stand in the reports of those who looked into
items. Items that nobody looked into are compared with nothing. That two pictures look alike is a
lead for people and never more: one body may be in pictures that do not look alike, and two pictures
that do may show two bodies.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from bayyina.app.evidence_inspecting import PROGRAM_REPORT, TOOL
from bayyina.app.evidence_reading import read_bytes
from bayyina.app.identifying_reading import one_link, values_of
from bayyina.app.rows import RecordRow
from bayyina.app.workspace import Workspace
from bayyina.errors import BayyinaError
from bayyina.figures.case_rows import CaseRow
from bayyina.media.near import find_near
from bayyina.media.pictures import SYMMETRIES
from bayyina.media.results import FileReport

PROPERTIES: Final = ("derived_from", "derivation", "tool", "sealed")
"""What has to be read of items."""

MOST_READ: Final = 20_000
"""Reports that are read at most; the newest are."""

_LONGEST: Final = 4_000_000


class NearPhotographs:
    """Which items look like which, as far as they were looked into; reports are read once."""

    def __init__(self, workspace: Workspace, items: Mapping[int, Sequence[CaseRow]]) -> None:
        """``items`` are all items with ``PROPERTIES``."""
        self._workspace = workspace
        self._reports: dict[int, list[int]] = defaultdict(list)
        sealed = {item for item, rows in items.items() if "yes" in values_of(rows, "sealed")}
        found = sorted(item for item, rows in items.items() if _is_report(rows))
        for report in found[-MOST_READ:]:
            parent = one_link(items[report], "derived_from")
            if parent and parent not in sealed and report not in sealed:
                self._reports[parent].append(report)
        self._read: dict[int, FileReport | None] = {}

    def alike(self, own: Collection[int], others: Collection[int]) -> list[tuple[int, int]]:
        """Pairs of one of ``own`` and one of ``others`` that look alike, in ascending order."""
        asked = sorted({*own} & self._reports.keys())
        beside = sorted(({*others} - {*own}) & self._reports.keys())
        if not asked or not beside:
            return []
        items = [item for item in (*asked, *beside) if self._hashes(item) is not None]
        reports = [found for item in items if (found := self._hashes(item)) is not None]
        pairs = set()
        for group in find_near(reports).groups:
            members = {items[place] for place in group.files}
            pairs |= {(one, other) for one in members & {*asked} for other in members & {*beside}}
        return sorted(pairs)

    def _hashes(self, item: int) -> FileReport | None:
        """What the newest report on an item says of its looks; None where none can be read."""
        if item not in self._read:
            found = (self._of_report(one) for one in reversed(self._reports[item]))
            self._read[item] = next((one for one in found if one is not None), None)
        return self._read[item]

    def _of_report(self, report: int) -> FileReport | None:
        rows = self._workspace.store.find(RecordRow, "number", [report])
        if not rows or rows[0].wrapped_key is None:
            return None
        try:
            said = json.loads(_whole(read_bytes(self._workspace, rows[0])))
        except (BayyinaError, ValueError):
            return None  # damaged or missing bytes are told by `evidence check`
        return _file_report(said)


def _whole(parts: Iterable[bytes]) -> bytes:
    found = b""
    for part in parts:
        found += part
        if len(found) > _LONGEST:
            raise ValueError("no report is so long")
    return found


def _file_report(said: Any) -> FileReport | None:
    """The hashes of a report that was written by ``evidence inspect``; None for anything else."""
    if not isinstance(said, dict) or not isinstance(said.get("hashes"), dict):
        return None
    hashes = said["hashes"]
    quality, pdq = hashes.get("pdq_quality"), hashes.get("pdq")
    turned = hashes.get("pdq_dihedral")
    if not isinstance(quality, int) or not isinstance(turned, list):
        return None
    if not all(_is_hash(text) for text in (pdq, *turned)) or len(turned) < len(SYMMETRIES):
        return None
    sha256 = said.get("sha256")
    return FileReport(
        path="", sha256=sha256 if isinstance(sha256, str) else None, type=None, outcome="ok",
        detail="", hashes={"pdq": pdq, "pdq_quality": quality, "pdq_dihedral": turned},
    )  # fmt: skip


def _is_hash(text: object) -> bool:
    return isinstance(text, str) and len(text) == 64 and set(text) <= set("0123456789abcdef")


def _is_report(rows: Sequence[CaseRow]) -> bool:
    return PROGRAM_REPORT in values_of(rows, "derivation") and TOOL in values_of(rows, "tool")
