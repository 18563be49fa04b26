"""Cutting a figure query into words, quoted texts and signs, each with its position."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from bayyina.errors import QueryError

SIGNS: Final = ("!=", "<=", ">=", "(", ")", ",", "=", "<", ">")
"""Everything that separates words without a blank."""

_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<sign>!=|<=|>=|[(),=<>])
      | (?P<word>[^\s()",=<>!]+)
    """,
    re.VERBOSE,
)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


class Token(NamedTuple):
    """One piece of a query."""

    kind: str
    """``word``, ``text`` (was quoted), ``sign`` or ``end``."""

    text: str
    """The word, the text without its quotes, or the sign; empty at the end."""

    position: int
    """Position of its first character in the query, counted from 1."""

    def __str__(self) -> str:
        return "the end" if self.kind == "end" else f"`{self.text}`"


def cut(query: str) -> list[Token]:
    """The tokens of ``query``; the last one is of the kind ``end``.

    Raises:
        QueryError: a quotation mark is not closed, or a character stands for nothing.
    """
    tokens: list[Token] = []
    at = 0
    while at < len(query):
        match = _TOKEN.match(query, at)
        if match is None:
            raise _stray(query, at)
        kind = str(match.lastgroup)
        piece = match.group()
        if kind == "text":
            piece = _ESCAPED.sub(r"\1", piece[1:-1])
        if kind != "space":
            tokens.append(Token(kind, piece, at + 1))
        at = match.end()
    tokens.append(Token("end", "", len(query) + 1))
    return tokens


def quoted(text: str) -> str:
    """``text`` as a query writes it: bare when it is a plain word, otherwise in quotes."""
    match = _TOKEN.fullmatch(text)
    if match is not None and match.lastgroup == "word":
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _stray(query: str, at: int) -> QueryError:
    if query[at] == '"':
        return QueryError(
            f"Position {at + 1}: the quotation mark is never closed.",
            hint='Close it with another ".',
        )
    return QueryError(
        f"Position {at + 1}: `{query[at]}` stands for nothing in a figure query.",
        hint='Put texts with special characters in quotes ("…").',
    )
