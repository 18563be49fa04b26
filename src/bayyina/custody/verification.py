"""Verification of a whole log: numbered checks that fail closed.

(1) Entries are complete and well-formed. (2) The log's tree holds its entries in order.
(3) Kept checkpoints agree with the log. (4) Checkpoints from outside agree with the log.
(5) Batches are those that the entries name. (6) Times in the log. (7) The trees of the
batches lead to the entries. (8) Keys open. (9) Statements are what the log committed to.
(10) So are the rows of all other kinds. (11) No rows stand beside the log. (12) Decisions
are signed by those whom they name. (13) Decisions were made by people who did not
enter. (14) Records without a key were erased by two people. (15) Rows that were sealed later are kept sealed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bayyina.custody.findings import (
    DAMAGED,
    DELETED,
    INSERTED,
    NOT_CHECKED,
    TRUNCATED,
    Check,
    Finding,
    Report,
    outcome,
)
from bayyina.custody.key_ring import CaseBook, KeyRing
from bayyina.custody.log_checks import (
    LogIdentity,
    LogState,
    case_of_batches,
    check_batches,
    check_checkpoints,
    check_clock,
    check_entries,
    check_log_tiles,
    check_outside,
    read_log,
)
from bayyina.custody.log_reader import STATEMENT, LogReader
from bayyina.custody.notes import Verifier
from bayyina.custody.people_checks import (
    DecisionReader,
    check_erasures,
    check_people,
    check_signatures,
)
from bayyina.custody.range_checks import RangeResult, Task, TreeFacts, check_task, tasks_of
from bayyina.custody.sealed_later import SealedLaterCheck, SealedLaterFound
from bayyina.custody.tree_checks import check_strangers, check_trees, trees_of
from bayyina.errors import CustodyError
from bayyina.keys.sealing import Opener

RunTasks = Callable[[Iterable[Task]], Iterable[RangeResult]]
"""Runs tasks, in parallel if it likes, and gives their results in any order."""

NEEDING_KEYS = frozenset({8, 9, 10, 12, 13, 14, 15})
"""Checks that open keys."""

_KEY_OF_RECORD = "key of record"


@dataclass(frozen=True)
class Trust:
    """What the person who verifies brings along."""

    origin: str
    """Origin of the log that it must be."""

    verifiers: Sequence[Verifier]
    """Known keys, the log's own among them; better from elsewhere than from the workspace."""

    case_keys: Mapping[str, bytes]
    """Case keys by case code; rows of other cases count as not checked."""

    outside: Sequence[str] = ()
    """Signed checkpoints that were kept elsewhere."""

    opener: Opener | None = None
    """Opens what the person is cleared for; sealed rows of others are not opened."""

    locked: str = ""
    """Why case keys are not at hand, for the report; empty: nothing to say."""


def verify_log(
    reader: LogReader,
    trust: Trust,
    *,
    now: datetime,
    run_tasks: RunTasks | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Check a log and all rows that it commits to.

    Args:
        reader: Reads one state of the workspace.
        trust: Keys and checkpoints that the person brings along.
        now: The time, to say how old the newest checkpoint from outside is.
        run_tasks: Runs the checks of rows, for instance in several processes with
            ``RangeWorker``; one after the other in this process if absent.
        progress: Told rows done and rows in all.
    """
    log = LogIdentity(trust.origin, trust.verifiers)
    state, batches = read_log(reader), list(reader.batches())
    trees = trees_of(state, batches, reader.columns())
    cases = case_book(state, trust.case_keys)
    ring = KeyRing(reader, cases)
    results = _run(trees, reader, cases, run_tasks, progress)
    positions = {entry.batch_number: position for position, entry in state.entries.items()}
    decisions = DecisionReader(reader, ring, trees, trust.origin, positions).read()
    actions = {entry.batch_number: entry.action for entry in state.entries.values()}
    sealed = SealedLaterCheck(reader, ring, trees, actions, trust.opener).look(
        row for result in results for row in result.sealed
    )
    report = Report(
        (
            check_entries(state),
            check_log_tiles(state, reader),
            check_checkpoints(state, reader, log),
            check_outside(state, trust.outside, log, now),
            check_batches(state, batches),
            check_clock(state),
            check_trees(trees, reader, [f for result in results for f in result.tree_findings]),
            _check_keys(results, trees, ring),
            _check_statements(trees, results, sealed),
            _check_other_rows(trees, results, sealed),
            check_strangers(state, batches, reader),
            check_signatures(decisions),
            check_people(decisions, reader, trees, positions),
            check_erasures(decisions, [row for result in results for row in result.closed], ring),
            sealed.check(),
        )
    )
    return _without_keys(report, trees, ring, trust.locked)


def _without_keys(report: Report, trees: Sequence[TreeFacts], ring: KeyRing, locked: str) -> Report:
    """Checks that need the keys of cases are not checked where none of these is at hand."""
    cases = {tree.batch.case for tree in trees}
    if not cases or any(ring.has_case(case) for case in cases):
        return report
    why = "without an unlocked key nothing that it protects can be opened"
    why += f" ({locked or f'the key of the case {min(cases)!r} is not at hand'})"
    unknown = Finding(NOT_CHECKED, "key", None, None, None, why)
    gone = (DELETED, TRUNCATED, INSERTED)
    checks = []
    for check in report.checks:
        if check.number in NEEDING_KEYS:
            found = [finding for finding in check.findings if finding.change in gone]
            checks.append(outcome(check.number, check.name, "", [unknown, *found]))
        else:
            checks.append(check)
    return Report(tuple(checks))


def case_book(state: LogState, case_keys: Mapping[str, bytes]) -> CaseBook:
    """Which case each batch belongs to."""
    cases = case_of_batches(state)
    usual = Counter(cases.values()).most_common(1)[0][0] if cases else ""
    return CaseBook(case_keys, usual, {n: case for n, case in cases.items() if case != usual})


def _run(
    trees: Sequence[TreeFacts],
    reader: LogReader,
    cases: CaseBook,
    run_tasks: RunTasks | None,
    progress: Callable[[int, int], None] | None,
) -> list[RangeResult]:
    tasks = tasks_of(tree for tree in trees if tree.columns)
    if run_tasks is None:
        found: Iterable[RangeResult] = (check_task(task, reader, cases) for task in tasks)
    else:
        found = run_tasks(tasks)
    total, done = sum(tree.size for tree in trees), 0
    results: list[RangeResult] = []
    for result in found:
        results.append(result)
        done += result.checked
        if progress is not None:
            progress(done, total)
    return results


def _check_keys(results: Sequence[RangeResult], trees: Sequence[TreeFacts], ring: KeyRing) -> Check:
    """(8) Every key that is there opens."""
    found = list(_closed_batches(trees, ring))
    found += [
        finding
        for result in results
        for finding in result.findings
        if finding.kind == _KEY_OF_RECORD
    ]
    return outcome(8, "keys open", "Every key that is there opens.", list(dict.fromkeys(found)))


def _closed_batches(trees: Sequence[TreeFacts], ring: KeyRing) -> Iterator[Finding]:
    """Batches whose own key does not open."""
    for batch in sorted({tree.batch for tree in trees}):
        try:
            ring.batch_key(batch)
        except (CustodyError, TypeError, ValueError) as error:
            why = error.message.rstrip(".") if isinstance(error, CustodyError) else "unreadable"
            change = DAMAGED if ring.has_case(batch.case) else NOT_CHECKED
            yield Finding(change, "key of batch", batch.number, None, None, why)


def _check_statements(
    trees: Sequence[TreeFacts], results: Sequence[RangeResult], sealed: SealedLaterFound
) -> Check:
    """(9) Statements are what the log committed to."""
    return _check_rows(9, "statements are those of the log", trees, results, sealed, {STATEMENT})


def _check_other_rows(
    trees: Sequence[TreeFacts], results: Sequence[RangeResult], sealed: SealedLaterFound
) -> Check:
    """(10) Rows of all other kinds are what the log committed to."""
    kinds = {tree.kind for tree in trees} - {STATEMENT}
    return _check_rows(10, "all other rows are those of the log", trees, results, sealed, kinds)


def _check_rows(
    number: int,
    name: str,
    trees: Sequence[TreeFacts],
    results: Sequence[RangeResult],
    sealed_later: SealedLaterFound,
    kinds: set[str],
) -> Check:
    results = [result for result in results if result.kind in kinds]
    trees = [tree for tree in trees if tree.kind in kinds]
    findings = [
        finding
        for result in results
        for finding in result.findings
        if finding.kind != _KEY_OF_RECORD
    ]
    findings += [*_missing(trees, results), *sealed_later.tampered(kinds)]
    expected = sum(tree.size for tree in trees)
    checked = sum(result.checked for result in results)
    closed = len({(row.kind, row.number) for result in results for row in result.closed})
    sealed = sum(row.kind in kinds for row in sealed_later.kept)
    held = f"{checked} of {expected} rows checked"
    held += f", {closed} erased" if closed else ""
    held += f", {sealed} sealed later." if sealed else "."
    if not findings and checked + closed + sealed != expected:
        why = f"{expected - checked - closed - sealed} rows were not checked"
        findings.append(Finding(NOT_CHECKED, "row", None, None, None, why))
    return outcome(number, name, held, findings)


def _missing(trees: Sequence[TreeFacts], results: Sequence[RangeResult]) -> Iterator[Finding]:
    """Missing rows, neighbours of several tasks joined: deleted, or cut off to the end."""
    ends = {(tree.kind, tree.batch.number): tree.base + tree.size - 1 for tree in trees}
    gone = sorted(
        (result.kind, first, last) for result in results for first, last in result.missing
    )
    joined: list[tuple[str, int, int]] = []
    for kind, first, last in gone:
        if joined and joined[-1][0] == kind and joined[-1][2] == first - 1:
            joined[-1] = (kind, joined[-1][1], last)
        else:
            joined.append((kind, first, last))
    for kind, first, last in joined:
        batch = first >> 32
        is_end = ends.get((kind, batch)) == last
        yield Finding(TRUNCATED if is_end else DELETED, kind, batch, first, last)
