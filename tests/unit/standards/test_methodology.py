"""Methodologies: shipped ones load; wrong ones name file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayyina.errors import FileUnreadableError, SmallFileError
from bayyina.model.vocabulary import Vocabulary
from bayyina.standards import Methodology, built_in_methodologies, check_methodology
from bayyina.standards.documentation_standard import built_in_standards
from bayyina.standards.methodology import ELEMENTS, FOLDER, ORGANISATIONS, SUFFIX

VALID = """version = 1
name = "arrest-30-days"
child_under = 18
[disappeared]
requires = ["deprivation_of_liberty", "refusal_or_concealment"]
after_days = 30
of = "any"
ends = "fate_and_whereabouts_clarified"
non_state = "counted together"
[counts.Death]
standard = "death-two-sources"
lower_bound = false
"""


def test_shipped_methodologies_are_what_they_are_named_for() -> None:
    assert built_in_methodologies() == ("arrest-20-days", "no-minimum-period")
    twenty, none = (Methodology.load(name) for name in built_in_methodologies())
    assert twenty.disappeared is not None
    assert none.disappeared is not None
    assert (twenty.disappeared.after_days, twenty.disappeared.of) == (20, "held")
    assert (none.disappeared.after_days, none.disappeared.of) == (0, "any")
    for methodology in (twenty, none):
        assert methodology.disappeared is not None
        assert methodology.disappeared.requires == ELEMENTS
        assert methodology.disappeared.ends == "fate_and_whereabouts_clarified"
        assert methodology.disappeared.non_state == "counted apart"
        assert methodology.is_child(17)
        assert not methodology.is_child(18)
        assert methodology.woman == "adult female"
        assert methodology.counts["Death"].lower_bound
        assert methodology.label is not None
        assert methodology.organisation is None


@pytest.mark.parametrize("name", built_in_methodologies())
def test_shipped_methodologies_have_no_findings_and_known_standards(name: str) -> None:
    path = FOLDER / f"{name}{SUFFIX}"
    assert check_methodology(path) == []
    rules = Methodology.load(name).counts.values()
    assert {rule.standard for rule in rules} - {None} <= set(built_in_standards())
    assert ORGANISATIONS.isdisjoint(name.split("-"))
    assert "# why: " in path.read_text(encoding="utf-8")


def test_elements_are_those_of_the_vocabulary() -> None:
    assert set(Vocabulary.load().term_lists["disappearance_elements"].terms) == set(ELEMENTS)


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "ours.methodology.toml"
    path.write_text(VALID, encoding="utf-8")
    methodology = Methodology.load(path)
    assert methodology == Methodology.load(str(path))
    assert methodology.name == "arrest-30-days"
    assert methodology.disappeared is not None
    assert methodology.disappeared.requires == ("deprivation_of_liberty", "refusal_or_concealment")
    assert methodology.disappeared.non_state == "counted together"
    assert methodology.counts["Death"].standard == "death-two-sources"
    assert not methodology.counts["Death"].lower_bound
    assert methodology.text == VALID
    assert check_methodology(path) == []


def test_the_digest_is_of_the_rules_and_not_of_the_layout() -> None:
    plain = Methodology.parse(VALID)
    laid_out = Methodology.parse("# why: a remark\n" + VALID.replace(" = ", "="))
    assert laid_out.digest == plain.digest
    assert len(plain.digest) == 64
    assert Methodology.parse(VALID.replace("30\n", "31\n")).digest != plain.digest


def test_a_methodology_may_say_nothing_of_disappearance() -> None:
    assert Methodology.parse('name = "ages"\nchild_under = 15\n').disappeared is None


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("child_under = 18", "child_under = ", 3, "value"),
        ("child_under = 18", "", None, "`child_under` is missing"),
        ("child_under = 18", "child_under = 0", 3, "must be at least 1"),
        ("child_under = 18", "child_under = true", 3, "must be a whole number"),
        ("child_under = 18", 'child_under = "18"', 3, "must be a whole number"),
        ("child_under", "child_undr", None, "did you mean `child_under`?"),
        ("version = 1", "version = 2", 1, "one of: 1"),
        ("version = 1", "version = true", 1, "one of: 1"),
        ('"arrest-30-days"', '"Arrest 30"', 2, "such as arrest-20-days"),
        ('"arrest-30-days"', '"snhr-30-days"', 2, "no text of them is cited"),
        ('"refusal_or_concealment"', '"refusal_or_concealmnt"', 5, "did you mean"),
        ('["deprivation_of_liberty", "refusal_or_concealment"]', "[]", 5, "must not be empty"),
        ("after_days = 30", "after_days = -1", 6, "must be at least 0"),
        ("after_days = 30", "after_days = 2.5", 6, "must be a whole number"),
        ('of = "any"', 'of = "some"', 7, "one of: held, any"),
        ('"fate_and_whereabouts_clarified"', '"registry_entry"', 8, "not known here"),
        ("[disappeared]", "[dissapeared]", 4, "did you mean `disappeared`?"),
        ("lower_bound = false", 'lower_bound = "no"', 12, "must be true or false"),
        ("[counts.Death]", "[counts.Deaths]", 10, "not a record type"),
        ('"death-two-sources"', '"Death Two"', 11, "such as death-two-sources"),
        ("version = 1", 'organisation = "A group"', 1, "no text of them is cited"),
    ],
)
def test_faults_name_line_and_key(
    tmp_path: Path, old: str, new: str, line: int | None, words: str
) -> None:
    assert old in VALID
    path = tmp_path / "wrong.methodology.toml"
    path.write_text(VALID.replace(old, new, 1), encoding="utf-8")
    findings = check_methodology(path)
    assert any(words in found.message for found in findings), findings
    if line is not None:
        assert any(f.line == line and words in f.message for f in findings), findings
    if "record type" not in words:  # needs the vocabulary, which loading alone does not ask
        with pytest.raises(SmallFileError, match=r"wrong\.methodology\.toml"):
            Methodology.load(path)


def test_an_organisation_with_its_cited_text_is_accepted() -> None:
    text = VALID.replace("version = 1", 'organisation = "A group"') + '[[cites]]\ntitle = "Rules"\n'
    assert Methodology.parse(text).cites[0].title == "Rules"


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(FileUnreadableError) as caught:
        Methodology.load("arrest-21-days")
    assert "arrest-20-days" in caught.value.hint


def test_only_verified_records_count_when_the_file_says_so(tmp_path: Path) -> None:
    text = VALID.replace("lower_bound = false", 'only = "verified_or_earlier"')
    assert Methodology.parse(text).counts["Death"].only == "verified_or_earlier"
    assert Methodology.parse(VALID).counts["Death"].only is None
    path = tmp_path / "mine.methodology.toml"
    path.write_text(text.replace('standard = "death-two-sources"\n', ""), encoding="utf-8")
    (finding,) = check_methodology(path)
    assert "no `standard` says what verified means" in finding.message
    assert finding.line == 11
    with pytest.raises(SmallFileError, match="verified"):
        Methodology.parse(text.replace("verified_or_earlier", "sometimes"))
