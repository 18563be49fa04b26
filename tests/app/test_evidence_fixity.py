"""Fixity of the vault: whatever is done to its files is named, and mended from a replica."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bayyina.app.clocks import FixedClock
from bayyina.app.evidence_adding import add_evidence
from bayyina.app.evidence_checking import FixityCheck, check_evidence
from bayyina.app.evidence_fixity_runs import fixity_runs, ranges_of
from bayyina.app.evidence_items import list_items
from bayyina.app.evidence_reading import copy_out, look_at_item
from bayyina.app.evidence_vault import item_rows, keys_of_items, open_vault
from bayyina.app.rows import RunRow
from bayyina.app.vault_settings import read_vault_settings
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError, MissingToolError, SmallFileError
from bayyina.vault.blob_format import BlobDamagedError
from tests.app.conftest import Bench, quiet

SIZES = (0, 1, 900, 65_535, 65_536, 65_537, 140_000, 40, 70_000, 12)
"""Bytes of the items: empty ones, whole chunks, several."""

PLACES = 50
"""Random places for each kind of change."""


@pytest.fixture
def kept(bench: Bench) -> Workspace:
    """A workspace with ten items."""
    fill(bench.amal, bench.folder / "files", SIZES)
    return bench.amal


def fill(workspace: Workspace, folder: Path, sizes: tuple[int, ...]) -> None:
    folder.mkdir(parents=True)
    for number, size in enumerate(sizes):
        (folder / f"{number:03}").write_bytes(random.Random(number).randbytes(size))
    done = add_evidence(
        workspace, paths=[folder], report=folder.with_suffix(".csv"), progress=quiet
    )
    assert done.count("added") == len(sizes)


def paths(workspace: Workspace) -> dict[str, Path]:
    """The file of each item's blob, by the item's id."""
    folder = workspace.folder / "vault" / "blobs"
    found = {}
    for number, keys in keys_of_items(workspace, item_rows(workspace)).items():
        found[workspace.short_id(number)] = folder / keys.address[0] / keys.address
    return found


def check(workspace: Workspace, limit: int | None = None) -> FixityCheck:
    return check_evidence(workspace, progress=quiet, limit=limit)


def named(done: FixityCheck) -> set[tuple[str | None, str]]:
    return {(one.id, one.state) for one in done.findings}


Change = Callable[[random.Random, dict[str, Path]], set[tuple[str | None, str]]]


def flip(rng: random.Random, files: dict[str, Path]) -> set[tuple[str | None, str]]:
    item = rng.choice(sorted(files))
    data = bytearray(files[item].read_bytes())
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    files[item].write_bytes(data)
    return {(item, "damaged")}


def delete(rng: random.Random, files: dict[str, Path]) -> set[tuple[str | None, str]]:
    item = rng.choice(sorted(files))
    files[item].unlink()
    return {(item, "missing")}


def add(rng: random.Random, files: dict[str, Path]) -> set[tuple[str | None, str]]:
    one = files[rng.choice(sorted(files))]
    name = rng.choice([rng.randbytes(32).hex(), "notes.txt", f"{one.name}.part"])
    shutil.copy(one, one.parent / name)
    return {(None, "extra")}


def swap(rng: random.Random, files: dict[str, Path]) -> set[tuple[str | None, str]]:
    one, other = rng.sample(sorted(files), 2)
    between = files[one].with_name("between")
    files[one].rename(between)
    files[other].rename(files[one])
    between.rename(files[other])
    return {(one, "damaged"), (other, "damaged")}


def truncate(rng: random.Random, files: dict[str, Path]) -> set[tuple[str | None, str]]:
    item = rng.choice(sorted(files))
    os.truncate(files[item], rng.randrange(files[item].stat().st_size))
    return {(item, "damaged")}


@pytest.mark.parametrize("change", [flip, delete, add, swap, truncate])
def test_every_change_at_fifty_places_is_named(change: Change, kept: Workspace) -> None:
    blobs = kept.folder / "vault" / "blobs"
    sound = kept.folder.parent / "sound"
    shutil.copytree(blobs, sound)
    rng, found = random.Random(change.__name__), 0
    for _ in range(PLACES):
        expected = change(rng, paths(kept))
        assert named(check(kept)) == expected
        found += 1
        shutil.rmtree(blobs)
        shutil.copytree(sound, blobs)
    assert found == PLACES
    assert check(kept).ok


def test_what_lies_in_the_vault_beside_its_blobs_is_named(kept: Workspace) -> None:
    vault = kept.folder / "vault"
    (vault / "list-of-names.xlsx").write_bytes(b"x")
    (vault / "copies").mkdir()
    found = check(kept)
    assert [(one.name, one.state) for one in found.findings] == [
        ("copies", "extra"), ("list-of-names.xlsx", "extra"),
    ]  # fmt: skip
    assert "belongs to no item" in found.findings[0].detail
    (vault / "list-of-names.xlsx").unlink()
    (vault / "copies").rmdir()
    assert check(kept).ok


def test_a_place_is_looked_at_even_when_nothing_is_re_read(kept: Workspace) -> None:
    files = paths(kept)
    one, other = sorted(files)[:2]
    files[one].unlink()
    os.truncate(files[other], 70)
    assert named(check(kept, limit=0)) == {(one, "missing"), (other, "damaged")}


def test_the_longest_unchecked_come_first(kept: Workspace, bench: Bench) -> None:
    clock: FixedClock = bench.clock
    ids = [item.id for item in list_items(kept)]
    first = check(kept, limit=4)
    clock.moment += timedelta(hours=1)
    second = check(kept, limit=4)
    third = check(kept, limit=4)
    order = [one.id for done in (first, second, third) for one in done.items]
    assert order[:10] == ids
    assert (first.never_checked, second.never_checked, third.never_checked) == (6, 2, 0)
    assert all(item.last_checked for item in list_items(kept))


def test_many_items_are_one_short_row(kept: Workspace) -> None:
    check(kept)
    check(kept)
    runs = [row for row in kept.store.scan(RunRow) if row.run_kind == "fixity"]
    assert [len(json.loads(row.parameters)["items"]) for row in runs] == [1, 1]
    assert all(len(row.parameters) < 400 for row in runs)
    event = look_at_item(kept, list_items(kept)[3].id).events[-1]
    assert (event.type, event.outcome) == ("fixity check", "success")
    assert "held 2 times" in event.detail


@pytest.mark.parametrize(
    ("checked", "ranges"),
    [
        ({1, 2, 3}, [[1, 3]]),
        ({1, 3}, [[1, 1], [3, 3]]),
        ({5}, [[5, 5]]),
        ({3, 5}, [[3, 5]]),
        (set(), []),
    ],
)
def test_ranges(checked: set[int], ranges: list[list[int]]) -> None:
    assert ranges_of(checked, [1, 2, 3, 5]) == ranges


def test_a_finding_stays_in_the_custody_of_the_item(kept: Workspace) -> None:
    item = sorted(paths(kept))[2]
    flip(random.Random(1), {item: paths(kept)[item]})
    assert not check(kept).ok
    outcomes = [e.outcome for e in look_at_item(kept, item).events if e.type == "fixity check"]
    assert outcomes == ["damaged"]
    assert [state for run in fixity_runs(kept) for state in run.found.values()] == ["damaged"]
    assert verify_workspace(kept, progress=quiet).ok


def test_a_copy_of_damaged_bytes_leaves_no_file(kept: Workspace, tmp_path: Path) -> None:
    item = list_items(kept)[6]
    data = bytearray(paths(kept)[item.id].read_bytes())
    data[-1] ^= 1
    paths(kept)[item.id].write_bytes(data)
    with pytest.raises(BlobDamagedError):
        copy_out(kept, item.id, out=tmp_path / "out", reason="a test")
    assert not list(tmp_path.glob("out*"))


def test_reading_keeps_to_a_rate(kept: Workspace) -> None:
    waited: list[float] = []
    now = [0.0]

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        now[0] += seconds

    done = check_evidence(kept, progress=quiet, rate_mb=0.1, sleep=sleep, now=lambda: now[0])
    assert done.bytes == sum(SIZES)
    assert sum(waited) == pytest.approx(sum(SIZES) / 0.1e6, rel=0.01)


@pytest.mark.parametrize(
    ("limit", "rate"), [(-1, None), (None, 0.0), (None, -1.0), (None, float("nan"))]
)
def test_limits_that_are_none(limit: int | None, rate: float | None, kept: Workspace) -> None:
    with pytest.raises(InputError):
        check_evidence(kept, progress=quiet, limit=limit, rate_mb=rate)


@pytest.fixture
def doubled(bench: Bench) -> Workspace:
    """A workspace with ten items and a replica of them."""
    text = 'version = 1\n[replica]\nfolder = "../replica"\n'
    (bench.amal.folder / "vault.toml").write_text(text)
    fill(bench.amal, bench.folder / "files", SIZES)
    return bench.amal


def test_what_is_broken_is_mended_from_the_replica(doubled: Workspace) -> None:
    replica = doubled.folder.parent / "replica"
    assert sum(path.is_file() for path in replica.rglob("*")) == len(SIZES)
    rng = random.Random(5)
    for change in (flip, delete, truncate, swap):
        expected = change(rng, paths(doubled))
        done = check(doubled)
        assert named(done) == expected
        assert all(one.repaired and one.place == "store" for one in done.findings)
        assert check(doubled).ok


def test_the_replica_is_checked_and_mended_too(doubled: Workspace) -> None:
    replica = doubled.folder.parent / "replica"
    files = {item: replica / path.parent.name / path.name for item, path in paths(doubled).items()}
    expected = flip(random.Random(2), files)
    done = check(doubled)
    assert named(done) == expected
    assert [(one.place, one.repaired) for one in done.findings] == [("replica", True)]
    gone = sorted(files)[4]
    files[gone].unlink()
    done = check(doubled)
    assert (done.ok, done.replicated) == (True, 1)
    assert files[gone].is_file()


def test_what_is_broken_in_both_is_not_mended(doubled: Workspace) -> None:
    replica = doubled.folder.parent / "replica"
    item = sorted(paths(doubled))[3]
    path = paths(doubled)[item]
    for one in (path, replica / path.parent.name / path.name):
        flip(random.Random(3), {item: one})
    done = check(doubled)
    assert {(one.place, one.state, one.repaired) for one in done.findings} == {
        ("store", "damaged", False),
        ("replica", "damaged", False),
    }


def test_an_erased_item_goes_from_the_replica(doubled: Workspace) -> None:
    vault = open_vault(doubled)
    assert vault.replica is not None
    address = paths(doubled)[min(paths(doubled))].name
    vault.remove(address)
    assert [store.size(address) for store in vault.stores()] == [None, None]


@pytest.mark.parametrize(
    "text",
    [
        "version = 2",
        "version = 1\nother = 1",
        "version = 1\n[store]\nfolder = 3",
        "version = 1\n[store]\nfolder = 'a'\nbucket = 'b'",
        "version = 1\n[replica]\nbucket = 'b'",
        "not toml",
    ],
)
def test_wrong_settings_are_one_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "vault.toml"
    path.write_text(text)
    with pytest.raises(SmallFileError, match="cannot be used"):
        read_vault_settings(path)


def test_object_storage_needs_its_client(bench: Bench, tmp_path: Path) -> None:
    (bench.amal.folder / "keys.toml").write_text('access_key = "a"\nsecret_key = "b"\n')
    (bench.amal.folder / "vault.toml").write_text(
        'version = 1\n[store]\nbucket = "b"\nendpoint = "http://127.0.0.1:9"\n'
        'credentials = "keys.toml"\n'
    )
    with pytest.raises(MissingToolError, match=r"bayyina\[s3\]"):
        open_vault(bench.amal)
    settings = read_vault_settings(bench.amal.folder / "vault.toml").store
    assert settings is not None
    assert settings.objects is not None
    assert (settings.objects.access_key, settings.objects.secret_key) == ("a", "b")
