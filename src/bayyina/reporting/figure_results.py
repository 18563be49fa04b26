"""A figure's result as reports use it: any object or JSON document of that shape fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, cast

from bayyina.errors import InputError


class FigureLike(Protocol):
    """Anything that says of itself what was counted and how."""

    def to_json(self) -> Mapping[str, object]:
        """The result as a JSON document."""
        ...


@dataclass(frozen=True)
class Group:
    """One group of a figure that was asked for ``by`` something."""

    key: Mapping[str, str]
    """Code by key, such as ``{"governorate": "SY03"}``; ``unknown`` where it is not known."""

    value: int
    """Records certainly inside."""

    possible: int
    """Records that may be inside; at least ``value``."""

    hidden: str = ""
    """The rule that keeps its number from being shown; empty where it is shown."""


@dataclass(frozen=True)
class FigureResult:
    """What a figure query gave, and how it was counted."""

    query: str
    """The question, in canonical form."""

    value: int
    """Records certainly inside."""

    possible: int
    """Records that may be inside; at least ``value``."""

    comparator: str
    """``=``, ``at least``, ``at most``, ``about`` or ``range``."""

    unit: str
    """What is counted, such as ``persons``."""

    groups: tuple[Group, ...] = ()
    """The groups, when the question asks for some."""

    unknown: int = 0
    """Records that could not be placed in a group."""

    methodology: str = ""
    """Name of the rule."""

    methodology_digest: str = ""
    """SHA-256 of the rule, hexadecimal."""

    vocabulary_digest: str = ""
    """SHA-256 of the vocabulary, hexadecimal."""

    linkage: str = ""
    """How records were taken to be of one person, in one line."""

    custody_size: int = 0
    """Entries of the custody log when it was counted."""

    as_of: str = ""
    """Day on which a state is looked at, or empty."""

    known_at: str = ""
    """Day whose knowledge is counted, or empty."""

    recorded_at: str = ""
    """Moment to which the log was rewound, or empty."""

    verification: Mapping[str, int] = field(default_factory=dict)
    """How many of the records counted stand verified, by how; empty when it is not said."""

    axis: str = ""
    """``occurred``, ``documented`` or ``not stated``."""

    hidden: str = ""
    """The rule that keeps its number from being shown; empty where it is shown."""

    unknown_hidden: bool = False
    """Whether the number without a group is kept from being shown."""

    document: Mapping[str, object] = field(default_factory=dict)
    """The JSON document as it came, for the machine-readable twin."""

    @classmethod
    def of(cls, figure: FigureLike | Mapping[str, object]) -> FigureResult:
        """Read a result.

        Raises:
            InputError: it lacks ``query``, ``value``, ``comparator`` or ``unit``, or one of them has
                another form.
        """
        document = figure if isinstance(figure, Mapping) else figure.to_json()
        value, possible = _bounds(document, "the figure")
        return cls(
            query=_text(document, "query", is_required=True),
            value=value,
            possible=possible,
            comparator=_text(document, "comparator", is_required=True),
            unit=_text(document, "unit", is_required=True),
            groups=tuple(_group(group) for group in _list(document, "groups")),
            unknown=_unknown(document.get("unknown")),
            methodology=_text(document, "methodology"),
            methodology_digest=_text(document, "methodology_digest"),
            vocabulary_digest=_text(document, "vocabulary_digest"),
            linkage=_one_line(document.get("linkage")),
            custody_size=_whole(document.get("custody_size", 0), "custody_size"),
            as_of=_text(document, "as_of"),
            known_at=_text(document, "known_at"),
            recorded_at=_text(document, "recorded_at"),
            verification=_counts(document.get("verification")),
            axis=_text(document, "axis"),
            hidden=_text(document, "hidden"),
            unknown_hidden="unknown" in document and document["unknown"] is None,
            document=document,
        )


def _group(item: object) -> Group:
    if not isinstance(item, Mapping) or not isinstance(item.get("key"), Mapping):
        raise InputError("A figure's groups must each have a key.")
    value, possible = _bounds(item, "a group")
    key = cast("Mapping[str, object]", item["key"])
    codes = {name: "unknown" if code is None else str(code) for name, code in key.items()}
    return Group(key=codes, value=value, possible=possible, hidden=_text(item, "hidden"))


def _bounds(document: Mapping[str, object], of_what: str) -> tuple[int, int]:
    if document.get("hidden"):
        return 0, 0
    value = _whole(document.get("value"), "value")
    bounds = document.get("range")
    if bounds is None:
        return value, value
    if not isinstance(bounds, list | tuple) or len(bounds) != 2:
        raise InputError(f"The range of {of_what} must be two numbers.")
    return value, max(value, _whole(bounds[1], "range"))


def _whole(number: object, name: str) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise InputError(f"A figure's {name} must be a whole number that is not negative.")
    return number


def _counts(item: object) -> dict[str, int]:
    if item is None:
        return {}
    if not isinstance(item, Mapping):
        raise InputError("A figure's verification must be numbers by name.")
    return {str(name): _whole(count, "verification") for name, count in item.items()}


def _unknown(item: object) -> int:
    if isinstance(item, Mapping):
        item = item.get("value", 0)
    return 0 if item is None else _whole(item, "unknown")


def _list(document: Mapping[str, object], name: str) -> list[object]:
    items = document.get(name) or []
    if not isinstance(items, list | tuple):
        raise InputError(f"A figure's {name} must be a list.")
    return list(items)


def _text(document: Mapping[str, object], name: str, *, is_required: bool = False) -> str:
    text = document.get(name)
    if text is None and not is_required:
        return ""
    if not isinstance(text, str) or (is_required and not text):
        raise InputError(f"A figure's {name} must be a text.")
    return text


def _one_line(descriptor: object) -> str:
    if isinstance(descriptor, Mapping):
        return "; ".join(f"{name}: {descriptor[name]}" for name in descriptor)
    return "" if descriptor is None else str(descriptor)
