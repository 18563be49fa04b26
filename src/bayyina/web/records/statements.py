"""Statements of a record as lines of a page: what, the value in words, whose, where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bayyina.app.list_names import source_names
from bayyina.app.short_ids import record_number
from bayyina.web.frame.asking import Asking


def statement_lines(
    who: Asking, document: Mapping[str, Any], part: str
) -> Iterator[dict[str, Any]]:
    """The statements of one part of a record's document, in the order of the vocabulary."""
    workspace = who.at_work
    kind = workspace.vocabulary.types.get(document["type"])
    ids = {one["source"] for one in document.get(part, ()) if "source" in one}
    numbers = {record_number(workspace, name): name for name in ids}
    names = {numbers[n]: name for n, name in source_names(workspace.store, numbers).items()}
    before = ""
    for one in sorted(document.get(part, ()), key=lambda one: _order(kind, one["property"])):
        prop = kind.properties.get(one["property"]) if kind else None
        name = prop.label[who.lang] if prop else one["property"]
        value = one.get("value", "")
        yield one | {
            "name": "" if name == before else name,
            "text": who.labels.label(one["property"], value, who.lang) if value else "",
            "source_name": names.get(one.get("source", ""), one.get("source", "")),
        }
        before = name


def _order(kind: Any, name: str) -> tuple[int, str]:
    names = list(kind.properties) if kind else []
    return (names.index(name) if name in names else len(names), name)
