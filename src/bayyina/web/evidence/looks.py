"""Looks at items that are under way: in the session, each with its end."""

from __future__ import annotations

import time
from typing import Final

from django.http import HttpRequest

from bayyina.errors import PermissionRefusedError

LOOKS: Final = "looks"
"""Entry of the session with the items whose bytes may be shown, and until when."""

LOOK_SECONDS: Final = 15 * 60
"""So long one logged look lasts."""


def may_still_look(request: HttpRequest, short_id: str) -> bool:
    """Whether a look at an item that was logged still lasts."""
    return bool(request.session.get(LOOKS, {}).get(short_id, 0) > time.time())


def refuse_unlooked(request: HttpRequest, short_id: str) -> None:
    """Refuse somebody who did not say why they look.

    Raises:
        PermissionRefusedError: no look that was logged still lasts.
    """
    if not may_still_look(request, short_id):
        raise PermissionRefusedError(
            "No look at this item is under way.", hint="Say on its page why you look at it."
        )


def keep_look(request: HttpRequest, short_id: str) -> None:
    """Remember that a look at an item was logged now."""
    now = time.time()
    looks = {key: until for key, until in request.session.get(LOOKS, {}).items() if until > now}
    request.session[LOOKS] = looks | {short_id: now + LOOK_SECONDS}
