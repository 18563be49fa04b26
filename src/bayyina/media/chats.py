"""Exported chats: messages, their times, their attachments; and Telegram's JSON.

Telegram's JSON has the instant itself (``date_unixtime``); the other time in it is that of the
computer that exported. ``whatsapp`` reads the other program's texts, ``telegram_pages`` pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bayyina.media.plain_data import DamagedFileError, FileLimitError

MAX_MESSAGES: Final = 1_000_000
EARLIEST_ZONE, LATEST_ZONE = timedelta(hours=-12), timedelta(hours=14)
"""Zones of the world; an instant without zone lies within these."""

ZONE_UNKNOWN: Final = "the clock of the device that exported; its zone is not in the file"
ZONE_KNOWN: Final = "UTC, from the file"


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
    """Whether it was changed after it was sent, as far as the export says so."""

    is_deleted: bool = False
    """Whether the program says that it was deleted by who sent it."""


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
            "attachments_missing": list(dict.fromkeys(self.missing))[:100],
            "attachments_left_out": sum(m.is_omitted for m in self.messages),
            "files_not_mentioned": list(self.unmentioned)[:100],
            "edited": sum(m.is_edited for m in self.messages),
            "deleted": sum(m.is_deleted for m in self.messages),
            "notes": list(self.notes),
        }


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
