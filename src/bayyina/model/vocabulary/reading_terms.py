"""Reading term lists, groups, facilities and units from a document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import TypeVar

from bayyina.model.vocabulary.drafting import Drafts, ListDraft, Placed, Spelling, add_once
from bayyina.model.vocabulary.elements import (
    LANGUAGES,
    LEVELS,
    UNREADABLE,
    UNRECOGNISED,
    Group,
    KnownFacility,
    Term,
    Unit,
)
from bayyina.model.vocabulary.faults import Entry
from bayyina.model.vocabulary.reading_types import read_huridocs

LIST_KEYS = ("list", "label", "ordered", "huridocs_list", "terms")
"""Keys of a file that defines a term list."""

TERM_KEYS = (
    "label",
    "aliases",
    "is",
    "huridocs",
    "level",
    "definition",
    "stated_count",
    "uncertain",
)
"""Keys of a term."""

GROUP_KEYS = (
    "label",
    "kind",
    "aliases",
    "parent",
    "valid_from",
    "valid_to",
    "number",
    "huridocs",
    "uncertain",
    "note",
)
"""Keys of a group."""

FACILITY_KEYS = (
    "label",
    "kind",
    "aliases",
    "group",
    "place",
    "valid_from",
    "valid_to",
    "uncertain",
    "note",
)
"""Keys of a facility."""

UNIT_KEYS = ("record", "where", "label")
"""Keys of a unit."""

GROUP_KINDS = ("state", "non_state", "unknown")
"""Kinds of group; what a methodology may treat apart."""

PLURALS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"en": ("one", "other"), "ar": ("one", "two", "few", "many", "other")}
)
"""Plural forms that the label of a unit needs, per language (Unicode CLDR)."""

SpelledPart = TypeVar("SpelledPart", Term, Group)

_CODE = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\Z")


def read_list(entry: Entry, drafts: Drafts) -> None:
    """Read a document that defines a term list."""
    name = entry.text("list")
    if name is None:
        return
    entry.what = f"the list `{name}`"
    entry.only(LIST_KEYS)
    check_code(entry, name)
    if name in drafts.lists:
        taken = drafts.lists[name]
        entry.fault(
            f"is already defined in {taken.file}, line {taken.line}: use `extends: {name}` "
            "to add terms to it",
            "list",
        )
        return
    draft = ListDraft(
        name=name,
        file=entry.file,
        line=entry.line("list"),
        title=entry.label() or {},
        ordered=entry.flag("ordered"),
        huridocs_list=entry.whole_number("huridocs_list"),
    )
    drafts.lists[name] = draft
    _read_terms(entry, draft)
    if not draft.terms:
        entry.fault("has no terms")


def extend_list(entry: Entry, drafts: Drafts, name: str) -> None:
    """Read a document that adds terms, or spellings of terms, to a list that exists."""
    entry.only(("extends", "version", "terms", "aliases"))
    draft = drafts.lists[name]
    _read_terms(entry, draft)
    aliases = entry.entry("aliases")
    for code in aliases.content if aliases is not None else ():
        placed = draft.terms.get(code)
        if aliases is None or placed is None:
            entry.fault(f"gives spellings of the term `{code}`, which it does not have", "aliases")
            continue
        draft.terms[code] = _spelled(placed, aliases, code)


def _spelled(placed: Placed[SpelledPart], aliases: Entry, code: str) -> Placed[SpelledPart]:
    """A part with the spellings that an extension adds."""
    more = aliases.words_by_language(code)
    part = replace(placed.part, aliases=placed.part.aliases + more)
    added = tuple(Spelling(text, aliases.file, aliases.line(code)) for text in more)
    return placed._replace(part=part, added=placed.added + added)


def _read_terms(entry: Entry, draft: ListDraft) -> None:
    for code, child in entry.entries("terms", f"term `{draft.name}`"):
        child.what = f"the term `{code}` of `{draft.name}`"
        child.only(TERM_KEYS)
        check_code(child, code)
        term = Term(
            code=code,
            label=child.label() or {},
            aliases=child.words_by_language("aliases"),
            parent=child.text("is"),
            huridocs=read_huridocs(child),
            level=child.one_of("level", LEVELS, None),
            definition=child.label("definition", needed=False),
            stated_count=child.whole_number("stated_count"),
            uncertain=child.flag("uncertain"),
        )
        add_once(draft.terms, code, term, child, noun="term")


def read_groups(entry: Entry, drafts: Drafts) -> None:
    """Read a document of groups."""
    entry.only(("groups", "version"))
    for code, child in entry.entries("groups", "group"):
        child.only(GROUP_KEYS)
        check_code(child, code)
        group = Group(
            code=code,
            label=child.label() or {},
            kind=child.one_of("kind", GROUP_KINDS, None) or _kind_missing(child),
            aliases=child.words_by_language("aliases"),
            parent=child.text("parent"),
            valid_from=read_day(child, "valid_from"),
            valid_to=read_day(child, "valid_to"),
            number=child.text("number"),
            huridocs=read_huridocs(child),
            uncertain=child.flag("uncertain"),
            note=child.text("note"),
        )
        _check_validity(child, group.valid_from, group.valid_to)
        add_once(drafts.groups, code, group, child, noun="group")


def extend_groups(entry: Entry, drafts: Drafts) -> None:
    """Read a document that adds spellings of groups that exist."""
    entry.only(("extends", "version", "aliases"))
    aliases = entry.entry("aliases")
    for code in aliases.content if aliases is not None else ():
        placed = drafts.groups.get(code)
        if aliases is None or placed is None:
            entry.fault(f"gives spellings of the group `{code}`, which does not exist", "aliases")
            continue
        drafts.groups[code] = _spelled(placed, aliases, code)


def read_facilities(entry: Entry, drafts: Drafts) -> None:
    """Read a document of facilities."""
    entry.only(("facilities", "version"))
    for code, child in entry.entries("facilities", "facility"):
        child.only(FACILITY_KEYS)
        check_code(child, code)
        facility = KnownFacility(
            code=code,
            label=child.label() or {},
            kind=child.text("kind") or _kind_missing(child),
            aliases=child.words_by_language("aliases"),
            group=child.text("group"),
            place=child.text("place"),
            valid_from=read_day(child, "valid_from"),
            valid_to=read_day(child, "valid_to"),
            uncertain=child.flag("uncertain"),
            note=child.text("note"),
        )
        _check_validity(child, facility.valid_from, facility.valid_to)
        add_once(drafts.facilities, code, facility, child, noun="facility")


def read_units(entry: Entry, drafts: Drafts) -> None:
    """Read a document of units."""
    entry.only(("units", "version"))
    for name, child in entry.entries("units", "unit"):
        child.only(UNIT_KEYS)
        check_code(child, name)
        where = child.entry("where")
        unit = Unit(
            name=name,
            record=child.text("record") or "",
            filter={k: where.text(k) or "" for k in where.content} if where else {},
            label=_plural_labels(child),
        )
        if not unit.record:
            child.fault("needs the record type that it counts under `record`")
        add_once(drafts.units, name, unit, child, noun="unit")


def _plural_labels(entry: Entry) -> dict[str, dict[str, str]]:
    label = entry.entry("label")
    if label is None:
        entry.fault("has no `label`: give the noun in en and ar, in every plural form")
        return {}
    label.only(LANGUAGES)
    result: dict[str, dict[str, str]] = {}
    for lang in LANGUAGES:
        forms = label.entry(lang)
        if forms is None:
            label.fault(f"lacks the language `{lang}`")
            continue
        forms.only(PLURALS[lang])
        missing = [form for form in PLURALS[lang] if form not in forms.content]
        if missing:
            forms.fault(f"lacks the plural forms {', '.join(missing)}")
        result[lang] = {form: forms.text(form) or "" for form in forms.content}
    return result


def check_code(entry: Entry, code: str) -> None:
    """Note a code that is not made of small letters, digits, ``-`` and ``_``."""
    if not _CODE.match(code):
        entry.fault("needs a code of small letters, digits, `-` and `_`")
    if code in (UNRECOGNISED, UNREADABLE):
        entry.fault("cannot have this code: it stands for what could not be read")


def read_day(entry: Entry, key: str) -> str | None:
    """A day in ISO 8601, or None when the key is absent."""
    text = entry.text(key)
    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        entry.fault(f"needs a day such as 2024-12-08 for `{key}`", key)
        return None


def _kind_missing(entry: Entry) -> str:
    if "kind" not in entry.content:
        entry.fault("has no `kind`")
    return "unknown"


def _check_validity(entry: Entry, first: str | None, last: str | None) -> None:
    if first is not None and last is not None and first > last:
        entry.fault("ends before it begins: `valid_from` is later than `valid_to`", "valid_to")
