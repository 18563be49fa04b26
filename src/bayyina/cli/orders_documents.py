"""The JSON documents of ``bayyina orders``, as types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class WordsDocument(TypedDict):
    """A text in both languages."""

    en: str
    ar: str


class PublishedDocument(TypedDict):
    """A value that somebody published for an indicator."""

    to: str
    value: int
    comparator: str
    axis: str
    source: str | None


class AxisDocument(TypedDict):
    """An indicator counted by one of its dates."""

    value: int
    comparator: str
    range: tuple[int, int]
    query: str
    methodology: str
    custody_size: int


class TrendDocument(TypedDict):
    """An indicator as of an earlier day."""

    to: str
    value: int


class IndicatorDocument(TypedDict):
    """An indicator as of a day."""

    id: str
    measure: str
    part_of: str | None
    label: WordsDocument
    value: int | None
    occurred: AxisDocument | None
    documented: AxisDocument | None
    by_phase: dict[str, int]
    trend: list[TrendDocument]
    published: list[PublishedDocument]
    reason: WordsDocument | None


class DeadlineDocument(TypedDict):
    """One day by which something was or is to be filed."""

    due: str
    state: str
    filed: str | None
    reference: str | None


class ObligationDocument(TypedDict):
    """An obligation as of a day; time-limits of the procedure are obligations to file."""

    id: str
    measure: str | None
    order: str | None
    kind: str
    what: list[str]
    text: WordsDocument
    addressees: list[str]
    votes: dict[str, int] | None
    reference: str | None
    since: str
    state: str
    deadline: str | None
    days_left: int | None
    deadlines: list[DeadlineDocument]
    history: list[LimitDocument]
    indicators: list[IndicatorDocument]
    events: list[str]


class LimitDocument(TypedDict):
    """One setting of a time-limit."""

    due: str
    set_on: str
    reference: str | None
    superseded: bool


class EventDocument(TypedDict):
    """An event beside the steps of the case."""

    id: str
    what: WordsDocument
    date: str
    phase: str
    orders: dict[str, str]
    measures: list[str]
    duties: list[str]
    watch: list[str]
    sources: list[str]
    notes: list[WordsDocument]


class NotIndicatedDocument(TypedDict):
    """What was asked for and left out."""

    what: str
    of: str | None
    after: str | None
    every: str | None
    order: str | None
    status: str
    text: WordsDocument


class DutyDocument(TypedDict):
    """A duty that waits for no order."""

    id: str
    provision: WordsDocument
    text: WordsDocument
    events: list[str]


class WatchedDocument(TypedDict):
    """A way in which evidence could be destroyed."""

    id: str
    what: WordsDocument
    measures: list[str]
    figure: str | None
    events: list[str]


class OrdersStatusDocument(TypedDict):
    """A case as of a day."""

    case: str
    title: WordsDocument
    as_of: str
    phase: str
    orders: list[str]
    obligations: list[ObligationDocument]
    events_by_phase: dict[str, list[EventDocument]]
    not_indicated: list[NotIndicatedDocument]
    duties: list[DutyDocument]
    watch_list: list[WatchedDocument]
    open_questions: list[WordsDocument]


class CasesDocument(TypedDict):
    """The cases that can be named."""

    cases: list[str]


class CalendarDocument(TypedDict):
    """Where the calendar file was written."""

    case: str
    file: str
    deadlines: int


class OrderReportDocument(TypedDict):
    """The files of a report on a case."""

    case: str
    as_of: str
    report: dict[str, list[str]]


DOCUMENTS: Mapping[str, Any] = {
    "orders status": OrdersStatusDocument,
    "orders list": CasesDocument,
    "orders calendar": CalendarDocument,
    "orders report": OrderReportDocument,
}
"""The documents of these commands."""
