"""Loops over millions of pairs, compiled on first use and kept for the next process.

The compiled code is kept beside the module or in the user's cache folder. Where neither can
be written (a read-only installation without a home), it is compiled anew in each process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba


def compiled(function: Callable[..., Any]) -> Any:
    """The function compiled by Numba on its first call, on one thread."""
    return _kept(function, parallel=False)


def compiled_parallel(function: Callable[..., Any]) -> Any:
    """The same over all threads; only for loops whose turns do not depend on each other."""
    return _kept(function, parallel=True)


def _kept(function: Callable[..., Any], *, parallel: bool) -> Any:
    try:
        return numba.njit(function, cache=True, nogil=True, parallel=parallel)
    except RuntimeError:  # no folder for the cache can be written
        return numba.njit(function, nogil=True, parallel=parallel)
