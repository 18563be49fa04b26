"""Putting marks into texts by the entries of a plan, and knowing afterwards what may not occur."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bayyina.media.redaction.folding import KnownTexts, find_texts, replace_spans
from bayyina.media.redaction.results import Made, refuse, refuse_entry
from bayyina.standards.redaction_entries import Cells, Characters, Words
from bayyina.standards.redaction_plan import RedactionPlan

LEAST_SPAN: Final = 3
LEAST_CELL: Final = 4
"""Letters and digits that a text must have to be looked for in other places."""

SHOWN: Final = 5
"""Places that are named."""


class Marker:
    """Marks texts, and counts what each entry marked."""

    def __init__(self, plan: RedactionPlan, made: Made) -> None:
        """Work by ``plan``; counts and texts go into ``made``."""
        self._plan, self._made = plan, made
        made.done = [0] * len(plan.entries)
        self._words = [
            (index, one) for index, one in enumerate(plan.entries) if isinstance(one, Words)
        ]
        self._seen: dict[int, set[int]] = {index: set() for index, _ in self._words}
        self._once: list[tuple[str, int]] = []
        """Texts of spans and cells that may not stand elsewhere, and the least length."""

    @property
    def marks(self) -> tuple[str, ...]:
        """Every mark that the plan can put."""
        return tuple(dict.fromkeys(self._plan.mark(one) for one in self._plan.reasons()))

    def words_in(self, text: str) -> list[tuple[int, int, str]]:
        """The spans of a text that the plan's words name, with their marks."""
        spans: list[tuple[int, int, str]] = []
        for index, entry in self._words:
            found = find_texts(text, entry.texts, whole_words=entry.whole_words)
            for span in found:
                self._seen[index].add(span.which)
                self._made.secrets.append(text[span.start : span.end])
                spans.append((span.start, span.end, self._plan.mark(entry.reason)))
            self._made.done[index] += len({(span.start, span.end) for span in found})
        return spans

    def marked(self, text: str) -> str:
        """A text with marks in place of the plan's words."""
        return replace_spans(text, self.words_in(text))

    def whole(self, index: int, entry: Cells, text: str) -> str:
        """The mark in place of a whole cell; an empty one stays empty."""
        if not text.strip():
            return text
        self._made.done[index] += 1
        if not entry.elsewhere_stays:
            self._once.append((text, LEAST_CELL))
        return self._plan.mark(entry.reason)

    def span(self, index: int, entry: Characters, text: str) -> tuple[int, int, str]:
        """The span of a text that an entry names, with its mark."""
        if entry.end > len(text):
            refuse_entry(entry, f"the text has only {len(text):,} characters")
        held = text[entry.first : entry.end]
        self._made.done[index] += 1
        if not entry.elsewhere_stays:
            self._once.append((held, LEAST_SPAN))
            if sum(one.isalnum() for one in held) >= LEAST_SPAN:
                self._made.secrets.append(held)
        return entry.first, entry.end, self._plan.mark(entry.reason)

    def finish(self, texts: Iterable[tuple[str, str]]) -> None:
        """Refuse words that were nowhere, and what still stands elsewhere.

        Args:
            texts: Each text of the copy, with a name for its place.

        Raises:
            RedactionRefusedError: something would be left that the plan means to take away.
        """
        for index, entry in self._words:
            absent = len(entry.texts) - len(self._seen[index])
            if absent and not entry.may_be_absent:
                numbers = [
                    str(n) for n, _ in enumerate(entry.texts, 1) if n - 1 not in self._seen[index]
                ]
                refuse(
                    f"Line {entry.line} of the plan: {absent} of its texts do not occur "
                    f"(number {', '.join(numbers[:SHOWN])}).",
                    "A misspelt name would be left in; correct it, or say `may_be_absent: true`.",
                )
        known = [
            KnownTexts([text for text, own in self._once if own == least], least=least)
            for least in (LEAST_SPAN, LEAST_CELL)
        ]
        wanted = [text for _, entry in self._words for text in entry.texts if not entry.whole_words]
        alone = [text for _, entry in self._words for text in entry.texts if entry.whole_words]
        places = []
        for text, place in texts:
            bare = self.bare(text)
            if find_texts(bare, wanted) or find_texts(bare, alone, whole_words=True):
                refuse(f"A text of the plan would still stand in {place}.")
            if any(one.stand_in(bare) for one in known):
                places.append(place)
        if places:
            more = f" and {len(places) - SHOWN} more places" if len(places) > SHOWN else ""
            refuse(
                f"What is redacted in one place would still stand in {', '.join(places[:SHOWN])}{more}.",
                "Name it under `words`, or say `elsewhere: stays` at the entry.",
            )

    def bare(self, text: str) -> str:
        """A text without marks, which may hold a redacted word themselves."""
        for mark in self.marks:
            text = text.replace(mark, "\n\u2028\n")
        return text
