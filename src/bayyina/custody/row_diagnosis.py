"""What happened to rows that are not what the log committed to: the slow, exact look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bayyina.custody.findings import EDITED, INSERTED, NOT_CHECKED, REORDERED, Finding
from bayyina.custody.leaf_makers import LeafMaker
from bayyina.custody.log_reader import StoredRow
from bayyina.errors import CustodyError

_MAX_MOVES_TRIED = 64
"""With more wrong rows than this in one chunk, only neighbours are tried for moved rows."""


class ClosedRow(NamedTuple):
    """A row that can no longer be opened, because a record that it is about was erased."""

    record: int
    """The erased record."""

    kind: str
    """Kind of the row."""

    number: int
    """Its number."""

    leaf_hash: bytes
    """Its leaf hash, as the log committed to it."""


class SealedLater(NamedTuple):
    """A row that was emptied because its content was sealed afterwards, or that looks like one."""

    kind: str
    """Kind of the row."""

    row: StoredRow
    """The row as it is stored now."""

    leaf_hash: bytes
    """Its leaf hash, as the log committed to it."""


@dataclass
class Diagnosis:
    """What was found so far."""

    checked: int = 0
    """Rows that are what the log committed to."""

    closed: list[ClosedRow] = field(default_factory=list)
    """Rows of erased records."""

    sealed: list[SealedLater] = field(default_factory=list)
    """Rows that hold nothing any more although their record's key is there."""

    missing: list[int] = field(default_factory=list)
    """Numbers of rows that are not there."""

    findings: list[Finding] = field(default_factory=list)
    """Everything else."""


def diagnose(
    found: Diagnosis,
    maker: LeafMaker,
    kind: str,
    base: int,
    rows: Sequence[StoredRow],
    first: int,
    last: int,
    expected: Sequence[bytes],
) -> None:
    """Look at each row of a chunk and add to ``found`` what it turned out to be.

    Args:
        found: Grows.
        maker: Makes leaf hashes.
        kind: Kind of the rows.
        base: Number of the batch's first row.
        rows: The rows that are there, in order of number.
        first: Position of the first row that should be there.
        last: Position after the last.
        expected: Leaf hashes from ``first`` on, as the log committed to them; an empty one
            where that is not known, or nothing at all.
    """
    present = {row[0] - base: row for row in rows}
    for number in (row[0] for row in rows):
        if not isinstance(number, int):
            why = "its number is no whole number"
            found.findings.append(Finding(INSERTED, kind, base >> 32, None, None, why))
    wrong: list[int] = []
    for position in range(first, last):
        row = present.get(position)
        want = expected[position - first] if expected else b""
        if row is None:
            found.missing.append(base + position)
            wrong.append(position)
        elif not _fits(found, maker, kind, row, want):
            wrong.append(position)
    moved = _moved(maker, base, present, wrong, dict(enumerate(expected, first)))
    for position in wrong:
        row = present.get(position)
        if row is None:
            continue
        number = base + position
        if position in moved:
            why = f"what stands here belongs to {base + moved[position]}"
            found.findings.append(Finding(REORDERED, kind, base >> 32, number, None, why))
        else:
            change, why = _why(maker, row, bool(expected and expected[position - first]))
            _add(found, Finding(change, kind, base >> 32, number, None, why))


def _add(found: Diagnosis, finding: Finding) -> None:
    """Add a finding; neighbours with the same words become one, so that a report stays short."""
    if found.findings and finding.first is not None:
        before = found.findings[-1]
        end = before.first if before.last is None else before.last
        if end == finding.first - 1 and before._replace(first=None, last=None) == finding._replace(
            first=None
        ):
            found.findings[-1] = before._replace(last=finding.first)
            return
    found.findings.append(finding)


def _fits(found: Diagnosis, maker: LeafMaker, kind: str, row: StoredRow, want: bytes) -> bool:
    """Whether a row is what the log committed to, closed by an erasure, or sealed afterwards."""
    try:
        value = maker.hash_at(row, row[0])
    except CustodyError:
        return False
    if value is not None:
        if value != want and want and maker.is_emptied_for_sealing(row):
            found.sealed.append(SealedLater(kind, row, want))
            return True
        found.checked += value == want
        return value == want
    if not want or not maker.is_emptied(row):
        return False
    found.closed += [ClosedRow(record, kind, row[0], want) for record in maker.erased_records(row)]
    return True


def _why(maker: LeafMaker, row: StoredRow, is_hash_known: bool) -> tuple[str, str]:
    """What to say of a row that does not fit."""
    try:
        value = maker.hash_at(row, row[0])
    except CustodyError as error:
        return EDITED, error.message.rstrip(".")
    if value is None and is_hash_known:
        return EDITED, "its key was destroyed, and yet it holds a value"
    if not is_hash_known:
        return NOT_CHECKED, "the hash to compare it with is gone or changed"
    return EDITED, ""


def _moved(
    maker: LeafMaker,
    base: int,
    present: dict[int, StoredRow],
    wrong: Sequence[int],
    expected: dict[int, bytes],
) -> dict[int, int]:
    """Rows whose content belongs to another position: where they stand, where they belong."""
    found: dict[int, int] = {}
    for place in wrong:
        row = present.get(place)
        if row is None:
            continue
        if len(wrong) <= _MAX_MOVES_TRIED:
            others: Sequence[int] = wrong
        else:
            others = [place - 1, place + 1]
        for other in others:
            if (
                other != place
                and expected.get(other)
                and _belongs(maker, row, base + other, expected[other])
            ):
                found[place] = other
                break
    return found


def _belongs(maker: LeafMaker, row: StoredRow, number: int, want: bytes) -> bool:
    try:
        return maker.hash_at(row, number) == want
    except CustodyError:
        return False
