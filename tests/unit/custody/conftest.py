"""The small log, built once and handed out afresh."""

from __future__ import annotations

import pickle

import pytest

from tests.unit.custody.log_builder import MemoryLog
from tests.unit.custody.small_log import build


@pytest.fixture(scope="session")
def pristine() -> bytes:
    log = build()
    log._tree = log._wrap = None  # type: ignore[assignment]
    return pickle.dumps(log)


@pytest.fixture
def log(pristine: bytes) -> MemoryLog:
    loaded: MemoryLog = pickle.loads(pristine)  # noqa: S301
    return loaded
