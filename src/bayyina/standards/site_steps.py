"""The checklist of steps at a site, held as data: protection, preparation, exhumation, after.

It follows the Bournemouth Protocol on Mass Grave Protection and Investigation (2020) and the
Minnesota Protocol (OHCHR, 2016), in words of our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal

from bayyina.errors import SmallFileError
from bayyina.model.toml_reading import read_toml
from bayyina.standards.file_reading import read_text
from bayyina.standards.shapes import Spec, read_shape

FILE: Final = Path(__file__).parent / "checklists" / "site.steps.toml"
"""The shipped checklist."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """A protocol that asks for steps."""

    id: str
    """Its short name."""

    en: str
    """Its title in English."""

    ar: str
    """Its title in Arabic."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step."""

    step: str
    """A term of ``site_steps``."""

    protocols: Annotated[tuple[str, ...], Spec(filled=True)]
    """Who asks for it."""


@dataclass(frozen=True, slots=True)
class Phase:
    """Steps that belong together."""

    id: str
    """Its short name."""

    en: str
    """What it is called in English."""

    ar: str
    """What it is called in Arabic."""

    steps: Annotated[tuple[Step, ...], Spec(filled=True)]
    """In their order."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """All steps at a site."""

    version: Literal[1]
    """Version of the format."""

    protocols: tuple[Protocol, ...]
    """Whose protocols it follows."""

    phases: tuple[Phase, ...]
    """In the order of the work."""


@lru_cache(maxsize=1)
def load_steps() -> Checklist:
    """The shipped checklist.

    Raises:
        SmallFileError: the file does not follow its format.
    """
    content, misfits = read_shape(Checklist, read_toml(read_text(FILE)).data)
    if content is None:
        raise SmallFileError(
            f"{FILE.name}: {misfits[0].message}.", hint="The installation is damaged."
        )
    return content
