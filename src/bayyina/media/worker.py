"""The child's side: reads jobs from standard input, answers step by step on standard output.

Run as ``python -m bayyina.media.worker`` by ``sandbox``. An error of a reader that nobody
foresaw ends this process; the parent writes it down for that step and goes on with another
child. So nothing here catches errors broadly.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from bayyina.errors import BayyinaError
from bayyina.media.plain_data import FileLimitError, plain
from bayyina.media.results import DAMAGED, TOO_LARGE
from bayyina.media.steps import PLANS, Step

CALLING: Final = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto")


def refuse_network(event: str, _arguments: tuple[Any, ...]) -> None:
    """An audit hook: this process calls nobody."""
    if event in CALLING:
        raise PermissionError("The process that reads foreign files calls nobody.")


def answer(stream: BinaryIO, document: Mapping[str, Any]) -> None:
    """Send one line."""
    stream.write(json.dumps(document).encode("ascii") + b"\n")
    stream.flush()


def do_job(job: Mapping[str, Any], stream: BinaryIO) -> None:
    """Do the steps of one job that are not skipped and that apply to the file."""
    path = Path(job["path"])
    facts: dict[str, Any] = dict(job["facts"])
    for step in PLANS[job["wanted"]]:
        if step.name in job["skip"] or not step.applies(facts):
            continue
        answer(stream, {"begin": step.name})
        value, fault = do_step(step, path, facts, float(job["seconds"]))
        facts[step.name] = value
        answer(stream, {"value": value, "fault": fault})
    answer(stream, {"done": True})


def do_step(
    step: Step, path: Path, facts: Mapping[str, Any], seconds: float
) -> tuple[Any, tuple[str, str] | None]:
    """What one step gives, and what went wrong in it."""
    try:
        found = step.run(path, facts, seconds)
    except FileLimitError as error:
        return None, (TOO_LARGE, error.message)
    except BayyinaError as error:
        return None, (DAMAGED, error.message)
    except MemoryError:
        return None, (TOO_LARGE, f"The step {step.name!r} needed more memory than it may have.")
    except RecursionError:
        return None, (TOO_LARGE, f"The step {step.name!r} met data that is nested too deep.")
    faults = found.get("faults") if isinstance(found, dict) else None
    limit = found.get("limit") if isinstance(found, dict) else None
    if limit:
        return plain(found), (TOO_LARGE, str(limit))
    if faults:
        return plain(found), (DAMAGED, " ".join(str(fault) for fault in faults[:5]))
    return plain(found), None


def main() -> None:
    """Answer jobs until there are no more."""
    warnings.simplefilter("ignore")
    sys.addaudithook(refuse_network)
    # what a library prints must not mix with the answers
    stream = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    answer(stream, {"ready": True})
    for line in sys.stdin.buffer:
        do_job(json.loads(line), stream)


if __name__ == "__main__":
    main()
