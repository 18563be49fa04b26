"""No space, no rights, no server: one clear sentence, and nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bayyina.app.counting import count_figure
from bayyina.app.deciding import judge_pair
from bayyina.app.rows import KINDS, RecordRow
from bayyina.app.undoing import undo_batch
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.cli.main import run
from bayyina.db.opening import create_workspace, enroll, open_workspace
from bayyina.db.store import DjangoStore
from bayyina.errors import StorageError, WorkspaceError
from tests.app.conftest import CHEAP, MAPPING, ROWS, STRONG, Bench, quiet
from tests.postgres_server import PostgresServer

pytestmark = pytest.mark.slow

LARGE = tuple(f"FICT-{n},Name {n},M,1980,2013-05,Homs,died,2015-03" for n in range(100, 6_100))
"""More rows than one chunk holds."""


def standing(workspace: Workspace) -> tuple[Any, ...]:
    """All rows of batches in the log, the log itself, members and jobs."""
    store = workspace.store
    logged = [row for row in store.batches() if row.entry is not None]
    numbers = {row.batch for row in logged}
    rows = {
        kind: [tuple(row) for row in store.scan(row_type) if row.number >> 32 in numbers]
        for kind, row_type in KINDS.items()
    }
    return rows, logged, list(store.entries()), store.checkpoints(), store.jobs()


def pragma(workspace: Workspace, text: str) -> int:
    assert isinstance(workspace.store, DjangoStore)
    rows = workspace.store._sql.rows(f"PRAGMA {text}")
    return int(rows[0][0]) if rows else 0


@contextmanager
def no_space(workspace: Workspace, pages: int = 0) -> Iterator[None]:
    """The database may grow by so many pages only; SQLite then says that the disk is full."""
    unused = pragma(workspace, "freelist_count")
    limit = pragma(workspace, "page_count") - unused + pages
    before = pragma(workspace, "max_page_count")
    pragma(workspace, f"max_page_count={limit}")
    yield
    pragma(workspace, f"max_page_count={before}")


@contextmanager
def no_rights(workspace: Workspace) -> Iterator[None]:
    """SQLite refuses to write, as it does for a file without the right to."""
    pragma(workspace, "query_only=ON")
    yield
    pragma(workspace, "query_only=OFF")


def judge(bench: Bench) -> None:
    people = [r.number for r in bench.amal.store.scan(RecordRow) if r.record_type == "Person"][:2]
    one, two = map(bench.amal.short_id, people)
    reasons = "long reasons " * 4_000
    judge_pair(bench.amal, record_a=one, record_b=two, verdict="same", reasons=reasons)


def join(bench: Bench) -> None:
    enroll(
        bench.amal, handle="badr", name="B" * 60_000, roles=("viewer",), passphrase="b", cost=CHEAP
    )


USES: dict[str, Callable[[Bench], object]] = {
    "import": lambda bench: bench.take_in(*LARGE, asserted_on="2024-01-31"),
    "undo": lambda bench: undo_batch(bench.amal, batch=2, reason="long reasons " * 4_000),
    "judge": judge,
    "enroll": join,
}
"""What writes."""


@pytest.mark.parametrize("use", USES)
def test_no_space_on_the_database_s_disk(bench: Bench, use: str) -> None:
    bench.take_in(*ROWS)
    before = standing(bench.amal)
    with no_space(bench.amal), pytest.raises(StorageError, match="no space left") as caught:
        USES[use](bench)
    assert "nothing was changed" in caught.value.hint
    assert standing(bench.amal) == before
    assert not (bench.folder / "ws" / "people" / "badr.key").exists()
    USES[use](bench)
    assert standing(bench.amal) != before
    assert verify_workspace(bench.amal, progress=quiet).ok


@pytest.mark.parametrize("share", [0.1, 0.6, 0.95])
def test_the_space_ends_in_the_middle_of_an_import(
    bench: Bench, tmp_path: Path, share: float
) -> None:
    bench.take_in(*ROWS)
    before = standing(bench.amal)
    pages = int(share * _pages_of_the_import(tmp_path / "elsewhere"))
    with no_space(bench.amal, pages), pytest.raises(StorageError, match="no space left"):
        USES["import"](bench)
    assert standing(bench.amal) == before
    opened = bench.as_member("amal")
    assert all(row.entry is not None for row in opened.store.batches())
    assert standing(opened) == before
    assert bench.take_in(*LARGE, asserted_on="2024-01-31").changes.records > len(LARGE)
    assert verify_workspace(bench.amal, progress=quiet).ok


def _pages_of_the_import(folder: Path) -> int:
    """Pages by which a database grows with the large list."""
    folder.mkdir()
    other = Bench(folder)
    other.take_in(*ROWS)
    before = pragma(other.amal, "page_count")
    USES["import"](other)
    after = pragma(other.amal, "page_count")
    other.close()
    return after - before


@pytest.mark.parametrize("use", USES)
def test_a_database_that_may_only_be_read(bench: Bench, use: str) -> None:
    bench.take_in(*ROWS)
    before = standing(bench.amal)
    with no_rights(bench.amal), pytest.raises(StorageError, match="may not be written to"):
        USES[use](bench)
    assert standing(bench.amal) == before
    with no_rights(bench.amal):
        assert count_figure(bench.amal, "count persons", quiet).value == 3
        assert verify_workspace(bench.amal, progress=quiet).ok
    USES[use](bench)


@pytest.mark.parametrize("name", ["locks", "snapshot", "snapshot/assembled", "imports"])
def test_something_stands_in_the_way_of_a_folder(
    bench: Bench, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.take_in(*ROWS)
    before = standing(bench.amal)
    folder = bench.folder / "ws" / name
    if folder.is_dir():
        folder.rename(bench.folder / name)
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("in the way", encoding="utf-8")
    file, mapping = bench.folder / "list.csv", bench.folder / "own.mapping.toml"
    text = MAPPING.format(asserted_on="2024-01-31", release="partial")
    mapping.write_text(text, encoding="utf-8")
    monkeypatch.setenv("BAYYINA_PASSPHRASE", "amal")
    words = ["import", str(file), "--mapping", str(mapping)]
    if name.startswith("snapshot"):
        words = ["figures", "count", "count persons"]
    assert run(["-w", str(bench.folder / "ws"), *words]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert name in err or "figures' tables" in err
    assert standing(bench.amal) == before


@pytest.fixture
def own_server(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PostgresServer]:
    """A server of this test's own, which it may stop, where the tests' own can run at all."""
    server = PostgresServer()
    monkeypatch.setenv("BAYYINA_DATABASE_URL", server.url(server.create_database()))
    yield server
    server.stop()


@pytest.mark.postgres
def test_a_server_that_goes_away(
    tmp_path: Path,
    own_server: PostgresServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bench = Bench(tmp_path)
    bench.take_in(*ROWS)
    records = len(list(bench.amal.store.scan(RecordRow)))
    assert records == 11, "nine that rows report, two that stand for rows kept aside"
    own_server.stop()
    for use in USES.values():
        with pytest.raises(StorageError) as caught:
            use(bench)
        assert "\n" not in str(caught.value)
        assert "\n" not in caught.value.message
    for question in (
        lambda: count_figure(bench.amal, "count persons", quiet),
        lambda: verify_workspace(bench.amal, progress=quiet),
        lambda: open_workspace(tmp_path / "ws", passphrase="amal"),
    ):
        with pytest.raises(StorageError, match="database"):
            question()
    monkeypatch.setenv("BAYYINA_PASSPHRASE", "amal")
    for words in (["log", "verify"], ["figures", "count", "count persons"], ["undo", "2"]):
        assert run(["-w", str(tmp_path / "ws"), *words]) == 2
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert "cannot be opened" in err
        assert "database server runs" in err
    with pytest.raises(StorageError, match="cannot be opened"):
        create_workspace(
            tmp_path / "new",
            name="N",
            handle="amal",
            person_name="A",
            passphrase=STRONG,
            cost=CHEAP,
        )
    assert not (tmp_path / "new").exists()
    bench.close()


@pytest.mark.parametrize(
    "address",
    ["mysql://h/x", "postgresql://", "postgresql://h:port/x", "postgresql://[::1/x", "x", "//"],
)
def test_an_address_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("BAYYINA_DATABASE_URL", address)
    with pytest.raises(WorkspaceError, match="not an address of a PostgreSQL database"):
        create_workspace(
            tmp_path / "ws", name="N", handle="amal", person_name="A", passphrase=STRONG, cost=CHEAP
        )
    assert not (tmp_path / "ws").exists()
