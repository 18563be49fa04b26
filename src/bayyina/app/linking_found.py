"""What linking the people of a workspace finds: all of them anew, or what is new among them.

Links are the steps in which groups of records were joined, not all pairs: as many as
there are records to be joined, so that a million people are a million rows at most. Each says
how strongly the two groups are held to be one person, so one run answers at the strict and at the
lenient threshold alike.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from bayyina.app.linking_people import FIELDS, WorkspacePeople
from bayyina.figures.link_quality import EDGES
from bayyina.linkage.arrays import Ints32, Singles
from bayyina.linkage.clustering import FORBIDDEN
from bayyina.linkage.columns import Field, PersonList
from bayyina.linkage.decisions import UNSURE_FROM
from bayyina.linkage.known_apart import NOBODY
from bayyina.linkage.linking import Linkage, LinkOptions, link_lists
from bayyina.linkage.model import LinkageModel
from bayyina.model.places import Gazetteer

STRICT: Final = "strict"
LENIENT: Final = "lenient"
UNSURE: Final = "unsure"
APART: Final = "apart"

MOST_APART: Final = 60
"""Pairs of each stratum that were held apart and are kept, so that people can judge them."""

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


class Thresholds(NamedTuple):
    """Probabilities from which records are joined."""

    strict: float
    """For figures that count what is certain."""

    lenient: float
    """For figures that count what is possible."""

    def decision(self, odds: float) -> str:
        """What log-odds come to."""
        if odds > log_odds(self.strict):
            return STRICT
        if odds > log_odds(self.lenient):
            return LENIENT
        return UNSURE if odds > log_odds(UNSURE_FROM) else APART


class FoundLink(NamedTuple):
    """What was found about two rows."""

    left: int
    """The lower row."""

    right: int
    """The other row."""

    decision: str
    """``strict``, ``lenient``, ``unsure`` or ``apart``."""

    odds: int
    """Thousandths of the log-odds."""

    levels: str
    """Level of each comparison, one digit each."""


@dataclass(frozen=True)
class FoundLinks:
    """All that a run found."""

    links: Sequence[FoundLink]
    """In order of their rows."""

    apart: Mapping[int, int]
    """Pairs that were compared and held apart, by stratum of their log-odds; of two groups
    the most alike pair."""

    candidates: int
    """Pairs that were compared."""

    model: LinkageModel
    """The weights."""

    notes: tuple[str, ...]
    """What could not be read."""


def log_odds(probability: float) -> float:
    """Natural log-odds of a probability."""
    return float(np.log(probability / (1.0 - probability)))


def link_everybody(
    people: WorkspacePeople, thresholds: Thresholds, *, seed: int, gazetteer: Gazetteer
) -> FoundLinks:
    """Estimate the weights from all rows, and link them with each other."""
    options = LinkOptions(seed=seed, threshold=thresholds.lenient, notice_unique=False)
    linkage = link_lists(
        [people.rows], FIELDS, options,
        gazetteer=gazetteer, different=people.different, apart=people.apart,
        sources=_sources(people),
    )  # fmt: skip
    drawn, sizes = _held_apart(linkage, seed)
    links = [*_steps(linkage, thresholds), *drawn]
    return FoundLinks(sorted(links), sizes, linkage.candidates, linkage.model, linkage.people.notes)


def link_newcomers(
    people: WorkspacePeople,
    model: LinkageModel,
    thresholds: Thresholds,
    joined: Sequence[tuple[int, int]],
    *,
    seed: int,
    gazetteer: Gazetteer,
    compared: Collection[str],
) -> FoundLinks:
    """Link new rows with each other and with those that were linked before, which stay as they are.

    Args:
        people: All rows.
        model: Weights of the run that linked everybody.
        thresholds: From where rows are joined.
        joined: Pairs of rows that earlier runs joined at the lenient threshold.
        seed: Of what is drawn.
        gazetteer: Places.
        compared: Labels of the fields that this run compared, which may be fewer than now.
    """
    fields = [field for field in FIELDS if field.label in compared]
    is_new = np.array(people.read.is_new, dtype=np.bool_)
    old, new = np.flatnonzero(~is_new), np.flatnonzero(is_new)
    every = model
    if not model.sources:
        every = replace(model, prior=(model.prior[0],) * 3, kin_prior=(model.kin_prior[0],) * 3)
    options = LinkOptions(
        seed=seed, threshold=thresholds.lenient, notice_unique=False, between_only=True
    )
    runs: list[tuple[Linkage, np.ndarray]] = []
    if len(old) and len(new):
        rows = np.concatenate([old, new])
        runs.append((_linked(people, (old, new), fields, every, options, gazetteer), rows))
    if len(new) > 1:
        own = replace(options, between_only=False)
        runs.append((_linked(people, (new,), fields, every, own, gazetteer), new))
    steps: dict[tuple[int, int], FoundLink] = {}
    apart: dict[tuple[int, int], FoundLink] = {}
    sizes: dict[int, int] = {}
    for linkage, rows in runs:
        drawn, counted = _held_apart(linkage, seed)
        for one in _steps(linkage, thresholds):
            _keep(steps, _moved(one, rows), is_new)
        for one in drawn:
            _keep(apart, _moved(one, rows), is_new)
        for stratum, count in counted.items():
            sizes[stratum] = sizes.get(stratum, 0) + count
    kept = _consistent(people, list(steps.values()), joined)
    links = [*kept, *(one for pair, one in apart.items() if pair not in steps)]
    return FoundLinks(
        sorted(links), sizes, sum(one.candidates for one, _ in runs), model,
        tuple(dict.fromkeys(note for one, _ in runs for note in one.people.notes)),
    )  # fmt: skip


def _linked(
    people: WorkspacePeople,
    parts: Sequence[np.ndarray],
    fields: Sequence[Field],
    model: LinkageModel,
    options: LinkOptions,
    gazetteer: Gazetteer,
) -> Linkage:
    """Link some of the rows; those of the first part stand first."""
    rows = np.concatenate(parts)
    place = np.full(len(people.rows), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    lists = [
        PersonList(
            label,
            [people.rows.ids[row] for row in part.tolist()],
            {
                name: [texts[row] for row in part.tolist()]
                for name, texts in people.rows.columns.items()
            },
        )
        for label, part in zip("AB", parts, strict=False)
    ]
    different = [(int(place[a]), int(place[b])) for a, b in people.different]
    sources = _sources(people)
    return link_lists(
        lists, fields, options, gazetteer=gazetteer, model=model,
        different=[pair for pair in different if min(pair) >= 0], apart=people.apart[rows],
        sources=[sources[row] for row in rows.tolist()],
    )  # fmt: skip


def _sources(people: WorkspacePeople) -> list[str]:
    """The list that first speaks of each row, by its number."""
    return [str(source) for source in people.read.sources]


def _steps(linkage: Linkage, thresholds: Thresholds) -> list[FoundLink]:
    """Joinings that were made, or nearly."""
    steps = linkage.clusters.steps
    kept = steps.odds > log_odds(UNSURE_FROM)
    return _described(
        linkage, steps.left[kept], steps.right[kept], steps.odds[kept], thresholds.decision
    )


def _held_apart(linkage: Linkage, seed: int) -> tuple[list[FoundLink], dict[int, int]]:
    """A few pairs of each stratum that were compared and held apart, and how many there are."""
    pairs, group = linkage.pairs, linkage.clusters.of_row
    one, other = group[pairs.left].astype(np.int64), group[pairs.right].astype(np.int64)
    open_pair = (one != other) & (pairs.odds > FORBIDDEN / 2)
    left, right, odds = (part[open_pair] for part in pairs)
    key = (np.minimum(one, other) << 32 | np.maximum(one, other))[open_pair]
    order = np.lexsort((right, left, -odds, key))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = key[order][1:] != key[order][:-1]
    best = order[first]
    steps = linkage.clusters.steps
    doubted = steps.odds > log_odds(UNSURE_FROM)
    told_one = group[steps.left[doubted]].astype(np.int64)
    told_other = group[steps.right[doubted]].astype(np.int64)
    told = np.minimum(told_one, told_other) << 32 | np.maximum(told_one, told_other)
    best = best[~np.isin(key[best], told)]
    stratum = np.searchsorted(np.array(EDGES), np.round(odds[best] * 1000), side="right")
    random = np.random.default_rng([seed, 0x57A7])
    chosen: list[np.ndarray] = []
    sizes: dict[int, int] = {}
    for number in np.unique(stratum).tolist():
        here = best[stratum == number]
        sizes[int(number)] = len(here)
        drawn = random.permutation(len(here))[:MOST_APART]
        chosen.append(here[np.sort(drawn)])
    kept = np.concatenate(chosen) if chosen else np.empty(0, dtype=np.int64)
    return _described(linkage, left[kept], right[kept], odds[kept], lambda _: APART), sizes


def _described(
    linkage: Linkage,
    left: Ints32,
    right: Ints32,
    odds: Singles,
    decision: Callable[[float], str],
) -> list[FoundLink]:
    levels = linkage.comparisons.measure(left, right).levels
    texts = ["".join(_DIGITS[level] for level in pair) for pair in levels.T.tolist()]
    return [
        FoundLink(min(a, b), max(a, b), decision(value), round(value * 1000), text)
        for a, b, value, text in zip(
            left.tolist(), right.tolist(), odds.tolist(), texts, strict=True
        )
    ]


def _moved(one: FoundLink, rows: np.ndarray) -> FoundLink:
    """The link with the rows' numbers among all rows."""
    a, b = int(rows[one.left]), int(rows[one.right])
    return one._replace(left=min(a, b), right=max(a, b))


def _keep(found: dict[tuple[int, int], FoundLink], one: FoundLink, is_new: np.ndarray) -> None:
    """Keep the stronger of two links of a pair; pairs of two rows of before were decided then."""
    pair = (one.left, one.right)
    if is_new[one.left] or is_new[one.right]:
        standing = found.get(pair)
        if standing is None or one.odds > standing.odds:
            found[pair] = one


def _consistent(
    people: WorkspacePeople, links: Sequence[FoundLink], joined: Sequence[tuple[int, int]]
) -> list[FoundLink]:
    """The links, the strongest first; one that brings together who is known to be two is doubted."""
    groups = _Groups(people)
    for a, b in joined:
        groups.join(a, b)
    kept = []
    for one in sorted(links, key=lambda one: (-one.odds, one.left, one.right)):
        joins = one.decision in (STRICT, LENIENT)
        if joins and not groups.join(one.left, one.right):
            one = one._replace(decision=UNSURE)
        kept.append(one)
    return kept


class _Groups:
    """Rows joined step by step, never two that are known to be different people."""

    def __init__(self, people: WorkspacePeople) -> None:
        rows = len(people.rows)
        self._root = list(range(rows))
        self._apart = people.apart.tolist()
        self._members: dict[int, list[int]] = {}
        self._different: dict[int, set[int]] = {}
        for a, b in people.different:
            self._different.setdefault(a, set()).add(b)
            self._different.setdefault(b, set()).add(a)

    def join(self, a: int, b: int) -> bool:
        """Join two groups; whether they are one now."""
        one, other = self._find(a), self._find(b)
        if one == other:
            return True
        mine, theirs = self._members.get(one, [one]), self._members.get(other, [other])
        if self._conflict(mine, theirs):
            return False
        self._root[other] = one
        self._members[one] = mine + theirs
        self._members.pop(other, None)
        return True

    def _conflict(self, mine: Sequence[int], theirs: Sequence[int]) -> bool:
        codes = {self._apart[row] for row in mine} - {NOBODY}
        if codes & {self._apart[row] for row in theirs}:
            return True
        there = set(theirs)
        return any(self._different.get(row, set()) & there for row in mine)

    def _find(self, row: int) -> int:
        while self._root[row] != row:
            self._root[row] = self._root[self._root[row]]
            row = self._root[row]
        return row
