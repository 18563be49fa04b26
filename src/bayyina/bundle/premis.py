"""PREMIS 3: what happened to the files of a bundle, as XML that archives read."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from typing import Final

from bayyina.bundle.contents import BundleContent, BundledFile, CustodyEvent

NAMESPACE: Final = "http://www.loc.gov/premis/v3"
"""Namespace of PREMIS 3."""

EVENT_TYPES: Final = frozenset(
    {
        "capture",
        "ingestion",
        "message digest calculation",
        "encryption",
        "virus check",
        "format identification",
        "metadata extraction",
        "validation",
        "fixity check",
        "replication",
        "recovery",
        "redaction",
        "migration",
        "modification",
        "dissemination",
        "deaccession",
        "deletion",
    }
)
"""Event types that are written."""


def premis_xml(content: BundleContent, paths: dict[str, str]) -> bytes:
    """The PREMIS document of a bundle.

    Args:
        content: What the bundle holds.
        paths: Path in the bundle by SHA-256 of each evidence file.
    """
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        (
            f'<premis xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'version="3.0">'
        ),
    ]
    for file in content.files:
        parts += _object(file, paths[file.sha256])
    known = {file.sha256 for file in content.files}
    for record in content.records:
        parts += _record(record.id, record.type)
        known.add(record.id)
    for event in content.events:
        parts += _event(event, known)
    for agent in sorted({event.agent for event in content.events if event.agent}):
        parts += _agent(agent)
    parts.append("</premis>\n")
    return "\n".join(parts).encode()


def _object(file: BundledFile, path: str) -> Iterator[str]:
    yield '<object xsi:type="file">'
    yield from _identifier("object", "SHA-256", file.sha256)
    yield from _identifier("object", "bundle path", path)
    yield "<objectCharacteristics><fixity>"
    yield "<messageDigestAlgorithm>SHA-256</messageDigestAlgorithm>"
    yield f"<messageDigest>{file.sha256}</messageDigest></fixity><size>{file.size}</size>"
    yield f"<format><formatDesignation><formatName>{_text(file.media_type)}</formatName>"
    yield "</formatDesignation></format></objectCharacteristics>"
    if not file.name_withheld:
        yield f"<originalName>{_text(file.original_name)}</originalName>"
    if file.derived_from:
        yield "<relationship><relationshipType>derivation</relationshipType>"
        yield "<relationshipSubType>has source</relationshipSubType><relatedObjectIdentifier>"
        yield "<relatedObjectIdentifierType>SHA-256</relatedObjectIdentifierType>"
        yield f"<relatedObjectIdentifierValue>{_text(file.derived_from)}"
        yield "</relatedObjectIdentifierValue></relatedObjectIdentifier></relationship>"
    yield "</object>"


def _record(number: str, kind: str) -> Iterator[str]:
    yield '<object xsi:type="intellectualEntity">'
    yield from _identifier("object", "record", number)
    yield f"<originalName>{_text(kind)} {_text(number)}</originalName></object>"


def _event(event: CustodyEvent, known: set[str]) -> Iterator[str]:
    yield "<event>"
    yield from _identifier("event", "bundle", event.id)
    yield f"<eventType>{_text(event.type)}</eventType>"
    yield f"<eventDateTime>{_text(event.time)}</eventDateTime>"
    yield "<eventDetailInformation>"
    yield f"<eventDetail>{_text(event.detail)}</eventDetail></eventDetailInformation>"
    yield "<eventOutcomeInformation>"
    yield f"<eventOutcome>{_text(event.outcome)}</eventOutcome></eventOutcomeInformation>"
    if event.agent:
        yield "<linkingAgentIdentifier><linkingAgentIdentifierType>code</linkingAgentIdentifierType>"
        yield f"<linkingAgentIdentifierValue>{_text(event.agent)}</linkingAgentIdentifierValue>"
        yield "</linkingAgentIdentifier>"
    for one in event.objects:
        if one in known:
            kind = "SHA-256" if len(one) == 64 else "record"
            yield "<linkingObjectIdentifier>"
            yield f"<linkingObjectIdentifierType>{kind}</linkingObjectIdentifierType>"
            yield f"<linkingObjectIdentifierValue>{_text(one)}</linkingObjectIdentifierValue>"
            yield "</linkingObjectIdentifier>"
    yield "</event>"


def _agent(code: str) -> Iterator[str]:
    kind = "software" if code.startswith("bayyina") else "person"
    yield "<agent>"
    yield from _identifier("agent", "code", code)
    yield f"<agentName>{_text(code)}</agentName><agentType>{kind}</agentType></agent>"


def _identifier(what: str, kind: str, value: str) -> Iterable[str]:
    yield f"<{what}Identifier><{what}IdentifierType>{_text(kind)}</{what}IdentifierType>"
    yield f"<{what}IdentifierValue>{_text(value)}</{what}IdentifierValue></{what}Identifier>"


def _text(value: str) -> str:
    """A text in XML; characters that XML cannot hold are written out."""
    if value.isprintable():
        return html.escape(value, quote=False)
    shown = "".join(
        one
        if one in "\t\n\r" or " " <= one < "\ud800" or "\ue000" <= one <= "\ufffd" or one > "\uffff"
        else one.encode("unicode_escape").decode()
        for one in value
    )
    return html.escape(shown, quote=False)
