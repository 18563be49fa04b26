"""Decisions that somebody signs without a workspace: what is asked, and what exactly is signed.

Inside a workspace a decision is signed together with the number and the salt of its row. Somebody
outside knows neither, so they sign the request that they answer (16 random bytes that the workspace
has drawn and takes one answer to), with the workspace, the record, what was said about it, the
decision, its grounds and their own key. The row then holds all that is needed to check it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bayyina.custody.canonical import canonical_json
from bayyina.errors import InputError
from bayyina.keys.signing import OUTSIDE, is_signed, sign

VERSION: Final = 1

REQUEST: Final = "bayyina-decision-request"
"""Says that a file asks for a decision."""

ANSWER: Final = "bayyina-decision-answer"
"""Says that a file answers one."""

FIELDS: Final = (
    "origin",
    "asked",
    "record",
    "seen",
    "decision",
    "standard",
    "rules",
    "lines",
    "conditions",
    "key",
)
"""What a request states, and an answer repeats: the log's origin; the request; the record's number;
the digest of what was said about it; what is decided under which standard, with the digest of its
rules; the lines of evidence and conditions; the reviewer's public key (hex)."""


def answer_body(asked: Mapping[str, Any], verdict: str, reasons: str) -> bytes:
    """The canonical bytes that a reviewer signs: the request with their verdict and reasons."""
    content = {name: asked[name] for name in FIELDS}
    content |= {"version": VERSION, "verdict": verdict, "reasons": reasons}
    return canonical_json(content)


def request_body(asked: Mapping[str, Any]) -> bytes:
    """The canonical bytes that whoever asks signs."""
    return canonical_json({"version": VERSION, **{name: asked[name] for name in FIELDS}})


def body_of_row(
    *,
    origin: str,
    record: int,
    decision: str,
    verdict: str,
    standard: str,
    reasons: str,
    key: bytes,
) -> bytes | None:
    """What was signed for a row of the log; None where it was signed inside the workspace.

    ``reasons`` is the column, whose JSON holds the grounds.
    """
    try:
        said = json.loads(reasons)
    except ValueError:
        return None
    if not isinstance(said, dict) or not said.get("asked"):
        return None
    asked = {
        "origin": origin,
        "asked": said["asked"],
        "record": record,
        "seen": said.get("seen", ""),
        "decision": decision,
        "standard": standard,
        "rules": said.get("standard", ""),
        "lines": said.get("lines", []),
        "conditions": said.get("conditions", []),
        "key": key.hex(),
    }
    return answer_body(asked, verdict, str(said.get("reasons", "")))


def signed_request(asked: Mapping[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """The file that is sent to a reviewer, signed by whoever asks."""
    return {
        "format": REQUEST,
        "version": VERSION,
        **{name: asked[name] for name in FIELDS},
        "asked_by": key.public_key().public_bytes_raw().hex(),
        "signature": sign(key, OUTSIDE, request_body(asked)).hex(),
    }


def signed_answer(
    request: Mapping[str, Any], key: Ed25519PrivateKey, *, verdict: str, reasons: str
) -> dict[str, Any]:
    """The reviewer's answer to a request, signed with their own key.

    Raises:
        InputError: it is no request, was changed since it was signed, asks for somebody else's
            key, or there are no reasons.
    """
    check_request(request)
    if key.public_key().public_bytes_raw().hex() != request["key"]:
        raise InputError(
            "The request asks for a decision with another key than this one.",
            hint="Sign with the key whose public half you gave the workspace.",
        )
    if verdict not in ("for", "against") or not reasons.strip():
        raise InputError("A decision needs its reasons.", hint="Say why in a sentence.")
    body = answer_body(request, verdict, reasons)
    return {
        "format": ANSWER,
        "version": VERSION,
        **{name: request[name] for name in FIELDS},
        "verdict": verdict,
        "reasons": reasons,
        "signature": sign(key, OUTSIDE, body).hex(),
    }


def check_request(request: Mapping[str, Any]) -> None:
    """Refuse what is no request, or is not as whoever asks signed it.

    Raises:
        InputError: it is not.
    """
    _check_form(request, REQUEST, "asked_by")
    signature, key = _hex(request["signature"]), _hex(request["asked_by"])
    if not is_signed(key, OUTSIDE, request_body(request), signature):
        raise InputError(
            "The request was changed since it was signed.", hint="Ask for it to be sent again."
        )


def check_answer(answer: Mapping[str, Any]) -> None:
    """Refuse what is no answer, or is not as the reviewer signed it.

    Raises:
        InputError: it is not.
    """
    _check_form(answer, ANSWER, "verdict", "reasons")
    if answer["verdict"] not in ("for", "against") or not str(answer["reasons"]).strip():
        raise InputError("The answer has no verdict, or no reasons.", hint="Ask for another one.")
    body = answer_body(answer, answer["verdict"], answer["reasons"])
    if not is_signed(_hex(answer["key"]), OUTSIDE, body, _hex(answer["signature"])):
        raise InputError(
            "The signature under the answer does not hold: it was changed, or made with another key.",
            hint="Ask the reviewer to sign the request again.",
            code="signature",
        )


def _check_form(document: Mapping[str, Any], form: str, *more: str) -> None:
    wanted = {"format", "version", "signature", *FIELDS, *more}
    sound = (
        isinstance(document, dict)
        and document.get("format") == form
        and document.get("version") == VERSION
        and set(document) == wanted
        and isinstance(document["record"], int)
        and not isinstance(document["record"], bool)
        and all(_is_grounds(document[name]) for name in ("lines", "conditions"))
        and all(
            isinstance(document[name], str)
            for name in wanted - {"version", "record", "lines", "conditions"}
        )
    )
    if not sound:
        what = "a request for a decision" if form == REQUEST else "an answer to one"
        raise InputError(f"The file is not {what}.", hint="`bayyina decide` writes such files.")


def _is_grounds(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, dict)
        and set(one) == {"name", "cites", "origin"}
        and all(isinstance(text, str) for text in one.values())
        for one in value
    )


def _hex(text: object) -> bytes:
    try:
        return bytes.fromhex(str(text))
    except ValueError:
        return b""
