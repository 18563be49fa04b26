"""Where a machine reads given texts in a picture: leads for regions, for a person to look at.

Tesseract reads the picture as it is shown. It misreads, above all Arabic and handwriting, so a
text is taken as found where most of its letters agree, and one that is not found may stand
there all the same.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from rapidfuzz import fuzz

from bayyina.media import tools
from bayyina.media.plain_data import FileLimitError
from bayyina.media.redaction.folding import fold
from bayyina.media.redaction.pictures import as_shown, open_picture
from bayyina.media.redaction.results import refuse

TESSERACT: Final = "tesseract"
LEAST: Final = 70.0
"""How far the letters of a lead agree with the text, of 100."""

RIM: Final = 0.2
"""Of the height of a word, what its box is larger on each side."""

_COLUMNS: Final = 12


class ReadWord(NamedTuple):
    """A word as a machine read it."""

    line: tuple[str, ...]
    """Block, paragraph and line that it stands in."""

    box: tuple[int, int, int, int]
    """Left, top, right and bottom in pixels of the picture as it is shown."""

    text: str
    """What was read."""


class Lead(NamedTuple):
    """A place where a text may stand."""

    which: int
    """Index of the text."""

    rectangle: tuple[int, int, int, int]
    """Left, top, width and height in pixels."""

    agreement: float
    """How far the letters agree, of 100."""


def find_leads(path: Path, texts: Sequence[str], languages: str, seconds: float) -> dict[str, Any]:
    """Places in a picture where texts may stand, with its size.

    Raises:
        RedactionRefusedError: it is no picture, or tesseract cannot read it.
    """
    program = shutil.which(TESSERACT)
    if program is None:
        refuse(
            "Finding words in a picture needs tesseract, which is not installed.",
            "On Debian: apt-get install tesseract-ocr tesseract-ocr-ara tesseract-ocr-eng",
        )
    with open_picture(path) as picture:
        pixels = as_shown(picture)
    held = Path.cwd() / "page.png"
    pixels.save(held, "PNG")
    try:
        answer = tools.run(program, [str(held), "stdout", "-l", languages, "tsv"], seconds=seconds)
    except FileLimitError as error:
        refuse(f"Tesseract did not read the picture: {error.message}", "Make it smaller first.")
    finally:
        held.unlink()
    if answer.status != 0:
        refuse("Tesseract cannot read the picture.", f"Has it the languages {languages}?")
    words = list(read_words(answer.text.decode("utf-8", "replace")))
    found = sorted({*leads_in(words, texts, pixels.width, pixels.height)})
    return {"size": list(pixels.size), "words": len(words), "leads": [list(one) for one in found]}


def read_words(table: str) -> Iterator[ReadWord]:
    """The words of tesseract's table."""
    for row in table.splitlines()[1:]:
        cells = row.split("\t", _COLUMNS - 1)
        if len(cells) == _COLUMNS and cells[0] == "5" and cells[11].strip():
            left, top, width, height = (int(cell) for cell in cells[6:10])
            box = (left, top, left + width, top + height)
            yield ReadWord(tuple(cells[1:5]), box, cells[11].strip())


def leads_in(
    words: Sequence[ReadWord], texts: Sequence[str], width: int, height: int
) -> Iterator[Lead]:
    """Runs of words of one line whose letters agree with a text."""
    lines: dict[tuple[str, ...], list[ReadWord]] = defaultdict(list)
    for one in words:
        lines[one.line].append(one)
    for which, text in enumerate(texts):
        wanted = fold(text).text.strip()
        count = len(wanted.split())
        for line in lines.values():
            for size in {count, max(1, count - 1), count + 1}:
                for start in range(max(1, len(line) - size + 1)):
                    run = line[start : start + size]
                    agreement = _agreement(run, wanted)
                    if agreement >= LEAST:
                        yield Lead(which, _around(run, width, height), round(agreement, 1))


def _agreement(run: Sequence[ReadWord], wanted: str) -> float:
    orders = [" ".join(one.text for one in run), " ".join(one.text for one in reversed(run))]
    return max(fuzz.ratio(fold(one).text.strip(), wanted) for one in orders)


def _around(run: Sequence[ReadWord], width: int, height: int) -> tuple[int, int, int, int]:
    left, top = min(one.box[0] for one in run), min(one.box[1] for one in run)
    right, bottom = max(one.box[2] for one in run), max(one.box[3] for one in run)
    rim = int(RIM * (bottom - top)) + 1
    left, top = max(0, left - rim), max(0, top - rim)
    return left, top, min(width, right + rim) - left, min(height, bottom + rim) - top
