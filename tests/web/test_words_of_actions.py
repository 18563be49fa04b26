"""Whatever stands in the custody log has words in both languages on the pages."""

from __future__ import annotations

from bayyina.web.frame.wording import code_words, said
from tests.app.test_every_change_is_compared import actions, use_cases


def test_every_action_of_the_log_has_words() -> None:
    found = actions(use_cases())
    assert len(found) > 50
    bare = [
        one
        for one in sorted(found)
        for lang in ("en", "ar")
        if code_words("action", one, lang) == one
    ]
    assert bare == []


def test_numbers_are_said_with_what_they_count() -> None:
    def begins(count: int, lang: str, words: str) -> bool:
        return said("backups_foreign", lang, count=count).startswith(f"{words} ")

    for count, english, arabic in (
        (1, "1 file", "ملف واحد"),
        (2, "2 files", "ملفان"),
        (3, "3 files", "3 ملفات"),
        (11, "11 files", "11 ملفاً"),
        (100, "100 files", "100 ملف"),
    ):
        assert begins(count, "en", english)
        assert begins(count, "ar", arabic)
