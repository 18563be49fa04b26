"""The state of a body follows from its identifications alone, in whatever order they are read."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bayyina.app.identification_states import (
    BEING_VERIFIED,
    BLOCKING,
    DISPUTED,
    IDENTIFIED,
    LOST,
    RIVAL,
    STATES,
    TWO_BODIES,
    TWO_PERSONS,
    WITHDRAWN,
    Claimed,
    counted,
    derive,
    state_of,
    wanted_state,
)

TODAY = date(2024, 1, 1)
BODIES = (1, 2, 3)

CLAIMS = st.lists(
    st.builds(
        Claimed,
        record=st.integers(100, 10_000),
        body=st.sampled_from(BODIES),
        person=st.integers(0, 4),
        stated=st.sampled_from(["", "candidates", BEING_VERIFIED, IDENTIFIED, WITHDRAWN]),
        by_family=st.booleans(),
        made_here=st.booleans(),
        decided=st.sampled_from(["", IDENTIFIED, WITHDRAWN, DISPUTED]),
        evidence_lost=st.booleans(),
        dated=st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2026, 1, 1))),
    ),
    max_size=8,
    unique_by=lambda claim: claim.record,
)


@given(CLAIMS, st.randoms())
def test_the_order_of_what_is_read_changes_nothing(claims: list[Claimed], random: object) -> None:
    shuffled = list(claims)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert derive(BODIES, claims, as_of=TODAY) == derive(BODIES, shuffled, as_of=TODAY)


@given(CLAIMS)
def test_every_body_is_in_one_state_and_all_are_counted(claims: list[Claimed]) -> None:
    found = derive(BODIES, claims, as_of=TODAY)
    assert [one.body for one in found] == list(BODIES)
    assert sum(counted(found).values()) == len(BODIES)
    assert set(counted(found)) == set(STATES)


@given(CLAIMS)
def test_nobody_is_identified_without_two_people_or_a_source(claims: list[Claimed]) -> None:
    for one in derive(BODIES, claims, as_of=TODAY):
        own = [claim for claim in claims if claim.record in one.claims]
        if one.state != IDENTIFIED:
            assert (one.person, one.by) == (0, "")
            continue
        holding = [claim for claim in own if state_of(claim) == IDENTIFIED]
        assert {claim.person for claim in holding} == {one.person}
        if one.by == "two_people":
            assert not BLOCKING & set(one.conflicts)
            assert any(c.decided == IDENTIFIED and not c.evidence_lost for c in holding)
        else:
            assert not any(claim.made_here for claim in holding)


@given(CLAIMS)
def test_a_new_rival_never_makes_an_identification(claims: list[Claimed]) -> None:
    before = derive(BODIES, claims, as_of=TODAY)
    rival = Claimed(50_000, 1, 99, BEING_VERIFIED, by_family=True)
    after = derive(BODIES, [*claims, rival], as_of=TODAY)
    if after[0].state == IDENTIFIED:
        assert before[0].state == IDENTIFIED
        assert after[0].by == "stated"
        assert RIVAL in after[0].conflicts
    assert [one.state for one in after[1:]] == [one.state for one in before[1:]]


@given(CLAIMS)
def test_withdrawing_everything_leaves_nobody_identified(claims: list[Claimed]) -> None:
    gone = [claim._replace(decided=WITHDRAWN) for claim in claims]
    for one in derive(BODIES, gone, as_of=TODAY):
        assert one.state in ("unexamined", WITHDRAWN)
        assert set(one.conflicts) <= {"not_settled"}


@given(CLAIMS)
def test_what_is_written_is_never_more_than_what_was_signed(claims: list[Claimed]) -> None:
    for one in derive(BODIES, claims, as_of=TODAY):
        for claim in (c for c in claims if c.record in one.claims and c.made_here):
            if wanted_state(claim, one.conflicts) == IDENTIFIED:
                assert claim.decided == IDENTIFIED
                assert not claim.evidence_lost
                assert one.state == IDENTIFIED


def test_conflicts_are_named() -> None:
    signed = Claimed(1, 1, 7, made_here=True, decided=IDENTIFIED, stated=IDENTIFIED)
    assert derive([1], [signed], as_of=TODAY)[0].state == IDENTIFIED
    other = Claimed(2, 1, 8, IDENTIFIED)
    assert TWO_PERSONS in derive([1], [signed, other], as_of=TODAY)[0].conflicts
    elsewhere = Claimed(3, 2, 7, IDENTIFIED)
    assert TWO_BODIES in derive([1, 2], [signed, elsewhere], as_of=TODAY)[0].conflicts
    lost = signed._replace(evidence_lost=True)
    assert LOST in derive([1], [lost], as_of=TODAY)[0].conflicts
    later = signed._replace(dated=date(2025, 1, 1))
    assert derive([1], [later], as_of=TODAY)[0].state == "unexamined"
