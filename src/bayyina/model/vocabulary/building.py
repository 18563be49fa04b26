"""From drafts to the parts of a vocabulary: references, cycles, ambiguous labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeVar

from bayyina.model.label_folding import fold_label
from bayyina.model.vocabulary.building_types import TypeBuilder
from bayyina.model.vocabulary.drafting import Drafts, ListDraft, Placed
from bayyina.model.vocabulary.elements import (
    Group,
    KnownFacility,
    RecordType,
    Term,
    TermList,
    Unit,
)
from bayyina.model.vocabulary.faults import Faults, suggestion

FACILITY_KINDS = "facility_kinds"
"""The term list that kinds of facility are taken from."""


NestedPart = TypeVar("NestedPart", Term, Group)
NamedPart = TypeVar("NamedPart", Term, Group, KnownFacility)


class Parts(NamedTuple):
    """The checked parts of a vocabulary."""

    types: dict[str, RecordType]
    term_lists: dict[str, TermList]
    groups: dict[str, Group]
    facilities: dict[str, KnownFacility]
    units: dict[str, Unit]
    group_index: dict[str, str]
    """Folded code, label, alias or branch number to the code of a group."""
    facility_index: dict[str, str]
    """Folded code, label or alias to the code of a facility."""


def build(drafts: Drafts) -> Parts:
    """Build the parts; what is wrong goes to ``drafts.faults``."""
    faults = drafts.faults
    types = TypeBuilder(drafts).build()
    lists = {name: _build_list(drafts.lists[name], faults) for name in sorted(drafts.lists)}
    _check_parents(drafts.groups, "group", faults)
    _check_facilities(drafts)
    _check_units(drafts, types, lists)
    return Parts(
        types=types,
        term_lists=lists,
        groups={code: placed.part for code, placed in drafts.groups.items()},
        facilities={code: placed.part for code, placed in drafts.facilities.items()},
        units={name: placed.part for name, placed in drafts.units.items()},
        group_index=_index(drafts.groups, "group", faults),
        facility_index=_index(drafts.facilities, "facility", faults),
    )


def _build_list(draft: ListDraft, faults: Faults) -> TermList:
    _check_parents(draft.terms, f"term of `{draft.name}`", faults)
    narrower: dict[str, int] = {}
    for placed in draft.terms.values():
        if placed.part.parent is not None:
            narrower[placed.part.parent] = narrower.get(placed.part.parent, 0) + 1
    for code, placed in draft.terms.items():
        stated = placed.part.stated_count
        if stated is not None and narrower.get(code, 0) > stated:
            faults.add(
                placed.file,
                placed.line,
                f"the term `{code}` of `{draft.name}` has {narrower[code]} narrower terms, "
                f"but its `stated_count` is {stated}",
            )
    return TermList(
        name=draft.name,
        title=draft.title,
        terms={code: placed.part for code, placed in draft.terms.items()},
        ordered=draft.ordered,
        huridocs_list=draft.huridocs_list,
        _index=_index(draft.terms, f"term of `{draft.name}`", faults),
    )


def _check_parents(parts: Mapping[str, Placed[NestedPart]], noun: str, faults: Faults) -> None:
    for code, placed in parts.items():
        parent: str | None = placed.part.parent
        if parent is not None and parent not in parts:
            near = suggestion(parent, parts)
            message = f"the {noun} `{code}` stands under `{parent}`, which does not exist{near}"
            faults.add(placed.file, placed.line, message)
        chain: list[str] = [code]
        while parent is not None and parent in parts and parent not in chain:
            chain.append(parent)
            parent = parts[parent].part.parent
        if parent == code:
            path = " → ".join([*chain, code])
            faults.add(placed.file, placed.line, f"the {noun} `{code}` is under itself: {path}")


class _Spelled(NamedTuple):
    code: str
    text: str
    file: str
    line: int
    is_added: bool


def _index(parts: Mapping[str, Placed[NamedPart]], noun: str, faults: Faults) -> dict[str, str]:
    """Folded spelling to code; a spelling of two parts is a fault."""
    index: dict[str, _Spelled] = {}
    for placed in parts.values():
        for spelled in _spellings(placed):
            first = index.setdefault(fold_label(spelled.text), spelled)
            if first.code == spelled.code:
                continue
            wrong, other = (first, spelled) if first.is_added else (spelled, first)
            message = (
                f"the {noun} `{wrong.code}` is written like `{other.code}` (“{wrong.text}”): "
                "a spelling may belong to one only"
            )
            faults.add(wrong.file, wrong.line, message)
    return {folded: spelled.code for folded, spelled in index.items()}


def _spellings(placed: Placed[NamedPart]) -> Iterator[_Spelled]:
    part: Term | Group | KnownFacility = placed.part
    added = {spelling.text: spelling for spelling in placed.added}
    texts = [part.code, *part.label.values(), *part.aliases]
    if isinstance(part, Group) and part.number is not None:
        texts += [part.number, f"branch {part.number}", f"فرع {part.number}"]
    for text in texts:
        place = added.get(text, placed)
        yield _Spelled(part.code, text, place.file, place.line, text in added)


def _check_facilities(drafts: Drafts) -> None:
    kinds = drafts.lists.get(FACILITY_KINDS)
    for code, placed in drafts.facilities.items():
        facility = placed.part
        what = f"the facility `{code}`"
        if kinds is not None and facility.kind not in kinds.terms:
            near = suggestion(facility.kind, kinds.terms)
            message = f"{what} has the kind `{facility.kind}`, which is not a term of "
            drafts.faults.add(placed.file, placed.line, f"{message}`{FACILITY_KINDS}`{near}")
        if facility.group is not None and facility.group not in drafts.groups:
            near = suggestion(facility.group, drafts.groups)
            message = f"{what} belongs to `{facility.group}`, which is not a group{near}"
            drafts.faults.add(placed.file, placed.line, message)


def _check_units(
    drafts: Drafts, types: Mapping[str, RecordType], lists: Mapping[str, TermList]
) -> None:
    for name, placed in drafts.units.items():
        unit = placed.part
        record = types.get(unit.record)
        if record is None:
            near = suggestion(unit.record, types)
            message = f"the unit `{name}` counts `{unit.record}`, which does not exist{near}"
            drafts.faults.add(placed.file, placed.line, message)
            continue
        for key, value in unit.filter.items():
            wrong = _filter_fault(record, key, value, lists)
            if wrong is not None:
                drafts.faults.add(placed.file, placed.line, f"the unit `{name}` {wrong}")


def _filter_fault(
    record: RecordType, key: str, value: str, lists: Mapping[str, TermList]
) -> str | None:
    prop = record.properties.get(key)
    if prop is None:
        near = suggestion(key, record.properties)
        return f"filters by `{key}`, which `{record.name}` does not have{near}"
    terms = lists[prop.of].terms if prop.of is not None and prop.of in lists else {}
    if prop.type == "term" and value not in terms:
        return f"filters by `{key}={value}`, which is not a term of `{prop.of}`"
    return None
