"""The rules of disclosure, read from ``disclosure.toml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

from bayyina.model.toml_reading import read_toml

PURPOSES: Final = (
    "publication",
    "training",
    "un_body",
    "partner",
    "court",
    "family",
    "internal",
)
"""Who an output is for."""


@dataclass(frozen=True)
class Words:
    """A text in both languages."""

    en: str
    """English."""

    ar: str
    """Arabic."""

    def to_json(self) -> dict[str, str]:
        """By language."""
        return {"en": self.en, "ar": self.ar}


@dataclass(frozen=True)
class FewRule:
    """When a small number is hidden."""

    id: str
    """Its name, as a removal gives it."""

    topics: frozenset[str]
    """What the table must be about, all of them."""

    crossed_with: frozenset[str]
    """What it must be crossed with, at least one; empty: nothing more is needed."""

    smallest: int
    """The least number that may be shown; zero always may."""

    one_source: bool
    """Whether it holds only of records that one protected source alone tells of."""

    untold: bool
    """Whether it holds only of records of a death that the family has not been told of."""

    reason: Words
    """Why."""

    source: str
    """Where the rule comes from."""

    def holds_of(self, topics: frozenset[str], dimensions: frozenset[str]) -> bool:
        """Whether it holds of tables about these topics with these dimensions."""
        crossed = not self.crossed_with or bool(self.crossed_with & dimensions)
        return self.topics <= topics and crossed


@dataclass(frozen=True)
class Recipient:
    """Somebody who can receive an output, or a kind of them."""

    id: str
    """As it is named: ``public``, ``court``, or a name of the workspace's own."""

    purpose: str
    """One of ``PURPOSES``."""

    label: Words
    """What it is called."""

    consent: str
    """The use that informants must have agreed to, a code of the vocabulary's."""

    asks: bool
    """Whether a person who was never asked is left out; otherwise only who refused is."""

    level: str
    """The most sensitive property that may leave."""

    learns_of_deaths: bool
    """Whether it may see a death of which the family was not told."""

    def named(self, identifier: str, label: Words) -> Recipient:
        """One of this kind with a name of its own."""
        return replace(self, id=identifier, label=label)


@dataclass(frozen=True)
class Rules:
    """All rules."""

    few: tuple[FewRule, ...]
    """When small numbers are hidden, the most specific first."""

    protected: frozenset[str]
    """Kinds of sources that are people."""

    deaths: frozenset[str]
    """Types of records that say that somebody died."""

    death_documents: frozenset[str]
    """Kinds of documents that do."""

    death_values: Mapping[str, frozenset[tuple[str, str]]]
    """Properties and values that do, by the type of a record that otherwise does not."""

    recipients: Mapping[str, Recipient]
    """Who can receive an output, by id."""

    finest: Mapping[str, Mapping[str, str]]
    """The finest place and date of one person that may leave, by purpose."""

    reasons: Mapping[str, Words]
    """Reasons of what is not a small number, by name."""

    @property
    def may_tell_of_a_death(self) -> frozenset[str]:
        """Types of records that say that somebody died, always or by one of their values."""
        return self.deaths | self.death_values.keys()


@cache
def load_rules() -> Rules:
    """The rules that come with the program."""
    text = files("bayyina.disclosure").joinpath("disclosure.toml").read_text(encoding="utf-8")
    return read_rules(text)


def read_rules(text: str) -> Rules:
    """The rules that a text states.

    Raises:
        SmallFileError: it is not TOML.
    """
    data: Mapping[str, Any] = read_toml(text).data
    return Rules(
        few=tuple(_few(one) for one in data.get("few", ())),
        protected=frozenset(data["sources"]["protected"]),
        deaths=frozenset(data["deaths"]["types"]),
        death_documents=frozenset(data["deaths"]["documents"]),
        death_values=_death_values(data["deaths"]["values"]),
        recipients={name: _recipient(name, one) for name, one in data["recipients"].items()},
        finest={purpose: dict(data["details"][purpose]) for purpose in PURPOSES},
        reasons={name: _words(words) for name, words in data["reasons"].items()},
    )


def _few(data: Mapping[str, Any]) -> FewRule:
    return FewRule(
        id=data["id"],
        topics=frozenset(data.get("topics", ())),
        crossed_with=frozenset(data.get("crossed_with", ())),
        smallest=int(data["smallest"]),
        one_source=bool(data.get("one_source", False)),
        untold=bool(data.get("untold", False)),
        reason=_words(data["reason"]),
        source=data["source"],
    )


def _death_values(told: Sequence[str]) -> dict[str, frozenset[tuple[str, str]]]:
    """What ``Sentence.outcome=carried_out`` and the like say, by record type."""
    found: dict[str, set[tuple[str, str]]] = {}
    for one in told:
        path, _, value = one.partition("=")
        record_type, _, name = path.partition(".")
        found.setdefault(record_type, set()).add((name, value))
    return {record_type: frozenset(pairs) for record_type, pairs in found.items()}


def _recipient(name: str, data: Mapping[str, Any]) -> Recipient:
    return Recipient(
        id=name,
        purpose=data["purpose"],
        label=_words(data["label"]),
        consent=data["consent"],
        asks=data["silence"] == "asked",
        level=data["level"],
        learns_of_deaths=bool(data["learns_of_deaths"]),
    )


def _words(data: Mapping[str, str]) -> Words:
    return Words(data["en"], data["ar"])
