"""Days, periods and moments in words, in the digits that the report uses."""

from __future__ import annotations

import datetime as dt

from bayyina.errors import DateUnreadableError
from bayyina.model.partial_dates import read_date, write_date
from bayyina.typeset.numbers import write_digits


def date_in_words(edtf: str, lang: str, numerals: str) -> str:
    """A date or period in words (``March 2011 to October 2023``); as it stands if unreadable."""
    try:
        words = write_date(read_date(edtf), lang)
    except DateUnreadableError:
        words = edtf
    return write_digits(words or edtf, lang, numerals)


def moment_in_words(moment: dt.datetime, lang: str, numerals: str) -> str:
    """A moment in words, in UTC and to the minute."""
    utc = moment.astimezone(dt.UTC)
    day = date_in_words(utc.date().isoformat(), lang, numerals)
    time = write_digits(f"{utc:%H:%M} UTC", lang, numerals)
    return f"{day}، {time}" if lang == "ar" else f"{day}, {time}"
