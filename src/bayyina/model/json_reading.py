"""JSON as people write it, with the line of every key and item for messages."""

from __future__ import annotations

import json
import re

from bayyina.model.lined_text import LinedDocument, Path, TextSyntaxError

_TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([{}\[\],:])|([^\s{}\[\],:"]+))', re.DOTALL)


class JsonSyntaxError(TextSyntaxError):
    """A text is not JSON, or gives a key twice."""

    code = "json-syntax"


JsonDocument = LinedDocument[object]
"""What a JSON text holds, and where."""


def read_json(text: str) -> JsonDocument:
    """Read a JSON text (RFC 8259: no NaN, no infinite numbers, no key twice).

    Raises:
        JsonSyntaxError: the text is not JSON; names the line.
    """
    try:
        data = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise JsonSyntaxError(error.msg[:1].lower() + error.msg[1:], error.lineno) from error
    except ValueError as error:
        raise JsonSyntaxError("NaN and Infinity are not JSON", 1) from error
    except RecursionError as error:
        raise JsonSyntaxError("brackets are nested too deeply", 1) from error
    return JsonDocument(data, _lines(text))


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def _lines(text: str) -> dict[Path, int]:
    """Lines of keys and items of a text that is known to be JSON."""
    lines: dict[Path, int] = {}
    path: list[str | int] = []  # one step per open bracket: the key or index we are at
    at_key: list[bool] = []  # per open bracket: whether a key comes next
    for token in _TOKEN.finditer(text):
        string, sign, _ = token.groups()
        line = text.count("\n", 0, token.end()) + 1
        if path and isinstance(path[-1], int) and sign not in (",", "]"):
            lines.setdefault(tuple(path), line)
        if sign in ("{", "["):
            path.append("" if sign == "{" else 0)
            at_key.append(sign == "{")
        elif sign in ("}", "]"):
            path.pop()
            at_key.pop()
        elif sign == "," and isinstance(path[-1], int):
            path[-1] += 1
        elif sign == ",":
            at_key[-1] = True
        elif string is not None and at_key and at_key[-1]:
            path[-1] = json.loads(f'"{string}"')
            at_key[-1] = False
            if tuple(path) in lines:
                raise JsonSyntaxError(f"the key `{path[-1]}` is given twice", line)
            lines[tuple(path)] = line
    return lines
