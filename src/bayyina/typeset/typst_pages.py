"""A page as Typst source.

Every text goes into a string literal (``#"..."``), never into markup, so that no text can be read
as a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from bayyina.typeset.blocks import (
    Block,
    Code,
    FactSheet,
    FileLink,
    Heading,
    Inline,
    Inlines,
    ItemList,
    Page,
    Paragraph,
    Picture,
    Quotation,
    Reference,
    Styled,
    Table,
    Text,
    Value,
)
from bayyina.typeset.escaping import direction_of, typst_string
from bayyina.typeset.fonts import MONOSPACED, families
from bayyina.typeset.languages import language_of

_LONG_RUN = re.compile(r"(\S{66,})")
"""Letters without a blank that a line of the page may not hold; digests of 64 do fit."""

_CHUNK = 11
_MANY = 5


@dataclass(frozen=True)
class TypstDocument:
    """A Typst source and the files it names."""

    source: str
    """The whole source."""

    assets: dict[str, bytes] = field(default_factory=dict)
    """Pictures by file name."""


def typst_document(page: Page) -> TypstDocument:
    """The Typst source of a page, ready for ``documents.typst_pdf``."""
    assets: dict[str, bytes] = {}
    body = "\n\n".join(_block(block, assets) for block in page.blocks)
    source = "\n".join((_template(), _set_up(page), _title(page), body, ""))
    return TypstDocument(source=source, assets=assets)


@cache
def _template() -> str:
    return files("bayyina.typeset").joinpath("page.typ").read_text(encoding="utf-8")


def _set_up(page: Page) -> str:
    names = ", ".join(typst_string(family) for family in families(page.lang))
    return (
        "#show: document-page.with("
        f"title: {typst_string(page.title)}, lang: {typst_string(page.lang)}, "
        f"dir: {language_of(page.lang).direction}, families: ({names},), "
        f"mono: {typst_string(MONOSPACED)}, banner: {_banner(page)}, "
        f"footer: {typst_string(page.footer)})\n"
    )


def _banner(page: Page) -> str:
    lines = (
        f"(lang: {typst_string(lang)}, dir: {language_of(lang).direction}, text: {typst_string(line)}), "
        for lang, line in page.banner
    )
    return f"({''.join(lines)})"


def _title(page: Page) -> str:
    summary = f"\n\n#text(fill: quiet)[{_inlines(page.summary)}]\n" if page.summary else ""
    return f"#heading(level: 1)[#{typst_string(page.title)}]{summary}\n"


def _block(block: Block, assets: dict[str, bytes]) -> str:
    match block:
        case Heading():
            anchor = f" #label({typst_string(block.anchor)})" if block.anchor else ""
            return f"#[#heading(level: {block.level})[{_inlines(block.content)}]{anchor}]"
        case Paragraph():
            return f"#par[{_inlines(block.content)}]"
        case ItemList():
            kind = "enum" if block.numbered else "list"
            items = ", ".join(f"[{_blocks(item, assets)}]" for item in block.items)
            return f"#{kind}({items})"
        case Quotation():
            return f"#quote(block: true)[{_blocks(block.content, assets)}]"
        case Table():
            return _table(block)
        case Picture():
            return _picture(block, assets)
        case FactSheet():
            facts = ", ".join(
                f"([#{typst_string(name)}], [{_inlines(content)}])" for name, content in block.facts
            )
            return f"#fact-sheet({facts})"


def _blocks(blocks: Iterable[Block], assets: dict[str, bytes]) -> str:
    return "\n\n".join(_block(block, assets) for block in blocks)


def _table(table: Table) -> str:
    widths = ", ".join(_widths(table))
    aligns = ", ".join("right" if column.is_number else "start" for column in table.columns)
    header = ", ".join(f"[{_inlines(column.title)}]" for column in table.columns)
    rows = "".join(
        "  " + ", ".join(f"[{_inlines(cell)}]" for cell in row) + ",\n" for row in table.rows
    )
    note = f"\n#table-note[{_inlines(table.note)}]" if table.note else ""
    return (
        f"#kept[#figure(kind: table, caption: [{_inlines(table.caption)}], align(start)["
        f"#table(columns: ({widths},), align: ({aligns},),\n"
        f"  table.header({header}),\n{rows}){note}])]"
    )


def _widths(table: Table) -> list[str]:
    """The first column of a table of many numbers keeps room for what they are about."""
    numbers = [column.is_number for column in table.columns]
    if len(numbers) >= _MANY and all(numbers[1:]):
        return ["2.2fr", *("1fr" for _ in numbers[1:])]
    return ["auto"] * len(numbers)


def _picture(picture: Picture, assets: dict[str, bytes]) -> str:
    name = f"{picture.name}.svg"
    assets[name] = picture.svg.encode()
    return (
        f"#figure(image({typst_string(name)}, alt: {typst_string(picture.alternative)}, width: 100%), "
        f"kind: image, caption: [{_inlines(picture.caption)}])"
    )


def _inlines(content: Inlines) -> str:
    return "".join(map(_inline, content))


def _inline(piece: Inline) -> str:
    match piece:
        case Text():
            return f"#{typst_string(piece.text)}"
        case Value():
            return f"#{_isolated(piece.text)}"
        case Code():
            return _code(piece.text)
        case Styled():
            kind = "strong" if piece.strong else "emph"
            return f"#{kind}[{_inlines(piece.content)}]"
        case Reference():
            return _reference(piece)
        case FileLink():
            return f"#code({typst_string(piece.path)})"


def _reference(piece: Reference) -> str:
    target = typst_string(piece.target)
    mark = f"#mark({typst_string(piece.mark)}, {target})" if piece.mark else ""
    return f"#link(label({target}))[#{_isolated(piece.text)}]{mark}"


def _code(text: str) -> str:
    """The text in letters of one width; a run that is wider than a line may be broken anywhere.

    why: in boxes, between which a line may end; a hyphen or a blank of no width would be copied.
    """
    parts = []
    for index, part in enumerate(_LONG_RUN.split(text)):
        if index % 2:
            chunks = (part[k : k + _CHUNK] for k in range(0, len(part), _CHUNK))
            parts += [f"box(code({typst_string(chunk)}))" for chunk in chunks]
        elif part:
            parts.append(f"code({typst_string(part)})")
    if not _LONG_RUN.search(text):
        return f"#code({typst_string(text)})"
    return f"#long-code({', '.join(parts)})"


def _isolated(text: str) -> str:
    """The text in a box of its own direction.

    why: not isolate characters, because fonts draw them with the glyph of the blank, and a PDF then
    says that every blank is one.
    """
    return f"isolated({direction_of(text)}, {typst_string(text)})"
