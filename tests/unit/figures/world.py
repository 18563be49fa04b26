"""Small hand-made worlds: statements, batches, closures and judgements for figures to count."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import pyarrow as pa

from bayyina.figures.relations import EARLIER_PRACTICE
from bayyina.figures.snapshot import Snapshot
from bayyina.figures.snapshot_tables import (
    BATCHES,
    CLOSURES,
    DETERMINATIONS,
    JUDGEMENTS,
    STATEMENTS,
)
from bayyina.figures.snapshot_writing import SnapshotWriter
from bayyina.model.partial_dates import read_date
from bayyina.model.vocabulary import (
    Group,
    Property,
    RecordType,
    Term,
    TermList,
    Unit,
    Vocabulary,
)

LABEL = {"en": "x", "ar": "س"}
STATE_GROUP = "gov"
EPOCH = date(1970, 1, 1).toordinal()


def _terms(name: str, *codes: str, parents: dict[str, str] | None = None) -> TermList:
    terms = {code: Term(code=code, label=LABEL, parent=(parents or {}).get(code)) for code in codes}
    return TermList(name=name, title=LABEL, terms=terms, _index={})


def _property(name: str, kind: str, **options: Any) -> Property:
    return Property(name=name, type=kind, label=LABEL, **options)


def _type(name: str, *properties: Property, **options: Any) -> RecordType:
    return RecordType(
        name=name,
        parent=options.pop("parent", None),
        label=LABEL,
        properties={prop.name: prop for prop in properties},
        **options,
    )


_ACT = (
    _property("victim", "link", to=("Person",)),
    _property("date", "date"),
    _property("place", "place"),
    _property("by", "group"),
    _property("age", "quantity"),
    _property("age_class", "term", of="age_classes"),
    _property("documented_on", "date"),
    _property("note", "text"),
)


def _act(name: str, *properties: Property, **options: Any) -> RecordType:
    return _type(
        name,
        *_ACT,
        *properties,
        parent="Act",
        ancestors=("Act",),
        about=options.pop("about", "victim"),
        **options,
    )


def small_vocabulary() -> Vocabulary:
    """A vocabulary with the shape of the shipped one, small enough to reason about."""
    types = [
        _type("Act", *_ACT, abstract=True, about="victim"),
        _type(
            "Person",
            _property("name", "name", multiple=True, level="restricted"),
            _property("sex", "term", of="sexes"),
            _property("birth_date", "date"),
            _property("age", "quantity"),
            _property("category", "term", of="categories"),
            _property("occupation", "text", multiple=True),
            _property("identifier", "identifier", multiple=True, level="restricted"),
        ),
        _act("Arrest", _property("acknowledged", "flag"), custody="start"),
        _act(
            "Detention",
            _property("acknowledged", "flag"),
            _property("end_date", "date"),
            _property("last_confirmed", "date"),
            custody="start",
        ),
        _act("Transfer", _property("last_confirmed", "date"), custody="start"),
        _act("Release", custody="end", clarifies=("fate", "whereabouts")),
        _act("Handover", clarifies=("fate", "whereabouts")),
        _act(
            "Death",
            _property("manner", "term", of="manners"),
            _property("stated_cause", "text"),
            custody="end",
            once=True,
            clarifies=("fate",),
        ),
        _act("Execution", custody="end", once=True, clarifies=("fate",)),
        _act("Torture", _property("methods", "term", of="methods", multiple=True)),
        _act("Sentence", _property("outcome", "term", of="outcomes")),
        _act(
            "ReportedDisappearance",
            _property("information_refused", "flag"),
            _property("denied", "flag"),
        ),
        _act(
            "Identification",
            _property("body", "link", to=("PhotographedBody",)),
            _property("person", "link", to=("Person",)),
            _property("state", "term", of="identification_states"),
            about="body",
        ),
        _type(
            "PhotographedBody",
            _property("body_number", "text"),
            _property("branch", "group"),
            _property("photographs", "quantity"),
        ),
        _type(
            "Document",
            _property("kind", "term", of="document_kinds"),
            _property("about", "link", to=("Person", "Act"), multiple=True),
            _property("issued_on", "date"),
            _property("received_on", "date"),
            _property("family_notified", "flag"),
            _property("secret", "text", level="sealed"),
            about="about",
        ),
        _type("Source", _property("name", "text")),
    ]
    lists = [
        _terms("age_classes", "child", "adult"),
        _terms("sexes", "male", "female"),
        _terms("categories", "civilian", "serviceman"),
        _terms(
            "manners", "violent", "torture", "beating", "shelling", "illness",
            parents={"torture": "violent", "beating": "torture", "shelling": "violent"},
        ),
        _terms("methods", "falaqa", "shabeh", "electricity"),
        _terms("outcomes", "issued", "commuted", "carried_out"),
        _terms("identification_states", "candidates", "being_verified", "identified"),
        _terms("document_kinds", "death_certificate", "court_record"),
    ]  # fmt: skip
    groups = [
        Group(code="gov", label=LABEL, kind="state"),
        Group(code="branch", label=LABEL, kind="state", parent="gov"),
        Group(code="rebels", label=LABEL, kind="non_state"),
        Group(code="unidentified", label=LABEL, kind="unknown"),
    ]
    nouns = {"en": {"one": "x", "other": "x"}, "ar": {"other": "س"}}
    units = {
        "persons": ("Person", {}),
        "deaths": ("Death", {}),
        "arrests": ("Arrest", {}),
        "acts": ("Act", {}),
        "sentences": ("Sentence", {}),
        "tortures": ("Torture", {}),
        "bodies": ("PhotographedBody", {}),
        "identifications": ("Identification", {}),
        "documents": ("Document", {}),
        "certificates": ("Document", {"kind": "death_certificate"}),
        "sources": ("Source", {}),
    }
    return Vocabulary(
        types={part.name: part for part in types},
        term_lists={part.name: part for part in lists},
        groups={part.code: part for part in groups},
        facilities={},
        units={
            name: Unit(name, record, filter_, nouns) for name, (record, filter_) in units.items()
        },
        _group_index={},
        _facility_index={},
    )


@dataclass(frozen=True)
class SmallPlace:
    """A place of the small gazetteer."""

    code: str


class SmallPlaces:
    """Two governorates with two districts each: A, A1, A2, B, B1, B2."""

    LEVELS: ClassVar = {"A": "governorate", "B": "governorate"}

    def read(self, text: str, level: str | None = None) -> SmallPlace | None:
        known = {"A", "A1", "A2", "B", "B1", "B2"}
        return SmallPlace(text) if text in known else None

    def ancestor(self, code: str, level: str) -> str | None:
        if level == "governorate" and code[:1] in self.LEVELS:
            return code[:1]
        return code if level == "district" and len(code) == 2 else None


@dataclass(frozen=True)
class SmallRule:
    """When somebody counts as disappeared."""

    after_days: int = 20
    of: str = "held"
    requires: tuple[str, ...] = (
        "deprivation_of_liberty",
        "agent_of_state_or_acquiescence",
        "refusal_or_concealment",
    )
    ends: str = "fate_and_whereabouts_clarified"
    non_state: str = "counted apart"


@dataclass(frozen=True)
class SmallMethodology:
    """Rules of counting."""

    name: str
    child_under: int = 18
    age_at: str = "act"
    disappeared: SmallRule | None = field(default_factory=SmallRule)
    counts: dict[str, Any] = field(default_factory=dict)
    digest: str = "0" * 64


class SmallCount(NamedTuple):
    """How counts of a record type are read."""

    standard: str
    only: str


METHODOLOGIES = {
    "twenty": SmallMethodology("twenty"),
    "none": SmallMethodology("none", disappeared=SmallRule(after_days=0)),
    "any": SmallMethodology("any", disappeared=SmallRule(after_days=0, of="any")),
    "decided": SmallMethodology(
        "decided",
        counts={name: SmallCount("sure", "verified") for name in ("Arrest", "Death")},
    ),
    "sixteen": SmallMethodology("sixteen", child_under=16, disappeared=None),
}


@dataclass(frozen=True)
class Said:
    """One statement, before it has a number."""

    batch: int
    record: int
    record_type: str
    property: str
    value: str | None
    source: int | None = 1
    asserted_on: str | None = "2020-01-01"


@dataclass(frozen=True)
class Batch:
    """One change set; entry n is made on the n-th day of 2021."""

    batch: int
    entry: int
    closed_entry: int | None = None

    @property
    def time(self) -> str:
        return day_time(self.entry)


def day_time(entry: int) -> str:
    """Time of a log entry."""
    return date.fromordinal(date(2021, 1, 1).toordinal() + entry).isoformat() + "T10:00:00.000Z"


@dataclass
class World:
    """Everything a snapshot holds, in plain Python."""

    vocabulary: Vocabulary
    said: list[Said] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=lambda: [Batch(1, 0)])
    closures: list[tuple[int, int, str | None]] = field(default_factory=list)
    """(index of the statement, batch, asserted_on)."""
    judgements: list[tuple[int, int, str, int, int | None]] = field(default_factory=list)
    determinations: list[dict[str, Any]] = field(default_factory=list)
    """Rows of the snapshot's determinations."""
    _records: int = 0

    def decide(
        self,
        record: int,
        person: str,
        says: str = "for",
        *,
        batch: int = 1,
        standard: str = "sure",
        practice: str | None = None,
        people: int = 2,
    ) -> None:
        """Somebody's signed word about a record."""
        self.determinations.append(
            {
                "number": (batch << 32) | len(self.determinations),
                "batch": batch,
                "record": record,
                "person": person,
                "standard": standard,
                "says": says,
                "practice": practice,
                "people": people,
            }
        )

    def record(
        self,
        record_type: str,
        *,
        batch: int = 1,
        source: int | None = 1,
        asserted_on: str | None = "2020-01-01",
        number: int | None = None,
        **values: Any,
    ) -> int:
        """Add a record with statements; a tuple states several values, a list ``(value, source)``."""
        if number is None:
            self._records += 1
            number = (batch << 32) | self._records
        for name, value in values.items():
            for one in value if isinstance(value, tuple) else (value,):
                told, who = one if isinstance(one, list) else (one, source)
                text = None if told is None else str(told)
                self.said.append(Said(batch, number, record_type, name, text, who, asserted_on))
        return number

    def size(self) -> int:
        """Number of log entries."""
        entries = [b.entry for b in self.batches] + [b.closed_entry or 0 for b in self.batches]
        entries += [j[3] for j in self.judgements] + [j[4] or 0 for j in self.judgements]
        return max(entries, default=-1) + 1

    def write(self, folder: Path) -> Snapshot:
        """The snapshot of this world, built from nothing."""
        return SnapshotWriter(folder).write(
            since=0,
            custody_size=self.size(),
            statements=[rows(STATEMENTS, self.statement_rows())],
            closures=[rows(CLOSURES, self.closure_rows())],
            batches=[rows(BATCHES, self.batch_rows())],
            judgements=[rows(JUDGEMENTS, self.judgement_rows())],
            determinations=[rows(DETERMINATIONS, self.determinations)],
        )

    def statement_rows(self) -> list[dict[str, Any]]:
        return [self._statement(i, said) for i, said in enumerate(self.said)]

    def closure_rows(self) -> list[dict[str, Any]]:
        return [
            {"statement": self.number(index), "batch": batch, "asserted_on": asserted}
            for index, batch, asserted in self.closures
        ]

    def batch_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "batch": b.batch,
                "entry": b.entry,
                "time": b.time,
                "kind": "import",
                "closed_entry": b.closed_entry,
                "closed_time": None if b.closed_entry is None else day_time(b.closed_entry),
            }
            for b in self.batches
        ]

    def judgement_rows(self) -> list[dict[str, Any]]:
        names = ("record_a", "record_b", "verdict", "entry", "until_entry")
        return [dict(zip(names, row, strict=True)) for row in self.judgements]

    def number(self, index: int) -> int:
        """Number of the statement at an index."""
        return (self.said[index].batch << 32) | index

    def undo(self, batch: int, entry: int) -> None:
        """Undo a batch."""
        self.batches = [
            replace(b, closed_entry=entry) if b.batch == batch else b for b in self.batches
        ]

    def _statement(self, index: int, said: Said) -> dict[str, Any]:
        properties = self.vocabulary.types[said.record_type].properties
        of_all = said.property == EARLIER_PRACTICE
        kind = "text" if of_all else properties[said.property].type
        row: dict[str, Any] = {
            "number": self.number(index),
            "batch": said.batch,
            "record": said.record,
            "record_type": said.record_type,
            "property": said.property,
            "value": said.value,
            "source": said.source,
            "asserted_on": said.asserted_on,
        }
        if kind == "date" and said.value is not None:
            read = read_date(said.value)
            row["date_lo"] = None if read.lo is None else read.lo.isoformat()
            row["date_hi"] = None if read.hi is None else read.hi.isoformat()
        if kind == "quantity" and said.value is not None:
            row["num_lo"], row["num_hi"] = quantity(said.value)
        return row


def quantity(text: str) -> tuple[int | None, int | None]:
    """Bounds of ``12``, ``5..9``, ``5..`` or ``..9``."""
    low, dots, high = text.partition("..")
    if not dots:
        return int(low), int(low)
    return (int(low) if low else None), (int(high) if high else None)


def rows(schema: pa.Schema, content: list[dict[str, Any]]) -> pa.RecordBatch:
    """Rows as Arrow."""
    return pa.RecordBatch.from_pylist(content, schema=schema)
