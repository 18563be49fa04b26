"""Photographed bodies: CSV in UTF-8 with a byte order mark, one row a body, nobody's name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bayyina.scenario.forms import Row, write_csv
from bayyina.scenario.lists.parts import MARK, MARK_HEADER, FictionalList, Told
from bayyina.scenario.people import Body, Truth
from bayyina.scenario.spelling import Hand

NUMBER = 7


def rows(truth: Truth) -> Iterator[Told]:
    """Yield one row for each body."""
    hand = Hand(truth.seed, NUMBER)
    for body in truth.bodies:
        hand.take(body.number)
        yield _row(hand, body), body.state == "unidentified"


def _row(hand: Hand, body: Body) -> list[str]:
    return [
        body.key,
        MARK,
        str(1000 + body.number * 7 % 9000),
        str(body.branch),
        str(body.number),
        str(body.photographs),
        body.day if hand.chance(0.9) else body.day[:7],
        "male" if hand.chance(0.8) else "",
    ]


def _write(path: Path, header: Sequence[str], told: Iterable[Row]) -> int:
    return write_csv(path, header, told, encoding="utf-8-sig")


LIST = FictionalList(
    slug="photographed-bodies",
    file_name="FICTIONAL-photographed-bodies.csv",
    title="FICTIONAL photographed bodies",
    header=(
        "body",
        MARK_HEADER,
        "detainee_number",
        "branch_number",
        "examination_number",
        "photographs",
        "photographed_on",
        "apparent_sex",
    ),
    rows=rows,
    write=_write,
    key=0,
    date=6,
    every_row_counts=True,
)
