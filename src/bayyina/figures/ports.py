"""What figures need from elsewhere: a tree of places, and rules of counting as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class PlaceTree(Protocol):
    """Places by code, each within another."""

    def ancestor(self, code: str, level: str) -> str | None:
        """Code of the place of ``level`` that ``code`` is or lies in; None when there is none."""
        ...

    def read(self, text: str, level: str | None = None) -> Any | None:
        """The place that ``text`` names (an object with ``code``), or None."""
        ...


class DisappearedRule(Protocol):
    """When a methodology counts somebody as forcibly disappeared."""

    @property
    def requires(self) -> tuple[str, ...]:
        """Names of the elements that must all hold."""
        ...

    @property
    def after_days(self) -> int:
        """Days that must have passed since the deprivation of liberty; 0 for none."""
        ...

    @property
    def of(self) -> str:
        """``held``: only among those still held; ``any``: whatever came after, until clarified."""
        ...

    @property
    def ends(self) -> str:
        """What ends a disappearance."""
        ...

    @property
    def non_state(self) -> str:
        """What becomes of those taken by a group that is not of a State."""
        ...


class Methodology(Protocol):
    """Rules of counting under a name."""

    @property
    def name(self) -> str:
        """Name in figure queries."""
        ...

    @property
    def child_under(self) -> int:
        """First age, in completed years, at which a person is an adult."""
        ...

    @property
    def disappeared(self) -> DisappearedRule | None:
        """When somebody counts as disappeared; None when the methodology does not say."""
        ...

    @property
    def counts(self) -> Mapping[str, Any]:
        """Per record type, how its counts are to be read (``lower_bound``)."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the rules."""
        ...
