"""JSON Schemas of the documents that commands print, made from their types."""

from __future__ import annotations

import inspect
import json
import types
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

from bayyina.cli.all_documents import DOCUMENTS

DIALECT = "https://json-schema.org/draft/2020-12/schema"

PLAIN: Mapping[object, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
}
"""JSON types of what is not made of parts."""


def file_name(command: str) -> str:
    """The schema's file, below docs/reference."""
    return f"schemas/{command.replace(' --', ' ').replace(' ', '-')}.schema.json"


def pages() -> dict[str, Callable[[], str]]:
    """What makes the text of each schema, by file."""
    return {file_name(command): partial(schema_text, command) for command in DOCUMENTS}


def schema_text(command: str) -> str:
    """The schema of a command's document as a file's text."""
    return json.dumps(schema_of_command(command), ensure_ascii=False, indent=2) + "\n"


def schema_of_command(command: str) -> dict[str, Any]:
    """The schema of a command's document."""
    name = file_name(command).removeprefix("schemas/").removesuffix(".schema.json")
    title = "a failure" if command == "error" else f"bayyina {command} --json"
    head = {"$schema": DIALECT, "$id": f"urn:bayyina:schema:output-{name}:1", "title": title}
    return head | schema_of(DOCUMENTS[command])


def schema_of(kind: Any) -> dict[str, Any]:
    """The schema of a type: a TypedDict, or what its fields are made of."""
    if is_typeddict(kind):
        return _of_document(kind)
    origin, parts = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        if all(part in PLAIN for part in parts):
            return {"type": [PLAIN[part] for part in parts]}
        return {"anyOf": [schema_of(part) for part in parts]}
    if origin is list:
        return {"type": "array", "items": schema_of(parts[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(parts[1])}
    if origin is tuple:
        return {
            "type": "array",
            "prefixItems": [schema_of(part) for part in parts],
            "items": False,
            "minItems": len(parts),
        }
    if kind is Any:  # what a file of a stranger says of itself has no fixed shape
        return {}
    return {"type": PLAIN[kind]}


def _of_document(kind: Any) -> dict[str, Any]:
    fields = get_type_hints(kind, include_extras=True)
    properties, required = {}, []
    for name, field in fields.items():
        is_optional = get_origin(field) is NotRequired
        properties[name] = schema_of(get_args(field)[0] if is_optional else field)
        if not is_optional:
            required.append(name)
    return {
        "type": "object",
        "description": inspect.getdoc(kind) or "",
        "properties": properties,
        "required": required,
    }
