"""Documentation standards: what evidence a decision needs, as data (``*.standard.toml``).

A standard lists sets of lines of evidence, any of which suffices when all its lines are
there. Lines can be blocked by others, and some can never carry a decision alone. What a
standard gives is a recommendation with reasons: people decide.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal, NamedTuple, Self

from bayyina.model.findings import Finding
from bayyina.model.toml_reading import TomlSyntaxError, read_toml
from bayyina.model.vocabulary import Vocabulary
from bayyina.standards.file_reading import (
    findings_of,
    read_text,
    refuse_findings,
    shipped_names,
    shipped_or_given,
)
from bayyina.standards.methodology import NAME_PATTERN, ORGANISATIONS, Citation, Labels
from bayyina.standards.shapes import Misfit, Spec, read_shape

FOLDER: Final = Path(__file__).parent / "documentation"
"""Where the shipped standards lie."""

SUFFIX: Final = ".standard.toml"
"""How the names of standard files end."""

LINE_LISTS: Final = ("evidence_lines", "identification_bases")
"""Term lists of the vocabulary that lines are taken from."""

CONDITION_LIST: Final = "evidence_conditions"
"""Term list of the vocabulary that conditions are taken from."""

_WORD = r"[a-z0-9]+(?:_[a-z0-9]+)*"


class EvidenceLine(NamedTuple):
    """One line of evidence that is at hand."""

    line: str
    """Its kind, such as ``family_recognition``."""

    origin: str
    """What it goes back to; copies of one origin bear the same word."""


@dataclass(frozen=True, slots=True)
class LineSet:
    """Lines that suffice together."""

    lines: Annotated[
        tuple[str, ...], Spec(filled=True, pattern=_WORD, example="family_recognition")
    ]
    """Kinds of evidence, all of which must be there."""

    origins: Annotated[int | None, Spec(least=1, most=20)] = None
    """How many different origins they need; by default one for each line."""

    only_if: Annotated[
        str | None, Spec(pattern=_WORD, example="minimal_disfigurement_recorded")
    ] = None
    """A condition that must be recorded."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that have an effect of their own."""

    lines: Annotated[tuple[str, ...], Spec(filled=True, pattern=_WORD, example="face_similarity")]
    """Kinds of evidence."""


@dataclass(frozen=True)
class DocumentationStandard:
    """What evidence a decision needs."""

    name: Annotated[str, Spec(pattern=NAME_PATTERN, example="photograph-identification")]
    """Name under which determinations refer to it."""

    applies_to: Annotated[str, Spec(pattern=r"[A-Z][A-Za-z]*", example="Identification")]
    """Record type that is decided about."""

    result: str
    """What may be said when it is met."""

    any_of: Annotated[tuple[LineSet, ...], Spec(filled=True)]
    """Sets of lines, any of which suffices."""

    version: Literal[1] = 1
    """Version of the format."""

    label: Labels | None = None
    """What people read."""

    result_label: Labels | None = None
    """The result in both languages."""

    people: Annotated[int, Spec(least=2, most=20)] = 2
    """How many people must decide, none of whom entered the record."""

    independent: bool = True
    """Whether the lines of a set must come from different origins."""

    needs: tuple[str, ...] = ()
    """Properties that must be stated of the record at all."""

    blocked_by: Lines | None = None
    """Lines that stand in the way until people have resolved them."""

    never_alone: Lines | None = None
    """Lines that cannot carry a decision without others."""

    organisation: str | None = None
    """Whose standard it is, when it is somebody's; needs ``cites``."""

    cites: tuple[Citation, ...] = ()
    """Texts that it was taken from."""

    note: str | None = None
    """What else people should know who apply it."""

    text: Annotated[str, Spec(derived=True)] = ""
    """The file, verbatim."""

    digest: Annotated[str, Spec(derived=True)] = ""
    """SHA-256 (hex) over the rules, whatever the layout of the file."""

    @classmethod
    def load(cls, name_or_path: str | Path) -> Self:
        """A shipped standard by name, or one from a file.

        Raises:
            FileUnreadableError: there is no such file, and no standard of that name.
            SmallFileError: the file does not follow its format; names file and line.
        """
        path = shipped_or_given(name_or_path, FOLDER, SUFFIX, what="documentation standard")
        return cls.parse(read_text(path), label=path.name)

    @classmethod
    def parse(cls, text: str, *, label: str = "The standard") -> Self:
        """A standard from the text of its file; ``label`` names it in messages.

        Raises:
            SmallFileError: the text does not follow the format.
        """
        standard, findings = _parse(text)
        refuse_findings(findings, label)
        return cls(**{name: getattr(standard, name) for name in cls.__dataclass_fields__})

    def all_lines(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Every line that it names, with its path in the file."""
        for index, line_set in enumerate(self.any_of):
            for position, line in enumerate(line_set.lines):
                yield ("any_of", index, "lines", position), line
        for key in ("blocked_by", "never_alone"):
            lines: Lines | None = getattr(self, key)
            for position, line in enumerate(lines.lines if lines else ()):
                yield (key, "lines", position), line


def built_in_standards() -> tuple[str, ...]:
    """Names of the shipped standards."""
    return shipped_names(FOLDER, SUFFIX)


def check_standard(path: Path, vocabulary: Vocabulary | None = None) -> list[Finding]:
    """Everything that is wrong in a standard file; empty when it can be used."""
    text = read_text(path)
    standard, findings = _parse(text)
    if standard is None:
        return findings
    misfits = list(_unknown_words(standard, vocabulary or Vocabulary.load()))
    return findings + findings_of(misfits, read_toml(text).line)


def _unknown_words(standard: DocumentationStandard, vocabulary: Vocabulary) -> Iterator[Misfit]:
    known = {code for name in LINE_LISTS for code in vocabulary.term_lists[name].terms}
    for path, line in standard.all_lines():
        if line not in known:
            lists = " or ".join(f"`{name}`" for name in LINE_LISTS)
            yield Misfit(path, f"is not a line of evidence of {lists}")
    for index, line_set in enumerate(standard.any_of):
        conditions = vocabulary.term_lists[CONDITION_LIST].terms
        if line_set.only_if is not None and line_set.only_if not in conditions:
            yield Misfit(("any_of", index, "only_if"), f"is not a term of `{CONDITION_LIST}`")
    record = vocabulary.types.get(standard.applies_to)
    if record is None:
        yield Misfit(("applies_to",), "is not a record type of the vocabulary")
        return
    for position, name in enumerate(standard.needs):
        if name not in record.properties:
            yield Misfit(("needs", position), f"is not a property of `{record.name}`")


@lru_cache(maxsize=32)
def _parse(text: str) -> tuple[DocumentationStandard | None, list[Finding]]:
    try:
        document = read_toml(text)
    except TomlSyntaxError as error:
        return None, [Finding(error.line, f"{error.reason}.")]
    standard, misfits = read_shape(DocumentationStandard, document.data)
    if standard is None:
        return None, findings_of(misfits, document.line)
    content = json.dumps(
        document.data, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str
    )
    digest = hashlib.sha256(content.encode("ascii")).hexdigest()
    finished = replace(standard, text=text, digest=digest)
    return finished, findings_of(_contradictions(finished), document.line)


def _contradictions(standard: DocumentationStandard) -> Iterator[Misfit]:
    """What a standard cannot say without contradicting itself."""
    blocking = set(standard.blocked_by.lines) if standard.blocked_by else set()
    never_alone = set(standard.never_alone.lines) if standard.never_alone else set()
    for index, line_set in enumerate(standard.any_of):
        lines = set(line_set.lines)
        if len(lines) < len(line_set.lines):
            words = "names a line twice; say how many origins it needs with `origins`"
            yield Misfit(("any_of", index, "lines"), words)
        if lines & blocking:
            words = "names a line that blocks the decision (`blocked_by`)"
            yield Misfit(("any_of", index, "lines"), words)
        if lines <= never_alone:
            words = "has only lines that can never stand alone (`never_alone`)"
            yield Misfit(("any_of", index, "lines"), words)
    is_ascribed = standard.organisation is not None or not ORGANISATIONS.isdisjoint(
        standard.name.split("-")
    )
    if is_ascribed and not standard.cites:
        key = "name" if standard.organisation is None else "organisation"
        words = "ascribes the standard to an organisation, but no text is cited under `cites`"
        yield Misfit((key,), words)
