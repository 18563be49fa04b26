"""The workspace's own report definitions: checked, looked at in each language, kept in the log.

A definition is kept as a setting of the log, the newest of a name holds; so it is known who changed
which report's questions when. Looking at a draft writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from bayyina.app.building_reports import count_report
from bayyina.app.changes import change
from bayyina.app.counting import open_engine
from bayyina.app.live import live_batches
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.query_checking import query_check
from bayyina.app.rewinding import AS_IT_IS
from bayyina.app.rows import SettingRow, batch_of
from bayyina.app.workspace import Workspace
from bayyina.errors import BayyinaError, InputError, SmallFileError
from bayyina.model.findings import Finding
from bayyina.reporting.building import report_page
from bayyina.reporting.checking import check_report_text
from bayyina.reporting.definitions import SUFFIX, Definition, built_in_reports
from bayyina.reporting.figure_results import FigureResult
from bayyina.reporting.references import Issue
from bayyina.typeset.html_pages import html_page

SETTING: Final = "report-definition:"
"""Beginning of the names of the settings."""

SAVE: Final = "save-report-definition"
"""What the log calls it."""

LONGEST: Final = 200_000
"""Characters of a definition."""

FOLDER: Final = "definitions"
"""Folder of the workspace into which a definition is written to be built from."""


class SavedReport(NamedTuple):
    """A report definition of the workspace's own."""

    name: str
    """The name in its head."""

    text: str
    """The whole definition."""

    titles: Mapping[str, str]
    """Its title by language; empty where it cannot be read any more."""

    entry: int
    """Entry of the log that holds it."""


def saved_reports(workspace: Workspace) -> dict[str, SavedReport]:
    """The workspace's own definitions by name, the newest of each.

    Raises:
        PermissionRefusedError: the member may not build reports.
    """
    require(workspace, "report")
    batches = live_batches(workspace.store)
    found = {}
    for row in workspace.store.scan(SettingRow):
        batch = batches.get(batch_of(row.number))
        if row.name.startswith(SETTING) and batch is not None:
            name = row.name.removeprefix(SETTING)
            found[name] = SavedReport(name, row.text, _titles(row.text), batch.entry or 0)
    return dict(sorted(found.items()))


def check_draft(workspace: Workspace, text: str) -> list[Finding]:
    """All that is wrong with a definition, by line; its questions are read with the own words.

    Raises:
        PermissionRefusedError: the member may not build reports.
    """
    require(workspace, "report")
    if len(text) > LONGEST:
        return [Finding(None, f"A definition has at most {LONGEST:,} characters.")]
    try:
        return check_report_text(text, check_query=query_check(workspace.folder))
    except BayyinaError as error:
        return [Finding(None, str(error))]


def preview_report(
    workspace: Workspace, text: str, progress: Progress, settings: Mapping[str, str] | None = None
) -> dict[str, str]:
    """A draft as a web page in each of its languages, with the numbers of now; nothing is kept.

    Raises:
        SmallFileError: the definition has faults.
        QueryError: a question cannot be answered.
        PermissionRefusedError: the member may not build reports.
    """
    require(workspace, "report")
    _refuse_faults(workspace, text)
    definition = Definition.parse(text, settings)
    with open_engine(workspace, progress, exact=True) as engine:
        counted = count_report(
            workspace, engine, definition, definition.queries(), AS_IT_IS, progress
        )
        read = {name: FigureResult.of(one) for name, one in counted.shown.items()}
        return {
            lang: html_page(report_page(Issue(definition, read, lang, counted.context)))
            for lang in definition.languages()
        }


def save_report(workspace: Workspace, text: str) -> str:
    """Keep a definition under the name in its head; the name.

    Raises:
        SmallFileError: it has faults.
        InputError: a report that comes with the program has this name, or nothing was changed.
        PermissionRefusedError: the member may not build reports.
    """
    require(workspace, "report")
    _refuse_faults(workspace, text)
    name = Definition.parse(text).report
    if name in built_in_reports():
        raise InputError(
            f"A report that comes with the program is called {name}.",
            hint="Give yours another name in its head.",
            code="report-name-taken",
        )
    known = saved_reports(workspace).get(name)
    if known is not None and known.text == text:
        raise InputError(
            f"The report {name} is kept as it stands already.",
            hint="Change it, or build it.",
            code="nothing-changed",
        )
    with change(workspace, SAVE) as writer:
        writer.add(SettingRow, name=f"{SETTING}{name}", text=text)
        writer.finish({"report": name})
    return name


def definition_named(workspace: Workspace, name: str) -> str:
    """What a report is built from: the name of a built-in one, or a file with the own definition.

    The file is written anew from the log, whatever lay there.

    Raises:
        InputError: there is no such report.
    """
    if name in built_in_reports():
        return name
    own = saved_reports(workspace).get(name)
    if own is None:
        raise InputError(f"There is no report named {name}.", hint="Choose one of the list.")
    path = Path(workspace.folder) / FOLDER / f"{name}{SUFFIX}"
    path.parent.mkdir(exist_ok=True)
    path.write_text(own.text, encoding="utf-8", newline="\n")
    return str(path)


def _refuse_faults(workspace: Workspace, text: str) -> None:
    findings = check_draft(workspace, text)
    if findings:
        first = findings[0]
        where = f"line {first.line}: " if first.line else ""
        raise SmallFileError(
            f"The definition has {len(findings)} faults; {where}{first.message}",
            hint="Mend what is listed.",
            code="report-faults",
        )


def _titles(text: str) -> Mapping[str, str]:
    try:
        return Definition.parse(text).titles
    except BayyinaError:
        return {}
