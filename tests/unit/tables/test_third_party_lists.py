"""Lists that nobody on the project wrote, with the shipped mappings: every row is accounted for.

Only counts are compared, against counts made here with Python's csv and json modules alone;
no row and no name appears in a message.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.tables.applying import RowReader
from bayyina.tables.mapping import Mapping
from bayyina.tables.reading import open_table
from bayyina.tables.sourced_values import source_of
from bayyina.tables.suggesting import suggest

pytestmark = pytest.mark.data
MAPPINGS = Path(__file__).parents[3] / "examples" / "mappings"
RELEASES = ("2024-02-02", "2024-02-06", "2024-04-29", "2024-06-26", "2024-08-09")


@dataclass
class Summary:
    """What became of a list, in numbers and keys."""

    asserted_on: str
    statuses: Counter[str] = field(default_factory=Counter)
    codes: Counter[tuple[str, str]] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    values: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    keys: set[str] = field(default_factory=set)
    links: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)


@pytest.fixture
def take(vocabulary: Vocabulary, gazetteer: Gazetteer):
    """Read a whole list with a shipped mapping."""

    def read(path: Path, mapping_name: str) -> Summary:
        mapping = Mapping.load(MAPPINGS / f"{mapping_name}.mapping.toml", vocabulary).for_file(path)
        table = open_table(path)
        reader = RowReader(mapping, table.header, vocabulary, gazetteer)
        result = Summary(mapping.asserted_on)
        for number, cells, found in table.rows():
            reading = reader.read(number, cells, found)
            result.statuses[reading.status] += 1
            result.codes.update((p.code, p.column) for p in reading.problems)
            result.keys.add(reading.key)
            for record in reading.records:
                result.types[record.type] += 1
                result.links.update(target for _, target in record.links if "\x1f" in target)
                for value in record.values:
                    if value.property in {"sex", "state"}:
                        result.values[record.type, value.property, value.value] += 1
                    if (source := source_of(value)) is not None:
                        result.sources[source] += 1
        return result

    return read


def plain(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


@pytest.mark.parametrize("release", RELEASES)
def test_releases_of_one_ministry(test_data: Path, take, release: str) -> None:
    path = test_data / "records" / "gaza_moh" / f"list_{release}.csv"
    rows = plain(path)
    result = take(path, "gaza_moh")
    assert result.asserted_on == release
    assert result.statuses.total() == len(rows)
    assert result.statuses["kept_aside"] == 0
    assert len(result.keys) == len({row["id"] for row in rows}) == len(rows)
    assert result.types == {"Person": len(rows), "Death": len(rows)}
    sexes = Counter(row["sex"] for row in rows)
    assert result.values["Person", "sex", "male"] == sexes["M"]
    assert result.values["Person", "sex", "female"] == sexes["F"]
    ages = [row["age"] for row in rows if row.get("age")]
    odd_ages = sum(re.fullmatch(r"\d+(\.\d{1,2})?", age) is None for age in ages)
    assert result.codes["value-unreadable", "age"] == odd_ages
    beyond = sum(age.isdecimal() and int(age) > 120 for age in ages)
    assert result.codes["age-impossible", "age"] == beyond
    assert result.codes["date-ahead", "dob"] == sum(row.get("dob", "") > release for row in rows)
    assert set(result.codes) <= {
        ("value-unreadable", "age"),
        ("date-unreadable", "dob"),
        ("age-impossible", "age"),
        ("date-ahead", "dob"),
    }


def count(text: str) -> int | None:
    return int(text) if text.strip() else None


def test_graves_whose_counts_contradict_each_other(test_data: Path, take) -> None:
    path = test_data / "records" / "mass_graves" / "spain_exovi_fosas.csv"
    rows = plain(path, ";")
    result = take(path, "spain_exovi_fosas")
    counts = [
        tuple(
            count(row[f"NUMERO_PERSONAS_{name}"]) for name in ("FOSA", "EXHUMADAS", "IDENTIFICADAS")
        )
        for row in rows
    ]
    more_exhumed = sum(p is not None and e is not None and e > p for p, e, _ in counts)
    more_identified = sum(i is not None and i > (e or 0) for _, e, i in counts)
    assert (more_exhumed, more_identified) == (187, 64)
    assert result.codes == {
        ("count-logic", "NUMERO_PERSONAS_EXHUMADAS"): 187,
        ("count-logic", "NUMERO_PERSONAS_IDENTIFICADAS"): 64,
    }
    assert result.statuses == {"accepted": len(rows) - 187 - 64, "warned": 187 + 64}
    assert result.types == {"Site": len(rows)}
    assert len(result.keys) == len(rows) == 2640
    assert result.values["Site", "state", "exhumed"] == sum(
        row["ESTADO_ACTUAL"] == "EXHUMADA TOTAL" for row in rows
    )


def test_victims_are_joined_to_their_graves(test_data: Path, take) -> None:
    folder = test_data / "records" / "mass_graves"
    rows = plain(folder / "spain_exovi_victimas.csv")
    graves = {row["NUMERO_REGISTRO"] for row in plain(folder / "spain_exovi_fosas.csv", ";")}
    result = take(folder / "spain_exovi_victimas.csv", "spain_exovi_victimas")
    dates = [(row["FECHA_NACIMIENTO"], row["FECHA_FALLECIMIENTO"]) for row in rows]
    born_after_death = sum(bool(born and died) and born > died for born, died in dates)
    assert born_after_death == 205
    assert result.codes["date-order", "FECHA_NACIMIENTO"] == born_after_death
    assert result.codes["age-impossible", "EDAD"] == sum(
        row["EDAD"].isdecimal() and int(row["EDAD"]) > 120 for row in rows
    )
    assert {code for code, _ in result.codes} == {"date-order", "age-impossible"}
    assert result.statuses["accepted"] == len(rows) - result.statuses["warned"]
    assert 205 <= result.statuses["warned"] <= result.codes.total()
    assert len(result.keys) == len(rows) == 57_685
    targets = {target.partition("\x1f")[2] for target in result.links}
    assert {target.partition("\x1f")[0] for target in result.links} == {"Spain: register of graves"}
    assert targets <= graves
    joined = sum(row["NUMEROFOSA"] in graves for row in rows)
    exhumed = sum(bool(row["FECHA_EXHUMACION"]) and row["NUMEROFOSA"] in graves for row in rows)
    assert joined == 57_680
    assert result.links.total() == joined + exhumed
    sexes = Counter(row["SEXO"] for row in rows)
    assert result.values["Person", "sex", "male"] == sexes["V"]
    assert result.values["Person", "sex", "unrecognised"] == sexes["M"]


def test_positions_of_graves(test_data: Path, take) -> None:
    path = test_data / "records" / "mass_graves" / "spain_fosas_points.csv"
    result = take(path, "spain_fosas_points")
    assert result.statuses == {"accepted": 2361}
    assert result.keys == {row["FOSA_NM"] for row in plain(path)}


def test_the_disappeared_of_uruguay_with_a_source_for_each_field(test_data: Path, take) -> None:
    path = test_data / "records" / "uruguay_disappeared" / "disappeared.json"
    people = json.loads(path.read_text(encoding="utf-8"))
    result = take(path, "uruguay_disappeared")
    assert result.statuses.total() == len(people) == 204
    assert result.statuses["kept_aside"] == 0
    assert result.types["HumanRemains"] == sum(p["remains_status"] == "found" for p in people)
    assert result.types["Identification"] == sum(bool(p["date_of_identification"]) for p in people)
    assert result.types["Death"] == sum(
        bool(p["date_of_death"] or p["place_of_death"]) for p in people
    )
    named = {p["field_sources"]["full_name"] for p in people}
    assert named <= set(result.sources)
    assert set(result.sources) <= {s for p in people for s in p["field_sources"].values()}


def test_tolls_of_wars_are_claims(test_data: Path, take) -> None:
    path = test_data / "records" / "casualty_sources" / "totals.csv"
    result = take(path, "casualty_sources_totals")
    assert result.statuses == {"accepted": len(plain(path))}
    assert result.types == {"Claim": len(plain(path))}


@pytest.mark.parametrize(
    "name",
    [
        "gaza_moh/list_2024-02-02.csv",
        "gaza_moh/list_2024-08-09.csv",
        "mass_graves/spain_exovi_fosas.csv",
        "mass_graves/spain_exovi_victimas.csv",
        "mass_graves/spain_fosas_points.csv",
        "uruguay_disappeared/disappeared.json",
        "casualty_sources/totals.csv",
    ],
)
def test_a_drafted_mapping_runs_on_every_list(
    test_data: Path, vocabulary: Vocabulary, gazetteer: Gazetteer, name: str
) -> None:
    table = open_table(test_data / "records" / name)
    mapping = Mapping.parse(suggest(table, vocabulary, gazetteer), vocabulary)
    reader = RowReader(mapping, table.header, vocabulary, gazetteer)
    statuses = Counter(reader.read(*row).status for row in table.rows())
    assert statuses["accepted"] > statuses.total() / 2
