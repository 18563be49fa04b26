"""Small files: the kind is recognised, and every fault names its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bayyina.errors import FileUnreadableError, SmallFileError
from bayyina.standards import CHECKERS, check_small_file, kind_of
from bayyina.standards.documentation_standard import FOLDER as STANDARDS
from bayyina.standards.methodology import FOLDER as METHODOLOGIES

CLAIMS = """version: 1
claims:
  - id: torture-deaths
    value: 15051
    comparator: at least
    unit: persons
    what: {act: Death, manner: torture, by: syrian-government-to-2024}
    period: 2011-03/2023-10
    source: {document: report-2023-10, locator: section I}
  - id: torture-deaths-children
    value: 190
    unit: persons
    what: {act: Death, manner: torture, age_class: child}
    period: 2011-03/2023-10
    part_of: torture-deaths
    source: {document: report-2023-10}
  - id: filing
    event: {type: CourtFiling, case: icj-188}
    date: 2022-06
    source: {document: article, locator: paragraph 9}
  - {id: share-state, share: 0.85, of: torture-deaths, what: {act: EnforcedDisappearance}, source: {document: article}}
  - {id: load, value: {low: 150, high: 600}, unit: bodies, what: {act: Burial}, per: load, source: {document: article}}
  - {id: levelling, event: {type: SiteDisturbance, site: qutayfah}, date: 2022-08/2023-01, asserted: {phase: after, of: order-o1}, source: {document: article}}
relations:
  - {sum: [torture-deaths-children, load], equals: torture-deaths}
  - {disjoint: [load, torture-deaths]}
  - {same_event: [filing, levelling]}
  - {not_same: [load, torture-deaths-children]}
"""

ORDER = """version: 1
case: {id: icj-188, title: {en: "A v. B"}, instrument: CAT}
steps:
  - {type: notice, date: 2020-09-18, by: A}
  - {type: application, date: 2023-06-08}
  - {type: order, id: o1, date: 2023-11-16, reference: "para. 83"}
measures:
  - id: o1-1
    order: o1
    votes: {for: 13, against: 2}
    obligations: [{kind: prevent, of: [torture]}, {kind: ensure, whom: [officials]}]
  - id: o1-2
    order: o1
    obligations: [{kind: report, what: steps taken, due: {after: P4M, then_every: P6M, until: final_decision}}]
not_indicated: [{what: report, every: P6M}, {what: disclose, of: burial_sites}]
time_limits:
  - {what: memorial, by: applicants, due: 2025-02-03, set_on: 2024-02-01}
indicators:
  - {measure: o1-1, figure: "count persons with Death(manner=torture) in 2023-11-17/..", show: [occurred, documented]}
"""

SITE = """{
 "type": "Feature",
 "geometry": {"type": "Polygon", "coordinates": [
  [[36.60, 33.70], [36.61, 33.70], [36.61, 33.71], [36.60, 33.70]]
 ]},
 "properties": {
  "name": {"en": "Fictional site", "ar": "موقع خيالي"},
  "kind": "mass_grave",
  "state": "levelled",
  "place": "SY0303",
  "person_count": "at least 150",
  "exhumed_count": 3,
  "date": "2013~",
  "ring": {"inner_m": 100, "outer_m": 400},
  "sensors": ["sentinel-2"]
 }
}
"""


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.claims.yaml", CLAIMS, "claims"),
        ("a.order.yaml", ORDER, "order"),
        ("a.site.geojson", SITE, "site"),
        (
            "a.vocabulary.yaml",
            "extends: sexes\naliases: {male: {en: [masculine]}}\n",
            "vocabulary",
        ),
        (
            "a.methodology.toml",
            (METHODOLOGIES / "arrest-20-days.methodology.toml").read_text(encoding="utf-8"),
            "methodology",
        ),
        (
            "a.standard.toml",
            (STANDARDS / "death-two-sources.standard.toml").read_text(encoding="utf-8"),
            "standard",
        ),
    ],
)
def test_right_files_have_no_findings_whatever_their_name(
    tmp_path: Path, name: str, text: str, kind: str
) -> None:
    assert check_small_file(written(tmp_path, name, text)) == (kind, [])
    assert check_small_file(written(tmp_path, name.upper(), text)) == (kind, [])
    assert check_small_file(written(tmp_path, "unnamed.txt", text)) == (kind, [])
    assert kind in CHECKERS


def test_mappings_and_reports_are_recognised_and_left_to_their_packages(tmp_path: Path) -> None:
    mapping = written(tmp_path, "a.toml", "version = 1\n[list]\nname = 'x'\n")
    report = written(tmp_path, "a.md", "# x\n```figure id=a\ncount persons\n```\n")
    assert kind_of(mapping) == kind_of(tmp_path / "a.mapping.toml") == "mapping"
    assert kind_of(report) == kind_of(tmp_path / "a.report.md") == "report"
    with pytest.raises(SmallFileError):
        check_small_file(mapping)


def test_other_files_are_refused_with_the_names_that_are_known(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", "hello\n")
    assert kind_of(path) is None
    with pytest.raises(SmallFileError) as caught:
        check_small_file(path)
    assert "*.claims.yaml" in caught.value.hint
    with pytest.raises(FileUnreadableError):
        check_small_file(tmp_path / "none.claims.yaml")
    with pytest.raises(FileUnreadableError):
        check_small_file(tmp_path)
    broken = tmp_path / "b.claims.yaml"
    broken.write_bytes(b"version: 1\n\xff\n")
    with pytest.raises(FileUnreadableError, match="line 2: this is not UTF-8"):
        check_small_file(broken)


def findings_after(
    folder: Path, name: str, text: str, old: str, new: str
) -> list[tuple[int | None, str]]:
    assert old in text, old
    _, findings = check_small_file(written(folder, name, text.replace(old, new, 1)))
    return [(found.line, found.message) for found in findings]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("version: 1", "version: 2", 1, "`version` has a word"),
        ("version: 1\n", "", 1, "`version` is missing"),
        ("claims:", "claim:", 2, "did you mean `claims`?"),
        ("    value: 15051\n", "    value: 15051\n    value: 15052\n", 5, "given twice"),
        ("value: 15051", "value: many", 4, "number"),
        ("value: 15051", "value: -1", 4, "must be at least 0"),
        ("value: 15051\n", "note: x\n", 3, "exactly one of `value`, `share` and `date`"),
        ("value: 15051", "value: 15051\n    share: 0.5", 5, "under `of`"),
        ("at least", "at leest", 5, "did you mean “at least”?"),
        ("unit: persons", "unit: perssons", 6, "not a unit"),
        ("act: Death", "act: Deth", 7, "not a record type"),
        ("act: Death, ", "", 7, "must say the `act`"),
        ("manner: torture", "manner: tortue", 7, "not a term of `manners_of_death`"),
        ("manner: torture", "maner: torture", 7, "not a property of `Death`"),
        ("syrian-government-to-2024", "syrian-goverment-to-2024", 7, "not a group"),
        ("2011-03/2023-10", "2011-13/2023-10", 8, "no month 13"),
        ("2011-03/2023-10", "March 2011", 8, "such as 2011-03/2023-10"),
        (
            "document: report-2023-10, locator",
            "locator",
            9,
            "`claims 1, source, document` is missing",
        ),
        ("id: torture-deaths-children", "id: torture-deaths", 10, "already the id of claim 1"),
        ("id: torture-deaths-children", "id: Children!", 10, "is not written as it should be"),
        ("part_of: torture-deaths", "part_of: other", 15, "names no claim"),
        ("part_of: torture-deaths", "part_of: torture-deaths-children", 15, "a part of itself"),
        ("date: 2022-06", "note: in 2022", 17, "`event` and `date` together"),
        ("{type: CourtFiling, case: icj-188}", "{case: icj-188}", 18, "must say its `type`"),
        ("share: 0.85", "share: 85", 21, "must be at most 1"),
        ("of: torture-deaths, ", "", 21, "under `of`"),
        ("low: 150", "low: 1500", 22, "`low` above its `high`"),
        ("high: 600", "hihg: 600", 22, "did you mean `high`?"),
        ("phase: after", "phase: since", 23, "one of: before, after, during"),
        ("equals: torture-deaths", "equals: x", 25, "names no claim"),
        (", equals: torture-deaths", "", 25, "`sum` and `equals` together"),
        ("disjoint: [load, torture-deaths]", "disjoint: [load, load]", 26, "two different claims"),
        ("disjoint: [load, torture-deaths]", "disjoint: [load, x]", 26, "names no claim"),
        ("disjoint:", "disjont:", 26, "did you mean `disjoint`?"),
        ("disjoint: [load", "nested: [filing, load], disjoint: [load", 26, "exactly one of"),
        ("relations:", "relations: &a", 24, "anchors"),
        ("  - id: filing", " - id: filing", 17, "not YAML"),
    ],
)
def test_faults_of_claims_name_the_line(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    found = findings_after(tmp_path, "a.claims.yaml", CLAIMS, old, new)
    assert any(at == line and words in message for at, message in found), found


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("id: icj-188, ", "", 2, "`case, id` is missing"),
        ("instrument", "instrumnt", 2, "did you mean `instrument`?"),
        ("type: notice", "type: notise", 4, "did you mean “notice”?"),
        ("2020-09-18", "18 Sep 2020", 4, "such as 2023-11-16"),
        ("date: 2023-06-08", "date: 2023-06-38", 5, "no day 38"),
        ("id: o1, ", "", 6, "needs an `id`"),
        ("type: application,", "type: application, id: o1,", 6, "already the id of another step"),
        ("id: o1-2", "id: o1-1", 12, "already the id of another measure"),
        ("    order: o1\n    votes", "    order: o2\n    votes", 9, "names no order"),
        ("for: 13", "for: many", 10, "must be a whole number"),
        ("kind: prevent", "kind: forbid", 11, "not a term of `obligation_kinds`"),
        ("after: P4M, ", "", 14, "either `on` a day or `after`"),
        ("after: P4M", "after: 4 months", 14, "such as P4M"),
        ("after: P4M", "after: P", 14, "not a duration"),
        ("until: final_decision", "until: later", 14, "must be `final_decision` or a day"),
        ("{what: report, every: P6M", "{what: report, every: half a year", 15, "such as P6M"),
        ("due: 2025-02-03", "due: 2025-02-30", 17, "not a day of the calendar"),
        ("due: 2025-02-03", "due: 2023-02-03", 17, "before the day on which it was set"),
        ("measure: o1-1", "measure: o1-9", 19, "names no measure"),
        ("count persons with", "persons with", 19, "begins with `count`"),
        ("[occurred, documented]", "[occured]", 19, "did you mean “occurred”?"),
    ],
)
def test_faults_of_orders_name_the_line(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    found = findings_after(tmp_path, "a.order.yaml", ORDER, old, new)
    assert any(at == line and words in message for at, message in found), found


def test_an_order_may_indicate_no_measures(tmp_path: Path) -> None:
    text = 'version: 1\ncase: {id: c, title: "A v. B"}\nsteps: [{type: order, id: o, date: 2023}]\n'
    assert check_small_file(written(tmp_path, "a.order.yaml", text)) == ("order", [])


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('"Feature"', '"FeatureCollection"', 2, "one file holds one site"),
        ('"Polygon"', '"LineString"', 3, "must be one of Point"),
        ("[36.60, 33.70]]", "[36.60, 33.72]]", 4, "closed ring"),
        ("[36.61, 33.71]", "[33.71, 136.61]", 4, "outside the world"),
        ("[36.61, 33.71]", '["36.61", 33.71]', 4, "must be a position"),
        ('"ar": "موقع خيالي"', '"fr": "site"', 7, "one text for each of en and ar"),
        ('"mass_grave"', '"graveyard"', 8, "not a term of `site_kinds`"),
        ('"kind"', '"knd"', 8, "not a property of `Site`"),
        ('"levelled"', '["levelled", "moved"]', 9, "one only"),
        ('"SY0303"', '"Atlantis"', 10, "not a known place"),
        ('"at least 150"', '"many"', 11, "cannot be read"),
        ('"2013~"', '"2013-02-30"', 13, "cannot be read"),
        ('"2013~"', "{}", 13, "must be a text or a number"),
        ('"outer_m": 400', '"outer_m": 50', 14, "greater `outer_m`"),
        ('["sentinel-2"]', '"sentinel-2"', 15, "list of names"),
        ('  "kind": "mass_grave",\n', '  "kind": "mass_grave"\n', 9, "not JSON"),
    ],
)
def test_faults_of_sites_name_the_line(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    found = findings_after(tmp_path, "a.site.geojson", SITE, old, new)
    assert any(at == line and words in message for at, message in found), found


def test_sites_may_be_points_and_need_a_name(tmp_path: Path) -> None:
    site = json.loads(SITE)
    site["geometry"] = {"type": "Point", "coordinates": [36.6, 33.7]}
    path = written(tmp_path, "a.site.geojson", json.dumps(site))
    assert check_small_file(path) == ("site", [])
    del site["properties"]["name"]
    path = written(tmp_path, "a.site.geojson", json.dumps(site))
    (finding,) = check_small_file(path)[1]
    assert "a `name` or an `id`" in finding.message
    for wrong in ("[]", '"x"', "{}", '{"type": "Feature"}'):
        assert check_small_file(written(tmp_path, "a.site.geojson", wrong))[1]


def test_findings_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = (
        CLAIMS.replace("unit: persons", "unit: perssons")
        .replace("2022-06", "2022-66")
        .replace("part_of: torture-deaths", "part_of: x")
    )
    _, findings = check_small_file(written(tmp_path, "a.claims.yaml", text))
    numbers = [found.line for found in findings]
    assert numbers == sorted(numbers, key=lambda line: line or 0)
    assert len(findings) >= 3
