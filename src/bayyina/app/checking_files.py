"""Checking the small files people write, whichever package reads them."""

from __future__ import annotations

from pathlib import Path

from bayyina.app.clocks import SystemClock
from bayyina.app.own_files import own_vocabulary
from bayyina.app.ports import Clock
from bayyina.app.query_checking import query_check
from bayyina.errors import FileUnreadableError
from bayyina.model.findings import Finding
from bayyina.reporting.checking import check_report
from bayyina.standards.small_files import check_order, check_small_file, kind_of
from bayyina.tables.mapping import check_mapping


def check_file(
    path: Path, workspace: Path | None = None, clock: Clock | None = None
) -> tuple[str, list[Finding]]:
    """The kind of a small file and everything that is wrong in it.

    ``workspace`` may be a workspace's folder, whose own words are then known too;
    ``clock`` says what day it is, the machine's own if none is given.

    Raises:
        FileUnreadableError: it is absent, far too large, or not UTF-8.
        SmallFileError: it is of no known kind.
    """
    if not path.is_file():
        raise FileUnreadableError(f"There is no file {path}.", hint="Check the path.")
    kind = kind_of(path)
    if kind == "mapping":
        today = (clock or SystemClock()).now().date()
        return kind, check_mapping(path, own_vocabulary(workspace), today)
    if kind == "report":
        return kind, check_report(path, check_query=query_check(workspace))
    if kind == "order":
        return kind, check_order(path, check_query=query_check(workspace))
    return check_small_file(path)
