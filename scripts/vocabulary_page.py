"""The reference page of the vocabulary, made from the vocabulary as the program loads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bayyina.model.vocabulary import Vocabulary
from bayyina.model.vocabulary.elements import (
    Group,
    KnownFacility,
    Property,
    RecordType,
    Term,
    TermList,
    Unit,
)

INTRODUCTION = """# Vocabulary

*Made from `src/bayyina/model/vocabulary/` by `make reference`; a test keeps the two in step. The reasons
for each choice stand as comments in those files.*

How to add to it for your own work: [Extend the vocabulary](../how-to/extend-the-vocabulary.md).
"""


def page() -> str:
    """The whole page, as Markdown."""
    vocabulary = Vocabulary.load()
    lines = [INTRODUCTION, "## Record types", ""]
    for record_type in vocabulary.types.values():
        lines += type_section(record_type)
    lines += ["## Term lists", ""]
    for term_list in vocabulary.term_lists.values():
        lines += list_section(term_list)
    lines += ["## Groups", "", *group_table(vocabulary.groups.values())]
    lines += ["## Facilities", "", *facility_table(vocabulary.facilities.values())]
    lines += ["## Units", "", *unit_table(vocabulary.units.values())]
    return "\n".join(lines).rstrip() + "\n"


def type_section(record_type: RecordType) -> Iterator[str]:
    """One record type: what it is, what it adds."""
    label = record_type.label
    yield from (f"### {record_type.name}", "", f"{label['en']} · {label['ar']}")
    yield ""
    facts = [f"- {fact}" for fact in type_facts(record_type)]
    if facts:
        yield from (*facts, "")
    own = [record_type.properties[name] for name in record_type.own_properties]
    if own:
        yield from table(["property", "type", "English", "Arabic", "level"], map(property_row, own))


def type_facts(record_type: RecordType) -> Iterator[str]:
    """What holds for records of the type, in words."""
    if record_type.ancestors:
        yield "is a kind of " + ", ".join(f"`{name}`" for name in record_type.ancestors)
    if record_type.abstract:
        yield "only gathers properties; no record has this type"
    if record_type.custody:
        yield f"{record_type.custody}s custody"
    if record_type.once:
        yield "happens once to a person: several accounts are one act"
    if record_type.clarifies:
        yield "clarifies " + " and ".join(record_type.clarifies)
    for constraint in record_type.constraints:
        first, second = constraint.properties
        yield f"`{first}` {constraint.kind.replace('_', ' ')} `{second}`"
    if record_type.huridocs:
        yield f"HURIDOCS: {record_type.huridocs}"


def property_row(prop: Property) -> tuple[str, ...]:
    """One property of a type."""
    kind = prop.type
    if prop.of:
        kind = f"term of `{prop.of}`"
    elif prop.to:
        kind = "link to " + ", ".join(f"`{name}`" for name in prop.to)
    if prop.multiple:
        kind += ", several"
    return (f"`{prop.name}`", kind, prop.label["en"], prop.label["ar"], prop.level)


def list_section(term_list: TermList) -> Iterator[str]:
    """One term list."""
    title = term_list.title
    yield from (f"### {term_list.name}", "", f"{title['en']} · {title['ar']}", "")
    if term_list.ordered:
        yield from ("The order is a scale, from the least to the most.", "")
    columns = ["code", "English", "Arabic", "narrower term of", "HURIDOCS"]
    yield from table(columns, map(term_row, term_list.terms.values()))


def term_row(term: Term) -> tuple[str, ...]:
    """One term."""
    label = term.label
    parent = f"`{term.parent}`" if term.parent else ""
    return (f"`{term.code}`", label["en"], label["ar"], parent, term.huridocs or "")


def group_table(groups: Iterable[Group]) -> Iterator[str]:
    """All groups."""
    yield from table(
        ["code", "English", "Arabic", "kind", "part of", "from", "to"], map(group_row, groups)
    )


def group_row(group: Group) -> tuple[str, ...]:
    """One group."""
    parent = f"`{group.parent}`" if group.parent else ""
    dates = (group.valid_from or "", group.valid_to or "")
    kind = group.kind.replace("_", "-")
    return (f"`{group.code}`", group.label["en"], group.label["ar"], kind, parent, *dates)


def facility_table(facilities: Iterable[KnownFacility]) -> Iterator[str]:
    """All facilities that many sources name."""
    columns = ["code", "English", "Arabic", "kind", "run by", "place"]
    yield from table(columns, map(facility_row, facilities))


def facility_row(facility: KnownFacility) -> tuple[str, ...]:
    """One facility."""
    group = f"`{facility.group}`" if facility.group else ""
    label = facility.label
    kind = f"`{facility.kind}`"
    return (f"`{facility.code}`", label["en"], label["ar"], kind, group, facility.place or "")


def unit_table(units: Iterable[Unit]) -> Iterator[str]:
    """All units."""
    yield from table(["unit", "record counted", "with", "English", "Arabic"], map(unit_row, units))


def unit_row(unit: Unit) -> tuple[str, ...]:
    """One unit."""
    conditions = ", ".join(f"`{name}={value}`" for name, value in unit.filter.items())
    nouns = (unit.label["en"]["other"], unit.label["ar"]["other"])
    return (f"`{unit.name}`", f"`{unit.record}`", conditions, *nouns)


def table(columns: list[str], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A Markdown table."""
    yield "| " + " | ".join(columns) + " |"
    yield "|" + " --- |" * len(columns)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
    yield ""
