"""The linkage model: what each level of agreement weighs. Plain data, written as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from bayyina.errors import InputError
from bayyina.linkage.arrays import Flags, Ints32, Singles
from bayyina.linkage.blocking_plan import BlockingPlan
from bayyina.linkage.comparisons import AllMeasured
from bayyina.linkage.weighing import Weights, padded, weigh

VERSION: Final = 1
"""Of the form in which models are written."""

_CONTRADICTING: Final = frozenset(
    {"different", "within ten years", "within five years", "within two years"}
)
"""Levels of births and ages that contradict each other, if the model finds so too."""
_SPEAKS_AGAINST: Final = 0.0
_ASIDE: Final = frozenset({"name", "birth", "age", "sex"})
"""Roles of what cannot outweigh a contradiction."""
_SUPPORT: Final = 3.0
"""Weight of what is neither name, birth, age nor sex from which a contradiction is outweighed."""
_ANOTHER: Final = frozenset({"different", "none"})
"""Levels of a part of the own name, and of the names between, at which it is another name."""
_ALSO_NAMESAKES: Final = frozenset({"name", "age", "sex"})
"""Roles of what two people of like names often share."""
HELD: Final = float(np.log(0.4 / 0.6))
"""Most that the log-odds are where births or ages contradict and only the names agree: a pair
that is not joined, and that a person should look at."""


@dataclass(frozen=True)
class WeighedComparison:
    """One comparison with the weights of its levels."""

    label: str
    """What is compared."""
    level_names: tuple[str, ...]
    """Names of the levels; the first is ``missing`` and weighs nothing."""
    m: tuple[float, ...]
    """Share of each level among pairs of one person, of those where both rows state something."""
    u: tuple[float, ...]
    """The same among pairs of two people who have nothing to do with each other."""
    kin: tuple[float, ...]
    """The same among pairs of two relatives."""
    of_family: bool
    """Whether relatives share it, so that its rarity says nothing against their being two."""
    usual_rarity: tuple[float, ...]
    """Mean logarithm of the share of what two people have in common at each level; 0 for levels
    that do not regard rarity."""
    of_kind: tuple[tuple[float, ...], ...] = ()
    """What each level weighs more in each kind of pairs; none where kinds are by list."""

    @property
    def role(self) -> str:
        """``name`` for the parts of a person's own name, ``mother``, or the role of the column."""
        if ":" in self.label:
            return self.label.partition(":")[0]
        return "mother" if self.label.startswith("mother") else "name"

    @property
    def weights(self) -> tuple[float, ...]:
        """Natural logarithm of m/u by level."""
        return _log_ratios(self.m, self.u)

    @property
    def contradicting(self) -> tuple[bool, ...]:
        """Whether each level is a contradiction: of births and ages, where it speaks against."""
        dated = self.role in ("birth", "age")
        return tuple(
            dated and name in _CONTRADICTING and weight <= _SPEAKS_AGAINST
            for name, weight in zip(self.level_names, self.weights, strict=True)
        )

    @property
    def kin_weights(self) -> tuple[float, ...]:
        """Natural logarithm of kin/u by level."""
        return _log_ratios(self.kin, self.u)


def _log_ratios(above: tuple[float, ...], below: tuple[float, ...]) -> tuple[float, ...]:
    return (0.0, *(float(np.log(m / u)) for m, u in zip(above[1:], below[1:], strict=True)))


@dataclass(frozen=True)
class LinkageModel:
    """A Fellegi-Sunter model (Fellegi and Sunter, JASA 1969) with weights for rarity."""

    comparisons: tuple[WeighedComparison, ...]
    """All comparisons, in the order of the measurements."""
    prior: tuple[float, ...]
    """Share of pairs of one person among all pairs, by their kind: within the first list, between,
    within the second, or as the sources have them (``pair_kinds``)."""
    kin_prior: tuple[float, ...]
    """Share of pairs of relatives among all pairs, in the same order."""
    plan: BlockingPlan
    """How candidates were found."""
    seed: int
    """Seed of the random pairs from which ``u`` was estimated."""
    version: int = VERSION
    """Of the form in which models are written."""
    sources: tuple[str, ...] = ()
    """Sources that have kinds of pairs of their own; none where kinds are by list."""

    def to_json(self) -> dict[str, Any]:
        """The model as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> LinkageModel:
        """Read what ``to_json`` gave.

        Raises:
            InputError: It is not a model of this version.
        """
        if values.get("version") != VERSION:
            raise InputError(
                "The linkage model is of another version.", hint="Estimate the model anew."
            )
        try:
            return cls(
                tuple(_comparison_from(one) for one in values["comparisons"]),
                tuple(map(float, values["prior"])),
                tuple(map(float, values["kin_prior"])),
                BlockingPlan.from_json(values["plan"]),
                int(values["seed"]),
                sources=tuple(map(str, values.get("sources", ()))),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                "The file does not hold a linkage model.", hint="Write one with --model."
            ) from error

    def fits(self, compared: Sequence[tuple[str, tuple[str, ...]]], kinds: int) -> bool:
        """Whether it has weights for just these comparisons, and for so many kinds of pairs.

        Args:
            compared: Label of each comparison and the names of its levels, in their order.
            kinds: How many kinds of pairs there are.
        """
        own = [(one.label, one.level_names) for one in self.comparisons]
        return (
            own == list(compared)
            and len(self.prior) == len(self.kin_prior) >= kinds
            and all(
                {len(one.level_names)} == set(map(len, (one.m, one.u, one.kin, one.usual_rarity)))
                and (not one.of_kind or len(one.of_kind) == len(self.prior))
                and all(len(row) == len(one.level_names) for row in one.of_kind)
                for one in self.comparisons
            )
        )

    def contradicted(self, measured: AllMeasured) -> Flags:
        """Pairs whose births or ages contradict each other and that only their names speak for.

        They are never joined by themselves: a namesake would vanish. Shape (pairs,).
        """
        contradicted = np.zeros(measured.levels.shape[1], dtype=np.bool_)
        support = np.zeros(measured.levels.shape[1], dtype=np.float32)
        for one, levels in zip(self.comparisons, measured.levels, strict=True):
            contradicted |= np.array(one.contradicting)[levels]
            if one.role not in _ASIDE:
                support += np.array(one.weights, dtype=np.float32)[levels]
        held: Flags = contradicted & (support < _SUPPORT)
        return held

    def named_apart(self, measured: AllMeasured) -> Flags:
        """Pairs of which a part of the own name is different, and little but names speaks for.

        Where a list is too short to say how often one person's names differ, they are not
        joined by themselves. Shape (pairs,).
        """
        differs = np.zeros(measured.levels.shape[1], dtype=np.bool_)
        support = np.zeros(measured.levels.shape[1], dtype=np.float32)
        for one, levels in zip(self.comparisons, measured.levels, strict=True):
            if one.role == "name":
                differs |= np.array([name in _ANOTHER for name in one.level_names])[levels]
            elif one.role not in _ALSO_NAMESAKES:
                support += np.array(one.weights, dtype=np.float32)[levels]
        apart: Flags = differs & (support < _SUPPORT)
        return apart

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, hexadecimal."""
        text = json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    def log_odds(self, measured: AllMeasured, kind: Ints32) -> Singles:
        """Natural log-odds that pairs are one person, shape (pairs,).

        Args:
            measured: Levels and rarities of the pairs.
            kind: Kind of each pair (``pair_kinds``).
        """
        return weigh(*measured, kind, self._weights)

    @cached_property
    def _weights(self) -> Weights:
        """The weights as tables, by kind, comparison and level."""
        same = padded([one.weights for one in self.comparisons])
        kin = padded([one.kin_weights for one in self.comparisons])
        by_kind = np.zeros((len(self.prior), *same.shape))
        for place, one in enumerate(self.comparisons):
            if one.of_kind:
                by_kind[:, place, : len(one.weights)] = one.of_kind
        of_family = np.array([one.of_family for one in self.comparisons], dtype=np.bool_)
        aside = np.array([one.role in _ASIDE for one in self.comparisons], dtype=np.bool_)
        prior, kin_prior = np.array(self.prior), np.array(self.kin_prior)
        return Weights(
            same=same + by_kind,
            kin=kin + np.where(of_family[:, None], by_kind, 0.0),
            usual=padded([one.usual_rarity for one in self.comparisons]),
            of_family=of_family,
            support=np.where(aside[:, None], 0.0, same),
            contradicts=padded([one.contradicting for one in self.comparisons]) > 0.0,
            prior=np.log(prior),
            kin_prior=np.log(kin_prior),
            rest=np.log1p(-np.minimum(prior + kin_prior, 0.9)),
            enough=_SUPPORT,
            held=HELD,
        )


def _comparison_from(values: Mapping[str, Any]) -> WeighedComparison:
    return WeighedComparison(
        label=str(values["label"]),
        level_names=tuple(values["level_names"]),
        m=tuple(map(float, values["m"])),
        u=tuple(map(float, values["u"])),
        kin=tuple(map(float, values["kin"])),
        of_family=bool(values["of_family"]),
        usual_rarity=tuple(map(float, values["usual_rarity"])),
        of_kind=tuple(tuple(map(float, row)) for row in values.get("of_kind", ())),
    )


def rarity_weights(
    measured: AllMeasured, usual: Sequence[Sequence[float]], of_family: Sequence[bool]
) -> tuple[Singles, Singles]:
    """What rarity adds: more for what is rarer than usual, less for what is commoner.

    Returns:
        Two sums, each of shape (pairs,): over what relatives do not share, and over what they do.
    """
    sums = np.zeros((2, measured.levels.shape[1]), dtype=np.float32)
    for place, family in enumerate(of_family):
        usually = np.array(usual[place], dtype=np.float32)
        if usually.any():
            of_level = usually[measured.levels[place]]
            sums[int(family)] += np.where(of_level < 0.0, of_level - measured.rarity[place], 0.0)
    return sums[0], sums[1]
