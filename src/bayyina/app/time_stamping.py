"""Time-stamps over the log's checkpoints: asked for, checked when they come, kept, judged again.

Requests and answers are files, so that they can travel on a stick. Over a network only such
an address is asked as the person at work names.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from bayyina.app.changes import change
from bayyina.app.kept_stamps import CALENDAR, COSIGNED, STAMPED, kept, kept_calendars
from bayyina.app.permissions import require
from bayyina.app.witnessing import own_checkpoint
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import add_run
from bayyina.custody.cosignatures import cosignatures, verifier_from_vkey
from bayyina.custody.open_time_stamp_merging import merge_open_time_stamps
from bayyina.custody.open_time_stamps import (
    CONTRADICTS,
    Verdict,
    fits,
    judge,
    read_open_time_stamp,
)
from bayyina.custody.time_stamps import (
    NEEDED_AUTHORITIES,
    TimeStamp,
    embedded_certificates,
    read_chain,
    time_stamp_request,
    verify_time_stamp,
)
from bayyina.errors import CustodyError, InputError


def stamp_request(workspace: Workspace) -> tuple[str, bytes]:
    """The newest checkpoint, and a request (DER) for a time-stamp over its bytes.

    Raises:
        PermissionRefusedError: the member may not hand out checkpoints.
    """
    require(workspace, "checkpoint")
    note = workspace.store.checkpoints()[-1].note
    return note, time_stamp_request(note.encode())


def keep_time_stamp(
    workspace: Workspace, response: bytes, certificates: Sequence[bytes]
) -> TimeStamp:
    """Keep an authority's answer over one of the log's checkpoints, once it holds.

    Args:
        workspace: Whose log it is.
        response: The answer, DER.
        certificates: The authority's certificates and lists of revoked ones, PEM or DER,
            with the root.

    Raises:
        CustodyError: it is over no checkpoint of this log, or does not hold.
        PermissionRefusedError: the member may not hand out checkpoints.
    """
    require(workspace, "checkpoint")
    chain = read_chain([*certificates, embedded_certificates(response)])
    note, stamp = _stamped_note(workspace, response, certificates)
    checkpoint = own_checkpoint(workspace, note)
    parameters: dict[str, Any] = {
        "size": checkpoint.size,
        "checkpoint": note,
        "token": base64.b64encode(response).decode(),
        "chain": chain.to_pem().decode(),
        "revoked": chain.revocations_to_pem().decode(),
        "time": stamp.time.isoformat(),
        "authority": stamp.authority,
        "policy": stamp.policy,
        "serial": stamp.serial,
        "accuracy": stamp.accuracy,
    }
    with change(workspace, "keep-time-stamp") as writer:
        add_run(writer, STAMPED, parameters)
        writer.finish({"size": checkpoint.size, "time": stamp.time.isoformat()})
    return stamp


def keep_calendar_proof(
    workspace: Workspace, proof: bytes, headers: Mapping[int, str]
) -> list[Verdict]:
    """Keep an OpenTimestamps proof over one of the log's checkpoints; pending ones too.

    What is kept already over that checkpoint is put together with it, so that a completed
    proof takes the place of the promise that it completes, and nothing shown is lost.

    Args:
        workspace: Whose log it is.
        proof: The ``.ots`` file.
        headers: Block headers (hex) by height, where they are at hand.

    Raises:
        CustodyError: it is over no checkpoint of this log, or a header contradicts it.
        InputError: a header is none.
        PermissionRefusedError: the member may not hand out checkpoints.
    """
    require(workspace, "checkpoint")
    try:
        raw = {height: bytes.fromhex(text) for height, text in headers.items()}
    except ValueError as error:
        raise InputError("A block header is not written in hex.") from error
    stamp = read_open_time_stamp(proof)
    if stamp.is_weak:
        raise CustodyError("The proof is over a SHA-1 digest, which can be forged.")
    if any(one.state == CONTRADICTS for one in judge(stamp, raw)):
        raise CustodyError("The proof does not lead to the block header that was given.")
    note = next((n for n in _notes(workspace) if fits(stamp, n.encode())), None)
    if note is None:
        raise CustodyError("The proof is over no checkpoint of this log.")
    checkpoint = own_checkpoint(workspace, note)
    before = [one for one in kept_calendars(workspace) if one.note == note]
    whole = merge_open_time_stamps([*(one.token for one in before), proof])
    known = {height: text for one in before for height, text in one.headers}
    known |= {height: header.hex() for height, header in raw.items()}
    verdicts = judge(
        read_open_time_stamp(whole), {height: bytes.fromhex(text) for height, text in known.items()}
    )
    if any(one.token == whole and dict(one.headers) == known for one in before):
        return verdicts
    parameters = {
        "size": checkpoint.size,
        "checkpoint": note,
        "token": base64.b64encode(whole).decode(),
        "headers": {str(height): text for height, text in known.items()},
    }
    with change(workspace, "keep-calendar-proof") as writer:
        add_run(writer, CALENDAR, parameters)
        writer.finish({"size": checkpoint.size})
    return verdicts


def outside_words(workspace: Workspace) -> dict[str, Any]:
    """What others said of this log, checked again: for a person, and for programs.

    Raises:
        PermissionRefusedError: the member may not hand out checkpoints.
    """
    require(workspace, "checkpoint")
    stamps, authorities = [], set()
    for one in kept(workspace, STAMPED):
        parts = [one.chain, *([one.revoked] if one.revoked else [])]
        stamp = verify_time_stamp(one.token, one.note.encode(), read_chain(parts))
        authorities.add(stamp.organisation)
        stamps.append(
            {
                "size": one.size,
                "time": stamp.time.isoformat(),
                "authority": stamp.authority,
                "revocation": stamp.revocation,
            }
        )
    witnesses = [
        {"size": one.size, "time": made.time.isoformat(), "witness": made.name}
        for one in kept(workspace, COSIGNED)
        for made in cosignatures(one.note, [verifier_from_vkey(key) for key in one.keys])
    ]
    calendars = [
        {"size": one.size, "state": verdict.state, "detail": verdict.attestation.detail}
        for one in kept_calendars(workspace)
        for verdict in judge(
            read_open_time_stamp(one.token), {h: bytes.fromhex(t) for h, t in one.headers}
        )
    ]
    return {
        "witnesses": witnesses,
        "time_stamps": stamps,
        "calendars": calendars,
        "enough_authorities": len(authorities) >= NEEDED_AUTHORITIES,
    }


def _stamped_note(
    workspace: Workspace, response: bytes, certificates: Sequence[bytes]
) -> tuple[str, TimeStamp]:
    """The checkpoint that an answer is over."""
    chain = read_chain(certificates)
    failure = CustodyError("The workspace keeps no checkpoint.")
    for note in _notes(workspace):
        try:
            return note, verify_time_stamp(response, note.encode(), chain)
        except CustodyError as error:
            failure = error
            if "Mismatch between messages" not in error.message:
                raise
    raise CustodyError("The time-stamp is over no checkpoint of this log.") from failure


def _notes(workspace: Workspace) -> list[str]:
    """Checkpoints that may have been stamped, newest first, cosigned ones among them."""
    own = [row.note for row in workspace.store.checkpoints()]
    return [*(one.note for one in kept(workspace, COSIGNED)), *own][::-1]
