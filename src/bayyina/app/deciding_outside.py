"""Asking a reviewer from outside for a decision, and taking their signed answer."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

from bayyina.app.changes import change
from bayyina.app.deciding import (
    Asked,
    check_words,
    earlier_words,
    standard_named,
    standing_record,
    state_in_words,
    weighed,
)
from bayyina.app.determination_words import FOR
from bayyina.app.grounds import Grounds
from bayyina.app.live import live_batches, live_statements
from bayyina.app.outside_reviewers import organisation_and_records, outside_member
from bayyina.app.permissions import require
from bayyina.app.rows import DeterminationRow, MemberRow, RecordRow, RunRow, batch_of
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import add_run
from bayyina.custody.canonical import canonical_json
from bayyina.custody.outside_decisions import FIELDS, check_answer, signed_request
from bayyina.errors import CheckFailedError, InputError, PermissionRefusedError
from bayyina.standards.documentation_standard import DocumentationStandard

RUN: Final = "outside-request"
"""Kind of the runs that record what was asked."""

ASK: Final = "request-outside-decision"
ACCEPT: Final = "accept-outside-decision"


def request_decision(
    workspace: Workspace,
    *,
    record_id: str,
    reviewer: str,
    decision: str,
    standard: str,
    lines: Sequence[str] = (),
    conditions: Sequence[str] = (),
) -> dict[str, Any]:
    """What is sent to a reviewer from outside: a document that they sign without this workspace.

    It holds ids and digests and nothing that a record says; what they look at they have by
    other ways, such as a bundle.

    Raises:
        InputError: there is no such reviewer, record, standard or line.
        CheckFailedError: the lines do not meet the standard.
        PermissionRefusedError: the member may not decide about the record, or the reviewer was not
            named for it.
    """
    require(workspace, "determine", records=[record_number(workspace, record_id)])
    rules = standard_named(workspace, standard)
    asked = Asked(decision, FOR, standard)
    check_words(asked, "asked")
    record = standing_record(workspace, record_id)
    member = _named_for(workspace, reviewer, record)
    earlier_words(workspace, record, asked, reviewer)
    grounds = weighed(workspace, record, rules, asked, "", lines, conditions)
    content = {
        "origin": workspace.identity.origin,
        "asked": secrets.token_hex(16),
        "record": record.number,
        "seen": _seen(workspace, record),
        "decision": decision,
        "standard": standard,
        "rules": grounds.standard,
        "lines": [one._asdict() for one in grounds.lines],
        "conditions": [one._asdict() for one in grounds.conditions],
        "key": member.sign_public,
    }
    with change(workspace, ASK) as writer:
        add_run(writer, RUN, content)
        writer.finish({"decision": decision, "standard": standard})
    return signed_request(content, workspace.keys.personal)


def accept_decision(workspace: Workspace, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Take a reviewer's signed answer; it counts as their word about the record, once.

    Raises:
        InputError: it is no answer, its signature does not hold, or nobody here asked for it.
        CheckFailedError: it was taken already, something was said or changed about the record since
            it was asked for, or the standard is no longer met.
        PermissionRefusedError: the member may not decide about the record, or the reviewer is no
            longer one, was not named for it, entered it, or has said so before.
    """
    check_answer(answer)
    if answer["origin"] != workspace.identity.origin:
        raise InputError(
            "The answer is about a record of another workspace.", hint="Nothing was changed."
        )
    short_id = workspace.short_id(answer["record"])
    require(workspace, "determine", records=[answer["record"]])
    request = _request(workspace, answer)
    member = _member_with(workspace, answer["key"])
    record = standing_record(workspace, short_id)
    _named_for(workspace, member.handle, record)
    _check_once(workspace, record, answer["asked"])
    if request["seen"] != _seen(workspace, record):
        raise CheckFailedError(
            f"More was said about {short_id} since the decision was asked for.",
            hint="Ask for it again, so that the reviewer decides about what stands now.",
            code="changed-since",
        )
    rules = standard_named(workspace, answer["standard"])
    asked = Asked(answer["decision"], answer["verdict"], answer["standard"])
    check_words(asked, answer["reasons"])
    earlier, entered_by = earlier_words(workspace, record, asked, member.handle)
    grounds = _grounds(workspace, record, rules, asked, answer)
    with change(workspace, ACCEPT) as writer:
        record = standing_record(workspace, short_id)
        _check_once(workspace, record, answer["asked"])
        key = writer.record_key(record)
        row = writer.add(
            DeterminationRow,
            salted_by=key,
            record=record.number,
            **asked._asdict(),
            reasons=grounds.to_text(),
            member=member.number,
            signature=answer["signature"],
        )
        writer.finish({"decision": asked.decision, "standard": asked.standard})
    state = state_in_words(workspace, asked, rules.people, [*earlier, row], key, entered_by)
    return {"record": short_id, "reviewer": member.handle, "state": state, "batch": writer.batch}


def _grounds(
    workspace: Workspace,
    record: RecordRow,
    rules: DocumentationStandard,
    asked: Asked,
    answer: Mapping[str, Any],
) -> Grounds:
    """What was signed, which must still be what it was and suffice."""
    lines, conditions = (
        [f"{one['name']}={one['cites']}" for one in answer[kind]]
        for kind in ("lines", "conditions")
    )
    now = weighed(workspace, record, rules, asked, answer["reasons"], lines, conditions)
    held = {
        "lines": [one._asdict() for one in now.lines],
        "conditions": [one._asdict() for one in now.conditions],
        "rules": now.standard,
    }
    if any(answer[name] != content for name, content in held.items()):
        raise CheckFailedError(
            "What the decision rests on, or the standard, was changed since it was asked for.",
            hint="Ask for the decision again.",
            code="changed-since",
        )
    return replace(now, asked=answer["asked"], seen=answer["seen"])


def _named_for(workspace: Workspace, handle: str, record: RecordRow) -> MemberRow:
    member = outside_member(workspace.store, handle)
    _, records = organisation_and_records(workspace.store, handle)
    if record.number not in records:
        raise PermissionRefusedError(
            f"{handle} was not named for {workspace.short_id(record.number)}.",
            hint="An administrator names the records that somebody from outside reviews.",
        )
    return member


def _member_with(workspace: Workspace, key: str) -> MemberRow:
    rows = workspace.store.find(MemberRow, "sign_public", [key])
    if not rows:
        raise InputError("Nobody here has the key that signed the answer.")
    return outside_member(workspace.store, rows[0].handle)


def _request(workspace: Workspace, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was asked here, which the answer must repeat word by word."""
    for row in workspace.store.find(RunRow, "run_kind", [RUN]):
        content: Mapping[str, Any] = json.loads(row.parameters)
        if content["asked"] == answer["asked"]:
            if all(content[name] == answer[name] for name in FIELDS):
                return content
            break
    raise InputError(
        "Nobody here asked for this decision.",
        hint="`bayyina decide request` asks; an answer is about exactly what was asked.",
        code="not-asked",
    )


def _check_once(workspace: Workspace, record: RecordRow, asked: str) -> None:
    for row in workspace.store.find(DeterminationRow, "record", [record.number]):
        if Grounds.of(row.reasons).asked == asked:
            raise CheckFailedError(
                "This answer was taken already.",
                hint="One request has one answer; ask anew for another one.",
                code="taken-already",
            )


def _seen(workspace: Workspace, record: RecordRow) -> str:
    """SHA-256 (hex) over the numbers of the statements that stand about a record."""
    batches = live_batches(workspace.store)
    rows = live_statements(workspace.store, [record.number], batches)
    stands = batch_of(record.number) in batches
    said = {"record": record.number, "stands": int(stands), "said": [row.number for row in rows]}
    return sha256(canonical_json(said)).hexdigest()
