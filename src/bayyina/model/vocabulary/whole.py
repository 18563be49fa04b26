"""The vocabulary as a whole: what the rest of the program asks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self

from bayyina.model.label_folding import fold_label
from bayyina.model.vocabulary.building import Parts
from bayyina.model.vocabulary.elements import (
    Group,
    KnownFacility,
    Property,
    RecordType,
    TermList,
    Unit,
    is_stricter,
)
from bayyina.model.vocabulary.loading import load_parts, parts_of


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Record types, term lists, groups, facilities and units that belong together."""

    types: Mapping[str, RecordType]
    """Record types by name; abstract ones included."""

    term_lists: Mapping[str, TermList]
    """Term lists by name."""

    groups: Mapping[str, Group]
    """Groups by code."""

    facilities: Mapping[str, KnownFacility]
    """Facilities that many sources name, by code."""

    units: Mapping[str, Unit]
    """Units that figures count, by name."""

    _group_index: Mapping[str, str] = field(default_factory=dict, repr=False)
    _facility_index: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, extensions: Sequence[Path] = ()) -> Self:
        """The shipped vocabulary with a user's extension files added.

        Raises:
            FileUnreadableError: an extension is absent or not UTF-8.
            VocabularyError: something is wrong; the message names file and line.
        """
        return cls._of(load_parts(extensions))

    @classmethod
    def parse(cls, files: Sequence[tuple[str, str]]) -> Self:
        """The shipped vocabulary with extensions given as (name, text).

        Raises:
            VocabularyError: something is wrong; the message names file and line.
        """
        return cls._of(parts_of(files))

    @classmethod
    def _of(cls, parts: Parts) -> Self:
        return cls(
            types=parts.types,
            term_lists=parts.term_lists,
            groups=parts.groups,
            facilities=parts.facilities,
            units=parts.units,
            _group_index=parts.group_index,
            _facility_index=parts.facility_index,
        )

    def read_group(self, text: str) -> str | None:
        """Code of the group that ``text`` names by code, label, alias or branch number."""
        if text in self.groups:
            return text
        return self._group_index.get(fold_label(text))

    def read_facility(self, text: str) -> str | None:
        """Code of the known facility that ``text`` names by code, label or alias."""
        if text in self.facilities:
            return text
        return self._facility_index.get(fold_label(text))

    def is_group_within(self, code: str, ancestor: str) -> bool:
        """Whether a group is the given one, or part of it."""
        here: str | None = code
        while here is not None and here != ancestor:
            group = self.groups.get(here)
            here = group.parent if group is not None else None
        return here is not None

    def groups_within(self, ancestor: str) -> frozenset[str]:
        """Codes of a group and of everything that is part of it."""
        return frozenset(code for code in self.groups if self.is_group_within(code, ancestor))

    def group_kind(self, code: str) -> str:
        """``state``, ``non_state`` or ``unknown``; unknown for a code that is not a group."""
        group = self.groups.get(code)
        return "unknown" if group is None else group.kind

    def kinds_of(self, name: str) -> tuple[str, ...]:
        """Names of the record types that are the named type or a kind of it, not abstract."""
        return tuple(t.name for t in self.types.values() if t.is_a(name) and not t.abstract)

    def label_of(self, prop: Property, value: str, lang: str) -> str:
        """What people read for a stored value of a property; the value itself if it has none."""
        if prop.type == "term" and prop.of is not None:
            return self.term_lists[prop.of].label(value, lang)
        if prop.type == "group" and value in self.groups:
            return self.groups[value].label[lang]
        if prop.type == "link" and value in self.facilities:
            return self.facilities[value].label[lang]
        return value

    def level_of(self, prop: Property, value: str) -> str:
        """Sensitivity of a statement: that of the property, or of its term if stricter."""
        if prop.type != "term" or prop.of is None:
            return prop.level
        terms = self.term_lists[prop.of]
        level = prop.level
        for code in (value, *terms.ancestors(value)):
            term = terms.terms.get(code)
            if term is not None and term.level is not None and is_stricter(term.level, level):
                level = term.level
        return level

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) over the content, whatever the files it came from."""
        content = {
            "types": {name: asdict(part) for name, part in self.types.items()},
            "lists": {name: _list_content(part) for name, part in self.term_lists.items()},
            "groups": {code: asdict(part) for code, part in self.groups.items()},
            "facilities": {code: asdict(part) for code, part in self.facilities.items()},
            "units": {name: asdict(part) for name, part in self.units.items()},
        }
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode("ascii")).hexdigest()


def _list_content(terms: TermList) -> dict[str, object]:
    content = asdict(terms)
    del content["_index"]
    content["order"] = list(terms.terms)
    return content
