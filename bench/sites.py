"""When was the ground disturbed: accuracy on labelled and made series, false alarms, speed.

``python -m bench.sites [--only opera|made|speed]``. Data is found by BAYYINA_TEST_DATA. Where it
is absent the part that needs it says so and is left out.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from bench import sites_made, sites_opera, sites_speed

REPOSITORY = Path(__file__).parents[1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=["opera", "made", "speed"])
    only = parser.parse_args().only
    shared = Path(os.environ.get("BAYYINA_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
    folder = shared / "satellite"
    if only in (None, "opera"):
        _with(folder / "opera_dist_2024", sites_opera.report)
    if only in (None, "made"):
        _with(folder, sites_made.report)
    if only in (None, "speed"):
        sites_speed.report()


def _with(folder: Path, report: Callable[[Path], None]) -> None:
    if not folder.is_dir():
        print(f"{folder.name} is not there; set BAYYINA_TEST_DATA. This part is left out.")
        return
    report(folder)


if __name__ == "__main__":
    main()
