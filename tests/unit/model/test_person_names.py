"""Parts of names by position, in both scripts; the people are invented."""

from __future__ import annotations

import pytest

from bayyina.model.person_names import NameParts, clean_name, join_name, script_of, split_name

SPLIT = [
    ("سامر", NameParts(given="سامر")),
    ("سامر المثال", NameParts(given="سامر", family="المثال")),
    ("سامر فارس المثال", NameParts(given="سامر", father="فارس", family="المثال")),
    (
        "سامر فارس كمال المثال",
        NameParts(given="سامر", father="فارس", grandfather="كمال", family="المثال"),
    ),
    (
        "سامر فارس كمال المثال الكبير",
        NameParts(given="سامر", father="فارس", grandfather="كمال", family="المثال الكبير"),
    ),
    ("عبد الله فارس المثال", NameParts(given="عبد الله", father="فارس", family="المثال")),
    ("نور الدين فارس المثال", NameParts(given="نور الدين", father="فارس", family="المثال")),
    ("سامر بن فارس المثال", NameParts(given="سامر", father="فارس", family="المثال")),
    ("سامر أبو مثال", NameParts(given="سامر", family="أبو مثال")),
    ("أبو فارس سامر المثال", NameParts(given="سامر", family="المثال", kunya="أبو فارس")),
    ("أم كمال", NameParts(kunya="أم كمال")),
    ("سامر المثال (أبو فارس)", NameParts(given="سامر", family="المثال", kunya="أبو فارس")),
    ("سامر المثال «الشاعر»", NameParts(given="سامر", family="المثال", nickname="الشاعر")),
    ("سامر المثال الملقب بالشاعر", NameParts(given="سامر", family="المثال", nickname="الشاعر")),
    (
        "سامر فارس المثال، والدته: هدى كمال",
        NameParts(given="سامر", father="فارس", family="المثال", mother="هدى كمال"),
    ),
    ("Samer Example", NameParts(given="Samer", family="Example")),
    (
        "Samer Abd al-Rahman al-Mithal",
        NameParts(given="Samer", father="Abd al-Rahman", family="al-Mithal"),
    ),
    ("Samer ibn Faris al Mithal", NameParts(given="Samer", father="Faris", family="al Mithal")),
    ("Abu Faris", NameParts(kunya="Abu Faris")),
    ('Samer "Poet" Mithal', NameParts(given="Samer", family="Mithal", nickname="Poet")),
    ("Samer Mithal a.k.a. Poet", NameParts(given="Samer", family="Mithal", nickname="Poet")),
    ("", NameParts()),
]


@pytest.mark.parametrize(("name", "parts"), SPLIT, ids=[f"name {n}" for n in range(len(SPLIT))])
def test_a_name_is_split_by_position(name: str, parts: NameParts) -> None:
    assert split_name(name) == parts


def test_parts_join_in_their_usual_order() -> None:
    parts = NameParts(given="سامر", father="فارس", family="المثال", kunya="أبو فارس")
    assert join_name(parts) == "سامر فارس المثال"


def test_cleaning_keeps_what_was_written() -> None:
    assert clean_name(" سامر \u200f  المثَال ") == "سامر المثَال"


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("سامر", "arabic"),
        ("Samér", "latin"),
        ("Samer سامر", "mixed"),
        ("12", "other"),
        ("Ж", "other"),
    ],
)
def test_the_script_is_that_of_the_letters(text: str, script: str) -> None:
    assert script_of(text) == script
