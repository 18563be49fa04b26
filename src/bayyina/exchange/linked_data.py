"""JSON-LD: every record with its statements, each a node with its source (PROV-O).

Terms are ours, ``urn:bayyina:``; the ones that others know are said to be the same in the
context: schema.org for names and dates of birth, PROV-O for sources, HURIDOCS codes as notations.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from bayyina.exchange.records import OutRecord, OutStatement, property_of
from bayyina.model.vocabulary import Vocabulary

OWN: Final = "urn:bayyina:"
"""Prefix of our own terms."""

CONTEXT: Final[dict[str, Any]] = {
    "@version": 1.1,
    "bayyina": OWN,
    "schema": "https://schema.org/",
    "prov": "http://www.w3.org/ns/prov#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "id": "@id",
    "type": "@type",
    "statements": {"@id": "bayyina:statement", "@container": "@set"},
    "property": {"@id": "bayyina:property", "@type": "@vocab"},
    "value": "bayyina:value",
    "record": {"@id": "bayyina:value", "@type": "@id"},
    "original": "bayyina:original",
    "language": "bayyina:language",
    "earliest": {"@id": "bayyina:earliest", "@type": "http://www.w3.org/2001/XMLSchema#date"},
    "latest": {"@id": "bayyina:latest", "@type": "http://www.w3.org/2001/XMLSchema#date"},
    "certainty": "bayyina:certainty",
    "source": {"@id": "prov:hadPrimarySource", "@type": "@id"},
    "locator": "bayyina:locator",
    "assertedOn": {"@id": "prov:generatedAtTime", "@type": "http://www.w3.org/2001/XMLSchema#date"},
    "huridocs": "skos:notation",
}
"""The context: written into every file, so that no address has to be asked."""


def document(records: Iterable[OutRecord], vocabulary: Vocabulary, base: str) -> Iterator[str]:
    """The document in parts, one record a line.

    Args:
        records: What to write.
        vocabulary: Tells links from texts, and the HURIDOCS codes.
        base: Prefix of the ids of records, such as ``urn:uuid:...:``.
    """
    yield '{"@context": ' + json.dumps(CONTEXT, ensure_ascii=False) + ',\n"@graph": [\n'
    for number, record in enumerate(records):
        yield (",\n" if number else "") + json.dumps(
            _record(record, vocabulary, base), ensure_ascii=False
        )
    yield "\n]}\n"


def _record(record: OutRecord, vocabulary: Vocabulary, base: str) -> dict[str, Any]:
    kind = vocabulary.types.get(record.type)
    node: dict[str, Any] = {"id": base + record.id, "type": f"bayyina:{record.type}"}
    if kind is not None and kind.huridocs:
        node["huridocs"] = kind.huridocs
    node["statements"] = [_statement(record, one, vocabulary, base) for one in record.statements]
    return node


def _statement(
    record: OutRecord, one: OutStatement, vocabulary: Vocabulary, base: str
) -> dict[str, Any]:
    prop = property_of(vocabulary, record.type, one.property)
    is_link = prop is not None and prop.type == "link"
    node = {
        "id": base + one.id,
        "property": f"bayyina:{one.property}",
        "record" if is_link else "value": base + one.value if is_link else one.value,
        "original": one.original,
        "language": one.lang,
        "earliest": one.date_lo,
        "latest": one.date_hi,
        "certainty": one.certainty,
        "source": base + one.source if one.source else None,
        "locator": one.locator,
        "assertedOn": one.asserted_on,
    }
    return {key: value for key, value in node.items() if value is not None}
