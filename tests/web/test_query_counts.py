"""Pages ask the database a number of questions that does not grow with the records, and stay light."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bayyina.app.second_factor import set_second_factor
from tests.app.conftest import Bench
from tests.web.counting_queries import PAGES

MOST_QUERIES = {
    "/search/?q=Name": 46,
    "/search/?q=FICT-3": 40,
    "{person}": 75,
    "{person}decide/": 75,
    "/records/": 30,
    "/sites/": 35,
    "/administration/": 55,
    "/administration/backups/": 45,
    "/": 30,
}
"""So many are the most that a page may ask; 30 where nothing stands here."""

LARGEST = 150_000


def counted(folder: Path, people: int) -> dict[str, dict[str, int]]:
    folder.mkdir()
    bench = Bench(folder)
    set_second_factor(bench.amal, is_required=False)
    bench.take_in(
        *(
            f"FICT-{n},Name Number{n} Family{n % 7},M,19{n % 50 + 40},{2011 + n % 8},Homs,"
            f"{'died' if n % 3 == 0 else 'held'},{2016 + n % 3}"
            for n in range(people)
        )
    )
    bench.close()
    done = subprocess.run(
        [sys.executable, "-m", "tests.web.counting_queries", str(folder / "ws")],
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.slow
def test_queries_do_not_grow_with_records(tmp_path: Path) -> None:
    few, many = counted(tmp_path / "few", 20), counted(tmp_path / "many", 200)
    assert set(few) == set(PAGES)
    grown = {
        path: (few[path]["queries"], many[path]["queries"])
        for path in PAGES
        if many[path]["queries"] > few[path]["queries"]
    }
    assert grown == {}
    too_many = {
        path: many[path]["queries"]
        for path in PAGES
        if many[path]["queries"] > MOST_QUERIES.get(path, 30)
    }
    assert too_many == {}
    assert {path: one["bytes"] for path, one in many.items() if one["bytes"] > LARGEST} == {}
