"""What is linked: rows of one list or two, and what each of their columns says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bayyina.errors import InputError

Role = Literal[
    "name", "given", "father", "family", "mother", "birth", "date", "age", "sex", "place",
    "register", "register_place", "text",
]  # fmt: skip
"""What a column says of a person."""

ROLES: Final[tuple[Role, ...]] = (
    "name",
    "given",
    "father",
    "family",
    "mother",
    "birth",
    "date",
    "age",
    "sex",
    "place",
    "register",
    "register_place",
    "text",
)
"""All roles, in the order in which they are compared."""

OWN_NAME_ROLES: Final[frozenset[Role]] = frozenset({"name", "given", "father", "family"})
"""Roles that together make up a person's own name."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column that is compared, and what it says."""

    role: Role
    """What the column says of a person."""

    column: str
    """Its name in the lists."""

    @property
    def label(self) -> str:
        """How the field is called in reasons and models: ``role:column``."""
        return f"{self.role}:{self.column}"


@dataclass(frozen=True)
class PersonList:
    """Rows about people, by column."""

    label: str
    """``A`` or ``B``."""

    ids: Sequence[str]
    """Id of each row, as written; need not be unique."""

    columns: Mapping[str, Sequence[str]]
    """Texts of each column that is compared, one a row, empty where nothing is stated."""

    def __len__(self) -> int:
        return len(self.ids)

    def texts(self, column: str) -> Sequence[str]:
        """Texts of a column; empty texts where the list has no such column."""
        found = self.columns.get(column)
        return found if found is not None else [""] * len(self.ids)


def check_fields(fields: Sequence[Field], lists: Sequence[PersonList]) -> None:
    """Refuse what cannot be linked: no list, no name, a column that no list has.

    Raises:
        InputError: In one sentence, with what to do.
    """
    if not 1 <= len(lists) <= 2:
        raise InputError("One list or two can be linked.", hint="Name one file or two.")
    if not any(field.role in OWN_NAME_ROLES for field in fields):
        raise InputError(
            "No column with names is given, and people cannot be linked without names.",
            hint="Name one with --name, or its parts with --given, --father and --family.",
        )
    numbers, places = registers_of(fields)
    if len(places) > len(numbers):
        raise InputError(
            f"The column {places[-1].column!r} is a place of the civil register without a number.",
            hint="Name the column of its numbers with --register, or take it as --place.",
        )
    for field in fields:
        if not any(field.column in one.columns for one in lists):
            raise InputError(
                f"No list has the column {field.column!r}.",
                hint="Check the spelling of the column.",
            )


def registers_of(fields: Sequence[Field]) -> tuple[list[Field], list[Field]]:
    """Columns with numbers of the civil register, and those with their places, in that order."""
    return (
        [field for field in fields if field.role == "register"],
        [field for field in fields if field.role == "register_place"],
    )
