"""Names in two scripts beside nomenklatura's logic-v2, on the same pairs in the same run.

    python -m bench.names [--data DIR] [--peer-python PYTHON] [--pairs FILE]

- single words: ``google_ar2en``, 500 Arabic words against 1,590 Latin ones. The test file is
  used where it is there; otherwise the eval file, which the shipped weights have seen
  (``scripts/learn_name_weights.py --measure`` gives the figure of weights that have not).
- names of three parts: parts drawn from a list of name segments in both scripts that nothing was
  learned from (or from ``--pairs``, a table of Arabic, tab, Latin). A hard negative has one part
  of three changed for another. Recall is taken where 0.5 % of the hard negatives pass.
- the cases of nomenklatura's own name bench, F1 of "same" against its truth.

nomenklatura is no dependency: it runs in the Python given by ``--peer-python`` (an
environment where it is installed). Without it, its figures of an earlier run are printed and
said to be such.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from bayyina.names.batches import score_many
from bayyina.names.comparing import SAME, UNSURE
from bayyina.names.matching import match_names
from bayyina.names.normal_forms import normal_form, script_of

PEER = """
import json, sys, time
from followthemoney import model
from nomenklatura.matching import get_algorithm
algorithm = get_algorithm("logic-v2")
settings = algorithm.default_config()
def entity(name, number):
    made = model.make_entity("Person")
    made.id = f"e{number}"
    made.add("name", name)
    return made
pairs = [(entity(a, 2 * n), entity(b, 2 * n + 1)) for n, (a, b) in enumerate(json.load(sys.stdin))]
for a, b in pairs[:50]:
    algorithm.compare(a, b, settings)
started = time.process_time()
scores = [algorithm.compare(a, b, settings).score for a, b in pairs]
json.dump({"scores": scores, "us": 1e6 * (time.process_time() - started) / len(pairs)}, sys.stdout)
"""
FROZEN = "logic-v2 is not installed here; on 2026-11-21 it had recall .700 on other pairs of this kind (Wikidata), 290 us a pair"
FALSE_ALARMS = 0.005
MANY = 20_000
Pairs = list[tuple[str, str]]


def peer_scores(python: str, pairs: Pairs) -> tuple[np.ndarray, float] | None:
    """Scores of logic-v2 and its microseconds a pair; None where it is not installed."""
    ran = subprocess.run(  # the reader's own Python
        [python, "-c", PEER], input=json.dumps(pairs), capture_output=True, text=True, check=False
    )
    if ran.returncode:
        return None
    answer = json.loads(ran.stdout)
    return np.array(answer["scores"]), float(answer["us"])


def spelled(path: Path) -> dict[str, list[str]]:
    """Latin spellings of Arabic words from a table; words of one script and one word only."""
    delimiter = "\t" if "\t" in path.read_text(encoding="utf-8-sig")[:4000] else ","
    found: dict[str, set[str]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file, delimiter=delimiter):
            a, b = (normal_form(cell) for cell in ([*row, "", ""])[:2])
            b = f"al{b[3:]}" if b.startswith("al ") else b
            if a and b and " " not in a + b and (script_of(a), script_of(b)) == ("arabic", "latin"):
                found.setdefault(a, set()).add(b)
    return {a: sorted(forms) for a, forms in sorted(found.items())}


def three_parts(words: dict[str, list[str]], count: int, *, latin: bool) -> tuple[Pairs, Pairs]:
    """True pairs of names of three parts, and the same with one part changed."""
    draw = random.Random(7)  # a fixed draw, no secret
    keys = [a for a in words if not latin or len(words[a]) > 1]
    true, wrong = [], []
    for _ in range(count):
        parts = draw.sample(keys, 3)
        left = [draw.choice(words[a]) if latin else a for a in parts]
        right = [draw.choice(words[a]) for a in parts]
        place = draw.randrange(3)
        other = draw.choice(
            [k for k in draw.sample(keys, 8) if not {*words[k]} & {*words[parts[place]]}]
        )
        changed = [*right]
        changed[place] = draw.choice(words[other])
        true.append((" ".join(left), " ".join(right)))
        wrong.append((" ".join(left), " ".join(changed)))
    return true, wrong


def recall(true: np.ndarray, wrong: np.ndarray) -> tuple[float, float, float]:
    """Recall at the false alarms allowed, the score it takes, and the share above it."""
    limit = float(np.sort(wrong)[::-1][int(FALSE_ALARMS * len(wrong))])
    return float((true > limit).mean()), limit, float((wrong > limit).mean())


def report_three(
    title: str, words: dict[str, list[str]], python: str, *, latin: bool, goal: str
) -> None:
    """Recall, decisions and speed on names of three parts, ours and the peer's."""
    true, wrong = three_parts(words, 2000, latin=latin)
    score_many([*wrong[-300:], ("Omar Kandil", "OmarKandil")])  # compiles; reading stays new
    scores = score_many([*true, *wrong])
    many = three_parts(words, MANY, latin=latin)[0]
    started = time.process_time()
    score_many(many)
    each = 1e6 * (time.process_time() - started) / MANY
    ours = scores[: len(true)], scores[len(true) :]
    got, limit, passed = recall(*ours)
    print(f"{title}: {len(true)} true pairs, {len(wrong)} hard negatives")
    print(
        f"  bayyina   recall {got:.3f} at {passed:.2%} false alarms (score > {limit:.2f}); goal {goal}; {each:.0f} us of one core a pair, {MANY} new names of known words"
    )
    print(
        f"            decision same: {(ours[0] >= SAME).mean():.3f} of true pairs, {(ours[1] >= SAME).mean():.4f} of hard negatives"
    )
    peer = peer_scores(python, [*true, *wrong])
    if peer is None:
        print(f"  {FROZEN}")
        return
    theirs, their_each = peer
    got, limit, passed = recall(theirs[: len(true)], theirs[len(true) :])
    print(
        f"  logic-v2  recall {got:.3f} at {passed:.2%} (score > {limit:.2f}); at its own 0.7: {(theirs[: len(true)] >= 0.7).mean():.3f}, {(theirs[len(true) :] >= 0.7).mean():.4f}; {their_each:.0f} us a pair; ratio of time {their_each / each:.1f}"
    )


def report_single(folder: Path) -> None:
    """R@1 and MRR of single words."""
    test, held = (folder / f"google_ar2en_{part}.txt" for part in ("test", "eval"))
    used = test if test.exists() else held
    rows = [line.split("\t")[:2] for line in used.read_text(encoding="utf-8").splitlines()]
    candidates = list(dict.fromkeys(b for _, b in rows))
    if used == held:
        more = [
            line.split("\t")[1]
            for line in (folder / "google_ar2en_train.txt")
            .read_text(encoding="utf-8")
            .splitlines()[::80]
        ]
        candidates = list(dict.fromkeys(candidates + more))[:1590]
    queries = [a for a, _ in rows[:500]]
    list(match_names(queries[:2], candidates[:2], 2))
    started = time.perf_counter()
    found = list(match_names(queries, candidates, len(candidates)))
    seconds = time.perf_counter() - started
    ranks = []
    for matches, (_, b) in zip(found, rows, strict=False):
        order = [match.candidate for match in matches]
        ranks.append(order.index(b) + 1 if b in order else len(candidates))
    first = np.mean(np.array(ranks) == 1)
    seen = "" if used == test else " (seen in learning)"
    print(
        f"single words, {used.name}{seen}: {len(queries)} x {len(candidates)}: R@1 {first:.3f} (goal .914, best open combination .856), MRR {np.mean(1 / np.array(ranks)):.3f}, {seconds:.1f} s"
    )


def report_cases(path: Path, python: str) -> None:
    """F1 on nomenklatura's own cases of persons."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["schema"] == "Person" and row["is_match"] in ("true", "false")
        ]
    pairs = [(row["name1"], row["name2"]) for row in rows]
    truth = np.array([row["is_match"] == "true" for row in rows])
    scores = score_many(pairs)
    print(f"nomenklatura's own cases of persons: {len(rows)}")
    peer = peer_scores(python, pairs)
    shown = [("bayyina", scores, SAME), ("  or unsure", scores, UNSURE)] + (
        [("logic-v2", peer[0], 0.7)] if peer else []
    )
    for name, values, limit in shown:
        said = values >= limit
        f1 = 2 * (said & truth).sum() / max(1, said.sum() + truth.sum())
        print(
            f"  {name:11s} F1 {f1:.3f} precision {(said & truth).sum() / max(1, said.sum()):.3f} recall {(said & truth).sum() / truth.sum():.3f} at {limit}"
        )
    if peer is None:
        print("  logic-v2 is not installed here; frozen figure for persons at 0.7: F1 .742")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("BAYYINA_TEST_DATA", "../shared/data"))
    )
    parser.add_argument(
        "--peer-python", default=os.environ.get("BAYYINA_NOMENKLATURA_PYTHON", sys.executable)
    )
    parser.add_argument("--pairs", type=Path)
    options = parser.parse_args()
    arabic = options.data / "linkage" / "arabic"
    segments = options.pairs or options.data / "records" / "gaza_moh" / "dict_ar_en.csv"
    if not arabic.exists() or not segments.exists():
        print(f"The lists are not there: {arabic}, {segments}. Name their folder with --data.")
        return
    report_single(arabic)
    words = spelled(segments)
    report_three("Arabic-Latin, three parts", words, options.peer_python, latin=False, goal=".90")
    report_three(
        "Latin-Latin spellings, three parts", words, options.peer_python, latin=True, goal="-"
    )
    report_cases(
        options.data / "linkage" / "nomenklatura_name_bench_cases.csv", options.peer_python
    )


if __name__ == "__main__":
    main()
