"""Where in an item a statement stands: a page, a time or a region, in one form in both languages."""

from __future__ import annotations

import re
from typing import Final

from bayyina.errors import InputError
from bayyina.model.digits import plain_text

_PAGE: Final = re.compile(
    r"^(?:(?:pages?|صفحة|الصفحة|الصفحات|صفحات)\s+|(?:pages?|pp?\.?|ص\.?)\s*(?=\d))(.*)$",
    re.IGNORECASE,
)
_TIME: Final = re.compile(
    r"^(?:(?:time|minutes?|الوقت|الدقيقة)\s+|(?:at|min\.?|عند|د\.?)\s*(?=\d))(.*)$", re.IGNORECASE
)
_PAGES: Final = re.compile(r"^(\d{1,6})(?:\s*[-–—]\s*(\d{1,6}))?(?:\s*[,،;]\s*(.+))?$")
_CLOCK: Final = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?:\.(\d{1,3}))?"
_CLOCKS: Final = re.compile(rf"^{_CLOCK}(?:\s*[-–—]\s*{_CLOCK})?(?:\s*[,،;]\s*(.+))?$")

_REGION: Final = re.compile(r"^(?:region|المنطقة|منطقة)\s+(?=\d)(.*)$", re.IGNORECASE)
_SIDE: Final = r"(\d{1,3}(?:\.\d{1,2})?)"
_SIDES: Final = re.compile(
    rf"^{_SIDE}\s*,\s*{_SIDE}\s*,\s*{_SIDE}\s*,\s*{_SIDE}(?:\s*[,،;]\s*(\D.*))?$"
)


def read_locator(text: str) -> str:
    """The place in one form: ``page 3``, ``pages 3-5``, ``time 00:03:10-00:03:25``.

    A region, such as ``region 12.5,40,20,15``, is given by its left and top edge, width and
    height, in hundredths of the picture. What is said behind a comma stays. Other places, such as ``row 12`` or ``frame 40``, stay as
    they were written.

    Raises:
        InputError: it begins as a page, a time or a region does, and is none.
    """
    plain = " ".join(plain_text(text).split())
    page, clock = _PAGE.match(plain), _TIME.match(plain)
    if page:
        found = _PAGES.match(page[1])
        if found is None or int(found[1]) == 0 or (found[2] and int(found[2]) < int(found[1])):
            raise _wrong(text, "page", "page 3, or pages 3-5")
        many = f"pages {int(found[1])}-{int(found[2])}" if found[2] else f"page {int(found[1])}"
        return _with_rest(many, found[3])
    if region := _REGION.match(plain):
        return _region(text, region[1])
    if clock or _CLOCKS.match(plain):
        times = _CLOCKS.match(clock[1] if clock else plain)
        if times is None:
            raise _wrong(text, "time", "time 00:03:10, or time 00:03:10-00:03:25")
        return _time(text, times)
    return text.strip()


def _region(text: str, said: str) -> str:
    found = _SIDES.match(said.replace("،", ","))
    if found is None:
        raise _wrong(text, "region", "region 12.5,40,20,15: left, top, width, height of 100")
    left, top, width, height = (float(found[place]) for place in range(1, 5))
    if not (width > 0 and height > 0 and left + width <= 100 and top + height <= 100):
        raise _wrong(text, "region", "a region that lies within the picture, of 100 by 100")
    sides = ",".join(f"{side:g}" for side in (left, top, width, height))
    return _with_rest(f"region {sides}", found[5])


def _time(text: str, times: re.Match[str]) -> str:
    groups = times.groups()
    spans = [groups[:4], *([groups[4:8]] if groups[5] is not None else [])]
    seconds = []
    for hours, minutes, secs, part in spans:
        if int(secs) > 59 or (hours is not None and int(minutes) > 59):
            raise _wrong(text, "time", "time 00:03:10, with minutes and seconds below 60")
        whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(secs)
        seconds.append((whole, (part or "").ljust(3, "0") if part else ""))
    if seconds != sorted(seconds):
        raise _wrong(text, "time", "the earlier time first: time 00:03:10-00:03:25")
    shown = "-".join(
        f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{'.' + part if part else ''}"
        for whole, part in seconds
    )
    return _with_rest(f"time {shown}", groups[8])


def _with_rest(place: str, rest: str | None) -> str:
    return f"{place}, {rest}" if rest else place


def _wrong(text: str, what: str, how: str) -> InputError:
    return InputError(f"“{text}” is no {what}.", hint=f"Write {how}.", code="locator-unreadable")
