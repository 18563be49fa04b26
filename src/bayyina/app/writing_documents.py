"""Documents written from the workspace: their pages as files, and the run that the log keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bayyina.app.changes import ChangeWriter, change
from bayyina.app.rows import RunRow
from bayyina.app.workspace import Workspace
from bayyina.custody.canonical import canonical_json
from bayyina.reporting.page_files import write_page
from bayyina.typeset.blocks import Page


def write_pages(
    workspace: Workspace, page: Callable[[str], Page], languages: Sequence[str], stem: Path
) -> dict[str, tuple[Path, ...]]:
    """Write a page in some languages as web page and PDF; the files by language.

    Args:
        workspace: Whose clock dates the files.
        page: The page in a language.
        languages: Such as ``("en", "ar")``.
        stem: Path of the files without language and ending.

    Raises:
        StorageError: the disk refused.
    """
    time = workspace.clock.now()
    return {
        lang: write_page(page(lang), stem.with_name(f"{stem.name}.{lang}"), time=time)
        for lang in languages
    }


def add_run(writer: ChangeWriter, run_kind: str, parameters: Mapping[str, Any]) -> RunRow:
    """Add a run to a change: what was done, and with which parameters."""
    text = canonical_json(parameters)
    return writer.add(
        RunRow,
        run_kind=run_kind,
        parameters=text.decode(),
        digest=hashlib.sha256(text).hexdigest(),
    )


def log_run(
    workspace: Workspace,
    action: str,
    run_kind: str,
    parameters: Mapping[str, Any],
    details: Mapping[str, str | int],
) -> int:
    """Log one run by an entry of its own; the batch that records it.

    Args:
        workspace: Where it was done.
        action: The entry's action, such as ``write-dossier``.
        run_kind: Kind of the run.
        parameters: All that is needed to repeat it.
        details: What the entry itself tells.
    """
    with change(workspace, action) as writer:
        add_run(writer, run_kind, parameters)
        writer.finish(details)
        return writer.batch
