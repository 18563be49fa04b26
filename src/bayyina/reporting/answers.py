"""A figure as a person reads it on a terminal: names for codes, and words around numbers."""

from __future__ import annotations

from collections.abc import Mapping

from bayyina.reporting.confirmed_words import confirmed_in_words
from bayyina.reporting.figure_results import FigureResult, Group
from bayyina.reporting.labels import Labels
from bayyina.reporting.verification_words import verification_in_words
from bayyina.reporting.wording import (
    answer_phrase,
    axis_in_words,
    count_in_words,
    filled,
    group_key_in_words,
    meaning_in_words,
)
from bayyina.typeset.blocks import Inlines, Text
from bayyina.typeset.numbers import write_number

_WIDTH = 12
"""Columns that the number of a group takes."""


def figure_in_words(result: FigureResult, labels: Labels, lang: str) -> str:
    """The figure with its groups, how it was counted, and the question.

    Args:
        result: The figure.
        labels: Names of codes.
        lang: Language of the words, ``en`` or ``ar``. The question stays as it is written.
    """

    def number(value: int) -> Text:
        return Text(write_number(value, lang))

    head = _plain(count_in_words(result, lang, number))
    lines = [f"{head} ({_range(result.value, result.possible, lang)})"]
    if meaning := str(result.document.get("meaning", "")):
        lines.append(meaning_in_words(meaning, lang))
    lines += [_group(group, labels, lang) for group in result.groups]
    if result.groups and not result.document.get("groups_sum", True):
        lines.append(f"  {answer_phrase('need_not_sum', lang)}")
    lines += [*_how(result, lang), result.query]
    return "\n".join(lines)


def _group(group: Group, labels: Labels, lang: str) -> str:
    parts = [
        _phrase(
            "group",
            lang,
            key=group_key_in_words(name, lang),
            group=labels.label(name, code, lang),
        )
        for name, code in group.key.items()
    ]
    named = answer_phrase("between_keys", lang).join(parts)
    bounds = _range(group.value, group.possible, lang)
    return f"  {write_number(group.value, lang):>{_WIDTH}}  {named}  ({bounds})"


def _how(result: FigureResult, lang: str) -> list[str]:
    known = result.known_at or answer_phrase("now", lang)
    axis = axis_in_words(result.axis, lang)
    size = write_number(result.custody_size, lang)
    shares = verification_in_words(
        result.verification, lang, lambda count: Text(write_number(count, lang))
    )
    verified = [_phrase("verified", lang, shares=_plain(shares))] if result.verification else []
    confirmed = confirmed_in_words(
        result, lang, lambda count: Text(write_number(count, lang)), Text
    )
    held = [_phrase("confirmed", lang, days=_plain(confirmed))] if confirmed else []
    return [
        *held,
        *verified,
        *_notes(result, lang),
        _phrase("asked", lang, axis=axis, day=result.as_of, known=known),
        _phrase("rules", lang, rules=result.methodology, size=size),
    ]


def _notes(result: FigureResult, lang: str) -> list[str]:
    """What a reader must know before relying on the figure."""
    files = result.document.get("unrecorded_files")
    lost = result.document.get("lost_evidence")
    coarse = result.document.get("coarse")
    notes = []
    if isinstance(coarse, int) and coarse:
        notes.append(_phrase("coarse", lang, n=write_number(coarse, lang)))
    if isinstance(files, list) and files:
        notes.append(_phrase("unrecorded", lang, files=", ".join(map(str, files))))
    if isinstance(lost, int) and lost:
        notes.append(_phrase("lost_evidence", lang, n=write_number(lost, lang)))
    return notes


def _range(certain: int, possible: int, lang: str) -> str:
    return _phrase("range", lang, n=write_number(certain, lang), m=write_number(possible, lang))


def _phrase(name: str, lang: str, **slots: str) -> str:
    words: Mapping[str, Inlines] = {slot: (Text(text),) for slot, text in slots.items()}
    return _plain(filled(answer_phrase(name, lang), words))


def _plain(pieces: Inlines) -> str:
    return "".join(piece.text for piece in pieces if isinstance(piece, Text))
