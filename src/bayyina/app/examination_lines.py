"""What examinations of a document say, looked up whoever decides: differing points, empty ones.

Whoever signs that a document was examined rests on an examination that is filled in point by
point, and on one of their own: two people who sign one sheet are one examination. A point that
any examination of the document finds to differ stands in the way, cited or not, until it is
recorded that the difference is explained.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from bayyina.app.compared_lines import EXPLAINED
from bayyina.app.determination_words import AGAINST, word_of
from bayyina.app.grounds import Grounds
from bayyina.app.live import live_batches, live_statements
from bayyina.app.rows import DeterminationRow, MemberRow, RecordRow, StatementRow, batch_of
from bayyina.app.short_ids import record_number, statement_number
from bayyina.app.workspace import Workspace
from bayyina.errors import CheckFailedError
from bayyina.standards.documentation_standard import EvidenceLine

EXAMINED: Final = "document_examination"
EXAMINATION: Final = "DocumentExamination"
DIFFERING: Final = "differing_point"
POINTS: Final = ("stationery", "stamp", "register_number", "sequence", "signature", "dates")
"""Points of the checklist; "not examined" is an answer, silence is none."""

COMPARED: Final = frozenset({"agrees", "differs"})
"""Answers to ``signature`` that say with what it was compared."""


def examination_lines(
    workspace: Workspace, record: RecordRow, grounds: Grounds
) -> list[EvidenceLine]:
    """What stands in the way because an examination of the document found a point to differ.

    Raises:
        CheckFailedError: an examination that is cited is not filled in, or somebody else who
            decided rests on the same one.
    """
    if record.record_type != "Document":
        return []
    examinations = _of_document(workspace, record.number)
    cited = {_cited(workspace, one.cites) for one in grounds.lines if one.name == EXAMINED}
    for number in sorted(cited):
        _check_filled(workspace, number, examinations.get(number, {}), record.number)
    taken = cited & _of_others(workspace, record.number)
    if taken:
        raise CheckFailedError(
            f"Somebody else who decided rests on the examination {workspace.short_id(min(taken))} already.",
            hint="Two people examine: fill in an examination of your own, and cite that.",
            code="examination-of-another",
        )
    if any(one.name == EXPLAINED for one in grounds.conditions):
        return []
    return [
        EvidenceLine(DIFFERING, workspace.short_id(number))
        for number, said in examinations.items()
        if any("differs" in said.get(point, ()) for point in POINTS)
    ]


def _of_document(workspace: Workspace, document: int) -> Mapping[int, Mapping[str, set[str]]]:
    """What each examination of a document says, by property."""
    store, batches = workspace.store, live_batches(workspace.store)
    names = {term: pair[1] for pair, term in store.terms().items() if pair[0] == EXAMINATION}
    pointing = store.find(StatementRow, "value", [str(document)])
    records = {row.record for row in pointing if names.get(row.term) == "document"}
    found: dict[int, dict[str, set[str]]] = {}
    for row in live_statements(store, sorted(records), batches):
        said = found.setdefault(row.record, defaultdict(set))
        if row.term in names and row.value:
            said[names[row.term]].add(row.value)
    return {n: said for n, said in found.items() if str(document) in said.get("document", ())}


def _cited(workspace: Workspace, cites: str) -> int:
    """The record that a line cites, or whose statement it cites."""
    if "-S-" not in cites:
        return record_number(workspace, cites)
    number = statement_number(workspace, cites)
    return workspace.store.find(StatementRow, "number", [number])[0].record


def _check_filled(
    workspace: Workspace, number: int, said: Mapping[str, Iterable[str]], document: int
) -> None:
    short = workspace.short_id(number)
    if not said:
        raise CheckFailedError(
            f"{short} is no examination of this document.",
            hint="Cite a DocumentExamination whose `document` is the record that is decided about.",
            code="no-examination",
        )
    empty = [point for point in (*POINTS, "conclusion") if not said.get(point)]
    if empty:
        raise CheckFailedError(
            f"The examination {short} says nothing of {', '.join(empty)}.",
            hint="Fill in every point; `not_examined` and `nothing_to_compare` are answers too.",
            code="examination-unfinished",
        )
    others = set(said.get("compared_with", ())) - {str(document)}
    if COMPARED & set(said.get("signature", ())) and not others:
        raise CheckFailedError(
            f"The examination {short} says that the signature agrees or differs, and not with what.",
            hint="Name the papers of the same office with `compared_with`.",
            code="examination-unfinished",
        )


def _of_others(workspace: Workspace, document: int) -> set[int]:
    """Examinations on which others rest who decided about the document and stand by it."""
    store = workspace.store
    batches = live_batches(store)
    last: dict[int, DeterminationRow] = {}
    for row in store.find(DeterminationRow, "record", [document]):
        if batch_of(row.number) in batches:
            last[row.member] = row
    members = store.find(MemberRow, "number", set(last))
    mine = {one.number for one in members if one.handle == workspace.member.handle}
    return {
        _cited(workspace, one.cites)
        for member, row in last.items()
        if member not in mine and word_of(row) != AGAINST
        for one in Grounds.of(row.reasons).lines
        if one.name == EXAMINED
    }
