"""What informants said of a use of what they told: the newest answer that speaks of it holds.

An answer is a ``Consent`` record about a source, a testimony, a file, a family's contact or a
person. Testimonies, files and contacts may also state a consent themselves, as they did when they
were taken in; an answer of its own is newer than that. Where an answer is sealed and cannot be
read, nobody is known to have agreed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from bayyina.app.live import live_batches, live_statements
from bayyina.app.rows import RecordRow, StatementRow, batch_of
from bayyina.app.workspace import Workspace
from bayyina.disclosure.records import DENIED, GIVEN
from bayyina.disclosure.rules import Recipient, load_rules

CONSENT: Final = "Consent"
"""Type of the records that hold answers."""

TESTIMONY: Final = "Testimony"
"""Type of the records of interviews: nothing of one leaves unless it was agreed to."""

PERSON: Final = "Person"
CONTACT: Final = "FamilyContact"
SOURCE: Final = "Source"

NOT_ASKED: Final = "not_asked"
"""The state of whoever was never asked about a use."""

OWN_RECORDS: Final = frozenset({CONSENT, "Task"})
"""Types of records about the work itself: they name who works here, and leave in no output."""

NOT_WITHOUT: Final = frozenset({"keeping", "statistics"})
"""Uses without which what somebody told is not counted or shown any more."""

_MOST_STEPS: Final = 20
"""So many sources in a row may be copied from one another."""


class Answer(NamedTuple):
    """One answer of an informant."""

    record: int
    """Number of the record that holds it; later answers have greater numbers."""

    informant: int
    """Number of whose answer it is."""

    state: str
    """A code of ``consent_states``."""

    purposes: frozenset[str]
    """Codes of ``consent_purposes``."""

    recipients: frozenset[str]
    """Ids of the recipients that it is about; empty: all."""

    date: str
    """Day of the answer; empty where none is stated."""

    said: Mapping[str, str]
    """Further properties, such as who explained it and in which language."""

    def speaks_of(self, purpose: str, recipient: str = "") -> bool:
        """Whether it is about a use, for a recipient."""
        return purpose in self.purposes and (not self.recipients or recipient in self.recipients)


class ConsentBook:
    """The answers of one workspace as they stand."""

    def __init__(self, workspace: Workspace) -> None:
        """Read all answers."""
        self._workspace = workspace
        self._store = workspace.store
        self._batches = live_batches(workspace.store)
        self._names = {number: pair for pair, number in workspace.store.terms().items()}
        self._protected = load_rules().protected
        self._answers = self._read_answers()
        self._sources: dict[int, dict[str, str]] = {}
        self._stated: dict[int, tuple[str, list[StatementRow]]] = {}

    def answers(self, informant: int | None = None) -> list[Answer]:
        """All answers in order, or those of one informant."""
        if informant is not None:
            return list(self._answers.get(informant, ()))
        return sorted(one for own in self._answers.values() for one in own)

    def answer(self, informant: int, purpose: str, recipient: str = "") -> Answer | None:
        """The newest answer about a use; None where none speaks of it."""
        own = self._answers.get(informant, ())
        return next((one for one in reversed(own) if one.speaks_of(purpose, recipient)), None)

    def of_source(self, source: int, recipient: Recipient) -> tuple[str, ...]:
        """What a source, and whom it is copied from, said of what a recipient does.

        Nothing, where neither is a person and nobody answered.
        """
        found = []
        for number in self._chain(source):
            answer = self.answer(number, recipient.consent, recipient.id)
            if answer is not None:
                found.append(answer.state)
            elif self.is_person(number):
                found.append(NOT_ASKED)
        return tuple(found)

    def is_person(self, source: int) -> bool:
        """Whether a source is somebody, and not a list or a paper."""
        said = self._source(source)
        return said.get("kind", "") in self._protected or bool(said.get("pseudonym"))

    def of_record(
        self, number: int, record_type: str, rows: Sequence[StatementRow], recipient: Recipient
    ) -> tuple[str, ...]:
        """What was said of the use of a record itself; ``rows`` are its statements that stand."""
        answer = self.answer(number, recipient.consent, recipient.id)
        if answer is not None:
            return (answer.state,)
        states = {one.value for one in rows if self._is(one, "consent")}
        uses = {one.value for one in rows if self._is(one, "consent_for")}
        denied = [state for state in states if state in DENIED]
        if denied:
            return tuple(sorted(filter(None, denied)))
        if record_type == TESTIMONY:
            return (GIVEN if GIVEN in states and recipient.consent in uses else NOT_ASKED,)
        if uses:
            return (GIVEN if recipient.consent in uses else NOT_ASKED,)
        return ()

    def of_cited(self, number: int, recipient: Recipient) -> tuple[str, ...]:
        """What was said of the use of a file or testimony that a statement rests on."""
        if number not in self._stated:
            self.know_cited((number,))
        record_type, rows = self._stated[number]
        return self.of_record(number, record_type, rows, recipient)

    def know_cited(self, numbers: Iterable[int]) -> None:
        """Read what is stated of files and testimonies, all at once."""
        wanted = sorted(set(numbers) - self._stated.keys())
        if not wanted:
            return
        kinds = {r.number: r.record_type for r in self._store.find(RecordRow, "number", wanted)}
        said: dict[int, list[StatementRow]] = defaultdict(list)
        for row in live_statements(self._store, wanted, self._batches):
            said[row.record].append(row)
        for number in wanted:
            self._stated[number] = (kinds.get(number, ""), said[number])

    def know_sources(self, numbers: Iterable[int]) -> None:
        """Read what is stated of sources, all at once."""
        wanted = sorted(set(numbers) - self._sources.keys())
        for number in wanted:
            self._sources[number] = {}
        for row in live_statements(self._store, wanted, self._batches):
            if row.value:
                self._sources[row.record].setdefault(self._names[row.term][1], row.value)

    def silenced(self) -> frozenset[int]:
        """Informants who took back that what they told is kept or counted, or refused it."""
        found = set()
        for informant in self._answers:
            for purpose in NOT_WITHOUT:
                answer = self.answer(informant, purpose)
                if answer is not None and answer.state in DENIED:
                    found.add(informant)
        return frozenset(found)

    def denied_people(self, recipient: Recipient) -> set[int]:
        """People who, or whose families, refuse to be named to a recipient, or to be counted at all."""
        found = set(self.silenced())
        for informant in self._answers:
            answer = self.answer(informant, recipient.consent, recipient.id)
            if answer is not None and answer.state in DENIED:
                found.add(informant)
        return self.people_of(found) | self.people_of(self._refusing_contacts())

    def _refusing_contacts(self) -> set[int]:
        """Contacts of families whose own record states that consent was refused or taken back."""
        term = self._store.terms().get((CONTACT, "consent"))
        if term is None:
            return set()
        rows = self._store.find(StatementRow, "value", sorted(DENIED))
        own = {row.record for row in rows if row.term == term}
        stand = live_statements(self._store, sorted(own), self._batches)
        return {r.record for r in stand if r.term == term and r.value in DENIED}

    def people_of(self, informants: Iterable[int]) -> set[int]:
        """The people among informants, and those whose families' contacts are among them."""
        numbers = sorted(informants)
        if not numbers:
            return set()
        rows = self._store.find(RecordRow, "number", numbers)
        found = {row.number for row in rows if row.record_type == PERSON}
        contacts = [row.number for row in rows if row.record_type == CONTACT]
        for row in live_statements(self._store, contacts, self._batches):
            if self._is(row, "person") and (row.value or "").isdecimal():
                found.add(int(row.value or ""))
        return found

    def _chain(self, source: int) -> list[int]:
        """A source, and whom it is copied from."""
        chain = [source]
        while len(chain) < _MOST_STEPS:
            origin = self._source(chain[-1]).get("origin", "")
            if not origin.isdecimal() or int(origin) in chain:
                break
            chain.append(int(origin))
        return chain

    def _source(self, number: int) -> dict[str, str]:
        if number not in self._sources:
            self.know_sources((number,))
        return self._sources[number]

    def _is(self, row: StatementRow, name: str) -> bool:
        return self._names[row.term][1] == name

    def _read_answers(self) -> dict[int, list[Answer]]:
        if not any(record_type == CONSENT for record_type, _ in self._store.terms()):
            return {}
        numbers = [
            row.number
            for row in self._store.find(RecordRow, "record_type", [CONSENT])
            if batch_of(row.number) in self._batches
        ]
        said: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in live_statements(self._store, numbers, self._batches):
            if row.value:
                said[row.record][self._names[row.term][1]].append(row.value)
        found: dict[int, list[Answer]] = defaultdict(list)
        for number, own in sorted(said.items()):
            informant = next(iter(own["informant"]), "")
            if informant.isdecimal():
                found[int(informant)].append(_answer(number, int(informant), own))
        return dict(found)


def _answer(number: int, informant: int, own: Mapping[str, Sequence[str]]) -> Answer:
    def first(name: str) -> str:
        return next(iter(own.get(name, ())), "")

    return Answer(
        record=number,
        informant=informant,
        state=first("state"),
        purposes=frozenset(own.get("consent_for", ())),
        recipients=frozenset(own.get("recipient", ())),
        date=first("date"),
        said={name: first(name) for name in ("explained_by", "explained_in", "way", "note")},
    )
