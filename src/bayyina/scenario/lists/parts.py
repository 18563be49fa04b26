"""What the lists share: their shape, which list knows whom first, and wrong rows.

Every counted act stands whole in one list, the person's home list. Other lists may tell of
it again, in other words, with a day moved a little or left out, never so that a count
changes. Rows that are wrong on purpose are copies of rows that count for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bayyina.scenario.forms import Cell, Row
from bayyina.scenario.people import OCTOBER, Custody, Death, Person, Truth
from bayyina.scenario.sampling import read_data
from bayyina.scenario.spelling import Hand

Told = tuple[Row, bool]
"""A row, and whether it counts for nothing, so that damage to a copy of it is harmless."""

PROVINCES = frozenset({"SY12", "SY13", "SY14"})
"""Governorates whose arrests one provincial office keeps."""

MARK_HEADER = "FICTIONAL"
"""Column of every list that says that the row was invented."""

MARK = "FICTIONAL مُختلَق"
"""What stands in it."""

_HARMLESS = frozenset(
    {
        "held_by_others",
        "criminal_charge",
        "deaths_by_others",
        "deaths_other_manner",
        "prison_sentences",
        "certificates_notified",
        "arrested_by_others_since_order",
        "killed_by_others_since_order",
    }
)
_SHARE_WRONG = 0.05


@dataclass(frozen=True, slots=True)
class FictionalList:
    """One list that a documentation group might hold."""

    slug: str
    """Names its mapping, ``<slug>.mapping.toml``."""

    file_name: str
    """Name of the file; says that it is fictional."""

    title: str
    """Name of the list, as its mapping states it."""

    header: tuple[str, ...]
    """Names of the columns."""

    rows: Callable[[Truth], Iterator[Told]]
    """Gives the rows for a truth."""

    write: Callable[[Path, Sequence[str], Iterable[Row]], int]
    """Writes rows in the form of the list and returns their number."""

    key: int
    """Index of the column that holds the list's own id."""

    date: int
    """Index of a column that holds a date."""

    every_row_counts: bool = False
    """Whether any further row with a key of its own would change a figure."""


def luck(seed: int, number: int, topic: int) -> int:
    """Return a number from 0 to 999 that depends on nothing but the arguments (SplitMix64)."""
    mask = (1 << 64) - 1
    state = seed * 0x9E3779B97F4A7C15 + number * 0xD1B54A32D192ED03 + topic * 0x8CB92BA72F3D8DD7
    state &= mask
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & mask
    return (state ^ (state >> 31)) % 1000


def home_of_custody(seed: int, person: Person) -> str:
    """Return which list tells of a person's custody first: its slug."""
    if person.governorate in PROVINCES:
        return "provincial-office"
    return "families" if _only_families_know(seed, person) else "central-register"


def _only_families_know(seed: int, person: Person) -> bool:
    """Whether only the family told: of one arrest, about which it was refused information."""
    if person.cohort != "disappeared" or len(person.custodies) > 1:
        return False
    custody = person.custodies[0]
    return custody.refused and not custody.released and luck(seed, person.number, 1) < 30


def home_of_death(seed: int, person: Person) -> str:
    """Return which list tells of a person's death under torture first: its slug."""
    share = 400 if person.cohort == "deaths_by_others" else 70
    return "local-committee" if luck(seed, person.number, 2) < share else "torture-deaths"


def is_told(fact: Custody | Death | None, day: str = OCTOBER) -> bool:
    """Whether there is such a fact and it belongs to the lists of that day."""
    return fact is not None and fact.told == day


def may_move(person: Person, custody: Custody) -> bool:
    """Whether another list may date the arrest a little differently without any harm.

    Not where a release, a death, an execution or a second arrest comes after it, and not
    close to the day as of which people are counted.
    """
    alone = len(person.custodies) == 1 and not custody.released
    alive = not is_told(person.death) and person.sentence is None
    return alone and alive and custody.arrested < "2023"


def is_second_account_safe(death: Death) -> bool:
    """Whether another list may tell of a death again, a few days off, without any harm.

    Only of a death under torture in government hands, well inside the counted period.
    """
    is_counted = death.manner == "torture" and death.by in read_data("parties.toml")["government"]
    return is_counted and "2011-04" <= death.day < "2022"


def is_harmless(person: Person) -> bool:
    """Whether copies of the person's rows, damaged as they may be, count for nothing."""
    return person.cohort in _HARMLESS


def age_then(person: Person, custody: Custody) -> int:
    """Return the person's age at one of the arrests; the person's own is that at the last."""
    last = person.custodies[-1].arrested
    return person.age - (int(last[:4]) - int(custody.arrested[:4])) if last else person.age


def with_wrong_rows(told: Iterable[Told], one: FictionalList, hand: Hand) -> Iterator[Row]:
    """Yield the rows, and after some harmless ones a wrong copy: each kind at least once."""
    kinds = _KEPT_ASIDE if one.every_row_counts else (*_KEPT_ASIDE, *_WARNED)
    made = 0
    for number, (row, harmless) in enumerate(told):
        yield row
        hand.take(number)
        if harmless and (made < len(kinds) or hand.chance(_SHARE_WRONG)):
            yield kinds[made % len(kinds)](list(row), one)
            made += 1


def _without_key(row: list[Cell], one: FictionalList) -> Row:
    row[one.key] = ""
    return row


def _twice(row: list[Cell], _: FictionalList) -> Row:
    return row


def _too_short(row: list[Cell], one: FictionalList) -> Row:
    row[one.key] = f"{row[one.key]}-S"
    return row[: len(row) // 2]


def _too_long(row: list[Cell], one: FictionalList) -> Row:
    row[one.key] = f"{row[one.key]}-L"
    return [*row, "", "؟", "x"]


def _impossible_date(row: list[Cell], one: FictionalList) -> Row:
    row[one.key] = f"{row[one.key]}-D"
    row[one.date] = "31/02/2014"
    return row


def _damaged_letters(row: list[Cell], one: FictionalList) -> Row:
    """Return the row as it is after an encoding was guessed wrong and the file saved again."""
    row[one.key] = f"{row[one.key]}-E"
    return [_spoilt(cell) if isinstance(cell, str) else cell for cell in row]


def _spoilt(text: str) -> str:
    return "".join("?" if "ء" <= letter <= "ي" else letter for letter in text)


_KEPT_ASIDE = (_without_key, _twice, _too_short, _too_long)
_WARNED = (_impossible_date, _damaged_letters)
