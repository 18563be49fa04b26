"""Further files that are made to break readers: metadata, provenance, and forms that lie of their sizes.

Everything is made here, small on the disk or full of holes. Each maker gives the bytes of one file by name.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from tests.hostile_files import chunk, film, png, tiff

JPEG = (
    b"\xff\xd8\xff\xdb\0\x43\0" + bytes([1] * 64) + b"\xff\xc0\0\x0b\x08\0\x08\0\x08\x01\x01\x11\0"
    b"\xff\xc4\0\x14\0\x01"
    + b"\0" * 15
    + b"\x09\xff\xc4\0\x14\x10\x01"
    + b"\0" * 16
    + b"\xff\xda\0\x08\x01\x01\0\0\x3f\0\x54\xdf\xff\xd9"
)
"""A picture of eight by eight grey points."""

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">'
    + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
)
XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/">{}</rdf:Description></rdf:RDF></x:xmpmeta>'
)


def segment(mark: int, data: bytes) -> bytes:
    """A segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, mark, len(data) + 2) + data


def jpeg(*segments: bytes) -> bytes:
    """The picture with segments after its first mark."""
    return JPEG[:2] + b"".join(segments) + JPEG[2:]


def box(kind: bytes, data: bytes, size: int | None = None) -> bytes:
    """A box as films and JUMBF have them."""
    return struct.pack(">I4s", len(data) + 8 if size is None else size, kind) + data


def jumbf(data: bytes, number: int = 1) -> bytes:
    """A segment of a provenance manifest."""
    return segment(0xEB, b"JP\0\x01" + struct.pack(">I", number) + data)


def metadata() -> Iterator[tuple[str, bytes]]:
    """Pictures whose metadata grows, nests, leads in circles or lies about its length."""
    xmp = b"http://ns.adobe.com/xap/1.0/\0"
    yield (
        "laughs.jpg",
        jpeg(segment(0xE1, xmp + (LAUGHS + XMP.format("<dc:t>&e11;</dc:t>")).encode())),
    )
    yield (
        "deep-xmp.jpg",
        jpeg(segment(0xE1, xmp + (XMP.format("<a>" * 9_000 + "</a>" * 9_000)).encode())),
    )
    extended = (
        b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 32 + struct.pack(">II", 2**32 - 1, 2**31)
    )
    yield "extended.jpg", jpeg(*[segment(0xE1, extended + b"x" * 60_000)] * 300)
    yield (
        "xmp.png",
        png(
            1,
            1,
            chunk(
                b"iTXt",
                b"XML:com.adobe.xmp\0\1\0\0\0"
                + zlib.compress(LAUGHS.encode() + b" " * (100 << 20)),
            ),
        ),
    )
    yield "profile.png", png(1, 1, chunk(b"iCCP", b"p\0\0" + zlib.compress(b"\0" * (200 << 20), 9)))
    yield (
        "profiles.jpg",
        jpeg(
            *[
                segment(0xE2, b"ICC_PROFILE\0" + bytes([n, 255]) + b"\xff" * 65_000)
                for n in range(255)
            ]
        ),
    )
    loop = tiff((0x8769, 4, 1, 8), (0x8825, 4, 1, 8), (0xA005, 4, 1, 8), following=8)
    yield "circle.jpg", jpeg(segment(0xE1, b"Exif\0\0" + loop))
    thumbnail = tiff((0x201, 4, 1, 0), (0x202, 4, 1, 2**32 - 1), (0x103, 3, 1, 6), following=8)
    yield "thumbnail.jpg", jpeg(segment(0xE1, b"Exif\0\0" + thumbnail))
    counted = tiff(*((0x927C + n, 7, 2**32 - 1, 8) for n in range(400)))
    yield "counts.jpg", jpeg(segment(0xE1, b"Exif\0\0" + counted))
    irb = b"Photoshop 3.0\0" + b"".join(
        b"8BIM\x04\x0c\0\0" + struct.pack(">I", 2**32 - 1) for _ in range(4_000)
    )
    yield "resources.jpg", jpeg(segment(0xED, irb))
    described = b"\x63\x32\x70\x61\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71\x03c2pa\0"
    store = box(b"jumb", box(b"jumd", described) + b"\xff" * 50)
    yield "cut-manifest.jpg", jpeg(jumbf(store[:-20]))
    yield "long-manifest.jpg", jpeg(jumbf(box(b"jumb", box(b"jumd", described), 2**32 - 1)))
    nested = b""
    for _ in range(2_500):
        nested = box(b"jumb", box(b"jumd", described)[:1] + nested)
    yield "nested-manifest.jpg", jpeg(jumbf(nested[:60_000]))
    cbor = box(b"cbor", b"\x9f" * 50_000)
    yield "cbor-manifest.jpg", jpeg(jumbf(box(b"jumb", box(b"jumd", described) + cbor)))
    huge = box(b"cbor", b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff")
    yield (
        "map-manifest.png",
        png(1, 1, chunk(b"caBX", box(b"jumb", box(b"jumd", described) + huge))),
    )
    yield (
        "manifest.mp4",
        film(
            box(
                b"uuid",
                bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
                + b"\0" * 4
                + b"manifest\0"
                + b"\xff" * 8
                + cbor,
            )
        ),
    )
    yield "comment.jpg", jpeg(*[segment(0xFE, "\u202e\u2066\x1b[2J".encode() * 3_000)] * 30)
    yield (
        "orientation.jpg",
        jpeg(segment(0xE1, b"Exif\0\0" + tiff((0x112, 3, 1, 65535), (0x8825, 4, 1, 2**32 - 1)))),
    )
    scans = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0\x54" * 60_000
    yield "scans.jpg", JPEG[:-12].replace(b"\xff\xc0", b"\xff\xc2") + scans + b"\xff\xd9"


def forms() -> Iterator[tuple[str, bytes]]:
    """Pictures and sounds of other kinds that lie about their sizes."""
    yield (
        "size.bmp",
        b"BM"
        + struct.pack(
            "<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, 2**31 - 1, -(2**31) + 1, 1, 32, 0, 0, 0, 0, 0, 0
        ),
    )
    yield (
        "rle.bmp",
        b"BM"
        + struct.pack(
            "<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, 30_000, 30_000, 1, 8, 1, 0, 0, 0, 256, 0
        )
        + b"\xff\0" * 500_000,
    )
    yield (
        "size.psd",
        b"8BPS\0\1"
        + b"\0" * 6
        + struct.pack(">HIIHH", 56, 300_000, 300_000, 16, 3)
        + b"\0\0\0\0"
        + b"\xff" * 400,
    )
    yield (
        "layers.psd",
        b"8BPS\0\1"
        + b"\0" * 6
        + struct.pack(">HIIHH", 3, 10, 10, 8, 3)
        + b"\0" * 8
        + struct.pack(">IIh", 2**31, 2**31, -32768)
        + b"\0" * 90_000,
    )
    yield (
        "size.ico",
        b"\0\0\1\0\xff\xff" + struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, 2**32 - 1, 6) * 3_000,
    )
    yield (
        "size.webp",
        b"RIFF\xff\xff\xff\xffWEBPVP8X\x0a\0\0\0\x3e\0\0\0\xff\xff\xff\xff\xff\xff"
        + (b"ANMF\xff\xff\xff\x7f" + b"\0" * 20) * 3_000,
    )
    yield (
        "size.jp2",
        b"\0\0\0\x0cjP  \r\n\x87\n"
        + box(b"ftyp", b"jp2 \0\0\0\0jp2 ")
        + box(
            b"jp2h", box(b"ihdr", struct.pack(">IIHBBBB", 2**32 - 1, 2**32 - 1, 16_384, 7, 7, 0, 0))
        )
        + box(b"jp2c", b"\xff\x4f\xff\x51\0\x2f" + b"\xff" * 300, 0),
    )
    items = box(b"iloc", b"\2\0\0\0\x88\x80" + b"\xff\xff\xff\xff" * 20)
    yield (
        "items.heic",
        box(b"ftyp", b"heic\0\0\0\0mif1heic")
        + box(b"meta", b"\0\0\0\0" + items + box(b"iinf", b"\1\0\0\0\xff\xff\xff\xff")),
    )
    yield (
        "grid.avif",
        box(b"ftyp", b"avif\0\0\0\0avifmif1miaf")
        + box(
            b"meta",
            b"\0\0\0\0"
            + box(
                b"iprp",
                box(b"ipco", box(b"ispe", b"\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff") * 5_000),
            ),
        ),
    )
    samples = (
        box(b"stsz", b"\0" * 8 + b"\xff\xff\xff\xff")
        + box(b"stco", b"\0\0\0\0\xff\xff\xff\xff")
        + box(b"stts", b"\0\0\0\0\xff\xff\xff\xff")
    )
    track = box(
        b"trak",
        box(
            b"mdia",
            box(b"hdlr", b"\0" * 8 + b"vide" + b"\0" * 13) + box(b"minf", box(b"stbl", samples)),
        ),
    )
    yield "tracks.mp4", film(box(b"moov", box(b"mvhd", b"\0" * 100) + track * 5_000))
    yield (
        "length.wav",
        b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\1\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x40\0data\xff\xff\xff\xff"
        + b"\0" * 500,
    )
    yield "pages.ogg", (b"OggS\0\2" + b"\0" * 20 + b"\xff" + b"\xff" * 255) * 2_000
    yield "tags.mp3", b"ID3\4\0\x80\x7f\x7f\x7f\x7f" + b"APIC\x7f\x7f\x7f\x7f\0\0" * 20_000
    yield (
        "picture.flac",
        b"fLaC\x06\xff\xff\xff" + struct.pack(">III", 3, 2**32 - 1, 2**32 - 1) + b"\0" * 500,
    )
    use = "".join(f'<g id="g{n}">{f"<use href=#g{n - 1} />" * 10}</g>' for n in range(1, 12))
    yield (
        "uses.svg",
        f'<svg xmlns="http://www.w3.org/2000/svg"><g id="g0"><path d="M0 0"/></g>{use.replace("#g", chr(34) + "#g").replace(" />", chr(34) + "/>")}<use href="#g11"/></svg>'.encode(),
    )
    yield (
        "include.svg",
        b'<svg xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" parse="text"/></svg>',
    )
    yield "deep.rtf", b"{\\rtf1" + b"{" * 300_000 + b"}" * 300_000
    yield "object.rtf", b"{\\rtf1{\\object\\objdata " + b"d0cf11e0a1b11ae1" * 100_000 + b"}}"
    yield "line.txt", b"a" * (60 << 20)
    yield "marks.html", b"<html>" + b"<div " * 400_000
    yield (
        "headers.eml",
        b"".join(b"X-%d: =?utf-8?b?%s?=\n" % (n, b"4oCu" * 50) for n in range(20_000)) + b"\n",
    )
