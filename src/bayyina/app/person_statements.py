"""What stands of a person, in the words of both languages, without what is sealed.

Read are the statements of the person's records, of those joined with them, and of the
records that point at one of them. A sealed property, type or term leaves no word here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bayyina.app.linked_records import surroundings
from bayyina.app.live import live_batches, live_statements
from bayyina.app.opening_sealed import rows_if_cleared, rows_needed
from bayyina.app.rows import RecordRow, StatementRow, batch_of
from bayyina.app.short_ids import link_targets
from bayyina.app.value_words import value_words
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.keys.sealing import is_sealed as is_sealed_text
from bayyina.model.vocabulary import Property
from bayyina.reporting.submissions.form_file import Wording

PERSON = "Person"
"""Type of the records of people."""

SEALED = "sealed"
"""The level of what never leaves the records."""


@dataclass(frozen=True)
class Said:
    """A statement with the names of its term."""

    row: StatementRow
    """The statement."""

    record_type: str
    """Type of the record that it is about."""

    property: str
    """The property that it states."""


def statements_of_person(workspace: Workspace, number: int, short_id: str) -> list[Said]:
    """Everything that stands of a person: of the records joined to it and those about them.

    Raises:
        InputError: it is not the record of a person that stands.
    """
    store = workspace.store
    found = store.find(RecordRow, "number", [number])
    batches = live_batches(store)
    if not found or batch_of(number) not in batches or found[0].record_type != PERSON:
        raise InputError(
            f"{short_id} is not the record of a person that stands.",
            hint="`bayyina figures open` lists records; this is about a person.",
            code="no-such-record",
        )
    own = live_statements(store, [number], batches)
    around = surroundings(workspace, found[0], link_targets(workspace, own))
    names = {term: pair for pair, term in store.terms().items()}
    rows = live_statements(store, sorted(around.circle), batches)
    people = {number, *around.same_as}
    kept = _about(workspace, people, rows, names)
    return [Said(row, *names[row.term]) for row in rows if row.record in kept]


def opened_statements(
    workspace: Workspace, said: Sequence[Said], use: str, *, reason: str, needed: bool
) -> list[Said]:
    """The same statements with what protects a person opened, once that stands in the log.

    What is sealed by its level stays so: it goes into no paper.

    Args:
        workspace: With the member at work.
        said: Statements of a person.
        use: What they are opened for, as ``opening_sealed`` knows it.
        reason: Why, as the log has it.
        needed: Whether the paper is worth nothing without; otherwise they stay sealed where the
            member at work may not open them.

    Raises:
        PermissionRefusedError: it is needed, and the member may not open sealed values.
        KeyLockedError: it is needed, and the member is not cleared.
    """
    hidden = [one for one in said if one.row.has_sealed and not is_sealed_by_level(workspace, one)]
    if not hidden:
        return list(said)
    take = rows_needed if needed else rows_if_cleared
    sealed = take(workspace, use, {one.row.record for one in hidden}, reason=reason)
    if sealed is None:
        return list(said)
    opened = {row.number: row for row in sealed.opened([one.row for one in hidden])}
    return [replace(one, row=opened.get(one.row.number, one.row)) for one in said]


def is_sealed(workspace: Workspace, one: Said) -> bool:
    """Whether a statement is sealed: its value, or by its type, its property or its term."""
    return is_sealed_text(one.row.value) or is_sealed_by_level(workspace, one)


def is_sealed_by_level(workspace: Workspace, one: Said) -> bool:
    """Whether a statement is sealed by its type, its property or its term."""
    kind = workspace.vocabulary.types.get(one.record_type)
    prop = kind.properties.get(one.property) if kind is not None else None
    if kind is None or prop is None or SEALED in (kind.level, prop.level):
        return True
    if prop.type != "term" or prop.of is None or one.row.value is None:
        return False
    terms = workspace.vocabulary.term_lists[prop.of]
    chain = (one.row.value, *terms.ancestors(one.row.value)) if one.row.value in terms.terms else ()
    return any(terms.terms[code].level == SEALED for code in chain)


def words_of(workspace: Workspace, one: Said) -> Wording | None:
    """What a statement says in both languages; None for what is sealed, erased or a link."""
    kind = workspace.vocabulary.types.get(one.record_type)
    prop = kind.properties.get(one.property) if kind is not None else None
    if prop is None or is_sealed(workspace, one):
        return None
    return _words(workspace, prop, one.row)


def source_names(workspace: Workspace, numbers: Iterable[int]) -> dict[int, str]:
    """The name of each list, or its short id; never who a confidential source is."""
    wanted = sorted(set(numbers))
    names = {term: pair for pair, term in workspace.store.terms().items()}
    said: dict[int, dict[str, str]] = {number: {} for number in wanted}
    for row in live_statements(workspace.store, wanted, live_batches(workspace.store)):
        if row.value:
            said[row.record][names[row.term][1]] = row.value
    return {
        number: next(
            (known[name] for name in ("pseudonym", "list_name", "name") if name in known),
            workspace.short_id(number),
        )
        for number, known in said.items()
    }


def day_of(text: str | None) -> date | None:
    """The day that a stored bound states."""
    return date.fromisoformat(text) if text else None


def _about(
    workspace: Workspace,
    people: Collection[int],
    rows: Sequence[StatementRow],
    names: Mapping[int, tuple[str, str]],
) -> set[int]:
    """The records of the person, and those that point at one of them."""
    kept = set(people)
    for row in rows:
        record_type, name = names[row.term]
        kind = workspace.vocabulary.types.get(record_type)
        prop = kind.properties.get(name) if kind is not None else None
        is_link = prop is not None and prop.type == "link"
        if is_link and row.value and row.value.isdecimal() and int(row.value) in people:
            kept.add(row.record)
    return kept


def _words(workspace: Workspace, prop: Property, row: StatementRow) -> Wording | None:
    if prop.type != "link" or row.value is None:
        return value_words(workspace, prop, row)
    known = workspace.vocabulary.facilities.get(row.value)
    if known is not None:
        return Wording(known.label["en"], known.label["ar"])
    return Wording(row.wording, row.wording) if row.wording else None
