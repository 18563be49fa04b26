"""Records of which something stands in clear that ought to be sealed: one rule for all who ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from bayyina.app.ports import Progress, Store
from bayyina.app.rows import StatementRow
from bayyina.app.sealing_keys import marks_key_of
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.workspace import Workspace
from bayyina.disclosure.protected_people import protection
from bayyina.figures.unsealed_people import Unsealed, find_unsealed
from bayyina.keys.sealing import is_sealed, mark_of


def unsealed_records(workspace: Workspace, progress: Progress) -> Unsealed:
    """Records of which something stands in clear that ought to be sealed.

    It was written before values were sealed, or became known to be a child's or a survivor's
    by what another list says, of the record or of another one of the same person. Who is not
    cleared cannot tell a sealed identifier from another. Which statements of them are meant,
    ``Protection.seals`` and ``seals_wording`` tell.
    """
    snapshot = refresh_snapshot(workspace, progress)
    marks = marks_key_of(workspace)
    return find_unsealed(
        snapshot,
        workspace.vocabulary,
        protection(workspace.vocabulary),
        wordings=partial(_wordings, workspace.store),
        mark=None if marks is None else partial(mark_of, marks),
    )


def _wordings(store: Store, numbers: Sequence[int]) -> Mapping[int, str]:
    """What was written beside the values of some statements, in clear."""
    rows = store.find(StatementRow, "number", numbers)
    return {
        row.number: row.original
        for row in rows
        if row.original is not None and not is_sealed(row.original)
    }
