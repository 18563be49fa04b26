"""Short ids and what they stand for; which records statements point at."""

from __future__ import annotations

from collections.abc import Iterable

from bayyina.app.rows import POSITION_MASK, StatementRow, row_number
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError

_DIGITS = 10
"""Digits that a part of a short id has at most."""


def record_number(workspace: Workspace, short_id: str) -> int:
    """The number that a short id such as ``R-12-345`` stands for.

    Raises:
        InputError: it is not a short id of this workspace.
    """
    prefix, _, rest = short_id.partition("-")
    batch, _, position = rest.partition("-")
    if prefix != workspace.identity.prefix or not (_is_count(batch) and _is_count(position)):
        raise InputError(
            f"{short_id} is not the id of a record here.",
            hint=f"Ids of this workspace look like {workspace.identity.prefix}-2-17.",
            code="no-such-record",
        )
    return row_number(int(batch), int(position))


def statement_number(workspace: Workspace, statement_id: str) -> int:
    """The number that a statement's id such as ``R-S-12-345`` stands for.

    Raises:
        InputError: it is not the id of a statement of this workspace.
    """
    prefix, mark, rest = statement_id.partition("-S-")
    batch, _, position = rest.partition("-")
    if (prefix, mark) != (workspace.identity.prefix, "-S-") or not (
        _is_count(batch) and _is_count(position)
    ):
        raise InputError(
            f"{statement_id} is not the id of a statement here.",
            hint=f"Ids of statements look like {workspace.identity.prefix}-S-2-17; "
            "`bayyina record ID` shows those of a record.",
            code="no-such-statement",
        )
    return row_number(int(batch), int(position))


def _is_count(text: str) -> bool:
    """Whether a text is a number that a part of a record number can be."""
    return text.isdecimal() and len(text) <= _DIGITS and int(text) <= POSITION_MASK >> 1


def link_targets(workspace: Workspace, rows: Iterable[StatementRow]) -> set[int]:
    """Numbers of the records that statements point at."""
    names = {number: pair for pair, number in workspace.store.terms().items()}
    targets = set()
    for row in rows:
        record_type, name = names[row.term]
        kind = workspace.vocabulary.types.get(record_type)
        prop = kind.properties.get(name) if kind is not None else None
        is_link = prop is not None and prop.type == "link"
        if is_link and row.value is not None and row.value.isdecimal():
            targets.add(int(row.value))
    return targets
