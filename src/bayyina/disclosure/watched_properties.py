"""What is looked at to know whether somebody is protected, and reading it for a vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bayyina.disclosure.told_in_words import TellingWords, folded
from bayyina.errors import SmallFileError
from bayyina.model.drafts import ValueDraft
from bayyina.model.vocabulary import UNRECOGNISED, Vocabulary

SEALED: Final = "sealed"
"""The level of values that are stored sealed."""

FILE: Final = "protected_people.toml"
"""Name of the file with the rules."""

SHORTEST: Final = 4
"""Letters of the shortest label or alias of a sealed term that is sought in texts."""

_NONE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True)
class Watched:
    """What is looked at in records of one type; empty sets for most types."""

    ages: frozenset[str] = _NONE
    births: frozenset[str] = _NONE
    dates: frozenset[str] = _NONE
    flags: frozenset[str] = _NONE
    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    about: str | None = None
    witness_links: frozenset[str] = _NONE
    words: TellingWords = field(default_factory=TellingWords)
    texts: frozenset[str] = _NONE

    def tells(self, one: ValueDraft) -> bool:
        """Whether a term is one that is looked for, or a wording not understood that tells it."""
        is_text = one.property in self.texts
        if is_text or one.value == UNRECOGNISED:
            said = f"{one.value if is_text else ''} {one.original or ''}"
            return self.words.are_in(said)
        return one.value in self.codes[one.property]

    @property
    def all(self) -> frozenset[str]:
        """Names of all properties that are looked at."""
        return (
            self.ages | self.births | self.dates | self.flags | self.texts | frozenset(self.codes)
        )


class RulesReader:
    """Looks up what the rules name."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def properties(
        self, record_type: str, names: Iterable[str], kind: str | None = None
    ) -> frozenset[str]:
        """Names of properties of a type, each of which must be there."""
        for name in names:
            self.check(f"{record_type}.{name}", kind)
        return frozenset(names)

    def texts(self, record_type: str) -> frozenset[str]:
        """Names of the properties of a type that hold what somebody wrote freely."""
        properties = self._vocabulary.types[record_type].properties.values()
        return frozenset(prop.name for prop in properties if prop.type == "text")

    def by_type(self, paths: Iterable[str], kind: str) -> dict[str, frozenset[str]]:
        """Names of properties that paths such as ``Site.position`` name, by record type."""
        found: dict[str, frozenset[str]] = {}
        for path in paths:
            self.check(path, kind)
            record_type, _, name = path.partition(".")
            found[record_type] = found.get(record_type, _NONE) | {name}
        return found

    def sealed_terms(self, path: str) -> frozenset[str]:
        """Codes of a property's list that are sealed, or lie beneath one that is."""
        self.check(path, "term")
        record_type, _, name = path.partition(".")
        prop = self._vocabulary.types[record_type].properties[name]
        terms = self._vocabulary.term_lists[prop.of or ""]
        return frozenset(
            code for code in terms.terms if self._vocabulary.level_of(prop, code) == SEALED
        )

    def words_of_sealed_terms(self, paths: Iterable[str]) -> list[str]:
        """Labels and aliases of the sealed terms of some properties, a workspace's own among them."""
        found: set[str] = set()
        for path in paths:
            record_type, _, name = path.partition(".")
            prop = self._vocabulary.types[record_type].properties[name]
            terms = self._vocabulary.term_lists[prop.of or ""].terms
            for code in self.sealed_terms(path):
                found |= {*terms[code].label.values(), *terms[code].aliases}
        # In Latin letters a word begins where one begins; in Arabic an article may stand before it.
        return sorted(
            f" {word}" if word[0].casefold() != word[0].upper() else word
            for word in (one.strip() for one in found)
            if len(folded(word)) >= SHORTEST
        )

    def watched(
        self,
        *,
        ages: Sequence[str],
        births: Sequence[str],
        dates: Sequence[str],
        flags: Sequence[str],
        codes: Mapping[str, frozenset[str]],
        witness_links: Sequence[str],
        told: Sequence[tuple[TellingWords, Sequence[str]]],
    ) -> dict[str, Watched]:
        """What is looked at, by record type; kinds of a type are looked at as well.

        ``told`` are words, and the texts in which they are sought; wordings that the lists of
        terms do not know are looked through for the first of them.
        """
        texts = [path for _, paths in told for path in paths]
        for paths, kind in (
            (ages, "quantity"),
            (births, "date"),
            (dates, "date"),
            (flags, "flag"),
            (tuple(codes), "term"),
            (witness_links, "link"),
            (texts, "text"),
        ):
            for path in paths:
                self.check(path, kind)
        found = {}
        for name, record_type in self._vocabulary.types.items():
            if record_type.abstract:
                continue
            one = Watched(
                self._of(name, ages),
                self._of(name, births),
                self._of(name, dates),
                self._of(name, flags),
                {p.partition(".")[2]: c for p, c in codes.items() if self._of(name, (p,))},
                record_type.about,
                self._of(name, witness_links),
                next((w for w, paths in told if self._of(name, paths)), told[0][0]),
                self._of(name, texts),
            )
            if one.all or one.witness_links:
                found[name] = one
        return found

    def _of(self, record_type: str, paths: Iterable[str]) -> frozenset[str]:
        """Names of the properties that paths such as ``Act.age`` name of a type."""
        kind = self._vocabulary.types[record_type]
        pairs = (path.partition(".") for path in paths)
        return frozenset(name for of, _, name in pairs if kind.is_a(of))

    def check(self, path: str, kind: str | None = None) -> None:
        """Refuse a property that the vocabulary does not have; raises ``SmallFileError``."""
        record_type, _, name = path.partition(".")
        known = self._vocabulary.types.get(record_type)
        prop = known.properties.get(name) if known is not None else None
        if prop is None or kind not in (None, prop.type):
            raise SmallFileError(
                f"{FILE} names {path}, which the vocabulary does not have"
                + (f" as a {kind}." if kind else "."),
                hint="Correct the name there, or add the property.",
            )
