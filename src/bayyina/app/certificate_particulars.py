"""What a paper and a person's record say of somebody, laid side by side part by part.

The name and its parts, the father, the mother, the birth and its place, and the entry in the
civil register (place and number, a line of its own). Each part agrees, differs, or is not stated on
both sides; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from bayyina.app.identifying_cards import number_on
from bayyina.app.identifying_evidence import Stay
from bayyina.errors import DateUnreadableError
from bayyina.figures.case_rows import CaseRow
from bayyina.model.label_folding import fold_label
from bayyina.model.partial_dates import read_date
from bayyina.model.places import Gazetteer
from bayyina.names.comparing import compare_names
from bayyina.names.likeness import score_pair

AGREES, DIFFERS, SIMILAR = "agrees", "differs", "similar"
LINES: Final = {
    "name": "names_agree",
    "mother": "mother_agrees",
    "birth": "birth_agrees",
    "register": "register_entry_agrees",
}
"""Parts, and the lines of evidence that they make where they agree."""

NAMED: Final = (
    "named",
    "named_father",
    "named_mother",
    "named_register_place",
    "named_register_number",
    "named_birth_place",
)
"""Properties of a paper that say whom it is about, besides the birth."""


class Particulars(NamedTuple):
    """What a paper, or a person's record, says of somebody."""

    name: str = ""
    """The whole name."""

    father: str = ""
    """The father's name."""

    mother: str = ""
    """The mother's name."""

    birth: tuple[str, str] | None = None
    """First and last possible day of birth, ISO 8601."""

    register_place: str = ""
    """Place of the family's entry in the civil register."""

    register_number: str = ""
    """Its number there."""

    birth_place: str = ""
    """Place of birth: code of the gazetteer, or the words."""


class PartFound(NamedTuple):
    """One part laid beside another."""

    part: str
    """``name``, ``father``, ``mother``, ``birth``, ``birth_place``, ``register`` or ``custody``."""

    says: str
    """``agrees``, ``similar`` or ``differs``."""

    paper: str
    """What the paper says."""

    person: str
    """What is recorded of the person."""

    reason: str
    """Why, in words; empty where the two texts speak for themselves."""


def compare_particulars(
    paper: Particulars,
    person: Particulars,
    score: Callable[..., Any] = score_pair,
    gazetteer: Gazetteer | None = None,
) -> tuple[PartFound, ...]:
    """Each part that both state, laid side by side; ``score`` compares two words' spellings."""
    found = [
        _names("name", paper.name, person.name, score),
        _names("father", paper.father, person.father, score),
        _names("mother", paper.mother, person.mother, score),
        _births(paper.birth, person.birth),
        _birth_places(paper.birth_place, person.birth_place, gazetteer),
        _registers(paper, person),
    ]
    return tuple(part for part in found if part is not None)


def _names(part: str, paper: str, person: str, score: Callable[..., Any]) -> PartFound | None:
    if not paper or not person:
        return None
    found = compare_names(paper, person, score_pair=score)
    says = {"same": AGREES, "unsure": SIMILAR, "different": DIFFERS}[found.decision]
    doubtful = [one for one in found.parts if one.a != one.b and one.score < 1]
    reason = "; ".join(f"{one.a or '—'} / {one.b or '—'}: {one.reason}" for one in doubtful)
    return PartFound(part, says, paper, person, reason)


def _births(paper: tuple[str, str] | None, person: tuple[str, str] | None) -> PartFound | None:
    """Births agree where their spans meet and neither is longer than two years."""
    if paper is None or person is None:
        return None
    ours, theirs = ("/".join(dict.fromkeys(span)) for span in (paper, person))
    if paper[0] > person[1] or person[0] > paper[1]:
        return PartFound("birth", DIFFERS, ours, theirs, "")
    both = (paper, person)
    wide = any(
        (date.fromisoformat(last) - date.fromisoformat(first)).days > 731 for first, last in both
    )
    return PartFound("birth", SIMILAR if wide else AGREES, ours, theirs, "")


def _birth_places(paper: str, person: str, gazetteer: Gazetteer | None) -> PartFound | None:
    """The same place agrees; two of one governorate, or texts that no gazetteer knows, are similar."""
    if not paper or not person:
        return None
    if gazetteer is None:
        says = AGREES if fold_label(paper) == fold_label(person) else SIMILAR
        return PartFound("birth_place", says, paper, person, "")
    one, two = (gazetteer.get(text) or gazetteer.read(text) for text in (paper, person))
    if one is None or two is None:
        return _birth_places(paper, person, None)
    areas = {gazetteer.ancestor(place.code, "governorate") for place in (one, two)}
    near = len(areas) == 1 and None not in areas
    says = AGREES if one.code == two.code else SIMILAR if near else DIFFERS
    return PartFound("birth_place", says, one.label("ar"), two.label("ar"), "")


def _registers(paper: Particulars, person: Particulars) -> PartFound | None:
    """The entry agrees in place and number; a number alone exists in every place."""
    if not (paper.register_number and person.register_number):
        return None
    texts = (
        f"{paper.register_place} {paper.register_number}".strip(),
        f"{person.register_place} {person.register_number}".strip(),
    )
    if number_on(paper.register_number) != number_on(person.register_number):
        return PartFound("register", DIFFERS, *texts, "")
    if not paper.register_place or not person.register_place:
        return PartFound("register", SIMILAR, *texts, "the place is not stated on both sides")
    same = fold_label(paper.register_place) == fold_label(person.register_place)
    return PartFound("register", AGREES if same else DIFFERS, *texts, "")


def custody_part(rows: Sequence[CaseRow], stay: Stay | None) -> tuple[PartFound, ...]:
    """That the person was taken, or seen alive, after the death that the paper states."""
    days = [row.last for row in rows if row.property == "stated_date" and row.last]
    if stay is None or not days:
        return ()
    latest = max(days)
    if stay.taken is not None and stay.taken > latest:
        reason = "taken after the death that the paper states"
        return (PartFound("custody", DIFFERS, latest, stay.taken, reason),)
    alive = stay.alive
    is_seen = alive is not None and alive.record_type in ("Release", "Sighting")
    if alive is not None and is_seen and (alive.first or "") > latest:
        reason = "alive after the death that the paper states"
        return (PartFound("custody", DIFFERS, latest, alive.first or "", reason),)
    return ()


def register_entry(said: Particulars) -> tuple[str, str]:
    """Place and number of an entry in the civil register, as they are compared."""
    return fold_label(said.register_place), number_on(said.register_number)


def span_of(text: str) -> tuple[str, str] | None:
    """First and last possible day of a date, ISO 8601."""
    if not text:
        return None
    try:
        found = read_date(text)
    except DateUnreadableError:
        return None
    first, last = found.lo, found.hi
    return (first.isoformat(), last.isoformat()) if first and last else None
