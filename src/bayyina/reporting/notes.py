"""Notes of a definition's blocks, which may hold numbers themselves."""

from __future__ import annotations

from collections.abc import Iterable

from markdown_it import MarkdownIt

from bayyina.reporting.definitions import Block
from bayyina.reporting.prose import note_inlines
from bayyina.reporting.references import Issue
from bayyina.typeset.blocks import Inlines, Text


def left_out(issue: Issue, identifiers: Iterable[str]) -> tuple[Inlines, ...]:
    """A line for every reason for which a number of some figures is not shown."""
    reasons = dict.fromkeys(
        removal["reason"][issue.lang]
        for identifier in identifiers
        for removal in issue.context.removals.get(identifier, ())
    )
    return tuple(issue.filled("not_shown_why", reason=(Text(reason),)) for reason in reasons)


def note_of(issue: Issue, block: Block) -> Inlines:
    """The block's note in the report's language; empty when it has none."""
    markdown = block.notes.get(issue.lang, "")
    if not markdown:
        return ()
    return note_inlines(MarkdownIt("commonmark", {"html": False}).parse(markdown), issue.number)
