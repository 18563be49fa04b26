"""Checking 10,000 claims, as the program's users do it, beside comparing every pair.

    python -m bench.claims [--claims N]

The claims are invented: organisations that publish deaths, arrests and people held, by
party, governorate and group of people, over time, with planted conflicts. The goal is two
seconds for 10,000 claims, reading included. No library that checks published figures for
consistency is known; the peer is the plain way, which compares the scopes of every pair,
measured on a part of the claims and scaled by the number of pairs.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from itertools import combinations, islice
from pathlib import Path

from bayyina.claims.checking import check_claims
from bayyina.claims.claim_set import ClaimSet
from bayyina.claims.reading import read_claims, shipped_words
from bayyina.claims.scopes import relation_of

LIMIT_SECONDS = 2.0
PEER_CLAIMS = 1000
PARTIES = (
    "syrian-government-to-2024",
    "sdf",
    "hts",
    "isis",
    "opposition-sna",
    "military-intelligence",
)
ACTS = (("Death, manner: torture", "persons"), ("Arrest", "arrests"), ("Release", "releases"))
GROUPS = ("", ", age_class: child", ", sex: female, age_class: adult")


def write_claims(path: Path, count: int) -> None:
    """Invented claims of many documents; a hundredth of the parts exceed their wholes."""
    chance = random.Random(16)
    lines = ["version: 1", "claims:"]
    while len(lines) - 2 < count:
        number = len(lines)
        act, unit = chance.choice(ACTS)
        where = f"by: {chance.choice(PARTIES)}, place: SY{chance.randint(1, 14):02}"
        year, month = chance.randint(2011, 2023), chance.randint(1, 12)
        source = (
            f"source: {{document: report-{chance.randint(1, 500)}, locator: page {number % 40}}}"
        )
        whole = chance.randint(100, 5000)
        for place, group in enumerate(GROUPS):
            value = whole if not group else chance.randint(0, whole // 4)
            if group and chance.random() < 0.01:
                value = whole + 1
            part = f" part_of: c{number}," if group else ""
            lines.append(
                f"  - {{id: c{number}{'.' + str(place) if place else ''}, value: {value},"
                f" comparator: at least, unit: {unit}, what: {{act: {act}, {where}{group}}},"
                f" period: {year}-{month:02},{part} {source}}}"
            )
    path.write_text("\n".join(lines[: count + 2]) + "\n", encoding="utf-8")


def every_pair(facts: ClaimSet) -> float:
    """Seconds for comparing the scopes of every pair of all claims, from a part of them."""
    few = facts.claims[:PEER_CLAIMS]
    pairs = list(islice(combinations(few, 2), 200_000))
    started = time.perf_counter()
    for one, other in pairs:
        relation_of(one.scope, other.scope, facts.words)
    seconds = time.perf_counter() - started
    count = len(facts.claims)
    return seconds * (count * (count - 1) / 2) / len(pairs)


def whole_program(path: Path) -> tuple[float, int]:
    """Seconds of the program from start to end, and how many findings it gives."""
    command = [sys.executable, "-m", "bayyina", "claims", "check", str(path), "--json"]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr.decode())
    return seconds, len(json.loads(done.stdout)["findings"])


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=10_000)
    count = parser.parse_args().claims
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.claims.yaml"
        write_claims(path, count)
        words = shipped_words()
        started, used = time.perf_counter(), time.process_time()
        facts = read_claims([path], words)
        read = time.perf_counter() - started
        findings = check_claims(facts)
        checked = time.perf_counter() - started - read
        processor = time.process_time() - used
        total, found = whole_program(path)
    peer = every_pair(facts)
    print(f"{count:,} claims, {len(findings):,} findings")
    print(f"  reading the file            {read:7.2f} s")
    print(f"  every rule                  {checked:7.2f} s")
    print(f"  both, processor time        {processor:7.2f} s   goal {LIMIT_SECONDS} s")
    print(f"  the program, start to end   {total:7.2f} s   {found:,} findings")
    print(f"  peer: every pair of scopes  {peer:7.1f} s   {peer / checked:,.0f} times the rules")


if __name__ == "__main__":
    main()
