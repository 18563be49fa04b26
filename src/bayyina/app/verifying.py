"""Checking the custody log of a workspace, in two processes where that pays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context

from bayyina.app.clearances import opener_of
from bayyina.app.live import setting
from bayyina.app.log_access import StoreLogReader
from bayyina.app.log_appending import CASE
from bayyina.app.log_keys import own_verifiers, with_others
from bayyina.app.permissions import require
from bayyina.app.ports import Clock, Progress, Store
from bayyina.app.workspace import Workspace
from bayyina.custody.findings import Report
from bayyina.custody.log_checks import read_log
from bayyina.custody.notes import Ed25519Verifier
from bayyina.custody.range_checks import RangeResult, RangeWorker, Task, check_task
from bayyina.custody.verification import RunTasks, Trust, case_book, verify_log
from bayyina.errors import BayyinaError, CustodyError, InputError
from bayyina.keys.sealing import Opener

AHEAD = 8
"""Tasks handed out before their results are taken."""


SIGNED = 3
"""Number of the check of signed checkpoints."""


@dataclass(frozen=True)
class LockedWorkspace:
    """A workspace that nobody has unlocked."""

    origin: str
    """Origin of its log, as the marker file of its folder has it."""

    store: Store
    """Rows and log."""

    clock: Clock
    """Where the time comes from."""

    why: str
    """Why it is locked."""


def verify_workspace(
    workspace: Workspace,
    *,
    outside: Sequence[str] = (),
    key: str | None = None,
    progress: Progress,
    processes: int = 1,
) -> Report:
    """Check the whole log and every row.

    Args:
        workspace: What is checked.
        outside: Signed checkpoints that were kept elsewhere.
        key: The log's public key in C2SP form, kept elsewhere; the workspace's own if None.
        progress: Told rows done and rows in all.
        processes: Processes that check rows side by side; more than one only from a
            program whose main module may be imported again.

    Raises:
        PermissionRefusedError: the member may not verify the log.
        InputError: ``key`` is not a key.
    """
    require(workspace, "verify-log")
    origin = workspace.identity.origin
    if key is None:
        verifiers = own_verifiers(workspace)
    else:
        verifiers = with_others(workspace.store, origin, [_outside_verifier(key)])
    keys = {CASE: workspace.keys.case_key}
    trust = Trust(origin, verifiers, keys, outside, _opener(workspace))
    return _verified(workspace.store, workspace.clock, trust, progress, processes)


def verify_locked(
    locked: LockedWorkspace,
    *,
    outside: Sequence[str] = (),
    key: str | None = None,
    progress: Progress,
    processes: int = 1,
) -> Report:
    """Check what can be checked without a key; everything else counts as not checked.

    Needs no role: whoever holds the files can do as much with them.

    Args:
        locked: What is checked.
        outside: Signed checkpoints that were kept elsewhere.
        key: The log's public key, kept elsewhere; what the workspace's settings say if None.
        progress: Told rows done and rows in all.
        processes: As for ``verify_workspace``.

    Raises:
        InputError: ``key`` is not a key.
    """
    stated = _stated_verifier(locked) if key is None else _outside_verifier(key)
    verifiers = [] if stated is None else with_others(locked.store, locked.origin, [stated])
    trust = Trust(locked.origin, verifiers, {}, outside, locked=locked.why)
    report = _verified(locked.store, locked.clock, trust, progress, processes)
    if key is not None:
        return report
    note = (
        "The log's key was taken from the workspace's settings, which were not checked: "
        "give it with --key to be sure."
    )
    return Report(
        tuple(
            check._replace(detail=f"{check.detail} {note}") if check.number == SIGNED else check
            for check in report.checks
        )
    )


def _opener(workspace: Workspace) -> Opener | None:
    """What opens sealed rows; nothing where rows that it needs are damaged, which is found anyway."""
    try:
        with _showing_damage(workspace.store):
            return opener_of(workspace)
    except (BayyinaError, ValueError, TypeError, AttributeError, KeyError):
        return None


def _stated_verifier(locked: LockedWorkspace) -> Ed25519Verifier | None:
    """The log's key as a setting tells it; None where it tells none."""
    try:
        text = setting(locked.store, "log_public_key") or ""
        return Ed25519Verifier(locked.origin, bytes.fromhex(text))
    except (ValueError, TypeError, BayyinaError):
        return None


def _verified(
    store: Store, clock: Clock, trust: Trust, progress: Progress, processes: int
) -> Report:
    with _showing_damage(store), store.read():
        reader = StoreLogReader(store)
        reopener = store.reopener() if processes > 1 else None
        return verify_log(
            reader,
            trust,
            now=clock.now(),
            run_tasks=None if reopener is None else _runner(reader, trust, reopener, processes),
            progress=lambda done, total: progress(done, total, "rows checked"),
        )


def _outside_verifier(key: str) -> Ed25519Verifier:
    try:
        return Ed25519Verifier.from_vkey(key)
    except CustodyError as error:
        raise InputError(
            f"The log's key that was given cannot be used: {error.message}",
            hint="Give it as `bayyina log checkpoint` showed it.",
        ) from error


def _runner(
    reader: StoreLogReader, trust: Trust, reopener: Callable[[], Store], processes: int
) -> RunTasks:
    """Runs tasks side by side; here, one after the other, where there are only a few."""
    cases = case_book(read_log(reader), trust.case_keys)

    def run(tasks: Iterable[Task]) -> Iterator[RangeResult]:
        remaining = iter(tasks)
        first = list(islice(remaining, AHEAD))
        if len(first) < AHEAD:
            yield from (check_task(task, reader, cases) for task in first)
            return
        with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
            worker = RangeWorker(OpenReader(reopener), cases)
            waiting = [pool.submit(worker, task) for task in first]
            while waiting:
                yield waiting.pop(0).result()
                waiting += [pool.submit(worker, task) for task in islice(remaining, 1)]

    return run


@dataclass(frozen=True)
class OpenReader:
    """Opens the log of a store in another process."""

    reopener: Callable[[], Store]
    """Opens the store."""

    def __call__(self) -> StoreLogReader:
        """The log's reader."""
        store = self.reopener()
        store.show_damage(on=True)
        return StoreLogReader(store)


@contextmanager
def _showing_damage(store: Store) -> Iterator[None]:
    """Texts that are no UTF-8 are read, so that what holds them can be named."""
    store.show_damage(on=True)
    try:
        yield
    finally:
        store.show_damage(on=False)
