"""The order of November 2023 monitored over records: phases, both axes, the published series."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from bayyina.app.monitoring_orders import find_case, known_cases, monitor_case
from bayyina.errors import InputError, PermissionRefusedError
from bayyina.orders.cases import FOLDER
from bayyina.orders.documents import status_document
from tests.app.conftest import Bench, quiet

MAPPING = """
version = 1
[list]
name = "Invented events since an order"
asserted_on = {asserted_on}
release = "{release}"
fictional = true
[row]
record = "Person"
key = "id"
[columns]
sex = {{ to = "sex" }}
[[acts]]
type = "Arrest"
if = {{ column = "arrested", is_not = [""] }}
when = {{ column = "arrested" }}
columns = {{ by = {{ to = "by", as = "group" }}, age = {{ to = "age_class" }} }}
[[acts]]
type = "Release"
if = {{ column = "released", is_not = [""] }}
when = {{ column = "released" }}
[[acts]]
type = "Death"
if = {{ column = "died", is_not = [""] }}
when = {{ column = "died" }}
columns = {{ by = {{ to = "by", as = "group" }}, manner = {{ to = "manner" }}, seen = {{ to = "documented_on" }} }}
[[acts]]
type = "ReportedDisappearance"
if = {{ column = "asked", is_not = [""] }}
when = {{ column = "asked" }}
columns = {{ refused = {{ to = "information_refused" }} }}
"""
HEADER = "id,sex,arrested,by,age,released,died,manner,seen,asked,refused"
STATE = "syrian-government-to-2024"


def death(number: int, died: str, seen: str = "") -> str:
    return f"FICT-D{number},male,,{STATE},,,{died},torture,{seen},,"


def arrest(number: int, day: str, age: str = "adult", released: str = "") -> str:
    return f"FICT-A{number},male,{day},{STATE},{age},{released},,,,,"


def indicators(bench: Bench, as_of: str) -> dict[str, dict[str, Any]]:
    status = monitor_case(bench.amal, find_case(bench.amal.folder, None), day(as_of), quiet)
    return {
        one["id"]: one
        for part in status_document(status)["obligations"]
        for one in part["indicators"]
    }


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_a_death_is_counted_on_both_axes_and_in_its_phase(bench: Bench) -> None:
    bench.take_in(
        death(1, "2014-05-01", "2024-01-10"),  # documented after the order: no breach of it
        death(2, "2021-06", "2021-07-01"),
        death(3, "2023-07-01", "2023-08-01"),
        death(4, "2023-11-16", "2023-12-01"),  # on the order's own day
        death(5, "2023", "2024-02-01"),
        death(6, "2023-12-01", "2023-12-10"),
        death(7, "2024-03-01", "2024-03-05"),
        mapping=MAPPING,
        header=HEADER,
        asserted_on="2024-04-01",
    )
    killed = indicators(bench, "2024-02-21")["killed"]
    assert killed["occurred"]["value"] == 2  # the sixth, and the one of the order's own day
    assert killed["occurred"]["range"] == [2, 3]
    assert killed["documented"]["value"] == 4
    assert killed["by_phase"] == {
        "before_notice": 1,
        "before_application": 1,
        "before_order": 1,
        "after_order": 1,
        "straddles": 2,
    }
    assert killed["published"] == [
        {
            "to": "2024-02-21",
            "value": 16,
            "comparator": "at least",
            "axis": "not stated",
            "source": "SNHR, 22 February 2024",
        }
    ]
    assert [(point["to"], point["value"]) for point in killed["trend"]] == [
        ("2023-11-30", 1),
        ("2023-12-31", 2),
        ("2024-01-31", 2),
    ]
    later = indicators(bench, "2024-03-02")["killed"]
    assert later["occurred"]["value"] == 3


PUBLISHED = {
    "2024-02-21": (16, 246),
    "2024-05-16": (29, 534),
    "2024-08-15": (43, 756),
    "2024-11-15": (84, 1161),
}
"""Killed under torture and arrests since the order, as published to each day."""


def test_records_dated_accordingly_give_the_published_series(bench: Bench) -> None:
    rows: list[str] = []
    start, killed, arrests = day("2023-11-17"), 0, 0
    for to, (deaths, taken) in PUBLISHED.items():
        length = (day(to) - start).days + 1
        dates = [(start + timedelta(days=after)).isoformat() for after in range(length)]
        rows += [death(number, dates[number % length]) for number in range(killed, deaths)]
        rows += [arrest(number, dates[number % length]) for number in range(arrests, taken)]
        start, killed, arrests = day(to) + timedelta(days=1), deaths, taken
    bench.take_in(*rows, mapping=MAPPING, header=HEADER, asserted_on="2024-11-20")
    for to, (deaths, taken) in PUBLISHED.items():
        found = indicators(bench, to)
        assert found["killed"]["occurred"]["value"] == deaths
        assert found["arrests"]["occurred"]["value"] == taken
        newest = [found[name]["published"][-1]["value"] for name in ("killed", "arrests")]
        assert newest == [deaths, taken]


SITES = """
version = 1
[list]
name = "Invented watch of sites"
asserted_on = {asserted_on}
release = "{release}"
fictional = true
[row]
record = "SiteDisturbance"
key = "id"
[columns]
when = {{ to = "date" }}
"""


def test_disturbed_sites_stand_among_the_events_in_their_phase(bench: Bench) -> None:
    bench.take_in(
        "FICT-S1,2022-08/2023-01",
        "FICT-S2,2024-01-05",
        "FICT-S3,2023-11",
        "FICT-S4,",
        header="id,when",
        mapping=SITES,
        asserted_on="2024-02-01",
    )
    case = find_case(bench.amal.folder, "icj-188")
    status = status_document(monitor_case(bench.amal, case, day("2024-02-21"), quiet))
    found = {
        phase: [one["date"] for one in events if one["id"].startswith("FICT-")]
        for phase, events in status["events_by_phase"].items()
    }
    assert found["before_application"] == ["2022-08/2023-01"]
    assert found["after_order"] == ["2024-01-05"]
    assert found["straddles"] == ["2023-11"]
    razing = next(one for one in status["watch_list"] if one["id"] == "razing-graves")
    assert len([name for name in razing["events"] if name.startswith("FICT-")]) == 3
    preserve = next(one for one in status["obligations"] if one["id"] == "o1-2.1")
    disturbed = preserve["indicators"][0]["occurred"]
    assert (disturbed["value"], disturbed["range"]) == (
        1,
        [1, 2],
    )  # the undated one is in no interval
    later = next(one for one in status["events_by_phase"]["after_order"] if "FICT" in one["id"])
    assert "for people to conclude" in later["notes"][0]["en"]


def test_who_may_not_read_records_is_shown_no_single_one(bench: Bench) -> None:
    bench.take_in("FICT-S1,2024-01-05", header="id,when", mapping=SITES, asserted_on="2024-02-01")
    case = find_case(bench.amal.folder, "icj-188")
    for workspace, shown in ((bench.amal, True), (bench.member("vera", "viewer"), False)):
        told = json.dumps(status_document(monitor_case(workspace, case, day("2024-02-21"), quiet)))
        assert ("FICT-" in told) is shown


def test_a_disturbance_that_went_on_after_the_order_is_not_put_before_it(bench: Bench) -> None:
    bench.take_in(
        "FICT-S1,2022-08,2023-01",
        "FICT-S2,2023-10,2024-01-05",
        "FICT-S3,2023-12,2024-01-05",
        "FICT-S4,2023-10,",
        header="id,when,until",
        mapping=SITES + 'until = {{ to = "end_date" }}\n',
        asserted_on="2024-02-01",
    )
    case = find_case(bench.amal.folder, "icj-188")
    status = status_document(monitor_case(bench.amal, case, day("2024-02-21"), quiet))
    found = {
        phase: sorted(one["date"] for one in events if one["id"].startswith("FICT-"))
        for phase, events in status["events_by_phase"].items()
    }
    assert found["before_application"] == ["2022-08/2023-01"]
    assert found["before_order"] == ["2023-10"]
    assert found["straddles"] == ["2023-10/2024-01-05"]
    assert found["after_order"] == ["2023-12/2024-01-05"]


def test_known_at_leaves_out_what_sources_said_later(bench: Bench) -> None:
    bench.take_in(death(1, "2023-12-01"), mapping=MAPPING, header=HEADER, asserted_on="2024-06-01")
    case = find_case(bench.amal.folder, "icj-188")

    def value(known_at: str | None) -> int:
        known = None if known_at is None else day(known_at)
        status = monitor_case(bench.amal, case, day("2024-02-21"), quiet, known_at=known)
        killed = next(one for one in status.indicators if one.id == "killed")
        assert killed.occurred is not None
        return killed.occurred.value

    assert value(None) == 1
    assert value("2024-05-31") == 0
    assert value("2024-06-01") == 1


def test_a_workspace_brings_cases_of_its_own(bench: Bench) -> None:
    folder = bench.amal.folder / "orders"
    folder.mkdir()
    text = (FOLDER / "icj-178.order.yaml").read_text(encoding="utf-8")
    (folder / "mine.order.yaml").write_text(text.replace("icj-178", "mine"), encoding="utf-8")
    assert find_case(bench.amal.folder, None).case.id == "mine"
    assert "mine" in known_cases(bench.amal.folder)
    (folder / "other.order.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="holds 2 cases"):
        find_case(bench.amal.folder, None)


def test_who_may_not_count_sees_no_indicator(bench: Bench) -> None:
    intake = bench.member("noor", "auditor")
    with pytest.raises(PermissionRefusedError):
        monitor_case(intake, find_case(intake.folder, "icj-188"), day("2024-02-21"), quiet)
