"""Importing a million rows, beside a bare ``executemany`` of the same rows; verifying the log.

    python -m bench.imports [--rows N]

Nobody on the list was a child, so nothing of it is sealed (``bench.sealing`` measures that). The
list has 8 columns; a row becomes 3 records and 13 statements. The bare peer inserts
exactly the statement rows that the import stored, into the same table with the same
index, from memory, in chunks of one commit each; only its inserting is timed.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from bench.running import run_bayyina

LIMIT_RATIO = 2.5
LIMIT_VERIFIED = 100_000
CHUNK = 65_000

MAPPING = """
version = 1
[list]
name = "Benchmark of invented rows"
asserted_on = 2023-08-31
fictional = true
[row]
record = "Person"
key = "case_no"
[columns]
full_name = { to = "name", lang = "ar" }
sex = { to = "sex", values = { M = "male", F = "female" } }
dob = { to = "birth_date", date = ["%Y-%m-%d"] }
[[acts]]
type = "Arrest"
when = { column = "arrest_date" }
columns = { governorate = { to = "place", as = "governorate" } }
constants = { by = { value = "syrian-government-to-2024" }, acknowledged = { value = "no" } }
[[acts]]
type = "Death"
when = { column = "death_date" }
columns = { manner = { to = "manner" }, governorate = { to = "place", as = "governorate" } }
constants = { by = { value = "syrian-government-to-2024" } }
"""

GIVEN = ("محمد", "أحمد", "علي", "حسن", "خالد", "سامر", "عمر", "يوسف", "Omar", "Khaled")
PLACES = ("حمص", "حلب", "Damascus", "درعا", "Idleb", "Hama", "ريف دمشق")


def write_list(path: Path, rows: int) -> None:
    """An invented list of 8 columns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("case_no,full_name,sex,dob,arrest_date,governorate,death_date,manner\n")
        for n in range(rows):
            name = f"{GIVEN[n % 10]} {GIVEN[n // 10 % 10]} {GIVEN[n // 100 % 10]} {n % 9973}"
            file.write(
                f"FICT-{n},{name},{'MF'[n % 11 == 0]},{1950 + n % 40}-{n % 12 + 1:02d}-"
                f"{n % 28 + 1:02d},{n % 28 + 1:02d}/{n % 12 + 1:02d}/{2011 + n % 11},"
                f"{PLACES[n % 7]},{2012 + n % 11}-{n % 12 + 1:02d},torture\n"
            )


def bare(source: Path, target: Path) -> float:
    """Seconds that a bare ``executemany`` of the same statement rows takes."""
    stored, plain = sqlite3.connect(source), sqlite3.connect(target)
    plain.execute("PRAGMA journal_mode=WAL")
    plain.execute("PRAGMA synchronous=FULL")
    plain.execute("PRAGMA cache_size=-65536")
    made = "SELECT sql FROM sqlite_master WHERE tbl_name = 'statement' AND sql IS NOT NULL"
    for (sql,) in stored.execute(made):
        plain.execute(sql)
    rows: Iterator[Any] = stored.execute("SELECT * FROM statement ORDER BY number")
    seconds = 0.0
    while chunk := list(islice(rows, CHUNK)):
        marks = ",".join("?" * len(chunk[0]))
        started = time.perf_counter()
        plain.executemany(f"INSERT INTO statement VALUES ({marks})", chunk)
        plain.commit()
        seconds += time.perf_counter() - started
    stored.close()
    plain.close()
    return seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows: int = parser.parse_args().rows
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        file, mapping = folder / "list.csv", folder / "list.mapping.toml"
        write_list(file, rows)
        mapping.write_text(MAPPING, encoding="utf-8")
        workspace = str(folder / "ws")
        run_bayyina("init", workspace, "--person", "bench", "--fictional")
        imported = run_bayyina(
            "-w", workspace, "import", str(file), "--mapping", str(mapping), "--json"
        )
        result = json.loads(imported.output)
        statements = result["statements"]
        plain = bare(folder / "ws" / "records.sqlite3", folder / "bare.sqlite3")
        ratio = imported.seconds / plain
        print(f"rows {rows:,}; statements {statements:,}; records {result['records']:,}")
        print(f"import         {imported.seconds:8.1f} s   peak {imported.peak_mb:6.0f} MiB")
        print(f"bare insert    {plain:8.1f} s   ratio {ratio:.2f} (limit {LIMIT_RATIO})")
        verified = run_bayyina("-w", workspace, "log", "verify", "--json")
        rate = statements / verified.seconds
        print(
            f"log verify     {verified.seconds:8.1f} s   peak {verified.peak_mb:6.0f} MiB   "
            f"{rate:,.0f} statements/s (limit {LIMIT_VERIFIED:,})"
        )


if __name__ == "__main__":
    main()
