"""The state of a photographed body, derived from its identifications as of a day.

A state is never recorded of a body: it follows from what sources state and from what people
signed. Nothing here decides; two identifications that cannot both hold make neither hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

UNEXAMINED: Final = "unexamined"
CANDIDATES: Final = "candidates"
BEING_VERIFIED: Final = "being_verified"
IDENTIFIED: Final = "identified"
WITHDRAWN: Final = "withdrawn"

STATES: Final = (UNEXAMINED, CANDIDATES, BEING_VERIFIED, IDENTIFIED, WITHDRAWN)
"""All states of a body, in the order in which a board shows them."""

TWO_PERSONS: Final = "one_body_two_persons"
RIVAL: Final = "rival_family_claim"
TWO_BODIES: Final = "one_person_two_bodies"
LOST: Final = "evidence_lost"
DISPUTED: Final = "disputed"
UNSETTLED: Final = "not_settled"

BLOCKING: Final = frozenset({TWO_PERSONS, RIVAL, TWO_BODIES, LOST, DISPUTED})
"""Conflicts that stand in the way of an identification made here."""


class Claimed(NamedTuple):
    """One identification of a body, as it stands on a day."""

    record: int
    """Its record."""

    body: int
    """The body."""

    person: int
    """The person, by the lowest of the records that are one person; 0 where none is named."""

    stated: str
    """The state that is stated of it, or empty."""

    by_family: bool = False
    """Whether a family's recognition is among what it rests on."""

    made_here: bool = False
    """Whether it was proposed here; then only signatures make it hold."""

    decided: str = ""
    """What two people made of it: ``identified``, ``withdrawn``, ``disputed``, or empty."""

    evidence_lost: bool = False
    """Whether something that the signatures rest on stands no longer."""

    dated: date | None = None
    """First day on which it can have been made; None where no day is stated."""


class BodyState(NamedTuple):
    """Where a body stands."""

    body: int
    """Its record."""

    state: str
    """One of ``STATES``."""

    person: int
    """Whom it is identified as; 0 where nobody."""

    by: str
    """``two_people`` or ``stated`` where it is identified; empty else."""

    claims: tuple[int, ...]
    """Records of its identifications."""

    conflicts: tuple[str, ...]
    """What does not fit together or waits, by code, in order."""

    def without(self, conflict: str) -> BodyState:
        """The same with a conflict left out."""
        return self._replace(conflicts=tuple(one for one in self.conflicts if one != conflict))


def state_of(claim: Claimed) -> str:
    """Where one identification stands, by itself.

    One that was proposed here is identified only while two signatures hold and their evidence
    stands. What a source states is taken as stated, unless people decided about it here.
    """
    if claim.decided == WITHDRAWN:
        return WITHDRAWN
    if claim.decided == DISPUTED:
        return BEING_VERIFIED
    if claim.decided == IDENTIFIED:
        return BEING_VERIFIED if claim.evidence_lost else IDENTIFIED
    if claim.made_here:
        return CANDIDATES if claim.stated == CANDIDATES else BEING_VERIFIED
    known = (CANDIDATES, BEING_VERIFIED, IDENTIFIED, WITHDRAWN)
    return claim.stated if claim.stated in known else CANDIDATES


def derive(bodies: Iterable[int], claims: Iterable[Claimed], *, as_of: date) -> list[BodyState]:
    """The state of each body on a day; bodies in the order given.

    An identification that is dated after the day is not there yet. A person who is identified
    as two bodies is so of neither where the identification was made here; where two sources
    state it, both stand as stated and the conflict is told.
    """
    there = [claim for claim in claims if claim.dated is None or claim.dated <= as_of]
    by_body: dict[int, list[Claimed]] = {}
    for claim in there:
        by_body.setdefault(claim.body, []).append(claim)
    bodies_of: dict[int, set[int]] = {}
    for claim in there:
        if claim.person and state_of(claim) == IDENTIFIED:
            bodies_of.setdefault(claim.person, set()).add(claim.body)
    twice = frozenset(person for person, found in bodies_of.items() if len(found) > 1)
    return [_of_body(body, by_body.get(body, ()), twice) for body in bodies]


def _of_body(body: int, claims: Sequence[Claimed], twice: frozenset[int]) -> BodyState:
    states = {claim.record: state_of(claim) for claim in claims}
    open_ones = [claim for claim in claims if states[claim.record] != WITHDRAWN]
    holding = [claim for claim in open_ones if states[claim.record] == IDENTIFIED]
    found = _conflicts(open_ones, holding, twice)
    if any(claim.made_here and wanted_state(claim, found) != claim.stated for claim in claims):
        found = (*found, UNSETTLED)
    record = tuple(sorted(states))
    persons = {claim.person for claim in holding}
    blocked = BLOCKING.intersection(found)
    if len(persons) == 1:
        is_signed = any(claim.decided == IDENTIFIED for claim in holding)
        if not (is_signed and blocked):
            by = "two_people" if is_signed else "stated"
            return BodyState(body, IDENTIFIED, persons.pop(), by, record, found)
    if holding or BEING_VERIFIED in states.values():
        return BodyState(body, BEING_VERIFIED, 0, "", record, found)
    if CANDIDATES in states.values():
        return BodyState(body, CANDIDATES, 0, "", record, found)
    if states:
        return BodyState(body, WITHDRAWN, 0, "", record, found)
    return BodyState(body, UNEXAMINED, 0, "", (), ())


def _conflicts(
    open_ones: Sequence[Claimed], holding: Sequence[Claimed], twice: frozenset[int]
) -> tuple[str, ...]:
    found = set()
    if len({claim.person for claim in holding}) > 1:
        found.add(TWO_PERSONS)
    if rivals(open_ones, holding):
        found.add(RIVAL)
    if any(claim.person in twice for claim in holding):
        found.add(TWO_BODIES)
    if any(claim.decided == IDENTIFIED and claim.evidence_lost for claim in open_ones):
        found.add(LOST)
    if any(claim.decided == DISPUTED for claim in open_ones):
        found.add(DISPUTED)
    return tuple(sorted(found))


def wanted_state(claim: Claimed, conflicts: Iterable[str]) -> str:
    """What the record of an identification that was made here should state, for figures."""
    state = state_of(claim)
    return BEING_VERIFIED if state == IDENTIFIED and BLOCKING.intersection(conflicts) else state


def rivals(open_ones: Sequence[Claimed], holding: Sequence[Claimed] = ()) -> bool:
    """Whether a family recognises a body that another family, or an identification, gives away."""
    families = {claim.person for claim in open_ones if claim.by_family and claim.person}
    others = {claim.person for claim in holding} - families
    return len(families) > 1 or bool(families and others)


def counted(states: Iterable[BodyState]) -> Mapping[str, int]:
    """How many bodies are in each state; every state is named."""
    found = Counter(one.state for one in states)
    return {state: found[state] for state in STATES}
