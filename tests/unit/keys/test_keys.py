"""Record keys, case keys and salts."""

from __future__ import annotations

from hashlib import blake2b
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from bayyina.errors import CustodyError, KeyLockedError
from bayyina.keys import case_keys, record_keys
from bayyina.keys.case_keys import open_case_key, wrap_case_key
from bayyina.keys.record_keys import KeyWrap, new_key
from bayyina.keys.salts import SaltSeries, pair_key, salt

CASE_KEY, KEY = bytes(range(32)), bytes(range(32, 64))
BATCH = UUID("01900000-0000-7000-8000-000000000002")


def test_salts_are_keyed_blake2b() -> None:
    expected = blake2b(b"statement:4294967297", key=KEY, digest_size=32).hexdigest()
    assert salt(KEY, "statement", 4_294_967_297) == expected
    assert SaltSeries(KEY, "statement").salt(4_294_967_297) == expected
    series = SaltSeries(KEY, "record")
    assert [series.salt(n) for n in (0, 1)] == [salt(KEY, "record", n) for n in (0, 1)]


def test_salts_differ_by_key_kind_and_number() -> None:
    salts = {salt(key, kind, n) for key in (KEY, CASE_KEY) for kind in "ab" for n in (1, 11, 111)}
    assert len(salts) == 12


def test_the_key_of_a_pair_needs_both() -> None:
    assert (
        pair_key(KEY, CASE_KEY)
        == blake2b(CASE_KEY, key=KEY, digest_size=32, person=b"bayyina pair v1").digest()
    )
    assert len({pair_key(KEY, CASE_KEY), pair_key(CASE_KEY, KEY), pair_key(KEY, KEY)}) == 3


def test_record_and_batch_keys_open_in_their_place_only() -> None:
    wrap = KeyWrap(CASE_KEY)
    wrapped = wrap.wrap_record(5, KEY)
    assert len(wrapped) == record_keys.WRAPPED_LENGTH == 60
    assert wrap.open_record(5, wrapped) == KEY
    batch = wrap.wrap_batch(BATCH, KEY)
    assert wrap.open_batch(BATCH, batch) == KEY
    assert wrap.wrap_record(5, KEY) != wrapped, "nonces are fresh"
    with pytest.raises(CustodyError, match="record 6"):
        wrap.open_record(6, wrapped)
    with pytest.raises(CustodyError):
        wrap.open_batch(BATCH, wrapped)
    with pytest.raises(CustodyError):
        KeyWrap(KEY).open_record(5, wrapped)
    for place in (0, 12, 59):
        changed = bytearray(wrapped)
        changed[place] ^= 1
        with pytest.raises(CustodyError):
            wrap.open_record(5, bytes(changed))
    for short in (b"", wrapped[:11], wrapped[:-1]):
        with pytest.raises(CustodyError):
            wrap.open_record(5, short)
        with pytest.raises(CustodyError):
            wrap.open_batch(BATCH, short)


def test_keys_have_32_bytes() -> None:
    assert len(new_key()) == 32
    assert new_key() != new_key()
    for wrong in (b"", bytes(31), bytes(33)):
        with pytest.raises(CustodyError):
            KeyWrap(wrong)
        with pytest.raises(CustodyError):
            KeyWrap(CASE_KEY).wrap_record(1, wrong)
        with pytest.raises(KeyLockedError):
            wrap_case_key(wrong, bytes(32), place="main")


def test_a_case_key_opens_for_its_custodian_only() -> None:
    amal, basil = X25519PrivateKey.generate(), X25519PrivateKey.generate()
    wrapped = wrap_case_key(CASE_KEY, amal.public_key().public_bytes_raw(), place="main")
    assert len(wrapped) == case_keys.WRAPPED_LENGTH == 81
    assert wrapped[0] == 1
    assert open_case_key(wrapped, amal, place="main") == CASE_KEY
    again = wrap_case_key(CASE_KEY, amal.public_key().public_bytes_raw(), place="main")
    assert again[1:33] != wrapped[1:33], "a fresh key each time"
    with pytest.raises(KeyLockedError, match="not wrapped to this person"):
        open_case_key(wrapped, basil, place="main")
    with pytest.raises(KeyLockedError):
        open_case_key(wrapped, amal, place="other")
    with pytest.raises(KeyLockedError, match="version"):
        open_case_key(b"\x02" + wrapped[1:], amal, place="main")
    for place in (1, 33, 80):
        changed = bytearray(wrapped)
        changed[place] ^= 1
        with pytest.raises(KeyLockedError):
            open_case_key(bytes(changed), amal, place="main")
    for short in (b"", wrapped[:-1], wrapped + b"x"):
        with pytest.raises(KeyLockedError):
            open_case_key(short, amal, place="main")


@pytest.mark.parametrize("public", [b"", bytes(31), bytes(32)])
def test_public_keys_that_cannot_be_used(public: bytes) -> None:
    with pytest.raises(KeyLockedError):
        wrap_case_key(CASE_KEY, public, place="main")
