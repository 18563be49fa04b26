"""From what somebody wrote to a typed value of a property.

``read_value`` never guesses. A term, place or group that is not known becomes the value
``unrecognised`` with the wording kept; a date, number, flag, identifier, position or
address that cannot be read raises an error, and the caller keeps the wording.

Normal forms: a term, group or facility is its code; a place its P-code; a date EDTF with
its first and last possible day; a quantity as ``quantities`` writes it, with its bounds; a
number in plain decimals; a flag ``yes`` or ``no``; a position ``latitude|longitude`` in
degrees; an identifier ``scheme:value``. Names and text stay as written, names without
invisible signs and doubled spaces.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple, Protocol
from urllib.parse import urlsplit

from bayyina.errors import ValueUnreadableError
from bayyina.model.digits import plain_text
from bayyina.model.drafts import ValueDraft
from bayyina.model.identifiers import read_identifier
from bayyina.model.label_folding import fold_label
from bayyina.model.partial_dates import read_date
from bayyina.model.person_names import clean_name
from bayyina.model.quantities import Quantity, read_age, read_quantity
from bayyina.model.vocabulary import UNRECOGNISED, Property, Vocabulary

YES: Final = frozenset(
    fold_label(word) for word in ("yes", "y", "true", "t", "1", "x", "نعم", "صح", "أجل")
)
"""Folded words that mean that a flag holds."""

NO: Final = frozenset(
    fold_label(word) for word in ("no", "n", "false", "f", "0", "لا", "كلا", "خطأ")
)
"""Folded words that mean that a flag does not hold."""

YEARS: Final = "years"
"""Unit of quantities that are ages."""

_MOST_REMEMBERED: Final = 65_536
_LATITUDE_LIMIT: Final = 90
_LONGITUDE_LIMIT: Final = 180
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,12})?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DEGREES = re.compile(r"[+-]?\d{1,3}(?:\.\d{1,12})?")
_LONGEST_ADDRESS = 4000


class FoundPlace(Protocol):
    """A place of a gazetteer, as far as values need it."""

    @property
    def code(self) -> str:
        """P-code."""
        ...


class Places(Protocol):
    """A gazetteer, as far as values need it."""

    def read(self, text: str, level: str | None = None) -> FoundPlace | None:
        """The place that a text names, or None."""
        ...


class _Context(NamedTuple):
    """What reading depends on besides property and text."""

    vocabulary: Vocabulary
    gazetteer: Places
    lang: str | None
    formats: tuple[str, ...]
    reading_as: str | None


def read_value(
    prop: Property,
    text: str,
    *,
    vocabulary: Vocabulary,
    gazetteer: Places,
    lang: str | None = None,
    formats: Sequence[str] = (),
    values: Mapping[str, str] | None = None,
    reading_as: str | None = None,
) -> ValueDraft:
    """The value of a property that a text states.

    Args:
        prop: The property.
        text: What was written.
        vocabulary: Where terms, groups and facilities are looked up.
        gazetteer: Where places are looked up.
        lang: Language of names and texts, BCP 47.
        formats: Forms of dates of the list, such as ``("%d/%m/%Y",)``.
        values: A list's own words for terms, tried before the vocabulary's.
        reading_as: The level of a place, such as ``governorate``; other words say only
            what the property's type says already.

    Raises:
        DateUnreadableError: The text is not a date.
        ValueUnreadableError: The text is empty, or not a value of the property's type.
    """
    if not text or text.isspace():
        raise ValueUnreadableError("There is no value.", hint="Leave the property out.")
    context = _Context(vocabulary, gazetteer, lang, tuple(formats), reading_as)
    meant = _meant(text, values) if values else text
    if prop.type in _VERBATIM:
        draft = _READERS[prop.type](prop, meant, context)
    else:
        draft = _remembered(prop, meant, context)
    if meant is text:
        return draft
    return draft._replace(original=None if text == draft.value else text)


def _meant(text: str, values: Mapping[str, str]) -> str:
    """What a list's own word stands for; the text itself when it is none of them."""
    return values.get(text, values.get(text.strip(), text))


@lru_cache(maxsize=_MOST_REMEMBERED)
def _remembered(prop: Property, text: str, context: _Context) -> ValueDraft:
    return _READERS[prop.type](prop, text, context)


def _draft(prop: Property, value: str, text: str, lang: str | None = None) -> ValueDraft:
    original = None if value == text else text
    return ValueDraft(prop.name, value, original=original, lang=lang)


def _text(prop: Property, text: str, context: _Context) -> ValueDraft:
    return ValueDraft(prop.name, text, lang=context.lang)


def _name(prop: Property, text: str, context: _Context) -> ValueDraft:
    name = clean_name(text)
    if not name:
        raise ValueUnreadableError("There is no name.", hint="Leave the property out.")
    return _draft(prop, name, text, context.lang)


def _date(prop: Property, text: str, context: _Context) -> ValueDraft:
    stated = read_date(text, formats=context.formats)
    return _draft(prop, stated.edtf, text)._replace(
        date_lo=stated.lo.isoformat() if stated.lo else None,
        date_hi=stated.hi.isoformat() if stated.hi else None,
    )


def _term(prop: Property, text: str, context: _Context) -> ValueDraft:
    terms = context.vocabulary.term_lists[prop.of or ""]
    return _draft(prop, terms.read(text.strip()) or UNRECOGNISED, text)


def _group(prop: Property, text: str, context: _Context) -> ValueDraft:
    return _draft(prop, context.vocabulary.read_group(text.strip()) or UNRECOGNISED, text)


def _place(prop: Property, text: str, context: _Context) -> ValueDraft:
    level = context.reading_as
    place = context.gazetteer.read(text, None if level in (None, "place") else level)
    return _draft(prop, UNRECOGNISED if place is None else place.code, text)


def _link(prop: Property, text: str, context: _Context) -> ValueDraft:
    """A known facility by its code; any other text as written."""
    code = context.vocabulary.read_facility(text.strip()) if "Facility" in prop.to else None
    return _draft(prop, code or text, text)


def _quantity(prop: Property, text: str, _context: _Context) -> ValueDraft:
    quantity: Quantity = read_age(text) if prop.unit == YEARS else read_quantity(text)
    return _draft(prop, quantity.text, text)._replace(num_lo=quantity.lo, num_hi=quantity.hi)


def _number(prop: Property, text: str, _context: _Context) -> ValueDraft:
    plain = _THOUSANDS.sub("", plain_text(text).replace("٫", ".").replace("٬", ","))
    is_share = plain.endswith(("%", "٪"))
    digits = plain.rstrip("%٪ ")
    if not _NUMBER.fullmatch(digits):
        raise ValueUnreadableError("The text is not a number.", hint="Write it as 12 or 0.85.")
    number = Decimal(digits) / (100 if is_share else 1)
    value = format(number.normalize(), "f") if number else "0"
    return _draft(prop, value, text)._replace(num_lo=math.floor(number), num_hi=math.ceil(number))


def _flag(prop: Property, text: str, _context: _Context) -> ValueDraft:
    folded = fold_label(text)
    if folded in YES:
        return _draft(prop, "yes", text)
    if folded in NO:
        return _draft(prop, "no", text)
    raise ValueUnreadableError(
        "The text does not say yes or no.",
        hint="Say in the mapping's `values` which word means yes and which no.",
    )


def _identifier(prop: Property, text: str, _context: _Context) -> ValueDraft:
    return _draft(prop, str(read_identifier(text)), text)


def _geopoint(prop: Property, text: str, _context: _Context) -> ValueDraft:
    """Latitude and longitude, apart by ``|``, ``;``, a comma with or without space, or space."""
    plain = plain_text(text).strip("()[] ")
    for separator in ("|", ";", ", ", ",", " "):
        parts = [part.strip() for part in plain.split(separator) if part.strip()]
        if separator in plain and len(parts) == len(("latitude", "longitude")):
            break
    else:
        raise _no_position()
    latitude, longitude = (part.replace(",", ".").replace("٫", ".") for part in parts)
    if not _within(latitude, _LATITUDE_LIMIT) or not _within(longitude, _LONGITUDE_LIMIT):
        raise _no_position()
    return _draft(prop, f"{latitude}|{longitude}", text)


def _within(degrees: str, limit: int) -> bool:
    return bool(_DEGREES.fullmatch(degrees)) and abs(Decimal(degrees)) <= limit


def _no_position() -> ValueUnreadableError:
    return ValueUnreadableError(
        "The text is not a position.",
        hint="Write latitude and longitude in degrees, such as 33.7385|36.6007.",
    )


def _url(prop: Property, text: str, _context: _Context) -> ValueDraft:
    address = text.strip()
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise _no_address() from error
    is_web = parts.scheme in ("http", "https") and bool(parts.netloc)
    has_gap = any(sign.isspace() or not sign.isprintable() for sign in address)
    if not is_web or has_gap or len(address) > _LONGEST_ADDRESS:
        raise _no_address()
    return _draft(prop, address, text)


def _no_address() -> ValueUnreadableError:
    return ValueUnreadableError(
        "The text is not a web address.", hint="Write it in full, from https:// on."
    )


_VERBATIM: Final = frozenset({"text", "name"})
_READERS: Final[Mapping[str, Callable[[Property, str, _Context], ValueDraft]]] = {
    "text": _text,
    "name": _name,
    "date": _date,
    "term": _term,
    "group": _group,
    "place": _place,
    "link": _link,
    "quantity": _quantity,
    "number": _number,
    "flag": _flag,
    "identifier": _identifier,
    "geopoint": _geopoint,
    "url": _url,
}
