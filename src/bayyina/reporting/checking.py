"""What is wrong with a report definition, line by line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

from bayyina.errors import FileUnreadableError, QueryError
from bayyina.model.findings import Finding
from bayyina.reporting.definitions import Block, Definition, read_text
from bayyina.reporting.prose import FORMS, PLACEHOLDER, placed_ids, placeholders
from bayyina.reporting.reading import line_of, read_definition

AREAS = ("governorate", "district", "subdistrict")
"""What a map may be divided by."""

_BY_AREA = re.compile(rf"\bby (?:{'|'.join(AREAS)})\b(?!\s*,)")

QueryCheck = Callable[[str], object]
"""Reads a figure query and raises QueryError when it cannot be read."""


def check_report(path: Path, *, check_query: QueryCheck | None = None) -> list[Finding]:
    """All that is wrong with a definition; an empty list when it can be built.

    Args:
        path: the file.
        check_query: reads a query with the vocabulary at hand; without it queries are not read.
    """
    try:
        text = read_text(path)
    except FileUnreadableError as error:
        return [Finding(None, str(error))]
    return check_report_text(text, check_query=check_query)


def check_report_text(text: str, *, check_query: QueryCheck | None = None) -> list[Finding]:
    """All that is wrong with a definition's text; an empty list when it can be built."""
    raw, findings = read_definition(text)
    if raw is None:
        return findings
    definition = Definition.from_raw(raw)
    findings += _blocks(definition)
    findings += _prose(definition)
    findings += _both_languages(definition)
    if check_query is not None:
        findings += _queries(definition, check_query)
    # why: a note in two languages, or a paragraph, may hold the same mistake several times.
    return sorted(dict.fromkeys(findings), key=lambda finding: finding.line or 0)


def _blocks(definition: Definition) -> list[Finding]:
    findings = []
    for block in definition.blocks.values():
        known = definition.queries()
        for row in definition.check_rows(block):
            if row not in known:
                message = f"The {block.kind} '{block.id}' lists '{row}', which is no figure here."
                findings.append(Finding(block.line, message))
        for lang in definition.languages():
            if lang not in block.title:
                message = f"The {block.kind} '{block.id}' has no title in '{lang}' ({lang}: ...)."
                findings.append(Finding(block.line, message))
            if block.notes and lang not in block.notes:
                message = (
                    f"The {block.kind} '{block.id}' has no note in '{lang}' (note-{lang}: ...)."
                )
                findings.append(Finding(block.line, message))
            for found in PLACEHOLDER.finditer(block.notes.get(lang, "")):
                findings += _reference(definition, found.group(1), found.group(2) or "", block.line)
        if block.kind == "chart" and " by " not in f" {block.query} ":
            message = f"The chart '{block.id}' needs a query with 'by': one bar per group."
            findings.append(Finding(block.line, message))
        if block.kind == "map" and block.query and not _is_by_place(block.query):
            message = f"The map '{block.id}' needs a query with 'by' one of: {', '.join(AREAS)}."
            findings.append(Finding(block.line, message))
        findings += _day(block)
    return findings


def _is_by_place(query: str) -> bool:
    """Whether a query divides by one kind of area and by nothing else."""
    return _BY_AREA.search(query) is not None


def _day(block: Block) -> list[Finding]:
    """An order block's day, where it is given and is none."""
    text = block.subjects.get("as-of", "")
    try:
        if text:
            dt.date.fromisoformat(text)
    except ValueError:
        return [Finding(block.line, f"The order '{block.id}': '{text}' is no day like 2024-02-21.")]
    return []


def _prose(definition: Definition) -> list[Finding]:
    findings = []
    for tokens in definition.prose.values():
        for token, identifier, form in placeholders(tokens):
            findings += _reference(definition, identifier, form, line_of(token))
        for token, identifier in placed_ids(tokens):
            if not identifier:
                message = "The block places nothing: give the id of what it shows, or a query."
                findings.append(Finding(line_of(token), message))
            elif identifier not in definition.blocks:
                message = f"Nothing with the id '{identifier}' is defined."
                findings.append(Finding(line_of(token), message))
        for token in tokens:
            kinds = [child.type for child in token.children or ()]
            if "image" in kinds:
                message = "Pictures from elsewhere are not placed in reports; use a chart."
                findings.append(Finding(line_of(token), message))
            if "html_inline" in kinds or token.type == "html_block":
                message = "HTML is shown as it is written, not obeyed; use Markdown."
                findings.append(Finding(line_of(token), message))
    return findings


def _reference(definition: Definition, identifier: str, form: str, line: int) -> list[Finding]:
    if identifier not in definition.queries():
        message = f"'{{{identifier}}}' stands for nothing: no figure, chart or table has that id."
        return [Finding(line, message)]
    if form not in FORMS:
        known = ", ".join(filter(None, FORMS))
        return [
            Finding(line, f"'{{{identifier}:{form}}}' has an unknown form; forms are: {known}.")
        ]
    return []


def _both_languages(definition: Definition) -> list[Finding]:
    """Every language must show the same numbers and place the same charts and tables."""
    if not definition.prose:
        return [Finding(None, "There is no prose: start each language with '<!-- lang: en -->'.")]
    shown = {
        lang: {identifier for _, identifier, _ in placeholders(tokens)}
        | {identifier for _, identifier in placed_ids(tokens) if identifier}
        for lang, tokens in definition.prose.items()
    }
    everywhere = set().union(*shown.values())
    return [
        Finding(None, f"'{identifier}' is shown in another language but not in '{lang}'.")
        for lang, identifiers in shown.items()
        for identifier in sorted(everywhere - identifiers)
    ]


def _queries(definition: Definition, check_query: QueryCheck) -> list[Finding]:
    findings = []
    for identifier, query in definition.queries().items():
        try:
            check_query(query)
        except QueryError as error:
            line = definition.blocks[identifier].line
            findings.append(Finding(line, f"The query of '{identifier}' cannot be read: {error}"))
    return findings
