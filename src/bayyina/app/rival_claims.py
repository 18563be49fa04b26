"""What stands in the way of a decision because somebody else is claimed for the same thing.

A family that recognises a body which another family recognises too is a rival claim, whoever
decides; so is a certificate that is being laid to two people. It blocks until two people have
withdrawn one of the two, or until the two people are judged the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from bayyina.app.decided_states import REJECTED, decided_states
from bayyina.app.linked_records import pointers_at, surroundings
from bayyina.app.live import live_batches, live_statements
from bayyina.app.rows import RecordRow, StatementRow
from bayyina.app.workspace import Workspace
from bayyina.standards.documentation_standard import EvidenceLine

FAMILY: Final = "family_recognition"


class _Kind(NamedTuple):
    """A type of record that lays something to a person."""

    link: str
    """The link to what is laid to somebody."""

    standard: str
    """Under which standard it is withdrawn."""

    line: str
    """The line that blocks."""

    only_families: bool
    """Whether only claims that rest on a family's recognition are rivals."""


KINDS: Final = {
    "Identification": _Kind("body", "photograph-identification", "rival_family_claim", True),
    "CertificateMatch": _Kind("document", "certificate-match", "rival_match", False),
}
"""Which records have rivals."""


def rival_lines(workspace: Workspace, record: RecordRow) -> list[EvidenceLine]:
    """Lines that block a decision about a record because of other records' claims."""
    kind = KINDS.get(record.record_type)
    if kind is None:
        return []
    own = _Claim(workspace, record.number)
    target, mine = own.link(kind.link), own.link("person")
    if target is None or mine is None:
        return []
    others = {
        pointer.record
        for pointer in pointers_at(workspace, [target])
        if pointer.record_type == record.record_type
        and pointer.property == kind.link
        and pointer.record != record.number
    }
    decided = decided_states(workspace, others, kind.standard)
    same = _one_person(workspace, mine)
    found: dict[int, EvidenceLine] = {}
    for number in sorted(others):
        claim = _Claim(workspace, number)
        person = claim.link("person")
        outcome = decided.get(number)
        if person is None or person in same or "withdrawn" in claim.values("state"):
            continue
        if outcome is not None and outcome.state == REJECTED:
            continue
        signed = outcome.lines if outcome is not None else ()
        by_family = claim.states(FAMILY) or any(one.name == FAMILY for one in signed)
        if by_family or not kind.only_families:
            found[min(_one_person(workspace, person))] = EvidenceLine(
                kind.line, workspace.short_id(number)
            )
    return list(found.values())


class _Claim:
    """What stands of one record."""

    def __init__(self, workspace: Workspace, number: int) -> None:
        self._rows: Sequence[StatementRow] = live_statements(
            workspace.store, [number], live_batches(workspace.store)
        )
        self._names = {term: pair[1] for pair, term in workspace.store.terms().items()}

    def values(self, name: str) -> list[str]:
        return [row.value for row in self._rows if self._names[row.term] == name and row.value]

    def link(self, name: str) -> int | None:
        return next((int(value) for value in self.values(name) if value.isdecimal()), None)

    def states(self, line: str) -> bool:
        return line in self.values("basis")


def _one_person(workspace: Workspace, person: int) -> set[int]:
    rows = workspace.store.find(RecordRow, "number", [person])
    if not rows:
        return {person}
    return {person, *surroundings(workspace, rows[0], ()).same_as}
