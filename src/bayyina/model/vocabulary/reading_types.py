"""Reading record types and their properties from a document."""

from __future__ import annotations

import re

from bayyina.model.vocabulary.drafting import Drafts, Placed, PropertyDraft, TypeDraft
from bayyina.model.vocabulary.elements import LEVELS, PROPERTY_TYPES, QUANTITY_UNITS, Constraint
from bayyina.model.vocabulary.faults import Entry
from bayyina.model.yaml_reading import YamlList, YamlMap

TYPE_KEYS = (
    "type",
    "is",
    "label",
    "huridocs",
    "abstract",
    "about",
    "custody",
    "once",
    "clarifies",
    "constraints",
    "level",
    "properties",
)
"""Keys of a file that defines a record type."""

PROPERTY_KEYS = ("type", "of", "to", "label", "multiple", "required", "level", "unit", "huridocs")
"""Keys of a property."""

CONSTRAINT_KINDS = ("at_most", "not_after")
"""Kinds of constraint: between quantities, between dates."""

_TYPE_NAME = re.compile(r"[A-Z][A-Za-z]*\Z")
_PROPERTY_NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?\Z")
_HURIDOCS = re.compile(r"[0-9]{4}(?:_[0-9]+)?\Z|[0-9]{12}\Z")


def read_type(entry: Entry, drafts: Drafts) -> None:
    """Read a document that defines a record type."""
    name = entry.text("type")
    if name is None:
        return
    entry.what = f"the type `{name}`"
    entry.only(TYPE_KEYS)
    if not _TYPE_NAME.match(name):
        entry.fault("needs a name of letters that starts with a capital", "type")
    if name in drafts.types:
        taken = drafts.types[name]
        entry.fault(
            f"is already defined in {taken.file}, line {taken.line}: use `extends: {name}` "
            "to add properties to it",
            "type",
        )
        return
    draft = TypeDraft(
        name=name,
        file=entry.file,
        line=entry.line("type"),
        label=entry.label() or {},
        parent=entry.text("is"),
        level=entry.one_of("level", LEVELS, None),
        huridocs=read_huridocs(entry),
        abstract=entry.flag("abstract"),
        about=entry.text("about"),
        custody=entry.one_of("custody", ("start", "end"), None),
        once=entry.flag("once"),
        clarifies=_clarifies(entry),
    )
    drafts.types[name] = draft
    _read_constraints(entry, draft)
    for property_name, child in entry.entries("properties", f"property `{name}`"):
        child.what = f"the property `{name}.{property_name}`"
        draft.properties[property_name] = _placed_property(property_name, child)


def extend_type(entry: Entry, drafts: Drafts, name: str) -> None:
    """Read a document that adds properties to a type that exists."""
    entry.only(("extends", "version", "properties"))
    draft = drafts.types[name]
    for property_name, child in entry.entries("properties", f"property `{name}`"):
        child.what = f"the property `{name}.{property_name}`"
        holder = _holder(drafts, name, property_name)
        if holder is None:
            draft.properties[property_name] = _placed_property(property_name, child)
        else:
            child.fault(
                f"is already defined in {holder.file}, line {holder.line}: an extension adds "
                "properties and may not redefine any; choose another name"
            )


def _holder(drafts: Drafts, name: str, property_name: str) -> Placed[PropertyDraft] | None:
    """Where a property is defined: on a type, above it or beneath it."""
    for other in drafts.types.values():
        if property_name in other.properties and (
            other.name == name
            or other.name in _above(drafts, name)
            or name in _above(drafts, other.name)
        ):
            return other.properties[property_name]
    return None


def _above(drafts: Drafts, name: str) -> list[str]:
    """Names of the types above one, as far as they are known."""
    above: list[str] = []
    draft = drafts.types.get(name)
    while draft is not None and draft.parent is not None and draft.parent not in above:
        above.append(draft.parent)
        draft = drafts.types.get(draft.parent)
    return above


def read_huridocs(entry: Entry) -> str | None:
    """A HURIDOCS code: twelve digits of a micro-thesaurus, or the number of a field."""
    code = entry.content.get("huridocs")
    if code is None:
        return None
    if isinstance(code, str) and _HURIDOCS.match(code):
        return code
    entry.fault('needs its `huridocs` code as quoted digits, such as "030103000000"', "huridocs")
    return None


def _clarifies(entry: Entry) -> tuple[str, ...]:
    words = entry.words("clarifies")
    if any(word not in ("fate", "whereabouts") for word in words):
        entry.fault("can clarify only `fate` and `whereabouts`", "clarifies")
    return words


def _placed_property(name: str, entry: Entry) -> Placed[PropertyDraft]:
    entry.only(PROPERTY_KEYS)
    if not _PROPERTY_NAME.match(name):
        entry.fault("needs a name of small letters, digits and `_`, with at most one dot")
    draft = PropertyDraft(
        name=name,
        type=entry.one_of("type", PROPERTY_TYPES, None),
        label=entry.label(needed=False),
        of=entry.text("of"),
        to=entry.words("to"),
        multiple=entry.flag("multiple") if "multiple" in entry.content else None,
        required=entry.one_of("required", ("for_counting",), None),
        level=entry.one_of("level", LEVELS, None),
        unit=entry.one_of("unit", QUANTITY_UNITS, None),
        huridocs=read_huridocs(entry),
    )
    return Placed(draft, entry.file, entry.line())


def _read_constraints(entry: Entry, draft: TypeDraft) -> None:
    items = entry.content.get("constraints")
    if items is None:
        return
    if not isinstance(items, YamlList):
        entry.fault("needs a list under `constraints`", "constraints")
        return
    for item, line in zip(items, items.lines, strict=True):
        constraint = _constraint(item)
        if constraint is None:
            entry.faults.add(
                entry.file,
                line,
                f"{entry.what} has a constraint that is not `at_most: [less, more]` or "
                "`not_after: [earlier, later]`",
            )
        else:
            draft.constraints.append(Placed(constraint, entry.file, line))


def _constraint(item: object) -> Constraint | None:
    if not isinstance(item, YamlMap) or len(item) != 1:
        return None
    kind, pair = next(iter(item.items()))
    if kind not in CONSTRAINT_KINDS or not isinstance(pair, list) or len(pair) != 2:
        return None
    first, second = pair
    if not isinstance(first, str) or not isinstance(second, str):
        return None
    return Constraint(kind, (first, second))
