"""Candidates for photographed bodies: who they may be, why, and what is still lacking.

Candidates come from what is stated: an identification by anybody, marks, clothing, numbers on
cards and papers, the series of card numbers, images. Day and place of a photograph fit too many
people to name one, so they are laid beside each candidate. Nothing is decided by a score:
candidates are shown by how many independent origins speak for them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from bayyina.app.identification_states import IDENTIFIED, WITHDRAWN, Claimed, derive, state_of
from bayyina.app.identifying_evidence import (
    CONTRADICTS,
    LEADS,
    PROFILE_CLOTHING,
    PROFILE_MARKS,
    SUPPORTS,
    CardSeries,
    LeadLine,
    NumberIndex,
    WordIndex,
    make_line,
    stays_of,
    window_lines,
)
from bayyina.app.identifying_reading import (
    STANDARD,
    Cases,
    one_link,
    one_people,
    read_cases,
    values_of,
)
from bayyina.app.lead_origins import Origins
from bayyina.app.near_photographs import PROPERTIES, NearPhotographs
from bayyina.app.own_files import own_standards
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.workspace import Workspace
from bayyina.figures.case_rows import CaseRow, reading_cases
from bayyina.standards.documentation_standard import EvidenceLine
from bayyina.standards.evaluation import Reason, evaluate

_IDENTIFIERS: Final = ("identifier",)
_DOCUMENT: Final = ("number", "about", "title")
_ITEM: Final = ("shows", *PROPERTIES)
_FEW: Final = 25
AS_FIGURES: Final = ""


class Lead(NamedTuple):
    """A person who may be a body, with all that is known for and against."""

    body: int
    """The body."""

    person: int
    """The lowest of the records that are this person."""

    lines: tuple[LeadLine, ...]
    """Lines, those that support first."""

    lacks: tuple[Reason, ...]
    """What the documentation standard still asks for; empty where the lines that
    are stated would suffice if two people found that they do."""

    identifications: tuple[int, ...]
    """Records that lay the body to this person."""

    face: float | None = None
    """Likeness that a program from outside gave; shown to its two reviewers alone."""

    @property
    def origins(self) -> int:
        """How many different origins support it."""
        return len({one.origin for one in self.lines if one.says == SUPPORTS})


class LeadFinder:
    """Finds candidates for any body of a workspace, read once."""

    def __init__(self, workspace: Workspace, progress: Progress) -> None:
        """Read what has to be laid beside bodies.

        Raises:
            PermissionRefusedError: the member may not read records.
        """
        require(workspace, "export-records")
        self._workspace = workspace
        self._rules = own_standards(workspace.folder)[STANDARD]
        self.cases: Cases = read_cases(workspace, progress)
        snapshot = refresh_snapshot(workspace, progress)
        with reading_cases(snapshot, workspace.vocabulary) as reader:
            profiles = _by_record(reader.statements(["AnteMortemProfile"]))
            identifiers = reader.statements(["Person"], properties=_IDENTIFIERS)
            documents = _by_record(reader.statements(["Document"], properties=_DOCUMENT))
            items = _by_record(reader.statements(["EvidenceItem"], properties=_ITEM))
            acts = reader.acts()
        people = {act.person for act in acts} | {row.record for row in identifiers}
        people |= {one_link(rows, "person") for rows in profiles.values()}
        people |= {
            int(v) for rows in documents.values() for v in values_of(rows, "about") if v.isdecimal()
        }
        self._roots = {**one_people(workspace, people - {0}, progress), **self.cases.roots}
        self._stays = stays_of(acts, self._roots)
        self._linked = _linked(
            self._roots, one_people(workspace, self._roots, progress, linked=AS_FIGURES)
        )
        self._profile_sources = {r: rows[0].source for r, rows in profiles.items()}
        self._origins = Origins(workspace, dict.fromkeys(documents, "Document"))
        self._marks = WordIndex(profiles, PROFILE_MARKS, self._roots)
        self._clothing = WordIndex(profiles, PROFILE_CLOTHING, self._roots)
        self._numbers = NumberIndex(
            (self._root(row.record), row.record, row.value) for row in identifiers
        )
        self._listed_by = {row.record: row.source for row in identifiers}
        self._papers = NumberIndex(
            (self._root(int(about)), record, text)
            for record, rows in documents.items()
            for about in values_of(rows, "about")
            if about.isdecimal()
            for text in values_of(rows, "number")
        )
        states = derive(self.cases.bodies, self.cases.claims, as_of=workspace.clock.now().date())
        self._identified = {one.body: one.person for one in states if one.state == IDENTIFIED}
        self._series = CardSeries(self.cases, self._identified, self._stays)
        self._taken = sorted((s.taken_late, p) for p, s in self._stays.items() if s.taken_late)
        self._items = items
        self._near = NearPhotographs(workspace, items)
        self._shown = _people_shown(items, self._roots, documents)
        self._bodies_shown: dict[int, set[int]] = defaultdict(set)
        for item, own in items.items():
            for value in values_of(own, "shows"):
                if value.isdecimal() and int(value) in self.cases.bodies:
                    self._bodies_shown[int(value)].add(item)
        self._bodies_of: dict[int, list[int]] = defaultdict(list)
        for body, person in self._identified.items():
            self._bodies_of[person].append(body)
        self._claims: dict[int, list[Claimed]] = defaultdict(list)
        for claim in self.cases.claims:
            self._claims[claim.body].append(claim)

    def leads(self, body: int) -> list[Lead]:
        """Candidates of a body, those that most independent origins support first."""
        rows = self.cases.bodies[body]
        lines: dict[int, list[LeadLine]] = defaultdict(list)
        records: dict[int, list[int]] = defaultdict(list)
        for claim in self._claims[body]:
            if claim.person and state_of(claim) != WITHDRAWN:
                records[claim.person].append(claim.record)
                lines[claim.person] += self._of_claim(claim)
        for person, line in self._found(body, rows):
            if line not in lines[person]:
                lines[person].append(line)
        families = {
            person: one.origin
            for person, own in lines.items()
            for one in own
            if one.line == "family_recognition" and one.says == SUPPORTS
        }
        found = []
        for person, own in lines.items():
            own += window_lines(rows, self._stays.get(person), self._origins)
            own += self._elsewhere(body, person)
            own += self._same_by_name(person)
            lacks = self._lacks(rows, own, {p: o for p, o in families.items() if p != person})
            order = {SUPPORTS: 0, CONTRADICTS: 1, LEADS: 2}
            ordered = tuple(sorted(own, key=lambda one: (order[one.says], one.line, one.cites)))
            found.append(Lead(body, person, ordered, lacks, tuple(records[person])))
        return sorted(found, key=lambda one: (-one.origins, one.person))

    def fits_window(self, body: int) -> int:
        """How many people were taken, as far as is stated, before the body was photographed."""
        rows = self.cases.bodies[body]
        latest = max(
            (r.last for r in rows if r.property == "photographed_on" and r.last), default=""
        )
        return bisect_right(self._taken, (latest, 1 << 63)) if latest else 0

    def open_bodies(self) -> list[int]:
        """Bodies that nobody is identified as, in order of record."""
        return [body for body in sorted(self.cases.bodies) if body not in self._identified]

    def images_of(self, body: int) -> list[int]:
        """Evidence items that a body's photographs are, or were made from."""
        return sorted(self._images(body, self.cases.bodies[body]))

    def images_of_person(self, person: int) -> list[int]:
        """Evidence items that are stated to show a person, or what they were made from."""
        return sorted(item for item, people in self._shown.items() if person in people)

    def _root(self, person: int) -> int:
        return self._roots.get(person, person)

    def _of_claim(self, claim: Claimed) -> list[LeadLine]:
        rows = self.cases.identifications[claim.record]
        decided = self.cases.decided.get(claim.record)
        signed = {one.name: one for one in decided.lines} if decided is not None else {}
        computed = set(self._rules.never_alone.lines) if self._rules.never_alone else set()
        lines = []
        for name in dict.fromkeys([*values_of(rows, "basis"), *signed]):
            origin, source = self._origins.of(claim.record, rows[0].source)
            if name in signed:
                origin = signed[name].origin
            says = LEADS if name in computed else SUPPORTS
            state = (claim.decided or claim.stated or "candidates",)
            lines.append(
                make_line(name, says, "identification", state, claim.record, (origin, source))
            )
        return lines

    def _found(self, body: int, rows: Sequence[CaseRow]) -> Iterable[tuple[int, LeadLine]]:
        """Everything but identifications that names a person for a body."""
        for index, line, name in (
            (self._marks, "distinctive_mark", "distinctive_mark"),
            (self._clothing, "clothing_or_effects", "clothing"),
        ):
            for person, profile, words in index.found(values_of(rows, name)):
                origin = self._origins.of(profile, self._profile_sources.get(profile))
                yield person, make_line(line, SUPPORTS, "words_shared", words, profile, origin)
        for person, record in self._numbers.found(rows):
            origin = self._origins.of(record, self._listed_by.get(record))
            yield person, make_line("document", SUPPORTS, "number_stated", (), record, origin)
        for person, record in self._papers.found(rows):
            origin = self._origins.of(record, None)
            yield person, make_line("document", SUPPORTS, "number_on_paper", (), record, origin)
        yield from self._in_series(body, rows)
        images = self._images(body, rows)
        found = [(item, "image_shared") for item in sorted(images)]
        found += [(other, "image_alike") for _, other in self._near.alike(images, self._shown)]
        for item, about in dict.fromkeys(found):
            for person in self._shown.get(item, ()):
                origin = self._origins.of(item, None)
                yield person, make_line("near_duplicate", LEADS, about, (), item, origin)

    def _in_series(self, body: int, rows: Sequence[CaseRow]) -> Iterable[tuple[int, LeadLine]]:
        """People who were taken between those whose card numbers stand below and above."""
        window = self._series.window(body, rows)
        if window is None:
            return
        first, last, neighbour = window
        begin = bisect_left(self._taken, (first, 0))
        people = [p for _, p in self._taken[begin : bisect_right(self._taken, (last, 1 << 63))]]
        people = [p for p in people if p not in self._identified.values()]
        if len(people) > _FEW:
            return
        for person in people:
            stay = self._stays[person]
            if window_lines(rows, stay, self._origins)[:1] and stay.start is not None:
                own = self._origins.of(stay.start.record, stay.start.source)
                yield person, make_line(
                    "card_number_series", SUPPORTS, "series_fits",
                    (first, last, self._workspace.short_id(neighbour)), stay.start.record, own,
                )  # fmt: skip

    def _images(self, body: int, rows: Sequence[CaseRow]) -> set[int]:
        """The items of a body's photographs, and what they were made from."""
        own = {int(value) for value in values_of(rows, "images") if value.isdecimal()}
        own |= self._bodies_shown.get(body, set())
        return {_root_item(item, self._items) for item in own}

    def _elsewhere(self, body: int, person: int) -> list[LeadLine]:
        """That the person is identified as another body."""
        return [
            make_line(
                "other_body", CONTRADICTS, "identified_elsewhere",
                (self._workspace.short_id(other),), other, self._origins.of(other, None),
            )
            for other in self._bodies_of.get(person, ())
            if other != body
        ]  # fmt: skip

    def _same_by_name(self, person: int) -> list[LeadLine]:
        """Records that the linkage of the workspace holds to be the person; nobody judged it."""
        return [
            make_line(
                "linked_record", LEADS, "linked_by_name", (self._workspace.short_id(other),),
                other, self._origins.of(other, None),
            )
            for other in self._linked.get(person, ())
        ]  # fmt: skip

    def _lacks(
        self, rows: Sequence[CaseRow], lines: Sequence[LeadLine], rivals: Mapping[int, str]
    ) -> tuple[Reason, ...]:
        evidence = [EvidenceLine(one.line, one.origin) for one in lines if one.says == SUPPORTS]
        evidence += [EvidenceLine("rival_family_claim", origin) for origin in rivals.values()]
        conditions = []
        if values_of(rows, "disfigurement") == ["minimal"]:
            conditions.append("minimal_disfigurement_recorded")
        found = evaluate(
            self._rules, evidence, conditions=conditions, stated={"body", "person"},
            vocabulary=self._workspace.vocabulary,
        )  # fmt: skip
        return () if found.met else found.reasons


def _linked(reviewed: Mapping[int, int], strict: Mapping[int, int]) -> dict[int, list[int]]:
    """People whom only the linkage joins, by person; all by their lowest record."""
    together: dict[int, set[int]] = defaultdict(set)
    for record, person in reviewed.items():
        together[strict[record]].add(person)
    return {
        person: sorted(people - {person})
        for people in together.values()
        if len(people) > 1
        for person in people
    }


def _people_shown(
    items: Mapping[int, Sequence[CaseRow]], roots: Mapping[int, int], documents: Mapping[int, Any]
) -> dict[int, list[int]]:
    """People whom an item, or one that was made from the same, is stated to show."""
    found: dict[int, set[int]] = defaultdict(set)
    for item, rows in items.items():
        for value in values_of(rows, "shows"):
            if value.isdecimal() and int(value) in roots and int(value) not in documents:
                found[_root_item(item, items)].add(roots[int(value)])
    return {item: sorted(people) for item, people in found.items()}


def _root_item(item: int, items: Mapping[int, Sequence[CaseRow]]) -> int:
    """What an item was made from, in the end."""
    seen = {item}
    while (before := one_link(items.get(item, ()), "derived_from")) and before not in seen:
        item = before
        seen.add(item)
    return item


def _by_record(rows: Iterable[CaseRow]) -> dict[int, list[CaseRow]]:
    found: dict[int, list[CaseRow]] = defaultdict(list)
    for row in rows:
        found[row.record].append(row)
    return dict(found)
