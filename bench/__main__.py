"""``make bench``: everything that is measured, one after the other."""

from __future__ import annotations

import runpy
import sys

PARTS = (
    "bench.bundle",
    "bench.custody",
    "bench.claims",
    "bench.demonstration",
    "bench.estimation",
    "bench.figures",
    "bench.orm",
    "bench.imports",
    "bench.linkage",
    "bench.linked_estimates",
    "bench.media",
    "bench.media_copies",
    "bench.names",
    "bench.pairs",
    "bench.permissions",
    "bench.reports",
    "bench.scan",
    "bench.sealing",
    "bench.sites",
    "bench.vault",
    "bench.web",
)


def main() -> None:
    """Run every part; arguments are not passed on."""
    sys.argv = sys.argv[:1]
    for part in PARTS:
        print(f"\n{part}", flush=True)
        runpy.run_module(part, run_name="__main__")


if __name__ == "__main__":
    main()
