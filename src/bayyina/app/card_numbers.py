"""Numbers on cards along the photographs of a workspace: which leave the run of the others.

The numbers are what people stated of items (``card_number`` and its like), the counters come from
the names of the files, the days from ``captured_on``. No photograph is opened here. The series is
read from the snapshot, whose columns are quick to search, however much else is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from bayyina.app.evidence_items import Item
from bayyina.app.evidence_vault import EVIDENCE
from bayyina.app.identifying_cards import number_on
from bayyina.app.permissions import sight
from bayyina.app.ports import Progress, Store
from bayyina.app.rows import StatementRow
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.workspace import Workspace
from bayyina.figures.case_rows import CaseRow, reading_cases
from bayyina.media.card_series import CardReading, CardShot, card_findings
from bayyina.media.findings import indicator
from bayyina.media.results import Indicator
from bayyina.media.series import counter_of

_CARD: Final = ("card_number", "card_branch_number", "card_examination_number")
_TOLD: Final = ("card_number", "card_examination_number")
_READ: Final = (*_CARD, "captured_on", "file_name")
_DAY: Final = 10

Said = Mapping[str, Sequence[CaseRow]]


def card_indicators(workspace: Workspace, item: Item, progress: Progress) -> tuple[Indicator, ...]:
    """What stands out of the numbers on the card in an item, along those of the other items.

    Only items that the member may see are looked at, and no value that is sealed. A number that
    is read in two ways counts as not read: ``identify group`` tells it as a conflict.

    Raises:
        PermissionRefusedError: the member may not take evidence in.
    """
    seen = sight(workspace, "add-evidence")
    if not _bears_number(workspace.store, item.number):
        return ()  # most items are no photographs of cards
    with reading_cases(refresh_snapshot(workspace, progress), workspace.vocabulary) as reader:
        said = _by_record(reader.statements([EVIDENCE], properties=_READ))
    shots = [
        _shot(number, about)
        for number, about in sorted(said.items())
        if _is_read(about) and seen.covers(number)
    ]
    return tuple(
        indicator(what, item.sha256) for place, what in card_findings(shots) if place == item.number
    )


def _bears_number(store: Store, item: int) -> bool:
    """Whether anybody ever read a number in an item; one look by its record."""
    terms = {store.terms().get((EVIDENCE, name)) for name in _TOLD}
    return any(row.term in terms for row in store.find(StatementRow, "record", [item]))


def _by_record(rows: Sequence[CaseRow]) -> dict[int, dict[str, list[CaseRow]]]:
    said: dict[int, dict[str, list[CaseRow]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.value:
            said[row.record][row.property].append(row)
    return said


def _is_read(said: Said) -> bool:
    return any(_number(said, name) for name in _TOLD)


def _number(said: Said, name: str) -> str:
    """The number that is stated, where all who read it agree."""
    numbers = {number_on(row.value) for row in said.get(name, ())} - {""}
    return numbers.pop() if len(numbers) == 1 else ""


def _shot(number: int, said: Said) -> CardShot:
    names = [row.value for row in said.get("file_name", ())]
    return CardShot(
        place=number,
        card=CardReading(*(_number(said, name) for name in _CARD)),
        counter=counter_of(names[0], {}) if names else None,
        taken=_day(said),
    )


def _day(said: Said) -> datetime | None:
    """The day on which it was taken, where one whole day is stated."""
    days = {row.first for row in said.get("captured_on", ()) if row.first == row.last}
    day = days.pop() if len(days) == 1 else None
    try:
        return datetime.fromisoformat(day[:_DAY]).replace(tzinfo=UTC) if day else None
    except ValueError:
        return None
