"""Sealed values: published vectors, and everything that must not open."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from bayyina.errors import CustodyError, KeyLockedError
from bayyina.keys.sealing import (
    PREFIX,
    Opener,
    SealedContent,
    Sealer,
    is_sealed,
    key_id,
    new_sealing_key,
    open_value,
)

VECTORS = json.loads((Path(__file__).parents[2] / "golden/sealing/values.json").read_text("utf-8"))
PRIVATE = X25519PrivateKey.from_private_bytes(bytes.fromhex(VECTORS["sealing_private"]))
PUBLIC = PRIVATE.public_key().public_bytes_raw()
KEY = bytes.fromhex(VECTORS["record_key"])


def bits(text: str) -> bytes:
    encoded = text.removeprefix(PREFIX)
    return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))


def text_of(data: bytes) -> str:
    return PREFIX + urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize("case", VECTORS["values"], ids=lambda case: case["property"])
def test_the_published_vectors_hold(case: dict[str, Any]) -> None:
    ephemeral = X25519PrivateKey.from_private_bytes(bytes.fromhex(VECTORS["ephemeral_private"]))
    content = SealedContent(*case["content"])
    seed = bytes.fromhex(case["seed"])
    made = Sealer(PUBLIC, ephemeral=ephemeral).seal(
        case["record"], KEY, case["property"], content, seed=seed
    )
    assert made == case["sealed"]
    assert PUBLIC.hex() == VECTORS["sealing_public"]
    opener = Opener([PRIVATE])
    assert opener.value_key(made, KEY).hex() == case["value_key"]
    assert opener.open(made, case["record"], KEY, case["property"]) == content


def test_what_was_sealed_opens_with_all_that_belongs_to_it() -> None:
    content = SealedContent("2005-03-09", "2005-03-09", "2005-03-09", None, None, "٩ آذار", "ar")
    text = Sealer(PUBLIC).seal(7, KEY, "birth_date", content)
    assert is_sealed(text)
    assert not is_sealed("Sealed")
    assert not is_sealed(None)
    opener = Opener([new_sealing_key(), PRIVATE])
    assert opener.opens(text)
    assert opener.open(text, 7, KEY, "birth_date") == content
    assert open_value(text, opener.value_key(text, KEY), 7, "birth_date") == content


def test_equal_values_have_nothing_in_common_but_their_sealer() -> None:
    sealer = Sealer(PUBLIC)
    one, two = (bits(sealer.seal(7, KEY, "name", SealedContent("A"))) for _ in range(2))
    assert one[:40] == two[:40] == key_id(PUBLIC) + one[8:40]
    assert one[40:] != two[40:]
    assert bits(Sealer(PUBLIC).seal(7, KEY, "name", SealedContent("A")))[8:40] != one[8:40]


def test_short_answers_have_one_length() -> None:
    sealer = Sealer(PUBLIC)
    texts = [sealer.seal(7, KEY, "consent", SealedContent(v)) for v in ("yes", "no", "a" * 28)]
    assert len({len(text) for text in texts}) == 1
    assert len(sealer.seal(7, KEY, "consent", SealedContent("a" * 29))) > len(texts[0])


def test_whoever_is_not_cleared_opens_nothing() -> None:
    text = Sealer(PUBLIC).seal(7, KEY, "name", SealedContent("A name"))
    stranger = Opener([new_sealing_key()])
    assert not stranger.opens(text)
    with pytest.raises(KeyLockedError, match="not given to this person"):
        stranger.open(text, 7, KEY, "name")
    with pytest.raises(KeyLockedError):
        Opener([]).open(text, 7, KEY, "name")


@pytest.mark.parametrize(
    ("record", "key", "name"),
    [(8, KEY, "name"), (7, bytes(32), "name"), (7, KEY, "name.mother")],
    ids=["another record", "another record's key", "another property"],
)
def test_a_moved_value_does_not_open(record: int, key: bytes, name: str) -> None:
    text = Sealer(PUBLIC).seal(7, KEY, "name", SealedContent("A name"))
    with pytest.raises(CustodyError, match="changed or moved"):
        Opener([PRIVATE]).open(text, record, key, name)


def test_a_changed_value_does_not_open() -> None:
    data = bits(Sealer(PUBLIC).seal(7, KEY, "name", SealedContent("A name")))
    opener = Opener([PRIVATE])
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1
        with pytest.raises((CustodyError, KeyLockedError)):
            opener.open(text_of(bytes(changed)), 7, KEY, "name")
    for text in ("sealed:2:AAAA", "sealed:1:", "sealed:1:*" + "A" * 200, text_of(data[:100]), "A"):
        assert not opener.opens(text)
        with pytest.raises(CustodyError):
            opener.open(text, 7, KEY, "name")


def test_one_value_key_opens_one_value_and_nothing_else() -> None:
    sealer, opener = Sealer(PUBLIC), Opener([PRIVATE])
    one = sealer.seal(7, KEY, "name", SealedContent("One"))
    two = sealer.seal(7, KEY, "name", SealedContent("Two"))
    with pytest.raises(CustodyError):
        open_value(two, opener.value_key(one, KEY), 7, "name")


def test_a_value_is_committed_to_its_key() -> None:
    """The commitment is compared before anything is decrypted, so no second key fits."""
    data = bytearray(bits(Sealer(PUBLIC).seal(7, KEY, "name", SealedContent("A name"))))
    opener = Opener([PRIVATE])
    value_key = opener.value_key(text_of(bytes(data)), KEY)
    data[56:88] = bytes(32)
    with pytest.raises(CustodyError):
        open_value(text_of(bytes(data)), value_key, 7, "name")


def test_a_public_key_that_is_none_is_refused() -> None:
    with pytest.raises(KeyLockedError):
        Sealer(bytes(31))
    with pytest.raises(KeyLockedError):
        Sealer(bytes(32))
