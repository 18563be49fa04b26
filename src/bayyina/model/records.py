"""Assembling a record from its statements: what is said, by whom, and who disagrees.

Nothing is chosen: every distinct value stays, with the statements behind it and the number
of independent origins. Sources that copy one origin are one origin; ten copies of one claim
weigh as much as the claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bayyina.model.statements import Statement
from bayyina.model.vocabulary import UNREADABLE, UNRECOGNISED, Property, RecordType

_EMPTY: Mapping[int, int] = MappingProxyType({})
_NOT_UNDERSTOOD = frozenset({UNRECOGNISED, UNREADABLE})


@dataclass(frozen=True, slots=True)
class AssembledValue:
    """One distinct value of a property."""

    value: str
    """The value in normal form."""

    lang: str | None
    """Language, for names and texts."""

    statements: tuple[Statement, ...]
    """Those that state it, in the order in which they were recorded."""

    origins: tuple[int | None, ...]
    """The independent origins behind them: Source records, None for members themselves."""

    @property
    def date_bounds(self) -> tuple[str | None, str | None]:
        """First and last possible day, for dates."""
        return self.statements[0].date_lo, self.statements[0].date_hi


@dataclass(frozen=True, slots=True)
class AssembledProperty:
    """All that is said of one property of one record."""

    property: Property
    """The property."""

    values: tuple[AssembledValue, ...]
    """Its distinct values: those with more origins first, then the earliest recorded."""

    disagrees: bool
    """Whether two values cannot both hold."""


@dataclass(frozen=True, slots=True)
class AssembledRecord:
    """A record as its standing statements make it."""

    record: int
    """Number of the record."""

    type: RecordType
    """Its type."""

    properties: Mapping[str, AssembledProperty]
    """What is said, by property, in the order of the vocabulary."""

    superseded: tuple[Statement, ...]
    """Statements that were corrected; kept to be shown, not counted."""

    unknown: tuple[Statement, ...]
    """Statements of properties that the vocabulary does not have (any more)."""

    @property
    def disagreements(self) -> tuple[str, ...]:
        """Names of the properties on which sources disagree."""
        return tuple(name for name, said in self.properties.items() if said.disagrees)

    def values_of(self, name: str) -> tuple[str, ...]:
        """The distinct values of a property; empty when nothing is said."""
        said = self.properties.get(name)
        return () if said is None else tuple(value.value for value in said.values)


def assemble(
    record: int,
    record_type: RecordType,
    statements: Iterable[Statement],
    *,
    copied_from: Mapping[int, int] = _EMPTY,
) -> AssembledRecord:
    """Assemble one record.

    Args:
        record: Number of the record; statements about others are left aside.
        record_type: Its type.
        statements: The statements that stand, and those they correct.
        copied_from: Source record to the Source record that it copies.
    """
    own = sorted((s for s in statements if s.record == record), key=lambda s: s.number)
    corrected = {s.supersedes for s in own if s.supersedes is not None}
    standing = [s for s in own if s.number not in corrected]
    by_property: dict[str, list[Statement]] = {}
    for statement in standing:
        by_property.setdefault(statement.property, []).append(statement)
    properties = {
        name: _assemble_property(prop, by_property[name], copied_from)
        for name, prop in record_type.properties.items()
        if name in by_property
    }
    return AssembledRecord(
        record=record,
        type=record_type,
        properties=properties,
        superseded=tuple(s for s in own if s.number in corrected),
        unknown=tuple(s for s in standing if s.property not in record_type.properties),
    )


def origin_of(source: int | None, copied_from: Mapping[int, int]) -> int | None:
    """The first origin of a source: copies of copies are followed to their end.

    Sources that copy each other in a circle have one origin, the one with the least number.
    """
    if source is None:
        return None
    path = [source]
    while path[-1] in copied_from:
        following = copied_from[path[-1]]
        if following in path:
            return min(path[path.index(following) :])
        path.append(following)
    return path[-1]


def _assemble_property(
    prop: Property, statements: list[Statement], copied_from: Mapping[int, int]
) -> AssembledProperty:
    groups: dict[tuple[str, str | None], list[Statement]] = {}
    for statement in statements:
        groups.setdefault((_sameness(statement), statement.lang), []).append(statement)
    values = [
        AssembledValue(
            value=stated[0].value,
            lang=lang,
            statements=tuple(stated),
            origins=_origins(stated, copied_from),
        )
        for (_, lang), stated in groups.items()
    ]
    values.sort(key=lambda value: (-len(value.origins), value.statements[0].number))
    return AssembledProperty(prop, tuple(values), _disagree(prop, values))


def _sameness(statement: Statement) -> str:
    """What makes two statements the same value: wordings that were not read stay apart."""
    if statement.value in _NOT_UNDERSTOOD and statement.original is not None:
        return f"{statement.value}:{statement.original}"
    return statement.value


def _origins(
    statements: Iterable[Statement], copied_from: Mapping[int, int]
) -> tuple[int | None, ...]:
    return tuple(dict.fromkeys(origin_of(s.source, copied_from) for s in statements))


def _disagree(prop: Property, values: list[AssembledValue]) -> bool:
    """Whether two values of a property that has one value cannot both hold."""
    if prop.multiple or len(values) == 1:
        return False
    return any(
        _conflict(prop, first, second)
        for position, first in enumerate(values)
        for second in values[position + 1 :]
    )


def _conflict(prop: Property, first: AssembledValue, second: AssembledValue) -> bool:
    if not _NOT_UNDERSTOOD.isdisjoint((first.value, second.value)):
        return False  # a wording that is not understood contradicts nothing
    if prop.type == "date":
        return not _overlap(first.date_bounds, second.date_bounds)
    if prop.type == "quantity":
        one, other = first.statements[0], second.statements[0]
        return not _overlap((one.num_lo, one.num_hi), (other.num_lo, other.num_hi))
    if prop.type in ("name", "text"):
        return first.lang == second.lang  # the same in another language or script is no conflict
    return True


def _overlap(
    first: tuple[str | int | None, str | int | None],
    second: tuple[str | int | None, str | int | None],
) -> bool:
    """Whether two closed intervals share a point; None leaves a side open."""
    return _not_after(first[0], second[1]) and _not_after(second[0], first[1])


def _not_after(low: str | int | None, high: str | int | None) -> bool:
    if isinstance(low, str) and isinstance(high, str):
        return low <= high
    if isinstance(low, int) and isinstance(high, int):
        return low <= high
    return True
