"""The embargo: no output tells where a site is before two people decided that its evidence suffices."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from bayyina.app.clearances import withdraw_clearance
from bayyina.app.deciding import determine_record
from bayyina.app.exporting import FORMATS, LEVELS, export_records
from bayyina.app.opening_sealed import open_sealed
from bayyina.app.proving import prove_statement
from bayyina.app.record_reading import read_record
from bayyina.app.row_sealing import RowSealing
from bayyina.app.rows import RecordRow, StatementRow
from bayyina.app.sealed_rows import SealedRows
from bayyina.app.sealing_existing import seal_due
from bayyina.app.site_disclosure import embargo_of
from bayyina.app.site_records import read_site, read_sites
from bayyina.app.site_registering import register_sites
from bayyina.app.site_reporting import report_site
from bayyina.app.site_watching import watch_site
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.errors import CheckFailedError, InputError, KeyLockedError, PermissionRefusedError
from bayyina.keys.sealing import is_sealed, mark_in
from tests.app.conftest import Bench, quiet
from tests.app.site_cases import LATITUDE, LONGITUDE, site, write_series, write_site
from tests.leak_scanner import LeakScanner, Secret

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


def positions(workspace: Workspace) -> list[StatementRow]:
    """The statements of positions of sites, as they are stored."""
    term = workspace.store.terms()["Site", "position"]
    return [row for row in workspace.store.scan(StatementRow) if row.term == term]


def position_statement(workspace: Workspace, short: str) -> str:
    """Id of the statement of the exact position."""
    statements = read_record(workspace, short)["statements"]
    return next(str(one["id"]) for one in statements if one["property"] == "position")


def opened(workspace: Workspace, short: str) -> str:
    """What somebody is told of a site who opens what is sealed."""
    return json.dumps(open_sealed(workspace, short, reason="to look at the ground"))


def test_the_exact_position_is_sealed_and_no_output_tells_it(bench: Bench, tmp_path: Path) -> None:
    short = registered(bench, tmp_path)
    (held,) = positions(bench.amal)
    assert is_sealed(held.value)
    assert mark_in(held.value or "") == "33.1000|36.7000"
    assert (held.original, held.num_lo, held.num_hi) == (None, None, None)
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
    assert prove_statement(bench.amal, position_statement(bench.amal, short))


def test_the_position_of_a_decided_site_is_told_to_who_opens_it(
    bench: Bench, tmp_path: Path
) -> None:
    short = registered(bench, tmp_path)
    decide(bench, short, "badr", "dana")
    for name, text in outputs(bench.amal, tmp_path, short).items():
        for digits in DIGITS:
            assert digits not in text, name
    assert read_site(bench.amal, short).position_of == "district"
    size = bench.amal.store.log_size()
    found = read_site(bench.amal, short, reason="to walk the ground")
    assert (found.position, found.position_of) == ((33.1235, 36.6543), "exact")
    assert bench.amal.store.log_size() == size + 1
    assert all(digits in opened(bench.amal, short) for digits in DIGITS)
    page = report_site(
        bench.amal, site=short, languages=("en",), out_folder=tmp_path / "exact",
        reason="for the court",
    ).files["en"][0]  # fmt: skip
    assert "33.12" in page.read_text("utf-8")
    with pytest.raises(InputError, match="for a reason"):
        read_site(bench.amal, short, reason=" ")
    unclear = bench.member("karim", "intake", "analyst", "verifier")
    withdraw_clearance(bench.amal, "karim")
    with pytest.raises(KeyLockedError, match="not cleared"):
        read_site(unclear, short, reason="to walk the ground")
    with pytest.raises(PermissionRefusedError):
        read_site(bench.member("lina", "analyst"), short, reason="to walk the ground")


def test_under_embargo_it_takes_the_role_and_the_clearance(bench: Bench, tmp_path: Path) -> None:
    short = registered(bench, tmp_path)
    assert bench.amal.member.handle == "amal"
    assert not any(digits in opened(bench.amal, short) for digits in DIGITS)
    size = bench.amal.store.log_size()
    with pytest.raises(PermissionRefusedError, match="exact-positions"):
        read_site(bench.amal, short, reason="to walk the ground")
    assert bench.amal.store.log_size() == size
    both = bench.member("noor", "verifier", "analyst", "site-positions")
    assert all(digits in opened(both, short) for digits in DIGITS)
    assert read_site(both, short, reason="to walk the ground").position_of == "exact"
    assert read_site(both, short).position_of == "district"
    assert "33.12" not in json.dumps(read_record(both, short))
    with pytest.raises(InputError, match="embargo"):
        report_site(both, site=short, languages=("en",), out_folder=tmp_path, reason="for us")
    role_only = bench.member("omar", "intake", "site-positions")
    with pytest.raises(PermissionRefusedError):
        opened(role_only, short)


def test_the_same_file_changes_nothing_whoever_registers_it(bench: Bench, tmp_path: Path) -> None:
    path = write_site(tmp_path, site())
    unclear = bench.member("karim", "intake")
    assert register_sites(unclear, files=[path]).batch is not None
    assert register_sites(unclear, files=[path]).batch is None
    assert register_sites(bench.amal, files=[path]).batch is None
    content = site()
    for corner in content["geometry"]["coordinates"][0]:
        corner[0] += 0.002
    for workspace, east in ((unclear, "36.6563"), (bench.amal, "36.6583")):
        done = register_sites(workspace, files=[write_site(tmp_path, content)])
        assert (done.statements, done.closures) == (1, 1)
        held = SealedRows(bench.amal).opened(positions(bench.amal))
        assert str(held[-1].value).endswith(east)
        for corner in content["geometry"]["coordinates"][0]:
            corner[0] += 0.002


def test_a_position_of_before_is_sealed_and_registered_no_second_time(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_site(tmp_path, site())
    with monkeypatch.context() as before:
        before.setattr(RowSealing, "concerns", lambda self, record, record_type: False)
        short = register_sites(bench.amal, files=[path]).sites[0][1]
    (clear,) = positions(bench.amal)
    assert clear.value == f"{LATITUDE:.4f}|{LONGITUDE:.4f}"
    assert read_site(bench.amal, short).position_of == "district"
    assert seal_due(bench.amal, quiet).statements == 1
    old, new = positions(bench.amal)
    assert old.value is None
    assert is_sealed(new.value)
    assert SealedRows(bench.amal).opened([new])[0].value == clear.value
    assert not any(one.findings for one in verify_workspace(bench.amal, progress=quiet).checks)
    for workspace in (bench.amal, bench.member("karim", "intake")):
        assert register_sites(workspace, files=[path]).batch is None


def test_no_byte_of_it_is_in_the_workspace(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Database, write-ahead log, snapshot, logs and pages, whoever decided what; and it can fail."""
    secrets = [Secret("north", "33.1235", "degrees"), Secret("east", "36.6543", "degrees"),
               Secret("a corner", str(LONGITUDE + 0.0005), "degrees")]  # fmt: skip
    scanner = LeakScanner(secrets)
    short = registered(bench, tmp_path)
    watch_site(bench.amal, site=short, series=write_series(tmp_path / "series.csv", "2023-03-01"))
    decide(bench, short, "badr", "dana")
    read_site(bench.amal, short, reason="to walk the ground")
    seal_due(bench.amal, quiet)
    outputs(bench.amal, tmp_path / "ws", short)
    assert (bench.folder / "ws" / "snapshot").is_dir()
    assert scanner.scan_tree(bench.folder / "ws") == []
    with monkeypatch.context() as off:
        off.setattr(RowSealing, "concerns", lambda self, record, record_type: False)
        register_sites(bench.amal, files=[write_site(tmp_path, site("invented-two"))])
    leaks = {one.label for one in scanner.scan_tree(bench.folder / "ws")}
    assert leaks == {"north", "east"}


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
