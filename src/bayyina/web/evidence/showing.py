"""What stands on the page of an item while a look at it lasts, by what kind of file it is."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from bayyina.app.evidence_items import Item
from bayyina.app.evidence_showing import ARCHIVES, DRAWN, PAGES, TEXTS, show_item, show_picture
from bayyina.app.own_viewing import looking, uncover
from bayyina.errors import BayyinaError, InputError, PermissionRefusedError
from bayyina.media.viewing.captures import MOST_SHOWN as CAPTURES
from bayyina.media.viewing.messages import MOST_SHOWN as MESSAGES
from bayyina.web.evidence.looks import refuse_unlooked
from bayyina.web.frame.asking import Asking, asking

PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
SOUNDS: Final = frozenset(
    {"audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/x-wav", "audio/flac", "audio/aac"}
)
FILMS: Final = frozenset({"video/mp4", "video/webm", "video/ogg", "video/quicktime"})

VEILED: Final = frozenset({"picture", "film", "pages", "drawn"})
"""Shapes that are covered until somebody asks for them."""

CLEAR: Final = "clear"
"""The parameter by which somebody asks to see what is covered."""

MOST: Final = 10_000_000
"""The largest number of a page, message or capture that is asked for."""


def shape_of(kind: str) -> str:
    """How a browser can show a media type; empty: it cannot, or it would be unsafe."""
    for shape, kinds in (
        ("picture", PICTURES), ("sound", SOUNDS), ("film", FILMS), ("pages", PAGES),
        ("drawn", DRAWN), ("archive", ARCHIVES), ("text", TEXTS),
    ):  # fmt: skip
        if kind in kinds:
            return shape
    return ""


def is_clear(request: HttpRequest, who: Asking, short_id: str, *, veilable: bool) -> bool:
    """Whether a picture or film is shown as it is; what they ask for counts towards their day."""
    if not veilable:
        return False
    if request.GET.get(CLEAR) != "1":
        day = looking(who.at_work)
        if day.wishes.is_veiled or day.is_over:
            return False
    uncover(who.at_work, short_id)
    return True


def content_of(request: HttpRequest, who: Asking, item: Item, *, clear: bool) -> dict[str, Any]:
    """What the page of an item shows of it, beside a picture, film or sound that it only names.

    What cannot be shown is said in ``problem``; the page stands all the same.
    """
    shape = shape_of(item.media_type)
    try:
        if shape == "pages":
            return _pages(request, who, item, clear=clear)
        if shape == "drawn":
            return {"source": _address(item.id, clear=clear)}
        if shape == "archive":
            return _archive(request, who, item, clear=clear)
        if shape == "text":
            return _text(request, who, item, clear=clear)
    except PermissionRefusedError:
        raise
    except BayyinaError as error:
        return {"problem": error}
    return {}


def _pages(request: HttpRequest, who: Asking, item: Item, *, clear: bool) -> dict[str, Any]:
    wanted = number(request, "page", 1)
    said = show_item(who.at_work, item.id, {"show": "pages", "page": wanted})
    page, count = int(said["page"]), int(said["count"])
    keep = f"&{CLEAR}=1" if clear else ""
    return {
        "source": _address(item.id, clear=clear, page=page),
        "page": page,
        "count": count,
        "before": f"?page={page - 1}{keep}#look" if page > 1 else "",
        "after": f"?page={page + 1}{keep}#look" if page < count else "",
        "text": said["text"],
    }


def _archive(request: HttpRequest, who: Asking, item: Item, *, clear: bool) -> dict[str, Any]:
    chosen = number(request, "capture", 0)
    if chosen:
        job = {"show": "capture", "number": chosen, "veiled": not clear}
        said = show_item(who.at_work, item.id, job)
        is_picture = bool(said.pop("jpeg", ""))
        source = _address(item.id, clear=clear, capture=chosen) if is_picture else ""
        return {"capture": said | {"number": chosen}, "source": source}
    first, everything = number(request, "first", 0), request.GET.get("all") == "1"
    job = {"show": "captures", "first": first, "everything": everything}
    found = show_item(who.at_work, item.id, job)["captures"]
    return _captures(found, everything=everything)


def _captures(found: dict[str, Any], *, everything: bool) -> dict[str, Any]:
    first, kept = int(found["first"]), "&all=1" if everything else ""
    return {
        "captures": found,
        "everything": everything,
        "before": f"?first={max(0, first - CAPTURES)}{kept}#look" if first else "",
        "after": f"?first={first + CAPTURES}{kept}#look"
        if first + CAPTURES < found["count"]
        else "",
    }


def _text(request: HttpRequest, who: Asking, item: Item, *, clear: bool) -> dict[str, Any]:
    if number(request, "capture", 0):
        return _archive(request, who, item, clear=clear)
    first, chat = number(request, "first", 0), number(request, "chat", 0)
    job = {
        "show": "text",
        "first": first,
        "chat": chat,
        "everything": request.GET.get("all") == "1",
    }
    said = show_item(who.at_work, item.id, job)
    if "captures" in said:
        return _captures(said["captures"], everything=bool(job["everything"]))
    if "messages" not in said:
        return {"text": said["text"], "is_cut": said["is_cut"]}
    kept = f"&chat={said['chat']}"
    return {
        "talk": said,
        "before": f"?first={max(0, first - MESSAGES)}{kept}#look" if first else "",
        "after": f"?first={first + MESSAGES}{kept}#look"
        if first + MESSAGES < said["count"]
        else "",
        "last": min(first + MESSAGES, int(said["count"])),
        "begin": first + 1,
    }


@require_GET
def picture(request: HttpRequest, short_id: str) -> HttpResponse:
    """A page of a PDF, or a picture of another kind, drawn anew; covered unless asked for clear."""
    who = asking(request)
    refuse_unlooked(request, short_id)
    clear = request.GET.get(CLEAR) == "1"
    if clear:
        uncover(who.at_work, short_id)
    page, capture = number(request, "page", 0), number(request, "capture", 0)
    job: dict[str, Any] = {"show": "picture", "veiled": not clear}
    if page:
        job |= {"show": "page", "page": page}
    elif capture:
        job |= {"show": "capture", "number": capture}
    drawn, _, _ = show_picture(who.at_work, short_id, job)
    response = HttpResponse(drawn, content_type="image/jpeg")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _address(short_id: str, *, clear: bool, **asked: int) -> str:
    said = {**asked, **({CLEAR: 1} if clear else {})}
    return f"/evidence/{short_id}/shown" + (f"?{urlencode(said)}" if said else "")


def number(request: HttpRequest, name: str, otherwise: int) -> int:
    """A whole number of the address.

    Raises:
        InputError: something else stands there.
    """
    text = request.GET.get(name, "")
    if not text:
        return otherwise
    if not (text.isascii() and text.isdecimal() and len(text) <= 8 and int(text) <= MOST):
        raise InputError("This address names no such part of the item.", code="no-such-part")
    return int(text)
