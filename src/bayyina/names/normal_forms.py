"""One form for the ways in which the same name is typed: letters, not sounds.

Arabic: hamza on its carrier, madda and wasla become the bare letter; alef maksura becomes
ya, ta marbuta becomes ha; tatweel, vowel signs, tanween, direction marks and joiners fall
away; presentation forms and ligatures are taken apart; Persian and Kurdish variants of
Arabic letters become the Arabic letter, while letters with a sound of their own (پ چ ژ ڤ گ)
stay. Latin: NFKD without marks, in lower case; letters that Unicode does not take apart
(ø, ł, ı, ß) are written with plain ones. The form is for comparing; what was written is
always kept beside it. References: Unicode UAX 15 (normalisation), UAX 9 (direction marks).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST = 256
"""Characters of a name that are read; no name of a person is longer."""

_ARABIC_LETTERS = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ٲ": "ا", "ٳ": "ا", "ٵ": "ا",
    "ؤ": "و", "ٶ": "و", "ۆ": "و", "ۇ": "و", "ۈ": "و", "ۋ": "و", "ۉ": "و", "ۊ": "و", "ۏ": "و",
    "ئ": "ي", "ى": "ي", "ی": "ي", "ې": "ي", "ۍ": "ي", "ێ": "ي", "ے": "ي", "ۓ": "ي", "ٸ": "ي",
    "ة": "ه", "ۃ": "ه", "ە": "ه", "ھ": "ه", "ہ": "ه", "ۀ": "ه", "ۂ": "ه", "ۿ": "ه",
    "ک": "ك", "ڪ": "ك", "ګ": "گ", "ڨ": "گ", "ڭ": "گ",
    "ڕ": "ر", "ڵ": "ل", "ڷ": "ل", "ں": "ن", "ڤ": "ڤ", "ڥ": "ڤ",
}  # fmt: skip
_LATIN_LETTERS = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ß": "ss", "æ": "ae",
    "œ": "oe", "þ": "th", "ə": "a", "ŋ": "n", "ŧ": "t", "ɛ": "e", "ɔ": "o", "ƙ": "k",
    "ʼ": "'", "ʻ": "'", "ʿ": "'", "ʾ": "'", "ˈ": "'", "ˊ": "'", "ˋ": "'", "‘": "'", "’": "'",
    "`": "'", "´": "'", "′": "'", "ʹ": "'",
}  # fmt: skip
_PLAIN = str.maketrans(_ARABIC_LETTERS | _LATIN_LETTERS | {"ـ": ""})
_SIGNS = (
    "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0653\u0654\u0655\u0670\u200c\u200e\u200f"
)
_USUAL = str.maketrans(_ARABIC_LETTERS | dict.fromkeys(_SIGNS, "") | {"ـ": "", "-": " "})
_SIMPLE = frozenset("ابتثجحخدذرزسشصضطظعغفقكلمنهويءپچژڤگ abcdefghijklmnopqrstuvwxyz")
_BETWEEN = re.compile(r"[^\w']+|_+")
_APOSTROPHE = re.compile(r"'+")
_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
_SPACES = re.compile(r"\s+")


def normal_form(text: str) -> str:
    """The form of a name under which its spellings by hand and by keyboard are equal.

    Words are separated by single spaces; punctuation separates words, an apostrophe
    (hamza or ayn in romanisation) falls away inside one. Taking the form twice changes
    nothing. Only the first ``LONGEST`` characters are read.
    """
    text = text[:LONGEST]
    return _ascii_form(text) if text.isascii() else _other_form(text)


def _ascii_form(text: str) -> str:
    folded = text.lower()
    if folded.isalpha():
        return folded
    return " ".join(_BETWEEN.sub(" ", folded).replace("'", "").split())


@lru_cache(maxsize=1 << 16)
def _other_form(text: str) -> str:
    usual = text.translate(_USUAL)
    if _SIMPLE.issuperset(usual):  # the same as below, for the usual letters
        return " ".join(usual.split())
    # Twice: what the first pass makes of a rare sign (a ligature, a circled letter) may
    # itself have to be folded.
    return _folded_once(_folded_once(text))[:LONGEST].rstrip()


def _folded_once(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(
        character
        for character in decomposed
        if unicodedata.category(character) not in {"Mn", "Me", "Cf"}
    )
    plain = _digits(bare.translate(_PLAIN))
    return " ".join(_APOSTROPHE.sub("", _BETWEEN.sub(" ", plain)).split())


def _digits(text: str) -> str:
    if text.isascii() or not any(character.isdecimal() for character in text):
        return text
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in text
    )


def tokens(text: str) -> tuple[str, ...]:
    """The words of the normal form, in their order."""
    return tuple(normal_form(text).split())


def script_of(text: str) -> str:
    """``arabic``, ``latin``, ``mixed`` or ``other`` (other letters, or none), by the letters."""
    if text.isascii():
        return "latin" if any(map(str.isalpha, text)) else "other"
    found = {_letter_script(letter) for letter in text[:LONGEST] if letter.isalpha()}
    if len(found) > 1:
        return "mixed"
    return found.pop() if found else "other"


@lru_cache(maxsize=4096)
def _letter_script(letter: str) -> str:
    if _ARABIC.match(letter):
        return "arabic"
    return (
        "latin"
        if unicodedata.name(letter, "").startswith(("LATIN", "FULLWIDTH LATIN"))
        else "other"
    )
