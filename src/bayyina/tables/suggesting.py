"""Drafting a mapping from a list's header and its first rows.

The draft loads and runs on that very list. What it is not sure of stands in comments,
for a person to decide: it gives no column a meaning by the look of its values alone, and it
quotes no value of the list but the words of columns that hold a few words many times.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.tables.column_drafts import ColumnDraft, Drafter
from bayyina.tables.column_samples import ColumnSample, sample_columns
from bayyina.tables.header_words import HeaderWords, load_header_words
from bayyina.tables.reading import Table
from bayyina.tables.row_keys import FICTIONAL_PREFIX
from bayyina.tables.seen_keys import SeenKeys
from bayyina.tables.toml_writing import inline, quoted

ROW_TYPES: Final = ("Person", "Site", "PhotographedBody", "Document")
"""Record types that rows of a list may be about, as far as they are recognised."""
ACT_TYPES: Final = (
    "Arrest",
    "Detention",
    "ReportedDisappearance",
    "Sentence",
    "Death",
    "Burial",
    "Exhumation",
    "Identification",
    "Release",
)
"""Acts whose columns are recognised."""

_MOST_REPEATED: Final = 0.1
"""Share of rows whose key may have been there before."""
_MOST_REPEATED_NEARLY: Final = 0.5
"""The same for a column that is only named as nearly an id."""
_DATE_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?!\d)")


def suggest(table: Table, vocabulary: Vocabulary, gazetteer: Gazetteer) -> str:
    """Draft a mapping of a list as TOML text.

    Args:
        table: The opened list; its first rows are read.
        vocabulary: Types, properties and words.
        gazetteer: Places.
    """
    samples = sample_columns(table)
    words = load_header_words()
    row_type = _row_type(samples, words, vocabulary)
    acts = _act_types(row_type, vocabulary)
    drafter = Drafter(row_type, acts, words, vocabulary, gazetteer, samples)
    key = _key_column(table, samples, words)
    plan = _Plan(table, row_type, key, near_keys=_near_keys(table, samples, words, key))
    for sample in samples:
        if key is None or sample.name != key.column:
            plan.add(drafter.draft(sample), sample)
    plan.place_bare_columns(drafter)
    plan.fictional = key is not None and _is_fictional(samples, key.column)
    return plan.text(vocabulary)


def _row_type(samples: Sequence[ColumnSample], words: HeaderWords, vocabulary: Vocabulary) -> str:
    """Choose the type of record that most columns speak of; a person when it is even."""
    types = tuple(name for name in ROW_TYPES if name in vocabulary.types)
    scores = dict.fromkeys(types, 0)
    for sample in samples:
        for name in types:
            meaning = words.meaning(sample.name, (name,))
            scores[name] += meaning is not None and meaning.is_exact
    return max(types, key=lambda name: scores[name])


def _act_types(row_type: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """List the acts that can be linked to a row's record."""
    return tuple(
        name
        for name in ACT_TYPES
        if name in vocabulary.types and vocabulary.types[name].links_to(row_type)
    )


class _FoundKey(NamedTuple):
    column: str
    repeats: int


def _key_column(
    table: Table, samples: Sequence[ColumnSample], words: HeaderWords
) -> _FoundKey | None:
    """Find the column with the list's own id: called so, always filled, hardly ever twice."""
    called = [
        index
        for index, sample in enumerate(samples)
        if words.language(sample.name)[0] in words.keys and sample.share_filled == 1.0
    ]
    found = [
        _FoundKey(samples[index].name, repeats)
        for index, (repeats, rows) in _repeats(table, called).items()
        if repeats <= _MOST_REPEATED * rows
    ]
    return min(found, key=lambda key: key.repeats, default=None)


class _NearKey(NamedTuple):
    """A column that could be the list's own id, and why it is not taken for it."""

    column: str
    filled: float
    repeats: int
    rows: int

    def in_words(self) -> str:
        """A comment for the draft."""
        lacks = [] if self.filled == 1.0 else [f"filled in {self.filled:.0%} of the rows"]
        if self.repeats:
            lacks.append(f"{self.repeats} of {self.rows} rows repeat the text of an earlier one")
        why = "; ".join(lacks) or "filled and different in every row"
        return f"# Could be an id: {quoted(self.column)}, {why}."


def _near_keys(
    table: Table,
    samples: Sequence[ColumnSample],
    words: HeaderWords,
    key: _FoundKey | None,
) -> list[_NearKey]:
    """Columns that are nearly an id: called like one, or of codes that hardly ever repeat."""
    indexes = [
        index
        for index, sample in enumerate(samples)
        if sample.filled
        and (key is None or sample.name != key.column)
        and (words.language(sample.name)[0] in words.keys or sample.looks_like_codes())
    ]
    return [
        _NearKey(samples[index].name, samples[index].share_filled, repeats, rows)
        for index, (repeats, rows) in _repeats(table, indexes).items()
        if repeats <= _MOST_REPEATED_NEARLY * rows
    ]


def _repeats(table: Table, indexes: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Count, over the whole table, the rows whose text in a column was there before."""
    seen = {index: SeenKeys() for index in indexes}
    counts = dict.fromkeys(indexes, (0, 0))
    for number, cells, _ in table.rows() if indexes else ():
        for index in indexes:
            if index < len(cells) and cells[index].strip():
                repeats, rows = counts[index]
                again = seen[index].first_row(cells[index].strip(), number) is not None
                counts[index] = (repeats + again, rows + 1)
    return counts


def _is_fictional(samples: Sequence[ColumnSample], key: str) -> bool:
    texts = next(sample.texts for sample in samples if sample.name == key)
    return bool(texts) and all(text.startswith(FICTIONAL_PREFIX) for text in texts)


@dataclass
class _Plan:
    """The draft as it grows, and how it is written."""

    table: Table
    row_type: str
    key: _FoundKey | None
    near_keys: Sequence[_NearKey] = ()
    fictional: bool = False
    row: list[ColumnDraft] = field(default_factory=list)
    acts: dict[str, list[ColumnDraft]] = field(default_factory=dict)
    unsure: list[tuple[ColumnSample, ColumnDraft]] = field(default_factory=list)

    def add(self, draft: ColumnDraft, sample: ColumnSample) -> None:
        """Put a column where it belongs; among the unsure ones when it is not clear."""
        if draft.doubt or draft.type is None:
            self.unsure.append((sample, draft))
        elif draft.type == self.row_type:
            self.row.append(draft)
        else:
            self.acts.setdefault(draft.type, []).append(draft)

    def place_bare_columns(self, drafter: Drafter) -> None:
        """Take columns that name a place and not whose as the place of an act.

        That of the one act there is; of several acts the one whose columns stand nearest in
        the list is proposed to a person.
        """
        if not self.acts:
            return
        nearest = self._nearest_acts()
        unsure, self.unsure = self.unsure, []
        for sample, doubtful in unsure:
            draft = doubtful
            if not doubtful.doubt:
                act_type = nearest(sample.name)
                draft = drafter.draft_place(sample, act_type, is_only=len(self.acts) == 1)
            if draft.type is None or draft.doubt:
                self.unsure.append((sample, draft))
            else:
                self.add(draft, sample)

    def _nearest_acts(self) -> Callable[[str], str]:
        """Gives the act whose columns stand nearest to a column; of two as near, the one before."""
        header = self.table.header
        places = [
            (header.index(draft.column), act_type)
            for act_type, drafts in self.acts.items()
            for draft in drafts
        ]

        def nearest(column: str) -> str:
            here = header.index(column)
            return min(places, key=lambda place: (abs(place[0] - here), place[0]))[1]

        return nearest

    def text(self, vocabulary: Vocabulary) -> str:
        """Write the draft."""
        blocks = [
            self._act(name, drafts, vocabulary)
            for name, drafts in sorted(self.acts.items(), key=lambda item: _place(item[0]))
        ]
        parts = [self._head(), self._columns(), *blocks, self._no_acts(), self._rest()]
        return "\n".join(part for part in parts if part)

    def _head(self) -> str:
        day, remark = _release_day(self.table)
        lines = [
            "version = 1",
            f"# A draft made from the header and the first rows of {self.table.path.name}.",
            "# Look at every line before you import with it.",
            "",
            "[list]",
            f"name = {quoted(self.table.path.stem)}  # releases of one list share this name",
            f"asserted_on = {day}  # {remark}",
            'release = "partial"  # "complete" when rows that are gone are withdrawn',
            "unique_rows = false  # true when two rows are always two people",
        ]
        if self.fictional:
            lines.append("fictional = true")
        if self.table.sheet:
            lines.append(f"sheet = {quoted(self.table.sheet)}")
        if self.table.other_sheets:
            named = ", ".join(f"{quoted(name)} ({rows})" for name, rows in self.table.other_sheets)
            lines.append(f"# It has the most rows. The other sheets, with their rows: {named}.")
        if self.table.header_row is not None:
            lines.append(f"header_row = {self.table.header_row}  # what stands above is not read")
        lines += ["", "[row]", f"record = {quoted(self.row_type)}"]
        if self.key is not None:
            lines += _key_lines(self.key)
        else:
            lines.append("# No column holds an id of its own; a row is known by its content.")
            lines.append("key = { content = true }")
        lines += [near.in_words() for near in self.near_keys]
        return "\n".join([*lines, ""])

    def _columns(self) -> str:
        if not self.row:
            return ""
        return "\n".join(["[columns]", *map(_line, self.row), ""])

    def _act(self, name: str, drafts: list[ColumnDraft], vocabulary: Vocabulary) -> str:
        lines = ["[[acts]]", f"type = {quoted(name)}"]
        links = vocabulary.types[name].links_to(self.row_type)
        if vocabulary.types[name].about not in links and len(links) > 1:
            own = next((link for link in links if link != "victim"), links[0])
            lines.append(f'links = {{ {own} = "row" }}')
        dates = [draft for draft in drafts if draft.property == "date"]
        others = [draft for draft in drafts if draft.property != "date"]
        for draft in dates:
            spec = {name: part for name, part in draft.spec.items() if name != "to"}
            lines.append(_with_remark(f"when = {inline({'column': draft.column} | spec)}", draft))
        if others:
            lines += ["[acts.columns]", *map(_line, others)]
        return "\n".join([*lines, ""])

    def _no_acts(self) -> str:
        if self.acts:
            return ""
        return (
            "# No column speaks of an act. If every row states one, as in a list of the dead:\n"
            '# [[acts]]\n# type = "Death"\n# always = true\n'
        )

    def _rest(self) -> str:
        if not self.unsure:
            return ""
        lines = ["# Not used yet. Give these a meaning, or name them in ignore = [ … ]:"]
        for sample, draft in self.unsure:
            filled = f"{sample.share_filled:.0%} filled, {sample.looks_like()}"
            lines.append(f"# {quoted(sample.name)}: {filled}. {draft.doubt}".rstrip())
            lines += _skeleton(draft)
        return "\n".join([*lines, ""])


def _key_lines(key: _FoundKey) -> list[str]:
    if not key.repeats:
        return [f"key = {quoted(key.column)}  # filled and different in every row"]
    return [
        f"key = {quoted(key.column)}",
        f"# {key.repeats} rows have a key that an earlier row has; they are kept aside. If such",
        '# rows say more of one record, add under [list]: repeated_key = "same_record"',
    ]


def _place(name: str) -> int:
    return ACT_TYPES.index(name) if name in ACT_TYPES else len(ACT_TYPES)


def _line(draft: ColumnDraft) -> str:
    own = _with_remark(f"{quoted(draft.column)} = {inline(draft.spec)}", draft)
    return "\n".join([own, *_skeleton(draft)])


def _skeleton(draft: ColumnDraft) -> list[str]:
    """Texts that could not be read, as a comment to be filled in and put into the rule."""
    return [f"#   {draft.skeleton}"] if draft.skeleton else []


def _with_remark(text: str, draft: ColumnDraft) -> str:
    return f"{text}  # {draft.remark}" if draft.remark else text


def _release_day(table: Table) -> tuple[str, str]:
    """Take the date of release from the file's name, or else the day the file was written."""
    if match := _DATE_IN_NAME.search(table.path.name):
        try:
            day = dt.date(*map(int, match.groups()))
        except ValueError:
            pass
        else:
            return day.isoformat(), "from the file's name; is it the date of the release?"
    written = dt.datetime.fromtimestamp(table.path.stat().st_mtime, tz=dt.UTC).date()
    return written.isoformat(), "the day the file was written; put the date of the release here"
