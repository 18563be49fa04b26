"""Random worlds: people with partial dates, sources that disagree, corrections, undone batches."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.unit.figures.world import Batch, World, small_vocabulary

DATES = (
    "2013-05-03", "2013-05", "2013", "2012-12/2013-02", "2014-01-15", "2014", "2012-11-20",
    "../2013-06", "2013-03/..", "2013-05-10", "2013-04-15", "2012/2014", "2013-05-03",
)  # fmt: skip
BIRTHS = ("1994", "1995-05-03", "1995-05", "1960-02-29", "2001", "1994/1996", "../1990", "2014-01")
GROUPS = ("gov", "branch", "rebels", "unidentified", "gov")
PLACES = ("A", "A1", "A2", "B", "B1", "unrecognised")
ASSERTED = ("2020-01-01", "2020-06-01", "2020-12-01", None)


class RandomWorld:
    """Makes one world from a seed."""

    def __init__(self, seed: int, people: int) -> None:
        self.random = Random(seed)
        self.world = World(small_vocabulary())
        self.sources: list[int] = []
        self.persons: list[int] = []
        self._make(people)

    def maybe(self, share: float) -> bool:
        return self.random.random() < share

    def some(self, values: tuple[Any, ...], share: float = 0.8, several: float = 0.15) -> Any:
        """Nothing, one value, or several values from several sources."""
        if not self.maybe(share):
            return ()
        if self.maybe(several):
            count = self.random.choice((2, 2, 3))
            return tuple(
                [self.random.choice(values), self.random.choice(self.sources)] for _ in range(count)
            )
        return self.random.choice(values)

    def add(self, record_type: str, **values: Any) -> int:
        return self.world.record(
            record_type,
            batch=self.random.choice((1, 1, 1, 2, 3)),
            source=self.random.choice(self.sources),
            asserted_on=self.random.choice(ASSERTED),
            **values,
        )

    def _make(self, people: int) -> None:
        self.world.batches = [Batch(1, 0), Batch(2, 3), Batch(3, 5), Batch(4, 8)]
        self.sources = [
            self.world.record("Source", source=None, name=name)
            for name in ("Alpha", "Beta", "Gamma")
        ]
        for _ in range(people):
            self._person()
        for _ in range(people):
            self._act(self.random.choice(("Arrest", "Death", "Detention", "Release")))
        self._bodies(people // 3)
        self._documents(people // 3)
        self._corrections()
        self._judgements(people // 6)
        if self.maybe(0.5):
            self.world.undo(3, 7)

    def _person(self) -> None:
        if self.maybe(0.1):  # nothing is said of them but what was done to them
            self.persons.append(self.world.record("Person"))
            self._act("Death", victim=self.persons[-1])
            return
        person = self.add(
            "Person",
            name=f"Person {len(self.persons)}",
            sex=self.some(("male", "female", "male"), 0.85, 0.1),
            birth_date=self.some(BIRTHS, 0.5, 0.1),
            age=self.some(("17", "30", "16..19", "18.."), 0.15, 0.1),
            category=self.some(("civilian", "serviceman"), 0.5, 0.2),
            occupation=self.some(("baker", "teacher"), 0.4, 0.3),
            identifier=self.some(tuple(f"n:{i}" for i in range(40)), 0.35, 0.1),
        )
        self.persons.append(person)
        for kind in (
            "Arrest",
            "Death",
            "Release",
            "Detention",
            "Transfer",
            "ReportedDisappearance",
        ):
            if self.maybe(0.33):
                self._act(kind, victim=person)
        for kind in ("Torture", "Sentence", "Execution", "Handover"):
            if self.maybe(0.12):
                self._act(kind, victim=person)

    def _act(self, kind: str, victim: int | None = None) -> None:
        values: dict[str, Any] = {
            "victim": victim or self.some(tuple(self.persons), 0.9, 0.25),
            "date": self.some(DATES, 0.9, 0.2),
            "place": self.some(PLACES, 0.7, 0.2),
            "by": self.some(GROUPS, 0.8, 0.2),
            "age": self.some(("15", "17", "18", "40", "16..20", "..17"), 0.3, 0.2),
            "age_class": self.some(("child", "adult"), 0.3, 0.2),
            "documented_on": self.some(("2019-03", "2019-04-02", "2018"), 0.3, 0.3),
        }
        flags = ("yes", "no", "no")
        extra: dict[str, dict[str, Any]] = {
            "Arrest": {"acknowledged": self.some(flags, 0.5)},
            "Detention": {
                "acknowledged": self.some(flags, 0.5),
                "end_date": self.some(DATES, 0.4, 0.2),
                "last_confirmed": self.some(DATES, 0.6, 0.3),
            },
            "Transfer": {"last_confirmed": self.some(DATES, 0.6, 0.3)},
            "Death": {
                "manner": self.some(("torture", "beating", "violent", "shelling", "torture"), 0.85),
                "stated_cause": self.some(("heart", "fall"), 0.3, 0.3),
            },
            "Torture": {"methods": self.some(("falaqa", "shabeh", "electricity"), 0.9, 0.5)},
            "Sentence": {"outcome": self.some(("issued", "commuted", "carried_out"), 0.9)},
            "ReportedDisappearance": {
                "information_refused": self.some(flags, 0.5),
                "denied": self.some(flags, 0.5),
                "date": self.some(DATES, 0.4, 0.1),
            },
        }
        self.add(kind, **{**values, **extra.get(kind, {})})

    def _bodies(self, count: int) -> None:
        for i in range(count):
            body = self.add(
                "PhotographedBody",
                body_number=str(i),
                branch=self.some(("gov", "branch"), 0.7),
                photographs=self.some(("1", "3..5", "4.."), 0.8, 0.3),
            )
            if self.maybe(0.7):
                self.add(
                    "Identification",
                    body=body if self.maybe(0.9) else (body, body - 1),
                    person=self.some(tuple(self.persons), 0.9, 0.15),
                    state=self.some(("identified", "being_verified", "identified"), 0.95, 0.1),
                    date=self.some(DATES, 0.5, 0.1),
                )

    def _documents(self, count: int) -> None:
        for _ in range(count):
            self.add(
                "Document",
                kind=self.some(
                    ("death_certificate", "court_record", "death_certificate"), 0.9, 0.1
                ),
                about=self.some(tuple(self.persons), 0.8, 0.3),
                family_notified=self.some(("yes", "no", "no"), 0.8),
                issued_on=self.some(DATES, 0.5, 0.1),
                received_on=self.some(("2022-03", "2021-12-30", "2022"), 0.6, 0.1),
            )

    def _corrections(self) -> None:
        """Statements superseded by others of a later batch, or withdrawn."""
        for index in range(len(self.world.said)):
            if self.maybe(0.05):
                batch = self.random.choice((2, 3, 4))
                said = self.world.said[index]
                if batch <= said.batch:
                    continue
                asserted = self.random.choice(("2020-06-01", "2020-12-01", None))
                self.world.closures.append((index, batch, asserted))
                if said.property == "date" and self.maybe(0.8):
                    self.world.record(
                        said.record_type,
                        batch=batch,
                        source=said.source,
                        asserted_on=asserted,
                        number=said.record,
                        date=self.random.choice(DATES),
                    )

    def _judgements(self, count: int) -> None:
        for entry in range(count):
            pair = self.random.sample(self.persons, 2)
            verdict = self.random.choice(("same", "same", "different", "unsure", "likely"))
            until = self.random.choice((None, None, entry + 11))
            self.world.judgements.append((pair[0], pair[1], verdict, 10 + entry, until))
