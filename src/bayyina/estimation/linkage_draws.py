"""Capture tables from drawn linkages: which records are one person, drawn many times over.

Each draw says of every record which person it belongs to. A person is on a list when one of
their records is. Records of people that a question leaves out are left out before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from bayyina.errors import InputError
from bayyina.estimation.capture_table import MOST_LISTS, CaptureTable

Numbers = npt.NDArray[np.integer]
"""Whole numbers, one for each record."""


def tables_of_linkages(
    lists: Sequence[str], list_of_record: Numbers, linkages: Iterable[Numbers]
) -> list[CaptureTable]:
    """A capture table for each drawn linkage.

    Args:
        lists: Names of the L lists.
        list_of_record: Array (n,): for each record the position of its list.
        linkages: For each draw an array (n,) that gives records of one person one number.

    Raises:
        InputError: the arrays do not fit together.
    """
    places = np.asarray(list_of_record)
    if len(lists) > MOST_LISTS or places.ndim != 1:
        raise InputError("Records and lists do not fit together.")
    if places.size and not 0 <= places.min() <= places.max() < len(lists):
        raise InputError("A record is on a list that there is not.")
    return [_table(tuple(lists), places, np.asarray(linkage)) for linkage in linkages]


def _table(lists: tuple[str, ...], places: Numbers, people: Numbers) -> CaptureTable:
    if people.shape != places.shape:
        raise InputError("A linkage does not name a person for every record.")
    _, person = np.unique(people, return_inverse=True)
    on = np.zeros((int(person.max()) + 1 if person.size else 0, len(lists)), dtype=np.uint8)
    on[person, places] = 1
    histories, counts = np.unique(on, axis=0, return_counts=True)
    return CaptureTable(lists, histories, counts.astype(np.int64))
