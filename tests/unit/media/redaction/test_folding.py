"""A text is found however it is written; another text is not."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayyina.media.redaction.folding import KnownTexts, find_texts, fold, replace_spans

SAME = [
    ("FICT Alif Ba", "x fict  ALIF\n ba y"),
    ("FICT Alif Ba", "FICT_Alif-Ba"),
    ("FICT Alif Ba", "FICT\u00a0Al\u00adif\u200b Ba"),
    ("FICT Alif Ba", "FICT Al-\nif Ba"),
    ("FICT Alif Ba", unicodedata.normalize("NFD", "FÍCT Àlif Bá")),
    ("Alif-Ba", "the Alif-\n  Ba family"),
    ("محمد", "مُحَمَّد"),
    ("محمد", "لمحمّـــد"),
    ("محمد", "\ufee3\ufea4\ufee4\ufeaa"),
    ("أحمد إياد", "احمد\u200f اياد"),
    ("فاطمة", "فاطمه"),
    ("علي", "على"),
    ("علی", "علي"),
    ("0999 000 111", "٠٩٩٩-٠٠٠-١١١"),
    ("O'Neil", "O’NEIL"),
    ("Straße", "STRASSE"),
]


@pytest.mark.parametrize(("wanted", "text"), SAME)
def test_one_text_in_other_writing_is_found(wanted: str, text: str) -> None:
    found = find_texts(text, [wanted])
    assert found
    left = replace_spans(text, [(one.start, one.end, "#") for one in found])
    assert not find_texts(left, [wanted])
    assert not any(unicodedata.category(c) == "Mn" for c in left)


def test_another_text_is_not_found() -> None:
    assert not find_texts("FICT Alef Ba, FICT Alif, Ba", ["FICT Alif Ba"])
    assert not find_texts("anything", ["  ", ""])


def test_whole_words_are_left_alone_inside_others() -> None:
    assert len(find_texts("Ali, quality, Ali.", ["Ali"])) == 3
    assert len(find_texts("Ali, quality, Ali.", ["Ali"], whole_words=True)) == 2


def test_marks_of_overlapping_spans() -> None:
    assert replace_spans("abcdef", [(1, 4, "#"), (2, 5, "%"), (5, 6, "+")]) == "a#+"


def test_known_texts_are_looked_for_as_whole_words() -> None:
    known = KnownTexts(["FICT Alif", "Ba", "Damascus"], least=4)
    assert known.stand_in("was with fict ALIF there")
    assert known.stand_in("(damascus)")
    assert not known.stand_in("FICT Alifs, Ba")


@given(st.text(max_size=40), st.text(max_size=40), st.text(min_size=1, max_size=12))
def test_what_stands_between_texts_is_found_and_goes(before: str, after: str, held: str) -> None:
    if not any(one.isalnum() for one in fold(held).text):
        return
    text = f"{before} {held} {after}"
    found = find_texts(text, [held])
    assert found
    left = replace_spans(text, [(one.start, one.end, "\u2028\0\u2028") for one in found])
    assert not find_texts(left, [held])
