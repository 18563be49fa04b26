"""What is said when the program itself fails: where, and never with what values.

The words of an unforeseen error often repeat what could not be read. On a terminal, in a log
of a service or in a report of a fault, that would be a name.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from traceback import extract_tb
from types import TracebackType

_PACKAGE = "bayyina"
_SHOWN = 8


def places(trace: TracebackType | None) -> list[str]:
    """Where an error went through this program, the last place last: module, line, function."""
    found = []
    for frame in extract_tb(trace):
        parts = Path(frame.filename).parts
        if _PACKAGE in parts:
            at = len(parts) - parts[::-1].index(_PACKAGE) - 1
            module = "/".join(parts[at:])
        else:
            module = Path(frame.filename).name
        found.append(f"{module}:{frame.lineno} in {frame.name}")
    return found[-_SHOWN:]


def in_words(kind: type[BaseException], trace: TracebackType | None) -> str:
    """An unforeseen error as a person reads it, without its own words."""
    head = (
        f"The program failed ({kind.__name__}); what was begun was not stored. This is a fault of "
        "the program. Where it happened, without anything of your data:"
    )
    return "\n".join([head, *(f"  {place}" for place in places(trace))])


def tell_failure(
    kind: type[BaseException], _error: BaseException, trace: TracebackType | None
) -> None:
    """As ``sys.excepthook``: say where the program failed, on standard error."""
    if issubclass(kind, KeyboardInterrupt):
        sys.stderr.write("Interrupted; nothing half-done was kept.\n")
        return
    sys.stderr.write(in_words(kind, trace) + "\n")
    sys.stderr.flush()


def tell_failure_of_thread(failed: threading.ExceptHookArgs) -> None:
    """As ``threading.excepthook``."""
    if failed.exc_value is not None and not issubclass(failed.exc_type, SystemExit):
        tell_failure(failed.exc_type, failed.exc_value, failed.exc_traceback)


def never_show_values() -> None:
    """From now on unforeseen errors of this process are told without their words."""
    sys.excepthook = tell_failure
    threading.excepthook = tell_failure_of_thread
