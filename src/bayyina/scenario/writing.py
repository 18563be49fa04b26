"""Writing the scenario: lists as files, their mappings beside them, the truth on request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from bayyina.errors import StorageError
from bayyina.scenario.cells import cells_of
from bayyina.scenario.invention import invent_truth
from bayyina.scenario.lists import (
    central_register,
    certificates,
    families,
    field_courts,
    identifications,
    local_committee,
    monitoring,
    photographed_bodies,
    provincial_office,
    releases,
    torture_deaths,
)
from bayyina.scenario.lists.parts import FictionalList, with_wrong_rows
from bayyina.scenario.people import Truth
from bayyina.scenario.spelling import Hand
from bayyina.scenario.targets import resolve_targets
from bayyina.scenario.truth_files import write_truth_file

SEED = 20231010
"""Seed that is used when none is given."""

TRUTH_FILE = "FICTIONAL-truth.jsonl"
"""Name of the file with the truth, in the lists' folder."""

LISTS: tuple[FictionalList, ...] = (
    central_register.LIST,
    provincial_office.LIST,
    torture_deaths.LIST,
    families.LIST,
    field_courts.LIST,
    certificates.LIST,
    photographed_bodies.LIST,
    identifications.LIST,
    releases.LIST,
    local_committee.LIST,
    monitoring.LIST,
)
"""The lists in the order in which they are imported: a list before those that point at it."""


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list that was written."""

    path: Path
    """The list."""

    mapping_path: Path
    """The mapping to import it with."""

    title: str
    """Name of the list, as its mapping states it."""

    rows: int
    """Rows below the header, wrong ones included."""


def write_lists(
    folder: Path,
    *,
    targets: Mapping[str, int] | None = None,
    scale: float = 1.0,
    seed: int = SEED,
    truth: Truth | None = None,
    write_truth: bool = False,
) -> list[ListFile]:
    """Write the fictional lists and their mappings into a folder, and say what was written.

    Args:
        folder: Made when it is not there; files of the same names are replaced. A list that
            would have no rows is left out.
        targets: Value of each figure by its id; those left out follow, see
            ``resolve_targets``. None for the published values.
        scale: Multiplies all targets.
        seed: The same arguments give the same bytes.
        truth: Tells these people instead of inventing some; targets, scale and seed are
            not looked at then.
        write_truth: Writes the truth too, as ``FICTIONAL-truth.jsonl``.

    Raises:
        InputError: The targets contradict each other, or are not usable.
        StorageError: The folder cannot be written to.
    """
    if truth is None:
        truth = invent(targets, scale=scale, seed=seed)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tried = [_write_list(folder, one, number, truth) for number, one in enumerate(LISTS)]
        if write_truth:
            write_truth_file(folder / TRUTH_FILE, truth)
    except OSError as error:
        raise StorageError(
            f"The fictional lists cannot be written to {folder}: {error.strerror or error}.",
            hint="Check that the folder may be written to and that the disk has space.",
        ) from error
    return [file for file in tried if file is not None]


def invent(
    targets: Mapping[str, int] | None = None, *, scale: float = 1.0, seed: int = SEED
) -> Truth:
    """Return the truth behind the lists: who these people are and what was done to them.

    Raises:
        InputError: The targets contradict each other, or are not usable.
    """
    resolved = resolve_targets(targets, scale=scale)
    return invent_truth(cells_of(resolved), resolved, seed=seed)


def _write_list(folder: Path, one: FictionalList, number: int, truth: Truth) -> ListFile | None:
    """Write one list and its mapping; a list that would have no rows is not there at all."""
    path = folder / one.file_name
    hand = Hand(truth.seed, 32 + number)
    rows = one.write(path, one.header, with_wrong_rows(one.rows(truth), one, hand))
    if not rows:
        path.unlink()
        return None
    name = f"{one.slug}.mapping.toml"
    mapping = resources.files(__package__).joinpath("mappings", name).read_bytes()
    mapping_path = folder / f"FICTIONAL-{name}"
    mapping_path.write_bytes(mapping)
    return ListFile(path, mapping_path, one.title, rows)
