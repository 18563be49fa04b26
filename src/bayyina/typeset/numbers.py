"""Numbers as a reader of the language expects them.

Arabic pages use Western digits (15,051) unless told otherwise. Both kinds are at home in the
Levant, and documentation groups there print their counts in Western digits; those digits are
also the ones of record ids, queries and CSV files, so that a number on the page can be searched
for in the file beside it and compared with the page in the other language.
``numerals="arab"`` gives Arabic-Indic digits (١٥٬٠٥١) to those who prefer them.
"""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from babel.dates import get_month_names
from babel.numbers import format_decimal

from bayyina.errors import InputError
from bayyina.typeset.languages import language_of

WESTERN = "latn"
"""Western digits, 0123456789."""

ARABIC_INDIC = "arab"
"""Arabic-Indic digits, ٠١٢٣٤٥٦٧٨٩; only on Arabic pages."""

_TO_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def write_number(number: int, lang: str, numerals: str = WESTERN) -> str:
    """The number with the language's grouping: ``15,051``, or ``١٥٬٠٥١`` with ``numerals="arab"``."""
    system = _numbering(lang, numerals)
    locale = language_of(lang).locale
    # why: Babel takes the separators of the numbering system, and leaves the digits Western.
    return write_digits(
        format_decimal(number, locale=locale, numbering_system=system), lang, numerals
    )


def write_digits(text: str, lang: str, numerals: str = WESTERN) -> str:
    """The text with its digits in the chosen numerals and nothing else changed (years, dates)."""
    return text.translate(_TO_ARABIC_INDIC) if _numbering(lang, numerals) == ARABIC_INDIC else text


def plural_category(number: int, lang: str) -> str:
    """The CLDR plural category: ``one``, ``two``, ``few``, ``many``, ``other`` or ``zero``."""
    return _locale(lang).plural_form(number)


def month_name(month: int, lang: str) -> str:
    """The month's name, 1 to 12; Levantine in Arabic (أيار)."""
    return str(get_month_names("wide", locale=_locale(lang))[month])


def short_month_name(month: int, lang: str) -> str:
    """The month's name where twelve stand side by side: ``Sep``; in Arabic it is never cut."""
    if language_of(lang).is_right_to_left:
        return month_name(month, lang)
    return str(get_month_names("abbreviated", locale=_locale(lang))[month])


def _numbering(lang: str, numerals: str) -> str:
    if numerals not in (WESTERN, ARABIC_INDIC):
        raise InputError(
            f"'{numerals}' is no kind of digits.", hint=f"Use {WESTERN} or {ARABIC_INDIC}."
        )
    return numerals if language_of(lang).is_right_to_left else WESTERN


@lru_cache(maxsize=8)
def _locale(lang: str) -> Locale:
    return Locale.parse(language_of(lang).locale)
