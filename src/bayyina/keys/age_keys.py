"""Personal keys as keys of age: the X25519 half, written in Bech32 as age writes it.

A backup is a file for age (https://age-encryption.org/v1), so that any program for age opens it
where this one is gone. Its recipients are people's X25519 keys: the same numbers, in another
spelling. age derives its file keys with an info of its own (``age-encryption.org/v1/X25519``),
so what is wrapped for one purpose is worth nothing for the other.

Bech32: BIP 173, with the checksum constant 1 and without the limit of 90 characters.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bayyina.errors import InputError
from bayyina.keys.salts import KEY_LENGTH

RECIPIENT: Final = "age"
"""Human-readable part of a recipient."""

IDENTITY: Final = "age-secret-key-"
"""Human-readable part of an identity, which is written in capitals."""

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def age_recipient(public: bytes) -> str:
    """A raw X25519 public key as age writes it: ``age1…``."""
    return _bech32(RECIPIENT, public)


def age_identity(private: bytes) -> str:
    """A raw X25519 private key as age writes it: ``AGE-SECRET-KEY-1…``; as secret as the key."""
    return _bech32(IDENTITY, private).upper()


def _bech32(part: str, key: bytes) -> str:
    if len(key) != KEY_LENGTH:
        raise InputError(f"An X25519 key has {KEY_LENGTH} bytes, this one has {len(key)}.")
    data = list(_fives(key))
    expanded = [ord(c) >> 5 for c in part] + [0] + [ord(c) & 31 for c in part]
    checked = _polymod([*expanded, *data, 0, 0, 0, 0, 0, 0]) ^ 1
    data += [(checked >> 5 * (5 - place)) & 31 for place in range(6)]
    return f"{part}1" + "".join(_ALPHABET[value] for value in data)


def _fives(key: bytes) -> Iterable[int]:
    """The bits of a key five at a time, the last ones filled up with zeros."""
    number, length = int.from_bytes(key) << 4, len(key) * 8 + 4
    return ((number >> place) & 31 for place in range(length - 5, -1, -5))


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, term in enumerate(_GENERATOR):
            check ^= term if (top >> place) & 1 else 0
    return check
