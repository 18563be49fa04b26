"""Compiling a numeric kernel on its first call, kept on disk where a place can be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def compiled(kernel: Kernel) -> Kernel:
    """The kernel, compiled by Numba when first called.

    The machine code is cached beside the module or in the user's cache folder; on an
    installation where neither can be written, it is compiled anew in each process.
    """
    try:
        return cast("Kernel", njit(cache=True, error_model="numpy")(kernel))
    except RuntimeError:  # "cannot cache function: no locator available"
        return cast("Kernel", njit(error_model="numpy")(kernel))
