"""The status of cases: what is due, what lies where, what cannot be said."""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest
import yaml

from bayyina.errors import SmallFileError
from bayyina.orders.calendar_file import calendar_text
from bayyina.orders.cases import FOLDER, built_in_cases, load_case
from bayyina.orders.documents import status_document
from bayyina.orders.status import case_status
from tests.golden.orders.make_states import DAYS, FILE, rows

BANNED = ("missed", "overdue", "violated", "proves", "guilty")


def document(name: str | Path, as_of: str) -> dict[str, Any]:
    return status_document(case_status(load_case(name), date.fromisoformat(as_of)))


def obligations(name: str | Path, as_of: str) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in document(name, as_of)["obligations"]}


def test_the_states_of_all_cases_at_ten_days_are_as_they_were_read_over() -> None:
    assert FILE.read_text(encoding="utf-8").splitlines() == list(rows())
    assert len(DAYS) == 10
    assert len(built_in_cases()) >= 6


def test_the_case_of_syria_asks_for_no_report() -> None:
    status = document("icj-188", "2024-02-21")
    kinds = {one["kind"] for one in status["obligations"]}
    assert "report" not in kinds
    asked = {(one["what"], one["status"]) for one in status["not_indicated"]}
    assert ("report", "not indicated") in asked
    assert ("disclose", "not indicated") in asked
    assert any("no duty to report" in one["en"] for one in status["open_questions"])


def test_the_levelling_lies_before_application_and_order_whatever_was_said() -> None:
    status = document("icj-188", "2024-02-21")
    before = {one["id"]: one for one in status["events_by_phase"]["before_application"]}
    event = before["qutayfah-levelling"]
    assert event["orders"] == {"o1": "before"}
    said = " ".join(note["en"] for note in event["notes"])
    assert "alone it does not show a breach" in said
    assert "dated wholly after 16 November 2023 would bear on it" in said
    assert "It was said by a news text of February 2024 to lie after" in said
    assert "wait for no order" in said
    assert event["duties"] == ["cat-12", "cat-13"]
    duty = next(one for one in status["duties"] if one["id"] == "cat-12")
    assert "qutayfah-levelling" in duty["events"]


def test_before_the_order_nothing_was_ordered() -> None:
    status = document("icj-188", "2023-11-15")
    assert status["obligations"] == []
    assert status["not_indicated"] == []
    assert status["phase"] == "before_order"
    assert status["events_by_phase"]["before_application"]


def test_gambia_filed_its_first_report_a_day_early() -> None:
    report = obligations("icj-178", "2020-06-01")["o1-4.1"]
    assert (report["state"], report["deadline"], report["days_left"]) == ("due", "2020-11-23", 175)
    assert report["deadlines"][0] == {
        "due": "2020-05-23",
        "state": "filed",
        "filed": "2020-05-22",
        "reference": None,
    }


def test_a_modified_order_has_a_report_of_its_own() -> None:
    found = obligations("icj-192", "2024-04-01")
    assert found["o1-6.1"]["deadline"] == "2024-02-26"
    assert found["o2-2.1"]["deadline"] == "2024-04-28"
    assert "o3-2.1" not in found


def test_an_order_without_measures_leaves_nothing_to_monitor() -> None:
    status = document("icj-181", "2023-03-01")
    assert status["orders"] == ["o1", "o2"]
    assert {one["order"] for one in status["obligations"]} == {"o1"}
    assert [one["what"] for one in status["not_indicated"]] == ["all"]


@pytest.mark.parametrize("name", built_in_cases())
def test_no_verdict_stands_in_a_shipped_case(name: str) -> None:
    text = json.dumps(document(name, "2026-01-01"), ensure_ascii=False).casefold()
    assert [word for word in BANNED if word in text] == []
    assert "nan" not in text.split()


def written(folder: Path, change: Any) -> Path:
    data = yaml.safe_load((FOLDER / "icj-178.order.yaml").read_text(encoding="utf-8"))
    data = copy.deepcopy(data)
    for step in data["steps"]:
        step["date"] = str(step["date"])
    change(data)
    path = folder / "own.order.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return path


def test_a_judgment_ends_what_was_ordered_until_the_final_decision(tmp_path: Path) -> None:
    def change(data: Any) -> None:
        data["steps"].append({"type": "judgment", "date": "2021-06-01"})

    path = written(tmp_path, change)
    assert obligations(path, "2021-05-31")["o1-4.1"]["state"] == "filing not recorded"
    ended = obligations(path, "2021-06-01")
    assert {one["state"] for one in ended.values()} == {"ended"}
    assert [one["due"] for one in ended["o1-4.1"]["deadlines"]] == [
        "2020-05-23",
        "2020-11-23",
        "2021-05-23",
    ]


def test_a_measure_that_a_later_order_replaces_is_superseded(tmp_path: Path) -> None:
    def change(data: Any) -> None:
        data["steps"].append({"type": "modification", "id": "o2", "date": "2020-09-01"})
        measure: dict[str, Any] = {"id": "o2-1", "order": "o2", "supersedes": ["o1-4"]}
        measure["obligations"] = [{"kind": "report", "due": {"on": "2020-10-01"}}]
        data["measures"].append(measure)

    path = written(tmp_path, change)
    assert obligations(path, "2020-08-31")["o1-4.1"]["state"] == "due"
    later = obligations(path, "2020-09-01")
    assert later["o1-4.1"]["state"] == "superseded"
    assert later["o2-1.1"]["state"] == "due"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["measures"][0].update(order="o9"), "names no order among the steps"),
        (lambda d: d["steps"][0].update(date="soon"), "is not written as it should be"),
        (lambda d: d["steps"][0].update(date="2019-02-30"), "line"),
        (lambda d: d["measures"][3]["obligations"][0].update(due={}), "must say either"),
        (
            lambda d: d["measures"][3]["obligations"][0].update(due={"after": "P0D"}),
            "takes any time",
        ),
        (lambda d: d["measures"][0].update(votes={"for": -1, "against": 2}), "at least 0"),
        (lambda d: d.update(version=2), "version"),
        (lambda d: d["steps"][2].update(under="o7-1"), "names no measure"),
        (lambda d: d.pop("steps"), "is missing"),
        (
            lambda d: d.update(events=[{"id": "e", "what": "x", "date": "2020", "duties": ["z"]}]),
            "names no duty",
        ),
    ],
)
def test_a_faulty_file_is_refused_with_its_line(tmp_path: Path, change: Any, message: str) -> None:
    with pytest.raises(SmallFileError, match=message) as refusal:
        load_case(written(tmp_path, change))
    assert "own.order.yaml, line" in str(refusal.value)


def test_a_name_that_is_neither_case_nor_file_is_refused() -> None:
    with pytest.raises(SmallFileError, match="neither a shipped case nor a file"):
        load_case("icj-9")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_calendar_is_read_by_another_program(lang: str) -> None:
    status = case_status(load_case("icj-178"), date(2021, 1, 1))
    text = calendar_text(status, lang, datetime(2021, 1, 1, tzinfo=UTC))
    assert all(len(line.encode("utf-8")) <= 75 for line in text.split("\r\n"))
    read = icalendar.Calendar.from_ical(text)
    events = list(read.walk("VEVENT"))
    assert [event.decoded("dtstart") for event in events] == [
        date(2020, 5, 23),
        date(2020, 11, 23),
        date(2021, 5, 23),
    ]
    assert len({str(event["uid"]) for event in events}) == 3
    assert [str(event["description"]) for event in events] == [
        "filed",
        "filing not recorded",
        "due",
    ]
    word = "أشهر" if lang == "ar" else "final decision"
    assert all(word in str(event["summary"]) for event in events)
