"""An account of burials gives the range of a week, and never a total."""

from __future__ import annotations

from dataclasses import fields

import pytest

from bayyina.errors import InputError
from bayyina.sites.throughput import CONTINUITIES, Account, throughput

ACCOUNT = Account((2, 2), (2, 2), (150, 600), "at-times", "six years")


def test_two_trucks_twice_a_week_are_600_to_2400_bodies_in_such_a_week() -> None:
    found = throughput(ACCOUNT)
    assert found.bodies_a_week == (600, 2400)
    assert found.loads_a_week == (4, 4)


@pytest.mark.parametrize("continuity", CONTINUITIES)
def test_no_total_is_computed_whatever_the_account_says(continuity: str) -> None:
    found = throughput(Account((2, 2), (2, 2), (150, 600), continuity, "six years"))
    assert found.total is None
    assert found.reasons
    assert len(found.reasons) == len(found.reasons_ar)
    numbers = [getattr(found, field.name) for field in fields(found)]
    assert max(max(n) for n in numbers if isinstance(n, tuple) and n and n[0] != str(n[0])) == 2400


def test_at_times_is_the_reason() -> None:
    assert "only at times" in throughput(ACCOUNT).reasons[0]
    assert "أحيانًا" in throughput(ACCOUNT).reasons_ar[0]


def test_parts_of_a_body_are_not_dropped_at_the_upper_end() -> None:
    found = throughput(Account((1, 1), (0.5, 1.5), (15, 15), "always"))
    assert found.bodies_a_week == (7, 23)


@pytest.mark.parametrize(
    "wrong",
    [
        ((2, 1), (2, 2), (150, 600), "always"),
        ((-1, 1), (2, 2), (150, 600), "always"),
        ((1, 1), (2, float("inf")), (150, 600), "always"),
        ((1, 1), (2, 2), (150, 600), "sometimes"),
    ],
)
def test_what_is_no_account_is_refused(wrong: tuple[object, ...]) -> None:
    with pytest.raises(InputError):
        Account(*wrong)  # type: ignore[arg-type]
