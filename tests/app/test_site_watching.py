"""Watching: the same observations change nothing, alerts are records, and it goes on after each."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from bayyina.app.monitoring_orders import find_case, monitor_case
from bayyina.app.record_reading import read_record
from bayyina.app.rows import RunRow
from bayyina.app.site_records import read_site
from bayyina.app.site_registering import register_sites
from bayyina.app.site_watching import Watched, watch_site
from bayyina.errors import InputError
from bayyina.orders.documents import status_document
from tests.app.conftest import Bench, quiet
from tests.app.site_cases import site, write_series, write_site
from tests.app.test_use_cases_are_logged import check_change

BEFORE_ORDER, AFTER_ORDER = "2023-06-10", "2024-02-10"


@pytest.fixture
def watched(bench: Bench, tmp_path: Path) -> Bench:
    """A workspace with one registered site without events."""
    register_sites(bench.amal, files=[write_site(tmp_path, site(acts=[]))])
    return bench


def watch(bench: Bench, series: Path) -> Watched:
    return watch_site(bench.amal, site="invented-one", series=series)


def test_an_alert_is_a_record_with_what_it_rests_on(watched: Bench, tmp_path: Path) -> None:
    series = write_series(tmp_path / "s.csv", AFTER_ORDER)
    result: list[Watched] = []
    check_change(watched.amal, "watch-site", lambda: result.append(watch(watched, series)))
    (done,) = result
    (alert,) = done.alerts
    assert alert.episode.last_clear_before < AFTER_ORDER <= alert.episode.first_changed
    days = (
        date.fromisoformat(alert.episode.confirmed_on)
        - date.fromisoformat(alert.episode.first_changed)
    ).days
    assert days <= 10  # three observations, five days apart
    record = read_record(watched.amal, alert.record)
    said = {one["property"]: one["value"] for one in reversed(record["statements"])}
    assert record["type"] == "SiteDisturbance"
    assert said["kind"] == "ground_disturbance"
    assert "consistent with digging or levelling" in str(record["statements"])
    assert "grave" not in str(record["statements"]).casefold()
    digest = hashlib.sha256(series.read_bytes()).hexdigest()
    assert done.series_sha256 == digest
    run = next(row for row in watched.amal.store.scan(RunRow) if row.run_kind == "watch-site")
    kept = json.loads(run.parameters)
    assert kept["series_sha256"] == digest
    assert kept["false_alarms_per_year"] == "0.05"
    assert kept["version"]
    assert "Lai" in kept["method"]
    (event,) = read_site(watched.amal, "invented-one").history
    assert event.basis == "images"
    steps = read_site(watched.amal, "invented-one").steps
    assert next(one for one in steps if one.step == "watch_images").done


def test_the_same_series_changes_nothing(watched: Bench, tmp_path: Path) -> None:
    series = write_series(tmp_path / "s.csv", AFTER_ORDER)
    first = watch(watched, series)
    size = watched.amal.store.log_size()
    again = watch(watched, series)
    assert (again.batch, again.taken_in) == (None, 0)
    assert [one.record for one in again.alerts] == [one.record for one in first.alerts]
    assert not any(one.is_new for one in again.alerts)
    assert watched.amal.store.log_size() == size


def test_a_growing_file_gives_what_the_whole_gives_and_watching_never_stops(
    watched: Bench, tmp_path: Path
) -> None:
    whole = write_series(tmp_path / "whole.csv", BEFORE_ORDER, AFTER_ORDER)
    lines = whole.read_text("utf-8").splitlines()
    part = tmp_path / "part.csv"
    states = []
    for rows in (200, 182 + 3, len(lines)):
        part.write_text("\n".join(lines[: min(rows, len(lines))]) + "\n", "utf-8")
        states.append(watch(watched, part))
    last = states[-1]
    assert [one.episode.first_changed >= day for one, day in
            zip(last.alerts, (BEFORE_ORDER, AFTER_ORDER), strict=True)] == [True, True]  # fmt: skip
    ended = read_record(watched.amal, last.alerts[0].record)["statements"]
    assert [one["property"] for one in ended].count("end_date") == 1


def test_a_quiet_place_alerts_nobody(watched: Bench, tmp_path: Path) -> None:
    done = watch(watched, write_series(tmp_path / "s.csv", seed=3))
    assert done.alerts == ()
    assert done.taken_in > 100
    assert done.history_until < "2023-01-10"


def test_alerts_count_under_the_order_by_their_day(watched: Bench, tmp_path: Path) -> None:
    watch(watched, write_series(tmp_path / "s.csv", BEFORE_ORDER, AFTER_ORDER))
    case = find_case(watched.amal.folder, "icj-188")
    status = status_document(monitor_case(watched.amal, case, date(2024, 6, 30), quiet))
    phases = {
        phase: [one["date"] for one in events if one["id"].startswith("FICT-")]
        for phase, events in status["events_by_phase"].items()
    }
    (early,) = phases["before_order"]
    (late,) = phases["after_order"]
    assert early < "2023-06-2" < late
    preserve = next(one for one in status["obligations"] if one["id"] == "o1-2.1")
    assert preserve["indicators"][0]["occurred"]["value"] == 1


def test_what_cannot_be_watched_is_said(watched: Bench, tmp_path: Path) -> None:
    series = write_series(tmp_path / "s.csv")
    with pytest.raises(InputError, match="no site"):
        watch_site(watched.amal, site="nowhere", series=series)
    with pytest.raises(InputError, match="clear days"):
        watch_site(watched.amal, site="invented-one", series=series, begin=date(2021, 1, 20))
    watch(watched, series)
    with pytest.raises(InputError, match="watched already"):
        watch_site(watched.amal, site="invented-one", series=series, begin=date(2022, 1, 1))
    other = tmp_path / "other.csv"
    other.write_text(
        "date,blue\n" + "\n".join(f"2025-01-{d:02d},0.1" for d in range(1, 29)), "utf-8"
    )
    with pytest.raises(InputError, match="lacks bands"):
        watch_site(watched.amal, site="invented-one", series=other)
