"""Each rule on small invented claims: what it finds, and what it leaves alone. FICTIONAL."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.claims.conftest import Found

Find = Callable[..., Found]
A, B = "source: {document: a}", "source: {document: b}"
DEATHS = "unit: persons, what: {act: Death, manner: torture, by: sdf}"
PERIOD = "period: 2015/2016"


def of(found: Found, kind: str) -> Found:
    return {one for one in found if one[0] == kind or one[1] == kind}


class TestPartsAndSums:
    def test_a_part_larger_than_its_whole_contradicts_within_one_document(
        self, findings_of: Find
    ) -> None:
        whole = f"id: w, value: 90, comparator: at least, {DEATHS}, {PERIOD}, {A}"
        part = (
            "id: p, value: 95, unit: persons, what: {act: Death, manner: torture, by: sdf,"
            f" age_class: child}}, {PERIOD}, part_of: w"
        )
        assert findings_of(whole, f"{part}, {A}") == {
            ("contradiction", "part-larger-than-whole", frozenset("wp"))
        }
        assert findings_of(whole, f"{part}, {B}") == {
            ("doubt", "part-larger-than-whole", frozenset("wp"))
        }

    def test_parts_that_fit_raise_nothing(self, findings_of: Find) -> None:
        whole = f"id: w, value: 90, {DEATHS}, {PERIOD}, {A}"
        parts = [
            f"id: {name}, value: {value}, unit: persons, {PERIOD}, part_of: w, {A},"
            f" what: {{act: Death, manner: torture, by: sdf, sex: {name}}}"
            for name, value in (("male", 60), ("female", 30))
        ]
        assert findings_of(whole, *parts) == set()

    @pytest.mark.parametrize(
        ("values", "grade"), [((60, 31), "contradiction"), ((60, 30), None), ((50, 30), None)]
    )
    def test_disjoint_parts_are_not_more_than_their_whole(
        self, findings_of: Find, values: tuple[int, int], grade: str | None
    ) -> None:
        parts = [
            f"id: {name}, value: {value}, unit: persons, {PERIOD}, part_of: w, {A},"
            f" what: {{act: Death, manner: torture, by: sdf, sex: {name}}}"
            for name, value in zip(("male", "female"), values, strict=True)
        ]
        found = findings_of(f"id: w, value: 90, {DEATHS}, {PERIOD}, {A}", *parts)
        expected = {(grade, "parts-exceed-whole", frozenset({"w", "male", "female"}))}
        assert of(found, "parts-exceed-whole") == (expected if grade else set())

    def test_overlapping_parts_may_be_more_than_their_whole(self, findings_of: Find) -> None:
        parts = [
            f"id: p{n}, value: 80, unit: persons, {PERIOD}, part_of: w, {A},"
            f" what: {{act: Torture, by: sdf, methods: {name}}}"
            for n, name in enumerate(("beating", "stress position"))
        ]
        whole = f"id: w, value: 90, unit: persons, what: {{act: Torture, by: sdf}}, {PERIOD}, {A}"
        assert findings_of(whole, *parts) == set()

    def test_sides_in_the_editors_words_make_one_division(self, findings_of: Find) -> None:
        sides = [
            f"id: s{n}, value: {{low: {low}, high: {low + 10}}}, unit: persons, {PERIOD}, {A},"
            f" part_of: w, what: {{act: Death, conflict: x, side: {side}}}"
            for n, (side, low) in enumerate((("north", 60), ("south", 70)))
        ]
        whole = "id: w, value: {low: 100, high: 120}, unit: persons"
        whole += f", what: {{act: Death, conflict: x}}, {PERIOD}, {A}"
        assert findings_of(whole, *sides) == {
            ("contradiction", "parts-exceed-whole", frozenset({"w", "s0", "s1"}))
        }

    def test_estimates_of_causes_that_may_overlap_only_raise_a_doubt(
        self, findings_of: Find
    ) -> None:
        causes = [
            f"id: c{n}, value: {{low: {low}, high: 90}}, unit: persons, {PERIOD}, {A},"
            f" part_of: w, what: {{act: Death, conflict: x, cause: {cause}}}"
            for n, (cause, low) in enumerate((("hunger", 60), ("flight", 70)))
        ]
        whole = "id: w, value: {low: 100, high: 120}, unit: persons"
        whole += f", what: {{act: Death, conflict: x}}, {PERIOD}, {A}"
        assert findings_of(whole, *causes) == {
            ("doubt", "parts-exceed-whole", frozenset({"w", "c0", "c1"}))
        }

    def test_a_word_within_another_is_no_second_part(self, findings_of: Find) -> None:
        places = [
            f"id: p{n}, value: {value}, unit: persons, {PERIOD}, {A}, part_of: w,"
            f" what: {{act: Death, conflict: x, place: {place}}}"
            for n, (place, value) in enumerate((("Ardania", 80), ("north ardania", 60)))
        ]
        whole = (
            f"id: w, value: 100, unit: persons, what: {{act: Death, conflict: x}}, {PERIOD}, {A}"
        )
        assert findings_of(whole, *places) == set()

    def test_a_declared_sum_that_fails(self, findings_of: Find) -> None:
        lines = [
            f"id: {n}, value: {v}, unit: arrests, {A}"
            for n, v in zip("xyt", (3, 4, 8), strict=True)
        ]
        found = findings_of(*lines, relations="  - {sum: [x, y], equals: t}")
        assert ("contradiction", "sum-fails", frozenset("xyt")) in found
        lines[2] = f"id: t, value: 7, unit: arrests, {A}"
        assert findings_of(*lines, relations="  - {sum: [x, y], equals: t}") == set()

    def test_scopes_alone_make_a_division(self, findings_of: Find) -> None:
        def sentences(name: str, value: int, outcome: str = "") -> str:
            what = f"{{act: Sentence, penalty: death{outcome}}}"
            return f"id: {name}, value: {value}, unit: sentences, what: {what}, {PERIOD}, {A}"

        parts = [
            sentences("x", 6971, ", outcome: commuted"),
            sentences("y", 7872, ", outcome: carried_out"),
        ]
        assert findings_of(sentences("w", 14843), *parts) == set()
        assert findings_of(sentences("w", 14000), *parts) == {
            ("contradiction", "parts-exceed-whole", frozenset("wxy"))
        }
        assert findings_of(sentences("w", 14900), *parts) == {
            ("doubt", "parts-fall-short", frozenset("wxy"))
        }

    def test_declared_nesting_is_held(self, findings_of: Find) -> None:
        lines = [
            f"id: {n}, value: {v}, unit: persons, {A}" for n, v in (("x", 50), ("y", 40), ("z", 45))
        ]
        assert findings_of(*lines, relations="  - {nested: [x, y, z]}") == {
            ("contradiction", "part-larger-than-whole", frozenset("yz"))
        }
        assert findings_of(*lines, relations="  - {nested: [x, z, y]}") == set()

    def test_sums_of_ranges_and_of_rounded_numbers_allow_for_it(self, findings_of: Find) -> None:
        lines = [
            f"id: x, value: {{low: 30, high: 40}}, unit: persons, {A}",
            f"id: y, value: {{low: 10, high: 15}}, unit: persons, {A}",
            f"id: t, value: 50, comparator: about, unit: persons, {A}",
        ]
        assert findings_of(*lines, relations="  - {sum: [x, y], equals: t}") == set()
        lines[2] = f"id: t, value: 80, comparator: about, unit: persons, {A}"
        assert of(findings_of(*lines, relations="  - {sum: [x, y], equals: t}"), "contradiction")

    def test_months_that_fill_a_half_year_must_make_it(self, findings_of: Find) -> None:
        months = [f"id: m{n}, value: 10, {DEATHS}, period: 2015-{n:02}, {A}" for n in range(1, 7)]
        whole = f"id: half, value: HALF, {DEATHS}, period: 2015-01/2015-06, {A}"
        assert of(findings_of(*months, whole.replace("HALF", "60")), "contradiction") == set()
        names = frozenset({"half", *(f"m{n}" for n in range(1, 7))})
        found = findings_of(*months, whole.replace("HALF", "63"))
        assert ("contradiction", "sum-fails", names) in found
        assert of(findings_of(*months[:-1], whole.replace("HALF", "63")), "sum-fails") == set()

    def test_parts_that_nearly_make_their_whole_leave_a_doubt(self, findings_of: Find) -> None:
        parts = [
            f"id: p{n}, value: {value}, unit: arrests, {PERIOD}, {A}, part_of: w,"
            f" what: {{act: Arrest, by: {by}}}"
            for n, (by, value) in enumerate((("sdf", 46), ("hts", 24), ("isis", 15)))
        ]
        whole = f"id: w, value: 90, unit: arrests, what: {{act: Arrest}}, {PERIOD}, {A}"
        names = frozenset({"w", "p0", "p1", "p2"})
        assert findings_of(whole, *parts) == {("doubt", "parts-fall-short", names)}

    def test_parts_that_are_all_of_a_whole_must_make_it(self, findings_of: Find) -> None:
        parts = [
            f"id: p{n}, value: {value}, unit: arrests, {PERIOD}, {A}, part_of: w,"
            f" what: {{act: Arrest, by: {by}}}"
            for n, (by, value) in enumerate((("sdf", 46), ("hts", 24)))
        ]
        whole = (
            f"id: w, value: 90, complete: true, unit: arrests, what: {{act: Arrest}}, {PERIOD}, {A}"
        )
        names = frozenset({"w", "p0", "p1"})
        assert findings_of(whole, *parts) == {("contradiction", "sum-fails", names)}

    @pytest.mark.parametrize(("whole", "grade"), [(12, "doubt"), (10, "contradiction")])
    def test_what_is_left_for_parts_without_a_number(
        self, findings_of: Find, whole: int, grade: str
    ) -> None:
        lines = [
            f"id: w, value: {whole}, unit: methods, what: {{act: Torture}}, {A}",
            f"id: p, value: 10, unit: methods, what: {{act: Torture, type: one}}, part_of: w, {A}",
            f"id: q, value: not stated, unit: methods, what: {{act: Torture, type: two}}, part_of: w, {A}",
            f"id: r, unit: methods, what: {{act: Torture, type: three}}, part_of: w, {A}",
        ]
        assert findings_of(*lines) == {(grade, "missing-addends", frozenset("wpqr"))}

    def test_a_part_of_another_party_lies_outside(self, findings_of: Find) -> None:
        whole = f"id: w, value: 90, {DEATHS}, {PERIOD}, {A}"
        part = f"id: p, value: 9, unit: persons, what: {{act: Death, by: hts}}, {PERIOD}, part_of: w, {A}"
        assert ("doubt", "part-outside-whole", frozenset("wp")) in findings_of(whole, part)


class TestValues:
    def test_exact_values_of_one_scope_exclude_each_other(self, findings_of: Find) -> None:
        lines = [
            f"id: {d}, value: {v}, {DEATHS}, {PERIOD}, source: {{document: {d}}}"
            for d, v in (("a", 500), ("b", 700))
        ]
        assert findings_of(*lines) == {("contradiction", "different-values", frozenset("ab"))}

    def test_undated_values_of_two_documents_only_raise_a_doubt(self, findings_of: Find) -> None:
        lines = [
            f"id: {d}, value: {v}, {DEATHS}, source: {{document: {d}}}"
            for d, v in (("a", 500), ("b", 700))
        ]
        assert findings_of(*lines) == {("doubt", "different-values", frozenset("ab"))}

    def test_lower_bounds_of_two_publishers_can_both_hold(self, findings_of: Find) -> None:
        lines = [
            f"id: {d}, value: {v}, comparator: at least, {DEATHS}, {PERIOD}, source: {{document: {d}}}"
            for d, v in (("a", 500), ("b", 700))
        ]
        assert findings_of(*lines) == {("explained", "lower-bounds", frozenset("ab"))}

    def test_two_minimums_in_one_document_are_sizes_of_one_list(self, findings_of: Find) -> None:
        lines = [
            f"id: {n}, value: {v}, comparator: at least, {DEATHS}, {PERIOD}, {A}"
            for n, v in (("x", 500), ("y", 700))
        ]
        assert findings_of(*lines) == {("contradiction", "different-values", frozenset("xy"))}

    def test_ranges_that_meet_do_not_contradict(self, findings_of: Find) -> None:
        lines = [
            f"id: a, value: {{low: 10, high: 20}}, {DEATHS}, {PERIOD}, {A}",
            f"id: b, value: {{low: 18, high: 40}}, {DEATHS}, {PERIOD}, {B}",
        ]
        assert findings_of(*lines) == set()
        lines[1] = f"id: b, value: {{low: 28, high: 40}}, {DEATHS}, {PERIOD}, {B}"
        assert findings_of(*lines) == {("contradiction", "different-values", frozenset("ab"))}

    def test_exchanged_digits_are_named(self, findings_of: Find) -> None:
        lines = [
            f"id: {d}, value: {v}, {DEATHS}, {PERIOD}, source: {{document: {d}}}"
            for d, v in (("a", 3105), ("b", 1305))
        ]
        assert findings_of(*lines) == {("contradiction", "digit-swap", frozenset("ab"))}

    def test_an_exchange_of_digits_is_no_rounding(self, findings_of: Find) -> None:
        lines = [
            f"id: {d}, value: {v}, {DEATHS}, {PERIOD}, source: {{document: {d}}}"
            for d, v in (("a", 135638), ("b", 135368))
        ]
        assert findings_of(*lines) == {("contradiction", "digit-swap", frozenset("ab"))}

    def test_lower_bounds_with_exchanged_digits_are_in_doubt(self, findings_of: Find) -> None:
        lines = [
            f"id: {d}, value: {v}, comparator: at least, {DEATHS}, {PERIOD}, source: {{document: {d}}}"
            for d, v in (("a", 135638), ("b", 135368))
        ]
        assert findings_of(*lines) == {("doubt", "digit-swap", frozenset("ab"))}

    def test_near_counts_without_closing_zeros_exclude_each_other(self, findings_of: Find) -> None:
        lines = [
            f"id: {d}, value: {v}, {DEATHS}, {PERIOD}, source: {{document: {d}}}"
            for d, v in (("a", 4683), ("b", 4695))
        ]
        assert findings_of(*lines) == {("contradiction", "different-values", frozenset("ab"))}

    @pytest.mark.parametrize("value", [15000, 15050, 15100])
    def test_a_count_that_ends_in_zeros_may_be_rounded(self, findings_of: Find, value: int) -> None:
        lines = [
            f"id: a, value: 15051, {DEATHS}, {PERIOD}, {A}",
            f"id: b, value: {value}, {DEATHS}, {PERIOD}, {B}",
        ]
        assert findings_of(*lines) == {("explained", "rounded-restatement", frozenset("ab"))}

    @pytest.mark.parametrize(("value", "comparator"), [(15000, "about"), (15100, "nearly")])
    def test_a_rounded_number_restates(
        self, findings_of: Find, value: int, comparator: str
    ) -> None:
        lines = [
            f"id: a, value: 15051, {DEATHS}, {PERIOD}, {A}",
            f"id: b, value: {value}, comparator: {comparator}, {DEATHS}, {PERIOD}, {B}",
        ]
        assert findings_of(*lines) == {("explained", "rounded-restatement", frozenset("ab"))}

    def test_claims_kept_apart_are_not_compared(self, findings_of: Find) -> None:
        lines = [
            f"id: {d}, value: {v}, {DEATHS}, {PERIOD}, source: {{document: {d}}}"
            for d, v in (("a", 500), ("b", 700))
        ]
        assert findings_of(*lines, relations="  - {not_same: [a, b]}") == set()

    def test_other_units_are_not_compared(self, findings_of: Find) -> None:
        lines = [
            f"id: a, value: 500, {DEATHS}, {PERIOD}, {A}",
            f"id: b, value: 700, unit: bodies, what: {{act: Death, manner: torture, by: sdf}}, {PERIOD}, {B}",
        ]
        assert findings_of(*lines) == set()

    def test_deaths_and_persons_who_died_are_one_count(self, findings_of: Find) -> None:
        lines = [
            f"id: a, value: 500, {DEATHS}, {PERIOD}, {A}",
            f"id: b, value: 700, unit: deaths, what: {{act: Death, manner: torture, by: sdf}}, {PERIOD}, {B}",
        ]
        assert findings_of(*lines) == {("contradiction", "different-values", frozenset("ab"))}

    def test_siblings_with_one_scope_are_not_taken_for_one_fact(self, findings_of: Find) -> None:
        whole = f"id: w, value: 90, {DEATHS}, {PERIOD}, {A}"
        parts = [
            f"id: {n}, value: {v}, {DEATHS}, {PERIOD}, part_of: w, {A}"
            for n, v in (("x", 5), ("y", 50))
        ]
        assert findings_of(whole, *parts) == set()


class TestNestedScopes:
    def test_a_district_cannot_exceed_its_governorate(self, findings_of: Find) -> None:
        lines = [
            f"id: d, value: 50, unit: persons, what: {{act: Death, place: SY0303}}, {PERIOD}, {A}",
            f"id: g, value: 40, unit: persons, what: {{act: Death, place: Rural Damascus}}, {PERIOD}, {B}",
        ]
        assert findings_of(*lines) == {
            ("contradiction", "narrower-exceeds-broader", frozenset("dg"))
        }

    def test_a_branch_counts_under_its_directorate(self, findings_of: Find) -> None:
        lines = [
            f"id: m, value: 50, unit: persons, what: {{act: Death, by: military-intelligence}}, {PERIOD}, {A}",
            f"id: s, value: 40, unit: persons, what: {{act: Death, by: syrian-government-to-2024}}, {PERIOD}, {A}",
        ]
        assert findings_of(*lines) == {
            ("contradiction", "narrower-exceeds-broader", frozenset("ms"))
        }

    def test_a_shorter_period_cannot_exceed_a_longer_one(self, findings_of: Find) -> None:
        lines = [
            f"id: short, value: 50, {DEATHS}, period: 2015-03/2015-05, {A}",
            f"id: long, value: 40, {DEATHS}, period: 2015, {B}",
        ]
        assert findings_of(*lines) == {
            ("contradiction", "narrower-exceeds-broader", frozenset({"short", "long"}))
        }

    def test_own_words_of_two_documents_are_not_laid_into_each_other(
        self, findings_of: Find
    ) -> None:
        lines = [
            f"id: a, value: 50, unit: persons, what: {{act: Death, place: Ardania}}, {PERIOD}, {A}",
            f"id: b, value: 40, unit: persons, what: {{act: Death, place: North}}, {PERIOD}, {B}",
        ]
        assert findings_of(*lines) == set()

    @pytest.mark.parametrize(
        ("publisher", "grade"), [(", publisher: x", "contradiction"), ("", "doubt")]
    )
    def test_a_count_from_one_day_on_does_not_fall(
        self, findings_of: Find, publisher: str, grade: str
    ) -> None:
        lines = [
            f"id: e{year}, value: {value}, comparator: at least, {DEATHS},"
            f" period: 2011/{year}, source: {{document: d{year}{publisher}}}"
            for year, value in ((2014, 100), (2015, 120), (2016, 90))
        ]
        assert of(findings_of(*lines), "series-falls") == {
            (grade, "series-falls", frozenset({"e2015", "e2016"}))
        }

    def test_a_stock_may_fall(self, findings_of: Find) -> None:
        lines = [
            f"id: s{year}, value: {value}, unit: persons, what: {{act: Custody, by: sdf}},"
            f" as_of: {year}-06-30, {A}"
            for year, value in ((2014, 1000), (2015, 700))
        ]
        assert findings_of(*lines) == set()


class TestShares:
    WHOLE = f"id: w, value: 1000, unit: persons, what: {{act: Custody}}, as_of: 2019, {A}"
    SHARE = f"id: s, share: 0.25, of: w, what: {{act: Custody, sex: female}}, {A}"

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (253, ("explained", "share-agrees", frozenset("wsp"))),
            (290, ("contradiction", "share-disagrees", frozenset("wsp"))),
        ],
    )
    def test_a_share_is_held_against_its_part(
        self, findings_of: Find, value: int, expected: tuple[str, str, frozenset[str]]
    ) -> None:
        part = f"id: p, value: {value}, unit: persons, what: {{act: Custody, sex: female}}, as_of: 2019, part_of: w, {A}"
        assert findings_of(self.WHOLE, self.SHARE, part) == {expected}

    def test_shares_of_a_division_are_not_more_than_all(self, findings_of: Find) -> None:
        other = f"id: t, share: 0.8, of: w, what: {{act: Custody, sex: male}}, {A}"
        assert findings_of(self.WHOLE, self.SHARE, other) == {
            ("contradiction", "shares-exceed-whole", frozenset("wst"))
        }
        other = other.replace("0.8", "0.75")
        assert findings_of(self.WHOLE, self.SHARE, other) == set()
