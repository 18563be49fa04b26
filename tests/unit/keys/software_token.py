"""A security key in software: it speaks CTAP 2 in the library's own encoding, and needs no touch."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.ctap import CtapDevice, CtapError
from fido2.ctap2.pin import PinProtocolV1, PinProtocolV2
from fido2.hid import CAPABILITY


class SoftwareToken(CtapDevice):
    """Credentials with a secret each, in memory."""

    def __init__(
        self, *, protocols: tuple[int, ...] = (2, 1), extensions: tuple[str, ...] = ("hmac-secret",)
    ) -> None:
        """A new one, which knows no credential."""
        self.secrets: dict[bytes, bytes] = {}
        self.error: int | None = None
        self.asked: list[int] = []
        self._protocols, self._extensions = protocols, extensions
        self._agreement = ec.generate_private_key(ec.SECP256R1())

    @property
    def capabilities(self) -> int:
        return int(CAPABILITY.CBOR)

    @classmethod
    def list_devices(cls) -> Iterator[SoftwareToken]:
        return iter(())

    def call(
        self, cmd: int, data: bytes = b"", event: Any = None, on_keepalive: Any = None
    ) -> bytes:
        """Answer one command."""
        assert cmd == 0x10  # CBOR
        code, rest = data[0], data[1:]
        said = cbor.decode(rest) if rest else {}
        self.asked.append(code)
        if code != 0x04 and self.error is not None:
            return bytes([self.error])
        try:
            answers = {0x04: self._info, 0x06: self._pin, 0x01: self._make, 0x02: self._assert}
            return b"\x00" + cbor.encode(answers[code](said))
        except CtapError as error:
            return bytes([error.code])

    def _info(self, _said: Any) -> dict[int, Any]:
        return {
            1: ["FIDO_2_0", "FIDO_2_1"],
            2: list(self._extensions),
            3: bytes(16),
            4: {"rk": True, "up": True},
            6: list(self._protocols),
        }

    def _pin(self, said: Any) -> dict[int, Any]:
        assert said[2] == 2  # getKeyAgreement
        numbers = self._agreement.public_key().public_numbers()
        x, y = (number.to_bytes(32) for number in (numbers.x, numbers.y))
        return {1: {1: 2, 3: -25, -1: 1, -2: x, -3: y}}

    def _make(self, said: Any) -> dict[int, Any]:
        assert said[6] == {"hmac-secret": True}
        name = os.urandom(32)
        self.secrets[name] = os.urandom(32)
        numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
        x, y = (number.to_bytes(32) for number in (numbers.x, numbers.y))
        public = cbor.encode({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        credential = bytes(16) + len(name).to_bytes(2) + name + public
        data = self._data(said[2]["id"], 0xC1, credential, {"hmac-secret": True})
        return {1: "none", 2: data, 3: {}}

    def _assert(self, said: Any) -> dict[int, Any]:
        name = next((one["id"] for one in said[3] if one["id"] in self.secrets), None)
        if name is None:
            raise CtapError(CtapError.ERR.NO_CREDENTIALS)
        asked = said[4]["hmac-secret"]
        protocol = PinProtocolV2() if asked[4] == 2 else PinProtocolV1()
        peer = ec.EllipticCurvePublicNumbers(
            int.from_bytes(asked[1][-2]), int.from_bytes(asked[1][-3]), ec.SECP256R1()
        ).public_key()
        shared = protocol.kdf(self._agreement.exchange(ec.ECDH(), peer))
        assert hmac.compare_digest(protocol.authenticate(shared, asked[2]), asked[3])
        salt = protocol.decrypt(shared, asked[2])
        answer = hmac.digest(self.secrets[name], salt, "sha256")
        sealed = protocol.encrypt(shared, answer)
        data = self._data(said[1], 0x81, b"", {"hmac-secret": sealed})
        return {1: {"type": "public-key", "id": name}, 2: data, 3: bytes(64)}

    @staticmethod
    def _data(relying: str, flags: int, credential: bytes, extensions: Any) -> bytes:
        head = hashlib.sha256(relying.encode()).digest() + bytes([flags]) + bytes(4)
        return head + credential + cbor.encode(extensions)
