"""Texts and JSON: words and spans become marks; what is written is UTF-8."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

from bayyina.media.redaction.folding import replace_spans
from bayyina.media.redaction.marking import Marker
from bayyina.media.redaction.results import Made, only, refuse, refuse_entry
from bayyina.standards.redaction_entries import Cells, Characters, Words
from bayyina.standards.redaction_plan import RedactionPlan
from bayyina.tables.encodings import KEPT_OF_LONG_LINE, decoded_lines, examine
from bayyina.tables.sources import FileSource

LARGEST: Final = 64 << 20
"""Bytes of the largest text that is redacted."""

LONGEST_LINE: Final = KEPT_OF_LONG_LINE // 4
"""Characters of a line of mixed encodings; of longer ones only a part may have been read."""

DEEPEST: Final = 200
"""How deep JSON may be nested."""

Change: TypeAlias = Callable[[str, str], str | None]
"""What stands in place of a scalar's text, by the path of its keys; None: it stays as it is."""


def read_whole_text(path: Path) -> str:
    """The text of a file, in whatever encoding, with its line ends as they are.

    Raises:
        RedactionRefusedError: it is too large, or no text.
    """
    if path.stat().st_size > LARGEST:
        refuse(f"A text of more than {LARGEST >> 20} MiB is not redacted.", "Split it.")
    source = FileSource(path)
    plan = examine(source)
    if plan.sound:
        text = path.read_bytes()[plan.bom :].decode(plan.encoding)
    else:
        parts = []
        for line in decoded_lines(source, plan):
            if len(line.text) > LONGEST_LINE or "\ufffd" in line.text:
                refuse(
                    "The text has bytes that cannot be read for certain, and something could hide "
                    "in them.",
                    "Save it as UTF-8 first.",
                )
            parts.append(line.text)
        text = "".join(parts)
    if "\0" in text:
        refuse("The file holds zero bytes, so it is no plain text.", "Convert it first.")
    return text


def redact_text(path: Path, plan: RedactionPlan, out: Path) -> Made:
    """Write a text with marks in place of what the plan names."""
    hint = "A text is redacted by words or characters."
    only(plan.entries, (Words, Characters), "a text", hint)
    text = read_whole_text(path)
    made = Made("text/plain")
    marker = Marker(plan, made)
    spans = marker.words_in(text)
    for index, entry in enumerate(plan.entries):
        if isinstance(entry, Characters):
            spans.append(marker.span(index, entry, text))
    changed = replace_spans(text, spans)
    marker.finish([(changed, "the text")])
    out.write_text(changed, encoding="utf-8", newline="")
    return made


def redact_json(path: Path, plan: RedactionPlan, out: Path, *, lines: bool) -> Made:
    """Write JSON, or JSON lines, anew with marks in place of what the plan names."""
    only(plan.entries, (Words, Cells), "JSON", "JSON is redacted by words, or cells by `columns`.")
    documents = _documents(read_whole_text(path), lines=lines)
    made = Made("application/x-ndjson" if lines else "application/json")
    marker = Marker(plan, made)
    cells = [(i, one) for i, one in enumerate(plan.entries) if isinstance(one, Cells)]
    for _, entry in cells:
        if entry.places or entry.sheet:
            refuse_entry(entry, "JSON has no sheets, and no cells at a place")
    seen: set[tuple[int, str]] = set()
    records = documents if lines else _records(documents[0])

    def changed(value: Any, row: int) -> Any:
        def change(keys: str, text: str) -> str | None:
            for index, entry in cells:
                column = _column(entry, keys)
                if column is not None:
                    seen.add((index, column))
                    if _has_row(entry, row):
                        return marker.whole(index, entry, text)
            spans = marker.words_in(text)
            return replace_spans(text, spans) if spans else None

        return _walk(value, "", change, marker, 0)

    new = [changed(one, number) for number, one in enumerate(records, 1)]
    for index, entry in cells:
        for column in entry.columns:
            if (index, column) not in seen:
                refuse_entry(entry, f"no record has the key “{column}”")
        if not made.done[index]:
            refuse_entry(entry, "it names no value that there is")
    whole = new if lines or isinstance(documents[0], list) else new[0]
    places = ((text, f"record {n}") for n, one in enumerate(new, 1) for text in _texts(one))
    marker.finish(places)
    if lines:
        text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in new)
    else:
        text = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
    out.write_text(text, encoding="utf-8", newline="")
    return made


def _column(entry: Cells, keys: str) -> str | None:
    """The column of an entry under which a path of keys stands; empty for all."""
    if not entry.columns:
        return ""
    return next((c for c in entry.columns if keys == c or keys.startswith(f"{c}.")), None)


def _has_row(entry: Cells, row: int) -> bool:
    return not entry.rows or any(first <= row <= last for first, last in entry.rows)


def _documents(text: str, *, lines: bool) -> list[Any]:
    pieces = [one for one in text.split("\n") if one.strip()] if lines else [text]
    made = []
    for number, piece in enumerate(pieces, 1):
        try:
            made.append(json.loads(piece))
        except (ValueError, RecursionError):
            where = f"Record {number} of the file" if lines else "The file"
            refuse(f"{where} is not JSON, so nothing says where its texts end.", "Mend it first.")
    if not made:
        refuse("The file holds no JSON.")
    return made


def _records(document: Any) -> list[Any]:
    return document if isinstance(document, list) else [document]


def _walk(value: Any, keys: str, change: Change, marker: Marker, depth: int) -> Any:
    """The value with changed scalars and keys."""
    if depth > DEEPEST:
        refuse("The JSON is nested too deep.")
    if isinstance(value, dict):
        made: dict[str, Any] = {}
        for key, inner in value.items():
            below = f"{keys}.{key}" if keys else key
            name = marker.marked(key)
            while name in made:
                name += "+"
            made[name] = _walk(inner, below, change, marker, depth + 1)
        return made
    if isinstance(value, list):
        return [_walk(one, keys, change, marker, depth + 1) for one in value]
    text = _text(value)
    new = None if text is None else change(keys, text)
    return value if new is None else new


def _text(value: Any) -> str | None:
    """A scalar as text; None for null, which tells nothing."""
    if value is None:
        return None
    return value if isinstance(value, str) else json.dumps(value)


def _texts(value: Any) -> Iterator[str]:
    """Every text and key."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    else:
        text = _text(value)
        if text is not None:
            yield text
