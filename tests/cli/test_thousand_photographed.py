"""1,017 people are identified among photographs: 836 are known from other lists, 181 are not.

The figures are those of the October 2023 report; the people are invented, with far fewer beside
them than in the whole scenario. Once the lists are joined by the number that they share, which
is the truth of the invention, and once by names, places and dates alone, as reviewers who err
corrected the links.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from bayyina.cli.opening import DEMO
from bayyina.scenario import resolve_targets
from tests.cli.test_program import one_document, process

KNOWN, NOT_KNOWN = 836, 181
IDENTIFIED = KNOWN + NOT_KNOWN


@pytest.mark.slow
def test_a_thousand_identified_are_laid_beside_the_records(tmp_path: Path) -> None:
    wanted = {
        **resolve_targets(scale=0.06),
        "photographed-bodies": 1_100,
        "bodies-identified": IDENTIFIED,
        "identified-already-known": KNOWN,
        "identified-not-known": NOT_KNOWN,
    }
    targets, folder = tmp_path / "targets.json", tmp_path / "fictional"
    targets.write_text(json.dumps(wanted), encoding="utf-8")
    done = process("demo", "--targets", targets, "--folder", folder, "--link", "--json")
    assert done.returncode == 0, done.stderr
    shown = one_document(done)

    # By the number that the lists share: exactly what was to be found, body by body.
    secret = {"BAYYINA_PASSPHRASE": DEMO}
    words = (
        "-w",
        folder / "workspace",
        "identify",
        "known",
        "--folder",
        tmp_path / "out",
        "--json",
    )
    found = one_document(process(*words, variables=secret))
    assert found["bodies"] == IDENTIFIED
    assert found["counts"] == {"known": KNOWN, "not_known": NOT_KNOWN, "unknown": 0}
    rows = 0
    for path in (tmp_path / "out").glob("identified-*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            rows += sum(1 for row in csv.DictReader(stream) if row["body"])
    assert rows == IDENTIFIED

    # By names alone fewer are found known, and reviewers bring it nearer without reaching it.
    reviewers = shown["linkage"]["reviewers"]
    assert reviewers["error_rate"] == 0.03
    assert reviewers["pairs_reviewed"] > 100
    figures = {one["id"]: one for one in shown["figures"]}
    known, strangers = figures["identified-already-known"], figures["identified-not-known"]
    assert (known["computed"], strangers["computed"]) == (KNOWN, NOT_KNOWN)
    assert known["automatic"] < known["reviewed"] <= KNOWN
    assert NOT_KNOWN <= strangers["reviewed"] < strangers["automatic"]
    for way in ("automatic", "reviewed"):
        assert known[way] + strangers[way] >= IDENTIFIED - known["computed"] // 20
