"""Figures as known and as recorded at a day, through real imports, corrections and undoing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bayyina.app.counting import count_figure, open_figure
from bayyina.app.deciding import judge_pair
from bayyina.app.undoing import undo_batch
from bayyina.app.verifying import verify_workspace
from bayyina.errors import InputError
from tests.app.conftest import Bench, quiet

LETTERS = {"female": "F", "male": "M"}


def row(number: int, sex: str, *, died: bool, name: str = "Somebody") -> str:
    end = "died,2015-03" if died else "held,"
    return f"FICT-{number},{name} {number},{LETTERS[sex]},1980,2013,Homs,{end}"


FIRST = [row(n, "female" if n < 5 else "male", died=n % 3 == 0) for n in range(10)]
"""The release of August 2023: ten people."""

SECOND = [
    row(0, "female", died=False),
    row(1, "female", died=True),
    row(2, "male", died=False),
    *FIRST[3:8],
    *(row(n, "male", died=True) for n in range(20, 23)),
]
"""The release of January 2024: three rows corrected, two gone, three new."""

THIRD = [row(4, "female", died=True, name="Corrected"), *FIRST[5:7]]
"""The release of March 2024: three people are left."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def bench(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    """A fictional workspace on each database."""
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        monkeypatch.setenv("BAYYINA_DATABASE_URL", url)
    made = Bench(tmp_path)
    yield made
    made.close()


def on(bench: Bench, month: int, day: int = 10) -> None:
    """Go on to another day of 2024."""
    bench.clock.moment = datetime(2024, month, day, 12, tzinfo=UTC)


def check(bench: Bench, rows: Sequence[str], when: str = "") -> None:
    """The figures are those of a plain count over the rows of one release."""
    cells = [line.split(",") for line in rows]
    sexes = Counter({"F": "female", "M": "male"}[row[2]] for row in cells)
    dead = sum(row[6] == "died" for row in cells)

    def count(query: str) -> int:
        return count_figure(bench.amal, f"{query} {when}", quiet).value

    assert count("count persons") == len(rows)
    assert count("count arrests") == len(rows)
    assert count("count deaths") == dead
    assert count("count persons with Death") == dead
    divided = count_figure(bench.amal, f"count persons by sex {when}", quiet)
    assert {group.key["sex"]: group.value for group in divided.groups} == sexes
    opened = list(open_figure(bench.amal, f"count persons {when}", quiet))
    assert len(opened) == len(rows)


def test_what_was_known_and_what_was_recorded_at_a_day(bench: Bench) -> None:
    on(bench, 1)
    bench.take_in(*FIRST, release="complete", asserted_on="2023-08-31")
    check(bench, FIRST)
    check(bench, [], "known at 2023-08-30")
    check(bench, FIRST, "known at 2023-08-31")

    on(bench, 2)
    second = bench.take_in(*SECOND, release="complete", asserted_on="2024-01-31", confirm=True)
    assert second.changes.withdrawn == 2
    check(bench, SECOND)
    check(bench, FIRST, "known at 2024-01-30")
    check(bench, SECOND, "known at 2024-01-31")
    check(bench, FIRST, "recorded at 2024-02-09")
    check(bench, SECOND, "recorded at 2024-02-10")

    on(bench, 3)
    undo_batch(bench.amal, batch=second.batch or 0, reason="a test")
    check(bench, FIRST)
    check(bench, FIRST, "known at 2024-01-31")
    check(bench, SECOND, "recorded at 2024-03-09")
    check(bench, FIRST, "recorded at 2024-03-10")

    on(bench, 4)
    bench.take_in(*THIRD, release="complete", asserted_on="2024-03-31", confirm=True)
    check(bench, THIRD)
    for day, rows in (
        ("2024-01-09", []),
        ("2024-01-10", FIRST),
        ("2024-02-10", SECOND),
        ("2024-03-10", FIRST),
        ("2024-04-10", THIRD),
    ):
        check(bench, rows, f"recorded at {day}")
    for day, rows in (
        ("2023-08-31", FIRST),
        ("2024-02-01", FIRST),
        ("2024-03-30", FIRST),
        ("2024-03-31", THIRD),
    ):
        check(bench, rows, f"known at {day}")
    report = verify_workspace(bench.amal, progress=quiet)
    assert report.ok, [c for c in report.checks if not c.ok]


def test_a_judgement_counts_from_the_day_it_was_recorded(bench: Bench) -> None:
    on(bench, 1)
    bench.take_in(*FIRST)
    one, two = [r["id"] for r in open_figure(bench.amal, "count persons", quiet, limit=2)]
    on(bench, 2)
    judge_pair(bench.amal, record_a=one, record_b=two, verdict="same", reasons="one life")
    assert count_figure(bench.amal, "count persons", quiet).value == len(FIRST) - 1
    on(bench, 3)
    judge_pair(bench.amal, record_a=one, record_b=two, verdict="different", reasons="two lives")
    assert count_figure(bench.amal, "count persons", quiet).value == len(FIRST)
    for day, value in (("01-31", 0), ("02-10", -1), ("03-09", -1), ("03-10", 0)):
        figure = count_figure(bench.amal, f"count persons recorded at 2024-{day}", quiet)
        assert figure.value == len(FIRST) + value


def refused(bench: Bench, *rows: str, release: str, day: str, dry_run: bool = False) -> None:
    """An older release is not taken in, and changes nothing."""
    size = bench.amal.store.log_size()
    with pytest.raises(InputError, match=f"is of {day}, and a newer one of 2024-01-31") as caught:
        bench.take_in(*rows, release=release, asserted_on=day, confirm=True, dry_run=dry_run)
    assert caught.value.code == "older-release"
    assert bench.amal.store.log_size() == size
    assert all(row.entry is not None for row in bench.amal.store.batches())


def test_an_older_release_never_takes_the_place_of_a_newer_one(bench: Bench) -> None:
    bench.take_in(*FIRST, release="complete", asserted_on="2023-08-31")
    second = bench.take_in(*SECOND, release="complete", asserted_on="2024-01-31", confirm=True)
    refused(bench, *FIRST, release="complete", day="2023-08-31")
    refused(bench, *FIRST, release="complete", day="2023-08-31", dry_run=True)
    refused(bench, FIRST[0], release="partial", day="2023-08-31")
    refused(bench, *SECOND, row(30, "male", died=True), release="complete", day="2023-12-31")
    refused(bench, *SECOND[1:], release="complete", day="2023-12-31")
    # A row that the newer one withdrew is not brought back by an older one.
    refused(bench, FIRST[9], release="partial", day="2023-08-31")
    check(bench, SECOND)
    check(bench, FIRST, "known at 2023-09-01")
    assert bench.take_in(*SECOND, release="complete", asserted_on="2023-12-31").batch is None
    undo_batch(bench.amal, batch=second.batch or 0)
    bench.take_in(SECOND[0], asserted_on="2023-12-31")
    bench.take_in(*SECOND, release="complete", asserted_on="2024-01-31", confirm=True)
    check(bench, SECOND)
    check(bench, FIRST, "known at 2023-12-30")
    check(bench, [SECOND[0], *FIRST[1:]], "known at 2023-12-31")


def test_an_import_of_today_does_not_change_what_was_known_before(bench: Bench) -> None:
    on(bench, 1)
    bench.take_in(*FIRST, asserted_on="2023-08-31")
    before = count_figure(bench.amal, "count deaths by sex known at 2023-12-31", quiet)
    on(bench, 2)
    bench.take_in(*SECOND, asserted_on="2024-01-31")
    after = count_figure(bench.amal, "count deaths by sex known at 2023-12-31", quiet)
    assert (after.value, after.range, after.groups) == (before.value, before.range, before.groups)
    assert after.custody_size == before.custody_size + 1
    # An old list that comes late was known early: that is what its own date says.
    on(bench, 3)

    late = bench.take_in(row(77, "male", died=True), asserted_on="2023-06-01")
    assert late.batch is not None
    again = count_figure(bench.amal, "count deaths known at 2023-12-31", quiet)
    assert again.value == before.value + 1
    recorded = count_figure(bench.amal, "count deaths recorded at 2024-02-20", quiet)
    assert recorded.value == count_figure(bench.amal, "count deaths", quiet).value - 1
