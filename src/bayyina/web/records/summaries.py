"""One line about each of some records, for lists of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from bayyina.app.live import live_batches, live_statements
from bayyina.app.rows import RecordRow, StatementRow
from bayyina.app.site_disclosure import embargo_of
from bayyina.app.value_words import value_words
from bayyina.app.workspace import Workspace
from bayyina.keys.sealing import is_sealed

SHOWN: Final = 5
"""So many values stand in one line."""

HIDDEN: Final = frozenset({"restricted", "sealed"})
"""Sensitivities that a list never shows."""

OF_RELATIVES: Final = frozenset(
    {"name.father", "name.grandfather", "name.mother", "named_father", "named_mother"}
)
"""Names of somebody else, which are told with their labels and not as another name of the person."""


class Summary(NamedTuple):
    """One record in a list."""

    id: str
    """Short id."""

    type_label: str
    """What kind of record it is, in the page's language."""

    names: tuple[str, ...]
    """Names of a person, as written, in both scripts where there are both."""

    facts: tuple[tuple[str, str], ...]
    """Labels and values of what else is stated first."""

    sources: int
    """How many sources say anything of it."""


def summaries(workspace: Workspace, numbers: Sequence[int], lang: str) -> list[Summary]:
    """A line about each record, in the order given; all are read at once."""
    store = workspace.store
    with store.read():
        batches = live_batches(store)
        records = {row.number: row for row in store.find(RecordRow, "number", numbers)}
        rows = live_statements(store, numbers, batches)
        terms = {number: pair for pair, number in store.terms().items()}
    by_record: dict[int, list[StatementRow]] = {}
    for row in rows:
        by_record.setdefault(row.record, []).append(row)
    embargoed = embargo_of(workspace)
    return [
        _summary(
            workspace,
            records[number],
            []
            if embargoed.covers(number, by_record.get(number, []))
            else by_record.get(number, []),
            terms,
            lang,
        )
        for number in numbers
        if number in records
    ]


def _summary(
    workspace: Workspace,
    record: RecordRow,
    rows: Iterable[StatementRow],
    terms: dict[int, tuple[str, str]],
    lang: str,
) -> Summary:
    names: dict[str, None] = {}
    facts: dict[str, str] = {}
    sources = set()
    kind = workspace.vocabulary.types.get(record.record_type)
    for row in rows:
        sources.add(row.source)
        prop = kind.properties.get(terms[row.term][1]) if kind else None
        if prop is None or prop.level in HIDDEN or is_sealed(row.value):
            continue
        words = value_words(workspace, prop, row)
        if words is None:
            continue
        text = words.ar if lang == "ar" else words.en
        if prop.type == "name" and terms[row.term][1] not in OF_RELATIVES:
            names.setdefault(text)
        elif len(facts) < SHOWN:
            facts.setdefault(prop.label[lang], text)
    label = kind.label[lang] if kind else record.record_type
    return Summary(
        workspace.short_id(record.number),
        label,
        tuple(names)[:3],
        tuple(facts.items()),
        len(sources - {None}),
    )
