"""Words of claims: which the vocabulary knows, which are the editor's own, which are slips.

Claims are about anything that anybody publishes, so a word that the vocabulary does not
have is no fault: it is compared with itself. A word that is almost one of the vocabulary's
is a slip of the pen, and would quietly change what a claim is about; it is refused.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

from bayyina.model.vocabulary import Property, RecordType, TermList, Vocabulary

DERIVED_STATES: Final = ("EnforcedDisappearance", "Custody")
"""What claims count that is no act of the vocabulary but derived from acts."""

NEAR: Final = 0.85
"""How alike a word must be to a known one to be taken for a slip (difflib's ratio)."""


def forms_of(word: str) -> tuple[str, ...]:
    """A word, and the same word in singular and plural."""
    plural = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    if word.endswith("ies"):
        return (word, f"{word[:-3]}y")
    return (word, word[:-1]) if word.endswith("s") else (word, plural)


def slip_of(word: str, known: Iterable[str]) -> str | None:
    """The known word that a text is a slip of; None when it is a word of its own."""
    near = difflib.get_close_matches(word.lower(), [k.lower() for k in known], n=1, cutoff=NEAR)
    return near[0] if near else None


def read_unit(word: str, vocabulary: Vocabulary) -> str | None:
    """The unit that a word names, in singular or plural; None if the vocabulary has none."""
    return next((form for form in forms_of(word) if form in vocabulary.units), None)


def read_act(word: str, vocabulary: Vocabulary) -> str | None:
    """The record type or derived state that a word names; None if there is none."""
    known = (*vocabulary.types, *DERIVED_STATES)
    return next((form for form in forms_of(word) if form in known), None)


def read_term(word: str, terms: TermList) -> str | None:
    """The term that a word names, in singular or plural; None if the list has none."""
    found = (terms.read(form) for form in forms_of(word))
    return next((code for code in found if code is not None), None)


def property_of(key: str, record: RecordType | None, vocabulary: Vocabulary) -> Property | None:
    """The property that a key of a scope names: of the act, of any act, or of a person."""
    types = (record, vocabulary.types["Act"], vocabulary.types["Person"])
    found = (kind.properties.get(key) for kind in types if kind is not None)
    return next((prop for prop in found if prop is not None), None)
