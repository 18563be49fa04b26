"""A figure's groups in the order in which people read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bayyina.reporting.figure_results import FigureResult, Group
from bayyina.reporting.labels import TIME_KEYS, UNKNOWN, Labels
from bayyina.typeset.numbers import short_month_name


@dataclass(frozen=True)
class ReadableGroup:
    """One group with its names."""

    key: dict[str, str]
    """Code by key."""

    labels: tuple[str, ...]
    """Name of each code, in the order of the keys."""

    value: int
    """Records certainly inside."""

    possible: int
    """Records that may be inside."""

    is_unknown: bool
    """Whether it holds what could not be placed."""

    is_hidden: bool = False
    """Whether its number is kept from being shown."""


def group_keys(result: FigureResult) -> tuple[str, ...]:
    """The keys that the figure is divided by."""
    return tuple(result.groups[0].key) if result.groups else ()


def readable_groups(result: FigureResult, labels: Labels, lang: str) -> tuple[ReadableGroup, ...]:
    """The groups in reading order.

    Stretches of time follow each other, with those in between that hold nothing; others go from
    the largest to the smallest. What is unknown stands last, and is left out when there is none.
    """
    keys = group_keys(result)
    if not keys:
        return ()
    groups = list(result.groups)
    if keys[0] in TIME_KEYS and len(keys) == 1:
        groups += _gaps(groups, keys[0])
    if result.unknown and not any(_is_unknown(group) for group in groups):
        unknown = dict.fromkeys(keys, UNKNOWN)
        groups.append(Group(key=unknown, value=result.unknown, possible=result.unknown))
    known = [group for group in groups if not _is_unknown(group) or group.possible or group.hidden]
    known.sort(key=lambda group: _order(group, keys))
    return tuple(
        ReadableGroup(
            key=dict(group.key),
            labels=tuple(labels.label(key, group.key[key], lang) for key in keys),
            value=group.value,
            possible=group.possible,
            is_unknown=_is_unknown(group),
            is_hidden=bool(group.hidden),
        )
        for group in known
    )


def short_names(groups: tuple[ReadableGroup, ...], lang: str) -> tuple[str, ...]:
    """Names for the bars of a chart: months without their year when all are of one year."""
    years = {group.key["month"][:4] for group in groups if "month" in group.key}
    if len(years - {UNKNOWN[:4]}) == 1 and all(tuple(group.key) == ("month",) for group in groups):
        return tuple(
            group.labels[0]
            if group.is_unknown
            else short_month_name(int(group.key["month"][5:]), lang)
            for group in groups
        )
    names = [" · ".join(group.labels) for group in groups]
    return tuple(
        name if names.count(name) == 1 else f"{name} ({', '.join(group.key.values())})"
        for name, group in zip(names, groups, strict=True)
    )


def _is_unknown(group: Group) -> bool:
    return all(code == UNKNOWN for code in group.key.values())


def _order(group: Group, keys: tuple[str, ...]) -> tuple[object, ...]:
    codes = tuple(group.key[key] for key in keys)
    if keys[0] in TIME_KEYS:
        return (_is_unknown(group), codes)
    return (_is_unknown(group), -group.value, codes)


def _gaps(groups: list[Group], key: str) -> Iterator[Group]:
    """Empty groups between the first and the last stretch of time."""
    present = {group.key[key] for group in groups if not _is_unknown(group)}
    if not present:
        return
    for code in _stretch(min(present), max(present), key):
        if code not in present:
            yield Group(key={key: code}, value=0, possible=0)


def _stretch(first: str, last: str, key: str) -> Iterator[str]:
    if key == "year":
        yield from (f"{year:04}" for year in range(int(first), int(last) + 1))
        return
    start, end = (int(code[:4]) * 12 + int(code[5:7]) - 1 for code in (first, last))
    yield from (f"{month // 12:04}-{month % 12 + 1:02}" for month in range(start, end + 1))
