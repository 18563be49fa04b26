"""Redacted copies in the redacted set of a bundle: which item leaves as which copy, and which does not.

No original file is in a redacted set, whatever its level. A copy leaves for an item unless the
copy is sealed, or the informants of the item, a person who objects, or a death that a family was
not told of forbid it: what holds of an item holds of everything that was made from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from bayyina.app.consent_book import ConsentBook
from bayyina.app.evidence_redacting import PLAN, REDACTION, redactions_of
from bayyina.app.evidence_vault import EVIDENCE
from bayyina.app.family_told import FamilyTold
from bayyina.app.linked_records import same_people_of
from bayyina.app.live import live_batches, live_statements
from bayyina.app.rows import RecordRow, StatementRow
from bayyina.app.workspace import Workspace
from bayyina.bundle.contents import RedactedItem
from bayyina.disclosure.records import consented
from bayyina.disclosure.rules import Recipient

OF_COPY: Final = frozenset(
    {
        "digest", "sha512", "size", "media_type", "derived_from", "derivation", "tool",
        "tool_version", "tool_parameters",
    }
)  # fmt: skip
"""What is said of a copy in a redacted set, whatever the level: what it is and how it was made."""

OF_ORIGINAL: Final = frozenset(
    {"digest", "sha512", "size", "file_name", "file_name_bytes", "file_path"}
)
"""What is not said of an item in a redacted set, whatever the level. Who has a redacted text and the
digest of the whole one can try names until the digest fits; the size tells how long a name is; and
file names name people."""

NONE_MADE: Final = "none"
SEALED: Final = "sealed"
REFUSED: Final = "consent"
"""Why no copy of an item is in a redacted set."""


class _Said(NamedTuple):
    """What matters here of an item."""

    row: RecordRow
    """Its record."""

    stated: list[StatementRow]
    """Statements that stand."""

    parent: int | None
    """The item that it was made from."""

    derivation: str
    """How it was made."""

    is_sealed: bool
    """Whether it is sealed."""


@dataclass(frozen=True)
class RedactedCopies:
    """The redacted copies that stand in for items."""

    copies: Mapping[int, int]
    """The copy of each item that has one that may leave, by record number."""

    told: tuple[RedactedItem, ...]
    """Every item that a full set could hold, and its copy, or why there is none."""

    def numbers(self, numbers: Sequence[int]) -> list[int]:
        """The records of a redacted set: those of the full one, and the copies."""
        return sorted({*numbers, *self.copies.values()})


def redacted_copies(
    workspace: Workspace, numbers: Sequence[int], recipient: Recipient
) -> RedactedCopies:
    """The copies that stand in for the items among some records.

    Args:
        workspace: Where they are.
        numbers: The records of the full set.
        recipient: Who receives the bundle, with the use that consent must cover.
    """
    rows = workspace.store.find(RecordRow, "number", list(numbers))
    items = [one.number for one in rows if one.record_type == EVIDENCE and one.wrapped_key]
    newest = redactions_of(workspace, items)
    forbidding = _Forbidding(workspace, recipient)
    known = forbidding.items({*items, *newest.values()})
    copies: dict[int, int] = {}
    told = []
    for number in items:
        if known[number].derivation in (REDACTION, PLAN):
            continue
        copy = newest.get(number)
        why = NONE_MADE
        if copy is not None:
            why = SEALED if known[copy].is_sealed else forbidding.why(copy)
        if copy is not None and not why:
            copies[number] = copy
        shown = workspace.short_id(copies[number]) if number in copies else ""
        told.append(RedactedItem(workspace.short_id(number), shown, why))
    return RedactedCopies(copies, tuple(told))


class _Forbidding:
    """Knows what forbids that an item, or what was made from it, leaves."""

    def __init__(self, workspace: Workspace, recipient: Recipient) -> None:
        self._workspace, self._recipient = workspace, recipient
        self._book, self._told = ConsentBook(workspace), FamilyTold(workspace)
        self._names = {term: pair for pair, term in workspace.store.terms().items()}
        self._known: dict[int, _Said] = {}
        self._denied: set[int] = set()
        for person in self._book.denied_people(recipient):
            self._denied.update(same_people_of(workspace, person))

    def items(self, numbers: set[int]) -> Mapping[int, _Said]:
        """What is said of some items, and of those that they were made from."""
        store = self._workspace.store
        batches = live_batches(store)
        asked = numbers - self._known.keys()
        while asked:
            rows = store.find(RecordRow, "number", sorted(asked))
            stated: dict[int, list[StatementRow]] = {row.number: [] for row in rows}
            for one in live_statements(store, sorted(stated), batches):
                stated[one.record].append(one)
            found = {row.number: self._said(row, stated[row.number]) for row in rows}
            self._known |= found
            parents = {one.parent for one in found.values() if one.parent is not None}
            asked = parents - self._known.keys()
        return self._known

    def _said(self, row: RecordRow, stated: list[StatementRow]) -> _Said:
        values = {self._names[one.term][1]: one.value or "" for one in stated}
        parent = values.get("derived_from", "")
        return _Said(
            row, stated, int(parent) if parent.isdecimal() else None,
            values.get("derivation", ""), values.get("sealed") == "yes",
        )  # fmt: skip

    def why(self, number: int) -> str:
        """Why a copy does not leave, by what holds of it and of what it was made from."""
        seen: set[int] = set()
        at: int | None = number
        while at is not None and at not in seen and at in self._known:
            seen.add(at)
            one = self._known[at]
            if self._is_refused(one):
                return REFUSED
            at = one.parent
        return ""

    def _is_refused(self, one: _Said) -> bool:
        consents = self._book.of_record(
            one.row.number, one.row.record_type, one.stated, self._recipient
        )
        is_untold = self._told.is_untold(one.row.record_type, one.stated)
        return (
            bool(consented(consents, self._recipient))
            or (is_untold and not self._recipient.learns_of_deaths)
            or bool(self._denied & (self._told.people(one.stated) | {one.row.number}))
        )
