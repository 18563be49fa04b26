"""Claims that were read together: their numbers, dates and scopes, and what is declared."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Final

from bayyina.claims.days import Days, read_days
from bayyina.claims.numbers import Number, read_number, written
from bayyina.claims.scopes import Scope, ScopeKey, read_scope
from bayyina.claims.words import Words
from bayyina.standards.claims_file import NOT_STATED, Claim, ClaimsFile, Relation

_HEADING: Final = re.compile(
    r"\b(?:headings?|titles?|headlines?|contents|captions?)\b|عنوان|فهرس", re.IGNORECASE
)

_NONE: Final[frozenset[int]] = frozenset()

COMPARATOR_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "lower": {"en": "at least {}", "ar": "ما لا يقل عن {}"},
    "upper": {"en": "at most {}", "ar": "ما لا يزيد عن {}"},
    "near": {"en": "about {}", "ar": "نحو {}"},
    "exact": {"en": "{}", "ar": "{}"},
    "vague": {"en": "in the order of {}", "ar": "من مرتبة {}"},
}


@dataclass(frozen=True, slots=True, eq=False)
class Stated:
    """A claim with everything that was read of it."""

    position: int
    """Place in the file, from 0."""

    file: str
    """Name of its file, or of the shipped claims."""

    line: int | None
    """Line on which it begins."""

    claim: Claim
    """The claim as it stands in the file."""

    scope: Scope
    """What it is about."""

    number: Number | None
    """Its number; None for shares, events, statements and parts without a number."""

    days: Days | None
    """The days that the date of its event may mean."""

    is_heading: bool
    """Whether it stands in a title, heading, caption or table of contents."""

    @property
    def id(self) -> str:
        """Its id."""
        return self.claim.id

    @property
    def document(self) -> str:
        """Id of the document in which it stands."""
        return self.claim.source.document

    @property
    def lacks_number(self) -> bool:
        """Whether it is a part that the source names without giving its number."""
        claim = self.claim
        others = (claim.share, claim.date, claim.says)
        is_silent = claim.value is None and all(other is None for other in others)
        return claim.value == NOT_STATED or is_silent

    @property
    def origin(self) -> str:
        """Who stands behind it: the publisher where stated, else the document."""
        return self.claim.source.publisher or self.claim.source.document

    def named(self) -> dict[str, str]:
        """The claim as sentences name it, by language."""
        return {lang: self._named(lang) for lang in ("en", "ar")}

    def _named(self, lang: str) -> str:
        said = self._said(lang)
        return f"{self.id} ({said})" if said else self.id

    def _said(self, lang: str) -> str:
        if self.number is not None and self.number.kind != "range":
            unit = f" {self.claim.unit}" if self.claim.unit else ""
            return (
                COMPARATOR_WORDS[self.number.kind][lang].format(written(self.number.stated)) + unit
            )
        if self.number is not None:
            return f"{written(self.number.low)}–{written(self.number.high)}"
        if self.claim.share is not None:
            return f"{self.claim.share * 100:g} %"
        if self.claim.says is not None:
            return f"“{self.claim.says.value}”"
        return self.claim.date or ""


@dataclass(frozen=True, eq=False)
class ClaimSet:
    """All claims of a check, with indexes over their scopes."""

    claims: tuple[Stated, ...]
    """The claims in the order of their files."""

    relations: tuple[Relation, ...]
    """What the files declare about several claims."""

    words: Words
    """How words of scopes are read and compared."""

    @cached_property
    def by_id(self) -> Mapping[str, Stated]:
        """Claims by id."""
        return {stated.id: stated for stated in self.claims}

    @cached_property
    def figures(self) -> tuple[Stated, ...]:
        """Claims that state a number of something, per nothing else."""
        return tuple(
            s
            for s in self.claims
            if s.number is not None and not s.scope.key.per and s.claim.between is None
        )

    @cached_property
    def by_key(self) -> Mapping[ScopeKey, list[Stated]]:
        """Figures by scope, days left aside; those that say no more than a unit are left out."""
        found: dict[ScopeKey, list[Stated]] = defaultdict(list)
        for stated in self.figures:
            claim = stated.claim
            if any(said is not None for said in (claim.what, claim.party, claim.place)):
                found[stated.scope.key].append(stated)
        return found

    @cached_property
    def parts(self) -> Mapping[str, list[Stated]]:
        """Parts of each claim that has parts, by the id of the whole."""
        found: dict[str, list[Stated]] = defaultdict(list)
        for stated in self.claims:
            if stated.claim.part_of is not None:
                found[stated.claim.part_of].append(stated)
        return found

    @cached_property
    def kept_apart(self) -> frozenset[frozenset[str]]:
        """Pairs of ids that are declared to be different facts."""
        return frozenset(self._pairs("not_same"))

    @cached_property
    def declared_disjoint(self) -> frozenset[frozenset[str]]:
        """Pairs of ids that are declared to count nobody twice."""
        return frozenset(self._pairs("disjoint"))

    def _pairs(self, kind: str) -> Iterator[frozenset[str]]:
        for relation in self.relations:
            for pair in combinations(getattr(relation, kind) or (), 2):
                yield frozenset(pair)

    @cached_property
    def _sums_of(self) -> Mapping[str, frozenset[int]]:
        """Numbers of the declared sums that each claim is in."""
        found: dict[str, set[int]] = defaultdict(set)
        for number, relation in enumerate(self.relations):
            for name in (*(relation.sum or ()), relation.equals):
                if name is not None:
                    found[name].add(number)
        return {name: frozenset(numbers) for name, numbers in found.items()}

    def are_kept_apart(self, one: Stated, other: Stated) -> bool:
        """Whether two claims are declared to be different facts."""
        return bool(self.kept_apart) and frozenset((one.id, other.id)) in self.kept_apart

    def are_kin(self, one: Stated, other: Stated) -> bool:
        """Whether one is a part of the other, however deep, or both are parts of one whole.

        Claims of one declared sum are parts and whole too.
        """
        if self._sums_of and self._sums_of.get(one.id, _NONE) & self._sums_of.get(other.id, _NONE):
            return True
        if one.claim.part_of is not None and one.claim.part_of == other.claim.part_of:
            return True
        return other.id in self.wholes_of(one) or one.id in self.wholes_of(other)

    def standing(self, stated: Stated) -> tuple[bool, bool, bool, int]:
        """Sorts the claim that tells most of its fact before those that repeat it.

        A figure to the last digit comes first, then one with parts, then one that is a part.
        """
        exact = stated.number is not None and stated.number.is_exact
        return (
            not exact,
            stated.id not in self.parts,
            stated.claim.part_of is None,
            stated.position,
        )

    def wholes_of(self, stated: Stated) -> tuple[str, ...]:
        """Ids of the claims that include a claim, nearest first."""
        found: list[str] = []
        above = stated.claim.part_of
        while above is not None:
            found.append(above)
            whole = self.by_id.get(above)
            above = whole.claim.part_of if whole is not None else None
        return tuple(found)


def make_claim_set(
    contents: Iterable[tuple[str, ClaimsFile, Iterable[int | None]]], words: Words
) -> ClaimSet:
    """Read numbers, dates and scopes; ``contents`` come with file name and lines of claims."""
    claims: list[Stated] = []
    relations: list[Relation] = []
    for file, content, lines in contents:
        relations.extend(content.relations)
        for claim, line in zip(content.claims, lines, strict=True):
            claims.append(_stated(claim, len(claims), (file, line), words))
    return ClaimSet(tuple(claims), tuple(relations), words)


def _stated(claim: Claim, position: int, where: tuple[str, int | None], words: Words) -> Stated:
    has_number = claim.value is not None and claim.value != NOT_STATED
    number = read_number(claim.value, claim.comparator) if has_number else None  # type: ignore[arg-type]
    return Stated(
        position,
        *where,
        claim,
        read_scope(claim, words),
        number,
        read_days(claim.date),
        bool(claim.heading)
        if claim.heading is not None
        else bool(_HEADING.search(claim.source.locator or "")),
    )
