"""How often the checks of a series name a photograph of an undisturbed series of one camera.

``python -m bench.media_series`` prints the table; ``bench.media --rates`` takes its numbers.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from bayyina.media.inspecting import inspect_files
from bayyina.media.series import SeriesCollector, Shot, looked_at, series_findings
from bench.running import data_folder


def camera_files(root: Path) -> list[Path]:
    """Files of cameras that nobody is known to have altered; their history is not documented."""
    folder = root / "photoshop-jpegs"
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    chosen = [folder / entry["file"] for entry in index if entry["group"] == "camera"]
    left_out = {"invalid", "tests", "xmp", "orientation", "gps"}
    names = {"Canon_40D_photoshop_import.jpg", "PaintTool_sample.jpg", "Canon_40D.jpg"}
    chosen += [
        path
        for path in sorted((root / "exif-samples").rglob("*.jp*g"))
        if path.parent.name not in left_out and path.name not in names
    ]
    return [path for path in chosen if path.is_file()]


def series_files(root: Path) -> list[Path]:
    """Photographs that may make a series of one camera and that nobody is known to have altered.

    Files that a program of pictures wrote are no undisturbed series: the five of a FinePix S2
    Pro that Photoshop saved, among them, are left out.
    """
    return [*camera_files(root), *sorted((root / "exif-samples" / "gps").glob("*.jpg"))]


def undisturbed_series(root: Path) -> dict[str, list[Shot]]:
    """The series of one camera in the public sets, by the camera's name."""
    collector = SeriesCollector()
    for place, report in enumerate(inspect_files(series_files(root))):
        collector.add(place, report)
    return collector.series()


def series_rates(root: Path) -> dict[str, Any]:
    """How many photographs of undisturbed series each check names, of those it looks at."""
    files: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for camera, shots in undisturbed_series(root).items():
        files.update(looked_at(shots))
        found = {
            (place, seen.method, seen.sentence) for place, seen in series_findings(camera, shots)
        }
        named.update(f"{method}/{sentence}" for _, method, sentence in found)
    return {
        check: {
            "set": "one-series" if count else "no-series",
            "files": count,
            "flagged": named[check],
        }
        for check, count in files.items()
    }


def series_table() -> None:
    """The checks of a series, on the undisturbed series of one camera that are at hand."""
    root = data_folder() / "evidence"
    sizes = {camera: len(shots) for camera, shots in undisturbed_series(root).items()}
    print(f"\nUndisturbed series of one camera in the public sets: {sizes}")
    print("  check                        named of looked at   bound (rule of three)")
    for check, rate in series_rates(root).items():
        count = rate["files"]
        said = f"{rate['flagged']} of {count}" if count else "no series to measure on"
        bound = f"{min(3 / count, 1):.0%}" if count and not rate["flagged"] else "-"
        print(f"  {check:28} {said:>24} {bound:>8}")


if __name__ == "__main__":
    series_table()
