"""The program run in this process, on a copy of a small fictional workspace."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bayyina.app.rows import KINDS
from bayyina.app.workspace import Workspace
from bayyina.cli.main import run
from bayyina.db.opening import create_workspace, enroll, open_workspace
from tests.app.conftest import CHEAP, HEADER, MAPPING, ROWS
from tests.unit.keys.software_token import SoftwareToken

PASSPHRASE = "amal"


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        assert self.out.count("\n") == 1, "more or less than one line on standard output"
        return json.loads(self.out)

    def sentence(self) -> str:
        """What was said on standard error, which must be one line that a person can read."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        assert lines[0] == lines[0].strip()
        assert lines[0].endswith((".", "?", "`"))
        assert len(lines[0]) < 600
        return lines[0]


@dataclass
class Program:
    """The program, with a workspace and files to use it on."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    @property
    def workspace(self) -> Path:
        """The workspace's folder."""
        return self.folder / "ws"

    def __call__(self, *arguments: str | Path, at: Path | None = None) -> Answer:
        """Run a command on the workspace, or on another one."""
        self.capture.readouterr()
        words = [str(word) for word in ("-w", at or self.workspace, *arguments)]
        status = run(words)
        out, err = self.capture.readouterr()
        return Answer(status, out, err)

    def opened(self) -> Workspace:
        """The workspace, to look at its rows; to be closed."""
        return open_workspace(self.workspace, person="amal", passphrase=PASSPHRASE)

    def everything(self, at: Path | None = None) -> tuple[Any, ...]:
        """All rows of all tables, and the log."""
        opened = open_workspace(at or self.workspace, person="amal", passphrase=PASSPHRASE)
        store = opened.store
        rows = {kind: [tuple(row) for row in store.scan(row)] for kind, row in KINDS.items()}
        found = (rows, store.batches(), list(store.entries()), store.checkpoints(), store.jobs())
        store.close()
        return found

    def file(self, name: str, text: str | bytes) -> Path:
        """A file with this content."""
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def list_file(self, *rows: str) -> Path:
        """A list of the small register."""
        return self.file("list.csv", "\n".join([HEADER, *rows]) + "\n")

    def mapping(self, day: str = "2024-01-31", release: str = "partial") -> Path:
        """A mapping of the small register."""
        text = MAPPING.format(asserted_on=day, release=release)
        return self.file("list.mapping.toml", text)


def fill(folder: Path) -> None:
    """A fictional workspace that holds the small register, and a second person."""
    made = create_workspace(
        folder / "ws", name="Test", handle="amal", person_name="Amal", passphrase=PASSPHRASE,
        fictional=True, cost=CHEAP,
    )  # fmt: skip
    enroll(made, handle="badr", name="Badr", roles=("verifier",), passphrase=PASSPHRASE, cost=CHEAP)
    made.store.close()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that tests copy."""
    folder = tmp_path_factory.mktemp("template")
    fill(folder)
    return folder


@pytest.fixture
def program(
    template: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Program:
    """The program with a workspace of its own, in which amal is at work."""
    shutil.copytree(template / "ws", tmp_path / "ws")
    monkeypatch.chdir(tmp_path)
    for name in ("BAYYINA_DATABASE_URL", "BAYYINA_PASSPHRASE_FILE", "BAYYINA_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BAYYINA_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("BAYYINA_PERSON", "amal")
    token = SoftwareToken()
    monkeypatch.setattr("bayyina.keys.security_key.plugged_in", lambda: [token])
    return Program(tmp_path, capsys)


@pytest.fixture(scope="session")
def filled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test that fills a workspace leaves it for the others, which is quicker."""
    return tmp_path_factory.mktemp("filled") / "kept"


@pytest.fixture
def filled(program: Program, filled_once: Path) -> Program:
    """The same with the small register imported as batch 3."""
    if filled_once.is_dir():
        shutil.rmtree(program.workspace)
        shutil.copytree(filled_once, program.folder, symlinks=True, dirs_exist_ok=True)
        return program
    answer = program(
        "import", program.list_file(*ROWS), "--mapping", program.mapping("2023-08-31"), "--json"
    )
    assert answer.status == 0, answer.err
    shutil.copytree(program.folder, filled_once, symlinks=True)
    return program
