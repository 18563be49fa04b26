"""Linking lists: accuracy and time, against Splink 5 and an exact join in the same run.

Splink is run by ``BAYYINA_PEERS_PYTHON`` (a Python that has it), else by this one. Labels and
the ids of people are used for the score only. Accuracy is that of the default settings, given
nothing but what the columns are. ``python -m bench.linkage --large`` adds the million (``bench.linkage_large``).
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bayyina.linkage.blocking_plan import candidates_by, plan_for
from bayyina.linkage.columns import Field, PersonList
from bayyina.linkage.evaluating import (
    Quality,
    bcubed_quality,
    blocking_recall,
    linked_quality,
    pairwise_quality,
)
from bayyina.linkage.linking import link_lists
from bayyina.linkage.people import read_people
from bayyina.names.normal_forms import normal_form
from bench import linkage_large
from bench.running import data_folder

PEER_PAIRS = 450_741
RELEASES = (("2024-06-26", "2024-08-09"), ("2024-04-29", "2024-06-26"))
HISTORICAL = (
    Field("name", "full_name"), Field("given", "first_name"), Field("family", "surname"),
    Field("birth", "dob"), Field("place", "birth_place"), Field("place", "postcode_fake"),
    Field("sex", "gender"), Field("text", "occupation"),
)  # fmt: skip
FEBRL = (
    Field("given", "given_name"), Field("family", "surname"), Field("birth", "date_of_birth"),
    Field("place", "suburb"), Field("place", "postcode"), Field("text", "address_1"),
    Field("text", "state"), Field("text", "street_number"),
)  # fmt: skip
RELEASE = (
    Field("name", "name_ar_raw"),
    Field("birth", "dob"),
    Field("age", "age"),
    Field("sex", "sex"),
)
RLDATA = (
    Field("given", "fname_c1"), Field("given", "fname_c2"), Field("family", "lname_c1"),
    Field("family", "lname_c2"), Field("birth", "born"),
)  # fmt: skip


def line(what: str, quality: Quality, seconds: float | None, goal: str) -> None:
    """Print one row of the table."""
    took = f"{seconds:7.1f} s" if seconds is not None else " " * 9
    found = f"P {quality.precision:.4f}  R {quality.recall:.4f}  F1 {quality.f1:.4f}"
    print(f"  {what:44} {found} {took}  {goal}")


def numbers(groups: Sequence[Any]) -> np.ndarray:
    """Groups as numbers."""
    return np.unique(np.array(groups), return_inverse=True)[1]


def peer(kind: str, rows: dict[str, list[Any]]) -> tuple[dict[str, str], float] | None:
    """Clusters that Splink finds, by id, and its time; None where it is not installed."""
    python = os.environ.get("BAYYINA_PEERS_PYTHON", sys.executable)
    with tempfile.TemporaryDirectory() as folder:
        source, result = Path(folder) / "in.parquet", Path(folder) / "out.parquet"
        pq.write_table(pa.table(rows), source)
        script = Path(__file__).with_name("splink_peer.py")
        ended = subprocess.run(
            [python, script, kind, source, result], capture_output=True, text=True, check=False
        )
        if ended.returncode:
            why = ended.stderr.strip().splitlines()[-1:] or ["it said nothing"]
            print(f"  Splink did not run ({why[0][:150]}); nothing is compared with it.")
            return None
        found = duckdb.sql(f"select unique_id, cluster_id from '{result}'").fetchall()
        return dict(found), float(json.loads(ended.stdout.strip().splitlines()[-1])["seconds"])


def historical(folder: Path) -> None:
    """One list of people of the past with many mistakes."""
    table = duckdb.sql(
        f"select * from '{folder}/linkage/historical_50k.parquet' order by unique_id"
    )
    columns = dict(zip(table.columns, map(list, zip(*table.fetchall(), strict=True)), strict=True))
    truth = numbers(columns["cluster"])
    texts = {key: [value or "" for value in values] for key, values in columns.items()}
    people = PersonList("A", columns["unique_id"], texts)
    print(f"historical_50k, {len(truth):,} rows, one list")
    read = read_people([people], HISTORICAL)
    for times, goal in ((1, 0.85), (5, 0.95)):
        plan = plan_for(read, pairs_per_row=times * PEER_PAIRS / len(truth))
        found = candidates_by(plan, read, between_only=False)
        recall = blocking_recall(found.left, found.right, truth)
        print(f"  blocking recall at {len(found.left):,} pairs: {recall:.4f}  (goal {goal})")
    begin = time.perf_counter()
    of_row = link_lists([people], HISTORICAL).clusters.of_row
    seconds = time.perf_counter() - begin
    line("Bayyina, pairs of clusters", pairwise_quality(of_row, truth), seconds, "goal F1 0.914")
    line("Bayyina, B-cubed", bcubed_quality(of_row, truth), None, "")
    keys = (
        "unique_id",
        "first_name",
        "surname",
        "dob",
        "birth_place",
        "postcode_fake",
        "occupation",
    )
    rows = {key: columns[key] for key in keys}
    names = zip(columns["first_name"], columns["surname"], strict=True)
    rows["both_names"] = [f"{a} {b}" if a and b else None for a, b in names]
    answer = peer("historical", rows)
    if answer is not None:
        groups = numbers([answer[0][key] for key in columns["unique_id"]])
        line("Splink, its own model", pairwise_quality(groups, truth), answer[1], "")
        line("Splink, B-cubed", bcubed_quality(groups, truth), None, "")
        print(f"  time: {seconds / answer[1]:.2f} times Splink's  (goal 3)")


def csv_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            {key: (value or "").strip() for key, value in row.items()}
            for row in csv.DictReader(stream)
        ]


def as_list(
    label: str, rows: Sequence[dict[str, str]], key: str, fields: Sequence[Field]
) -> PersonList:
    """Rows as a list."""
    columns = {f.column: [row.get(f.column, "") for row in rows] for f in fields}
    return PersonList(label, [row[key] for row in rows], columns)


def between(
    lists: Sequence[PersonList], groups: np.ndarray, person: Callable[[str], str]
) -> Quality:
    """Quality of the links between two lists, where equal persons have equal ids."""
    first = len(lists[0])
    second = {person(key): first + row for row, key in enumerate(lists[1].ids)}
    ids = map(person, lists[0].ids)
    true = np.array([(row, second[key]) for row, key in enumerate(ids) if key in second])
    by_group: dict[int, tuple[list[int], list[int]]] = {}
    for row, group in enumerate(groups.tolist()):
        by_group.setdefault(group, ([], []))[row >= first].append(row)
    pairs = [(i, j) for a, b in by_group.values() for i in a for j in b]
    found = np.array(pairs or [(0, 0)])
    return linked_quality(found[:, 0], found[:, 1], true[:, 0], true[:, 1], len(groups))


def releases(folder: Path, first: str, second: str) -> None:
    """Two releases of a list of the dead, without their ids."""
    rows = [
        csv_rows(folder / "records" / "gaza_moh" / f"list_{day}.csv") for day in (first, second)
    ]
    lists = [as_list(label, one, "id", RELEASE) for label, one in zip("AB", rows, strict=True)]
    print(f"releases {first} and {second}, {len(rows[0]):,} and {len(rows[1]):,} rows, ids hidden")
    begin = time.perf_counter()
    linkage = link_lists(lists, RELEASE)
    seconds = time.perf_counter() - begin
    line("Bayyina", between(lists, linkage.clusters.of_row, str), seconds, "goal F1 0.97")
    joined: dict[tuple[str, ...], int] = {}
    groups = []
    for row in (*rows[0], *rows[1]):
        key = (normal_form(row["name_ar_raw"]), row["sex"], row["dob"] or row["age"])
        groups.append(joined.setdefault(key, len(joined)))
    line("exact join of normal forms", between(lists, np.array(groups), str), None, "")
    table: dict[str, list[Any]] = {key: [] for key in
                                   ("unique_id", "list", "first_name", "middle", "surname", "dob", "sex", "age")}  # fmt: skip
    for label, one in zip("AB", rows, strict=True):
        for number, row in enumerate(one):
            words = normal_form(row["name_ar_raw"]).split() or [""]
            values = (f"{label}{number}", label, words[0], " ".join(words[1:-1]), words[-1], row["dob"], row["sex"], row["age"])  # fmt: skip
            for key, value in zip(table, values, strict=True):
                table[key].append(value or None)
    answer = peer("releases", table)
    if answer is not None:
        found = numbers([answer[0][key] for key in table["unique_id"]])
        line("Splink by its guidance, at 0.95", between(lists, found, str), answer[1], "")


def small_sets(folder: Path) -> None:
    """The classic test sets."""
    rows = [csv_rows(folder / "linkage" / "febrl" / f"febrl4{part}.csv") for part in "ab"]
    lists = [as_list(label, one, "rec_id", FEBRL) for label, one in zip("AB", rows, strict=True)]
    begin = time.perf_counter()
    of_row = link_lists(lists, FEBRL).clusters.of_row
    quality = between(lists, of_row, lambda key: "-".join(key.split("-")[:2]))
    line("febrl4", quality, time.perf_counter() - begin, "")
    german = csv_rows(folder / "linkage" / "rldata" / "RLdata500.csv")
    for row in german:
        row["born"] = f"{row['by']}-{int(row['bm']):02}-{int(row['bd']):02}"
    begin = time.perf_counter()
    of_row = link_lists([as_list("A", german, "rec_id", RLDATA)], RLDATA).clusters.of_row
    quality = pairwise_quality(of_row, numbers([row["ent_id"] for row in german]))
    line("RLdata500", quality, time.perf_counter() - begin, "")


def invented(label: str, count: int, seed: int) -> PersonList:
    """Invented people: names by rank, dates of birth, places."""
    dice = np.random.default_rng(seed)
    sounds = [a + b for a in "bdfghjklmnrstz" for b in "aeiou"]

    def drawn(words: int, syllables: int) -> list[str]:
        parts = np.random.default_rng(words).integers(0, len(sounds), (words, syllables))
        known = ["".join(sounds[part] for part in row) for row in parts.tolist()]
        share = 1 / (np.arange(words) + 20.0)
        return [known[k] for k in dice.choice(words, count, p=share / share.sum()).tolist()]

    day = [(dt.date(1940, 1, 1) + dt.timedelta(days=k)).isoformat() for k in range(25_200)]
    columns = {
        "given": drawn(3_000, 3),
        "family": drawn(80_000, 4),
        "born": [day[k] for k in dice.integers(0, len(day), count).tolist()],
        "place": drawn(2_000, 2),
        "sex": ["mf"[k] for k in dice.integers(0, 2, count).tolist()],
    }
    return PersonList(label, [f"{label}{number}" for number in range(count)], columns)


def main() -> None:
    """Print the tables."""
    folder = data_folder()
    if not (folder / "linkage").is_dir():
        print("The test data is not on this machine; accuracy was not measured.")
    else:
        warm = invented("A", 300, 3)
        link_lists(
            [warm], [Field("given", "given"), Field("birth", "born"), Field("place", "place")]
        )
        historical(folder)
        for first, second in RELEASES:
            releases(folder, first, second)
        small_sets(folder)
    if "--large" in sys.argv:
        linkage_large.main()


if __name__ == "__main__":
    main()
