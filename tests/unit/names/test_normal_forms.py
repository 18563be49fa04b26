"""One form for the ways in which a name is typed."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bayyina.names.keys import skeleton, sound_keys
from bayyina.names.normal_forms import LONGEST, normal_form, script_of, tokens

VOWEL_SIGNS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\u0640"
ARABIC_WORDS = st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآؤئء", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("أحمد", "احمد"),
        ("ا\u0654حمد", "احمد"),  # alef and a combining hamza
        ("إبراهيم", "ابراهيم"),
        ("آدم", "ادم"),
        ("ٱلله", "الله"),
        ("هدى", "هدي"),
        ("فاطمة", "فاطمه"),
        ("مؤيد", "مويد"),
        ("فائز", "فايز"),
        ("محـــمد", "محمد"),
        ("مُحَمَّدٌ", "محمد"),
        ("م\u200eح\u200fم\u202bد\u2069", "محمد"),
        ("\ufee3\ufea4\ufee4\ufeaa", "محمد"),  # presentation forms
        ("\ufefb\ufeb3\ufee2", "لاسم"),  # a ligature
        ("ﷲ", "الله"),
        ("کریم", "كريم"),  # Persian letters
        ("١٢٣", "123"),
        ("Şêxmûs", "sexmus"),
        ("ÇELİK", "celik"),
        ("Yıldız", "yildiz"),
        ("Łukasz Ångström", "lukasz angstrom"),
        ("O’Brien", "obrien"),
        ("ʿAbd al-Raḥmān", "abd al rahman"),
        ("Ｏｍａｒ", "omar"),
        ("  Omar\t\x00Kandil ", "omar kandil"),
        ("", ""),
        ("- ,", ""),
    ],
)
def test_what_is_typed_in_different_ways_has_one_form(written: str, form: str) -> None:
    assert normal_form(written) == form


@given(st.text(max_size=40))
@example("ﷺ" * 40)
@example("\u0345Ͳ")
def test_the_form_of_a_form_is_itself(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)


def test_every_single_character_has_a_form_that_stays() -> None:
    odd = [
        character
        for character in map(chr, range(0x20, 0x3000))
        if normal_form(normal_form(character)) != normal_form(character)
    ]
    assert odd == []


@given(ARABIC_WORDS, st.lists(st.sampled_from(VOWEL_SIGNS), min_size=1, max_size=12))
def test_vowel_signs_change_neither_form_nor_keys(word: str, signs: list[str]) -> None:
    pairs = zip(word, (*signs, *[""] * len(word)), strict=False)
    vocalised = "".join(letter + sign for letter, sign in pairs)
    assert normal_form(vocalised) == normal_form(word)
    assert skeleton(vocalised) == skeleton(word)
    assert sound_keys(vocalised) == sound_keys(word)


@given(st.text(alphabet="أإآؤئيىةهكمÇŞéüñ ", max_size=12))
def test_composed_and_decomposed_are_one(text: str) -> None:
    assert normal_form(unicodedata.normalize("NFD", text)) == normal_form(
        unicodedata.normalize("NFC", text)
    )


def test_scripts_are_told_by_the_letters() -> None:
    assert script_of("خالد 3") == "arabic"
    assert script_of("Şervan") == "latin"
    assert script_of("خالد Khaled") == "mixed"
    assert script_of("Сергей") == "other"
    assert script_of("123 😀") == "other"
    assert script_of("Сергей Omar") == "mixed"


def test_words_are_those_of_the_form() -> None:
    assert tokens("Nour al-Dīn") == ("nour", "al", "din")
    assert tokens("") == ()


def test_a_very_long_text_is_cut_and_costs_no_time() -> None:
    started = time.process_time()
    form = normal_form("ق" * 1_000_000)
    assert len(form) <= LONGEST
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("arabic", "latin"),
    [
        ("قاسم", "Kassem"),
        ("يوسف", "Youssef"),
        ("غسان", "Ghassan"),
        ("طارق", "Tarek"),
        ("خالد", "Khaled"),
        ("فاطمة", "Fatimah"),
        ("شاهين", "Chahine"),
        ("جمال", "Cemal"),
        ("ظافر", "Dhafer"),
        ("ثابت", "Sabet"),
    ],
)
def test_keys_meet_across_scripts(arabic: str, latin: str) -> None:
    assert set(sound_keys(arabic)) & set(sound_keys(latin))
    assert sound_keys(arabic)[0] == skeleton(arabic)
