"""Further files that are made to break readers: archives, office files, exports, and mere holes.

Everything is made here, small on the disk or full of holes. Each maker gives the bytes of one file by name.
"""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from tests.hostile_files import OUTSIDE, pdf, png, record, tiff, zipped
from tests.hostile_metadata import JPEG, LAUGHS, XMP, forms, metadata


def archives() -> Iterator[tuple[str, bytes]]:
    """Archives: links, secrets, other packings, names twice, and two forms in one file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, target in (("l1", "/etc/passwd"), ("l2", "../../.."), ("l3", "l3")):
            one = zipfile.ZipInfo(name)
            one.create_system, one.external_attr = 3, 0o120777 << 16
            archive.writestr(one, target)
        archive.writestr(f"l2/{OUTSIDE}", b"x")
        device = zipfile.ZipInfo("zero")
        device.create_system, device.external_attr = 3, 0o020666 << 16
        archive.writestr(device, b"")
    yield "links.zip", made.getvalue()
    for name, kind in (("lzma", zipfile.ZIP_LZMA), ("bz2", zipfile.ZIP_BZIP2)):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", kind) as archive:
            archive.writestr("0.bin", b"\0" * (100 << 20))
        yield f"{name}.zip", made.getvalue()
    plain = bytearray(
        zipped(("a.txt", b"x" * 100), ("b.txt", b"y" * 100)).replace(b"b.txt", b"a.txt")
    )
    yield "twice.zip", bytes(plain)
    locked = bytearray(plain)
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = -1
        while (place := locked.find(mark, place + 1)) >= 0:
            locked[place + at] |= 1
    yield "locked.zip", bytes(locked)
    unknown = bytearray(plain)
    for mark, at in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        place = -1
        while (place := unknown.find(mark, place + 1)) >= 0:
            unknown[place + at : place + at + 2] = b"\x63\0"
    yield "unknown.zip", bytes(unknown)
    end64 = (
        b"PK\6\6"
        + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 2**63, 2**63, 2**63, 0)
        + b"PK\6\7"
        + struct.pack("<IQI", 0, 0, 1)
    )
    yield "wide.zip", end64 + b"PK\5\6" + b"\xff" * 16 + b"\0\0"
    yield (
        "names.zip",
        zipped(
            *(
                (name, b"x")
                for name in (
                    "\u202egpj.exe",
                    "a\u0000b",
                    "CON.jpg",
                    "COM1",
                    "a/" * 300 + "x",
                    "..",
                    ".",
                    "/",
                    "\\\\srv\\x",
                    "~/x",
                    "\u200f\u0645.jpg",
                )
            )
        ),
    )
    yield "both.jpg", JPEG + zipped(("inside.txt", b"x" * 100))
    yield (
        "both.pdf",
        JPEG[:-2] + pdf(b"1 0 obj<</Type/Catalog>>endobj") + zipped(("a.html", b"<script>")),
    )
    yield (
        "gifar.gif",
        b"GIF89a\1\0\1\0\0\0\0;"
        + zipped(("META-INF/MANIFEST.MF", b"x"), ("a.class", b"\xca\xfe\xba\xbe")),
    )
    yield "page.jpg", b"<html><script>x()</script><!--" + JPEG
    yield "zeros.xz", lzma.compress(b"\0" * (200 << 20), preset=1)
    yield "zeros.bz2", bz2.compress(b"\0" * (100 << 20))
    yield (
        "size.7z",
        b"7z\xbc\xaf\x27\x1c\0\4"
        + b"\0" * 4
        + struct.pack("<QQI", 2**62, 2**62, 0)
        + b"\xff" * 400,
    )
    header = b"x".ljust(100, b"\0") + b"0000644\0" * 3 + b"77777777777\0" + b"0" * 12 + b"        "
    yield "size.tar", (header + b"5" + b"\0" * 355).ljust(512, b"\0") * 5_000


def office() -> Iterator[tuple[str, bytes]]:
    """Office files and PDF: macros that are none, filters on filters, circles of indexes."""
    macro = b"\x01" + b"\xff\xbf" + b"\xff\0\0" * 400_000
    yield (
        "macro.docm",
        zipped(
            ("[Content_Types].xml", b"<Types/>"),
            ("word/document.xml", b"<w/>"),
            ("word/vbaProject.bin", macro),
        ),
    )
    strings = b'<sst count="4294967295">' + b"<si><t>x</t></si>" * 2_000_000 + b"</sst>"
    yield (
        "strings.xlsx",
        zipped(
            ("[Content_Types].xml", b"<Types/>"),
            ("xl/workbook.xml", b"<workbook/>"),
            ("xl/sharedStrings.xml", strings),
        ),
    )
    yield (
        "media.pptx",
        zipped(
            ("[Content_Types].xml", b"<Types/>"),
            ("ppt/presentation.xml", b"<p/>"),
            *((f"ppt/media/{n}.png", png(9_000, 9_000)) for n in range(400)),
        ),
    )
    yield (
        "relations.docx",
        zipped(
            ("[Content_Types].xml", b"<Types/>"),
            ("word/document.xml", b"<w/>"),
            (
                "word/_rels/document.xml.rels",
                b"<Relationships>"
                + b'<Relationship TargetMode="External" Target="file:///etc/passwd" Type="t"/>'
                * 200_000
                + b"</Relationships>",
            ),
        ),
    )
    bomb = b"\0" * (300 << 20)
    for _ in range(3):
        bomb = zlib.compress(bomb, 9)
    stream = (
        b"1 0 obj<</Type/Catalog/Pages 2 0 R/Metadata 3 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n3 0 obj<</Type/Metadata/Subtype/XML/Filter["
        + b"/FlateDecode" * 3
        + b"]/Length %d>>stream\n" % len(bomb)
    )
    yield "filters.pdf", pdf(stream + bomb + b"\nendstream endobj")
    laughs = (LAUGHS + XMP.format("<dc:t>&e11;</dc:t>")).encode()
    yield (
        "laughs.pdf",
        pdf(
            b"1 0 obj<</Type/Catalog/Pages 2 0 R/Metadata 3 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n3 0 obj<</Type/Metadata/Subtype/XML/Length %d>>stream\n"
            % len(laughs)
            + laughs
            + b"\nendstream endobj"
        ),
    )
    yield (
        "previous.pdf",
        b"%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer<</Size 2147483647/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF",
    )
    yield (
        "table.pdf",
        b"%PDF-1.4\nxref\n0 4294967295\n"
        + b"0000000000 65535 f \n" * 50_000
        + b"trailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF",
    )
    pages = b"".join(
        b"%d 0 obj<</Type/Page/Parent 2 0 R/Annots[<</A<</S/JavaScript/JS(x)>>>>]>>endobj\n" % n
        for n in range(3, 40_003)
    )
    kids = b" ".join(b"%d 0 R" % n for n in range(3, 40_003))
    yield (
        "pages.pdf",
        pdf(
            b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 40000/Kids["
            + kids
            + b"]>>endobj\n"
            + pages
        ),
    )
    yield (
        "size.pdf",
        pdf(
            b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 1e30 1e30]/UserUnit 1e30/Resources<</XObject<</I 4 0 R>>>>>>endobj\n4 0 obj<</Type/XObject/Subtype/Image/Width 2147483647/Height 2147483647/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/FlateDecode/Length 3>>stream\nabc\nendstream endobj"
        ),
    )
    yield (
        "locked.pdf",
        pdf(
            b"1 0 obj<</Type/Catalog>>endobj\n5 0 obj<</Filter/Standard/V 5/R 6/Length 2147483647/O(x)/U(y)/P -1/OE(z)/UE(w)/Perms(v)>>endobj"
        ).replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 5 0 R/ID[(a)(b)]"),
    )


def exports() -> Iterator[tuple[str, bytes]]:
    """Exports of chats and forms, and web archives, as nobody's program writes them."""
    lines = (
        "\u200f[\u0661\u0664/\u0665/\u0662\u0660\u0661\u0663\u060c \u0669:\u0661\u0660:\u0660\u0660 \u0645] \u200f\u0623: \u200e<\u0645\u0631\u0641\u0642: 1.jpg>",
        "\u202b14\u200f/5\u200f/2013 9:10 \u0645 - \u0628: \u202e\u2066gpj.exe (\u0627\u0644\u0645\u0644\u0641 \u0645\u0631\u0641\u0642)",
        "14.05.13, 09:10 - C: <Anhang: ../../../etc/passwd>",
        "5/14/13, 9:10\u202fPM - D: IMG.jpg (file attached)",
        "[2013-05-14 21:10:00] E: \0\x1b[2J",
        "\u06f1\u06f3\u06f9\u06f2/\u06f2/\u06f2\u06f4, \u06f9:\u06f1\u06f0 - \u0641: x",
    )
    chat = "\n".join(lines).encode()
    yield "chat.zip", zipped(("_chat.txt", chat), ("1.jpg", JPEG), ("../../../etc/passwd", b"x"))
    yield "long-chat.txt", b"14/05/2013, 09:10 - A: " + b"x\n" * 4_000_000
    many = "".join(
        f"14/05/2013, 09:10 - A{n}: IMG-{n}.jpg (file attached)\n" for n in range(200_000)
    )
    yield "many-chat.zip", zipped(("WhatsApp Chat with A.txt", many.encode()))
    one = (
        b'{"id":1,"type":"message","date":"2013-05-14T09:10:00","from":"a","text":['
        + b'{"type":"bold","text":"x"},' * 20
        + b'"y"],"photo":"../../../etc/passwd"},'
    )
    yield (
        "result.json",
        b'{"name":"x","type":"personal_chat","id":1,"messages":[' + one * 60_000 + one[:-1] + b"]}",
    )
    yield (
        "odd-result.json",
        b'{"name":null,"type":7,"id":[],"messages":[null,1,"x",[],{"date":{},"text":{"a":[]},"photo":[1],"from":{}}]}',
    )
    yield (
        "result.zip",
        zipped(
            (
                "result.json",
                b'{"messages":[{"id":1e999,"date":"9999999-99-99","photo":"photos/\\u0000"}]}',
            ),
            ("messages.html", b"<div class=message>" * 100_000),
        ),
    )
    form = (
        b'<?xml version="1.0"?>'
        + LAUGHS.encode()
        + b'<data id="x"><a>&e11;</a><p>../../etc/passwd</p><meta><instanceID>uuid:1</instanceID></meta></data>'
    )
    yield "form.xml", form
    yield (
        "kobo.zip",
        zipped(
            ("attachments/x/uuid-1/../../../../" + OUTSIDE, b"x"),
            ("submission.xml", form),
            ("x.csv", b'"' + b"a,\n" * 500_000),
        ),
    )
    warc = record(1, b"x" * 100)
    yield "short.warc", warc.replace(b"Content-Length: 100", b"Content-Length: 10")
    yield "far.warc", warc.replace(b"Content-Length: 100", b"Content-Length: 99999999")
    yield (
        "twice.warc",
        warc.replace(b"Content-Length: 100", b"Content-Length: 100\r\nContent-Length: 3"),
    )
    yield "signed.warc", warc.replace(b"Content-Length: 100", b"Content-Length: +1_00")
    yield "headers.warc", b"WARC/1.0\r\n" + b"X: y\r\n" * 2_000_000 + b"\r\n"
    yield "endless.warc", b"WARC/1.0\r\n" + b"X" * (30 << 20)
    pages = b'{"format":"json-pages-1.0"}\n' + b'{"url":"' + b"x" * 5_000_000 + b'"}\n'
    package = (
        b'{"profile":"data-package","resources":['
        + b'{"path":"../../etc/passwd","hash":"sha256:00","bytes":-1},' * 50_000
        + b'{"path":"archive/d.warc","hash":5,"bytes":"x"}]}'
    )
    yield (
        "lying.wacz",
        zipped(
            ("datapackage.json", package), ("pages/pages.jsonl", pages), ("archive/d.warc", warc)
        ),
    )
    yield (
        "proof.zip",
        zipped(
            ("a.jpg", JPEG),
            ("0" * 64 + ".proof.json", b'{"File Hash SHA256":' + b"[" * 50_000),
            ("0" * 64 + ".proof.csv", b"a,b\n" + b"," * 3_000_000),
            ("pubkey.asc", b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n" + b"A" * 500_000),
        ),
    )


def holes(folder: Path) -> None:
    """Files that are nearly nothing but holes: 4 GB and more, tiny on the disk."""
    sizes = {
        "a.jpg": JPEG,
        "b.zip": b"PK\3\4",
        "c.pdf": b"%PDF-1.7\n",
        "d.tif": tiff((0x111, 4, 1, 2**32 - 2), following=2**32 - 20),
        "e.json": b'{"messages":[',
        "f.warc": b"WARC/1.0\r\n",
        "g.txt": b"",
        "h.docx": b"PK\3\4",
    }
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 65_535, 65_535, 2**32 - 2, 0, 0)
    for name, begins in sizes.items():
        with (folder / name).open("wb") as stream:
            stream.write(begins)
            stream.truncate((4 << 30) + 5)
            if name in ("b.zip", "h.docx"):
                stream.seek(0, 2)
                stream.write(end)


def make_more_hostile_files(folder: Path) -> int:
    """Write all of them; how many."""
    folder.mkdir()
    for maker in (metadata, forms, archives, office, exports):
        for name, data in maker():
            (folder / f"{maker.__name__}-{name}").write_bytes(data)
    holes(folder)
    return sum(1 for _ in folder.iterdir())
