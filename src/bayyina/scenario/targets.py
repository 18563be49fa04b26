"""Targets: the value that each figure shall have when the invented lists are counted.

A user may set some or all of them. What is left out follows from what is given; what
contradicts itself is refused, with the ids that contradict each other.
"""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bayyina.errors import FileUnreadableError, InputError
from bayyina.scenario.cells import cells_of, scale_cells, targets_of
from bayyina.scenario.completion import complete, value_of
from bayyina.scenario.feasibility import conflict
from bayyina.scenario.figures import Scenario, october_2023

LARGEST = 10_000_000
"""No target may be larger: files of that size are a mistake, not a scenario."""


def read_targets(path: Path) -> dict[str, int]:
    """Return the targets that a JSON file sets, by figure id.

    Raises:
        InputError: The file is absent, is not JSON, or is not one object of whole numbers.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FileUnreadableError(
            f"The targets file {path} cannot be read: {error.strerror or error}.",
            hint="Give the path of a JSON file.",
        ) from error
    except (ValueError, RecursionError) as error:
        raise FileUnreadableError(
            f"The targets file {path} is not JSON: {error}.",
            hint='Write one object of figure ids and whole numbers, such as {"held": 1200}.',
        ) from error
    if not isinstance(data, dict):
        raise InputError(
            f"The targets file {path} does not hold a JSON object.",
            hint='Write figure ids and whole numbers, such as {"held": 1200}.',
        )
    return checked_values(data)


def checked_values(values: Mapping[str, object]) -> dict[str, int]:
    """Return the values when every id is a figure's and every value a whole number.

    Raises:
        InputError: An id is unknown, or a value is not a whole number from 0.
    """
    known = october_2023().published()
    checked: dict[str, int] = {}
    for name, value in values.items():
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            raise InputError(
                f"The targets name a figure '{name}', which the scenario does not have.",
                hint=f"Did you mean '{close[0]}'?" if close else f"It has: {', '.join(known)}.",
            )
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
            raise InputError(
                f"The target of '{name}' is not a whole number from 0 to {LARGEST}.",
                hint="Write digits only, without quotation marks or separators.",
            )
        checked[name] = value
    return checked


def resolve_targets(
    targets: Mapping[str, int] | None = None, *, scale: float = 1.0
) -> dict[str, int]:
    """Return the value of every figure that lists made with these arguments will have.

    Figures that ``targets`` leaves out follow as ``completion`` says. ``scale`` multiplies
    everything: groups are rounded so that each total is the rounded total and all sums still
    hold.

    Raises:
        InputError: A figure is unknown, a value is no whole number, targets contradict each
            other, or the scale is not a positive number.
    """
    if not math.isfinite(scale) or scale <= 0:
        raise InputError(
            f"The scale {scale} is not a positive number.", hint="1 gives the targets themselves."
        )
    given = checked_values(targets or {})
    completed = complete(given, october_2023())
    if completed is None:
        raise _contradiction(given, october_2023())
    if scale == 1.0:
        return completed
    return targets_of(scale_cells(cells_of(completed), scale))


def _contradiction(given: Mapping[str, int], scenario: Scenario) -> InputError:
    """What to say of given values that cannot stand together; it names no others."""
    values = conflict(given, scenario)
    reason = next(_broken_rules(values, scenario), "")
    if not reason:
        listed = ", ".join(f"'{name}' {value}" for name, value in values.items())
        reason = f"{listed} cannot all hold, whatever the figures left out are"
    return InputError(
        f"The targets contradict each other: {reason}.",
        hint="A part cannot be larger than its whole; change one of them, or leave it out.",
    )


def _broken_rules(values: Mapping[str, int], scenario: Scenario) -> Iterator[str]:
    """Yield in words each sum and limit that these values alone break."""
    for one in scenario.sums:
        if values.keys() >= {one.whole, *one.parts}:
            total = sum(values[part] for part in one.parts)
            if values[one.whole] != total:
                yield (
                    f"{_expression(one.parts)} make {total}, "
                    f"but '{one.whole}' is {values[one.whole]}"
                )
    for limit in scenario.limits:
        if values.keys() >= {name.removeprefix("-") for name in (*limit.left, *limit.right)}:
            left, right = value_of(limit.left, values), value_of(limit.right, values)
            if left > right:
                yield (
                    f"{_expression(limit.left)} is {left}, "
                    f"larger than {_expression(limit.right)}, which is {right}"
                )


def _expression(side: Sequence[str]) -> str:
    """Return ``'a' + 'b' - 'c'`` for the ids of one side."""
    first, *rest = side
    text = f"'{first}'"
    for name in rest:
        text += f" - '{name[1:]}'" if name.startswith("-") else f" + '{name}'"
    return text
