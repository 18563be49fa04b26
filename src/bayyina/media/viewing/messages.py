"""Texts for people to read: an exported chat as its messages, anything else as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bayyina.media.chats import Chat, Message, looks_like_telegram, read_telegram
from bayyina.media.markup import read_json
from bayyina.media.plain_data import DamagedFileError, FileLimitError, plain_text
from bayyina.media.telegram_pages import looks_like_pages, read_pages
from bayyina.media.texts import decode_text
from bayyina.media.whatsapp import looks_like_whatsapp, read_whatsapp
from bayyina.media.zip_archives import list_archive, open_archive, read_member

MOST_CHAT: Final = 32 << 20
"""Bytes of an export that is read as a chat."""

MOST_SHOWN: Final = 100
"""Messages of one page."""

MOST_TEXT: Final = 64 << 10
"""Bytes of another text that are shown."""

MOST_CHATS: Final = 50
"""Chats of one export that are offered."""


def show_text(path: Path, kind: str, chat: int, first: int) -> dict[str, Any]:
    """A chat's messages from one place on, or the beginning of any other text.

    Args:
        path: The file.
        kind: Its media type.
        chat: Which chat of the export, from 0.
        first: Messages that are passed over.
    """
    chats = list(_chats(path, kind))
    if chats:
        return _messages(chats, min(max(chat, 0), len(chats) - 1), max(first, 0))
    if "zip" in kind:
        return {"text": "", "is_cut": False}
    with path.open("rb") as file:
        data = file.read(MOST_TEXT + 1)
    read = decode_text(data[:MOST_TEXT])
    return {"text": plain_text(read.text, MOST_TEXT), "is_cut": len(data) > MOST_TEXT}


def _messages(chats: list[Chat], chosen: int, first: int) -> dict[str, Any]:
    chat = chats[chosen]
    senders = list(dict.fromkeys(one.sender for one in chat.messages if one.sender))
    told = [_line(one, senders) for one in chat.messages[first : first + MOST_SHOWN]]
    return {
        "chats": [{"title": plain_text(one.title, 200), "count": len(one.messages)}
                  for one in chats[:MOST_CHATS]],
        "chat": chosen,
        "program": chat.program,
        "zone_known": all(one.earliest == one.latest for one in chat.messages),
        "first": first,
        "count": len(chat.messages),
        "messages": told,
    }  # fmt: skip


def _line(one: Message, senders: list[str]) -> dict[str, Any]:
    return {
        "place": plain_text(one.place, 60),
        "sender": plain_text(one.sender, 200) if one.sender else "",
        "side": senders.index(one.sender) % 6 if one.sender else -1,
        "time": plain_text(one.written_time, 60),
        "text": plain_text(one.text, 8_000),
        "attachment": plain_text(one.attachment, 200) if one.attachment else "",
        "is_omitted": one.is_omitted,
        "is_edited": one.is_edited,
        "is_deleted": one.is_deleted,
    }


def _chats(path: Path, kind: str) -> Iterator[Chat]:
    try:
        if "zip" in kind:
            yield from _packed(path)
        elif path.stat().st_size <= MOST_CHAT:
            yield from _of(path.read_bytes())
    except (DamagedFileError, FileLimitError):
        return


def _packed(path: Path) -> Iterator[Chat]:
    """Chats of a ZIP: texts, pages and JSON that read as such, with the files beside them."""
    with path.open("rb") as file, open_archive(file) as archive:
        listing = list_archive(archive)
        if listing.is_bomb:
            return
        names = [one.filename for one in listing.members]
        pages = []
        for name in sorted(names)[:2_000]:
            if not name.lower().endswith((".txt", ".json", ".html")):
                continue
            if archive.getinfo(name).file_size > MOST_CHAT:
                continue
            data = read_member(archive, name, MOST_CHAT)
            if looks_like_pages(data):
                pages.append((len(name), name, data))
            else:
                yield from _of(data, tuple(names))
        if pages:
            yield read_pages([data for _, _, data in sorted(pages)], beside=names)


def _of(data: bytes, beside: tuple[str, ...] = ()) -> Iterator[Chat]:
    if data.lstrip()[:1] in (b"{", b"["):
        value = read_json(data, MOST_CHAT)
        if looks_like_telegram(value):
            yield from read_telegram(value, beside=beside)
    elif looks_like_pages(data):
        yield read_pages([data], beside=beside)
    elif looks_like_whatsapp(decode_text(data[: 1 << 16]).text):
        yield read_whatsapp(decode_text(data).text, beside=beside)
