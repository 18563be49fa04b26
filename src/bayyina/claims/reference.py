"""Small tables that rules look things up in: legal texts, terms, treaty actions, known dates."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from bayyina.model.label_folding import fold_label

_ARTICLE: Final = re.compile(
    r"(?P<instrument>.*?)[\s,:]*(?:\b(?:art(?:icle)?s?)\b\.?|المادة)?\s*"
    r"(?P<article>\d+)(?:\s*[.(/،]\s*(?P<paragraph>\d+)\)?)?\s*\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Citation:
    """An article of a legal text."""

    instrument: str
    """Code of the text, or its name folded where it is not known."""

    article: str
    """Number of the article."""

    paragraph: str
    """Number of the paragraph; empty for the article as a whole."""

    @property
    def text(self) -> str:
        """How it is written: ``icj-statute 41(2)``."""
        return f"{self.instrument} {self.place}".strip()

    @property
    def place(self) -> str:
        """Article and paragraph."""
        return f"{self.article}({self.paragraph})" if self.paragraph else self.article

    def is_within(self, other: Citation) -> bool:
        """Whether it is the other one or a paragraph of it."""
        if (self.instrument, self.article) != (other.instrument, other.article):
            return False
        return not other.paragraph or self.paragraph == other.paragraph


@cache
def _table(name: str) -> dict[str, Any]:
    text = resources.files("bayyina.claims").joinpath("reference_tables", f"{name}.toml")
    return tomllib.loads(text.read_text(encoding="utf-8"))


def read_citation(text: str) -> Citation | None:
    """The article that a text cites; None when it cites none."""
    found = _ARTICLE.fullmatch(text.strip())
    if found is None:
        return None
    name = fold_label(found["instrument"])
    return Citation(_instruments().get(name, name), found["article"], found["paragraph"] or "")


@cache
def _instruments() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for code, entry in _table("legal_texts").items():
        for name in (code, *entry["names"]):
            names[fold_label(name)] = code
    return names


def subject_of(citation: Citation) -> Mapping[str, str] | None:
    """What an article is about, by language; None when the tables do not say."""
    articles = _table("legal_texts").get(citation.instrument, {}).get("articles", {})
    found = articles.get(citation.place, articles.get(citation.article))
    return None if found is None else {"en": found["en"], "ar": found["ar"]}


def basis_of(matter: str) -> tuple[Citation, ...]:
    """The articles on which a matter rests; empty when the tables do not say."""
    folded = fold_label(matter)
    found = []
    for code, entry in _table("legal_texts").items():
        for place, article in entry.get("articles", {}).items():
            if any(set(fold_label(m).split()) <= set(folded.split()) for m in article["matters"]):
                number, _, paragraph = place.partition("(")
                found.append(Citation(code, number, paragraph.rstrip(")")))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class MisfitTerm:
    """A word that says more, or something else, than the event it is used for."""

    means: Mapping[str, str]
    """What the word means, by language."""

    event: Mapping[str, str]
    """What the event is, by language."""


def misfit_of(term: str, event_type: str) -> MisfitTerm | None:
    """Why a word does not fit an event of a type; None when nothing speaks against it."""
    folded, kind = fold_label(term), folded_type(event_type)
    for entry in _table("terms").values():
        kinds = {folded_type(one) for one in entry["events"]}
        words = [fold_label(word) for word in entry["words"]]
        if kind in kinds and any(re.search(rf"(?:\A|\s){re.escape(w)}", folded) for w in words):
            return MisfitTerm(entry["means"], entry["event"])
    return None


def exclusive_types(one: str, other: str) -> bool:
    """Whether one event cannot be of both types, such as a ratification and an accession."""
    first, second = folded_type(one), folded_type(other)
    return any(
        first != second and {first, second} <= {folded_type(name) for name in group["types"]}
        for group in _table("events")["exclusive"]
    )


def is_recurring(event_type: str) -> bool:
    """Whether events of a type can happen again to the same thing."""
    return folded_type(event_type) in {folded_type(n) for n in _table("events")["recurring"]}


def treaty_action(said: Collection[str]) -> tuple[str, str] | None:
    """How and when a state became party to a treaty, as type and date; None when not listed.

    ``said`` are the words that tell an event apart; state and treaty are looked for among them.
    """
    folded = {fold_label(word) for word in said}
    for row in _table("events")["treaty_actions"]:
        treaties = {fold_label(name) for name in row["treaty"]}
        states = {fold_label(name) for name in row["state"]}
        if folded & treaties and folded & states:
            return row["type"], row["date"]
    return None


def known_order_date(name: str, cases: Sequence[str]) -> tuple[str, bool] | None:
    """Date of an order and whether the name itself tells it.

    An order that the name does not tell is taken for that of the case, when the claims are
    of one known case only.
    """
    rows = _table("events")["orders"]
    folded = fold_label(name)
    for row in rows:
        if folded in {fold_label(one) for one in row["ids"]}:
            return str(row["date"]), True
    told = [r for r in rows if {fold_label(c) for c in cases} & {fold_label(c) for c in r["cases"]}]
    return (str(told[0]["date"]), False) if len(told) == 1 else None


@cache
def folded_type(name: str) -> str:
    """A type of event for comparison: ``CourtFiling`` and ``court filing`` are one."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    folded = fold_label(spaced)
    return str(_table("events")["same_types"].get(folded.replace(" ", "_"), folded))
