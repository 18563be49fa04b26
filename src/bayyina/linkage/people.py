"""Rows about people made ready for linking: values numbered, names cut into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bayyina.linkage.ages import AgeTable, read_ages
from bayyina.linkage.arrays import Ints32
from bayyina.linkage.birth_dates import BirthTable, read_births
from bayyina.linkage.columns import (
    OWN_NAME_ROLES,
    Field,
    PersonList,
    check_fields,
    registers_of,
)
from bayyina.linkage.encoding import Encoded
from bayyina.linkage.person_names import NameTable, name_table
from bayyina.linkage.registers import RegisterTable, read_registers
from bayyina.linkage.sexes import read_sexes
from bayyina.linkage.text_values import read_texts


@dataclass(frozen=True)
class People:
    """All rows of the lists, one after the other, with what they state."""

    list_of: Ints32
    """Number of each row's list, shape (rows,); 0 for the first."""
    names: NameTable
    """Their own names."""
    mothers: NameTable | None
    """Their mothers' names."""
    births: dict[str, BirthTable]
    """Dates of birth, and other dates, by field."""
    ages: dict[str, AgeTable]
    """Ages, by field."""
    sexes: dict[str, Encoded[str]]
    """Sex, by field."""
    places: dict[str, Encoded[str]]
    """Places, by field."""
    registers: dict[str, RegisterTable]
    """Entries in the civil register, by field."""
    texts: dict[str, Encoded[str]]
    """Other texts, by field."""
    notes: tuple[str, ...]
    """What could not be read, in sentences without anybody's data."""

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.list_of)


def read_people(lists: Sequence[PersonList], fields: Sequence[Field]) -> People:
    """Read the columns of the lists.

    Raises:
        InputError: The columns or lists cannot be linked.
    """
    check_fields(fields, lists)
    sizes = [len(one) for one in lists]
    list_of = np.repeat(np.arange(len(lists), dtype=np.int32), sizes)
    names = name_table(lists, [f for f in fields if f.role in OWN_NAME_ROLES])
    if names is None:  # check_fields has seen to it
        raise AssertionError("no names")
    births = {f.label: read_births(_texts(lists, f)) for f in fields if f.role in ("birth", "date")}
    born = next((births[f.label] for f in fields if f.role == "birth"), None)
    ages = {f.label: read_ages(_texts(lists, f), list_of, born) for f in fields if f.role == "age"}
    return People(
        list_of=list_of,
        names=names,
        mothers=name_table(lists, [f for f in fields if f.role == "mother"]),
        births=births,
        ages=ages,
        sexes={f.label: read_sexes(_texts(lists, f)) for f in fields if f.role == "sex"},
        places={f.label: read_texts(_texts(lists, f)) for f in fields if f.role == "place"},
        registers=_registers(lists, fields),
        texts={f.label: read_texts(_texts(lists, f)) for f in fields if f.role == "text"},
        notes=(*_name_notes(names), *_value_notes(births, ages)),
    )


def _texts(lists: Sequence[PersonList], field: Field) -> list[str]:
    return [text for one in lists for text in one.texts(field.column)]


def _registers(lists: Sequence[PersonList], fields: Sequence[Field]) -> dict[str, RegisterTable]:
    """The columns with numbers of the civil register, each with that of its places."""
    numbers, places = registers_of(fields)
    texts = [_texts(lists, field) for field in places]
    return {
        field.label: read_registers(_texts(lists, field), texts[at] if at < len(texts) else None)
        for at, field in enumerate(numbers)
    }


def _name_notes(names: NameTable) -> list[str]:
    without = int((names.of_row < 0).sum())
    if without == 0:
        return []
    return [f"{without} of {len(names.of_row)} rows state no name and are linked to nothing."]


def _value_notes(births: dict[str, BirthTable], ages: dict[str, AgeTable]) -> list[str]:
    notes = [
        f"{table.unreadable} rows of {label} hold no date that can be read; left out there."
        for label, table in births.items()
        if table.unreadable
    ]
    notes += [
        f"{table.unreadable} rows of {label} hold no age that a person can have; left out there."
        for label, table in ages.items()
        if table.unreadable
    ]
    return notes
