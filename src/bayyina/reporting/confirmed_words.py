"""When the people of a ``held`` figure were last known to be in custody, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bayyina.errors import InputError
from bayyina.reporting.figure_results import FigureResult
from bayyina.reporting.wording import filled, phrase
from bayyina.typeset.blocks import Inline, Inlines

DAYS = ("earliest", "median", "latest")
"""Names of the days that a figure carries."""


def confirmed_in_words(
    result: FigureResult,
    lang: str,
    write: Callable[[int], Inline],
    write_day: Callable[[str], Inline],
) -> Inlines:
    """The spread of the days as one sentence; empty for a figure without such days, or of nobody.

    Args:
        result: The figure.
        lang: Language of the words, ``en`` or ``ar``.
        write: Writes a number.
        write_day: Writes a day, given in ISO 8601.

    Raises:
        InputError: what the figure says has another form.
    """
    spread = result.document.get("last_confirmed")
    if spread is None or not result.value:
        return ()
    days, none = _read(spread)
    if not days:
        return filled(phrase("confirmed_nobody", lang), {})
    slots: dict[str, Inlines] = {name: (write_day(day),) for name, day in days.items()}
    name = "confirmed_one_day" if days["earliest"] == days["latest"] else "confirmed_days"
    words = filled(phrase(name, lang), slots)
    if none:
        words = (*words, *filled(phrase("confirmed_without", lang), {"none": (write(none),)}))
    return words


def _read(spread: object) -> tuple[dict[str, str], int]:
    """The days, all of them or none, and the number of people without one."""
    if not isinstance(spread, Mapping) or not isinstance(spread.get("none"), int):
        raise InputError("What a figure says of the last confirmation must be days and a number.")
    days = {name: str(spread[name]) for name in DAYS if spread.get(name)}
    if days and len(days) != len(DAYS):
        raise InputError("A figure's last confirmations need an earliest, a median and a latest.")
    return days, int(spread["none"])
