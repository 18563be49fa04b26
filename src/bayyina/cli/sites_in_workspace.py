"""What a scan or a comparison asks of the workspace at hand: the embargo, and keeping what was found.

Loaded only where there is a workspace, so that the commands need neither it nor Django without one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bayyina.app.site_outputs import release_exact, withheld_ground
from bayyina.app.site_scan_records import KeptScan, keep_scan
from bayyina.cli.opening import workspace_at_work
from bayyina.sites.positions import Box
from bayyina.sites.scan_files import Withheld
from bayyina.sites.scanning import Scan


def ask_embargo(
    *,
    key: str | None,
    outline: Mapping[str, Any] | None,
    box: Box | None,
    files: Sequence[str],
    exact: bool,
) -> Withheld | None:
    """The site whose position the files must not tell; None where they may be exact.

    Args:
        key: Id that the site file gives.
        outline: Ground that the files are about, GeoJSON.
        box: All the ground that they show, where that is more.
        files: Kinds of files that are written.
        exact: Whether exact files are asked for.

    Raises:
        PermissionRefusedError: they are, and the member is not cleared for them.
    """
    with workspace_at_work() as workspace:
        withheld = withheld_ground(workspace, key=key, outline=outline, box=box)
        if withheld is not None and exact:
            release_exact(workspace, withheld, files)
            return None
        return withheld


def keep_in_register(site: str, found: Scan) -> KeptScan:
    """Keep a scan under a registered site."""
    with workspace_at_work() as workspace:
        return keep_scan(workspace, site=site, found=found)
