"""From linked lists to an estimate that carries how sure the linkage is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from bayyina.app.linkage_doubt import Numbers, doubt_of
from bayyina.app.ports import Progress
from bayyina.errors import InputError
from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.captures import Captures
from bayyina.estimation.linkage_draws import tables_of_linkages
from bayyina.estimation.missed_links import undo_missed_links
from bayyina.estimation.population_checks import Declared
from bayyina.estimation.study import Settings, Study, make_study
from bayyina.linkage.draws import draw_linkages
from bayyina.linkage.linking import Linkage

DRAWS: Final = 20
"""Linkages that are drawn; the share of the variance between them is in the result."""


def _unseen(done: int, total: int | None, what: str) -> None:
    """Progress that nobody looks at."""


def estimate_linked(
    linkage: Linkage,
    names: Sequence[str],
    declared: Declared,
    settings: Settings,
    *,
    list_of: Sequence[int] | None = None,
    draws: int = DRAWS,
    progress: Progress = _unseen,
) -> Study:
    """How many people there were, by lists that were linked.

    Args:
        linkage: What linking found.
        names: Names of the lists; none of them repeats a person.
        declared: What people state of the lists.
        settings: How to estimate; its seed draws the linkages too.
        list_of: For each row the position of its list, where it is not the file it stood in.
        draws: Linkages to draw.
        progress: Told of every table that was estimated from.

    Raises:
        InputError: nothing is to be drawn, or rows and lists do not fit together.
    """
    if draws < 1:
        raise InputError("At least one linkage must be drawn.", hint="Ask for 20.")
    rows = np.asarray(linkage.people.list_of if list_of is None else list_of, dtype=np.int64)
    drawn = _drawn_tables(linkage, names, rows, draws, settings.seed)
    (likeliest,) = tables_of_linkages(names, rows, [np.asarray(linkage.clusters.of_row)])
    inputs: dict[str, str | int] = {"rows": len(rows), "linkages": draws}
    captures = Captures(likeliest, (), (), None, (), inputs)
    return make_study(captures, declared, settings, linkages=drawn, progress=progress)


def _drawn_tables(
    linkage: Linkage, names: Sequence[str], rows: Numbers, draws: int, seed: int
) -> list[CaptureTable]:
    """Tables of equally likely ways of joining the rows, missed links made up for.

    Half of the draws take every likely link, which joins the right people best; half take
    each with its probability, which gives the right number of links. Where pairs within
    lists were not compared, the linkage's own draws are all there is.
    """
    doubt = doubt_of(linkage, rows)
    if doubt is None:
        return tables_of_linkages(names, rows, draw_linkages(linkage, draws, seed))
    rng = np.random.default_rng([seed, 0x11CC])
    tables = []
    for draw in range(draws):
        people = doubt.draw_people(rng, by_chance=bool(draw % 2))
        (table,) = tables_of_linkages(names, rows, [people])
        tables.append(undo_missed_links(table, doubt.draw_recall(rng), rng))
    return tables
