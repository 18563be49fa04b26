"""What may leave, and why something may not."""

from __future__ import annotations

import dataclasses

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
    SiteLine,
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
