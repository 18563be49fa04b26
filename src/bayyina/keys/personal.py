"""A person's key: Ed25519 to sign, X25519 to be given case keys; kept in one small file.

The file is JSON. Its secret part (64 bytes: Ed25519 seed, X25519 private key) is
encrypted with AES-256-GCM under a key that Argon2id makes from the passphrase; everything
else in the file is bound to it as additional data, so a changed public key is noticed.

A file of version 2 is bound to a security key as well (``security_key``): the key is then
``HKDF-SHA256(Argon2id(passphrase) || answer, salt = that of Argon2id, info =
"bayyina/key-file/v2", 32 bytes)``, where the answer is what the security key says to the salt
that stands in the file.
"""

from __future__ import annotations

import json
import os
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bayyina.errors import FileUnreadableError, InputError, KeyLockedError, StorageError
from bayyina.keys.security_key import SALT_LENGTH, Answer, Binding, ask

FORMAT = "bayyina-personal-key"
"""Says what kind of file it is."""

PUBLIC_FORMAT = "bayyina-public-key"
"""Says that a file holds the public half of a key alone."""

HALF = 32
"""Bytes of each public key."""

VERSION = 1
"""Version of the file's form."""

BOUND_VERSION = 2
"""Version of a file that is bound to a security key."""

_BOUND_INFO = b"bayyina/key-file/v2"


_TOKEN = "fido2-hmac-secret"  # noqa: S105 - the name of a way


class Bound(NamedTuple):
    """The security key that a file is bound to, and what it answered."""

    binding: Binding
    """What stands in the file."""

    answer: bytes
    """The answer (32 bytes); as secret as the key."""


@dataclass(frozen=True)
class KdfCost:
    """What one try of a passphrase costs (Argon2id, RFC 9106)."""

    memory_kib: int = 65536
    """Memory in KiB."""

    iterations: int = 3
    """Passes over the memory."""

    lanes: int = 1
    """Parallel lanes."""

    def is_bearable(self) -> bool:
        """Whether a file may ask for this: at most 1 GiB, so that a changed file cannot hang."""
        return (
            8 * self.lanes <= self.memory_kib <= 1 << 20
            and 1 <= self.iterations <= 64
            and 1 <= self.lanes <= 16
        )


DEFAULT_COST = KdfCost()
"""64 MiB, three passes, one lane: a seventh of a second on a small laptop."""


@dataclass(frozen=True)
class PublicKeys:
    """The half of a personal key that everybody may know."""

    sign: bytes
    """Raw Ed25519 public key (32 bytes)."""

    box: bytes
    """Raw X25519 public key (32 bytes)."""


@dataclass(frozen=True)
class PersonalKey:
    """A person's unlocked key; lives in memory only."""

    sign: Ed25519PrivateKey = field(repr=False)
    """Signs determinations."""

    box: X25519PrivateKey = field(repr=False)
    """Opens case keys wrapped to this person."""

    @classmethod
    def generate(cls) -> PersonalKey:
        """A fresh key."""
        return cls(Ed25519PrivateKey.generate(), X25519PrivateKey.generate())

    @classmethod
    def from_secret(cls, secret: bytes) -> PersonalKey:
        """The key whose two private halves are these 64 bytes."""
        return cls(
            Ed25519PrivateKey.from_private_bytes(secret[:32]),
            X25519PrivateKey.from_private_bytes(secret[32:]),
        )

    @property
    def secret(self) -> bytes:
        """Both private halves (64 bytes)."""
        return self.sign.private_bytes_raw() + self.box.private_bytes_raw()

    @property
    def public(self) -> PublicKeys:
        """The half that everybody may know."""
        return PublicKeys(
            self.sign.public_key().public_bytes_raw(), self.box.public_key().public_bytes_raw()
        )


def write_key_file(
    path: Path,
    key: PersonalKey,
    passphrase: str,
    *,
    owner: str,
    cost: KdfCost = DEFAULT_COST,
    replace: bool = False,
    bound: Bound | None = None,
) -> None:
    """Keep ``key`` in a file that only ``passphrase`` opens; all of it is written, or nothing.

    Args:
        path: The file. An existing one is left alone unless ``replace`` is set.
        key: The key to keep.
        passphrase: Any non-empty text; Unicode is put in form NFC first.
        owner: Handle of the person, shown in clear.
        cost: What one try of a passphrase costs.
        replace: Whether an existing file may be replaced, as when a passphrase changes.
        bound: The security key that is needed as well, and its answer.

    Raises:
        InputError: the passphrase is empty.
        StorageError: the file exists, or the disk refused.
    """
    if path.exists() and not replace:
        raise StorageError(
            f"The key file {path} exists already and was left alone.",
            hint="Move it away first, or choose another name.",
        )
    write_private_file(path, seal_key(key, passphrase, owner=owner, cost=cost, bound=bound))


def seal_key(
    key: PersonalKey,
    passphrase: str,
    *,
    owner: str,
    cost: KdfCost = DEFAULT_COST,
    salt: bytes | None = None,
    nonce: bytes | None = None,
    bound: Bound | None = None,
) -> str:
    """The text of a key file; ``salt`` (16 bytes) and ``nonce`` (12) only for published vectors.

    Raises:
        InputError: the passphrase is empty.
    """
    salt, nonce = salt or os.urandom(16), nonce or os.urandom(12)
    head = _head(owner, key.public, cost, salt)
    stretched = _stretch(passphrase, cost, salt)
    if bound is not None:
        token = {"name": _TOKEN, "credential": bound.binding.credential.hex()}
        head |= {"version": BOUND_VERSION, "token": {**token, "salt": bound.binding.salt.hex()}}
        stretched = _joined(stretched, bound.answer, salt)
    sealed = AESGCM(stretched).encrypt(nonce, key.secret, _bound(head))
    cipher = {"name": "aes-256-gcm", "nonce": nonce.hex(), "text": sealed.hex()}
    return json.dumps({**head, "cipher": cipher}, ensure_ascii=False, indent=1) + "\n"


def read_key_file(path: Path, passphrase: str, *, answer: Answer = ask) -> PersonalKey:
    """The key in a file.

    Args:
        path: The file.
        passphrase: What opens it.
        answer: Asks the security key that the file is bound to, if it is bound to one.

    Raises:
        FileUnreadableError: the file is absent or not a key file.
        KeyLockedError: the passphrase is wrong, the file was changed, or its security key is
            not there.
        MissingToolError: it is bound to a security key, and the library for it is not installed.
    """
    content = _load(path)
    try:
        cost, salt = _cost(content), bytes.fromhex(content["kdf"]["salt"])
        nonce = bytes.fromhex(content["cipher"]["nonce"])
        sealed = bytes.fromhex(content["cipher"]["text"])
        head = {name: value for name, value in content.items() if name != "cipher"}
        binding = _binding(content)
        stretched = _stretch(passphrase, cost, salt)
        if binding is not None:
            stretched = _joined(stretched, answer(binding), salt)
        secret = AESGCM(stretched).decrypt(nonce, sealed, _bound(head))
        key = PersonalKey.from_secret(secret)
    except InvalidTag as error:
        raise KeyLockedError(
            f"The key file {path} was not opened: the passphrase is wrong, or the file was changed."
        ) from error
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(path) from error
    if key.public != _public(content):
        raise _damaged(path)
    return key


def read_binding(path: Path) -> Binding | None:
    """The security key that a key file is bound to; None if a passphrase alone opens it.

    Raises:
        FileUnreadableError: the file is absent or not a key file.
    """
    try:
        return _binding(_load(path))
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(path) from error


def spend_a_try(passphrase: str, cost: KdfCost = DEFAULT_COST) -> None:
    """Take as long as a try of a passphrase takes, where there is no key file to try it on."""
    _stretch(passphrase, cost, bytes(16))


def read_public_keys(path: Path) -> PublicKeys:
    """The public keys that a key file states; needs no passphrase and proves nothing.

    Raises:
        FileUnreadableError: the file is absent or not a key file.
    """
    try:
        return _public(_load(path))
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(path) from error


def read_public_file(path: Path) -> PublicKeys:
    """The public keys in the small file that somebody sends, or in a key file.

    Raises:
        FileUnreadableError: the file is absent, or neither of the two.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(content, dict) and content.get("format") in (FORMAT, PUBLIC_FORMAT):
            public = _public(content)
            if len(public.sign) == len(public.box) == HALF:
                return public
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or "it is not such a file"
        raise FileUnreadableError(f"The public key {path} cannot be read: {reason}.") from error
    raise FileUnreadableError(
        f"The file {path} is not a public key.", hint="`bayyina decide make-key` writes one."
    )


def _head(owner: str, public: PublicKeys, cost: KdfCost, salt: bytes) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "owner": owner,
        "public": {"sign": public.sign.hex(), "box": public.box.hex()},
        "kdf": {
            "name": "argon2id",
            "memory_kib": cost.memory_kib,
            "iterations": cost.iterations,
            "lanes": cost.lanes,
            "salt": salt.hex(),
        },
    }


def _bound(head: dict[str, Any]) -> bytes:
    """Additional data: everything in the file except the encrypted part."""
    return json.dumps(head, sort_keys=True, separators=(",", ":")).encode("ascii")


def _stretch(passphrase: str, cost: KdfCost, salt: bytes) -> bytes:
    if not passphrase:
        raise InputError("The passphrase of a personal key may not be empty.")
    text = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    return Argon2id(
        salt=salt,
        length=32,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    ).derive(text)


def _load(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileUnreadableError(
            f"The key file {path} cannot be read: {error.strerror}.",
            hint="Say where your personal key is, or have one made.",
        ) from error
    except (ValueError, RecursionError) as error:
        raise _damaged(path) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise FileUnreadableError(f"The file {path} is not a personal key.")
    if content.get("version") not in {VERSION, BOUND_VERSION}:
        raise FileUnreadableError(
            f"The key file {path} was written by a newer version of the program.",
            hint="Update the program.",
        )
    return content


def _cost(content: dict[str, Any]) -> KdfCost:
    kdf, cipher = content["kdf"], content["cipher"]
    cost = KdfCost(int(kdf["memory_kib"]), int(kdf["iterations"]), int(kdf["lanes"]))
    if kdf["name"] != "argon2id" or cipher["name"] != "aes-256-gcm" or not cost.is_bearable():
        raise ValueError("unknown parameters")
    return cost


def _binding(content: dict[str, Any]) -> Binding | None:
    if content["version"] == VERSION:
        if "token" in content:
            raise ValueError("a binding in a file of a version without")
        return None
    token = content["token"]
    binding = Binding(bytes.fromhex(token["credential"]), bytes.fromhex(token["salt"]))
    if token["name"] != _TOKEN or len(binding.salt) != SALT_LENGTH:
        raise ValueError("unknown parameters")
    return binding


def _joined(stretched: bytes, answer: bytes, salt: bytes) -> bytes:
    """What the passphrase and the security key give together."""
    return HKDF(SHA256(), length=32, salt=salt, info=_BOUND_INFO).derive(stretched + answer)


def _public(content: dict[str, Any]) -> PublicKeys:
    public = content["public"]
    return PublicKeys(bytes.fromhex(public["sign"]), bytes.fromhex(public["box"]))


def _damaged(path: Path) -> FileUnreadableError:
    return FileUnreadableError(
        f"The key file {path} is damaged.", hint="Use your backup copy of the key file."
    )


def write_private_file(path: Path, text: str) -> None:
    """Write a file that nobody else may read, so that it is there whole or not at all."""
    draft = path.with_name(f"{path.name}.{os.urandom(6).hex()}.part")
    try:
        # Mode 0600 from the first moment; Windows keeps the folder's own access list.
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StorageError(f"The key file {path} cannot be written: {error.strerror}.") from error
