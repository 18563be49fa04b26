"""Looking into an item: what it is by several tools, what it says of itself, what to look at.

The report is an item of its own, made from the one that was looked into, so that what a program
said on some day stays as it was said. Its findings are indicators for people.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final, TypeAlias

from bayyina import __version__
from bayyina.app.card_numbers import card_indicators
from bayyina.app.clocks import write_time
from bayyina.app.embargoed_files import without_places
from bayyina.app.evidence_deriving import Derived, derive_item
from bayyina.app.evidence_items import Item, find_item, read_items
from bayyina.app.evidence_reading import write_bytes
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.media.inspecting import inspect_files
from bayyina.media.results import FileReport
from bayyina.vault.private_folders import private_folder

PROGRAM_REPORT: Final = "program_report"
"""Code of such a report among the ways in which items are made."""

TOOL: Final = "bayyina media inspect"
"""What makes it."""

_LONGEST_ENDING: Final = 10

Inspect: TypeAlias = Callable[[Iterable[Path]], Iterator[FileReport]]
"""Reports on files, each by itself."""


def inspect_item(
    workspace: Workspace,
    *,
    item: str,
    report: Path,
    progress: Progress,
    inspect: Inspect = inspect_files,
    parameters: str = "",
) -> tuple[Derived, FileReport]:
    """Look into an item; its report, which is kept as an item made from it.

    While it is looked into, the bytes lie in a private folder: in memory, or in the workspace
    if they are too many. It is removed afterwards, or at the next start. Where somebody read the
    card in a photograph, its numbers are looked at along those of the other items.

    Args:
        workspace: Where the item is.
        item: Its short id.
        report: The report of the intake of what was found.
        progress: Told files done.
        inspect: What looks into files.
        parameters: With what it looks, as the report's own record says.

    Raises:
        MediaExtraMissingError: the libraries that read foreign files are not installed.
        InputError: there is no such item, or it was erased.
        CheckFailedError: its bytes are not those that were taken in.
        PermissionRefusedError: the member may not take evidence in.
    """
    require(workspace, "add-evidence")
    row = find_item(workspace, item)
    if row.wrapped_key is None:
        raise InputError(f"{item} was erased.", hint="There is nothing to look into.")
    found = read_items(workspace, [row])[0]
    with private_folder(workspace.folder, room=2 * found.size) as folder:
        copy = folder / f"{item}{_ending(found)}"
        write_bytes(workspace, found, copy)
        said = replace(next(iter(inspect([copy]))), path=item)
        said = replace(
            said, indicators=(*said.indicators, *card_indicators(workspace, found, progress))
        )
        said = without_places(workspace, found, said)
        copy.unlink()
        file = folder / f"{item}.inspection.json"
        document = {
            "item": item,
            "inspected_at": write_time(workspace.clock.now()),
            "version": __version__,
            **said.document(),
        }
        text = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1)
        file.write_text(f"{text}\n", encoding="utf-8", newline="\n")
        made = derive_item(
            workspace,
            parent=item,
            file=file,
            derivation=PROGRAM_REPORT,
            tool=TOOL,
            version=__version__,
            parameters=parameters,
            report=report,
            progress=progress,
        )
    return made, said


def _ending(item: Item) -> str:
    """The ending of the file's name, which some tools look at; empty where it is no plain one."""
    ending = PurePosixPath(item.names[0]).suffix if item.names else ""
    is_plain = ending[1:].isascii() and ending[1:].isalnum() and len(ending) <= _LONGEST_ENDING
    return ending if is_plain else ""
