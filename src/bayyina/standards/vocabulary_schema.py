"""The JSON Schema of vocabulary files, from the keys and words that their reader accepts."""

from __future__ import annotations

from typing import Any, Final

from bayyina.model.vocabulary import LANGUAGES, LEVELS, PROPERTY_TYPES, QUANTITY_UNITS
from bayyina.model.vocabulary.reading_terms import (
    FACILITY_KEYS,
    GROUP_KEYS,
    GROUP_KINDS,
    LIST_KEYS,
    PLURALS,
    TERM_KEYS,
    UNIT_KEYS,
)
from bayyina.model.vocabulary.reading_types import CONSTRAINT_KINDS, PROPERTY_KEYS, TYPE_KEYS

_TEXT: Final = {"type": "string", "minLength": 1}
_WORDS: Final = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_FLAG: Final = {"type": "boolean"}
_LABEL: Final = {
    "type": "object",
    "properties": dict.fromkeys(LANGUAGES, _TEXT),
    "required": list(LANGUAGES),
    "additionalProperties": False,
}
_ALIASES: Final = {
    "type": "object",
    "properties": dict.fromkeys(LANGUAGES, _WORDS),
    "additionalProperties": False,
}
_PLURAL_LABEL: Final = {
    "type": "object",
    "properties": {
        lang: {
            "type": "object",
            "properties": dict.fromkeys(forms, _TEXT),
            "required": list(forms),
            "additionalProperties": False,
        }
        for lang, forms in PLURALS.items()
    },
    "required": list(LANGUAGES),
    "additionalProperties": False,
}
_BY_KEY: Final[dict[str, Any]] = {
    "label": _LABEL,
    "definition": _LABEL,
    "aliases": _ALIASES,
    "to": _WORDS,
    "clarifies": _WORDS,
    "abstract": _FLAG,
    "once": _FLAG,
    "ordered": _FLAG,
    "multiple": _FLAG,
    "uncertain": _FLAG,
    "level": {"enum": list(LEVELS)},
    "custody": {"enum": ["start", "end"]},
    "required": {"enum": ["for_counting"]},
    "unit": {"enum": list(QUANTITY_UNITS)},
    "stated_count": {"type": "integer", "minimum": 0},
    "huridocs_list": {"type": "integer", "minimum": 0},
    "constraints": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                kind: {"type": "array", "items": _TEXT, "minItems": 2, "maxItems": 2}
                for kind in CONSTRAINT_KINDS
            },
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
        },
    },
    "where": {"type": "object", "additionalProperties": _TEXT},
}


def vocabulary_schema() -> dict[str, Any]:
    """The schema of one document of a vocabulary file."""
    properties = _named(_entry(PROPERTY_KEYS, type={"enum": list(PROPERTY_TYPES)}))
    terms = _named(_entry(TERM_KEYS, required=["label"]))
    groups = _entry(GROUP_KEYS, required=["label", "kind"], kind={"enum": list(GROUP_KINDS)})
    facilities = _entry(FACILITY_KEYS, required=["label", "kind"])
    units = _entry(UNIT_KEYS, required=["record", "label"], label=_PLURAL_LABEL)
    extension = {
        "type": "object",
        "properties": {
            "version": {"const": 1},
            "extends": _TEXT,
            "properties": properties,
            "terms": terms,
            "aliases": _named(_ALIASES),
        },
        "required": ["extends"],
        "additionalProperties": False,
    }
    return {
        "description": "One document of a vocabulary file.",
        "anyOf": [
            _entry(TYPE_KEYS, required=["type", "label"], properties=properties),
            _entry(LIST_KEYS, required=["list", "label", "terms"], terms=terms),
            _document("groups", groups),
            _document("facilities", facilities),
            _document("units", units),
            extension,
        ],
    }


def _entry(
    keys: tuple[str, ...], *, required: list[str] | None = None, **special: Any
) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {key: special.get(key, _BY_KEY.get(key, _TEXT)) for key in keys},
        "required": required or [],
        "additionalProperties": False,
    }


def _named(entry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": entry}


def _document(key: str, entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"version": {"const": 1}, key: _named(entry)},
        "required": [key],
        "additionalProperties": False,
    }
