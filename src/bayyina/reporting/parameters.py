"""Parameters of report definitions: the year, the month, what else differs between two issues.

A parameter is declared in the head of a definition with its type, its default and its bounds.
``{name}`` stands for its value: as a code in queries, in words in titles, notes and prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bayyina.errors import DateUnreadableError, InputError
from bayyina.model.partial_dates import read_date, write_date

TYPES: Final = ("year", "month", "day", "number", "choice")
"""Types of parameters."""

KEYS: Final = ("type", "default", "min", "max", "values", "en", "ar")
"""What may be said of a parameter."""

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_USE = re.compile(r"\{([a-z][a-z0-9-]*)\}")
_CHOICE = re.compile(r"[a-z0-9][a-z0-9-]*")
_FORMS: Final = {
    "year": re.compile(r"[0-9]{4}"),
    "month": re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])"),
    "day": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "number": re.compile(r"[0-9]{1,9}"),
    "choice": _CHOICE,
}
_LIKE: Final = {"year": "2023", "month": "2023-05", "day": "2023-05-17", "number": "100"}


class ParameterError(InputError):
    """A value that a parameter cannot have, or a parameter that the report does not have."""


@dataclass(frozen=True)
class Parameter:
    """What may differ between two issues of a report."""

    name: str
    """Its name; ``{name}`` stands for its value."""

    type: str
    """One of ``TYPES``."""

    default: str
    """Its value where none is given."""

    least: str = ""
    """The lowest value; empty for none."""

    greatest: str = ""
    """The highest value; empty for none."""

    values: tuple[str, ...] = ()
    """Values of a choice."""

    labels: Mapping[str, str] | None = None
    """What it is called, by language."""

    def read(self, text: str) -> str:
        """The value that a text states.

        Raises:
            ParameterError: it is not of the type, or lies outside the bounds.
        """
        value = text.strip()
        fault = self._fault(value)
        if fault:
            raise ParameterError(f"{self.name}={text} cannot be set: {fault}.", hint=self.hint())
        return value

    def hint(self) -> str:
        """What may be given, in a sentence."""
        if self.type == "choice":
            return f"Use one of: {', '.join(self.values)}."
        bounds = [
            f"{word} {bound}"
            for word, bound in (("from", self.least), ("to", self.greatest))
            if bound
        ]
        words = " ".join([f"Write a {self.type} like {_LIKE[self.type]}", *bounds])
        return f"{words}."

    def in_words(self, value: str, lang: str) -> str:
        """A value as prose has it."""
        if self.type in ("month", "day"):
            return write_date(read_date(value), lang)
        return value

    def _fault(self, value: str) -> str:
        if not _FORMS[self.type].fullmatch(value):
            return f"it is not a {self.type}"
        if self.type == "choice" and value not in self.values:
            return "it is none of its values"
        if self.type == "day" and not _is_day(value):
            return "there is no such day"
        if self.least and _rank(value) < _rank(self.least):
            return f"it lies before {self.least}"
        if self.greatest and _rank(value) > _rank(self.greatest):
            return f"it lies after {self.greatest}"
        return ""


def read_parameters(data: Any) -> tuple[dict[str, Parameter], list[tuple[str, str]]]:
    """The parameters that a head declares, and what is wrong: pairs of name and sentence."""
    if not isinstance(data, Mapping):
        return {}, [("parameters", "The parameters need a table each: [parameters.year].")]
    read, wrong = {}, []
    for name, content in data.items():
        fault = _table_fault(name, content)
        if fault:
            wrong.append((name, fault))
            continue
        parameter = _parameter(name, content)
        try:
            parameter.read(parameter.default)
        except ParameterError as error:
            wrong.append((name, f"The default of the parameter '{name}' does not fit: {error}"))
            continue
        read[name] = parameter
    return read, wrong


def settled(parameters: Mapping[str, Parameter], given: Mapping[str, str]) -> dict[str, str]:
    """The value of every parameter: what is given, else its default.

    Raises:
        ParameterError: a value does not fit, or the report has no such parameter.
    """
    for name in given:
        if name not in parameters:
            known = ", ".join(parameters) or "none"
            raise ParameterError(f"The report has no parameter '{name}'.", hint=f"It has: {known}.")
    return {
        name: one.read(given[name]) if name in given else one.default
        for name, one in parameters.items()
    }


def read_settings(pairs: Iterable[str]) -> dict[str, str]:
    """Values by name, from texts such as ``year=2023``.

    Raises:
        ParameterError: a text is not of this form, or a name stands twice.
    """
    given: dict[str, str] = {}
    for pair in pairs:
        name, mark, value = pair.partition("=")
        if not mark or not name.strip() or not value.strip():
            raise ParameterError(
                f"{pair or 'An empty text'} sets nothing.", hint="Write --set year=2023."
            )
        if name.strip() in given:
            raise ParameterError(f"{name.strip()} is set twice.", hint="Set it once.")
        given[name.strip()] = value.strip()
    return given


@dataclass(frozen=True)
class Filling:
    """The values of one issue, ready to be put into texts."""

    parameters: Mapping[str, Parameter]
    """The parameters by name."""

    values: Mapping[str, str]
    """A value for each of them."""

    def code(self, text: str) -> str:
        """A query with the values in it."""
        return _USE.sub(lambda found: self.values.get(found[1], found[0]), text)

    def words(self, text: str, lang: str) -> str:
        """Prose with the values in words; other braces stay as they are."""

        def put(found: re.Match[str]) -> str:
            known = self.parameters.get(found[1])
            return found[0] if known is None else known.in_words(self.values[found[1]], lang)

        return _USE.sub(put, text)

    def all_words(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Texts by language with the values in words."""
        return {lang: self.words(text, lang) for lang, text in texts.items()}

    def stem(self, name: str) -> str:
        """The stem of the files: the name of the report and what was set."""
        return "-".join((name, *self.values.values()))


def _table_fault(name: str, content: Any) -> str:
    if not _NAME.fullmatch(name):
        return f"'{name}' is no name of a parameter: lower-case letters, digits and '-'."
    if not isinstance(content, Mapping):
        return f"The parameter '{name}' needs a table: [parameters.{name}]."
    for key in content:
        if key not in KEYS:
            return f"The parameter '{name}' has '{key}'; known are: {', '.join(KEYS)}."
    if content.get("type") not in TYPES:
        return f"The parameter '{name}' needs a type: {', '.join(TYPES)}."
    if "default" not in content:
        return f"The parameter '{name}' needs a default."
    values = content.get("values", [])
    is_choice = content["type"] == "choice"
    if is_choice != bool(values) or not _are_choices(values):
        return f"The parameter '{name}': a choice, and nothing else, lists its values as codes."
    for key in ("min", "max"):
        bound = _text(content.get(key, ""))
        if bound and (is_choice or not _FORMS[content["type"]].fullmatch(bound)):
            return f"The parameter '{name}': its '{key}' is not a {content['type']}."
    return ""


def _are_choices(values: Any) -> bool:
    if not isinstance(values, Sequence) or isinstance(values, str):
        return False
    return all(isinstance(value, str) and _CHOICE.fullmatch(value) for value in values)


def _parameter(name: str, content: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=name,
        type=content["type"],
        default=_text(content["default"]),
        least=_text(content.get("min", "")),
        greatest=_text(content.get("max", "")),
        values=tuple(content.get("values", ())),
        labels={lang: str(content[lang]) for lang in ("en", "ar") if lang in content},
    )


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _rank(value: str) -> tuple[int, str]:
    """Order of values: numbers by size, dates by their text."""
    return (int(value), "") if value.isdecimal() else (0, value)


def _is_day(value: str) -> bool:
    try:
        read_date(value)
    except DateUnreadableError:
        return False
    return True
