"""What stands behind each number: one entry per question, that every number leads to."""

from __future__ import annotations

from itertools import pairwise

from bayyina.errors import QueryError
from bayyina.figures.pinning import pinned
from bayyina.figures.query_tokens import cut
from bayyina.reporting.confirmed_words import confirmed_in_words
from bayyina.reporting.data_files import record_file
from bayyina.reporting.definitions import Block as ReportBlock
from bayyina.reporting.figure_results import FigureResult
from bayyina.reporting.linkage_words import linkage_in_words
from bayyina.reporting.moments import date_in_words
from bayyina.reporting.notes import left_out, note_of
from bayyina.reporting.references import Issue, anchor
from bayyina.reporting.verification_words import verification_in_words
from bayyina.reporting.wording import axis_in_words, count_in_words, unit_in_words
from bayyina.typeset.blocks import (
    Block,
    Code,
    FactSheet,
    FileLink,
    Heading,
    Inlines,
    Paragraph,
    Reference,
    Text,
    Value,
)

_STATE = "counted-from"
"""Anchor of the part that says what all figures were counted from."""


def annex(issue: Issue) -> tuple[Block, ...]:
    """The annex: the custody log's state, then an entry per question."""
    blocks: list[Block] = [
        Heading(level=2, content=(Text(issue.phrase("annex")),), anchor="annex"),
        Paragraph((Text(issue.phrase("annex_intro")),)),
        Paragraph((Text(issue.phrase("lower_bounds")),)),
        Heading(level=3, content=(Text(issue.phrase("counted_from")),), anchor=_STATE),
        FactSheet(_state(issue)),
    ]
    for identifier in issue.definition.queries():
        blocks.extend(_entry(issue, identifier))
    return tuple(blocks)


def period_of(query: str) -> str:
    """The EDTF interval of a query's ``in`` clause; empty when it has none."""
    try:
        tokens = cut(query)
    except QueryError:
        return ""
    depth = 0
    for token, following in pairwise(tokens):
        if token.kind == "sign":
            depth += {"(": 1, ")": -1}.get(token.text, 0)
        elif token.kind == "word" and token.text == "in" and not depth and following.text != "(":
            return following.text
    return ""


def _state(issue: Issue) -> tuple[tuple[str, Inlines], ...]:
    facts: list[tuple[str, Inlines]] = [
        (issue.phrase("custody_size"), (Value(issue.write(issue.context.custody_size)),))
    ]
    if issue.context.checkpoint.strip():
        facts.append((issue.phrase("checkpoint"), (Code(issue.context.checkpoint.strip()),)))
    for name, texts in _common(issue).items():
        facts.append((issue.phrase(name), (Code("\n".join(texts)),)))
    return tuple(facts)


def _common(issue: Issue) -> dict[str, list[str]]:
    """What many figures share, each once: rules, vocabularies, ways of joining records."""
    results = issue.results.values()
    shared = {
        "methodology": [f"{r.methodology} {r.methodology_digest}" for r in results],
        "vocabulary": [r.vocabulary_digest for r in results],
        "linkage": [linkage_in_words(r, issue.lang, issue.write) for r in results],
    }
    return {
        name: found
        for name, texts in shared.items()
        if (found := sorted({text.strip() for text in texts if text.strip()}))
    }


def _entry(issue: Issue, identifier: str) -> tuple[Block, Block]:
    block, result = issue.definition.blocks[identifier], issue.results[identifier]
    title = block.title.get(issue.lang) or identifier
    heading = Heading(
        level=3,
        content=(Text(f"{issue.mark(identifier)}. "), Text(title)),
        anchor=anchor(identifier),
    )
    facts = [
        *_answer(issue, block, result),
        *_scope(issue, result),
        *_rules(issue, result),
        *_opening(issue, block, result),
    ]
    return heading, FactSheet(tuple((issue.phrase(name), content) for name, content in facts))


def _answer(issue: Issue, block: ReportBlock, result: FigureResult) -> list[tuple[str, Inlines]]:
    def write(number: int) -> Value:
        return Value(issue.write(number))

    facts: list[tuple[str, Inlines]] = [("number", count_in_words(result, issue.lang, write))]
    if result.possible > result.value:
        bounds = issue.filled("range_text", n=(write(result.value),), m=(write(result.possible),))
        facts.append(("range", bounds))
    facts.extend(("left_out", reason) for reason in left_out(issue, (block.id,)))
    if result.groups and not result.unknown_hidden:
        facts.append(("unplaced", (write(result.unknown),)))
    note = note_of(issue, block)
    if note:
        facts.append(("note", note))
    confirmed = confirmed_in_words(result, issue.lang, write, lambda day: _day(issue, day))
    if confirmed:
        facts.append(("last_confirmed", confirmed))
    facts.append(("question", (Code(result.query),)))
    facts.append(("unit", (Text(unit_in_words(result.unit, issue.lang)),)))
    return facts


def _scope(issue: Issue, result: FigureResult) -> list[tuple[str, Inlines]]:
    facts: list[tuple[str, Inlines]] = []
    days = {
        "period": period_of(result.query),
        "as_of": result.as_of,
        "known_at": result.known_at,
        "recorded_at": result.recorded_at,
    }
    for name, day in days.items():
        if day:
            facts.append((name, (_day(issue, day),)))
        if name == "period" and day:
            facts.append(("axis", (Text(axis_in_words(result.axis, issue.lang)),)))
    return facts


def _day(issue: Issue, day: str) -> Value:
    """A day or period in words."""
    return Value(date_in_words(day, issue.lang, issue.context.numerals))


def _rules(issue: Issue, result: FigureResult) -> list[tuple[str, Inlines]]:
    facts: list[tuple[str, Inlines]] = []
    if result.methodology:
        rule = f"{result.methodology} {result.methodology_digest}".strip()
        facts.append(("methodology", (Code(rule),)))
    if result.verification:
        words = verification_in_words(
            result.verification, issue.lang, lambda count: Value(issue.write(count))
        )
        facts.append(("verification", words))
    more = Reference(issue.phrase("more"), _STATE)
    size = Value(issue.write(result.custody_size))
    facts.append(("counted_at", issue.filled("counted_at_text", size=(size,), more=(more,))))
    return facts


def _opening(issue: Issue, block: ReportBlock, result: FigureResult) -> list[tuple[str, Inlines]]:
    asked = pinned(result.query, result.custody_size) if result.custody_size else result.query
    escaped = asked.replace("\\", "\\\\").replace('"', '\\"')
    command: Inlines = (Code(f'bayyina figures open "{escaped}"'),)
    if issue.context.records is None:
        records: Inlines = (Text(issue.phrase("no_records")),)
    else:
        path = record_file(block.id)
        records = issue.filled("records_text", file=(FileLink(path, path),))
    return [("opens_with", command), ("records", records)]
