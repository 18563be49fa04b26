"""What a server keeps in memory answers as what a command reads anew, and never what is gone."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from bayyina.app.finding import find_records
from bayyina.app.kept_warm import keep_warm, kept_names, let_go
from bayyina.app.record_reading import read_record
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.undoing import undo_batch
from bayyina.db.connecting import close_this_thread
from bayyina.figures.name_index import NameIndex
from bayyina.figures.name_search import NameSearch
from tests.app.conftest import Bench, quiet
from tests.app.test_linking_workspace import linked, people, person, take
from tests.app.test_reviewing import judge

__all__ = ["linked"]

ASKED = (
    "محمد", "Mohammad al Halabi", "Halaby Ahmd", "باسل زياد الخطيب", "qasim", "x", "ع", "1",
    "زياد  القصاب", "Nobody Zyzzx",
)  # fmt: skip


@pytest.fixture
def warm(linked: Bench) -> Iterator[Bench]:
    keep_warm(linked.amal.folder)
    yield linked
    let_go(linked.amal.folder)


def test_the_index_finds_what_the_sieve_finds_in_the_same_order(linked: Bench) -> None:
    snapshot = refresh_snapshot(linked.amal, quiet)
    search = NameSearch(snapshot, linked.amal.vocabulary)
    index = NameIndex(snapshot, linked.amal.vocabulary)
    asked = [*ASKED, *(name for name, _, _ in people(40))]
    found = 0
    for text in asked:
        for limit in (5, 1500):
            near = search.near(text, limit=limit)
            assert index.near(text, limit=limit) == near, text
            found += len(near)
    assert found > 500
    search.close()
    index.close()


def test_what_is_kept_answers_as_what_is_read_anew(warm: Bench) -> None:
    one = person(warm.amal, "FICT-A-80")
    kept = [find_records(warm.amal, text, quiet) for text in ASKED], read_record(warm.amal, one)
    let_go(warm.amal.folder)
    anew = [find_records(warm.amal, text, quiet) for text in ASKED], read_record(warm.amal, one)
    assert kept == anew


def test_threads_bring_the_snapshot_up_to_date_side_by_side(warm: Bench) -> None:
    wrong: list[Exception] = []

    def ask() -> None:
        try:
            for _ in range(4):
                refresh_snapshot(warm.amal, quiet)
                find_records(warm.amal, "Mohammad al Halabi", quiet)
        except Exception as error:  # noqa: BLE001 - told below
            wrong.append(error)
        finally:
            close_this_thread()

    asking = [threading.Thread(target=ask) for _ in range(4)]
    for one in asking:
        one.start()
    for number in range(6):
        take(warm, f"L{number}", [(f"زهير نويرس {number}", "1970", "2014")])
    for one in asking:
        one.join()
    assert wrong == []
    assert len(find_records(warm.amal, "زهير نويرس", quiet)["records"]) == 6


def test_what_is_new_is_found_and_what_is_undone_is_not(warm: Bench) -> None:
    snapshot = refresh_snapshot(warm.amal, quiet)
    first = kept_names(warm.amal, snapshot)
    judge(warm.amal, "FICT-A-1", "FICT-B-1", "same")
    one = read_record(warm.amal, person(warm.amal, "FICT-A-1"))
    assert one["same_as"] == [person(warm.amal, "FICT-B-1")]
    assert kept_names(warm.amal, refresh_snapshot(warm.amal, quiet)) is first
    assert find_records(warm.amal, "Zuhayr Nowayres", quiet)["records"] == []
    take(warm, "C", [("زهير نويرس", "1970", "2014")])
    assert len(find_records(warm.amal, "زهير نويرس", quiet)["records"]) == 1
    newest = max(row.batch for row in warm.amal.store.batches() if row.action == "import")
    undo_batch(warm.amal, batch=newest)
    assert find_records(warm.amal, "زهير نويرس", quiet)["records"] == []
