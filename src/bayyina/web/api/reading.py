"""Reading through the interface: figures, records, evidence, the log."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from bayyina.app.counting import count_figure
from bayyina.app.evidence_items import Item, list_items
from bayyina.app.finding import find_records
from bayyina.app.permissions import ONLY, require
from bayyina.app.proving import latest_checkpoint, log_entries
from bayyina.app.record_pages import read_records
from bayyina.app.record_reading import read_record
from bayyina.app.workspace import Workspace
from bayyina.web.api.answering import at_work
from bayyina.web.api.paging import LARGEST, USUAL, cursor_after, page, read_cursor
from bayyina.web.api.shapes import (
    About,
    CountedRecord,
    CountedRecords,
    EvidenceItem,
    EvidenceItems,
    FoundRecords,
    LogEntries,
    Records,
    Refusal,
)
from bayyina.web.at_work import quiet, server

router = Router()
REFUSED = {400: Refusal, 401: Refusal, 403: Refusal, 404: Refusal, 409: Refusal, 422: Refusal}
"""How any request may be refused."""

Limit = Annotated[int, Query(USUAL, ge=1, le=LARGEST)]
Cursor = Annotated[str, Query("", max_length=64)]
FigureQuery = Annotated[str, Query(..., min_length=1, max_length=4_000)]


@router.get("/about", response={200: About, **REFUSED}, summary="Whom the token acts for")
def about(request: HttpRequest) -> Any:
    """Whom the token acts for, and what it may be used for."""
    workspace = at_work(request)
    limit = workspace.member.roles.split()[-1].removeprefix(ONLY)
    return {
        "workspace": workspace.identity.uuid,
        "fictional": workspace.identity.fictional,
        "handle": workspace.member.handle,
        "actions": limit.split(","),
        "log_size": workspace.store.log_size(),
    }


@router.get("/figures/count", response={200: dict[str, Any], **REFUSED}, summary="Count a figure")
def count(request: HttpRequest, query: FigureQuery) -> Any:
    """The answer to a figure query, with all that is needed to ask for it again."""
    return count_figure(at_work(request), query, quiet).to_json()


@router.get(
    "/figures/records",
    response={200: CountedRecords, **REFUSED},
    summary="Records behind a figure",
)
def counted(
    request: HttpRequest, query: FigureQuery, cursor: Cursor = "", limit: Limit = USUAL
) -> Any:
    """The records that a figure counts, in pages, by short id and never by name."""
    workspace = at_work(request)
    require(workspace, "export-records")
    with server().engine(workspace) as engine:
        opened = engine.open(query, limit=limit + 1, after=read_cursor(cursor))
        found, after = page(opened, lambda one: one.number, cursor, limit)
    told = [
        CountedRecord(
            id=workspace.short_id(one.number),
            certain=one.certain,
            last_confirmed=one.last_confirmed.isoformat() if one.last_confirmed else None,
        )
        for one in found
    ]
    return CountedRecords(query=query, records=told, next=after)


@router.get("/records", response={200: Records, **REFUSED}, summary="All records, in pages")
def records(
    request: HttpRequest,
    record_type: Annotated[str, Query("", alias="type", max_length=100)] = "",
    cursor: Cursor = "",
    limit: Limit = USUAL,
) -> Any:
    """Every record that stands, or those of one type, with what is said of it, in pages.

    Sealed values are not opened here; nor is told what is withheld of sites under embargo, or what
    somebody refused or took their consent back for.
    """
    found, last = read_records(
        at_work(request), record_type=record_type, after=read_cursor(cursor), limit=limit
    )
    return Records(records=found, next=None if last is None else cursor_after(last))


@router.get("/records/{short_id}", response={200: dict[str, Any], **REFUSED}, summary="One record")
def record(request: HttpRequest, short_id: str, *, history: bool = False) -> Any:
    """Every statement about a record with its source; sealed values are not opened here."""
    return read_record(at_work(request), short_id, history=history)


@router.get("/search", response={200: FoundRecords, **REFUSED}, summary="Find records")
def search(
    request: HttpRequest,
    text: Annotated[str, Query(..., min_length=1, max_length=400)],
    limit: Annotated[int, Query(20, ge=1, le=100)] = 20,
) -> Any:
    """Records with this id, this key in a list, or a name like this in either script."""
    return find_records(at_work(request), text, quiet, limit=limit)


@router.get("/evidence", response={200: EvidenceItems, **REFUSED}, summary="Evidence items")
def evidence(
    request: HttpRequest,
    media_type: Annotated[str, Query("", max_length=100)] = "",
    cursor: Cursor = "",
    limit: Limit = USUAL,
) -> Any:
    """Items in order of intake, described without their bytes."""
    workspace = at_work(request)
    items = list_items(workspace, media_type=media_type)
    found, after = page(items, lambda one: one.number, cursor, limit)
    return EvidenceItems(items=[_item(workspace, one) for one in found], next=after)


def _item(workspace: Workspace, one: Item) -> EvidenceItem:
    return EvidenceItem(
        id=workspace.short_id(one.number),
        sha256=one.sha256,
        size=one.size,
        media_type=one.media_type,
        names=[] if one.is_sealed else list(one.names),
        derived_from=None if one.parent is None else workspace.short_id(one.parent),
        sealed=one.is_sealed,
        last_checked=one.last_checked,
    )


@router.get("/log/checkpoint", response={200: dict[str, Any], **REFUSED}, summary="Checkpoint")
def checkpoint(request: HttpRequest) -> Any:
    """The newest signed checkpoint of the custody log; keep it elsewhere."""
    return latest_checkpoint(at_work(request))


@router.get("/log/entries", response={200: LogEntries, **REFUSED}, summary="Entries of the log")
def entries(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL) -> Any:
    """Entries of the custody log, oldest first: who did what, when, and whether it stands."""
    workspace = at_work(request)
    after = read_cursor(cursor)
    told = [one for one in log_entries(workspace) if one["entry"] > after]
    following = cursor_after(told[limit - 1]["entry"]) if len(told) > limit else None
    return LogEntries(size=workspace.store.log_size(), entries=told[:limit], next=following)
