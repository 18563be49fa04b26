"""The fields of an intake form: from the vocabulary to what a page shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from bayyina.app.entering import NOT_KNOWN, PERSON, Report, fields_of, read_fields
from bayyina.model.vocabulary import Property
from bayyina.web.frame.asking import Asking

SOURCE: Final = "Source"

PARTS: Final = ("source", "person", "act")
"""Parts of a form; the names of its fields begin with them."""

FIRST: Final[Mapping[str, tuple[str, ...]]] = {
    SOURCE: ("name", "kind", "connection", "reliability"),
    PERSON: (
        "name", "name.given", "name.father", "name.family", "name.mother", "sex", "birth_date",
        "age", "birth_place", "residence",
    ),
}  # fmt: skip
"""What is asked first; the rest stands folded below it."""

COMMON_LAST: Final = frozenset(
    {"attribution", "age_class", "stated_reason", "documented_on", "identifier", "note"}
)
"""What an act is asked last, folded."""

ASK_WHY: Final = frozenset({"name", "sex", "birth_date", "date", "place", "by", "facility"})
"""Properties where a form asks why they are not known."""

NAMES: Final = ("name", "name.given", "name.father", "name.family")
"""Parts of a name by which people who are here already are looked for."""


class Field(NamedTuple):
    """One field of a form."""

    name: str
    """Name of the input."""

    label: str
    """What people read."""

    kind: str
    """``select``, ``several`` (of a list), ``area`` or ``text``."""

    value: str
    """What was typed."""

    options: tuple[tuple[str, str], ...]
    """Codes and labels of a selection."""

    chosen: tuple[str, ...]
    """The codes that are chosen."""

    hint: str
    """Key of a hint in the wording; may be empty."""

    is_sealed: bool
    """Whether what is written is sealed on disk."""

    is_required: bool
    """Whether a record without it is only counted as unknown."""

    understood: tuple[str, ...]
    """How it was understood, where it was read and differs from what was typed."""

    unrecognised: tuple[str, ...]
    """Values that are kept in words, because the vocabulary does not know them."""

    problem: str
    """Why it cannot be taken in; empty where it can."""

    unknown: str
    """Why it is not known, as chosen; empty where nothing was."""

    asks_why: bool
    """Whether the form asks why it is not known."""


class Part(NamedTuple):
    """A part of a form."""

    key: str
    """One of ``PARTS``."""

    title: str
    """What people read above it."""

    first: tuple[Field, ...]
    """What is asked first."""

    more: tuple[Field, ...]
    """What stands folded."""

    has_more_said: bool
    """Whether something of what stands folded was filled in."""


def part(
    who: Asking, key: str, record_type: str, typed: Mapping[str, str], *, checked: bool
) -> Part:
    """One part of the form for a record of a type, with what was typed."""
    said = said_in(typed, key)
    read: dict[str, list[tuple[str, str, bool, str]]] = {}
    if checked:
        for one in read_fields(who.at_work, record_type, said, _lang(typed)):
            told = (one.written, one.value, one.is_recognised, one.problem)
            read.setdefault(one.property, []).append(told)
    fields = [
        _field(who, key, prop, typed, read.get(prop.name, []))
        for prop in fields_of(who.at_work, record_type)
    ]
    asked = FIRST.get(record_type)
    first = [f for f in fields if _is_first(f.name.removeprefix(f"{key}."), asked)]
    if asked is not None:
        first.sort(key=lambda field: asked.index(field.name.removeprefix(f"{key}.")))
    more = [field for field in fields if field not in first]
    kind = who.at_work.vocabulary.types[record_type]
    return Part(
        key,
        kind.label[who.lang],
        tuple(first),
        tuple(more),
        any(f.value or f.unknown for f in more),
    )


def report_of(typed: Mapping[str, str]) -> Report:
    """The report that a filled form is."""
    parts = {key: said_in(typed, key) for key in PARTS}
    for key in ("person", "act"):
        reasons = [
            f"{name.removeprefix(f'unknown.{key}.')}: {reason}"
            for name, reason in typed.items()
            if name.startswith(f"unknown.{key}.") and reason
        ]
        if reasons:
            parts[key] = {**parts[key], NOT_KNOWN: " | ".join(reasons)}
    return Report(
        source=parts["source"],
        said_on=typed.get("said_on", "").strip(),
        person=parts["person"],
        person_id=typed.get("person_id", "").strip(),
        act_type=typed.get("type", ""),
        act=parts["act"] if typed.get("type") else {},
        lang=_lang(typed),
    )


def said_in(typed: Mapping[str, str], key: str) -> dict[str, str]:
    """What was typed in a part, by property; empty fields are left out."""
    return {
        name.removeprefix(f"{key}."): text.strip()
        for name, text in typed.items()
        if name.startswith(f"{key}.") and text.strip()
    }


def name_of(typed: Mapping[str, str]) -> str:
    """The name by which people who are here already are looked for."""
    said = said_in(typed, "person")
    return said.get("name") or " ".join(said[name] for name in NAMES[1:] if name in said)


def problems(parts: Iterable[Part]) -> list[Field]:
    """The fields that cannot be taken in as they are."""
    return [field for one in parts for field in (*one.first, *one.more) if field.problem]


def _is_first(name: str, asked: tuple[str, ...] | None) -> bool:
    return name in asked if asked is not None else name not in COMMON_LAST


def _lang(typed: Mapping[str, str]) -> str:
    return "en" if typed.get("lang") == "en" else "ar"


def _field(
    who: Asking,
    key: str,
    prop: Property,
    typed: Mapping[str, str],
    read: Iterable[tuple[str, str, bool, str]],
) -> Field:
    name = f"{key}.{prop.name}"
    values = list(read)
    options = _options(who, prop)
    return Field(
        name=name,
        label=prop.label[who.lang],
        kind=_kind(prop, options),
        value=typed.get(name, ""),
        options=options,
        chosen=tuple(one.strip() for one in typed.get(name, "").split("|")),
        hint=f"hint_{prop.type}" if prop.type in {"date", "place", "link"} else
        "hint_several" if prop.multiple and not options else "",
        is_sealed=prop.level == "sealed",
        is_required=bool(prop.required),
        understood=tuple(
            value for written, value, known, problem in values
            if known and not problem and value != written and not options
        ),
        unrecognised=tuple(value for _, value, known, problem in values if not known and not problem),
        problem=next((problem for *_, problem in values if problem), ""),
        unknown=typed.get(f"unknown.{name}", ""),
        asks_why=key != "source" and prop.name in ASK_WHY,
    )  # fmt: skip


def _kind(prop: Property, options: tuple[tuple[str, str], ...]) -> str:
    if options:
        return "several" if prop.multiple else "select"
    return "area" if prop.type == "text" else "text"


def _options(who: Asking, prop: Property) -> tuple[tuple[str, str], ...]:
    """Codes and labels to choose from; none where something is typed."""
    vocabulary = who.at_work.vocabulary
    if prop.type == "flag":
        return (("yes", who.says("intake_yes")), ("no", who.says("intake_no")))
    if prop.type == "term" and prop.of:
        terms = vocabulary.term_lists[prop.of].terms
        return tuple((code, term.label[who.lang]) for code, term in terms.items())
    if prop.type == "group":
        return tuple((code, group.label[who.lang]) for code, group in vocabulary.groups.items())
    return ()
