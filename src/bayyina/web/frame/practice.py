"""The panel beside every page of a practice workspace: what to do next, and what was done."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest

from bayyina.app.practice_steps import JOURNEYS, Journey, StepState, journey_state
from bayyina.app.practising import Practice, practice_of
from bayyina.web.at_work import server
from bayyina.web.frame.asking import Asking, asking

CHOSEN: Final = "practice"
"""Cookie with the journey somebody is on; it says where to look, never what was done."""


OWN: Final = "/practice/"
"""Pages that show the steps themselves."""


def practice_here() -> Practice | None:
    """The practice of the workspace that is served; None where it is for real work."""
    running = server()
    return practice_of(running.equipment.folder) if running.is_fictional else None


def chosen(request: HttpRequest) -> Journey | None:
    """The journey somebody is on."""
    return JOURNEYS.get(request.COOKIES.get(CHOSEN, ""))


def panel(request: HttpRequest) -> dict[str, Any]:
    """What templates need of the practice; nothing but a word where there is none."""
    practice = practice_here()
    if practice is None:
        return {"is_practice": False}
    who, journey = asking(request), chosen(request)
    if who.workspace is None or journey is None or request.path.startswith(OWN):
        return {"is_practice": True, "practice_panel": None}
    return {"is_practice": True, "practice_panel": shown(who, practice, journey)}


def shown(who: Asking, practice: Practice, journey: Journey) -> dict[str, Any]:
    """A journey with the state of each step, and the step that comes next."""
    steps = [_step(who, journey, one) for one in journey_state(who.at_work, practice, journey)]
    waiting = [one for one in steps if not one["done"]]
    return {
        "name": journey.name,
        "title": who.says(f"practice_{journey.name}"),
        "steps": steps,
        "next": waiting[0] if waiting else None,
        "done": len(steps) - len(waiting),
        "of": len(steps),
    }


def _step(who: Asking, journey: Journey, one: StepState) -> dict[str, Any]:
    key = f"practice_{journey.name}_{one.name}"
    return {
        "name": one.name,
        "title": who.says(key),
        "how": who.says(f"{key}_how"),
        "person": one.person,
        "is_other": bool(one.person) and one.person != who.at_work.member.handle,
        "path": one.path,
        "done": one.done,
    }
