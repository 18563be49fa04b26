"""Identifiers that lists and offices give: ``national-no:123``, ``case-no:A-17``.

An identifier is a scheme and a value. Two records with the same scheme and value are about
one person, so the normal form changes only what carries no meaning: the kind of digits,
invisible signs, and space around and repeated inside. Case and hyphens are kept.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bayyina.errors import ValueUnreadableError
from bayyina.model.digits import plain_text

_SCHEME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SCHEME_GAPS = re.compile(r"[\s_.-]+")
_SCHEME_HINT = "A scheme has small Latin letters, digits and hyphens, such as national-no."
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number or code by which an office or a list knows somebody or something."""

    scheme: str
    """Who gives it, such as ``national-no``."""

    value: str
    """The number or code in normal form."""

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


@lru_cache(maxsize=16384)
def read_identifier(text: str, scheme: str | None = None) -> Identifier:
    """The identifier that a text states.

    Args:
        text: The bare value when ``scheme`` is given, else ``scheme:value``. A value that
            begins with its own scheme is read without it.
        scheme: The scheme of the column.

    Raises:
        ValueUnreadableError: There is no value, no scheme, or the scheme is not one.
    """
    plain = " ".join(plain_text(unicodedata.normalize("NFKC", text)).split())
    if scheme is None:
        stated, colon, value = plain.partition(":")
        if not colon:
            raise ValueUnreadableError(
                "The identifier does not say its scheme.", hint="Write it as scheme:value."
            )
        named = read_scheme(stated)
    else:
        named = read_scheme(scheme)
        value = plain.removeprefix(f"{named}:")
    value = value.strip()
    if not value or len(value) > _LONGEST:
        raise ValueUnreadableError(
            "The identifier has no value, or one too long to be an identifier.",
            hint="Check the column.",
        )
    return Identifier(named, value)


def read_scheme(text: str) -> str:
    """The normal form of a scheme: ``National No`` is ``national-no``.

    Raises:
        ValueUnreadableError: It has other signs than Latin letters, digits and hyphens.
    """
    scheme = _SCHEME_GAPS.sub("-", text.strip().casefold()).strip("-")
    if not _SCHEME.fullmatch(scheme):
        raise ValueUnreadableError("The identifier's scheme is not a scheme.", hint=_SCHEME_HINT)
    return scheme
