"""Workspaces and small lists for the tests of use cases."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bayyina.app.clocks import FixedClock
from bayyina.app.importing import ImportResult, import_list
from bayyina.app.workspace import Workspace
from bayyina.db.opening import create_workspace, enroll, open_workspace
from bayyina.keys.personal import KdfCost
from bayyina.tables.mapping import Mapping

CHEAP = KdfCost(memory_kib=64, iterations=1)
"""Argon2id parameters for tests: the key files open in no time."""

MAPPING = """
version = 1
[list]
name = "Register of invented arrests"
asserted_on = {asserted_on}
release = "{release}"
fictional = true
[row]
record = "Person"
key = "id"
[columns]
name = {{ to = "name", lang = "en" }}
sex = {{ to = "sex", values = {{ M = "male", F = "female" }} }}
born = {{ to = "birth_date" }}
[[acts]]
type = "Arrest"
when = {{ column = "arrest" }}
columns = {{ place = {{ to = "place", as = "governorate" }} }}
[[acts]]
type = "Death"
if = {{ column = "status", is = ["died"] }}
when = {{ column = "death" }}
"""
"""A mapping of the small register, to be completed."""

HEADER = "id,name,sex,born,arrest,place,status,death"
"""Columns of the small register."""

ROWS = (
    "FICT-1,Alif One,M,1990-02-01,12/05/2013,Homs,held,",
    "FICT-2,Ba Two,F,1985,شباط 2014,حلب,died,2015-03",
    "FICT-3,Ta Three,X,no date,2013,Nowhere,died,2016",
    ",No Key,M,,,,,",
    "FICT-1,Same Key,M,,,,,",
)
"""Rows of the small register: two sound ones, one with doubts, two that are kept aside."""


STRONG = "a long sentence nobody guesses"
"""A passphrase that a workspace of real data takes."""


class Bench:
    """A fictional workspace with a person of each kind, and a way to import small lists."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FixedClock(datetime(2024, 1, 1, 12, tzinfo=UTC))
        self._opened: list[Workspace] = []
        self.amal = self.as_member("amal") if (folder / "ws").is_dir() else self._founded(folder)
        self._opened = [self.amal]

    def _founded(self, folder: Path) -> Workspace:
        return create_workspace(
            folder / "ws",
            name="Test",
            handle="amal",
            person_name="Amal",
            passphrase="amal",
            fictional=True,
            clock=self.clock,
            cost=CHEAP,
        )

    def member(self, handle: str, *roles: str) -> Workspace:
        """The same workspace with a new person at work."""
        enroll(
            self.amal,
            handle=handle,
            name=handle.title(),
            roles=tuple(roles),
            passphrase=handle,
            cost=CHEAP,
        )
        return self.as_member(handle)

    def as_member(self, handle: str) -> Workspace:
        """The same workspace with a known person at work."""
        opened = open_workspace(
            self.folder / "ws", person=handle, passphrase=handle, clock=self.clock
        )
        self._opened.append(opened)
        return opened

    def take_in(
        self,
        *rows: str,
        workspace: Workspace | None = None,
        asserted_on: str = "2023-08-31",
        release: str = "partial",
        header: str = HEADER,
        mapping: str = MAPPING,
        dry_run: bool = False,
        confirm: bool = False,
    ) -> ImportResult:
        """Import rows of the small register."""
        used = workspace or self.amal
        file = self.folder / "list.csv"
        file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        text = mapping.format(asserted_on=asserted_on, release=release)
        return import_list(
            used,
            file=file,
            mapping=Mapping.parse(text, used.vocabulary),
            report=self.folder / "rows.csv",
            progress=quiet,
            dry_run=dry_run,
            confirm_withdrawals=confirm,
        )

    def close(self) -> None:
        """Close every connection."""
        for workspace in self._opened:
            workspace.store.close()


def quiet(done: int, total: int | None, what: str) -> None:
    """Progress that nobody looks at."""


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a fictional workspace in which nothing was done yet, to be copied."""
    folder = tmp_path_factory.mktemp("founded")
    Bench(folder).close()
    return folder / "ws"


@pytest.fixture
def bench(tmp_path: Path, founded: Path) -> Iterator[Bench]:
    """A fictional workspace: a copy of one that was founded once, which is quicker."""
    shutil.copytree(founded, tmp_path / "ws")
    made = Bench(tmp_path)
    yield made
    made.close()


@pytest.fixture
def progress() -> Callable[[int, int | None, str], None]:
    """Progress that nobody looks at."""
    return quiet
