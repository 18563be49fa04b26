"""Dates in words for a reader: English, and Arabic with the Levantine months."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from bayyina.errors import InputError
from bayyina.model.edtf import AUTUMN, SPRING, SUMMER, WINTER, Moment, Span
from bayyina.model.month_names import ENGLISH, LEVANTINE


class _Wording(NamedTuple):
    months: tuple[str, ...]
    seasons: Mapping[str, str]
    season: str
    decade: str
    century: str
    day_unknown: str
    month_unknown: str
    all_unknown: str
    qualifiers: Mapping[str, str]
    interval: str
    or_later: str
    or_earlier: str


_ENGLISH = _Wording(
    months=ENGLISH,
    seasons=MappingProxyType(
        {SPRING: "spring", SUMMER: "summer", AUTUMN: "autumn", WINTER: "winter"}
    ),
    season="{season} {year}",
    decade="the {first}s",
    century="the years {first} to {last}",
    day_unknown="{date}, day unknown",
    month_unknown="{date}, month unknown",
    all_unknown="{date}, day and month unknown",
    qualifiers=MappingProxyType({"~": "about ", "?": "possibly ", "%": "possibly about "}),
    interval="{start} to {end}",
    or_later="{date} or later",
    or_earlier="{date} or earlier",
)

_ARABIC = _Wording(
    months=LEVANTINE,
    seasons=MappingProxyType({SPRING: "ربيع", SUMMER: "صيف", AUTUMN: "خريف", WINTER: "شتاء"}),
    season="{season} {year}",
    decade="عقد {first}",
    century="السنوات {first} إلى {last}",
    day_unknown="{date}، اليوم غير معروف",
    month_unknown="{date}، الشهر غير معروف",
    all_unknown="{date}، اليوم والشهر غير معروفين",
    qualifiers=MappingProxyType({"~": "نحو ", "?": "ربما ", "%": "ربما نحو "}),
    interval="من {start} إلى {end}",
    or_later="{date} أو بعد ذلك",
    or_earlier="{date} أو قبل ذلك",
)

_WORDINGS = {"en": _ENGLISH, "ar": _ARABIC}


def write_span(span: Span, lang: str) -> str:
    """The span in words; digits are 0-9 in both languages.

    Raises:
        InputError: The language is neither ``en`` nor ``ar``.
    """
    wording = _WORDINGS.get(lang)
    if wording is None:
        raise InputError("Dates are written in English (en) or Arabic (ar).", hint="Choose one.")
    if span.start is None or span.end is None:
        date = span.start or span.end
        form = wording.or_later if span.start else wording.or_earlier
        return form.format(date=_written(date, wording)) if date else ""
    start = _written(span.start, wording)
    if span.is_single:
        return start
    return wording.interval.format(start=start, end=_written(span.end, wording))


def _written(moment: Moment, wording: _Wording) -> str:
    return wording.qualifiers.get(moment.qualifier, "") + _unqualified(moment, wording)


def _unqualified(moment: Moment, wording: _Wording) -> str:
    precision = moment.precision
    if precision in ("decade", "century"):
        first, last = moment.year.replace("X", "0"), moment.year.replace("X", "9")
        form = wording.decade if precision == "decade" else wording.century
        return form.format(first=first, last=last)
    if precision == "season":
        return wording.season.format(season=wording.seasons[moment.month], year=moment.year)
    if precision == "year":
        return _year(moment, wording)
    month = f"{wording.months[int(moment.month) - 1]} {moment.year}"
    if precision == "month":
        return wording.day_unknown.format(date=month) if moment.day else month
    return f"{int(moment.day)} {month}"


def _year(moment: Moment, wording: _Wording) -> str:
    if not moment.month:
        return moment.year
    form = wording.all_unknown if moment.day else wording.month_unknown
    return form.format(date=moment.year)
