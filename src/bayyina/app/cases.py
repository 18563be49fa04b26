"""Cases: parts of a workspace, so that somebody can hold a role for one of them alone.

Every record belongs to one case, ``main`` unless it was assigned. Cases order who may do what; they
are no walls of their own: whoever holds a role for the whole workspace sees all of them, and what
is sealed takes a clearance besides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from bayyina.app.case_scopes import (
    ASSIGNMENT,
    MAIN,
    Range,
    assignment_text,
    case_index,
    range_of_batch,
    ranges_of,
)
from bayyina.app.changes import ChangeWriter, change
from bayyina.app.live import live_batches
from bayyina.app.members import case_codes
from bayyina.app.permissions import allows, only_case, require, require_case, sight
from bayyina.app.rows import KEPT_ROW, CaseRow, RecordRow, SettingRow, StatementRow, batch_of
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError

MANAGE: Final = "manage-cases"
"""The action of making cases and assigning records; it reads none."""

CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{0,23}")
"""What the code of a case looks like."""


def add_case(workspace: Workspace, *, code: str, title: str) -> dict[str, Any]:
    """Make a case; it has no records yet.

    Raises:
        InputError: the code is taken or cannot be used, or there is no title.
        PermissionRefusedError: the member may not manage cases.
    """
    require(workspace, MANAGE)
    if not CODE.fullmatch(code):
        raise InputError(
            f"{code!r} cannot be the code of a case.",
            hint="Use up to 24 capital letters, digits and hyphens, such as HAMA-82.",
        )
    if not title.strip():
        raise InputError("A case needs a title.", hint="Say in a few words what it is about.")
    with change(workspace, "add-case") as writer:
        if code in case_codes(workspace.store):
            raise InputError(f"There is a case {code} already.", hint="Choose another code.")
        writer.add(CaseRow, code=code, title=title.strip())
        writer.finish({"case": code})
    return {"case": code, "title": title.strip(), "batch": writer.batch}


def list_cases(workspace: Workspace) -> list[dict[str, Any]]:
    """The cases that the member at work may know of, with how many records each has.

    Whoever manages cases sees how many records there are and nothing of them.

    Raises:
        PermissionRefusedError: the member may neither manage cases nor read records.
    """
    seen = None if allows(workspace.member, MANAGE) else sight(workspace, "export-records").cases
    store = workspace.store
    index, batches = case_index(store), live_batches(store)
    counted = Counter(
        index.case_of(row.number)
        for row in store.scan(RecordRow)
        if batch_of(row.number) in batches and row.record_type != KEPT_ROW
    )
    return [
        {"case": row.code, "title": row.title, "records": counted[row.code]}
        for row in store.scan(CaseRow)
        if "/" not in row.code and (seen is None or row.code in seen)
    ]


def assign_records(
    workspace: Workspace,
    *,
    case: str,
    records: Sequence[str] = (),
    batches: Sequence[int] = (),
) -> dict[str, Any]:
    """Let records belong to a case from now on, with whatever points at them now.

    Args:
        workspace: Where they are.
        case: Code of the case; ``main`` takes them back.
        records: Short ids.
        batches: Imports or intakes: every record that came with them.

    Raises:
        InputError: there is no such case, record or batch, or none is named.
        PermissionRefusedError: the member may not manage cases.
    """
    require(workspace, MANAGE)
    _check_code(workspace, case)
    if not records and not batches:
        raise InputError("No record is named.", hint="Name records, or imports with --batch.")
    store = workspace.store
    with change(workspace, "assign-records") as writer:
        standing = live_batches(store)
        for batch in batches:
            if batch not in standing:
                raise InputError(
                    f"There is no batch {batch} that stands.",
                    hint="`bayyina log show` lists the batches.",
                    code="no-such-batch",
                )
        numbers = {record_number(workspace, one) for one in records}
        known = {row.number for row in store.find(RecordRow, "number", sorted(numbers))}
        for number in sorted(numbers):
            if number not in known or batch_of(number) not in standing:
                raise InputError(
                    f"There is no record {workspace.short_id(number)} that stands.",
                    code="no-such-record",
                )
        numbers |= _pointing_at(workspace, numbers)
        ranges = sorted([*ranges_of(numbers), *(range_of_batch(one) for one in set(batches))])
        writer.add(SettingRow, name=ASSIGNMENT, text=assignment_text(case, _apart(ranges)))
        writer.finish({"case": case, "records": len(numbers), "batches": len(set(batches))})
    return {
        "case": case,
        "records": len(numbers),
        "batches": sorted(set(batches)),
        "batch": writer.batch,
    }


def chosen_case(workspace: Workspace, action: str, case: str, *, of_list: int | None = None) -> str:
    """The case of what is taken in now, which the member at work must be allowed to add to.

    Args:
        workspace: With the member.
        action: What they do, such as ``import``.
        case: What they named; empty for the case of the list that is there already, else the
            one for which alone they may do it, else ``main``.
        of_list: Record of the list that more is taken in of, where there is one.

    Raises:
        InputError: there is no such case, or the list belongs to another one.
        PermissionRefusedError: the member may not, for that case.
    """
    held = None if of_list is None else case_index(workspace.store).case_of(of_list)
    code = case or held or only_case(workspace, action) or MAIN
    _check_code(workspace, code)
    require_case(workspace, action, code)
    if held is not None and code != held:
        raise InputError(
            f"This list belongs to the case {held}.",
            hint=f"Leave --case out, or assign its records with `bayyina cases assign {code}`.",
            code="other-case",
        )
    return code


def note_case(writer: ChangeWriter, case: str) -> None:
    """Let everything that comes with a change belong to a case."""
    if case != MAIN:
        text = assignment_text(case, [range_of_batch(writer.batch)])
        writer.add(SettingRow, name=ASSIGNMENT, text=text)


def _check_code(workspace: Workspace, case: str) -> None:
    known = case_codes(workspace.store)
    if case not in known:
        raise InputError(
            f"There is no case {case} in this workspace.",
            hint=f"There is {', '.join(sorted(known))}.",
            code="no-such-case",
        )


def _pointing_at(workspace: Workspace, records: set[int]) -> set[int]:
    """Records with a statement whose value is one of these records, such as what happened to them."""
    store, types = workspace.store, workspace.vocabulary.types
    links = {
        term
        for (kind, name), term in store.terms().items()
        if kind in types
        and name in types[kind].properties
        and types[kind].properties[name].type == "link"
    }
    rows = store.find(StatementRow, "value", [str(number) for number in sorted(records)])
    return {row.record for row in rows if row.term in links}


def _apart(ranges: Sequence[Range]) -> list[Range]:
    """The same records in ranges of which none holds a part of another."""
    found: list[Range] = []
    for one in ranges:
        if found and one.first <= found[-1].last + 1:
            found[-1] = Range(found[-1].first, max(found[-1].last, one.last))
        else:
            found.append(one)
    return found
