"""A redaction by a form: regions as hundredths of the picture, words, spans of sound; no script.

The form is shown again with the boxes drawn over the picture until somebody makes the copy.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from bayyina.app.evidence_items import Item
from bayyina.app.evidence_redacting import redact_item, redactable_item
from bayyina.app.evidence_showing import show_item
from bayyina.app.importing import report_path
from bayyina.app.own_viewing import looking, uncover
from bayyina.app.workspace import Workspace
from bayyina.errors import BayyinaError, InputError, PermissionRefusedError
from bayyina.media.redaction.running import RedactionLimits, redact_file
from bayyina.standards.redaction_entries import KINDS
from bayyina.standards.redaction_plan import REASONS
from bayyina.vault.private_folders import private_folder
from bayyina.web.at_work import quiet
from bayyina.web.evidence.looks import may_still_look
from bayyina.web.evidence.showing import CLEAR, PICTURES
from bayyina.web.frame.asking import Asking, asking

ROWS: Final = 8
"""Regions and spans that one form takes; the command line takes as many as needed."""

SECONDS: Final = 100.0
"""A copy that takes longer is made on the command line."""

LONGEST: Final = 20_000
"""Characters of one field."""

SIDES: Final = ("left", "top", "width", "height")


class Row(NamedTuple):
    """A row of the form as it was filled in."""

    number: int
    """Counted from 0."""

    kind: str
    left: str
    top: str
    width: str
    height: str
    page: str
    reason: str
    shown: int = 0
    """The page that is shown above the form; 0: pictures have none."""

    @property
    def is_filled(self) -> bool:
        """Whether it names a region."""
        return any((self.left, self.top, self.width, self.height))

    @property
    def is_drawn(self) -> bool:
        """Whether it can be drawn over the picture."""
        sides = [_number(one) for one in (self.left, self.top, self.width, self.height)]
        return all(one is not None for one in sides)

    @property
    def stands_on(self) -> bool:
        """Whether it lies on the page that is shown."""
        return not self.shown or self.page in ("", str(self.shown))


@require_http_methods(["GET", "POST"])
def redacting(request: HttpRequest, short_id: str) -> HttpResponse:
    """The form, its preview, and the making of the copy."""
    who = asking(request)
    item = redactable_item(who.at_work, short_id)
    shape = _shape(item.media_type)
    said = request.POST
    problem: BayyinaError | None = None
    if request.method == "POST" and "make" in said:
        try:
            made = _make(who.at_work, short_id, said, shape)
        except PermissionRefusedError:
            raise
        except BayyinaError as error:
            problem = error
        else:
            return HttpResponseRedirect(f"/evidence/{quote(made)}/")
    is_looking = shape in ("picture", "pages") and may_still_look(request, short_id)
    shown = _shown(request, who, item, shape) if is_looking else {}
    page = int(shown.get("page", 0))
    words = {
        **shown,
        "id": short_id,
        "item": item,
        "shape": shape,
        "is_open": is_looking and "source" in shown,
        "rows": [_row(said, number)._replace(shown=page) for number in range(ROWS)],
        "spans": [_span(said, number) for number in range(ROWS)],
        "kinds": [(one, who.says(f"redact_kind_{one}")) for one in KINDS],
        "reasons": [(code, label[who.lang]) for code, label in REASONS.items()],
        "texts": said.get("texts", "")[:LONGEST],
        "text_reason": said.get("text_reason", "source"),
        "pages": said.get("pages", "")[:100],
        "pages_reason": said.get("pages_reason", "other"),
        "look_reason": said.get("look_reason", ""),
        "problem": problem,
    }
    return render(request, "evidence/redacting.html", words)


def _shown(request: HttpRequest, who: Asking, item: Item, shape: str) -> dict[str, Any]:
    """The picture above the form, covered until somebody asks for it; of a PDF one page."""
    said = request.POST
    day = looking(who.at_work)
    clear = said.get("clear") == "1" or not (day.wishes.is_veiled or day.is_over)
    if clear:
        uncover(who.at_work, item.id)
    kept = f"{CLEAR}=1" if clear else ""
    if shape == "picture":
        source = f"/evidence/{item.id}/shown" + (f"?{kept}" if kept else "")
        if item.media_type in PICTURES:
            source = f"/evidence/{item.id}/bytes"
        return {"source": source, "is_clear": clear}
    wanted = said.get("turn") or said.get("shown") or said.get("page") or "1"
    page = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) <= 6 else 1
    try:
        found = show_item(who.at_work, item.id, {"show": "pages", "page": page})
    except PermissionRefusedError:
        raise
    except BayyinaError as error:
        return {"unshown": error}
    page = int(found["page"])
    source = f"/evidence/{item.id}/shown?page={page}" + (f"&{kept}" if kept else "")
    return {
        "source": source,
        "is_clear": clear,
        "page": page,
        "count": int(found["count"]),
        "before": page - 1,
        "after": page + 1,
    }


def _shape(media_type: str) -> str:
    """Which parts of the form mean something for an item."""
    if media_type.startswith("image/"):
        return "picture"
    if media_type.startswith("audio/"):
        return "sound"
    if media_type.startswith("video/"):
        return "film"
    return "pages" if media_type == "application/pdf" else "text"


def _row(said: Mapping[str, str], number: int) -> Row:
    def field(name: str) -> str:
        text = said.get(f"{name}-{number}")
        if text is None and number == 0 and f"left-{ROWS - 1}" not in said:
            text = said.get(name)  # a place that was marked on the page of the item
        return (text or "").strip()[:20]

    left, top, width, height = (field(name) for name in SIDES)
    return Row(
        number, field("kind") or "face", left, top, width, height, field("page"),
        field("reason") or "other",
    )  # fmt: skip


def _span(said: Mapping[str, str], number: int) -> dict[str, Any]:
    return {
        "number": number,
        "start": said.get(f"start-{number}", said.get("from", "") if number == 0 else "").strip()[
            :20
        ],
        "end": said.get(f"end-{number}", said.get("to", "") if number == 0 else "").strip()[:20],
        "reason": said.get(f"span-reason-{number}", "other")[:20],
    }


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 100 else None


def _make(workspace: Workspace, short_id: str, said: Mapping[str, str], shape: str) -> str:
    """Make the copy; its short id."""
    with private_folder(workspace.folder, room=0) as folder:
        plan = folder / f"{short_id}.redaction.yaml"
        plan.write_text(plan_text(said, shape), encoding="utf-8", newline="\n")
        done = redact_item(
            workspace,
            item=short_id,
            plan=plan,
            report=report_path(workspace, Path(f"{short_id}.redact")),
            progress=quiet,
            reason=said.get("look_reason", ""),
            redact=partial(redact_file, limits=RedactionLimits(seconds=SECONDS)),
        )
    return done.made.id


def plan_text(said: Mapping[str, str], shape: str) -> str:
    """The plan that a filled form stands for.

    Raises:
        InputError: a region is not four numbers from 0 to 100, or nothing is named.
    """
    entries = []
    for number in range(ROWS):
        row = _row(said, number)
        if row.is_filled and shape in ("picture", "pages"):
            entries.append(_region_entry(row, shape))
        span = _span(said, number)
        if (span["start"] or span["end"]) and shape == "sound":
            inner = f"from: {_quoted(span['start'])}, to: {_quoted(span['end'])}"
            entries.append(f"mute: {{{inner}}}, reason: {_quoted(span['reason'])}")
    texts = [one.strip() for one in said.get("texts", "")[:LONGEST].splitlines() if one.strip()]
    if texts and shape in ("text", "pages"):
        listed = ", ".join(map(_quoted, texts))
        entries.append(f"words: [{listed}], reason: {_quoted(said.get('text_reason', ''))}")
    pages = [one for one in said.get("pages", "")[:100].replace("،", ",").split(",") if one.strip()]
    if pages and shape == "pages":
        listed = ", ".join(_quoted(one.strip()) for one in pages)
        entries.append(f"pages: [{listed}], reason: {_quoted(said.get('pages_reason', ''))}")
    if not entries:
        raise InputError("Nothing is named that is to be redacted.", hint="Fill in a row.")
    return "version: 1\nredact:\n" + "".join(f"  - {{{one}}}\n" for one in entries)


def _region_entry(row: Row, shape: str) -> str:
    sides = [_number(one) for one in (row.left, row.top, row.width, row.height)]
    if None in sides:
        raise InputError(
            f"Region {row.number + 1} is not four numbers from 0 to 100.",
            hint="They are hundredths of the picture: from the left, from the top, width, height.",
        )
    left, top, width, height = (float(one or 0) / 100 for one in sides)
    width, height = min(width, 1 - left), min(height, 1 - top)
    numbers = ", ".join(f"{one:.6f}" for one in (left, top, width, height))
    page = f", page: {row.page}" if shape == "pages" and row.page.isdecimal() else ""
    inner = f"kind: {_quoted(row.kind)}, rectangle: [{numbers}], unit: share{page}"
    return f"region: {{{inner}}}, reason: {_quoted(row.reason)}"


def _quoted(text: str) -> str:
    """A text as YAML reads it back, whatever it holds."""
    return json.dumps(text, ensure_ascii=False)
