"""Redaction plans: what is read, and every mistake by its line."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from bayyina.errors import SmallFileError
from bayyina.standards.redaction_entries import Cells, Characters, Mute, Pages, Region, Words
from bayyina.standards.redaction_plan import REASONS, check_plan, read_plan, read_plan_text
from bayyina.standards.small_files import check_small_file

WHOLE = """version: 1
sha256: {digest}
language: ar
note: "shown to nobody"
redact:
  - words: ["FICT Alif Ba", 0999000111, 5]
    whole_words: true
    reason: source
  - characters: {{from: 120, to: 138}}
    elsewhere: stays
    reason: witness
  - cells: {{sheet: People, columns: [Name, D], rows: ["2-40", 44], header_row: 2}}
    reason: contact
  - cells: {{at: [b7, AA12]}}
    reason: contact
  - region: {{kind: face, rectangle: [412, 96, 130, 150], page: 2}}
    reason: child
  - region: {{kind: plate, polygon: [[0.1, 0.2], [0.3, 0.2], [0.3, 0.3]], unit: share, from: "1:30"}}
    reason: place
  - pages: ["3-4", 9]
    reason: legal
  - mute: {{from: "01:03:10.5", to: end}}
    reason: survivor
"""


def test_a_plan_is_read() -> None:
    plan = read_plan_text(WHOLE.format(digest="0" * 64), "plan")
    words, span, cells, places, face, plate, pages, mute = plan.entries
    assert words == Words(6, "source", ("FICT Alif Ba", "0999000111", "5"), True, False)
    assert span == Characters(9, "witness", 120, 138, True)
    assert cells == Cells(12, "contact", "People", ("Name", "D"), ((2, 40), (44, 44)), (), 2, False)
    assert places == Cells(14, "contact", "", (), (), (("B", 7), ("AA", 12)), 1, False)
    assert isinstance(face, Region)
    assert face.bounds == (412.0, 96.0, 542.0, 246.0)
    assert (face.page, face.start, face.end) == (2, 0.0, math.inf)
    assert isinstance(plate, Region)
    assert (plate.unit, plate.start, len(plate.corners)) == ("share", 90.0, 3)
    assert isinstance(pages, Pages)
    assert [pages.holds(n) for n in (2, 3, 4, 5, 9)] == [False, True, True, False, True]
    assert mute == Mute(22, "survivor", 3790.5, math.inf)
    assert plan.mark("source") == "[محجوب: مصدر]"
    assert plan.reasons()[:2] == ("source", "witness")


def test_a_plan_may_redact_nothing_and_then_says_why() -> None:
    plan = read_plan_text("version: 1\nnothing: no person is seen\n", "plan")
    assert (plan.nothing, plan.entries) == ("no person is seen", ())


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_a_mark_in_both_languages(reason: str) -> None:
    assert set(REASONS[reason]) == {"en", "ar"}


WRONG = [
    ("redact: []", "version: 1"),
    ("version: 1", "says why in `nothing`"),
    ("version: 1\nnothing: x\nredact:\n  - {pages: [1], reason: legal}", "says why in `nothing`"),
    ("version: 1\nredact:\n  - {pages: [1], reason: because}", "`reason`, one of"),
    ("version: 1\nredact:\n  - {pages: [1]}", "`reason`, one of"),
    ("version: 1\nredact:\n  - {page: [1], reason: legal}", "one of words, characters"),
    ("version: 1\nredact:\n  - {pages: [0], reason: legal}", "numbers from 1"),
    ("version: 1\nredact:\n  - {pages: ['7-3'], reason: legal}", "numbers from 1"),
    ("version: 1\nredact:\n  - {pages: [], reason: legal}", "lists nothing"),
    ("version: 1\nredact:\n  - {words: [], reason: legal}", "lists nothing"),
    ("version: 1\nredact:\n  - {words: ['  '], reason: legal}", "a letter or a digit"),
    ("version: 1\nredact:\n  - {words: [true], reason: legal}", "holds texts"),
    ("version: 1\nredact:\n  - {words: [a], wholewords: true, reason: legal}", "`wholewords`"),
    ("version: 1\nredact:\n  - {words: [a], whole_words: yes, reason: legal}", "true or false"),
    ("version: 1\nredact:\n  - {characters: {from: 5, to: 5}, reason: legal}", "`to` is greater"),
    ("version: 1\nredact:\n  - {characters: 5, reason: legal}", "holds from, to"),
    ("version: 1\nredact:\n  - {cells: {sheet: A}, reason: legal}", "names columns, rows"),
    ("version: 1\nredact:\n  - {cells: {at: [7B]}, reason: legal}", "such as B7"),
    ("version: 1\nredact:\n  - {region: {rectangle: [1, 2, 0, 3]}, reason: legal}", "has a size"),
    ("version: 1\nredact:\n  - {region: {rectangle: [1, 2, 3]}, reason: legal}", "has a size"),
    ("version: 1\nredact:\n  - {region: {polygon: [[1, 2], [2, 3]]}, reason: legal}", "three or"),
    ("version: 1\nredact:\n  - {region: {kind: face}, reason: legal}", "either a `rectangle`"),
    (
        "version: 1\nredact:\n  - {region: {rectangle: [0, 0, 2, 1], unit: share}, reason: legal}",
        "between 0 and 1",
    ),
    (
        "version: 1\nredact:\n  - {region: {rectangle: [0, 0, 2, 1], unit: cm}, reason: legal}",
        "`unit` is one of",
    ),
    ("version: 1\nredact:\n  - {mute: {from: 5}, reason: legal}", "`to` is a time"),
    ("version: 1\nredact:\n  - {mute: {from: 5, to: 4}, reason: legal}", "later than"),
    ("version: 1\nredact:\n  - {mute: {from: '0:75', to: 80}, reason: legal}", "is a time"),
    ("version: 1\nlanguage: fr\nredact:\n  - {pages: [1], reason: legal}", "`language`"),
    ("version: 1\nsha256: abc\nredact:\n  - {pages: [1], reason: legal}", "64 hexadecimal"),
    ("version: 1\nredact: 5", "is a list"),
    ("version: 1\nredact: [5]", "says what is redacted"),
    ("version: [", "YAML"),
]


@pytest.mark.parametrize(("text", "why"), WRONG)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "one.redaction.yaml"
    path.write_text(text, encoding="utf-8")
    found = check_plan(path)
    assert any(why in one.message for one in found), found
    with pytest.raises(SmallFileError, match="line"):
        read_plan(path)
    assert check_small_file(path) == ("redaction", found)


def test_the_plans_of_the_pages_are_read() -> None:
    docs = Path(__file__).parents[3] / "docs"
    found = []
    for page in ("how-to/redact.md", "reference/small-files.md"):
        text = (docs / page).read_text(encoding="utf-8")
        blocks = re.findall(r"^```yaml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        found += [one for one in blocks if "\nredact:" in one or "\nnothing:" in one]
    assert len(found) == 3
    for text in found:
        plan = read_plan_text(text, "the page")
        assert plan.entries or plan.nothing
