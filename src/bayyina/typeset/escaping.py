"""Text from people, made safe for the place it goes to.

Nothing that a person typed is ever read as markup: HTML is escaped, Typst gets string literals
(never markup), and a spreadsheet cell cannot begin a formula.
"""

from __future__ import annotations

import html
import re

from bayyina.typeset.coverage import is_covered

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, apart from tab and line feed
    "\u2028\u2029"  # line and paragraph separators
    "\u202a-\u202e\u2066-\u2069"  # direction overrides, embeddings and isolates
    "\ud800-\udfff\ufffe\uffff]"  # halves of surrogate pairs and non-characters
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_FIRST_STRONG_ISOLATE, _LEFT_TO_RIGHT_ISOLATE, _POP_ISOLATE = "\u2068", "\u2066", "\u2069"
_ISOLATES = (_FIRST_STRONG_ISOLATE, _LEFT_TO_RIGHT_ISOLATE, _POP_ISOLATE)


def clean(text: str) -> str:
    """The text with control and direction-changing characters shown as U+FFFD.

    A direction override inside a name would otherwise turn round what stands after it
    (Unicode Standard Annex 9; CVE-2021-42574 is the same trick in source code).
    """
    return _UNSAFE.sub("\ufffd", text)


def isolate(text: str, *, left_to_right: bool = False) -> str:
    """The cleaned text between isolates, so that its direction and its neighbours' never mix."""
    start = _LEFT_TO_RIGHT_ISOLATE if left_to_right else _FIRST_STRONG_ISOLATE
    return f"{start}{clean(text)}{_POP_ISOLATE}"


def html_text(text: str) -> str:
    """The text for HTML, in content and between double quotes in attributes."""
    return html.escape(clean(text), quote=True)


def typst_string(text: str) -> str:
    """A Typst string literal with this text, which no part of the text can end.

    Isolates pass (``isolate`` makes them); characters that fonts lack become ``drawable``.
    """
    return f'"{"".join(map(_typst_character, text))}"'


def drawable(text: str) -> str:
    """The cleaned text with ``[U+4E2D]`` for characters that no font of ours draws.

    The archival PDF standards refuse a page with empty boxes, and a visible code loses nothing.
    """
    return "".join(map(_drawable_character, clean(text)))


def csv_cell(text: str) -> str:
    """The text for a cell of a CSV file that a spreadsheet may open.

    A text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, "CSV
    injection").
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _typst_character(character: str) -> str:
    if character in '\\"':
        return f"\\{character}"
    if character in "\n\t":
        return "\\n" if character == "\n" else "\\t"
    if character not in _ISOLATES:
        character = clean(character)
    return _drawable_character(character)


def _drawable_character(character: str) -> str:
    if character in "\n\t" or is_covered(character):
        return character
    return f"[U+{ord(character):04X}]"
