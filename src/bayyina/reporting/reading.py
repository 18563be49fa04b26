"""Reading the text of a report definition, noting everything that is wrong with its line."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bayyina.model.findings import Finding
from bayyina.reporting.parameters import Filling, Parameter, read_parameters
from bayyina.typeset.languages import LANGUAGES

KINDS = ("figure", "chart", "table", "check", "map", "site", "order")
"""Kinds of blocks that a report definition may hold."""

_FENCE = "+++"
_LANGUAGE = re.compile(r"\s*<!--\s*lang:\s*([A-Za-z-]+)\s*-->\s*")
_CASE = re.compile(r"\s*<!--\s*when:\s*(\S+)\s*-->\s*")
_COMMENT = re.compile(r"\s*<!--.*-->\s*", re.DOTALL)
_ID = re.compile(r"[a-z][a-z0-9_-]*")
_KEY = re.compile(r"([a-z]+(?:-[a-z]+)*):\s*(.*)")
_TOML_LINE = re.compile(r"line (\d+)")
_CASES = ("published", "targets", "always")
_FRONT_KEYS = ("version", "name", "title", "parameters")
_BODY_KEYS = (*LANGUAGES, *(f"note-{lang}" for lang in LANGUAGES), "rows")
_KINDS_WITH_ROWS = ("table", "check")
_SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "map": ("sites",),
    "site": ("site",),
    "order": ("case", "as-of"),
}
"""What blocks of a kind may be told beside a query; the first is what they are about."""

_SUBJECT_KEYS = tuple(key for keys in _SUBJECTS.values() for key in keys)


@dataclass
class RawBlock:
    """A block while it is being read."""

    kind: str
    """One of ``KINDS``."""

    id: str
    """Its name."""

    line: int
    """Line on which it starts."""

    titles: dict[str, str] = field(default_factory=dict)
    """What it shows, by language."""

    notes: dict[str, str] = field(default_factory=dict)
    """Notes by language."""

    query: str = ""
    """The figure query."""

    rows: tuple[str, ...] = ()
    """Ids of the figures listed."""

    subjects: dict[str, str] = field(default_factory=dict)
    """What else it is about: ``sites`` of a map, ``site``, ``case`` and ``as-of``."""

    is_unnamed: bool = False
    """Whether its id comes from its place."""


@dataclass
class RawDefinition:
    """A definition while it is being read."""

    name: str = ""
    """Stem of the files that are made."""

    titles: dict[str, str] = field(default_factory=dict)
    """Title by language."""

    blocks: dict[str, RawBlock] = field(default_factory=dict)
    """Blocks by id."""

    prose: dict[str, list[Token]] = field(default_factory=dict)
    """Markdown tokens by language; lines are those of the file, from 0."""

    parameters: dict[str, Parameter] = field(default_factory=dict)
    """What may differ between two issues, by name."""

    def fill(self, filling: Filling) -> None:
        """Put the values of one issue in place of ``{name}``, everywhere."""
        self.titles = filling.all_words(self.titles)
        for block in self.blocks.values():
            block.query = filling.code(block.query)
            block.subjects = {key: filling.code(text) for key, text in block.subjects.items()}
            block.titles = filling.all_words(block.titles)
            block.notes = filling.all_words(block.notes)
        for lang, tokens in self.prose.items():
            for child in (child for token in tokens for child in token.children or ()):
                if child.type == "text":
                    child.content = filling.words(child.content, lang)


def read_definition(text: str) -> tuple[RawDefinition | None, list[Finding]]:
    """What a definition's text says, and all that is wrong with it.

    The definition is None when the front matter cannot be read at all.
    """
    front, body, first_line, findings = _split(text)
    if front is None:
        return None, findings
    raw = RawDefinition()
    findings += _read_front(front, raw)
    findings += _read_body(body, first_line, raw)
    findings += [
        Finding(raw.blocks[name].line, f"'{name}' is a parameter and a {raw.blocks[name].kind}.")
        for name in raw.parameters
        if name in raw.blocks
    ]
    return raw, findings


def fence_of(token: Token) -> tuple[str, dict[str, str]] | None:
    """Kind and attributes of a block's opening line, or None for other fenced text."""
    words = token.info.split()
    if not words or words[0] not in KINDS:
        return None
    return words[0], dict(word.partition("=")[::2] for word in words[1:])


def line_of(token: Token) -> int:
    """Line of the file, from 1, on which a token of the prose starts."""
    return token.map[0] + 1 if token.map else 1


def _split(text: str) -> tuple[str | None, str, int, list[Finding]]:
    lines = text.splitlines()
    fences = [number for number, line in enumerate(lines) if line.strip() == _FENCE]
    if len(fences) < 2 or fences[0] != 0:
        message = f"A report definition starts with settings between two lines '{_FENCE}'."
        return None, "", 1, [Finding(1, message)]
    end = fences[1]
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 1, []


def _read_front(front: str, raw: RawDefinition) -> list[Finding]:
    try:
        data = tomllib.loads(front)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_LINE.search(str(error))
        line = int(place.group(1)) + 1 if place else 1
        return [Finding(line, f"The settings are not TOML: {error}.")]
    findings = [
        Finding(_line_with(front, key), f"Unknown setting '{key}'.{_suggestion(key, _FRONT_KEYS)}")
        for key in data
        if key not in _FRONT_KEYS
    ]
    if data.get("version") != 1:
        findings.append(Finding(_line_with(front, "version"), "The setting 'version' must be 1."))
    name = data.get("name")
    if isinstance(name, str) and _ID.fullmatch(name):
        raw.name = name
    else:
        message = "The setting 'name' must be lower-case letters, digits, '-' and '_'."
        findings.append(Finding(_line_with(front, "name"), message))
    raw.parameters, wrong = read_parameters(data.get("parameters", {}))
    findings += [Finding(_line_with(front, f"parameters.{key}"), why) for key, why in wrong]
    return findings + _read_titles(front, data.get("title"), raw)


def _read_titles(front: str, titles: Any, raw: RawDefinition) -> list[Finding]:
    if not isinstance(titles, Mapping):
        return [
            Finding(_line_with(front, "title"), "The setting 'title' needs a text per language.")
        ]
    findings = []
    for lang, title in titles.items():
        if lang not in LANGUAGES or not isinstance(title, str):
            known = ", ".join(LANGUAGES)
            message = f"The title has the language '{lang}'; languages are: {known}."
            findings.append(Finding(_line_with(front, lang), message))
        else:
            raw.titles[lang] = title
    return findings


def _line_with(front: str, key: str) -> int:
    start = re.compile(rf"\s*\[?{re.escape(key)}\b")
    lines = front.splitlines()
    return next((index + 2 for index, line in enumerate(lines) if start.match(line)), 1)


def _read_body(body: str, first_line: int, raw: RawDefinition) -> list[Finding]:
    findings: list[Finding] = []
    lang, case = "", "always"
    for token in _tokens(body, first_line):
        if case != "always":
            token.meta["when"] = case
        marker = _LANGUAGE.fullmatch(token.content) if token.type == "html_block" else None
        if marker:
            lang, case = marker.group(1), "always"
            findings += _open_language(lang, token, raw)
        elif switch := _case_switch(token):
            case = switch
            if case not in _CASES:
                hint = _suggestion(case, _CASES)
                findings.append(Finding(line_of(token), f"There is no case '{case}'.{hint}"))
        elif token.type == "fence" and fence_of(token) and token.content.strip():
            findings += _read_block(token, raw)
            if lang:
                raw.prose[lang].append(token)
        elif token.type == "html_block" and _COMMENT.fullmatch(token.content):
            continue
        elif lang:
            raw.prose[lang].append(token)
        elif token.map:
            message = "Prose stands before the first '<!-- lang: ... -->' line and would be lost."
            findings.append(Finding(line_of(token), message))
    return findings


def _case_switch(token: Token) -> str:
    """The case that prose is meant for from here on, or an empty text."""
    if token.type != "html_block" or token.level:
        return ""
    found = _CASE.fullmatch(token.content)
    return found.group(1) if found else ""


def _tokens(body: str, first_line: int) -> list[Token]:
    parser = MarkdownIt("commonmark", {"html": True})
    tokens = parser.parse(body)
    for token in tokens:
        if token.map:
            token.map = [token.map[0] + first_line, token.map[1] + first_line]
    return tokens


def _open_language(lang: str, token: Token, raw: RawDefinition) -> list[Finding]:
    line = line_of(token)
    raw.prose.setdefault(lang, [])
    if lang not in LANGUAGES:
        return [Finding(line, f"No report is made in '{lang}'.{_suggestion(lang, (*LANGUAGES,))}")]
    if raw.prose[lang]:
        return [Finding(line, f"The language '{lang}' has two sections; join them.")]
    if lang not in raw.titles:
        return [Finding(line, f"The settings have no title in '{lang}'.")]
    return []


def _read_block(token: Token, raw: RawDefinition) -> list[Finding]:
    line = line_of(token)
    kind, attributes = fence_of(token) or ("", {})
    block = RawBlock(kind=kind, id="", line=line)
    findings = _read_block_body(token.content, block)
    if "id" not in attributes:
        attributes["id"] = _id_by_place(block, raw)
        token.info = f"{token.info.strip()} id={attributes['id']}"
        if attributes["id"] in raw.blocks:
            _add_titles(raw.blocks[attributes["id"]], block)
            return findings
    identifier = attributes.pop("id")
    if not _ID.fullmatch(identifier):
        message = (
            f"The {kind} needs an id: ```{kind} id=name (lower-case letters, digits, - and _)."
        )
        return [Finding(line, message)]
    findings += [
        Finding(line, f"The {kind} has an unknown attribute '{key}'.") for key in attributes
    ]
    if identifier in raw.blocks:
        first = raw.blocks[identifier].line
        return [*findings, Finding(line, f"The id '{identifier}' is taken by line {first}.")]
    block.id = identifier
    raw.blocks[identifier] = block
    return findings + _contradictions(block)


def _id_by_place(block: RawBlock, raw: RawDefinition) -> str:
    """The id of a block without one: ``chart-2`` is the second chart that has none.

    A block that asks the same in another language's prose is the same block.
    """
    alike = [one for one in raw.blocks.values() if one.kind == block.kind and one.is_unnamed]
    for one in alike:
        if (one.query, one.rows, one.subjects) == (block.query, block.rows, block.subjects):
            return one.id
    block.is_unnamed = True
    return f"{block.kind}-{len(alike) + 1}"


def _add_titles(known: RawBlock, block: RawBlock) -> None:
    known.titles.update(block.titles)
    known.notes.update(block.notes)


def _read_block_body(content: str, block: RawBlock) -> list[Finding]:
    findings: list[Finding] = []
    query: list[str] = []
    for number, line in enumerate(content.splitlines(), start=block.line + 1):
        entry = None if query else _KEY.fullmatch(line.strip())
        if entry is None:
            query.append(line.strip())
        elif entry.group(1) in (*_BODY_KEYS, *_SUBJECT_KEYS):
            _put(block, entry.group(1), entry.group(2))
        else:
            hint = _suggestion(entry.group(1), (*_BODY_KEYS, *_SUBJECT_KEYS))
            findings.append(Finding(number, f"Unknown line '{entry.group(1)}:' in a block.{hint}"))
    block.query = " ".join(filter(None, query))
    return findings


def _put(block: RawBlock, key: str, text: str) -> None:
    if key == "rows":
        block.rows = tuple(filter(None, (row.strip() for row in text.split(","))))
    elif key in _SUBJECT_KEYS:
        block.subjects[key] = text.strip()
    elif key.startswith("note-"):
        block.notes[key.removeprefix("note-")] = text
    else:
        block.titles[key] = text


def _contradictions(block: RawBlock) -> list[Finding]:
    name = f"The {block.kind} '{block.id}'"
    if block.rows and block.kind not in _KINDS_WITH_ROWS:
        return [Finding(block.line, f"{name} cannot have rows; it needs a query.")]
    if block.kind == "check" and block.query:
        return [Finding(block.line, f"{name} cannot have a query; it needs 'rows: all' or ids.")]
    if block.rows and block.query:
        return [Finding(block.line, f"{name} has both rows and a query; keep one.")]
    known = _SUBJECTS.get(block.kind, ())
    for key in block.subjects:
        if key not in known:
            return [Finding(block.line, f"{name} cannot have '{key}:'.")]
    if block.kind in _SUBJECTS:
        return _about(block, name)
    if not block.rows and not block.query:
        wanted = "rows" if block.kind == "check" else "a query"
        return [Finding(block.line, f"{name} needs {wanted}.")]
    return []


def _about(block: RawBlock, name: str) -> list[Finding]:
    """What is wrong with a block that shows more than counts."""
    subject = _SUBJECTS[block.kind][0]
    given = block.subjects.get(subject, "")
    if block.kind == "map":
        if given not in ("", "all"):
            return [Finding(block.line, f"{name} shows all sites or none: write 'sites: all'.")]
        if not block.query and not given:
            return [Finding(block.line, f"{name} needs a query, or 'sites: all', or both.")]
        return []
    if block.query:
        return [Finding(block.line, f"{name} cannot have a query; it needs '{subject}:'.")]
    if not given:
        return [Finding(block.line, f"{name} needs a line '{subject}:'.")]
    return []


def _suggestion(word: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f" Did you mean '{near[0]}'?" if near else f" Known are: {', '.join(known)}."
