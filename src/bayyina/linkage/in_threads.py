"""Parts of a long calculation on several threads, their results in the order of the parts.

Compiled loops and most of NumPy let other threads run. Which thread does what changes no
result, and results are taken in order, so the answer is the same with one thread and with many.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

import numba

Part = TypeVar("Part")
Result = TypeVar("Result")

PAIRS: Final = 1 << 16
"""Pairs that one part of a long list of them holds: what is noted of them stays in the cache."""
_WAITING: Final = 4


def threads() -> int:
    """How many threads there are to work on."""
    return max(1, int(vars(numba.config)["NUMBA_NUM_THREADS"]))


def in_order(function: Callable[[Part], Result], parts: Iterable[Part]) -> Iterator[Result]:
    """What a function gives for each part, in the order of the parts.

    The parts are taken one by one by the calling thread, a few ahead of what is done, so what
    making a part does is never done twice at once.
    """
    several = threads()
    if several == 1:
        yield from map(function, parts)
        return
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(max_workers=several) as pool:
        try:
            for part in parts:
                waiting.append(pool.submit(function, part))
                if len(waiting) >= _WAITING * several:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()


def slices(count: int) -> list[slice]:
    """Slices that cover a number of pairs; one, and that empty, where there are none."""
    return [slice(begin, begin + PAIRS) for begin in range(0, max(1, count), PAIRS)]


def by_slices(function: Callable[[slice], None], count: int) -> None:
    """Call a function, which writes its results itself, for slices that cover a number of pairs."""
    if count <= PAIRS:
        function(slice(0, count))
        return
    for _ in in_order(function, slices(count)):
        pass
