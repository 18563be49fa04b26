"""Building a report: the web page, the PDF, the CSV files and the machine-readable twin."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bayyina.errors import InputError
from bayyina.reporting.annex import annex
from bayyina.reporting.context import ReportContext
from bayyina.reporting.data_files import (
    write_check_table,
    write_figure_table,
    write_group_table,
    write_left_out,
    write_record_lists,
    write_twin,
)
from bayyina.reporting.definitions import Definition
from bayyina.reporting.figure_results import FigureLike, FigureResult
from bayyina.reporting.moments import moment_in_words
from bayyina.reporting.page_files import write_page
from bayyina.reporting.placing import placed
from bayyina.reporting.prose import prose_blocks
from bayyina.reporting.references import Issue
from bayyina.reporting.wording import phrase
from bayyina.typeset.blocks import Inlines, Page, Text, Value
from bayyina.typeset.languages import LANGUAGES


def build_report(
    definition: Definition,
    results: Mapping[str, FigureLike | Mapping[str, object]],
    *,
    lang: str,
    out_folder: Path,
    context: ReportContext,
    data_files: bool = True,
) -> list[Path]:
    """Write a report in one language with everything that belongs to it.

    The files of figures and the twin are the same for every language. Equal input gives equal bytes.

    Args:
        definition: the report.
        results: a figure result for each id of ``definition.queries()``.
        lang: one of ``definition.languages()``.
        out_folder: where the files go; made when it is not there.
        context: time, custody state, names of codes, record lists, published values.
        data_files: whether the files that all languages share are written too; once is enough.

    Returns:
        The files: page, PDF, twin, then the CSV files.

    Raises:
        InputError: the language or a figure result is missing.
        StorageError: the disk refused.
    """
    issue = Issue(definition, _read_results(definition, results), lang, context)
    if lang not in definition.prose:
        known = ", ".join(definition.languages())
        raise InputError(
            f"The report {definition.name} is not written in '{lang}'.", hint=f"It has: {known}."
        )
    page = report_page(issue)
    stem = f"{definition.name}.{lang}"
    own = [*write_page(page, out_folder / stem, time=context.time)]
    if not data_files:
        return own
    return [
        *own,
        write_twin(definition, issue.results, context, out_folder / f"{definition.name}.json"),
        *_tables(issue, out_folder),
        *write_left_out(context, out_folder),
        *write_record_lists(definition, issue.results, context, out_folder),
    ]


def report_page(issue: Issue) -> Page:
    """The report as a page: prose with its charts and tables, then the annex."""
    prose = prose_blocks(
        issue.definition.prose_when(issue.lang, issue.context.case),
        numbers=issue.number,
        place=lambda identifier: placed(issue, identifier),
    )
    time = moment_in_words(issue.context.time, issue.lang, issue.context.numerals)
    size = issue.write(issue.context.custody_size)
    return Page(
        lang=issue.lang,
        title=issue.definition.titles[issue.lang],
        blocks=(*prose, *annex(issue)),
        summary=(
            *issue.filled("summary", time=(Value(time),), size=(Value(size),)),
            *_as_it_was(issue),
        ),
        banner=_banner(issue),
        footer=issue.definition.titles[issue.lang],
    )


def _as_it_was(issue: Issue) -> Inlines:
    """Says of a report that was rebuilt as of an earlier time what it leaves out."""
    context = issue.context
    pairs = (("rebuilt_known", context.known_at), ("rebuilt_recorded", context.recorded_at))
    return tuple(
        piece
        for name, moment in pairs
        if moment
        for piece in (Text(" "), *issue.filled(name, day=(Value(moment),)))
    )


def _banner(issue: Issue) -> tuple[tuple[str, str], ...]:
    """The notices on invented records and on drafts, in the page's language first."""
    order = (issue.lang, *(code for code in LANGUAGES if code != issue.lang))
    notices = []
    if issue.context.is_fictional:
        notices += [(code, phrase("fictional", code)) for code in order]
    if issue.context.is_draft:
        notices.append((issue.lang, phrase("draft", issue.lang)))
    return tuple(notices)


def _tables(issue: Issue, folder: Path) -> list[Path]:
    definition, results, context = issue.definition, issue.results, issue.context
    paths = []
    for block in definition.blocks.values():
        if block.kind == "check":
            paths.append(write_check_table(definition, block, results, context, folder))
        elif block.rows:
            paths.append(write_figure_table(definition, block, results, context, folder))
        elif block.query and block.kind in ("chart", "table", "map"):
            paths.append(write_group_table(block, results[block.id], context, folder))
    return paths


def _read_results(
    definition: Definition, results: Mapping[str, FigureLike | Mapping[str, object]]
) -> dict[str, FigureResult]:
    missing = [identifier for identifier in definition.queries() if identifier not in results]
    if missing:
        raise InputError(f"The report {definition.name} lacks results for: {', '.join(missing)}.")
    return {name: FigureResult.of(results[name]) for name in definition.queries()}
