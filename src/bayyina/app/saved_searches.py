"""Saved searches: the filters of the library or a text, kept to be asked again.

One's own lie in one's own notes, which nobody else can open. One that is shared is a setting of
the workspace and so an entry of the log; its text may be a name, so it is encrypted under a key
that every member has and nobody else. Whoever asked to be told is told when more records fit
than when they last looked.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bayyina.app.changes import change
from bayyina.app.live import live_batches
from bayyina.app.own_notes import Notes, change_notes, read_notes
from bayyina.app.permissions import require, sight
from bayyina.app.rows import SettingRow, batch_of
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError

READS: Final = "export-records"
"""What one must be allowed to do to search at all."""

SHARED: Final = "shared-search:"
"""Begins the names of the settings that are shared searches."""

MOST: Final = 100
"""Searches that one person can keep."""

AREAS: Final = ("/records/?", "/search/?")
"""What a search's address begins with: what leads elsewhere is none."""

LONGEST: Final = 2_000
"""Characters of an address; a name has at most 120."""

_NOTES: Final = "searches"
_INFO: Final = b"bayyina/shared-search/v1"


class SavedSearch(NamedTuple):
    """A search that is kept."""

    id: str
    """Names it."""

    name: str
    """What people call it."""

    address: str
    """Path and query of the page that asks it."""

    tells: bool
    """Whether its owner is told when more records fit."""

    seen: int
    """Records that fitted when they last looked; -1 where that was not counted."""

    by: str = ""
    """Handle of who shared it; empty for one's own."""


def own_searches(workspace: Workspace) -> list[SavedSearch]:
    """The searches of the member at work, by name.

    Raises:
        PermissionRefusedError: the member may not read records.
    """
    sight(workspace, READS)
    return sorted(_own(read_notes(workspace)).values(), key=lambda one: (one.name, one.id))


def keep_search(
    workspace: Workspace, *, name: str, address: str, tells: bool = False, seen: int = -1
) -> str:
    """Keep a search for oneself; its id.

    Raises:
        InputError: it has no name, is no search, or there are too many.
        PermissionRefusedError: the member may not read records.
    """
    sight(workspace, READS)
    called = " ".join(name.split())
    if not called or len(called) > 120:
        raise InputError("A search needs a name of at most 120 characters.")
    if not address.startswith(AREAS) or len(address) > LONGEST or not address.isprintable():
        raise InputError("This is no search of the library.")
    one = SavedSearch(secrets.token_hex(8), called, address, tells, seen)

    def kept(notes: Notes) -> Notes:
        own = _own(notes)
        if len(own) >= MOST:
            raise InputError(f"There are {MOST} searches already.", hint="Remove some.")
        return _with(notes, own | {one.id: one})

    change_notes(workspace, kept)
    return one.id


def forget_search(workspace: Workspace, search_id: str) -> None:
    """Remove one's own search.

    Raises:
        InputError: there is none with this id.
        PermissionRefusedError: the member may not read records.
    """
    one_search(workspace, search_id)

    def without(notes: Notes) -> Notes:
        return _with(notes, {key: one for key, one in _own(notes).items() if key != search_id})

    change_notes(workspace, without)


def look_through(workspace: Workspace, search_id: str, seen: int) -> SavedSearch:
    """Note that somebody looks at what a search of their own finds, and how many records it is.

    Raises:
        InputError: there is none with this id.
        PermissionRefusedError: the member may not read records.
    """
    one = one_search(workspace, search_id)._replace(seen=seen)
    change_notes(workspace, lambda notes: _with(notes, _own(notes) | {search_id: one}))
    return one


def one_search(workspace: Workspace, search_id: str) -> SavedSearch:
    """One's own search by its id.

    Raises:
        InputError: there is none.
        PermissionRefusedError: the member may not read records.
    """
    for one in own_searches(workspace):
        if one.id == search_id:
            return one
    raise InputError("There is no such search of yours.", code="no-such-search")


def share_search(workspace: Workspace, search_id: str) -> None:
    """Let every member who reads records see a search of one's own.

    Raises:
        InputError: there is none with this id.
        PermissionRefusedError: the member may not read records in the whole workspace.
    """
    require(workspace, READS)
    one = one_search(workspace, search_id)
    content = json.dumps({"name": one.name, "address": one.address, "by": workspace.member.handle})
    nonce = os.urandom(12)
    sealed = _cipher(workspace).encrypt(nonce, content.encode("ascii"), search_id.encode())
    with change(workspace, "share-search") as writer:
        writer.add(SettingRow, name=SHARED + search_id, text=(nonce + sealed).hex())
        writer.finish({"search": search_id})


def withdraw_search(workspace: Workspace, search_id: str) -> None:
    """Show a shared search to nobody any more.

    Raises:
        InputError: there is none with this id that the member shared.
        PermissionRefusedError: the member may not read records in the whole workspace.
    """
    require(workspace, READS)
    found = {one.id: one for one in shared_searches(workspace)}.get(search_id)
    if found is None or found.by != workspace.member.handle:
        raise InputError("You shared no such search.", code="no-such-search")
    with change(workspace, "withdraw-search") as writer:
        writer.add(SettingRow, name=SHARED + search_id, text="")
        writer.finish({"search": search_id})


def shared_searches(workspace: Workspace) -> list[SavedSearch]:
    """Searches that anybody shares, by name.

    Raises:
        PermissionRefusedError: the member may not read records in the whole workspace.
    """
    require(workspace, READS)
    store = workspace.store
    batches = live_batches(store)
    newest = {
        row.name: row.text
        for row in store.scan(SettingRow)
        if row.name.startswith(SHARED) and batch_of(row.number) in batches
    }
    opened = (_opened(workspace, name.removeprefix(SHARED), text) for name, text in newest.items())
    return sorted((one for one in opened if one is not None), key=lambda one: (one.name, one.id))


def _opened(workspace: Workspace, search_id: str, text: str) -> SavedSearch | None:
    try:
        sealed = bytes.fromhex(text)
        content = json.loads(
            _cipher(workspace).decrypt(sealed[:12], sealed[12:], search_id.encode())
        )
        one = SavedSearch(search_id, content["name"], content["address"], False, -1, content["by"])
    except (ValueError, InvalidTag, KeyError, TypeError):
        return None
    return one if one.address.startswith(AREAS) else None


def _own(notes: Notes) -> dict[str, SavedSearch]:
    found = notes.get(_NOTES, {})
    return {key: SavedSearch(key, **one) for key, one in found.items()}


def _with(notes: Notes, own: Mapping[str, SavedSearch]) -> Notes:
    plain: dict[str, Any] = {
        key: {"name": one.name, "address": one.address, "tells": one.tells, "seen": one.seen}
        for key, one in own.items()
    }
    return {**notes, _NOTES: plain}


def _cipher(workspace: Workspace) -> AESGCM:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO)
    return AESGCM(hkdf.derive(workspace.keys.marks))
