"""PDF files from Typst source.

The compiler runs in this process, sees one temporary folder and our fonts, and has an empty
package folder; the source is made by ``typst_pages``, which puts people's text into string
literals only. Files are PDF/A-2a and PDF/UA-1: they keep for decades and can be read aloud.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path

import typst

from bayyina.errors import InputError
from bayyina.typeset.fonts import font_folders
from bayyina.vault.private_folders import private_folder

_ASSET_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")


def typst_pdf(source: str, *, assets: Mapping[str, bytes], time: dt.datetime) -> bytes:
    """The PDF of a Typst source; the same input gives the same bytes.

    Args:
        source: Typst source of the whole document.
        assets: files that the source names, by name (no folders).
        time: what the file says as its creation time; aware.

    Raises:
        InputError: the source does not compile.
    """
    room = len(source) * 4 + sum(map(len, assets.values()))
    with private_folder(room=room) as folder:
        for asset, content in assets.items():
            (folder / _asset_name(asset)).write_bytes(content)
        main = folder / "main.typ"
        main.write_text(source, encoding="utf-8", newline="\n")
        return _compile(main, folder, time)


def _compile(main: Path, folder: Path, time: dt.datetime) -> bytes:
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(path) for path in font_folders()],
    )
    try:
        compiler = typst.Compiler(
            str(main),
            root=str(folder),
            font_paths=fonts,
            package_path=str(folder / "packages"),
            package_cache_path=str(folder / "packages"),
        )
        pdf = compiler.compile(
            format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=int(time.timestamp())
        )
    except typst.TypstError as error:
        raise InputError(
            f"The document could not be set as a PDF: {error.message}.",
            hint="This is a fault of the program, not of your data; the web page is not affected.",
        ) from error
    if not isinstance(pdf, bytes):
        raise InputError("The document could not be set as a PDF: nothing came out.")
    return pdf


def _asset_name(name: str) -> str:
    if not _ASSET_NAME.fullmatch(name):
        raise InputError(f"'{name}' is no name for a file of a document.")
    return name
