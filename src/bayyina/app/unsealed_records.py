"""Records of which something stands in clear that ought to be sealed."""

from __future__ import annotations

from bayyina.app.ports import Progress
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.workspace import Workspace
from bayyina.disclosure.protected_people import protection
from bayyina.figures.unsealed_people import Unsealed, find_unsealed


def unsealed_records(workspace: Workspace, progress: Progress) -> Unsealed:
    """Records of which something stands in clear that ought to be sealed.

    It was written before values were sealed, or became known to be a child's or a survivor's
    by what another list says. Which statements of them are meant, ``Protection.seals`` tells.
    """
    snapshot = refresh_snapshot(workspace, progress)
    return find_unsealed(snapshot, workspace.vocabulary, protection(workspace.vocabulary))
