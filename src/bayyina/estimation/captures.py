"""What was counted: a capture table, its strata, and what had to be noted on the way.

Files and workspaces both end here; everything after it is the same for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bayyina.errors import InputError
from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.results import Reason

MOST_STRATA = 400
"""More strata than this are a mistake in the choice of columns."""

History = tuple[int, ...]
"""A mark (0 or 1) for each list."""

Key = tuple[str, ...]
"""A value for each column or key that divides the people."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """One part of the people."""

    key: Key
    """Value of each dividing column or key."""

    table: CaptureTable
    """Its people, over all lists."""


@dataclass(frozen=True, slots=True)
class Captures:
    """Who was on which list."""

    table: CaptureTable
    """Everybody."""

    by: tuple[str, ...]
    """Names of what divides the people; empty when they are not divided."""

    strata: tuple[Stratum, ...]
    """The parts, in order of their keys; empty without ``by``."""

    unplaced: CaptureTable | None
    """People of whom it is not known in which stratum they belong; None when there are none."""

    notes: tuple[Reason, ...]
    """What a reader has to know of how the table came about."""

    inputs: Mapping[str, str | int]
    """Where it came from: file and digest, or query and size of the log."""

    is_open: bool = False
    """Whether people enter and leave what was counted, as with those held as of a day."""


def make_captures(
    lists: tuple[str, ...],
    counted: Mapping[tuple[Key | None, History], int],
    *,
    by: tuple[str, ...] = (),
    impossible: frozenset[History] = frozenset(),
    notes: Iterable[Reason] = (),
    inputs: Mapping[str, str | int],
    is_open: bool = False,
) -> Captures:
    """Tables from counts by stratum and history.

    Args:
        lists: Names of the lists.
        counted: People by stratum key (None where it is not known) and history; none of
            the histories may be all zero.
        by: Names of what divides the people.
        impossible: Histories that nobody can have.
        notes: What was noted on the way.
        inputs: Where the counts came from.
        is_open: Whether people enter and leave the population.

    Raises:
        InputError: there is nobody on any list, or there are too many strata.
        CaptureTableError: the counts cannot be such a table.
    """
    if not any(counted.values()):
        raise InputError(
            "Nobody is on any of the lists.",
            hint="Check the columns, or the question that was asked.",
        )
    total: dict[History, int] = {}
    parts: dict[Key | None, dict[History, int]] = {}
    for (key, history), count in counted.items():
        total[history] = total.get(history, 0) + count
        part = parts.setdefault(key, {})
        part[history] = part.get(history, 0) + count
    left = parts.pop(None, None)
    if len(parts) > MOST_STRATA:
        raise InputError(
            f"The people are divided into {len(parts)} strata; at most {MOST_STRATA} are estimated.",
            hint="Divide by something with fewer values, such as the year or the governorate.",
        )
    strata = tuple(
        Stratum(key, CaptureTable.from_counts(lists, part, impossible))
        for key, part in sorted((k, p) for k, p in parts.items() if k is not None)
        if any(part.values())
    )
    has_left = by and left is not None and any(left.values())
    return Captures(
        table=CaptureTable.from_counts(lists, total, impossible),
        by=by,
        strata=strata if by else (),
        unplaced=CaptureTable.from_counts(lists, left, impossible) if has_left and left else None,
        notes=tuple(notes),
        inputs=dict(inputs),
        is_open=is_open,
    )


def read_impossible(texts: Iterable[str], lists: tuple[str, ...]) -> frozenset[History]:
    """Histories that nobody can have, as people write them.

    ``110`` is one history over three lists, ``11.`` stands for both continuations, and
    ``A+B`` for every history with both of these lists.

    Raises:
        InputError: a text is none of these, or leaves nothing possible.
    """
    found: set[History] = set()
    for text in texts:
        found |= _expanded(_pattern(text.strip(), lists))
    if len(found) >= 2 ** len(lists) - 1:
        raise InputError("No history is left possible.", hint="Leave out some --impossible.")
    return frozenset(found)


def _pattern(text: str, lists: tuple[str, ...]) -> str:
    if len(text) == len(lists) and set(text) <= set("01.*"):
        return text.replace("*", ".")
    names = [name.strip() for name in text.split("+")]
    if text and set(names) <= set(lists):
        return "".join("1" if name in names else "." for name in lists)
    raise InputError(
        f"{text!r} is no history over the {len(lists)} lists {', '.join(lists)}.",
        hint="Write a 0, 1 or . for each list, such as 11., or names of lists joined by +.",
    )


def _expanded(pattern: str) -> set[History]:
    if pattern.count(".") > 20:
        raise InputError(
            f"{pattern!r} stands for too many histories.", hint="Fix more of its lists."
        )
    found: list[History] = [()]
    for sign in pattern:
        bits = (0, 1) if sign == "." else (int(sign),)
        found = [(*history, bit) for history in found for bit in bits]
    return {history for history in found if any(history)}
