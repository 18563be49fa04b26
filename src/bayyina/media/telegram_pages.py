"""Chats that Telegram exported as pages (``messages.html``, ``messages2.html`` and so on).

The pages are read for the same things as Telegram's JSON: who sent what when, and with which
file. Newer exports state the zone with each time, older ones do not. Pages do not say whether
a message was edited afterwards; the JSON export does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Final

from bayyina.media.chats import (
    MAX_MESSAGES,
    ZONE_UNKNOWN,
    Chat,
    Message,
    instants,
    with_attachments,
)
from bayyina.media.plain_data import DamagedFileError, FileLimitError

PAGE: Final = re.compile(r"(?:^|/)messages(\d*)\.html$", re.IGNORECASE)
"""Name of a page of such an export, and its number."""

ZONE_STATED: Final = "UTC, from the zone that stands with each time"
NOT_EDITED: Final = "Pages do not say which messages were edited; the export as JSON does."

MAX_DEPTH: Final = 300
"""Elements of a page that may stand in one another."""

_TIME: Final = re.compile(
    r"(\d{2})\.(\d{2})\.(\d{4}) (\d{2}):(\d{2}):(\d{2})(?: UTC([+-])(\d{2}):(\d{2}))?"
)
_WITHOUT_END: Final = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr"})
_FILES: Final = frozenset(
    {"media_photo", "media_video", "media_file", "media_voice_message", "media_audio_file"}
)
_BEGINNING: Final = 1 << 16


@dataclass
class _Raw:
    """A message while its element is read."""

    place: str
    is_service: bool
    follows: bool
    sender: str = ""
    text: str = ""
    time: str = ""
    file: str = ""
    has_media: bool = False


@dataclass
class _Open:
    """An element that is not closed yet: its tag and what it is for."""

    tag: str
    role: str = ""
    words: list[str] = field(default_factory=list)


class _PageReader(HTMLParser):
    """Collects the messages of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.messages: list[_Raw] = []
        self._open: list[_Open] = []
        self._message: _Raw | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        said = {name: value or "" for name, value in attrs}
        classes = set(said.get("class", "").split())
        role = self._role(tag, classes)
        if role == "message":
            self._begin(said.get("id", ""), classes)
        elif self._message is not None and not self._is_inside("forwarded"):
            if {"date", "details"} <= classes and said.get("title"):
                self._message.time = said["title"]
            if tag == "a" and self._is_inside("media") and _is_local(said.get("href", "")):
                self._message.file = self._message.file or said["href"]
            self._message.has_media |= bool(classes & _FILES)
        if tag in _WITHOUT_END:
            if tag == "br" and self._open:
                self.handle_data("\n")
            return
        if len(self._open) >= MAX_DEPTH:
            raise FileLimitError(f"The page has more than {MAX_DEPTH} elements in one another.")
        self._open.append(_Open(tag, role))

    def handle_endtag(self, tag: str) -> None:
        """An element ends, and with it whatever in it was not closed."""
        if all(one.tag != tag for one in self._open):
            return
        while self._open:
            one = self._open.pop()
            self._close(one)
            if one.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        """Words, which belong to the innermost element that keeps them."""
        for one in reversed(self._open):
            if one.role in ("sender", "text", "title"):
                one.words.append(data)
                return

    def _role(self, tag: str, classes: set[str]) -> str:
        if tag == "div" and "message" in classes:
            return "message"
        if "forwarded" in classes:
            return "forwarded"
        if "media_wrap" in classes:
            return "media"
        if "from_name" in classes:
            return "sender"
        if self._message is None:
            return "title" if {"text", "bold"} <= classes and not self.title else ""
        own_text = "text" in classes or ("details" in classes and self._message.is_service)
        return "text" if tag == "div" and own_text and not self._is_inside("media") else ""

    def _begin(self, place: str, classes: set[str]) -> None:
        if len(self.messages) >= MAX_MESSAGES:
            raise FileLimitError(f"The chat has more than {MAX_MESSAGES} messages.")
        made = _Raw(place.removeprefix("message") or "?", "service" in classes, "joined" in classes)
        self.messages.append(made)
        self._message = made

    def _close(self, one: _Open) -> None:
        words = "".join(one.words).strip()
        if one.role == "message":
            self._message = None
        elif one.role == "title":
            self.title = words
        elif self._message is not None and one.role == "text":
            self._message.text = "\n".join(filter(None, (self._message.text, words)))
        elif (
            self._message is not None and one.role == "sender" and not self._is_inside("forwarded")
        ):
            self._message.sender = words

    def _is_inside(self, role: str) -> bool:
        return any(one.role == role for one in self._open)


def looks_like_pages(data: bytes) -> bool:
    """Whether a file begins as a page of such an export."""
    beginning = data[:_BEGINNING]
    return b'class="history"' in beginning and b'class="message ' in beginning


def read_pages(pages: Sequence[bytes], *, beside: Iterable[str] = ()) -> Chat:
    """The chat on some pages, which stand in their order.

    Raises:
        DamagedFileError: there is no message on them.
        FileLimitError: there are more messages, or deeper pages, than are read.
    """
    title, messages = "", list[Message]()
    for page in pages:
        reader = _PageReader()
        reader.feed(page.decode("utf-8-sig", "replace"))
        reader.close()
        title = title or reader.title
        sender = ""
        for raw in reader.messages:
            sender = raw.sender or (sender if raw.follows else "")
            messages.append(_message(raw, sender))
        if len(messages) > MAX_MESSAGES:
            raise FileLimitError(f"The chat has more than {MAX_MESSAGES} messages.")
    if not messages:
        raise DamagedFileError("There is no message on the page.")
    is_exact = all(one.earliest == one.latest for one in messages)
    zone = ZONE_STATED if is_exact else ZONE_UNKNOWN
    made = Chat("Telegram", title, tuple(messages), zone, "day-month-year", notes=(NOT_EDITED,))
    return with_attachments(made, beside)


def _message(raw: _Raw, sender: str) -> Message:
    earliest, latest = _instants(raw.time)
    return Message(
        place=f"message {raw.place}",
        sender=None if raw.is_service else sender or None,
        text=raw.text,
        written_time=raw.time,
        earliest=earliest,
        latest=latest,
        attachment=raw.file or None,
        is_omitted=raw.has_media and not raw.file,
    )


def _instants(text: str) -> tuple[datetime | None, datetime | None]:
    """The instants that a time can mean: one where its zone stands with it."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None, None
    day, month, year, hour, minute, second = map(int, found.groups()[:6])
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None, None
    zone = None
    if found[7]:
        zone = int(timedelta(hours=int(found[8]), minutes=int(found[9])).total_seconds()) // 60
        zone = -zone if found[7] == "-" else zone
    return instants(moment, zone)


def _is_local(href: str) -> bool:
    return bool(href) and not href.startswith(("#", "/")) and "://" not in href
