"""Methodologies: how ages and states are counted, as data (``*.methodology.toml``).

A methodology is named for what it does. One that is a particular organisation's names it
under ``organisation`` and cites the text of its rules; without a citation it is refused,
because a rule ascribed to somebody who never wrote it is a false statement about them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal, Self, get_args

from bayyina.model.findings import Finding
from bayyina.model.toml_reading import TomlDocument, TomlSyntaxError, read_toml
from bayyina.model.vocabulary import Vocabulary
from bayyina.standards.file_reading import (
    findings_of,
    read_text,
    refuse_findings,
    shipped_names,
    shipped_or_given,
)
from bayyina.standards.shapes import Misfit, Spec, read_shape

FOLDER: Final = Path(__file__).parent / "methodologies"
"""Where the shipped methodologies lie."""

SUFFIX: Final = ".methodology.toml"
"""How the names of methodology files end."""

NAME_PATTERN: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*"
"""How names of methodologies and standards are written."""

Element = Literal[
    "deprivation_of_liberty", "agent_of_state_or_acquiescence", "refusal_or_concealment"
]
ELEMENTS: Final[tuple[Element, ...]] = get_args(Element)
"""Elements of enforced disappearance (list ``disappearance_elements`` of the vocabulary)."""


ORGANISATIONS: Final = frozenset(
    (
        *("amnesty", "hrdag", "hrw", "icmp", "icrc", "iiim"),
        *("ohchr", "snhr", "sohr", "un", "vdc", "wgad", "wgeid"),
    )
)
"""Words in a name that ascribe it to an organisation."""


@dataclass(frozen=True, slots=True)
class Labels:
    """A text in both languages."""

    en: str
    """English."""

    ar: str
    """Arabic."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A text that rules were taken from."""

    title: str
    """Title of the text."""

    locator: str | None = None
    """Where in it: paragraph, page."""

    quote: str | None = None
    """Its words."""

    url: str | None = None
    """Where it is published."""


@dataclass(frozen=True, slots=True)
class DisappearedRule:
    """When somebody counts as forcibly disappeared."""

    requires: Annotated[tuple[Element, ...], Spec(filled=True)]
    """Elements that must all hold."""

    after_days: Annotated[int, Spec(least=0, most=36500)]
    """Days that must have passed since the deprivation of liberty; 0 for no minimum."""

    of: Literal["held", "any"] = "held"
    """``held``: only among those still held; ``any``: whatever came after, until it ends."""

    ends: Literal["fate_and_whereabouts_clarified", "fate_or_whereabouts_clarified"] = (
        "fate_and_whereabouts_clarified"
    )
    """What ends a disappearance. An entry in a register clarifies neither."""

    non_state: Literal["counted apart", "counted together", "not counted"] = "counted apart"
    """What becomes of people taken by a group that is not of a state."""


@dataclass(frozen=True, slots=True)
class CountRule:
    """How counts of one record type are to be read."""

    standard: Annotated[str | None, Spec(pattern=NAME_PATTERN, example="death-two-sources")] = None
    """Documentation standard that records must meet to count as verified."""

    only: Literal["verified", "verified_or_earlier"] | None = None
    """``verified``: only records count that two people verified under the standard;
    ``verified_or_earlier``: those too that were verified before they were brought here.
    Without it all records count, and each figure says how many of them are verified."""

    lower_bound: bool = True
    """Whether the count is a lower bound (“at least”)."""


@dataclass(frozen=True)
class Methodology:
    """Rules of counting under a name."""

    name: Annotated[str, Spec(pattern=NAME_PATTERN, example="arrest-20-days")]
    """Name in figure queries."""

    child_under: Annotated[int, Spec(least=1, most=30)]
    """First age, in completed years, at which a person is an adult."""

    version: Literal[1] = 1
    """Version of the format."""

    label: Labels | None = None
    """What people read."""

    age_at: Literal["act", "as_of"] = "act"
    """Whether age is taken on the day of the act or on the day as of which is counted."""

    woman: str = "adult female"
    """Who is counted as a woman, in words, for notes under figures."""

    serviceman: str | None = None
    """Who is counted as a serviceman, in words."""

    disappeared: DisappearedRule | None = None
    """When somebody counts as disappeared; None when the methodology does not say."""

    counts: Mapping[str, CountRule] = field(default_factory=dict)
    """Per record type, how its counts are to be read."""

    organisation: str | None = None
    """Whose rules they are, when they are somebody's; needs ``cites``."""

    cites: tuple[Citation, ...] = ()
    """Texts that the rules were taken from."""

    note: str | None = None
    """What else a reader of its figures should know."""

    text: Annotated[str, Spec(derived=True)] = ""
    """The file, verbatim."""

    digest: Annotated[str, Spec(derived=True)] = ""
    """SHA-256 (hex) over the rules, whatever the layout of the file."""

    @classmethod
    def load(cls, name_or_path: str | Path) -> Self:
        """A shipped methodology by name, or one from a file.

        Raises:
            FileUnreadableError: there is no such file, and no methodology of that name.
            SmallFileError: the file does not follow its format; names file and line.
        """
        path = shipped_or_given(name_or_path, FOLDER, SUFFIX, what="methodology")
        return cls.parse(read_text(path), label=path.name)

    @classmethod
    def parse(cls, text: str, *, label: str = "The methodology") -> Self:
        """A methodology from the text of its file; ``label`` names it in messages.

        Raises:
            SmallFileError: the text does not follow the format.
        """
        methodology, findings = _parse(text)
        refuse_findings(findings, label)
        return cls(**{name: getattr(methodology, name) for name in cls.__dataclass_fields__})

    def is_child(self, age: int) -> bool:
        """Whether a person of an age in completed years is a child."""
        return age < self.child_under


def built_in_methodologies() -> tuple[str, ...]:
    """Names of the shipped methodologies."""
    return shipped_names(FOLDER, SUFFIX)


def check_methodology(path: Path, vocabulary: Vocabulary | None = None) -> list[Finding]:
    """Everything that is wrong in a methodology file; empty when it can be used."""
    text = read_text(path)
    methodology, findings = _parse(text)
    if methodology is None:
        return findings
    types = (vocabulary or Vocabulary.load()).types
    unknown = [
        Misfit(("counts", name), "is not a record type of the vocabulary")
        for name in methodology.counts
        if name not in types
    ]
    return findings + findings_of(unknown, read_toml(text).line)


@lru_cache(maxsize=32)
def _parse(text: str) -> tuple[Methodology | None, list[Finding]]:
    try:
        document = read_toml(text)
    except TomlSyntaxError as error:
        return None, [Finding(error.line, f"{error.reason}.")]
    methodology, misfits = read_shape(Methodology, document.data)
    if methodology is None:
        return None, findings_of(misfits, document.line)
    finished = replace(methodology, text=text, digest=_digest(document))
    return finished, findings_of(_misuses(finished), document.line)


def _misuses(methodology: Methodology) -> list[Misfit]:
    words = "lets only verified records count, but no `standard` says what verified means"
    misuses = [
        Misfit(("counts", name, "only"), words)
        for name, rule in methodology.counts.items()
        if rule.only is not None and rule.standard is None
    ]
    return misuses + _misattributions(methodology)


def _misattributions(methodology: Methodology) -> list[Misfit]:
    if methodology.cites:
        return []
    words = "ascribes the rules to an organisation, but no text of them is cited under `cites`"
    if methodology.organisation is not None:
        return [Misfit(("organisation",), words)]
    if not ORGANISATIONS.isdisjoint(methodology.name.split("-")):
        return [Misfit(("name",), words)]
    return []


def _digest(document: TomlDocument) -> str:
    content = json.dumps(
        document.data, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str
    )
    return hashlib.sha256(content.encode("ascii")).hexdigest()
