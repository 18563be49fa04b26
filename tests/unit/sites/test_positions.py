"""What may be told of a position is the same every time, and far enough from it to say little."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayyina.sites.positions import (
    GRID_DEGREES,
    Position,
    distance_km,
    publishable_position,
    read_position,
    write_position,
)

LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)


def test_distances_that_are_known() -> None:
    paris, london = Position(48.8566, 2.3522), Position(51.5074, -0.1278)
    assert distance_km(paris, london) == pytest.approx(343.6, abs=0.5)
    assert distance_km(paris, paris) == 0
    quarter = distance_km(Position(0, 0), Position(0, 90))
    assert quarter == pytest.approx(math.pi / 2 * 6371.0088)
    assert distance_km(Position(0, 179.9), Position(0, -179.9)) == pytest.approx(22.24, abs=0.01)


@given(LATITUDES, LONGITUDES)
def test_all_positions_of_a_cell_are_told_alike(latitude: float, longitude: float) -> None:
    told = publishable_position(Position(latitude, longitude), None)
    assert told is not None
    assert told.of == "grid"
    again = publishable_position(told.position, None)
    assert again == told
    half = GRID_DEGREES / 2 + 1e-6
    assert abs(told.position.latitude - latitude) <= half
    assert abs(told.position.longitude - longitude) <= half
    assert -90 <= told.position.latitude <= 90


@given(LATITUDES, LONGITUDES)
def test_where_a_district_is_known_the_position_itself_plays_no_part(
    latitude: float, longitude: float
) -> None:
    middle = Position(33.8, 36.9)
    one = publishable_position(Position(latitude, longitude), middle)
    assert one == publishable_position(None, middle)


def test_nothing_is_told_where_nothing_is_known() -> None:
    assert publishable_position(None, None) is None
    assert read_position("nowhere") is None
    assert read_position(None) is None
    assert read_position("a|b") is None
    assert read_position(write_position(Position(-1.5, 20.25))) == Position(-1.5, 20.25)
