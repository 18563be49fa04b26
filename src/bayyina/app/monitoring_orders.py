"""Monitoring court orders: the status of a case with its indicators counted in the workspace."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from bayyina.app.counting import open_engine
from bayyina.app.live import live_batches, live_statements
from bayyina.app.output_decisions import refuse_hidden
from bayyina.app.own_files import own_methodologies, own_vocabulary
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.query_checking import query_check
from bayyina.app.released_outputs import RestsOn
from bayyina.app.small_groups import coarse, is_sensitive, sees_small_groups
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import log_run, write_pages
from bayyina.errors import InputError
from bayyina.figures.query import read_query
from bayyina.figures.query_tree import Query
from bayyina.figures.query_words import QueryWords
from bayyina.figures.results import Figure, RecordRef
from bayyina.orders.cases import SUFFIX, built_in_cases, load_case
from bayyina.orders.documents import status_document
from bayyina.orders.results import CaseStatus
from bayyina.orders.status import Figures, case_status
from bayyina.orders.wording import both
from bayyina.reporting.data_files import write_file
from bayyina.reporting.order_pages import order_page
from bayyina.standards.order_file import Event, OrderFile, Title, Watched

ORDERS = "orders"
"""Folder with the workspace's own ``*.order.yaml`` files."""

MOST_EVENTS = 200
"""Records that are listed one by one for a way of destroying evidence; all are counted."""

NO_DATES = (None, "unrecognised", "unreadable")
"""Values of a date that say nothing about when."""

DEFAULT = "icj-188"
"""The case that is meant where none is named."""


def own_cases(folder: Path) -> dict[str, Path]:
    """The order files of a workspace folder, by name."""
    paths = sorted((folder / ORDERS).glob(f"*{SUFFIX}"))
    return {path.name.removesuffix(SUFFIX): path for path in paths}


def known_cases(folder: Path) -> tuple[str, ...]:
    """Names of the shipped cases and of the workspace's own."""
    return tuple(sorted({*built_in_cases(), *own_cases(folder)}))


def find_case(folder: Path, name: str | None) -> OrderFile:
    """The case of a name or file; without one, the workspace's only one, or the shipped default.

    Raises:
        SmallFileError: it is neither a shipped case nor a sound order file.
        InputError: no case is named and the workspace holds several.
    """
    own = own_cases(folder)
    if name is None:
        if len(own) > 1:
            raise InputError(
                f"This workspace holds {len(own)} cases.",
                hint="Name one of them: " + ", ".join(own) + ".",
            )
        name = next(iter(own), DEFAULT)
    return load_case(own.get(name, name), check_query=query_check(folder))


def write_order_report(
    workspace: Workspace, status: CaseStatus, *, languages: Sequence[str], out_folder: Path
) -> dict[str, tuple[Path, ...]]:
    """Write the status of a case as web page and PDF, by language; an entry of the log.

    Raises:
        CheckFailedError: a number in it may not be published.
        PermissionRefusedError: the member may not build reports.
        StorageError: the disk refused.
    """
    require(workspace, "report")
    figures = {
        f"{one.id} ({axis})": {"query": count.query, "value": count.value, "groups": []}
        for one in status.indicators
        for axis, count in (("occurred", one.occurred), ("documented", one.documented))
        if count is not None
    }
    if figures:
        with open_engine(workspace, _unseen) as engine:
            refuse_hidden(workspace, engine, figures)
    stem = f"{status.case.case.id}-{status.as_of.isoformat()}"
    fictional = workspace.identity.fictional
    files = write_pages(
        workspace,
        lambda lang: order_page(status, lang, is_fictional=fictional),
        languages,
        out_folder / stem,
    )
    twin = json.dumps(status_document(status), ensure_ascii=False, indent=1) + "\n"
    write_file(out_folder / f"{stem}.json", twin.encode())
    _log(workspace, status, languages)
    return files


def _log(workspace: Workspace, status: CaseStatus, languages: Sequence[str]) -> None:
    counted = {one.id: one.occurred.value for one in status.indicators if one.occurred is not None}
    case, as_of = status.case.case.id, status.as_of.isoformat()
    parameters = {
        "case": case,
        "as_of": as_of,
        "languages": " ".join(languages),
        "values": counted,
        "rests_on": RestsOn.of(
            queries=[one.occurred.query for one in status.indicators if one.occurred is not None],
            size=workspace.store.log_size(),
        ).to_json(),
    }
    details = {"case": case, "as_of": as_of}
    log_run(workspace, "report-order", "order-report", parameters, details)


def monitor_case(
    workspace: Workspace,
    case: OrderFile,
    as_of: date,
    progress: Progress,
    *,
    known_at: date | None = None,
) -> CaseStatus:
    """The status of a case as of a day, its indicators counted over the workspace's records.

    Single records stand among the events for who may read records alone; others see their number.

    Args:
        workspace: Where to count.
        case: The case.
        as_of: The day in the world.
        progress: Told how far the snapshot is.
        known_at: Count only what sources had said by then.

    Raises:
        QueryError: an indicator cannot be counted.
        PermissionRefusedError: the member may not count.
    """
    require(workspace, "count")
    words = QueryWords(
        own_vocabulary(workspace.folder),
        workspace.gazetteer,
        tuple(own_methodologies(workspace.folder)),
    )
    sees_all = sees_small_groups(workspace.member)
    is_closed = sees_all or _is_known(workspace.folder, case)
    with open_engine(workspace, progress, exact=is_closed) as engine:

        def read(text: str) -> Query:
            return read_query(text, words)

        def known(query: Query) -> Query:
            return query if query.known_at is not None else replace(query, known_at=known_at)

        def count(query: Query) -> Figure:
            figure = engine.count(str(known(query)))
            is_coarse = not sees_all and is_sensitive(query, engine.words.vocabulary)
            return coarse(figure) if is_coarse else figure

        watched = [
            event
            for way in case.watch_list
            if way.figure is not None and sees_all
            for event in _watched(
                workspace, way, engine.open(str(known(read(way.figure))), limit=MOST_EVENTS)
            )
        ]
        whole = replace(case, events=(*case.events, *watched))
        return case_status(whole, as_of, Figures(read, count))


def _is_known(folder: Path, case: OrderFile) -> bool:
    """Whether a case is one of those that are shipped or the workspace's own.

    Their questions are a closed set, which nobody made in order to hold them against each other; who
    may not read records is answered them coarsely. Any other file is asked as whoever names it asks.
    """
    return any(find_case(folder, name) == case for name in known_cases(folder))


def _watched(workspace: Workspace, way: Watched, found: Iterable[RecordRef]) -> Iterator[Event]:
    """The records that a way of destroying evidence would show in, as events of the case.

    A record without a date cannot be put in a phase; the indicator still counts it.
    """
    numbers = [ref.number for ref in found]
    names = {term: pair for pair, term in workspace.store.terms().items()}
    rows = live_statements(workspace.store, numbers, live_batches(workspace.store))
    dated = [row for row in rows if row.value not in NO_DATES]
    ends = {row.record: row.value for row in dated if names[row.term][1] == "end_date"}
    what = both(way.what)
    for row in dated:
        if names[row.term][1] != "date":
            continue
        short_id = workspace.short_id(row.record)
        yield Event(
            short_id,
            Title(f"{what.en}: record {short_id}", f"{what.ar}: السجلّ {short_id}"),
            _until(row.value or "", ends.get(row.record)),
            measures=way.measures,
            watch=(way.id,),
            sources=(workspace.short_id(row.source),) if row.source is not None else (),
        )


def _until(first: str, last: str | None) -> str:
    """The days of what lasted: from its date to the end that a source gives."""
    if not last:
        return first
    return f"{first.split('/')[0]}/{last.split('/')[-1]}"


def _unseen(done: int, total: int | None, what: str) -> None:
    """Progress that nobody is shown."""
