"""Matrices: what an instrument asks for, beside the questions that records can answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import yaml

from bayyina.errors import InputError
from bayyina.reporting.figure_results import FigureResult
from bayyina.reporting.submissions.form_file import Wording
from bayyina.reporting.wording import count_in_words, phrase
from bayyina.typeset.blocks import Block, Code, Column, Heading, Page, Paragraph, Table, Text, Value
from bayyina.typeset.languages import LANGUAGES
from bayyina.typeset.numbers import WESTERN, write_number

SUFFIX = ".matrix.yaml"
"""How the name of a matrix file ends."""

LINK = "link"
"""The element that people named as involved stand for."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "note": "Counts of records beside what the instrument asks for. They are lower bounds and "
        "indicators; none is a finding that an article was breached or that anybody is guilty.",
        "element": "What is asked for",
        "number": "Recorded",
        "question": "Question",
        "missing": "What would be needed",
        "nothing": "Nothing is recorded",
        "people": "People alleged to be involved",
        "person": "Person",
        "acts": "Acts",
        "degree": "As stated",
        "nobody": "Nobody is named in the records as involved.",
    },
    "ar": {
        "note": "أعداد السجلات بجانب ما يشترطه الصك. وهي حدود دنيا ومؤشرات؛ وليس أي منها حكما بأن مادة "
        "خرقت أو بأن أحدا مذنب.",
        "element": "المطلوب",
        "number": "المسجل",
        "question": "السؤال",
        "missing": "ما يلزم",
        "nothing": "لا شيء مسجل",
        "people": "أشخاص يزعم ضلوعهم",
        "person": "الشخص",
        "acts": "الأفعال",
        "degree": "كما قيل",
        "nobody": "لا تسمي السجلات أحدا ضالعا.",
    },
}


@dataclass(frozen=True)
class MatrixElement:
    """One thing that an instrument asks for."""

    id: str
    """Its id in the matrix."""

    title: Wording
    """What is asked for."""

    queries: tuple[str, ...]
    """Questions, with ``{by}`` and ``{by-held}`` for the party; may be none."""

    needs: Wording
    """What evidence would show it."""


@dataclass(frozen=True)
class Matrix:
    """A matrix as it is shipped."""

    name: str
    """Its name."""

    about: str
    """``state`` or ``persons``."""

    title: Wording
    """What instrument it is about."""

    elements: tuple[MatrixElement, ...]
    """In the order of the instrument."""


@dataclass(frozen=True)
class Alleged:
    """Somebody whom a source names as involved."""

    person: str
    """Short id; people stand without a name."""

    acts: int
    """In how many acts."""

    degrees: tuple[Wording, ...]
    """How, as stated."""


@dataclass(frozen=True)
class FilledMatrix:
    """A matrix with what is recorded."""

    matrix: Matrix
    """The matrix."""

    figures: Mapping[str, tuple[FigureResult, ...]]
    """Answers by element."""

    alleged: tuple[Alleged, ...]
    """People alleged to be involved; empty for a matrix about a State."""

    @property
    def missing(self) -> tuple[MatrixElement, ...]:
        """Elements for which nothing is recorded at all."""
        return tuple(
            one
            for one in self.matrix.elements
            if not any(figure.value for figure in self.figures[one.id])
            and not (one.id == LINK and self.alleged)
        )


def shipped_matrices() -> tuple[str, ...]:
    """Names of the matrices that come with the program."""
    folder = files("bayyina.reporting.matrices")
    names = (item.name for item in folder.iterdir() if item.name.endswith(SUFFIX))
    return tuple(sorted(name.removesuffix(SUFFIX) for name in names))


def load_matrix(name: str) -> Matrix:
    """A matrix that comes with the program.

    Raises:
        InputError: there is none of that name.
    """
    if name not in shipped_matrices():
        raise InputError(
            f"There is no matrix {name}.", hint=f"There are: {', '.join(shipped_matrices())}."
        )
    text = files("bayyina.reporting.matrices").joinpath(f"{name}{SUFFIX}").read_text("utf-8")
    data = yaml.safe_load(text)
    return Matrix(
        name=data["name"],
        about=data["about"],
        title=Wording(**data["title"]),
        elements=tuple(
            MatrixElement(
                one["id"], Wording(**one["title"]), tuple(one["queries"]), Wording(**one["needs"])
            )
            for one in data["elements"]
        ),
    )


def matrix_page(filled: FilledMatrix, lang: str, *, is_fictional: bool) -> Page:
    """The filled matrix as a page in a language."""
    words = _WORDS[lang]
    title = filled.matrix.title.in_language(lang)
    order = (lang, *(code for code in LANGUAGES if code != lang))
    blocks: list[Block] = [Paragraph((Text(words["note"]),))]
    for element in filled.matrix.elements:
        blocks += _element(filled, element, lang)
    if filled.matrix.about == "persons":
        blocks += _people(filled, lang)
    return Page(
        lang=lang,
        title=title,
        blocks=tuple(blocks),
        banner=tuple((code, phrase("fictional", code)) for code in order) if is_fictional else (),
        footer=title,
    )


def _element(filled: FilledMatrix, element: MatrixElement, lang: str) -> list[Block]:
    words = _WORDS[lang]
    figures = filled.figures[element.id]
    blocks: list[Block] = [Heading(2, (Text(element.title.in_language(lang)),))]
    if figures:
        blocks.append(
            Table(
                (Text(words["number"]),),
                (Column((Text(words["number"]),)), Column((Text(words["question"]),))),
                tuple(
                    (
                        count_in_words(one, lang, lambda n: Value(write_number(n, lang, WESTERN))),
                        (Code(one.query),),
                    )
                    for one in figures
                ),
            )
        )
    head = words["nothing"] + ". " if element in filled.missing else ""
    needs = element.needs.in_language(lang)
    blocks.append(Paragraph((Text(f"{head}{words['missing']}: {needs}"),)))
    return blocks


def _people(filled: FilledMatrix, lang: str) -> list[Block]:
    words = _WORDS[lang]
    heading = Heading(2, (Text(words["people"]),))
    if not filled.alleged:
        return [heading, Paragraph((Text(words["nobody"]),))]
    columns = (
        Column((Text(words["person"]),)),
        Column((Text(words["acts"]),), is_number=True),
        Column((Text(words["degree"]),)),
    )
    rows = tuple(
        (
            (Code(one.person),),
            (Value(write_number(one.acts, lang, WESTERN)),),
            (Value("; ".join(degree.in_language(lang) for degree in one.degrees)),),
        )
        for one in filled.alleged
    )
    return [heading, Table((Text(words["people"]),), columns, rows)]
