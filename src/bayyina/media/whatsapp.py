"""Chats that WhatsApp exported as text: what is the same in all languages of the program.

It writes the time of the telephone that exported, in the form of its language, without zone;
whether day or month stands first is decided over the whole file and said. Marks of direction
stand between the parts in Arabic. Words for "file attached" and the like differ by language
and version, so the form decides: a name of a file with a remark in brackets behind it, or in
pointed brackets with a word before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from hijridate import Hijri

from bayyina.media.chats import (
    MAX_MESSAGES,
    ZONE_UNKNOWN,
    Chat,
    Message,
    instants,
    with_attachments,
)
from bayyina.media.plain_data import DamagedFileError, FileLimitError

UNDECIDED: Final = "undecided"
LUNAR: Final = range(1343, 1501)
"""Years of the Umm al-Qura calendar that can be converted."""

SOLAR: Final = range(1380, 1412)
"""Years that a telephone of our time writes in the Persian calendar; none of them is lunar here."""

_MARKS: Final = str.maketrans(
    "", "", "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
_SPACES: Final = str.maketrans({"\u202f": " ", "\u00a0": " ", "\u2009": " ", "،": ","})
_DATE: Final = r"(\d{1,4})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?(\d{1,4})\.?"
_CLOCK: Final = r"(\d{1,2})[:.h](\d{2})(?:[:.](\d{2}))?\s?([^\W\d_][^\d\[\]<>:\-–]{0,13}?)?"
_BETWEEN: Final = r",?\s+(?:([^\W\d_]{1,4})\.?\s*)?"
"""Between date and clock some languages set a word: "um", "kl.", "à"; or the half of the day."""

_START: Final = re.compile(
    rf"^(?:\[{_DATE}{_BETWEEN}{_CLOCK}\]\s*|{_DATE}{_BETWEEN}{_CLOCK}\s+[-–]\s)"
)
"""Time of a message: in brackets on the one kind of telephone, before a dash on the other.

Digits are those of any script: Arabic ones are read as they stand.
"""

_MORNING: Final = ("a", "ص", "öö", "ق", "上午", "πμ", "п")
_EVENING: Final = ("p", "م", "ös", "ب", "下午", "μμ", "د")
"""How words for the halves of the day begin, in lower case, in the languages that have them."""

_HALVES_BEFORE: Final = frozenset({"öö", "ös", "上午", "下午", "am", "pm", "ص", "م"})
"""Words for the halves of the day that stand before the clock in some languages."""

_NAME: Final = r"[^\s<>:/\\()][^<>:/\\\n]{0,180}?\.[A-Za-z0-9]{2,5}"
_KNOWN_REMARK: Final = re.compile(
    r"^\((?:file attached|الملف مرفق|تم إرفاق الملف|ملف مرفق|fichier joint|datei angehängt"
    r"|archivo adjunto|dosya ekli|файл добавлен|file allegato|arquivo anexado|bestand bijgevoegd"
    r"|پیوست شد|فایل پیوست شده|pel pêvekirî)\)$",
    re.IGNORECASE,
)
_BEFORE_REMARK: Final = re.compile(rf"^({_NAME})\s+(\([^()\n]{{3,40}}\))\s*$", re.MULTILINE)
_IN_POINTED: Final = re.compile(rf"<[^<>:\n]{{2,30}}:\s*({_NAME})>")
_OWN_NAME: Final = re.compile(
    r"^(?:(?:IMG|VID|AUD|PTT|STK|DOC|GIF)-\d{8}-WA\d+|\d{8}-[A-Z]+-\d{4}[\d-]*)\.", re.IGNORECASE
)
"""Names that the program gives to files of its own."""

_LEFT_OUT: Final = re.compile(
    r"^<[^<>:\n]{3,60}>$|^(?:image|video|audio|sticker|document|gif|contact card) omitted$"
    r"|^(?:bild|video|audio|sticker|dokument|gif) weggelassen$|^(?:image|vidéo|audio) absente?$"
    r"|^(?:imagen|video|audio|documento) omitid[oa]$|تم استبعاد الوسائط|استبعاد الوسائط"
    r"|^(?:الصورة|الفيديو|الصوت|الملصق|المستند) (?:محذوفة?|مستبعدة?)$",
    re.IGNORECASE,
)
_EDITED: Final = re.compile(r"<(?:this message was edited|تم تعديل هذه الرسالة|تم تعديل الرسالة)>\s*$", re.IGNORECASE)  # fmt: skip
_DELETED: Final = re.compile(
    r"^(?:this message was deleted|you deleted this message|تم حذف هذه الرسالة|لقد حذفت هذه الرسالة"
    r"|حذفت هذه الرسالة|ce message a été supprimé|diese nachricht wurde gelöscht"
    r"|se eliminó este mensaje)\.?$",
    re.IGNORECASE,
)


class _Time(NamedTuple):
    """A time as it is written, in its parts."""

    first: str
    second: str
    third: str
    hour: str
    minute: str
    seconds: str
    half: str
    """Word for the half of the day; empty where there is none."""
    written: str
    """The whole."""


def looks_like_whatsapp(text: str) -> bool:
    """Whether a text's first lines begin with times as WhatsApp writes them."""
    lines = [line for line in text[:8_000].splitlines() if line.strip()][:40]
    hits = sum(bool(_START.match(_plain(line))) for line in lines)
    return hits >= 1 and hits * 4 >= len(lines)


def _plain(line: str) -> str:
    """The line without marks of direction, with ordinary spaces."""
    return line if line.isascii() else line.translate(_MARKS).translate(_SPACES)


def read_whatsapp(
    text: str, *, beside: Iterable[str] = (), title: str = "", zone_minutes: int | None = None
) -> Chat:
    """A chat from WhatsApp's text; ``zone_minutes`` is the zone, if a person knows it.

    Raises:
        DamagedFileError: no line begins as a message does.
        FileLimitError: there are more messages than are read.
    """
    raw = list(_raw_messages(text))
    if not raw:
        raise DamagedFileError("No line begins with a time as WhatsApp writes it.")
    there = list(beside)
    names = {name.rpartition("/")[2] for name in there}
    times = [time for _, time, _ in raw]
    order, notes = _order(times)
    messages = tuple(_message(*one, order, zone_minutes, names) for one in raw)
    zone = ZONE_UNKNOWN if zone_minutes is None else f"UTC{zone_minutes / 60:+g}, given by a person"
    made = Chat(
        "WhatsApp", title, messages, zone, order, notes=(*notes, *_calendar_notes(times, order))
    )
    return with_attachments(made, there)


def _message(
    place: int, time: _Time, body: str, order: str, zone_minutes: int | None, names: set[str]
) -> Message:
    earliest, latest = _span(time, order, zone_minutes)
    first, newline, rest = body.partition("\n")
    sender, mark, words = first.partition(":")
    is_sent = bool(mark) and (not words or words.startswith(" ")) and 0 < len(sender) <= 100
    words = words.removeprefix(" ") + newline + rest if is_sent else body
    plain = words.translate(_MARKS).strip()
    return Message(
        place=f"line {place}",
        sender=sender if is_sent else None,
        text=words,
        written_time=time.written,
        earliest=earliest,
        latest=latest,
        attachment=_attachment(plain, names) if is_sent else None,
        is_omitted=bool(_LEFT_OUT.search(plain)),
        is_edited=bool(_EDITED.search(plain)),
        is_deleted=bool(_DELETED.search(plain)),
    )


def _raw_messages(text: str) -> Iterator[tuple[int, _Time, str]]:
    """Line, parts of the time, and the rest; lines without a time belong to what stands before."""
    current: tuple[int, _Time, list[str]] | None = None
    for number, whole in enumerate(text.split("\n"), 1):
        line = whole.removesuffix("\r")
        match = _START.match(_plain(line))
        if match is None:
            if current is not None:
                current[2].append(line)
            continue
        if number > MAX_MESSAGES:
            raise FileLimitError(f"The chat has more than {MAX_MESSAGES} lines.")
        if current is not None:
            yield current[0], current[1], "\n".join(current[2])
        # one of the two forms matched; the other's groups are empty
        groups = [part or "" for part in (match.groups()[:8] if match[1] else match.groups()[8:])]
        before = groups.pop(3)
        without = line.translate(_MARKS)
        written = without[: match.end()].strip(" -–[]")
        if not groups[6] and before.casefold() in _HALVES_BEFORE:
            groups[6] = before
        current = number, _Time._make([*groups, written]), [without[match.end() :]]
    if current is not None:
        yield current[0], current[1], "\n".join(current[2])


def _attachment(words: str, names: set[str]) -> str | None:
    """The file that came with a message: by the form of the words, in whatever language."""
    pointed = _IN_POINTED.search(words) if "<" in words else None
    if pointed:
        return pointed[1].strip()
    match = _BEFORE_REMARK.search(words) if "(" in words else None
    if match is None:
        return None
    name = match[1].strip()
    is_sure = name in names or _OWN_NAME.match(name) or _KNOWN_REMARK.match(match[2])
    return name if is_sure else None


def _order(times: Sequence[_Time]) -> tuple[str, tuple[str, ...]]:
    """Whether day or month stands first, by all dates of the file."""
    if all(len(t.first) == 4 for t in times):
        return "year-month-day", ()
    firsts = [int(t.first) for t in times]
    seconds = [int(t.second) for t in times]
    if max(firsts) > 12 and max(seconds) <= 12:
        return "day-month-year", ()
    if max(seconds) > 12 and max(firsts) <= 12:
        return "month-day-year", ()
    falls = {
        order: sum(
            1
            for one, other in pairwise(moments)
            if one is not None and other is not None and other < one - timedelta(hours=1)
        )
        for order in ("day-month-year", "month-day-year")
        for moments in ([_moment(t, order) for t in times],)
    }
    best = min(falls, key=lambda name: falls[name])
    other = max(falls, key=lambda name: falls[name])
    if falls[best] < falls[other]:
        return best, ("The order of day and month follows from the order of the messages.",)
    return UNDECIDED, (
        "Whether the day or the month stands first cannot be told; times are given for both.",
    )


def _calendar_notes(times: Sequence[_Time], order: str) -> Iterator[str]:
    """What a person should know of calendars and of words beside the clock."""
    years = {int(t.first if order == "year-month-day" else t.third) for t in times}
    if years & set(SOLAR):
        yield "Years seem to be those of the Persian calendar; these times are not converted."
    elif years & set(LUNAR):
        yield "Years are lunar (Hijri); they are converted by the Umm al-Qura calendar."
    if any(t.half and not _half_of(t.half) for t in times):
        yield "A word beside the clock is not known; its times are given for both halves of the day."


def _half_of(word: str) -> str:
    """``morning``, ``evening``, or nothing for a word that is not known."""
    folded = word.casefold().strip(" .")
    for name, starts in (("morning", _MORNING), ("evening", _EVENING)):
        if folded.startswith(starts):
            return name
    return ""


def _moment(time: _Time, order: str, half: str | None = None) -> datetime | None:
    """The time on the device's clock; None where it is none."""
    first, second, third = int(time.first), int(time.second), int(time.third)
    if order == "year-month-day":
        year, month, day = first, second, third
    elif order == "month-day-year":
        month, day, year = first, second, third
    else:
        day, month, year = first, second, third
    hours = int(time.hour)
    half = (_half_of(time.half) if time.half else "") if half is None else half
    if half:
        hours = hours % 12 + (12 if half == "evening" else 0)
    try:
        if year in SOLAR:
            return None
        if year in LUNAR:
            year, month, day = Hijri(year, month, day).to_gregorian().datetuple()
        year += 2000 if year < 100 else 0
        return datetime(year, month, day, hours, int(time.minute), int(time.seconds or 0), tzinfo=UTC)  # fmt: skip
    except (ValueError, OverflowError):
        return None


def _span(
    time: _Time, order: str, zone_minutes: int | None
) -> tuple[datetime | None, datetime | None]:
    """The earliest and latest instant of a message, by all readings of an undecided time."""
    orders = ("day-month-year", "month-day-year") if order == UNDECIDED else (order,)
    is_unsure = bool(time.half) and not _half_of(time.half)
    halves = ("morning", "evening") if is_unsure else (None,)
    spans = [instants(_moment(time, one, half), zone_minutes) for one in orders for half in halves]
    earliest = min((one for one, _ in spans if one is not None), default=None)
    return earliest, max((one for _, one in spans if one is not None), default=None)
