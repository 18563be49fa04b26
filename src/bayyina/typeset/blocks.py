"""What a page holds: blocks and pieces of text, without a word about HTML or Typst.

A page is built once from these and written twice, so that the web page and the PDF cannot
differ in what they say.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """Running text in the page's language."""

    text: str
    """Verbatim; the writers escape it."""


@dataclass(frozen=True)
class Value:
    """A text whose direction may differ from the page's: a name, a label, a number."""

    text: str
    """Verbatim; the writers escape and isolate it."""


@dataclass(frozen=True)
class Code:
    """Something to be typed or compared character by character: a query, a digest, an id."""

    text: str
    """Always set from left to right."""


@dataclass(frozen=True)
class Styled:
    """Pieces with emphasis."""

    content: tuple[Inline, ...]
    """What is emphasised."""

    strong: bool = False
    """Bold when true, else italic."""


@dataclass(frozen=True)
class Reference:
    """A number or word that leads to another place of the same page."""

    text: str
    """What is shown, such as ``15,051``."""

    target: str
    """Anchor of the block it leads to."""

    mark: str = ""
    """Printed after it like a footnote mark: the number of the annex entry."""


@dataclass(frozen=True)
class FileLink:
    """A file delivered beside the page."""

    text: str
    """What is shown."""

    path: str
    """Relative path with forward slashes, such as ``figures/deaths.csv``."""


Inline = Text | Value | Code | Styled | Reference | FileLink
"""A piece of text inside a block."""

Inlines = tuple[Inline, ...]
"""Pieces of text in reading order."""


@dataclass(frozen=True)
class Heading:
    """A heading below the page's title."""

    level: int
    """2 for a section, 3 for a part of one, and so on; 1 is the page's title."""

    content: Inlines
    """Its text."""

    anchor: str = ""
    """Where references lead to; empty for none."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    content: Inlines
    """Its text."""


@dataclass(frozen=True)
class ItemList:
    """A list of points."""

    items: tuple[tuple[Block, ...], ...]
    """The blocks of each point."""

    numbered: bool = False
    """Numbered when true, else with bullets."""


@dataclass(frozen=True)
class Quotation:
    """Words set apart from the page's own."""

    content: tuple[Block, ...]
    """The blocks quoted."""


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    title: Inlines
    """Its header."""

    is_number: bool = False
    """Numbers are aligned so that their digits stand under each other."""


@dataclass(frozen=True)
class Table:
    """A table with a header row; the first cell of each row is that row's header."""

    caption: Inlines
    """What it shows."""

    columns: tuple[Column, ...]
    """Its columns in reading order."""

    rows: tuple[tuple[Inlines, ...], ...]
    """Cells by row."""

    note: Inlines = ()
    """A line below it."""


@dataclass(frozen=True)
class Swipe:
    """Two images of one place over each other, the earlier one drawn aside by hand; on web pages."""

    before: str
    """The earlier image: PNG, base64."""

    after: str
    """The later image, of the same size."""

    names: tuple[str, str]
    """What they are, such as "Before, 2022-08-14"."""

    hide: str
    """Label of the box that hides the earlier image."""

    hint: str
    """How to use it."""

    mark: str = ""
    """What is written across both, such as that they are invented."""


@dataclass(frozen=True)
class Picture:
    """A chart or plan."""

    name: str
    """File name stem, unique on the page: lower-case letters, digits, ``-`` and ``_``."""

    svg: str
    """The drawing, from our own code."""

    alternative: str
    """What it shows, in words, for those who do not see it."""

    caption: Inlines
    """The line above it."""

    swipe: Swipe | None = None
    """The same as two images over each other, shown below it on web pages."""


@dataclass(frozen=True)
class FactSheet:
    """Pairs of a name and what is said about it."""

    facts: tuple[tuple[str, Inlines], ...]
    """In reading order."""


Block = Heading | Paragraph | ItemList | Quotation | Table | Picture | FactSheet
"""A block of a page."""


@dataclass(frozen=True)
class Page:
    """A whole document in one language."""

    lang: str
    """``en`` or ``ar``."""

    title: str
    """Shown on top and in the document's properties."""

    blocks: tuple[Block, ...]
    """The content in reading order."""

    summary: Inlines = ()
    """Lines under the title: who, when, from what."""

    banner: tuple[tuple[str, str], ...] = ()
    """Pairs of language and line, repeated on every page: what nobody may overlook."""

    footer: str = ""
    """A short line at the foot of every page."""
