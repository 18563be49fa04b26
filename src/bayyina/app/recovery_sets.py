"""The recovery key: a custodian who is nobody, whose private half exists only in shares.

Its public half stands in the setting ``recovery``, with the marks by which each share is known
by itself, and with the case key and the private halves of the sealing keys wrapped to it. So
shares on paper outlast every rotation: what is wrapped changes, the shares do not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from bayyina.app.live import setting
from bayyina.app.ports import Store
from bayyina.errors import CustodyError
from bayyina.keys.case_keys import open_case_key, wrap_case_key

SETTING: Final = "recovery"
"""Name of the setting; the newest one holds."""

_PLACE: Final = "recovery/"


@dataclass(frozen=True)
class RecoverySet:
    """A set of shares, and what they open."""

    set_id: str
    """Id of the set (10 hex digits), as it stands on each share."""

    public: bytes
    """Raw X25519 public key that the shares are shares of the private half of."""

    of: int
    """Shares that were made."""

    needed: int
    """How many of them are needed."""

    marks: tuple[str, ...]
    """Digests by which each share is known, by number."""

    wrapped: Mapping[str, str]
    """What the shares open, wrapped (hex), by code: ``main`` is the case key."""

    def text(self) -> str:
        """What the setting holds."""
        content = {
            "set": self.set_id,
            "public": self.public.hex(),
            "of": self.of,
            "needed": self.needed,
            "marks": list(self.marks),
            "wrapped": dict(self.wrapped),
        }
        return json.dumps(content, sort_keys=True)

    def holding(self, secrets: Mapping[str, bytes]) -> RecoverySet:
        """The same set with more secrets, or newer ones under the same codes."""
        fresh = {
            code: wrap_case_key(secret, self.public, place=_PLACE + code).hex()
            for code, secret in secrets.items()
        }
        return RecoverySet(
            self.set_id, self.public, self.of, self.needed, self.marks, {**self.wrapped, **fresh}
        )

    def open(self, private: X25519PrivateKey) -> dict[str, bytes]:
        """The secrets by code.

        Raises:
            KeyLockedError: it is another set's key, or the setting was changed.
        """
        return {
            code: open_case_key(bytes.fromhex(text), private, place=_PLACE + code)
            for code, text in self.wrapped.items()
        }


def text_with(store: Store, secrets: Mapping[str, bytes]) -> str | None:
    """What the setting is to hold once the shares open more secrets; None without shares.

    Raises:
        CustodyError: the setting was changed.
    """
    shared = recovery_set(store)
    return None if shared is None else shared.holding(secrets).text()


def recovery_set(store: Store) -> RecoverySet | None:
    """The set of shares in force; None where there is none.

    Raises:
        CustodyError: the setting was changed.
    """
    text = setting(store, SETTING)
    if text is None:
        return None
    try:
        content: dict[str, Any] = json.loads(text)
        if not content:
            return None
        return RecoverySet(
            content["set"],
            bytes.fromhex(content["public"]),
            content["of"],
            content["needed"],
            tuple(content["marks"]),
            content["wrapped"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise CustodyError(
            "The setting of the recovery shares is damaged.", hint="Run `bayyina log verify`."
        ) from error
