"""The demonstration at full scale, and how soon the program answers.

python -m bench.demonstration
"""

from __future__ import annotations

import json
import statistics
import tempfile
from pathlib import Path

from bench.running import run_bayyina

LIMIT_SECONDS = 120
LIMIT_MB = 2048
LIMIT_HELP = 0.3
REPEATS = 5


def main() -> None:
    """Measure and print."""
    helped = statistics.median(run_bayyina("--help").seconds for _ in range(REPEATS))
    print(f"bayyina --help {helped:8.2f} s (limit {LIMIT_HELP}; looked at every 0.1 s)")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        shown = run_bayyina("demo", "--folder", str(Path(name) / "demo"), "--json")
    figures = json.loads(shown.output)["figures"]
    equal = sum(figure["equal"] for figure in figures)
    print(
        f"demo           {shown.seconds:8.1f} s (limit {LIMIT_SECONDS})   "
        f"peak {shown.peak_mb:6.0f} MiB (limit {LIMIT_MB})   {equal} of {len(figures)} figures equal"
    )


if __name__ == "__main__":
    main()
