"""Which records changed since an entry of the log, for what keeps answers in memory.

Most changes add or correct statements of a few records; what is kept is then brought up to date
for these alone. Undoing, erasing, sealing and other rules of the workspace change more than
they name: what is kept is made anew after them.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from bayyina.app.consent_book import CONSENT, CONTACT
from bayyina.app.emptied_rows import SEAL
from bayyina.app.live import sequenced_batches
from bayyina.app.own_file_history import OWN_FILES
from bayyina.app.ports import Store
from bayyina.app.rows import (
    BatchRow,
    ClosingRow,
    ClosureRow,
    ErasureRow,
    JudgementRow,
    RecordRow,
    SettingRow,
    StatementRow,
    batch_of,
    row_number,
)
from bayyina.app.workspace import Workspace

LINKED: Final = "link"
"""The action of a run that joins records by name."""

SAME: Final = "same"
"""The judgement that two records are about one person."""

SWEEPING: Final = frozenset({"undo", "erase", SEAL})
"""Actions after which nothing that was kept holds any more."""

MOST: Final = 20_000
"""Statements of changes that are looked at; after more it is quicker to read everything."""


class Changes(NamedTuple):
    """What a stretch of the log changed."""

    records: frozenset[int]
    """Records that statements were added to or taken from."""

    is_more: bool
    """Whether it only added: nothing was withdrawn or corrected, nobody answered about consent or
    was named beside whose answer it is, and nobody was found to be somebody who may have answered:
    any of these can take people out of every figure."""


def changes_since(workspace: Workspace, entry: int) -> Changes | None:
    """What entries from ``entry`` on changed; None where that is more than can be told by record."""
    store = workspace.store
    with store.read():
        batches = [row for row in sequenced_batches(store) if (row.entry or 0) >= entry]
        if any(_is_sweeping(workspace, row) for row in batches):
            return None
        asked = {CONSENT, CONTACT}
        answers = {number for (kind, _), number in store.terms().items() if kind in asked}
        records: set[int] = set()
        closed: list[int] = []
        seen, is_answered = 0, False
        for batch in batches:
            first, last = row_number(batch.batch, 0), row_number(batch.batch + 1, 0) - 1
            for row in store.scan(StatementRow, first=first, last=last):
                seen += 1
                if seen > MOST:
                    return None
                records.add(row.record)
                is_answered = is_answered or row.term in answers
            is_answered = is_answered or _joins_who_may_have_answered(store, batch, first, last)
            closed += [row.statement for row in store.scan(ClosureRow, first=first, last=last)]
        records |= {row.record for row in store.find(StatementRow, "number", closed)}
    return Changes(frozenset(records), not closed and not is_answered)


def _joins_who_may_have_answered(store: Store, batch: BatchRow, first: int, last: int) -> bool:
    """Whether records were joined, by judgement or by a run, where anybody answered about consent."""
    judged = store.scan(JudgementRow, first=first, last=last)
    is_joined = batch.action == LINKED or any(row.verdict == SAME for row in judged)
    return is_joined and any(True for _ in store.find(RecordRow, "record_type", [CONSENT]))


def _is_sweeping(workspace: Workspace, batch: BatchRow) -> bool:
    if batch.action in SWEEPING:
        return True
    first, last = row_number(batch.batch, 0), row_number(batch.batch + 1, 0) - 1
    store = workspace.store
    for kind in (ClosingRow, ErasureRow):
        if any(
            batch_of(row.number) == batch.batch for row in store.scan(kind, first=first, last=last)
        ):
            return True
    settings = store.scan(SettingRow, first=first, last=last)
    return any(row.name.startswith(OWN_FILES[:-1]) for row in settings)
