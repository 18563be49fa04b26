"""Searching what documents, testimonies and other records say, in the words of either language.

What is sealed is in no index. Of what is restricted, such as a testimony, a hit says that it holds
the words and not what stands around them: whoever may read the record opens it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from bayyina.app.kept_warm import kept_texts
from bayyina.app.live import erased_records, live_batches
from bayyina.app.permissions import sight
from bayyina.app.ports import Progress
from bayyina.app.rows import batch_of
from bayyina.app.site_disclosure import embargo_of
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.figures.text_index import TextIndex, snippet_of, texts_of
from bayyina.model.vocabulary import Vocabulary

LONGEST: Final = 400
"""Characters that a question has at most."""

HIDDEN: Final = frozenset({"restricted", "sealed"})
"""Levels of which nothing is shown in a list."""

MACHINE: Final = frozenset(
    {
        "digest",
        "sha512",
        "media_type",
        "file_path",
        "file_name_bytes",
        "file_time",
        "tool",
        "number",
    }
)
"""Properties that hold no words of anybody."""

BEYOND: Final = 5
"""So many times as many hits are looked at, where some may not be shown."""


class TextFound(NamedTuple):
    """A record whose text holds what was looked for."""

    record: int
    """Its number."""

    property: str
    """Which of its properties."""

    before: str
    """What stands before the first word found; empty where it may not be shown in a list."""

    word: str
    """The word."""

    after: str
    """What stands behind it."""

    is_shown: bool
    """Whether the words around may be shown in a list."""


def find_texts(
    workspace: Workspace, asked: str, progress: Progress, *, limit: int = 20
) -> list[TextFound]:
    """Records with texts that hold every word that is asked for, each once, best first.

    Raises:
        InputError: the question is too long.
        PermissionRefusedError: the member may not read records.
    """
    seen = sight(workspace, "export-records")
    if len(asked) > LONGEST:
        raise InputError("This is too long to look for.", hint="Use fewer words.")
    snapshot = refresh_snapshot(workspace, progress)
    kinds = text_kinds(workspace.vocabulary)
    kept = kept_texts(workspace, snapshot, kinds)
    index = kept or TextIndex(texts_of(snapshot, kinds))
    try:
        hits = index.find(asked, limit * BEYOND)
    finally:
        if kept is None:
            index.close()
    if not hits:
        return []
    with workspace.store.read():
        batches, erased = live_batches(workspace.store), erased_records(workspace.store)
    embargo = embargo_of(workspace)
    types = workspace.vocabulary.types
    found: dict[int, TextFound] = {}
    for hit in hits:
        stands = batch_of(hit.record) in batches and hit.record not in erased
        if hit.record in found or not stands or not seen.covers(hit.record):
            continue
        if embargo.covers(hit.record, []):
            continue
        kind = types[hit.record_type]
        shown = not {kind.level, kind.properties[hit.property].level} & HIDDEN
        parts = snippet_of(hit.text, asked) if shown else ("", "", "")
        found[hit.record] = TextFound(hit.record, hit.property, *parts, shown)
    return list(found.values())[:limit]


def text_kinds(vocabulary: Vocabulary) -> frozenset[tuple[str, str]]:
    """Pairs of record type and property that hold words; what is sealed is not among them."""
    return frozenset(
        (name, prop.name)
        for name, kind in vocabulary.types.items()
        if kind.level != "sealed"
        for prop in kind.properties.values()
        if prop.type == "text" and prop.level != "sealed" and prop.name not in MACHINE
    )
