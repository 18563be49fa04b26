"""Text out of bytes whose encoding nobody wrote down.

Lists are put together from exports of many programs, so one file may hold lines in
UTF-8 and lines in Windows-1256. ``examine`` looks at the whole file once, in bounded
memory, and decides how to read it; ``decoded_lines`` then gives each line with what had
to be repaired in it. A file that is clean UTF-8 or UTF-16 is read by Python's own fast
decoder.

How an encoding is chosen for bytes that are not UTF-8: Arabic is written in runs of
bytes above 127, European languages have such bytes one at a time among ASCII letters. So a line in
which most high bytes stand in runs is Windows-1256, any other is Windows-1252.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from bayyina.model.drafts import RowProblem
from bayyina.tables import problems
from bayyina.tables.sources import ByteSource, reading

CHUNK: Final = 1 << 20
"""Bytes read at a time."""
MAX_LINE: Final = 4 << 20
"""Longest line in bytes that is taken for a row."""
KEPT_OF_LONG_LINE: Final = 1 << 16
"""Bytes kept of a line that is too long."""

ARABIC: Final = "windows-1256"
WESTERN: Final = "windows-1252"

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HIGH = re.compile(rb"[\x80-\xff]+")
_FIELD = re.compile(rb'[^,;\t|"\r\n]*[\x80-\xff][^,;\t|"\r\n]*')
_LONE_RETURN = re.compile(rb"(?<=\r)(?!\n)(?!$)")
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


@dataclass(frozen=True)
class TextPlan:
    """How the bytes of one file become text."""

    encoding: str
    """Encoding of the file, or of most of its lines: a Python codec name."""
    fallback: str
    """Single-byte encoding of lines that are not UTF-8 and do not show their own."""
    bom: int
    """Bytes of the mark at the start, which are skipped."""
    sound: bool
    """True when Python's decoder reads the whole file and nothing needs repair."""
    short_lines: bool
    """True when no line is longer than ``MAX_LINE``."""
    newline: bytes
    """What ends a line: a line feed, or a carriage return in files of old Macintoshes."""
    line_count: int
    """Number of line ends in the file."""

    @property
    def clean(self) -> bool:
        """True when the file can be read line by line without looking at its bytes."""
        return self.sound and self.short_lines

    @property
    def wide(self) -> bool:
        """True for encodings of two or four bytes a character."""
        return self.encoding.startswith(("utf-16", "utf-32"))


@dataclass(frozen=True)
class Line:
    """One line of text and what was repaired in it."""

    text: str
    """The line with its line end."""
    problems: tuple[RowProblem, ...] = ()
    """Repairs, or the reason why the line is no row."""


def examine(source: ByteSource) -> TextPlan:
    """Look at all bytes of a file once and decide how to read it."""
    with reading(source) as stream:
        head = stream.read(4096)
    encoding, bom = _encoding_of_head(head)
    scan = _Scan(encoding)
    with reading(source) as stream:
        stream.read(bom)
        while chunk := stream.read(CHUNK):
            scan.add(chunk)
    scan.finish()
    newline = b"\r" if scan.returns and not scan.feeds else b"\n"
    fallback = ARABIC
    if not scan.sound and encoding == "utf-8":
        encoding, fallback = _encodings_of_lines(source, newline)
    return TextPlan(
        encoding, fallback, bom, scan.sound, scan.short_lines, newline, scan.feeds or scan.returns
    )


def decoded_lines(source: ByteSource, plan: TextPlan) -> Iterator[Line]:
    """Give the lines of a file in order, decoded, with their repairs."""
    with reading(source) as stream:
        stream.read(plan.bom)
        if plan.clean or plan.wide:
            # The wrapper closes the stream, and so nothing is left open when reading stops.
            with io.TextIOWrapper(stream, plan.encoding, "replace", newline="") as reader:
                yield from map(Line, reader) if plan.clean else _lines_of_text(reader)
        else:
            yield from _lines_of_bytes(stream, plan)


def text_chunks(source: ByteSource, plan: TextPlan) -> Iterator[Line]:
    """Give the text of a file in pieces of bounded size that need not be whole lines."""
    if not plan.sound:
        yield from decoded_lines(source, plan)
        return
    with reading(source) as stream:
        stream.read(plan.bom)
        with io.TextIOWrapper(stream, plan.encoding) as reader:
            while text := reader.read(CHUNK):
                yield Line(text)


def _lines_of_text(reader: io.TextIOWrapper) -> Iterator[Line]:
    while text := reader.readline(MAX_LINE):
        if len(text) == MAX_LINE and not text.endswith(("\n", "\r")):
            yield _too_long(text[:KEPT_OF_LONG_LINE], len(text) + _skip_line(reader))
        else:
            yield _mended(text)


def _skip_line(reader: io.TextIOWrapper) -> int:
    skipped = 0
    while text := reader.readline(CHUNK):
        skipped += len(text)
        if text.endswith(("\n", "\r")):
            break
    return skipped


def _mended(text: str) -> Line:
    found: list[RowProblem] = []
    if "\ufffd" in text:
        found.append(problems.encoding_damaged())
    if "\0" in text:
        text = text.replace("\0", "")
        found.append(problems.nul_removed())
    return Line(text, tuple(found))


def _too_long(kept: str, length: int) -> Line:
    return Line(kept, (problems.line_too_long(length, len(kept)),))


def _lines_of_bytes(stream: BinaryIO, plan: TextPlan) -> Iterator[Line]:
    for raw, length in byte_lines(stream, plan.newline):
        if length > len(raw):
            yield _too_long(_decode(raw, plan)[0], length)
            continue
        for line in _LONE_RETURN.split(raw) if b"\r" in raw[:-2] else (raw,):
            yield _repaired(line, plan)


def byte_lines(stream: BinaryIO, newline: bytes) -> Iterator[tuple[bytes, int]]:
    """Split bytes into lines with their ends; a line that is too long is cut.

    Yields:
        The line (its first ``KEPT_OF_LONG_LINE`` bytes when it is too long) and its length.
    """
    rest, lost = b"", 0
    while chunk := stream.read(CHUNK):
        *whole, rest_of_chunk = chunk.split(newline)
        for piece in whole:
            line = rest + piece + newline
            cut = lost > 0 or len(line) > MAX_LINE
            yield (line[:KEPT_OF_LONG_LINE] if cut else line), len(line) + lost
            rest, lost = b"", 0
        rest += rest_of_chunk
        if len(rest) > MAX_LINE:
            lost += len(rest) - KEPT_OF_LONG_LINE
            rest = rest[:KEPT_OF_LONG_LINE]
    if rest:
        cut = lost > 0 or len(rest) > MAX_LINE
        yield (rest[:KEPT_OF_LONG_LINE] if cut else rest), len(rest) + lost


def _repaired(raw: bytes, plan: TextPlan) -> Line:
    text, used, damage = _decode(raw, plan)
    found: list[RowProblem] = []
    if used and used != plan.encoding:
        found.append(problems.encoding_repaired(used))
    if damage:
        found.append(problems.encoding_damaged())
    if "\0" in text:
        text = text.replace("\0", "")
        found.append(problems.nul_removed())
    return Line(text, tuple(found))


def _decode(raw: bytes, plan: TextPlan) -> tuple[str, str, bool]:
    """Decode one line: its text, the encoding that was used, and whether bytes were lost.

    The encoding is empty for a line in ASCII, which every encoding reads alike.
    """
    if raw.isascii():
        return raw.decode("ascii"), "", False
    try:
        return raw.decode("utf-8"), "utf-8", False
    except UnicodeDecodeError:
        single = single_byte_encoding(raw, plan.fallback)
    if not _MULTIBYTE.search(raw):
        return _decode_single(raw, single), single, False
    return _decode_fields(raw, single)


def _decode_fields(raw: bytes, single: str) -> tuple[str, str, bool]:
    """Decode a line cell by cell, because its cells may come from different files."""
    parts: list[str] = []
    used, damage, end = "utf-8", False, 0
    for match in _FIELD.finditer(raw):
        parts.append(raw[end : match.start()].decode("ascii"))
        field, end = match.group(), match.end()
        try:
            parts.append(field.decode("utf-8"))
        except UnicodeDecodeError:
            if _mostly_utf8(field):
                parts.append(field.decode("utf-8", errors="replace"))
                damage = True
            else:
                parts.append(_decode_single(field, single))
                used = single
    parts.append(raw[end:].decode("ascii"))
    return "".join(parts), used, damage


def _decode_single(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def single_byte_encoding(raw: bytes, otherwise: str = "") -> str:
    """Choose between Windows-1256 and Windows-1252 by the shape of the bytes.

    Args:
        raw: Bytes that are not UTF-8.
        otherwise: What to answer when the shape of a few bytes says too little.
    """
    in_runs = alone = 0
    for run in _HIGH.findall(raw):
        if len(run) > 1:
            in_runs += len(run)
        else:
            alone += 1
    clear = (in_runs >= 4 and in_runs > 2 * alone) or (alone >= 3 and alone > in_runs)
    if otherwise and not clear:
        return otherwise
    return ARABIC if in_runs >= alone else WESTERN


def _mostly_utf8(raw: bytes) -> bool:
    """True when more than half of the high bytes form UTF-8 characters."""
    high = sum(map(len, _HIGH.findall(raw)))
    good = sum(map(len, _MULTIBYTE.findall(raw)))
    return 2 * good > high


def _encoding_of_head(head: bytes) -> tuple[str, int]:
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name, len(mark)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(head) >= 4 and even + odd > len(head) // 8:
        if odd > 20 * even:
            return "utf-16-le", 0
        if even > 20 * odd:
            return "utf-16-be", 0
    return "utf-8", 0


def _encodings_of_lines(source: ByteSource, newline: bytes) -> tuple[str, str]:
    """Count the lines of a file by encoding: the most frequent, and the single-byte one."""
    votes = {"utf-8": 0, ARABIC: 0, WESTERN: 0}
    with reading(source) as stream:
        for raw, _ in byte_lines(stream, newline):
            if not raw.isascii():
                votes[_encoding_of_line(raw)] += 1
    fallback = WESTERN if votes[WESTERN] > votes[ARABIC] else ARABIC
    single = votes[ARABIC] + votes[WESTERN]
    return ("utf-8" if votes["utf-8"] >= single else fallback), fallback


def _encoding_of_line(raw: bytes) -> str:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "utf-8" if _mostly_utf8(raw) else single_byte_encoding(raw)
    return "utf-8"


class _Scan:
    """Looks at a file chunk by chunk: does it decode, where do its lines end."""

    def __init__(self, encoding: str) -> None:
        self._wide = encoding != "utf-8"
        errors = "replace" if self._wide else "strict"
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)
        self._since_end = 0
        self.sound = True
        self.short_lines = True
        self.feeds = 0
        self.returns = 0

    def add(self, chunk: bytes) -> None:
        """Look at the next bytes."""
        text = self._decode(chunk, final=False)
        data = text.encode("utf-8", "replace") if self._wide else chunk
        self.feeds += data.count(b"\n")
        self.returns += data.count(b"\r")
        last = max(data.rfind(b"\n"), data.rfind(b"\r"))
        self._since_end = self._since_end + len(data) if last < 0 else len(data) - last
        if b"\0" in data:
            self.sound = False
        if self._since_end > MAX_LINE:
            self.short_lines = False

    def finish(self) -> None:
        """Look at what the end of the file leaves unfinished."""
        self._decode(b"", final=True)

    def _decode(self, chunk: bytes, *, final: bool) -> str:
        if not self.sound and not self._wide:
            return ""
        try:
            text = self._decoder.decode(chunk, final)
        except UnicodeDecodeError:
            self.sound = False
            return ""
        if self._wide and "\ufffd" in text:
            self.sound = False
        return text
