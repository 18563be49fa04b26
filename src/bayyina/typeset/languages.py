"""The two languages that pages are written in."""

from __future__ import annotations

from dataclasses import dataclass

from bayyina.errors import InputError


@dataclass(frozen=True)
class Language:
    """How one language is set."""

    code: str
    """BCP 47 code, also the key of texts such as ``{en: ..., ar: ...}``."""

    direction: str
    """``ltr`` or ``rtl``."""

    locale: str
    """CLDR locale of its numbers, plurals and months; ``ar_SY`` has the Levantine months."""

    own_name: str
    """The language's name in itself."""

    @property
    def is_right_to_left(self) -> bool:
        """Whether its lines run from right to left."""
        return self.direction == "rtl"


ENGLISH = Language(code="en", direction="ltr", locale="en", own_name="English")
ARABIC = Language(code="ar", direction="rtl", locale="ar_SY", own_name="العربية")

LANGUAGES = {language.code: language for language in (ENGLISH, ARABIC)}
"""Every language that a page can be written in, by code."""


def language_of(code: str) -> Language:
    """The language with this code.

    Raises:
        InputError: pages cannot be written in it.
    """
    if code not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise InputError(f"There are no pages in the language '{code}'.", hint=f"Use {known}.")
    return LANGUAGES[code]
