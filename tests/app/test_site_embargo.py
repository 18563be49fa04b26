"""The embargo: no output tells where a site is before two people decided that its evidence suffices."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from bayyina.app.deciding import determine_record
from bayyina.app.exporting import FORMATS, LEVELS, export_records
from bayyina.app.proving import prove_statement
from bayyina.app.record_reading import read_record
from bayyina.app.rows import RecordRow, StatementRow
from bayyina.app.site_disclosure import embargo_of
from bayyina.app.site_records import read_site, read_sites
from bayyina.app.site_registering import register_sites
from bayyina.app.site_reporting import report_site
from bayyina.app.workspace import Workspace
from bayyina.errors import CheckFailedError, PermissionRefusedError
from tests.app.conftest import Bench, quiet
from tests.app.site_cases import LATITUDE, LONGITUDE, site, write_site

DIGITS = ("33.12", "36.65")
"""What any exact position would show of itself."""


def registered(bench: Bench, folder: Path) -> str:
    """The short id of the registered site."""
    done = register_sites(bench.amal, files=[write_site(folder, site())])
    return done.sites[0][1]


def decide(bench: Bench, short: str, *handles: str, verdict: str = "for") -> None:
    """Let people decide that the evidence suffices, by an account and images."""
    rows = bench.amal.store.find(RecordRow, "record_type", ["SiteDisturbance"])
    sources = {one.name: one.id for one in read_site(bench.amal, short).witnesses}
    lines = [
        f"eyewitness_account={sources['FICT-W']}",
        f"satellite_change={bench.amal.short_id(rows[0].number)}",
    ]
    for handle in handles:
        determine_record(
            bench.member(handle, "verifier"),
            record_id=short,
            decision="sufficient",
            verdict=verdict,
            standard="site-sufficient",
            reasons="Looked at both.",
            lines=lines,
        )


def outputs(workspace: Workspace, folder: Path, short: str) -> dict[str, str]:
    """Every output that shows statements of a site, as text."""
    found = {}
    for row in workspace.store.scan(RecordRow):
        name = f"record {row.record_type} {row.number}"
        found[name] = json.dumps(read_record(workspace, workspace.short_id(row.number)))
    for form in FORMATS:
        for level in LEVELS:
            out = folder / f"{form}-{level}"
            record_type = "Site" if form == "uwazi" else None
            export_records(
                workspace, form=form, out=out, progress=quiet, level=level, record_type=record_type
            )
            data = out.read_bytes()
            if form == "parquet":
                found[f"export {form} {level}"] = str(pq.read_table(out).to_pydict())
            else:
                found[f"export {form} {level}"] = data.decode("utf-8", "replace")
    found["sites show"] = str(read_site(workspace, short))
    found["sites list"] = str(read_sites(workspace))
    report = report_site(
        workspace, site=short, languages=("en", "ar"), out_folder=folder / "report"
    )
    for lang, (page, _) in report.files.items():
        found[f"sites report {lang}"] = page.read_text("utf-8")
    return found


def position_statement(workspace: Workspace, short: str) -> str:
    """Id of the statement of the exact position."""
    statements = read_record(workspace, short)["statements"]
    return next(str(one["id"]) for one in statements if one["property"] == "position")


def test_the_exact_position_is_held_and_no_output_tells_it(bench: Bench, tmp_path: Path) -> None:
    short = registered(bench, tmp_path)
    held = [row.value for row in bench.amal.store.scan(StatementRow)]
    assert f"{LATITUDE:.4f}|{LONGITUDE:.4f}" in held
    found = outputs(bench.amal, tmp_path, short)
    assert len(found) > len(FORMATS) * len(LEVELS) + 5
    for name, text in found.items():
        for digits in DIGITS:
            assert digits not in text, name
    features = json.loads(found["export geojson restricted"])["features"]
    (drawn,) = [f for f in features if f["properties"]["property"] == "position"
                and f["properties"]["record"] == short]  # fmt: skip
    told = embargo_of(bench.amal).position(next(iter(embargo_of(bench.amal).withheld)))
    assert told is not None
    assert drawn["geometry"]["coordinates"] == [told.position.longitude, told.position.latitude]
    assert drawn["properties"]["precision"] == "blurred"
    assert json.loads(found["export geojson public"])["features"] == []
    with pytest.raises(PermissionRefusedError, match="does not suffice"):
        prove_statement(bench.amal, position_statement(bench.amal, short))
    with pytest.raises(CheckFailedError, match="embargo"):
        report_site(
            bench.amal, site=short, languages=("en",), out_folder=tmp_path, for_publication=True
        )


def test_one_person_does_not_lift_it_and_two_do(bench: Bench, tmp_path: Path) -> None:
    short = registered(bench, tmp_path)
    decide(bench, short, "badr")
    assert read_site(bench.amal, short).embargo
    assert read_site(bench.amal, short).decided[0].sufficient is False
    decide(bench, short, "dana")
    found = read_site(bench.amal, short)
    assert not found.embargo
    assert found.decided[0].people == ("badr", "dana")
    assert found.position_of == "exact"
    assert "33.12" in str(read_record(bench.amal, short)["statements"])
    assert prove_statement(bench.amal, position_statement(bench.amal, short))
    out = tmp_path / "map.geojson"
    export_records(bench.amal, form="geojson", out=out, progress=quiet, level="internal")
    assert "33.12" not in out.read_text("utf-8")
    export_records(bench.amal, form="geojson", out=out, progress=quiet, level="restricted")
    assert "33.12" in out.read_text("utf-8")


def test_one_objection_brings_it_back(bench: Bench, tmp_path: Path) -> None:
    short = registered(bench, tmp_path)
    decide(bench, short, "badr", "dana")
    assert not read_site(bench.amal, short).embargo
    decide(bench, short, "emad", verdict="against")
    found = read_site(bench.amal, short)
    assert found.embargo
    assert found.decided[0].against == ("emad",)


def test_many_corrected_positions_tell_no_more_than_one(bench: Bench, tmp_path: Path) -> None:
    """Averaging what is shown over many registrations does not come near the position."""
    content = site()
    del content["properties"]["claims"][0]
    content["properties"]["facilities"] = []
    told = set()
    for step in range(6):
        for corner in content["geometry"]["coordinates"][0]:
            corner[0] += 0.0001 * (-1) ** step
        register_sites(bench.amal, files=[write_site(tmp_path, content)])
        found = read_site(bench.amal, "invented-one")
        assert found.position_of == "grid"
        told.add(found.position)
    assert len(told) == 1
    (position,) = told
    assert position is not None
    assert math.dist(position, (LATITUDE, LONGITUDE)) > 0.01
