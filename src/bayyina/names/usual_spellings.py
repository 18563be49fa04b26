"""Arabic words in Latin letters by rule: usual consonants, and vowels where words have them.

For words that no list has. Each consonant has its usual letters (ق is q before it is k), و and
ي are consonants beside another vowel, and short vowels are put in so that no syllable begins
with two consonants and none that is long is closed within the word: ``a`` as a rule, ``i``
after a long ``a`` (the patterns فاعل and فواعل), ``u`` before a consonant و that is followed
by two consonants (the nisba القوتلي). What departs from the rule costs; the cheapest come
first. Costs are set by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nsmallest
from typing import Final

_CONSONANTS: Final = {
    "ء": "", "ب": "b", "ت": "t", "ث": "th", "ج": "j", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh",
    "ر": "r", "ز": "z", "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "",
    "غ": "gh", "ف": "f", "ق": "q", "ك": "k", "ل": "l", "م": "m", "ن": "n", "ه": "h", "و": "w",
    "ي": "y", "پ": "p", "چ": "ch", "ژ": "zh", "ڤ": "v", "گ": "g",
}  # fmt: skip
_OTHERS: Final = {"ق": ("k", 1.0), "ش": ("ch", 1.2), "ج": ("g", 1.9), "ظ": ("dh", 1.6)}
_WEAK: Final = "اوي"
_AFTER: Final = ("C", "D", "A")
_KEPT: Final = 80
_LONGEST: Final = 14

_Steps = Iterator[tuple[str, str, float]]
"""Letters, the kind of their end (``V`` and ``L`` a short and a long vowel; a consonant that
closes a short syllable ``C``, that needs a vowel ``D``, the same after a long a ``A``), and their cost."""


def usual_spellings(word: str, count: int) -> list[tuple[str, float]]:
    """Latin spellings of an Arabic word with what they cost, the cheapest first.

    Args:
        word: A normal form in Arabic letters, without the article.
        count: How many at most.

    Returns:
        Spellings in lower case and costs of 0 and more; nothing for other letters.
    """
    if not word or len(word) > _LONGEST or not set(word) <= {*_CONSONANTS, "ا"}:
        return []
    found: dict[tuple[str, str], float] = {("", ""): 0.0}
    for place in range(len(word)):
        ahead: dict[tuple[str, str], float] = {}
        for (text, end), cost in found.items():
            for letters, kind, more in _letter(word, place, end, text):
                key = (text + letters, kind)
                ahead[key] = min(cost + more, ahead.get(key, cost + more))
        found = dict(nsmallest(_KEPT, ahead.items(), key=lambda item: item[1]))
    best: dict[str, float] = {}
    for (text, _), cost in found.items():
        best[text] = min(cost, best.get(text, cost))
    return nsmallest(count, ((t, c) for t, c in best.items() if t), key=lambda item: item[1])


def _letter(word: str, place: int, end: str, text: str) -> _Steps:
    """What a letter may be written as after what stands before it."""
    letter, last = word[place], place == len(word) - 1
    if letter == "ا":
        yield from _alef(place, end)
    elif letter == "ه" and last and end in _AFTER:
        yield from (("a", "V", 0.0), ("eh", "V", 1.0), ("ah", "V", 0.9))
    elif letter in "وي":
        yield from _weak(word, place, end, text)
    else:
        yield from _consonant(word, place, end, text)


def _alef(place: int, end: str) -> _Steps:
    if place == 0:
        yield from (("a", "V", 0.0), ("i", "V", 0.9), ("u", "V", 1.4))
    else:
        yield ("a", "L", 0.0 if end in _AFTER else 2.5)
        yield ("aa", "L", 1.3 if end in _AFTER else 4.0)


def _weak(word: str, place: int, end: str, text: str) -> _Steps:
    """و and ي: a long vowel, a diphthong, or a consonant."""
    letter, last = word[place], place == len(word) - 1
    following = word[place + 1 : place + 2]
    beside = end in ("L", "V") or following == "ا" or place == 0
    may_be_consonant = beside or (place == 1 and _is_nisba_of_w(word))
    if end in _AFTER and following != "ا":
        for letters, kind, cost in _long(word, place):
            yield (letters, kind, cost + (0.8 if may_be_consonant else 0.0))
    if place == 0 or end in ("L", "V"):
        yield (_CONSONANTS[letter], "C" if end == "V" else "D", 0.0)
        if last and letter == "ي" and end == "L":
            yield ("i", "L", 0.3)
        return
    if last:
        return
    yield from _consonant(word, place, end, text, 0.0 if may_be_consonant else 0.55)


def _long(word: str, place: int) -> _Steps:
    rest, last = word[place + 1 :], place == len(word) - 1
    if word[place] == "ي" and last:
        yield from (("i", "L", 0.0), ("y", "L", 1.1), ("ee", "L", 1.8))
        return
    diphthong = place == 1 and len(rest) > 1 and rest[1] in "واه"
    if word[place] == "ي":
        first, second = (0.35, 0.0) if diphthong else (0.0, 0.9)
        yield from (("i", "L", first), ("ee", "L", first + 0.9))
        if not last:
            yield from (("ay", "C", second), ("ai", "L", second + 0.4), ("ei", "L", second + 0.8))
        return
    yield from (("u", "L", 0.0), ("ou", "L", 0.35), ("o", "L", 0.9), ("oo", "L", 1.3))
    if not last and diphthong:
        yield from (("aw", "C", 0.3), ("au", "L", 1.0))


def _consonant(word: str, place: int, end: str, text: str, more: float = 0.0) -> _Steps:
    """A consonant, with a short vowel before it where one belongs."""
    letter = word[place]
    forms = [(_CONSONANTS[letter], 0.0)]
    if letter in _OTHERS:
        forms.append(_OTHERS[letter])
    for vowel, cost in _short(word, place, end):
        begun = "V" if vowel else end
        kind = {"V": "C", "L": "A" if text.endswith("a") else "D"}.get(begun, "D")
        for form, rare in forms:
            yield (vowel + form, kind, cost + rare + more)
    if letter == "ع" and end == "V" and text.endswith("a"):
        yield ("a", "C", 0.5)


def _is_nisba_of_w(word: str) -> bool:
    """Whether a word has the form of القوتلي: و second, two consonants, ي."""
    return len(word) == 5 and word[1] == "و" and word[4] == "ي" and not {*word[2:4]} & {*_WEAK}


def _short(word: str, place: int, end: str) -> Iterator[tuple[str, float]]:
    """Short vowels before a consonant, and none, with their costs."""
    if place == 0 or end in ("V", "L"):
        yield ("", 0.0)
        return
    last = place == len(word) - 1
    nisba = _is_nisba_of_w(word)
    opens = end in ("D", "A") or last or (nisba and place == 2)
    if not opens:
        yield ("", 0.0)
    elif place > 1:
        yield ("", 1.0)
    usual, after_long = (0.0 if opens else 0.3), end == "A" or (end == "D" and last)
    before_w = nisba and place == 1
    yield ("a", usual + (0.6 if end == "A" else 0.7 if before_w else 0.0))
    yield ("i", usual + (0.0 if after_long else 1.0))
    yield ("e", usual + (0.5 if after_long else 1.0))
    opening = place == 1 and word[0] == "م" and len(word) > 3
    yield ("u", usual + (0.0 if before_w else 0.2 if opening else 0.9))
