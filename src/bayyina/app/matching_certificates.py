"""Leaked certificates and register extracts laid beside the disappeared: candidates with reasons.

Compared are the parts that ``certificate_particulars`` lays side by side. Nothing is decided here, and no order of candidates is a decision: a match is
proposed, signed by two people and settled (``certificate_matches``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from bayyina.app.certificate_particulars import (
    AGREES,
    DIFFERS,
    LINES,
    NAMED,
    SIMILAR,
    PartFound,
    Particulars,
    compare_particulars,
    custody_part,
    register_entry,
    span_of,
)
from bayyina.app.identifying_evidence import Stay, stays_of
from bayyina.app.identifying_reading import one_people, values_of
from bayyina.app.own_files import own_standards
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.workspace import Workspace
from bayyina.figures.case_rows import CaseRow, reading_cases
from bayyina.figures.people_rows import read_people_rows
from bayyina.names.batches import functions_for
from bayyina.names.comparing import UNSURE
from bayyina.names.likeness import score_pair
from bayyina.names.matching import match_names
from bayyina.standards.documentation_standard import EvidenceLine
from bayyina.standards.evaluation import Reason, evaluate

DOCUMENT: Final = "Document"
MATCH: Final = "CertificateMatch"
STANDARD: Final = "certificate-match"
KINDS: Final = ("death_certificate", "civil_registry_extract")
"""Kinds of documents that are matched."""

TOP: Final = 5
"""Candidates of a document that are shown, unless another number is asked for."""

_SHORTLIST: Final = 30
_OF_PERSON: Final = ("register_place", "register_number", "birth_place")


class Candidate(NamedTuple):
    """A person whom a paper may be about."""

    person: int
    """The lowest of the records that are this person."""

    record: int
    """The record whose particulars were compared."""

    parts: tuple[PartFound, ...]
    """What agrees and what differs."""

    lacks: tuple[Reason, ...]
    """What the standard still asks for."""

    joined: bool
    """Whether the paper's own record of the person is joined with this one already."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Lines of evidence that the parts make."""
        return tuple(LINES[p.part] for p in self.parts if p.says == AGREES and p.part in LINES)


class Paper(NamedTuple):
    """A certificate or extract with its candidates."""

    document: int
    """Its record."""

    kind: str
    """Its kind."""

    candidates: tuple[Candidate, ...]
    """Those with most parts that agree and fewest that differ first."""


def match_certificates(
    workspace: Workspace, progress: Progress, *, top: int = TOP, only: int | None = None
) -> list[Paper]:
    """Candidates among the disappeared for every certificate and extract.

    Args:
        workspace: Where they are.
        progress: Told of the snapshot.
        top: Candidates of a paper at most.
        only: One document, by its record.

    Raises:
        PermissionRefusedError: the member may not read records.
    """
    require(workspace, "export-records")
    people = _Disappeared(workspace, progress)
    rules = own_standards(workspace.folder)[STANDARD]
    papers = {n: rows for n, rows in people.papers.items() if only in (None, n)}
    found = dict(zip(papers, people.candidates(papers), strict=True))
    answer = []
    for number, rows in papers.items():
        candidates = []
        for one in found[number]:
            evidence = [EvidenceLine(line, str(number)) for line in one.lines]
            evidence += [
                EvidenceLine("differing_part", str(number)) for p in one.parts if p.says == DIFFERS
            ]
            result = evaluate(
                rules, evidence, conditions=(), stated={"document", "person"},
                vocabulary=workspace.vocabulary,
            )  # fmt: skip
            lacks = () if result.met else result.reasons
            candidates.append(one._replace(lacks=lacks))
        candidates.sort(key=_rank)
        kind = values_of(rows, "kind")[0]
        answer.append(Paper(number, kind, tuple(candidates[:top])))
    return answer


def _rank(one: Candidate) -> tuple[int, int, int]:
    differing = sum(part.says == DIFFERS for part in one.parts)
    return (differing - len(one.lines), differing, one.person)


class _Disappeared:
    """People who were taken, and the papers that may be about them."""

    def __init__(self, workspace: Workspace, progress: Progress) -> None:
        snapshot = refresh_snapshot(workspace, progress)
        rows = read_people_rows(snapshot, workspace.vocabulary)
        with reading_cases(snapshot, workspace.vocabulary) as reader:
            documents = _by_record(reader.statements([DOCUMENT]))
            register = _by_record(reader.statements(["Person"], properties=_OF_PERSON))
            acts = reader.acts()
        self.papers = {
            number: said
            for number, said in documents.items()
            if set(values_of(said, "kind")) & set(KINDS)
        }
        self._gazetteer = workspace.gazetteer
        self._roots = one_people(workspace, rows.records, progress)
        self._stays: Mapping[int, Stay] = stays_of(acts, self._roots)
        taken = {act.person for act in acts if act.custody == "start"}
        self._said = {
            record: _of_person(
                {k: v[at] for k, v in rows.columns.items()}, register.get(record, ())
            )
            for at, record in enumerate(rows.records)
        }
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._by_entry: dict[tuple[str, str], list[int]] = defaultdict(list)
        for record in sorted(taken & set(self._said)):
            said = self._said[record]
            self._by_name[said.name].append(record)
            if said.register_number and said.register_place:
                self._by_entry[register_entry(said)].append(record)
        self._by_name.pop("", None)
        self._score: Callable[..., Any] = score_pair

    def candidates(self, papers: Mapping[int, Sequence[CaseRow]]) -> list[list[Candidate]]:
        """People for each paper, in the order of the papers, unsorted."""
        said = [self._of_paper(rows) for rows in papers.values()]
        found = match_names([one.name for one, _ in said], list(self._by_name), _SHORTLIST)
        self._score = functions_for(len(papers) * _SHORTLIST)["score_pair"]
        answer = []
        for rows, (one, own), matches in zip(papers.values(), said, found, strict=True):
            near = (match.candidate for match in matches if match.score >= UNSURE)
            records = [record for name in near for record in self._by_name[name]]
            if one.register_number and one.register_place:
                records += self._by_entry.get(register_entry(one), [])
            answer.append(self._compared(rows, one, own, dict.fromkeys(records)))
        return answer

    def _compared(
        self, rows: Sequence[CaseRow], paper: Particulars, own: int, records: Iterable[int]
    ) -> list[Candidate]:
        best: dict[int, Candidate] = {}
        for record in records:
            if record == own:
                continue
            person = self._roots.get(record, record)
            parts = compare_particulars(paper, self._said[record], self._score, self._gazetteer)
            agrees = {part.part for part in parts if part.says in (AGREES, SIMILAR)}
            if not agrees & {"name", "register"}:
                continue
            parts += custody_part(rows, self._stays.get(person))
            joined = bool(own) and self._roots.get(own, own) == person
            one = Candidate(person, record, parts, (), joined)
            if person not in best or _rank(one) < _rank(best[person]):
                best[person] = one
        return list(best.values())

    def _of_paper(self, rows: Sequence[CaseRow]) -> tuple[Particulars, int]:
        """What the paper says, and the record of the person that its list made for it."""
        about = [int(v) for v in values_of(rows, "about") if v.isdecimal() and int(v) in self._said]
        own = about[0] if len(about) == 1 else 0
        base = self._said.get(own, Particulars())
        days = [(r.first, r.last) for r in rows if r.property == "named_birth_date"]
        birth = next(((a, b) for a, b in days if a and b), base.birth)
        first = {name: next(iter(values_of(rows, name)), "") for name in NAMED}
        paper = Particulars(
            first["named"] or base.name,
            first["named_father"] or base.father,
            first["named_mother"] or base.mother,
            birth,
            first["named_register_place"] or base.register_place,
            first["named_register_number"] or base.register_number,
            first["named_birth_place"] or base.birth_place,
        )
        return paper, own


def _of_person(columns: Mapping[str, str], register: Sequence[CaseRow]) -> Particulars:
    parts = ("name.given", "name.father", "name.family")
    name = columns["name"] or " ".join(filter(None, (columns[part] for part in parts)))
    return Particulars(
        name=name,
        father=columns["name.father"],
        mother=columns["name.mother"],
        birth=span_of(columns["birth"]),
        register_place=next(iter(values_of(register, "register_place")), ""),
        register_number=next(iter(values_of(register, "register_number")), ""),
        birth_place=next(iter(values_of(register, "birth_place")), ""),
    )


def _by_record(rows: Iterable[CaseRow]) -> dict[int, list[CaseRow]]:
    found: dict[int, list[CaseRow]] = defaultdict(list)
    for row in rows:
        found[row.record].append(row)
    return dict(found)
