"""Opening what is sealed: with the permission, the clearance and a reason, and never without a trace.

Every use case that shows sealed values, or needs them in memory, takes them through here. The
entry stands in the log before anything is opened.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from bayyina.app.clearances import OPEN_SEALED, cleared_members
from bayyina.app.permissions import require
from bayyina.app.record_reading import read_record
from bayyina.app.sealed_rows import SealedRows
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import log_run
from bayyina.errors import InputError, KeyLockedError, PermissionRefusedError

ACTION: Final = "open-sealed"
"""What the log calls an opening; also the kind of the run."""

LONGEST_REASON: Final = 1_000
"""Characters that a reason has at most."""

USES: Final = (
    "record",
    "search",
    "linkage",
    "submission",
    "letter",
    "dossier",
    "report",
    "evidence",
    "export",
    "bundle",
    "kept-aside",
)
"""What sealed values are opened for."""


def open_sealed(
    workspace: Workspace, short_id: str, *, reason: str, history: bool = False
) -> dict[str, Any]:
    """A record with what is sealed of it, as a JSON document; ``opened_in`` is the entry's batch.

    Raises:
        InputError: there is no such record, or no reason.
        PermissionRefusedError: the member may not open sealed values.
        KeyLockedError: the member is not cleared.
    """
    number = record_number(workspace, short_id)
    require(workspace, OPEN_SEALED, records=[number])
    read_record(workspace, short_id, history=history)  # nothing is logged of a record that is none
    sealed, batch = rows_for(workspace, "record", [number], reason=reason)
    document = read_record(workspace, short_id, history=history, sealed=sealed)
    return document | {"opened_in": batch}


def rows_for(
    workspace: Workspace, use: str, records: Collection[int], *, reason: str
) -> tuple[SealedRows, int]:
    """What opens statements for a use, once the use stands in the log; and the entry's batch.

    Args:
        workspace: With the member at work.
        use: One of ``USES``.
        records: Whose statements will be opened; none for all that a run over everything needs.
        reason: Why.

    Raises:
        InputError: there is no reason.
        PermissionRefusedError: the member may not open sealed values.
        KeyLockedError: the member is not cleared.
    """
    require(workspace, OPEN_SEALED, records=records or None)
    why = " ".join(reason.split())
    if not why or len(why) > LONGEST_REASON:
        raise InputError(
            "What is sealed is opened for a reason."
            if not why
            else f"A reason has at most {LONGEST_REASON} characters.",
            hint="Give it with --reason; it stands in the log.",
            code="no-reason",
        )
    sealed = cleared_rows(workspace)
    ids = " ".join(workspace.short_id(number) for number in sorted(records))
    parameters = {"use": use, "records": ids, "reason": why}
    batch = log_run(workspace, ACTION, ACTION, parameters, {"use": use, "records": len(records)})
    return sealed, batch


def cleared_rows(workspace: Workspace) -> SealedRows:
    """What opens statements, for a use case that asks for permission and logs the look itself.

    Raises:
        KeyLockedError: the member is not cleared.
    """
    sealed = SealedRows(workspace)
    if not sealed.can_open:
        able = ", ".join(row.handle for row in cleared_members(workspace.store))
        raise KeyLockedError(
            f"{workspace.member.handle} is not cleared for sealed values.",
            hint=f"Who is cleared can clear others with `bayyina people clear`: {able or 'nobody'}.",
            code="not-cleared",
        )
    return sealed


def rows_needed(
    workspace: Workspace, use: str, records: Collection[int], *, reason: str
) -> SealedRows:
    """As ``rows_for``, without the batch; errors as there."""
    return rows_for(workspace, use, records, reason=reason)[0]


def rows_if_cleared(
    workspace: Workspace, use: str, records: Collection[int], *, reason: str
) -> SealedRows | None:
    """As ``rows_for``, for a use that goes on without sealed values; None where it has to."""
    try:
        return rows_for(workspace, use, records, reason=reason)[0]
    except (KeyLockedError, PermissionRefusedError):
        return None
