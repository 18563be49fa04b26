"""The promises of a store of blobs, kept by every one: memory, folder, object storage over HTTP."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bayyina.app.ports import ObjectStoreSettings
from bayyina.errors import MissingToolError, StorageError
from bayyina.remote.object_store import open_object_store
from bayyina.vault.blob_stores import BlobMissingError, BlobStore
from bayyina.vault.folder_store import FolderStore
from bayyina.vault.memory_store import MemoryStore

ONE, OTHER = "0a" * 32, "f1" * 32

SERVER = """
import sys, logging, boto3
logging.disable(logging.CRITICAL)
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1",
                      aws_access_key_id="testing", aws_secret_access_key="testing")
client.create_bucket(Bucket="fict")
print(port, flush=True)
sys.stdin.read()
server.stop()
"""
"""Object storage of its own process, on this machine only; ends when its input is closed."""


@pytest.fixture(scope="session")
def object_storage() -> Iterator[str]:
    """Address of a server of object storage with the bucket ``fict``."""
    pytest.importorskip("obstore", reason="the extra s3 is not installed")
    pytest.importorskip("moto", reason="moto is not installed")
    with subprocess.Popen(
        [sys.executable, "-c", SERVER],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdin is not None
        port = process.stdout.readline().strip()
        assert port.isdecimal(), "the server did not start"
        yield f"http://127.0.0.1:{port}"
        process.stdin.close()
        process.wait(timeout=120)


def settings(endpoint: str, prefix: str = "", bucket: str = "fict") -> ObjectStoreSettings:
    return ObjectStoreSettings(bucket, endpoint, "us-east-1", prefix, "key-id", "a-secret")


@pytest.fixture(params=["memory", "folder", "objects"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    """Each kind of store, empty."""
    if request.param == "memory":
        return MemoryStore()
    if request.param == "folder":
        return FolderStore(tmp_path / "blobs")
    endpoint = request.getfixturevalue("object_storage")
    return open_object_store(settings(endpoint, prefix=f"a/{os.urandom(6).hex()}/"))


def put(store: BlobStore, address: str, data: bytes) -> None:
    store.put(address, io.BytesIO(data))


def test_what_was_put_is_read_whole_and_in_part(store: BlobStore) -> None:
    put(store, ONE, b"0123456789")
    assert store.read(ONE) == b"0123456789"
    assert store.read(ONE, 3, 4) == b"3456"
    assert store.read(ONE, 8, 100) == b"89"
    assert store.read(ONE, 8) == b"89"
    assert store.read(ONE, 10, 5) == b""
    assert store.size(ONE) == 10


def test_a_large_blob_goes_in_parts(store: BlobStore) -> None:
    data = os.urandom(1 << 20) * 18
    put(store, ONE, data)
    assert store.size(ONE) == len(data)
    assert store.read(ONE, (17 << 20) + 5, 1000) == data[(17 << 20) + 5 :][:1000]


def test_an_empty_blob_is_a_blob(store: BlobStore) -> None:
    put(store, ONE, b"")
    assert (store.size(ONE), store.read(ONE)) == (0, b"")


def test_what_is_not_there(store: BlobStore) -> None:
    assert store.size(ONE) is None
    assert list(store.list()) == []
    store.delete(ONE)
    with pytest.raises(BlobMissingError, match="is not in"):
        store.read(ONE)
    with pytest.raises(BlobMissingError):
        store.read(ONE, 1, 2)


def test_putting_again_replaces(store: BlobStore) -> None:
    put(store, ONE, b"first, and longer")
    put(store, ONE, b"second")
    assert store.read(ONE) == b"second"
    assert [tuple(one) for one in store.list()] == [(ONE, 6)]


def test_all_is_listed_in_order_and_goes(store: BlobStore) -> None:
    put(store, OTHER, b"22")
    put(store, ONE, b"1")
    assert [tuple(one) for one in store.list()] == [(ONE, 1), (OTHER, 2)]
    store.delete(ONE)
    assert [tuple(one) for one in store.list()] == [(OTHER, 2)]
    assert store.size(ONE) is None


def test_files_are_taken_over(store: BlobStore, tmp_path: Path) -> None:
    files = [(ONE, tmp_path / "a"), (OTHER, tmp_path / "b")]
    for address, path in files:
        path.write_bytes(address.encode())
    store.adopt(files)
    assert [store.read(address) for address, _ in files] == [ONE.encode(), OTHER.encode()]
    assert not any(path.exists() for _, path in files)


class Broken(io.RawIOBase):
    """A source that fails half-way."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        self.given += 1
        if self.given > 1:
            raise OSError(5, "Input/output error")
        return b"x" * (1 << 20)


def test_a_source_that_fails_leaves_nothing(store: BlobStore) -> None:
    if isinstance(store, MemoryStore):
        pytest.skip("memory reads its source in one call")
    with pytest.raises(StorageError, match="cannot be used"):
        store.put(ONE, Broken())  # type: ignore[arg-type]
    assert store.size(ONE) is None
    assert list(store.list()) == []


def test_a_folder_names_foreign_files(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    put(store, ONE, b"1")
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / ONE).write_bytes(b"in the wrong folder")
    (tmp_path / "f" / OTHER).symlink_to(tmp_path / "notes.txt")
    names = [one.name for one in store.list()]
    assert names == [ONE, f"f/{ONE}", f"f/{OTHER}", "notes.txt"]


def test_a_folder_names_empty_folders_that_are_not_its_own(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    put(store, ONE, b"1")
    for name in ("0", "7", ONE[0] + "/more", "copies", "g", "ab", "7/7"):
        (tmp_path / name).mkdir(exist_ok=True)
    names = [one.name for one in store.list()]
    assert sorted(names) == sorted([ONE, "7/7/", f"{ONE[0]}/more/", "ab/", "copies/", "g/"])


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file")
    with pytest.raises(StorageError, match="cannot be used"):
        put(FolderStore(tmp_path / "blobs"), ONE, b"1")


@pytest.mark.parametrize("wrong", ["bucket", "address"])
def test_storage_that_is_not_there_is_one_sentence(object_storage: str, wrong: str) -> None:
    named = (
        settings(object_storage, bucket="absent")
        if wrong == "bucket"
        else settings("http://127.0.0.1:9")
    )
    with pytest.raises(StorageError, match="cannot be used") as caught:
        put(open_object_store(named), ONE, b"1")
    assert "\n" not in str(caught.value)
    assert "a-secret" not in repr(named)


def test_the_environment_is_not_asked(object_storage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ENDPOINT", "ENDPOINT_URL", "ENDPOINT_URL_S3"):
        monkeypatch.setenv(f"AWS_{name}", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "other")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "other")
    store = open_object_store(settings(object_storage, prefix="env/"))
    put(store, ONE, b"1")
    assert store.read(ONE) == b"1"


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes a module look as if it were not installed."""
    return lambda name: monkeypatch.setitem(sys.modules, name, None)


def test_a_missing_client_is_one_sentence(absent: Callable[[str], None]) -> None:
    absent("obstore")
    with pytest.raises(MissingToolError, match=r"bayyina\[s3\]"):
        open_object_store(settings("http://127.0.0.1:9"))
