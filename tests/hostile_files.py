"""Files that are made to break readers: bombs, circles, absurd sizes, names, and what is no file.

Everything is made here, small on the disk. Each maker gives the bytes of one file by name.
"""

from __future__ import annotations

import gzip
import io
import os
import socket
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

OUTSIDE = "written-outside"
"""Name of the file that archives would write outside their folder."""

BOX = struct.Struct(">I4s")


def zipped(*members: tuple[str, bytes]) -> bytes:
    """A ZIP archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return made.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *more: bytes, pixels: bytes = b"\0" * 1_000) -> bytes:
    """A PNG with further chunks after its header."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", header), *more, chunk(b"IDAT", zlib.compress(pixels, 9)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")


def tiff(*entries: tuple[int, int, int, int], following: int = 0, mark: bytes = b"") -> bytes:
    """A TIFF of one directory: entries are (tag, type, count, value)."""
    start = 8 + len(mark)
    packed = b"".join(struct.pack("<HHII", *one) for one in entries)
    head = b"II*\0" + struct.pack("<I", start) + mark
    return head + struct.pack("<H", len(entries)) + packed + struct.pack("<I", following)


def film(*boxes: bytes) -> bytes:
    """A film's first box, and others."""
    return b"\0\0\0\x18ftypisom\0\0\0\0isomavc1" + b"".join(boxes)


def pdf(body: bytes) -> bytes:
    """A PDF without an index, which readers try to find their way in."""
    return b"%PDF-1.7\n" + body + b"\ntrailer<</Root 1 0 R>>\n%%EOF"


def record(number: int, body: bytes) -> bytes:
    """A record of a web archive."""
    head = f"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
    head += f"WARC-Date: 2020-01-01T00:00:00Z\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body + b"\r\n\r\n"


def packages() -> Iterator[tuple[str, bytes]]:
    """Archives: nested, lying, overlapping, leading outside."""
    nested = zipped(("x.txt", b"x" * 1_000))
    for _ in range(60):
        nested = zipped(("n.zip", nested))
    yield "nested.zip", nested
    zeros = zipped(("0.bin", b"\0" * (64 << 20)))
    layer = zipped(*((f"{n}.zip", zeros) for n in range(16)))
    yield "zeros.zip", zeros
    yield "layers.zip", zipped(*((f"{n}.zip", layer) for n in range(16)))
    lying = bytearray(zipped(("a.txt", b"hello" * 100)))
    at = lying.rfind(b"PK\1\2")
    lying[at + 24 : at + 28] = b"\xfe\xff\xff\xff"
    yield "lying.zip", bytes(lying)
    one = zipped(("a.txt", b"\0" * 1_000_000))
    entry, local = one[one.rfind(b"PK\1\2") : one.rfind(b"PK\5\6")], one[: one.rfind(b"PK\1\2")]
    count = 60_000
    end = struct.pack(
        "<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(entry) * count, len(local), 0
    )
    yield "overlapping.zip", local + entry * count + end
    outside = (f"../../../{OUTSIDE}", f"/{OUTSIDE}", f"C:\\{OUTSIDE}", "a\nb\x1b[2J", "x" * 5_000)
    yield "outside.zip", zipped(*((name, b"x") for name in outside))
    yield "many.zip", zipped(*((f"{n}.txt", b"") for n in range(30_000)))
    form = b'<data id="x"><meta><instanceID>uuid:1</instanceID></meta></data>'
    yield "forms.zip", zipped(*((f"{n}.xml", form) for n in range(8_000)))
    rows = b"".join(b"%064x,a.bin\n" % n for n in range(20_000))
    alike = ((f"d{n}/a.bin", b"x" * 100) for n in range(2_000))
    yield "digests.zip", zipped(("list.csv", rows), *alike)
    yield "names.zip", zipped(("n" * 60_000, b"x"), ("a/" * 20_000 + "b", b"y"), ("CON", b"z"))
    yield "beginning.zip", b"PK\3\4"
    yield "end.zip", b"PK\5\6" + b"\xff" * 18
    bomb = b"x"
    for _ in range(200):
        bomb = gzip.compress(bomb)
    yield "nested.gz", bomb
    yield "bomb.warc.gz", gzip.compress(record(1, b"\0" * (100 << 20)))
    yield "many.warc.gz", gzip.compress(record(2, b"x")) * 5_000
    yield "length.warc", b"WARC/1.0\r\nContent-Length: 99999999999999999999999\r\n\r\nx"
    yield "negative.warc", b"WARC/1.0\r\nContent-Length: -5\r\n\r\nx"
    yield (
        "broken.wacz",
        zipped(
            ("datapackage.json", b"[" * 100_000),
            ("archive/data.warc.gz", gzip.compress(b"WARC/1.0\r\n" + b"\0" * (8 << 20))),
            ("indexes/index.cdx.gz", gzip.compress(b"\0" * (64 << 20))),
        ),
    )


def pictures() -> Iterator[tuple[str, bytes]]:
    """Pictures: absurd sizes, circles of directories, endless marks."""
    yield "size.png", png(2**31 - 1, 2**31 - 1)
    yield "none.png", png(0, 0)
    yield "pixels.png", png(12_000, 12_000, pixels=b"\0" * (12_000 * 3 + 1) * 2_000)
    yield "text.png", png(1, 1, chunk(b"zTXt", b"k\0\0" + zlib.compress(b"A" * (200 << 20), 9)))
    yield "chunk.png", b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR" + b"\0" * 100
    yield "circle.tif", tiff((0x100, 4, 1, 2**32 - 1), following=8)
    yield "inner-circle.tif", tiff((0x14A, 4, 1, 8), (0x8769, 4, 1, 8), following=8)
    sizes = ((256, 2**31 - 1), (257, 2**31 - 1), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1))
    yield "size.tif", tiff(*((tag, 4, 1, value) for tag, value in sizes)) + b"\0" * 8
    yield "entries.tif", b"II*\0\x08\0\0\0\xff\xff" + b"\xff" * 2_000
    yield "circle.cr2", tiff((0x8769, 4, 1, 16), following=16, mark=b"CR\2\0\x10\0\0\0")
    yield "stub.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\0meta" + b"\xff" * 100
    frame = b"\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03\x01\x22\0\x02\x11\x01\x03\x11\x01"
    yield "size.jpg", frame + b"\xff\xda\0\x0c\x03\x01\0\x02\x11\x03\x11\0\x3f\0" + b"\0" * 1_000
    yield "marks.jpg", b"\xff\xd8" + b"\xff\xe1\0\2" * 100_000 + b"\xff\xd9"
    yield "fill.jpg", b"\xff\xd8" + b"\xff" * 1_000_000
    yield "length.jpg", b"\xff\xd8\xff\xe1\0\0\xff\xd9"
    screen = b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff"
    yield "size.gif", screen + b",\0\0\0\0\xff\xff\xff\xff\0\x02\x02L\x01\0;"
    yield "zero.jpg", b""
    frame = b"!\xf9\x04\0\x01\0\0\0,\0\0\0\0@\0@\0\0\x02\x02L\x01\0"
    yield "frames.gif", b"GIF89a@\0@\0\x80\0\0\0\0\0\xff\xff\xff" + frame * 50_000 + b";"
    page = b"".join(
        struct.pack("<HHHIIHHIII", 2, 256, 4, 1, 10, 257, 4, 1, 10, 8 + 30 * (n + 1))
        for n in range(30_000)
    )
    yield "pages.tif", b"II*\0\x08\0\0\0" + page
    entities = b'<!DOCTYPE s [<!ENTITY a "aaaa">]><svg onload="x()"><image href="http://127.0.0.1:9/"/></svg>'
    yield "remote.svg", entities


def films() -> Iterator[tuple[str, bytes]]:
    """Films: nested boxes, absurd lengths, lists that name files of the machine."""
    nested = b""
    for _ in range(3_000):
        nested = BOX.pack(len(nested) + 8, b"moov") + nested
    yield "nested.mp4", film(nested)
    yield "empty-boxes.mp4", film(BOX.pack(8, b"free") * 50_000)
    yield "length.mp4", film(struct.pack(">I4sQ", 1, b"moov", 2**63 - 1))
    segment = bytes.fromhex("1A45DFA3") + b"\x01" + b"\xff" * 7 + bytes.fromhex("18538067")
    yield "length.mkv", segment + b"\x01" + b"\xff" * 7 + bytes(range(256)) * 100
    yield "lists.avi", b"RIFF\xff\xff\xff\xffAVI " + b"LIST\0\0\0\0" * 20_000
    yield "list.m3u8", b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
    yield "list.avi", b"#EXTM3U\n#EXTINF:10,\nconcat:file:///etc/passwd|x\n"
    yield "list.ffconcat", b"ffconcat version 1.0\nfile /etc/passwd\n"


def documents() -> Iterator[tuple[str, bytes]]:
    """Documents: circles, depth, and XML that grows or asks for files."""
    kids = b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 99999999/Parent 2 0 R>>endobj"
    yield "circle.pdf", pdf(b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" + kids)
    yield "deep.pdf", pdf(b"1 0 obj" + b"[" * 200_000 + b"]" * 200_000 + b"endobj")
    yield (
        "chain.pdf",
        pdf(b"".join(b"%d 0 obj %d 0 R endobj\n" % (n, n + 1) for n in range(1, 20_000))),
    )
    stream = (
        b"1 0 obj<</Type/ObjStm/N 2147483647/First 2147483647/Length 3/Extends 1 0 R>>stream\nabc"
    )
    yield "stream.pdf", pdf(stream + b"\nendstream endobj")
    doubled = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    grows = f'<!DOCTYPE l [<!ENTITY e0 "aaaaaaaaaa">{doubled}]><l>&e11;</l>'.encode()
    asks = b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l>&a;</l>'
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    inner = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "odt": "content.xml"}
    for word, data in (("grows", grows), ("asks", asks), ("deep", deep)):
        yield f"{word}.xml", data
        yield f"{word}.svg", data
        for ending, name in inner.items():
            names = ("[Content_Types].xml", "_rels/.rels", name, "docProps/core.xml", "meta.xml")
            yield f"{word}.{ending}", zipped(*((one, data) for one in names))
    sector = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<5H", 62, 3, 65534, 9, 6)
    )
    chain = sector + b"\0" * 6 + struct.pack("<9I", 0, 1, 0, 0, 4_096, 0, 1, 0, 0) + b"\0" * 436
    yield "circle.doc", chain.ljust(512, b"\0") + b"\0" * 1_024
    yield "deep.json", b'{"messages":' + b"[" * 200_000
    yield "_chat.txt", b"99/99/99, 99:99 - B: y\n" * 5_000 + b"\xff\xfe" * 1_000
    line = "14/05/2013, 09:10 - \u0633: <aa:" + " " * 5_000
    yield "chat.txt", (f"{line}\n" * 2_000).encode("windows-1256", "replace")
    yield "wide-chat.txt", ("14/05/2013, 09:10 - B: y\n" * 5_000).encode("utf-16")
    yield "long.json", b'{"a":' + b"9" * 1_000_000 + b"}"
    dde = (
        b'<w:document xmlns:w="w"><w:instrText>'
        + b"DDE " * 200_000
        + b"</w:instrText></w:document>"
    )
    yield "fields.docx", zipped(("[Content_Types].xml", b""), ("word/document.xml", dde))
    sheet = b"<worksheet>" + b'<row hidden="1"/>' * 1_500_000 + b"</worksheet>"
    yield "rows.xlsx", zipped(("[Content_Types].xml", b""), ("xl/worksheets/sheet1.xml", sheet))
    layer = b"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[9 0 R 9 0 R 1 0 R]/D<</OFF 9 0 R>>>>"
    more = b"/Names<</EmbeddedFiles<</Kids[8 0 R]>>>>>>endobj\n8 0 obj<</Kids[8 0 R]>>endobj\n"
    page_loop = (
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R"
    )
    notes = b"/Annots[3 0 R 3 0 R]/Contents 3 0 R/Resources 4 0 R>>endobj\n4 0 obj<</Font 4 0 R>>endobj\n"
    yield "layers.pdf", pdf(b"1 0 obj" + layer + more + page_loop + notes)
    yield "ends.pdf", b"%PDF-1.4\n" + b"startxref\n0\n%%EOF\n" * 50_000
    yield "deep.eml", b"From: a\n\n" + b"--x\nContent-Type: multipart/mixed; boundary=x\n\n" * 5_000


def oddities(folder: Path) -> None:
    """Names and things that are no files."""
    folder.mkdir()
    names = (
        "a\nb.jpg",
        "\u202egpj.exe",
        "n" * 251 + ".jpg",
        "-e",
        "--help",
        "%s%n.jpg",
        "*",
        " .jpg",
    )
    for name in names:
        (folder / name).write_bytes(b"\xff\xd8\xff\xd9")
    with open(os.fsencode(folder) + b"/\xff\xfe.jpg", "wb") as stream:  # noqa: PTH123 - no text
        stream.write(b"x")
    os.mkfifo(folder / "pipe.jpg")
    before = Path.cwd()
    os.chdir(folder)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("socket.jpg")
    os.chdir(before)
    targets = ("/dev/zero", "/etc/passwd", "/proc/kmsg", "self", "..", "absent")
    for number, target in enumerate(targets):
        (folder / f"link-{number}.jpg").symlink_to(target)
    (folder / "link-self").symlink_to("link-self")
    with (folder / "holes.mp4").open("wb") as film_file:
        film_file.write(film(struct.pack(">I4sQ", 1, b"mdat", 100 << 30)))
        film_file.truncate(100 << 30)


def make_hostile_files(folder: Path) -> int:
    """Write all of them; how many names there are."""
    folder.mkdir()
    for maker in (packages, pictures, films, documents):
        for name, data in maker():
            (folder / f"{maker.__name__}-{name}").write_bytes(data)
    for ending in ("jpg", "pdf", "mp4", "docx", "heic", "zip", "webp", "psd", "7z", "rar", "msg"):
        (folder / f"noise.{ending}").write_bytes(bytes((n * n >> 3) & 255 for n in range(5_000)))
    oddities(folder / "odd")
    return sum(len(names) for _, _, names in os.walk(folder)) + 1
