"""Showing what is in an item to somebody whose look was logged, without opening it in this process.

A page of a PDF, a captured page of a web archive, the messages of a chat: a child process reads
the bytes in a private folder, which is removed before the answer leaves.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

from bayyina.app.evidence_reading import write_bytes
from bayyina.app.evidence_vault import item_keys, open_vault
from bayyina.app.evidence_viewing import viewable_item
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.media.viewing.running import UnshownError, turn, view_file
from bayyina.vault.blob_reading import BlobReader
from bayyina.vault.private_folders import private_folder

LARGEST: Final = 1 << 30
"""Bytes of an item that is opened to be shown."""

PAGES: Final = frozenset({"application/pdf"})
DRAWN: Final = frozenset({"image/tiff", "image/bmp", "image/jp2", "image/x-jp2-codestream"})
"""Pictures that browsers do not show."""

ARCHIVES: Final = frozenset(
    {"application/warc", "application/warc+gzip", "application/wacz"}
    | {"application/x-internet-archive", "application/x-internet-archive+gzip"}
)  # fmt: skip
TEXTS: Final = frozenset(
    {"text/plain", "text/csv", "text/html", "text/xml", "text/tab-separated-values"}
    | {"application/json", "application/zip", "message/rfc822"}
)  # fmt: skip
"""What may be a chat, and is shown as text where it is none."""


def show_item(workspace: Workspace, short_id: str, job: Mapping[str, Any]) -> dict[str, Any]:
    """Something of an item for somebody whose look was logged.

    Args:
        workspace: With the member at work.
        short_id: The item.
        job: What is asked for: ``show`` is ``pages``, ``captures``, ``capture`` or ``text``.

    Raises:
        InputError: there is no such item, or it was erased.
        PermissionRefusedError: the member may not have its bytes.
        UnshownError: it cannot be shown.
        BusyError: too many are shown at this moment.
    """
    item = viewable_item(workspace, short_id)
    if item.size > LARGEST:
        raise UnshownError(
            "It is too large to be shown here.", hint="Take the file along to look at it."
        )
    with turn(), private_folder(workspace.folder, room=item.size) as folder:
        copy = folder / "item"
        write_bytes(workspace, item, copy)
        return view_file(copy, item.media_type, job, work=folder)


def show_picture(
    workspace: Workspace, short_id: str, job: Mapping[str, Any]
) -> tuple[bytes, int, int]:
    """A page or picture of an item, drawn anew: JPEG, its width and height; errors as above."""
    said = show_item(workspace, short_id, job)
    if "jpeg" not in said:
        raise UnshownError("It cannot be shown: it is no picture.", hint="Take the file along.")
    return base64.b64decode(said["jpeg"]), int(said["width"]), int(said["height"])


def read_part(workspace: Workspace, short_id: str, first: int, last: int) -> bytes:
    """Some bytes of an item, from ``first`` to ``last``, both among them; errors as above."""
    item = viewable_item(workspace, short_id)
    keys = item_keys(workspace, item.row)
    if keys is None:
        raise InputError(f"{short_id} was erased by two people; its bytes are gone.", code="erased")
    return BlobReader(open_vault(workspace).store, keys).read(first, last - first + 1)
