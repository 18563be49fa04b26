"""Which case key is in force: whoever still holds an older one in memory may not write with it.

A record whose key was wrapped under a case key that has been replaced could be opened by
nobody else. A server and a long-running program keep keys in memory, so every change asks.
"""

from __future__ import annotations

from typing import Final

from bayyina.app.live import setting
from bayyina.app.ports import Store
from bayyina.errors import KeyLockedError
from bayyina.keys.case_keys import case_key_id

CASE_KEY_ID: Final = "case_key_id"
"""Setting with the id of the case key in force; absent until the first one is replaced."""


def is_in_force(store: Store, case_key: bytes) -> bool:
    """Whether a case key is the one under which the workspace is kept now."""
    in_force = setting(store, CASE_KEY_ID)
    return in_force is None or in_force == case_key_id(case_key)


def check_generation(store: Store, case_key: bytes) -> None:
    """Refuse a case key that is not in force any more.

    Raises:
        KeyLockedError: it was replaced since the workspace was opened.
    """
    if not is_in_force(store, case_key):
        raise KeyLockedError(
            "The case key was replaced since you opened the workspace; nothing was changed.",
            hint="Sign in again, or give the command again.",
        )
