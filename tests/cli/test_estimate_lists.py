"""From lists of people to how many none of them holds, in one command."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from tests.cli.conftest import Program

GIVEN = [
    "Adam",
    "Omar",
    "Khaled",
    "Yusuf",
    "Samir",
    "Hani",
    "Nabil",
    "Rami",
    "Fadi",
    "Basel",
    "Ziad",
    "Tariq",
    "Munir",
    "Salim",
]
FAMILY = [
    "Kandil",
    "Haddad",
    "Najjar",
    "Sabbagh",
    "Khatib",
    "Halabi",
    "Homsi",
    "Shami",
    "Masri",
    "Turk",
    "Qasim",
    "Rifai",
]
PEOPLE = 900
"""Invented people, of whom each list holds some."""


def spoilt(name: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(name) - 1)
    return name[:at] + rng.choice("aeiou") + name[at + 1 :] if rng.random() < 0.2 else name


@pytest.fixture
def three_lists(tmp_path: Path) -> list[Path]:
    rng = random.Random(5)
    people = [
        (
            rng.choice(GIVEN),
            rng.choice(GIVEN),
            rng.choice(FAMILY),
            f"{rng.randint(1950, 2005)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
        )
        for _ in range(PEOPLE)
    ]
    files = []
    for label, share in zip("ABC", (0.45, 0.4, 0.35), strict=True):
        path = tmp_path / f"list-{label}.csv"
        with path.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(["id", "name", "birth"])
            for number, (given, father, family, birth) in enumerate(people):
                if rng.random() < share:
                    name = f"{spoilt(given, rng)} {father} {spoilt(family, rng)}"
                    writer.writerow([f"{label}{number}", name, birth])
        files.append(path)
    return files


ROLES = ("--id", "id", "--name", "name", "--birth", "birth")


def test_lists_are_linked_and_estimated_with_the_doubt_of_the_links(
    program: Program, three_lists: list[Path]
) -> None:
    words: list[str | Path] = ["estimate-lists", *three_lists, *ROLES]
    words += ["--no-sensitivity", "--json"]
    first = program(*words)
    assert first.status == 0, first.err
    document = first.document
    low, high = document["estimate"]["interval95"]
    assert low < PEOPLE < high
    assert [one["name"] for one in document["lists"]] == ["list-A", "list-B", "list-C"]
    assert document["draws"] is not None
    assert program(*words).document == document


def test_two_lists_are_refused_with_reasons(program: Program, three_lists: list[Path]) -> None:
    answer = program("estimate-lists", *three_lists[:2], *ROLES, "--json")
    assert answer.status == 1
    assert answer.document["estimate"] is None
    assert answer.document["reasons"]


def test_one_list_or_a_missing_column_is_one_sentence(
    program: Program, three_lists: list[Path]
) -> None:
    one = program("estimate-lists", three_lists[0], *ROLES)
    assert (one.status, one.sentence()[:24]) == (2, "One list has no overlap.")
    other = program("estimate-lists", *three_lists, "--id", "id", "--name", "nom")
    assert other.status == 2
    assert "no column" in other.sentence()
    gone = program("estimate-lists", *three_lists, three_lists[0].parent / "none.csv", *ROLES)
    assert gone.status == 2
    gone.sentence()
