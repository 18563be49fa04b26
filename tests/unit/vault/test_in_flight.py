"""Addresses whose fate is not settled: kept while their holder lives, settled afterwards."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bayyina.vault.in_flight import in_flight, noted_addresses, settle_lost

ONE, OTHER = "0a" * 32, "f1" * 32

KILLED = """
import os, sys
from pathlib import Path
from bayyina.vault.in_flight import in_flight
with in_flight(Path(sys.argv[1])) as own:
    own.note(sys.argv[2:])
    (own.staged / "half").write_bytes(b"x")
    os._exit(9)
"""


class Stores:
    """What was asked and removed."""

    def __init__(self, named: Sequence[str] = ()) -> None:
        self.named, self.removed = set(named), list[str]()

    def settle(self, folder: Path) -> int:
        return settle_lost(folder, lambda some: self.named & set(some), self.removed.append)


def killed(folder: Path, *addresses: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder), *addresses], check=False)
    assert done.returncode == 9


def test_what_a_process_settles_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "in-flight"
    with in_flight(folder) as own:
        own.note([ONE])
        assert noted_addresses(folder) == {ONE}
        own.settled()
    assert list(folder.iterdir()) == []
    assert Stores().settle(folder) == 0


def test_a_living_holder_is_left_alone(tmp_path: Path) -> None:
    stores = Stores()
    with in_flight(tmp_path) as own:
        own.note([ONE])
        # Asked from another process, as locks of one process know each other.
        script = (
            "import sys; from pathlib import Path; from bayyina.vault.in_flight import settle_lost\n"
            "print(settle_lost(Path(sys.argv[1]), lambda some: set(), print))"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.split() == ["0"]
        own.settled()
    assert stores.settle(tmp_path) == 0


def test_what_a_killed_process_left_is_settled_once(tmp_path: Path) -> None:
    killed(tmp_path, ONE, OTHER)
    stores = Stores(named=[OTHER])
    assert stores.settle(tmp_path) == 1
    assert stores.removed == [ONE]
    assert list(tmp_path.iterdir()) == []
    assert stores.settle(tmp_path) == 0


def test_a_line_that_was_cut_off_is_no_address(tmp_path: Path) -> None:
    killed(tmp_path, ONE, OTHER[:40])
    stores = Stores()
    assert stores.settle(tmp_path) == 1
    assert stores.removed == [ONE]


def test_an_error_leaves_the_notes_to_the_next(tmp_path: Path) -> None:
    def fail() -> None:
        with in_flight(tmp_path) as own:
            own.note([ONE])
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        fail()
    stores = Stores()
    assert stores.settle(tmp_path) == 1
    assert stores.removed == [ONE]
