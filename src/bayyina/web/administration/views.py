"""People and their roles, the workspace's own files, background work, and the state of the machine."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from bayyina.app.doctor import examine
from bayyina.app.members import current_members, set_roles
from bayyina.app.own_files import own_texts, text_digest
from bayyina.app.permissions import ROLES, require
from bayyina.db.opening import enroll
from bayyina.errors import InputError
from bayyina.web.frame.asking import asking

JOBS: Final = 20
"""So many pieces of background work are listed."""


@require_GET
def administration(request: HttpRequest) -> HttpResponse:
    """Everything that an administrator looks after."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, "manage-members")
    handles = {row.handle: row for row in current_members(workspace.store)}
    words = {
        "members": [
            {"member": row, "roles": [(role, role in row.roles.split()) for role in ROLES]}
            for row in handles.values()
        ],
        "all_roles": list(ROLES),
        "files": [(name, text_digest(text)) for name, text in own_texts(workspace.folder).items()],
        "jobs": list(reversed(workspace.store.jobs()))[:JOBS],
        "found": examine(workspace.folder),
    }
    return render(request, "administration/administration.html", words)


@require_POST
def add_person(request: HttpRequest) -> HttpResponse:
    """Add a person with a key of their own, opened by the passphrase that they typed."""
    who = asking(request)
    require(who.at_work, "manage-members")
    passphrase = request.POST.get("passphrase", "")
    if passphrase != request.POST.get("again", ""):
        raise InputError("The two passphrases differ.", hint="Type the same one twice.")
    handle = request.POST.get("handle", "").strip()
    enroll(
        who.at_work,
        handle=handle,
        name=request.POST.get("name", "").strip() or handle,
        roles=tuple(map(str, request.POST.getlist("role"))),
        passphrase=passphrase,
    )
    messages.success(request, who.says("people_added", handle=handle))
    return HttpResponseRedirect("/administration/")


@require_POST
def change_roles(request: HttpRequest, handle: str) -> HttpResponse:
    """Give a person these roles and no others; none at all ends their membership."""
    who = asking(request)
    set_roles(who.at_work, handle=handle, roles=[str(one) for one in request.POST.getlist("role")])
    messages.success(request, who.says("people_changed", handle=handle))
    return HttpResponseRedirect("/administration/")
