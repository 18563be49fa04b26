"""Limits of one's own on looking at violent material: counted once an item, kept for nobody else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from bayyina.app.own_viewing import Viewing, looking, uncover, wish
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError, PermissionRefusedError
from tests.app.conftest import Bench

MORNING = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@dataclass
class At:
    """A clock that stands."""

    time: datetime

    def now(self) -> datetime:
        return self.time


def at(workspace: Workspace, minutes: int) -> Workspace:
    return replace(workspace, clock=At(MORNING + timedelta(minutes=minutes)))


def test_a_day_has_the_limit_that_somebody_set(bench: Bench) -> None:
    wish(at(bench.amal, 0), Viewing(daily=2))
    assert uncover(at(bench.amal, 0), "A").uncovered == 1
    assert uncover(at(bench.amal, 1), "A").uncovered == 1  # the same picture once more
    assert uncover(at(bench.amal, 2), "B").is_over
    with pytest.raises(PermissionRefusedError, match="as much today"):
        uncover(at(bench.amal, 3), "C")
    assert uncover(at(bench.amal, 3), "B").uncovered == 2
    badr = bench.member("badr", "verifier")
    assert looking(at(badr, 3)) == (Viewing(), 0, 0)
    assert uncover(at(bench.amal, 24 * 60), "C").uncovered == 1
    wish(at(bench.amal, 24 * 60), Viewing(daily=0))
    for item in range(100):
        uncover(at(bench.amal, 24 * 60), str(item))


def test_a_rest_is_proposed_after_a_while_and_begins_the_count_anew(bench: Bench) -> None:
    wish(bench.amal, Viewing(minutes=20))
    for minute in (0, 8, 16, 24):
        day = uncover(at(bench.amal, minute), str(minute))
        assert (day.minutes, day.needs_rest) == (minute, minute >= 20)
    assert looking(at(bench.amal, 40)).minutes == 0
    assert not uncover(at(bench.amal, 40), "x").needs_rest


def test_wishes_are_numbers_that_make_sense_and_looking_takes_the_right(bench: Bench) -> None:
    for wrong in (Viewing(daily=-1), Viewing(minutes=1_001)):
        with pytest.raises(InputError):
            wish(bench.amal, wrong)
    viewer = bench.member("viewer", "viewer")
    for attempt in (looking, lambda one: uncover(one, "A"), lambda one: wish(one, Viewing())):
        with pytest.raises(PermissionRefusedError):
            attempt(viewer)
