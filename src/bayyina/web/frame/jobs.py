"""Background work that somebody no longer wants."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from bayyina.app.job_kinds import runner
from bayyina.errors import InputError
from bayyina.web.frame.asking import asking


@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Cancel work of the person at work; what it had begun is taken back."""
    workspace = asking(request).at_work
    own = {row.job for row in workspace.store.jobs() if row.actor == workspace.actor}
    if number not in own:
        raise InputError("There is no such work of yours.", code="no-such-record")
    runner(workspace).cancel(number)
    return HttpResponseRedirect(next_page(request, "/"))


def next_page(request: HttpRequest, usual: str) -> str:
    """Where a form leads afterwards: what it names if that is a page of this server."""
    target = request.POST.get("next", "")
    if target and url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        return target
    return usual
