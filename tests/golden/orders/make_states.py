"""Writes ``states.tsv``: the state of every obligation of the shipped cases at ten days.

Run it after a change on purpose, and read the difference line by line before keeping it:
``python -m tests.golden.orders.make_states``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bayyina.orders.cases import built_in_cases, load_case
from bayyina.orders.documents import status_document
from bayyina.orders.status import case_status

FILE = Path(__file__).with_name("states.tsv")

DAYS = (
    "2017-04-19",
    "2020-05-23",
    "2021-12-06",
    "2022-03-16",
    "2023-06-08",
    "2023-11-16",
    "2024-01-12",
    "2024-02-21",
    "2024-06-25",
    "2026-02-04",
)


def rows() -> Iterator[str]:
    yield "case\tas of\tobligation\tkind\tstate\tdeadline\tdays left"
    for name in built_in_cases():
        for day in DAYS:
            document = status_document(case_status(load_case(name), date.fromisoformat(day)))
            if not document["obligations"]:
                yield f"{name}\t{day}\t-\t-\tno obligation\t-\t-"
            for one in document["obligations"]:
                left = "-" if one["days_left"] is None else one["days_left"]
                state, deadline = one["state"], one["deadline"] or "-"
                yield f"{name}\t{day}\t{one['id']}\t{one['kind']}\t{state}\t{deadline}\t{left}"


if __name__ == "__main__":
    FILE.write_text("\n".join(rows()) + "\n", encoding="utf-8")
