"""Lists that nobody on the project wrote, from file to figure, against counts made here.

The independent counts use Python's csv and json modules alone. They name real people, so
nothing but numbers is compared: no row and no name can appear in a message.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bayyina.app.clocks import FixedClock
from bayyina.app.counting import count_figure
from bayyina.app.importing import ImportResult, import_list
from bayyina.app.rows import RecordRow, StatementRow
from bayyina.app.sealed_rows import SealedRows
from bayyina.app.undoing import undo_batch
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.db.opening import create_workspace
from bayyina.errors import InputError
from bayyina.keys.sealing import is_sealed
from bayyina.tables.mapping import Mapping
from tests.app.conftest import CHEAP, STRONG, quiet

pytestmark = pytest.mark.data

MAPPINGS = Path(__file__).parents[2] / "examples" / "mappings"
RELEASES = ("2024-02-02", "2024-02-06", "2024-04-29", "2024-06-26", "2024-08-09")
CHILD_UNDER = 18


class RealLists:
    """A workspace of real data, and the folder of lists that it takes them from."""

    def __init__(self, folder: Path, lists: Path) -> None:
        self.lists = lists
        self.report = folder / "rows.csv"
        self.workspace: Workspace = create_workspace(
            folder / "ws", name="Lists", handle="amal", person_name="Amal", passphrase=STRONG,
            clock=FixedClock(datetime(2024, 9, 1, 12, tzinfo=UTC)), cost=CHEAP,
        )  # fmt: skip

    def take(self, path: str, mapping: str, *, confirm: bool = False) -> ImportResult:
        """Import a list; every row of it is accounted for."""
        used = Mapping.load(MAPPINGS / f"{mapping}.mapping.toml", self.workspace.vocabulary)
        result = import_list(
            self.workspace,
            file=self.lists / path,
            mapping=used,
            report=self.report,
            progress=quiet,
            confirm_withdrawals=confirm,
        )
        rows = result.rows
        assert rows.rows == rows.accepted + rows.warned + rows.kept_aside
        expected = {
            "accepted": rows.accepted,
            "warned": rows.warned,
            "kept_aside": rows.kept_aside,
            "withdrawn": result.changes.withdrawn,
        }
        assert self.report_statuses() == {name: n for name, n in expected.items() if n}
        return result

    def report_statuses(self) -> Counter[str]:
        """How often each status stands in the newest per-row report."""
        with self.report.open(encoding="utf-8-sig", newline="") as file:
            return Counter(line["status"] for line in csv.DictReader(file))

    def report_codes(self) -> Counter[tuple[str, str]]:
        """How often each problem stands there, with its column."""
        with self.report.open(encoding="utf-8-sig", newline="") as file:
            return Counter((line["codes"], line["columns"]) for line in csv.DictReader(file))

    def count(self, query: str) -> int:
        """The certain value of a figure without groups, which must be all that is possible."""
        figure = count_figure(self.workspace, query, quiet)
        assert figure.range == (figure.value, figure.value)
        return figure.value

    def groups(self, query: str, key: str) -> dict[str, int]:
        """The values of a figure's groups."""
        figure = count_figure(self.workspace, query, quiet)
        assert figure.groups_sum
        return {group.key[key]: group.value for group in figure.groups}

    def statements(self) -> Iterator[tuple[RecordRow, str, StatementRow]]:
        """Every statement with its record and property."""
        store = self.workspace.store
        names = {number: pair[1] for pair, number in store.terms().items()}
        records = {row.number: row for row in store.scan(RecordRow)}
        for row in store.scan(StatementRow):
            yield records[row.record], names[row.term], row

    def log_holds(self) -> bool:
        """Whether the custody log verifies."""
        return verify_workspace(self.workspace, progress=quiet).ok


@pytest.fixture
def real(tmp_path: Path, test_data: Path) -> Iterator[RealLists]:
    """A workspace of real data, removed again with all that it held."""
    made = RealLists(tmp_path, test_data / "records")
    yield made
    made.workspace.store.close()
    shutil.rmtree(tmp_path)


def plain(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def unequal(wanted: Counter[Any], found: Counter[Any]) -> int:
    """How many items stand in one of the counters and not in the other."""
    return (wanted - found).total() + (found - wanted).total()


def filled(groups: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in groups.items() if count}


class Release:
    """What one release of the ministry's list says, counted with the csv module."""

    def __init__(self, folder: Path, day: str) -> None:
        rows = plain(folder / "gaza_moh" / f"list_{day}.csv")
        self.day = day
        self.ids = {row["id"] for row in rows}
        self.rows = len(rows)
        self.by_sex = filled(
            {
                "female": sum(row["sex"] == "F" for row in rows),
                "male": sum(row["sex"] == "M" for row in rows),
                "unknown": sum(row["sex"] not in {"M", "F"} for row in rows),
            }
        )
        stated = [row.get("age") or "" for row in rows]
        ages = [int(float(age)) for age in stated if re.fullmatch(r"\d+(\.\d{1,2})?", age)]
        self.by_age = filled(
            {
                "adult": sum(age >= CHILD_UNDER for age in ages),
                "child": sum(age < CHILD_UNDER for age in ages),
                "unknown": len(rows) - len(ages),
            }
        )

    def check(self, real: RealLists, when: str) -> None:
        """The figures at ``when`` are those of this release."""
        for unit in ("deaths", "persons with Death"):
            assert real.count(f"count {unit} {when}") == self.rows
        assert real.groups(f"count deaths by sex {when}", "sex") == self.by_sex
        assert real.groups(f"count deaths by age_class {when}", "age_class") == self.by_age


def check_releases(real: RealLists, days: Sequence[str]) -> None:
    """Import releases one after the other; figures known at each are those of its file."""
    releases = [Release(real.lists, day) for day in days]
    path = "gaza_moh/list_{}.csv"
    batches, known = [], set[str]()
    for release in releases:
        gone = len(known - release.ids)
        if gone > len(known) / 100:
            size = real.workspace.store.log_size()
            with pytest.raises(InputError, match=f"lacks {gone} of the {len(known)} rows"):
                real.take(path.format(release.day), "gaza_moh")
            assert real.workspace.store.log_size() == size
        result = real.take(path.format(release.day), "gaza_moh", confirm=True)
        assert result.rows.rows == release.rows
        assert result.rows.kept_aside == 0
        assert result.changes.withdrawn == gone
        release.check(real, "")
        batches.append(result.batch or 0)
        known = release.ids
    for release in releases:
        release.check(real, f"known at {release.day}")
    assert real.count("count deaths known at 2024-02-01") == 0
    again = real.take(path.format(days[-1]), "gaza_moh", confirm=True)
    assert again.batch is None
    assert again.changes.unchanged == releases[-1].rows
    undo_batch(real.workspace, batch=batches[-1], reason="test")
    releases[-2].check(real, "")
    releases[-2].check(real, f"known at {days[-1]}")
    releases[0].check(real, f"known at {days[0]}")
    assert real.log_holds()


@pytest.mark.slow
def test_two_releases_of_one_ministry(real: RealLists) -> None:
    check_releases(real, RELEASES[:2])


@pytest.mark.slow
def test_five_releases_of_one_ministry(real: RealLists) -> None:
    check_releases(real, RELEASES)


def integer(text: str) -> int | None:
    return int(text) if text.strip() else None


def check_graves(real: RealLists) -> set[str]:
    """Import Spain's register of graves; the numbers of the graves."""
    rows = plain(real.lists / "mass_graves" / "spain_exovi_fosas.csv", ";")
    result = real.take("mass_graves/spain_exovi_fosas.csv", "spain_exovi_fosas")
    counts = [
        tuple(
            integer(row[f"NUMERO_PERSONAS_{name}"])
            for name in ("FOSA", "EXHUMADAS", "IDENTIFICADAS")
        )
        for row in rows
    ]
    more_exhumed = sum(p is not None and e is not None and e > p for p, e, _ in counts)
    more_identified = sum(i is not None and i > (e or 0) for _, e, i in counts)
    assert (len(rows), more_exhumed, more_identified) == (2640, 187, 64)
    assert (result.rows.rows, result.rows.warned) == (2640, 187 + 64)
    assert real.report_codes() == {
        ("", ""): 2640 - 187 - 64,
        ("count-logic", "NUMERO_PERSONAS_EXHUMADAS"): 187,
        ("count-logic", "NUMERO_PERSONAS_IDENTIFICADAS"): 64,
    }
    graves = {row["NUMERO_REGISTRO"] for row in rows}
    assert real.count("count sites") == len(graves)
    return graves


def test_graves_whose_counts_contradict_each_other_are_reported_and_kept(real: RealLists) -> None:
    rows = plain(real.lists / "mass_graves" / "spain_exovi_fosas.csv", ";")
    check_graves(real)
    stated: dict[str, dict[str, set[int | None]]] = {}
    for record, name, statement in real.statements():
        if name in {"person_count", "exhumed_count", "identified_count"}:
            held = stated.setdefault(record.list_key or "", {}).setdefault(name, set())
            held.add(statement.num_lo)
    lost = 0
    for row in rows:
        of_grave = stated.get(row["NUMERO_REGISTRO"], {})
        for name, column in (
            ("person_count", "FOSA"),
            ("exhumed_count", "EXHUMADAS"),
            ("identified_count", "IDENTIFICADAS"),
        ):
            number = integer(row[f"NUMERO_PERSONAS_{column}"])
            lost += number is not None and number not in of_grave.get(name, set())
    assert lost == 0
    assert real.log_holds()


def test_points_of_graves(real: RealLists) -> None:
    path = "mass_graves/spain_fosas_points.csv"
    rows = plain(real.lists / path)
    result = real.take(path, "spain_fosas_points")
    assert (result.rows.rows, result.rows.accepted) == (2361, 2361)
    assert real.count("count sites") == len({row["FOSA_NM"] for row in rows})
    wanted = {row["FOSA_NM"]: (float(row["y"]), float(row["x"])) for row in rows}
    wrong = len(wanted)
    stated = [(record, row) for record, name, row in real.statements() if name == "position"]
    assert all(is_sealed(row.value or "") for _, row in stated)
    opened = SealedRows(real.workspace).opened([row for _, row in stated])
    for (record, _), row in zip(stated, opened, strict=True):
        if row.value:
            latitude, longitude = map(float, row.value.split("|"))
            known = wanted[record.list_key or ""]
            near = max(abs(latitude - known[0]), abs(longitude - known[1])) < 1e-6
            wrong -= near
    assert wrong == 0


@pytest.mark.slow
def test_victims_are_joined_to_their_graves(real: RealLists) -> None:
    rows = plain(real.lists / "mass_graves" / "spain_exovi_victimas.csv")
    graves = check_graves(real)
    result = real.take("mass_graves/spain_exovi_victimas.csv", "spain_exovi_victimas")
    lost = sum(row["NUMEROFOSA"].strip() not in {"", *graves} for row in rows)
    told = {code: n for code, n in result.rows.problems.items() if code != "link-not-found"}
    assert set(told) == {"date-order", "age-impossible"}  # counted by hand in the unit tests
    assert result.rows.rows == 57_685
    impossible = 57_685 - result.rows.accepted - lost
    assert 205 <= impossible <= sum(told.values())
    joined = Counter(row["NUMEROFOSA"] for row in rows if row["NUMEROFOSA"] in graves)
    exhumed = sum(bool(row["FECHA_EXHUMACION"]) and row["NUMEROFOSA"] in graves for row in rows)
    assert joined.total() == 57_680
    names = {r.number: r.list_key for r in real.workspace.store.scan(RecordRow)}
    links: dict[str, Counter[str]] = {"Burial": Counter(), "Exhumation": Counter()}
    for record, name, statement in real.statements():
        if name == "site" and (statement.value or "").isdecimal():
            links[record.record_type][names[int(statement.value or "")] or ""] += 1
    unlike = unequal(joined, links["Burial"])
    assert unlike == 0
    assert (links["Burial"].total(), links["Exhumation"].total()) == (57_680, exhumed)
    assert real.count("count deaths") == real.count("count persons") == 57_685
    sexes = Counter(row["SEXO"] for row in rows)
    assert real.groups("count persons by sex", "sex") == filled(
        {
            "male": sexes["V"],
            "female": sexes["F"],
            "unknown": len(rows) - sexes["V"] - sexes["F"],
        }
    )
    assert real.log_holds()


URUGUAY = {
    "full_name": "Person.name",
    "given_names": "Person.name.given",
    "family_names": "Person.name.family",
    "date_of_birth": "Person.birth_date",
    "place_of_birth": "Person.birth_place",
    "nationality": "Person.nationality",
    "occupations": "Person.occupation",
    "short_bio": "Person.note",
    "notes": "Person.note",
    "date_of_remains_found": "HumanRemains.found_on",
    "place_of_remains_found": "HumanRemains.grave",
    "date_of_detention": "Arrest.date",
    "places_of_detention": "Detention.facility",
    "date_of_disappearance": "ReportedDisappearance.date",
    "age_at_disappearance": "ReportedDisappearance.age",
    "place_of_disappearance": "ReportedDisappearance.last_seen_place",
    "country_of_disappearance": "ReportedDisappearance.place",
    "victim_type": "ReportedDisappearance.note",
    "date_of_death": "Death.date",
    "place_of_death": "Death.place",
    "date_of_identification": "Identification.date",
}
"""What each field of the list is said to be, by its mapping."""

SEVERAL = {"nationality", "occupations"}
"""Fields of which every element is a statement of its own."""

LIST_NAME = "Uruguay: the disappeared"


def sources_named(people: Sequence[dict[str, Any]]) -> Counter[tuple[str, str, str]]:
    """How often each person's row states a property, by the source that the row names for it."""
    wanted: Counter[tuple[str, str, str]] = Counter()
    for person in people:
        for field, name in URUGUAY.items():
            said: Any = person.get(field)
            times = len(said) if field in SEVERAL else int(said not in ("", None, []))
            source = person["field_sources"].get(field, LIST_NAME)
            wanted[person["id"], name, source] += times
    return +wanted


def per_source(counted: Counter[tuple[str, str, str]]) -> dict[str, int]:
    """How many statements come from each source."""
    totals: Counter[str] = Counter()
    for (_, _, source), count in counted.items():
        totals[source] += count
    return dict(totals)


def test_the_disappeared_of_uruguay_with_the_source_of_every_field(real: RealLists) -> None:
    path = "uruguay_disappeared/disappeared.json"
    people = json.loads((real.lists / path).read_text(encoding="utf-8"))
    result = real.take(path, "uruguay_disappeared")
    assert (result.rows.rows, result.rows.kept_aside) == (len(people), 0) == (204, 0)
    titles = {
        record.number: statement.value or ""
        for record, name, statement in real.statements()
        if record.record_type == "Source" and name == "name"
    }
    found: Counter[tuple[str, str, str]] = Counter()
    links = 0
    for record, name, statement in real.statements():
        if record.record_type == "Source":
            continue
        if name in {"victim", "person", "body"}:
            links += 1
            continue
        person = (record.list_key or "").partition("/")[0]
        found[person, f"{record.record_type}.{name}", titles[statement.source or 0]] += 1
    wanted = sources_named(people)
    unlike = unequal(wanted, found)
    assert unlike == 0
    assert per_source(found) == per_source(wanted)
    assert len(per_source(found)) >= 3
    assert links > 0
    assert real.count("count persons") == 204
    found_remains = sum(person["remains_status"] == "found" for person in people)
    assert real.count("count deaths") == sum(
        bool(person["date_of_death"] or person["place_of_death"]) for person in people
    )
    remains = [r for r in real.workspace.store.scan(RecordRow) if r.record_type == "HumanRemains"]
    assert len(remains) == found_remains
    assert real.log_holds()


def test_published_tolls_of_wars_are_claims(real: RealLists) -> None:
    path = "casualty_sources/totals.csv"
    rows = plain(real.lists / path)
    result = real.take(path, "casualty_sources_totals")
    assert result.rows.accepted == len(rows) == 760
    assert real.count("count claims") == len(rows)
    assert real.count("count deaths") == 0
    bounds = Counter(
        (statement.num_lo, statement.num_hi)
        for _, name, statement in real.statements()
        if name == "value"
    )
    # A toll of which only the highest figure is given begins at nobody.
    wanted = Counter(
        (integer(row["low"]) or 0, integer(row["high"]))
        for row in rows
        if row["low"] or row["high"]
    )
    unlike = unequal(wanted, bounds)
    assert unlike == 0
    again = real.take(path, "casualty_sources_totals")
    assert again.batch is None
    assert again.changes.unchanged == len(rows)
    assert real.log_holds()
