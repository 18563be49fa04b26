"""Values for which the row itself names the source.

Some lists say for every field where it comes from. Such a value is an ordinary
``ValueDraft`` that also knows the name of its source; whoever does not ask for it takes
the list as the source, which is true as well.
"""

from __future__ import annotations

from bayyina.model.drafts import ValueDraft


class SourcedValue(ValueDraft):
    """A value draft with the name of its own source."""

    source_name: str
    """Name of the source that the row gives for this value."""


def with_source(draft: ValueDraft, name: str) -> SourcedValue:
    """Attach the name of its source to a value."""
    sourced = SourcedValue(*draft)
    sourced.source_name = name
    return sourced


def source_of(draft: ValueDraft) -> str | None:
    """Give the source that the row names for a value, or None for the list itself."""
    return draft.source_name if isinstance(draft, SourcedValue) else None
