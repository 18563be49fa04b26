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
from bayyina.errors import BayyinaError, InputError, PermissionRefusedError, QueryError
from bayyina.web.refusals import FOLDER, code_words, in_arabic, told, told_text

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
