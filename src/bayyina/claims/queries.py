"""Figure queries that ask a database for what a claim states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from bayyina.claims.claim_set import Stated
from bayyina.claims.days import day_text, read_days
from bayyina.claims.words import Atoms, Words

STATES: Final[Mapping[str, str]] = {"Custody": "held", "EnforcedDisappearance": "disappeared"}
"""Derived states, as queries name them."""

OF_PEOPLE: Final = frozenset({"sex", "category"})
"""Properties of the person, which stand outside the brackets of an act."""

DEFAULT_RULES: Final = "arrest-20-days"
"""Methodology of a disappearance count that names none."""


@dataclass(frozen=True, slots=True)
class Question:
    """A figure query in its parts, so that one of them can be changed."""

    unit: str
    """Unit that is counted."""

    state: str = ""
    """``held`` or ``disappeared``; empty for acts."""

    act: str = ""
    """Record type that people must have; empty when the acts themselves are counted."""

    act_words: tuple[tuple[str, str], ...] = ()
    """Properties of the act."""

    person_words: tuple[tuple[str, str], ...] = ()
    """Properties of the person."""

    by: str = ""
    """Responsible party."""

    period: str = ""
    """Interval, EDTF."""

    axis: str = ""
    """``occurred`` or ``documented``; empty for the default."""

    as_of: str = ""
    """Day of a state."""

    known_at: str = ""
    """Last day of what sources had said."""

    rules: str = ""
    """Methodology."""

    @property
    def text(self) -> str:
        """The query."""
        parts = [f"count {self.unit}", *self._state(), *self._conditions()]
        for word, value in (
            ("in", self.period),
            ("on", self.axis if self.period else ""),
            ("as of", self.as_of),
            ("known at", self.known_at),
            ("under", self.rules),
        ):
            parts += [f"{word} {value}"] if value else []
        return " ".join(parts)

    def _state(self) -> Iterator[str]:
        if self.state:
            yield f"{self.state} by {_quoted(self.by)}" if self.by else self.state

    def _conditions(self) -> Iterator[str]:
        said = dict(self.act_words)
        if self.by and not self.state:
            said["by"] = self.by
        words = [f"{key}={_quoted(value)}" for key, value in said.items()]
        conditions = []
        if self.act:
            conditions.append(f"{self.act}({', '.join(words)})" if words else self.act)
        else:
            conditions += words
        conditions += [f"{key}={_quoted(value)}" for key, value in self.person_words]
        if conditions:
            yield f"with {' and '.join(conditions)}"


class NotAskable(Exception):  # noqa: N818 - an answer, not a fault
    """A database cannot be asked for what a claim states; the text says which words it lacks."""


def question_of(stated: Stated, words: Words) -> Question:
    """The question that a claim answers, put from its scope.

    Raises:
        NotAskable: the claim names acts, units or words that no database of ours has.
    """
    claim, key = stated.claim, stated.scope.key
    if stated.number is None or key.per or claim.between is not None:
        raise NotAskable("it states no number of records")
    if key.act not in words.vocabulary.types and key.act not in STATES:
        raise NotAskable(f"`{key.act or '?'}` is no act of the vocabulary")
    said = {name: _word(name, atoms) for name, atoms in key.props}
    by = said.pop("by", "")
    person = tuple((n, v) for n, v in said.items() if n in OF_PEOPLE)
    act = tuple((n, v) for n, v in said.items() if n not in OF_PEOPLE)
    known_at = _day(claim.source.published)
    if key.act in STATES:
        # A period beside a state says when those who are still held were arrested.
        arrested = (*((("by", by),) if by and claim.period else ()), *act)
        return Question(
            "persons",
            state=STATES[key.act],
            act="Arrest" if act or claim.period else "",
            act_words=arrested,
            person_words=person,
            by=by,
            period=claim.period or "",
            as_of=_day(claim.as_of or claim.period) or known_at,
            known_at=known_at,
            rules=claim.methodology or DEFAULT_RULES,
        )
    unit, filters = _unit(stated, words)
    return Question(
        unit,
        act=key.act if unit == "persons" else "",
        act_words=tuple(pair for pair in act if pair not in filters),
        person_words=person,
        by=by,
        period=claim.period or "",
        axis=key.axis,
        known_at=known_at,
    )


def _unit(stated: Stated, words: Words) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The unit to count, and the properties that it says already."""
    key = stated.scope.key
    if key.unit == "Person":
        return "persons", ()
    units = words.vocabulary.units
    told = words.unit(stated.claim.unit) if stated.claim.unit else ("", ())
    for name, unit in units.items():
        same = unit.record == told[0] and tuple(sorted(unit.filter.items())) == told[1]
        if same and unit.record == key.act:
            return name, told[1]
    raise NotAskable(f"`{stated.claim.unit or '?'}` is no unit of `{key.act}`")


def _word(name: str, atoms: Atoms) -> str:
    if len(atoms) != 1:
        raise NotAskable(f"`{name}` has several words")
    (atom,) = atoms
    if atom.kind == "own":
        raise NotAskable(f"`{name}: {atom.code}` is no word of the vocabulary")
    return atom.code


def _day(text: str | None) -> str:
    """The last day of a date, ISO 8601; empty when there is none."""
    days = read_days(text)
    return day_text(days.end) if days is not None and day_text(days.end) != ".." else ""


def _quoted(word: str) -> str:
    return word if word.replace("-", "").replace("_", "").isalnum() else f'"{word}"'


def variants(question: Question, others: tuple[str, ...]) -> Iterator[tuple[str, Question]]:
    """The same question with one dimension changed, and the name of the dimension.

    ``others`` are the methodologies that can be counted under.
    """
    if question.known_at:
        yield "known_at", replace(question, known_at="")
    if question.period:
        axis = "occurred" if question.axis == "documented" else "documented"
        yield "axis", replace(question, axis=axis)
        longer = _until(question)
        if longer is not None:
            yield "days", longer
    if question.by:
        words = tuple(pair for pair in question.act_words if pair[0] != "by")
        yield "by", replace(question, by="", act_words=words)
    for name in others if question.state == "disappeared" else ():
        if name != question.rules:
            yield "methodology", replace(question, rules=name)
    if question.state == "disappeared":
        yield "act", replace(question, state="held")


def _until(question: Question) -> Question | None:
    """The question up to the day of publication, where the period ends before it."""
    days, known = read_days(question.period), read_days(question.known_at or None)
    if days is None or known is None or days.end >= known.end:
        return None
    start = question.period.split("/")[0]
    return replace(question, period=f"{start}/{day_text(known.end)}")
