"""Background work of the server: one thread that runs the jobs of whoever is at work."""

from __future__ import annotations

import threading
from collections import deque

from bayyina.app.workspace import Workspace
from bayyina.db.backup_jobs import full_runner
from bayyina.db.connecting import close_this_thread
from bayyina.web.at_work import quiet
from bayyina.web.faults import log_fault


class _Worker:
    """The thread, and the people whose jobs wait."""

    def __init__(self) -> None:
        self.waiting: deque[Workspace] = deque()
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None

    def start(self, workspace: Workspace) -> None:
        with self.lock:
            self.waiting.append(workspace)
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._work, name="jobs", daemon=True)
                self.thread.start()

    def _work(self) -> None:
        try:
            while True:
                with self.lock:
                    if not self.waiting:
                        self.thread = None
                        return
                    workspace = self.waiting.popleft()
                self._run(workspace)
        finally:
            close_this_thread()

    def _run(self, workspace: Workspace) -> None:
        """Run what one person queued; a job that ends by a fault keeps no other from running."""
        while True:
            try:
                full_runner(workspace).run_all(quiet, of=workspace.actor)
            except Exception as error:  # noqa: BLE001 - the thread must outlive any job
                log_fault("A job", error)
            else:
                return


_worker = _Worker()


def start(workspace: Workspace) -> None:
    """Run the queued jobs of the person at work, with their unlocked key, until none waits."""
    _worker.start(workspace)
