"""The encrypted form: published vectors, and every change noticed."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from bayyina.vault.blob_format import (
    CHUNK,
    FIXED,
    HEADER,
    BlobDamagedError,
    ChunkSealer,
    content_size,
    make_header,
    sealed_size,
)
from bayyina.vault.blob_reading import BlobReader
from bayyina.vault.fixity import DAMAGED, HOLDS, MISSING, OTHER_BYTES, check_item
from bayyina.vault.item_keys import CaseMarks, ItemKeys
from bayyina.vault.memory_store import MemoryStore

VECTORS = json.loads((Path(__file__).parents[2] / "golden/vault/blobs.json").read_text())
CONTENT = {
    "empty": b"",
    "short": b"FICTIONAL evidence\n",
    "one whole chunk": bytes(65536),
    "two chunks and a byte": bytes(i * 7 % 256 for i in range(131073)),
}


def sealed(keys: ItemKeys, content: bytes, key: bytes, nonce: bytes | None = None) -> bytes:
    out = bytearray(sealed_size(len(content)))
    used = ChunkSealer(key).seal(content, out, is_last=True)
    return make_header(keys, key, nonce=nonce) + bytes(out[:used])


def stored(content: bytes) -> tuple[MemoryStore, ItemKeys]:
    store, keys = MemoryStore(), ItemKeys(os.urandom(32))
    store.put(keys.address, io.BytesIO(sealed(keys, content, os.urandom(32))))
    return store, keys


def pace(_: int) -> None:
    """As fast as it goes."""


def replaced(store: MemoryStore, keys: ItemKeys, blob: bytes) -> str:
    sha256 = hashlib.sha256(b"".join(BlobReader(store, keys).parts())).hexdigest()
    changed = MemoryStore()
    changed.put(keys.address, io.BytesIO(blob))
    return check_item(changed, keys, sha256, pace).state


def test_the_published_keys_and_header() -> None:
    keys = ItemKeys(bytes.fromhex(VECTORS["record_key"]))
    key, nonce = (bytes.fromhex(VECTORS[name]) for name in ("content_key", "wrap_nonce"))
    assert keys.address == VECTORS["address"]
    assert make_header(keys, key, nonce=nonce).hex() == VECTORS["header"]
    bound = b"bayyina/content-key/v1\n" + FIXED + bytes.fromhex(VECTORS["address"])
    wrapped = bytes.fromhex(VECTORS["header"])[24:]
    opened = AESGCM(bytes.fromhex(VECTORS["wrapping_key"])).decrypt(nonce, wrapped, bound)
    assert opened == key


@pytest.mark.parametrize("vector", VECTORS["blobs"], ids=lambda vector: vector["name"])
def test_the_published_blobs(vector: dict[str, object]) -> None:
    keys = ItemKeys(bytes.fromhex(VECTORS["record_key"]))
    key, nonce = (bytes.fromhex(VECTORS[name]) for name in ("content_key", "wrap_nonce"))
    content = CONTENT[str(vector["name"])]
    blob = sealed(keys, content, key, nonce)
    assert hashlib.sha256(content).hexdigest() == vector["content_sha256"]
    assert (len(blob), hashlib.sha256(blob).hexdigest()) == (
        vector["blob_size"],
        vector["blob_sha256"],
    )
    assert content_size(len(blob)) == vector["size"]


@given(st.integers(0, 10 * CHUNK))
def test_the_size_of_a_blob_tells_that_of_its_content(size: int) -> None:
    assert content_size(sealed_size(size)) == size


@pytest.mark.parametrize("size", [0, 1, HEADER, HEADER + 15, sealed_size(CHUNK) + 1])
def test_no_blob_has_such_a_size(size: int) -> None:
    with pytest.raises(BlobDamagedError, match="cut or lengthened"):
        content_size(size)


@given(st.integers(0, 3 * CHUNK + 5), st.integers(0, 3 * CHUNK + 5), st.integers(0, 2 * CHUNK))
def test_any_range_is_read(size: int, start: int, length: int) -> None:
    content = random.Random(size).randbytes(size)
    reader = BlobReader(*stored(content))
    assert reader.read(start, length) == content[start : start + length]


def test_only_the_chunks_of_a_range_are_opened() -> None:
    store, keys = stored(bytes(4 * CHUNK))
    blob = bytearray(store.read(keys.address))
    blob[-1] ^= 1
    store.put(keys.address, io.BytesIO(bytes(blob)))
    reader = BlobReader(store, keys)
    assert reader.read(CHUNK, 10) == bytes(10)
    with pytest.raises(BlobDamagedError, match="was changed at byte"):
        reader.read(4 * CHUNK - 1, 1)


def test_every_bit_counts() -> None:
    content = os.urandom(2 * CHUNK + 100)
    store, keys = stored(content)
    blob, rng = store.read(keys.address), random.Random(1)
    places = [*range(HEADER), *(rng.randrange(len(blob)) for _ in range(100)), len(blob) - 1]
    for place in places:
        changed = bytearray(blob)
        changed[place] ^= 1 << rng.randrange(8)
        assert replaced(store, keys, bytes(changed)) == DAMAGED, place


def test_cutting_lengthening_and_moving_chunks_is_noticed() -> None:
    store, keys = stored(os.urandom(3 * CHUNK))
    blob, step = store.read(keys.address), CHUNK + 16
    chunks = [blob[HEADER + i * step : HEADER + (i + 1) * step] for i in range(3)]
    head = blob[:HEADER]
    made = [
        head + chunks[0] + chunks[1],
        head + chunks[1] + chunks[0] + chunks[2],
        head + chunks[0] + chunks[0] + chunks[2],
        head + chunks[1] + chunks[2],
        blob + chunks[2],
        blob + b"\0",
        blob[:-1],
        b"",
        head,
    ]
    assert {replaced(store, keys, other) for other in made} == {DAMAGED}


def test_blobs_in_each_others_place_do_not_open() -> None:
    one, own = stored(b"one")
    other, others = stored(b"two")
    assert replaced(one, own, other.read(others.address)) == DAMAGED


def test_what_a_check_says() -> None:
    store, keys = stored(b"FICT")
    digest = hashlib.sha256(b"FICT").hexdigest()
    assert check_item(store, keys, digest, pace).state == HOLDS
    assert check_item(store, keys, "00" * 32, pace).state == OTHER_BYTES
    assert check_item(MemoryStore(), keys, digest, pace).state == MISSING


def test_nothing_of_the_content_or_its_digest_shows() -> None:
    content = b"FICTIONAL words that nobody may find " * 100
    store, keys = stored(content)
    blob, digest = store.read(keys.address), hashlib.sha256(content).digest()
    assert b"FICTIONAL" not in blob
    assert digest not in blob
    assert digest.hex() != keys.address


def test_the_same_bytes_are_two_blobs_under_two_keys() -> None:
    (one, own), (other, others) = stored(b"same"), stored(b"same")
    assert own.address != others.address
    assert one.read(own.address)[HEADER:] != other.read(others.address)[HEADER:]


def test_marks_are_of_their_case() -> None:
    one, other, digest = CaseMarks(bytes(32)), CaseMarks(bytes([1] * 32)), bytes(32)
    assert one.of_digest(digest) == CaseMarks(bytes(32)).of_digest(digest)
    assert one.of_digest(digest) != other.of_digest(digest)
    assert one.of_file(b"a", 1, 2, 3) != one.of_file(b"a", 1, 2, 4)
    assert one.of_file(b"a\x001", 1, 2, 3) != one.of_file(b"a", 11, 2, 3)
