"""Secrets of security keys, by the messages of the standard, against one in software."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bayyina.errors import FileUnreadableError, InputError, KeyLockedError, MissingToolError
from bayyina.keys import security_key
from bayyina.keys.personal import (
    Bound,
    KdfCost,
    PersonalKey,
    read_key_file,
    read_public_keys,
    write_key_file,
)
from bayyina.keys.security_key import Binding, ask, enroll, plugged_in
from tests.unit.keys.software_token import SoftwareToken


@pytest.mark.parametrize("protocols", [(2, 1), (1,), (2,)])
def test_the_same_question_has_the_same_answer(protocols: tuple[int, ...]) -> None:
    token = SoftwareToken(protocols=protocols)
    binding, first = enroll(lambda: [token])
    assert ask(binding, lambda: [token]) == first
    assert len(first) == 32
    other = Binding(binding.credential, bytes(32))
    assert ask(other, lambda: [token]) != first


def test_another_security_key_gives_no_answer() -> None:
    token, other = SoftwareToken(), SoftwareToken()
    binding, first = enroll(lambda: [token])
    with pytest.raises(KeyLockedError, match="which is not plugged in"):
        ask(binding, lambda: [other])
    with pytest.raises(KeyLockedError, match="which is not plugged in"):
        ask(binding, list)
    assert ask(binding, lambda: [other, token]) == first


def test_which_one_is_meant_must_be_clear() -> None:
    with pytest.raises(InputError, match="No security keys are plugged in"):
        enroll(list)
    with pytest.raises(InputError, match="2 security keys are plugged in"):
        enroll(lambda: [SoftwareToken(), SoftwareToken()])


def test_one_that_cannot_do_it_is_told() -> None:
    for token in (SoftwareToken(extensions=()), SoftwareToken(protocols=())):
        with pytest.raises(InputError, match="cannot keep a secret for a key file"):
            enroll([token].copy)


@pytest.mark.parametrize("code", [0x27, 0x2F, 0x36, 0x3B])
def test_a_refusal_is_one_sentence(code: int) -> None:
    token = SoftwareToken()
    binding, _ = enroll(lambda: [token])
    token.error = code
    with pytest.raises(KeyLockedError, match="refused, or nobody touched it"):
        ask(binding, lambda: [token])
    with pytest.raises(KeyLockedError, match="refused, or nobody touched it"):
        enroll(lambda: [token])


CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)
KEY = PersonalKey.from_secret(bytes(range(64)))


def bound_file(path: Path, token: SoftwareToken) -> Path:
    bound = Bound(*enroll(lambda: [token]))
    write_key_file(path, KEY, "a passphrase", owner="amal", cost=CHEAP, bound=bound)
    return path


def test_a_bound_key_file_takes_both(tmp_path: Path) -> None:
    token = SoftwareToken()
    file = bound_file(tmp_path / "amal.key", token)

    def answer(binding: Binding) -> bytes:
        return ask(binding, lambda: [token])

    assert read_key_file(file, "a passphrase", answer=answer).secret == KEY.secret
    assert read_public_keys(file) == KEY.public
    with pytest.raises(KeyLockedError, match="the passphrase is wrong"):
        read_key_file(file, "another", answer=answer)
    with pytest.raises(KeyLockedError, match="the passphrase is wrong"):
        read_key_file(file, "a passphrase", answer=lambda _: bytes(32))
    with pytest.raises(KeyLockedError, match="which is not plugged in"):
        read_key_file(file, "a passphrase", answer=lambda one: ask(one, list))


def test_a_bound_file_that_was_changed_does_not_open(tmp_path: Path) -> None:
    token = SoftwareToken()
    file = bound_file(tmp_path / "amal.key", token)
    whole = json.loads(file.read_text(encoding="utf-8"))

    def answer(binding: Binding) -> bytes:
        return ask(binding, lambda: [token])

    changes: list[dict[str, Any]] = [
        {"version": 1},
        {"token": {**whole["token"], "salt": "00" * 32}},
        {"token": {**whole["token"], "salt": "00"}},
        {"token": {**whole["token"], "name": "another"}},
        {"token": None},
        {"owner": "badr"},
    ]
    for change in changes:
        file.write_text(json.dumps(whole | change), encoding="utf-8")
        with pytest.raises((KeyLockedError, FileUnreadableError)):
            read_key_file(file, "a passphrase", answer=answer)
    plain = {name: part for name, part in whole.items() if name != "token"} | {"version": 1}
    file.write_text(json.dumps(plain), encoding="utf-8")
    with pytest.raises(KeyLockedError):
        read_key_file(file, "a passphrase")


def test_without_the_library_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(security_key, "import_module", absent)
    with pytest.raises(MissingToolError, match="fido2"):
        plugged_in()
