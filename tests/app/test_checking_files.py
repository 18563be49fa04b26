"""Checking a small file with everything that is known here, figure queries included."""

from pathlib import Path

import pytest

from bayyina.app.checking_files import check_file

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
