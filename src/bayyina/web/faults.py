"""Faults of the program: where they were goes to the server's log, and nothing of the data."""

from __future__ import annotations

import logging
import traceback

logger = logging.getLogger("bayyina.web")


def log_fault(what: str, error: BaseException) -> None:
    """Say that ``what`` failed: the kind of error, and the file and line it came from.

    The error's own text is left out, because it may repeat what was asked or stored.
    """
    last = traceback.extract_tb(error.__traceback__)[-1]
    logger.error(
        "%s failed: %s in %s, line %s", what, type(error).__name__, last.filename, last.lineno
    )
