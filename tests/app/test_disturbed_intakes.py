"""Intakes of evidence that are disturbed: a disk that fills up, another intake beside them."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from bayyina.app import evidence_writing, intake_reading
from bayyina.app.evidence_adding import Intake, IntakeStoppedError, add_evidence
from bayyina.app.evidence_checking import check_evidence
from bayyina.app.evidence_items import list_items
from bayyina.app.verifying import verify_workspace
from bayyina.errors import (
    StorageError,
)
from bayyina.vault import taking
from bayyina.vault.identifying import FileIdentity
from tests.app.conftest import Bench, quiet
from tests.app.evidence_cases import add, blobs, counts, small_files


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return small_files(tmp_path / "files")


@pytest.mark.parametrize("place", ["write", "fsync"])
def test_a_disk_that_fills_up_keeps_what_was_written(
    place: str, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number:02}").write_bytes(b"FICT %d" % number * 1000)
    monkeypatch.setattr("bayyina.app.evidence_adding.BATCH_FILES", 5)
    monkeypatch.setattr("bayyina.app.intake_reading.AHEAD", 1)
    calls, real = [0], getattr(taking, f"_{'write' if place == 'write' else 'flush'}")

    def filling(*arguments: object) -> None:
        calls[0] += 1
        if calls[0] > 20:
            raise taking._refused(OSError(errno.ENOSPC, "No space left on device"))
        real(*arguments)

    name = "_write" if place == "write" else "_flush"
    with monkeypatch.context() as patch:
        patch.setattr(taking, name, filling)
        with pytest.raises(IntakeStoppedError, match="No space left") as stopped:
            add(bench.amal, folder)
    held = len(list_items(bench.amal))
    assert 0 < held < 30
    done = stopped.value.done.to_json()
    assert done["stopped"]["code"] == StorageError.code
    assert "No space left" in done["stopped"]["message"]
    assert [one["outcome"] for one in done["items"]] == ["added"] * held
    assert [Path(one["path"]).name for one in done["items"]] == [f"{n:02}" for n in range(held)]
    report = Path(done["report"]).read_text(encoding="utf-8-sig").splitlines()
    assert len(report) == 1 + held
    assert verify_workspace(bench.amal, progress=quiet).ok
    assert counts(add(bench.amal, folder)) == (30 - held, held, 0)
    assert check_evidence(bench.amal, progress=quiet).ok


def test_what_was_read_before_a_full_disk_is_not_read_again(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole batches need not be full: the files in front of the one that was refused are kept."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number:02}").write_bytes(b"FICT %d" % number * 1000)
    real = taking._write

    def filling(blob: int, view: memoryview) -> None:
        if b"FICT 7" in read:
            raise taking._refused(OSError(errno.ENOSPC, "No space left on device"))
        real(blob, view)

    read: list[bytes] = []

    def reading(head: bytes) -> FileIdentity:
        read.append(head[:6])
        return FileIdentity("text/plain")

    def take_in(report: str) -> Intake:
        return add_evidence(
            bench.amal,
            paths=[folder],
            report=tmp_path / report,
            progress=quiet,
            identify=reading,
        )

    monkeypatch.setattr(intake_reading, "READERS", 1)
    with monkeypatch.context() as patch:
        patch.setattr(taking, "_write", filling)
        with pytest.raises(IntakeStoppedError) as stopped:
            take_in("first")
    assert stopped.value.done.count("added") == 7
    left = bench.amal.folder / "vault"
    assert not [path for path in left.rglob("*.staged") if any(path.iterdir())]
    read.clear()
    assert counts(take_in("second")) == (5, 7, 0)
    assert len(read) == 5, "only what is not in is read"
    assert check_evidence(bench.amal, progress=quiet).ok


def test_a_disk_without_room_for_rows_either_tells_the_first_reason(
    bench: Bench, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageError("No row fits.")

    with monkeypatch.context() as patch:
        patch.setattr(evidence_writing.BatchWriter, "_commit", full)
        with pytest.raises(IntakeStoppedError, match="No row fits") as stopped:
            add(bench.amal, files)
    assert stopped.value.done.lines == []
    assert list_items(bench.amal) == []
    assert counts(add(bench.amal, files)) == (3, 1, 2)
    assert check_evidence(bench.amal, progress=quiet).ok


def test_two_intakes_at_once_give_one_item(
    bench: Bench, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second stores the same bytes while the first is between blob and row."""
    other = bench.as_member("amal")
    real: Callable[..., object] = evidence_writing.BatchWriter._commit
    ran: list[bool] = []

    def commit(self: object, *arguments: object) -> object:
        if not ran:
            ran.append(True)
            assert counts(add(other, files)) == (3, 1, 2)
        return real(self, *arguments)

    monkeypatch.setattr(evidence_writing.BatchWriter, "_commit", commit)
    done = add(bench.amal, files)
    assert counts(done) == (0, 4, 2)
    assert len(list_items(bench.amal)) == 3
    assert len(blobs(bench.amal)) == 3
    assert check_evidence(bench.amal, progress=quiet).ok
