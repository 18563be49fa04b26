"""Digits and invisible signs: the first thing that is put right in any text that is read.

Arabic-Indic (٠-٩) and Persian (۰-۹) digits mean the same as 0-9. Direction marks, joiners
and the byte order mark carry no meaning, and arrive with text copied from documents that
run from right to left.
"""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = (
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2066\u2067\u2068\u2069\ufeff"
)

_NOTHING = dict.fromkeys(map(ord, _INVISIBLE))
_DIGIT = re.compile(r"(?![0-9])\d")


def western_digits(text: str) -> str:
    """The text with the digits of every script written 0-9."""
    return text if text.isascii() else _DIGIT.sub(_western, text)


def plain_text(text: str) -> str:
    """The text with digits 0-9, without invisible signs, and without space around it."""
    return (text if text.isascii() else western_digits(text.translate(_NOTHING))).strip()


def _western(found: re.Match[str]) -> str:
    return str(unicodedata.decimal(found.group()))
