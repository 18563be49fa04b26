"""The same conflicts in a bare coding: no relations, no keys beyond the plainest.

Whoever codes a text writes less than the shipped files do; the findings must not hang on
publishers, headings marked by hand, axes or queries.
"""

from __future__ import annotations

import pytest

from bayyina.claims.checking import check_claims
from tests.unit.claims.conftest import Found, read, summary

CLAIMS = """\
claims:
  - {id: k1, value: 16, unit: persons, what: {act: Death, manner: torture, by: syrian-government-to-2024}, period: 2023-01/2023-10, source: {document: s2, locator: section I}}
  - {id: k2, value: 16, comparator: at least, unit: persons, what: {act: Death, manner: torture, by: syrian-government-to-2024}, period: 2023-11-16/2024-02-21, source: {document: s0, locator: paragraph 30}}
  - {id: r1, value: 836, unit: persons, what: {act: DeathRegistration, by: syrian-government-to-2024}, period: 2018, source: {document: s2, locator: footnote 4}}
  - {id: r2, value: 836, unit: persons, what: {act: Identification, already_known: "yes"}, period: 2015/2023-06, part_of: r3, source: {document: s2}}
  - {id: r3, value: 1017, unit: persons, what: {act: Identification}, period: 2015/2023-06, source: {document: s2}}
  - {id: r4, value: 181, unit: persons, what: {act: Identification, already_known: "no"}, period: 2015/2023-06, part_of: r3, source: {document: s2}}
  - {id: d1, value: 96103, unit: persons, what: {act: EnforcedDisappearance, by: syrian-government-to-2024}, period: 2011-03/2023-08, part_of: h1, source: {document: s2, locator: section II}}
  - {id: h1, value: 135638, comparator: at least, unit: persons, what: {act: Custody, by: syrian-government-to-2024}, period: 2011-03/2023-08, source: {document: s2, locator: section II}}
  - {id: t1, value: 136000, comparator: about, unit: persons, what: {act: EnforcedDisappearance, by: syrian-government-to-2024}, source: {document: s2, locator: title}}
  - {id: d2, value: 112000, comparator: at least, unit: persons, what: {act: EnforcedDisappearance}, source: {document: s1, locator: paragraph 14}}
  - {id: d3, value: 130000, comparator: more than, unit: persons, what: {act: EnforcedDisappearance}, source: {document: s4, locator: paragraph 6}}
  - {id: sh, share: 0.85, of: d2, what: {act: EnforcedDisappearance, by: syrian-government-to-2024}, source: {document: s1}}
  - {id: a1, value: 246, unit: persons, what: {act: Arrest, by: syrian-government-to-2024}, period: 2023-11-16/2024-02-21, source: {document: s0}}
  - {id: a2, value: 29, unit: persons, what: {act: Release, by: syrian-government-to-2024}, period: 2023-11-16/2024-02-21, source: {document: s0}}
  - {id: a3, value: 217, unit: persons, what: {act: EnforcedDisappearance, by: syrian-government-to-2024}, period: 2023-11-16/2024-02-21, source: {document: s0}}
  - {id: m, value: 83, comparator: at least, unit: methods, what: {act: Torture}, source: {document: s2, locator: section V}}
  - {id: m1, value: 41, unit: methods, what: {act: Torture}, population: physical, part_of: m, source: {document: s2, locator: section V}}
  - {id: m2, value: 6, unit: methods, what: {act: Torture}, population: neglect, part_of: m, source: {document: s2, locator: section V}}
  - {id: m3, value: 8, unit: methods, what: {act: Torture}, population: sexual, part_of: m, source: {document: s2, locator: section V}}
  - {id: m4, value: 11, unit: methods, what: {act: Torture}, population: psychological, part_of: m, source: {document: s2, locator: section V}}
  - {id: m5, value: 11, unit: methods, what: {act: Torture}, population: hospitals, part_of: m, source: {document: s2, locator: section V}}
  - {id: m6, value: 4, unit: methods, what: {act: Torture}, population: execution, part_of: m, source: {document: s2, locator: section V}}
  - {id: e, value: 24047, unit: persons, what: {act: EnforcedDisappearance, by: military-field-court}, period: 2011-03/2023-08, source: {document: s2, locator: heading VI}}
  - {id: x1, value: 7872, unit: persons, what: {act: Execution, by: military-field-court}, period: 2011-03/2023-08, source: {document: s2, locator: section VI}}
  - {id: x2, value: 15051, comparator: at least, unit: persons, what: {act: Death, manner: torture, by: syrian-government-to-2024}, period: 2011-03/2023-10, source: {document: s2, locator: section I}}
  - {id: lv, event: {type: SiteDisturbance, site: qutayfah}, date: 2022-08/2023-01, asserted: {phase: after, of: zz9}, source: {document: s0}}
  - {id: f1, event: {type: CourtFiling, case: icj-188}, date: 2022-06, source: {document: s0}}
  - {id: f2, event: {type: CourtFiling, case: icj-188}, date: 2023-06-12, source: {document: s3}}
  - {id: w, event: {type: Conviction, person: bashar-al-assad, court: paris}, date: 2023-11-15, source: {document: s4}}
  - {id: w2, event: {type: Warrant, person: bashar-al-assad, court: paris}, date: 2023-11-15, source: {document: court}}
  - {id: g, event: {type: Ratification, treaty: CAT, party: Syria}, date: 2004, source: {document: s0}}
  - {id: v, event: {type: Vote, body: UNGA, subject: missing}, date: 2023-06-30, source: {document: s4}}
  - {id: v2, event: {type: Vote, body: UNGA, subject: missing}, date: 2023-06-29, source: {document: ga}}
  - {id: lo, value: {low: 150, high: 600}, unit: bodies, what: {act: Burial}, per: load, source: {document: s1}}
"""

C, D, E = "contradiction", "doubt", "explained"


@pytest.fixture(scope="module")
def found() -> Found:
    return summary(check_claims(read(CLAIMS)))


@pytest.mark.parametrize(
    ("grade", "kind", "claims"),
    [
        (C, "heading-differs", "t1 d1 h1"),
        (C, "phase-contradicted", "lv"),
        (C, "dates-contradict", "f1 f2"),
        (C, "dates-contradict", "v v2"),
        (C, "event-types-exclude", "w w2"),
        (C, "treaty-action-wrong", "g"),
        (D, "waiting-period", "a1 a2 a3"),
        (D, "parts-fall-short", "m m1 m2 m3 m4 m5 m6"),
        (D, "heading-unsupported", "e"),
        (D, "union-not-sum", "x1 x2"),
        (D, "extrapolation", "lo"),
        (E, "same-value", "k1 k2"),
        (E, "same-value", "r1 r2"),
        (E, "different-scope", "d1 d2 d3"),
        (E, "share-agrees", "sh d2 d1"),
    ],
)
def test_a_bare_coding_shows_the_same_conflicts(
    found: Found, grade: str, kind: str, claims: str
) -> None:
    assert (grade, kind, frozenset(claims.split())) in found


def test_a_bare_coding_shows_no_other_contradiction(found: Found) -> None:
    assert len([one for one in found if one[0] == C]) == 6
