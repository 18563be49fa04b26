"""The workspace of a command that needs the vault: object storage can be reached through it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from bayyina.app.workspace import Workspace
from bayyina.cli.opening import workspace_at_work
from bayyina.remote.object_store import open_object_store


@contextmanager
def workspace_with_vault() -> Iterator[Workspace]:
    """The workspace of the running command; raises as ``workspace_at_work``."""
    with workspace_at_work() as workspace:
        yield replace(workspace, object_stores=open_object_store)
