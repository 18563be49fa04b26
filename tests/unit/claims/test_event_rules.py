"""Rules about dates, statements, headings, rates and ways of counting. FICTIONAL."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bayyina.claims.reference import Citation, misfit_of, read_citation, subject_of
from tests.unit.claims.conftest import Found

Find = Callable[..., Found]
A, B = "source: {document: a}", "source: {document: b}"


def event(name: str, day: str, said: str, source: str = A, more: str = "") -> str:
    return f"id: {name}, event: {{{said}}}, date: {day}, {source}{more}"


class TestDates:
    CASE = "type: Judgment, case: x-v-y"

    @pytest.mark.parametrize(
        ("one", "other", "contradicts"),
        [
            ("2022-06", "2023-06-12", True),
            ("2021-03-12", "2021-03-21", True),
            ("2023-06", "2023-06-12", False),
            ("2023", "2023-06-12", False),
            ("2023-06-10~", "2023-06-12", False),
        ],
    )
    def test_dates_of_one_event_have_a_day_in_common(
        self, findings_of: Find, one: str, other: str, contradicts: bool
    ) -> None:
        found = findings_of(event("x", one, self.CASE), event("y", other, self.CASE, B))
        expected = {("contradiction", "dates-contradict", frozenset("xy"))}
        assert found == (expected if contradicts else set())

    def test_other_cases_and_claims_kept_apart_are_other_events(self, findings_of: Find) -> None:
        one, other = event("x", "2022", self.CASE), event("y", "2023", "type: Judgment, case: z")
        assert findings_of(one, other) == set()
        same = event("y", "2023", self.CASE)
        assert findings_of(one, same, relations="  - {not_same: [x, y]}") == set()

    def test_events_that_recur_only_raise_a_doubt(self, findings_of: Find) -> None:
        said = "type: Hearing, case: x-v-y"
        assert findings_of(event("x", "2022", said), event("y", "2023", said, B)) == {
            ("doubt", "dates-contradict", frozenset("xy"))
        }
        declared = findings_of(
            event("x", "2022", said),
            event("y", "2023", said, B),
            relations="  - {same_event: [x, y]}",
        )
        assert ("contradiction", "dates-contradict", frozenset("xy")) in declared

    def test_a_type_alone_does_not_tell_an_event_apart(self, findings_of: Find) -> None:
        found = findings_of(
            event("x", "2022", "type: Judgment"), event("y", "2023", "type: Judgment")
        )
        assert {f[0] for f in found} == {"doubt"}

    def test_near_steps_of_one_matter_are_explained(self, findings_of: Find) -> None:
        one = event("x", "2021-03-03", "type: Notice, case: x-v-y, step: note")
        other = event("y", "2021-03-04", "type: Notice, case: x-v-y, step: announcement", B)
        assert findings_of(one, other) == {("explained", "steps-of-one-matter", frozenset("xy"))}

    def test_weekdays_are_checked(self, findings_of: Find) -> None:
        right = event("x", "2023-10-10", self.CASE, more=", weekday: Tuesday")
        assert findings_of(right) == set()
        assert findings_of(right.replace("Tuesday", "Friday")) == {
            ("contradiction", "weekday-wrong", frozenset("x"))
        }

    def test_a_missing_year_is_told(self, findings_of: Find) -> None:
        assert findings_of(event("x", "XXXX-03-29", self.CASE)) == {
            ("doubt", "year-not-stated", frozenset("x"))
        }


class TestPhases:
    ORDER = event("order", "2023-11-16", "type: Order, case: x-v-y, id: o1")

    @pytest.mark.parametrize(
        ("day", "phase", "expected"),
        [
            ("2022-08/2023-01", "after", ("contradiction", "phase-contradicted")),
            ("2023-12", "after", None),
            ("2023-11", "after", ("doubt", "phase-open")),
            ("2023-12", "before", ("contradiction", "phase-contradicted")),
            ("2022", "before", None),
            ("2022", "during", ("contradiction", "phase-contradicted")),
        ],
    )
    @pytest.mark.parametrize("name", ["order", "o1"])
    def test_an_event_lies_where_it_is_said_to(
        self, findings_of: Find, day: str, phase: str, expected: tuple[str, str] | None, name: str
    ) -> None:
        claim = event(
            "e",
            day,
            "type: Demolition, site: s",
            more=f", asserted: {{phase: {phase}, of: {name}}}",
        )
        found = findings_of(self.ORDER, claim)
        concerned = frozenset({"e", "order"})
        assert found == ({(*expected, concerned)} if expected else set())

    def test_an_order_that_the_file_lacks_is_known_by_its_case(self, findings_of: Find) -> None:
        claim = event(
            "e",
            "2022",
            "type: Demolition, site: s",
            more=", asserted: {phase: after, of: order-o1}",
        )
        filing = event("f", "2023-06-08", "type: CourtFiling, case: icj-188")
        assert findings_of(filing, claim) == {
            ("contradiction", "phase-contradicted", frozenset("e"))
        }
        assert findings_of(claim) == {("doubt", "phase-open", frozenset("e"))}


class TestElapsedTimes:
    START = event("s", "2023-11-16", "type: Order, case: x-v-y")
    END = event("e", "2024-02-21", "type: Report, case: x-v-y")

    @pytest.mark.parametrize(
        ("said", "grade"),
        [
            ("value: 3, comparator: nearly, unit: months", "doubt"),
            ("value: 3, unit: months", None),
            ("value: 97, unit: days", None),
            ("value: 12, comparator: about, unit: weeks", "contradiction"),
            ("value: 3, comparator: more than, unit: months", None),
            ("value: 5, comparator: more than, unit: months", "contradiction"),
        ],
    )
    def test_a_length_of_time_is_that_between_its_events(
        self, findings_of: Find, said: str, grade: str | None
    ) -> None:
        found = findings_of(self.START, self.END, f"id: d, {said}, between: [s, e], {A}")
        assert found == ({(grade, "duration-wrong", frozenset("dse"))} if grade else set())


class TestStatements:
    def test_articles_are_read_however_they_are_written(self) -> None:
        wanted = Citation("icj-statute", "42", "2")
        for text in ("icj-statute 42(2)", "ICJ Statute, Article 42.2", "Statute art. 42/2"):
            assert read_citation(text) == wanted
        assert read_citation("the Court's own motion") is None
        assert Citation("x", "41", "2").is_within(Citation("x", "41", ""))
        assert not Citation("x", "41", "").is_within(Citation("x", "41", "2"))
        assert subject_of(Citation("unknown", "1", "")) is None

    def test_an_article_about_something_else_does_not_fit(self, findings_of: Find) -> None:
        claim = (
            "id: {}, says: {{about: informing the Security Council, aspect: legal-basis,"
            " is: icj-statute {}}}, source: {{document: a}}"
        )
        assert findings_of(claim.format("x", "41(2)")) == set()
        assert findings_of(claim.format("x", "41")) == set()
        assert findings_of(claim.format("x", "42.2")) == {
            ("contradiction", "citation-does-not-fit", frozenset("x"))
        }

    def test_a_citation_may_stand_in_an_event(self, findings_of: Find) -> None:
        said = "type: Citation, instrument: ICJ Statute, article: '42.2', for: notice to the Security Council"
        assert findings_of(event("x", "2024", said)) == {
            ("contradiction", "citation-does-not-fit", frozenset("x"))
        }

    def test_articles_of_texts_that_are_not_known_are_only_set_side_by_side(
        self, findings_of: Find
    ) -> None:
        claim = "id: {}, says: {{about: the closure, aspect: legal-basis, is: Press Law {}}}, source: {{document: a}}"
        assert findings_of(claim.format("x", "5"), claim.format("y", "6")) == {
            ("doubt", "citations-differ", frozenset("xy"))
        }
        assert findings_of(claim.format("x", "5"), claim.format("y", "5(1)")) == set()

    @pytest.mark.parametrize(
        ("term", "kind", "fits"),
        [
            ("found culpable", "ArrestWarrant", False),
            ("guilty", "Indictment", False),
            ("أُدين", "Warrant", False),
            ("suspected", "ArrestWarrant", True),
            ("found culpable", "Conviction", True),
            ("ratified", "Accession", False),
            ("acceded", "Accession", True),
            ("acceded", "Ratification", False),
        ],
    )
    def test_a_word_must_not_say_more_than_the_event(
        self, findings_of: Find, term: str, kind: str, fits: bool
    ) -> None:
        assert (misfit_of(term, kind) is None) == fits
        found = findings_of(
            event("x", "2023", f"type: {kind}, person: somebody", more=f", term: {term}")
        )
        expected = {("contradiction", "term-does-not-fit", frozenset("x"))}
        assert found == (set() if fits else expected)

    def test_a_state_that_acceded_did_not_ratify(self, findings_of: Find) -> None:
        said = "type: {}, treaty: CAT, party: SYR"
        assert findings_of(event("x", "2004", said.format("Accession"))) == set()
        assert findings_of(event("x", "2004", said.format("Ratification"))) == {
            ("contradiction", "treaty-action-wrong", frozenset("x"))
        }

    def test_one_event_is_not_of_two_kinds(self, findings_of: Find) -> None:
        said = "type: {}, treaty: some pact, state: ardania"
        found = findings_of(
            event("x", "2004", said.format("Accession")),
            event("y", "2004", said.format("Ratification"), B),
        )
        assert found == {("contradiction", "event-types-exclude", frozenset("xy"))}

    def test_different_words_for_one_thing_raise_a_doubt(self, findings_of: Find) -> None:
        claim = "id: {}, says: {{about: somebody, aspect: role, is: {}}}, source: {{document: a}}"
        assert findings_of(claim.format("x", "founder"), claim.format("y", "co-founder")) == {
            ("doubt", "statements-differ", frozenset("xy"))
        }
        assert findings_of(claim.format("x", "Founder"), claim.format("y", "founder")) == set()


class TestHeadings:
    BODY = f"id: b, value: 96103, unit: persons, what: {{act: EnforcedDisappearance, by: sdf}}, as_of: 2023-08, {A}"
    OTHER = (
        f"id: o, value: 135638, unit: persons, what: {{act: Custody, by: sdf}}, as_of: 2023-08, {A}"
    )
    TITLE = (
        "id: t, value: {}, comparator: nearly, unit: persons, what: {{act: EnforcedDisappearance, by: sdf}},"
        " source: {{document: a, locator: {}}}"
    )

    def test_a_title_that_over_states_contradicts_its_text(self, findings_of: Find) -> None:
        found = findings_of(self.BODY, self.OTHER, self.TITLE.format(136000, "title"))
        assert found == {("contradiction", "heading-differs", frozenset("tbo"))}

    def test_a_rounded_title_restates_its_text(self, findings_of: Find) -> None:
        found = findings_of(self.BODY, self.OTHER, self.TITLE.format(96000, "headline"))
        assert found == {("explained", "rounded-restatement", frozenset("tb"))}

    def test_a_heading_without_text_is_not_supported(self, findings_of: Find) -> None:
        heading = self.TITLE.format(24047, "contents")
        assert findings_of(self.OTHER, heading) == {
            ("doubt", "heading-unsupported", frozenset("t"))
        }
        other = self.OTHER.replace("document: a", "document: c")
        assert ("doubt", "heading-unsupported", frozenset("t")) in findings_of(other, heading)

    def test_a_number_in_the_text_is_no_heading(self, findings_of: Find) -> None:
        assert findings_of(self.OTHER, self.TITLE.format(24047, "section 2")) == set()


class TestLookalikes:
    ONE = f"id: x, value: 16, unit: persons, what: {{act: Death, by: sdf}}, period: 2022, {A}"

    def test_equal_values_of_other_periods_are_other_facts(self, findings_of: Find) -> None:
        other = f"id: y, value: 16, unit: persons, what: {{act: Death, by: sdf}}, period: 2023, {B}"
        assert findings_of(self.ONE, other) == {("explained", "same-value", frozenset("xy"))}

    def test_equal_values_of_one_fact_are_no_finding(self, findings_of: Find) -> None:
        assert findings_of(self.ONE, self.ONE.replace("id: x", "id: y")) == set()

    def test_equal_values_of_other_acts_need_telling_digits(self, findings_of: Find) -> None:
        other = (
            f"id: y, value: 16, unit: persons, what: {{act: DeathRegistration}}, period: 2023, {B}"
        )
        assert findings_of(self.ONE, other) == set()
        assert findings_of(self.ONE.replace("16", "836"), other.replace("16", "836")) == {
            ("explained", "same-value", frozenset("xy"))
        }

    def test_different_values_told_apart_by_party_are_explained(self, findings_of: Find) -> None:
        lines = [
            f"id: x, value: 96103, unit: persons, what: {{act: EnforcedDisappearance, by: sdf}}, as_of: 2023-08, {A}",
            f"id: y, value: 112000, comparator: at least, unit: persons, what: {{act: EnforcedDisappearance}}, {B}",
        ]
        assert findings_of(*lines) == {("explained", "different-scope", frozenset("xy"))}


class TestRates:
    LOADS = (
        f"id: l, value: {{low: 10, high: 20}}, unit: bodies, what: {{act: Burial}}, per: load, {A}"
    )
    WEEKS = f"id: w, value: 3, unit: loads, what: {{act: Burial}}, per: week, {A}"

    def test_a_rate_is_not_multiplied_out(self, findings_of: Find) -> None:
        assert findings_of(self.LOADS) == {("doubt", "extrapolation", frozenset("l"))}
        assert findings_of(self.LOADS, self.WEEKS) == {("doubt", "extrapolation", frozenset("lw"))}

    def test_an_average_agrees_with_its_total(self, findings_of: Find) -> None:
        total = f"id: t, value: 3650, unit: persons, what: {{act: Death, by: sdf}}, period: 2011/2020, {A}"
        rate = f"id: r, value: 1, unit: persons, what: {{act: Death, by: sdf}}, per: day, period: 2011/2020, {A}"
        assert findings_of(total, rate) == {("explained", "rate-agrees", frozenset("tr"))}
        assert ("doubt", "rate-disagrees", frozenset("tr")) in findings_of(
            total.replace("3650", "9000"), rate
        )


class TestWaysOfCounting:
    ARRESTS = f"id: a, value: 246, unit: arrests, what: {{act: Arrest, by: sdf}}, period: 2023-11-16/2024-02-21, {A}"
    FREED = f"id: f, value: 29, unit: arrests, what: {{act: Release, by: sdf}}, period: 2023-11-16/2024-02-21, {A}"
    GONE = f"id: g, value: {{}}, unit: arrests, what: {{act: EnforcedDisappearance, by: sdf}}, period: 2023-11-16/2024-02-21, {A}"

    def gone(self, value: int) -> str:
        return self.GONE.replace("{}", str(value))

    def test_arrests_of_the_last_days_cannot_be_disappearances_yet(self, findings_of: Find) -> None:
        found = findings_of(self.ARRESTS, self.FREED, self.gone(217))
        assert found == {("doubt", "waiting-period", frozenset("afg"))}
        assert findings_of(self.ARRESTS, self.FREED, self.gone(200)) == set()

    def test_rules_without_a_waiting_period_allow_it(self, findings_of: Find) -> None:
        gone = self.gone(217) + ", methodology: no-minimum-period"
        assert findings_of(self.ARRESTS, self.FREED, gone) == set()

    def test_deaths_counted_in_two_ways_are_a_range(self, findings_of: Find) -> None:
        lines = [
            f"id: t, value: 15000, unit: persons, what: {{act: Death, manner: torture, by: sdf}}, period: 2011/2020, {A}",
            f"id: e, value: 7000, unit: executions, what: {{act: Execution, by: sdf}}, period: 2011/2020, {A}",
        ]
        assert findings_of(*lines) == {("doubt", "union-not-sum", frozenset("te"))}
        assert findings_of(*lines, relations="  - {disjoint: [t, e]}") == set()

    def test_what_a_claim_leaves_open_is_told(self, findings_of: Find) -> None:
        claim = f"id: x, value: 5, unit: persons, what: {{act: Death}}, period: 2020, axis: not stated, {A}"
        assert findings_of(claim) == {("doubt", "axis-not-stated", frozenset("x"))}
        claim = f"id: x, value: 5, unit: persons, what: {{act: Death}}, readings: [in 2020, of 2020], {A}"
        assert findings_of(claim) == {("doubt", "ambiguous", frozenset("x"))}

    def test_a_part_that_jumps_beside_a_steady_whole(self, findings_of: Find) -> None:
        def stock(year: int, whole: int, children: int) -> list[str]:
            what = "unit: persons, what: {act: EnforcedDisappearance"
            day = f"as_of: {year}-06, source: {{document: d{year}}}"
            return [
                f"id: w{year}, value: {whole}, {what}}}, {day}",
                f"id: c{year}, value: {children}, {what}, age_class: child}}, {day}, part_of: w{year}",
            ]

        names = frozenset({"w2022", "c2022", "w2023", "c2023"})
        jumping = findings_of(*stock(2022, 100000, 3105), *stock(2023, 101000, 1305))
        assert ("doubt", "out-of-line", names) in jumping
        steady = findings_of(*stock(2022, 100000, 3105), *stock(2023, 101000, 3205))
        assert not [f for f in steady if f[1] == "out-of-line"]
