"""A million rows with about fifty million pairs, ours and Splink's, each in a process of its own.

    python -m bench.linkage_large

Invented people: given name, family name, date of birth, place, sex. Splink runs with rules that
give about that many pairs, five comparisons, two threads; then as many pairs are asked of ours
(``pairs_per_row``). Ours weighs more than twice as many pairs by what they share and compares the
most promising; only pairs that are compared by every column are counted. Seconds are of the whole: reading, training, candidates, scores, clusters. Peak
memory is that of the process. Besides: ten thousand new rows against a million, and the cost of
a tenth, a half and all of the million. Splink is run by ``BAYYINA_PEERS_PYTHON``.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

MILLION = 1_000_000
NEW = 10_000
OURS = """
import json, resource, sys, time
import pyarrow.parquet as pq
from bayyina.linkage.columns import Field, PersonList
from bayyina.linkage.linking import LinkOptions, link_lists
fields = [Field("given", "given"), Field("family", "family"), Field("birth", "born"),
          Field("place", "place"), Field("sex", "sex")]
def read(label, path, rows):
    table = pq.read_table(path).slice(0, rows)
    columns = {f.column: table[f.column].to_pylist() for f in fields}
    return PersonList(label, table["unique_id"].to_pylist(), columns)
asked = json.loads(sys.argv[1])
link_lists([read("A", asked["lists"][0][0], 300)], fields)  # loads what was compiled
lists = [read("AB"[n], path, rows) for n, (path, rows) in enumerate(asked["lists"])]
options = LinkOptions(between_only=len(lists) == 2, pairs_per_row=asked["pairs_per_row"])
begin, used = time.perf_counter(), time.process_time()
linkage = link_lists(lists, fields, options)
print(json.dumps({"pairs": linkage.candidates, "seconds": time.perf_counter() - begin,
    "processor": time.process_time() - used,
    "gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}))
"""
SPLINK = """
import json, resource, sys, time
import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
begin = time.perf_counter()
connection = duckdb.connect()
connection.execute("set threads=2")
api = DuckDBAPI(connection)
rows = connection.sql(f"select * from '{sys.argv[1]}'").arrow()
rows = rows.read_all() if hasattr(rows, "read_all") else rows
rules = [("born",), ("given", "substr(born,1,4)"), ("family", "substr(born,1,4)"),
         ("given", "place"), ("family", "place"), ("given", "family"), ("place", "substr(born,1,7)")]
settings = SettingsCreator(
    link_type="dedupe_only", unique_id_column_name="unique_id",
    blocking_rules_to_generate_predictions=[block_on(*rule) for rule in rules],
    comparisons=[
        cl.JaroWinklerAtThresholds("given", [0.9]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("family", [0.9]).configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("born", input_is_string=True),
        cl.ExactMatch("place").configure(term_frequency_adjustments=True),
        cl.ExactMatch("sex"),
    ])
linker = Linker(api.register(rows, dataset_display_name="people"), settings)
training = linker.training
training.estimate_probability_two_random_records_match(
    [block_on("given", "family", "born")], recall=0.6)
training.estimate_u_using_random_sampling(max_pairs=5e6)
for rule in (("given", "family"), ("born",)):
    training.estimate_parameters_using_expectation_maximisation(
        block_on(*rule), estimate_without_term_frequencies=True)
trained = time.perf_counter()
pairs = linker.inference.predict()
predicted = time.perf_counter()
count = pairs.as_duckdbpyrelation().count("*").fetchall()[0][0]
linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, 0.95)
print(json.dumps({"pairs": count, "seconds": time.perf_counter() - begin,
    "predict": predicted - trained,
    "gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}))
"""


def invented(path: Path, count: int, seed: int) -> None:
    """Write invented people: names by rank, dates of birth, places."""
    dice = np.random.default_rng(seed)
    sounds = [a + b for a in "bdfghjklmnrstz" for b in "aeiou"]

    def drawn(words: int, syllables: int) -> pa.Array:
        parts = np.random.default_rng(words).integers(0, len(sounds), (words, syllables))
        known = pa.array(["".join(sounds[part] for part in row) for row in parts.tolist()])
        share = 1 / (np.arange(words) + 20.0)
        return known.take(pa.array(dice.choice(words, count, p=share / share.sum())))

    days = pa.array(
        [(dt.date(1940, 1, 1) + dt.timedelta(days=k)).isoformat() for k in range(25_200)]
    )
    columns = {
        "unique_id": pa.array([f"{seed}-{number}" for number in range(count)]),
        "given": drawn(3_000, 3),
        "family": drawn(80_000, 4),
        "born": days.take(pa.array(dice.integers(0, len(days), count))),
        "place": drawn(2_000, 2),
        "sex": pa.array(["m", "f"]).take(pa.array(dice.integers(0, 2, count))),
    }
    pq.write_table(pa.table(columns), path)


def ran(python: str, script: str, argument: str) -> dict[str, Any]:
    """What a script prints last, as JSON; a sentence under ``failed`` where it ended badly."""
    ended = subprocess.run(  # our own scripts
        [python, "-c", script, argument], capture_output=True, text=True, check=False
    )
    if ended.returncode:
        return {"failed": (ended.stderr.strip().splitlines() or ["it said nothing"])[-1][:200]}
    found: dict[str, Any] = json.loads(ended.stdout.strip().splitlines()[-1])
    return found


def shown(what: str, found: dict[str, Any]) -> None:
    """Print one row of the table."""
    rate = found["pairs"] / found["seconds"] / 1e6
    used = f", {found['processor']:.1f} s of processor" if "processor" in found else ""
    print(
        f"  {what:42} {found['pairs']:>12,} pairs {found['seconds']:7.1f} s{used}"
        f"  {rate:5.2f} M pairs/s  peak {found['gb']:.2f} GB"
    )


def ours(lists: list[tuple[str, int]], pairs_per_row: float) -> dict[str, Any]:
    """One run of ours."""
    asked = json.dumps({"lists": lists, "pairs_per_row": pairs_per_row})
    return ran(sys.executable, OURS, asked)


def main() -> None:
    """Measure and print."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    print(f"invented people; load of the machine before: {load}")
    with tempfile.TemporaryDirectory() as name:
        whole, new = Path(name) / "whole.parquet", Path(name) / "new.parquet"
        invented(whole, MILLION, 1)
        invented(new, NEW, 2)
        peer = ran(os.environ.get("BAYYINA_PEERS_PYTHON", sys.executable), SPLINK, str(whole))
        if "failed" in peer:
            print(f"  Splink did not run ({peer['failed']}); nothing is compared with it.")
        else:
            shown("Splink 5, one million rows", peer)
            print(
                f"  {'':42} of it predict {peer['predict']:.1f} s:"
                f" {peer['pairs'] / peer['predict'] / 1e6:.2f} M pairs/s"
            )
        each = peer.get("pairs", 50 * MILLION) / MILLION
        for rows in (MILLION // 10, MILLION // 2, MILLION):
            found = ours([(str(whole), rows)], each)
            if "failed" in found:
                print(f"  ours failed: {found['failed']}")
                continue
            shown(f"Bayyina, {rows:,} rows", found)
        if "failed" not in peer and "failed" not in found:
            print(
                f"  pairs per second in all {peer['seconds'] / found['seconds'] * found['pairs'] / peer['pairs']:.1f} times Splink's"
                f" (to its predict alone {peer['predict'] / found['seconds'] * found['pairs'] / peer['pairs']:.1f}; goal 3),"
                f" memory {found['gb'] / peer['gb']:.2f} of it (goal 0.25)"
            )
        between = ours([(str(whole), MILLION), (str(new), NEW)], 40.0)
        if "failed" in between:
            print(f"  ours failed: {between['failed']}")
        else:
            shown(f"Bayyina, {NEW:,} new against {MILLION:,}; goal 20 s", between)


if __name__ == "__main__":
    main()
