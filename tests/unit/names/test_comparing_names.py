"""Two names compared: the decision, and points that explain it."""

from __future__ import annotations

import inspect
import math
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayyina.names import comparing
from bayyina.names.comparing import SAME as SAME_FROM
from bayyina.names.comparing import UNSURE, compare_names, compare_tokens
from bayyina.names.normal_forms import normal_form
from bayyina.names.reason_words import ARABIC, PARTS, reason_in
from bayyina.names.structure import read_name
from tests.unit.names.syrian_names import DIFFERENT, NOT_SAME, SAME

WORDS = st.text(alphabet="ابتجحدرسشعفقكلمنهويةءأ", min_size=1, max_size=8) | st.text(
    alphabet="abcdefghiklmnoqrstuyzşçê'", min_size=1, max_size=9
)
NAMES = st.lists(WORDS, max_size=5).map(" ".join)


@pytest.mark.parametrize(("a", "b"), SAME)
def test_spellings_of_one_name_are_proposed_as_the_same(a: str, b: str) -> None:
    assert compare_names(a, b).decision == "same", compare_names(a, b)


@pytest.mark.parametrize(("a", "b"), NOT_SAME)
def test_names_that_are_not_proposed_as_the_same(a: str, b: str) -> None:
    assert compare_names(a, b).decision != "same", compare_names(a, b)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_names_with_a_contradicting_part_are_different(a: str, b: str) -> None:
    assert compare_names(a, b).decision == "different", compare_names(a, b)


@pytest.mark.parametrize(("a", "b"), SAME + NOT_SAME)
def test_points_sum_to_the_score_and_the_order_of_the_two_does_not_matter(a: str, b: str) -> None:
    found = compare_names(a, b)
    assert math.isclose(sum(part.points for part in found.parts), found.score, abs_tol=1e-6)
    assert compare_names(b, a).score == found.score


@settings(max_examples=60, deadline=None)
@given(NAMES, NAMES)
def test_scores_are_symmetric_bounded_and_explained(a: str, b: str) -> None:
    found = compare_names(a, b)
    assert 0 <= found.score <= 1
    assert found.score == compare_names(b, a).score
    assert math.isclose(sum(part.points for part in found.parts), found.score, abs_tol=1e-6)
    assert all(part.reason for part in found.parts)


@settings(max_examples=60, deadline=None)
@given(NAMES)
def test_a_name_is_itself(name: str) -> None:
    expected = 1 if read_name(name).units else 0
    assert compare_names(name, name).score == expected


@settings(max_examples=60, deadline=None)
@given(WORDS, WORDS)
def test_words_are_symmetric_and_themselves(a: str, b: str) -> None:
    assert compare_tokens(a, b) == compare_tokens(b, a)
    assert compare_tokens(a, a) == (1 if normal_form(a) else 0)


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_is_taken(a: str, b: str) -> None:
    assert 0 <= compare_names(a, b).score <= 1


def test_the_parts_are_named_and_shown_as_written() -> None:
    found = compare_names("محمد حسن علي قنديل", "Mohammad Hussein Ali Kandil")
    assert [part.part for part in found.parts] == ["given", "father", "grandfather", "family"]
    assert found.parts[1].a == "حسن"
    assert found.parts[1].b == "Hussein"
    assert found.parts[1].reason == "known spellings of two different names"
    assert found.parts[1].points < 0 < found.parts[0].points


def test_a_part_that_only_one_name_states_takes_points() -> None:
    found = compare_names("محمد قنديل", "محمد حسن قنديل")
    assert UNSURE <= found.score < SAME_FROM
    assert found.parts[-1].part == "father"
    assert found.parts[-1].points < 0
    assert (found.parts[-1].a, found.parts[-1].b) == ("", "حسن")


def test_a_kunya_counts_where_both_state_it_and_is_shown_where_one_does() -> None:
    both = compare_names("أبو سامر خالد قنديل", "Abu Rami Khaled Kandil")
    assert both.decision == "different"
    assert both.parts[0].part == "kunya"
    one = compare_names("أبو سامر خالد قنديل", "Khaled Kandil")
    assert one.decision == "same"
    assert (one.parts[0].part, one.parts[0].points) == ("kunya", 0)


def test_a_name_without_letters_is_unsure() -> None:
    assert compare_names("", "خالد") == (0, "unsure", [])
    assert compare_names("؟؟", "خالد").decision == "unsure"


def test_latin_spellings_that_two_names_nearly_share_stay_in_doubt() -> None:
    assert compare_names("Omar Nasser Kandil", "Omar Nassar Kandil").decision == "unsure"
    assert compare_names("عمر ناصر قنديل", "عمر نصار قنديل").decision == "different"


@pytest.mark.parametrize(
    ("word", "typed"),
    [("قنديل", "فنديل"), ("زعيتر", "زعيثر"), ("شاهين", "شاهبن"), ("بوظو", "بوطو")],
)
def test_one_misplaced_dot_leaves_a_name_the_same(word: str, typed: str) -> None:
    assert compare_names(f"خالد عمر {word}", f"خالد عمر {typed}").decision == "same"


def test_a_word_of_two_scripts_is_only_like_itself() -> None:
    assert compare_tokens("محمدx", "محمد") == 0
    assert compare_tokens("محمدx", "محمدX") == 1


def test_texts_of_any_length_cost_little() -> None:
    started = time.process_time()
    compare_names("محمد " * 100_000, "a" * 1_000_000)
    compare_names('"(' * 100_000, "، " * 100_000)
    compare_names("abu " * 50_000, "عبد ال" * 50_000)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("name", "units"),
    [
        ("عبد الرحمن خالد بوظو", ["عبد الرحمن", "خالد", "بوظو"]),
        ("Abd al-Rahman Khaled Bozo", ["Abd al Rahman", "Khaled", "Bozo"]),
        ("Nour al-Din Kandil", ["Nour al Din", "Kandil"]),
        ("نور الدين قنديل", ["نور الدين", "قنديل"]),
        ("Rami ash-Shami", ["Rami", "ash Shami"]),
        ("خالد بن وليد آل سعد", ["خالد", "وليد", "آل سعد"]),
        ("Kandil, Khaled Omar", ["Khaled", "Omar", "Kandil"]),
        ("Dr. Khaled Kandil", ["Khaled", "Kandil"]),
        ("الشهيد خالد قنديل", ["خالد", "قنديل"]),
        ("خالد قنديل الملقب بالبرق", ["خالد", "قنديل"]),
        ("Umm Samer", ["Umm Samer"]),
        ("", []),
    ],
)
def test_words_that_make_one_name_are_one_unit(name: str, units: list[str]) -> None:
    assert list(read_name(name).written) == units


@pytest.mark.parametrize("kurdish", ["Evdilla", "Evdulla", "Ebdulla", "Evdullah", "Evdila"])
def test_kurdish_spellings_of_abdullah_are_the_same_name(kurdish: str) -> None:
    assert compare_names("عبد الله", kurdish).decision == "same"
    assert compare_names("Abdullah", kurdish).decision == "same"


def test_every_reason_is_said_in_arabic() -> None:
    pairs = [
        ("محمد حسن", "Mohammad Hussein"), ("سمير", "Samira"), ("أمين علي", "Amina Ali"),
        ("عمر قنديل", "Omar Kandil"), ("عمر قنديل", "قنديل عمر"), ("عمر", "عمر خالد قنديل"),
        ("أبو علي عمر خالد قنديل", "عمر خالد قنديل"), ("عمر قنديل", "عمرقنديل"), ("Bob Hall", "Robert Hall"),
        ("abc", "xyz klm"), ("فادي", "Fady"), ("ريم سعد", "Rem Saad"), ("سمر", "ثمر"),
    ]  # fmt: skip
    reasons = {part.reason for a, b in pairs for part in compare_names(a, b).parts}
    assert len(reasons) > 7
    assert reasons <= ARABIC.keys()
    for reason in reasons:
        said = reason_in(f"عمر / عمرو: {reason}", "ar")
        assert not any("a" <= letter <= "z" for letter in said)
        assert reason_in(reason, "en") == reason


def test_the_list_of_reasons_is_whole() -> None:
    source = inspect.getsource(comparing)
    for reason in ARABIC:
        assert f'"{reason}"' in source


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("شارل", "Charles"), ("تشارلز", "Charles"), ("كريستوف", "Christophe"),
        ("جوزيف", "Joseph"), ("فرانسوا", "François"), ("كاظم", "Kadhim"), ("كاظم", "Kazem"),
        ("ذنون", "Thanoon"), ("حذيفة", "Hudhayfa"), ("ضياء الدين", "Dhiauddin"),
        ("علاء الدين", "Aladdin"), ("بوجمعة", "Boudjemaa"), ("منصف", "Moncef"),
        ("نجدت", "Necdet"), ("جنكيز", "Cengiz"), ("هارون", "هرون"), ("سليمان", "سليمن"),
        ("رؤوف", "رءوف"), ("مسؤول", "مسئول"),
    ],
)  # fmt: skip
def test_names_of_other_countries_are_known(a: str, b: str) -> None:
    assert compare_names(a, b).decision == "same"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("جيان", "جيهان"), ("لويس", "لؤي"), ("ثامر", "سامر"), ("ناظم", "نديم"),
        ("Friedrich", "Frederick"), ("ماري", "ماريا"), ("منذر", "نذير"), ("ظاهر", "ظافر"),
    ],
)  # fmt: skip
def test_names_of_other_countries_that_are_near_are_two(a: str, b: str) -> None:
    assert compare_names(a, b).decision != "same"


def test_names_between_are_forefathers_and_the_last_is_the_family() -> None:
    found = compare_names("ياسر حسن علي محمود إبراهيم النجار", "ياسر حسن النجار")
    said = {part.a: part.part for part in found.parts}
    assert said == {
        "ياسر": "given", "حسن": "father", "علي": "grandfather", "محمود": "forefather",
        "إبراهيم": "forefather", "النجار": "family",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("محمد أحمد الخطيب", "Mohammad Ahmed Khatib"),
        ("أم محمد فاطمة علي", "فاطمة حسين"),
        ("الخطيب محمد أحمد", "محمد أحمد الخطيب"),
        ("فاطمة علي النجار", "فاطم حسن نجار"),
        ("ياسر حسن علي محمود إبراهيم النجار", "Yaser Hasan Najjar"),
        ("أمين خليل", "أمينة خليل"),
        ("عبدالله محمد", "عبد الله محمد"),
        ("12345", "أحمد"),
    ],
)
def test_points_sum_to_the_score_and_are_told_in_both_languages(a: str, b: str) -> None:
    found = compare_names(a, b)
    assert sum(part.points for part in found.parts) == pytest.approx(found.score, abs=1e-3)
    for part in found.parts:
        assert part.part in PARTS
        assert reason_in(part.reason, "en") == part.reason
        assert not re.search("[A-Za-z]", reason_in(part.reason, "ar"))
