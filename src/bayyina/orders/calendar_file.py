"""Deadlines as an iCalendar file (RFC 5545) that any calendar program reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from bayyina.orders.deadlines import Deadline
from bayyina.orders.documents import filing_words
from bayyina.orders.results import CaseStatus, Words
from bayyina.orders.wording import both

LINE_OCTETS = 75
"""Longest line (RFC 5545, 3.1); longer ones are folded."""

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def calendar_text(status: CaseStatus, lang: str, stamp: datetime) -> str:
    """All deadlines of a case, past and ahead, as one calendar.

    Args:
        status: The case as of a day.
        lang: ``en`` or ``ar``.
        stamp: When the file is made; written in UTC.
    """
    title = both(status.case.case.title)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Bayyina//Orders//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_text(_in(title, lang))}",
    ]
    for uid, deadline, what in _entries(status):
        lines += _event(uid, deadline, _in(what, lang), lang, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _entries(status: CaseStatus) -> Iterator[tuple[str, Deadline, Words]]:
    case = status.case.case.id
    for obligation in status.obligations:
        subject = both(obligation.measure.text)
        for deadline in obligation.deadlines:
            what = Words(
                f"{case}: {obligation.obligation.kind} ({obligation.id}). {subject.en}".strip(),
                f"{case}: {obligation.obligation.kind} ({obligation.id}). {subject.ar}".strip(),
            )
            yield f"{case}-{obligation.id}-{deadline.due}", deadline, what
    for limit in status.limits:
        words = filing_words(limit.limit.what)
        what = Words(
            f"{case}: {words.en} ({limit.limit.by})", f"{case}: {words.ar} ({limit.limit.by})"
        )
        yield f"{case}-{limit.id}", limit.deadline, what


def _event(uid: str, deadline: Deadline, what: str, lang: str, stamp: datetime) -> Iterable[str]:
    following: date = deadline.due + timedelta(days=1)
    moment = stamp.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return (
        "BEGIN:VEVENT",
        f"UID:{_text(uid)}@bayyina",
        f"DTSTAMP:{moment}",
        f"DTSTART;VALUE=DATE:{deadline.due:%Y%m%d}",
        f"DTEND;VALUE=DATE:{following:%Y%m%d}",
        f"SUMMARY;LANGUAGE={lang}:{_text(what)}",
        f"DESCRIPTION:{_text(deadline.state)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    )


def _in(words: Words, lang: str) -> str:
    return words.ar if lang == "ar" else words.en


def _text(text: str) -> str:
    """A text value (RFC 5545, 3.3.11): no control characters, special ones escaped."""
    plain = "".join(sign for sign in text if sign == "\n" or sign.isprintable())
    return plain.translate(_ESCAPES)


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most ``LINE_OCTETS``, never cut inside a character."""
    part, size = "", 0
    for sign in line:
        width = len(sign.encode("utf-8"))
        if size + width > LINE_OCTETS:
            yield part
            part, size = " ", 1
        part += sign
        size += width
    yield part
