"""Files about a site under embargo tell not where it lies, unless a cleared member asks; scans are kept once."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from bayyina.app.record_reading import read_record
from bayyina.app.rows import RecordRow, RunRow
from bayyina.app.site_outputs import release_exact, withheld_ground
from bayyina.app.site_records import read_site
from bayyina.app.site_registering import register_sites
from bayyina.app.site_scan_records import KeptScan, keep_scan
from bayyina.errors import InputError, PermissionRefusedError
from bayyina.sites.polygons import read_polygon
from bayyina.sites.positions import Box
from bayyina.sites.scanning import Scan, scan
from tests.app.conftest import Bench
from tests.app.site_cases import LATITUDE, LONGITUDE, site, write_site
from tests.app.test_site_embargo import decide
from tests.app.test_use_cases_are_logged import check_change
from tests.unit.sites.made_scenes import Place, every, site_file, square, stacked

ONSET = date(2021, 10, 10)
AROUND = Box(LONGITUDE - 0.001, LATITUDE - 0.001, LONGITUDE + 0.001, LATITUDE + 0.001)
ELSEWHERE = Box(10.0, 10.0, 10.1, 10.1)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Scan:
    """A scan of made scenes with one episode."""
    days = every(date(2021, 1, 5), date(2022, 9, 1), 16)
    place = Place(days, changed=square(28, 28, 8), course=lambda day: float(day >= ONSET))
    folder = tmp_path_factory.mktemp("scenes")
    outline = site_file(tmp_path_factory.mktemp("site") / "site.geojson")
    return scan(stacked(place, folder), read_polygon(outline))


@pytest.fixture
def registered(bench: Bench, tmp_path: Path) -> Bench:
    """A workspace with one site under embargo."""
    register_sites(bench.amal, files=[write_site(tmp_path, site(acts=[]))])
    return bench


def test_a_site_under_embargo_is_known_by_its_id_and_by_its_ground(registered: Bench) -> None:
    by_key = withheld_ground(registered.amal, key="invented-one", box=ELSEWHERE)
    by_ground = withheld_ground(registered.amal, key="another-name", box=AROUND)
    assert by_key == by_ground
    assert by_key is not None
    assert by_key.told is not None
    assert "embargo" in by_key.reason
    told = f"{by_key.told.latitude} {by_key.told.longitude}"
    assert "33.12" not in told
    assert "36.65" not in told
    assert withheld_ground(registered.amal, key="another-name", box=ELSEWHERE) is None
    assert withheld_ground(registered.amal) is None


def test_a_decided_site_is_told_as_it_is(bench: Bench, tmp_path: Path) -> None:
    done = register_sites(bench.amal, files=[write_site(tmp_path, site())])
    decide(bench, done.sites[0][1], "badr", "dana")
    assert withheld_ground(bench.amal, key="invented-one", box=AROUND) is None


def test_exact_files_need_the_role_and_are_logged(registered: Bench) -> None:
    withheld = withheld_ground(registered.amal, key="invented-one")
    assert withheld is not None
    size = registered.amal.store.log_size()
    with pytest.raises(PermissionRefusedError, match="exact-positions"):
        release_exact(registered.amal, withheld, ["map"])
    assert registered.amal.store.log_size() == size
    cleared = registered.member("dana", "site-positions")
    check_change(
        cleared,
        "release-site-files",
        lambda: release_exact(cleared, withheld, ["map", "geojson"]),
    )
    (run,) = [row for row in cleared.store.scan(RunRow) if row.run_kind == "site-files"]
    assert json.loads(run.parameters) == {"files": "map geojson", "site": withheld.site}


def test_scenes_and_episodes_of_a_scan_are_kept_once(registered: Bench, found: Scan) -> None:
    results: list[KeptScan] = []

    def keep() -> None:
        results.append(keep_scan(registered.amal, site="invented-one", found=found))

    check_change(registered.amal, "scan-site", keep)
    (kept,) = results
    assert kept.scenes == len(found.cube.records)
    (short,) = kept.disturbances
    said = read_record(registered.amal, short)["statements"]
    by_name = {one["property"]: one["value"] for one in reversed(said)}
    first, _, last = str(by_name["date"]).partition("/")
    assert first <= ONSET.isoformat() <= last
    low, _, high = str(by_name["area_m2"]).partition("..")
    assert int(low) <= 6400 <= int(high)
    assert [one["property"] for one in said].count("seen_in") == 2
    assert "consistent with digging or levelling" in str(said)
    items = registered.amal.store.find(RecordRow, "record_type", ["EvidenceItem"])
    held = [read_record(registered.amal, registered.amal.short_id(row.number)) for row in items]
    digests = {
        one["value"] for item in held for one in item["statements"] if one["property"] == "digest"
    }
    assert digests == {file.sha256 for record in found.cube.records for file in record.files}
    assert all("baseline 0" in str(item["statements"]) for item in held)
    run = next(row for row in registered.amal.store.scan(RunRow) if row.run_kind == "scan-site")
    assert run.digest == hashlib.sha256(run.parameters.encode()).hexdigest()
    assert json.loads(run.parameters)["cube_sha256"] == found.cube.digest
    (event,) = read_site(registered.amal, "invented-one").history
    assert event.basis == "images"
    size = registered.amal.store.log_size()
    again = keep_scan(registered.amal, site="invented-one", found=found)
    assert again == KeptScan(kept.site, 0, kept.disturbances, None)
    assert registered.amal.store.log_size() == size


def test_a_scan_is_kept_only_under_a_known_site_and_by_who_may(
    registered: Bench, found: Scan
) -> None:
    with pytest.raises(InputError, match="no site"):
        keep_scan(registered.amal, site="nowhere", found=found)
    with pytest.raises(PermissionRefusedError):
        keep_scan(registered.member("vera", "viewer"), site="invented-one", found=found)
