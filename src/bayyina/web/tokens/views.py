"""One page: the member's tokens, the making of another, and the ending of one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from bayyina.app.interface_tokens import (
    ACTIONS,
    LONGEST,
    list_tokens,
    make_token,
    withdraw_token,
)
from bayyina.errors import InputError
from bayyina.web.frame.asking import asking


@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens, and a new one; its text is in this one answer and nowhere else."""
    who = asking(request)
    made = ""
    if request.method == "POST":
        _, made = make_token(
            who.at_work,
            name=request.POST.get("name", ""),
            actions=[str(one) for one in request.POST.getlist("action")],
            days=_days(request.POST.get("days", "")),
        )
    words = {
        "tokens": list_tokens(who.at_work),
        "actions": [action for action in ACTIONS if who.may_somewhere(action)],
        "longest": LONGEST,
        "made": made,
    }
    return render(request, "tokens/tokens.html", words)


@require_POST
def withdraw(request: HttpRequest, token_id: str) -> HttpResponse:
    """End a token at once."""
    who = asking(request)
    head = withdraw_token(who.at_work, token_id)
    messages.success(request, who.says("token_ended", name=head.name))
    return HttpResponseRedirect("/tokens/")


def _days(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise InputError("Say for how many days the token is to hold.", hint="Such as 90.")
    return int(text)
