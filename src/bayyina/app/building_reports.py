"""Building reports from the workspace: count what the definition asks, write the documents."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from bayyina.app.counting import open_engine
from bayyina.app.output_decisions import decide_report, shown_figure
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.publishing import BUILT
from bayyina.app.record_lists import RecordLists
from bayyina.app.released_outputs import RestsOn
from bayyina.app.report_inserts import middles, order_documents, site_documents
from bayyina.app.rewinding import AS_IT_IS, Moment, rewound
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import log_run
from bayyina.disclosure.outputs import Decision
from bayyina.errors import InputError, QueryError
from bayyina.figures.engine import FigureEngine
from bayyina.figures.results import Figure
from bayyina.reporting.building import build_report
from bayyina.reporting.context import ReportContext
from bayyina.reporting.data_files import write_file
from bayyina.reporting.definitions import SUFFIX, Definition
from bayyina.reporting.labels import VocabularyLabels


@dataclass(frozen=True)
class BuiltReport:
    """A report that was built."""

    files: Mapping[str, tuple[Path, ...]]
    """What was written, by language; the page comes first, then the PDF."""

    figures: Mapping[str, Figure]
    """The results by figure id."""

    batch: int
    """The batch that records the building."""

    twin: Path
    """The report for programs: what is released, compared and corrected."""

    twin_digest: str
    """SHA-256 (hex) over that file."""


def build_reports(
    workspace: Workspace,
    *,
    name: str,
    languages: Sequence[str],
    out_folder: Path,
    progress: Progress,
    published: Mapping[str, int] | None = None,
    targets_are_published: bool = True,
    beside: Mapping[str, Mapping[str, int]] | None = None,
    settings: Mapping[str, str] | None = None,
    moment: Moment = AS_IT_IS,
) -> BuiltReport:
    """Build a report in some languages; what was counted, and at which custody size, is logged.

    What is built is a draft until two people have released it.

    Args:
        workspace: Where the records are.
        name: A built-in report, or the path of a ``*.report.md`` file.
        languages: Such as ``("en", "ar")``; all that the report is written in if empty.
        out_folder: Where the files go.
        progress: Told figures counted and documents written.
        published: Values that somebody published, by figure id, to compare with.
        targets_are_published: False when nobody did, and those values are targets of this run.
        beside: Further values of the compared figures: ``automatic`` and ``reviewed``, as people
            linked by name give them.
        settings: Values of the report's parameters, by name.
        moment: Count as of an earlier time.

    Raises:
        InputError: there is no such report, or not in one of the languages, or a value does not
            fit its parameter.
        QueryError: a question of the report cannot be answered.
        PermissionRefusedError: the member may not build reports.
    """
    require(workspace, "report")
    definition = Definition.load(name, settings)
    languages = tuple(dict.fromkeys(languages)) or definition.languages()
    absent = [lang for lang in languages if lang not in definition.languages()]
    if absent:
        raise InputError(
            f"The report {definition.name} is not written in {', '.join(absent)}.",
            hint=f"It has: {', '.join(definition.languages())}.",
        )
    with open_engine(workspace, progress, exact=True) as engine:
        queries = {
            identifier: _asked(engine, query, moment, f"{name}, figure {identifier}")
            for identifier, query in definition.queries().items()
        }
        counted = count_report(workspace, engine, definition, queries, moment, progress)
        context = replace(
            counted.context,
            published=published,
            targets_are_published=targets_are_published,
            beside=beside or {},
            known_at=moment.known_text,
            recorded_at=moment.recorded_text,
        )
        files = {}
        for done, lang in enumerate(languages):
            progress(done, len(languages), "documents written")
            files[lang] = tuple(
                build_report(
                    definition,
                    counted.shown,
                    lang=lang,
                    out_folder=out_folder,
                    context=context,
                    data_files=done == 0,
                )
            )
        progress(len(languages), len(languages), "documents written")
    write_file(out_folder / f"{definition.name}{SUFFIX}", definition.text.encode())
    twin = out_folder / f"{definition.name}.json"
    digest = hashlib.sha256(twin.read_bytes()).hexdigest()
    batch = _log(workspace, definition, counted.results, languages, digest)
    return BuiltReport(files, counted.results, batch, twin, digest)


def _asked(engine: FigureEngine, query: str, moment: Moment, where: str) -> str:
    """A figure's query as of a moment; one that cannot be read is refused with its place."""
    try:
        engine.read(query)
    except QueryError as error:
        raise QueryError(f"{where}: {error.message}", hint=error.hint, code=error.code) from error
    return rewound(engine, query, moment)


class CountedReport(NamedTuple):
    """The numbers of a report, and what of them may be shown."""

    results: dict[str, Figure]
    """What was counted, by figure id."""

    shown: dict[str, dict[str, Any]]
    """What of it may be shown, as JSON-ready documents."""

    context: ReportContext
    """Orders, sites and removals of the report, which is a draft."""


def count_report(
    workspace: Workspace,
    engine: FigureEngine,
    definition: Definition,
    queries: Mapping[str, str],
    moment: Moment,
    progress: Progress,
) -> CountedReport:
    """Count what a report asks, and decide what of it may be published.

    Args:
        workspace: Where it is counted.
        engine: Counts, to the last record.
        definition: The report.
        queries: Its questions as of the moment, by figure id.
        moment: As of when its orders are told.
        progress: Told figures counted.

    Raises:
        QueryError: a question cannot be answered.
    """
    results = dict(_count_all(engine, queries, progress))
    sites = site_documents(workspace, definition)
    documents = {identifier: figure.to_json() for identifier, figure in results.items()}
    decision = decide_report(workspace, engine, documents, sites)
    shown = {name: shown_figure(one, name, decision) for name, one in documents.items()}
    context = replace(
        _report_context(workspace, engine),
        orders=order_documents(workspace, definition, moment),
        sites=sites,
        removals=_removals_by_figure(decision),
        is_draft=True,
    )
    return CountedReport(results, shown, context)


def _removals_by_figure(decision: Decision) -> dict[str, list[Mapping[str, Any]]]:
    """What the rules took out of each figure."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in decision.removals:
        found.setdefault(one.id, []).append(one.to_json())
    return found


def _count_all(
    engine: FigureEngine, queries: Mapping[str, str], progress: Progress
) -> Iterator[tuple[str, Figure]]:
    """The answers to queries, by id."""
    for done, (identifier, query) in enumerate(queries.items()):
        progress(done, len(queries), "figures counted")
        yield identifier, engine.count(query)
    progress(len(queries), len(queries), "figures counted")


def _report_context(workspace: Workspace, engine: FigureEngine) -> ReportContext:
    """What a report is built with, as the workspace stands."""
    newest = workspace.store.checkpoints()[-1]
    lists = RecordLists(workspace, engine)
    return ReportContext(
        time=workspace.clock.now(),
        is_fictional=workspace.identity.fictional,
        labels=VocabularyLabels(workspace.vocabulary, workspace.gazetteer),
        custody_size=newest.size,
        checkpoint=newest.note,
        records=lists.records,
        short_id=lists.short_id,
        position=middles(workspace),
    )


def _log(
    workspace: Workspace,
    definition: Definition,
    results: Mapping[str, Figure],
    languages: Sequence[str],
    twin: str,
) -> int:
    counted = {name: figure.value for name, figure in results.items()}
    names = " ".join(languages)
    rests_on = RestsOn.of(
        queries=[figure.query for figure in results.values()],
        size=max((figure.custody_size for figure in results.values()), default=0),
    )
    parameters = {
        "report": definition.name,
        "languages": names,
        "twin": twin,
        "values": counted,
        "rests_on": rests_on.to_json(),
    }
    details = {"report": definition.name, "languages": names, "twin": twin}
    return log_run(workspace, "build-report", BUILT, parameters, details)
