"""Notes of a definition's blocks, which may hold numbers themselves."""

from __future__ import annotations

from markdown_it import MarkdownIt

from bayyina.reporting.definitions import Block
from bayyina.reporting.prose import note_inlines
from bayyina.reporting.references import Issue
from bayyina.typeset.blocks import Inlines


def note_of(issue: Issue, block: Block) -> Inlines:
    """The block's note in the report's language; empty when it has none."""
    markdown = block.notes.get(issue.lang, "")
    if not markdown:
        return ()
    return note_inlines(MarkdownIt("commonmark", {"html": False}).parse(markdown), issue.number)
