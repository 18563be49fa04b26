"""Which columns of a header a mapping uses, and where they stand.

A column of the mapping that the header lacks is looked for with a language at its end:
where the mapping says ``name``, the columns ``name__ar`` and ``name__en`` are used, each
in its language. This is how several tools write one property in several languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bayyina.tables.mapping_parts import Block, ColumnRule

_LANGUAGE_SUFFIX = re.compile(r"(.+)__([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)$")


def split_language(column: str) -> tuple[str, str | None]:
    """Take ``name__ar`` apart into ``name`` and ``ar``; the language is None without one."""
    match = _LANGUAGE_SUFFIX.match(column)
    return (match.group(1), match.group(2)) if match else (column, None)


def rules_for(rule: ColumnRule, header: Sequence[str]) -> list[ColumnRule]:
    """Give the rules that a rule becomes with a header: one for each column it reads."""
    _, lang = split_language(rule.column)
    if rule.column in header:
        return [rule if rule.lang or not lang else replace(rule, lang=lang)]
    found: list[ColumnRule] = []
    for column in header:
        name, lang = split_language(column)
        if lang and name == rule.column:
            found.append(replace(rule, column=column, lang=lang))
    return found


def missing_columns(blocks: Iterable[Block], header: Sequence[str]) -> list[str]:
    """List the columns that a mapping needs and a header lacks."""
    known = set(header)
    missing: dict[str, None] = {}
    for block in blocks:
        for rule in block.columns:
            if not rule.optional and not rules_for(rule, header):
                missing[rule.column] = None
            if not rule.optional:
                missing.update(dict.fromkeys(set(rule.joined_with) - known))
        for column in _plain_columns(block, needed=True):
            if column not in known:
                missing[column] = None
    return list(missing)


def used_columns(blocks: Iterable[Block], header: Sequence[str]) -> set[str]:
    """Give the columns of a header that a mapping reads."""
    used: set[str] = set()
    for block in blocks:
        used.update(_plain_columns(block, needed=False))
        for rule in block.columns:
            used.update(found.column for found in rules_for(rule, header))
            used.update(rule.joined_with)
    return used & set(header)


def _plain_columns(block: Block, *, needed: bool) -> Iterator[str]:
    """Give the columns that are read by their own name: keys, conditions, dates, sources."""
    if block.key is not None:
        yield from block.key.columns
    yield from (condition.column for condition in block.conditions)
    if block.interval is not None and not (needed and block.interval.optional):
        yield from (block.interval.start, block.interval.end)
    extra = block.certainty_column
    if extra is not None and not (needed and extra.optional):
        yield extra.column
    for rule in block.columns:
        if rule.source_column is not None and not (needed and rule.optional):
            yield rule.source_column
