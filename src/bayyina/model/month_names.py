"""Names of months: Levantine, Egyptian, Maghrebi, English, French, and of the Hijri year.

Documents from Syria use the Levantine names (شباط), and also the Egyptian ones (فبراير),
often both at once ("تشرين الأول/أكتوبر"). Names are looked up in the folded form that
``folded_date_text`` gives, so letter variants, vowel signs and accents do not matter.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from bayyina.model.digits import plain_text

LEVANTINE = (
    "كانون الثاني",
    "شباط",
    "آذار",
    "نيسان",
    "أيار",
    "حزيران",
    "تموز",
    "آب",
    "أيلول",
    "تشرين الأول",
    "تشرين الثاني",
    "كانون الأول",
)
"""The months as written in Syria, January first; the product writes these."""

ENGLISH = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""The months in English, January first."""

_GREGORIAN = (
    (
        "january jan janvier janv|يناير|جانفي|كانون ثاني|كانون الثاني|كانون التاني|كانون تاني"
        "|كانون 2|ك2|ك 2|الشهر الاول"
    ),
    "february feb febr fevrier fevr|شباط|اشباط|فبراير|فيفري|الشهر الثاني",
    "march mar mars|اذار|مارس|الشهر الثالث",
    "april apr avril avr|نيسان|ابريل|افريل|الشهر الرابع",
    "may mai|ايار|مايو|ماي|الشهر الخامس",
    "june jun juin|حزيران|يونيو|يونيه|جوان|الشهر السادس",
    "july jul juillet juil|تموز|يوليو|يوليه|يوليوز|جويليه|الشهر السابع",
    "august aug aout|اب|اغسطس|اوت|غشت|الشهر الثامن",
    "september sep sept septembre|ايلول|سبتمبر|شتنبر|الشهر التاسع",
    "october oct octobre|تشرين الاول|تشرين اول|تشرين 1|ت1|ت 1|اكتوبر|الشهر العاشر",
    (
        "november nov novembre|تشرين الثاني|تشرين ثاني|تشرين التاني|تشرين تاني|تشرين 2|ت2|ت 2|نوفمبر|نونبر"
        "|الشهر الحادي عشر"
    ),
    "december dec decembre|كانون الاول|كانون اول|كانون 1|ك1|ك 1|ديسمبر|دجنبر|الشهر الثاني عشر",
)
"""Per month: Latin names apart by spaces, then Arabic names apart by bars; all folded."""

_HIJRI = (
    "muharram|muharram al haram|محرم|محرم الحرام|المحرم",
    "safar|safar al khayr|صفر|صفر الخير",
    "rabi al awwal|rabi al awal|rabi ul awwal|rabi i|rabi 1|ربيع الاول|ربيع اول|ربيع 1",
    (
        "rabi al thani|rabi ath thani|rabi al akhir|rabi ul thani|rabi ii|rabi 2"
        "|ربيع الثاني|ربيع الاخر|ربيع ثاني|ربيع اخر|ربيع 2"
    ),
    "jumada al awwal|jumada al ula|jumada i|jumada 1|جمادي الاولي|جمادي الاول|جمادي اول|جمادي 1",
    (
        "jumada al thani|jumada al akhira|jumada al akhirah|jumada al thaniya|jumada ath thaniyah"
        "|jumada ii|jumada 2|جمادي الاخره|جمادي الثانيه"
        "|جمادي الثاني|جمادي الاخر|جمادي ثاني|جمادي 2"
    ),
    "rajab|رجب",
    "shaaban|shaban|شعبان",
    "ramadan|ramadhan|ramazan|رمضان|رمضان المبارك",
    "shawwal|shawal|شوال",
    (
        "dhu al qadah|dhu al qada|dhul qadah|dhul qada|dhul qidah|zul qadah|zulqada"
        "|ذو القعده|ذي القعده|ذوالقعده|ذيالقعده"
    ),
    (
        "dhu al hijjah|dhu al hijja|dhul hijjah|dhul hijja|zul hijja|zulhijja"
        "|ذو الحجه|ذي الحجه|ذوالحجه|ذيالحجه"
    ),
)

_LETTERS = str.maketrans({"ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ٱ": "ا", "ـ": ""})
_QUOTES = str.maketrans(dict.fromkeys("'’‘`ʿʾ´", ""))
_SPACE = re.compile(r"[\s,،]+")


class MonthName(NamedTuple):
    """A month that a name stands for."""

    is_hijri: bool
    """Whether it is a month of the Hijri year."""

    number: int
    """1 to 12."""


def folded_date_text(text: str) -> str:
    """One form for all spellings: small letters, no accents, vowel signs or hamza seats.

    >>> folded_date_text("١٥ آذار، ٢٠١٣")
    '15 اذار 2013'
    """
    if text.isascii():
        bare = text.casefold().translate(_QUOTES)
    else:
        decomposed = unicodedata.normalize("NFKD", plain_text(text).casefold())
        letters = "".join(c for c in decomposed if not unicodedata.combining(c))
        bare = letters.translate(_LETTERS).translate(_QUOTES)
    return _SPACE.sub(" ", bare).strip()


def _names() -> dict[str, MonthName]:
    names: dict[str, MonthName] = {}
    for number, line in enumerate(_GREGORIAN, start=1):
        latin, *arabic = line.split("|")
        names |= dict.fromkeys([*latin.split(), *arabic], MonthName(False, number))
    for number, line in enumerate(_HIJRI, start=1):
        names |= dict.fromkeys(line.split("|"), MonthName(True, number))
    return names


_NAMES = _names()


def _pattern() -> str:
    """Names with the longest first, apart by any space or hyphen; not inside a longer word."""
    by_length = sorted(_NAMES, key=len, reverse=True)
    spaced = (re.escape(name).replace(r"\ ", r"[\s-]*") for name in by_length)
    return rf"(?<![^\W\d_])(?:{'|'.join(spaced)})(?![^\W\d_])(?:(?<!\d)|(?!\d))"


MONTH_PATTERN = _pattern()
"""A regular expression for one month name in folded text."""

_MONTH = re.compile(MONTH_PATTERN)
_BY_LETTERS = {name.replace(" ", ""): month for name, month in _NAMES.items()}


def month_named(name: str) -> MonthName:
    """The month of a name that ``MONTH_PATTERN`` matched."""
    return _BY_LETTERS[re.sub(r"[\s-]+", "", name)]


def take_months(folded: str) -> tuple[list[MonthName], str]:
    """The months that a folded text names, each once, and the text without them.

    Two names of one month, as in "تشرين الأول/أكتوبر", are one month.
    """
    found = [month_named(name) for name in _MONTH.findall(folded)]
    return list(dict.fromkeys(found)), _MONTH.sub(" ", folded)
