"""JSON files as bundles hold them: one line for each part that a person looks for.

The members of the object stand on lines of their own, and so do the elements of those that are
lists or objects; what lies deeper shares a line. The lines are written by the encoder that is
quick for whole values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any


def json_file(value: Mapping[str, Any], *, is_ascii: bool = True) -> bytes:
    """The bytes of a JSON file that holds one object.

    Args:
        value: The object.
        is_ascii: Whether every other character is written as an escape, and keys are sorted.
    """
    encode = json.JSONEncoder(ensure_ascii=is_ascii, sort_keys=is_ascii).encode
    keys = sorted(value) if is_ascii else list(value)
    members = ",\n".join(f" {encode(key)}: {_part(value[key], encode, is_ascii)}" for key in keys)
    text = f"{{\n{members}\n}}\n" if members else "{}\n"
    return text.encode("utf-8", "backslashreplace")


def _part(value: Any, encode: Callable[[Any], str], is_sorted: bool) -> str:
    """A member's value; the elements of a list or an object on lines of their own."""
    if isinstance(value, list) and value:
        lines, opening, closing = map(encode, value), "[", "]"
    elif isinstance(value, dict) and value:
        keys = sorted(value) if is_sorted else list(value)
        lines = (f"{encode(key)}: {encode(value[key])}" for key in keys)  # type: ignore[assignment]
        opening, closing = "{", "}"
    else:
        return encode(value)
    return opening + "\n  " + ",\n  ".join(lines) + "\n " + closing
