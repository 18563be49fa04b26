"""Values of strangers become bounded, plain data."""

from __future__ import annotations

import json
from typing import Any

from bayyina.media.plain_data import MAX_ITEMS, MAX_TEXT, one_line, plain


def test_numbers_that_json_cannot_hold_become_texts() -> None:
    assert plain([float("nan"), float("inf"), 1 << 80]) == ["nan", "inf", hex(1 << 80)]


def test_halves_of_characters_become_escapes() -> None:
    json.dumps(plain("a\udcffb"), ensure_ascii=False).encode("utf-8")
    assert plain("a\udcffb") == "a\\udcffb"


def test_depth_length_and_number_are_bounded() -> None:
    deep: Any = 1
    for _ in range(100):
        deep = [deep]
    assert "left out" in json.dumps(plain(deep))
    assert len(plain("x" * (MAX_TEXT + 9))) < MAX_TEXT + 40
    assert len(plain(list(range(MAX_ITEMS + 5)))) == MAX_ITEMS + 1
    assert len(plain({str(n): n for n in range(MAX_ITEMS + 5)})) == MAX_ITEMS + 1


def test_a_line_shows_no_control_and_no_direction_marks() -> None:
    shown = one_line("a\nb\x1b[2J\u202egpj.exe")
    assert shown.isprintable()
    assert all(escape in shown for escape in ("\\n", "\\x1b", "\\u202e"))
    assert one_line("صورة") == "صورة"
