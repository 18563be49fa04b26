"""What files about a site may tell of where it lies, and who may have them exact.

A scan reads the site's own images and needs no workspace. Where the workspace at hand holds the
site under embargo, what the scan writes is blurred as every other output is, unless a member who
is cleared for positions asks for the exact files; that is logged before anything is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bayyina.app.changes import change
from bayyina.app.live import live_batches, live_statements
from bayyina.app.permissions import require
from bayyina.app.rows import RecordRow, RunRow
from bayyina.app.site_disclosure import EXACT, NEAR_DEGREES, Embargo, embargo_of, site_place
from bayyina.app.site_files import SITE_KEY
from bayyina.app.workspace import Workspace
from bayyina.custody.canonical import canonical_json
from bayyina.sites.positions import Box, box_of, ground_of
from bayyina.sites.scan_files import Withheld

ACTION: Final = "release-site-files"
"""What the log calls the release of exact files of a site under embargo."""

REASON: Final = (
    "The site {site} is under embargo, since its evidence does not suffice yet: the position in this "
    "file is not that of the site, or is left out."
)


def withheld_ground(
    workspace: Workspace,
    *,
    key: str | None = None,
    outline: Mapping[str, Any] | None = None,
    box: Box | None = None,
) -> Withheld | None:
    """The site under embargo that files about some ground would show; None without one.

    Args:
        workspace: Whose register is asked.
        key: Id that a site file gives, if any.
        outline: Ground that the files are about, GeoJSON in degrees.
        box: All the ground that they show, where that is more.
    """
    embargo = embargo_of(workspace)
    shown = [one for one in (box, box_of(outline) if outline is not None else None) if one]
    rows = workspace.store.find(RecordRow, "number", sorted(embargo.withheld))
    named = (row for row in rows if key is not None and row.list_key == SITE_KEY + key)
    near = (row for row in rows if any(_lies_in(workspace, row.number, one) for one in shown))
    found = next(named, None) or next(near, None)
    return None if found is None else _withheld(workspace, embargo, found.number)


def release_exact(workspace: Workspace, withheld: Withheld, files: Sequence[str]) -> int:
    """Log that a cleared member has files of a withheld site written exactly; the batch.

    Raises:
        PermissionRefusedError: the member is not cleared for positions.
    """
    require(workspace, EXACT)
    parameters = canonical_json({"site": withheld.site, "files": " ".join(files)})
    with change(workspace, ACTION) as writer:
        writer.add(
            RunRow,
            run_kind="site-files",
            parameters=parameters.decode(),
            digest=hashlib.sha256(parameters).hexdigest(),
        )
        writer.finish({"files": " ".join(files)})
        return writer.batch


def _lies_in(workspace: Workspace, site: int, box: Box) -> bool:
    """Whether a site may lie in a box.

    Of a sealed position its cell decides, so that trying ground after ground tells nothing more.
    """
    store = workspace.store
    rows = live_statements(store, [site], live_batches(store))
    place = site_place(workspace, rows)
    if place.exact is not None:
        return box.widened(NEAR_DEGREES).holds(place.exact)
    return place.cell is not None and box.widened(NEAR_DEGREES).meets(ground_of(place.cell))


def _withheld(workspace: Workspace, embargo: Embargo, site: int) -> Withheld:
    short = workspace.short_id(site)
    told = embargo.position(site)
    return Withheld(short, None if told is None else told.position, REASON.format(site=short))
