"""Numbers on pages stand as they do in reports, in both languages."""

from __future__ import annotations

import pytest
from babel.numbers import get_decimal_symbol

from bayyina.typeset.numbers import write_number
from bayyina.web.formats.ar import formats
from bayyina.web.frame.wording import said
from tests.web.conftest import Served
from tests.web.test_evidence import send_files
from tests.web.test_lists_reports_decisions import settled


@pytest.mark.slow
def test_a_decimal_has_a_point_on_arabic_pages_as_in_reports(served: Served) -> None:
    assert get_decimal_symbol("ar_SY", numbering_system="latn") == formats.DECIMAL_SEPARATOR
    assert write_number(15051, "ar") == f"15{formats.THOUSAND_SEPARATOR}051"
    send_files(served.browser("amal"), {"scan_14.bin": b"FICTIONAL" * 170})
    settled(served.browser("amal"), "/evidence/")
    assert "1.5\xa0" in served.browser("amal", lang="ar").get("/evidence/").text


def test_what_is_counted_follows_the_number() -> None:
    assert "1 minute." in said("viewing_since", "en", minutes=1)
    assert "2 minutes." in said("viewing_since", "en", minutes=2)
    arabic = [said("viewing_since", "ar", minutes=n) for n in (1, 2, 3, 11, 100)]
    for words, text in zip(
        ("دقيقة واحدة", "دقيقتين", "3 دقائق", "11 دقيقة", "100 دقيقة"), arabic, strict=True
    ):
        assert words in text
    assert said("sites_unplaced", "en", count=1).startswith("1 site has")
