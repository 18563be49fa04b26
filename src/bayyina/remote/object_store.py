"""Blobs in S3-compatible object storage, through ``obstore`` (the extra ``s3``).

Address and keys come from the workspace's own settings and from nowhere else: no environment
variable, no profile, no service of the machine is asked. An object is there whole or not at
all, by the storage's own promise; what is durable is the operator's choice of storage.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

from bayyina.app.ports import ObjectStoreSettings
from bayyina.errors import MissingToolError, StorageError
from bayyina.vault.blob_stores import StoredBlob, missing

T = TypeVar("T")

CLIENT: Final = "obstore"
"""The client library; loaded when object storage is first named, because most never need it."""

PART: Final = 16 << 20
"""Bytes of a part of a large upload."""

SECONDS: Final = 60
"""A request that takes longer is given up."""


def open_object_store(settings: ObjectStoreSettings) -> ObjectStore:
    """The place that the settings name.

    Raises:
        MissingToolError: the client is not installed.
        StorageError: the settings do not make a place.
    """
    try:
        client = import_module(CLIENT)
        stores = import_module(f"{CLIENT}.store")
    except ImportError as error:
        raise MissingToolError(
            "Object storage needs its client, which is not installed.",
            hint="Install it with `pip install 'bayyina[s3]'`",
        ) from error
    return ObjectStore(client, stores.S3Store, settings)


class ObjectStore:
    """Keeps blobs as objects of a bucket."""

    def __init__(self, client: Any, make: Any, settings: ObjectStoreSettings) -> None:
        """Use a client; nothing is contacted yet."""
        self._client, self._settings = client, settings
        is_plain = settings.endpoint.startswith("http://")
        prefix = settings.prefix.strip("/")
        try:
            with _own_settings_alone():
                self._store = make(
                    settings.bucket,
                    prefix=prefix or None,
                    endpoint=settings.endpoint,
                    region=settings.region,
                    virtual_hosted_style_request=False,
                    skip_signature=False,
                    credential_provider=partial(_credentials, settings),
                    client_options={"allow_http": is_plain, "timeout": timedelta(seconds=SECONDS)},
                    retry_config={
                        "max_retries": 3,
                        "backoff": {
                            "base": 2,
                            "init_backoff": timedelta(milliseconds=100),
                            "max_backoff": timedelta(seconds=5),
                        },
                        "retry_timeout": timedelta(seconds=SECONDS),
                    },
                )
        except client.exceptions.BaseError as error:
            raise self._refused(error) from error

    @property
    def place(self) -> str:
        """Where it is, for a person."""
        return f"the bucket {self._settings.bucket} at {self._settings.endpoint}"

    def put(self, address: str, source: BinaryIO) -> None:
        """Store all bytes that ``source`` gives; raises ``StorageError``."""
        try:
            self._client.put(self._store, address, _parts(source), chunk_size=PART)
        except (self._client.exceptions.BaseError, OSError) as error:
            raise self._refused(error) from error

    def adopt(self, files: Sequence[tuple[str, Path]]) -> None:
        """Upload files, then remove them; raises ``StorageError``."""
        try:
            for address, path in files:
                with path.open("rb") as file:
                    self.put(address, file)
                path.unlink()
        except OSError as error:
            raise self._refused(error) from error

    def read(self, address: str, start: int = 0, length: int | None = None) -> bytes:
        """Bytes from ``start`` on; raises ``BlobMissingError`` and ``StorageError``."""
        size = self.size(address) if start or length is not None else None
        if size is not None:
            end = size if length is None else min(start + length, size)
            if start >= end:
                return b""
            found = self._call(self._client.get_range, address, start=start, end=end)
            return bytes(found)
        return bytes(self._call(self._client.get, address).bytes())

    def read_into(self, address: str, start: int, into: memoryview) -> int:
        """Fill a buffer from ``start`` on; raises ``BlobMissingError`` and ``StorageError``."""
        found = self.read(address, start, len(into))
        into[: len(found)] = found
        return len(found)

    def size(self, address: str) -> int | None:
        """Length of a blob, or None."""
        try:
            return int(self._client.head(self._store, address)["size"])
        except FileNotFoundError:
            return None
        except (self._client.exceptions.BaseError, OSError) as error:
            raise self._refused(error) from error

    def list(self) -> Iterator[StoredBlob]:
        """Everything under the prefix, in order of name."""
        found: list[StoredBlob] = []
        prefix = self._settings.prefix.strip("/")
        try:
            for some in self._client.list(self._store):
                for one in some:
                    name = str(one["path"]).removeprefix(f"{prefix}/" if prefix else "")
                    found.append(StoredBlob(name, int(one["size"])))
        except (self._client.exceptions.BaseError, OSError) as error:
            raise self._refused(error) from error
        yield from sorted(found)

    def delete(self, address: str) -> None:
        """Remove a blob; raises ``StorageError``."""
        if self.size(address) is not None:
            self._call(self._client.delete, address)

    def _call(self, method: Callable[..., T], address: str, *rest: Any, **named: Any) -> T:
        try:
            return method(self._store, address, *rest, **named)
        except FileNotFoundError as error:
            raise missing(address, self.place) from error
        except (self._client.exceptions.BaseError, OSError) as error:
            raise self._refused(error) from error

    def _refused(self, error: BaseException) -> StorageError:
        told = str(error).strip().splitlines() or [type(error).__name__]
        return StorageError(
            f"{self.place} cannot be used: {told[0][:200].rstrip('.')}.",
            hint="Check address, bucket and credentials in vault.toml, and the connection.",
        )


@contextmanager
def _own_settings_alone() -> Iterator[None]:
    """Keep the client from taking addresses and keys out of the environment.

    It reads variables such as ``AWS_ENDPOINT_URL_S3`` when it is made, and prefers them to what
    it is given.
    """
    kept = {name: value for name, value in os.environ.items() if name.upper().startswith("AWS_")}
    for name in kept:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(kept)


def _credentials(settings: ObjectStoreSettings) -> dict[str, Any]:
    return {
        "access_key_id": settings.access_key,
        "secret_access_key": settings.secret_key,
        "token": None,
        "expires_at": None,
    }


def _parts(source: BinaryIO) -> Iterator[bytes]:
    while block := source.read(PART):
        yield block
