"""While a list is taken in, others read, judge and count; nobody sees half a list or waits long."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bayyina.app.counting import count_figure
from bayyina.app.deciding import judge_pair
from bayyina.app.live import live_batches
from bayyina.app.rows import RecordRow, batch_of
from bayyina.app.undoing import undo_batch
from bayyina.app.verifying import verify_workspace
from bayyina.errors import BusyError
from tests.app.conftest import HEADER, MAPPING, Bench, quiet

ROWS = 6_000
"""Rows of the list that is taken in: two chunks."""

KNOWN = 2
"""People that stand there before."""

LONGEST_WAIT = 5.0
"""Seconds that a judgement may take beside an import, on a machine with much else to do."""


@pytest.fixture(params=["sqlite", "postgres"])
def bench(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    """A fictional workspace on each database, with two people in it."""
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        monkeypatch.setenv("BAYYINA_DATABASE_URL", url)
    made = Bench(tmp_path)
    made.take_in("FICT-a,A,M,,2013,Homs,held,", "FICT-b,B,F,,2013,Homs,held,")
    yield made
    made.close()


Begin = Callable[[str], subprocess.Popen[str]]


@pytest.fixture
def begin(bench: Bench) -> Iterator[Begin]:
    """Begin the import of a large list in another process."""
    lines = [HEADER]
    lines += [f"FICT-{n},Name {n},M,1980,2013-05,Homs,died,2015-03" for n in range(ROWS)]
    file, mapping = bench.folder / "large.csv", bench.folder / "large.mapping.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = MAPPING.format(asserted_on="2023-08-31", release="partial")
    mapping.write_text(text.replace("invented arrests", "more arrests"), encoding="utf-8")
    begun: list[subprocess.Popen[str]] = []

    def start(mode: str) -> subprocess.Popen[str]:
        script = Path(__file__).with_name("paused_import_job.py")
        begun.append(
            subprocess.Popen(
                [sys.executable, script, bench.folder / "ws", file, mapping, mode],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.communicate()


def lines_of(process: subprocess.Popen[str]) -> Iterator[str]:
    """What the process says, until it ends."""
    assert process.stdout is not None
    return iter(process.stdout.readline, "")


def go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def people_counted(bench: Bench) -> int:
    return count_figure(bench.amal, "count persons", quiet).value


def people_standing(bench: Bench) -> int:
    """People whose records stand, read from the database in one transaction."""
    with bench.amal.store.read():
        batches = live_batches(bench.amal.store)
        return sum(
            row.record_type == "Person" and batch_of(row.number) in batches
            for row in bench.amal.store.scan(RecordRow)
        )


def judged(bench: Bench) -> float:
    """Seconds that a judgement takes."""
    people = [r.number for r in bench.amal.store.scan(RecordRow) if r.record_type == "Person"][:2]
    one, two = map(bench.amal.short_id, people)
    started = time.monotonic()
    judge_pair(bench.amal, record_a=one, record_b=two, verdict="unsure", reasons="a test")
    return time.monotonic() - started


def test_at_every_step_of_an_import_others_see_nothing_of_it(bench: Bench, begin: Begin) -> None:
    process = begin("waits")
    steps = 0
    for line in lines_of(process):
        if line.startswith("batch"):
            break
        steps += 1
        assert (people_counted(bench), people_standing(bench)) == (KNOWN, KNOWN)
        assert judged(bench) < LONGEST_WAIT
        go_on(process)
    assert process.wait(timeout=240) == 0
    assert steps > ROWS // 1000
    assert (people_counted(bench), people_standing(bench)) == (KNOWN + ROWS, KNOWN + ROWS)
    report = verify_workspace(bench.amal, progress=quiet)
    assert report.ok, [c for c in report.checks if not c.ok]


def test_readers_beside_a_running_import_see_all_or_nothing(bench: Bench, begin: Begin) -> None:
    process = begin("free")
    seen, waits = set[int](), []
    while process.poll() is None:
        seen |= {people_counted(bench), people_standing(bench)}
        waits.append(judged(bench))
    assert process.returncode == 0
    assert KNOWN in seen
    assert seen <= {KNOWN, KNOWN + ROWS}
    assert max(waits) < LONGEST_WAIT
    assert people_counted(bench) == people_standing(bench) == KNOWN + ROWS
    newest = [row.batch for row in bench.amal.store.batches() if row.action == "import"][-1]
    undo_batch(bench.amal, batch=newest)
    assert people_counted(bench) == people_standing(bench) == KNOWN


def test_a_second_import_is_told_to_wait(bench: Bench, begin: Begin) -> None:
    process = begin("waits")
    said = lines_of(process)
    assert next(said).startswith("rows")
    size, batches = bench.amal.store.log_size(), len(bench.amal.store.batches())
    with pytest.raises(BusyError, match="Another import is running"):
        bench.take_in("FICT-c,C,M,,2013,Homs,held,")
    # Opening the workspace meanwhile does not tidy the running import away.
    bench.as_member("amal")
    assert (bench.amal.store.log_size(), len(bench.amal.store.batches())) == (size, batches)
    go_on(process)
    for line in said:
        if line.startswith("rows"):
            go_on(process)
    assert process.wait(timeout=240) == 0
    assert people_counted(bench) == KNOWN + ROWS
    assert bench.take_in("FICT-c,C,M,,2013,Homs,held,").batch is not None


def take_in_when_possible(bench: Bench, seconds: float = 120) -> int | None:
    """Import one row; a server may need a moment to notice that its client is gone."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return bench.take_in("FICT-c,C,M,,2013,Homs,held,").batch
        except BusyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_an_import_that_dies_lets_the_next_one_in(bench: Bench, begin: Begin) -> None:
    process = begin("waits")
    said = lines_of(process)
    for _ in range(5):
        next(said)
        go_on(process)
    assert next(said) == "rows 6000\n"
    process.kill()
    process.wait(timeout=240)
    assert people_counted(bench) == KNOWN
    assert take_in_when_possible(bench) is not None
    assert all(row.entry is not None for row in bench.amal.store.batches())
    assert people_counted(bench) == people_standing(bench) == KNOWN + 1
    assert verify_workspace(bench.amal, progress=quiet).ok
