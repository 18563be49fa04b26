"""Checking the small files people write, whichever package reads them."""

from __future__ import annotations

from pathlib import Path

from bayyina.app.query_checking import query_check
from bayyina.errors import FileUnreadableError
from bayyina.model.findings import Finding
from bayyina.model.vocabulary import Vocabulary
from bayyina.reporting.checking import check_report
from bayyina.standards.small_files import check_small_file, kind_of
from bayyina.tables.mapping import check_mapping


def check_file(path: Path) -> tuple[str, list[Finding]]:
    """The kind of a small file and everything that is wrong in it.

    Raises:
        FileUnreadableError: it is absent, far too large, or not UTF-8.
        SmallFileError: it is of no known kind.
    """
    if not path.is_file():
        raise FileUnreadableError(f"There is no file {path}.", hint="Check the path.")
    kind = kind_of(path)
    if kind == "mapping":
        return kind, check_mapping(path, Vocabulary.load())
    if kind == "report":
        return kind, check_report(path, check_query=query_check())
    return check_small_file(path)
