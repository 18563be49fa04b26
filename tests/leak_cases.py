"""Marked secrets in every place that is sealed: enumerated from the vocabulary, so a new one is covered."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from bayyina.app.changes import ChangeWriter, change
from bayyina.app.rows import RecordRow, StatementRow
from bayyina.app.workspace import Workspace
from bayyina.disclosure.protected_people import PERSON, protection
from bayyina.keys.sealing import is_sealed
from bayyina.model.drafts import ValueDraft
from bayyina.model.vocabulary import UNRECOGNISED
from tests.leak_scanner import Secret

NOT_MARKED = {
    "link": "a number; that what it links stays apart is tested where links are",
    "term": "one of a list that everybody has",
    "group": "one of a list that everybody has",
    "flag": "yes or no",
    "place": "a code of the gazetteer",
}
"""Types of properties whose values cannot be marked, and why; that they are sealed is asserted."""

WORDED = (
    ("Arrest", "date"),
    ("ClinicalEvaluation", "degree"),
    ("Detention", "place"),
    ("Document", "issued_by"),
    ("Person", "residence"),
    ("Sighting", "facility"),
    ("Testimony", "connection"),
    ("Torture", "by"),
    ("Torture", "methods"),
)
"""Properties whose value stays in clear for somebody protected, and whose wording does not."""

_LATIN = ("kw", "zv", "q", "x", "vr", "gh", "kh", "zh", "b", "d", "m", "n", "r", "t", "l", "f")
_VOWELS = ("a", "o", "u", "i", "ee", "ou")
_ARABIC = "قطصضظغخحشثذزبدمنرلفكجس"


class Planted(NamedTuple):
    """What was planted."""

    secrets: tuple[Secret, ...]
    """Everything that may be nowhere in clear."""

    records: tuple[int, ...]
    """Records of which it is said."""

    unmarked: tuple[str, ...]
    """Sealed properties whose values cannot be marked."""


class Marks:
    """Texts that stand nowhere else, the same in every run."""

    def __init__(self, seed: int = 20_261_121) -> None:
        self._random = random.Random(seed)
        self.secrets: list[Secret] = []

    def latin(self) -> str:
        """A word of at least ten Latin letters with at least five consonants."""
        made = "".join(self._random.choice(_LATIN) + self._random.choice(_VOWELS) for _ in range(5))
        return (made + self._random.choice("bdmnrtl")).ljust(10, "q").capitalize()

    def arabic(self) -> str:
        """A word of eight Arabic letters."""
        return "".join(self._random.choice(_ARABIC) for _ in range(8))

    def name(self, label: str) -> tuple[str, str]:
        """A name in Latin and one in Arabic letters, which are not the same."""
        latin = f"{self.latin()} {self.latin()}"
        arabic = f"{self.arabic()} {self.arabic()}"
        self.secrets.append(Secret(f"{label}, Latin", latin, "name"))
        self.secrets.append(Secret(f"{label}, Arabic", arabic, "name"))
        return latin, arabic

    def text(self, label: str) -> tuple[str, str]:
        """A sentence and its original wording."""
        return self.name(label)

    def number(self, label: str) -> str:
        """Ten digits."""
        made = str(self._random.randrange(10**9, 10**10))
        self.secrets.append(Secret(label, made, "number"))
        return made

    def day(self, label: str) -> str:
        """A day within a month."""
        made = f"{self._random.randrange(1931, 1949)}-{self._random.randrange(1, 13):02d}-{self._random.randrange(3, 27):02d}"
        self.secrets.append(Secret(label, made))
        return made

    def draft(self, record_type: str, name: str, kind: str) -> ValueDraft | None:
        """A value of a property that holds a mark; None where none can."""
        label = f"{record_type}.{name}"
        if kind in NOT_MARKED:
            return None
        if kind == "date":
            day = self.day(label)
            return ValueDraft(name, day, day, day, original=day.replace("-", "/"))
        if kind == "quantity":
            number = self.number(label)
            return ValueDraft(name, number, num_lo=int(number), num_hi=int(number))
        if kind == "geopoint":
            north, east = (f"{self._random.uniform(33, 37):.6f}" for _ in range(2))
            self.secrets.append(Secret(f"{label}, north", north, "degrees"))
            self.secrets.append(Secret(f"{label}, east", east, "degrees"))
            return ValueDraft(name, f"{north}|{east}")
        if kind == "identifier":
            return ValueDraft(name, f"fict-no:{self.number(label)}")
        if kind == "url":
            return ValueDraft(name, f"https://{self.latin().lower()}.example/{self.number(label)}")
        latin, arabic = self.name(label)
        return ValueDraft(name, latin, original=arabic, lang="ar")

    def wording(self, record_type: str, name: str) -> ValueDraft:
        """A value that nobody understood, or a month, with a marked wording in both scripts."""
        wording = " ".join(self.name(f"{record_type}.{name}, wording"))
        if name == "date":
            return ValueDraft(name, "2013-05", "2013-05-01", "2013-05-31", original=wording)
        return ValueDraft(name, UNRECOGNISED, original=wording, lang="ar")

    def file_name(self, record_type: str, name: str) -> ValueDraft:
        """The name or path of a file that tells who is in it."""
        latin, arabic = self.name(f"{record_type}.{name}")
        told = f"/{latin}/{arabic}.pdf" if name == "file_path" else f"{latin} {arabic}.pdf"
        return ValueDraft(name, told.encode().hex() if name.endswith("_bytes") else told)


def plant(workspace: Workspace, marks: Marks | None = None) -> Planted:
    """Say something marked of every sealed property, and of every property that tells an identity."""
    marks = marks or Marks()
    rules = protection(workspace.vocabulary)
    records: list[int] = []
    unmarked: list[str] = []
    with change(workspace, "import") as writer:
        source, key = writer.add_record("Source", None, "list:Planted secrets")
        writer.add_statement(source, key, "Source", ValueDraft("name", "Planted secrets"), None)
        writer.describe_list(source, "2023-08-31")
        people = [_add(writer, source, f"FICT-9{n}01", PERSON) for n in range(3)]
        for record_type, names in sorted(rules.by_level.items()):
            if workspace.vocabulary.types[record_type].abstract:
                continue
            record = _add(writer, source, f"FICT-{record_type}", record_type)
            records.append(record[0])
            unmarked += _say(
                workspace, writer, marks, record, record_type, sorted(names), people[0][0]
            )
        for record_type, names in sorted(rules.identity.items()):
            record = people[1] if record_type == PERSON else _add(
                writer, source, f"FICT-ID-{record_type}", record_type
            )  # fmt: skip
            writer.protect([record[0]])
            records.append(record[0])
            unmarked += _say(
                workspace, writer, marks, record, record_type, sorted(names), people[0][0]
            )
            for name in (name for kind, name in WORDED if kind == record_type):
                writer.add_statement(*record, record_type, marks.wording(record_type, name), None)
            for name in sorted(rules.file_names.get(record_type, ())):
                writer.add_statement(*record, record_type, marks.file_name(record_type, name), None)
        writer.add_statement(*people[1], PERSON, ValueDraft("protected", "yes"), None)
        writer.add_statement(*people[1], PERSON, ValueDraft("sex", "female"), None)
        writer.finish({})
    _assert_sealed(
        workspace,
        records,
        rules_names={**rules.by_level, **rules.identity},
        rules_files=rules.file_names,
    )
    return Planted(tuple(marks.secrets), (*records, people[0][0]), tuple(unmarked))


def _add(writer: ChangeWriter, source: int, key: str, record_type: str) -> tuple[int, bytes]:
    return writer.add_record(record_type, source, key)


def _say(
    workspace: Workspace,
    writer: ChangeWriter,
    marks: Marks,
    record: tuple[int, bytes],
    record_type: str,
    names: Sequence[str],
    other: int,
) -> Iterator[str]:
    """Say something of each property; those whose values cannot be marked."""
    number, key = record
    for name in names:
        prop = workspace.vocabulary.types[record_type].properties[name]
        draft = marks.draft(record_type, name, prop.type)
        if draft is None:
            yield f"{record_type}.{name} ({prop.type})"
            value = {"link": str(other), "flag": "yes"}.get(prop.type, "other")
            draft = ValueDraft(name, value)
        writer.add_statement(number, key, record_type, draft, "row 2")


def _assert_sealed(
    workspace: Workspace,
    records: Sequence[int],
    *,
    rules_names: dict[str, frozenset[str]],
    rules_files: Mapping[str, frozenset[str]],
) -> None:
    """Every statement that ought to be is stored sealed, those that cannot be marked too."""
    store = workspace.store
    names = {term: pair for pair, term in store.terms().items()}
    types = {row.number: row.record_type for row in store.find(RecordRow, "number", records)}
    said = {record_type: set[str]() for record_type in types.values()}
    for row in store.find(StatementRow, "record", records):
        record_type, name = names[row.term]
        if name in rules_names.get(record_type, frozenset()) | rules_files.get(
            record_type, frozenset()
        ):
            assert is_sealed(row.value), f"{record_type}.{name} is in clear"
        elif (record_type, name) in WORDED:
            assert is_sealed(row.original), f"the wording of {record_type}.{name} is in clear"
        if name in rules_names.get(types[row.record], frozenset()):
            assert (row.original, row.lang, row.num_lo, row.num_hi) == (None, None, None, None)
            said[record_type].add(name)
    for record_type, found in said.items():
        assert found == set(rules_names[record_type]), record_type
