"""Whatever stands in the custody log has words in both languages on the pages."""

from __future__ import annotations

from bayyina.web.frame.wording import code_words
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
