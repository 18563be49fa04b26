"""Link lists of people: read, block, estimate, score, cluster. The front of the package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from bayyina.errors import InputError
from bayyina.linkage.arrays import Flags, Ints32, Ints64, Singles
from bayyina.linkage.blocking_plan import BlockingPlan, candidates_by, plan_for
from bayyina.linkage.clustering import (
    FORBIDDEN,
    LARGEST,
    Clusters,
    ScoredPairs,
    cluster,
    pairs_within,
)
from bayyina.linkage.columns import Field, PersonList
from bayyina.linkage.comparisons import AllMeasured, Comparisons
from bayyina.linkage.competing import HARDLY_ANY, with_rivals
from bayyina.linkage.components import bounded_components
from bayyina.linkage.estimating import Evidence, estimate_model, gather_evidence
from bayyina.linkage.known_apart import NOBODY, apart_codes
from bayyina.linkage.model import HELD, LinkageModel
from bayyina.linkage.pair_kinds import (
    PairKinds,
    kinds_by_list,
    kinds_by_source,
    largest_sources,
)
from bayyina.linkage.pairing import Candidates
from bayyina.linkage.people import People, read_people
from bayyina.linkage.random_pairs import rows_say_little
from bayyina.linkage.seeds import DEFAULT_SEED
from bayyina.linkage.weighing import noteworthy
from bayyina.model.places import Gazetteer

_KEPT: Final = -5.0
"""Log-odds from which pairs are kept."""
_EVERY: Final = -np.inf
_WHOLE_GROUP: Final = 400
_WHOLE_PAIRS_PER_ROW: Final = 40


@dataclass(frozen=True)
class LinkOptions:
    """How lists are linked."""

    seed: int = DEFAULT_SEED
    """Seed of every random choice."""
    threshold: float = 0.5
    """Probability from which groups of rows are joined."""
    pairs_per_row: float = 40.0
    """Candidate pairs to compare, per row."""
    unique: frozenset[int] = frozenset()
    """Numbers of lists no two rows of which are one person."""
    notice_unique: bool = True
    """Whether each of two lists that is found to repeat hardly anybody is taken as unique."""
    between_only: bool = False
    """Only pairs of rows of different lists are compared."""


@dataclass(frozen=True)
class Linkage:
    """What linking found."""

    people: People
    """The rows."""
    comparisons: Comparisons
    """What was compared."""
    model: LinkageModel
    """The weights."""
    candidates: int
    """Pairs that were compared because they share a key."""
    raw_candidates: int
    """Pairs that share a key, before the most promising were chosen."""
    pairs: ScoredPairs
    """Pairs with noteworthy log-odds, sorted by rows; those of one component among them."""
    clusters: Clusters
    """Rows grouped into people."""
    expected_matches: float
    """Sum of the probabilities of all compared pairs."""
    options: LinkOptions
    """How it was made."""
    unique: frozenset[int]
    """Lists whose rows are all different people: declared, or noticed."""
    kinds: PairKinds
    """Kinds of the pairs, by list or by source."""

    def odds_of(self, left: Ints32, right: Ints32) -> Singles:
        """Log-odds that rows are one person, by what they state alone, shape (pairs,)."""
        measured = self.comparisons.measure(left, right)
        return self.model.log_odds(measured, self.kinds.of(left, right))


def link_lists(
    lists: Sequence[PersonList],
    fields: Sequence[Field],
    options: LinkOptions = LinkOptions(),
    *,
    gazetteer: Gazetteer | None = None,
    plan: BlockingPlan | None = None,
    model: LinkageModel | None = None,
    different: Sequence[tuple[int, int]] = (),
    apart: Ints32 | None = None,
    sources: Sequence[str] | None = None,
) -> Linkage:
    """Link the rows of one list, or of two.

    Args:
        lists: The lists; rows are numbered through, those of the first list first.
        fields: Which columns say what.
        options: How to link.
        gazetteer: Places with positions, for comparing places by distance.
        plan: How to find candidates; made for the fields where none is given.
        model: Weights estimated before; estimated from the rows where none is given.
        different: Pairs of rows that are known to be two people.
        apart: Group of each row, shape (rows,), no two rows of which are one person, as of a
            source that repeats nobody; ``known_apart.NOBODY`` for rows of no group.
        sources: Name of each row's source, where a list was put together from several: how often
            pairs are one person is estimated for each two sources.

    Raises:
        InputError: The lists or columns cannot be linked, or the model is one of other columns.
    """
    people = read_people(lists, fields)
    comparisons = Comparisons(people, gazetteer)
    if plan is None:
        plan = (
            model.plan
            if model is not None
            else plan_for(people, pairs_per_row=options.pairs_per_row)
        )
    named: tuple[str, ...] = ()
    kinds = kinds_by_list(people.list_of)
    if sources is not None:
        named = largest_sources(sources) if model is None else model.sources
        if model is None or named:
            kinds = kinds_by_source(sources, named)
    if model is not None:
        _check_model(model, comparisons, kinds)
    candidates = candidates_by(plan, people, between_only=options.between_only)
    linker = _Linker(
        people, comparisons, candidates, plan, options, different, apart, kinds, named
    )  # fmt: skip
    unique = options.unique
    found = linker.link(unique, model)
    if options.notice_unique and not unique and len(lists) == 2:
        unique = _seem_unique(people.list_of, found.clusters)
        if unique:
            found = linker.link(unique, model)
    return Linkage(
        people, comparisons, found.model, len(candidates.left), candidates.raw, found.pairs,
        found.clusters, found.expected, options, unique, kinds,
    )  # fmt: skip


def _check_model(model: LinkageModel, comparisons: Comparisons, kinds: PairKinds) -> None:
    """Refuse weights that were estimated for other columns: loops would read beside them."""
    compared = [(one.label, one.level_names) for one in comparisons.compared]
    if not model.fits(compared, len(kinds.totals)):
        raise InputError(
            "The linkage model weighs other columns than those that are compared.",
            hint="Estimate the model anew.",
        )


class _Found(NamedTuple):
    """What one round of linking found."""

    model: LinkageModel
    pairs: ScoredPairs
    clusters: Clusters
    expected: float


class _Linker:
    """Estimates, scores and clusters the candidates, once it is settled which lists are unique."""

    def __init__(
        self,
        people: People,
        comparisons: Comparisons,
        candidates: Candidates,
        plan: BlockingPlan,
        options: LinkOptions,
        different: Sequence[tuple[int, int]],
        apart: Ints32 | None,
        kinds: PairKinds,
        named: tuple[str, ...],
    ) -> None:
        self._apart = apart
        self._kinds = kinds
        self._named = named
        self._evidence: Evidence | None = None
        self._people = people
        self._comparisons = comparisons
        self._candidates = candidates
        self._plan = plan
        self._options = options
        self._different = different

    def link(self, unique: frozenset[int], model: LinkageModel | None) -> _Found:
        """Link with lists whose rows are all different people."""
        is_short = model is None and rows_say_little(len(self._people.list_of))
        options = replace(self._options, unique=unique)
        people, comparisons = self._people, self._comparisons
        if model is None:
            if self._evidence is None:
                self._evidence = gather_evidence(
                    comparisons, self._candidates, people.list_of, self._kinds,
                    seed=options.seed, between_only=options.between_only,
                )  # fmt: skip
            model = estimate_model(
                comparisons, self._evidence, self._kinds, self._plan,
                seed=options.seed, unique=unique, sources=self._named,
            )  # fmt: skip
        scorer = _Scorer(
            people, comparisons, model, options, self._different, self._apart, self._kinds
        )
        kept, expected = scorer.score(self._candidates)
        pairs = scorer.beside_rivals(scorer.completed(kept))
        if is_short:
            pairs = scorer.without_named_apart(pairs)
        threshold = _log_odds(options.threshold)
        clusters = cluster(
            people.list_of, pairs, threshold=threshold, unique=unique, apart=self._apart
        )
        return _Found(model, pairs, clusters, expected)


def _log_odds(probability: float) -> float:
    return float(np.log(probability / (1.0 - probability)))


def _seem_unique(list_of: Ints32, clusters: Clusters) -> frozenset[int]:
    """Lists of which hardly any rows were joined with each other."""
    found = set()
    for number in (0, 1):
        groups = clusters.of_row[list_of == number]
        if len(groups) and len(groups) - len(np.unique(groups)) <= HARDLY_ANY * len(groups):
            found.add(number)
    return frozenset(found)


class _Scorer:
    """Gives pairs their log-odds, by the model and by what is known."""

    def __init__(
        self,
        people: People,
        comparisons: Comparisons,
        model: LinkageModel,
        options: LinkOptions,
        different: Sequence[tuple[int, int]],
        apart: Ints32 | None,
        kinds: PairKinds,
    ) -> None:
        self._kinds = kinds
        self._comparisons = comparisons
        self._model = model
        self._apart = apart_codes(people.list_of, options.unique, apart)
        known = np.array(list(different), dtype=np.int64).reshape(-1, 2)
        self._different = _pair_keys(known[:, 0], known[:, 1])
        self._some_are_known = len(known) > 0 or bool((self._apart != NOBODY).any())
        self._of_one_kind = len(kinds.of_row) > 0 and not kinds.source.any()

    def score(self, candidates: Candidates) -> tuple[ScoredPairs, float]:
        """The noteworthy pairs, and the sum of all pairs' probabilities."""
        found: list[ScoredPairs] = []
        expected = 0.0
        for kept, chance in self._scored(candidates.left, candidates.right, _KEPT):
            found.append(kept)
            expected += chance
        return _joined(found), expected

    def _scored(
        self, left: Ints32, right: Ints32, least: float
    ) -> Iterator[tuple[ScoredPairs, float]]:
        """Pairs with log-odds above the least, part by part, and the sum of all probabilities."""

        def scored(part: slice, measured: AllMeasured) -> tuple[ScoredPairs, float]:
            a, b = left[part], right[part]
            odds = self._odds(a, b, measured)
            kept, chance = noteworthy(odds, least)
            return ScoredPairs(a[kept], b[kept], odds[kept]), chance

        return self._comparisons.measure_each(left, right, scored)

    def _odds(self, left: Ints32, right: Ints32, measured: AllMeasured) -> Singles:
        """Log-odds of pairs."""
        if self._of_one_kind:
            kinds = np.zeros(len(left), dtype=np.int32)
        else:
            kinds = self._kinds.of(left, right)
        odds = self._model.log_odds(measured, kinds)
        if self._some_are_known:
            odds[self._known_different(left, right)] = FORBIDDEN
        return odds

    def _known_different(self, left: Ints32, right: Ints32) -> Flags:
        groups = self._apart[left]
        known: Flags = (groups == self._apart[right]) & (groups != NOBODY)
        if len(self._different):
            known |= np.isin(
                _pair_keys(left.astype(np.int64), right.astype(np.int64)), self._different
            )
        return known

    def _known(self) -> ScoredPairs:
        """The pairs that are known to be two people, whether or not they were candidates."""
        left = (self._different >> 32).astype(np.int32)
        right = (self._different & 0xFFFFFFFF).astype(np.int32)
        return ScoredPairs(left, right, np.full(len(left), FORBIDDEN, dtype=np.float32))

    def completed(self, pairs: ScoredPairs) -> ScoredPairs:
        """The pairs with all those that lie between the rows of small components."""
        rows = len(self._kinds.of_row)
        parent = bounded_components(
            rows, pairs.left, pairs.right, pairs.odds, lowest=0.0, largest=LARGEST
        )
        left, right = pairs_within(parent, _WHOLE_GROUP, _WHOLE_PAIRS_PER_ROW * rows)
        whole = np.zeros(rows, dtype=np.bool_)
        whole[left] = True
        elsewhere = ~(whole[pairs.left] & (parent[pairs.left] == parent[pairs.right]))
        within = [ScoredPairs(pairs.left[elsewhere], pairs.right[elsewhere], pairs.odds[elsewhere])]
        left, right = np.minimum(left, right), np.maximum(left, right)
        within += [scored for scored, _ in self._scored(left, right, _EVERY)]
        within.append(self._known())
        found = _joined(within)
        order = np.lexsort((found.right, found.left))
        return ScoredPairs(found.left[order], found.right[order], found.odds[order])

    def beside_rivals(self, pairs: ScoredPairs) -> ScoredPairs:
        """The pairs with regard to the other rows that theirs resemble.

        Pairs that contradict each other are not joined for want of others.
        """
        odds = with_rivals(pairs, self._kinds, np.array(self._model.prior))
        raised = np.flatnonzero((pairs.odds <= HELD) & (odds > HELD))
        if len(raised):
            measured = self._comparisons.measure(pairs.left[raised], pairs.right[raised])
            odds[raised[self._model.contradicted(measured)]] = HELD
        return pairs._replace(odds=odds)

    def without_named_apart(self, pairs: ScoredPairs) -> ScoredPairs:
        """The pairs; of those that ``named_apart`` tells none is joined, and a person looks."""
        odds = pairs.odds.copy()
        high = np.flatnonzero(odds > HELD)
        if len(high):
            measured = self._comparisons.measure(pairs.left[high], pairs.right[high])
            odds[high[self._model.named_apart(measured)]] = HELD
        return pairs._replace(odds=odds)


def _pair_keys(left: Ints64, right: Ints64) -> Ints64:
    return np.minimum(left, right) << 32 | np.maximum(left, right)


def _joined(parts: Sequence[ScoredPairs]) -> ScoredPairs:
    return ScoredPairs(
        np.concatenate([one.left for one in parts]),
        np.concatenate([one.right for one in parts]),
        np.concatenate([one.odds for one in parts]),
    )
