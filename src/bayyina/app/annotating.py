"""Saying what stands at one place of an item: in a region, at a time, on a page.

What is said becomes statements of the item, with the item as their evidence and the place as
their locator: a note in somebody's own words, and the record that is shown there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from bayyina.app.evidence_form_file import Form, FormRecord, FormStatement
from bayyina.app.evidence_forms import DESCRIBE, Described, take_form
from bayyina.app.evidence_reading import look_at_item
from bayyina.app.evidence_vault import EVIDENCE
from bayyina.app.locators import read_locator
from bayyina.app.permissions import require
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError

LONGEST: Final = 2_000
"""Characters of a note."""


class Annotation(NamedTuple):
    """What somebody says of one place."""

    place: str
    """A locator, such as ``region 12.5,40,20,15`` or ``time 00:03:10-00:03:25``."""

    note: str = ""
    """What is seen or heard there, in their own words."""

    lang: str = "en"
    """Language of the note."""

    shows: str = ""
    """Short id of the record that is shown there."""


def annotate_item(workspace: Workspace, short_id: str, said: Annotation) -> Described:
    """Keep what somebody says of one place of an item.

    Raises:
        InputError: there is no such item, it is sealed, the place cannot be read, nothing is said
            of it, or all of it stands already.
        SmallFileError: what is shown there is no record of a kind that an item can show.
        PermissionRefusedError: the member may not take evidence in, or not read this item.
    """
    require(workspace, "add-evidence")
    item = look_at_item(workspace, short_id).item
    if item.is_sealed:
        raise InputError(
            f"{short_id} is sealed: what it shows is told by a form.",
            hint="Give the form to `bayyina evidence describe`, with the statements sealed.",
            code="sealed-item",
        )
    place, note, shows = read_locator(said.place), said.note.strip(), said.shows.strip()
    if not place or not (note or shows):
        raise InputError("Say where, and what is there.", hint="Give a place, and a note or an id.")
    if len(note) > LONGEST or len(place) > LONGEST:
        raise InputError("This note is too long.", hint=f"Use at most {LONGEST} characters.")
    told = [("note", note, said.lang), ("shows", shows, None)]
    statements = tuple(
        FormStatement(1, name, text, lang, item.id, "", "", place, "")
        for name, text, lang in told
        if text
    )
    record = FormRecord(1, "", item.id, EVIDENCE, statements)
    form = Form(Path(), workspace.identity.fictional, {}, (record,))
    done = take_form(workspace, form, DESCRIBE, {"about": EVIDENCE})
    if done.batch is None:
        raise InputError("Nothing of this is new.", hint="All of it stands already.")
    return done
