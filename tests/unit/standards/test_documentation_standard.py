"""Documentation standards: what they ask, what blocks, what never stands alone, and why."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from bayyina.errors import FileUnreadableError, SmallFileError
from bayyina.standards import (
    DocumentationStandard,
    EvidenceLine,
    check_standard,
    evaluate,
    evaluate_people,
)
from bayyina.standards.documentation_standard import FOLDER, SUFFIX, built_in_standards
from bayyina.standards.methodology import ORGANISATIONS

PHOTOGRAPH = DocumentationStandard.load("photograph-identification")
DEATH = DocumentationStandard.load("death-two-sources")
SITE = DocumentationStandard.load("site-sufficient")
BOTH = ("body", "person")
STATED = ("victim", "date", "place")

VALID = """version = 1
name = "two-lines"
applies_to = "Identification"
result = "likely"
needs = ["person"]
[[any_of]]
lines = ["family_recognition", "document"]
[[any_of]]
lines = ["family_recognition"]
only_if = "minimal_disfigurement_recorded"
[blocked_by]
lines = ["rival_family_claim"]
[never_alone]
lines = ["face_similarity"]
"""


def lines(*pairs: str) -> list[EvidenceLine]:
    """Evidence from ``line@origin``; the origin is the line's own name when not given."""
    split = [pair.partition("@") for pair in pairs]
    return [EvidenceLine(line, origin or line) for line, _, origin in split]


def codes(standard: DocumentationStandard, *pairs: str, **words: object) -> list[str]:
    found = evaluate(standard, lines(*pairs), **{"stated": BOTH, **words})  # type: ignore[arg-type]
    assert found.met == (found.result is not None) == bool(found.met_by)
    return [reason.code for reason in found.reasons]


@pytest.mark.parametrize(
    "name", ["death-two-sources", "photograph-identification", "site-sufficient"]
)
def test_shipped_standards_are_sound_and_bear_no_name_of_an_organisation(name: str) -> None:
    assert name in built_in_standards()
    path = FOLDER / f"{name}{SUFFIX}"
    assert check_standard(path) == []
    standard = DocumentationStandard.load(name)
    assert standard.name == name
    assert standard.people == 2
    assert standard.independent
    assert standard.label is not None
    assert standard.result_label is not None
    assert ORGANISATIONS.isdisjoint(name.split("-"))
    assert "# why: " in path.read_text(encoding="utf-8")


def test_two_tools_identify_and_one_does_not() -> None:
    found = evaluate(PHOTOGRAPH, lines("family_recognition@f", "distinctive_mark@d"), stated=BOTH)
    assert found.met
    assert found.result == "presumptive (photograph)"
    assert {line.line for line in found.met_by} == {"family_recognition", "distinctive_mark"}
    assert found.digest == PHOTOGRAPH.digest
    assert codes(PHOTOGRAPH, "distinctive_mark") == ["missing_line"]
    assert codes(PHOTOGRAPH, "date_place_window", "card_number_series") == ["missing_line"]
    assert codes(PHOTOGRAPH, "date_place_window", "card_number_series", "document") == ["met"]
    assert set(codes(PHOTOGRAPH)) == {"missing_line"}


def test_the_family_alone_suffices_only_where_little_disfigurement_was_recorded() -> None:
    assert "met" not in codes(PHOTOGRAPH, "family_recognition")
    condition = {"minimal_disfigurement_recorded"}
    assert codes(PHOTOGRAPH, "family_recognition", conditions=condition) == ["met"]


def test_lines_of_one_origin_are_not_two_lines() -> None:
    same = codes(PHOTOGRAPH, "family_recognition@family", "distinctive_mark@family")
    assert "met" not in same
    assert same == ["same_origin"]
    # the mark is also attested by somebody else: a way to pick them apart exists
    apart = ("family_recognition@family", "distinctive_mark@family", "distinctive_mark@doctor")
    assert codes(PHOTOGRAPH, *apart) == ["met"]


def test_what_computers_find_never_stands_alone_nor_replaces_a_line() -> None:
    found = codes(PHOTOGRAPH, "face_similarity", "near_duplicate")
    assert "never_alone" in found
    assert "met" not in found
    assert "met" not in codes(PHOTOGRAPH, "face_similarity", "distinctive_mark")
    supported = ("face_similarity", "family_recognition", "distinctive_mark")
    assert codes(PHOTOGRAPH, *supported) == ["met"]


def test_a_rival_claim_blocks_whatever_else_there_is() -> None:
    full = ("family_recognition", "distinctive_mark", "rival_family_claim")
    assert codes(PHOTOGRAPH, *full) == ["blocked"]
    with_clinic = (*full, "incompatible_clinical_finding")
    assert codes(PHOTOGRAPH, *with_clinic) == ["blocked", "blocked"]


def test_what_the_record_does_not_state_is_asked_for() -> None:
    pair = ("family_recognition", "distinctive_mark")
    assert codes(PHOTOGRAPH, *pair, stated=("body",)) == ["not_stated"]
    assert codes(PHOTOGRAPH, *pair, stated=None) == ["not_stated"]
    found = evaluate(PHOTOGRAPH, lines(*pair), stated=("body",))
    assert found.reasons[0].lines == ("person",)


def test_a_death_needs_two_accounts_of_different_origin() -> None:
    def death(*pairs: str) -> list[str]:
        return codes(DEATH, *pairs, stated=STATED)

    assert death("family_account@a", "fellow_detainee_account@b") == ["met"]
    assert "met" not in death("family_account@a", "list_entry@a")
    assert "met" not in death("list_entry@a", "list_entry@a")
    assert death("list_entry@a", "list_entry@b") == ["met"]
    assert death("family_account@a", "death_certificate@b") == ["met"]
    assert "met" not in death("family_account@a", "death_certificate@a")
    assert "met" not in death("death_certificate@a", "court_record@b")
    assert "met" not in death("family_account@a", "civil_registry_entry@b")
    assert "never_alone" in death("civil_registry_entry@a")
    assert "blocked" in death("family_account@a", "insider_account@b", "seen_alive_later@c")
    assert codes(DEATH, "family_account@a", "insider_account@b", stated=("victim", "date")) == [
        "not_stated"
    ]


def test_a_site_needs_testimony_and_images_or_remains() -> None:
    def site(*pairs: str) -> list[str]:
        return codes(SITE, *pairs, stated=("place",))

    assert site("burial_account@w", "satellite_change@s") == ["met"]
    assert "met" not in site("burial_account@w", "insider_account@v")
    assert "never_alone" in site("satellite_change@s")
    assert site("remains_found@r", "eyewitness_account@w") == ["met"]
    assert "blocked" in site("burial_account@w", "satellite_change@s", "innocent_explanation@e")


def test_independent_lines_are_found_whenever_they_exist() -> None:
    """The matching agrees with trying every choice, over all small cases."""
    standard = DocumentationStandard.parse(
        'name = "three"\napplies_to = "Identification"\nresult = "r"\n'
        '[[any_of]]\nlines = ["dna", "dental", "document"]\n'
    )
    names, origins = ("dna", "dental", "document"), ("a", "b", "c")
    subsets = [s for n in (1, 2, 3) for s in itertools.combinations(origins, n)]
    checked = 0
    for choice in itertools.product(subsets, repeat=3):
        evidence = [
            EvidenceLine(name, origin)
            for name, held in zip(names, choice, strict=True)
            for origin in held
        ]
        possible = any(len(set(picked)) == 3 for picked in itertools.product(*choice))
        assert evaluate(standard, evidence).met == possible, evidence
        checked += 1
    assert checked == 343


def test_the_order_of_the_evidence_does_not_matter() -> None:
    pool = lines("family_account@a", "list_entry@a", "death_certificate@b", "photograph@a")
    answers = {evaluate(DEATH, order, stated=STATED).met for order in itertools.permutations(pool)}
    assert answers == {True}


def test_dependent_standards_may_take_lines_of_one_origin() -> None:
    text = VALID.replace('result = "likely"', 'result = "likely"\nindependent = false')
    standard = DocumentationStandard.parse(text)
    pair = lines("family_recognition@f", "document@f")
    assert evaluate(standard, pair, stated=("person",)).met
    assert not evaluate(DocumentationStandard.parse(VALID), pair, stated=("person",)).met


def test_two_people_must_decide_and_neither_may_have_entered_it() -> None:
    def people(entered: set[str], decided: list[str]) -> list[str]:
        return [r.code for r in evaluate_people(DEATH, entered_by=entered, decided_by=decided)]

    assert people({"alice"}, ["bob", "charlie"]) == []
    assert people({"alice"}, ["bob"]) == ["too_few_people"]
    assert people({"alice"}, ["bob", "bob"]) == ["too_few_people"]
    assert people({"alice"}, ["alice", "bob"]) == ["entered_it", "too_few_people"]
    assert people({"alice"}, ["alice", "bob", "charlie"]) == ["entered_it"]
    assert people(set(), []) == ["too_few_people"]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('result = "likely"', "", None, "`result` is missing"),
        ('result = "likely"', 'result = ""', 4, "must be a text"),
        ('"two-lines"', '"Two lines"', 2, "is not written as it should be"),
        ('"two-lines"', '"ohchr-lines"', 2, "no text is cited"),
        ("version = 1", "people = 1", 1, "must be at least 2"),
        ("version = 1", "independent = 1", 1, "must be true or false"),
        ('"Identification"', '"Identificaton"', 3, "not a record type"),
        ('["person"]', '["persons"]', 5, "not a property of `Identification`"),
        ('"document"', '"documents"', 7, "not a line of evidence"),
        ('"document"]', '"family_recognition"]', 7, "names a line twice"),
        ('"document"]', '"rival_family_claim"]', 7, "that blocks the decision"),
        ('["family_recognition", "document"]', '["face_similarity"]', 7, "never stand alone"),
        ('["family_recognition", "document"]', "[]", 7, "must not be empty"),
        ('["family_recognition", "document"]', '"document"', 7, "must be a list"),
        ("only_if", "onlyif", 10, "did you mean `only_if`?"),
        ('"minimal_disfigurement_recorded"', '"minimal"', 10, "not a term of"),
        ("[blocked_by]", "[blocked_by", 11, "expected"),
        ("[never_alone]\nlines", "[never_alone]\nline", 14, "did you mean `lines`?"),
    ],
)
def test_faults_name_line_and_key(
    tmp_path: Path, old: str, new: str, line: int | None, words: str
) -> None:
    assert old in VALID
    path = tmp_path / "wrong.standard.toml"
    path.write_text(VALID.replace(old, new, 1), encoding="utf-8")
    findings = check_standard(path)
    assert any(words in found.message for found in findings), findings
    if line is not None:
        assert any(f.line == line and words in f.message for f in findings), findings


def test_loading_refuses_what_contradicts_itself() -> None:
    text = VALID.replace('"document"]', '"rival_family_claim"]')
    with pytest.raises(SmallFileError, match=r"ours, line 7: .* blocks the decision"):
        DocumentationStandard.parse(text, label="ours")
    with pytest.raises(FileUnreadableError) as caught:
        DocumentationStandard.load("death-three-sources")
    assert "death-two-sources" in caught.value.hint


def test_a_standard_without_any_set_is_refused() -> None:
    text = 'name = "n"\napplies_to = "Death"\nresult = "r"\nany_of = []\n'
    with pytest.raises(SmallFileError, match="`any_of` must not be empty"):
        DocumentationStandard.parse(text)
