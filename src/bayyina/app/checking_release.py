"""Explaining what of a record would leave for a recipient, and why not the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bayyina.app.permissions import require
from bayyina.app.recipients import find_recipient
from bayyina.app.releasing import Release
from bayyina.app.rows import RecordRow
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError


def check_release(
    workspace: Workspace, records: Sequence[str], recipient: str
) -> list[dict[str, Any]]:
    """What does not leave of some records as it is: ids, rules and reasons, never values.

    Raises:
        InputError: there is no such record or recipient.
        PermissionRefusedError: the member may not read records.
    """
    numbers = [record_number(workspace, one) for one in dict.fromkeys(records)]
    require(workspace, "export-records", records=numbers)
    known = {row.number for row in workspace.store.find(RecordRow, "number", numbers)}
    for number, one in zip(numbers, dict.fromkeys(records), strict=True):
        if number not in known:
            raise InputError(f"There is no record {one}.", code="no-such-record")
    release = Release(workspace, find_recipient(workspace, recipient))
    allowed = release.decide_numbers(numbers)
    found = [*allowed.refused.values(), *allowed.removals.values()]
    return [one.to_json() for one in found]
