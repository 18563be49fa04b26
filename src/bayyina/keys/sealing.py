"""Sealed values: what a source said, closed to everybody who is not cleared for its case.

Sealing needs a public key alone, so whoever takes a list in can seal and cannot read. A
sealed value, version 1, is the text ``"sealed:1:"`` and base64url (without padding) of

``key id (8) || ephemeral public key (32) || seed (16) || commitment (32) || ciphertext || tag (16)``

The key id is ``BLAKE2b-64(sealing public key)``. One ephemeral X25519 key serves for all
values that one ``Sealer`` makes:

- ``secret = HKDF-SHA256(X25519(ephemeral, sealing key), salt = ephemeral public || sealing
  public, info = "bayyina/sealing/v1", 32 bytes)``;
- ``value key = BLAKE2b-256(key = secret, data = record key || seed, personalisation
  "bayyina seal v1")``, so that the record's key is needed as well and its destruction closes
  the value;
- ``cipher key (32) || commitment (32) = BLAKE2b-512(key = value key, data = "")`` with the
  personalisation ``bayyina open v1``;
- the text is encrypted with AES-256-GCM under the cipher key, which is used once, with 12
  zero bytes as nonce. The additional data are the record's number (8 bytes, big endian) and
  the name of the property (UTF-8), so a value that was moved does not open.

Whoever is given one value key can open that value and no other; because the commitment is
compared, no other key opens the same text to something else. The plain text is a JSON list
of ``value, date_lo, date_hi, num_lo, num_hi, original, lang`` without the nulls at its end,
filled up with blanks to a multiple of 32 bytes: a short answer cannot be told by its length.

A blank and a mark may follow (``mark_of``), so that equal identifiers can be known as equal. The
key of marks is derived from the sealing key's private half: who is not cleared can neither
make a mark nor find out what one stands for by trying.
"""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from json.encoder import encode_basestring as _quoted
from os import urandom
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bayyina.errors import CustodyError, KeyLockedError
from bayyina.keys.salts import KEY_LENGTH

SEALED: Final = "sealed:"
"""What every sealed value begins with, whatever its version."""

PREFIX: Final = f"{SEALED}1:"
"""What a sealed value of version 1 begins with."""

KEY_ID_LENGTH: Final = 8
"""Bytes that name the sealing key."""

SEED_LENGTH: Final = 16
"""Random bytes of each value."""

COMMITMENT_LENGTH: Final = 32
"""Bytes that bind a sealed value to one key."""

MARK_LENGTH: Final = 8
"""Bytes of the mark that may follow a sealed value."""

BLOCK: Final = 32
"""Plain texts are filled up to a multiple of so many bytes."""

SEEDS_AT_A_TIME: Final = 1_024
"""Seeds taken from the system's random source in one call."""

_INFO: Final = b"bayyina/sealing/v1"
_VALUE: Final = b"bayyina seal v1"
_OPEN: Final = b"bayyina open v1"
_MARKS: Final = b"bayyina/sealing-marks/v1"
_NONCE: Final = bytes(12)
_HEAD: Final = KEY_ID_LENGTH + 32
_LEAST: Final = _HEAD + SEED_LENGTH + COMMITMENT_LENGTH + BLOCK + 16


class SealedContent(NamedTuple):
    """What a sealed statement says: the columns of a statement that are empty while it is sealed."""

    value: str
    """Normal form."""

    date_lo: str | None = None
    """First possible day, ISO 8601."""

    date_hi: str | None = None
    """Last possible day, ISO 8601."""

    num_lo: int | None = None
    """Least value."""

    num_hi: int | None = None
    """Greatest value."""

    original: str | None = None
    """Verbatim wording where it differs from ``value``."""

    lang: str | None = None
    """Language of the wording, BCP 47."""


def is_sealed(text: str | None) -> bool:
    """Whether a stored value is a sealed one."""
    return text is not None and text.startswith(SEALED)


def key_id(public: bytes) -> bytes:
    """What names a sealing key in the values that it seals (8 bytes)."""
    return blake2b(public, digest_size=KEY_ID_LENGTH).digest()


class Sealer:
    """Seals values under one sealing key's public half; it cannot open what it sealed."""

    __slots__ = ("_begun", "_head", "_seed_at", "_seeds", "_value_key")

    def __init__(self, public: bytes, *, ephemeral: X25519PrivateKey | None = None) -> None:
        """Begin with the raw public key (32 bytes); ``ephemeral`` only for published vectors.

        Raises:
            KeyLockedError: the public key cannot be used.
        """
        sender = ephemeral or X25519PrivateKey.generate()
        sender_public = sender.public_key().public_bytes_raw()
        secret = _secret(sender, public, sender_public + public)
        self._head = key_id(public) + sender_public
        self._begun = blake2b(key=secret, digest_size=KEY_LENGTH, person=_VALUE)
        self._seeds, self._seed_at = b"", 0

    def seal(
        self,
        record: int,
        record_key: bytes,
        name: str,
        content: SealedContent,
        *,
        seed: bytes | None = None,
    ) -> str:
        """The sealed text of what is said of a record's property.

        Args:
            record: Number of the record.
            record_key: Its key (32 bytes).
            name: Name of the property.
            content: What is said.
            seed: Only for published vectors (16 bytes); random otherwise.
        """
        chosen = self._next_seed() if seed is None else seed
        state = self._begun.copy()
        state.update(record_key + chosen)
        opened = _opening_keys(state.digest())
        text = AESGCM(opened[:KEY_LENGTH]).encrypt(_NONCE, _plain(content), _bound(record, name))
        return PREFIX + urlsafe_b64encode(
            self._head + chosen + opened[KEY_LENGTH:] + text
        ).decode().rstrip("=")

    def _next_seed(self) -> bytes:
        start = self._seed_at
        if start == len(self._seeds):
            self._seeds, start = urandom(SEED_LENGTH * SEEDS_AT_A_TIME), 0
        self._seed_at = start + SEED_LENGTH
        return self._seeds[start : self._seed_at]


class Opener:
    """Opens values that were sealed for one or more sealing keys; lives in memory only."""

    __slots__ = ("_keys", "_secrets")

    def __init__(self, keys: Iterable[X25519PrivateKey]) -> None:
        """Open with these private keys, each for the values that were sealed for it."""
        self._keys = {key_id(key.public_key().public_bytes_raw()): key for key in keys}
        self._secrets: dict[bytes, bytes] = {}

    @property
    def keys(self) -> Mapping[bytes, X25519PrivateKey]:
        """The private keys, by the id of each."""
        return self._keys

    def opens(self, text: str) -> bool:
        """Whether it holds the sealing key that a sealed value names; nothing else is tried."""
        try:
            return _parts(text)[:KEY_ID_LENGTH] in self._keys
        except CustodyError:
            return False

    def open(self, text: str, record: int, record_key: bytes, name: str) -> SealedContent:
        """What a sealed value says.

        Raises:
            KeyLockedError: it was sealed for a key that is not held here.
            CustodyError: it was changed or moved, or the record's key is another one.
        """
        return open_value(text, self.value_key(text, record_key), record, name)

    def value_key(self, text: str, record_key: bytes) -> bytes:
        """The key (32 bytes) that opens this one value and no other.

        Raises:
            KeyLockedError: it was sealed for a key that is not held here.
            CustodyError: the text is no sealed value.
        """
        parts = _parts(text)
        key = self._keys.get(parts[:KEY_ID_LENGTH])
        if key is None:
            raise KeyLockedError(
                "The value was sealed for a sealing key that was not given to this person.",
                hint="A custodian of the case can clear them: `bayyina people clear HANDLE`.",
            )
        secret = self._secret_of(key, parts[:_HEAD])
        state = blake2b(key=secret, digest_size=KEY_LENGTH, person=_VALUE)
        state.update(record_key + parts[_HEAD : _HEAD + SEED_LENGTH])
        return state.digest()

    def _secret_of(self, key: X25519PrivateKey, head: bytes) -> bytes:
        """The secret that all values of one sealer share; worked out once."""
        if head not in self._secrets:
            sender, own = head[KEY_ID_LENGTH:], key.public_key().public_bytes_raw()
            self._secrets[head] = _secret(key, sender, sender + own)
        return self._secrets[head]


def open_value(text: str, value_key: bytes, record: int, name: str) -> SealedContent:
    """What a sealed value says, to somebody who was given the key of this value alone.

    Raises:
        CustodyError: the key is that of another value, or the value was changed or moved.
    """
    parts = _parts(text)
    opened = _opening_keys(value_key)
    body = _HEAD + SEED_LENGTH
    if parts[body : body + COMMITMENT_LENGTH] != opened[KEY_LENGTH:]:
        raise _changed(name)
    try:
        plain = AESGCM(opened[:KEY_LENGTH]).decrypt(
            _NONCE, parts[body + COMMITMENT_LENGTH :], _bound(record, name)
        )
        return SealedContent(*json.loads(plain))
    except (InvalidTag, ValueError, TypeError) as error:
        raise _changed(name) from error


def marks_key(key: X25519PrivateKey) -> bytes:
    """The key (32 bytes) of marks of sealed values, which only who is cleared can make."""
    hkdf = HKDF(SHA256(), length=KEY_LENGTH, salt=None, info=_MARKS)
    return hkdf.derive(key.private_bytes_raw())


def mark_of(marks: bytes, value: str) -> str:
    """A mark (16 hex digits) that equal values share; whoever has no key cannot try values."""
    state = blake2b(value.encode("utf-8", "surrogatepass"), key=marks, digest_size=MARK_LENGTH)
    return state.hexdigest()


def with_mark(sealed: str, mark: str) -> str:
    """A sealed value followed by the mark of what it says."""
    return f"{sealed} {mark}"


def mark_in(sealed: str) -> str:
    """The mark that follows a sealed value; empty where there is none."""
    return sealed.partition(" ")[2]


def new_sealing_key() -> X25519PrivateKey:
    """A fresh sealing key."""
    return X25519PrivateKey.generate()


def _changed(name: str) -> CustodyError:
    return CustodyError(
        f"The sealed value of {name} does not open: it was changed or moved, or its record was.",
        hint="Run `bayyina log verify`.",
    )


def _plain(content: SealedContent) -> bytes:
    """The plain text, filled up to whole blocks."""
    if content[1:] == _NOTHING:
        text = f"[{_quoted(content[0])}]"
    else:
        cells = list(content)
        while cells[-1] is None:
            cells.pop()
        text = json.dumps(cells, ensure_ascii=False, separators=(",", ":"))
    data = text.encode("utf-8", "surrogatepass")
    return data + b" " * (-len(data) % BLOCK)


_NOTHING: Final = (None,) * (len(SealedContent._fields) - 1)


def _parts(text: str) -> bytes:
    """The bytes of a sealed value; raises ``CustodyError``."""
    encoded = text.partition(" ")[0].removeprefix(PREFIX)
    try:
        parts = b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
    except ValueError:  # binascii.Error is one
        parts = b""
    if not text.startswith(PREFIX) or len(parts) < _LEAST:
        raise CustodyError("A value is not a sealed one of a version that this program knows.")
    return parts


def _opening_keys(value_key: bytes) -> bytes:
    """Cipher key and commitment of one value."""
    return blake2b(key=value_key, digest_size=2 * KEY_LENGTH, person=_OPEN).digest()


def _bound(record: int, name: str) -> bytes:
    return record.to_bytes(8, "big") + name.encode()


def _secret(own: X25519PrivateKey, other: bytes, salt: bytes) -> bytes:
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(other))
    except ValueError as error:
        raise KeyLockedError("A sealing key is not a usable X25519 key.") from error
    return HKDF(SHA256(), length=KEY_LENGTH, salt=salt, info=_INFO).derive(shared)
