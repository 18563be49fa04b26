"""Lines of evidence that a person cites for a decision, and what each of them goes back to.

A line names a statement, or a record that has to do with the one decided about. What it goes
back to is worked out, not claimed: an interview goes back to its witness, a document to
itself, an image to the one it was made from; everything else to its source, and a source that
was copied from another to that one. So ten lists that copy each other are one origin.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b
from typing import Final

from bayyina.app.grounds import Ground
from bayyina.app.known_lists import NAMED_KEY, SOURCE_KEY
from bayyina.app.live import live_batches, live_statements
from bayyina.app.permissions import allows_for
from bayyina.app.rows import RecordRow, StatementRow, batch_of
from bayyina.app.sealed_rows import SealedRows
from bayyina.app.sealing_keys import marks_key_of
from bayyina.app.short_ids import link_targets, record_number, statement_number
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.figures.relations import PERSON
from bayyina.keys.sealing import is_sealed
from bayyina.standards.documentation_standard import CONDITION_LIST, LINE_LISTS

OWN_ORIGIN: Final = {"Testimony": "witness", "Document": "", "EvidenceItem": "derived_from"}
"""Record types that are origins themselves, with the link that leads further back."""

SEALED_ORIGIN: Final = "sealed"
"""Origin of everything whose witness is sealed, to somebody who is not cleared."""


class EvidenceReader:
    """Reads ``line=id`` pairs about one record."""

    def __init__(self, workspace: Workspace, circle: Collection[int]) -> None:
        """``circle`` are the records that have to do with the one decided about."""
        self._workspace = workspace
        self._circle = circle
        self._batches = live_batches(workspace.store)
        self._terms = {number: pair for pair, number in workspace.store.terms().items()}
        self._sealed = SealedRows(workspace)

    def lines(self, texts: Iterable[str]) -> tuple[Ground, ...]:
        """The lines of evidence.

        Raises:
            InputError: one is not a known line, or cites nothing that has to do with it.
        """
        return tuple(self._ground(text, LINE_LISTS, "a line of evidence") for text in texts)

    def conditions(self, texts: Iterable[str]) -> tuple[Ground, ...]:
        """The conditions that are recorded; errors as for ``lines``."""
        return tuple(self._ground(text, (CONDITION_LIST,), "a condition") for text in texts)

    def _ground(self, text: str, lists: Sequence[str], what: str) -> Ground:
        name, mark, cited = text.partition("=")
        name, cited = name.strip(), cited.strip()
        term_lists = self._workspace.vocabulary.term_lists
        code = next((c for n in lists if (c := term_lists[n].read(name)) is not None), None)
        if code is None:
            known = sorted({term for n in lists for term in term_lists[n].terms})
            raise InputError(f"{name} is not {what}.", hint=f"Known are {', '.join(known)}.")
        if not mark or not cited:
            raise InputError(
                f"{name} names nothing that states it.",
                hint=f"Write {code}=ID, with the id of a statement or a record.",
            )
        return Ground(code, cited, self._origin_of(cited))

    def _origin_of(self, cited: str) -> str:
        if "-S-" in cited:
            number = statement_number(self._workspace, cited)
            rows = self._workspace.store.find(StatementRow, "number", [number])
            if not self._standing(rows):
                raise InputError(f"There is no statement {cited} that stands.")
            self._check_circle(cited, {rows[0].record})
            return self._origin_of_record(rows[0].record, rows)
        number = record_number(self._workspace, cited)
        rows = self._about(number)
        found = self._workspace.store.find(RecordRow, "number", [number])
        if not found or batch_of(number) not in self._batches:
            raise InputError(f"There is no record {cited} that stands.")
        if found[0].record_type == "Source":
            self._check_circle(cited, self._stated_by(number))
            return self._root(number)
        self._check_circle(cited, {number})
        return self._origin_of_record(number, rows)

    def _standing(self, rows: Sequence[StatementRow]) -> bool:
        if not rows:
            return False
        standing = live_statements(self._workspace.store, [rows[0].record], self._batches)
        return rows[0] in standing

    def _about(self, record: int) -> list[StatementRow]:
        return live_statements(self._workspace.store, [record], self._batches)

    def _stated_by(self, source: int) -> set[int]:
        """Records of the circle of which a source states something."""
        rows = live_statements(self._workspace.store, sorted(self._circle), self._batches)
        return {row.record for row in rows if row.source == source}

    def _check_circle(self, cited: str, records: set[int]) -> None:
        if not records & set(self._circle):
            raise InputError(
                f"{cited} has nothing to do with the record that is decided about.",
                hint="Cite a statement of it, or a record that points at it or at whom it is "
                f"about.{self._way_to_join(records)}",
            )

    def _way_to_join(self, records: set[int]) -> str:
        """How another list's record of the same person comes to count: by a judgement."""
        targets = link_targets(
            self._workspace, [row for record in sorted(records) for row in self._about(record)]
        )
        theirs = self._people(records) or self._people(targets)
        ours = self._people(self._circle)
        if len(theirs) != 1 or not ours:
            return ""
        one, other = sorted((ours[0], theirs[0]))
        if not allows_for(self._workspace.store, self._workspace.member, "judge", (one, other)):
            return ""  # of a case that is none of theirs nothing is told
        pair = f"{self._workspace.short_id(one)}:{self._workspace.short_id(other)}"
        return (
            " If another list speaks of the same person there, judge that first: "
            f"`bayyina review decide {pair} same --reasons WHY`."
        )

    def _people(self, records: Collection[int]) -> list[int]:
        """Those of some records that are people and stand, ascending."""
        rows = self._workspace.store.find(RecordRow, "number", sorted(records))
        return sorted(
            row.number
            for row in rows
            if row.record_type == PERSON and batch_of(row.number) in self._batches
        )

    def _origin_of_record(self, record: int, rows: Sequence[StatementRow]) -> str:
        record_type = self._workspace.store.find(RecordRow, "number", [record])[0].record_type
        if record_type in OWN_ORIGIN:
            return self._further_back(record, OWN_ORIGIN[record_type])
        roots = sorted({self._root(row.source) for row in rows if row.source is not None})
        return roots[0] if roots else self._workspace.short_id(record)

    def _further_back(self, record: int, link: str) -> str:
        """What a record goes back to along a link."""
        seen = {record}
        while link:
            rows = [row for row in self._about(record) if self._name(row) == link]
            if any(is_sealed(row.value) for row in rows):
                return self._sealed_origin(rows)
            values = [row.value for row in rows]
            follows = next((int(v) for v in values if v is not None and v.isdecimal()), None)
            if follows is None or follows in seen:
                break
            record = follows
            seen.add(record)
        return self._workspace.short_id(record)

    def _sealed_origin(self, rows: Sequence[StatementRow]) -> str:
        """What stands for a sealed origin: a mark that tells the same from another, and no more.

        Whoever is not cleared cannot tell two witnesses apart. To them all are one, so that
        one witness heard twice never counts as two.
        """
        opened = self._sealed.opened(rows)
        key = marks_key_of(self._workspace)
        if key is None or any(is_sealed(row.value) for row in opened):
            return SEALED_ORIGIN
        told = " ".join(sorted({row.value or "" for row in opened}))
        return f"{SEALED_ORIGIN}: {blake2b(told.encode(), key=key, digest_size=8).hexdigest()}"

    def _root(self, source: int) -> str:
        """The source that a source was copied from, in the end."""
        seen = {source}
        while True:
            stated = [row.value for row in self._about(source) if self._name(row) == "origin"]
            text = next((value for value in stated if value), None)
            if text is None:
                return self._workspace.short_id(source)
            follows = int(text) if text.isdecimal() else self._named(text)
            if follows is None:
                return f"origin: {' '.join(text.split()).casefold()}"
            if follows in seen:
                return self._workspace.short_id(min(seen))
            source = follows
            seen.add(source)

    def _named(self, name: str) -> int | None:
        """The Source with a name, where a list gives its origin in words."""
        for key in (SOURCE_KEY + name, NAMED_KEY + name):
            rows = self._workspace.store.find(RecordRow, "list_key", [key])
            if rows and batch_of(rows[-1].number) in self._batches:
                return rows[-1].number
        return None

    def _name(self, row: StatementRow) -> str:
        return self._terms[row.term][1]
