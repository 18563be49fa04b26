"""The embargo at commands that need no workspace: asked where there is one, else nothing is known of any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from bayyina.app.own_files import MARKER
from bayyina.cli.sites_documents import WithheldDocument
from bayyina.errors import InputError
from bayyina.sites.polygons import read_site_key
from bayyina.sites.positions import Box
from bayyina.sites.scan_files import Withheld

WORKSPACE_MODULE = "bayyina.cli.sites_in_workspace"
"""Opens workspaces, for which it needs Django; loaded only where there is one."""


def exact_option(command: Any) -> Any:
    """The option by which a cleared member asks for exact files of a site under embargo."""
    words = "Write exact positions of a site under embargo; for members with the role site-positions; logged."
    return click.option("--exact", is_flag=True, help=words)(command)


def opens_position(command: Any) -> Any:
    """The options by which a cleared person has the exact position of a site."""
    why = "Why the position is opened; it stands in the log."
    command = click.option("--reason", default="", help=why)(command)
    words = "Also the exact position, which is sealed; takes a reason."
    return click.option("--open", "opens", is_flag=True, help=words)(command)


def reason_given(reason: str, *, opens: bool) -> str | None:
    """Why a position is opened; None where it is not.

    Raises:
        InputError: there is a reason, and nothing is to be opened.
    """
    if reason and not opens:
        raise InputError("--reason goes with --open.", hint="Add --open to see what is sealed.")
    return reason if opens else None


def withheld_site(
    *,
    site: Path | None,
    outline: Mapping[str, Any] | None,
    files: Sequence[str],
    exact: bool,
    box: Box | None = None,
) -> Withheld | None:
    """The site whose position the files must not tell, by the workspace at hand.

    Raises:
        InputError: exact files are asked for, and there is no workspace that could log it.
        PermissionRefusedError: they are, and the member is not cleared for them.
    """
    if not workspace_is_at_hand():
        if exact:
            raise InputError(
                "--exact is for sites under embargo in a workspace, and there is none here.",
                hint="Leave it out, or name the workspace with --workspace.",
            )
        return None
    if not files:
        return None
    key = read_site_key(site) if site is not None else None
    found: Withheld | None = import_module(WORKSPACE_MODULE).ask_embargo(
        key=key, outline=outline, box=box, files=files, exact=exact
    )
    return found


def workspace_is_at_hand() -> bool:
    """Whether the folder that --workspace names is a workspace."""
    folder = click.get_current_context().find_root().obj["workspace"]
    return (Path(folder) / MARKER).is_file()


def withheld_document(withheld: Withheld | None, blurred: Sequence[str]) -> WithheldDocument | None:
    """The embargo as part of a document."""
    if withheld is None:
        return None
    return {"site": withheld.site, "reason": withheld.reason, "blurred": list(blurred)}
