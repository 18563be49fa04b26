"""Working without garbage collection where millions of rows pass through."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Leave cyclic garbage alone for a while.

    Rows are tuples without cycles: reference counting frees them at once, and the
    collector would only walk through all of them again and again (a third of the time
    that reading a list takes, measured by ``bench.imports``).
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
