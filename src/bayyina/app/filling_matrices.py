"""Filling the matrix of an instrument from records: counts, and what evidence is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bayyina.app.counting import open_engine
from bayyina.app.live import live_batches, live_statements
from bayyina.app.permissions import require
from bayyina.app.person_statements import Said, words_of
from bayyina.app.ports import Progress
from bayyina.app.recipients import INTERNAL, find_recipient
from bayyina.app.released_outputs import RestsOn
from bayyina.app.releasing import Release
from bayyina.app.rows import RecordRow, batch_of
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import log_run, write_pages
from bayyina.errors import InputError
from bayyina.reporting.figure_results import FigureResult
from bayyina.reporting.matrix_files import Alleged, FilledMatrix, load_matrix, matrix_page

DEFAULT_PARTY: Final = "syrian-government-to-2024"
"""The party that is meant where none is named."""


def fill_matrix(
    workspace: Workspace, name: str, progress: Progress, *, party: str = DEFAULT_PARTY
) -> FilledMatrix:
    """A matrix with what the records hold of acts of a party.

    Args:
        workspace: Where to count.
        name: A shipped matrix.
        progress: Told elements counted.
        party: Code or name of a group.

    Raises:
        InputError: there is no such matrix or group.
        PermissionRefusedError: the member may not build reports.
    """
    require(workspace, "report")
    matrix = load_matrix(name)
    group = workspace.vocabulary.read_group(party)
    if group is None:
        raise InputError(
            f"There is no group {party}.", hint="Use a code or a name of the vocabulary."
        )
    figures: dict[str, tuple[FigureResult, ...]] = {}
    with open_engine(workspace, progress) as engine:
        for done, element in enumerate(matrix.elements):
            progress(done, len(matrix.elements), "elements counted")
            figures[element.id] = tuple(
                FigureResult.of(
                    engine.count(
                        query.replace("{by}", f'by="{group}"').replace("{by-held}", f'by "{group}"')
                    )
                )
                for query in element.queries
            )
        progress(len(matrix.elements), len(matrix.elements), "elements counted")
    alleged = _alleged(workspace) if matrix.about == "persons" else ()
    return FilledMatrix(matrix, figures, alleged)


def write_matrix(
    workspace: Workspace, filled: FilledMatrix, *, languages: Sequence[str], out_folder: Path
) -> tuple[dict[str, tuple[Path, ...]], int]:
    """Write a filled matrix as web page and PDF; the files and the batch that records it."""
    fictional = workspace.identity.fictional
    name = filled.matrix.name
    files = write_pages(
        workspace,
        lambda lang: matrix_page(filled, lang, is_fictional=fictional),
        languages,
        out_folder / name,
    )
    counted = [figure for own in filled.figures.values() for figure in own]
    rests_on = RestsOn.of(
        (record_number(workspace, one.person) for one in filled.alleged),
        (figure.query for figure in counted),
        max((figure.custody_size for figure in counted), default=0),
    )
    parameters = {
        "matrix": name,
        "languages": " ".join(languages),
        "rests_on": rests_on.to_json(),
    }
    return files, log_run(workspace, "write-matrix", "matrix", parameters, {"matrix": name})


def _alleged(workspace: Workspace) -> tuple[Alleged, ...]:
    """People whom a source names as involved, by the ids of their records."""
    store = workspace.store
    batches = live_batches(store)
    numbers = [
        row.number
        for row in store.find(RecordRow, "record_type", ["Involvement"])
        if batch_of(row.number) in batches
    ]
    names = {term: pair for pair, term in store.terms().items()}
    release = Release(workspace, find_recipient(workspace, INTERNAL))
    said = [Said(row, *names[row.term]) for row in live_statements(store, numbers, batches)]
    by_record: dict[int, list[Said]] = defaultdict(list)
    for one in release.kept(said):
        by_record[one.row.record].append(one)
    acts: dict[int, set[str]] = defaultdict(set)
    degrees: dict[int, dict[str, Said]] = defaultdict(dict)
    for own in by_record.values():
        for person in (int(o.row.value) for o in own if o.property == "person" and o.row.value):
            acts[person].update(o.row.value for o in own if o.property == "act" and o.row.value)
            degrees[person].update(
                {o.row.value: o for o in own if o.property == "degree" and o.row.value}
            )
    found = []
    for person in sorted(acts):
        stated = (words_of(workspace, one) for one in degrees[person].values())
        found.append(
            Alleged(
                workspace.short_id(person),
                len(acts[person]),
                tuple(words for words in stated if words is not None),
            )
        )
    return tuple(found)
