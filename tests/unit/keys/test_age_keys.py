"""Personal keys as keys of age."""

from __future__ import annotations

import io

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from bayyina.errors import InputError
from bayyina.keys.age_keys import age_identity, age_recipient
from bayyina.keys.personal import PersonalKey


@pytest.mark.parametrize("seed", [0, 1, 127, 255])
def test_age_reads_what_is_written(seed: int) -> None:
    private = X25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    identity = pyrage.x25519.Identity.from_str(age_identity(private.private_bytes_raw()))
    recipient = age_recipient(private.public_key().public_bytes_raw())
    assert str(identity.to_public()) == recipient
    assert str(identity) == age_identity(private.private_bytes_raw())


def test_what_is_sealed_to_a_person_their_key_opens() -> None:
    key = PersonalKey.generate()
    recipient = pyrage.x25519.Recipient.from_str(age_recipient(key.public.box))
    sealed = pyrage.encrypt(b"rows", [recipient])
    identity = pyrage.x25519.Identity.from_str(age_identity(key.box.private_bytes_raw()))
    opened = io.BytesIO()
    pyrage.decrypt_io(io.BytesIO(sealed), opened, [identity])
    assert opened.getvalue() == b"rows"


def test_another_length_is_refused() -> None:
    with pytest.raises(InputError, match="has 32 bytes, this one has 31"):
        age_recipient(bytes(31))
