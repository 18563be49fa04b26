"""Drawing a Vega-Lite specification in this process: our fonts, no address, the same bytes."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import vl_convert

from bayyina.errors import InputError
from bayyina.typeset.fonts import font_folders

_SVG_ROOT = re.compile(r'<svg ([^>]*?)width="([0-9.]+)" height="([0-9.]+)"')


def drawn(specification: dict[str, Any]) -> str:
    """The SVG of a specification; its size is a preference only, and lines run as they are drawn.

    Raises:
        InputError: it could not be drawn.
    """
    register_fonts()
    try:
        svg = vl_convert.vegalite_to_svg(specification, allowed_base_urls=[])
    except ValueError as error:
        raise InputError("The chart could not be drawn.") from error
    return _SVG_ROOT.sub(r'<svg \1direction="ltr" width="\2" height="\3"', svg, count=1)


@cache
def register_fonts() -> None:
    """Make our fonts known to the drawing library, once."""
    for folder in font_folders():
        vl_convert.register_font_directory(str(folder))
