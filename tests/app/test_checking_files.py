"""Checking a small file with everything that is known here, figure queries included."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bayyina.app.checking_files import check_file
from bayyina.app.clocks import FixedClock

ORDER = """version: 1
case: {{id: c, title: "A v. B"}}
steps: [{{type: order, id: o1, date: 2023-11-16}}]
measures: [{{id: o1-1, order: o1, obligations: [{{kind: prevent, of: [torture]}}]}}]
indicators:
  - {{measure: o1-1, figure: "{query}"}}
"""


def order_with(folder: Path, query: str) -> Path:
    path = folder / "a.order.yaml"
    path.write_text(ORDER.format(query=query), encoding="utf-8")
    return path


def test_an_order_with_queries_that_can_be_read_is_sound(tmp_path: Path) -> None:
    path = order_with(tmp_path, "count persons with Death(manner=torture) in 2023-11-17/..")
    assert check_file(path) == ("order", [])


@pytest.mark.parametrize("query", ["count persns", "count persons with Deth", "count persons by"])
def test_a_query_of_an_order_that_cannot_be_read_is_named(tmp_path: Path, query: str) -> None:
    kind, [finding] = check_file(order_with(tmp_path, query))
    assert kind == "order"
    assert finding.line == 6
    assert finding.message.startswith("`indicators 1, figure` cannot be read as a figure query:")
    assert not finding.message.endswith(("..", "?."))


MAPPING = """version = 1
[list]
name = "Invented"
asserted_on = {day}
release = "partial"
fictional = true
[row]
record = "Person"
key = "id"
[columns]
name = {{ to = "name" }}
"""


@pytest.mark.parametrize(("day", "is_sound"), [("2024-12-31", True), ("2034-01-01", False)])
def test_a_release_far_ahead_of_today_is_found(tmp_path: Path, day: str, is_sound: bool) -> None:
    path = tmp_path / "a.mapping.toml"
    path.write_text(MAPPING.format(day=day), encoding="utf-8")
    _, findings = check_file(path, clock=FixedClock(datetime(2024, 1, 1, tzinfo=UTC)))
    assert [finding.line for finding in findings] == ([] if is_sound else [4])
    assert is_sound or f"dated {day}, more than a year after today" in findings[0].message


def test_a_mapping_that_is_no_toml_is_placed_once(tmp_path: Path) -> None:
    path = tmp_path / "a.mapping.toml"
    path.write_text("version = 1\n[list\n", encoding="utf-8")
    _, [finding] = check_file(path)
    assert finding.line == 2
    assert str(path) not in finding.message
    assert "line 2" not in finding.message
