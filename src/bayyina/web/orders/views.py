"""Court orders: what is due when, what lies before and after, what cannot be said."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_POST

from bayyina.app.monitoring_orders import (
    find_case,
    known_cases,
    monitor_case,
    write_order_report,
)
from bayyina.app.permissions import require
from bayyina.errors import InputError
from bayyina.orders.calendar_file import calendar_text
from bayyina.orders.documents import words_document
from bayyina.orders.results import CaseStatus
from bayyina.orders.status import case_status
from bayyina.orders.wording import both
from bayyina.reporting.order_pages import order_page
from bayyina.standards.order_file import OrderFile
from bayyina.typeset.html_pages import html_content
from bayyina.typeset.languages import LANGUAGES
from bayyina.web.at_work import quiet
from bayyina.web.frame.asking import Asking, asking
from bayyina.web.papers.written import written


@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    """Every known case with its next deadline."""
    who = asking(request)
    require(who.at_work, "count")
    day = _day(request)
    cases = []
    for name in known_cases(who.at_work.folder):
        status = case_status(find_case(who.at_work.folder, name), day)
        due = [
            one for one in status.obligations if one.days_left is not None and one.days_left >= 0
        ]
        due.sort(key=lambda one: one.days_left or 0)
        title = words_document(both(status.case.case.title))[who.lang]
        cases.append(
            {"name": name, "title": title, "status": status, "next": due[0] if due else None}
        )
    return render(request, "orders/orders.html", {"cases": cases, "day": day.isoformat()})


@require_GET
def case(request: HttpRequest, name: str) -> HttpResponse:
    """One case as of a day, its indicators counted over the records."""
    who = asking(request)
    day = _day(request)
    status = _status(who, name, day)
    may_write = who.may("report") and who.may("export-records")
    page = order_page(status, who.lang, is_fictional=who.at_work.identity.fictional)
    words = {
        "name": name,
        "title": page.title,
        "day": day.isoformat(),
        # Every piece of the page was escaped when its blocks were written.
        "content": mark_safe(html_content(page)),  # noqa: S308
        "may_write": may_write,
        "files": list(written(who.at_work, f"papers/order-{name}")) if may_write else [],
    }
    return render(request, "orders/case.html", words)


@require_POST
def report(request: HttpRequest, name: str) -> HttpResponse:
    """Write the status of a case as pages in both languages, to take along."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, "report")
    day = _day(request)
    status = _status(who, name, day)
    folder = workspace.folder / "papers" / f"order-{name}"
    write_order_report(workspace, status, languages=tuple(LANGUAGES), out_folder=folder)
    messages.success(request, who.says("writings_written"))
    return HttpResponseRedirect(f"/orders/{name}/?as_of={day.isoformat()}")


@require_GET
def calendar(request: HttpRequest, name: str) -> HttpResponse:
    """The deadlines of a case as an iCalendar file."""
    who = asking(request)
    require(who.at_work, "count")
    status = case_status(_known(who, name), _day(request))
    text = calendar_text(status, who.lang, datetime.now(UTC))
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="deadlines.ics"'
    return response


def _status(who: Asking, name: str, day: date) -> CaseStatus:
    return monitor_case(who.at_work, _known(who, name), day, quiet)


def _known(who: Asking, name: str) -> OrderFile:
    if name not in known_cases(who.at_work.folder):
        raise InputError(
            "There is no such case.", hint="Choose one of the list.", code="no-such-record"
        )
    return find_case(who.at_work.folder, name)


def _day(request: HttpRequest) -> date:
    text = request.POST.get("as_of") or request.GET.get("as_of", "")
    try:
        return date.fromisoformat(text) if text else datetime.now(UTC).date()
    except ValueError as error:
        raise InputError(f"{text} is not a day.", hint="Write it as 2024-02-21.") from error
