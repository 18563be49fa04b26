"""The invented truth: who these people are and what was done to them.

Dates are EDTF text of year, month or day (``2013``, ``2013-05``, ``2013-05-14``): what can be
known of them. Codes are those of the vocabulary. Nobody here exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

OCTOBER = "2023-10-10"
"""What is told by then belongs to the October figures."""

FEBRUARY = "2024-02-22"
"""When the later list was released; nothing in it may move an October figure."""

GOVERNMENT = "syrian-government-to-2024"
"""The group whose acts are counted, with all that stand beneath it."""


class Name(NamedTuple):
    """A name in usual Arabic spelling, part by part."""

    given: str
    """The person's own name."""

    father: str
    """The father's name."""

    grandfather: str
    """The grandfather's name."""

    family: str
    """The family's name."""

    mother: str
    """The mother's name."""


@dataclass(frozen=True, slots=True)
class Custody:
    """One deprivation of liberty, from an arrest to a release or to now."""

    arrested: str
    """When, as EDTF."""

    by: str
    """Code of the group that arrested."""

    acknowledged: str = ""
    """``yes`` or ``no``: whether the authority admits holding the person; empty when unknown."""

    refused: bool = False
    """Whether the family asked and was refused information."""

    charge: str = "political"
    """``political`` or ``criminal``."""

    released: str = ""
    """When the person was released, as EDTF; empty when no release is known."""

    told: str = OCTOBER
    """Day by which the lists tell of it."""


@dataclass(frozen=True, slots=True)
class Death:
    """How a person died."""

    day: str
    """When, as EDTF."""

    manner: str
    """Code of the list ``manners_of_death``; empty when no assessment was made."""

    by: str = ""
    """Code of the group that is held responsible; empty when none is."""

    told: str = OCTOBER
    """Day by which the lists tell of it."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a field court decided."""

    day: str
    """When it was issued, as EDTF."""

    penalty: str
    """Code of the list ``penalties``."""

    outcome: str
    """``commuted``, ``carried_out`` or ``issued``."""

    carried_out: str = ""
    """When it was carried out, as EDTF; empty when it was not."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A death certificate that reached the group."""

    received: str
    """When, as EDTF."""

    notified: str
    """``yes`` or ``no``: whether the family had been told; empty when that is not known."""


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person."""

    number: int
    """From 1; gives the identifier that the lists share."""

    cohort: str
    """Why the person was invented, such as ``torture-death``; never written into a list."""

    sex: str
    """``male`` or ``female``."""

    age_class: str
    """``child`` or ``adult``, at the time of what was done to the person."""

    age: int
    """Age in years at that time."""

    category: str
    """``civilian`` or ``serviceman``."""

    governorate: str
    """P-code of the governorate where it began."""

    name: Name
    """The name in usual spelling."""

    custodies: tuple[Custody, ...] = ()
    """Arrests in order of time."""

    death: Death | None = None
    """The person's death, when one is known."""

    sentence: Sentence | None = None
    """The field court's sentence, when there is one."""

    certificate: Certificate | None = None
    """The death certificate, when one was received."""

    @property
    def identifier(self) -> str:
        """Return the number that all lists share for this person."""
        return f"FICT-N-{self.number:06d}"


@dataclass(frozen=True, slots=True)
class Body:
    """One body in the leaked photographs."""

    number: int
    """From 1."""

    branch: int
    """Number of the branch that the card on the body shows."""

    photographs: int
    """How many photographs show it."""

    governorate: str
    """P-code of the place where it was photographed."""

    day: str
    """When it was photographed, as EDTF."""

    state: str = "unidentified"
    """``unidentified`` or a code of the list ``identification_states``."""

    person: int = 0
    """Number of the person whom the identification names; 0 when it names nobody."""

    @property
    def key(self) -> str:
        """Return the number under which lists know this body."""
        return f"FICT-B-{self.number:05d}"


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything that was invented, before any list tells of it."""

    seed: int
    """Seed of the invention; the lists draw their noise from it."""

    persons: tuple[Person, ...]
    """All people, by ascending number."""

    bodies: tuple[Body, ...]
    """All photographed bodies, by ascending number."""
