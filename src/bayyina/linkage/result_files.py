"""Pairs and clusters written as CSV, whole or not at all."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from bayyina.errors import InputError, StorageError
from bayyina.linkage.columns import PersonList
from bayyina.linkage.decisions import SAME, DecidedPairs
from bayyina.linkage.linking import Linkage
from bayyina.linkage.reasons import Lang, reasons_of, through_others
from bayyina.tables.row_report import harmless_cell

_THROUGH_BELOW = 0.5


def check_outputs(outputs: Sequence[Path], inputs: Sequence[Path]) -> None:
    """Refuse, before anything is computed, what could not be written afterwards.

    Raises:
        InputError: A path is a folder, in no folder, one of the inputs, or given twice.
    """
    resolved = [path.resolve() for path in outputs]
    if len(set(resolved)) < len(resolved):
        raise InputError("Two results cannot be one file.", hint="Name two different files.")
    for path, full in zip(outputs, resolved, strict=True):
        if full in {one.resolve() for one in inputs}:
            raise InputError(f"{path} is one of the lists.", hint="Name another file.")
        if path.is_dir() or not path.absolute().parent.is_dir():
            raise InputError(
                f"{path} cannot be written.", hint="Name a file in a folder that is there."
            )


def write_pairs(
    path: Path, lists: Sequence[PersonList], linkage: Linkage, decided: DecidedPairs, lang: Lang
) -> None:
    """Write ``id_a,id_b,score,decision,reasons``, one line a pair.

    Raises:
        StorageError: The file cannot be written; nothing is left behind.
    """
    _write(
        path,
        ("id_a", "id_b", "score", "decision", "reasons"),
        _lines(lists, linkage, decided, lang),
    )


def _lines(
    lists: Sequence[PersonList], linkage: Linkage, decided: DecidedPairs, lang: Lang
) -> Iterator[tuple[str, ...]]:
    ids = list(chain.from_iterable(one.ids for one in lists))
    reasons = reasons_of(linkage, decided.left, decided.right, lang)
    columns = (decided.left.tolist(), decided.right.tolist(), decided.probability.tolist())
    for a, b, score, decision, why in zip(*columns, decided.decision, reasons, strict=True):
        if decision == SAME and score < _THROUGH_BELOW:
            why = f"{through_others(lang)}; {why}"
        yield ids[a], ids[b], f"{score:.4f}", decision, why


def write_clusters(path: Path, lists: Sequence[PersonList], linkage: Linkage) -> None:
    """Write ``id,cluster``, one line a row; with two lists, ``list`` says which (A or B).

    Clusters are numbered from 1 in the order of their first rows.

    Raises:
        StorageError: The file cannot be written; nothing is left behind.
    """
    numbers = np.unique(linkage.clusters.of_row, return_inverse=True)[1] + 1
    rows = ((label, row) for label, row in _labelled(lists))
    if len(lists) == 1:
        lines: Iterable[tuple[str, ...]] = (
            (row, str(number)) for (_, row), number in zip(rows, numbers.tolist(), strict=True)
        )
        _write(path, ("id", "cluster"), lines)
    else:
        lines = (
            (row, str(number), label)
            for (label, row), number in zip(rows, numbers.tolist(), strict=True)
        )
        _write(path, ("id", "cluster", "list"), lines)


def _labelled(lists: Sequence[PersonList]) -> Iterator[tuple[str, str]]:
    for one in lists:
        for row in one.ids:
            yield one.label, row


def _write(path: Path, header: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    try:
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(header)
                writer.writerows([harmless_cell(cell) for cell in line] for line in lines)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written: {error.strerror}.", hint="Choose another place."
        ) from error
