"""Fixity of the vault: re-reading items, the longest unchecked first, and mending from a replica.

The place and length of every blob are looked at in each check; the bytes of as many as were
asked for. Findings are of bytes, and say nothing of what an item shows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from bayyina.app.changes import change
from bayyina.app.clocks import write_time
from bayyina.app.evidence_fixity_runs import FIXITY, METHOD, last_checks, ranges_of
from bayyina.app.evidence_vault import (
    EVIDENCE,
    Vault,
    item_rows,
    keys_of_items,
    open_vault,
    settle_vault,
)
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.rows import StatementRow, batch_of
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import add_run
from bayyina.errors import InputError, StorageError
from bayyina.vault.blob_format import sealed_size
from bayyina.vault.blob_stores import BlobStore
from bayyina.vault.copying import copy_blob
from bayyina.vault.fixity import DAMAGED, HOLDS, MISSING, FixityOutcome, check_item, check_stored
from bayyina.vault.in_flight import noted_addresses

CHECK: Final = "check-evidence"
"""What the log calls a check."""

EXTRA: Final = "extra"
"""Finding of something in the vault that is no item's."""

RUN_SECONDS: Final = 900.0
RUN_ITEMS: Final = 20_000
"""After so long, or so many items, what was checked is recorded, so that a check that is broken off keeps it."""


class Finding(NamedTuple):
    """Something that does not hold."""

    id: str | None
    """Short id of the item; None for what is no item's."""

    place: str
    """``store`` or ``replica``."""

    name: str
    """Its address; of what is no item's, the name under which it lies in the store."""

    state: str
    """``missing``, ``damaged``, ``other-bytes``, ``unreadable`` or ``extra``."""

    detail: str
    """One sentence."""

    repaired: bool
    """Whether it was mended from the other store."""


class Checked(NamedTuple):
    """An item whose bytes were re-read."""

    id: str
    """Short id."""

    state: str
    """``holds``, or what was found."""

    last_checked: str | None
    """When it had been checked before; None: never."""


@dataclass
class FixityCheck:
    """What a check gave."""

    items: list[Checked] = field(default_factory=list)
    """Items whose bytes were re-read, in the order of the check."""

    findings: list[Finding] = field(default_factory=list)
    """What does not hold."""

    total: int = 0
    """Items in the vault."""

    erased: int = 0
    """Items that were erased by two people; nothing of them should be there."""

    bytes: int = 0
    """Bytes of content that were re-read."""

    never_checked: int = 0
    """Items that were never re-read, after this check."""

    oldest_check: str | None = None
    """The longest ago that any other item was last re-read."""

    not_opened: int = 0
    """Items whose stored bytes alone were looked at (place, length, beginning), because whoever
    checks does not hold the evidence key: their content was not re-read."""

    replicated: int = 0
    """Blobs that the replica lacked and was given."""

    batches: list[int] = field(default_factory=list)
    """The batches that record the check."""

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def to_json(self) -> dict[str, Any]:
        """The document that ``evidence check --json`` prints."""
        return {
            "ok": self.ok,
            "checked": len(self.items),
            "bytes": self.bytes,
            "items": [one._asdict() for one in self.items],
            "findings": [one._asdict() for one in self.findings],
            "total": self.total,
            "erased": self.erased,
            "never_checked": self.never_checked,
            "oldest_check": self.oldest_check,
            "not_opened": self.not_opened,
            "replicated": self.replicated,
            "batches": self.batches,
        }


def check_evidence(
    workspace: Workspace,
    *,
    progress: Progress,
    limit: int | None = None,
    rate_mb: float | None = None,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
) -> FixityCheck:
    """Look at the place of every blob, and re-read items.

    Args:
        workspace: Whose vault.
        progress: Told items re-read.
        limit: How many items are re-read at most, the longest unchecked first; None: all.
        rate_mb: Megabytes a second to read at most; None: as fast as it goes.
        sleep: Waits for seconds.
        now: Seconds of a clock that never goes back.

    Raises:
        InputError: the limit or the rate cannot be kept to.
        PermissionRefusedError: the member may not check evidence.
        StorageError: the vault cannot be listed.
    """
    require(workspace, "check-evidence")
    if (limit is not None and limit < 0) or (rate_mb is not None and not rate_mb > 0):
        raise InputError("A limit is 0 or more, and a rate is above 0 MB/s.")
    vault = open_vault(workspace)
    settle_vault(workspace, vault)
    check = _Check(workspace, vault, _Pace(rate_mb, sleep, now))
    check.look_at_places()
    check.look_unopened()
    for done, number in enumerate(check.due(limit)):
        progress(done, check.planned, "items re-read")
        check.re_read(number)
        if len(check.unrecorded) >= RUN_ITEMS or now() - check.since >= RUN_SECONDS:
            check.record()
            check.since = now()
    check.record()
    progress(check.planned, check.planned, "items re-read")
    return check.finished()


class _Pace:
    """Keeps reading below a rate."""

    def __init__(
        self, rate_mb: float | None, sleep: Callable[[float], None], now: Callable[[], float]
    ) -> None:
        self._rate = None if rate_mb is None else rate_mb * 1e6
        self._sleep, self.now = sleep, now
        self._begun, self._read = now(), 0

    def __call__(self, count: int) -> None:
        if self._rate is None:
            return
        self._read += count
        ahead = self._read / self._rate - (self.now() - self._begun)
        if ahead > 0:
            self._sleep(ahead)


class _Check:
    """One check of a vault."""

    def __init__(self, workspace: Workspace, vault: Vault, pace: _Pace) -> None:
        self._workspace, self._vault, self._pace = workspace, vault, pace
        rows = item_rows(workspace)
        sequenced = {row.batch for row in workspace.store.batches() if row.entry is not None}
        rows = [row for row in rows if batch_of(row.number) in sequenced]
        self._keys = keys_of_items(workspace, rows)
        self._numbers = sorted(self._keys)
        self._closed = [number for number in self._numbers if self._keys[number].is_closed]
        self._facts = stated_facts(workspace, self._numbers)
        self._before = last_checks(workspace, self._numbers)
        self._found: dict[int, str] = {}
        self.result = FixityCheck(total=len(self._keys), erased=len(rows) - len(self._keys))
        self.unrecorded: set[int] = set()
        self.planned = 0
        self.since = pace.now()
        self._started = write_time(workspace.clock.now())
        self._replicated = 0

    def look_at_places(self) -> None:
        """Compare what lies in each store with what should, by name and length."""
        by_address = {keys.address: number for number, keys in self._keys.items()}
        for store in self._vault.stores():
            place = self._place(store)
            lying = {one.name: one.size for one in store.list()}
            for name in self._foreign([name for name in lying if name not in by_address]):
                detail = f"{name} in {store.place} belongs to no item."
                self._find(None, place, name, FixityOutcome(EXTRA, detail, 0), repaired=False)
            for address, number in by_address.items():
                self._look(store, place, number, address, lying.get(address))
        for name in self._vault.strays():
            detail = f"{name} in {self._vault.folder} belongs to no item."
            self._find(None, "store", name, FixityOutcome(EXTRA, detail, 0), repaired=False)

    def _foreign(self, names: Sequence[str]) -> list[str]:
        """Which of these are no item's, nor of an intake that goes on meanwhile."""
        if not names:
            return []
        # An intake notes an address before its blob lies there, and until its row stands.
        busy = noted_addresses(self._vault.notes)
        known = keys_of_items(self._workspace, item_rows(self._workspace)).values()
        held = busy | {keys.address for keys in known}
        return [name for name in names if name not in held]

    def _look(
        self, store: BlobStore, place: str, number: int, address: str, size: int | None
    ) -> None:
        expected = sealed_size(self._facts[number][1])
        if size == expected:
            return
        if size is None and store is not self._vault.store and self._give(number):
            self.result.replicated += 1
            return
        state = MISSING if size is None else DAMAGED
        is_there = (
            "is not there" if size is None else f"has {size} bytes and should have {expected}"
        )
        outcome = FixityOutcome(state, f"The blob {address} {is_there}.", 0)
        self._find(number, place, address, outcome, repaired=self._repair(number, store))

    def _give(self, number: int) -> bool:
        """Whether the replica, which lacked a blob, was given a good one."""
        keys = self._keys[number]
        if self._vault.store.size(keys.address) is None or self._vault.replica is None:
            return False
        return self._mend(number, self._vault.store, self._vault.replica)

    def due(self, limit: int | None) -> Iterator[int]:
        """Items to re-read, the longest unchecked first."""
        readable = set(self._numbers).difference(self._closed)
        order = sorted(readable, key=lambda n: (self._before.get(n, ""), n))
        chosen = order if limit is None else order[:limit]
        self.planned = len(chosen)
        return iter(chosen)

    def look_unopened(self) -> None:
        """Look at the stored bytes of what cannot be opened; of its content nothing is said."""
        self.result.not_opened = len(self._closed)
        for number in self._closed:
            keys, size = self._keys[number], self._facts[number][1]
            for store in self._vault.stores():
                outcome = check_stored(store, keys, size)
                if outcome.state != HOLDS and not self._is_known(number, self._place(store)):
                    self._find(number, self._place(store), keys.address, outcome, repaired=False)

    def re_read(self, number: int) -> None:
        """Check the bytes of one item, in every store."""
        keys, sha256 = self._keys[number], self._facts[number][0]
        worst = HOLDS
        for store in self._vault.stores():
            outcome = check_item(store, keys, sha256, self._pace)
            self.result.bytes += outcome.size
            if outcome.state != HOLDS:
                worst = outcome.state if worst == HOLDS else worst
                if not self._is_known(number, self._place(store)):
                    repaired = self._repair(number, store)
                    self._find(number, self._place(store), keys.address, outcome, repaired=repaired)
        worst = self._found.get(number, worst)
        short_id = self._workspace.short_id(number)
        self.result.items.append(Checked(short_id, worst, self._before.get(number)))
        self.unrecorded.add(number)

    def _is_known(self, number: int, place: str) -> bool:
        """Whether a look at the places found it already."""
        short_id = self._workspace.short_id(number)
        return any((one.id, one.place) == (short_id, place) for one in self.result.findings)

    def _repair(self, number: int, broken: BlobStore) -> bool:
        """Whether the other store held a good blob, and the broken one took it."""
        others = [one for one in self._vault.stores() if one is not broken]
        return any(self._mend(number, other, broken) for other in others)

    def _mend(self, number: int, good: BlobStore, broken: BlobStore) -> bool:
        keys, sha256 = self._keys[number], self._facts[number][0]
        if keys.is_closed:  # whether the other one is good cannot be told
            return False
        if check_item(good, keys, sha256, self._pace).state != HOLDS:
            return False
        try:
            copy_blob(keys.address, good, broken)
        except StorageError:
            return False
        return check_item(broken, keys, sha256, self._pace).state == HOLDS

    def _find(
        self, number: int | None, place: str, name: str, outcome: FixityOutcome, *, repaired: bool
    ) -> None:
        short_id = None if number is None else self._workspace.short_id(number)
        self.result.findings.append(
            Finding(short_id, place, name, outcome.state, outcome.detail, repaired)
        )
        if number is not None:
            self._found.setdefault(number, outcome.state)

    def _place(self, store: BlobStore) -> str:
        return "store" if store is self._vault.store else "replica"

    def record(self) -> None:
        """Write what was checked since into the log."""
        extra = sum(one.state == EXTRA for one in self.result.findings)
        if not self.unrecorded and not self._found and not extra:
            return
        repaired = {one.id for one in self.result.findings if one.repaired}
        found = [
            [number, state, int(self._workspace.short_id(number) in repaired)]
            for number, state in sorted(self._found.items())
        ]
        with change(self._workspace, CHECK) as writer:
            add_run(
                writer,
                FIXITY,
                {
                    "begun": self._started,
                    "method": METHOD,
                    "items": ranges_of(self.unrecorded, self._numbers),
                    "checked": len(self.unrecorded),
                    "bytes": self.result.bytes,
                    "found": found,
                    "extra": extra,
                    "stores": len(self._vault.stores()),
                },
            )
            writer.finish({"checked": len(self.unrecorded), "found": len(found), "extra": extra})
            self.result.batches.append(writer.batch)
        self._started = write_time(self._workspace.clock.now())
        self.unrecorded, self._found = set(), {}

    def finished(self) -> FixityCheck:
        """The result, with when items were last checked now."""
        last = last_checks(self._workspace, self._numbers)
        self.result.never_checked = len(self._numbers) - len(last)
        self.result.oldest_check = min(last.values(), default=None)
        return self.result


def stated_facts(workspace: Workspace, numbers: Sequence[int]) -> dict[int, tuple[str, int]]:
    """Digest and size of each item, as stated at its intake, whether or not that was undone."""
    store = workspace.store
    names = {term: name for (kind, name), term in store.terms().items() if kind == EVIDENCE}
    found: dict[int, tuple[str, int]] = dict.fromkeys(numbers, ("", 0))
    for row in store.find(StatementRow, "record", numbers):
        name, (digest, size) = names.get(row.term), found[row.record]
        if name == "digest" and row.value and not digest:
            found[row.record] = (row.value, size)
        elif name == "size" and row.num_lo is not None:
            found[row.record] = (digest, row.num_lo)
    return found
