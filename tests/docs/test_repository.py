"""Rules of the repository: what ``scripts/check_repository.py`` finds, and that it finds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import check_repository

INDEX = "https://py" + "pi.org/simple"


def test_repository_keeps_its_rules() -> None:
    assert list(check_repository.findings()) == []


@pytest.mark.parametrize(
    "line",
    [f"see {INDEX}", "--index-" + "url https://mirror.example", "/ho" + "me/amal/list.csv"],
)
def test_addresses_and_private_paths_are_found(line: str) -> None:
    assert len(list(check_repository.addresses_in(Path("a.md"), f"one\n{line}\n"))) == 1


def test_own_folder_is_found() -> None:
    text = f"open {check_repository.ROOT}/src"
    assert list(check_repository.addresses_in(Path("a.md"), text))


def test_long_modules_and_drawers_are_found() -> None:
    long = "x = 1\n" * (check_repository.MODULE_LINES + 1)
    assert len(list(check_repository.module_findings(Path("src/utils.py"), long))) == 2


def test_unpinned_requirements_are_found() -> None:
    text = "click==8.5.1 \\\n    --hash=sha256:00\nrich>=15\n# a comment\n"
    found = list(check_repository.requirement_findings(Path("requirements/x.txt"), text))
    assert len(found) == 1
    assert "rich" in found[0]
