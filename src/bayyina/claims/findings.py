"""What the checker says: findings with their class, claims, reasons and ways to settle them."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal

FindingClass = Literal["contradiction", "doubt", "explained"]

CLASSES: Final = ("contradiction", "doubt", "explained")
"""From the gravest: cannot all be true; needs a look; looks like a conflict and is none."""


@dataclass(frozen=True, slots=True)
class ClaimFinding:
    """One thing that follows from comparing claims."""

    kind: str
    """Name of the rule's outcome, such as ``part-larger-than-whole``."""

    grade: FindingClass
    """Whether the claims contradict each other, raise a doubt, or are explained."""

    claims: tuple[str, ...]
    """Ids of the claims concerned."""

    certainty: Literal["certain", "likely", "possible"]
    """How sure the finding is, given the scopes that the claims state."""

    detail: Mapping[str, str]
    """What was found, in words, by language."""

    resolution: Mapping[str, str]
    """What would settle it, by language."""

    @property
    def id(self) -> str:
        """A name that stays the same while kind and claims do."""
        text = "\n".join((self.kind, *sorted(self.claims)))
        return f"{self.kind}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"

    @property
    def rule(self) -> str:
        """The rule in words, as the reference lists it."""
        return _wording()[self.kind]["rule"]


@cache
def _wording() -> dict[str, dict[str, str]]:
    text = resources.files("bayyina.claims").joinpath("wording.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def kinds() -> tuple[str, ...]:
    """Every kind of finding that there is."""
    return tuple(_wording())


def rule_text(kind: str) -> str:
    """The rule behind a kind of finding, one sentence."""
    return _wording()[kind]["rule"]


def finding(
    kind: str,
    grade: FindingClass,
    claims: Iterable[str],
    certainty: Literal["certain", "likely", "possible"],
    *,
    variant: str = "",
    **facts: str | Mapping[str, str],
) -> ClaimFinding:
    """A finding with its sentences; ``facts`` fill the places of the wording.

    A fact that reads differently in two languages is given as a mapping from language.
    """
    words = _wording()[kind]
    sentences = {
        lang: words[f"{variant}_{lang}" if variant else lang].format(
            **{name: text if isinstance(text, str) else text[lang] for name, text in facts.items()}
        )
        for lang in ("en", "ar")
    }
    resolution = {lang: words[f"resolution_{lang}"] for lang in ("en", "ar")}
    ids = tuple(dict.fromkeys(claims))
    return ClaimFinding(kind, grade, ids, certainty, sentences, resolution)
