"""What is sealed when it is taken in, and what is sealed of rows of before, is the same."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bayyina.app import changes
from bayyina.app.doctor_rows import examine_values
from bayyina.app.importing import import_list, report_path
from bayyina.app.live import live_batches, live_statements
from bayyina.app.rows import RecordRow
from bayyina.app.sealing_existing import seal_due
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.disclosure.protected_people import Protection
from bayyina.keys.sealing import is_sealed
from bayyina.tables.mapping import Mapping
from tests.app.conftest import Bench, quiet

NOTHING = Protection({}, {}, {}, 18, {})
"""Rules by which nothing is sealed, for rows of before."""

LIST = """
version = 1
[list]
name = "Accounts of invented people"
asserted_on = 2023-08-31
fictional = true
[row]
record = "Person"
key = "id"
[columns]
name = { to = "name", lang = "en" }
born = { to = "birth_date" }
age = { to = "age" }
national = { to = "identifier", scheme = "national-no" }
[[acts]]
type = "Arrest"
when = { column = "day" }
columns = { place = { to = "place", as = "governorate" }, class = { to = "age_class" }, reason = { to = "stated_reason" } }
[[acts]]
type = "Torture"
if = { column = "methods", is_not = [""] }
columns = { methods = { to = "methods" }, told = { to = "note" } }
[[acts]]
type = "FamilyContact"
if = { column = "phone", is_not = [""] }
columns = { phone = { to = "phone" } }
[[acts]]
type = "Testimony"
if = { column = "account", is_not = [""] }
columns = { account = { to = "text" }, alias = { to = "pseudonym" } }
"""

HEADER = "id,name,born,age,national,day,place,class,reason,methods,told,phone,account,alias"

CHOICES = {
    "born": ["1980-05-06", "2001-02-07", "1999", "May 1996", "", "بعد 2000"],
    "age": ["", "", "40", "16", "at least 12", "15-19"],
    "day": ["12/05/2013", "2013", "شباط 2014", ""],
    "place": ["Homs", "حلب", "Nowhere at all", ""],
    "class": ["", "", "adult", "child", "طفل"],
    "reason": ["", "for his brother Zarnuqash"],
    "methods": ["", "", "beating", "rape", "was kept naked in the cold", "something unheard of"],
    "told": ["", "it was told by a neighbour"],
    "phone": ["", "", "+963 11 000"],
    "account": ["", "", "what was seen there"],
    "alias": ["", "", "Grave Digger"],
}


def rows(rng: random.Random, count: int) -> list[str]:
    made = []
    for n in range(count):
        cells = [f"FICT-{n}", f"Person Number{n}"]
        for column in HEADER.split(",")[2:]:
            shared = f"{rng.randrange(count):06d}" if rng.random() < 0.4 else ""
            cells.append(shared if column == "national" else rng.choice(CHOICES[column]))
        made.append(",".join(f'"{cell}"' for cell in cells))
    return made


def take_in(workspace: Workspace, folder: Path, lines: list[str]) -> None:
    file = folder / "list.csv"
    file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    import_list(
        workspace, file=file, mapping=Mapping.parse(LIST, workspace.vocabulary),
        report=report_path(workspace, file), progress=quiet,
    )  # fmt: skip


def shown(workspace: Workspace) -> set[tuple[object, ...]]:
    """Each statement that stands: of what, and whether value and wording are sealed."""
    store = workspace.store
    records = {row.number: row for row in store.scan(RecordRow) if row.source is not None}
    names = {number: pair for pair, number in store.terms().items()}
    return {
        (
            records[row.record].list_key, *names[row.term], row.date_lo, row.date_hi,
            "sealed" if is_sealed(row.value) else row.value,
            "sealed" if is_sealed(row.original) else row.original,
        )
        for row in live_statements(store, sorted(records), live_batches(store))
        if not (row.value or "").isdecimal()
    }  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_rows_of_before_are_sealed_by_the_same_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    lines = rows(random.Random(seed), 60)
    now, before = Bench(tmp_path / "now"), Bench(tmp_path / "before")
    take_in(now.amal, now.folder, lines)
    seal_due(now.amal, quiet)
    with monkeypatch.context() as patched:
        patched.setattr(changes, "protection", lambda _: NOTHING)
        take_in(before.amal, before.folder, lines)
    assert not any("sealed" in one for one in shown(before.amal))
    assert not examine_values(before.amal, quiet).ok
    seal_due(before.amal, quiet)
    assert shown(before.amal) == shown(now.amal)
    for bench in (now, before):
        assert examine_values(bench.amal, quiet).ok
        assert seal_due(bench.amal, quiet).batch is None
        assert verify_workspace(bench.amal, progress=quiet).ok
        bench.close()


def test_an_import_seals_what_the_whole_rule_asks_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People of before whom a later list makes known: nothing is left for ``seal --due``."""
    lines = rows(random.Random(7), 60)
    bench = Bench(tmp_path)
    grown = [line.replace("2001-02-07", "1980-05-06").replace('"16"', '"40"') for line in lines]
    take_in(bench.amal, bench.folder, grown)
    later = LIST.replace("2023-08-31", "2024-08-31")
    monkeypatch.setitem(globals(), "LIST", later)
    take_in(bench.amal, bench.folder, lines)
    assert bench.amal.store.batches()[-1].action == "seal"
    assert examine_values(bench.amal, quiet).ok
    assert seal_due(bench.amal, quiet).batch is None
    bench.close()
