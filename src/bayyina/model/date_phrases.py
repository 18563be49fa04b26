"""Dates in words, English and Arabic: "mid-March 2011", "أواخر صيف 2022", "before 2013".

Each function below takes one kind of word off the text and leaves the rest to the next,
in this order: correspondence of two calendars, open bounds, ranges, qualifiers, parts of
a period, and last the date itself. What the words come to:

========================  ===================================================================
about, circa, نحو, حوالي  ``~``, widened as ``edtf`` documents; "possibly", ربما are ``?``
before, until, قبل, حتى   ``../`` and the date; what is named may itself be the last day
after, since, بعد, منذ    the date and ``/..``; what is named may itself be the first day
between/from .. to, or    an interval from the first to the last
early, mid, late year     months 1 to 4, 5 to 8, 9 to 12; the inner ends approximate (``~``)
early, mid, late month    days 1 to 10, 11 to 20, 21 to the last; the inner ends approximate
early, mid, late season   its first two, middle two or last two of four months; a winter whole
early, mid, late decade   years 0 to 3, 4 to 6, 7 to 9; the inner ends approximate
first, second half        January to June, July to December; days 1 to 15, 16 to the last
========================  ===================================================================

A weekday that does not agree with the day makes the date uncertain (``?``).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bayyina.model.calendar_dates import named_month_date
from bayyina.model.date_periods import PARTS, part_of
from bayyina.model.edtf import (
    AUTUMN,
    SPRING,
    SUMMER,
    WINTER,
    Moment,
    Span,
    interval,
    moment,
    parse_edtf,
    single,
    unreadable,
)
from bayyina.model.month_names import MONTH_PATTERN, take_months
from bayyina.model.numeric_dates import read_numbers

_FORMS_HINT = 'Write it as 2013-05-14, 2013-05, 2013, 14/05/2013 or "14 May 2013".'

_UNKNOWN = re.compile(
    r"(?:the )?(?:date )?(?:is )?(?:unknown|not known|undated|n[./]?a\.?|none|null|nan|nat|inconnue?)"
    r"|(?:التاريخ )?(?:غير (?:معروفه?|محدده?|معلومه?|متوفره?|متاحه?)|مجهوله?|لا يعرف|لا يوجد|بدون تاريخ)"
    r"|[-–—?؟.x_\s]+"
)

_HIJRI_MARK = re.compile(
    r"(?<=\d)\s*(?:ه|هجريه?|h|a\.?h\.?)(?!\w)\.?|\s+للهجره|(?:ال)?هجريه?(?!\w)"
)
_GREGORIAN_MARK = re.compile(r"(?<=\d)\s*(?:م|ميلاديه?|a\.?d\.?|c\.?e\.?)(?!\w)\.?")
_CORRESPONDING = re.compile(
    r"\s*(?:(?<!\w)ال?موافقه?(?: ?ل| في)?(?!\w)|corresponding to|equivalent to)\s*"
)
_BRACKETED = re.compile(r"(.*\d{4}.*)[(\[](.*\d{4}.*)[)\]]")

_BEFORE = re.compile(
    r"(?:on or before|before|prior to|up to|until|till|by|not? later than|avant|قبل|حتي|لغايه)\s+(.+)"
)
_AFTER = re.compile(
    r"(?:on or after|after|since|from|not? (?:before|earlier than)|depuis|apres|بعد|منذ|من)\s+(.+)"
)
_BEFORE_LAST = re.compile(r"(.+?)\s+(?:or (?:earlier|before)|(?:ا?و )(?:قبل ذلك|قبله|ما قبل))")
_AFTER_LAST = re.compile(
    r"(.+?)\s+(?:or (?:later|after)|onwards?|(?:ا?و )(?:بعد ذلك|بعده|ما بعد)|فصاعدا)"
)

_BETWEEN = re.compile(r"(?:between\s+(.+?)\s+and|بين\s+(.+?)\s+و)\s*(.+)")
_FROM_TO = re.compile(
    r"(?:(?:from|من|entre|de)\s+)?(.+?)"
    r"(?:\s+(?:to|until|till|through|or|الي|حتي|او|and|et)\s+|\s+-\s+|\s*[–—]\s*|\.\.)(.+)"
)
_DAYS_OF_MONTH = re.compile(r"(\d{1,2})\s*[-/]\s*(\d{1,2}\s+\D.*)")
_TWO_MONTHS = re.compile(rf"(.*?)({MONTH_PATTERN})\s*[-/]\s*({MONTH_PATTERN})(.*)")

_ABOUT = re.compile(
    r"(?:about|around|approximately|approx\.?|roughly|circa|ca?\.|ca|near|some time in|vers|environ"
    r"|نحو|حوالي|قرابه|زهاء|في حدود|بحدود|تقريبا)(?!\w)\s*(.+)|~\s*(.+)"
)
_ABOUT_LAST = re.compile(r"(.+?)\s*\(?(?:approximately|approx\.?|تقريبا|~)\)?")
_POSSIBLY = re.compile(
    r"(?:possibly|probably|perhaps|maybe|presumably|likely|ربما|يرجح|علي الارجح|يعتقد)(?!\w)\s*(?:في\s+)?(.+)"
)
_POSSIBLY_LAST = re.compile(r"(.+?)\s*(?:\(?[?؟]\)?|\(?(?:uncertain|unconfirmed|غير موكد)\)?)")

_DAY_UNKNOWN = re.compile(r"(.+?)[\s;]+(?:day unknown|(?:ال)?يوم غير معروف)")
_MONTH_UNKNOWN = re.compile(r"(\d{4})[\s;]+(?:month unknown|(?:ال)?شهر غير معروف)")
_ALL_UNKNOWN = re.compile(
    r"(\d{4})[\s;]+(?:(?:day and month|month and day) unknown|اليوم والشهر غير معروفين)"
)

_DECADE = re.compile(r"(?:the |ال)?(?:(\d{3})0'?s|(?:عقد|عقد سنوات)\s+(\d{3})0)")
_SEASONS = (
    (SPRING, r"spring|printemps|(?:ال)?ربيع"),
    (SUMMER, r"summer|ete|(?:ال)?صيف"),
    (AUTUMN, r"autumn|fall|automne|(?:ال)?خريف"),
    (WINTER, r"winter|hiver|(?:ال)?شتاء?"),
)
_SEASON = re.compile(
    "|".join(f"(?P<s{code}>(?<!\\w)(?:{words})(?!\\w))" for code, words in _SEASONS)
)
_WEEKDAYS = (
    r"mon(?:day)?|lundi|الاثنين|الاتنين",
    r"tue(?:s|sday)?|mardi|الثلاثاء?",
    r"wed(?:nesday)?|mercredi|الاربعاء?",
    r"thu(?:rs|rsday)?|jeudi|الخميس",
    r"fri(?:day)?|vendredi|الجمعه",
    r"sat(?:urday)?|samedi|السبت",
    r"sun(?:day)?|dimanche|الاحد",
)
_WEEKDAY = re.compile(
    "|".join(f"(?P<w{n}>(?<!\\w)(?:{words})(?!\\w)\\.?)" for n, words in enumerate(_WEEKDAYS))
)
_FILLERS = re.compile(
    r"(?<!\w)(?:the|of|in|on|day|month|year|de|du|le|en|an|في|يوم|شهر|سنه|عام|العام|بتاريخ|من|dated)(?!\w)"
)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|eme)(?!\w)")
_SIGNS = re.compile(r"[-/.()\[\]\\;:]")


def read_phrase(folded: str, calendar: str, *, order_is_stated: bool = False) -> Span:
    """Reads a date in words; the text is in the form that ``folded_date_text`` gives.

    Raises:
        DateUnreadableError: The text is no date, or says that the date is not known (the
            error then has the code ``date-unknown``).
    """
    if _UNKNOWN.fullmatch(folded):
        raise unreadable("The text says that the date is not known.", code="date-unknown")
    text = _MONTH_UNKNOWN.sub(r"\1-xx", _ALL_UNKNOWN.sub(r"\1-xx-xx", folded))
    return _Phrase(calendar, order_is_stated).read(text)


class _Phrase:
    """The reading of one text, with what was stated about it."""

    def __init__(self, calendar: str, order_is_stated: bool) -> None:
        self._calendar = calendar
        self._order_is_stated = order_is_stated

    def read(self, text: str) -> Span:
        """Reads a text of any kind."""
        text = text.strip(" .;,:")
        steps: tuple[Callable[[str], Span | None], ...] = (
            self._corresponding,
            self._marked,
            self._plain,
            self._open,
            self._range,
            self._qualified,
            self._part,
            self._unspecified,
            self._season,
            self._words,
        )
        for step in steps:
            span = step(text)
            if span is not None:
                return span
        raise unreadable("The text is not a date in any form that is known.", _FORMS_HINT)

    def _corresponding(self, text: str) -> Span | None:
        """The same day in two calendars: the narrower one, if they agree."""
        found = _CORRESPONDING.split(text, maxsplit=1)
        if len(found) == 1:
            bracketed = _BRACKETED.fullmatch(text)
            found = list(bracketed.groups()) if bracketed else found
        if len(found) == 1 or not all(found):
            return None
        spans = [self.read(part) for part in found]
        (lo_a, hi_a), (lo_b, hi_b) = (span.bounds() for span in spans)
        if lo_a is None or hi_a is None or lo_b is None or hi_b is None:
            return None
        if lo_a > hi_b or lo_b > hi_a:
            raise unreadable(
                "The text gives one date in two calendars, and they do not agree.",
                "Correct one of them or leave it out.",
            )
        return spans[0] if hi_a - lo_a < hi_b - lo_b else spans[1]

    def _marked(self, text: str) -> Span | None:
        """A mark of the calendar, هـ or م, decides it for the whole text."""
        for mark, calendar in ((_HIJRI_MARK, "hijri"), (_GREGORIAN_MARK, "gregorian")):
            rest = mark.sub(" ", text).strip()
            if rest != text:
                return _Phrase(calendar, self._order_is_stated).read(rest)
        return None

    def _plain(self, text: str) -> Span | None:
        span = read_numbers(text, self._calendar, order_is_stated=self._order_is_stated)
        return span or parse_edtf(text)

    def _open(self, text: str) -> Span | None:
        for pattern in (_BEFORE, _BEFORE_LAST):
            if found := pattern.fullmatch(text):
                return interval(None, self.read(found[1]).end)
        if found := _AFTER_LAST.fullmatch(text):
            return interval(self.read(found[1]).start, None)
        found = _AFTER.fullmatch(text)
        if found and not _FROM_TO.fullmatch(text):
            return interval(self.read(found[1]).start, None)
        return None

    def _range(self, text: str) -> Span | None:
        if found := _BETWEEN.fullmatch(text):
            return self._from_to(found[1] or found[2], found[3])
        if found := _DAYS_OF_MONTH.fullmatch(text):
            return self._from_to(found[1], found[2])
        found = _TWO_MONTHS.fullmatch(text)
        if found and len(take_months(text)[0]) > 1:
            return self._from_to(f"{found[1]}{found[2]}", f"{found[3]}{found[4]}")
        found = _FROM_TO.fullmatch(text)
        return self._from_to(found[1], found[2]) if found else None

    def _from_to(self, first: str, last: str) -> Span:
        start = self.read(_completed(first.strip(), last.strip()))
        end = self.read(last)
        return interval(start.start, end.end)

    def _qualified(self, text: str) -> Span | None:
        marks = ((_ABOUT, "~"), (_POSSIBLY, "?"), (_ABOUT_LAST, "~"), (_POSSIBLY_LAST, "?"))
        for pattern, mark in marks:
            if found := pattern.fullmatch(text):
                return self.read(next(filter(None, found.groups()))).qualified(mark)
        return None

    def _part(self, text: str) -> Span | None:
        for part, pattern in PARTS:
            if found := pattern.fullmatch(text):
                return part_of(part, self.read(found[1]))
        return None

    def _unspecified(self, text: str) -> Span | None:
        """A decade, or a month whose day is said to be unknown."""
        if found := _DECADE.fullmatch(text):
            return single(moment(f"{found[1] or found[2]}X"))
        if found := _DAY_UNKNOWN.fullmatch(text):
            month = self.read(found[1])
            if month.is_single and month.start and month.start.precision == "month":
                return single(Moment(month.start.year, month.start.month, "XX"))
        return None

    def _season(self, text: str) -> Span | None:
        """A season and a year; a winter may name both of its years."""
        if take_months(text)[0]:
            return None
        seasons = [found.lastgroup for found in _SEASON.finditer(text)]
        numbers = (
            _FILLERS.sub(" ", _SEASON.sub(" ", text)).replace("/", " ").replace("-", " ").split()
        )
        if len(seasons) != 1 or not all(number.isdigit() for number in numbers):
            return None
        code = str(seasons[0])[1:]
        if len(numbers) == 1 and len(numbers[0]) == 4:
            return single(moment(numbers[0], code))
        if code == WINTER and _are_years_in_a_row(numbers):
            return interval(moment(numbers[0], "12"), moment(str(int(numbers[0]) + 1), "03", "21"))
        return None

    def _words(self, text: str) -> Span | None:
        """A month by name with its year and perhaps its day, and words that add nothing."""
        months, rest = take_months(text)
        weekdays = [str(found.lastgroup) for found in _WEEKDAY.finditer(rest)]
        rest = _ORDINAL.sub("", _FILLERS.sub(" ", _WEEKDAY.sub(" ", rest)))
        numbers = _SIGNS.sub(" ", rest).split() if months else []
        if len(months) > 1:
            raise unreadable("The text names two different months.", _FORMS_HINT)
        if months:
            year, day = _year_and_day(numbers)
            span = named_month_date(year, months[0], day, self._calendar)
        else:
            rest = " ".join(rest.split())
            if rest == text:
                return self._spaced(text)
            span = self.read(rest)
        return _on_weekday(span, int(weekdays[0][1:])) if weekdays else span

    def _spaced(self, text: str) -> Span | None:
        """Numbers apart by spaces, as in "14 5 2013"."""
        if re.fullmatch(r"\d{1,4}(?: \d{1,4}){1,2}", text):
            return self._plain(text.replace(" ", "/"))
        return None


def _completed(first: str, last: str) -> str:
    """The first end of a range with what it leaves to the last: "5 to 7 May 2013"."""
    if re.search(r"\d{4}|\d{3}x|\d\dxx", first):
        return first
    if first.isdigit():
        return re.sub(r"^\D*\d{1,2}(?!\d)", first, last, count=1)
    year = re.findall(r"\d{4}", last)
    return f"{first} {year[-1]}" if year else first


def _are_years_in_a_row(numbers: list[str]) -> bool:
    if len(numbers) != 2 or len(numbers[0]) != 4 or len(numbers[1]) not in (2, 4):
        return False
    return str(int(numbers[0]) + 1).endswith(numbers[1])


def _year_and_day(numbers: list[str]) -> tuple[int, int]:
    """The year (four digits) and the day (one or two, else 0) beside a month's name."""
    years = [number for number in numbers if len(number) == 4 and number.isdigit()]
    days = [number for number in numbers if len(number) <= 2 and number.isdigit()]
    if len(years) == 1 and len(days) <= 1 and len(years) + len(days) == len(numbers):
        if days and int(days[0]) == 0:
            return int(years[0]), 0
        return int(years[0]), int(days[0]) if days else 0
    if not years and days and len(days) == len(numbers):
        raise unreadable(
            "The date has no year of four digits, so its century is not known.",
            "Write years with four digits.",
        )
    raise unreadable("The text is not a date in any form that is known.", _FORMS_HINT)


def _on_weekday(span: Span, weekday: int) -> Span:
    """The span, uncertain if it is one day and that is another day of the week."""
    lo, hi = span.bounds()
    if lo is None or lo != hi or lo.weekday() == weekday:
        return span
    return span.qualified("?")
