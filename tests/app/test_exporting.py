"""Exports: others' formats hold what stands, nothing sealed, and read back the same."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from bayyina.app.exporting import FORMATS, Exported, export_records
from bayyina.app.importing import import_list
from bayyina.app.rows import RunRow
from bayyina.db.opening import create_workspace
from bayyina.errors import InputError, PermissionRefusedError, StorageError
from bayyina.exchange.follow_the_money import STATEMENT_COLUMNS
from bayyina.exchange.tables import safe_cell
from bayyina.tables.mapping import Mapping
from tests.app.conftest import CHEAP, Bench, quiet
from tests.app.test_submitting import HEADER, MAPPING, PHONE, WHOLE
from tests.app.test_use_cases_are_logged import check_change

SECOND = "FICT-2,علّان,Allan,2013-05,Aleppo,,,,,,2014,2015-01-01"
Write = Callable[..., Exported]


@pytest.fixture
def write(bench: Bench, tmp_path: Path) -> Write:
    bench.take_in(WHOLE, SECOND, header=HEADER, mapping=MAPPING, asserted_on="2024-02-01")

    def writing(form: str, **more: Any) -> Exported:
        out = tmp_path / "out" / f"file.{form}"
        return export_records(bench.amal, form=form, out=out, progress=quiet, **more)

    return writing


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("level", ["internal", "restricted"])
def test_what_is_sealed_is_in_no_export(write: Write, form: str, level: str) -> None:
    done = write(form, level=level)
    content = done.files[0].read_bytes()
    if zipfile.is_zipfile(done.files[0]):
        content = zipfile.ZipFile(done.files[0]).read("import.csv")
    elif form == "parquet":
        content = str(pq.read_table(done.files[0]).to_pylist()).encode()
    assert PHONE.encode() not in content
    assert b"FamilyContact" not in content
    assert len(content) > 40


def test_every_statement_stands_in_the_long_table_with_its_source(write: Write) -> None:
    with write("csv").files[0].open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    table = pq.read_table(write("parquet").files[0]).to_pylist()
    assert [{k: v or "" for k, v in row.items()} for row in table] == rows
    arrest = next(row for row in rows if row["property"] == "by")
    assert (arrest["record_type"], arrest["label_en"]) == (
        "Arrest",
        "Syrian government (to 8 December 2024)",
    )
    assert arrest["source"].startswith("FICT-")
    assert arrest["asserted_on"] == "2024-02-01"
    assert {row["huridocs_type"] for row in rows if row["record_type"] == "Person"} == {"0901"}
    assert {row["value"] for row in rows if row["property"] == "name"} >= {"فلان الفلاني"}


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-cmd", "'-cmd"),
        ("+963 11", "'+963 11"),
        ("-5", "-5"),
        ("+4.5", "+4.5"),
        ("اسم", "اسم"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(text: str, cell: str) -> None:
    assert safe_cell(text) == cell


def test_linked_data_names_every_source(write: Write) -> None:
    document = json.loads(write("json-ld").files[0].read_text(encoding="utf-8"))
    nodes = document["@graph"]
    ids = {node["id"] for node in nodes}
    said = [one for node in nodes for one in node["statements"]]
    assert all(one["source"] in ids for one in said if "source" in one)
    links = [one for one in said if "record" in one]
    assert links
    assert all(one["record"] in ids for one in links)
    assert "https" not in json.dumps(nodes)


def test_a_map_says_how_precise_a_place_is(write: Write) -> None:
    collection = json.loads(write("geojson").files[0].read_text(encoding="utf-8"))
    assert collection["type"] == "FeatureCollection"
    found = {
        (one["properties"]["precision"], tuple(one["geometry"]["coordinates"]))
        for one in collection["features"]
    }
    assert {precision for precision, _ in found} == {"governorate"}
    assert all(35 < lon < 43 and 32 < lat < 38 for _, (lon, lat) in found)


def test_follow_the_money_entities_and_statements_agree(write: Write) -> None:
    lines = write("ftm").files[0].read_text(encoding="utf-8").splitlines()
    entities = {one["id"]: one for one in map(json.loads, lines)}
    assert {one["schema"] for one in entities.values()} == {"Person", "Event", "Organization"}
    events = [one for one in entities.values() if one["schema"] == "Event"]
    assert all(one["properties"]["involved"][0] in entities for one in events)
    person = next(one for one in entities.values() if "فلان الفلاني" in str(one))
    assert sorted(person["properties"]["name"]) == ["Fulan al-Fulani", "فلان الفلاني"]
    partial = [one["properties"].get("date") for one in events]
    assert ["2013-05"] in partial  # as far as it is known, never filled up
    with write("ftm-statements").files[0].open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == STATEMENT_COLUMNS
    said = {(row["entity_id"], row["prop"], row["value"]) for row in rows if row["prop"] != "id"}
    assert said == {
        (one["id"], prop, value)
        for one in entities.values()
        for prop, values in one["properties"].items()
        for value in values
    }


def test_the_peers_own_library_reads_what_is_written(write: Write) -> None:
    ftm = pytest.importorskip(
        "followthemoney", reason="followthemoney is not installed (requirements/peers.txt)"
    )
    for line in write("ftm").files[0].read_text(encoding="utf-8").splitlines():
        data = json.loads(line)
        proxy = ftm.model.get_proxy(data)
        for name, values in data["properties"].items():
            kind = proxy.schema.properties[name].type
            assert all(kind.clean(value) is not None for value in values), name


def test_a_file_for_uwazi_reads_back_into_the_same_statements(
    write: Write, bench: Bench, tmp_path: Path
) -> None:
    archive, mapping = write("uwazi").files
    text = zipfile.ZipFile(archive).read("import.csv").decode("utf-8-sig")
    header = next(csv.reader(io.StringIO(text)))
    assert header[:3] == ["id", "title__ar", "title__en"]
    other = create_workspace(
        tmp_path / "other",
        name="Other",
        handle="amal",
        person_name="Amal",
        passphrase="amal",
        fictional=True,
        clock=bench.clock,
        cost=CHEAP,
    )
    zipped = archive.rename(archive.with_suffix(".zip"))
    import_list(
        other,
        file=zipped,
        mapping=Mapping.load(mapping, other.vocabulary),
        report=tmp_path / "rows.csv",
        progress=quiet,
    )
    again = export_records(
        other,
        form="csv",
        out=tmp_path / "again.csv",
        progress=quiet,
        record_type="Person",
    )
    first = write("csv", record_type="Person")
    other.store.close()

    def said(done: Exported) -> set[tuple[str, ...]]:
        with done.files[0].open(encoding="utf-8-sig", newline="") as stream:
            return {(row["property"], row["value"], row["lang"]) for row in csv.DictReader(stream)}

    assert said(again) == said(first)


def test_a_figure_chooses_what_leaves(write: Write) -> None:
    done = write("csv", query="count persons with Death")
    with done.files[0].open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    people = [row for row in rows if row["record_type"] == "Person"]
    names = {row["value"] for row in people if row["property"] == "name"}
    assert names == {"علّان", "Allan"}
    assert {row["record_type"] for row in rows} == {
        "Person",
        "Arrest",
        "Death",
        "Source",
    }


def test_an_export_is_an_entry_of_the_log(bench: Bench, tmp_path: Path) -> None:
    bench.take_in(WHOLE, header=HEADER, mapping=MAPPING)
    check_change(
        bench.amal,
        "export",
        lambda: export_records(bench.amal, form="csv", out=tmp_path / "a.csv", progress=quiet),
    )
    run = next(row for row in bench.amal.store.scan(RunRow) if row.run_kind == "export")
    assert '"level":"internal"' in run.parameters


def test_who_and_where_and_what_is_refused(bench: Bench, tmp_path: Path) -> None:
    bench.take_in(WHOLE, header=HEADER, mapping=MAPPING)
    viewer = bench.member("noor", "viewer")
    with pytest.raises(PermissionRefusedError):
        export_records(viewer, form="csv", out=tmp_path / "a.csv", progress=quiet)
    with pytest.raises(InputError, match="no record type"):
        export_records(
            bench.amal, form="csv", out=tmp_path / "a", progress=quiet, record_type="Persons"
        )
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot be written"):
        export_records(bench.amal, form="csv", out=tmp_path / "file" / "a", progress=quiet)
    assert not [row for row in bench.amal.store.scan(RunRow) if row.run_kind == "export"]
