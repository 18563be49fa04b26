"""From the text of a cell to what it states: values, links, and what could not be read.

A reader is made once for a column and remembers what it has read, because lists repeat
themselves: sexes, places, dates, branches. Nothing that was written is lost: a text that
cannot be read becomes a statement that says so and holds it verbatim.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from bayyina.errors import BayyinaError
from bayyina.model.drafts import RowProblem, ValueDraft
from bayyina.model.identifiers import read_identifier
from bayyina.model.partial_dates import PartialDate, read_date
from bayyina.model.person_names import clean_name
from bayyina.model.places import Gazetteer
from bayyina.model.values import read_value
from bayyina.model.vocabulary import Property, Vocabulary
from bayyina.tables import problems
from bayyina.tables.flattening import split_items
from bayyina.tables.mapping_parts import OTHER_LIST, ColumnRule, ListFacts
from bayyina.tables.problems import UNREADABLE, UNRECOGNISED

MOST_REMEMBERED: Final = 32_768
"""Texts that one column remembers before it starts anew, or gives up when few came again."""

_TEXT_TYPES: Final = frozenset({"text", "name"})
_UNKNOWN_CODES: Final = {
    "term": problems.TERM_UNRECOGNISED,
    "place": problems.PLACE_UNRECOGNISED,
    "group": problems.GROUP_UNRECOGNISED,
}
_KINDS: Final = {
    "quantity": "a whole number",
    "number": "a number",
    "flag": "yes or no",
    "geopoint": "latitude|longitude",
    "url": "an address",
    "identifier": "an identifier",
}
_UNKNOWN_WORDS: Final = {
    "term": "is no word of the list “{of}”",
    "place": "is no place that is known",
    "group": "is no group that is known",
}


class Stated(NamedTuple):
    """What one cell states."""

    values: tuple[ValueDraft, ...] = ()
    """Its values."""
    problems: tuple[RowProblem, ...] = ()
    """What could not be read."""
    links: tuple[tuple[str, str], ...] = ()
    """Records it points at: property and key."""


NOTHING: Final = Stated()
"""What an empty cell states."""


class CellReader:
    """Reads the cells of one column for one property."""

    def __init__(
        self,
        rule: ColumnRule,
        prop: Property,
        vocabulary: Vocabulary,
        gazetteer: Gazetteer,
        facts: ListFacts,
        link_prefix: str = "",
    ) -> None:
        self._rule = rule
        self._prop = prop
        self._vocabulary = vocabulary
        self._gazetteer = gazetteer
        self._lang = rule.lang or (facts.lang if prop.type in _TEXT_TYPES else None)
        self._values = dict(rule.values)
        self._folded = {_fold(text): word for text, word in rule.values}
        self._unknown = frozenset(
            map(_fold, facts.unknown_when if rule.unknown_when is None else rule.unknown_when)
        )
        self._link_prefix = f"{rule.link_list}{OTHER_LIST}" if rule.link_list else link_prefix
        self._remembered: dict[str, Stated] = {}
        self._remembers = prop.type != "text" or bool(rule.values)
        self._asked = 0
        self._read_item = self._choose()

    def __call__(self, text: str) -> Stated:
        """Give what a cell states."""
        if not self._remembers:
            return self._read(text)
        self._asked += 1
        stated = self._remembered.get(text)
        if stated is None:
            stated = self._remembered[text] = self._read(text)
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembers = self._asked > 2 * MOST_REMEMBERED
                self._asked = 0
                self._remembered.clear()
        return stated

    def _choose(self) -> Callable[[str], Stated]:
        if self._rule.is_link:
            return self._link
        if self._prop.type == "date":
            return self._date
        if self._prop.type == "identifier":
            return self._identifier
        if self._prop.type in _TEXT_TYPES:
            return self._text
        return self._value

    def _read(self, text: str) -> Stated:
        stripped = text.strip()
        if not stripped or (self._unknown and _fold(stripped) in self._unknown):
            return NOTHING
        if self._rule.split is None:
            return self._one(stripped)
        items = [self._one(item) for item in split_items(stripped, self._rule.split)]
        return Stated(
            tuple(value for item in items for value in item.values),
            tuple(dict.fromkeys(found for item in items for found in item.problems)),
            tuple(link for item in items for link in item.links),
        )

    def _one(self, text: str) -> Stated:
        """Read one value: as the mapping's own words say, or as the property is read."""
        if not self._values:
            return self._read_item(text)
        word = self._values.get(text)
        if word is None:
            word = self._folded.get(_fold(text))
        if word == "":
            return NOTHING
        if word == UNRECOGNISED:
            return self._certain(ValueDraft(self._prop.name, UNRECOGNISED, original=text))
        if word is None:
            return self._read_item(text)
        stated = self._read_item(word)
        return stated._replace(values=tuple(_written_as(value, text) for value in stated.values))

    def _link(self, text: str) -> Stated:
        return Stated(links=((self._prop.name, self._link_prefix + text),))

    def _date(self, text: str) -> Stated:
        rule = self._rule
        try:
            date = read_date(text, formats=rule.formats, calendar=rule.calendar)
        except BayyinaError as error:
            if error.code == "date-unknown":
                return NOTHING
            return unreadable(rule.column, self._prop.name, text, rule.certainty)
        return self._certain(date_draft(self._prop.name, date, text))

    def _identifier(self, text: str) -> Stated:
        try:
            identifier = str(read_identifier(text, self._rule.scheme))
        except BayyinaError:
            return self._not_readable(text)
        original = None if identifier == text else text
        return self._certain(ValueDraft(self._prop.name, identifier, original=original))

    def _text(self, text: str) -> Stated:
        """Read a text or a name, as ``read_value`` does, without its detours."""
        value = clean_name(text) if self._prop.type == "name" else text
        if not value:
            return self._not_readable(text)
        original = None if value == text else text
        draft = ValueDraft(
            self._prop.name,
            value,
            original=original,
            lang=self._lang,
            certainty=self._rule.certainty,
        )
        return Stated((draft,))

    def _value(self, text: str) -> Stated:
        try:
            draft = read_value(
                self._prop,
                text,
                vocabulary=self._vocabulary,
                gazetteer=self._gazetteer,
                lang=self._lang,
                reading_as=self._rule.reading_as,
            )
        except BayyinaError:
            return self._not_readable(text)
        stated = self._certain(draft)
        is_looked_up = self._prop.type in _UNKNOWN_CODES
        if is_looked_up and draft.value == UNRECOGNISED and not self._rule.is_unlisted:
            return stated._replace(problems=(self._unrecognised(),))
        return stated

    def _not_readable(self, text: str) -> Stated:
        kind = _KINDS.get(self._prop.type, self._prop.type)
        return unreadable(
            self._rule.column,
            self._prop.name,
            text,
            self._rule.certainty,
            problems.VALUE_UNREADABLE,
            f"cannot be read as {kind}",
        )

    def _certain(self, draft: ValueDraft) -> Stated:
        if self._rule.certainty is not None:
            draft = draft._replace(certainty=self._rule.certainty)
        return Stated((draft,))

    def _unrecognised(self) -> RowProblem:
        kind = self._prop.type
        what = _UNKNOWN_WORDS[kind].format(of=self._prop.of)
        return RowProblem(
            self._rule.column,
            _UNKNOWN_CODES[kind],
            f"The text in “{self._rule.column}” {what}; it is kept as it is written. "
            "If it has a meaning, add it to the mapping's values.",
        )


def date_draft(name: str, date: PartialDate, text: str) -> ValueDraft:
    """Make the value of a date that was read from a text."""
    return ValueDraft(
        name,
        date.edtf,
        date.lo.isoformat() if date.lo else None,
        date.hi.isoformat() if date.hi else None,
        original=None if text == date.edtf else text,
    )


def unreadable(
    column: str,
    name: str,
    text: str,
    certainty: str | None = None,
    code: str = problems.DATE_UNREADABLE,
    what: str = "is no date that can be read",
) -> Stated:
    """Keep a text that cannot be read: a value that says so, with the text verbatim."""
    draft = ValueDraft(name, UNREADABLE, original=text, certainty=certainty)
    message = f"The text in “{column}” {what}; it is kept as it is written."
    return Stated((draft,), (RowProblem(column, code, message),))


def _fold(text: str) -> str:
    return text.strip().casefold()


def _written_as(draft: ValueDraft, text: str) -> ValueDraft:
    """Note what was written when it is not the value itself."""
    return draft._replace(original=None if text == draft.value else text)
