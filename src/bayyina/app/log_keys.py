"""The keys that have signed the log: where one followed another, both signed the checkpoint.

Whoever trusts one of them knows the others by such checkpoints, and by nothing else: a key that
only a setting names is trusted by nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bayyina.app.ports import Store
from bayyina.app.rows import SettingRow
from bayyina.app.workspace import Workspace
from bayyina.custody.notes import Ed25519Verifier, Verifier, open_note, read_note
from bayyina.errors import BayyinaError, CustodyError

LOG_PUBLIC_KEY: Final = "log_public_key"
"""Setting with the public half (hex) of the key that signs the log; the newest is in force."""


def own_verifiers(workspace: Workspace) -> list[Verifier]:
    """Every key that has signed the workspace's log, the one in force first."""
    origin = workspace.identity.origin
    own = Ed25519Verifier(origin, workspace.keys.log.public_key().public_bytes_raw())
    return with_others(workspace.store, origin, [own])


def with_others(store: Store, origin: str, trusted: Sequence[Verifier]) -> list[Verifier]:
    """The trusted keys, and those that signed a checkpoint together with one of them.

    Args:
        store: Holds settings and checkpoints, which nobody may have verified yet.
        origin: The log.
        trusted: Keys that are known from elsewhere.
    """
    found = list(trusted)
    candidates = _stated(store, origin)
    if len(candidates) < 2:
        return found
    both = [row.note for row in store.checkpoints() if _has_two(row.note, origin)]
    while True:
        known = {one.key_id for one in found}
        new = [
            one
            for one in candidates
            if one.key_id not in known
            and any(_signs(note, found) and _signs(note, [one]) for note in both)
        ]
        if not new:
            return found
        found += new


def _has_two(note: object, origin: str) -> bool:
    """Whether a note bears two signatures of the log itself."""
    try:
        signatures = read_note(str(note)).signatures
    except CustodyError:
        return False
    return sum(name == origin for name, _, _ in signatures) > 1


def _signs(note: str, verifiers: Sequence[Verifier]) -> bool:
    """Whether one of the keys signed a note, and no signature of theirs fails."""
    try:
        open_note(note, verifiers)
    except CustodyError:
        return False
    return True


def _stated(store: Store, origin: str) -> list[Ed25519Verifier]:
    """The keys that settings name; what is no key is left out: verification names it."""
    found: list[Ed25519Verifier] = []
    try:
        rows = store.find(SettingRow, "name", [LOG_PUBLIC_KEY])
    except BayyinaError:
        return found
    for row in rows:
        try:
            one = Ed25519Verifier(origin, bytes.fromhex(row.text))
        except (ValueError, TypeError, CustodyError):
            continue
        if all(one.key_id != other.key_id for other in found):
            found.append(one)
    return found
