"""Where the random choices of a linkage begin."""

from __future__ import annotations

from typing import Final

DEFAULT_SEED: Final = 20110315
"""Seed of every random choice, unless another is given."""
