"""Refusals on Arabic pages: every code has Arabic words, and what the pages say themselves exactly."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import bayyina
import bayyina.errors
from bayyina.app.query_checking import query_check
from bayyina.errors import BayyinaError, InputError, PermissionRefusedError, QueryError
from bayyina.reporting.checking import check_report_text
from bayyina.tables import problems
from bayyina.web.refusals import FOLDER, code_words, in_arabic, remark, told, told_text

SOURCE = Path(bayyina.__file__).parent
NOT_SHOWN = {"cli", "scenario"}
"""Packages whose refusals no page shows."""

KINDS = {
    name: kind.code
    for name, kind in vars(bayyina.errors).items()
    if isinstance(kind, type) and issubclass(kind, BayyinaError)
}
ARABIC = re.compile(r"[\u0600-\u06ff]")


def raised() -> Iterator[tuple[Path, ast.Call]]:
    """Every place that makes an error, by file."""
    for path in sorted(SOURCE.rglob("*.py")):
        if path.relative_to(SOURCE).parts[0] in NOT_SHOWN:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in KINDS:
                yield path, node


def text_of(node: ast.expr) -> str | None:
    """A sentence with its values in braces; None where it is put together elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [
            str(one.value) if isinstance(one, ast.Constant) else "VALUE" for one in node.values
        ]
        return "".join(parts)
    return None


def known(code: str) -> bool:
    return code in code_words() or code.startswith("no-such-")


def test_every_code_has_words_in_arabic() -> None:
    codes = set(KINDS.values())
    for _, call in raised():
        for word in call.keywords:
            if word.arg == "code" and isinstance(word.value, ast.Constant):
                codes.add(str(word.value.value))
    assert len(codes) > 80
    assert sorted(code for code in codes if not known(code)) == []


def test_what_the_pages_refuse_themselves_is_told_exactly() -> None:
    bare = []
    for path, call in raised():
        place = path.relative_to(SOURCE).parts
        if place[0] != "web" or place[1] == "api":
            continue
        said = [text_of(one) for one in call.args[:1]]
        said += [text_of(one.value) for one in call.keywords if one.arg == "hint"]
        bare += [f"{path.name}: {one}" for one in said if one and in_arabic(one) is None]
    assert bare == [], bare


def test_every_sentence_carries_over_all_its_values() -> None:
    texts = tomllib.loads((FOLDER / "sentences.toml").read_text(encoding="utf-8"))
    assert len(texts) > 150
    for english, arabic in texts.items():
        slots = set(re.findall(r"\{(\w+)\}", english))
        assert set(re.findall(r"\{(\w+)\}", arabic)) <= slots, english
        assert ARABIC.search(arabic), english


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (InputError("2024-02-31 is not a day.", hint="Write it as 2024-02-21."), "2024-02-31"),
        (PermissionRefusedError("badr may not do this (publish).", hint="It takes the role verifier "
         "or legal; an administrator of the workspace gives it."), "verifier or legal"),
        (QueryError("Position 7: expected a unit, not `x`.", hint="Known: a, b, ….", code="query"),
         "a, b"),
    ],
)  # fmt: skip
def test_values_are_carried_over(error: BayyinaError, words: str) -> None:
    found = told(error, "ar")
    assert found.original == ""
    assert words in f"{found.sentence} {found.hint}"
    assert ARABIC.search(found.sentence)
    assert told(error, "en") == (error.message, error.hint, "")


def test_what_is_not_known_is_told_by_its_kind_and_in_its_own_words() -> None:
    found = told(InputError("Something rare {with} braces.", hint="Do so.", code="rare"), "ar")
    assert ARABIC.search(found.sentence)
    assert found.original == "Something rare {with} braces. Do so."
    assert told(InputError("x", code="no-such-thing"), "ar").sentence == code_words()["no-such"]


def test_of_a_job_sentence_and_hint_are_told_apart() -> None:
    text = "2024-13-01 is not a day. Write it as 2024-02-21."
    found = told_text(text, "ar")
    assert "2024-13-01" in found.sentence
    assert "2024-02-21" in found.hint
    assert told_text("Nobody knows this.", "ar").original == "Nobody knows this."
    assert told_text(text, "en").sentence == text


def remarks() -> Iterator[str]:
    """Every sentence that the program says of a row of a list or of a draft of a report."""
    for folder in ("tables", "reporting", "app"):
        for path in sorted((SOURCE / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                    continue
                if node.func.id in {"RowProblem", "Finding"} and node.args:
                    text = text_of(node.args[-1])
                    if text is not None:
                        yield text


PUT_TOGETHER = re.compile("VALUE(VALUE|: VALUE|;| (cannot|has|needs|shows))|(and|”|read:) VALUE")
"""Sentences of which a part that is no value of somebody's comes from elsewhere; see the next test."""


def test_what_is_said_of_rows_and_drafts_is_said_in_arabic() -> None:
    said = {re.sub(r"([.?])VALUE$", r"\1", one) for one in remarks()}
    said = {one for one in said if not PUT_TOGETHER.search(one)}
    assert len(said) > 25
    assert sorted(one for one in said if remark(one, "x", "ar").original) == []


BROKEN = """+++
version = 2
name = "Not a name"
colour = "red"
[title]
fr = "x"
+++
Lost.
<!-- lang: en -->
{nothing} and <b>bold</b> and ![x](y)
```chart id=one
query: count persons
rows: all
colour: x
```
```check id=two
query: count persons
```
```table id=three
query: count persns
```
```map id=four
query: count persons
```
```order id=five
as-of: never
```
<!-- lang: xx -->
"""


def test_what_is_said_of_a_broken_draft_is_said_in_arabic(tmp_path: Path) -> None:
    found = check_report_text(BROKEN, check_query=query_check(tmp_path))
    assert len(found) > 8
    assert [one.message for one in found if remark(one.message, "x", "ar").original] == []


def test_a_message_of_several_sentences_keeps_its_values() -> None:
    text = (
        "The text in “province” is no place that is known; it is kept as it is written. If it has "
        "a meaning, add it to the mapping's values. Row 7 was there before and has the same key; "
        "this row is kept aside."
    )
    told = remark(text, "place-unrecognised", "ar")
    assert told.original == ""
    assert "province" in told.sentence
    assert "7" in told.sentence
    assert remark(text, "x", "en").sentence == text


def test_what_stands_inside_a_sentence_is_said_in_arabic_too() -> None:
    told = remark("The chart 'a' needs a query.", "small-file", "ar")
    assert "رسم" in told.sentence
    query = (
        "The query of 'a' cannot be read: Position 7: expected a unit, not `x`. Did you mean `y`?"
    )
    told = remark(query, "small-file", "ar")
    assert told.original == ""
    assert "الموضع" in told.sentence


def test_a_remark_that_is_not_known_is_told_by_its_code_and_in_its_own_words() -> None:
    told = remark("Something rare.", "age-impossible", "ar")
    assert told.sentence == code_words()["age-impossible"]
    assert told.original == "Something rare."


def test_every_code_of_a_row_has_words_in_arabic() -> None:
    codes = {
        value
        for name, value in vars(problems).items()
        if name.isupper() and isinstance(value, str) and "-" in value
    }
    assert len(codes) > 20
    assert sorted(code for code in codes if code not in code_words()) == []
