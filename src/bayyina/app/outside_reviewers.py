"""Reviewers of another organisation: their public key is known, and which records they are asked about.

They get no key of the case and can open nothing here. What they sign is signed elsewhere, with a
key that never was in this workspace, and counts as one of the people that a decision takes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from bayyina.app.changes import ChangeWriter, change
from bayyina.app.founding import check_handle
from bayyina.app.live import live_batches
from bayyina.app.members import OUTSIDE, check_free, current_members
from bayyina.app.permissions import require
from bayyina.app.ports import Store
from bayyina.app.rows import MemberRow, RecordRow, SettingRow, batch_of
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.keys.personal import PublicKeys

SETTING: Final = "outside:"
"""Beginning of the name of the setting that names a reviewer's organisation and records."""

RECORDS: Final = "data/records"
"""Folder of a bundle that names its records."""


def add_outside_reviewer(
    workspace: Workspace,
    *,
    handle: str,
    name: str,
    organisation: str,
    public: PublicKeys,
    records: Sequence[str],
) -> dict[str, Any]:
    """Let somebody of another organisation review named records with a key of their own.

    Args:
        workspace: Whose records.
        handle: How they are named; never used before.
        name: Their name.
        organisation: Whose key it is.
        public: The public halves of their key; none that anybody here has or had.
        records: Short ids of the records that they may be asked about.

    Raises:
        InputError: the handle or key is taken, nothing is named, or a record does not stand.
        PermissionRefusedError: the member at work may not manage members.
    """
    require(workspace, "manage-members")
    check_handle(handle)
    if not name.strip() or not organisation.strip():
        raise InputError("An outside reviewer has a name and an organisation.", hint="Give both.")
    with change(workspace, "add-outside-reviewer") as writer:
        check_free(workspace.store, handle, public)
        numbers = _standing(workspace, records)
        writer.add(
            MemberRow,
            handle=handle,
            name=name.strip(),
            sign_public=public.sign.hex(),
            box_public=public.box.hex(),
            roles=OUTSIDE,
        )
        _name(writer, handle, organisation.strip(), numbers)
        writer.finish({"roles": OUTSIDE, "records": len(numbers)})
    return _document(workspace, handle, organisation.strip(), numbers, writer.batch)


def name_records(workspace: Workspace, *, handle: str, records: Sequence[str]) -> dict[str, Any]:
    """Let a reviewer from outside be asked about further records.

    Raises:
        InputError: there is no such reviewer, nothing is named, or a record does not stand.
        PermissionRefusedError: the member at work may not manage members.
    """
    require(workspace, "manage-members")
    with change(workspace, "name-outside-records") as writer:
        outside_member(workspace.store, handle)
        organisation, held = organisation_and_records(workspace.store, handle)
        numbers = sorted({*held, *_standing(workspace, records)})
        _name(writer, handle, organisation, numbers)
        writer.finish({"records": len(numbers)})
    return _document(workspace, handle, organisation, numbers, writer.batch)


def outside_member(store: Store, handle: str) -> MemberRow:
    """The newest row of a reviewer from outside.

    Raises:
        InputError: there is none of that handle now.
    """
    for row in current_members(store):
        if row.handle == handle and row.roles.split() == [OUTSIDE]:
            return row
    raise InputError(
        f"{handle} is not a reviewer from outside.",
        hint="Add them with `bayyina people add-outside`.",
        code="no-such-member",
    )


def organisation_and_records(store: Store, handle: str) -> tuple[str, tuple[int, ...]]:
    """Whose key a reviewer's is, and the records that they may be asked about."""
    rows = store.find(SettingRow, "name", [SETTING + handle])
    if not rows:
        return "", ()
    content = json.loads(rows[-1].text)
    return str(content["organisation"]), tuple(int(one) for one in content["records"])


def records_of_bundle(folder: Path) -> tuple[str, ...]:
    """Short ids of the records in a bundle.

    Raises:
        InputError: the folder holds none.
    """
    found: list[str] = []
    try:
        for path in sorted((folder / RECORDS).glob("*.json")):
            content = json.loads(path.read_text(encoding="utf-8"))
            held = content.get("records", []) if isinstance(content, dict) else content
            found += [str(one["id"]) for one in held]
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(f"The records of the bundle {folder} cannot be read.") from error
    if not found:
        raise InputError(
            f"{folder} is no bundle with records.",
            hint="Name the folder that `bundle create` wrote.",
        )
    return tuple(dict.fromkeys(found))


def _standing(workspace: Workspace, records: Sequence[str]) -> list[int]:
    numbers = sorted({record_number(workspace, one) for one in records})
    if not numbers:
        raise InputError(
            "No record is named.", hint="Name those to be reviewed, or the bundle that holds them."
        )
    batches = live_batches(workspace.store)
    known = {row.number for row in workspace.store.find(RecordRow, "number", numbers)}
    for number in numbers:
        if number not in known or batch_of(number) not in batches:
            raise InputError(
                f"There is no record {workspace.short_id(number)} that stands.",
                code="no-such-record",
            )
    return numbers


def _name(writer: ChangeWriter, handle: str, organisation: str, numbers: Sequence[int]) -> None:
    content = {"organisation": organisation, "records": list(numbers)}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    writer.add(SettingRow, name=SETTING + handle, text=text)


def _document(
    workspace: Workspace, handle: str, organisation: str, numbers: Sequence[int], batch: int
) -> dict[str, Any]:
    return {
        "handle": handle,
        "organisation": organisation,
        "records": [workspace.short_id(number) for number in numbers],
        "batch": batch,
    }
