"""What people judged of pairs, and what a further judgement would contradict.

A judgement is refused where it would bring people together, over however many steps, who
were judged different, or part people who were judged the same; the chain is named. Somebody
else's judgement about the very pair is replaced only where that is said.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from bayyina.app.live import live_batches
from bayyina.app.rows import JudgementRow, MemberRow, batch_of
from bayyina.app.workspace import Workspace
from bayyina.errors import CheckFailedError

SAME: Final = "same"
DIFFERENT: Final = "different"
OPPOSITE: Final = {SAME: DIFFERENT, DIFFERENT: SAME}


class Word(NamedTuple):
    """The last judgement of a pair."""

    verdict: str
    """``same``, ``different`` or ``unsure``."""

    person: str
    """Handle of who judged."""

    batch: int
    """Batch in which it stands."""


class StandingJudgements:
    """The last words about pairs that stand."""

    def __init__(self, workspace: Workspace) -> None:
        """Read them all."""
        self._workspace = workspace
        batches = live_batches(workspace.store)
        handles = {row.number: row.handle for row in workspace.store.scan(MemberRow)}
        places = {number: row.entry or 0 for number, row in batches.items()}
        rows = [
            row for row in workspace.store.scan(JudgementRow) if batch_of(row.number) in batches
        ]
        rows.sort(key=lambda row: (places[batch_of(row.number)], row.number))
        self._words: dict[tuple[int, int], Word] = {}
        for row in rows:
            word = Word(row.verdict, handles.get(row.member, ""), batch_of(row.number))
            self._words[_pair(row.record_a, row.record_b)] = word
        self._same: dict[int, set[int]] = {}
        self._apart: dict[int, set[int]] = {}
        for (a, b), word in self._words.items():
            self._note(a, b, word.verdict)

    def word_on(self, a: int, b: int) -> Word | None:
        """The last word about a pair, or None."""
        return self._words.get(_pair(a, b))

    def take(self, a: int, b: int, verdict: str, *, replace: bool = False) -> None:
        """Note a further judgement by the person at work.

        Raises:
            CheckFailedError: it contradicts what stands; the reason names the chain.
        """
        pair, person = _pair(a, b), self._workspace.member.handle
        before = self._words.get(pair)
        opposed = before is not None and OPPOSITE.get(verdict) == before.verdict
        if before is not None and opposed and before.person != person and not replace:
            raise CheckFailedError(
                f"{before.person} judged {self._id(a)} and {self._id(b)} to be {before.verdict} "
                f"(batch {before.batch}).",
                hint="Speak with them; then give --replace to put your judgement in its place.",
                code="conflicting-judgement",
            )
        self._forget(*pair)
        try:
            self._check(a, b, verdict)
        except CheckFailedError:
            if before is not None:
                self._note(*pair, before.verdict)
            raise
        self._words[pair] = Word(verdict, person, 0)
        self._note(*pair, verdict)

    def _check(self, a: int, b: int, verdict: str) -> None:
        if verdict == DIFFERENT:
            path = self._path(a, {b})
            if path:
                raise CheckFailedError(
                    f"{self._id(a)} and {self._id(b)} cannot be different: they were judged to be "
                    f"the same, {self._chain(path)}.",
                    hint="Look at each of these judgements; take back the one that is wrong.",
                    code="joined-by-judgements",
                )
        if verdict == SAME:
            self._check_merge(a, b)

    def _check_merge(self, a: int, b: int) -> None:
        """Refuse to join groups that hold people who were judged different."""
        mine, theirs = self._group(a), self._group(b)
        for one in sorted(mine):
            against = sorted(self._apart.get(one, set()) & theirs)
            if against:
                parted = self._words[_pair(one, against[0])]
                steps = self._chain(self._path(a, {one})) or self._id(a)
                ends = self._chain(list(reversed(self._path(b, {against[0]})))) or self._id(b)
                raise CheckFailedError(
                    f"{self._id(a)} and {self._id(b)} cannot be one person: {self._id(one)} and "
                    f"{self._id(against[0])} were judged to be different by {parted.person} "
                    f"(batch {parted.batch}), and this would join them: {steps}; {ends}.",
                    hint="Look at each of these judgements; take back the one that is wrong.",
                    code="joins-different-people",
                )

    def _group(self, record: int) -> set[int]:
        seen, waiting = {record}, [record]
        while waiting:
            fresh = self._same.get(waiting.pop(), set()) - seen
            seen |= fresh
            waiting += fresh
        return seen

    def _path(self, start: int, ends: set[int]) -> list[int]:
        """Records from ``start`` over judgements to one of the ends; empty: no way, or no step."""
        if start in ends:
            return [start]
        came: dict[int, int] = {start: start}
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            for other in sorted(self._same.get(here, set())):
                if other in came:
                    continue
                came[other] = here
                if other in ends:
                    path = [other]
                    while path[-1] != start:
                        path.append(came[path[-1]])
                    return path[::-1]
                waiting.append(other)
        return []

    def _chain(self, path: Sequence[int]) -> str:
        """A way over judgements in words."""
        steps = []
        for one, other in pairwise(path):
            word = self._words[_pair(one, other)]
            steps.append(f"{self._id(one)} = {self._id(other)} ({word.person}, batch {word.batch})")
        return ", ".join(steps)

    def _id(self, record: int) -> str:
        return self._workspace.short_id(record)

    def _note(self, a: int, b: int, verdict: str) -> None:
        side = {SAME: self._same, DIFFERENT: self._apart}.get(verdict)
        if side is not None:
            side.setdefault(a, set()).add(b)
            side.setdefault(b, set()).add(a)

    def _forget(self, a: int, b: int) -> None:
        for side in (self._same, self._apart):
            side.get(a, set()).discard(b)
            side.get(b, set()).discard(a)


def _pair(a: int, b: int) -> tuple[int, int]:
    return min(a, b), max(a, b)
