"""Finding records: by short id, by a list's own id, by a name in either script.

An id is looked up in the store's own index and answers at once, however large the workspace
is. Names are looked for in the snapshot, in two steps: a sieve over all of them, then a
comparison of the few that are left by the rules of the ``names`` package.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from bayyina.app.kept_warm import kept_names
from bayyina.app.known_lists import NAMED_KEY, SOURCE_KEY
from bayyina.app.list_names import source_names
from bayyina.app.live import erased_records, live_batches, live_statements
from bayyina.app.opening_sealed import rows_for
from bayyina.app.permissions import sight
from bayyina.app.ports import Progress
from bayyina.app.rows import KEPT_ROW, RecordRow, StatementRow, batch_of
from bayyina.app.sealed_rows import SealedRows
from bayyina.app.short_ids import record_number, statement_number
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.figures.name_search import (
    PARTS,
    SEALED,
    WHOLE_NAMES,
    NamedRecord,
    NameSearch,
    near_in,
)
from bayyina.figures.people_rows import read_sealed_people
from bayyina.figures.relations import PERSON
from bayyina.keys.sealing import is_sealed
from bayyina.names.matching import match_names
from bayyina.names.normal_forms import normal_form

LIKE_ENOUGH = 0.6
"""Names that score less are not shown."""

PART = 0.9
"""What a text that is part of a name scores at most, where all of its words stand in it."""

LONGEST = 400
"""A text of more characters is no name and no id."""


BEYOND: Final = 10
"""So many times as many hits are looked at where some belong to cases that somebody may not see."""


class Hit(NamedTuple):
    """A record that was found."""

    number: int
    """Its number."""

    matched: str
    """What fits: ``id``, ``list_key``, ``list`` or ``name``."""

    score: float
    """How like the name is, 0 to 1; 1 for an id."""


class Search:
    """One search in one workspace."""

    def __init__(
        self, workspace: Workspace, progress: Progress, sealed: SealedRows | None = None
    ) -> None:
        """Look at what stands now; ``sealed`` opens names that are sealed, for who may."""
        self._workspace = workspace
        self._sealed = sealed
        self._hidden: set[int] = set()
        self._progress = progress
        self._batches = live_batches(workspace.store)
        self._erased = erased_records(workspace.store)

    def hits(self, text: str, limit: int) -> list[Hit]:
        """What fits, best first; one more than ``limit`` if there are more."""
        exact = [*self._by_id(text), *self._by_key(text)]
        if exact or any(letter.isdigit() for letter in text):
            return exact[: limit + 1]
        return self._by_name(text, limit + 1)

    def document(self, hits: Iterable[Hit], *, with_names: bool = True) -> list[dict[str, Any]]:
        """The records as JSON documents; without names for who reads these elsewhere."""
        found = {hit.number: hit for hit in hits}
        rows = {row.number: row for row in self._rows("number", found)}
        lists = source_names(
            self._workspace.store, {r.source for r in rows.values() if r.source is not None}
        )
        names = self._names(list(rows)) if with_names else {}
        return [
            {
                "id": self._workspace.short_id(number),
                "type": rows[number].record_type,
                "list_key": rows[number].list_key,
                "list": lists.get(rows[number].source or -1, ""),
                "names": names.get(number, []),
                "sealed": number in self._hidden,
                "matched": hit.matched,
                "score": hit.score,
            }
            for number, hit in found.items()
            if number in rows
        ]

    def _by_id(self, text: str) -> list[Hit]:
        store = self._workspace.store
        try:
            if "-S-" in text:
                number = statement_number(self._workspace, text)
                numbers = [row.record for row in store.find(StatementRow, "number", [number])]
            else:
                numbers = [record_number(self._workspace, text)]
        except InputError:
            return []
        return [Hit(row.number, "id", 1.0) for row in self._rows("number", numbers)]

    def _by_key(self, text: str) -> list[Hit]:
        keys = list(dict.fromkeys((text, normal_form(text) if text.isdecimal() else text)))
        lists = [prefix + text for prefix in (SOURCE_KEY, NAMED_KEY)]
        return [
            *(Hit(row.number, "list_key", 1.0) for row in self._rows("list_key", keys)),
            *(Hit(row.number, "list", 1.0) for row in self._rows("list_key", lists)),
        ]

    def _rows(self, column: str, values: Iterable[int | str]) -> list[RecordRow]:
        """Records that stand and can be read."""
        return [
            row
            for row in self._workspace.store.find(RecordRow, column, values)
            if batch_of(row.number) in self._batches
            and row.number not in self._erased
            and row.record_type != KEPT_ROW
            and not self._is_sealed(row.record_type)
        ]

    def _is_sealed(self, record_type: str) -> bool:
        kind = self._workspace.vocabulary.types.get(record_type)
        return kind is not None and kind.level == SEALED

    def _by_name(self, text: str, limit: int) -> list[Hit]:
        near = [*self._near(text), *self._near_sealed(text)]
        best: dict[int, Hit] = {}
        for named, score in _scored(text, near):
            if score >= LIKE_ENOUGH and named.record not in best:
                best[named.record] = Hit(named.record, "name", score)
        return list(best.values())[:limit]

    def _names(self, records: list[int]) -> Mapping[int, list[str]]:
        """Whole names of records or, of who has none, the parts, each once."""
        shown = self._name_terms()
        whole: dict[int, list[str]] = {}
        parts: dict[int, list[str]] = {}
        for row in self._stated(records):
            if row.term not in shown or not row.value:
                continue
            if is_sealed(row.value):
                self._hidden.add(row.record)
            else:
                kept = whole if shown[row.term] == WHOLE_NAMES[0] else parts
                kept.setdefault(row.record, []).append(row.value)
        joined = {record: [" ".join(dict.fromkeys(each))] for record, each in parts.items()}
        return joined | {record: list(dict.fromkeys(each)) for record, each in whole.items()}

    def _name_terms(self) -> dict[int, str]:
        """Terms of names that may be shown."""
        types = self._workspace.vocabulary.types
        return {
            number: name
            for (kind, name), number in self._workspace.store.terms().items()
            if name in (WHOLE_NAMES[0], *PARTS)
            and kind in types
            and SEALED not in (types[kind].level, types[kind].properties[name].level)
        }

    def _stated(self, records: list[int]) -> list[StatementRow]:
        """What stands of records, opened where the search opens what is sealed."""
        rows = live_statements(self._workspace.store, records, self._batches)
        return rows if self._sealed is None else self._sealed.opened(rows)

    def _near_sealed(self, text: str) -> list[NamedRecord]:
        """People whose names are sealed, if the search opens them."""
        if self._sealed is None:
            return []
        people = read_sealed_people(refresh_snapshot(self._workspace, self._progress))
        named = (
            NamedRecord(record, PERSON, name)
            for record, names in self._names(people).items()
            for name in names
        )
        return near_in(list(named), text)

    def _near(self, text: str) -> list[NamedRecord]:
        snapshot = refresh_snapshot(self._workspace, self._progress)
        kept = kept_names(self._workspace, snapshot)
        if kept is not None:
            return kept.near(text)
        search = NameSearch(snapshot, self._workspace.vocabulary)
        try:
            return search.near(text)
        finally:
            search.close()


def find_records(
    workspace: Workspace,
    text: str,
    progress: Progress,
    *,
    limit: int = 20,
    opens: bool = False,
    reason: str = "",
    with_names: bool = True,
) -> dict[str, Any]:
    """Records with this id, this key in a list or a name like this, as a JSON document.

    Types and properties whose level is sealed are neither searched nor shown. Names of people
    that are sealed are so only with ``opens``: they are opened in memory, and why stands in
    the log. Without ``with_names`` the records come without their names.

    Raises:
        InputError: there is nothing to look for, or no reason to open what is sealed.
        PermissionRefusedError: the member may not read records, or not open what is sealed.
        KeyLockedError: names are to be opened, and the member is not cleared.
    """
    seen = sight(workspace, "export-records")
    wanted = " ".join(text.split())
    if not wanted or len(wanted) > LONGEST:
        raise InputError(
            "There is nothing to look for." if not wanted else "This is too long to look for.",
            hint="Give an id, a list's own id, or a name in Arabic or Latin letters.",
        )
    sealed, batch = rows_for(workspace, "search", (), reason=reason) if opens else (None, None)
    search = Search(workspace, progress, sealed)
    found = search.hits(wanted, limit if seen.is_whole else limit * BEYOND)
    hits = [one for one in found if seen.covers(one.number)]
    return {
        "text": wanted,
        "records": search.document(hits[:limit], with_names=with_names),
        "more": len(hits) > limit,
        **({} if batch is None else {"opened_in": batch}),
    }


def _scored(text: str, near: list[NamedRecord]) -> list[tuple[NamedRecord, float]]:
    """The names with how like the text they are, best first.

    A text may be a part of the name: each of its words is then compared with the words of it.
    """
    names = list(dict.fromkeys(one.name for one in near))
    whole = _alike([text], names)[text]
    parts = _parts(list(dict.fromkeys(text.split())), names)
    best = {
        name: round(max(whole.get(name, 0.0), PART * part), 4)
        for name, part in zip(names, parts, strict=True)
    }
    scored = [(one, best[one.name]) for one in near]
    return sorted(scored, key=lambda pair: (-pair[1], pair[0].record))


def _parts(asked: list[str], names: list[str]) -> list[float]:
    """How like the words of a text the words of each name are, each the one most like it."""
    words: dict[str, int] = {}
    places: list[int] = []
    start: list[int] = []
    for name in names:
        start.append(len(places))
        places += [words.setdefault(word, len(words)) for word in name.split() or [name]]
    if not names:
        return []
    alike = _alike(asked, list(words))
    table = np.zeros((len(asked), len(words)))
    for row, word in enumerate(asked):
        for own, score in alike[word].items():
            table[row, words[own]] = score
    best = np.maximum.reduceat(table[:, places], start, axis=1)
    return [float(one) for one in best.sum(axis=0) / len(asked)]


def _alike(texts: list[str], names: list[str]) -> dict[str, dict[str, float]]:
    """How like each text every name is that is like it at all."""
    known = list(dict.fromkeys(names))
    found = match_names(texts, known, max(1, len(known)))
    return {
        text: {match.candidate: match.score for match in matches}
        for text, matches in zip(texts, found, strict=True)
    }
