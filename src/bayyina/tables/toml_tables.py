"""A TOML table read key by key: every key is asked for by its type, the rest is a fault."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from bayyina.tables.mapping_faults import Faults, choices, did_you_mean
from bayyina.tables.toml_lines import Path


class TomlTable:
    """One table of a mapping and where it stands.

    Each method takes one key; ``close`` then reports the keys that nobody asked for, with
    the nearest one that exists.
    """

    def __init__(self, content: dict[str, Any], path: Path, faults: Faults) -> None:
        self.content = content
        self.path = path
        self._faults = faults
        self._asked: dict[str, None] = {}

    def fault(self, message: str, key: str | int | None = None) -> None:
        """Note a fault of the table, or of one of its keys."""
        self._faults.add(self.path if key is None else (*self.path, key), message)

    def take(self, key: str) -> Any:
        """Give whatever stands at a key, or None."""
        self._asked[key] = None
        return self.content.get(key)

    def text(self, key: str, *, required: bool = False) -> str | None:
        """Give a text that is not blank."""
        value = self.take(key)
        if value is None:
            if required:
                self.fault(f"the key `{key}` is missing.")
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or not value.strip():
            self.fault("a text in quotation marks is needed.", key)
            return None
        return value

    def word(self, key: str, allowed: Collection[str], default: str) -> str:
        """Give one of the allowed words."""
        value = self.text(key)
        if value is None:
            return default
        if value not in allowed:
            hint = did_you_mean(value, allowed)
            self.fault(f"“{value}” is none of {choices(allowed)}{hint}.", key)
            return default
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Give true or false."""
        value = self.take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fault("true or false is needed, without quotation marks.", key)
            return default
        return value

    def row_number(self, key: str) -> int | None:
        """Give the number of a row, from 1; None when the key is absent."""
        value = self.take(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self.fault("the number of a row is needed; the first row is 1.", key)
            return None
        return value

    def optional_flag(self, key: str) -> bool | None:
        """Give true, false, or None when the key is absent."""
        return self.flag(key) if key in self.content else self.take(key)

    def texts(self, key: str) -> tuple[str, ...] | None:
        """Give a text or a list of texts; None when the key is absent."""
        value = self.take(key)
        if value is None:
            return None
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str) for item in items):
            self.fault("a text, or a list of texts, is needed.", key)
            return None
        return tuple(items)

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Give a table of texts as pairs."""
        value = self.take(key)
        if value is None:
            return ()
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            self.fault('a table such as { M = "male" } is needed.', key)
            return ()
        return tuple(value.items())

    def day(self, key: str) -> str | None:
        """Give a whole date, ISO 8601."""
        value = self.take(key)
        if isinstance(value, dt.datetime):
            return value.date().isoformat()
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, str):
            try:
                return dt.date.fromisoformat(value).isoformat()
            except ValueError:
                pass
        self.fault("a whole date such as 2023-08-31 is needed.", key)
        return None

    def table(self, key: str) -> TomlTable | None:
        """Give the table at a key."""
        value = self.take(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(f"a table is needed: [{key}] or {{ … }}.", key)
            return None
        return TomlTable(value, (*self.path, key), self._faults)

    def tables(self, key: str) -> list[TomlTable]:
        """Give the tables of an array, or the one table that stands there."""
        value = self.take(key)
        if value is None:
            return []
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(item, dict) for item in items):
            self.fault(f"a list of tables is needed: [[{key}]].", key)
            return []
        single = isinstance(value, dict)
        return [
            TomlTable(item, (*self.path, key) if single else (*self.path, key, at), self._faults)
            for at, item in enumerate(items)
        ]

    def close(self) -> None:
        """Report the keys that nobody asked for."""
        for key in self.content:
            if key not in self._asked:
                hint = did_you_mean(key, self._asked)
                self.fault(f"this key is not known here{hint}.", key)
