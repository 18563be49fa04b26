"""Maps: circles in proportion, names apart from each other, blurred sites that look blurred."""

from __future__ import annotations

import math
import re
from itertools import combinations

import pytest

from bayyina.model.places import Gazetteer
from bayyina.typeset.map_outlines import Area, Window, area_window, clipped
from bayyina.typeset.maps import MapMark, MapSite, PlaceMap, map_svg, outline_source

GOVERNORATES = [f"SY{number:02}" for number in range(1, 15)]


def marks(lang: str, *values: int) -> tuple[MapMark, ...]:
    """A circle for each governorate."""
    places = [Gazetteer.load().get(code) for code in GOVERNORATES]
    return tuple(
        MapMark(place.label(lang), place.lat, place.lon, value, str(value))
        for place, value in zip(places, values or range(10, 150, 10), strict=False)
        if place is not None and place.lat is not None and place.lon is not None
    )


def boxes(svg: str) -> list[tuple[float, float, float, float]]:
    """Where texts stand, by the letters that they hold."""
    found = []
    for x, y, text in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>', svg):
        wide = 4.5 * len(text)
        found.append((float(x) - wide / 2, float(y) - 9, float(x) + wide / 2, float(y)))
    return found


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_names_do_not_run_into_each_other_and_stay_on_the_map(lang: str) -> None:
    svg = map_svg(PlaceMap(lang, marks(lang)))
    width, height = (float(v) for v in re.findall(r'viewBox="0 0 (\d+) (\d+)"', svg)[0])
    placed = boxes(svg)
    assert len(placed) == 2 * len(GOVERNORATES) + 1
    for one, other in combinations(placed, 2):
        wide = min(one[2], other[2]) - max(one[0], other[0])
        high = min(one[3], other[3]) - max(one[1], other[1])
        assert wide <= 0 or high <= 0, (one, other)
    assert all(x0 >= 0 and y0 >= -1 and x1 <= width and y1 <= height for x0, y0, x1, y1 in placed)


def test_the_area_of_a_circle_is_in_proportion() -> None:
    svg = map_svg(PlaceMap("en", marks("en", 100, 25)))
    one, other = (float(r) for r in re.findall(r'<circle [^>]*r="([\d.]+)" fill="#0b3c5d"', svg))
    assert math.isclose(one / other, 2, rel_tol=0.02)


def test_zero_has_no_circle_and_what_is_possible_is_a_ring() -> None:
    place = Gazetteer.load().get("SY04")
    assert place is not None
    mark = MapMark("Homs", place.lat or 0, place.lon or 0, 0, "0", 5)
    svg = map_svg(PlaceMap("en", (mark,)))
    assert svg.count("<circle") == 1
    assert 'fill="none" stroke="#1a1a1a"' in svg


def test_a_withheld_site_is_a_dashed_circle_and_another_a_square() -> None:
    sites = (MapSite("One", 33.7, 36.6, True), MapSite("Two", 34.6, 38.3, False))
    svg = map_svg(PlaceMap("en", (), sites))
    assert svg.count("stroke-dasharray") == 1
    assert svg.count('width="8" height="8"') == 1


def test_texts_are_escaped_and_the_same_map_gives_the_same_bytes() -> None:
    plan = PlaceMap("ar", (MapMark("<script>&", 34.0, 37.0, 3, "3"),), kilometres="كم")
    svg = map_svg(plan)
    assert svg == map_svg(plan)
    assert "<script>" not in svg
    assert "&lt;script&gt;&amp;" in svg
    assert "كم" in svg


def test_places_beyond_the_outlines_widen_the_map() -> None:
    svg = map_svg(PlaceMap("en", (MapMark("Beirut", 33.9, 35.5, 3, "3"),)))
    x, y = (float(v) for v in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg)[0])
    assert x >= 0
    assert y >= 0


def test_the_outlines_say_where_they_come_from() -> None:
    assert "Natural Earth" in outline_source()
    assert "public domain" in outline_source()


def test_a_place_in_another_country_is_drawn_on_the_countries_around_it() -> None:
    khartoum = MapMark("Khartoum", 15.5, 32.55, 3, "3")
    svg = map_svg(PlaceMap("en", (khartoum,)))
    x, y = (float(v) for v in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg)[0])
    width, height = (float(v) for v in re.findall(r'viewBox="0 0 (\d+) (\d+)"', svg)[0])
    assert 0 < x < width
    assert 0 < y < height < 1.2 * width
    assert svg.count("<path d=") > 1
    assert len(svg) < 20_000
    far = map_svg(PlaceMap("en", (khartoum, MapMark("Lima", -12.0, -77.0, 2, "2"))))
    assert far.count("<path d=") > 100
    assert len(far) < 150_000


def test_a_window_shows_a_part_and_boundaries_of_ones_own_lie_over_it() -> None:
    damascus = area_window("SY01")
    assert damascus is not None
    assert area_window("SY99") is None
    assert area_window("729") is not None  # Sudan, by its ISO number
    ring = ((33.4, 36.2), (33.6, 36.2), (33.6, 36.4), (33.4, 36.2))
    own = PlaceMap(
        "en", marks("en")[:1], (), "km", damascus.widened(0.1, 0.0), (Area("x", (ring,)),)
    )
    svg = map_svg(own)
    assert 'stroke="#555b61" stroke-width="0.8"' in svg
    assert re.search(r">(1|2|5|10) km<", svg)


def test_clipping_keeps_what_lies_inside() -> None:
    window = Window(0, 0, 10, 10)
    inside = clipped(((-5, -5), (-5, 5), (5, 5), (5, -5)), window)
    assert set(inside) == {(0, 5), (5, 5), (5, 0), (0, 0)}
    assert clipped(((20, 20), (20, 30), (30, 30)), window) == ()
