"""A secret that a security key gives back: FIDO2 ``hmac-secret`` (CTAP 2.0 and later).

A credential is made on the security key for nothing else. To a salt, the security key answers
with an HMAC under a secret that never leaves it, once somebody touches it. The answer, with the
stretched passphrase, opens a personal key file; the credential and the salt stand in the file,
and are worth nothing without the security key.

The library is that of the web application's second factors; it is loaded when a key file asks for
it. Only the touch is asked for, not the security key's PIN: the passphrase is the other half.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, Final, NamedTuple

from bayyina.errors import InputError, KeyLockedError, MissingToolError

RELYING: Final = "bayyina.invalid"
"""Whom the credential is for: a name that can be no address on the internet."""

SALT_LENGTH: Final = 32
"""Bytes of a salt, and of an answer."""

_HMAC_SECRET: Final = "hmac-secret"  # noqa: S105 - the name of an extension
_KEY_AGREEMENT: Final = 2
_ES256: Final = -7


class Binding(NamedTuple):
    """What a key file says about the security key that it is bound to."""

    credential: bytes
    """Id of the credential."""

    salt: bytes
    """What the security key is asked (32 bytes)."""


Answer = Callable[[Binding], bytes]
"""Gives the 32 bytes that a security key answers."""


def enroll(devices: Callable[[], Iterable[Any]] | None = None) -> tuple[Binding, bytes]:
    """Make a credential on the one security key that is plugged in; and its first answer.

    Somebody has to touch it twice.

    Args:
        devices: Lists CTAP devices; those plugged in by USB if None.

    Raises:
        MissingToolError: the library is not installed.
        InputError: none or several are plugged in, or the one cannot do it.
        KeyLockedError: it refused, or nobody touched it.
    """
    found = list((devices or plugged_in)())
    if len(found) != 1:
        raise InputError(
            f"{len(found) or 'No'} security keys are plugged in; one is needed.",
            hint="Plug in the one that is to open your key file, and no other.",
        )
    device = _Device(found[0])
    binding = Binding(device.make_credential(), os.urandom(SALT_LENGTH))
    answer = device.answer(binding)
    if answer is None:
        raise KeyLockedError("The security key does not know the credential that it just made.")
    return binding, answer


def ask(binding: Binding, devices: Callable[[], Iterable[Any]] | None = None) -> bytes:
    """What the security key of a key file answers; every one that is plugged in is tried.

    Raises:
        MissingToolError: the library is not installed.
        KeyLockedError: the security key is not plugged in, refused, or nobody touched it.
    """
    for found in (devices or plugged_in)():
        answer = _Device(found).answer(binding)
        if answer is not None:
            return answer
    raise KeyLockedError(
        "This key file opens with its security key, which is not plugged in.",
        hint="Plug it in and touch it when it blinks, or use the copy of the key file without one.",
        code="security-key-missing",
    )


def plugged_in() -> Iterable[Any]:
    """The security keys that are plugged in by USB.

    Raises:
        MissingToolError: the library is not installed.
    """
    return list(_module("fido2.hid").CtapHidDevice.list_devices())


class _Device:
    """One security key."""

    def __init__(self, device: Any) -> None:
        base, pin = _module("fido2.ctap2"), _module("fido2.ctap2.pin")
        self._errors: type[Exception] = _module("fido2.ctap").CtapError
        try:
            self._ctap = base.Ctap2(device)
        except (ValueError, OSError, self._errors) as error:
            raise InputError(
                "The security key is too old: it does not speak FIDO2.", hint="Use another one."
            ) from error
        known = {1: pin.PinProtocolV1, 2: pin.PinProtocolV2}
        spoken = [number for number in self._ctap.info.pin_uv_protocols if number in known]
        if _HMAC_SECRET not in self._ctap.info.extensions or not spoken:
            raise InputError(
                "The security key cannot keep a secret for a key file (FIDO2 hmac-secret).",
                hint="Use another one.",
            )
        self._protocol = known[spoken[0]]()

    def make_credential(self) -> bytes:
        """Make a credential; its id."""
        user = {"id": os.urandom(16), "name": "key file", "displayName": "key file"}
        try:
            made = self._ctap.make_credential(
                _hash(),
                {"id": RELYING, "name": "Bayyina"},
                user,
                [{"type": "public-key", "alg": _ES256}],
                extensions={_HMAC_SECRET: True},
            )
        except (self._errors, OSError) as error:
            raise _refused() from error
        said = made.auth_data.extensions or {}
        if said.get(_HMAC_SECRET) is not True or made.auth_data.credential_data is None:
            raise InputError("The security key made a credential without a secret.")
        return bytes(made.auth_data.credential_data.credential_id)

    def answer(self, binding: Binding) -> bytes | None:
        """The answer to a salt; None if the credential is none of this security key's."""
        protocol = self._protocol
        try:
            agreed = self._ctap.client_pin(protocol.VERSION, _KEY_AGREEMENT)[1]
            own, shared = protocol.encapsulate(agreed)
            salt = protocol.encrypt(shared, binding.salt)
            given = self._ctap.get_assertion(
                RELYING,
                _hash(),
                [{"type": "public-key", "id": binding.credential}],
                extensions={
                    _HMAC_SECRET: {
                        1: own,
                        2: salt,
                        3: protocol.authenticate(shared, salt),
                        4: protocol.VERSION,
                    }
                },
            )
        except self._errors as error:
            if getattr(error, "code", None) == self._errors.ERR.NO_CREDENTIALS:  # type: ignore[attr-defined]
                return None
            raise _refused() from error
        except OSError as error:
            raise _refused() from error
        sealed = (given.auth_data.extensions or {}).get(_HMAC_SECRET)
        secret = protocol.decrypt(shared, sealed) if isinstance(sealed, bytes) else b""
        if len(secret) != SALT_LENGTH:
            raise KeyLockedError("The security key gave no answer that can be used.")
        return bytes(secret)


def _hash() -> bytes:
    """What stands for a web page's request; nobody checks a signature here."""
    return hashlib.sha256(os.urandom(32)).digest()


def _refused() -> KeyLockedError:
    return KeyLockedError(
        "The security key refused, or nobody touched it in time.",
        hint="Plug it in again and touch it when it blinks. One that always asks for its PIN "
        "cannot be used for key files.",
        code="security-key-refused",
    )


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingToolError(
            "The library for security keys (fido2) is not installed.",
            hint='Install it with: pip install "fido2".',
        ) from error
