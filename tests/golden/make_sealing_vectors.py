"""Writes the published vectors of sealed values: ``python -m tests.golden.make_sealing_vectors``.

They are made here by the steps that the reference page gives, with HMAC and hashlib in place
of the program's own code wherever the standard library has them.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from hashlib import blake2b, sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TARGET = Path(__file__).parent / "sealing" / "values.json"
PRIVATE, EPHEMERAL, RECORD_KEY = bytes(range(32)), bytes(range(32, 64)), bytes(range(64, 96))
VALUES = (
    (21474836480, "name", ["FICTIONAL Alif One"]),
    (21474836481, "birth_date", ["2005-03-09", "2005-03-09", "2005-03-09", None, None, "9/3/2005"]),
    (21474836482, "name.mother", ["اسم متخيّل", None, None, None, None, None, "ar"]),
)


def hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA256 (RFC 5869), 32 bytes."""
    pseudorandom = hmac.digest(salt, secret, sha256)
    return hmac.digest(pseudorandom, info + b"\x01", sha256)


def make() -> str:
    """The file's text."""
    private = X25519PrivateKey.from_private_bytes(PRIVATE)
    public = private.public_key().public_bytes_raw()
    ephemeral = X25519PrivateKey.from_private_bytes(EPHEMERAL)
    sender = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    secret = hkdf(shared, sender + public, b"bayyina/sealing/v1")
    values = []
    for place, (record, name, content) in enumerate(VALUES):
        seed = bytes([place]) * 16
        value_key = blake2b(
            RECORD_KEY + seed, key=secret, digest_size=32, person=b"bayyina seal v1"
        ).digest()
        both = blake2b(key=value_key, digest_size=64, person=b"bayyina open v1").digest()
        plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        plain += b" " * (-len(plain) % 32)
        bound = record.to_bytes(8, "big") + name.encode()
        text = AESGCM(both[:32]).encrypt(bytes(12), plain, bound)
        data = blake2b(public, digest_size=8).digest() + sender + seed + both[32:] + text
        values.append(
            {
                "record": record,
                "property": name,
                "content": content,
                "seed": seed.hex(),
                "value_key": value_key.hex(),
                "sealed": "sealed:1:" + urlsafe_b64encode(data).decode().rstrip("="),
            }
        )
    document = {
        "sealing_private": PRIVATE.hex(),
        "sealing_public": public.hex(),
        "ephemeral_private": EPHEMERAL.hex(),
        "record_key": RECORD_KEY.hex(),
        "secret": secret.hex(),
        "values": values,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(make(), encoding="utf-8", newline="\n")
