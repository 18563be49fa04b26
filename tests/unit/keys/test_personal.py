"""Personal key files."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from bayyina.errors import FileUnreadableError, InputError, KeyLockedError, StorageError
from bayyina.keys.personal import (
    DEFAULT_COST,
    KdfCost,
    PersonalKey,
    read_key_file,
    read_public_keys,
    write_key_file,
)

CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)
KEY = PersonalKey.from_secret(bytes(range(64)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "amal.key"
    write_key_file(path, KEY, "كلمة السر 1", owner="amal", cost=CHEAP)
    return path


def test_a_key_file_opens_with_its_passphrase(file: Path) -> None:
    key = read_key_file(file, "كلمة السر 1")
    assert key.secret == KEY.secret
    assert read_public_keys(file) == KEY.public == key.public


def test_a_wrong_passphrase_is_told_in_one_sentence(file: Path) -> None:
    with pytest.raises(KeyLockedError) as caught:
        read_key_file(file, "another")
    assert caught.value.message.count(".") - str(file).count(".") == 1
    assert "passphrase is wrong" in caught.value.message


def test_a_passphrase_can_be_typed_in_either_unicode_form(tmp_path: Path) -> None:
    write_key_file(tmp_path / "k", KEY, "caf\u00e9", owner="amal", cost=CHEAP)
    assert read_key_file(tmp_path / "k", "cafe\u0301").secret == KEY.secret


def test_the_default_cost_is_kept_in_the_file(tmp_path: Path) -> None:
    write_key_file(tmp_path / "k", KEY, "secret", owner="amal")
    kdf = json.loads((tmp_path / "k").read_text(encoding="utf-8"))["kdf"]
    stated = (kdf["memory_kib"], kdf["iterations"], kdf["lanes"])
    assert KdfCost(*stated) == DEFAULT_COST
    assert KdfCost() == KdfCost(memory_kib=64 << 10, iterations=3, lanes=1), "what is shipped"
    assert read_key_file(tmp_path / "k", "secret").secret == KEY.secret


def test_nothing_secret_stands_in_clear(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert KEY.secret[:32].hex() not in text
    assert KEY.secret[32:].hex() not in text
    assert repr(KEY).count("PrivateKey") == 0


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps access lists, not modes.")
def test_nobody_else_may_read_it(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_existing_file_is_left_alone(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(StorageError, match="exists already"):
        write_key_file(file, PersonalKey.generate(), "x", owner="amal", cost=CHEAP)
    assert file.read_bytes() == before
    write_key_file(file, KEY, "new", owner="amal", cost=CHEAP, replace=True)
    assert read_key_file(file, "new").secret == KEY.secret
    assert list(file.parent.iterdir()) == [file]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        write_key_file(tmp_path / "no" / "k", KEY, "x", owner="amal", cost=CHEAP)
    with pytest.raises(FileUnreadableError):
        read_key_file(tmp_path / "k", "x")


def test_an_empty_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        write_key_file(tmp_path / "k", KEY, "", owner="amal", cost=CHEAP)
    assert not (tmp_path / "k").exists()


@pytest.mark.parametrize(
    ("keys", "to", "error"),
    [
        (("owner",), "basil", KeyLockedError),
        (
            (
                "public",
                "sign",
            ),
            "00" * 32,
            KeyLockedError,
        ),
        (
            (
                "kdf",
                "salt",
            ),
            "00" * 16,
            KeyLockedError,
        ),
        (
            (
                "kdf",
                "iterations",
            ),
            2,
            KeyLockedError,
        ),
        (
            (
                "cipher",
                "text",
            ),
            "00" * 80,
            KeyLockedError,
        ),
        (("extra",), 1, KeyLockedError),
        (
            (
                "kdf",
                "memory_kib",
            ),
            1 << 30,
            FileUnreadableError,
        ),
        (
            (
                "kdf",
                "memory_kib",
            ),
            "x",
            FileUnreadableError,
        ),
        (
            (
                "kdf",
                "name",
            ),
            "scrypt",
            FileUnreadableError,
        ),
        (
            (
                "cipher",
                "nonce",
            ),
            "zz",
            FileUnreadableError,
        ),
        (
            (
                "cipher",
                "nonce",
            ),
            "",
            FileUnreadableError,
        ),
        (("cipher",), None, FileUnreadableError),
        (("version",), 2, FileUnreadableError),
        (("format",), "other", FileUnreadableError),
    ],
)
def test_a_changed_file_does_not_open(
    file: Path, keys: tuple[str, ...], to: Any, error: type[Exception]
) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    inner = content
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = to
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(error):
        read_key_file(file, "كلمة السر 1")


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff\xfe", b"[" * 5000])
def test_other_files_are_no_key_files(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "k"
    path.write_bytes(data)
    with pytest.raises(FileUnreadableError):
        read_key_file(path, "x")
    with pytest.raises(FileUnreadableError):
        read_public_keys(path)


def test_generated_keys_differ() -> None:
    assert PersonalKey.generate().secret != PersonalKey.generate().secret
