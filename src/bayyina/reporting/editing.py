"""Changing a report definition piece by piece: a new one, and a block put where it belongs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Final, NamedTuple

from bayyina.errors import InputError
from bayyina.typeset.languages import LANGUAGES

KINDS: Final = ("figure", "chart", "table", "map")
"""Kinds of blocks that a form makes; the others are written by hand."""

_ID: Final = re.compile(r"[a-z][a-z0-9-]{0,59}")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_LANGUAGE: Final = re.compile(r"^<!--\s*lang:\s*([a-z]{2})\s*-->\s*$", re.MULTILINE)


class NewBlock(NamedTuple):
    """A block as a form describes it."""

    kind: str
    """One of ``KINDS``."""

    id: str
    """Its name in the report."""

    titles: Mapping[str, str]
    """What it shows, by language."""

    query: str
    """The figure query."""


def new_definition(name: str, titles: Mapping[str, str]) -> str:
    """A definition in both languages that asks nothing yet.

    Raises:
        InputError: the name cannot be that of files, or a title is missing.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f"A report cannot be called {name}.",
            hint="Use lower-case Latin letters, digits, - and _.",
            code="bad-report-name",
        )
    lines = ["+++", "version = 1", f'name = "{name}"', "[title]"]
    lines += [f'{lang} = "{_quoted(_title(titles, lang))}"' for lang in LANGUAGES]
    lines += ["+++", ""]
    for lang in LANGUAGES:
        lines += [f"<!-- lang: {lang} -->", "", f"## {_title(titles, lang)}", ""]
    return "\n".join(lines)


def with_block(text: str, block: NewBlock) -> str:
    """The definition with a block defined at its top and placed at the end of each language.

    Raises:
        InputError: the kind, the id, a title or the query cannot be used, or the id is taken.
    """
    if block.kind not in KINDS:
        raise InputError(f"There is no block {block.kind} here.", code="bad-block")
    if not _ID.fullmatch(block.id):
        raise InputError(
            f"A block cannot be called {block.id}.",
            hint="Use lower-case Latin letters, digits and -.",
            code="bad-block",
        )
    if re.search(rf"^```\w+ id={re.escape(block.id)}\s*$", text, re.MULTILINE):
        raise InputError(
            f"The report has a block {block.id} already.",
            hint="Choose another name for it.",
            code="block-taken",
        )
    query = " ".join(block.query.split())
    if not query or "```" in query:
        raise InputError("The block asks nothing.", hint="Write its question.", code="bad-block")
    titles = [f"{lang}: {_title(block.titles, lang)}" for lang in LANGUAGES]
    defined = "\n".join([f"```{block.kind} id={block.id}", *titles, query, "```"])
    placed = "{" + f"{block.id}:words" + "}."
    if block.kind != "figure":
        placed = f"```{block.kind} id={block.id}\n```"
    first = _LANGUAGE.search(text)
    if first is None:
        return f"{text.rstrip()}\n\n{defined}\n"
    head, tail = text[: first.start()].rstrip(), text[first.start() :]
    marks = [one.start() for one in _LANGUAGE.finditer(tail)] + [len(tail)]
    parts = [tail[a:b].rstrip() for a, b in pairwise(marks)]
    return "\n\n".join([head, defined, *(f"{part}\n\n{placed}" for part in parts)]) + "\n"


def _title(titles: Mapping[str, str], lang: str) -> str:
    title = " ".join(titles.get(lang, "").split())
    if not title:
        raise InputError(
            "A title is missing in one of the languages.",
            hint="Write it in Arabic and in English.",
            code="no-title",
        )
    return title


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
