"""What a statement says, in the words of both languages."""

from __future__ import annotations

from typing import Final

from bayyina.app.rows import StatementRow
from bayyina.app.workspace import Workspace
from bayyina.errors import DateUnreadableError
from bayyina.keys.sealing import is_sealed
from bayyina.model.partial_dates import PartialDate, read_date, write_date
from bayyina.model.vocabulary import Property
from bayyina.reporting.submissions.form_file import Wording

SEALED_WORDS: Final = Wording("sealed", "مختوم")
"""What stands in place of a value that is sealed."""


def value_words(workspace: Workspace, prop: Property, row: StatementRow) -> Wording | None:
    """What a statement says in both languages; None for links and what is erased.

    Of a sealed one they say that it is sealed.
    """
    if row.value is None or prop.type == "link":
        return None
    if is_sealed(row.value):
        return SEALED_WORDS
    if row.value == "unrecognised":
        return Wording(row.wording or "", row.wording or "") if row.wording else None
    if prop.type == "date":
        return _date_words(row.value)
    if prop.type == "quantity":
        return _quantity_words(row)
    if prop.type == "term" and prop.of is not None:
        terms = workspace.vocabulary.term_lists[prop.of]
        if row.value in terms.terms:
            return Wording(terms.label(row.value, "en"), terms.label(row.value, "ar"))
    if prop.type == "group" and row.value in workspace.vocabulary.groups:
        label = workspace.vocabulary.groups[row.value].label
        return Wording(label["en"], label["ar"])
    if prop.type == "place":
        place = workspace.gazetteer.read(row.value)
        if place is not None:
            return Wording(place.label_en, place.label_ar)
    if prop.type == "flag":
        label = prop.label
        known = {"yes": ("yes", "نعم"), "no": ("no", "لا")}.get(row.value, (row.value, row.value))
        return Wording(f"{label['en']}: {known[0]}", f"{label['ar']}: {known[1]}")
    return Wording(row.wording or row.value, row.wording or row.value)


def _quantity_words(row: StatementRow) -> Wording:
    """A count with its comparator in words; as it stands where its bounds are not known."""
    low, high = row.num_lo, row.num_hi
    if low is None and high is None:
        return Wording(row.wording or row.value or "", row.wording or row.value or "")
    if high is None:
        return Wording(f"at least {low:,}", f"ما لا يقل عن {low:,}")
    if low is None:
        return Wording(f"at most {high:,}", f"ما لا يزيد على {high:,}")
    both = f"{low:,}" if low == high else f"{low:,}–{high:,}"
    return Wording(both, both)


def _date_words(text: str) -> Wording:
    try:
        read: PartialDate = read_date(text)
    except DateUnreadableError:
        return Wording(text, text)
    return Wording(write_date(read, "en"), write_date(read, "ar"))
