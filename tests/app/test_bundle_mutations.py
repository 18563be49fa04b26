"""Every kind of file of a bundle, changed at many places: each change is named."""

from __future__ import annotations

import random
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bayyina.app.bundling import BundleOrder, create_bundle
from bayyina.app.time_stamping import keep_calendar_proof, keep_time_stamp, stamp_request
from bayyina.app.witnessing import keep_cosigned
from bayyina.bundle.standalone import verify as verify_alone
from bayyina.bundle.verifying import verify_bundle
from bayyina.custody.cosignatures import cosign
from tests.app.conftest import ROWS, Bench, quiet
from tests.app.test_bundling import evidence
from tests.app.test_outside_words import cosigner, witness_key
from tests.local_authority import LocalAuthority
from tests.made_calendars import pending_proof

KINDS = 31
"""Kinds of files that the bundle of these tests holds."""

Mutation = Callable[[random.Random, Path, Path], Path]
"""Changes the first file (the second is another one); the file that must be named."""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small bundle with a file of every kind."""
    folder = tmp_path_factory.mktemp("mutations")
    bench = Bench(folder)
    bench.take_in(ROWS[0])
    evidence(bench)
    note = bench.amal.store.checkpoints()[-1].note
    keep_cosigned(bench.amal, cosign(note, [cosigner()]), [witness_key().vkey])
    authority = LocalAuthority(folder / "tsa")
    token = authority.answer(stamp_request(bench.amal)[1])
    keep_time_stamp(bench.amal, token, [authority.root, authority.revoked()])
    keep_calendar_proof(bench.amal, pending_proof(note.encode()), {})
    create_bundle(
        bench.amal,
        BundleOrder("FICTIONAL", whole_case=True),
        out=folder / "bundle",
        progress=quiet,
    )
    yield folder / "bundle"
    bench.close()


def kinds(folder: Path) -> dict[str, list[Path]]:
    """Files by kind: names without ids, digests and numbers."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = str(path.relative_to(folder))
            name = re.sub(r"[0-9a-f]{64}(\.\w+)?", "DIGEST", name)
            found[re.sub(r"FICT-[SD]?-?\d+-\d+|/\d/", "ID", name)].append(path)
    return found


def flip(dice: random.Random, path: Path, other: Path) -> Path:
    data = bytearray(path.read_bytes())
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    path.write_bytes(data)
    return path


def cut(dice: random.Random, path: Path, other: Path) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: dice.randrange(len(data))])
    return path


def delete(dice: random.Random, path: Path, other: Path) -> Path:
    path.unlink()
    return path


def add(dice: random.Random, path: Path, other: Path) -> Path:
    made = path.with_name(f"added-{dice.randrange(10**6)}{path.suffix}")
    made.write_bytes(dice.randbytes(dice.randrange(50)))
    return made


def swap(dice: random.Random, path: Path, other: Path) -> Path:
    first, second = path.read_bytes(), other.read_bytes()
    path.write_bytes(second)
    other.write_bytes(first)
    return path


MUTATIONS: dict[str, Mutation] = {
    "flip": flip,
    "cut": cut,
    "delete": delete,
    "add": add,
    "swap": swap,
}


def check(bundle: Path, mutation: str, rounds: int) -> None:
    dice = random.Random(f"{mutation}")
    groups = kinds(bundle)
    assert len(groups) == KINDS, sorted(groups)
    everything = [path for some in groups.values() for path in some]
    missed = []
    for kind, paths in groups.items():
        for number in range(rounds):
            full = [path for path in paths if path.stat().st_size]
            path = dice.choice(full)
            other = dice.choice(
                [one for one in everything if one.read_bytes() != path.read_bytes()]
            )
            before, beside = path.read_bytes(), other.read_bytes()
            do = MUTATIONS[mutation or dice.choice(list(MUTATIONS))]
            named = do(dice, path, other)
            found = verify_bundle(bundle)
            told = " ".join(f"{one.kind} {one.why}" for one in found.report.findings)
            if found.report.ok or str(named.relative_to(bundle)) not in told:
                missed.append(f"{do.__name__} {kind} {number}: {told[:200]}")
            if number == 0:
                results, _ = verify_alone(bundle, [], [])
                if all(outcome == "holds" for _, outcome, _ in results):
                    missed.append(f"{do.__name__} {kind}: the verifier in the bundle found nothing")
            named.unlink(missing_ok=True)
            path.write_bytes(before)
            other.write_bytes(beside)
    assert missed == []


def test_a_change_of_each_kind_of_file_is_named(bundle: Path, tmp_path: Path) -> None:
    shutil.copytree(bundle, tmp_path / "bundle")
    check(tmp_path / "bundle", "", 1)


@pytest.mark.parametrize("name", ["notes", "data/evidence/more", "data/records/a/b", "custody/0"])
def test_an_empty_folder_is_named(bundle: Path, tmp_path: Path, name: str) -> None:
    copy = tmp_path / "bundle"
    shutil.copytree(bundle, copy)
    (copy / name).mkdir(parents=True)
    found = verify_bundle(copy)
    assert not found.report.ok
    outermost = name.removesuffix("/b")
    assert outermost in {one.kind for one in found.report.findings}
    results, _ = verify_alone(copy, [], [])
    assert results[0][1] == "FAILED"
    assert f"{name} (empty folder)" in results[0][2]


@pytest.mark.slow
@pytest.mark.parametrize("mutation", list(MUTATIONS))
def test_changes_at_fifty_places_of_each_kind_of_file(
    bundle: Path, mutation: str, tmp_path: Path
) -> None:
    shutil.copytree(bundle, tmp_path / "bundle")
    check(tmp_path / "bundle", mutation, 50)


def test_the_unchanged_bundle_holds(bundle: Path) -> None:
    found = verify_bundle(bundle)
    assert found.report.ok, [one.detail for one in found.report.broken]
    results, _ = verify_alone(bundle, [], [])
    assert all(outcome == "holds" for _, outcome, _ in results), results
