"""Checks of backups that people began: each in a thread of its own, with their key in its memory.

A check is no job, because a job's parameters are stored and a passphrase never is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bayyina.app.ports import Progress
from bayyina.db.backups import BackupState
from bayyina.db.connecting import close_this_thread
from bayyina.errors import BayyinaError, BusyError
from bayyina.web.faults import log_fault

FAULT: Final = "The program failed."


@dataclass
class Checking:
    """One check of one backup."""

    file: str
    """Name of the backup."""

    done: int = 0
    """How far it is."""

    total: int = 0
    """Of how much; 0 where that is not known."""

    state: BackupState | None = None
    """What was found; None while it runs or if it failed."""

    problem: str = ""
    """Why it failed."""

    @property
    def is_running(self) -> bool:
        """Whether it still runs."""
        return self.state is None and not self.problem


_lock = threading.Lock()
_checks: dict[str, Checking] = {}


def checking_of(handle: str) -> Checking | None:
    """The last check that somebody began."""
    with _lock:
        return _checks.get(handle)


def begin(handle: str, file: str, check: Callable[[Progress], BackupState]) -> None:
    """Begin a check for somebody.

    Raises:
        BusyError: a check is under way already; one at a time is enough for a machine.
    """
    one = Checking(file)
    with _lock:
        if any(other.is_running for other in _checks.values()):
            raise BusyError("A backup is being checked already.", hint="Wait until it has ended.")
        _checks[handle] = one
    threading.Thread(target=_run, args=(one, check), name="backup-check", daemon=True).start()


def _run(one: Checking, check: Callable[[Progress], BackupState]) -> None:
    def told(done: int, total: int | None, _what: str) -> None:
        one.done, one.total = done, total or 0

    try:
        one.state = check(told)
    except BayyinaError as error:
        one.problem = str(error)
    except Exception as error:  # noqa: BLE001 - whoever waits must be told
        log_fault("A check of a backup", error)
        one.problem = FAULT
    finally:
        close_this_thread()
