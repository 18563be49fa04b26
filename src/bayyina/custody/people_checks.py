"""Checks 12 to 14: signatures, the rule of two people, erased records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bayyina.custody.determinations import (
    EARLIER,
    NEEDED_PEOPLE,
    Determination,
    Erasure,
    SignedDecision,
    check_two_people,
    erasure_digest,
)
from bayyina.custody.findings import DAMAGED, DELETED, EDITED, Check, Finding, outcome
from bayyina.custody.key_ring import KeyRing
from bayyina.custody.log_reader import LogReader
from bayyina.custody.range_checks import TreeFacts
from bayyina.custody.row_diagnosis import ClosedRow
from bayyina.errors import CustodyError, PermissionRefusedError
from bayyina.keys.salts import salt

DETERMINATION = "determination"
ERASURE = "erasure"
MEMBER = "member"


@dataclass
class Decisions:
    """All signed decisions of a log."""

    determinations: list[SignedDecision]
    """Determinations whose record was not erased."""

    erasures: list[SignedDecision]
    """Erasures."""

    closed: int
    """Determinations about erased records: their signatures can no longer be checked."""

    findings: list[Finding]
    """Decisions whose signer or key is not there, or whose signature does not hold."""


class DecisionReader:
    """Reads signed decisions with the keys of the people who signed them."""

    def __init__(
        self,
        reader: LogReader,
        ring: KeyRing,
        trees: Iterable[TreeFacts],
        origin: str,
        positions: Mapping[int, int],
    ) -> None:
        """``positions`` gives the position of each batch's entry."""
        self._reader = reader
        self._ring = ring
        self._origin = origin
        self._positions = positions
        self._trees = [tree for tree in trees if tree.kind in (DETERMINATION, ERASURE, MEMBER)]
        self._members = {row["number"]: row for _, row in self._rows(MEMBER)}
        self._history = sorted(self._members.values(), key=lambda row: self._when(row["number"]))

    def read(self) -> Decisions:
        """All decisions; those with a signature that holds are given for the rule of two."""
        found = Decisions([], [], 0, [])
        for tree, row in self._rows(DETERMINATION):
            self._take(found, found.determinations, DETERMINATION, tree, row)
        for tree, row in self._rows(ERASURE):
            self._take(found, found.erasures, ERASURE, tree, row)
        return found

    def _take(
        self,
        found: Decisions,
        into: list[SignedDecision],
        kind: str,
        tree: TreeFacts,
        row: Mapping[str, Any],
    ) -> None:
        number = row["number"]
        try:
            signed = self._signed(kind, tree, row)
            is_genuine = signed is not None and signed.is_genuine()
        except (CustodyError, KeyError, TypeError, ValueError, AttributeError) as error:
            why = error.message.rstrip(".") if isinstance(error, CustodyError) else "unreadable"
            found.findings.append(Finding(DAMAGED, kind, tree.batch.number, number, None, why))
            return
        if signed is None:
            found.closed += 1
        elif is_genuine:
            into.append(signed)
        else:
            why = f"the signature is not {signed.person}'s"
            found.findings.append(Finding(DAMAGED, kind, tree.batch.number, number, None, why))

    def _signed(self, kind: str, tree: TreeFacts, row: Mapping[str, Any]) -> SignedDecision | None:
        """The decision in a row; None when its record was erased."""
        number = row["number"]
        member = self._member(row["member"], number)
        key = self._ring.batch_key(tree.batch)
        if kind == DETERMINATION:
            record_key = self._ring.record_key(row["record"])
            if record_key is None:
                return None
            key = record_key
        shared = {
            "origin": self._origin,
            "number": number,
            "member": row["member"],
            "key": bytes.fromhex(member["sign_public"]),
            "salt": salt(key, kind, number),
        }
        decision = _decision(kind, row, shared)
        return SignedDecision(member["handle"], decision, bytes.fromhex(row["signature"]))

    def _member(self, number: int, decision: int) -> Mapping[str, Any]:
        """The signer's member row, which must have been the person's newest one at the time."""
        member = self._members.get(number)
        if member is None:
            raise CustodyError("It is signed by somebody who is no member.")
        until = self._when(decision)
        before = [
            row["number"]
            for row in self._history
            if row["handle"] == member["handle"] and self._when(row["number"]) <= until
        ]
        if not before or before[-1] != number or not member["roles"]:
            raise CustodyError(f"{member['handle']} did not hold that key or role at the time.")
        return member

    def _when(self, number: int) -> tuple[int, int]:
        """Where a row stands in the log."""
        return (self._positions.get(number >> 32, -1), number)

    def _rows(self, kind: str) -> Iterator[tuple[TreeFacts, dict[str, Any]]]:
        columns = self._reader.columns().get(kind, ())
        for tree in self._trees:
            if tree.kind == kind:
                last = tree.base + tree.size - 1
                for row in self._reader.rows(kind, tree.base, last):
                    if isinstance(row[0], int):
                        yield tree, dict(zip(columns, row, strict=True))


class SamePeople:
    """Which handles were known to be one person's, at each position of the log."""

    def __init__(
        self, joined: Iterable[tuple[int, str, str]], positions: Mapping[int, int]
    ) -> None:
        """``joined`` gives the batch that shows it, and two handles."""
        self._joined = sorted(
            (positions.get(batch, -1), one, other) for batch, one, other in joined
        )

    def of(self, handle: str, until: int | None = None) -> frozenset[str]:
        """A handle, and those known before a position (None: ever) to be the same person's."""
        found = {handle}
        pairs = [(a, b) for at, a, b in self._joined if until is None or at < until]
        while more := {x for pair in pairs if found & {*pair} for x in pair} - found:
            found |= more
        return frozenset(found)


def check_signatures(decisions: Decisions) -> Check:
    """(12) Every determination and erasure is signed by the member that it names."""
    good = len(decisions.determinations) + len(decisions.erasures)
    held = f"{good} signatures hold"
    held += f"; {decisions.closed} about erased records." if decisions.closed else "."
    return outcome(12, "decisions are signed by those whom they name", held, decisions.findings)


def check_people(
    decisions: Decisions,
    reader: LogReader,
    trees: Iterable[TreeFacts],
    positions: Mapping[int, int],
) -> Check:
    """(13) Nobody decided about a record that they had entered; two people are two keys.

    Who entered is whoever brought the record, a statement about it, or evidence that one names,
    under any handle that was known to be theirs when they decided.
    """
    actors = {tree.batch.number: tree.batch.recorded_by for tree in trees}
    people = reader.people()
    handles = SamePeople(reader.same_people(), positions)
    groups: dict[tuple[int, str, str, str], list[SignedDecision]] = defaultdict(list)
    for signed in decisions.determinations:
        decision = signed.decision
        if isinstance(decision, Determination):
            subject = (decision.record, decision.decision, decision.verdict, decision.standard)
            groups[subject].append(signed)
    findings: list[Finding] = []
    waiting = brought = learnt = 0
    for (record, _, _, standard), group in groups.items():
        entered = [
            (positions.get(said, -1), people.get(actors.get(brought_in, ""), ""))
            for said, brought_in in reader.entered_in(record)
        ]
        for signed in group:
            number = signed.decision.number
            until = positions.get(number >> 32, 0)
            before = {handle for position, handle in entered if position < until}
            own = handles.of(signed.person, until)
            if own & before:
                why = f"{signed.person} had entered the record"
                if signed.person not in before:
                    why += f" as {min(own & before)}"
                findings.append(Finding(EDITED, DETERMINATION, number >> 32, number, None, why))
            elif handles.of(signed.person) & before:
                learnt += 1
        if standard == EARLIER:
            brought += 1
        elif len({signed.person for signed in group}) < NEEDED_PEOPLE:
            waiting += 1
        findings += _shared_keys(group)
    held = f"{len(groups)} decisions, of which {waiting} stand on one person alone"
    held += f" and {brought} were brought from an earlier practice." if brought else "."
    if learnt:
        held += f" Of {learnt} it became known later that who signed had entered it under another handle."
    return outcome(13, "decisions were made by people who did not enter", held, findings)


def check_erasures(decisions: Decisions, closed: Collection[ClosedRow], ring: KeyRing) -> Check:
    """(14) Every record without a key was erased by two people, with exactly its rows."""
    rows: dict[int, list[ClosedRow]] = defaultdict(list)
    for row in closed:
        rows[row.record].append(row)
    agreed: dict[int, list[SignedDecision]] = defaultdict(list)
    for signed in decisions.erasures:
        if isinstance(signed.decision, Erasure):
            agreed[signed.decision.erased].append(signed)
    findings: list[Finding] = []
    for record in sorted(rows.keys() | agreed.keys()):
        why = _broken_erasure(rows.get(record, []), agreed.get(record, []), record, ring)
        if why:
            findings.append(Finding(DELETED, "key of record", record >> 32, record, None, why))
    held = f"{len(rows)} erased records with {len(closed)} rows."
    return outcome(14, "records without a key were erased by two people", held, findings)


def _decision(
    kind: str, row: Mapping[str, Any], shared: Mapping[str, Any]
) -> Determination | Erasure:
    """What was signed, from the row and what it shares with all signed rows."""
    if kind == DETERMINATION:
        columns = ("record", "decision", "verdict", "standard", "reasons")
        return Determination(**shared, **{name: row[name] for name in columns})
    return Erasure(**shared, **{name: row[name] for name in ("erased", "rows", "digest", "reason")})


def _shared_keys(group: Sequence[SignedDecision]) -> Iterator[Finding]:
    """Decisions signed with a key that served somebody else before."""
    owners: dict[bytes, str] = {}
    for signed in group:
        number = signed.decision.number
        owner = owners.setdefault(signed.decision.key, signed.person)
        if owner != signed.person:
            why = f"{owner} and {signed.person} signed with one key"
            yield Finding(EDITED, DETERMINATION, number >> 32, number, None, why)


def _broken_erasure(
    rows: Sequence[ClosedRow], agreed: Sequence[SignedDecision], record: int, ring: KeyRing
) -> str:
    """What is wrong with an erasure; empty when nothing.

    Agreements about other rows than those of the erasure have lapsed: they were signed
    before something more was said about the record, and count for nothing.
    """
    if not agreed:
        return "the key is gone and no entry says that two people erased it"
    subjects: dict[tuple[int, str], list[SignedDecision]] = defaultdict(list)
    for signed in agreed:
        if isinstance(signed.decision, Erasure):
            subjects[signed.decision.rows, signed.decision.digest].append(signed)
    lacking = {subject: _lacking(group) for subject, group in subjects.items()}
    complete = [subject for subject, why in lacking.items() if not why]
    if not rows:
        return _unerased(record, ring) if complete else ""
    found = (len(rows), erasure_digest((row.kind, row.number, row.leaf_hash) for row in rows))
    if found in complete:
        return ""
    if found in lacking:
        return lacking[found]
    if not complete:
        return next(iter(lacking.values()))
    return "the rows that cannot be opened are not those that were erased"


def _unerased(record: int, ring: KeyRing) -> str:
    """What is wrong when two people agreed and no row is closed."""
    try:
        is_there = ring.record_key(record) is not None
    except CustodyError as error:
        return error.message.rstrip(".")
    return "two people erased it and its key is still there" if is_there else ""


def _lacking(agreed: Sequence[SignedDecision]) -> str:
    """Why agreements about the same rows are not those of two people; empty when they are."""
    try:
        check_two_people(agreed, entered_by=())
    except (PermissionRefusedError, CustodyError) as error:
        return error.message.rstrip(".")
    return ""
