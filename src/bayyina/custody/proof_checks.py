"""A proof file checked step by step, so that a person can follow what it shows and what not.

The steps are those of ``proofs.verify_row_proof``. What a step needs that did not hold, or
that is not at hand, leaves the later ones unchecked: they have then not held either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bayyina.custody.canonical import read_canonical
from bayyina.custody.checkpoints import Checkpoint, open_checkpoint
from bayyina.custody.entries import Entry
from bayyina.custody.findings import DAMAGED, NOT_CHECKED, Check, Finding, Report, outcome
from bayyina.custody.merkle import leaf_hash, verify_inclusion
from bayyina.custody.notes import Verifier, read_note
from bayyina.custody.proofs import RowProof
from bayyina.errors import CustodyError

NO_KEY = "the log's public key was not given; without it anybody could have signed the checkpoint"
"""Why the signature is not checked."""


class CheckedProof(NamedTuple):
    """What a proof file turned out to show."""

    report: Report
    """The numbered checks."""

    row: dict[str, Any]
    """What the row says; empty unless checks 1 and 4 to 6 hold."""

    origin: str
    """The log that the checkpoint says it is of; empty if it cannot be read."""

    size: int
    """Number of entries that the checkpoint covers."""


@dataclass
class _Steps:
    """The checks so far, and the first that stopped the later ones."""

    checks: list[Check] = field(default_factory=list)
    stopped: str = ""

    def take(self, name: str, do: Callable[[], str], *, stops: bool = True) -> None:
        """Run the next check; ``do`` gives the words for when it holds."""
        number = len(self.checks) + 1
        if self.stopped:
            self._add(number, name, NOT_CHECKED, self.stopped)
            return
        try:
            self.checks.append(outcome(number, name, do(), []))
        except CustodyError as error:
            self._add(number, name, DAMAGED, error.message.rstrip("."))
            if stops:
                self.stopped = f"check {number} does not hold"

    def leave(self, name: str, why: str) -> None:
        """Leave the next check unmade; later ones go on."""
        self._add(len(self.checks) + 1, name, NOT_CHECKED, self.stopped or why)

    def _add(self, number: int, name: str, change: str, why: str) -> None:
        if change == NOT_CHECKED:
            found = Finding(NOT_CHECKED, "proof", None, None, None, why)
            self.checks.append(outcome(number, name, "", [found]))
        else:
            found = Finding(change, "proof", None, None, None, why)
            self.checks.append(Check(number, name, False, f"{why}.", (found,)))


class _Reading:
    """One proof file being checked."""

    proof: RowProof
    checkpoint: Checkpoint
    entry: Entry

    def __init__(self, text: str, verifiers: Sequence[Verifier]) -> None:
        self._text = text
        self._verifiers = verifiers
        self.row: dict[str, Any] = {}

    def form(self) -> str:
        """(1) The file is a proof, its entry an entry, its leaf a leaf, its checkpoint one."""
        self.proof = RowProof.from_text(self._text)
        self.entry = Entry.from_bytes(self.proof.entry)
        row = read_canonical(self.proof.leaf)
        self.checkpoint = Checkpoint.from_text(read_note(self.proof.entry_proof.checkpoint).text)
        kind = row.get("kind") if isinstance(row, dict) else None
        if not isinstance(kind, str) or kind not in self.entry.trees:
            raise CustodyError("The entry does not name a tree for rows of the leaf's kind.")
        self.row = row
        return f"It is a proof of one {kind} in the log {self.checkpoint.origin}."

    def signature(self) -> str:
        """(2) The log's key signed the checkpoint."""
        name = self._verifiers[0].name
        open_checkpoint(self.proof.entry_proof.checkpoint, name, self._verifiers)
        return f"The key {name} signed a checkpoint over {self.checkpoint.size} entries."

    def entry_stands(self) -> str:
        """(3) The entry stands in the log that the checkpoint describes."""
        proof, checkpoint = self.proof.entry_proof, self.checkpoint
        hashed = leaf_hash(self.proof.entry)
        verify_inclusion(hashed, proof.index, checkpoint.size, proof.path, checkpoint.root)
        return f"It is entry {proof.index}, of {self.entry.time}."

    def row_stands(self) -> str:
        """(4) The leaf stands in the tree that the entry commits to."""
        head = self.entry.trees[self.row["kind"]]
        hashed = leaf_hash(self.proof.leaf)
        verify_inclusion(hashed, self.proof.index, head.size, self.proof.path, head.root)
        return f"It is number {self.proof.index + 1} of {head.size} rows of its kind."

    def row_fits(self) -> str:
        """(5) What the leaf says of its number and batch is what the entry says."""
        entry = self.entry
        expected: dict[str, object] = {"number": (entry.batch_number << 32) | self.proof.index}
        if self.row["kind"] == "statement":
            expected |= {
                "batch": str(entry.batch),
                "recorded_at": entry.opened,
                "recorded_by": str(entry.actor),
            }
        if any(self.row.get(key) != value for key, value in expected.items()):
            raise CustodyError("The leaf says other things of its batch than the entry.")
        return f"It was recorded in batch {entry.batch_number} ({entry.action})."


def check_row_proof(text: str, verifiers: Sequence[Verifier]) -> CheckedProof:
    """Check a proof file; without a key its signature stays unchecked, and it has not held.

    (1) The file has the form of a proof. (2) The log's key signed its checkpoint. (3) The
    entry stands in the checkpointed log. (4) The row stands in the entry's tree. (5) The
    row's number and batch fit the entry.

    Args:
        text: The file's text.
        verifiers: The log's key, named by the log's origin; none if it is not at hand.
    """
    reading, steps = _Reading(text, verifiers), _Steps()
    steps.take("the file has the form of a proof", reading.form)
    if verifiers:
        steps.take("the checkpoint is signed by the log", reading.signature, stops=False)
    else:
        steps.leave("the checkpoint is signed by the log", NO_KEY)
    steps.take("the entry stands in the log", reading.entry_stands, stops=False)
    steps.take("the row stands in the entry", reading.row_stands, stops=False)
    steps.take("the row fits the entry", reading.row_fits, stops=False)
    report = Report(tuple(steps.checks))
    if steps.stopped:
        return CheckedProof(report, {}, "", 0)
    is_shown = all(check.ok for check in report.checks[2:])
    row = reading.row if is_shown else {}
    return CheckedProof(report, row, reading.checkpoint.origin, reading.checkpoint.size)
