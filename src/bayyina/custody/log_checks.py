"""Checks 1 to 6: the log itself, its checkpoints, its batches, its clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bayyina.custody.checkpoints import Checkpoint, open_checkpoint
from bayyina.custody.entries import Entry, read_time
from bayyina.custody.findings import (
    DAMAGED,
    DELETED,
    EDITED,
    INSERTED,
    REORDERED,
    TRUNCATED,
    Check,
    Finding,
    outcome,
    runs,
)
from bayyina.custody.log_reader import LOG_KIND, LOG_TREE, LogReader, StoredBatch
from bayyina.custody.merkle import leaf_hash
from bayyina.custody.notes import Verifier
from bayyina.custody.tiles import TILE_WIDTH, TileTree, hashes_of
from bayyina.errors import CustodyError


@dataclass
class LogState:
    """The log as read once, from the first entry to the last."""

    entries: dict[int, Entry] = field(default_factory=dict)
    """Well-formed entries by position."""

    hashes: list[bytes] = field(default_factory=list)
    """Leaf hash of each position; the stored one where the entry is gone."""

    roots: list[bytes] = field(default_factory=list)
    """Root after 0, 1, 2 … entries."""

    missing: list[int] = field(default_factory=list)
    """Positions without an entry that has others after it."""

    findings: list[Finding] = field(default_factory=list)
    """Entries that are not entries."""

    stored: list[bytes] = field(default_factory=list)
    """Leaf hashes as the log's tiles hold them."""

    @property
    def size(self) -> int:
        """Number of positions up to the last entry that is there."""
        return len(self.hashes)


@dataclass(frozen=True)
class LogIdentity:
    """Which log it must be, and who may sign for it."""

    origin: str
    """Origin of the log."""

    verifiers: Sequence[Verifier]
    """Known keys, the log's own among them."""


def read_log(reader: LogReader) -> LogState:
    """Read all entries and the leaf hashes that the tiles hold."""
    state = LogState(stored=_stored_hashes(reader))
    tree = TileTree()
    state.roots.append(tree.root())
    for position, data in reader.entries():
        place = _whole(position)
        if place is None or place < state.size:
            why = "its position is none of the log's"
            state.findings.append(Finding(INSERTED, "entry", None, place, None, why))
            continue
        while state.size < position:
            state.missing.append(state.size)
            known = state.stored[state.size] if state.size < len(state.stored) else b"\x00" * 32
            _grow(state, tree, known)
        _grow(state, tree, leaf_hash(data))
        try:
            state.entries[position] = Entry.from_bytes(data)
        except CustodyError as error:
            state.findings.append(
                Finding(EDITED, "entry", None, position, None, error.message.rstrip("."))
            )
    return state


def check_entries(state: LogState) -> Check:
    """(1) Every entry is there and has the form of an entry."""
    gone = [Finding(DELETED, "entry", None, *run) for run in runs(state.missing)]
    held = f"{len(state.entries)} of {state.size} entries read."
    return outcome(1, "entries are complete and well-formed", held, [*gone, *state.findings])


def check_log_tiles(state: LogState, reader: LogReader) -> Check:
    """(2) The stored hashes of the log are those of its entries, in their order."""
    findings = _against_stored(state)
    tree = TileTree()
    tiles = [*tree.add_many(state.hashes), *tree.edge_tiles()]
    for tile in tiles:
        if not tile.level and not reader.tile(LOG_TREE, LOG_KIND, 0, tile.position):
            why = "no hashes of the log are stored there"
            findings.append(Finding(DAMAGED, "tile", None, tile.position, None, why))
        if tile.level and reader.tile(LOG_TREE, LOG_KIND, tile.level, tile.position) != tile.data:
            why = f"level {tile.level} of the log's tree"
            findings.append(Finding(DAMAGED, "tile", None, tile.position, None, why))
    held = f"{len(tiles)} tiles compared."
    return outcome(2, "the log's tree holds its entries in order", held, findings)


def check_checkpoints(state: LogState, reader: LogReader, log: LogIdentity) -> Check:
    """(3) Kept checkpoints are signed and agree with the entries; the last covers them all."""
    findings: list[Finding] = []
    greatest, count = 0, 0
    for note in reader.checkpoints():
        count += 1
        found, checkpoint = _against_log(state, note, log)
        findings += found
        if checkpoint is not None:
            greatest = max(greatest, checkpoint.size)
    if greatest < state.size:
        why = "no signed checkpoint covers it"
        findings.append(Finding(INSERTED, "entry", None, greatest, state.size - 1, why))
    if not count and not state.size:
        why = "there is neither an entry nor a checkpoint"
        findings.append(Finding(DELETED, "checkpoint", None, None, None, why))
    held = f"{count} checkpoints, the last over {greatest} entries."
    return outcome(3, "kept checkpoints agree with the log", held, findings)


def check_outside(
    state: LogState, outside: Sequence[str], log: LogIdentity, now: datetime
) -> Check:
    """(4) Checkpoints from outside agree with the log, if given; says how old the newest is."""
    name = "checkpoints from outside agree with the log"
    if not outside:
        held = (
            "No checkpoint from outside was given, so a log that was cut or wholly written again "
            "would not be noticed."
        )
        return outcome(4, name, held, [])._replace(asked=False)
    findings: list[Finding] = []
    greatest = 0
    for note in outside:
        found, checkpoint = _against_log(state, note, log)
        findings += found
        if checkpoint is not None:
            greatest = max(greatest, checkpoint.size)
    return outcome(4, name, _age(state, len(outside), greatest, now), findings)


def check_batches(state: LogState, batches: Sequence[StoredBatch]) -> Check:
    """(5) Entries and stored batches belong to each other one by one."""
    findings: list[Finding] = []
    by_uuid = {str(entry.batch): position for position, entry in state.entries.items()}
    by_number: dict[int, int] = {}
    for position, entry in state.entries.items():
        if by_number.setdefault(entry.batch_number, position) != position:
            why = f"entry {position} gives its number to another batch"
            findings.append(Finding(EDITED, "batch", entry.batch_number, None, None, why))
    sequenced = [batch for batch in batches if batch.entry is not None]
    for batch in sequenced:
        findings += _against_entry(state, batch, by_uuid)
    present = {batch.number for batch in sequenced}
    for position, entry in state.entries.items():
        if entry.batch_number not in present:
            why = f"entry {position} names it"
            findings.append(Finding(DELETED, "batch", entry.batch_number, None, None, why))
    pending = len(batches) - len(sequenced)
    held = f"{len(sequenced)} batches" + (f", {pending} not yet in the log." if pending else ".")
    return outcome(5, "batches are those that the entries name", held, findings)


def check_clock(state: LogState) -> Check:
    """(6) Times follow each other; a clock set back is told, and what entries say of it holds."""
    latest: datetime | None = None
    findings: list[Finding] = []
    noted = unmarked = 0
    for position, entry in sorted(state.entries.items()):
        moment = read_time(entry.time)
        behind = 0
        if latest is not None and moment < latest:
            behind = (latest - moment) // timedelta(milliseconds=1)
            noted += 1
            unmarked += entry.clock_behind_ms is None
        if entry.clock_behind_ms not in (None, behind):
            why = "what it says of the clock does not fit the times before it"
            findings.append(Finding(EDITED, "entry", None, position, None, why))
        latest = moment if latest is None else max(latest, moment)
    held = "The clock never went back."
    if noted:
        held = f"Noted: the clock had been set back at {noted} entries"
        held += f", of which {unmarked} do not say so." if unmarked else ", each of which says so."
    return outcome(6, "times in the log", held, findings)


def case_of_batches(state: LogState) -> Mapping[int, str]:
    """The case of each batch, from its entry."""
    return {entry.batch_number: entry.case for entry in state.entries.values()}


def _whole(cell: object) -> int | None:
    return cell if isinstance(cell, int) else None


def _grow(state: LogState, tree: TileTree, value: bytes) -> None:
    tree.add(value)
    state.hashes.append(value)
    state.roots.append(tree.root())


def _stored_hashes(reader: LogReader) -> list[bytes]:
    found: list[bytes] = []
    while True:
        data = reader.tile(LOG_TREE, LOG_KIND, 0, len(found) // TILE_WIDTH)
        hashes = hashes_of(data)
        found += hashes
        if len(hashes) != TILE_WIDTH:
            return found


def _against_stored(state: LogState) -> list[Finding]:
    """Entries whose hash is not the stored one, and what happened to them."""
    stored = {value: position for position, value in enumerate(state.stored)}
    findings: list[Finding] = []
    for position, value in enumerate(state.hashes[: len(state.stored)]):
        if value == state.stored[position]:
            continue
        home = stored.get(value)
        if home is not None:
            why = f"what stands here belongs to {home}"
            findings.append(Finding(REORDERED, "entry", None, position, None, why))
        else:
            findings.append(Finding(EDITED, "entry", None, position))
    if state.size > len(state.stored):
        why = "the log's tree does not hold it"
        last = state.size - 1
        findings.append(Finding(INSERTED, "entry", None, len(state.stored), last, why))
    if state.size < len(state.stored):
        last = len(state.stored) - 1
        findings.append(Finding(TRUNCATED, "entry", None, state.size, last))
    return findings


def _against_log(
    state: LogState, note: str, log: LogIdentity
) -> tuple[list[Finding], Checkpoint | None]:
    """What a checkpoint shows about the log."""
    try:
        checkpoint = open_checkpoint(note, log.origin, log.verifiers)
    except CustodyError as error:
        why = error.message.rstrip(".")
        return [Finding(DAMAGED, "checkpoint", None, None, None, why)], None
    size = checkpoint.size
    if size > state.size:
        why = f"a checkpoint covers {size} entries"
        return [Finding(TRUNCATED, "entry", None, state.size, size - 1, why)], checkpoint
    if state.roots[size] != checkpoint.root:
        why = "the entries so far are not those that were signed"
        return [Finding(EDITED, "checkpoint", None, size, None, why)], checkpoint
    return [], checkpoint


def _age(state: LogState, count: int, size: int, now: datetime) -> str:
    """How much of the log the newest checkpoint from outside vouches for, and since when."""
    given = f"{count} given; the newest covers {size} of {state.size} entries"
    entry = state.entries.get(size - 1)
    if entry is None:
        return f"{given}."
    days = (now - read_time(entry.time)) / timedelta(days=1)
    return f"{given}, up to {entry.time}, {days:.1f} days ago."


def _against_entry(
    state: LogState, batch: StoredBatch, by_uuid: Mapping[str, int]
) -> list[Finding]:
    """What is wrong with a stored batch that says it stands in the log."""
    home = by_uuid.get(batch.uuid)
    if home is None:
        why = "no entry names it"
        return [Finding(INSERTED, "batch", batch.number, None, None, why)]
    entry = state.entries[home]
    if entry.batch_number != batch.number or batch.entry != home:
        why = f"its entry is {home}, of batch {entry.batch_number}"
        return [Finding(REORDERED, "batch", batch.number, None, None, why)]
    stated = (batch.action, batch.actor, batch.opened, batch.time)
    if stated != (entry.action, str(entry.actor), entry.opened, entry.time):
        why = "action, actor or time are not those of its entry"
        return [Finding(EDITED, "batch", batch.number, None, None, why)]
    return []
