"""One request to one address that an operator named, with bounds on time and size."""

# ruff: noqa: TID251 - this package is where networks are contacted
from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from bayyina.errors import InputError

SECONDS: Final = 30.0
"""Longest wait for an answer."""

MOST_BYTES: Final = 1 << 20
"""Longest answer that is read."""


class RemoteRefusedError(InputError):
    """A configured address cannot be reached, or refused."""

    code = "remote-refused"

    def __init__(self, message: str, *, status: int = 0, body: bytes = b"", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.body = body


def post(url: str, data: bytes, headers: Mapping[str, str]) -> bytes:
    """The answer to a request; no redirection is followed.

    Args:
        url: The address, http or https.
        data: What is sent.
        headers: Such as ``Content-Type``.

    Raises:
        InputError: the address is none.
        RemoteRefusedError: it cannot be reached, refused, or its answer is too long.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise InputError(f"{url} is not an address to ask.", hint="It begins with https://.")
    request = urllib.request.Request(url, data=data, headers=dict(headers), method="POST")  # noqa: S310
    opener = urllib.request.build_opener(_NoRedirection)
    try:
        with opener.open(request, timeout=SECONDS) as answer:
            body: bytes = answer.read(MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        text = error.read(MOST_BYTES)
        raise RemoteRefusedError(
            f"{url} refused: {error.code} {error.reason}.", status=error.code, body=text
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise RemoteRefusedError(
            f"{url} cannot be reached: {reason}.",
            hint="Check the address and the connection; the request can also be saved to a file.",
        ) from error
    if len(body) > MOST_BYTES:
        raise RemoteRefusedError(f"The answer of {url} is too long.")
    return body


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    """Asks nobody but the address that was named."""

    def redirect_request(self, *_arguments: object, **_settings: object) -> None:
        """Follow nothing."""
