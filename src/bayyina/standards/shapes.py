"""Shapes of small files: frozen dataclasses are the schema, the reader and the value at once.

A field's type says what may stand there; a ``Spec`` in its annotation adds what types
cannot say (another name in the file, a pattern, bounds). ``read_shape`` reads plain data into the dataclass and
names the path of everything that does not fit; ``schemas`` makes the JSON Schema of it.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, get_args, get_origin

S = TypeVar("S")
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Spec:
    """What a field's type cannot say."""

    key: str | None = None
    """The key in the file, where it is not the field's name."""

    pattern: str | None = None
    """Regular expression that the whole text must match."""

    example: str = ""
    """What a text that matches looks like, for messages."""

    least: float | None = None
    """Least number."""

    most: float | None = None
    """Greatest number."""

    filled: bool = False
    """Whether a list or mapping must not be empty."""

    derived: bool = False
    """Whether the field is computed and does not stand in the file."""


class Misfit(NamedTuple):
    """Something in the data that does not fit its shape."""

    path: Path
    """Where it stands."""

    message: str
    """What is wrong and what would fit, as a sentence without its subject's place."""


class Plan(NamedTuple):
    """How a type is read; made once for each type."""

    options: tuple[Any, ...]
    """Members of a union apart from None; the type alone when it is no union."""

    form: str
    """``union shape choice items mapping scalar``."""

    inner: tuple[Any, ...]
    """The words of a choice, or the types inside a list or mapping."""


class FieldShape(NamedTuple):
    """One field of a shape."""

    name: str
    """Name of the dataclass field."""

    key: str
    """Key in the file."""

    type: Any
    """Resolved type."""

    spec: Spec
    """What the type cannot say."""

    required: bool
    """Whether the file must have it."""

    plan: Plan
    """How it is read."""


def fields_of(shape: type) -> tuple[FieldShape, ...]:
    """The fields of a shape that stand in the file."""
    return _fields_of(shape)


@cache
def _fields_of(shape: type) -> tuple[FieldShape, ...]:
    hints = typing.get_type_hints(shape, include_extras=True)
    result = []
    for field in dataclasses.fields(shape):
        kind, found = _apart(hints[field.name])
        has_default = (
            field.default is not dataclasses.MISSING
            or field.default_factory is not dataclasses.MISSING
        )
        if not found.derived:
            key = found.key or field.name
            result.append(FieldShape(field.name, key, kind, found, not has_default, _plan(kind)))
    return tuple(result)


def _apart(annotation: Any) -> tuple[Any, Spec]:
    """A type and its spec."""
    if get_origin(annotation) is not Annotated:
        return annotation, Spec()
    kind, *extras = get_args(annotation)
    return kind, next((extra for extra in extras if isinstance(extra, Spec)), Spec())


def read_shape(shape: type[S], data: object) -> tuple[S | None, list[Misfit]]:
    """Read plain data into a shape; None and the misfits when it does not fit."""
    misfits: list[Misfit] = []
    value = _read_dataclass(shape, data, (), misfits)
    return (None if misfits else value), misfits


def _read_dataclass(shape: type[S], data: object, path: Path, misfits: list[Misfit]) -> S | None:
    if not isinstance(data, Mapping):
        misfits.append(Misfit(path, "must be a table of keys and values"))
        return None
    known = {field.key: field for field in fields_of(shape)}
    for key in data:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1, cutoff=0.7)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            misfits.append(Misfit((*path, str(key)), f"is not a known key{hint}"))
    values: dict[str, Any] = {}
    for key, field in known.items():
        if data.get(key) is not None:
            values[field.name] = _read(field.plan, field.spec, data[key], (*path, key), misfits)
        elif field.required:
            misfits.append(Misfit((*path, key), "is missing"))
    return None if misfits else shape(**values)


@cache
def _plan(kind: Any) -> Plan:
    options = options_of(kind)
    if len(options) > 1:
        return Plan(options, "union", ())
    kind, origin = options[0], get_origin(options[0])
    if dataclasses.is_dataclass(kind):
        return Plan(options, "shape", ())
    if origin is Literal:
        return Plan(options, "choice", get_args(kind))
    if origin is tuple:
        return Plan(options, "items", get_args(kind))
    if origin in (Mapping, dict) or kind is Mapping:
        return Plan(options, "mapping", get_args(kind))
    return Plan(options, "scalar", ())


def _read(plan: Plan, rules: Spec, data: object, path: Path, misfits: list[Misfit]) -> Any:
    if plan.form == "scalar":
        return _read_scalar(plan.options[0], rules, data, path, misfits)
    if plan.form == "union":
        return _read_union(plan.options, rules, data, path, misfits)
    if plan.form == "shape":
        return _read_dataclass(typing.cast("type[Any]", plan.options[0]), data, path, misfits)
    if plan.form == "choice":
        return _read_choice(plan.inner, data, path, misfits)
    if plan.form == "items":
        return _read_items(plan.inner[0], rules, data, path, misfits)
    return _read_mapping(plan.inner[1], rules, data, path, misfits)


def options_of(kind: Any) -> tuple[Any, ...]:
    """The members of a union apart from None; the type itself when it is no union."""
    if get_origin(kind) in (typing.Union, types.UnionType):
        return tuple(option for option in get_args(kind) if option is not type(None))
    return (kind,)


def _read_union(
    options: tuple[Any, ...], rules: Spec, data: object, path: Path, misfits: list[Misfit]
) -> Any:
    """The first option that fits; otherwise the misfits of the option that came nearest."""
    nearest: list[Misfit] | None = None
    for option in options:
        tried: list[Misfit] = []
        value = _read(_plan(option), rules, data, path, tried)
        if not tried:
            return value
        if nearest is None or _depth(tried) > _depth(nearest):
            nearest = tried
    misfits.extend(nearest or ())
    return None


def _depth(misfits: list[Misfit]) -> int:
    """How far reading came: a misfit inside beats one at the top."""
    return max(len(misfit.path) for misfit in misfits)


def _read_choice(words: tuple[Any, ...], data: object, path: Path, misfits: list[Misfit]) -> Any:
    if data in words and not isinstance(data, bool):
        return data
    near = difflib.get_close_matches(str(data), [str(w) for w in words], n=1, cutoff=0.6)
    hint = f"did you mean “{near[0]}”?" if near else "one of: " + ", ".join(map(str, words))
    misfits.append(Misfit(path, f"has a word that is not known here ({hint})"))
    return None


@cache
def _inner(rules: Spec) -> Spec:
    """The rules for what is inside a list or mapping."""
    return dataclasses.replace(rules, filled=False)


def _read_items(
    kind: Any, rules: Spec, data: object, path: Path, misfits: list[Misfit]
) -> tuple[Any, ...]:
    if not isinstance(data, list | tuple):
        misfits.append(Misfit(path, "must be a list"))
        return ()
    if rules.filled and not data:
        misfits.append(Misfit(path, "must not be empty"))
    item_rules, plan = _inner(rules), _plan(kind)
    return tuple(
        _read(plan, item_rules, item, (*path, index), misfits) for index, item in enumerate(data)
    )


def _read_mapping(
    kind: Any, rules: Spec, data: object, path: Path, misfits: list[Misfit]
) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        misfits.append(Misfit(path, "must be a table of keys and values"))
        return {}
    if rules.filled and not data:
        misfits.append(Misfit(path, "must not be empty"))
    inner, plan = _inner(rules), _plan(kind)
    return {
        str(key): _read(plan, inner, value, (*path, str(key)), misfits)
        for key, value in data.items()
    }


def _read_scalar(kind: Any, rules: Spec, data: object, path: Path, misfits: list[Misfit]) -> Any:
    if kind is str:
        return _read_text(rules, data, path, misfits)
    if kind is bool:
        if not isinstance(data, bool):
            misfits.append(Misfit(path, "must be true or false"))
        return data
    return _read_number(kind, rules, data, path, misfits)


def _read_text(rules: Spec, data: object, path: Path, misfits: list[Misfit]) -> str | None:
    if isinstance(data, date) and not isinstance(data, datetime):
        data = data.isoformat()  # TOML has dates of its own; the files mean the same text
    if rules.pattern is not None and isinstance(data, int) and not isinstance(data, bool):
        data = str(data)  # YAML reads the year 2022 as a number
    if not isinstance(data, str) or not data.strip():
        misfits.append(Misfit(path, "must be a text"))
        return None
    if rules.pattern is not None and not re.fullmatch(rules.pattern, data):
        example = f", such as {rules.example}" if rules.example else ""
        misfits.append(Misfit(path, f"is not written as it should be{example}"))
    return data


def _read_number(
    kind: Any, rules: Spec, data: object, path: Path, misfits: list[Misfit]
) -> int | float | None:
    is_number = isinstance(data, int) or (kind is float and isinstance(data, float))
    if isinstance(data, bool) or not is_number or not math.isfinite(typing.cast("float", data)):
        misfits.append(Misfit(path, f"must be a {'whole ' if kind is int else ''}number"))
        return None
    number = typing.cast("int | float", data)
    if rules.least is not None and number < rules.least:
        misfits.append(Misfit(path, f"must be at least {rules.least:g}"))
    if rules.most is not None and number > rules.most:
        misfits.append(Misfit(path, f"must be at most {rules.most:g}"))
    return number


def path_text(path: Path) -> str:
    """How a path is written for people: ``claims 3, source, locator``."""
    words: list[str] = []
    for step in path:
        if isinstance(step, int) and words:
            words[-1] = f"{words[-1]} {step + 1}"
        else:
            words.append(str(step))
    return ", ".join(words)
