"""The shipped annual reports over a million people, in two languages.

    python -m bench.reports [--persons N] [--year Y] [--keep FOLDER]

Builds each annual report (page, PDF, tables, lists of records and the twin, in Arabic and
English) over the snapshot that ``bench.figures`` makes: once with nothing prepared, as after
an import, and once more with the tables of the figures at hand. The goal is 20 seconds for a
report, and it is held against the slower of the two. Fetching the snapshot from a database
and signing the run into a log are not part of it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from bayyina.figures.engine import FigureEngine
from bayyina.figures.results import RecordRef
from bayyina.figures.snapshot import ASSEMBLED, read_pointer
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.reporting.building import build_report
from bayyina.reporting.context import ReportContext
from bayyina.reporting.definitions import Definition
from bayyina.reporting.labels import VocabularyLabels
from bayyina.standards.methodology import Methodology
from bench.figures import PeakMemory, make_snapshot

LIMIT_SECONDS = 20.0
REPORTS = ("annual-arrests", "annual-torture")
LANGUAGES = ("en", "ar")
BATCH_SHIFT = 32


class Row(NamedTuple):
    """What one report took, in seconds."""

    report: str
    prepared: bool
    """Whether the tables of the figures were there before."""

    counting: float
    """Reading the definition and counting every figure once."""

    first: float
    """The first language, with the files that all languages share."""

    second: float
    """The other language."""

    files: int
    megabytes: float

    @property
    def total(self) -> float:
        """The whole report."""
        return self.counting + self.first + self.second


def build(folder: Path, out: Path, name: str, year: int, *, prepared: bool) -> Row:
    """Build one report from its definition to its last file."""
    begun = time.perf_counter()
    vocabulary, gazetteer = Vocabulary.load(), Gazetteer.load()
    rules = {rule: Methodology.load(rule) for rule in ("arrest-20-days", "no-minimum-period")}
    definition = Definition.load(name, {"year": str(year)})
    with FigureEngine(folder, vocabulary, gazetteer, rules) as engine:

        def records(query: str, group: Mapping[str, str] | None) -> Iterator[RecordRef]:
            return engine.open(query, group=group)

        results = {id_: engine.count(query) for id_, query in definition.queries().items()}
        times = [time.perf_counter()]
        context = ReportContext(
            time=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            is_fictional=True,
            labels=VocabularyLabels(vocabulary, gazetteer),
            custody_size=1,
            records=records,
            short_id=lambda number: f"FICT-{number >> BATCH_SHIFT}-{number % (1 << BATCH_SHIFT)}",
        )
        for i, lang in enumerate(LANGUAGES):
            build_report(
                definition, results, lang=lang, out_folder=out, context=context, data_files=i == 0
            )
            times.append(time.perf_counter())
    written = [path for path in out.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in written) / 1e6
    laps = [after - before for before, after in zip([begun, *times], times, strict=False)]
    return Row(name, prepared, laps[0], laps[1], laps[2], len(written), size)


def run(folder: Path, persons: int, year: int) -> dict[str, object]:
    """Build every report twice and print what it took."""
    if read_pointer(folder) is None:
        make_snapshot(folder, persons)
    rows: list[Row] = []
    print("   total  counting  en + files      ar  files     MB  report")
    with PeakMemory() as memory:
        for name in REPORTS:
            for prepared in (False, True):
                if not prepared:
                    shutil.rmtree(folder / ASSEMBLED, ignore_errors=True)
                out = Path(tempfile.mkdtemp(prefix="bayyina-bench-report-"))
                try:
                    row = build(folder, out, name, year, prepared=prepared)
                finally:
                    shutil.rmtree(out, ignore_errors=True)
                rows.append(row)
                state = "tables at hand" if prepared else "nothing prepared"
                print(
                    f"{row.total:6.1f} s {row.counting:7.1f} s {row.first:9.1f} s "
                    f"{row.second:5.1f} s {row.files:6} {row.megabytes:6.1f}  {name}, {state}",
                    flush=True,
                )
    return {
        "persons": persons,
        "year": year,
        "slowest_seconds": round(max(row.total for row in rows), 1),
        "goal_seconds": LIMIT_SECONDS,
        "peak_mb": memory.peak,
        "holds": all(row.total <= LIMIT_SECONDS for row in rows),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--year", type=int, default=2015)
    parser.add_argument(
        "--keep", type=Path, help="keep the snapshot in this folder, and use one that is there"
    )
    arguments = parser.parse_args()
    folder = arguments.keep or Path(tempfile.mkdtemp(prefix="bayyina-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        outcome = run(folder, arguments.persons, arguments.year)
    finally:
        if arguments.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(outcome))


if __name__ == "__main__":
    main()
