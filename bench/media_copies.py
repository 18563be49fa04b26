"""How often regions of a photograph are said to be alike: as it is, and after copying on purpose.

``python -m bench.media_copies`` prints both; the first number stands in ``reference_rates.json``.
"""

from __future__ import annotations

import io
import random
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from bayyina.media.copied_regions import LARGEST, pairs_in
from bench.running import data_folder

SETS = ("exif-samples", "photoshop-jpegs", "c2pa-public-testfiles", "pdq", "proofmode")
COMPOSED = ("adobe-20220124-CII", "adobe-20220124-CICACACA")
"""Files whose makers say that they set one picture into another several times."""

SHORTEST = 300
SECONDS = 120.0


def photographs(root: Path) -> Iterator[tuple[str, Any]]:
    """Distinct photographs with their luminance, as large as fine structure is compared at."""
    seen: list[Any] = []
    for path in (path for name in SETS for path in sorted((root / name).rglob("*"))):
        if path.suffix.lower() not in (".jpg", ".jpeg", ".png") or path.name.startswith(COMPOSED):
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                picture = Image.open(path).convert("L")
        except (OSError, ValueError, SyntaxError):
            continue
        if min(picture.size) < SHORTEST:
            continue
        if max(picture.size) > LARGEST:
            picture = picture.reduce(2)
        small = np.asarray(picture.resize((8, 8)))
        print_of = (small > small.mean()).ravel()
        if any(np.count_nonzero(print_of != other) <= 6 for other in seen):
            continue
        seen.append(print_of)
        yield path.name, np.asarray(picture)


def with_copy(pixels: Any, seed: str) -> Any | None:
    """The photograph with a square copied within it, saved at quality 85; None for smooth ones."""
    chance = random.Random(seed)
    height, width = pixels.shape
    side = int(min(height, width) * chance.choice([0.15, 0.2, 0.25]))
    for _ in range(200):
        y, x, to_y, to_x = (chance.randrange(n - side) for n in (height, width, height, width))
        is_apart = abs(y - to_y) >= side or abs(x - to_x) >= side
        if is_apart and pixels[y : y + side, x : x + side].std() > 12:
            break
    else:
        return None
    made = pixels.copy()
    made[to_y : to_y + side, to_x : to_x + side] = pixels[y : y + side, x : x + side]
    saved = io.BytesIO()
    Image.fromarray(made).save(saved, "JPEG", quality=85)
    return np.asarray(Image.open(saved))


def main() -> None:
    """Print both rates, and the names of photographs that are flagged as they are."""
    folder = data_folder() / "evidence"
    if not folder.is_dir():
        sys.exit(f"{folder} is not there: nothing was measured.")
    flagged, found, copies, spent = [], 0, 0, []
    pictures = list(photographs(folder))
    for name, pixels in pictures:
        began = time.perf_counter()
        if pairs_in(pixels, 1, SECONDS)["pairs"]:
            flagged.append(name)
        spent.append(time.perf_counter() - began)
        made = with_copy(pixels, name)
        if made is not None:
            copies += 1
            found += bool(pairs_in(made, 1, SECONDS)["pairs"])
    print(f"flagged as they are   {len(flagged)} of {len(pictures)}  {', '.join(flagged)}")
    print(f"found after copying   {found} of {copies}")
    print(f"seconds a photograph  {np.median(spent):.1f} (median), {max(spent):.1f} (longest)")


if __name__ == "__main__":
    main()
