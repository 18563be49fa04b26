"""Collecting what is wrong in vocabulary files, with file and line.

All faults of a load are collected, so that a person can correct a file in one go; a
vocabulary with a fault is never used.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from bayyina.model.vocabulary.elements import LANGUAGES, Label
from bayyina.model.yaml_reading import YamlList, YamlMap


class Fault(NamedTuple):
    """One thing that is wrong in a vocabulary file."""

    file: str
    """Name of the file: its path for a user's file, its path in the package otherwise."""

    line: int
    """Line in that file, counted from 1."""

    message: str
    """What is wrong, without a full stop."""

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.message}."


@dataclass
class Faults:
    """The faults found so far."""

    found: list[Fault] = field(default_factory=list)

    def add(self, file: str, line: int, message: str) -> None:
        """Note one."""
        self.found.append(Fault(file, line, message))


def suggestion(word: str, known: Collection[str]) -> str:
    """`` (did you mean `x`?)`` when something known is spelled nearly alike, else nothing."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.75)
    return f" (did you mean `{near[0]}`?)" if near else ""


class Entry:
    """One mapping of a file, read key by key; what does not fit becomes a fault."""

    def __init__(
        self, content: YamlMap, *, file: str, what: str, faults: Faults, at: int | None = None
    ) -> None:
        self.content = content
        """The mapping."""
        self.at = content.line if at is None else at
        """Line on which it is announced: that of its key, where it has one."""
        self.file = file
        """File that it stands in."""
        self.what = what
        """What it describes, for messages: ``the term `torture```."""
        self.faults = faults
        """Where faults go."""

    def line(self, key: str | None = None) -> int:
        """Line of a key, or of the entry."""
        return self.at if key is None else self.content.lines.get(key, self.at)

    def fault(self, message: str, key: str | None = None) -> None:
        """Note something wrong with a key of the entry, or with the entry."""
        self.faults.add(self.file, self.line(key), f"{self.what} {message}")

    def only(self, allowed: Collection[str]) -> None:
        """Note every key that is not ``allowed``."""
        for key in self.content:
            if key not in allowed:
                self.fault(f"has the unknown key `{key}`{suggestion(key, allowed)}", key)

    def text(self, key: str) -> str | None:
        """A text, or None when the key is absent."""
        value = self.content.get(key)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        self.fault(f"needs a text for `{key}`", key)
        return None

    def flag(self, key: str) -> bool:
        """True or false; false when the key is absent."""
        value = self.content.get(key, False)
        if isinstance(value, bool):
            return value
        self.fault(f"needs `true` or `false` for `{key}`", key)
        return False

    def whole_number(self, key: str) -> int | None:
        """A whole number that is not negative, or None when the key is absent."""
        value = self.content.get(key)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        self.fault(f"needs a whole number for `{key}`", key)
        return None

    def one_of(self, key: str, allowed: Collection[str], default: str | None) -> str | None:
        """A text out of ``allowed``; ``default`` when the key is absent or wrong."""
        value = self.text(key)
        if value is None:
            return default
        if value in allowed:
            return value
        choices = ", ".join(allowed)
        hint = suggestion(value, allowed) or f" (one of: {choices})"
        self.fault(f"has an unknown `{key}`: `{value}`{hint}", key)
        return default

    def label(self, key: str = "label", *, needed: bool = True) -> Label | None:
        """A text in every language; None (and a fault if it is needed) when it is absent."""
        value = self.content.get(key)
        if value is None:
            if needed:
                self.fault(f"has no `{key}`: give it in {' and '.join(LANGUAGES)}", key)
            return None
        entry = self.entry(key)
        if entry is None:
            return None
        entry.only(LANGUAGES)
        texts = {lang: entry.text(lang) for lang in LANGUAGES}
        for lang, text in texts.items():
            if text is None and entry.content.get(lang) is None:
                entry.fault(f"lacks the language `{lang}`")
        return {lang: text or "" for lang, text in texts.items()}

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts, or one text; empty when the key is absent."""
        value = self.content.get(key)
        if value is None:
            return ()
        items = [value] if isinstance(value, str) else value
        if isinstance(items, YamlList | list) and all(isinstance(i, str) and i for i in items):
            return tuple(str(item) for item in items)
        self.fault(f"needs a text or a list of texts for `{key}`", key)
        return ()

    def words_by_language(self, key: str) -> tuple[str, ...]:
        """All texts of a mapping from language to texts, in the order of the languages."""
        entry = self.entry(key)
        if entry is None:
            return ()
        entry.only(LANGUAGES)
        return tuple(text for lang in LANGUAGES for text in entry.words(lang))

    def entry(self, key: str, what: str | None = None) -> Entry | None:
        """The mapping under a key; None when it is absent (a fault when it is no mapping)."""
        value = self.content.get(key)
        if value is None:
            return None
        if isinstance(value, YamlMap):
            name = what or f"{self.what}, `{key}`,"
            at = self.line(key)
            return Entry(value, file=self.file, what=name, faults=self.faults, at=at)
        self.fault(f"needs a mapping under `{key}`", key)
        return None

    def entries(self, key: str, noun: str) -> Iterator[tuple[str, Entry]]:
        """Every named mapping under a key."""
        parent = self.entry(key)
        if parent is None:
            return
        for name in parent.content:
            child = parent.entry(name, f"the {noun} `{name}`")
            if child is None and parent.content[name] is None:
                parent.fault(f"has nothing under `{name}`", name)
            if child is not None:
                yield name, child
