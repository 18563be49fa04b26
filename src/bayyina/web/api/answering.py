"""The interface itself: who asks, refusals in words, the description in OpenAPI."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import InputStreamExhausted, MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from bayyina.app.workspace import Workspace
from bayyina.errors import BayyinaError, BusyError, KeyLockedError, PermissionRefusedError
from bayyina.web.at_work import server
from bayyina.web.faults import log_fault

VERSION: Final = "1"
"""Version of the interface; what it answers only grows under one version."""


CONFLICTS: Final = frozenset(
    {"already-judged", "conflicting-judgement", "joined-by-judgements", "joins-different-people"}
)
"""Codes of refusals because of what others, or the same member before, have recorded."""


class Token(HttpBearer):
    """A token in the header ``Authorization: Bearer ...``; sessions of browsers do not count."""

    def authenticate(self, request: HttpRequest, token: str) -> Workspace | None:
        """The workspace with the owner of the token at work; None refuses."""
        del request
        try:
            return server().with_token(token)
        except KeyLockedError:
            return None


api = NinjaAPI(
    title="Bayyina",
    version=VERSION,
    description=(
        "The use cases of a workspace as JSON. Every request carries a token that a member made "
        "for some actions; what the member may not do, their token may not do either."
    ),
    docs_url=None,
    urls_namespace="api",
    auth=Token(),
)


def at_work(request: HttpRequest) -> Workspace:
    """The workspace of a request that was let in."""
    workspace: Workspace = request.auth  # type: ignore[attr-defined]
    return workspace


def refusal(
    request: HttpRequest, status: int, code: str, message: str, hint: str = ""
) -> HttpResponse:
    """A refusal as a document."""
    answer: dict[str, Any] = {"error": {"code": code, "message": message, "hint": hint}}
    return api.create_response(request, answer, status=status)


def no_such_address(request: HttpRequest, rest: str) -> HttpResponse:
    """What is below ``/api/`` and is no address of the interface."""
    del rest
    return refusal(
        request,
        404,
        "no-such-address",
        "The interface has no such address.",
        "GET /api/v1/openapi.json lists them.",
    )


@api.exception_handler(BayyinaError)
def refused(request: HttpRequest, error: BayyinaError) -> HttpResponse:
    """An error raised on purpose."""
    status = 400
    if isinstance(error, PermissionRefusedError):
        status = 403
    elif isinstance(error, BusyError) or error.code in CONFLICTS:
        status = 409
    elif error.code.startswith("no-such-"):
        status = 404
    return refusal(request, status, error.code, error.message, error.hint)


@api.exception_handler(AuthenticationError)
def not_let_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No token, or none that holds: the same answer for all reasons."""
    del error
    answer = refusal(
        request,
        401,
        "no-token",
        "The request carries no token that holds.",
        "Send the header Authorization: Bearer TOKEN; bayyina tokens make gives one.",
    )
    answer["WWW-Authenticate"] = 'Bearer realm="bayyina"'
    return answer


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A request whose shape does not fit; says where, and repeats nothing of what was sent."""
    places = sorted({_place(one.get("loc", ())) for one in error.errors})
    return refusal(
        request, 422, "bad-request", f"The request does not fit at: {', '.join(places)}.",
        "GET /api/v1/openapi.json describes every request.",
    )  # fmt: skip


def _place(loc: Sequence[object]) -> str:
    """Where in a request something does not fit, as who sent it names it: ``reason``, ``query``.

    The library says first where it looked (``body``, ``query``), and of a body that is one document
    then the name that the function gives it.
    """
    parts = [str(one) for one in loc]
    where, rest = (parts or ["request"])[0], parts[1:]
    if where == "body" and rest[:1] == ["body"]:
        rest = rest[1:]
    return ".".join(rest) or f"the {where}"


@api.exception_handler(HttpError)
def malformed(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A request that could not even be read, such as a body that is no JSON."""
    return refusal(request, error.status_code, "bad-request", "The request cannot be read.")


@api.exception_handler(MultiPartParserError)
@api.exception_handler(InputStreamExhausted)
@api.exception_handler(BadRequest)
@api.exception_handler(SuspiciousOperation)
def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """A body that breaks its own format, or is larger than the server takes."""
    status = 413 if isinstance(error, RequestDataTooBig) else 400
    return refusal(request, status, "bad-request", "The request cannot be read.")


@api.exception_handler(Exception)
def failed(request: HttpRequest, error: Exception) -> HttpResponse:
    """A fault of the program: where it was goes to the server's log, nothing of the data."""
    log_fault("The interface", error)
    return refusal(request, 500, "fault", "The server failed; nothing was half-written.")
