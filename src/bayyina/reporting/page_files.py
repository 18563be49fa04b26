"""A page as files: a web page, and a PDF beside it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from bayyina.reporting.data_files import write_file
from bayyina.typeset.blocks import Page
from bayyina.typeset.documents import typst_pdf
from bayyina.typeset.html_pages import html_page
from bayyina.typeset.typst_pages import typst_document


def write_page(page: Page, stem: Path, *, time: dt.datetime) -> tuple[Path, Path]:
    """Write a page as web page and PDF.

    Args:
        page: The page.
        stem: Path of the files without an ending.
        time: When it is made, as the PDF says.

    Raises:
        StorageError: the disk refused.
    """
    document = typst_document(page)
    pdf = typst_pdf(document.source, assets=document.assets, time=time)
    return (
        write_file(stem.with_name(f"{stem.name}.html"), html_page(page).encode()),
        write_file(stem.with_name(f"{stem.name}.pdf"), pdf),
    )
