"""Inquiries of families: who is looked for, kept sealed until somebody who is cleared takes it up.

Whoever asks is told the same, whatever name they give, and nothing is looked up when they ask: an
answer, a delay or an error that depended on the name would confirm or deny. An inquiry is encrypted
to the sealing key of the first case as it arrives, by a process in which nobody need be signed in,
in a file of one fixed length. Taken up, it becomes a contact of a family and a task to call back,
after the relationship has been checked; the file goes.

A file is JSON: a content key of 32 random bytes wrapped for the sealing key as a case key is
(``keys.case_keys``, place ``inquiry/ID``), and the inquiry under it, AES-256-GCM, its place bound to it.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bayyina.app.changes import change
from bayyina.app.clocks import write_time
from bayyina.app.permissions import require
from bayyina.app.ports import Store
from bayyina.app.sealing_keys import opener_of, sealing_key
from bayyina.app.tasks import write_task
from bayyina.app.workspace import Workspace
from bayyina.errors import BusyError, InputError, KeyLockedError, WorkspaceError
from bayyina.keys.case_keys import open_case_key, wrap_case_key
from bayyina.keys.personal import write_private_file
from bayyina.keys.sealing import key_id
from bayyina.model.drafts import ValueDraft

FOLDER: Final = "inquiries"
"""Folder of the workspace in which inquiries wait."""

CONTACT: Final = "FamilyContact"
"""Type of the record that an inquiry becomes."""

TAKE_UP: Final = "take-up-inquiry"
TURN_AWAY: Final = "turn-away-inquiry"

CALL_BACK: Final = "call_back"
"""Kind of the task."""

TO_CALL: Final = timedelta(days=14)
"""Time in which a family is called back."""

MOST: Final = 2_000
"""Inquiries that can wait."""

LENGTH: Final = 8_192
"""Bytes of an inquiry before it is encrypted; shorter ones are filled up, so that none tells its length."""

LONGEST: Final[dict[str, int]] = {
    "name": 200, "father": 200, "asker": 200, "relation": 200, "contact": 400, "note": 800,
}  # fmt: skip
"""Characters of each field."""

NEEDED: Final = ("name", "father", "contact")
"""What an inquiry cannot do without."""

_ID: Final = re.compile(r"[0-9a-f]{16}")


class Inquiry(NamedTuple):
    """What a family wrote."""

    name: str
    """Whom they look for."""

    father: str
    """That person's father's name."""

    asker: str
    """Who asks; may be empty."""

    relation: str
    """How they are related to the person; may be empty."""

    contact: str
    """How they can be reached safely."""

    note: str
    """Anything else; may be empty."""


class Waiting(NamedTuple):
    """An inquiry that waits, without what it says."""

    id: str
    """Names its file; the family was given it."""

    received_on: str
    """Day on which it came, ISO 8601."""


class TakenUp(NamedTuple):
    """What an inquiry became."""

    contact: str
    """Short id of the contact's record."""

    task: str
    """Short id of the task to call back."""

    batch: int
    """The batch that recorded it."""


def keep_inquiry(folder: Path, store: Store, now: datetime, inquiry: Inquiry) -> str:
    """Keep an inquiry, sealed; the id that the family is given. Nothing is looked up.

    Args:
        folder: The workspace's folder.
        store: Only the public half of the sealing key is read from it.
        now: When it came.
        inquiry: What was written.

    Raises:
        InputError: a name or the way to reach them is missing, or a field is too long.
        WorkspaceError: the workspace has no sealing key.
        BusyError: too many wait already.
        StorageError: the disk refused.
    """
    _check(inquiry)
    key = sealing_key(store)
    if key is None:
        raise WorkspaceError("The workspace cannot seal.", hint="Run `bayyina people seal-key`.")
    waiting = folder / FOLDER
    waiting.mkdir(mode=0o700, exist_ok=True)
    if sum(1 for _ in waiting.glob("*.json")) >= MOST:
        raise BusyError("No more inquiries are taken today.", hint="Come back another day.")
    inquiry_id = secrets.token_hex(8)
    place = _place(inquiry_id)
    content_key, nonce = os.urandom(32), os.urandom(12)
    text = json.dumps({**inquiry._asdict(), "received_at": write_time(now)}, ensure_ascii=False)
    filled = text.encode("utf-8").ljust(LENGTH)
    content = {
        "format": "bayyina-inquiry",
        "version": 1,
        "id": inquiry_id,
        "received_on": now.date().isoformat(),
        "sealed_for": key_id(key.public).hex(),
        "key": wrap_case_key(content_key, key.public, place=place).hex(),
        "nonce": nonce.hex(),
        "text": AESGCM(content_key).encrypt(nonce, filled, place.encode()).hex(),
    }
    write_private_file(waiting / f"{inquiry_id}.json", json.dumps(content) + "\n")
    return inquiry_id


def waiting_inquiries(workspace: Workspace) -> list[Waiting]:
    """Inquiries that wait, the oldest first; what they say is not read.

    Raises:
        PermissionRefusedError: the member may not take inquiries up.
    """
    require(workspace, "record-consent")
    found = []
    for path in (workspace.folder / FOLDER).glob("*.json"):
        try:
            content = json.loads(path.read_text(encoding="ascii"))
            found.append(Waiting(path.stem, str(content["received_on"])))
        except (OSError, ValueError, KeyError, TypeError):
            found.append(Waiting(path.stem, ""))
    return sorted(found, key=lambda one: (one.received_on, one.id))


def take_up_inquiry(workspace: Workspace, inquiry_id: str, *, due: date | None = None) -> TakenUp:
    """Open an inquiry: it becomes a family's contact, sealed, and a task to call back.

    Args:
        workspace: Where.
        inquiry_id: Which.
        due: By when the family is called back; in two weeks if not given.

    Raises:
        InputError: there is no such inquiry, or its file was changed.
        KeyLockedError: the member is not cleared.
        PermissionRefusedError: the member may not open what is sealed, or not record consent.
    """
    require(workspace, "record-consent")
    require(workspace, "open-sealed")
    inquiry = _open(workspace, inquiry_id)
    asked = f"{inquiry.name} / {inquiry.father}"
    with change(workspace, TAKE_UP) as writer:
        writer.describe_list(None, None)
        number, key = writer.add_record(CONTACT, None, None)
        said = [("wishes", f"Asks about: {asked}"), ("safe_way", inquiry.contact)]
        said += [("contact_name", inquiry.asker)] if inquiry.asker else []
        said += [("wishes", f"Says of the relationship: {inquiry.relation}")] * bool(
            inquiry.relation
        )
        said += [("wishes", inquiry.note)] * bool(inquiry.note)
        for name, text in said:
            writer.add_statement(number, key, CONTACT, ValueDraft(name, text), None)
        what = "Check the relationship to the person asked about, then call back."
        day = due or workspace.clock.now().date() + TO_CALL
        task = write_task(workspace, writer, number, CALL_BACK, what, day)
        writer.finish({"inquiry": inquiry_id})
        batch = writer.batch
    _path(workspace.folder, inquiry_id).unlink(missing_ok=True)
    return TakenUp(workspace.short_id(number), workspace.short_id(task), batch)


def turn_away_inquiry(workspace: Workspace, inquiry_id: str, *, reason: str) -> int:
    """Remove an inquiry that nobody can act on, such as an empty or hostile one; the batch.

    Raises:
        InputError: there is no such inquiry, or no reason.
        PermissionRefusedError: the member may not.
    """
    require(workspace, "record-consent")
    if not reason.strip():
        raise InputError("Say why it is turned away.", hint="A word is enough, such as empty.")
    if not _ID.fullmatch(inquiry_id) or not _path(workspace.folder, inquiry_id).is_file():
        raise _missing(inquiry_id)
    with change(workspace, TURN_AWAY) as writer:
        writer.finish({"inquiry": inquiry_id, "reason": reason.strip()[:200]})
        batch = writer.batch
    _path(workspace.folder, inquiry_id).unlink(missing_ok=True)
    return batch


def _check(inquiry: Inquiry) -> None:
    for name in NEEDED:
        if not getattr(inquiry, name).strip():
            raise InputError("Two names and a way to reach you are needed.", code="inquiry-short")
    for name, text in inquiry._asdict().items():
        if len(text) > LONGEST[name]:
            raise InputError("A field is too long.", code="inquiry-long")


def _open(workspace: Workspace, inquiry_id: str) -> Inquiry:
    content = _read(workspace, inquiry_id)
    held = opener_of(workspace).keys.get(bytes.fromhex(str(content.get("sealed_for", ""))))
    if held is None:
        raise KeyLockedError(
            "You are not cleared for what is sealed.",
            hint="Somebody who is cleared takes the inquiry up, or clears you: bayyina people clear.",
            code="not-cleared",
        )
    place = _place(inquiry_id)
    try:
        content_key = open_case_key(bytes.fromhex(content["key"]), held, place=place)
        cipher, nonce = AESGCM(content_key), bytes.fromhex(content["nonce"])
        text = cipher.decrypt(nonce, bytes.fromhex(content["text"]), place.encode())
        said = json.loads(text.decode("utf-8"))
        return Inquiry(*(str(said[name]).strip() for name in Inquiry._fields))
    except (KeyLockedError, InvalidTag, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"The file of the inquiry {inquiry_id} was changed and does not open.",
            hint="Turn it away, or put the file back from a backup.",
        ) from error


def _read(workspace: Workspace, inquiry_id: str) -> dict[str, Any]:
    if not _ID.fullmatch(inquiry_id):
        raise _missing(inquiry_id)
    try:
        content = json.loads(_path(workspace.folder, inquiry_id).read_text(encoding="ascii"))
    except FileNotFoundError as error:
        raise _missing(inquiry_id) from error
    except (OSError, ValueError) as error:
        raise InputError(f"The file of the inquiry {inquiry_id} cannot be read.") from error
    return content if isinstance(content, dict) else {}


def _missing(inquiry_id: str) -> InputError:
    return InputError(
        f"There is no inquiry {inquiry_id} that waits.",
        hint="It may have been taken up already.",
        code="no-such-inquiry",
    )


def _path(folder: Path, inquiry_id: str) -> Path:
    return folder / FOLDER / f"{inquiry_id}.json"


def _place(inquiry_id: str) -> str:
    return f"inquiry/{inquiry_id}"
