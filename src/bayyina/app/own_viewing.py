"""How somebody wants to look at violent material: how much a day, and when to be told to rest.

The wishes and the counts lie in one's own notes, which nobody else can open: nobody is measured
by how much they can bear. An item counts once a day, however often it is uncovered.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from bayyina.app.own_notes import Notes, change_notes, read_notes
from bayyina.app.permissions import sight
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError, PermissionRefusedError

VIEWS: Final = "download-evidence"
"""What one must be allowed to do to look at all."""

MOST: Final = 1_000
"""The highest number of items a day, and of minutes, that can be asked for."""

PAUSE: Final = timedelta(minutes=10)
"""After so long without looking at anything somebody has rested."""

_NOTES: Final = "viewing"


class Viewing(NamedTuple):
    """Somebody's wishes."""

    daily: int = 60
    """Items that are uncovered a day at most; 0: no limit."""

    minutes: int = 30
    """After so many minutes of looking a rest is proposed; 0: never."""

    is_veiled: bool = True
    """Whether pictures and films are blurred and grey until one asks for each."""

    is_muted: bool = True
    """Whether films begin without sound."""


class Looking(NamedTuple):
    """How somebody's day stands."""

    wishes: Viewing
    """What they asked for."""

    uncovered: int
    """Items that they uncovered today."""

    minutes: int
    """Minutes since they began, or last rested."""

    @property
    def is_over(self) -> bool:
        """Whether as much was uncovered as they wanted for a day."""
        return 0 < self.wishes.daily <= self.uncovered

    @property
    def needs_rest(self) -> bool:
        """Whether it is time for a rest."""
        return 0 < self.wishes.minutes <= self.minutes


def looking(workspace: Workspace) -> Looking:
    """How the day of the member at work stands.

    Raises:
        PermissionRefusedError: the member may not look at evidence.
    """
    sight(workspace, VIEWS)
    return _looking(_notes(read_notes(workspace)), workspace.clock.now())


def wish(workspace: Workspace, wishes: Viewing) -> None:
    """Keep how the member at work wants to look.

    Raises:
        InputError: a number is out of range.
        PermissionRefusedError: the member may not look at evidence.
    """
    sight(workspace, VIEWS)
    for value in (wishes.daily, wishes.minutes):
        if not 0 <= value <= MOST:
            raise InputError(f"Give a number from 0 to {MOST}; 0 is no limit.")
    change_notes(
        workspace,
        lambda notes: {**notes, _NOTES: {**_notes(notes), "wishes": wishes._asdict()}},
    )


def uncover(workspace: Workspace, item: str) -> Looking:
    """Count that an item is uncovered; how the day stands then.

    Raises:
        PermissionRefusedError: the member may not look at evidence, or as much was uncovered
            today as they wanted.
    """
    sight(workspace, VIEWS)
    now = workspace.clock.now()
    today = now.date().isoformat()

    def counted(notes: Notes) -> Notes:
        own = _notes(notes)
        items = [*_items(own, today)]
        if item not in items:
            if _looking(own, now).is_over:
                raise PermissionRefusedError(
                    "You have uncovered as much today as you wanted to.",
                    hint="Rest. The limit is yours to change, on the page of your viewing.",
                    code="viewing-limit",
                )
            items.append(item)
        begun, last = own.get("begun", ""), own.get("last", "")
        if not last or now - datetime.fromisoformat(last) > PAUSE:
            begun = now.isoformat()
        fresh = {"day": today, "items": items, "begun": begun, "last": now.isoformat()}
        return {**notes, _NOTES: {**own, **fresh}}

    return _looking(_notes(change_notes(workspace, counted)), now)


def _looking(own: dict[str, Any], now: datetime) -> Looking:
    wishes = Viewing(**own["wishes"]) if "wishes" in own else Viewing()
    minutes = 0
    if own.get("last") and now - datetime.fromisoformat(own["last"]) <= PAUSE:
        minutes = int((now - datetime.fromisoformat(own["begun"])).total_seconds() // 60)
    return Looking(wishes, len(_items(own, now.date().isoformat())), minutes)


def _items(own: dict[str, Any], today: str) -> list[str]:
    """Items that were uncovered today."""
    return list(own.get("items", ())) if own.get("day") == today else []


def _notes(notes: Notes) -> dict[str, Any]:
    return dict(notes.get(_NOTES, {}))
