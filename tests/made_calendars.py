"""OpenTimestamps proofs made for tests: a pending one, and one to a block of our own."""

from __future__ import annotations

import hashlib

from bayyina.custody.open_time_stamps import MAGIC

PENDING = bytes.fromhex("83dfe30d2ef90c8e")
BITCOIN = bytes.fromhex("0588960d73d71901")


def varint(value: int) -> bytes:
    parts = []
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def start(data: bytes) -> bytes:
    """Header, digest, an append and a hash: every proof here begins like this."""
    return MAGIC + b"\x01\x08" + hashlib.sha256(data).digest() + b"\xf0\x04salt\x08"


def reached(data: bytes) -> bytes:
    """The message after ``start``."""
    return hashlib.sha256(hashlib.sha256(data).digest() + b"salt").digest()


def pending_proof(data: bytes, address: str = "https://calendar.example.org") -> bytes:
    payload = varint(len(address)) + address.encode()
    return start(data) + b"\x00" + PENDING + varint(len(payload)) + payload


def block_proof(data: bytes, height: int) -> bytes:
    payload = varint(height)
    return start(data) + b"\x00" + BITCOIN + varint(len(payload)) + payload
