"""Keys under which spellings of one name meet, whatever the script.

``skeleton`` keeps the consonants as classes of sounds that the usual romanisations do not
keep apart (ط and ت, ص and س, ق and ك, French ch and English sh) and drops what they write
freely: vowels, long or short, semivowels, ayn, hamza, doubling, a final h. ``sound_keys``
gives the skeleton, and the others that a name has when one letter is read in another way
(ذ as dh, z or d; ج as j or g; Turkish c as j). Keys are for finding candidates: equal keys
say nothing about two names being one. After the idea of Aqeel et al. (ASOUNDEX, 2006) and
of the cross-script "sound vectors" of Al-Shuaili and Carvalho (2016).
"""

from __future__ import annotations

import re
from functools import lru_cache

from bayyina.names.normal_forms import normal_form, script_of

_ARABIC_SOUNDS = str.maketrans(
    {
        "ب": "b", "پ": "b", "ت": "t", "ط": "t", "ث": "t", "ج": "j", "چ": "x", "ژ": "j",
        "ح": "h", "ه": "h", "خ": "k", "د": "d", "ض": "d", "ذ": "d", "ر": "r", "ز": "z",
        "ظ": "z", "س": "s", "ص": "s", "ش": "x", "غ": "j", "گ": "j", "ف": "f", "ڤ": "f",
        "ق": "k", "ك": "k", "ل": "l", "م": "m", "ن": "n",
        "ا": "", "و": "", "ي": "", "ع": "", "ء": "",
    }
)  # fmt: skip
_LATIN_GROUPS = re.compile(r"tch|sch|sh|ch|kh|gh|dh|th|ph|dj|ck|cq|qu|ce|ci|cy|x")
_LATIN_GROUP_SOUNDS = {
    "tch": "x", "sch": "x", "sh": "x", "ch": "x", "kh": "k", "gh": "j", "dh": "d", "th": "t",
    "ph": "f", "dj": "j", "ck": "k", "cq": "k", "qu": "k", "ce": "s", "ci": "s", "cy": "s",
    "x": "ks",
}  # fmt: skip
_LATIN_SOUNDS = str.maketrans(
    {
        "p": "b", "v": "f", "q": "k", "c": "k", "g": "j",
        "a": "", "e": "", "i": "", "o": "", "u": "", "w": "", "y": "",
    }
)  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")
_ARABIC_READINGS = (("ذ", "ز"), ("ظ", "ض"), ("ث", "س"), ("ج", "ك"), ("غ", "ك"), ("ق", "ج"))
_LATIN_READINGS = (
    ("c", "j"), ("dh", "z"), ("th", "s"), ("z", "d"), ("ch", "kh"), ("x", "kh"), ("s", "sh"),
    ("g", "k"), ("j", "y"),
)  # fmt: skip


@lru_cache(maxsize=1 << 18)
def skeleton(token: str) -> str:
    """The consonant skeleton of one word; its normal form where it has no consonant."""
    word = normal_form(token).replace(" ", "")
    bare = _sounds(word)
    return bare or word


def _sounds(word: str) -> str:
    """Classes of the consonants of a normal form, in their order."""
    if script_of(word) == "arabic":
        sounds = word.translate(_ARABIC_SOUNDS)
    else:
        grouped = _LATIN_GROUPS.sub(lambda found: _LATIN_GROUP_SOUNDS[found.group()], word)
        sounds = grouped.translate(_LATIN_SOUNDS)
    single = _DOUBLED.sub(r"\1", sounds)
    return single[:-1] if single.endswith("h") and len(single) > 1 else single


@lru_cache(maxsize=1 << 18)
def sound_keys(token: str) -> tuple[str, ...]:
    """The skeleton first, then those of other readings of one letter, without repetition."""
    word = normal_form(token).replace(" ", "")
    readings = _ARABIC_READINGS if script_of(word) == "arabic" else _LATIN_READINGS
    found = dict.fromkeys((skeleton(word),))
    for letters, other in readings:
        if letters in word:
            found[skeleton(word.replace(letters, other))] = None
    return tuple(found)


def share_a_sound(a: str, b: str) -> bool:
    """Whether two words have a sound key in common."""
    return not set(sound_keys(a)).isdisjoint(sound_keys(b))
