"""What has to be sealed, as ``disclosure.protected_people`` says it and figures ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bayyina.model.drafts import ValueDraft


class WatchedProperties(Protocol):
    """What is looked at in records of one type."""

    @property
    def ages(self) -> frozenset[str]:
        """Properties that state an age."""
        ...

    @property
    def births(self) -> frozenset[str]:
        """Properties that state a date of birth."""
        ...

    @property
    def dates(self) -> frozenset[str]:
        """Properties that state the day of an act."""
        ...

    @property
    def flags(self) -> frozenset[str]:
        """Properties that mark a record by hand."""
        ...

    @property
    def codes(self) -> Mapping[str, frozenset[str]]:
        """Codes that protect whoever the record is about, by property."""
        ...

    @property
    def witness_links(self) -> frozenset[str]:
        """Links that protect whoever they point at."""
        ...

    @property
    def texts(self) -> frozenset[str]:
        """Texts that are looked through for words that protect whoever the record is about."""
        ...

    def tells(self, one: ValueDraft) -> bool:
        """Whether a term, a text, or a wording that was not understood, protects somebody."""
        ...


class Rules(Protocol):
    """What is sealed, as ``disclosure.protected_people.Protection`` says it."""

    @property
    def by_level(self) -> Mapping[str, frozenset[str]]:
        """Properties that are sealed whoever it is, by record type."""
        ...

    @property
    def identity(self) -> Mapping[str, frozenset[str]]:
        """Properties that tell who somebody is, by record type."""
        ...

    @property
    def months(self) -> Mapping[str, frozenset[str]]:
        """Those of them whose month stays in clear."""
        ...

    @property
    def identifiers(self) -> Mapping[str, frozenset[str]]:
        """Those of them whose shared value makes two records one person."""
        ...

    @property
    def child_below(self) -> int:
        """Age at which nobody is a child any more."""
        ...

    @property
    def watched(self) -> Mapping[str, WatchedProperties]:
        """What is looked at, by record type."""
        ...

    @property
    def file_names(self) -> Mapping[str, frozenset[str]]:
        """Names of files, which are sealed where they tell of somebody, by record type."""
        ...

    @property
    def confidential(self) -> Mapping[str, frozenset[str]]:
        """Properties of which one stated protects the record itself, by record type."""
        ...

    @property
    def only_about(self) -> frozenset[str]:
        """Types of records that are protected by whom they are about alone."""
        ...

    def seals(self, record_type: str, draft: ValueDraft, *, is_protected: bool) -> bool:
        """Whether a value is stored sealed."""
        ...

    def seals_wording(self, record_type: str, draft: ValueDraft, *, is_protected: bool) -> bool:
        """Whether the wording beside a value in clear is stored sealed."""
        ...
