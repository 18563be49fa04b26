"""JSON Schemas of the small files, made from the shapes that read them.

Editors use them to complete and check while somebody writes. What a schema cannot say
(that an id exists, that a word is in the vocabulary) ``check_small_file`` says.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import textwrap
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, Literal, cast, get_args, get_origin

from bayyina.errors import SmallFileError
from bayyina.model.vocabulary import Vocabulary
from bayyina.standards.claims_file import ClaimsFile
from bayyina.standards.documentation_standard import DocumentationStandard
from bayyina.standards.methodology import Methodology
from bayyina.standards.order_file import OrderFile
from bayyina.standards.shapes import Spec, fields_of, options_of
from bayyina.standards.site_file import GEOMETRIES
from bayyina.standards.site_register import SiteRegister
from bayyina.standards.vocabulary_schema import vocabulary_schema

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
"""Dialect of the schemas."""

_SHAPES: Final[Mapping[str, type]] = {
    "methodology": Methodology,
    "standard": DocumentationStandard,
    "claims": ClaimsFile,
    "order": OrderFile,
}

KINDS: Final = (*_SHAPES, "site", "vocabulary")
"""Kinds of small file that have a schema here."""


def schema_of_kind(kind: str, vocabulary: Vocabulary | None = None) -> dict[str, Any]:
    """The JSON Schema of a kind of small file.

    Raises:
        SmallFileError: there is no such kind.
    """
    if kind in _SHAPES:
        body = schema_of(_SHAPES[kind])
    elif kind == "site":
        body = _site_schema(vocabulary or Vocabulary.load())
    elif kind == "vocabulary":
        body = vocabulary_schema()
    else:
        raise SmallFileError(
            f"There is no schema of “{kind}”.", hint=f"There are: {', '.join(KINDS)}."
        )
    return {"$schema": DIALECT, "$id": f"urn:bayyina:schema:{kind}:1", **body}


def schema_of(shape: type) -> dict[str, Any]:
    """The JSON Schema of a shape, with each field's docstring as its description."""
    notes = field_notes(shape)
    properties: dict[str, Any] = {}
    for field in fields_of(shape):
        described = _schema(field.type, field.spec)
        note = notes.get(field.name)
        properties[field.key] = {**described, "description": note} if note else described
    return {
        "type": "object",
        "description": (shape.__doc__ or "").strip().split("\n")[0],
        "properties": properties,
        "required": [field.key for field in fields_of(shape) if field.required],
        "additionalProperties": False,
    }


@cache
def field_notes(shape: type) -> Mapping[str, str]:
    """The text that stands under each field of a dataclass."""
    body = ast.parse(textwrap.dedent(inspect.getsource(shape))).body[0]
    notes: dict[str, str] = {}
    name = None
    for node in cast("ast.ClassDef", body).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
        elif name and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            notes[name] = " ".join(inspect.cleandoc(str(node.value.value)).split())
            name = None
        else:
            name = None
    return notes


def _schema(kind: Any, rules: Spec) -> dict[str, Any]:
    options = options_of(kind)
    if len(options) > 1:
        return {"anyOf": [_schema(option, rules) for option in options]}
    kind = options[0]
    origin = get_origin(kind)
    inner = dataclasses.replace(rules, filled=False)
    if dataclasses.is_dataclass(kind):
        return schema_of(cast("type", kind))
    if origin is Literal:
        return {"enum": list(get_args(kind))}
    if origin is tuple:
        items = {"type": "array", "items": _schema(get_args(kind)[0], inner)}
        return {**items, "minItems": 1} if rules.filled else items
    if origin is not None:
        mapped = {"type": "object", "additionalProperties": _schema(get_args(kind)[1], inner)}
        return {**mapped, "minProperties": 1} if rules.filled else mapped
    return _scalar_schema(kind, rules)


def _scalar_schema(kind: type, rules: Spec) -> dict[str, Any]:
    if kind is bool:
        return {"type": "boolean"}
    if kind is str:
        pattern = {"pattern": f"^(?:{rules.pattern})$"} if rules.pattern else {}
        kinds: str | list[str] = ["string", "integer"] if rules.pattern else "string"
        examples = {"examples": [rules.example]} if rules.example else {}
        return {"type": kinds, "minLength": 1, **pattern, **examples}
    bounds = {"minimum": rules.least, "maximum": rules.most}
    given = {key: value for key, value in bounds.items() if value is not None}
    return {"type": "integer" if kind is int else "number", **given}


def _site_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "id": {"type": "string", "minLength": 1},
        "ring": {"type": "object"},
        "sensors": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        **schema_of(SiteRegister)["properties"],
    }
    for prop in vocabulary.types["Site"].properties.values():
        kinds = ["string", "number", "boolean", "null", "array", "object"]
        properties[prop.name] = {"type": kinds, "description": prop.label["en"]}
    return {
        "type": "object",
        "description": "One site as a GeoJSON Feature (RFC 7946).",
        "properties": {
            "type": {"const": "Feature"},
            "id": {"type": ["string", "number"]},
            "bbox": {"type": "array", "items": {"type": "number"}},
            "geometry": {
                "type": ["object", "null"],
                "properties": {
                    "type": {"enum": list(GEOMETRIES)},
                    "coordinates": {"type": "array", "minItems": 1},
                },
                "required": ["type", "coordinates"],
            },
            "properties": {
                "type": "object",
                "properties": properties,
                "additionalProperties": False,
                "anyOf": [{"required": ["name"]}, {"required": ["id"]}],
            },
        },
        "required": ["type", "geometry", "properties"],
        "additionalProperties": False,
    }
