import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayyina.errors import FileUnreadableError
from bayyina.typeset.coverage import covered_characters, read_cmap
from bayyina.typeset.escaping import (
    clean,
    csv_cell,
    direction_of,
    drawable,
    html_text,
    typst_string,
)

OVERRIDE, EMBEDDING, ISOLATE = "\u202e", "\u202b", "\u2067"


def test_html_text_leaves_no_markup():
    escaped = html_text("""<script>alert('x')</script> & "quoted" """)
    assert "<" not in escaped
    assert '"' not in escaped
    assert escaped.startswith("&lt;script&gt;")


@pytest.mark.parametrize("character", [OVERRIDE, EMBEDDING, ISOLATE, "\x00", "\x1b", "\u2028"])
def test_characters_that_turn_text_round_are_shown(character):
    assert clean(f"a{character}b") == "a\ufffdb"


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("15,051", "ltr"),
        ("دمشق (SY01)", "rtl"),
        ("FICT-3-7 سجل", "ltr"),
        ("(سجل)", "rtl"),
        ("", "ltr"),
    ],
)
def test_the_first_letter_gives_the_direction(text, direction):
    assert direction_of(text) == direction


def test_tab_and_line_feed_survive():
    assert clean("a\tb\nc") == "a\tb\nc"


def test_typst_string_escapes_what_would_end_it():
    assert typst_string('a"b\\c\n') == '"a\\"b\\\\c\\n"'


@given(st.text())
def test_typst_string_is_one_literal(text):
    literal = typst_string(text)
    assert re.fullmatch(r'"(?:[^"\\\n]|\\["\\nt])*"', literal)


@given(st.text(alphabet=st.characters(exclude_categories=["C"])))
def test_clean_leaves_letters_alone(text):
    assert clean(text) == text.replace("\u2028", "\ufffd").replace("\u2029", "\ufffd")


def test_characters_without_a_font_are_named():
    assert drawable("سجن 監 \U0001f600") == "سجن [U+76E3] [U+1F600]"


def test_fonts_draw_arabic_and_romanised_latin():
    wanted = "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأإؤئةى٠١٩،؛؟ṣḍṭẓḥġʿʾāīū—“”≥"
    assert {ord(one) for one in wanted} <= covered_characters()


@pytest.mark.parametrize("font", [b"", b"\x00\x01\x00\x00", b"no font at all, only words"])
def test_a_damaged_font_is_refused_in_one_sentence(font):
    with pytest.raises(FileUnreadableError, match="damaged"):
        read_cmap(font)


@pytest.mark.parametrize("text", ["=1+1", "+x", "-x", "@x", "\tx"])
def test_a_cell_cannot_begin_a_formula(text):
    assert csv_cell(text) == f"'{text}"
    row = io.StringIO()
    csv.writer(row).writerow([csv_cell(text)])
    assert next(csv.reader([row.getvalue()])) == [f"'{text}"]


def test_other_cells_stay_as_they_are():
    assert csv_cell("ريف دمشق = SY03") == "ريف دمشق = SY03"
