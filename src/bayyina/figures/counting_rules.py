"""What all parts of one counting share: the query, its times, the rules, the tables."""

from __future__ import annotations

from dataclasses import dataclass

from bayyina.figures.assembled import day_number
from bayyina.figures.meanings import Meanings
from bayyina.figures.ports import Methodology
from bayyina.figures.query_tree import Query
from bayyina.figures.relations import LAST_CONFIRMED
from bayyina.figures.warm_tables import WarmCut
from bayyina.model.vocabulary import Vocabulary


@dataclass(frozen=True)
class Rules:
    """The surroundings of one query."""

    query: Query
    """What is asked."""

    as_of: int
    """Day whose state is asked for; the last day of the log when the query names none."""

    vocabulary: Vocabulary
    """Record types, terms, groups."""

    meanings: Meanings
    """What sets of values mean."""

    methodology: Methodology
    """Rules of counting."""

    warm: WarmCut
    """The tables."""

    @property
    def record(self) -> str:
        """Record type that is counted."""
        return self.vocabulary.units[self.query.unit].record

    @property
    def has_confirmations(self) -> bool:
        """Whether some source says until when somebody was known to be in custody."""
        custody = self.warm.assembled.custody
        return custody is not None and LAST_CONFIRMED in custody.columns

    @property
    def age_day(self) -> int | None:
        """Day on which ages are taken; None for the day of the act."""
        return self.as_of if getattr(self.methodology, "age_at", "act") == "as_of" else None

    @property
    def interval(self) -> tuple[int | None, int | None]:
        """First and last day of the query's interval; None for an open end."""
        span = self.query.interval
        if span is None:
            return None, None
        lo = None if span.lo is None else day_number(span.lo)
        return lo, None if span.hi is None else day_number(span.hi)
