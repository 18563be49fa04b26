"""The whole job on invented lists: import, count, compare with the targets, report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bayyina.app.building_reports import BuiltReport, build_reports
from bayyina.app.importing import ImportResult, import_list, report_path
from bayyina.app.linking_demonstrated import DemonstratedLinkage, demonstrate_linkage
from bayyina.app.ports import Progress
from bayyina.app.sealing_imported import seal_due_notes
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.scenario import ListFile, october_2023
from bayyina.tables.mapping import Mapping as ListMapping

REPORT = "october-2023"
"""The built-in report of the scenario."""


@dataclass(frozen=True)
class ComparedFigure:
    """A figure beside the value it should have."""

    id: str
    """Id of the figure."""

    published: int
    """What was published, or the target that was set for this run."""

    computed: int
    """What the workspace counts, people joined by the number that the invented lists share."""

    automatic: int | None = None
    """What it counts with people linked by name alone; None where that was not shown."""

    reviewed: int | None = None
    """The same as simulated reviewers corrected it."""

    @property
    def equal(self) -> bool:
        """Whether they are the same."""
        return self.published == self.computed

    def to_json(self) -> dict[str, Any]:
        """One element of ``figures`` in ``demo --json``."""
        return {
            "id": self.id,
            "published": self.published,
            "computed": self.computed,
            "equal": self.equal,
            "automatic": self.automatic,
            "reviewed": self.reviewed,
        }


@dataclass(frozen=True)
class Demonstration:
    """What the demonstration came to."""

    imports: tuple[tuple[str, ImportResult], ...]
    """Title of each list and what became of it."""

    figures: tuple[ComparedFigure, ...]
    """Every figure of the scenario."""

    targets_are_published: bool
    """Whether the values beside them are those published; else they were set for this run."""

    report: BuiltReport
    """The report in both languages."""

    linkage: DemonstratedLinkage | None = None
    """What linking by name came to; None where it was not shown."""


def demonstrate(
    workspace: Workspace,
    *,
    lists: Sequence[ListFile],
    targets: Mapping[str, int],
    out_folder: Path,
    progress: Progress,
    link: bool = False,
) -> Demonstration:
    """Take the invented lists in, count them, and build the report in both languages.

    ``targets`` are the values that the lists were invented for: the pipeline never sees
    them, they only stand beside what it counts. With ``link`` people are also linked by name.

    Raises:
        InputError: the workspace is not one of invented data.
    """
    if not workspace.identity.fictional:
        raise InputError(
            "The demonstration needs a workspace of invented data.",
            hint="Let `bayyina demo` make one of its own.",
            code="fictional",
        )
    imports = []
    for done, one in enumerate(lists):
        progress(done, len(lists), "lists imported")
        result = import_list(
            workspace,
            file=one.path,
            mapping=ListMapping.load(one.mapping_path, workspace.vocabulary),
            report=report_path(workspace, one.path),
            progress=_titled(progress, one.title),
            seal_others=False,
        )
        imports.append((one.title, result))
    if any(result.reaches_others for _, result in imports):
        imports[-1][1].notes += seal_due_notes(workspace, progress)
    progress(len(lists), len(lists), "lists imported")
    targets_are_published = dict(targets) == october_2023().published()
    figures = october_2023().figures
    linkage = None
    if link:
        queries = {figure.id: figure.query for figure in figures}
        linkage = demonstrate_linkage(workspace, queries, progress)
    built = build_reports(
        workspace,
        name=REPORT,
        languages=("en", "ar"),
        out_folder=out_folder,
        progress=progress,
        published=targets,
        targets_are_published=targets_are_published,
        beside=None
        if linkage is None
        else {"automatic": linkage.automatic, "reviewed": linkage.reviewed},
    )
    compared = tuple(
        ComparedFigure(
            figure.id,
            targets[figure.id],
            built.figures[figure.id].value,
            None if linkage is None else linkage.automatic[figure.id],
            None if linkage is None else linkage.reviewed[figure.id],
        )
        for figure in figures
    )
    return Demonstration(tuple(imports), compared, targets_are_published, built, linkage)


def _titled(progress: Progress, title: str) -> Progress:
    """Progress of one list, under its title."""
    return lambda done, total, what: progress(done, total, f"{title}: {what}")
