"""Identifiers in normal form: equal ones are equal texts, different ones stay different."""

from __future__ import annotations

import pytest

from bayyina.errors import ValueUnreadableError
from bayyina.model.digits import plain_text, western_digits
from bayyina.model.identifiers import read_identifier, read_scheme


@pytest.mark.parametrize(
    ("text", "scheme", "normal"),
    [
        ("national-no:123", None, "national-no:123"),
        (" national-no : 123 ", None, "national-no:123"),
        ("National No:١٢٣", None, "national-no:123"),
        ("123", "national-no", "national-no:123"),
        ("national-no:123", "national-no", "national-no:123"),
        ("\u200f123\u200f", "National_No", "national-no:123"),
        ("A-17  b", "case", "case:A-17 b"),
        ("a:b", "case", "case:a:b"),
        ("0123", "case", "case:0123"),
    ],
)
def test_an_identifier_has_one_normal_form(text: str, scheme: str | None, normal: str) -> None:
    assert str(read_identifier(text, scheme)) == normal
    assert str(read_identifier(normal)) == normal


def test_case_hyphens_and_zeros_are_kept() -> None:
    forms = {str(read_identifier(text, "case")) for text in ("A-1", "a-1", "A1", "A01")}
    assert len(forms) == 4


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("123", None),
        (":123", None),
        ("case:", None),
        ("", "case"),
        ("1", "رقم"),
        ("x" * 600, "case"),
    ],
)
def test_what_is_no_identifier_is_refused(text: str, scheme: str | None) -> None:
    with pytest.raises(ValueUnreadableError):
        read_identifier(text, scheme)


def test_schemes_have_one_form() -> None:
    assert read_scheme("National No.") == "national-no"


def test_digits_of_every_script_are_written_alike() -> None:
    assert western_digits("١٢ ۱۲ १२ 12") == "12 12 12 12"
    assert plain_text("\u202b١٤\u202c ") == "14"
