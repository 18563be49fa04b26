"""A drawing as pixels."""

from __future__ import annotations

from typing import Final

import vl_convert

from bayyina.errors import InputError
from bayyina.typeset.vega import register_fonts

SCALE: Final = 2.0
"""Pixels for each unit of the SVG."""


def svg_png(svg: str) -> bytes:
    """An SVG of this program as PNG, two pixels for each of its units.

    Raises:
        InputError: it could not be drawn.
    """
    register_fonts()
    try:
        return bytes(vl_convert.svg_to_png(svg, scale=SCALE))
    except ValueError as error:
        raise InputError("The chart could not be drawn.", code="not-drawn") from error
