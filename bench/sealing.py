"""What sealing costs an import: a list without sealed fields, and one that is sealed throughout.

    python -m bench.sealing [--rows N] [--rounds N]

Each list is imported with the rules of sealing and, for comparison only, with rules by which
nothing is sealed; the two take turns, and the quickest of each counts. The lists are small
enough to be prepared in one process, and its processor time is measured, so that other programs
at work do not count.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bayyina.app import changes
from bayyina.app.importing import import_list
from bayyina.app.rows import StatementRow
from bayyina.db.opening import create_workspace
from bayyina.disclosure.protected_people import Protection
from bayyina.keys.personal import KdfCost
from bayyina.keys.sealing import is_sealed
from bayyina.model.vocabulary import Vocabulary
from bayyina.tables.mapping import Mapping

LIMITS = {"no sealed field": 1.15, "sealed throughout": 2.0}
"""Times as long as without sealing that an import may take."""

WORD = "bench"
"""Passphrase of the invented workspaces."""

NOTHING = Protection({}, {}, {}, 18, {})
"""Rules by which nothing is sealed."""

HEAD = """
version = 1
[list]
name = "Benchmark of invented rows"
asserted_on = 2023-08-31
fictional = true
"""

LISTS = {
    "no sealed field": HEAD
    + """
[row]
record = "Person"
key = "no"
[columns]
a = { to = "name", lang = "ar" }
b = { to = "birth_date" }
[[acts]]
type = "Arrest"
when = { column = "c" }
columns = { d = { to = "place", as = "governorate" }, e = { to = "stated_reason" } }
""",
    "sealed throughout": HEAD
    + """
[row]
record = "FamilyContact"
key = "no"
[columns]
a = { to = "contact_name", lang = "ar" }
b = { to = "phone" }
c = { to = "address" }
d = { to = "safe_way" }
e = { to = "wishes" }
""",
}


def write_list(path: Path, kind: str, rows: int) -> None:
    """An invented list."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("no,a,b,c,d,e\n")
        for n in range(rows):
            if kind == "no sealed field":
                rest = f"{1950 + n % 40}-{n % 12 + 1:02d}-{n % 28 + 1:02d},{2011 + n % 11},حمص,reason {n}"
            else:
                rest = f"+963 11 {n:07d},street {n},by a neighbour {n},none {n}"
            file.write(f"FICT-{n},محمد أحمد {n},{rest}\n")


@contextmanager
def sealing_nothing() -> Iterator[None]:
    """For comparison: rules by which nothing is sealed."""
    kept = changes.protection
    changes.protection = lambda _: NOTHING  # type: ignore[attr-defined]
    try:
        yield
    finally:
        changes.protection = kept  # type: ignore[attr-defined]


def once(kind: str, rows: int, vocabulary: Vocabulary) -> tuple[float, int, int]:
    """Processor seconds of one import, its statements, and how many of them are sealed."""
    with tempfile.TemporaryDirectory() as folder:
        file, home = Path(folder, "list.csv"), Path(folder, "ws")
        write_list(file, kind, rows)
        workspace = create_workspace(
            home, name="Bench", handle="bench", person_name="Bench", passphrase=WORD,
            fictional=True, cost=KdfCost(64, 1),
        )  # fmt: skip
        begun = time.process_time()
        import_list(
            workspace,
            file=file,
            mapping=Mapping.parse(LISTS[kind], vocabulary),
            report=Path(folder, "rows.csv"),
            progress=lambda *_: None,
        )
        seconds = time.process_time() - begun
        values = [row.value for row in workspace.store.scan(StatementRow)]
        workspace.store.close()
    return seconds, len(values), sum(map(is_sealed, values))


def main() -> int:
    """Print the table; 1 if a goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=15_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    vocabulary, missed = Vocabulary.load(), 0
    print(f"{asked.rows:,} rows, the quickest of {asked.rounds} imports each")
    print(
        f"{'list':<20}{'statements':>12}{'sealed':>10}{'without':>10}{'with':>10}{'times':>8}  goal"
    )
    for kind, limit in LIMITS.items():
        without, with_rules, sealed, statements = [], [], 0, 0
        for _ in range(asked.rounds):
            with sealing_nothing():
                without.append(once(kind, asked.rows, vocabulary)[0])
            seconds, statements, sealed = once(kind, asked.rows, vocabulary)
            with_rules.append(seconds)
        ratio = min(with_rules) / min(without)
        missed += ratio > limit
        print(
            f"{kind:<20}{statements:>12,}{sealed:>10,}{min(without):>9.2f}s{min(with_rules):>9.2f}s"
            f"{ratio:>8.2f}  at most {limit}{'' if ratio <= limit else '  MISSED'}"
        )
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
