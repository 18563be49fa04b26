"""A figure query with the state of the custody log that its answer was counted at."""

from __future__ import annotations

from typing import Final

from bayyina.errors import QueryError
from bayyina.figures.query_tokens import Token, cut

_AFTER: Final = ("under", "linked", "strict", "lenient")
"""Clauses that the canonical text puts behind ``recorded at``."""


def pinned(query: str, custody_size: int) -> str:
    """The query asked of the first ``custody_size`` entries of the log, whatever was written since.

    A query that names a day or a size itself, and a text that is none, stays as it is.
    """
    try:
        tokens = cut(query)
    except QueryError:
        return query
    at = len(query)
    depth = 0
    before: Token | None = None
    for token in tokens:
        if token.kind == "sign":
            depth += {"(": 1, ")": -1}.get(token.text, 0)
        elif token.kind == "word" and not depth and not _is_value(before):
            if token.text == "recorded":
                return query
            if token.text in _AFTER:
                at = min(at, token.position - 1)
        before = token
    parts = (query[:at].rstrip(), f"recorded at {custody_size}", query[at:].strip())
    return " ".join(part for part in parts if part)


def _is_value(before: Token | None) -> bool:
    """Whether a word is a value, because an operator stands before it."""
    return before is not None and before.kind == "sign" and before.text not in ("(", ")", ",")
