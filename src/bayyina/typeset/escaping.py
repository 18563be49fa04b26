"""Text from people, made safe for the place it goes to.

Nothing that a person typed is ever read as markup: HTML is escaped, Typst gets string literals
(never markup), and a spreadsheet cell cannot begin a formula.
"""

from __future__ import annotations

import html
import re
import unicodedata

from bayyina.typeset.coverage import is_covered

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, apart from tab and line feed
    "\u2028\u2029"  # line and paragraph separators
    "\u202a-\u202e\u2066-\u2069"  # direction overrides, embeddings and isolates
    "\ud800-\udfff\ufffe\uffff]"  # halves of surrogate pairs and non-characters
)
_TYPST_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def clean(text: str) -> str:
    """The text with control and direction-changing characters shown as U+FFFD.

    A direction override inside a name would otherwise turn round what stands after it
    (Unicode Standard Annex 9; CVE-2021-42574 is the same trick in source code).
    """
    return _UNSAFE.sub("\ufffd", text)


def direction_of(text: str) -> str:
    """``rtl`` when the first letter runs from right to left, else ``ltr`` (UAX 9, rules P2, P3)."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def html_text(text: str) -> str:
    """The text for HTML, in content and between double quotes in attributes."""
    return html.escape(clean(text), quote=True)


def typst_string(text: str) -> str:
    """A Typst string literal with the drawable text, which no part of the text can end."""
    return f'"{drawable(text).translate(_TYPST_ESCAPES)}"'


def drawable(text: str) -> str:
    """The cleaned text with ``[U+4E2D]`` for characters that no font of ours draws.

    The archival PDF standards refuse a page with empty boxes, and a visible code loses nothing.
    """
    return "".join(map(_drawable_character, clean(text)))


def csv_cell(text: str) -> str:
    """The text for a cell of a CSV file that a spreadsheet may open.

    A text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, "CSV
    injection"). A carriage return becomes a line feed: a writer that ends lines with a line feed
    alone leaves it unquoted, and what follows it would begin a row of its own.
    """
    kept = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    return f"'{kept}" if text.startswith(_FORMULA_STARTS) else kept


def _drawable_character(character: str) -> str:
    if character in "\n\t" or is_covered(character):
        return character
    return f"[U+{ord(character):04X}]"
