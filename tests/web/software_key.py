"""A security key in software (WebAuthn level 2, ES256, attestation "none"), for tests."""

from __future__ import annotations

import base64
import json
import os
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor

PRESENT, ATTESTED = 0x01, 0x40
"""Flags of authenticator data: the person touched it; a credential follows."""


class SoftwareKey:
    """Answers what a page asks of a security key."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = os.urandom(32)
        self._count = 0

    def create(self, options: dict[str, Any]) -> str:
        """The answer to a page that adds a key."""
        public = options["publicKey"]
        client = self._client("webauthn.create", public["challenge"])
        numbers = self._key.public_key().public_numbers()
        cose = {
            1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big"),
        }  # fmt: skip
        data = self._data(public["rp"]["id"], PRESENT | ATTESTED)
        data += bytes(16) + len(self._id).to_bytes(2, "big") + self._id + cbor.encode(cose)
        statement = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"clientDataJSON": text(client), "attestationObject": text(statement)})

    def get(self, options: dict[str, Any]) -> str:
        """The answer to a page that asks for the key."""
        public = options["publicKey"]
        client = self._client("webauthn.get", public["challenge"])
        self._count += 1
        data = self._data(public["rpId"], PRESENT)
        signature = self._key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self._answer({name: text(part) for name, part in parts.items()})

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self._origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _data(self, rp_id: str, flags: int) -> bytes:
        return sha256(rp_id.encode()).digest() + bytes([flags]) + self._count.to_bytes(4, "big")

    def _answer(self, response: dict[str, str]) -> str:
        said = {"type": "public-key", "id": text(self._id), "rawId": text(self._id)}
        return json.dumps({**said, "response": response, "clientExtensionResults": {}})


def text(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
