"""A page as one HTML file that needs nothing else.

No script, no request to anywhere, styles inside, and a Content-Security-Policy that says
so, so that a page opened years later from a memory stick looks the same and tells nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
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
    Swipe,
    Table,
    Text,
    Value,
)
from bayyina.typeset.escaping import html_text
from bayyina.typeset.languages import language_of

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)


def html_page(page: Page) -> str:
    """The HTML of a page."""
    title = html_text(page.title)
    direction = language_of(page.lang).direction
    summary = f'<p class="summary">{_inlines(page.summary)}</p>\n' if page.summary else ""
    footer = f"<footer><p>{html_text(page.footer)}</p></footer>\n" if page.footer else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{page.lang}" dir="{direction}">\n<head>\n'
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>\n{_styles()}</style>\n</head>\n<body>\n"
        f"{_banner(page)}<header>\n<h1>{title}</h1>\n{summary}</header>\n"
        f"<main>\n{_blocks(page.blocks)}\n</main>\n{footer}</body>\n</html>\n"
    )


def html_content(page: Page) -> str:
    """What a page holds, without head, banner and title, to stand inside another page."""
    return _blocks(page.blocks)


def _banner(page: Page) -> str:
    if not page.banner:
        return ""
    lines = "".join(
        f'<div lang="{lang}" dir="{language_of(lang).direction}">{html_text(line)}</div>'
        for lang, line in page.banner
    )
    return f'<div class="banner" role="note">{lines}</div>\n'


@cache
def _styles() -> str:
    return files("bayyina.typeset").joinpath("page.css").read_text(encoding="utf-8")


def _blocks(blocks: Iterable[Block]) -> str:
    return "\n".join(map(_block, blocks))


def _block(block: Block) -> str:
    match block:
        case Heading():
            anchor = f' id="{html_text(block.anchor)}"' if block.anchor else ""
            return f"<h{block.level}{anchor}>{_inlines(block.content)}</h{block.level}>"
        case Paragraph():
            return f"<p>{_inlines(block.content)}</p>"
        case ItemList():
            kind = "ol" if block.numbered else "ul"
            items = "".join(f"<li>{_item(item)}</li>\n" for item in block.items)
            return f"<{kind}>\n{items}</{kind}>"
        case Quotation():
            return f"<blockquote>\n{_blocks(block.content)}\n</blockquote>"
        case Table():
            return _table(block)
        case Picture():
            return _picture(block)
        case FactSheet():
            facts = "".join(
                f"<dt>{html_text(name)}</dt><dd>{_inlines(content)}</dd>\n"
                for name, content in block.facts
            )
            return f"<dl>\n{facts}</dl>"


def _item(blocks: tuple[Block, ...]) -> str:
    if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
        return _inlines(blocks[0].content)
    return _blocks(blocks)


def _table(table: Table) -> str:
    header = "".join(
        f'<th scope="col"{_alignment(column.is_number)}>{_inlines(column.title)}</th>'
        for column in table.columns
    )
    rows = "".join(f"<tr>{_cells(table, row)}</tr>\n" for row in table.rows)
    note = f'<p class="note">{_inlines(table.note)}</p>\n' if table.note else ""
    return (
        f'<div class="scroll">\n<table>\n<caption>{_inlines(table.caption)}</caption>\n'
        f"<thead><tr>{header}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n{note}"
    )


def _cells(table: Table, row: tuple[Inlines, ...]) -> str:
    first, *rest = row
    cells = [f'<th scope="row">{_inlines(first)}</th>']
    for column, content in zip(table.columns[1:], rest, strict=True):
        cells.append(f"<td{_alignment(column.is_number)}>{_inlines(content)}</td>")
    return "".join(cells)


def _alignment(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def _picture(picture: Picture) -> str:
    label = html_text(picture.alternative)
    drawing = picture.svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
    return (
        f"<figure>\n<figcaption>{_inlines(picture.caption)}</figcaption>\n"
        f'<div class="picture">{drawing}</div>\n{_swipe(picture.name, picture.swipe)}</figure>'
    )


def _swipe(name: str, swipe: Swipe | None) -> str:
    """Two images over each other: the upper one is narrowed at its corner, or hidden by a box."""
    if swipe is None:
        return ""
    before, after = (html_text(text) for text in swipe.names)
    box = f"{html_text(name)}-hide"
    mark = f'<span class="mark">{html_text(swipe.mark)}</span>' if swipe.mark else ""
    return (
        f'<p class="note">{html_text(swipe.hint)}</p>\n'
        f'<input type="checkbox" class="hide" id="{box}"> <label for="{box}">{html_text(swipe.hide)}</label>\n'
        f'<div class="swipe"><img alt="{after}" src="data:image/png;base64,{swipe.after}">'
        f'<div class="over"><img alt="{before}" src="data:image/png;base64,{swipe.before}"></div>{mark}</div>\n'
    )


def _inlines(content: Inlines) -> str:
    return "".join(map(_inline, content))


def _inline(piece: Inline) -> str:
    match piece:
        case Text():
            return html_text(piece.text).replace("\n", "<br>")
        case Value():
            return f"<bdi>{html_text(piece.text)}</bdi>"
        case Code():
            return f'<code dir="ltr">{html_text(piece.text)}</code>'
        case Styled():
            kind = "strong" if piece.strong else "em"
            return f"<{kind}>{_inlines(piece.content)}</{kind}>"
        case Reference():
            mark = f"<sup>{html_text(piece.mark)}</sup>" if piece.mark else ""
            target = html_text(piece.target)
            return (
                f'<a class="figure" href="#{target}"><bdi>{html_text(piece.text)}</bdi>{mark}</a>'
            )
        case FileLink():
            return f'<a href="{html_text(piece.path)}"><bdi>{html_text(piece.text)}</bdi></a>'
