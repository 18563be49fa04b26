"""A statement: one fact about one record, from one source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Statement:
    """One fact that one source states, with its wording and its three times.

    A statement is never changed: a correction is another statement that ``supersedes`` it,
    and a translation is another statement with its own source.
    """

    number: int
    """Its number in the workspace; the greater one was recorded later."""

    record: int
    """Number of the record that it is about."""

    record_type: str
    """Type of that record, such as ``Death``."""

    property: str
    """What is stated, such as ``manner``."""

    value: str
    """The value in normal form, as ``values`` gives it."""

    batch: int
    """The change set with which it was recorded."""

    date_lo: str | None = None
    """First possible day, ISO 8601, of a date with a lower bound."""

    date_hi: str | None = None
    """Last possible day, ISO 8601, of a date with an upper bound."""

    num_lo: int | None = None
    """Least value of a quantity with a lower bound."""

    num_hi: int | None = None
    """Greatest value of a quantity with an upper bound."""

    original: str | None = None
    """The wording, verbatim, where it differs from ``value``."""

    lang: str | None = None
    """Language of the wording, BCP 47."""

    source: int | None = None
    """Number of the Source record; None when a member states it from own knowledge."""

    evidence: int | None = None
    """Number of the EvidenceItem that shows it."""

    locator: str | None = None
    """Where in the source: ``row 17``, ``page 3``, ``time 00:01:02``."""

    certainty: str | None = None
    """How sure the source is: a code of the list ``certainties``."""

    asserted_on: str | None = None
    """When the source said so, ISO 8601 date; decides what was known on a day."""

    recorded_at: str | None = None
    """When it was recorded here, RFC 3339; decides what was recorded on a day."""

    recorded_by: str | None = None
    """UUID of the member who recorded it."""

    supersedes: int | None = None
    """Number of the statement that it corrects."""

    id: str | None = None
    """UUIDv7 under which it is known outside the workspace."""

    def wording(self) -> str:
        """What was written."""
        return self.value if self.original is None else self.original
