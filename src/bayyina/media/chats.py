"""Chats exported from WhatsApp and Telegram: messages, their times, their attachments.

WhatsApp writes the time of the telephone that exported, in the form of its language, without
zone; whether day or month stands first is decided over the whole file and said. Telegram's
JSON has the instant itself (``date_unixtime``); the other time in it is that of the computer
that exported. Marks of direction (U+200E, U+200F) stand between the parts in Arabic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from bayyina.media.plain_data import DamagedFileError, FileLimitError

MAX_MESSAGES: Final = 1_000_000
EARLIEST_ZONE, LATEST_ZONE = timedelta(hours=-12), timedelta(hours=14)
"""Zones of the world; an instant without zone lies within these."""

ZONE_UNKNOWN: Final = "the clock of the device that exported; its zone is not in the file"
ZONE_KNOWN: Final = "UTC, from the file"
UNDECIDED: Final = "undecided"

_MARKS: Final = str.maketrans(
    "", "", "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"
)
_SPACES: Final = str.maketrans({"\u202f": " ", "\u00a0": " ", "،": ","})
_DATE: Final = r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})"
_CLOCK: Final = (
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s*([APap]\.?\s?[Mm]\.?|ص|م|صباحًا|مساءً|صباحا|مساء)?"
)
_START: Final = re.compile(rf"^(?:\[{_DATE},?\s+{_CLOCK}\]\s*|{_DATE},?\s+{_CLOCK}\s+[-–]\s)")
"""Time of a message: in brackets on the one kind of telephone, before a dash on the other.

Digits are those of any script: Arabic ones are read as they stand.
"""

_FILE: Final = re.compile(r"([^\s<>:/\\][^<>:/\\\n]{0,180}?\.[A-Za-z0-9]{2,5})(?=\s*[)(>]|\s*$)")
_ATTACHED: Final = re.compile(
    r"\((?:file attached|الملف مرفق|تم إرفاق الملف|ملف مرفق)\)|<\s*(?:attached|مرفق|المرفق)\s*:",
    re.IGNORECASE,
)
_OMITTED: Final = re.compile(
    r"<media omitted>|(?:image|video|audio|sticker|document|gif) omitted|تم استبعاد الوسائط|استبعاد الوسائط",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Message:
    """One message of a chat."""

    place: str
    """Where it stands: ``line 12``, or ``message 345``."""

    sender: str | None
    """Who sent it, as the export writes the name; None for notices of the program."""

    text: str
    """Its words, as they stand."""

    written_time: str
    """The time as the export writes it."""

    earliest: datetime | None
    """The earliest instant that the time can mean, UTC."""

    latest: datetime | None
    """The latest instant that the time can mean, UTC; equal where the zone is known."""

    attachment: str | None = None
    """Name of the file that came with it."""

    is_omitted: bool = False
    """Whether a file came with it that the export left out."""

    is_edited: bool = False
    """Whether it was changed after it was sent; only Telegram says so."""


@dataclass(frozen=True)
class Chat:
    """An exported chat."""

    program: str
    """WhatsApp or Telegram."""

    title: str
    """Name of the chat, where the export has it."""

    messages: tuple[Message, ...]
    """In the order of the export."""

    zone: str
    """What is known of the zone of the times."""

    date_order: str
    """day-month-year, month-day-year, year-month-day; or ``undecided``."""

    matched: tuple[str, ...] = ()
    """Attachments that are there."""

    missing: tuple[str, ...] = ()
    """Attachments that are named and not there."""

    unmentioned: tuple[str, ...] = ()
    """Files beside the chat that no message names."""

    notes: tuple[str, ...] = field(default=())
    """What a person should know."""

    def document(self) -> dict[str, Any]:
        """Counts and times, without names and words of people."""
        times = [m.earliest for m in self.messages if m.earliest]
        return {
            "program": self.program,
            "messages": len(self.messages),
            "senders": len({m.sender for m in self.messages if m.sender}),
            "first": f"{min(times):%Y-%m-%dT%H:%M:%SZ}" if times else None,
            "last": f"{max(m.latest for m in self.messages if m.latest):%Y-%m-%dT%H:%M:%SZ}"
            if times
            else None,
            "zone": self.zone,
            "date_order": self.date_order,
            "attachments": len(self.matched) + len(self.missing),
            "attachments_missing": list(self.missing)[:100],
            "attachments_left_out": sum(m.is_omitted for m in self.messages),
            "files_not_mentioned": list(self.unmentioned)[:100],
            "edited": sum(m.is_edited for m in self.messages),
            "notes": list(self.notes),
        }


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
    order, notes = _order([parts for _, parts, _ in raw])
    messages = []
    for place, parts, body in raw:
        earliest, latest = _span(parts, order, zone_minutes)
        sender, mark, words = body.partition(": ")
        if not mark or len(sender) > 100 or "\n" in sender:
            sender, words = "", body
        messages.append(
            Message(
                place=f"line {place}",
                sender=sender or None,
                text=words,
                written_time=parts[-1],
                earliest=earliest,
                latest=latest,
                attachment=_attachment(words),
                is_omitted=bool(_OMITTED.search(words)),
            )
        )
    zone = ZONE_UNKNOWN if zone_minutes is None else f"UTC{zone_minutes / 60:+g}, given by a person"
    return with_attachments(
        Chat("WhatsApp", title, tuple(messages), zone, order, notes=notes), beside
    )


def _raw_messages(text: str) -> Iterator[tuple[int, tuple[str, ...], str]]:
    """Line, parts of the time, and the rest; lines without a time belong to what stands before."""
    current: tuple[int, tuple[str, ...], list[str]] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        plain = _plain(line)
        match = _START.match(plain)
        if match is None:
            if current is not None:
                current[2].append(line)
            continue
        if number > MAX_MESSAGES:
            raise FileLimitError(f"The chat has more than {MAX_MESSAGES} lines.")
        if current is not None:
            yield current[0], current[1], "\n".join(current[2])
        # one of the two forms matched; the other's groups are empty
        groups = match.groups()[:7] if match[1] else match.groups()[7:]
        written = line.translate(_MARKS)[: match.end()].strip(" -–[]")
        rest = line.translate(_MARKS)[match.end() :]
        current = number, (*(part or "" for part in groups), written), [rest]
    if current is not None:
        yield current[0], current[1], "\n".join(current[2])


def _attachment(words: str) -> str | None:
    if "(" not in words and "<" not in words:
        return None
    plain = words.translate(_MARKS)
    if not _ATTACHED.search(plain):
        return None
    after = plain.rpartition(":")[2] if "<" in plain else plain
    match = _FILE.search(after.strip())
    return match[1].strip() if match else None


def _order(parts: Sequence[tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
    """Whether day or month stands first, by all dates of the file."""
    if all(len(p[0]) == 4 for p in parts):
        return "year-month-day", ()
    firsts = [int(p[0]) for p in parts]
    seconds = [int(p[1]) for p in parts]
    if max(firsts) > 12 and max(seconds) <= 12:
        return "day-month-year", ()
    if max(seconds) > 12 and max(firsts) <= 12:
        return "month-day-year", ()
    falls = {
        order: sum(
            1
            for one, other in pairwise(times)
            if one is not None and other is not None and other < one - timedelta(hours=1)
        )
        for order in ("day-month-year", "month-day-year")
        for times in ([_moment(p, order) for p in parts],)
    }
    best = min(falls, key=lambda name: falls[name])
    other = max(falls, key=lambda name: falls[name])
    if falls[best] < falls[other]:
        return best, ("The order of day and month follows from the order of the messages.",)
    return UNDECIDED, (
        "Whether the day or the month stands first cannot be told; times are given for both.",
    )


def _moment(parts: tuple[str, ...], order: str) -> datetime | None:
    """The time on the device's clock; None where it is none."""
    first, second, third, hour, minute, secs, half = parts[:7]
    if order == "year-month-day":
        year, month, day = int(first), int(second), int(third)
    elif order == "month-day-year":
        month, day, year = int(first), int(second), int(third)
    else:
        day, month, year = int(first), int(second), int(third)
    hours = int(hour)
    if half:
        is_late = half[0] in "pPم" and not half.startswith("صب")
        hours = hours % 12 + (12 if is_late else 0)
    try:
        year += 2000 if year < 100 else 0
        return datetime(year, month, day, hours, int(minute), int(secs or 0), tzinfo=UTC)
    except ValueError:
        return None


def _span(
    parts: tuple[str, ...], order: str, zone_minutes: int | None
) -> tuple[datetime | None, datetime | None]:
    """The earliest and latest instant of a message, by both readings of an undecided date."""
    orders = ("day-month-year", "month-day-year") if order == UNDECIDED else (order,)
    spans = [instants(_moment(parts, one), zone_minutes) for one in orders]
    earliest = min((one for one, _ in spans if one is not None), default=None)
    return earliest, max((one for _, one in spans if one is not None), default=None)


def instants(
    moment: datetime | None, zone_minutes: int | None
) -> tuple[datetime | None, datetime | None]:
    """The earliest and latest instant that a time of the device's clock can mean.

    Args:
        moment: The time, as if its zone were UTC.
        zone_minutes: Minutes by which the zone is ahead of UTC; None: any zone of the world.
    """
    if moment is None:
        return None, None
    if zone_minutes is not None:
        exact = moment - timedelta(minutes=zone_minutes)
        return exact, exact
    try:
        return moment - LATEST_ZONE, moment - EARLIEST_ZONE
    except OverflowError:
        return None, None


def looks_like_telegram(value: Any) -> bool:
    """Whether a JSON value is an export of Telegram: of one chat, or of an account."""
    return any(True for _ in _telegram_chats(value))


def _telegram_chats(value: Any) -> Iterator[Mapping[str, Any]]:
    if not isinstance(value, Mapping):
        return
    chats = value.get("chats")
    candidates = [value, *(chats.get("list") or [] if isinstance(chats, Mapping) else [])]
    for chat in candidates:
        if not isinstance(chat, Mapping):
            continue
        messages = chat.get("messages")
        if isinstance(messages, list) and any(
            isinstance(m, Mapping) and "date" in m and "type" in m for m in messages[:20]
        ):
            yield chat


def read_telegram(value: Any, *, beside: Iterable[str] = ()) -> tuple[Chat, ...]:
    """The chats of a Telegram export.

    Raises:
        DamagedFileError: it is no such export.
        FileLimitError: there are more messages than are read.
    """
    names = list(beside)
    chats = []
    for chat in _telegram_chats(value):
        items = [item for item in chat["messages"] if isinstance(item, Mapping)]
        if len(items) > MAX_MESSAGES:
            raise FileLimitError(f"The chat has more than {MAX_MESSAGES} messages.")
        messages = tuple(_telegram_message(item) for item in items)
        is_exact = all(m.earliest == m.latest for m in messages)
        zone = ZONE_KNOWN if is_exact else ZONE_UNKNOWN
        made = Chat("Telegram", str(chat.get("name") or ""), messages, zone, "year-month-day")
        chats.append(with_attachments(made, names))
    if not chats:
        raise DamagedFileError("It is no export of Telegram.")
    return tuple(chats)


def _telegram_message(item: Mapping[str, Any]) -> Message:
    earliest, latest = _telegram_time(item)
    file = item.get("file") or item.get("photo")
    is_there = isinstance(file, str) and not file.startswith("(")
    sender = item.get("from") or item.get("actor")
    return Message(
        place=f"message {item.get('id', '?')}",
        sender=str(sender) if sender else None,
        text=_telegram_text(item.get("text")),
        written_time=str(item.get("date") or ""),
        earliest=earliest,
        latest=latest,
        attachment=str(file) if is_there else None,
        is_omitted=isinstance(file, str) and not is_there,
        is_edited="edited" in item,
    )


def _telegram_time(item: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    text = str(item.get("date_unixtime") or "")
    if text.isascii() and text.isdigit() and len(text) <= 11:
        exact = datetime.fromtimestamp(int(text), UTC)
        return exact, exact
    try:
        local = datetime.fromisoformat(str(item.get("date") or "")).replace(tzinfo=UTC)
    except ValueError:
        return None, None
    return instants(local, None)


def _telegram_text(value: Any) -> str:
    """Text as Telegram writes it: a text, or a list of texts and of pieces with a style."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        parts = (p if isinstance(p, str) else str((p or {}).get("text", "")) for p in value if isinstance(p, str | Mapping))  # fmt: skip
        return "".join(parts)
    return ""


def with_attachments(chat: Chat, beside: Iterable[str]) -> Chat:
    """The chat with its attachments looked up among the files beside it, by their names."""
    there = {name.rpartition("/")[2]: name for name in beside}
    wanted = [m.attachment for m in chat.messages if m.attachment]
    matched = [name for name in wanted if name.rpartition("/")[2] in there]
    missing = [name for name in wanted if name.rpartition("/")[2] not in there]
    named = {name.rpartition("/")[2] for name in wanted}
    unmentioned = [name for short, name in there.items() if short not in named]
    return Chat(
        chat.program, chat.title, chat.messages, chat.zone, chat.date_order,
        tuple(matched), tuple(missing), tuple(unmentioned), chat.notes,
    )  # fmt: skip
