"""People and their roles, the workspace's own files, background work, and the state of the machine."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from bayyina.app.doctor import Examination, examine, examine_server
from bayyina.app.doctor_rows import examine_rows
from bayyina.app.doctor_words import KIND_SAFETY
from bayyina.app.jobs import visible_jobs
from bayyina.app.member_history import member_log
from bayyina.app.members import OUTSIDE, case_codes, current_members, set_roles
from bayyina.app.own_files import own_texts, text_digest
from bayyina.app.permissions import ROLES, require
from bayyina.app.rows import MemberRow
from bayyina.app.second_factor import record_reset
from bayyina.app.workspace import Workspace
from bayyina.db.examining import handles_with_factor
from bayyina.db.opening import enroll
from bayyina.errors import InputError
from bayyina.web.accounts.second_factor import remove_factors
from bayyina.web.frame.asking import asking
from bayyina.web.frame.wording import code_words

EVENTS: Final = 50
"""So many of the last changes of members are listed."""

_COMMAS: Final = {"en": ", ", "ar": "، "}

JOBS: Final = 20
"""So many pieces of background work are listed."""


@require_GET
def administration(request: HttpRequest) -> HttpResponse:
    """Everything that an administrator looks after."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, "manage-members")
    handles = {row.handle: row for row in current_members(workspace.store)}
    given = [role for role in ROLES if role != OUTSIDE]
    words = {
        "members": [_member(row, given, who.lang) for row in handles.values()],
        "all_roles": given,
        "cases": sorted(case_codes(workspace.store)),
        "events": [_event(one, who.lang) for one in member_log(workspace)[-EVENTS:][::-1]],
        "files": [(name, text_digest(text)) for name, text in own_texts(workspace.folder).items()],
        "jobs": list(reversed(visible_jobs(workspace)))[:JOBS],
        "found": [_found(one, who.lang) for one in _examined(workspace)],
    }
    return render(request, "administration/administration.html", words)


def _examined(workspace: Workspace) -> list[Examination]:
    """The machine, the server and the rows; what takes long is left to ``bayyina doctor --open``."""
    server = examine_server(
        debug=settings.DEBUG, https=settings.SESSION_COOKIE_SECURE, hosts=settings.ALLOWED_HOSTS
    )
    factors = handles_with_factor(workspace.folder)
    rows = examine_rows(
        workspace.store,
        workspace.clock.now(),
        fictional=workspace.identity.fictional,
        with_factor=factors,
    )
    return [*examine(workspace.folder), server, *rows]


def _found(one: Examination, lang: str) -> dict[str, Any]:
    what, detail = one.said(lang)
    is_unsafe = one.kind == KIND_SAFETY and not one.ok
    return {
        "what": what,
        "detail": detail,
        "ok": one.ok,
        "optional": one.optional,
        "is_unsafe": is_unsafe,
    }


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
        roles=_roles(request),
        passphrase=passphrase,
        formerly=request.POST.get("formerly", "").strip() or None,
        other_person="other_person" in request.POST,
    )
    messages.success(request, who.says("people_added", handle=handle))
    return HttpResponseRedirect("/administration/")


@require_POST
def reset_factor(request: HttpRequest, handle: str) -> HttpResponse:
    """Remove a member's second factors, so that they set up another one when they sign in."""
    who = asking(request)
    record_reset(who.at_work, handle)
    remove_factors(handle)
    messages.success(request, who.says("people_factor_removed", handle=handle))
    return HttpResponseRedirect("/administration/")


@require_POST
def change_roles(request: HttpRequest, handle: str) -> HttpResponse:
    """Give a person these roles and no others; none at all ends their membership."""
    who = asking(request)
    set_roles(who.at_work, handle=handle, roles=_roles(request))
    messages.success(request, who.says("people_changed", handle=handle))
    return HttpResponseRedirect("/administration/")


def _roles(request: HttpRequest) -> tuple[str, ...]:
    """The roles that a form gives: for the whole workspace, and for one case each."""
    whole = [str(one) for one in request.POST.getlist("role")]
    return tuple(dict.fromkeys([*whole, *request.POST.get("scoped", "").split()]))


def _event(one: dict[str, Any], lang: str) -> dict[str, Any]:
    """A change of a member, its roles in words."""
    signs = (("+", one.get("gained", ())), ("−", one.get("lost", ())))
    changed = [sign + _role(role, lang) for sign, roles in signs for role in roles]
    return {**one, "roles": _COMMAS[lang].join(changed)}


def _role(role: str, lang: str) -> str:
    """A role in words; of a role for one case its code too."""
    name, _, case = role.partition("@")
    return code_words("role", name, lang) + (f" ({case})" if case else "")


def _member(row: MemberRow, given: list[str], lang: str) -> dict[str, Any]:
    """A member with the roles that they hold."""
    held = row.roles.split()
    return {
        "roles_in_words": _COMMAS[lang].join(_role(role, lang) for role in held),
        "member": row,
        "roles": [(role, role in held) for role in given],
        "scoped": " ".join(one for one in held if "@" in one),
        "is_outside": OUTSIDE in held,
    }
