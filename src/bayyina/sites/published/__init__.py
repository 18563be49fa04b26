"""Site files of the five sites near Damascus that associations and the press have named.

They hold what was said in public and by whom, the sub-district of a town at most, and no
position. What is not known stands in them as not known.
"""

from __future__ import annotations

from pathlib import Path

SUFFIX = ".site.geojson"
"""How the names of site files end."""


def published_sites() -> tuple[Path, ...]:
    """The shipped site files, in order of their names."""
    return tuple(sorted(Path(__file__).parent.glob(f"*{SUFFIX}")))
