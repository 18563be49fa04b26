"""Forms of UN bodies and courts as data: what they ask for, and under which conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal

from bayyina.errors import InputError, SmallFileError
from bayyina.model.vocabulary import Vocabulary
from bayyina.model.yaml_reading import YamlSyntaxError, line_at, read_yaml
from bayyina.standards.file_reading import findings_of, read_text
from bayyina.standards.shapes import Misfit, Spec, read_shape

FOLDER: Final = Path(__file__).parent / "forms"
"""Where the shipped forms lie."""

SUFFIX: Final = ".form.yaml"
"""How the names of forms end."""

DURATION: Final = r"P[0-9]+M"
"""How periods are written here: whole months."""

DAY: Final = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
"""How days of treaties are written; a year where no more is known."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in both languages."""

    en: str
    """English."""

    ar: str
    """Arabic."""

    def in_language(self, lang: str) -> str:
        """The text in a language."""
        return self.ar if lang == "ar" else self.en


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that a form asks for."""

    id: str
    """Id."""

    label: Wording
    """What is asked for."""

    sources: Annotated[tuple[str, ...], Spec(key="from")] = ()
    """Record types with properties that answer it, the best first."""

    minimal: bool = False
    """Whether the body asks for it before anything else."""

    is_date: bool = False
    """Whether it is the date from which urgency is worked out."""

    submitter: bool = False
    """Whether it is about who submits, and not about records."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form."""

    version: Literal[1]
    """Version of the format."""

    form: str
    """Its name on the command line."""

    title: Wording
    """Its title."""

    body: Wording
    """Who receives it."""

    consent_for: str
    """The purpose that the family must have agreed to, of ``consent_purposes``."""

    elements: Annotated[tuple[Element, ...], Spec(filled=True)]
    """What it asks for."""

    rules: tuple[Wording, ...] = ()
    """What the body lays down."""

    urgent_within: Annotated[str | None, Spec(pattern=DURATION, example="P3M")] = None
    """So soon after the date a case goes by the urgent procedure."""

    needs_treaty: str | None = None
    """The treaty that the State must be a party to."""

    alternative: str | None = None
    """The form to use where this one is refused."""

    needs_record: str | None = None
    """Record type without which the form says nothing of its subject; its absence is warned of."""


@dataclass(frozen=True, slots=True)
class TreatyState:
    """How a State stands to a treaty."""

    state: str
    """ISO 3166 code of three letters."""

    status: Literal["party", "not_a_party", "signed"]
    """Whether it is bound."""

    checked_on: Annotated[str, Spec(pattern=DAY, example="2024-02-01")]
    """When somebody looked it up."""

    confirmed: bool = False
    """Whether a document at hand says so."""

    since: Annotated[str | None, Spec(pattern=DAY, example="2004-08-19")] = None
    """Since when it is bound."""


@dataclass(frozen=True, slots=True)
class Treaty:
    """A treaty and the States of which something is known."""

    treaty: str
    """Short name."""

    title: Wording
    """Its title."""

    states: tuple[TreatyState, ...]
    """How States stand to it."""


@dataclass(frozen=True, slots=True)
class TreatyFile:
    """Treaties."""

    version: Literal[1]
    """Version of the format."""

    treaties: tuple[Treaty, ...]
    """Each treaty."""


def shipped_forms() -> tuple[str, ...]:
    """Names of the forms, in order."""
    return tuple(sorted(path.name.removesuffix(SUFFIX) for path in FOLDER.glob(f"*{SUFFIX}")))


@lru_cache(maxsize=16)
def load_form(name: str) -> Form:
    """The form of a name.

    Raises:
        InputError: there is no such form.
        SmallFileError: its file is not sound.
    """
    if name not in shipped_forms():
        raise InputError(
            f"There is no form named {name}.", hint="Known are: " + ", ".join(shipped_forms()) + "."
        )
    path = FOLDER / f"{name}{SUFFIX}"
    document = _document(path)
    form, misfits = read_shape(Form, document)
    if form is not None:
        misfits = list(_check(form, Vocabulary.load()))
    if form is None or misfits:
        first = findings_of(misfits, lambda where: line_at(document, where))[0]
        raise SmallFileError(f"{path.name}, line {first.line or 1}: {first.message}")
    return form


@lru_cache(maxsize=1)
def treaties() -> tuple[Treaty, ...]:
    """What is known of treaties.

    Raises:
        SmallFileError: the file is not sound.
    """
    path = Path(__file__).parent / "treaties.yaml"
    document = _document(path)
    content, misfits = read_shape(TreatyFile, document)
    if content is None:
        first = findings_of(misfits, lambda where: line_at(document, where))[0]
        raise SmallFileError(f"{path.name}, line {first.line or 1}: {first.message}")
    return content.treaties


def _document(path: Path) -> object:
    try:
        return read_yaml(read_text(path))[0]
    except YamlSyntaxError as error:
        raise SmallFileError(f"{path.name}, line {error.line}: {error.reason}.") from error


def _check(form: Form, vocabulary: Vocabulary) -> Iterator[Misfit]:
    if form.consent_for not in vocabulary.term_lists["consent_purposes"].terms:
        yield Misfit(("consent_for",), "is not a term of `consent_purposes`")
    if form.needs_record is not None and form.needs_record not in vocabulary.types:
        yield Misfit(("needs_record",), "is not a record type of the vocabulary")
    for index, element in enumerate(form.elements):
        path = ("elements", index, "from")
        if not element.sources and not element.submitter:
            yield Misfit(path, "names no property")
        for source in element.sources:
            type_name, _, prop = source.partition(".")
            kind = vocabulary.types.get(type_name)
            known = kind.properties.get(prop) if kind is not None else None
            if known is None:
                yield Misfit(path, f"names no property of the vocabulary: {source}")
            elif known.level == "sealed" or (kind is not None and kind.level == "sealed"):
                yield Misfit(path, f"names a sealed property, which no form may show: {source}")
