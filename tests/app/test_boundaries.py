"""Boundaries of one's own: drawn when they are there, refused in words when they are none."""

from __future__ import annotations

import json

import pytest

from bayyina.app.boundaries import FILE, read_boundaries
from bayyina.errors import SmallFileError
from tests.app.conftest import Bench

RING = [[36.1, 33.4], [36.4, 33.4], [36.4, 33.6], [36.1, 33.4]]


def feature(kind: str, coordinates: object, **said: str) -> dict[str, object]:
    shape = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": said, "geometry": shape}


def test_areas_of_a_file_are_read_and_other_shapes_left_out(bench: Bench) -> None:
    assert read_boundaries(bench.amal) == ()
    features = [
        feature("Polygon", [RING], name="خط خيالي"),
        feature("MultiPolygon", [[RING], [RING, RING]]),
        feature("Point", [36.1, 33.4], name="left out"),
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    (bench.amal.folder / FILE).write_text(text, encoding="utf-8-sig")
    areas = read_boundaries(bench.amal)
    assert [(one.code, len(one.rings)) for one in areas] == [("خط خيالي", 1), ("2", 3)]
    assert areas[0].rings[0][0] == (33.4, 36.1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("FICTIONAL", "cannot be read"),
        ("[]", "no collection"),
        (json.dumps({"features": [feature("Polygon", [[[4e5, 3.7e6]] * 4])]}), "not in degrees"),
        (json.dumps({"features": [feature("Polygon", [[["x"]] * 4])]}), "a point that is none"),
        (json.dumps({"features": [feature("Polygon", [RING[:2]])]}), "closes nothing"),
        (json.dumps({"features": [feature("Polygon", [[[10**400, 1]] * 4])]}), "that is none"),
        ('{"features": [' + "[" * 100_000, "cannot be read"),
        (
            json.dumps({"features": [feature("Polygon", [[[float("nan"), 1]] * 4])]}),
            "not in degrees",
        ),
    ],
)
def test_what_is_no_boundary_is_told(bench: Bench, text: str, told: str) -> None:
    (bench.amal.folder / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(SmallFileError, match=told):
        read_boundaries(bench.amal)


def test_a_name_that_is_no_text_stops_no_page(bench: Bench) -> None:
    text = json.dumps({"features": [feature("Polygon", [RING], name="\ud800 FICT")]})
    (bench.amal.folder / FILE).write_text(text, encoding="utf-8")
    assert read_boundaries(bench.amal)[0].code == "? FICT"
