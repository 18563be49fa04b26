"""Counts and ages as sources state them: exact, "at least", "at most", "about", or a range.

========================  =======================  =====================================
normal text               comparator               bounds
========================  =======================  =====================================
``12``                    ``=``                    12 and 12
``at least 5``            ``at least``             5 and none; "more than 4" is the same
``at most 7``             ``at most``              0 and 7; "fewer than 8" is the same
``about 15000``           ``about``                a tenth less, a tenth more, and never
                                                   less than one either way
``150..600``              ``range``                150 and 600
========================  =======================  =====================================

Numbers are whole and not negative. Digits of any script are read, with thousands apart by
comma, Arabic comma, space or apostrophe. A point is read as decimal and must be followed by
zeros alone, at most two (``12.0`` as spreadsheets write it); ``12.000`` is refused, since
it may mean twelve or twelve thousand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bayyina.errors import ValueUnreadableError
from bayyina.model.digits import western_digits
from bayyina.model.month_names import folded_date_text

_GREATEST = 10**15
_MARGIN = 10
"""``about`` reaches a tenth of the number either way."""

_THOUSANDS = re.compile(r"(?<=\d)[,٬،'’ \u00a0\u202f](?=\d{3}(?!\d))")
_ZEROS = re.compile(r"(?<=\d)[.٫]0{1,2}(?!\d)")
_NUMBER = r"(\d{1,16})"
_FORMS = tuple(
    (comparator, added, re.compile(pattern))
    for comparator, added, pattern in (
        ("=", 0, rf"=?\s*{_NUMBER}"),
        ("range", 0, rf"{_NUMBER}\s*(?:-|–|—|\.\.|to|or|الي|او)\s*{_NUMBER}"),
        ("range", 0, rf"(?:between|from|بين|من)\s*{_NUMBER}\s*(?:and|to|الي|و)\s*{_NUMBER}"),
        ("at least", 0, rf"(?:at least|no(?:t)? (?:less|fewer) than|minimum(?: of)?)\s*{_NUMBER}"),
        ("at least", 0, rf"(?:>=|≥|ما لا يقل عن|لا يقل عن|علي الاقل|كحد ادني)\s*{_NUMBER}"),
        ("at least", 0, rf"{_NUMBER}\s*(?:\+|\.\.|or more|and more|and above|at least)"),
        ("at least", 0, rf"{_NUMBER}\s*(?:علي الاقل|فاكثر|او اكثر|كحد ادني)"),
        ("at least", 1, rf"(?:>|more than|over|above|اكثر من|ما يزيد عن|ما يزيد علي)\s*{_NUMBER}"),
        ("at most", 0, rf"(?:at most|up to|no(?:t)? more than|maximum(?: of)?)\s*{_NUMBER}"),
        ("at most", 0, rf"(?:<=|≤|\.\.|لا يزيد عن|لا يزيد علي|علي الاكثر|كحد اقصي)\s*{_NUMBER}"),
        ("at most", 0, rf"{_NUMBER}\s*(?:or (?:less|fewer)|at most|علي الاكثر|او اقل|كحد اقصي)"),
        ("at most", -1, rf"(?:<|less than|fewer than|under|below|اقل من)\s*{_NUMBER}"),
        (
            "about",
            0,
            rf"(?:~|≈|c\.|ca\.?|circa|about|around|some|nearly|almost|roughly)\s*{_NUMBER}",
        ),
        ("about", 0, rf"(?:approximately|approx\.?|نحو|حوالي|قرابه|زهاء|تقريبا)\s*{_NUMBER}"),
        ("about", 0, rf"{_NUMBER}\s*(?:approximately|approx\.?|or so|تقريبا)"),
    )
)
_YEARS = re.compile(
    r"\s*(?:years?(?: old)?|yrs?\.?|y/?o|y|(?:ال)?سنه|سنين|سنوات|عاما?|اعوام|من العمر)\s*$"
)
_AGE_WORD = re.compile(r"^(?:aged?|age of|(?:ال)?عمره?ا?)\s*:?\s*")
_YEARS_AND_PART = re.compile(r"(?P<n>\d{1,3})[.,٫]\d{1,2}")
_PART_OF_YEAR = re.compile(
    r"(?P<n>\d{1,3})\s*(?:(?P<m>months?|mos?\.?|شهرا?|اشهر|شهور)|(?P<w>weeks?|اسبوعا?|اسابيع)"
    r"|(?P<d>days?|يوما?|ايام))(?: old)?"
)
_NEWBORN = re.compile(r"(?:new-?born|infant|baby|رضيعه?|حديثه? الولاده|مولود جديد)")
_INFANT_YEARS = 1


@dataclass(frozen=True, slots=True)
class Quantity:
    """A whole number as a source states it."""

    text: str
    """Normal text, such as ``12``, ``at least 5`` or ``150..600``."""

    comparator: str
    """``=``, ``at least``, ``at most``, ``about`` or ``range``."""

    lo: int | None
    """The least it may be."""

    hi: int | None
    """The greatest it may be; None when the source sets no limit."""

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=16384)
def read_quantity(text: str) -> Quantity:
    """The quantity that a text states.

    Raises:
        ValueUnreadableError: The text is not a whole number, nor one with a comparator.
    """
    return _read(_normal(text))


@lru_cache(maxsize=16384)
def read_age(text: str) -> Quantity:
    """An age in completed years; "6 months" and "0.58" are 0, "infant" is 0 to 1.

    Raises:
        ValueUnreadableError: The text is not an age.
    """
    normal = _AGE_WORD.sub("", _normal(text))
    if _NEWBORN.fullmatch(normal):
        return _range(0, _INFANT_YEARS)
    if found := _PART_OF_YEAR.fullmatch(normal):
        per_year = 12 if found["m"] else 52 if found["w"] else 366
        return _exact(int(found["n"]) // per_year)
    years = _YEARS.sub("", normal)
    if found := _YEARS_AND_PART.fullmatch(years):
        return _exact(int(found["n"]))
    return _read(years)


def _normal(text: str) -> str:
    """Folded, with thousands signs and the zeros after a decimal point taken away."""
    joined = _THOUSANDS.sub("", western_digits(text))
    return _ZEROS.sub("", folded_date_text(joined))


def _read(normal: str) -> Quantity:
    if not normal:
        raise ValueUnreadableError("There is no number.", hint="Leave the cell out of the mapping.")
    for comparator, added, pattern in _FORMS:
        if found := pattern.fullmatch(normal):
            return _quantity(comparator, [int(number) + added for number in found.groups()])
    if re.fullmatch(r"-\s*\d+", normal):
        raise ValueUnreadableError("The number is negative.", hint="Write it without a sign.")
    if re.fullmatch(r"\d+[.٫]\d+", normal):
        raise ValueUnreadableError(
            "The number is not a whole one, or its point may stand for thousands.",
            hint="Write a whole number without points.",
        )
    raise ValueUnreadableError(
        "The text is not a whole number.", hint='Write 12, "at least 12", "about 12" or 12..15.'
    )


def _quantity(comparator: str, numbers: list[int]) -> Quantity:
    if not all(0 <= number <= _GREATEST for number in numbers):
        raise ValueUnreadableError("The number is out of range.", hint="Check it.")
    if comparator == "range":
        return _range(*numbers)
    (number,) = numbers
    if comparator == "=":
        return _exact(number)
    text = f"{comparator} {number}"
    if comparator == "at least":
        return Quantity(text, comparator, number, None)
    if comparator == "at most":
        return Quantity(text, comparator, 0, number)
    margin = max(1, -(-number // _MARGIN))
    return Quantity(text, comparator, max(0, number - margin), number + margin)


def _exact(number: int) -> Quantity:
    return Quantity(str(number), "=", number, number)


def _range(lo: int, hi: int) -> Quantity:
    if lo > hi:
        raise ValueUnreadableError(
            "The range begins above its end.", hint="Put the smaller number first."
        )
    return _exact(lo) if lo == hi else Quantity(f"{lo}..{hi}", "range", lo, hi)
