"""The core does its work where Django, the command-line library and network clients are absent.

The wheel is built and installed into an environment that has the other dependencies only;
a job there reads dates and a list, asks for the vocabulary, and proves a logged statement.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
JOB = Path(__file__).with_name("core_alone_job.py")

ABSENT = (
    "django", "asgiref", "sqlparse", "click", "typer", "rich", "psycopg",
    "requests", "httpx", "urllib3", "bayyina", "_bayyina", "__editable__",
)  # fmt: skip
"""Beginnings of the names, in lower case, that the environment leaves out."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps",
        "--no-build-isolation", "--no-index", "--wheel-dir", str(folder), str(ROOT),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("bayyina-*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages: the wheel, and every dependency that the core may use."""
    folder = tmp_path_factory.mktemp("packages")
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if not path.name.lower().startswith(ABSENT) and path.suffix != ".pth":
            (folder / path.name).symlink_to(path, target_is_directory=path.is_dir())
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def found(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the job found; it runs without this environment's packages (``-S``)."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    done = subprocess.run(
        [sys.executable, "-S", "-W", "error", str(JOB)],
        capture_output=True,
        text=True,
        check=False,
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": str(environment), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_environment_lacks_what_the_core_must_not_need(
    found: dict[str, Any], environment: Path
) -> None:
    assert found["forbidden"] == []
    assert found["loaded"] == []
    assert found["installed_in"] == str(environment / "bayyina")


def test_core_reads_dates_and_says_what_it_cannot_read(found: dict[str, Any]) -> None:
    assert found["date"] == "2013-05"
    assert found["unreadable"] == "date-unreadable"


def test_wheel_carries_the_vocabulary_and_the_places(found: dict[str, Any]) -> None:
    assert found["types"] > 35
    assert found["place"] == "SY02"


def test_core_reads_a_list(found: dict[str, Any]) -> None:
    assert found["list"]["types"] == ["Person", "Death", "Person"]
    assert found["list"]["births"][0] == "2012-02"


def test_core_checks_a_proof_and_refuses_a_changed_one(found: dict[str, Any]) -> None:
    assert found["proof"] == {"value": "2013", "changed_is_refused": True}


def test_core_understands_figure_queries(found: dict[str, Any]) -> None:
    wanted = "count persons held by sex as of 2023-08-31 under arrest-20-days"
    assert found["query"] == wanted


def test_wheel_holds_every_file_of_the_package_and_no_other(wheel: Path) -> None:
    source = ROOT / "src"
    wanted = {
        path.relative_to(source).as_posix()
        for path in (source / "bayyina").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == wanted
