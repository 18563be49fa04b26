"""What a check of one of the small files has to say."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """One thing that is wrong in a file."""

    line: int | None
    """Line in the file, counted from 1; None when it concerns the file as a whole."""

    message: str
    """One sentence: what is wrong and what to do about it."""
