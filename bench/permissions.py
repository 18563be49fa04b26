"""What a permission check costs with a million records; run ``python -m bench.permissions``.

Each line is the mean of many checks, after the first, which reads the assignments of cases anew.
The goal: at most 0.2 ms a request. No peer decides by case and record in one process, so that
none is timed beside it.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from bayyina.app.case_scopes import ASSIGNMENT, Range, assignment_text, case_index
from bayyina.app.changes import change
from bayyina.app.permissions import require, sight
from bayyina.app.rows import RecordRow, SettingRow, row_number
from bayyina.app.workspace import Workspace
from bayyina.db.opening import create_workspace
from bayyina.errors import PermissionRefusedError
from bayyina.keys.personal import KdfCost

GOAL_MS = 0.2
"""Milliseconds a request."""

CHECKS = 20_000
"""Checks that are timed together."""

WORDS = "bench words here"
CHEAP = KdfCost(memory_kib=64, iterations=1)


def made(folder: Path, records: int, cases: int, singles: int) -> Workspace:
    """A workspace with so many records in batches, spread over cases, and some assigned singly."""
    workspace = create_workspace(
        folder, name="bench", handle="amal", person_name="A", passphrase=WORDS,
        fictional=True, cost=CHEAP,
    )  # fmt: skip
    chosen = random.Random(7)
    with change(workspace, "add-case") as writer:
        first = row_number(writer.batch, 0)
        for start in range(0, records, 50_000):
            rows = [
                RecordRow(first + number, "Person", None, None, None)
                for number in range(start, min(start + 50_000, records))
            ]
            workspace.store.add(RecordRow, rows)
        size = records // cases
        for case in range(cases):
            ranges = [Range(first + case * size, first + (case + 1) * size - 1)]
            text = assignment_text(f"CASE-{case}", ranges)
            writer.add(SettingRow, name=ASSIGNMENT, text=text)
        numbers = sorted(chosen.sample(range(first, first + records), singles))
        text = assignment_text("CASE-0", [Range(one, one) for one in numbers])
        writer.add(SettingRow, name=ASSIGNMENT, text=text)
        writer.finish({})
    return workspace


def at_work(workspace: Workspace, roles: str) -> Workspace:
    """The workspace with somebody at work who holds these roles."""
    return replace(workspace, member=workspace.member._replace(roles=roles))


def mean_ms(check: Callable[[int], object], numbers: list[int]) -> float:
    """Milliseconds that one check takes, over all the numbers."""
    check(numbers[0])
    start = time.perf_counter()
    for number in numbers:
        check(number)
    return 1000 * (time.perf_counter() - start) / len(numbers)


def refused(workspace: Workspace, number: int) -> None:
    """A check that ends in a refusal."""
    with suppress(PermissionRefusedError):
        require(workspace, "determine", records=[number])


def measure(records: int, cases: int, singles: int) -> dict[str, float]:
    """Milliseconds a check, by what is checked."""
    with tempfile.TemporaryDirectory() as name:
        workspace = made(Path(name) / "ws", records, cases, singles)
        first = row_number(workspace.store.batches()[-1].batch, 0)
        chosen = random.Random(11)
        numbers = [first + chosen.randrange(records) for _ in range(CHECKS)]
        whole = at_work(workspace, "verifier")
        every = " ".join(f"verifier@CASE-{case}" for case in range(cases))
        scoped = at_work(workspace, every)
        other = at_work(workspace, "verifier@CASE-1")
        start = time.perf_counter()
        case_index(workspace.store)
        found = {"first of the process": 1000 * (time.perf_counter() - start)}
        with change(workspace, "add-case") as writer:
            writer.add(SettingRow, name="something", text="else")
            writer.finish({})
        start = time.perf_counter()
        case_index(workspace.store)
        found["first after another entry"] = 1000 * (time.perf_counter() - start)
        found["whole workspace"] = mean_ms(lambda _: require(whole, "determine"), numbers)
        found["one record, role for its case"] = mean_ms(
            lambda n: require(scoped, "determine", records=[n]), numbers
        )
        found["one record, refused mostly"] = mean_ms(lambda n: refused(other, n), numbers)
        seen = sight(other, "export-records")
        found["one of a list that is narrowed"] = mean_ms(seen.covers, numbers)
        workspace.store.close()
    return found


def main() -> None:
    """Measure and print a table."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--records", type=int, default=1_000_000)
    reader.add_argument("--cases", type=int, default=40)
    reader.add_argument("--singles", type=int, default=100_000, help="records assigned one by one")
    reader.add_argument("--json", action="store_true")
    settings = reader.parse_args()
    found = measure(settings.records, settings.cases, settings.singles)
    if settings.json:
        print(json.dumps({"records": settings.records, "ms": found, "goal_ms": GOAL_MS}))
        return
    print(
        f"{settings.records:,} records, {settings.cases} cases, {settings.singles:,} assigned singly"
    )
    for what, ms in found.items():
        print(f"  {what:<34}{ms:10.4f} ms")
    print(f"  goal: at most {GOAL_MS} ms a request (the first check after each entry apart)")


if __name__ == "__main__":
    main()
