"""Lines of evidence that a computer can check: that two statements agree, they must.

Whoever signs that names agree, or the entry in the civil register, says what everybody can
look up. Here it is looked up: the paper is laid beside all records of the person, and a line that
none of them bears out is refused. A part in which all of them differ stands in the way, whoever
decides and whether or not they cite it, until it is recorded that the difference is explained.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bayyina.app.certificate_particulars import (
    AGREES,
    DIFFERS,
    LINES,
    Particulars,
    compare_particulars,
)
from bayyina.app.grounds import Grounds
from bayyina.app.linked_records import same_people_of
from bayyina.app.live import live_batches, live_statements
from bayyina.app.rows import RecordRow, StatementRow
from bayyina.app.sealed_rows import SealedRows
from bayyina.app.workspace import Workspace
from bayyina.errors import CheckFailedError
from bayyina.keys.sealing import is_sealed
from bayyina.standards.documentation_standard import EvidenceLine

MATCH: Final = "CertificateMatch"
DIFFERING: Final = "differing_part"
EXPLAINED: Final = "difference_explained"
"""Condition under which a difference no longer stands in the way."""

_NAME_PARTS: Final = ("name.given", "name.father", "name.family")


def compared_lines(workspace: Workspace, record: RecordRow, grounds: Grounds) -> list[EvidenceLine]:
    """What stands in the way of a match because paper and person differ.

    Raises:
        CheckFailedError: a line says that a part agrees, and no record of the person bears that out.
    """
    if record.record_type != MATCH:
        return []
    said = _Said(workspace)
    own = said.of([record.number])[record.number]
    document, person = (_link(own, name) for name in ("document", "person"))
    if document is None or person is None:
        return []
    found = _compared(workspace, said, document, person)
    for line in grounds.lines:
        part = next((part for part, name in LINES.items() if name == line.name), None)
        if part is not None and AGREES not in found.get(part, ()):
            how = (
                "differs" if DIFFERS in found.get(part, ()) else "is not stated alike on both sides"
            )
            raise CheckFailedError(
                f"{line.name} is not borne out: the {part} {how}.",
                hint=f"`bayyina certificates candidates {workspace.short_id(document)}` lays "
                "the paper beside the person's records.",
                code="line-not-borne-out",
            )
    if any(one.name == EXPLAINED for one in grounds.conditions):
        return []
    cited = workspace.short_id(document)
    return [EvidenceLine(DIFFERING, cited) for says in found.values() if says == {DIFFERS}]


def _compared(
    workspace: Workspace, said: _Said, document: int, person: int
) -> Mapping[str, set[str]]:
    """How each part comes out, over all records of the person."""
    paper_rows = said.of([document])[document]
    about = _link(paper_rows, "about")
    records = [one for one in same_people_of(workspace, person) if one != about] or [person]
    rows = said.of([*records, *([about] if about is not None else [])])
    base = _of_person(rows[about]) if about is not None else Particulars()
    paper = _of_paper(paper_rows, base)
    found: dict[str, set[str]] = defaultdict(set)
    for one in records:
        for part in compare_particulars(
            paper, _of_person(rows[one]), gazetteer=workspace.gazetteer
        ):
            found[part.part].add(part.says)
    return found


class _Said:
    """What stands of records, opened where the member at work is cleared; sealed is not stated."""

    def __init__(self, workspace: Workspace) -> None:
        self._store = workspace.store
        self._batches = live_batches(workspace.store)
        self._names = {term: pair[1] for pair, term in workspace.store.terms().items()}
        self._sealed = SealedRows(workspace)

    def of(self, records: Iterable[int]) -> Mapping[int, list[tuple[str, StatementRow]]]:
        """Property and statement of each record."""
        rows = live_statements(self._store, sorted(set(records)), self._batches)
        found: dict[int, list[tuple[str, StatementRow]]] = defaultdict(list)
        for row in self._sealed.opened(rows):
            if row.value and not is_sealed(row.value):
                found[row.record].append((self._names[row.term], row))
        return found


def _first(rows: Sequence[tuple[str, StatementRow]], name: str) -> str:
    """The value of a property; of names in two scripts the Arabic one."""
    values = [row.value or "" for own, row in rows if own == name]
    return next((text for text in values if not text.isascii()), next(iter(values), ""))


def _link(rows: Sequence[tuple[str, StatementRow]], name: str) -> int | None:
    text = _first(rows, name)
    return int(text) if text.isdecimal() else None


def _birth(rows: Sequence[tuple[str, StatementRow]], name: str) -> tuple[str, str] | None:
    days = [(row.date_lo, row.date_hi) for own, row in rows if own == name]
    return next(((str(lo), str(hi)) for lo, hi in days if lo and hi), None)


def _of_person(rows: Sequence[tuple[str, StatementRow]]) -> Particulars:
    parts = " ".join(filter(None, (_first(rows, part) for part in _NAME_PARTS)))
    return Particulars(
        name=_first(rows, "name") or parts,
        father=_first(rows, "name.father"),
        mother=_first(rows, "name.mother"),
        birth=_birth(rows, "birth_date"),
        register_place=_first(rows, "register_place"),
        register_number=_first(rows, "register_number"),
        birth_place=_first(rows, "birth_place"),
    )


def _of_paper(rows: Sequence[tuple[str, StatementRow]], base: Particulars) -> Particulars:
    return Particulars(
        name=_first(rows, "named") or base.name,
        father=_first(rows, "named_father") or base.father,
        mother=_first(rows, "named_mother") or base.mother,
        birth=_birth(rows, "named_birth_date") or base.birth,
        register_place=_first(rows, "named_register_place") or base.register_place,
        register_number=_first(rows, "named_register_number") or base.register_number,
        birth_place=_first(rows, "named_birth_place") or base.birth_place,
    )
