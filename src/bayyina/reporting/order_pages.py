"""The status of a case as a page: what was ordered, what is due, what lies before and after.

Every number stands with its query, both dates side by side, and what was published beside it.
The words are those of ``orders``: no state says that an order was breached.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bayyina.model.vocabulary import Vocabulary
from bayyina.orders.documents import status_document
from bayyina.orders.results import CaseStatus
from bayyina.reporting.moments import date_in_words
from bayyina.reporting.order_words import NAMES_AR, STATES_AR, STATES_EN, WORDS
from bayyina.reporting.wording import phrase
from bayyina.typeset.blocks import (
    Block,
    Code,
    Column,
    FactSheet,
    Heading,
    Inlines,
    ItemList,
    Page,
    Paragraph,
    Styled,
    Table,
    Text,
    Value,
)
from bayyina.typeset.languages import LANGUAGES
from bayyina.typeset.numbers import WESTERN, write_number

_VOWEL_SIGNS: Final = re.compile("[\u064b-\u0652]")
"""Signs that cases and vocabularies may carry; one of them spoils searching in a whole PDF."""

_DAYS = 6
"""Days that stand side by side in a table of what became of the indicators."""


def order_page(
    status: CaseStatus, lang: str, *, is_fictional: bool, numerals: str = WESTERN
) -> Page:
    """The page of a case as of a day.

    Args:
        status: The status.
        lang: ``en`` or ``ar``.
        is_fictional: Whether the counted records are invented; every page says so then.
        numerals: Digits of the numbers.
    """
    words = WORDS[lang]
    document = _unpointed(status_document(status))
    writer = _Writer(document, lang, numerals)
    banner = tuple(
        (code, phrase("fictional", code)) for code in (lang, *(c for c in LANGUAGES if c != lang))
    )
    return Page(
        lang=lang,
        title=document["title"][lang],
        blocks=tuple(writer.blocks(status)),
        summary=(
            Text(words["summary"]),
            Value(date_in_words(document["as_of"], lang, numerals)),
        ),
        banner=banner if is_fictional else (),
        footer=document["title"][lang],
    )


def obligation_blocks(
    document: Mapping[str, Any], lang: str, numerals: str, *, caption: Inlines
) -> Iterator[Block]:
    """The obligations of a status document with their states and days, for a report.

    Args:
        document: What ``status_document`` gave, or the same read from a file.
        lang: ``en`` or ``ar``.
        numerals: Digits of the numbers.
        caption: What stands above the table.
    """
    return _Writer(_unpointed(document), lang, numerals).obligations(caption)


def _unpointed(found: Any) -> Any:
    """A document without Arabic vowel signs in its texts, as it is printed."""
    if isinstance(found, str):
        return _VOWEL_SIGNS.sub("", found)
    if isinstance(found, Mapping):
        return {key: _unpointed(value) for key, value in found.items()}
    return [_unpointed(value) for value in found] if isinstance(found, list | tuple) else found


class _Writer:
    """Writes the blocks of one page."""

    def __init__(self, document: Mapping[str, Any], lang: str, numerals: str) -> None:
        self._document = document
        self._lang = lang
        self._numerals = numerals
        self._words = WORDS[lang]
        self._kinds = Vocabulary.load().term_lists["obligation_kinds"]

    def blocks(self, status: CaseStatus) -> Iterator[Block]:
        yield self._case(status)
        yield Heading(2, self._text("obligations"))
        yield from self.obligations(self._text("obligations"))
        yield from self._indicators()
        yield from self._events()
        yield from self._lists()
        yield from self._queries()

    def _text(self, key: str) -> Inlines:
        return (Text(self._words[key]),)

    def _number(self, value: int) -> str:
        written: str = write_number(value, self._lang, self._numerals)
        return written

    def _day(self, edtf: str) -> str:
        return date_in_words(edtf, self._lang, self._numerals)

    def _named(self, *names: str | None) -> str:
        """Courts, treaties and States by their names in the page's language."""
        if self._lang != "ar":
            return ", ".join(name for name in names if name)
        parts = (part for name in names if name for part in name.split(", "))
        return "، ".join(NAMES_AR.get(part, part) for part in parts)

    def _case(self, status: CaseStatus) -> FactSheet:
        case = status.case.case
        facts = {
            "court": self._named(case.court),
            "instrument": self._named(case.instrument),
            "applicants": self._named(*case.applicants),
            "respondent": self._named(case.respondent),
            "number": str(case.number) if case.number is not None else None,
        }
        return FactSheet(
            tuple((self._words[key], (Value(value),)) for key, value in facts.items() if value)
        )

    def _kind(self, code: str) -> str:
        if code in self._kinds.terms:
            return _VOWEL_SIGNS.sub("", self._kinds.label(code, self._lang))
        return (STATES_AR if self._lang == "ar" else STATES_EN).get(code, code)

    def _state(self, state: str) -> str:
        return STATES_AR.get(state, state) if self._lang == "ar" else state

    def obligations(self, caption: Inlines) -> Iterator[Block]:
        """What was ordered and what is due, and each day of those that come back."""
        found = self._document["obligations"]
        if not found:
            yield Paragraph(self._text("no order"))
            return
        columns = tuple(
            Column(self._text(key), is_number=key == "left")
            for key in ("obligation", "state", "deadline", "left")
        )
        rows = tuple(self._obligation(one) for one in found)
        yield Table(caption, columns, rows)
        filings = [(one, day) for one in found for day in one["deadlines"] if one["kind"] != "file"]
        if filings:
            names = ("obligation", "deadline", "state", "filed")
            yield Table(
                self._text("filing"),
                tuple(Column(self._text(key)) for key in names),
                tuple(
                    (
                        (Code(one["id"]),),
                        (Value(day["due"]),),
                        (Text(self._state(day["state"])),),
                        (Value(day["filed"] or ""),),
                    )
                    for one, day in filings
                ),
            )

    def _obligation(self, one: Mapping[str, Any]) -> tuple[Inlines, ...]:
        text = one["text"][self._lang]
        votes = one["votes"]
        tail = f" ({self._words['votes'].format(votes['for'], votes['against'])})" if votes else ""
        head = f"{self._kind(one['kind'])}: {text}{tail}" if text else self._kind(one["kind"])
        left = "" if one["days_left"] is None else self._number(one["days_left"])
        return (
            (Code(one["id"]), Text(" "), Text(head)),
            (Text(self._state(one["state"])),),
            (Value(one["deadline"] or ""),),
            (Value(left),),
        )

    def _shown(self) -> list[Mapping[str, Any]]:
        """Each indicator once, although every obligation of its measure names it."""
        found: dict[str, Mapping[str, Any]] = {}
        for obligation in self._document["obligations"]:
            for one in obligation["indicators"]:
                found.setdefault(one["id"], one)
        return list(found.values())

    def _indicators(self) -> Iterator[Block]:
        shown = self._shown()
        if not shown:
            return
        yield Heading(2, self._text("indicators"))
        yield Paragraph(self._text("indicators note"))
        names = ("indicator", "occurred", "documented", "published")
        columns = tuple(Column(self._text(key), is_number=key != "indicator") for key in names)
        rows = tuple(
            (
                (Text(one["label"][self._lang]),),
                self._count(one["occurred"]),
                self._count(one["documented"]),
                self._published(one),
            )
            for one in shown
        )
        yield Table(self._text("indicators"), columns, rows)
        yield from self._phases(shown)
        yield from self._trends(shown)

    def _count(self, count: Mapping[str, Any] | None) -> Inlines:
        if count is None:
            return (Text(self._words["not counted"]),)
        low, high = count["range"]
        value = (Value(self._number(count["value"])),)
        if low == high:
            return value
        return (*value, Text(f" ({self._words['possible']}"), Value(self._number(high)), Text(")"))

    def _published(self, one: Mapping[str, Any]) -> Inlines:
        if not one["published"]:
            return ()
        newest = one["published"][-1]
        key = "axis not stated" if newest["axis"] == "not stated" else newest["axis"]
        return (
            Value(self._number(newest["value"])),
            Text(f" ({self._words[key]}; "),
            Value(newest["to"]),
            Text(")"),
        )

    def _phases(self, shown: list[Mapping[str, Any]]) -> Iterator[Block]:
        counted = [one for one in shown if one["by_phase"]]
        if not counted:
            return
        phases = list(dict.fromkeys(phase for one in counted for phase in one["by_phase"]))
        yield Table(
            self._text("phases"),
            (
                Column(self._text("indicator")),
                *(Column(self._text(phase), is_number=True) for phase in phases),
            ),
            tuple(
                (
                    (Text(one["label"][self._lang]),),
                    *((Value(self._number(one["by_phase"].get(phase, 0))),) for phase in phases),
                )
                for one in counted
            ),
            note=self._text("phases note"),
        )

    def _trends(self, shown: list[Mapping[str, Any]]) -> Iterator[Block]:
        counted = [one for one in shown if one["trend"]]
        days = list(dict.fromkeys(point["to"] for one in counted for point in one["trend"]))
        for first in range(0, len(days), _DAYS):
            some = days[first : first + _DAYS]
            yield Table(
                self._text("trend"),
                (
                    Column(self._text("indicator")),
                    *(Column((Value(day),), is_number=True) for day in some),
                ),
                tuple(self._trend(one, some) for one in counted),
            )

    def _trend(self, one: Mapping[str, Any], days: Sequence[str]) -> tuple[Inlines, ...]:
        points = {point["to"]: point["value"] for point in one["trend"]}
        numbers = (self._number(points[day]) if day in points else "" for day in days)
        return ((Text(one["label"][self._lang]),), *((Value(text),) for text in numbers))

    def _events(self) -> Iterator[Block]:
        phases = self._document["events_by_phase"]
        if not any(phases.values()):
            return
        yield Heading(2, self._text("events"))
        for phase, events in phases.items():
            for event in events:
                yield Heading(3, (Text(event["what"][self._lang]),))
                yield Paragraph(
                    (
                        Styled(self._text(phase), strong=True),
                        Text(" · "),
                        Value(self._day(event["date"])),
                    )
                )
                notes = tuple((Paragraph((Text(note[self._lang]),)),) for note in event["notes"])
                if notes:
                    yield ItemList(notes)

    def _lists(self) -> Iterator[Block]:
        for title, key, note in (
            ("not indicated", "not_indicated", None),
            ("duties", "duties", None),
            ("watch", "watch_list", "watch note"),
            ("questions", "open_questions", None),
        ):
            items = self._document[key]
            if not items:
                continue
            yield Heading(2, self._text(title))
            if note is not None:
                yield Paragraph(self._text(note))
            yield ItemList(tuple((Paragraph((Text(self._item(one)),)),) for one in items))

    def _item(self, one: Mapping[str, Any]) -> str:
        if "provision" in one:
            return f"{one['provision'][self._lang]}: {one['text'][self._lang]}"
        words = one.get("text") or one.get("what") or one
        return str(words[self._lang])

    def _queries(self) -> Iterator[Block]:
        counted = [one for one in self._shown() if one["occurred"] or one["documented"]]
        if not counted:
            return
        yield Heading(2, self._text("queries"))
        yield ItemList(
            tuple(
                (
                    Paragraph((Text(f"{one['label'][self._lang]}: "),)),
                    *(
                        Paragraph((Code(one[axis]["query"]),))
                        for axis in ("occurred", "documented")
                        if one[axis]
                    ),
                )
                for one in counted
            )
        )
