"""The page for families, open to anybody where it is served, and the list for who takes them up."""

from __future__ import annotations

import time
from collections import deque
from threading import Lock
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bayyina.app.inquiries import (
    LONGEST,
    Inquiry,
    keep_inquiry,
    take_up_inquiry,
    turn_away_inquiry,
    waiting_inquiries,
)
from bayyina.app.permissions import require
from bayyina.app.tasks import list_tasks
from bayyina.errors import BusyError, InputError
from bayyina.web.at_work import server
from bayyina.web.frame.asking import asking

AN_HOUR: Final = 60
"""So many inquiries are taken in one hour, whoever they come from."""

_recent: deque[float] = deque()
_lock = Lock()


@require_http_methods(["GET", "POST"])
def inquire(request: HttpRequest) -> HttpResponse:
    """Ask about somebody, by name and father's name: the answer is the same for every name."""
    if not _is_served():
        raise Http404
    typed = {name: request.POST.get(name, "").strip() for name in Inquiry._fields}
    words: dict[str, object] = {"typed": typed, "longest": LONGEST}
    if request.method == "GET":
        return render(request, "inquiries/ask.html", words)
    try:
        _count()
        equipment = server().equipment
        words["kept"] = keep_inquiry(
            equipment.folder, equipment.store, equipment.clock.now(), Inquiry(**typed)
        )
    except BusyError:
        return render(request, "inquiries/ask.html", words | {"is_busy": True}, status=429)
    except InputError as error:
        return render(request, "inquiries/ask.html", words | {"fault": error.code}, status=400)
    words["typed"] = dict.fromkeys(Inquiry._fields, "")
    return render(request, "inquiries/ask.html", words)


@require_GET
def inquiries(request: HttpRequest) -> HttpResponse:
    """What waits: inquiries, unread, and tasks with their days."""
    who = asking(request)
    words = {
        "waiting": waiting_inquiries(who.at_work),
        "may_open": who.may("open-sealed"),
        "tasks": list_tasks(who.at_work) if who.may("export-records") else [],
        "is_served": _is_served(),
    }
    return render(request, "inquiries/inquiries.html", words)


@require_POST
def take_up(request: HttpRequest, inquiry_id: str) -> HttpResponse:
    """Open one: it becomes a contact and a task to call back."""
    who = asking(request)
    taken = take_up_inquiry(who.at_work, inquiry_id)
    messages.success(request, who.says("inquiry_taken", task=taken.task))
    return HttpResponseRedirect(f"/records/{taken.contact}/")


@require_POST
def turn_away(request: HttpRequest, inquiry_id: str) -> HttpResponse:
    """Remove one that nobody can act on."""
    who = asking(request)
    require(who.at_work, "record-consent")
    turn_away_inquiry(who.at_work, inquiry_id, reason=request.POST.get("reason", ""))
    messages.success(request, who.says("inquiry_turned_away"))
    return HttpResponseRedirect("/inquiries/")


def _is_served() -> bool:
    return bool(getattr(settings, "BAYYINA_INQUIRIES", False))


def _count() -> None:
    """Take note of one more inquiry.

    Raises:
        BusyError: there were too many within an hour.
    """
    now = time.monotonic()
    with _lock:
        while _recent and now - _recent[0] > 3600:
            _recent.popleft()
        if len(_recent) >= AN_HOUR:
            raise BusyError("Too many inquiries at once.", hint="Come back in an hour.")
        _recent.append(now)
