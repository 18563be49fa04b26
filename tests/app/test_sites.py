"""The register of sites: sourced claims, idempotent, and nothing chosen between sources."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bayyina.app.clocks import FixedClock
from bayyina.app.site_records import read_site, read_sites
from bayyina.app.site_registering import register_sites
from bayyina.app.workspace import Workspace
from bayyina.db.opening import create_workspace
from bayyina.errors import InputError, PermissionRefusedError, SmallFileError
from bayyina.sites.positions import Position, distance_km
from bayyina.sites.published import published_sites
from tests.app.conftest import CHEAP, STRONG, Bench
from tests.app.site_cases import site, write_site
from tests.app.test_use_cases_are_logged import check_change


def test_a_site_keeps_each_claim_with_its_source(bench: Bench, tmp_path: Path) -> None:
    path = write_site(tmp_path, site())
    check_change(bench.amal, "register-sites", lambda: register_sites(bench.amal, files=[path]))
    found = read_site(bench.amal, "invented-one")
    counts = [
        (one.low, one.high, one.source and one.source.name) for one in found.of("person_count")
    ]
    assert counts == [(150, 600, "FICT-W"), (90, None, "FICTIONAL paper")]
    assert [one.value for one in found.of("state")] == ["suspected", "levelled"]
    assert found.name.ar == "موقع خيالي invented-one"
    assert [one.name for one in found.witnesses] == ["FICT-W"]
    (event,) = found.history
    assert (event.basis, event.first, event.last) == ("images", "2022-08-01", "2023-01-31")
    assert {one.locator for one in event.statements} == {"images 3 and 4"}


def test_the_same_file_changes_nothing_and_a_changed_one_only_what_differs(
    bench: Bench, tmp_path: Path
) -> None:
    path = write_site(tmp_path, site())
    first = register_sites(bench.amal, files=[path])
    size = bench.amal.store.log_size()
    again = register_sites(bench.amal, files=[path])
    assert (again.batch, again.records, again.statements, again.closures) == (None, 0, 0, 0)
    assert again.sites == first.sites
    assert bench.amal.store.log_size() == size
    content = site()
    content["properties"]["claims"][1]["value"] = "200-600"
    changed = register_sites(bench.amal, files=[write_site(tmp_path, content)])
    assert (changed.records, changed.statements, changed.closures) == (0, 1, 1)
    counts = read_site(bench.amal, "invented-one").of("person_count")
    assert sorted(one.low or 0 for one in counts) == [90, 200]


def test_distance_is_from_the_position_that_may_be_told(bench: Bench, tmp_path: Path) -> None:
    register_sites(bench.amal, files=[write_site(tmp_path, site())])
    found = read_site(bench.amal, "invented-one")
    (near,) = found.facilities
    district = bench.amal.gazetteer.get("SY0303")
    assert district is not None
    assert district.lat is not None
    assert district.lon is not None
    told = Position(district.lat, district.lon)
    assert found.position == told
    assert near.military
    assert near.distance_km == round(distance_km(told, Position(33.9, 36.9)), 1)


def test_a_relocation_links_two_sites(bench: Bench, tmp_path: Path) -> None:
    move = {
        "id": "moved", "type": "Relocation", "source": "worker", "locator": "3",
        "values": {"to_site": "invented-two", "from_site": "invented-one", "date": "2019"},
    }  # fmt: skip
    content = site(acts=[move])
    one = write_site(tmp_path, content)
    with pytest.raises(InputError, match="invented-two"):
        register_sites(bench.amal, files=[one])
    assert read_sites(bench.amal) == []
    two = write_site(tmp_path, site("invented-two", acts=[]))
    done = register_sites(bench.amal, files=[one, two])
    ids = dict(done.sites)
    for key in ids:
        (event,) = read_site(bench.amal, key).history
        assert event.sites == {"from_site": ids["invented-one"], "to_site": ids["invented-two"]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"claims": [{"property": "depth", "value": 1, "source": "worker", "locator": "1"}]}, "depth"),
        ({"claims": [{"property": "state", "value": "gone", "source": "worker", "locator": "1"}]}, "site_states"),
        ({"claims": [{"property": "state", "value": "levelled", "source": "who", "locator": "1"}]}, "names no source"),
        ({"claims": [{"property": "state", "value": "levelled", "source": "worker"}]}, "locator"),
        ({"acts": [{"id": "x", "type": "Burial", "values": {"date": "2012"}, "source": "worker", "locator": "1"}]}, "type"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_and_nothing_is_stored(
    bench: Bench, tmp_path: Path, change: dict[str, object], words: str
) -> None:
    size = bench.amal.store.log_size()
    with pytest.raises(SmallFileError, match=words):
        register_sites(bench.amal, files=[write_site(tmp_path, site(**change))])
    assert bench.amal.store.log_size() == size


def test_real_and_invented_sites_never_meet(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="real site"):
        register_sites(bench.amal, files=[write_site(tmp_path, site(fictional=False))])
    viewer = bench.member("vera", "viewer")
    with pytest.raises(PermissionRefusedError):
        register_sites(viewer, files=[write_site(tmp_path, site())])


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace that is not of invented data."""
    made = create_workspace(
        tmp_path / "real",
        name="Real",
        handle="amal",
        person_name="Amal",
        passphrase=STRONG,
        fictional=False,
        clock=FixedClock(datetime(2024, 1, 1, 12, tzinfo=UTC)),
        cost=CHEAP,
    )
    yield made
    made.store.close()


def test_the_five_published_sites_hold_claims_and_no_position(real: Workspace) -> None:
    done = register_sites(real, files=published_sites())
    sites = {one.key: one for one in read_sites(real)}
    assert set(sites) == {"al-qutayfah", "najha", "baghdad-bridge", "qatana", "al-dumayr"}
    assert len(done.sites) == 5
    for one in sites.values():
        assert one.embargo
        assert not one.of("position")
        assert one.position_of in ("district", "")
        assert all(statement.source and statement.locator for statement in one.statements)
    history = sites["al-qutayfah"].history
    kinds = [{s.value for s in event.statements if s.property == "kind"} for event in history]
    assert sum("levelling" in kind for kind in kinds) == 1
    levelled = next(e for e, kind in zip(history, kinds, strict=True) if "levelling" in kind)
    assert (levelled.first, levelled.last) == ("2022-08-01", "2023-01-31")
    assert len(history) >= 3
    moved = next(event for event in history if event.type == "Relocation")
    assert moved.sites["to_site"] == sites["al-dumayr"].id
    assert not any(one.met for key in ("najha", "qatana") for one in sites[key].at_hand)
    for path in published_sites():
        assert json.loads(path.read_text("utf-8"))["geometry"] is None


def test_a_step_that_is_stated_is_done(bench: Bench, tmp_path: Path) -> None:
    steps = {"step_done": ["assess_risk", "inform_families"]}
    register_sites(bench.amal, files=[write_site(tmp_path, site(**steps))])
    found = read_site(bench.amal, "invented-one")
    done = {step.step for step in found.steps if step.done}
    assert done == {"assess_risk", "inform_families", "withhold_position"}
    assert len(found.steps) == 18
    assert replace(found, steps=()).steps == ()
