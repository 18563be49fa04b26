"""Whether a passphrase is good enough to stand between a stolen laptop and a person's key."""

from __future__ import annotations

import unicodedata
from typing import Final

from bayyina.errors import InputError

SHORTEST: Final = 12
"""Characters that a passphrase has at least; Argon2id makes each guess cost a seventh of a second."""

FEWEST_DIFFERENT: Final = 6
"""Different characters in it."""

SHORTEST_OF_DIGITS: Final = 20
"""Characters, if all of them are digits."""


def check_passphrase(passphrase: str, *, handle: str, fictional: bool) -> None:
    """Refuse a passphrase that can be guessed.

    A workspace of invented data takes any: there is nothing to protect.

    Raises:
        InputError: it is too short, too uniform, or made of the handle.
    """
    if fictional:
        return
    text = unicodedata.normalize("NFC", passphrase)
    why = ""
    if len(text) < SHORTEST:
        why = f"it has {len(text)} characters, and {SHORTEST} are needed"
    elif len(set(text)) < FEWEST_DIFFERENT:
        why = f"it has only {len(set(text))} different characters"
    elif text.isdecimal() and len(text) < SHORTEST_OF_DIGITS:
        why = "it has nothing but digits"
    elif handle and len(text.casefold().replace(handle.casefold(), "")) < SHORTEST - len(handle):
        why = "there is too little in it beside the handle"
    if why:
        raise InputError(
            f"This passphrase can be guessed: {why}.",
            hint="Take four or more words that do not belong together; nothing was changed.",
            code="weak-passphrase",
        )
