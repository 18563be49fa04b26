"""What people's signatures about records come to under one standard, as of a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final, NamedTuple

from bayyina.app.determination_words import AFFIRMING, AGAINST, FOR, word_of
from bayyina.app.grounds import Ground, Grounds
from bayyina.app.live import erased_records, live_batches
from bayyina.app.lost_grounds import Standing
from bayyina.app.pending_halves import without_lapsed
from bayyina.app.rows import DeterminationRow, MemberRow, RecordRow, batch_of
from bayyina.app.signed_decisions import signed_decision, who_entered
from bayyina.app.workspace import Workspace
from bayyina.custody.determinations import check_two_people
from bayyina.errors import CustodyError, PermissionRefusedError
from bayyina.keys.record_keys import KeyWrap

HOLDS: Final = "holds"
REJECTED: Final = "rejected"
DISPUTED: Final = "disputed"
OPEN: Final = "open"


class DecidedState(NamedTuple):
    """What was decided about one record."""

    state: str
    """``holds``, ``rejected``, ``disputed``, or ``open`` where not enough people signed."""

    people: tuple[str, ...]
    """Handles of those whose last word counts towards it."""

    day: date | None
    """Day of the last signature that it took."""

    lines: tuple[Ground, ...]
    """Lines of evidence that were signed for."""

    evidence_lost: bool
    """Whether something that was cited stands no longer."""


def decided_states(
    workspace: Workspace,
    records: Collection[int],
    standard: str,
    *,
    as_of: date | None = None,
) -> dict[int, DecidedState]:
    """Records about which somebody decided under a standard, and what it comes to.

    Signatures of a later day than ``as_of`` are left out. A signature that does not hold, or is
    of somebody who entered the record, counts for nothing.
    """
    store = workspace.store
    batches = live_batches(store)
    erased = erased_records(store)
    counted: list[DeterminationRow] = []
    for row in store.scan(DeterminationRow):
        batch = batches.get(batch_of(row.number))
        if batch is None or row.standard != standard or row.record in erased:
            continue
        if row.record not in records:
            continue
        day = date.fromisoformat(str(batch.entry_time)[:10])
        if as_of is None or day <= as_of:
            counted.append(row)
    handles = {row.number: row.handle for row in store.scan(MemberRow)}
    words: dict[int, dict[str, DeterminationRow]] = {}
    for row in without_lapsed(workspace, counted):
        words.setdefault(row.record, {})[handles[row.member]] = row
    rows = {row.number: row for row in store.find(RecordRow, "number", sorted(words))}
    standing = Standing(workspace)
    found = {}
    for record, said in words.items():
        if record in rows and batch_of(record) in batches:
            last = list(said.values())
            found[record] = _state(workspace, rows[record], last, handles, standing)
    return found


def _state(
    workspace: Workspace,
    record: RecordRow,
    last: list[DeterminationRow],
    handles: dict[int, str],
    standing: Standing,
) -> DecidedState:
    pro = [row for row in last if word_of(row) == FOR and row.decision in AFFIRMING]
    contra = [row for row in last if word_of(row) == AGAINST]
    lines = tuple(dict.fromkeys(one for row in pro for one in Grounds.of(row.reasons).lines))
    cited = [
        one.cites
        for row in pro
        for one in (*Grounds.of(row.reasons).lines, *Grounds.of(row.reasons).conditions)
    ]
    lost = not all(standing.stands(one) for one in cited)
    against = tuple(sorted(handles[row.member] for row in contra))
    if contra and not pro:
        people = _two(workspace, record, contra)
        state = REJECTED if people else DISPUTED
        return DecidedState(state, people or against, _day(workspace, contra), (), False)
    if contra:
        return DecidedState(DISPUTED, against, _day(workspace, contra), lines, lost)
    people = _two(workspace, record, pro)
    signed = tuple(sorted(handles[row.member] for row in pro))
    return DecidedState(
        HOLDS if people else OPEN, people or signed, _day(workspace, pro), lines, lost
    )


def _two(workspace: Workspace, record: RecordRow, rows: list[DeterminationRow]) -> tuple[str, ...]:
    """The people, when two decided one thing and their signatures hold."""
    if record.wrapped_key is None:
        return ()
    key = KeyWrap(workspace.keys.case_key).open_record(record.number, bytes(record.wrapped_key))
    entered = who_entered(workspace, record.number)
    by_word: dict[tuple[str, str], list[DeterminationRow]] = {}
    for row in rows:
        by_word.setdefault((row.decision, row.verdict), []).append(row)
    for alike in by_word.values():
        signed = [signed_decision(workspace, row, key) for row in alike]
        try:
            return check_two_people(signed, entered_by=entered)
        except (PermissionRefusedError, CustodyError):
            continue
    return ()


def _day(workspace: Workspace, rows: list[DeterminationRow]) -> date | None:
    batches = live_batches(workspace.store)
    days = [
        date.fromisoformat(str(batches[batch_of(row.number)].entry_time)[:10])
        for row in rows
        if batch_of(row.number) in batches
    ]
    return max(days, default=None)
