"""Learn which letters follow which in names, and write ``names/data/*.letters.txt``.

    python scripts/learn_name_letters.py --data ../shared/data/linkage/arabic

From the same files as ``learn_name_weights``, once for each script. What is written are
logarithms of chances of a letter after the two before it, after one, and alone; no name.
Our own lists count 25 times, because the files hold mostly names from elsewhere.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bayyina.names.lexicon import read_lists
from scripts.learn_name_weights import DATA, anetac, google

OWN = 25
RARE = 3


def chances(words: Iterable[tuple[str, int]]) -> list[str]:
    """Lines: letters before, letter, logarithm of the chance; ^ and $ are a word's edges."""
    seen: Counter[tuple[str, str]] = Counter()
    for word, times in words:
        edged = f"^^{word}$"
        for place in range(2, len(edged)):
            for before in (edged[place - 2 : place], edged[place - 1], ""):
                seen[before, edged[place]] += times
    totals: Counter[str] = Counter()
    for (before, _), count in seen.items():
        totals[before] += count
    return [
        f"{before}\t{letter}\t{math.log(count / totals[before]):.2f}"
        for (before, letter), count in sorted(seen.items())
        if count >= RARE or not before
    ]


def main() -> None:
    """Read, count, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    folder: Path = parser.parse_args().data
    pairs = google(folder / "google_ar2en_train.txt") + google(folder / "google_ar2en_eval.txt")
    pairs += anetac(folder / "anetac_en_ar_named_entities.tsv")
    own = read_lists()
    sides = {
        "arabic": [(a, 1) for a, _ in pairs] + [(a, OWN) for entry in own for a in entry.arabic],
        "latin": [(b, 1) for _, b in pairs] + [(b, OWN) for entry in own for b in entry.latin],
    }
    for name, words in sides.items():
        lines = chances(words)
        head = "# Chances of letters in names, made by scripts/learn_name_letters.py: numbers, no name."
        text = "\n".join((head, *lines)) + "\n"
        (DATA / f"{name}.letters.txt").write_text(text, encoding="utf-8")
        print(f"{name}: {len(lines)} chances")


if __name__ == "__main__":
    main()
