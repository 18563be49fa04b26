"""A plate with two images side by side, as SVG: outline, scale bar, north arrow, what is known of each.

The picture is written by hand and not by a charting library, because nothing in it is a chart. Pixels of
the images are enlarged by whole numbers, so that no pixel is invented between them. In Arabic the earlier
image stands on the right, as the text runs.
"""

from __future__ import annotations

import base64
import html
import re
import struct
import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
import vl_convert
from numpy.typing import NDArray

from bayyina.errors import InputError
from bayyina.typeset.escaping import direction_of, drawable
from bayyina.typeset.fonts import MONOSPACED, families
from bayyina.typeset.languages import language_of
from bayyina.typeset.vega import register_fonts

_INK, _QUIET, _SITE, _CHANGED = "#1a1a1a", "#555b61", "#ffe14d", "#ff3d2e"
_MARGIN, _GAP, _SIDE = 28, 24, 430
_WIDTH: Final = 2 * _MARGIN + 2 * _SIDE + _GAP
_LINE = 17
_SCALE = 2.0
_RIGHT_TO_LEFT = "\u202b{}\u202c"
"""Embedding for a line of Arabic that holds dates or names in Latin letters."""

_VOWELS = re.compile("[\u064b-\u0652]")
"""Vowel marks: as parts of a drawing they have no code of their own in an archival PDF."""

_NUMBER = re.compile(r"\d[\d:.,\-]*\d|\d")
"""A number, date or time; between marks its parts keep their order among Arabic letters."""


@dataclass(frozen=True, eq=False)
class PlatePanel:
    """One image."""

    heading: str
    """Such as "Before", with the date."""

    lines: tuple[str, ...]
    """What is known of it, in the plate's language."""

    fine: tuple[str, ...]
    """Names and digests, set in small letters of one width."""

    image: NDArray[np.uint8]
    """Colours, shape (rows, columns, 3)."""


@dataclass(frozen=True, eq=False)
class Plate:
    """Two images of one place."""

    lang: str
    """``en`` or ``ar``."""

    title: str
    """Above."""

    panels: tuple[PlatePanel, PlatePanel]
    """Earlier and later."""

    site: tuple[tuple[tuple[float, float], ...], ...]
    """Lines around the site, as (column, row)."""

    changed: tuple[tuple[tuple[float, float], ...], ...]
    """Lines around the changed ground, the same way."""

    bar: tuple[float, str]
    """Length of the scale bar in pixels of the image, and what is written at it."""

    texts: tuple[str, ...]
    """Paragraphs below, each in English or Arabic."""

    mark: str = ""
    """What is written across the foot of both images, such as that they are invented."""


def plate_svg(plate: Plate) -> str:
    """The plate as SVG; the same plate gives the same bytes.

    Raises:
        InputError: the images are empty or of different sizes.
    """
    one, two = plate.panels
    if one.image.shape != two.image.shape or not one.image.size:
        raise InputError("A plate needs two images of one size.")
    mirrored = language_of(plate.lang).is_right_to_left
    rows, columns = one.image.shape[:2]
    unit = _SIDE / columns
    high = rows * unit
    parts = [_text(plate.title, _start(mirrored, 0, _WIDTH), 34, 17, mirrored=mirrored, bold=True)]
    lefts = (_MARGIN, _MARGIN + _SIDE + _GAP)
    bottom = 0.0
    for place, panel in enumerate(plate.panels):
        left = lefts[1 - place if mirrored else place]
        parts.append(_panel(plate, panel, left, unit, mirrored=mirrored))
        bottom = max(bottom, 74 + high + 20 + _below(panel))
    y = bottom + 16
    parts.append(f'<path d="M{_MARGIN} {y:.1f}H{_WIDTH - _MARGIN}" stroke="#c9ced3"/>')
    y += 24
    for paragraph in plate.texts:
        turned = direction_of(paragraph) == "rtl"
        for line in _wrapped(paragraph, 134 if turned else 136):
            parts.append(_text(line, _start(turned, 0, _WIDTH), y, 13, mirrored=turned))
            y += _LINE + 3
        y += 7
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{_WIDTH}" height="{y + 8:.0f}" viewBox="0 0 {_WIDTH} {y + 8:.0f}" '
        f'font-family="{html.escape(", ".join((*families(plate.lang), "sans-serif")))}">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


def plate_images(plate: Plate) -> tuple[str, str]:
    """The earlier and the later image alone: PNG, base64."""
    earlier, later = plate.panels
    return _encoded(earlier.image), _encoded(later.image)


def plate_png(plate: Plate) -> bytes:
    """The same picture as pixels, two for each unit of the SVG.

    Raises:
        InputError: it could not be drawn.
    """
    register_fonts()
    try:
        return bytes(vl_convert.svg_to_png(plate_svg(plate), scale=_SCALE))
    except ValueError as error:
        raise InputError("The plate could not be drawn.") from error


def plate_pdf(plate: Plate) -> bytes:
    """The same picture as a PDF of one page.

    Raises:
        InputError: it could not be drawn.
    """
    register_fonts()
    try:
        return bytes(vl_convert.svg_to_pdf(plate_svg(plate)))
    except ValueError as error:
        raise InputError("The plate could not be drawn.") from error


def _start(mirrored: bool, left: float, width: float) -> float:
    return left + width - _MARGIN if mirrored else left + _MARGIN


def _panel(plate: Plate, panel: PlatePanel, left: float, unit: float, *, mirrored: bool) -> str:
    rows, columns = panel.image.shape[:2]
    top, wide, high = 74.0, columns * unit, rows * unit
    edge = left + _SIDE if mirrored else left
    parts = [_text(panel.heading, edge, top - 12, 14, mirrored=mirrored, bold=True)]
    parts.append(
        f'<image x="{left}" y="{top}" width="{wide:.1f}" height="{high:.1f}" '
        f'preserveAspectRatio="none" xlink:href="data:image/png;base64,{_encoded(panel.image)}"/>'
    )
    parts.append(
        f'<rect x="{left}" y="{top}" width="{wide:.1f}" height="{high:.1f}" fill="none" '
        f'stroke="#8a9198"/>'
    )
    parts.append(_lines(plate.changed, left, top, unit, _CHANGED, ""))
    parts.append(_lines(plate.site, left, top, unit, _SITE, "5 11", has_edge=not plate.changed))
    if plate.mark:
        parts.append(_marked(plate.mark, left, top + high, wide))
    parts.append(_bar(plate, left, top + high, unit))
    parts.append(_north(left + wide - 26, top + high - 44))  # the head of an image may be marked
    y = top + high + 20
    for line in panel.lines:
        for piece in _wrapped(line, 72):
            parts.append(_text(piece, edge, y, 12, mirrored=mirrored))
            y += _LINE
    for line in panel.fine:
        for piece in _pieces(line, 76):
            parts.append(_mono(piece, left, y))
            y += 13
    return "".join(parts)


def _below(panel: PlatePanel) -> float:
    lines = sum(len(_wrapped(line, 72)) for line in panel.lines)
    fine = sum(len(_pieces(line, 76)) for line in panel.fine)
    return lines * _LINE + fine * 13.0


def _lines(
    lines: tuple[tuple[tuple[float, float], ...], ...],
    left: float,
    top: float,
    unit: float,
    colour: str,
    dashes: str,
    *,
    has_edge: bool = True,
) -> str:
    path = "".join(
        "M" + "L".join(f"{left + x * unit:.1f} {top + y * unit:.1f}" for x, y in line) + "Z"
        for line in lines
    )
    if not path:
        return ""
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    edge = '<path d="{}" fill="none" stroke="#000000" stroke-opacity="0.55" stroke-width="3.4"/>'
    return (
        f"{edge.format(path) if has_edge else ''}"
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.7"{dash}/>'
    )


def _bar(plate: Plate, left: float, bottom: float, unit: float) -> str:
    mirrored = language_of(plate.lang).is_right_to_left
    length = plate.bar[0] * unit
    x, y = left + 12, bottom - 14
    return (
        f'<rect x="{x - 6}" y="{y - 20}" width="{length + 12:.1f}" height="30" fill="#ffffff" '
        f'fill-opacity="0.82"/>'
        f'<path d="M{x} {y - 3}V{y + 4}H{x + length:.1f}V{y - 3}" fill="none" stroke="{_INK}" '
        f'stroke-width="1.8"/>'
        f'<text x="{x + length / 2:.1f}" y="{y - 6}" font-size="11" text-anchor="middle" '
        f'fill="{_INK}">{_ordered(plate.bar[1], mirrored=mirrored)}</text>'
    )


def _marked(words: str, left: float, bottom: float, wide: float) -> str:
    return (
        f'<text x="{left + wide / 2 + 20:.1f}" y="{bottom - 16:.1f}" font-size="26" '
        f'font-weight="bold" text-anchor="middle" letter-spacing="6" fill="#ffffff" '
        f'stroke="#000000" stroke-width="5" paint-order="stroke">{html.escape(words)}</text>'
    )


def _north(x: float, y: float) -> str:
    return (
        f'<rect x="{x - 8}" y="{y - 8}" width="26" height="44" fill="#ffffff" fill-opacity="0.82"/>'
        f'<path d="M{x + 5} {y - 4}l6 16l-6 -4l-6 4z" fill="{_INK}"/>'
        f'<text x="{x + 5}" y="{y + 29}" font-size="12" font-weight="bold" text-anchor="middle" '
        f'fill="{_INK}">N</text>'
    )


def _text(line: str, x: float, y: float, size: float, *, mirrored: bool, bold: bool = False) -> str:
    anchor = "end" if mirrored else "start"
    weight = ' font-weight="bold"' if bold else ""
    family = html.escape(", ".join((*families("ar" if mirrored else "en"), "sans-serif")))
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
        f'font-family="{family}" fill="{_INK}"{weight}>{_ordered(line, mirrored=mirrored)}</text>'
    )


def _ordered(line: str, *, mirrored: bool) -> str:
    """A line, escaped, with the marks that keep its parts in order."""
    shown = drawable(line)
    if mirrored:
        shown = _VOWELS.sub("", shown)
        shown = _RIGHT_TO_LEFT.format(_NUMBER.sub("\u200e\\g<0>\u200e", shown))
    return html.escape(shown)


def _mono(line: str, x: float, y: float) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="9.4" font-family="{MONOSPACED}" '
        f'fill="{_QUIET}">{html.escape(drawable(line))}</text>'
    )


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most so many characters, broken between words."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _pieces(text: str, width: int) -> list[str]:
    return [text[k : k + width] for k in range(0, len(text), width)] or [""]


def _encoded(image: NDArray[np.uint8]) -> str:
    """A PNG of an image enlarged by a whole number, in base64 (W3C PNG, third edition)."""
    times = max(1, int(np.ceil(2 * _SIDE / image.shape[1])))
    large = np.ascontiguousarray(image.repeat(times, axis=0).repeat(times, axis=1))
    rows, columns = large.shape[:2]
    raw = b"".join(b"\0" + row.tobytes() for row in large)
    head = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, content)
        for kind, content in ((b"IHDR", head), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
    )
    return base64.b64encode(data).decode("ascii")


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
