"""Sentences from the day they are issued to what became of them, and who may be counted twice.

People executed after a sentence and people killed under torture are two sets of records. Unless
records say that somebody is in both, the union lies between the larger of the two and their
sum; people who are recorded in both narrow it from above.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bayyina.app.counting import open_engine
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.figures.engine import FigureEngine
from bayyina.figures.results import Figure

OUTCOMES: Final = ("commuted", "carried_out", "annulled", "served", "issued")
"""What may become of a sentence; ``issued`` where a source says nothing of what followed."""


@dataclass(frozen=True)
class Scope:
    """What is asked about."""

    interval: str = ""
    """Days in EDTF, such as ``2011-03/2023-10``; empty for all."""

    party: str = ""
    """Who killed under torture; empty for anybody. Executing bodies are shown, not chosen."""

    known_at: date | None = None
    """Only what sources had said by then."""

    def question(self, what: str, by: str = "") -> str:
        """A question within the scope."""
        parts = (
            f"count {what}",
            self.interval and f'in "{self.interval}"',
            by and f"by {by}",
            f"known at {self.known_at.isoformat()}" if self.known_at else "",
        )
        return " ".join(part for part in parts if part)


@dataclass(frozen=True)
class Union:
    """How many people were executed or killed under torture."""

    executed: Figure
    """People executed."""

    tortured: Figure
    """People killed under torture."""

    both: Figure
    """People whose records say both."""

    @property
    def low(self) -> int:
        """The least number of people: all of the smaller set may be in the larger."""
        return max(self.executed.value, self.tortured.value)

    @property
    def high(self) -> int:
        """The greatest number of people: only those recorded in both are in both."""
        return self.executed.value + self.tortured.value - self.both.value


@dataclass(frozen=True)
class Sentences:
    """What became of death sentences."""

    scope: Scope
    """What was asked about."""

    issued: Figure
    """Death sentences, whatever became of them."""

    outcomes: Mapping[str, Figure]
    """Death sentences by what a source says became of them."""

    courts: Figure
    """Death sentences by court."""

    executions: Figure
    """Acts of execution."""

    bodies: Figure
    """Executions by the body that carried them out, as stated."""

    commutations: Figure
    """Acts of commutation."""

    union: Union
    """People executed or killed under torture."""

    @property
    def unsettled(self) -> int:
        """Sentences of which no outcome is certainly stated, by subtraction."""
        return self.issued.value - sum(one.value for one in self.outcomes.values())


def follow_sentences(workspace: Workspace, scope: Scope, progress: Progress) -> Sentences:
    """Death sentences by what became of them, and the union of executed and killed.

    Args:
        workspace: Where to count.
        scope: Days, party and day of knowing.
        progress: Told figures counted.

    Raises:
        QueryError: the interval or the party cannot be read.
        InputError: the interval holds a quotation mark.
        PermissionRefusedError: the member may not count.
    """
    require(workspace, "count")
    if '"' in scope.interval or '"' in scope.party:
        raise InputError(
            "An interval or a party has no quotation marks.", hint="Write 2011-03/2023-10."
        )
    with open_engine(workspace, progress) as engine:
        return _followed(engine, scope)


def _followed(engine: FigureEngine, scope: Scope) -> Sentences:
    def ask(what: str, by: str = "") -> Figure:
        return engine.count(scope.question(what, by))

    party = f', by="{scope.party}"' if scope.party else ""
    torture = f"Death(manner=torture{party})"
    return Sentences(
        scope=scope,
        issued=ask("death_sentences"),
        outcomes={name: ask(f"death_sentences with outcome={name}") for name in OUTCOMES},
        courts=ask("death_sentences", by="court"),
        executions=ask("executions"),
        bodies=ask("executions", by="by"),
        commutations=ask("commutations"),
        union=Union(
            executed=ask("persons with Execution"),
            tortured=ask(f"persons with {torture}"),
            both=ask(f"persons with Execution and {torture}"),
        ),
    )
