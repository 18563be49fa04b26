"""Which records are protected: of whom something that tells their identity is sealed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from bayyina.app.live import live_batches, live_statements
from bayyina.app.ports import Store
from bayyina.app.rows import RecordRow, StatementRow
from bayyina.app.workspace import Workspace
from bayyina.disclosure.protected_people import PERSON, Protection, protection
from bayyina.keys.sealing import is_sealed

INFORMANTS: Final = frozenset({"Testimony", "FamilyContact", "AnteMortemProfile"})
"""Types of the records that are an informant's, whoever they are about."""


def protected_records(store: Store, rules: Protection, records: Collection[int]) -> set[int]:
    """Those of some records of whom something that tells whose they are is sealed.

    What was sealed once stays so: statements that stand no longer count as well.
    """
    terms = {
        number
        for (kind, name), number in store.terms().items()
        if name in rules.identity.get(kind, ()) and name not in rules.by_level.get(kind, ())
    }
    return {
        row.record
        for row in store.find(StatementRow, "record", sorted(records))
        if (row.term in terms and is_sealed(row.value)) or is_sealed(row.original)
    }


def is_about_protected(workspace: Workspace, record: int) -> bool:
    """Whether what is written of a record tells of somebody who is protected.

    That is so of a protected record, of what a protected person is linked with, and of the records
    of those who told something.
    """
    store = workspace.store
    rules = protection(workspace.vocabulary)
    near = {record, *_linked(workspace, record)}
    if any(
        row.record_type in INFORMANTS for row in store.find(RecordRow, "number", [record])
    ) or protected_records(store, rules, near):
        return True
    return bool(near & _marked(workspace, near))


def unmarked_people(workspace: Workspace, record: int) -> list[RecordRow]:
    """A person, or those whom an act names, who are not marked as protected yet."""
    store, types = workspace.store, workspace.vocabulary.types
    own = store.find(RecordRow, "number", [record])
    if not own or not (own[0].record_type == PERSON or types[own[0].record_type].is_a("Act")):
        return []
    near = {record} if own[0].record_type == PERSON else _linked(workspace, record)
    marked = _marked(workspace, near)
    return [
        row
        for row in store.find(RecordRow, "number", sorted(near))
        if row.record_type == PERSON and row.number not in marked and row.wrapped_key is not None
    ]


def _linked(workspace: Workspace, record: int) -> set[int]:
    """Records that the links of one name."""
    store, types = workspace.store, workspace.vocabulary.types
    links = {
        number
        for (kind, name), number in store.terms().items()
        if kind in types
        and (prop := types[kind].properties.get(name)) is not None
        and prop.type == "link"
    }
    return {
        int(row.value)
        for row in live_statements(store, [record], live_batches(store))
        if row.term in links and row.value is not None and row.value.isdecimal()
    }


def _marked(workspace: Workspace, records: Collection[int]) -> set[int]:
    """Which of some records are marked as protected by hand."""
    store = workspace.store
    flags = {
        store.terms().get((kind, flag))
        for kind, watched in protection(workspace.vocabulary).watched.items()
        for flag in watched.flags
    }
    return {
        row.record
        for row in live_statements(store, sorted(records), live_batches(store))
        if row.term in flags and row.value == "yes"
    }
