"""Kernels compile where nothing can be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

from bayyina.estimation import compiling


def test_a_kernel_compiles_without_a_place_for_its_cache(monkeypatch):
    asked: list[bool] = []

    def read_only(kernel: Callable[..., Any] | None = None, *, cache: bool = False) -> Any:
        asked.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return numba.njit(kernel)

    monkeypatch.setattr(compiling, "njit", read_only)

    def doubled(number: float) -> float:
        return 2.0 * number

    assert compiling.compiled(doubled)(21.0) == 42.0
    assert asked == [True, False]
