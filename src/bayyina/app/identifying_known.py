"""Cross-checking identified people with the records: whose death was known, and whose was not.

The answer is that of the figure ``count bodies identified by already_known``: *known* where a
source that is not among the identification's own states that the person, or somebody who is one
person with it, died under torture. Bodies and people are counted apart.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bayyina.app.counting import open_engine
from bayyina.app.identifying_reading import one_link, one_people, read_cases
from bayyina.app.permissions import require
from bayyina.app.person_statements import source_names
from bayyina.app.ports import Progress
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.figures.case_rows import reading_cases
from bayyina.figures.known_deaths import DEATH, MANNER, TORTURE
from bayyina.tables.row_report import harmless_cell

QUERY: Final = "count bodies identified by already_known"
"""The figure that answers, for today."""

ANSWERS: Final = {"yes": "known", "no": "not_known", "unknown": "unknown"}
"""Groups of the figure, and what they are called here."""

AS_FIGURES: Final = ""
"""Joins people as the figure itself does, the strict links of the linkage among them."""

COLUMNS: Final = ("body", "person", "answer", "deaths", "sources")


@dataclass(frozen=True)
class CrossCheck:
    """Identified bodies beside the records of deaths."""

    query: str
    """The figure that was asked."""

    bodies: int
    """Bodies that are identified."""

    people: int
    """Different people among them."""

    counts: Mapping[str, int]
    """Bodies that are ``known``, ``not_known``, or ``unknown`` because that is not certain."""

    rows: Sequence[Mapping[str, Any]]
    """Each body with its person, the answer, and which records and sources tell of the death."""

    def of(self, answer: str) -> list[Mapping[str, Any]]:
        """The rows with one answer."""
        return [row for row in self.rows if row["answer"] == answer]


def cross_check(workspace: Workspace, progress: Progress, *, known_at: str = "") -> CrossCheck:
    """Say of every identified body whether its person's death under torture was known.

    Args:
        workspace: Where they are.
        progress: Told of the figure.
        known_at: ISO day of what sources had said; today where empty.

    Raises:
        QueryError: the day cannot be read.
        PermissionRefusedError: the member may not read records.
    """
    require(workspace, "export-records")
    query = f"{QUERY} known at {known_at}" if known_at else QUERY
    answers: dict[int, str] = {}
    with open_engine(workspace, progress) as engine:
        figure = engine.count(query)
        for group in figure.groups:
            answer = ANSWERS.get(group.key["already_known"], "unknown")
            for one in engine.open(query, group=group.key):
                if one.certain:
                    answers[one.number] = answer
        for one in engine.open(query):
            answers.setdefault(one.number, "unknown")
    cases = read_cases(workspace, progress)
    persons: dict[int, int] = {}
    for record, rows in sorted(cases.identifications.items()):
        del record
        body, person = one_link(rows, "body"), one_link(rows, "person")
        is_identified = any(r.property == "state" and r.value == "identified" for r in rows)
        if person and (is_identified or body not in persons):
            persons[body] = person
    roots = one_people(workspace, persons.values(), progress, linked=AS_FIGURES)
    persons = {body: roots[person] for body, person in persons.items()}
    told = _deaths(workspace, set(persons.values()), progress)
    names = source_names(workspace, {s for found in told.values() for _, s in found if s})
    rows_of = [
        _row(workspace, body, persons.get(body, 0), answer, told, names)
        for body, answer in sorted(answers.items())
    ]
    counts = {name: sum(row["answer"] == name for row in rows_of) for name in ANSWERS.values()}
    people = {row["person"] for row in rows_of if row["person"]}
    return CrossCheck(query, len(rows_of), len(people), counts, rows_of)


def write_lists(folder: Path, found: CrossCheck) -> list[str]:
    """Write one CSV for each answer into a folder; the files.

    Raises:
        InputError: a file cannot be written.
    """
    written = []
    for answer in ANSWERS.values():
        path = folder / f"identified-{answer.replace('_', '-')}.csv"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(COLUMNS)
                for row in found.of(answer):
                    sources = harmless_cell("; ".join(row["sources"]))
                    deaths = " ".join(row["deaths"])
                    writer.writerow([row["body"], row["person"], row["answer"], deaths, sources])
        except OSError as error:
            raise InputError(
                f"{path} cannot be written: {error.strerror}.", hint="Name another folder."
            ) from error
        written.append(str(path))
    return written


def _row(
    workspace: Workspace,
    body: int,
    person: int,
    answer: str,
    told: Mapping[int, Sequence[tuple[int, int]]],
    names: Mapping[int, str],
) -> dict[str, Any]:
    deaths = told.get(person, ()) if person and answer == "known" else ()
    return {
        "body": workspace.short_id(body),
        "person": workspace.short_id(person) if person else "",
        "answer": answer,
        "deaths": sorted({workspace.short_id(record) for record, _ in deaths}),
        "sources": sorted({names.get(source, "") for _, source in deaths if source}),
    }


def _deaths(
    workspace: Workspace, people: set[int], progress: Progress
) -> dict[int, list[tuple[int, int]]]:
    """Records of deaths under torture of some people, with who states them, by person."""
    snapshot = refresh_snapshot(workspace, progress)
    with reading_cases(snapshot, workspace.vocabulary) as reader:
        rows = reader.statements([DEATH], properties=[MANNER, "victim"])
    terms = workspace.vocabulary.term_lists["manners_of_death"]
    manner = {
        (row.record, row.source or 0)
        for row in rows
        if row.property == MANNER
        and row.value in terms.terms
        and terms.is_within(row.value, TORTURE)
    }
    victim = {
        row.record: int(row.value)
        for row in rows
        if row.property == "victim" and row.value.isdecimal()
    }
    roots = one_people(workspace, victim.values(), progress, linked=AS_FIGURES)
    told: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for record, source in sorted(manner):
        person = roots.get(victim.get(record, 0), 0)
        if person in people:
            told[person].append((record, source))
    return dict(told)
