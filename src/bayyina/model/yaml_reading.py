"""YAML as people write it, with the line of every key and item kept for messages.

Only four kinds of plain scalar mean something else than their text: whole numbers,
decimal numbers, ``true``/``false``, and nothing (``null``, ``~`` or empty). Everything else
stays text: ``no`` is a word, ``2022-06`` a date in writing, ``0301`` a code with a leading
zero. Quoted scalars are always text. Anchors, aliases and tags are refused, because a
reader who checks such a file should not have to resolve them, and because nested aliases
can make a small file enormous.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

import yaml

from bayyina.errors import SmallFileError

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML built without libyaml: slower, the same events
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

Scalar: TypeAlias = str | int | float | bool | None

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+\Z")
_WORDS: dict[str, Scalar] = {
    "true": True,
    "false": False,
    "null": None,
    "~": None,
    "": None,
}


class YamlMap(dict[str, object]):
    """A mapping that knows the line of each of its keys (counted from 1)."""

    line: int
    """Line on which the mapping starts."""

    lines: dict[str, int]
    """Line of each key."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines = {}


class YamlList(list[object]):
    """A sequence that knows the line of each of its items (counted from 1)."""

    line: int
    """Line on which the sequence starts."""

    lines: list[int]
    """Line of each item."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines = []


class YamlSyntaxError(SmallFileError):
    """A text is not YAML, or uses a part of YAML that these files do not use."""

    code = "yaml-syntax"

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(f"line {line}: {reason}.", hint="Correct that line.")
        self.reason = reason
        self.line = line


def read_yaml(text: str) -> list[object]:
    """Give the documents of a YAML text, one item per document.

    Mappings are ``YamlMap``, sequences ``YamlList``, scalars plain Python values.

    Raises:
        YamlSyntaxError: the text is not YAML; a key is given twice or is not text;
            an anchor, alias or tag is used.
    """
    try:
        return _read(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        raise YamlSyntaxError(error.problem or "this is not YAML", line) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlSyntaxError("a character that YAML does not allow", line) from error


def _read(text: str) -> list[object]:
    loader = _Loader(text)
    try:
        # ``get_event`` gives None after the last event; ``yaml.parse`` would ask twice for each.
        return list(_documents(iter(loader.get_event, None)))
    finally:
        loader.dispose()


def _documents(events: Iterator[yaml.Event]) -> Iterator[object]:
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            yield _node(next(events), events)


def _node(event: yaml.Event, events: Iterator[yaml.Event]) -> object:
    line = _line(event)
    if isinstance(event, yaml.AliasEvent):
        raise YamlSyntaxError("aliases (*name) are not used in these files", line)
    if getattr(event, "anchor", None) is not None:
        raise YamlSyntaxError("anchors (&name) are not used in these files", line)
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event, line)
    if event.tag is not None:  # type: ignore[attr-defined]
        raise YamlSyntaxError("tags (!name) are not used in these files", line)
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(line, events)
    return _sequence(line, events)


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return 1 if mark is None else mark.line + 1


def _scalar(event: yaml.ScalarEvent, line: int) -> Scalar:
    if event.tag is not None:
        raise YamlSyntaxError("tags (!name) are not used in these files", line)
    text = str(event.value)
    if not event.implicit[0]:  # quoted, or a block of text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return float(text)
    return text


def _mapping(line: int, events: Iterator[yaml.Event]) -> YamlMap:
    result = YamlMap(line)
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        key_line = _line(event)
        if not isinstance(event, yaml.ScalarEvent) or event.tag or event.anchor:
            raise YamlSyntaxError("a key must be a single word or text", key_line)
        key = str(event.value)
        if key in result:
            raise YamlSyntaxError(f"the key `{key}` is given twice", key_line)
        result[key] = _node(next(events), events)
        result.lines[key] = key_line
    return result


def _sequence(line: int, events: Iterator[yaml.Event]) -> YamlList:
    result = YamlList(line)
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            break
        result.append(_node(event, events))
        result.lines.append(_line(event))
    return result


def line_at(document: object, path: tuple[str | int, ...]) -> int | None:
    """Line of what stands at ``path`` in a document, or of its nearest parent that is there."""
    line = document.line if isinstance(document, YamlMap | YamlList) else None
    here = document
    for step in path:
        inside = _step(here, step)
        if inside is None:
            break
        line, here = inside
    return line


def _step(here: object, step: str | int) -> tuple[int, object] | None:
    if isinstance(here, YamlMap) and isinstance(step, str) and step in here:
        return here.lines[step], here[step]
    if isinstance(here, YamlList) and isinstance(step, int) and step < len(here):
        return here.lines[step], here[step]
    return None
