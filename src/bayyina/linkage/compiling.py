"""Loops over millions of pairs, compiled on first use and kept for the next process.

The compiled code is kept beside the module or in the user's cache folder. Where neither can
be written (a read-only installation without a home), it is compiled anew in each process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba


def compiled(function: Callable[..., Any]) -> Any:
    """The function compiled by Numba on its first call; other threads run while it does."""
    return _kept(function)


def compiled_bare(function: Callable[..., Any]) -> Any:
    """The same for a function that makes no array, only reads and writes those that it is given.

    Compiled as others are, each array would be counted in and out at every call within: loops
    over pairs took up to seven times as long.
    """
    try:
        return _kept(function, _nrt=False)
    except KeyError:  # a compiler that does not know the option; the answers are the same
        return _kept(function)


def compiled_within(function: Callable[..., Any]) -> Any:
    """The same for a small function, which is written out wherever a loop calls it.

    A call hands over each array as eight numbers, which takes longer than what it is called for.
    """
    try:
        return _kept(function, _nrt=False, forceinline=True)
    except KeyError:
        return _kept(function)


def _kept(function: Callable[..., Any], **options: Any) -> Any:
    try:
        return numba.njit(cache=True, nogil=True, **options)(function)
    except RuntimeError:  # no folder for the cache can be written
        return numba.njit(nogil=True, **options)(function)
