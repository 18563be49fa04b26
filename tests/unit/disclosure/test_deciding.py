"""What may leave, and why something may not."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from bayyina.disclosure.deciding import asks_for_sources, decide_output
from bayyina.disclosure.outputs import (
    GENERALISED,
    HIDDEN,
    REFUSED,
    TOTAL,
    Cell,
    Detail,
    Output,
    PersonLine,
    RecordLine,
    SiteLine,
    StatementLine,
    Table,
)
from bayyina.disclosure.rules import load_rules, read_rules
from bayyina.errors import InputError, SmallFileError


def numbers(topics: set[str], dimensions: set[str], *values: int, sole: bool = False) -> Output:
    """One table by place."""
    cells = tuple(
        Cell((("place", f"p{n}"),), value, is_one_source=sole) for n, value in enumerate(values)
    )
    total = Cell(TOTAL, sum(values))
    one = Table("t", "q", frozenset(topics), frozenset(dimensions), total, cells)
    return Output("publication", (one,))


def hidden(output: Output) -> list[int]:
    """Which of the cells are hidden, by place."""
    found = decide_output(output).hidden("t")
    return [n for n, cell in enumerate(output.tables[0].cells) if cell.key in found]


def test_an_organisation_s_own_totals_are_never_touched() -> None:
    child = Table("c", "children", frozenset({"child"}), frozenset(), Cell(TOTAL, 1))
    by_month = numbers({"child"}, {"month"}, 1, 0, 2).tables[0]
    by_governorate = numbers(set(), {"governorate"}, 1, 2, 30).tables[0]
    governorate = dataclasses.replace(by_governorate, id="g", base="g")
    assert decide_output(Output("publication", (child, by_month, governorate))).removals == ()


def test_few_people_in_what_is_sealed_are_hidden_where_it_is_crossed() -> None:
    assert hidden(numbers({"sealed"}, {"governorate"}, 4, 9, 30)) == [0, 1]
    assert hidden(numbers({"sealed"}, set(), 4, 9, 30)) == []


def test_children_at_a_fine_place_are_hidden_and_at_a_governorate_not() -> None:
    assert hidden(numbers({"child"}, {"facility"}, 2, 3, 0, 30)) == [0, 1]
    assert hidden(numbers({"child"}, {"governorate"}, 2, 3, 0, 30)) == []


def test_children_in_what_is_sealed_are_hidden_alone() -> None:
    one = Table("t", "q", frozenset({"sealed", "child"}), frozenset(), Cell(TOTAL, 4))
    [removal] = decide_output(Output("publication", (one,))).removals
    assert (removal.key, removal.action, removal.rule) == (TOTAL, HIDDEN, "sealed-and-child")
    assert removal.reason.en
    assert removal.reason.ar
    assert "4" not in str(removal.to_json())


def test_one_protected_source_is_not_pointed_at() -> None:
    fine = numbers(set(), {"subdistrict"}, 1, 8, sole=True)
    assert hidden(fine) == [0, 1]
    assert hidden(numbers(set(), {"subdistrict"}, 1, 8)) == []
    assert asks_for_sources(fine.tables[0]) == 3
    assert asks_for_sources(numbers(set(), {"governorate"}, 1).tables[0]) == 0


@pytest.mark.parametrize(
    ("person", "rules"),
    [
        (PersonLine("R-1-1", True, False, ("given",)), ["untold"]),
        (PersonLine("R-1-1", True, True, ("given",)), []),
        (PersonLine("R-1-1", False, False, ("given", "withdrawn")), ["refused"]),
        (PersonLine("R-1-1", False, False), ["no_consent"]),
        (PersonLine("R-1-1", True, False), ["untold", "no_consent"]),
    ],
)
def test_a_person_leaves_only_with_consent_and_a_told_family(
    person: PersonLine, rules: list[str]
) -> None:
    decision = decide_output(Output("publication", persons=(person,)))
    assert [one.rule for one in decision.removals] == rules
    assert decision.is_refused is bool(rules)
    assert not decide_output(Output("court", persons=(person,))).is_refused


def test_a_withheld_site_is_refused_where_it_is_named_or_placed() -> None:
    lines = (SiteLine("R-1-1", True, True), SiteLine("R-1-2", True, False))
    decision = decide_output(Output("publication", sites=(*lines, SiteLine("R-1-3", False, True))))
    assert [(one.id, one.action, one.rule) for one in decision.removals] == [
        ("R-1-1", REFUSED, "embargo")
    ]


def test_places_and_days_of_one_person_are_generalised_by_who_receives_them() -> None:
    details = (
        Detail("s1", "place", "facility"),
        Detail("s2", "place", "subdistrict"),
        Detail("s3", "place", "governorate"),
        Detail("s4", "date", "day"),
        Detail("s5", "date", "year"),
    )
    found = {one.id: one for one in decide_output(Output("publication", details=details)).removals}
    assert {(name, one.action, one.to) for name, one in found.items()} == {
        ("s1", REFUSED, ""),
        ("s2", GENERALISED, "governorate"),
        ("s4", GENERALISED, "month"),
    }
    to_un = decide_output(Output("un_body", details=details[1:]))
    assert to_un.removals == ()


def test_what_has_no_rules_does_not_leave() -> None:
    with pytest.raises(InputError, match="no rules for an output for a friend"):
        decide_output(Output("a friend"))


def test_every_rule_says_why_in_both_languages_and_where_it_comes_from() -> None:
    rules = load_rules()
    assert {rule.id for rule in rules.few} >= {"sealed-and-child", "one-source"}
    for rule in rules.few:
        assert rule.reason.en
        assert rule.reason.ar
        assert rule.source
        assert rule.smallest > 1
    with pytest.raises(SmallFileError):
        read_rules("few = [")


def line(**said: Any) -> tuple[RecordLine, tuple[StatementLine, ...]]:
    """A record with one statement; what is said of either by name."""
    of_record = {"level", "reveals_untold", "is_objected", "is_sealed", "informants"}
    own = {name: value for name, value in said.items() if name in of_record}
    own["consents"] = own.pop("informants", ())
    rest = {name: value for name, value in said.items() if name not in of_record}
    statement = StatementLine("S-1", **{"level": "internal", **rest})
    return RecordLine("R-1-1", **{"level": "internal", **own}), (statement,)


def ruled(recipient: str, asked: str = "", **said: Any) -> list[tuple[str, str, str, str]]:
    """What is decided about one record for a recipient."""
    known = load_rules().recipients[recipient]
    output = Output(known.purpose, records=(line(**said),), recipient=known, level=asked)
    removals = decide_output(output).removals
    assert all(one.reason.en and one.reason.ar for one in removals)
    return [(one.id, one.action, one.rule, one.to) for one in removals]


def test_a_death_the_family_does_not_know_of_reaches_nobody_but_courts_and_who_works_here() -> None:
    for name, known in load_rules().recipients.items():
        refused = [("R-1-1", REFUSED, "untold", "")]
        found = ruled(name, reveals_untold=True, informants=("given",))
        assert found == ([] if name in {"court", "internal"} else refused), name
        assert known.learns_of_deaths is (name in {"court", "internal"})


@pytest.mark.parametrize("recipient", ["public", "court", "un-body", "partner", "training"])
def test_an_informant_who_was_not_asked_or_refused_is_left_out(recipient: str) -> None:
    assert ruled(recipient, consents=("given",)) == []
    assert ruled(recipient, consents=("not_asked",)) == [("S-1", REFUSED, "no_consent", "")]
    for word in ("refused", "withdrawn"):
        assert ruled(recipient, consents=("given", word)) == [("S-1", REFUSED, "refused", "")]
        assert ruled(recipient, informants=(word,)) == [("R-1-1", REFUSED, "refused", "")]


def test_at_home_silence_forbids_nothing_and_a_refusal_does() -> None:
    assert ruled("internal", consents=("not_asked",)) == []
    assert ruled("internal", consents=("withdrawn",)) == [("S-1", REFUSED, "refused", "")]


def test_sensitivity_is_held_against_the_recipient_and_what_was_asked_for() -> None:
    assert ruled("court", level="restricted") == []
    assert ruled("public", level="restricted") == [("R-1-1", REFUSED, "level", "")]
    assert ruled("court", "internal", level="restricted") == [("R-1-1", REFUSED, "level", "")]
    for name in load_rules().recipients:
        assert ruled(name, is_sealed=True) == [("R-1-1", REFUSED, "sealed", "")]
        assert ruled(name, level="sealed") == [("R-1-1", REFUSED, "sealed", "")]


def test_whoever_objects_is_not_named_and_staff_never_is() -> None:
    assert ruled("un-body", is_objected=True) == [("R-1-1", REFUSED, "objected", "")]
    assert ruled("internal", is_of_staff=True) == [("S-1", REFUSED, "staff", "")]


def test_places_and_days_of_records_are_as_fine_as_the_recipient_may_have() -> None:
    assert ruled("public", kind="place", precision="community") == [
        ("S-1", GENERALISED, "coarser", "governorate")
    ]
    assert ruled("training", kind="date", precision="month") == [
        ("S-1", GENERALISED, "coarser", "year")
    ]
    assert ruled("public", kind="place", precision="position")[0][1] == REFUSED
    assert ruled("court", kind="place", precision="position") == []
    assert ruled("public", kind="place", precision="community", is_blurred=True) == [
        ("S-1", GENERALISED, "embargo", "")
    ]


def test_few_deaths_at_a_fine_place_are_hidden_where_a_family_was_not_told() -> None:
    def deaths(*, untold: bool, dimension: str = "facility") -> list[int]:
        table = numbers({"death"}, {dimension}, 2, 3, 30).tables[0]
        cells = tuple(dataclasses.replace(cell, has_untold=untold) for cell in table.cells)
        return hidden(Output("publication", (dataclasses.replace(table, cells=cells),)))

    assert deaths(untold=True) == [0, 1]
    assert deaths(untold=False) == []
    assert deaths(untold=True, dimension="governorate") == []


def test_every_recipient_has_a_consent_a_level_and_the_finest_detail() -> None:
    rules = load_rules()
    for name, one in rules.recipients.items():
        assert one.id == name
        assert one.consent
        assert set(rules.finest[one.purpose]) == {"place", "date"}
