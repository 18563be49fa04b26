"""Searching bytes of any kind for secrets, in whatever form and container they may be.

A scanner is given secrets (names, numbers, coordinates, sentences). It looks for each of them
and for every form that the product makes of it: normalised, without blanks, by parts,
romanised, as consonant skeleton and sound keys. It looks into archives, PDF streams, Parquet,
Arrow, SQLite, gzip and images' text chunks, and through UTF-16, UTF-32, base64, hex, and the
escapes of JSON, HTML, URLs and Python.
"""

from __future__ import annotations

import base64
import bz2
import gzip
import hashlib
import html
import io
import json
import lzma
import re
import sqlite3
import struct
import subprocess
import tarfile
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

import pikepdf
import pyarrow as pa
import pyarrow.parquet as pq

from bayyina.names.keys import sound_keys
from bayyina.names.normal_forms import normal_form, tokens
from bayyina.names.romanizing import romanize

LEAST_TEXT = 8
"""Letters from which on a form is sought anywhere; a shorter one must stand as a word."""

LEAST_WORD = 5
"""Letters of the shortest form that is sought at all."""

LEAST_BYTES = 4
"""Bytes of the shortest thing that is looked at: a number of four bytes."""

LONE_BYTES = 8
"""Bytes of a piece in which one number of four bytes is a finding by itself.

Four bytes stand somewhere in a few megabytes of encrypted ones by chance; two of them do not."""

LEAST_LEGIBLE = 24
"""Characters of text without a break from which on a short word among other bytes is one."""

SPELLINGS = 12
"""Spellings in the other script that are sought for each word of a name."""

DEPTH = 6
"""How deep containers and encodings may lie in each other."""

LARGEST = 200 << 20
"""Bytes that one container may unfold to."""

_BLANKS = re.compile(r"\s+")
_UNSEEN = re.compile(r"[\u0640\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]+")
_MARKS = re.compile(r"[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
_WRAPPED_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{60,}\r?\n)+[A-Za-z0-9+/]*={0,2}")
_ILLEGIBLE = re.compile(r"[\ufffd\x00-\x08\x0e-\x1f\x7f-\x9f]+")
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{24,}")
_SIGNS = re.compile(r"[+/_-]")
_CLASSES = re.compile(r"[a-z]+|[A-Z]+|[0-9]+")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){6,}")
_ESCAPED = re.compile(
    r"\\+(?:u\{?([0-9a-fA-F]{4})\}?|x([0-9a-fA-F]{2})|U([0-9a-fA-F]{8})|([0-7]{3}))"
)
_QUOTED_PRINTABLE = re.compile(rb"=([0-9A-F]{2})")


class Secret(NamedTuple):
    """Something that must not be found."""

    label: str
    """What it is called in findings, which never show the secret itself."""

    text: str
    """The secret."""

    kind: str = "text"
    """``name``, ``number`` (a phone number, an id), ``degrees`` (a coordinate) or ``text``."""


class Leak(NamedTuple):
    """A secret that was found."""

    label: str
    """Which."""

    form: str
    """In what form."""

    where: str
    """Where: a file, and the containers in it."""


class _Needle(NamedTuple):
    label: str
    form: str
    text: str


class LeakScanner:
    """Looks for a set of secrets."""

    def __init__(self, secrets: Iterable[Secret], *, derived: bool = True) -> None:
        """With ``derived``, forms that the product makes of names are sought too."""
        self.secrets = tuple(secrets)
        needles = {n.text: n for s in self.secrets for n in _needles(s, derived=derived)}
        self._texts = {t: n for t, n in needles.items() if len(t) >= LEAST_TEXT}
        self._words = {t: n for t, n in needles.items() if LEAST_WORD <= len(t) < LEAST_TEXT}
        self._text_search = _any_of(self._texts)
        self._word_search = _any_of(self._words, words=True)
        self._binary = dict(_binary_forms(self.secrets))
        self._clean: dict[bytes, int] = {}

    def scan_tree(self, folder: Path, *, skip: Iterable[Path] = ()) -> list[Leak]:
        """Every file below a folder, and the names of files and folders."""
        left_out = {path.resolve() for path in skip}
        found: list[Leak] = []
        for path in sorted(folder.rglob("*")):
            if path.resolve() in left_out:
                continue
            where = str(path.relative_to(folder))
            found += self.scan(where.encode("utf-8", "surrogateescape"), f"the name of {where!r}")
            if path.is_file() and not path.is_symlink():
                found += self.scan(path.read_bytes(), where)
                if path.read_bytes().startswith(b"SQLite format 3\0"):
                    found += self._unique(_in_database(path), f"{where} (rows)")
        return _without_doubles(found)

    def scan(self, data: bytes | str, where: str) -> list[Leak]:
        """Bytes or text of any kind."""
        raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        seen: dict[bytes, int] = {}
        found = _without_doubles(self._scan(raw, where, DEPTH, seen))
        if not found:  # the same bytes hold nothing the next time either
            self._clean |= {one: max(deep, self._clean.get(one, 0)) for one, deep in seen.items()}
        return found

    def _scan(self, data: bytes, where: str, depth: int, seen: dict[bytes, int]) -> Iterator[Leak]:
        if depth == 0 or len(data) < LEAST_BYTES:
            return
        digest = hashlib.blake2b(data, digest_size=16).digest()
        if digest in seen or self._clean.get(digest, 0) >= depth:
            return
        seen[digest] = depth
        yield from self._in_bytes(data, where)
        for text in _texts_of(data):
            yield from self._in_text(text, where)
        for name, inner in _unfolded(data):
            yield from self._scan(inner, f"{where} > {name}", depth - 1, seen)

    def _in_bytes(self, data: bytes, where: str) -> Iterator[Leak]:
        held = [(form, needle) for form, needle in self._binary.items() if form in data]
        short = {needle.label for form, needle in held if len(form) == LEAST_BYTES}
        for form, needle in held:
            if len(form) > LEAST_BYTES or len(short) > 1 or len(data) <= LONE_BYTES:
                yield Leak(needle.label, needle.form, where)

    def _unique(self, texts: Iterable[str], where: str) -> list[Leak]:
        return [leak for text in texts for leak in self.scan(text, where)]

    def _in_text(self, text: str, where: str) -> Iterator[Leak]:
        flat = _folded(text)
        if self._text_search is not None:
            for match in self._text_search.finditer(_BLANKS.sub("", flat)):
                needle = self._texts[match.group()]
                yield Leak(needle.label, needle.form, where)
        if self._word_search is not None:
            for match in self._word_search.finditer(_folded(_legible(text))):
                needle = self._words[match.group()]
                yield Leak(needle.label, needle.form, where)


def forms_of(secret: Secret) -> Mapping[str, str]:
    """Every form that is sought of a secret, with what it is."""
    return {needle.text: needle.form for needle in _needles(secret, derived=True)}


def _needles(secret: Secret, *, derived: bool) -> Iterator[_Needle]:
    def needle(form: str, text: str) -> Iterator[_Needle]:
        flat = _BLANKS.sub("", _folded(text))
        if len(flat) >= LEAST_WORD:
            yield _Needle(secret.label, form, flat)

    yield from needle("as it is", secret.text)
    if secret.kind == "number":
        yield from needle("digits", "".join(filter(str.isdigit, secret.text)))
    elif secret.kind == "degrees":
        whole, _, fraction = secret.text.partition(".")
        for digits in range(4, len(fraction) + 1):
            yield from needle("coordinate", f"{whole}.{fraction[:digits]}")
            rounded = f"{float(secret.text):.{digits}f}"
            yield from needle("coordinate, rounded", rounded)
        yield from needle("coordinate, millionths", str(round(float(secret.text) * 1_000_000)))
    elif secret.kind == "name" and derived:
        yield from needle("normalised", normal_form(secret.text))
        for part in {*secret.text.split(), *tokens(secret.text)}:
            yield from needle("part", part)
            yield from needle("normalised part", normal_form(part))
            for key in sound_keys(part):
                yield from needle("sound key", key)
            for spelling in romanize(part)[:SPELLINGS]:
                yield from needle("spelling in the other script", spelling.text)


def _folded(text: str) -> str:
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return _MARKS.sub("", plain).casefold()


def _legible(text: str) -> str:
    """Where a short word is one: in text, neither in encrypted bytes nor in what encodes them."""
    if _ILLEGIBLE.search(text):
        text = "\n".join(one for one in _ILLEGIBLE.split(text) if len(one) >= LEAST_LEGIBLE)
    return _ENCODED.sub(lambda run: " " if _looks_random(run[0]) else run[0], text)


def _looks_random(run: str) -> bool:
    """Whether small letters, large ones and digits alternate as in no word, id or path."""
    letters = _SIGNS.sub("", run)
    return sum(1 for _ in _CLASSES.finditer(letters)) >= 0.4 * len(letters) > 0


def _any_of(texts: Iterable[str], *, words: bool = False) -> re.Pattern[str] | None:
    """A pattern that finds any of the texts; built as a tree, so that many cost little."""
    root: dict[str, dict] = {}  # type: ignore[type-arg]
    for text in texts:
        node = root
        for letter in text:
            node = node.setdefault(letter, {})
        node[""] = {}
    if not root:
        return None
    pattern = _branch(root)
    return re.compile(rf"(?<![^\W_]){pattern}(?![^\W_])" if words else pattern)


def _branch(node: dict) -> str:  # type: ignore[type-arg]
    inner = [re.escape(letter) + _branch(below) for letter, below in node.items() if letter]
    if not inner:
        return ""
    joined = inner[0] if len(inner) == 1 else f"(?:{'|'.join(inner)})"
    return f"(?:{joined})?" if "" in node else joined


def _binary_forms(secrets: Iterable[Secret]) -> Iterator[tuple[bytes, _Needle]]:
    """Forms that no text holds: other widths of characters, numbers as machines keep them."""
    for secret in secrets:
        for width in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
            for text in {secret.text, secret.text.lower(), secret.text.upper()}:
                yield text.encode(width), _Needle(secret.label, width, text)
        if secret.kind == "degrees":
            for order in "<>":
                for code in "df":
                    packed = struct.pack(order + code, float(secret.text))
                    yield packed, _Needle(secret.label, f"number {order}{code}", secret.text)


def _texts_of(data: bytes) -> Iterator[str]:
    text = data.decode("utf-8", "replace")
    yield text
    if b"\\" in data:
        unescaped = _ESCAPED.sub(_unescape, text)
        if unescaped != text:
            yield unescaped
            with suppress(UnicodeEncodeError):  # \xNN of UTF-8 bytes
                yield unescaped.encode("latin-1").decode("utf-8", "replace")
    if b"&" in data:
        yield html.unescape(html.unescape(text))
    if b"%" in data:
        yield unquote_to_bytes(data).decode("utf-8", "replace")
        yield unquote_to_bytes(unquote_to_bytes(data)).decode("utf-8", "replace")
    if b"=" in data and _QUOTED_PRINTABLE.search(data):
        plain = re.sub(rb"=\r?\n", b"", data)
        plain = _QUOTED_PRINTABLE.sub(lambda m: bytes([int(m[1], 16)]), plain)
        yield plain.decode("utf-8", "replace")


def _unescape(match: re.Match[str]) -> str:
    for group, base in ((1, 16), (2, 16), (3, 16), (4, 8)):
        if match[group]:
            with suppress(ValueError, OverflowError):
                return chr(int(match[group], base))
    return match[0]


def _unfolded(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What is inside: members of archives, streams, cells, and what encodings hide."""
    for reader in _READERS:
        yield from reader(data)
    for run in _BASE64.findall(data):
        bare = run.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
        for start in range(min(4, len(bare))):
            part = bare[start:]
            with suppress(ValueError):
                yield "base64", base64.b64decode(part[: len(part) // 4 * 4] + _rest(part))
    for run in _WRAPPED_BASE64.findall(data):
        with suppress(ValueError):
            yield "base64", base64.b64decode(re.sub(rb"\s", b"", run) + b"==")
    for run in _HEX.findall(data):
        yield "hex", bytes.fromhex(run.decode())
        if len(run) > 14:
            yield "hex", bytes.fromhex(run[1:-1].decode())


def _rest(part: bytes) -> bytes:
    left = part[len(part) // 4 * 4 :]
    return left + b"=" * (4 - len(left)) if len(left) > 1 else b""


def _in_zip(data: bytes) -> Iterator[tuple[str, bytes]]:
    at = data.find(b"PK\x03\x04")
    if at < 0:
        return
    refused = (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, zlib.error)
    with suppress(*refused), zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield "comment", archive.comment
        for member in archive.infolist():
            yield "name in ZIP", member.filename.encode() + b" " + member.comment
            if member.file_size <= LARGEST:
                yield member.filename, archive.read(member)


def _in_tar(data: bytes) -> Iterator[tuple[str, bytes]]:
    if data[257:262] != b"ustar":
        return
    with suppress(tarfile.TarError), tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            yield "name in tar", member.name.encode("utf-8", "surrogateescape")
            file = archive.extractfile(member) if member.isfile() else None
            if file is not None:
                yield member.name, file.read(LARGEST)


def _compressed(data: bytes) -> Iterator[tuple[str, bytes]]:
    for start, name, open_it in (
        (b"\x1f\x8b", "gzip", gzip.decompress),
        (b"BZh", "bzip2", bz2.decompress),
        (b"\xfd7zXZ", "xz", lzma.decompress),
    ):
        if data.startswith(start):
            with suppress(OSError, EOFError, ValueError, lzma.LZMAError, zlib.error):
                yield name, open_it(data)
    if data[:2] in (b"x\x01", b"x\x9c", b"x\xda"):
        with suppress(zlib.error):
            yield "zlib", zlib.decompressobj().decompress(data, LARGEST)
    if data.startswith(b"\x28\xb5\x2f\xfd"):
        with suppress(pa.ArrowInvalid, OSError):
            yield "zstd", pa.input_stream(io.BytesIO(data), compression="zstd").read()


def _in_pdf(data: bytes) -> Iterator[tuple[str, bytes]]:
    if b"%PDF-" not in data[:1024]:
        return
    with suppress(pikepdf.PdfError), pikepdf.open(io.BytesIO(data)) as pdf:
        for number, item in enumerate(pdf.objects):
            if isinstance(item, pikepdf.Stream):
                with suppress(pikepdf.PdfError, pikepdf.DataDecodingError):
                    yield f"stream {number}", item.read_bytes()
                yield f"stream {number}, raw", item.read_raw_bytes()
            for text in _pdf_strings(item, 12):
                yield f"string of object {number}", text.encode("utf-8", "replace")
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        shown = subprocess.run(
            ["pdftotext", "-q", file.name, "-"], capture_output=True, check=False, timeout=120
        )
        yield "text of pages", shown.stdout


def _pdf_strings(item: object, depth: int) -> Iterator[str]:
    if depth == 0:
        return
    if isinstance(item, pikepdf.String):
        yield str(item)
    elif isinstance(item, pikepdf.Array):
        for inner in item:
            yield from _pdf_strings(inner, depth - 1)
    elif isinstance(item, pikepdf.Dictionary):
        for name, inner in item.items():
            yield str(name)
            if not getattr(inner, "is_indirect", False):
                yield from _pdf_strings(inner, depth - 1)


def _in_arrow(data: bytes) -> Iterator[tuple[str, bytes]]:
    table = None
    with suppress(pa.ArrowException, OSError):
        if data.startswith(b"PAR1"):
            file = pq.ParquetFile(io.BytesIO(data))
            yield "metadata", str(file.metadata).encode() + str(file.schema_arrow).encode()
            yield "key-value metadata", repr(file.schema_arrow.metadata).encode()
            table = file.read()
        elif data.startswith(b"ARROW1"):
            table = pa.ipc.open_file(io.BytesIO(data)).read_all()
        elif data.startswith(b"\xff\xff\xff\xff"):
            table = pa.ipc.open_stream(io.BytesIO(data)).read_all()
    if table is not None:
        for name in table.column_names:
            cells = table.column(name).to_pylist()
            yield f"column {name}", "\n".join(map(str, cells)).encode("utf-8", "replace")


def _in_image(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Text chunks of a PNG, which are compressed; those of other images stand in the clear."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return
    at = 8
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if kind in (b"zTXt", b"iTXt", b"iCCP"):
            start = body.find(b"\x78")
            with suppress(zlib.error):
                yield f"chunk {kind.decode()}", zlib.decompressobj().decompress(body[start:])
        at += 12 + length


def _in_database(path: Path) -> Iterator[str]:
    """Every cell of an SQLite database, read from a copy with its write-ahead log."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        for suffix in ("", "-wal"):
            beside = path.with_name(path.name + suffix)
            if beside.exists():
                copy.with_name(copy.name + suffix).write_bytes(beside.read_bytes())
        connection = sqlite3.connect(copy)
        try:
            connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
            names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master")]
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            yield "\n".join(names)
            for (name,) in tables.fetchall():
                quoted = name.replace('"', '""')
                cells: list[str] = []
                for row in connection.execute(f'SELECT * FROM "{quoted}"'):
                    cells += [_shown(cell) for cell in row if cell is not None]
                yield "\n".join(cells)
        except sqlite3.DatabaseError:
            return
        finally:
            connection.close()


def _shown(cell: object) -> str:
    if isinstance(cell, bytes):
        return cell.hex()
    return json.dumps(cell, ensure_ascii=False) if not isinstance(cell, str) else cell


_READERS = (_in_zip, _in_tar, _compressed, _in_pdf, _in_arrow, _in_image)


def _without_doubles(leaks: Iterable[Leak]) -> list[Leak]:
    return list(dict.fromkeys(leaks))
