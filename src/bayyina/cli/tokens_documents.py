"""What the commands about tokens of the programming interface print with ``--json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class TokenDocument(TypedDict):
    """A token, without its secret."""

    id: str
    handle: str
    name: str
    actions: list[str]
    made_on: str
    ends_on: str


class MadeTokenDocument(TokenDocument):
    """A token that was made; ``token`` is shown this once."""

    token: str


class TokensDocument(TypedDict):
    """Tokens, in the order they were made."""

    tokens: list[TokenDocument]


DOCUMENTS: Mapping[str, Any] = {
    "tokens make": MadeTokenDocument,
    "tokens list": TokensDocument,
    "tokens withdraw": TokenDocument,
}
"""Documents by command."""
