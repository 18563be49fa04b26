"""Writing small TOML values: texts, lists and inline tables."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def quoted(text: str) -> str:
    """Write a text in quotation marks (JSON's escapes are also TOML's)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def key(name: str) -> str:
    """Write a key, in quotation marks where it needs them."""
    return name if _BARE_KEY.fullmatch(name) else quoted(name)


def inline(value: object) -> str:
    """Write a value on one line: tables in braces, lists in brackets."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key(name)} = {inline(part)}" for name, part in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Sequence):
        return f"[{', '.join(map(inline, value))}]"
    raise TypeError(f"no TOML for {type(value).__name__}")
