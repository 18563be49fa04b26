"""Answers that the server keeps until the log grows, and some that it gives a little late.

In a large workspace an answer may take longer to make than a page may take to come. Such an answer
is given as it was while the newer one is made in the background, by one thread, at most once in
a while. Whoever asks in a small workspace always gets the newest.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar, cast

from bayyina.db.connecting import close_this_thread
from bayyina.web.faults import log_fault

REMEMBERED: Final = 2_000
"""So many answers are kept until the log grows."""

REST: Final = 4.0
"""So many times as long as the last making took, an answer is not made anew in the background."""

T = TypeVar("T")


@dataclass
class KeptAnswers:
    """What was answered, by what was asked, and the size of the log that each answer stands for."""

    _kept: dict[str, tuple[int, object]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _making: set[str] = field(default_factory=set)
    _not_before: dict[str, float] = field(default_factory=dict)
    _generation: int = 0

    def get(self, what: str, size: int, make: Callable[[], T]) -> T:
        """The answer for a log of ``size`` entries: kept, or made now."""
        with self._lock:
            kept = self._kept.get(what)
        if kept is None or kept[0] != size:
            kept = (size, make())
            self.put({what: kept[1]}, size)
        return cast("T", kept[1])

    def get_late(self, what: str, size: int, make: Callable[[], T]) -> T:
        """The answer as it is kept, for whatever size; a newer one is made in the background."""
        with self._lock:
            kept = self._kept.get(what)
            is_due = time.monotonic() >= self._not_before.get(what, 0.0)
            if kept is not None and kept[0] < size and is_due and what not in self._making:
                self._making.add(what)
                threading.Thread(
                    target=self._renew, args=(what, size, make, self._generation),
                    name="answers", daemon=True,
                ).start()  # fmt: skip
        return self.get(what, size, make) if kept is None else cast("T", kept[1])

    def put(self, answers: Mapping[str, object], size: int) -> None:
        """Keep answers for a log of ``size`` entries."""
        with self._lock:
            if len(self._kept) + len(answers) > REMEMBERED:
                self._kept.clear()
            self._kept.update({what: (size, answer) for what, answer in answers.items()})

    def forget(self) -> None:
        """Keep nothing of before, nor what is being made of it."""
        with self._lock:
            self._generation += 1
            self._kept.clear()

    def _renew(self, what: str, size: int, make: Callable[[], object], generation: int) -> None:
        started = time.monotonic()
        try:
            answer = make()
            with self._lock:
                if generation == self._generation:
                    self._kept[what] = (size, answer)
        except Exception as error:  # noqa: BLE001 - what is kept goes on being given
            log_fault("Answering ahead", error)
        finally:
            with self._lock:
                self._making.discard(what)
                took = time.monotonic() - started
                self._not_before[what] = time.monotonic() + REST * took
            close_this_thread()
