"""The lists: counted a second way from the raw files, they give what was asked for."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bayyina.errors import StorageError
from bayyina.scenario import (
    Truth,
    invent,
    october_2023,
    read_truth_file,
    resolve_targets,
    write_lists,
    write_truth_file,
)
from bayyina.scenario.cells import targets_of
from bayyina.scenario.people import Certificate, Custody, Death, Person, Sentence
from tests.unit.scenario.raw_lists import count_raw, read_rows, whole_rows
from tests.unit.scenario.test_targets import _cells_from

SCALE = 0.02
BRANCH = "military-intelligence"


@pytest.fixture(scope="module")
def truth() -> Truth:
    return invent(scale=SCALE)


@pytest.fixture(scope="module")
def folder(truth: Truth, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lists")
    write_lists(folder, truth=truth)
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def test_the_raw_lists_hold_the_published_figures_at_a_small_scale(folder: Path) -> None:
    assert count_raw(folder) == resolve_targets(scale=SCALE)


@pytest.mark.slow
def test_the_raw_lists_hold_the_published_figures(tmp_path: Path) -> None:
    write_lists(tmp_path)
    assert count_raw(tmp_path) == october_2023().published()


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    numbers=st.lists(st.integers(0, 60), min_size=24, max_size=24),
    seed=st.integers(0, 2**32),
)
def test_the_raw_lists_hold_any_targets(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[int], seed: int
) -> None:
    cells = _cells_from(numbers)
    cells["bodies"]["known"] = min(cells["bodies"]["known"], cells["deaths"]["man-earlier"])
    targets = targets_of(cells)
    folder = tmp_path_factory.mktemp("any")
    write_lists(folder, targets=targets, seed=seed)
    assert count_raw(folder) == targets


@pytest.mark.parametrize(
    "targets",
    [
        dict.fromkeys(october_2023().published(), 0),
        {"held": 40, "disappeared": 40, "held-women": 3, "disappeared-women": 3},
        {"order-arrests": 50, "order-released": 3, "order-disappeared": 7},
        {"torture-deaths": 30, "torture-deaths-2023": 20, "identified-already-known": 9},
        {"torture-deaths": 30, "torture-deaths-women": 30, "torture-deaths-2023": 4},
        {"sentences-commuted": 300, "death-sentences": 301, "held": 20},
        {"photographed-bodies": 6, "bodies-identified": 6, "identifications-being-verified": 0},
    ],
)
def test_targets_at_the_edges_are_reproduced(tmp_path: Path, targets: dict[str, int]) -> None:
    small = {"torture-deaths": 40, "held": 300, "death-sentences": 30, "photographed-bodies": 20}
    small |= {"certificates-not-notified": 5, "identified-already-known": 2}
    wanted = resolve_targets({**small, **targets})
    assert targets.items() <= wanted.items()
    write_lists(tmp_path, targets={**small, **targets})
    assert count_raw(tmp_path) == wanted


def test_equal_arguments_give_equal_bytes_in_two_processes(folder: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from bayyina.scenario import write_lists;"
        f"write_lists(Path(sys.argv[1]), scale={SCALE})"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, env=environment)
    assert digests(tmp_path) == digests(folder)


def test_another_seed_gives_other_people_and_the_same_figures(folder: Path, tmp_path: Path) -> None:
    write_lists(tmp_path, scale=SCALE, seed=1)
    lists = {name for name in digests(folder) if not name.endswith(".toml")}
    assert all(digests(tmp_path)[name] != digests(folder)[name] for name in lists)
    assert count_raw(tmp_path) == count_raw(folder)


def test_the_truth_goes_through_its_file(truth: Truth, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "truth.jsonl"
    write_truth_file(path, truth)
    again = read_truth_file(path)
    assert again == truth
    write_lists(tmp_path / "lists", truth=again)
    assert digests(tmp_path / "lists") == digests(folder)


def test_the_truth_is_written_on_request_only(folder: Path, tmp_path: Path) -> None:
    assert not [path for path in folder.iterdir() if "truth" in path.name]
    write_lists(tmp_path, scale=0.001, write_truth=True)
    assert len(read_truth_file(tmp_path / "FICTIONAL-truth.jsonl").persons) > 100


def test_every_file_and_every_id_says_that_it_is_invented(folder: Path) -> None:
    for path in folder.iterdir():
        assert path.name.startswith("FICTIONAL-")
        if path.suffix == ".toml":
            assert "fictional = true" in path.read_text(encoding="utf-8")
            continue
        for row in whole_rows(path):
            assert next(iter(row.values())).startswith("FICT-")
            assert row["FICTIONAL"]


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot be written"):
        write_lists(tmp_path / "file" / "lists", scale=0.001)


# What such lists look like


def test_lists_hold_wrong_rows_of_every_kind(folder: Path) -> None:
    for name in ("FICTIONAL-central-arrest-register.csv", "FICTIONAL-deaths.csv"):
        header, *rows = read_rows(folder / name)
        keys = [row[0] for row in rows if row]
        widths = {len(row) for row in rows if row}
        assert "" in keys
        assert len(set(keys)) < len(keys)
        assert min(widths) < len(header) < max(widths)
        assert any("31/02/2014" in row for row in rows)
        assert any("????" in cell for row in rows for cell in row)


def test_lists_overlap_and_spell_the_same_people_differently(folder: Path) -> None:
    register = list(whole_rows(folder / "FICTIONAL-central-arrest-register.csv"))
    office = list(whole_rows(folder / "FICTIONAL-provincial-office-south.xlsx"))
    families = list(whole_rows(folder / "FICTIONAL-families-association.csv"))
    numbers = [row["الرقم المشترك"] for row in register]
    assert len(numbers) - len(set(numbers)) > 20
    assert len({row["Shared no."] for row in office} & set(numbers)) > 5
    names: dict[str, set[str]] = {}
    for row in register:
        names.setdefault(row["الرقم المشترك"], set()).add(row["الاسم الكامل"])
    again = [number for number in numbers if numbers.count(number) > 1][:200]
    assert any(len(names[number]) > 1 for number in again)
    assert len({row["الرقم المشترك"] for row in families} & set(numbers)) > 100


def test_dates_are_written_in_many_ways(folder: Path) -> None:
    register = whole_rows(folder / "FICTIONAL-central-arrest-register.csv")
    dates = " ".join(row["تاريخ الاعتقال"] for row in register)
    for form in ("شباط", "٢٠", "/2013", "2013-"):
        assert form in dates


def test_lists_do_not_show_why_somebody_was_invented(truth: Truth) -> None:
    assert len({person.cohort for person in truth.persons[:200]}) > 5


def test_one_list_mixes_two_encodings(folder: Path) -> None:
    data = (folder / "FICTIONAL-families-association.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    assert "رقم الطلب".encode() in data


# Changing the truth

Change = Callable[[Person], Person]


def changed(truth: Truth, fits: Callable[[Person], bool], change: Change, number: int) -> Truth:
    chosen = [person for person in truth.persons if fits(person)][:number]
    assert len(chosen) == number, "the scenario has too few such people for this test"
    new = {person.number: change(person) for person in chosen}
    persons = tuple(new.get(person.number, person) for person in truth.persons)
    return replace(truth, persons=persons)


def with_death(person: Person, **changes: str) -> Person:
    """The person with another death."""
    assert person.death is not None
    return replace(person, death=replace(person.death, **changes))


def with_last_custody(person: Person, **changes: object) -> Person:
    last: Custody = replace(person.custodies[-1], **changes)  # type: ignore[arg-type]
    return replace(person, custodies=(*person.custodies[:-1], last))


def is_man(person: Person, cohort: str) -> bool:
    return person.cohort == cohort and person.age_class == "adult" and person.sex == "male"


def is_woman(person: Person, cohort: str) -> bool:
    return person.cohort == cohort and person.age_class == "adult" and person.sex == "female"


def is_plainly_held(person: Person, cohort: str) -> bool:
    arrested = person.custodies[-1].arrested if person.custodies else "9999"
    return is_man(person, cohort) and arrested < "2020" and not person.sentence and not person.death


def dies(person: Person) -> Person:
    return replace(person, death=Death("2022-05-04", "torture", BRANCH))


def executed(person: Person) -> Person:
    sentence = replace(
        person.sentence or Sentence("2014-01-01", "death", "commuted"),
        outcome="carried_out",
        carried_out="2023-08-15",
    )
    return replace(person, sentence=sentence)


CASES: dict[str, tuple[Callable[[Person], bool], Change, dict[str, int]]] = {
    "disappeared people are released": (
        lambda p: is_plainly_held(p, "disappeared"),
        lambda p: with_last_custody(p, released="2022-03"),
        {"held": -1, "disappeared": -1},
    ),
    "the authorities admit that they hold disappeared people": (
        lambda p: is_plainly_held(p, "disappeared"),
        lambda p: with_last_custody(p, acknowledged="yes", refused=False),
        {"disappeared": -1},
    ),
    "families of held women are refused information": (
        lambda p: is_woman(p, "held") and p.custodies[-1].arrested < "2020",
        lambda p: with_last_custody(p, acknowledged="no", refused=True),
        {"disappeared": 1, "disappeared-women": 1},
    ),
    "held people die under torture": (
        lambda p: is_plainly_held(p, "held"),
        dies,
        {"held": -1, "torture-deaths": 1},
    ),
    "held people turn out to be held by others": (
        lambda p: is_plainly_held(p, "held"),
        lambda p: with_last_custody(p, by="sdf"),
        {"held": -1},
    ),
    "the dead died of shelling": (
        lambda p: is_man(p, "torture-death") and p.death is not None and p.death.day < "2022",
        lambda p: with_death(p, manner="shelling"),
        {"torture-deaths": -1},
    ),
    "the dead died at the hands of others": (
        lambda p: is_man(p, "torture-death") and p.death is not None and p.death.day < "2022",
        lambda p: with_death(p, by="isis"),
        {"torture-deaths": -1},
    ),
    "the dead died in 2023": (
        lambda p: is_man(p, "torture-death") and p.death is not None and p.death.day < "2022",
        lambda p: with_death(p, day="2023-04-09"),
        {"torture-deaths-2023": 1},
    ),
    "identified dead died of shelling": (
        lambda p: is_man(p, "torture-death-photographed"),
        lambda p: with_death(p, manner="shelling"),
        {"torture-deaths": -1, "identified-already-known": -1, "identified-not-known": 1},
    ),
    "commuted sentences were carried out": (
        lambda p: is_man(p, "commuted"),
        executed,
        {"sentences-commuted": -1, "sentences-carried-out": 1},
    ),
    "the executed were servicemen": (
        lambda p: is_man(p, "executed") and p.category == "civilian",
        lambda p: replace(p, category="serviceman"),
        {"executed-servicemen": 1},
    ),
    "families were notified": (
        lambda p: p.certificate is not None and p.certificate.notified == "no",
        lambda p: replace(p, certificate=Certificate("2023-01-02", "yes")),
        {"certificates-not-notified": -1},
    ),
    "people arrested since the order are released": (
        lambda p: is_man(p, "order-disappeared"),
        lambda p: with_last_custody(p, released="2024-02-20"),
        {"order-released": 1, "order-disappeared": -1},
    ),
    "people arrested since the order were arrested by others": (
        lambda p: is_man(p, "order-disappeared"),
        lambda p: with_last_custody(p, by="hts"),
        {"order-arrests": -1, "order-disappeared": -1},
    ),
    "people arrested since the order were killed": (
        lambda p: is_man(p, "order-disappeared"),
        lambda p: replace(p, death=Death("2024-02-19", "torture", BRANCH, told="2024-02-22")),
        {"order-killed": 1, "order-disappeared": -1},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_changing_rows_of_the_truth_moves_each_figure_exactly(
    truth: Truth, folder: Path, tmp_path: Path, case: str
) -> None:
    fits, change, moves = CASES[case]
    number = 2
    write_lists(tmp_path, truth=changed(truth, fits, change, number))
    before, after = count_raw(folder), count_raw(tmp_path)
    assert {name: after[name] - before[name] for name in before if after[name] != before[name]} == {
        name: move * number for name, move in moves.items()
    }


@pytest.mark.parametrize(
    ("state", "to", "moves"),
    [
        (
            "being_verified",
            "withdrawn",
            {"identifications-being-verified": -1},
        ),
        (
            "unidentified",
            None,
            {"photographed-bodies": -1},
        ),
    ],
)
def test_changing_bodies_moves_each_figure_exactly(
    truth: Truth,
    folder: Path,
    tmp_path: Path,
    state: str,
    to: str | None,
    moves: dict[str, int],
) -> None:
    chosen = {body.number for body in [b for b in truth.bodies if b.state == state][:3]}
    bodies = tuple(
        replace(body, state=to) if body.number in chosen and to else body
        for body in truth.bodies
        if to or body.number not in chosen
    )
    write_lists(tmp_path, truth=replace(truth, bodies=bodies))
    before, after = count_raw(folder), count_raw(tmp_path)
    assert {name: after[name] - before[name] for name in before if after[name] != before[name]} == {
        name: move * 3 for name, move in moves.items()
    }
