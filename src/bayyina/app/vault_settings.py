"""``vault.toml``: where a workspace keeps its blobs, if not in its own folder, and where again.

::

    version = 1
    [store]                      # leave out: the workspace's own folder
    folder = "/srv/vault"
    [replica]                    # leave out: no second place
    bucket = "evidence"
    endpoint = "https://storage.example.org"
    region = "main"
    prefix = "group-a/"
    credentials = "/etc/bayyina/storage.toml"   # access_key and secret_key

Nothing is read from the environment or from a machine's own identity: what is not written
here is not contacted.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bayyina.app.ports import ObjectStoreSettings
from bayyina.errors import SmallFileError

SETTINGS: Final = "vault.toml"
"""Name of the file in the workspace's folder."""

_OBJECTS: Final = {"bucket", "endpoint", "region", "prefix", "credentials"}
_NEEDED: Final = ("bucket", "endpoint", "credentials")


@dataclass(frozen=True)
class StoreSettings:
    """One place for blobs: a folder, or object storage."""

    folder: Path | None
    """The folder, if it is one."""

    objects: ObjectStoreSettings | None
    """Where in object storage, if it is there."""


@dataclass(frozen=True)
class VaultSettings:
    """Both places."""

    store: StoreSettings | None
    """Where blobs are kept; None for the workspace's own folder."""

    replica: StoreSettings | None
    """Where each is kept again; None for nowhere."""


def read_vault_settings(path: Path) -> VaultSettings:
    """What the file says; one that is not there says nothing.

    Raises:
        SmallFileError: it cannot be read, or says something that is not understood.
    """
    if not path.exists():
        return VaultSettings(None, None)
    content = _toml(path)
    unknown = set(content) - {"version", "store", "replica"}
    if unknown or content.get("version") != 1:
        what = f"it holds `{min(unknown)}`" if unknown else "its version is not 1"
        raise _wrong(path, what)
    return VaultSettings(_place(path, content, "store"), _place(path, content, "replica"))


def _place(path: Path, content: Mapping[str, Any], name: str) -> StoreSettings | None:
    table = content.get(name)
    if table is None:
        return None
    if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
        raise _wrong(path, f"[{name}] is not a table of texts")
    if set(table) == {"folder"}:
        return StoreSettings((path.parent / table["folder"]).absolute(), None)
    if not set(table) <= _OBJECTS or not all(table.get(key) for key in _NEEDED):
        raise _wrong(path, f"[{name}] names neither a folder alone nor a whole place in a bucket")
    secret = path.parent / table["credentials"]
    keys = _toml(secret)
    if set(keys) != {"access_key", "secret_key"}:
        raise _wrong(secret, "it does not hold exactly `access_key` and `secret_key`")
    objects = ObjectStoreSettings(
        bucket=table["bucket"],
        endpoint=table["endpoint"],
        region=table.get("region", "us-east-1"),
        prefix=table.get("prefix", ""),
        access_key=str(keys["access_key"]),
        secret_key=str(keys["secret_key"]),
    )
    return StoreSettings(None, objects)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not TOML"
        raise _wrong(path, str(reason)) from error


def _wrong(path: Path, what: str) -> SmallFileError:
    return SmallFileError(
        f"The vault's settings {path} cannot be used: {what}.",
        hint="docs/how-to/keep-evidence.md shows what they hold; nothing was changed.",
    )
