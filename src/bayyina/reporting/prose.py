"""Markdown prose as blocks of a page, with numbers in place of ``{id}``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from bayyina.reporting.reading import fence_of
from bayyina.typeset.blocks import (
    Block,
    Code,
    Heading,
    Inline,
    Inlines,
    ItemList,
    Paragraph,
    Quotation,
    Styled,
    Text,
    Value,
)

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_-]*)(?::([a-z]+))?\}")
"""``{id}`` or ``{id:form}``."""

FORMS = ("", "count", "words", "range")
"""How a placeholder may show a figure: the number; with comparator; with unit too; as a range."""

NumberInWords = Callable[[str, str], Inlines]
"""What stands for a placeholder, by id and form."""

Placement = Callable[[str], tuple[Block, ...]]
"""What stands where a block is placed, by id."""


def prose_blocks(
    tokens: Sequence[Token], *, numbers: NumberInWords, place: Placement
) -> tuple[Block, ...]:
    """The blocks of one language's prose."""
    return _Writer(numbers, place).blocks(SyntaxTreeNode(list(tokens)).children)


def note_inlines(markdown: Sequence[Token], numbers: NumberInWords) -> Inlines:
    """A note of one paragraph as pieces of text."""
    blocks = prose_blocks(markdown, numbers=numbers, place=lambda _: ())
    return tuple(
        piece for block in blocks if isinstance(block, Paragraph) for piece in block.content
    )


def placeholders(tokens: Sequence[Token]) -> list[tuple[Token, str, str]]:
    """Every placeholder of the prose: the token around it, its id and its form."""
    return [
        (token, found.group(1), found.group(2) or "")
        for token in tokens
        if token.type == "inline"
        for child in token.children or ()
        if child.type == "text"
        for found in PLACEHOLDER.finditer(child.content)
    ]


def placed_ids(tokens: Sequence[Token]) -> list[tuple[Token, str]]:
    """Every block that the prose places: its token and id."""
    placed = []
    for token in tokens:
        fence = fence_of(token) if token.type == "fence" else None
        if fence:
            placed.append((token, fence[1].get("id", "")))
    return placed


class _Writer:
    """Turns a Markdown tree into blocks."""

    def __init__(self, numbers: NumberInWords, place: Placement) -> None:
        self._numbers = numbers
        self._place = place
        self._level = 1

    def blocks(self, nodes: Sequence[SyntaxTreeNode]) -> tuple[Block, ...]:
        return tuple(block for node in nodes for block in self._block(node))

    def _block(self, node: SyntaxTreeNode) -> tuple[Block, ...]:
        match node.type:
            case "heading":
                return (self._heading(node),)
            case "paragraph":
                return (Paragraph(self._inlines(node)),)
            case "bullet_list" | "ordered_list":
                items = tuple(self.blocks(item.children) for item in node.children)
                return (ItemList(items=items, numbered=node.type == "ordered_list"),)
            case "blockquote":
                return (Quotation(self.blocks(node.children)),)
            case "fence":
                return self._fence(node)
            case "code_block" | "html_block":
                return (Paragraph((Code(node.content.strip()),)),)
            case _:
                return ()

    def _heading(self, node: SyntaxTreeNode) -> Heading:
        # why: levels never skip, because a reader that speaks aloud gets lost when they do.
        wanted = max(2, len(node.markup))
        self._level = min(wanted, self._level + 1)
        return Heading(level=self._level, content=self._inlines(node))

    def _fence(self, node: SyntaxTreeNode) -> tuple[Block, ...]:
        token = node.token
        fence = fence_of(token) if token else None
        if fence:
            return self._place(fence[1].get("id", ""))
        return (Paragraph((Code(node.content.strip()),)),)

    def _inlines(self, node: SyntaxTreeNode) -> Inlines:
        return tuple(piece for child in node.children for piece in self._inline(child))

    def _inline(self, node: SyntaxTreeNode) -> Inlines:
        match node.type:
            case "inline":
                return self._inlines(node)
            case "text":
                return self._text(node.content)
            case "softbreak":
                return (Text(" "),)
            case "hardbreak":
                return (Text("\n"),)
            case "em" | "strong":
                return (Styled(self._inlines(node), strong=node.type == "strong"),)
            case "code_inline":
                return (Code(node.content),)
            case "link":
                return self._link(node)
            case _:
                return (Value(node.content),)

    def _link(self, node: SyntaxTreeNode) -> Inlines:
        """A link as its text with the address in writing: a report calls nobody."""
        address = str(node.attrs.get("href", ""))
        text = self._inlines(node)
        return (*text, Text(" ("), Code(address), Text(")"))

    def _text(self, content: str) -> Inlines:
        pieces: list[Inline] = []
        end = 0
        for found in PLACEHOLDER.finditer(content):
            pieces.append(Text(content[end : found.start()]))
            pieces.extend(self._numbers(found.group(1), found.group(2) or ""))
            end = found.end()
        pieces.append(Text(content[end:]))
        return tuple(piece for piece in pieces if piece != Text(""))
