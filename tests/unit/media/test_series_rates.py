"""The shipped rates of the checks of a series are those that are measured on the public sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayyina.media.findings import reference_rates
from bench.media_series import series_rates, undisturbed_series

pytestmark = [pytest.mark.data, pytest.mark.slow]


def test_what_is_shipped_is_what_is_measured(evidence: Path) -> None:
    shipped = reference_rates()["methods"]
    measured = series_rates(evidence)
    assert {check: shipped[check] for check in measured} == measured
    assert set(measured) == {
        check for check in shipped if check.startswith(("series-order/", "series-structure/"))
    }


def test_the_set_is_one_series_as_its_words_say(evidence: Path) -> None:
    assert {name: len(shots) for name, shots in undisturbed_series(evidence).items()} == {
        "NIKON COOLPIX P6000": 9
    }
