"""Drafts: what a row of somebody's list says, before anything is stored.

``tables`` makes drafts, ``app`` turns them into records and statements. A draft
holds nothing that the row does not state.
"""

from __future__ import annotations

from typing import NamedTuple


class ValueDraft(NamedTuple):
    """One fact that a row states about one record."""

    property: str
    """Name of the property in the vocabulary, such as ``birth_date``."""

    value: str
    """The value in normal form: EDTF for dates, a term's code, a P-code, verbatim text."""

    date_lo: str | None = None
    """First possible day, ISO 8601, for dates with a known lower bound."""

    date_hi: str | None = None
    """Last possible day, ISO 8601, for dates with a known upper bound."""

    num_lo: int | None = None
    """Least value, for quantities with a known lower bound."""

    num_hi: int | None = None
    """Greatest value, for quantities with a known upper bound."""

    original: str | None = None
    """What was written, verbatim; None when it is the same as ``value``."""

    lang: str | None = None
    """Language of the text, BCP 47."""

    certainty: str | None = None
    """A code of the list ``certainties``, when the row states one."""


class RecordDraft(NamedTuple):
    """One record that a row reports: a person, an act, a document, a site."""

    type: str
    """Record type of the vocabulary, such as ``Person`` or ``Death``."""

    key: str
    """The list's own id for it; acts carry ``<row key>/<type>:<ordinal>``."""

    values: tuple[ValueDraft, ...]
    """What the row states of it."""

    links: tuple[tuple[str, str], ...] = ()
    """Pairs (property, key of another record of this list), such as ``("victim", "A-17")``."""


class RowProblem(NamedTuple):
    """One thing a person should know about a row."""

    column: str
    """Header of the column, or an empty string for the row as a whole."""

    code: str
    """Stable kebab-case name, such as ``date-unreadable``."""

    message: str
    """One sentence for the person. Never repeats a name or another private value."""


class RowReading(NamedTuple):
    """What became of one row."""

    number: int
    """Row number in the file as a person counts it: the header is row 1."""

    key: str
    """The list's own id of the row, or an empty string."""

    status: str
    """``accepted``, ``warned`` (accepted with a warning) or ``kept_aside``."""

    records: tuple[RecordDraft, ...]
    """The records it reports; the first is the row's own record. Empty when kept aside."""

    problems: tuple[RowProblem, ...]
    """Why it was warned about or kept aside."""

    digest: bytes
    """SHA-256 over the row's cells; equal cells give an equal digest."""

    cells: tuple[str, ...]
    """The row as read, kept so that nothing is lost."""
