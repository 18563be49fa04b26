"""The report editor: a definition beside what is wrong with it and how it reads in both languages."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from bayyina.app.drafting_reports import check_draft, preview_report, save_report, saved_reports
from bayyina.app.permissions import require
from bayyina.errors import BayyinaError, InputError
from bayyina.reporting.editing import KINDS, NewBlock, new_definition, with_block
from bayyina.typeset.languages import LANGUAGES
from bayyina.web.at_work import TOKEN, quiet, server
from bayyina.web.frame.asking import asking
from bayyina.web.refusals import remark
from bayyina.web.reports.views import PAGE_POLICY

NEW: Final = "new"
"""Name in the address of a definition that is not kept yet."""

SECRET: Final = "preview-"  # noqa: S105 - the beginning of a name
"""Beginning of the names under which the pages of a preview lie in memory, for one person."""

DRAFT: Final = "small-file"
"""The code of a fault whose sentence is not known in the reader's language."""

QUERY: Final = 2000
"""Characters of a question that is brought along from the figures page."""


@require_http_methods(["GET", "POST"])
def definitions(request: HttpRequest) -> HttpResponse:
    """The workspace's own definitions, and the beginning of another one."""
    who = asking(request)
    own = saved_reports(who.at_work)
    query = request.GET.get("q", "")[:QUERY]
    problem: BayyinaError | None = None
    if request.method == "POST":
        query = request.POST.get("q", "")[:QUERY]
        titles = {lang: request.POST.get(f"title-{lang}", "") for lang in LANGUAGES}
        try:
            text = new_definition(request.POST.get("name", "").strip(), titles)
        except BayyinaError as error:
            problem = error
        else:
            return _edited(request, NEW, text, query=query)
    words = {
        "own": own.values(),
        "query": query,
        "more": f"?{urlencode({'q': query})}" if query else "",
        "problem": problem,
        "typed": request.POST,
    }
    return render(request, "reports/definitions.html", words, status=400 if problem else 200)


@require_http_methods(["GET", "POST"])
def definition(request: HttpRequest, name: str) -> HttpResponse:
    """One definition: change it, add a block, check it, look at it in both languages, keep it."""
    who = asking(request)
    own = saved_reports(who.at_work)
    if name != NEW and name not in own:
        raise InputError("There is no such report.", hint="Choose one of the list.",
                         code="no-such-record")  # fmt: skip
    if request.method == "GET":
        if name == NEW:
            return HttpResponseRedirect("/reports/editor/")
        return _edited(request, name, own[name].text, query=request.GET.get("q", "")[:QUERY])
    text = request.POST.get("text", "").replace("\r\n", "\n")
    action = request.POST.get("action", "")
    query = request.POST.get("query", "")
    problem: BayyinaError | None = None
    previewed = False
    try:
        if action == "block":
            text, query = with_block(text, _block(request)), ""
        elif action == "preview":
            for lang, page in preview_report(who.at_work, text, quiet).items():
                server().keep_secret(request.session.get(TOKEN), SECRET + lang, page.encode())
            previewed = True
        elif action == "save":
            kept = save_report(who.at_work, text)
            messages.success(request, who.says("editor_kept", name=kept))
            return HttpResponseRedirect(f"/reports/editor/{kept}/")
    except BayyinaError as error:
        problem = error
    return _edited(request, name, text, query=query, problem=problem, previewed=previewed)


@require_GET
def preview(request: HttpRequest, lang: str) -> HttpResponse:
    """The page of the last preview in a language; it can run and send nothing."""
    who = asking(request)
    require(who.at_work, "report")
    found = (
        server().secret(request.session.get(TOKEN), SECRET + lang) if lang in LANGUAGES else None
    )
    if found is None:
        raise InputError("There is no preview.", hint="Look at the draft first.",
                         code="no-such-record")  # fmt: skip
    response = HttpResponse(found, content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = PAGE_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "no-store, private"
    return response


def _block(request: HttpRequest) -> NewBlock:
    return NewBlock(
        kind=request.POST.get("kind", ""),
        id=request.POST.get("block", "").strip(),
        titles={lang: request.POST.get(f"block-{lang}", "") for lang in LANGUAGES},
        query=request.POST.get("query", ""),
    )


def _edited(
    request: HttpRequest,
    name: str,
    text: str,
    *,
    query: str = "",
    problem: BayyinaError | None = None,
    previewed: bool = False,
) -> HttpResponse:
    who = asking(request)
    lines = text.split("\n")
    words: dict[str, Any] = {
        "name": name,
        "text": text,
        "findings": [
            (
                one,
                remark(one.message, DRAFT, who.lang),
                lines[one.line - 1] if one.line and one.line <= len(lines) else "",
            )
            for one in check_draft(who.at_work, text)
        ],
        "problem": problem,
        "previewed": previewed,
        "languages": sorted(
            ((code, one.own_name) for code, one in LANGUAGES.items()),
            key=lambda one: one[0] != who.lang,
        ),
        "kinds": KINDS,
        "query": query,
        "typed": request.POST if problem is not None else {},
        "rows": min(max(len(lines) + 2, 16), 40),
    }
    return render(request, "reports/editor.html", words, status=400 if problem else 200)
