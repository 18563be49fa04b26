"""PDF: every page becomes a picture, and a new PDF is written from the pictures alone.

Nothing of the old file goes over, so there is no text below a box, no layer that is switched
off, no earlier revision, no remark, form, attachment, script, bookmark or font that still
tells what stood there. Text operators could be taken out instead; but a name also stands in
fonts that were cut down to its letters, in forms, in alternative texts and in pictures, and
one place that is forgotten gives it away.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from html import unescape
from pathlib import Path
from typing import Any, Final, NamedTuple

from bayyina.media import tools
from bayyina.media.limits import DEFAULT
from bayyina.media.plain_data import FileLimitError
from bayyina.media.redaction.folding import find_texts
from bayyina.media.redaction.pictures import QUALITY, fill_regions
from bayyina.media.redaction.results import Made, only, refuse, refuse_entry
from bayyina.media.redaction.shapes import POINTS_PER_INCH, Size
from bayyina.standards.redaction_entries import Pages, Region, Words
from bayyina.standards.redaction_plan import RedactionPlan

try:
    import pikepdf
    from PIL import Image
except ImportError:  # the extra ``media`` is absent; the parent said so before it came here
    pikepdf = Image = None  # type: ignore[assignment]

RASTER: Final = "pdftoppm"
TEXT: Final = "pdftotext"
"""Programs of poppler that draw pages and read their text."""

DPI: Final = 200
"""Dots of an inch: small print and stamps stay readable."""

MOST_PIXELS: Final = 36_000_000
"""Pixels of one page; larger pages are drawn with fewer dots."""

MOST_PAGES: Final = 2_000
PAGE_SECONDS: Final = 60.0
MARGIN: Final = 0.15
"""Of the height of a word, what its box is larger on each side."""

_WORD: Final = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>',
    re.DOTALL,
)
_PAGE: Final = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_HINT: Final = "A PDF is redacted by words, regions and pages."


class PlacedWord(NamedTuple):
    """A word of a page, and where it stands."""

    text: str
    """The word."""

    box: tuple[float, float, float, float]
    """Left, top, right, bottom in points of the page as it is shown."""


def redact_pdf(path: Path, plan: RedactionPlan, out: Path) -> Made:
    """Write a PDF of pictures, with boxes over what the plan names."""
    only(plan.entries, (Words, Region, Pages), "a PDF", _HINT)
    program = tools.found(RASTER)
    if program is None:
        refuse(
            "Redacting a PDF needs pdftoppm, which is not installed.",
            "apt-get install poppler-utils",
        )
    sizes = _page_sizes(path)
    _check_pages(plan, len(sizes))
    made = Made("application/pdf")
    made.done = [0] * len(plan.entries)
    found = _boxes_of_words(path, plan, made)
    new = pikepdf.new()
    drawn = []
    for page, expected in enumerate(sizes, 1):
        pixels, dpi = _draw(program, path, page, expected)
        points = (
            pixels.width * POINTS_PER_INCH / dpi,
            pixels.height * POINTS_PER_INCH / dpi,
        )
        size = Size(pixels.width, pixels.height, pixels.width / points[0])
        fill_regions(pixels, [*plan.entries], page, size, made)
        boxes = _fill_words(pixels, found.get(page, ()), size)
        _add_page(new, pixels, points)
        drawn.append({"size": list(pixels.size), "points": list(points), "words": boxes})
    made.numbers["drawn"] = drawn
    new.save(out, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return made


def _check_pages(plan: RedactionPlan, count: int) -> None:
    for one in plan.entries:
        if isinstance(one, Region):
            if one.start > 0 or one.end != float("inf"):
                refuse_entry(one, "a page has no times")
            if one.page == 0 and count > 1:
                refuse_entry(one, f"it does not name its `page`, of {count}")
            if one.page > count:
                refuse_entry(one, f"the PDF has {count} pages")
        if isinstance(one, Pages) and any(last > count for _, last in one.ranges):
            refuse_entry(one, f"the PDF has {count} pages")


def _page_sizes(path: Path) -> list[tuple[float, float]]:
    """Width and height of each page as it is shown, in points."""
    made = []
    try:
        with pikepdf.open(path) as pdf:
            if len(pdf.pages) > MOST_PAGES:
                refuse(f"The PDF has more than {MOST_PAGES} pages.", "Split it.")
            for page in pdf.pages:
                left, bottom, right, top = (float(value) for value in page.cropbox)
                media = [float(value) for value in page.mediabox]
                width = min(max(left, right), max(media[0], media[2])) - max(
                    min(left, right), min(media[0], media[2])
                )
                height = min(max(bottom, top), max(media[1], media[3])) - max(
                    min(bottom, top), min(media[1], media[3])
                )
                turned = int(page.rotation) % 180 == 90
                made.append((height, width) if turned else (width, height))
    except pikepdf.PasswordError:
        refuse("The PDF needs a password.", "Save it without one first.")
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, AttributeError):
        refuse("The PDF's pages cannot be read.", "Save it anew, or as pictures, first.")
    if not made or any(not 1 <= side <= 20_000 for page in made for side in page):
        refuse("The PDF has no page, or one whose size cannot be.", "Save it anew first.")
    return made


def _draw(program: str, path: Path, page: int, points: tuple[float, float]) -> tuple[Any, int]:
    """The pixels of a page as a reader shows it, and how many make an inch.

    It is drawn with its crop box, with what is switched on, and with its remarks: a box that
    somebody put over a text as a remark stays where it was seen.
    """
    area = points[0] * points[1] / POINTS_PER_INCH**2
    dpi = max(10, min(DPI, int((MOST_PIXELS / area) ** 0.5)))
    words = ["-r", str(dpi), "-f", str(page), "-l", str(page), "-cropbox", "-singlefile"]
    target = Path.cwd() / "page"
    with tools.plain_name(path) as name:
        try:
            answer = tools.run(program, [*words, str(name), str(target)], seconds=PAGE_SECONDS)
        except FileLimitError as error:
            refuse(f"Page {page} could not be drawn: {error.message}", "Save it anew first.")
    drawn = target.with_suffix(".ppm")
    if answer.status != 0 or not drawn.is_file():
        refuse(f"Page {page} could not be drawn.", "Save the PDF anew, or as pictures, first.")
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(drawn, formats=("PPM",)) as picture:
        if picture.width * picture.height > DEFAULT.pixels:
            refuse(f"Page {page} is too large to be drawn.", "Make it smaller first.")
        pixels = picture.convert("RGB")
    drawn.unlink()
    return pixels, dpi


def _add_page(pdf: Any, pixels: Any, points: tuple[float, float]) -> None:
    """Add a page that shows a picture, and holds nothing else."""
    file = Path.cwd() / "page.jpg"
    grey = _is_grey(pixels)
    held = pixels.convert("L") if grey else pixels
    held.save(file, "JPEG", quality=QUALITY, subsampling=0)
    data = file.read_bytes()
    file.unlink()
    name = pikepdf.Name
    image = pdf.make_stream(
        data, Type=name.XObject, Subtype=name.Image, Width=held.width, Height=held.height,
        ColorSpace=name.DeviceGray if grey else name.DeviceRGB, BitsPerComponent=8,
        Filter=name.DCTDecode,
    )  # fmt: skip
    width, height = (round(side, 3) for side in points)
    content = pdf.make_stream(f"q {width} 0 0 {height} 0 0 cm /P Do Q".encode())
    page = pikepdf.Dictionary(
        Type=name.Page, MediaBox=[0, 0, width, height], Contents=content,
        Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=image)),
    )  # fmt: skip
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))


def _is_grey(pixels: Any) -> bool:
    """Whether a picture has no colour."""
    red, green, blue = pixels.split()
    return bool(red.tobytes() == green.tobytes() == blue.tobytes())


def _boxes_of_words(
    path: Path, plan: RedactionPlan, made: Made
) -> Mapping[int, Sequence[tuple[float, float, float, float]]]:
    """Boxes by page, in points, of the words that the plan names and the PDF has as text.

    Raises:
        RedactionRefusedError: a text does not occur, or cannot be placed.
    """
    wanted = [(i, one) for i, one in enumerate(plan.entries) if isinstance(one, Words)]
    boxes: dict[int, list[tuple[float, float, float, float]]] = defaultdict(list)
    if not wanted:
        return boxes
    pages, running = placed_words(path), _running_text(path)
    for index, entry in wanted:
        seen: set[int] = set()
        for page, words in pages.items():
            found = _find_on_page(words, entry)
            for which, box in found:
                seen.add(which)
                boxes[page].append(box)
                made.done[index] += 1
            _check_all_placed(entry, page, {which for which, _ in found}, running)
        absent = [str(n) for n, _ in enumerate(entry.texts, 1) if n - 1 not in seen]
        if absent and not entry.may_be_absent:
            refuse_entry(
                entry,
                f"texts number {', '.join(absent[:5])} do not occur in the text of the PDF; in a "
                "scan give regions, and for words that need not occur say `may_be_absent: true`",
            )
    return boxes


def _check_all_placed(
    entry: Words, page: int, placed: set[int], running: Sequence[Sequence[str]]
) -> None:
    """Refuse a text that runs through a page in an order in which its words could not be placed."""
    for texts in running:
        text = texts[page - 1] if page <= len(texts) else ""
        found = find_texts(text, entry.texts, whole_words=entry.whole_words)
        if any(span.which not in placed for span in found):
            refuse_entry(entry, f"a text on page {page} cannot be placed; give a region there")


def _running_text(path: Path) -> list[list[str]]:
    """The text of each page in the order of reading, and in the order in which it was written."""
    made = []
    for way in ("-layout", "-raw"):
        answer = _text_of(path, [way, "-cropbox", "-enc", "UTF-8"])
        made.append(answer.split("\f"))
    return made


def _find_on_page(
    words: Sequence[PlacedWord], entry: Words
) -> list[tuple[int, tuple[float, float, float, float]]]:
    """Boxes of an entry's texts on a page, one for each word that a text touches.

    Text that is written from right to left may be stored in either order, so words are also
    read backwards, and letters too.
    """
    found: set[tuple[int, tuple[float, float, float, float]]] = set()
    forms = [
        list(words),
        list(reversed(words)),
        [PlacedWord(one.text[::-1], one.box) for one in words],
        [PlacedWord(one.text[::-1], one.box) for one in reversed(words)],
    ]
    for listed in forms:
        starts, text = [], ""
        for one in listed:
            starts.append(len(text))
            text += one.text + " "
        for span in find_texts(text, entry.texts, whole_words=entry.whole_words):
            for start, one in zip(starts, listed, strict=True):
                if start < span.end and span.start < start + len(one.text):
                    found.add((span.which, one.box))
    return sorted(found)


def placed_words(path: Path) -> dict[int, list[PlacedWord]]:
    """The words of each page with their places, as poppler reads them."""
    text = _text_of(path, ["-bbox", "-cropbox", "-enc", "UTF-8"])
    return {
        number: [
            PlacedWord(unescape(word), (float(a), float(b), float(c), float(d)))
            for a, b, c, d, word in _WORD.findall(page)
        ]
        for number, (_, _, page) in enumerate(_PAGE.findall(text), 1)
    }


def _text_of(path: Path, words: list[str]) -> str:
    program = tools.found(TEXT)
    if program is None:
        refuse(
            "Finding words in a PDF needs pdftotext, which is not installed.",
            "On Debian: apt-get install poppler-utils",
        )
    with tools.plain_name(path) as name:
        try:
            answer = tools.run(
                program, [*words, str(name), "-"], seconds=4 * PAGE_SECONDS, limit=DEFAULT.written
            )
        except FileLimitError as error:
            refuse(f"The PDF's text could not be read: {error.message}", "Give regions.")
    return answer.text.decode("utf-8", "replace")


def _fill_words(
    pixels: Any, boxes: Sequence[tuple[float, float, float, float]], size: Size
) -> list[list[int]]:
    """Fill the boxes of words, a little larger than they are; the boxes in pixels."""
    made = []
    for left, top, right, bottom in boxes:
        rim = MARGIN * (bottom - top)
        box = [
            max(0, int((left - rim) * size.per_point)),
            max(0, int((top - rim) * size.per_point)),
            min(size.width, int((right + rim) * size.per_point) + 1),
            min(size.height, int((bottom + rim) * size.per_point) + 1),
        ]
        pixels.paste((0, 0, 0), tuple(box))
        made.append(box)
    return made
