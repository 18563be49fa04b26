"""Weights estimated without labels: u from random pairs, m by expectation and maximisation.

The share ``u`` of each level among pairs of two people is counted over random pairs of rows,
which are almost never one person. The share ``m`` among pairs of one person, and how many such
pairs there are, follow from the candidate pairs by the EM algorithm (Dempster, Laird, Rubin
1977; Winkler 1988), over counts of patterns of levels. The prior is a share of *all* pairs, not
of the candidates, so that ``u`` holds although candidates are chosen for being alike.

A third class stands between the two: relatives. They agree in the family name, the father's
name and the place far more often than strangers, and in the given name, the age and the sex no
more than strangers. Without it brothers, and a father and his son, are taken for one person
wherever lists of families are linked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayyina.linkage.arrays import Bytes, Doubles, Ints32, Ints64
from bayyina.linkage.blocking_plan import BlockingPlan
from bayyina.linkage.comparisons import AllMeasured, Compared, Comparisons
from bayyina.linkage.encoding import different_columns
from bayyina.linkage.kind_weights import (
    AmongStrangers,
    KindWeights,
    among_strangers,
)
from bayyina.linkage.model import LinkageModel, WeighedComparison, rarity_weights
from bayyina.linkage.pair_kinds import PairKinds
from bayyina.linkage.pairing import Candidates, most_promising
from bayyina.linkage.random_pairs import (
    FEW_PAIRS,
    USUAL_PAIRS,
    among_namesakes,
    among_random_pairs,
    random_pairs,
    with_missing,
)

_MOST_CANDIDATES: Final = 3_000_000
_TELLING_PER_ROW: Final = 5.0
_TWINS: Final = 0.02
"""Share of pairs of relatives that are twins: about one birth in eighty is of twins, and few
relatives of one generation stand in a list."""
_ROUNDS: Final = 60
_CONVERGED: Final = 1e-4
_EXPECTED_COUNT: Final = 20.0


class _Patterns(NamedTuple):
    """Candidate pairs by their pattern of levels."""

    levels: Bytes
    """Levels of each pattern, shape (comparisons, patterns)."""
    own_rarity: Doubles
    """What the rarity of what is a person's own adds to the weight, shape (patterns,)."""
    family_rarity: Doubles
    """What the rarity of what relatives share adds, shape (patterns,)."""
    kind: Ints64
    """Kind of its pairs, by the lists or sources of their rows."""
    pairs: Doubles
    """Pairs of each pattern, scaled to all candidates."""


class Evidence(NamedTuple):
    """What is counted before anything is estimated; it does not depend on what is known of the lists."""

    u: list[Doubles]
    """Share of each level among random pairs, for each comparison."""
    usual: list[Doubles]
    """Usual rarity at each level."""
    patterns: _Patterns
    """The candidate pairs, by their pattern of levels."""
    strangers: AmongStrangers | None
    """How strangers agree by kind of pairs; None where kinds are by list."""


def gather_evidence(
    comparisons: Comparisons,
    candidates: Candidates,
    list_of: Ints32,
    kinds: PairKinds,
    *,
    seed: int,
    between_only: bool,
) -> Evidence:
    """Compare random pairs and the most promising candidates."""
    random = np.random.default_rng(seed)
    pairs = random_pairs(list_of, random, between_only)
    if kinds.rest < 0:
        u, usual = among_random_pairs(comparisons, pairs)
    else:
        u, usual = among_namesakes(comparisons, pairs)
    patterns = _patterns(comparisons, candidates, kinds, usual, random)
    strangers = None
    if kinds.rest >= 0:
        strangers = among_strangers(comparisons, kinds, u, usual, random)
    return Evidence(u, usual, patterns, strangers)


def estimate_model(
    comparisons: Comparisons,
    evidence: Evidence,
    kinds: PairKinds,
    plan: BlockingPlan,
    *,
    seed: int,
    unique: frozenset[int] = frozenset(),
    sources: Sequence[str] = (),
) -> LinkageModel:
    """Estimate the weights from the rows themselves.

    Args:
        comparisons: What was compared.
        evidence: What was counted.
        kinds: Kinds of the pairs, by list or by source.
        plan: How candidates were found.
        seed: Of the random pairs.
        unique: Numbers of lists that repeat nobody, where the kinds are by list.
        sources: Names of the sources that have kinds of their own, where they are by source.
    """
    u, usual, patterns, strangers = evidence
    most = _most_matches(kinds, unique)
    by_kind = None if strangers is None else KindWeights(comparisons.compared, u, kinds, strangers)
    found = _Maximisation(comparisons.compared, u, kinds, most, by_kind).run(patterns)
    weighed = tuple(
        WeighedComparison(
            one.label, one.level_names, _plain(found.m[place]), _plain(u[place]),
            _plain(found.kin[place]), one.of_family, _plain(usual[place]),
            tuple(_plain(row) for row in found.more[place]) if found.more else (),
        )
        for place, one in enumerate(comparisons.compared)
    )  # fmt: skip
    return LinkageModel(
        weighed, _plain(found.prior), _plain(found.kin_prior), plan, seed,
        sources=tuple(sources),
    )  # fmt: skip


def _plain(values: Doubles) -> tuple[float, ...]:
    """Rounded, so that the same model is written on every machine."""
    return tuple(float(f"{value:.6g}") for value in values)


def _most_matches(kinds: PairKinds, unique: frozenset[int]) -> Doubles:
    """Most pairs of one person that there can be, by kind.

    A list that repeats nobody has none within, and where both lists repeat nobody there are no
    more between them than rows of the smaller.
    """
    most = kinds.totals.copy()
    for number in unique:
        most[2 * number] = 0.0
    if unique >= {0, 1}:
        second = int(kinds.of_row.sum())
        most[1] = min(second, len(kinds.of_row) - second)
    return most


def _patterns(
    comparisons: Comparisons,
    candidates: Candidates,
    kinds: PairKinds,
    usual: Sequence[Doubles],
    random: np.random.Generator,
) -> _Patterns:
    # among the less promising, true pairs are too few to learn from
    left, right = most_promising(candidates, int(_TELLING_PER_ROW * len(kinds.of_row)))
    scale = 1.0
    if len(left) > _MOST_CANDIDATES:
        chosen = np.sort(random.choice(len(left), _MOST_CANDIDATES, replace=False))
        scale = len(left) / _MOST_CANDIDATES
        left, right = left[chosen], right[chosen]
    of_family = [one.of_family for one in comparisons.compared]
    usually = [one.tolist() for one in usual]

    def in_numbers(part: slice, measured: AllMeasured) -> Bytes:
        rarity = np.vstack(rarity_weights(measured, usually, of_family))
        steps = np.clip(np.round(2.0 * rarity) + 128, 0, 255).astype(np.uint8)
        kind = kinds.of(left[part], right[part]).astype(np.uint8)
        return np.vstack([measured.levels, steps, kind])

    rows = list(comparisons.measure_each(left, right, in_numbers))
    table = np.concatenate(rows, axis=1)
    first, counts = different_columns(table)
    kept = table[:, first]
    return _Patterns(
        kept[:-3],
        (kept[-3].astype(np.float64) - 128) / 2.0,
        (kept[-2].astype(np.float64) - 128) / 2.0,
        kept[-1].astype(np.int64),
        counts.astype(np.float64) * scale,
    )


class _Found(NamedTuple):
    """Estimates of the shares."""

    m: list[Doubles]
    """Of the levels among pairs of one person."""
    kin: list[Doubles]
    """Of the levels among pairs of relatives."""
    prior: Doubles
    """Of pairs of one person among all pairs, by kind."""
    kin_prior: Doubles
    """Of pairs of relatives."""
    more: list[Doubles]
    """What levels weigh more in each kind of pairs, by comparison, shape (kinds, levels); none
    where kinds are by list."""


class _Maximisation:
    """Expectation and maximisation over three classes: one person, relatives, strangers."""

    def __init__(
        self,
        compared: Sequence[Compared],
        u: Sequence[Doubles],
        kinds: PairKinds,
        most: Doubles,
        by_kind: KindWeights | None,
    ) -> None:
        self._compared = compared
        self._by_kind = by_kind
        self._u = u
        self._kinds = kinds
        self._totals = np.maximum(kinds.totals, 1.0)
        self._most = np.clip(most / self._totals, 1e-12, 0.4)
        rows = max(1, len(kinds.of_row))
        self._start = min(0.05, 0.5 * rows / float(self._totals.sum()))

    def run(self, patterns: _Patterns) -> _Found:
        """Estimate until the shares no longer move."""
        start = self._start
        expected = [np.maximum(one.expected, 1e-4) for one in self._compared]
        found = _Found(
            expected,
            [
                self._of_relatives(one, np.zeros(len(u)), u)
                for one, u in zip(self._compared, self._u, strict=True)
            ],
            np.minimum(start, self._most),
            np.full(len(self._totals), start),
            [],
        )
        for _ in range(_ROUNDS):
            new = self._step(patterns, found)
            moved = max(float(np.abs(a - b).max()) for a, b in zip(new.m, found.m, strict=True))
            found = new
            if moved < _CONVERGED:
                break
        if self._kinds.rest < 0:
            return found
        return found._replace(
            prior=self._of_all_kinds(found.prior), kin_prior=self._of_all_kinds(found.kin_prior)
        )

    def _of_all_kinds(self, shares: Doubles) -> Doubles:
        """The shares, with the mean of their like for kinds of which there are no pairs."""
        totals, within = self._kinds.totals, self._kinds.within
        found = shares.copy()
        for like in (within, ~within):
            among = totals[like].sum()
            mean = float((shares[like] * totals[like]).sum() / among) if among > 0 else 0.0
            found[like & (totals <= 0.0)] = mean if mean > 0.0 else float(shares.min())
        return found

    def _step(self, patterns: _Patterns, found: _Found) -> _Found:
        same, kin = self._posteriors(patterns, found)
        same, kin = same * patterns.pairs, kin * patterns.pairs
        m, of_kin, more = [], [], []
        for place, one in enumerate(self._compared):
            levels, size = patterns.levels[place], len(one.level_names)
            smoothed = _smoothed(np.bincount(levels, weights=same, minlength=size), one.expected)
            capped = _disagreement_capped(smoothed, self._u[place])
            m.append(_partial_capped(capped, self._u[place], one.partial))
            if self._by_kind is not None:
                more.append(self._by_kind.more(place, levels, patterns.kind, same, m[-1]))
            counts = np.bincount(levels, weights=kin, minlength=size)
            of_kin.append(self._of_relatives(one, counts, self._u[place]))
        return _Found(
            m,
            of_kin,
            np.minimum(self._share(patterns, same), self._most),
            self._share(patterns, kin),
            more,
        )

    def _share(self, patterns: _Patterns, pairs: Doubles) -> Doubles:
        now = np.bincount(patterns.kind, weights=pairs, minlength=len(self._totals))
        usual = np.where(self._totals < FEW_PAIRS, USUAL_PAIRS, 0.0)
        share: Doubles = np.clip(
            (now + 0.5 + usual * self._start) / (self._totals + usual), 1e-12, 0.4
        )
        return share

    def _of_relatives(self, one: Compared, counts: NDArray[Any], u: Doubles) -> Doubles:
        """Shares among relatives: free where they agree, those of strangers elsewhere.

        Of the given name only the levels that mean disagreement may differ, since a father's
        given name stands in his son's name.
        """
        if one.of_family:
            return _smoothed(counts, one.expected)
        if one.shared_by_twins:
            twins = np.zeros(len(u))
            twins[-1] = _TWINS
            return with_missing(((1.0 - _TWINS) * u + twins)[1:])
        if not one.open_levels:
            return u
        places = sorted(one.open_levels)
        found = _smoothed(counts, tuple(u))[places]
        kin = u.copy()
        kin[places] = found / found.sum() * u[places].sum()
        return kin

    def _posteriors(self, patterns: _Patterns, found: _Found) -> tuple[Doubles, Doubles]:
        same = patterns.own_rarity + patterns.family_rarity + np.log(found.prior)[patterns.kind]
        kin = patterns.family_rarity + np.log(found.kin_prior)[patterns.kind]
        for place, levels in enumerate(patterns.levels):
            u = self._u[place]
            same = same + np.log(found.m[place] / u)[levels]
            kin = kin + np.log(found.kin[place] / u)[levels]
            if found.more:
                added = found.more[place][patterns.kind, levels]
                same = same + added
                kin = kin + added if self._compared[place].of_family else kin
        rest = np.log1p(-np.minimum(found.prior + found.kin_prior, 0.9))[patterns.kind]
        whole = np.logaddexp(np.logaddexp(same, kin), rest)
        return np.exp(same - whole), np.exp(kin - whole)


def _smoothed(counts: NDArray[Any], expected: Sequence[float]) -> Doubles:
    return with_missing(counts[1:] + _EXPECTED_COUNT * np.maximum(expected[1:], 1e-6))


def _disagreement_capped(m: Doubles, u: Doubles) -> Doubles:
    """The shares of ``m`` with that of disagreement at most ``u``'s: it never speaks for a match."""
    if m[1] <= u[1]:
        return m
    capped = m.copy()
    capped[2:] *= (1.0 - u[1]) / max(1e-12, 1.0 - m[1])
    capped[1] = u[1]
    return capped


def _partial_capped(m: Doubles, u: Doubles, partial: int) -> Doubles:
    """The shares of ``m`` with a partial agreement that speaks no more than the fuller ones do.

    Names of two words between are rarer than names of one, and so is sharing one of two: among
    very many people who are named alike, this alone looked like evidence.
    """
    if not partial:
        return m
    most = float((m[partial + 1 :] / u[partial + 1 :]).min())
    if m[partial] <= most * u[partial]:
        return m
    capped = m.copy()
    capped[partial] = most * u[partial]
    capped[1:] /= capped[1:].sum()
    return capped
