"""Learn how groups of letters in names correspond, and write ``names/data/*.weights.txt``.

    python scripts/learn_name_weights.py --data ../shared/data/linkage/arabic [--measure]

Reads ``google_ar2en_train.txt`` and ``google_ar2en_eval.txt`` (name, tab, romanisation) and the persons of
``anetac_en_ar_named_entities.tsv``, and our own lists in ``names/data``. What is written are numbers
(weights of pairs of letter groups), no name. The constants that turn a weight into a
likeness are fitted on the eval file with weights learned without it; ``--measure``
prints how those rank the eval file, and writes nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.optimize import minimize

from bayyina.names.alignment import IMPOSSIBLE
from bayyina.names.keys import skeleton, sound_keys
from bayyina.names.lexicon import read_lists
from bayyina.names.likeness import best_sum
from bayyina.names.normal_forms import normal_form, script_of
from scripts.alignment_learning import (
    FLOOR,
    SPACE,
    Examples,
    contrasted,
    counted,
    make_inventory,
    weights_of,
    words_of,
)  # fmt: skip

DATA = Path(__file__).parents[1] / "src" / "bayyina" / "names" / "data"
ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويءپچژڤگ"
LATIN = "abcdefghijklmnopqrstuvwxyz"
VOWELS = set("aeiouyw" + "اويعهء")
SEED = 20231116
Pairs = list[tuple[str, str]]
Inventory = dict[str, int]
_best_sum = njit(best_sum)


def google(path: Path) -> Pairs:
    """Pairs of a google_ar2en file."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return clean((row[0], row[1]) for row in rows if len(row) == 2)


def anetac(path: Path) -> Pairs:
    """Pairs of single words of persons."""
    rows = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return clean((row[2], row[1]) for row in rows if len(row) == 3 and row[0] == "PERSON")


def clean(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """Single words, Arabic and Latin, in their normal forms, each pair once."""
    forms = {(normal_form(a), normal_form(b)) for a, b in pairs}
    return sorted(
        (a, b)
        for a, b in forms
        if " " not in a + b
        and script_of(a) == "arabic"
        and script_of(b) == "latin"
        and len(a + b) < 40
    )


def own_pairs() -> Pairs:
    """Pairs from our own lists."""
    return [(a, b) for entry in read_lists() for a in entry.arabic for b in entry.latin]


def first_guess(a: Inventory, b: Inventory, *, same_script: bool) -> NDArray[np.float64]:
    """Chances before anything was counted: letters of one class of sounds belong together."""
    guess = np.full((len(a), len(b)), 1e-5 if same_script else 1e-4)
    for x, i in a.items():
        for y, j in b.items():
            one, two = x.strip("^$"), y.strip("^$")
            if "?" in (one, two):
                continue
            if one and two:
                sounds = [skeleton(w) if not set(w) <= VOWELS else "" for w in (one, two)]
                if same_script and one == two:
                    guess[i, j] = 0.05
                elif sounds[0] == sounds[1]:
                    guess[i, j] = 0.02 if sounds[0] else 0.005
                elif all(sounds) and sounds[0][0] == sounds[1][0]:
                    guess[i, j] = 1e-3
                guess[i, j] *= (0.1 if len(one) > 1 else 1) * (0.2 if len(two) > 1 else 1)
            elif one or two:
                rare = 0.02 if len(one + two) > 1 else 1.0
                guess[i, j] = (0.005 if set(one + two) <= VOWELS else 1e-5) * rare
    return guess


def learn(examples: Examples, a: Inventory, b: Inventory, *, same_script: bool) -> NDArray[Any]:
    """Weights of pairs of groups from pairs of spellings."""
    firsts = words_of([x for x, _ in examples.pairs], a)
    seconds = words_of([y for _, y in examples.pairs], b)
    guess = first_guess(a, b, same_script=same_script)
    counts = counted(firsts, seconds, guess, examples.weight, both_ways=same_script)
    singles = [[n for g, n in side.items() if len(g.strip("^$")) == 1] for side in (a, b)]
    start = weights_of(counts, *singles)
    return contrasted(examples, firsts, b, start, seed=SEED, both_ways=same_script)


def across_scripts(pairs: Pairs, noisy: Pairs) -> tuple[Inventory, Inventory, NDArray[Any]]:
    """The model between Arabic and Latin letters."""
    own = own_pairs()
    every = pairs + own + noisy
    weight = np.array([1.0] * len(pairs) + [2.0] * len(own) + [0.1] * len(noisy))
    a = make_inventory(
        (x for x, _ in every), ARABIC, longest=2, often=100, most=120, always=("ال", "^ال")
    )
    b = make_inventory(
        (y for _, y in every), LATIN, longest=3, often=100, most=250, always=("^al", "^el")
    )
    return a, b, learn(Examples(every, weight), a, b, same_script=False)


def within_latin(pairs: Pairs) -> tuple[Inventory, NDArray[Any]]:
    """The model between two Latin spellings: those that share an Arabic form and a sound."""
    spelled: dict[str, set[str]] = {}
    for a, b in pairs:
        spelled.setdefault(a, set()).add(b)
    found = [
        (x, y)
        for forms in spelled.values()
        if 2 <= len(forms) <= 6
        for x, y in permutations(sorted(forms), 2)
        if set(sound_keys(x)) & set(sound_keys(y))
    ]
    own = [pair for entry in read_lists() for pair in permutations(entry.latin, 2)]
    weight = np.array([0.3] * len(found) + [0.5] * len(own))
    every = found + own
    inventory = make_inventory(
        (x for x, _ in every), LATIN, longest=2, often=150, most=150, always=("^al", "^el")
    )
    return inventory, learn(Examples(every, weight), inventory, inventory, same_script=True)


@njit(nogil=True)
def _sums(codes_a: Any, lengths_a: Any, codes_b: Any, lengths_b: Any, weights: Any) -> Any:
    table, sums = np.zeros((SPACE, SPACE)), np.zeros((len(lengths_a), len(lengths_b)))
    for i in range(len(lengths_a)):
        for j in range(len(lengths_b)):
            a, b = codes_a[i, : lengths_a[i]], codes_b[j, : lengths_b[j]]
            sums[i, j] = _best_sum(a, b, weights, table)
    return sums


def all_sums(
    firsts: Sequence[str], seconds: Sequence[str], a: Inventory, b: Inventory, weights: NDArray[Any]
) -> NDArray[Any]:
    """Best sums of every first word with every second."""
    x, y = words_of(firsts, a), words_of(seconds, b)
    return np.asarray(_sums(x.codes, x.lengths, y.codes, y.lengths, weights))


def fitted(
    pairs: Pairs, sums: NDArray[Any], firsts: Sequence[str], seconds: Sequence[str], shares: Any
) -> tuple[float, ...]:
    """Constants of the logistic curve that turns a sum and the lengths into a likeness.

    True pairs against, for each first word, its five nearest and five random wrong ones.
    """
    random = np.random.default_rng(SEED)
    place_a, place_b = ({w: n for n, w in enumerate(side)} for side in (firsts, seconds))
    rows, truth = [], []
    for x, y in pairs:
        i = place_a[x]
        nearest = np.argsort(-sums[i])[:8]
        wrong = [*nearest, *random.integers(0, len(seconds), 5)]
        for j in [place_b[y], *(j for j in wrong if not shares(x, seconds[j]))]:
            rows.append((1.0, sums[i, j], len(x) + len(seconds[j])))
            truth.append(1.0 if seconds[j] == y else 0.0)
    features, target = np.array(rows), np.array(truth)
    weight = np.where(target > 0, len(target) / target.sum(), 1.0)

    def loss(constants: NDArray[Any]) -> float:
        margin = (2 * target - 1) * (features @ constants)
        return float((weight * np.logaddexp(0, -margin)).mean() + 1e-4 * (constants**2).sum())

    return tuple(map(float, minimize(loss, np.array([2.0, 0.5, 0.1])).x))


def write(
    path: Path, a: Inventory, b: Inventory, weights: NDArray[Any], constants: tuple[float, ...]
) -> None:
    """One line for each pair of groups that can be set together."""
    names_a, names_b = ({n: g for g, n in side.items()} for side in (a, b))
    lines = [
        "# Weights of pairs of letter groups, made by scripts/learn_name_weights.py: numbers",
        "# learned from spellings of names, no name. ^ begins a word, $ ends it.",
        "constants\t" + "\t".join(f"{c:.4f}" for c in constants),
        f"floor\t{FLOOR}",
    ]
    for i, j in zip(*np.nonzero(weights > IMPOSSIBLE / 2), strict=True):
        if abs(weights[i, j] - FLOOR) > 0.02:
            lines.append(f"{names_a[i]}\t{names_b[j]}\t{weights[i, j]:.2f}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path.name}: {len(lines) - 4} weights, constants {constants}")


def main() -> None:
    """Learn, fit, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--measure", action="store_true")
    options = parser.parse_args()
    train, held = (google(options.data / f"google_ar2en_{part}.txt") for part in ("train", "eval"))
    noisy = anetac(options.data / "anetac_en_ar_named_entities.tsv")
    seen = {word for pair in held for word in pair}
    unseen = [pair for pair in noisy if not seen & {*pair}]
    spelled: dict[str, set[str]] = {}
    for x, y in train + held + noisy + own_pairs():
        spelled.setdefault(x, set()).add(y)
        spelled.setdefault(y, set()).add(x)
    a, b, weights = across_scripts(train, unseen)
    firsts, seconds = sorted({x for x, _ in held}), sorted({y for _, y in held})
    sums = all_sums(firsts, seconds, a, b, weights)
    place = {word: n for n, word in enumerate(seconds)}
    ranks = [
        1 + int((sums[firsts.index(x)] > sums[firsts.index(x), place[y]]).sum()) for x, y in held
    ]
    print(
        f"eval, learned without it: R@1 {np.mean(np.array(ranks) == 1):.3f} MRR {np.mean(1 / np.array(ranks)):.3f} of {len(seconds)}"
    )
    across = fitted(held, sums, firsts, seconds, lambda x, y: y in spelled.get(x, ()))
    latin, latin_weights = within_latin(train + unseen)
    twins = [
        (x, y)
        for s in spelled.values()
        for x, y in permutations(sorted(s), 2)
        if s & seen and script_of(x + y) == "latin" and set(sound_keys(x)) & set(sound_keys(y))
    ][:3000]
    sides = sorted({x for x, _ in twins}), sorted({y for _, y in twins})
    latin_sums = all_sums(*sides, latin, latin, latin_weights)

    def related(x: str, y: str) -> bool:
        return x == y or bool(spelled.get(x, set()) & spelled.get(y, set()))

    within = fitted(twins, latin_sums, *sides, related)
    print("constants", across, within, len(twins))
    if options.measure:
        return
    a, b, weights = across_scripts(sorted({*train, *held}), noisy)
    write(DATA / "arabic-latin.weights.txt", a, b, weights, across)
    latin, latin_weights = within_latin(train + held + noisy)
    write(DATA / "latin-latin.weights.txt", latin, latin, latin_weights, within)


if __name__ == "__main__":
    main()
