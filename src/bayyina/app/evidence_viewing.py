"""Looking at the bytes of an item: each look has its reason and stands in the log before a byte leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bayyina.app.evidence_events import LOOK
from bayyina.app.evidence_items import Item, find_item, read_items
from bayyina.app.evidence_reading import LOOK_ACTION, read_bytes
from bayyina.app.opening_sealed import cleared_rows
from bayyina.app.permissions import require
from bayyina.app.releasing import refuse_unconsented
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import log_run
from bayyina.errors import InputError


class Look(NamedTuple):
    """A look that stands in the log."""

    item: Item
    """What is looked at."""

    batch: int
    """The batch that records it."""


def begin_look(workspace: Workspace, short_id: str, *, reason: str) -> Look:
    """Log that the person at work looks at the bytes of an item.

    Raises:
        InputError: there is no such item, it was erased, or there is no reason.
        PermissionRefusedError: the member may not have its bytes.
    """
    item = viewable_item(workspace, short_id)
    why = reason.strip()
    if not why:
        raise InputError("A look at evidence has its reason.", hint="It stands in the log.")
    sealed = int(item.is_sealed)
    parameters = {"record": item.number, "reason": why, "sealed": sealed, "bytes": item.size}
    details = {"sealed": sealed, "bytes": item.size}
    return Look(item, log_run(workspace, LOOK_ACTION, LOOK, parameters, details))


def viewable_item(workspace: Workspace, short_id: str) -> Item:
    """An item whose bytes the person at work may have.

    Raises:
        InputError: there is no such item, or it was erased.
        CheckFailedError: whoever gave it took the consent back.
        PermissionRefusedError: the member may not have its bytes.
    """
    number = record_number(workspace, short_id)
    require(workspace, "download-evidence", records=[number])
    row = find_item(workspace, short_id)
    if row.wrapped_key is None:
        raise InputError(f"{short_id} was erased by two people; its bytes are gone.", code="erased")
    item = read_items(workspace, [row])[0]
    if item.is_sealed:
        require(workspace, "open-sealed", records=[row.number])
        cleared_rows(workspace)
    refuse_unconsented(workspace, row)
    return item


def look_on(workspace: Workspace, short_id: str) -> tuple[Item, Iterator[bytes]]:
    """The bytes of an item for somebody whose look was logged; errors as for ``read_bytes``."""
    item = viewable_item(workspace, short_id)
    return item, read_bytes(workspace, item.row)
