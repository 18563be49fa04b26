"""Leaked certificates and register extracts laid beside the disappeared: candidates with reasons.

Compared are the name and its parts, the father, the mother, the birth, and the entry in the
civil register (place and number, a line of its own). Each part agrees, differs, or is not stated
on both sides. Nothing is decided here, and no order of candidates is a decision: a match is
proposed, signed by two people and settled (``certificate_matches``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from bayyina.app.identifying_cards import number_on
from bayyina.app.identifying_evidence import Stay, stays_of
from bayyina.app.identifying_reading import one_people, values_of
from bayyina.app.own_files import own_standards
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.workspace import Workspace
from bayyina.errors import DateUnreadableError
from bayyina.figures.case_rows import CaseRow, reading_cases
from bayyina.figures.people_rows import read_people_rows
from bayyina.model.label_folding import fold_label
from bayyina.model.partial_dates import read_date
from bayyina.names.batches import functions_for
from bayyina.names.comparing import UNSURE, compare_names
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

AGREES, DIFFERS, SIMILAR = "agrees", "differs", "similar"
_LINES: Final = {
    "name": "names_agree",
    "mother": "mother_agrees",
    "birth": "birth_agrees",
    "register": "register_entry_agrees",
}
_PARTS: Final = ("name", "father", "mother", "birth", "register")
_SHORTLIST: Final = 30


class Particulars(NamedTuple):
    """What a paper, or a person's record, says of somebody."""

    name: str = ""
    """The whole name."""

    father: str = ""
    """The father's name."""

    mother: str = ""
    """The mother's name."""

    birth: tuple[str, str] | None = None
    """First and last possible day of birth, ISO 8601."""

    register_place: str = ""
    """Place of the family's entry in the civil register."""

    register_number: str = ""
    """Its number there."""


class PartFound(NamedTuple):
    """One part laid beside another."""

    part: str
    """``name``, ``father``, ``mother``, ``birth``, ``register`` or ``custody``."""

    says: str
    """``agrees``, ``similar`` or ``differs``."""

    paper: str
    """What the paper says."""

    person: str
    """What is recorded of the person."""

    reason: str
    """Why, in words; empty where the two texts speak for themselves."""


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
        return tuple(_LINES[p.part] for p in self.parts if p.says == AGREES and p.part in _LINES)


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


def compare_particulars(
    paper: Particulars, person: Particulars, score: Callable[..., Any] = score_pair
) -> tuple[PartFound, ...]:
    """Each part that both state, laid side by side; ``score`` compares two words' spellings."""
    found = [
        _names("name", paper.name, person.name, score),
        _names("father", paper.father, person.father, score),
        _names("mother", paper.mother, person.mother, score),
        _births(paper.birth, person.birth),
        _registers(paper, person),
    ]
    return tuple(part for part in found if part is not None)


def _rank(one: Candidate) -> tuple[int, int, int]:
    differing = sum(part.says == DIFFERS for part in one.parts)
    return (differing - len(one.lines), differing, one.person)


def _names(part: str, paper: str, person: str, score: Callable[..., Any]) -> PartFound | None:
    if not paper or not person:
        return None
    found = compare_names(paper, person, score_pair=score)
    says = {"same": AGREES, "unsure": SIMILAR, "different": DIFFERS}[found.decision]
    doubtful = [one for one in found.parts if one.a != one.b and one.score < 1]
    reason = "; ".join(f"{one.a or '—'} / {one.b or '—'}: {one.reason}" for one in doubtful)
    return PartFound(part, says, paper, person, reason)


def _births(paper: tuple[str, str] | None, person: tuple[str, str] | None) -> PartFound | None:
    """Births agree where their spans meet and neither is longer than two years."""
    if paper is None or person is None:
        return None
    ours, theirs = ("/".join(dict.fromkeys(span)) for span in (paper, person))
    if paper[0] > person[1] or person[0] > paper[1]:
        return PartFound("birth", DIFFERS, ours, theirs, "")
    both = (paper, person)
    wide = any(
        (date.fromisoformat(last) - date.fromisoformat(first)).days > 731 for first, last in both
    )
    return PartFound("birth", SIMILAR if wide else AGREES, ours, theirs, "")


def _registers(paper: Particulars, person: Particulars) -> PartFound | None:
    """The entry agrees in place and number; a number alone exists in every place."""
    if not (paper.register_number and person.register_number):
        return None
    texts = (
        f"{paper.register_place} {paper.register_number}".strip(),
        f"{person.register_place} {person.register_number}".strip(),
    )
    if number_on(paper.register_number) != number_on(person.register_number):
        return PartFound("register", DIFFERS, *texts, "")
    if not paper.register_place or not person.register_place:
        return PartFound("register", SIMILAR, *texts, "the place is not stated on both sides")
    same = fold_label(paper.register_place) == fold_label(person.register_place)
    return PartFound("register", AGREES if same else DIFFERS, *texts, "")


class _Disappeared:
    """People who were taken, and the papers that may be about them."""

    def __init__(self, workspace: Workspace, progress: Progress) -> None:
        snapshot = refresh_snapshot(workspace, progress)
        rows = read_people_rows(snapshot, workspace.vocabulary)
        with reading_cases(snapshot, workspace.vocabulary) as reader:
            documents = _by_record(reader.statements([DOCUMENT]))
            register = _by_record(
                reader.statements(["Person"], properties=["register_place", "register_number"])
            )
            acts = reader.acts()
        self.papers = {
            number: said
            for number, said in documents.items()
            if set(values_of(said, "kind")) & set(KINDS)
        }
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
                self._by_entry[_entry(said)].append(record)
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
                records += self._by_entry.get(_entry(one), [])
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
            parts = compare_particulars(paper, self._said[record], self._score)
            agrees = {part.part for part in parts if part.says in (AGREES, SIMILAR)}
            if not agrees & {"name", "register"}:
                continue
            parts += _custody(rows, self._stays.get(person))
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
        first = {name: next(iter(values_of(rows, name)), "") for name in _NAMED}
        paper = Particulars(
            first["named"] or base.name,
            first["named_father"] or base.father,
            first["named_mother"] or base.mother,
            birth,
            first["named_register_place"] or base.register_place,
            first["named_register_number"] or base.register_number,
        )
        return paper, own


_NAMED: Final = (
    "named",
    "named_father",
    "named_mother",
    "named_register_place",
    "named_register_number",
)


def _of_person(columns: Mapping[str, str], register: Sequence[CaseRow]) -> Particulars:
    parts = ("name.given", "name.father", "name.family")
    name = columns["name"] or " ".join(filter(None, (columns[part] for part in parts)))
    return Particulars(
        name=name,
        father=columns["name.father"],
        mother=columns["name.mother"],
        birth=_span(columns["birth"]),
        register_place=next(iter(values_of(register, "register_place")), ""),
        register_number=next(iter(values_of(register, "register_number")), ""),
    )


def _span(text: str) -> tuple[str, str] | None:
    if not text:
        return None
    try:
        found = read_date(text)
    except DateUnreadableError:
        return None
    first, last = found.lo, found.hi
    return (first.isoformat(), last.isoformat()) if first and last else None


def _custody(rows: Sequence[CaseRow], stay: Stay | None) -> tuple[PartFound, ...]:
    """That the person was taken, or seen alive, after the death that the paper states."""
    days = [row.last for row in rows if row.property == "stated_date" and row.last]
    if stay is None or not days:
        return ()
    latest = max(days)
    if stay.taken is not None and stay.taken > latest:
        reason = "taken after the death that the paper states"
        return (PartFound("custody", DIFFERS, latest, stay.taken, reason),)
    alive = stay.alive
    is_seen = alive is not None and alive.record_type in ("Release", "Sighting")
    if alive is not None and is_seen and (alive.first or "") > latest:
        reason = "alive after the death that the paper states"
        return (PartFound("custody", DIFFERS, latest, alive.first or "", reason),)
    return ()


def _entry(said: Particulars) -> tuple[str, str]:
    return fold_label(said.register_place), number_on(said.register_number)


def _by_record(rows: Iterable[CaseRow]) -> dict[int, list[CaseRow]]:
    found: dict[int, list[CaseRow]] = defaultdict(list)
    for row in rows:
        found[row.record].append(row)
    return dict(found)
