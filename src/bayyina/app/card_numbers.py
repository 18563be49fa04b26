"""Numbers on cards along the photographs of a workspace: which leave the run of the others.

The numbers are what people stated of items (``card_number`` and its like), the counters come from
the names of the files, the days from ``captured_on``. No photograph is opened here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from bayyina.app.evidence_items import Item
from bayyina.app.evidence_vault import EVIDENCE
from bayyina.app.identifying_cards import number_on
from bayyina.app.live import live_batches, live_statements
from bayyina.app.permissions import sight
from bayyina.app.rows import StatementRow, batch_of
from bayyina.app.workspace import Workspace
from bayyina.keys.sealing import is_sealed
from bayyina.media.card_series import CardReading, CardShot, card_findings
from bayyina.media.findings import indicator
from bayyina.media.results import Indicator
from bayyina.media.series import counter_of

_CARD: Final = ("card_number", "card_branch_number", "card_examination_number")
_READ: Final = (*_CARD, "captured_on", "file_name")
_DAY: Final = 10

Said = Mapping[str, Sequence[StatementRow]]


def card_indicators(workspace: Workspace, item: Item) -> tuple[Indicator, ...]:
    """What stands out of the numbers on the card in an item, along those of the other items.

    Only items that the member may see are looked at, and no value that is sealed. A number that
    is read in two ways counts as not read: ``identify group`` tells it as a conflict.

    Raises:
        PermissionRefusedError: the member may not take evidence in.
    """
    seen = sight(workspace, "add-evidence")
    if not _is_read(_said(workspace, [item.number]).get(item.number, {})):
        return ()  # most items are no photographs of cards
    store = workspace.store
    terms = [term for name in _CARD if (term := store.terms().get((EVIDENCE, name)))]
    batches = live_batches(store)
    found = store.find(StatementRow, "term", terms)
    numbers = {row.record for row in found if batch_of(row.number) in batches}
    said = _said(workspace, sorted(n for n in numbers if seen.covers(n)))
    shots = [_shot(number, about) for number, about in sorted(said.items()) if _is_read(about)]
    return tuple(
        indicator(what, item.sha256) for place, what in card_findings(shots) if place == item.number
    )


def _said(workspace: Workspace, records: Sequence[int]) -> dict[int, dict[str, list[StatementRow]]]:
    store = workspace.store
    names = {term: name for (kind, name), term in store.terms().items() if kind == EVIDENCE}
    said: dict[int, dict[str, list[StatementRow]]] = defaultdict(lambda: defaultdict(list))
    for row in live_statements(store, records, live_batches(store)):
        name = names.get(row.term, "")
        if name in _READ and row.value and not is_sealed(row.value):
            said[row.record][name].append(row)
    return said


def _is_read(said: Said) -> bool:
    return any(_number(said, name) for name in (_CARD[0], _CARD[2]))


def _number(said: Said, name: str) -> str:
    """The number that is stated, where all who read it agree."""
    numbers = {number_on(row.value or "") for row in said.get(name, ())} - {""}
    return numbers.pop() if len(numbers) == 1 else ""


def _shot(number: int, said: Said) -> CardShot:
    names = [row.value or "" for row in said.get("file_name", ())]
    return CardShot(
        place=number,
        card=CardReading(*(_number(said, name) for name in _CARD)),
        counter=counter_of(names[0], {}) if names else None,
        taken=_day(said),
    )


def _day(said: Said) -> datetime | None:
    """The day on which it was taken, where one whole day is stated."""
    days = {row.date_lo for row in said.get("captured_on", ()) if row.date_lo == row.date_hi}
    day = days.pop() if len(days) == 1 else None
    try:
        return datetime.fromisoformat(day[:_DAY]).replace(tzinfo=UTC) if day else None
    except ValueError:
        return None
