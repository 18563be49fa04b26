"""What a web archive holds, page by page: when it was fetched, how it was answered, whether it is whole.

A page is shown as its text; nothing of it is run, and nothing is loaded. A digest that does not
fit is said beside its page.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final, NamedTuple

from bayyina.media.plain_data import DamagedFileError, FileLimitError, plain_text
from bayyina.media.texts import decode_text
from bayyina.media.viewing.pictures import draw_picture
from bayyina.media.web_records import Record, read_records, without_chunks, wrong_digests
from bayyina.media.zip_archives import READ_ERRORS, list_archive, open_archive

MOST_SHOWN: Final = 100
"""Captures of one page of the list."""

MOST_TEXT: Final = 64_000
"""Characters of a page that are shown."""

MOST_BODY: Final = 8 << 20
"""Bytes of a page that are read for its text, or of a picture."""

SHOWN: Final = frozenset({"response", "resource", "revisit", "conversion"})
"""Kinds of records that hold what was captured."""

_CHARSET: Final = re.compile(r"charset=[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_META: Final = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_SILENT: Final = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "object"})


class Answer(NamedTuple):
    """An HTTP answer in a record."""

    status: str
    """Its status; empty where there is none."""

    headers: dict[str, str]
    """Header lines, names in small letters."""

    body: bytes
    """What it carries, as it was sent."""


def is_package(path: Path) -> bool:
    """Whether a ZIP is a package of web archives (WACZ)."""
    try:
        with path.open("rb") as file, open_archive(file) as archive:
            names = {one.filename for one in list_archive(archive).members}
    except (DamagedFileError, FileLimitError):
        return False
    return "datapackage.json" in names and any(name.startswith("archive/") for name in names)


def list_captures(path: Path, kind: str, first: int, *, everything: bool) -> dict[str, Any]:
    """What was captured, from one place in the list on.

    Args:
        path: The archive.
        kind: Its media type.
        first: Captures that are passed over.
        everything: Whether what pages are made of is listed too, such as pictures and scripts.
    """
    lines: list[dict[str, Any]] = []
    count, fault, wrong = 0, "", 0
    try:
        for number, record in _captured(path, kind):
            answer = _answer(record)
            checked, misfits = wrong_digests(record)
            wrong += bool(misfits)
            media_type = _type(answer, record)
            if not everything and not _is_page(record, answer, media_type):
                continue
            if first <= count < first + MOST_SHOWN:
                lines.append(
                    {
                        "number": number,
                        "address": plain_text(record.address, 500),
                        "time": plain_text(record.date, 40),
                        "status": answer.status,
                        "type": plain_text(media_type, 80),
                        "size": len(answer.body),
                        "digest": "wrong" if misfits else "fits" if checked else "none",
                    }
                )
            count += 1
    except (DamagedFileError, FileLimitError) as error:
        fault = error.message
    return {"count": count, "first": first, "lines": lines, "fault": fault, "wrong": wrong}


def show_capture(path: Path, kind: str, number: int, *, veiled: bool) -> dict[str, Any]:
    """One capture: its text, or the picture that it is.

    Raises:
        DamagedFileError: there is no such capture, or it cannot be decoded.
    """
    for place, record in _captured(path, kind):
        if place == number:
            return _shown(record, veiled=veiled)
    raise DamagedFileError("The archive holds no such capture.")


def _shown(record: Record, *, veiled: bool) -> dict[str, Any]:
    answer = _answer(record)
    checked, misfits = wrong_digests(record)
    media_type = _type(answer, record)
    said: dict[str, Any] = {
        "address": plain_text(record.address, 2_000),
        "time": plain_text(record.date, 40),
        "status": answer.status,
        "type": plain_text(media_type, 80),
        "digest": "wrong" if misfits else "fits" if checked else "none",
        "title": "",
        "text": "",
        "note": "",
    }
    if record.kind == "revisit":
        return said | {"note": "revisit"}
    body = _decoded(answer)
    if body is None:
        return said | {"note": "coding"}
    if media_type.startswith("image/") and media_type != "image/svg+xml":
        return said | draw_picture(body, veiled=veiled)
    if not _is_text(media_type):
        return said | {"note": "type"}
    text = _text(body, answer)
    if "html" in media_type:
        reader = _Reader()
        reader.feed(text)
        reader.close()
        said["title"] = plain_text(" ".join("".join(reader.title).split()), 300)
        text = reader.text()
    return said | {"text": plain_text(text, MOST_TEXT)}


def _captured(path: Path, kind: str) -> Iterator[tuple[int, Record]]:
    """Captures with their numbers, from 1, over all archives of a package."""
    number = 0
    for record in _records(path, kind):
        if record.kind in SHOWN:
            number += 1
            yield number, record


def _records(path: Path, kind: str) -> Iterator[Record]:
    if "wacz" not in kind and "zip" not in kind.removesuffix("+gzip"):
        with path.open("rb") as file:
            yield from read_records(file)
        return
    with path.open("rb") as file, open_archive(file) as archive:
        listing = list_archive(archive)
        if listing.is_bomb:
            raise FileLimitError("The web archive would inflate beyond the limits.")
        names = [one.filename for one in listing.members if one.filename.startswith("archive/")]
        for name in sorted(names):
            try:
                with archive.open(name) as member:
                    yield from read_records(member)
            except READ_ERRORS as error:
                raise DamagedFileError("A member of the archive is broken.") from error


def _answer(record: Record) -> Answer:
    if not record.block.startswith(b"HTTP/"):
        return Answer("", {}, record.block)
    head, _, body = record.block.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ", 2)
    headers = {}
    for line in lines[:200]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    status = words[1][:3] if len(words) > 1 and words[1].isdecimal() else ""
    return Answer(status, headers, body)


def _type(answer: Answer, record: Record) -> str:
    said = answer.headers.get("content-type") or record.headers.get("content-type", "")
    return said.partition(";")[0].strip().lower()


def _is_page(record: Record, answer: Answer, media_type: str) -> bool:
    """Whether it is what somebody saw: a page that was answered, not one of its parts."""
    return record.kind == "revisit" or (
        ("html" in media_type or media_type == "application/pdf")
        and (answer.status in ("", "200") or answer.status[:1] in ("3", "4", "5"))
    )


def _is_text(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type.endswith(
        ("html", "html+xml", "json", "xml", "javascript")
    )


def _decoded(answer: Answer) -> bytes | None:
    """The body with its codings removed; None where one is not known."""
    body = answer.body
    if "chunked" in answer.headers.get("transfer-encoding", "").lower():
        whole = b"\r\n\r\n".join((b"transfer-encoding: chunked", body))
        body = without_chunks(whole) or body
    coding = answer.headers.get("content-encoding", "").strip().lower()
    if coding in ("", "identity") or (coding in ("gzip", "x-gzip") and body[:2] != b"\x1f\x8b"):
        return body[:MOST_BODY]
    if coding not in ("gzip", "x-gzip", "deflate"):
        return None
    for window in (47, -15) if coding == "deflate" else (31,):
        try:
            return zlib.decompressobj(window).decompress(body, MOST_BODY)
        except zlib.error:
            continue
    raise DamagedFileError("The capture cannot be inflated.")


def _text(body: bytes, answer: Answer) -> str:
    said = _CHARSET.search(answer.headers.get("content-type", ""))
    inside = _META.search(body[:4096])
    name = said[1] if said else inside[1].decode("ascii") if inside else ""
    try:
        return body.decode(name, "replace") if name else decode_text(body).text
    except (LookupError, UnicodeError, ValueError):
        return decode_text(body).text


class _Reader(HTMLParser):
    """The text of a page, a line for each block; what is not read aloud is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title: list[str] = []
        self._parts: list[str] = []
        self._silent = 0
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "title":
            self._in_title = True
        elif tag in _BLOCKS:
            self._parts.append("\n")
        elif tag == "img":
            words = dict(attrs).get("alt")
            self._parts.append(f" [{words}] " if words else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "title":
            self._in_title = False
        elif tag in _BLOCKS:
            self._parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)
        elif not self._silent:
            self._parts.append(data)

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Pass over a section as browsers do, to its next bracket: it must hide nothing after it."""
        return self.parse_bogus_comment(i, report)

    def text(self) -> str:
        """The lines, without empty ones."""
        lines = (" ".join(line.split()) for line in "".join(self._parts).splitlines())
        return "\n".join(line for line in lines if line)
