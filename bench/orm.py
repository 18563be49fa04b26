"""The same questions through the figure engine and through the Django ORM, on one workspace.

The ORM side is written as one would write it over these tables: statements that stand (batches
not undone, statements not closed), joined by record. It knows no bounds, no places within places and
joins nobody; it is the least that answers the question, and it is given the codes.

python -m bench.orm
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bayyina.db.settings")

from bayyina.app.counting import open_engine
from bayyina.db.opening import open_workspace
from bayyina.db.store import DjangoStore
from bench.running import run_bayyina

SCALE = 0.25
REPEATS = 5
TORTURE = "count deaths with manner=torture"
WOMEN = "count persons with sex=female"


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name) / "demo"
        run_bayyina("demo", "--folder", str(folder), "--scale", str(SCALE), "--json")
        workspace = open_workspace(folder / "workspace", passphrase="fictional")  # noqa: S106 - of invented data
        assert isinstance(workspace.store, DjangoStore)
        alias = workspace.store.alias
        with open_engine(workspace, lambda *_: None) as engine:
            for query, asked in (
                (TORTURE, by_value(alias, "Death", "manner", "torture")),
                (WOMEN, by_value(alias, "Person", "sex", "female")),
            ):
                ours, counted = timed(lambda query=query: engine.count(query).range[1])
                theirs, rows = timed(asked)
                print(
                    f"{query:36} engine {ours * 1000:7.1f} ms ({counted:,})   "
                    f"ORM {theirs * 1000:7.1f} ms ({rows:,} records)   {theirs / ours:5.1f} times"
                )
        workspace.store.close()


def by_value(alias: str, record_type: str, name: str, value: str) -> Callable[[], int]:
    """Records of which a standing statement says a value, through the ORM."""
    from bayyina.db.models import Closing, Closure, Statement, Term

    def asked() -> int:
        undone = set(Closing.objects.using(alias).values_list("closed_batch", flat=True))
        closed = Closure.objects.using(alias).values("statement")
        term = Term.objects.using(alias).get(record_type=record_type, property=name).pk
        standing = (
            Statement.objects.using(alias).filter(term=term, value=value).exclude(number__in=closed)
        )
        records = {
            record
            for record, number in standing.values_list("record", "number")
            if number >> 32 not in undone
        }
        return len(records)

    return asked


def timed(asked: Callable[[], int]) -> tuple[float, int]:
    """Median seconds of a warm question, and its answer."""
    answer = asked()
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        answer = asked()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), answer


if __name__ == "__main__":
    main()
