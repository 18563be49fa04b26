"""How numbers are shown: as references that lead to the annex entry behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bayyina.errors import SmallFileError
from bayyina.reporting.context import ReportContext
from bayyina.reporting.definitions import Block, Definition
from bayyina.reporting.figure_results import FigureResult
from bayyina.reporting.wording import NumberWriter, count_in_words, filled, phrase
from bayyina.typeset.blocks import Inlines, Reference, Text
from bayyina.typeset.numbers import write_number


@dataclass(frozen=True)
class Issue:
    """One report in one language, as its parts need it while it is made."""

    definition: Definition
    """What was asked."""

    results: Mapping[str, FigureResult]
    """What was counted, by id."""

    lang: str
    """The language."""

    context: ReportContext
    """When, from what and for whom."""

    def phrase(self, name: str) -> str:
        """A phrase of the report in its language."""
        return phrase(name, self.lang)

    def filled(self, name: str, **slots: Inlines) -> Inlines:
        """A phrase with pieces of text in its slots."""
        return filled(self.phrase(name), slots)

    def write(self, number: int) -> str:
        """A number in the report's language and digits."""
        return write_number(number, self.lang, self.context.numerals)

    def shown(self, number: int, is_hidden: bool) -> str:
        """A number as ``write`` gives it, or the words for one that is kept back."""
        return self.phrase("not_shown") if is_hidden else self.write(number)

    def mark(self, identifier: str) -> str:
        """The number of the annex entry of a question, the same in every language."""
        order = list(self.definition.queries()).index(identifier) + 1
        return write_number(order, self.lang, self.context.numerals)

    def writer(self, identifier: str, *, with_mark: bool = True) -> NumberWriter:
        """Writes numbers of a figure as references to its annex entry."""
        mark = self.mark(identifier) if with_mark else ""
        return lambda number: Reference(self.write(number), anchor(identifier), mark)

    def number(self, identifier: str, form: str) -> Inlines:
        """What stands for the placeholder ``{identifier:form}``.

        Raises:
            SmallFileError: there is no such figure or form.
        """
        if identifier not in self.definition.queries():
            raise SmallFileError(f"The report has no figure '{identifier}'.")
        result, write = self.results[identifier], self.writer(identifier)
        if result.hidden:
            return (Reference(self.phrase("not_shown"), anchor(identifier), self.mark(identifier)),)
        if form == "":
            return (write(result.value),)
        if form == "count":
            return count_in_words(result, self.lang, write, with_unit=False)
        if form == "words":
            return count_in_words(result, self.lang, write)
        if form == "range":
            return self.filled("range_text", n=(write(result.value),), m=(write(result.possible),))
        raise SmallFileError(f"A figure has no form '{form}'.")


def anchor(identifier: str) -> str:
    """Anchor of a question's annex entry."""
    return f"figure-{identifier}"


def caption_of(issue: Issue, block: Block) -> Inlines:
    """What a block shows, with a reference to its annex entry where it asks a question."""
    title = Text(block.title.get(issue.lang) or block.id)
    return (title, *entry_mark(issue, block.id)) if block.query else (title,)


def entry_mark(issue: Issue, identifier: str) -> Inlines:
    """The number of an annex entry, as a reference to it."""
    return (Text(" "), Reference(f"[{issue.mark(identifier)}]", anchor(identifier)))
