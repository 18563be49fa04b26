"""A documentation standard as a checklist, and the grounds that a form offers to cite."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from bayyina.app.identification_words import line_label
from bayyina.model.vocabulary import Vocabulary
from bayyina.standards.documentation_standard import DocumentationStandard


class Tick(NamedTuple):
    """One line of a set."""

    name: str
    """Code of the line."""

    label: str
    """What people read."""

    is_there: bool
    """Whether something states it."""

    cites: str
    """Ids of what states it, for a form."""


class TickedSet(NamedTuple):
    """Lines that suffice together."""

    ticks: tuple[Tick, ...]
    """The lines."""

    condition: str
    """Code of the condition that must be recorded; empty where there is none."""

    condition_label: str
    """What people read for it."""


def checklist(
    rules: DocumentationStandard,
    vocabulary: Vocabulary,
    there: Mapping[str, Sequence[str]],
    lang: str,
) -> list[TickedSet]:
    """The sets of a standard; ``there`` gives, by line, the ids of what states it."""
    return [
        TickedSet(
            tuple(
                Tick(line, line_label(vocabulary, line, lang), line in there,
                     " ".join(there.get(line, ())))
                for line in one.lines
            ),
            one.only_if or "",
            line_label(vocabulary, one.only_if, lang) if one.only_if else "",
        )
        for one in rules.any_of
    ]  # fmt: skip


def form_lines(sets: Collection[TickedSet]) -> list[Tick]:
    """Every line of the sets once, in order."""
    found = {tick.name: tick for one in sets for tick in one.ticks}
    return list(found.values())


def form_conditions(sets: Collection[TickedSet]) -> list[tuple[str, str]]:
    """Every condition of the sets once, with its label."""
    return list(
        dict.fromkeys((one.condition, one.condition_label) for one in sets if one.condition)
    )
