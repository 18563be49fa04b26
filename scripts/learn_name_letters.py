"""Learn which letters follow which in names, and which groups are Arabic; write ``names/data/*.letters.txt``.

    python scripts/learn_name_letters.py --data ../shared/data/linkage/arabic

From the same files as ``learn_name_weights``, once for each script. What is written are
logarithms of chances of a letter after the two before it, after one, and alone; no name.
Our own lists count 25 times, because the files hold mostly names from elsewhere.

``origins.letters.txt`` holds logarithms of how much commoner groups of letters are in our lists of
Arabic names than in the words of google_ar2en that are not in them.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bayyina.names.lexicon import read_lists
from bayyina.names.origins import groups_of
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


def origins(arabic: Iterable[str], mixed: Iterable[str]) -> list[str]:
    """Lines: a group of letters, the logarithm of its share in the first words to that in the second."""
    ours, theirs = (
        Counter(group for word in words for group in groups_of(word)) for words in (arabic, mixed)
    )
    own, all_others = ours.total(), theirs.total()
    lines = []
    for group in sorted({*ours, *theirs}):
        if ours[group] + theirs[group] * own / all_others >= 1:
            share = (ours[group] + 0.5) / own
            weight = math.log(share * all_others / (theirs[group] + 0.5 * all_others / own))
            lines.append(f"{group}\t{weight:.2f}")
    return lines


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
    arabic = {form for entry in own for form in entry.arabic}
    google_words = {
        a for name in ("train", "eval") for a, _ in google(folder / f"google_ar2en_{name}.txt")
    }
    lines_of = {name: chances(words) for name, words in sides.items()}
    lines_of["origins"] = origins(sorted(arabic), sorted(google_words - arabic))
    for name, lines in lines_of.items():
        head = "# Chances of letters in names, made by scripts/learn_name_letters.py: numbers, no name."
        text = "\n".join((head, *lines)) + "\n"
        (DATA / f"{name}.letters.txt").write_text(text, encoding="utf-8")
        print(f"{name}: {len(lines)} groups")


if __name__ == "__main__":
    main()
