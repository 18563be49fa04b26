"""Examples of small files and figure queries in the pages are read by the program itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bayyina.figures.query import read_query
from bayyina.figures.query_words import QueryWords
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.model.vocabulary.loading import check_extension
from bayyina.reporting.definitions import Definition
from bayyina.standards.documentation_standard import DocumentationStandard
from bayyina.standards.methodology import Methodology, built_in_methodologies
from bayyina.standards.small_files import check_small_file
from bayyina.tables.mapping import Mapping

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^( *)(`{3,})([^\n`]*)\n(.*?)^\1\2$", re.MULTILINE | re.DOTALL)
LONG_FENCE = re.compile(r"^````\w+\n(.*?)^````", re.MULTILINE | re.DOTALL)
QUERY = re.compile(r"^(?:.*\")?(count [a-z]+(?: [^\"\n]+)?)(?:\".*)?$", re.MULTILINE)


def blocks() -> Iterator[tuple[str, str, str]]:
    """Page, language and text of every block of code."""
    for page in PAGES:
        for _, _, language, text in FENCE.findall(page.read_text(encoding="utf-8")):
            yield page.relative_to(ROOT).as_posix(), language, text


MAPPINGS = [(page, text) for page, language, text in blocks() if "[list]" in text]
STANDARDS = [(page, text) for page, language, text in blocks() if "[[any_of]]" in text]
METHODOLOGIES = [(page, text) for page, language, text in blocks() if "[disappeared]" in text]
CLAIMS = [(page, text) for page, _, text in blocks() if re.search(r"^claims:", text, re.MULTILINE)]
FORMS = [(page, text) for page, _, text in blocks() if re.search(r"^records:", text, re.MULTILINE)]
"""Forms about evidence: ``tests/app/test_evidence_forms.py`` reads them."""
PLANS = [
    (page, text)
    for page, _, text in blocks()
    if re.search(r"^(redact|nothing):", text, re.MULTILINE)
]
EXTENSIONS = [
    (page, text)
    for page, language, text in blocks()
    if language == "yaml" and (page, text) not in (*CLAIMS, *FORMS, *PLANS)
]
QUERIES = [
    (page, query)
    for page, language, text in blocks()
    if language == ""
    for query in QUERY.findall(text)
    if "..." not in query and not query.startswith("count UNIT")
]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.load()


@pytest.mark.parametrize(("page", "text"), MAPPINGS, ids=[page for page, _ in MAPPINGS])
def test_mappings_are_sound(page: str, text: str, vocabulary: Vocabulary) -> None:
    assert Mapping.parse(text, vocabulary, label=page).name


@pytest.mark.parametrize(("page", "text"), METHODOLOGIES)
def test_methodologies_are_sound(page: str, text: str) -> None:
    assert Methodology.parse(text, label=page).digest


@pytest.mark.parametrize(("page", "text"), STANDARDS)
def test_standards_are_sound(page: str, text: str) -> None:
    assert DocumentationStandard.parse(text, label=page).digest


@pytest.mark.parametrize("page", ["docs/reference/report-definition.md"])
def test_report_definitions_are_sound(page: str, tmp_path: Path) -> None:
    found = LONG_FENCE.search((ROOT / page).read_text(encoding="utf-8"))
    assert found
    file = tmp_path / "example.report.md"
    file.write_text(found.group(1), encoding="utf-8")
    assert set(Definition.load(file).languages()) == {"en", "ar"}


@pytest.mark.parametrize(("page", "text"), EXTENSIONS)
def test_vocabulary_extensions_are_sound(page: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / "own.vocabulary.yaml"
    file.write_text(text, encoding="utf-8")
    assert check_extension(file) == []
    Vocabulary.load([file])


@pytest.mark.parametrize(("page", "text"), CLAIMS)
def test_claims_are_sound(page: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / "own.claims.yaml"
    file.write_text(text, encoding="utf-8")
    assert check_small_file(file) == ("claims", []), page


@pytest.mark.parametrize(("page", "text"), PLANS)
def test_redaction_plans_are_sound(page: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / "own.redaction.yaml"
    file.write_text(text, encoding="utf-8")
    kind, findings = check_small_file(file)
    assert findings == [], page
    assert "redact" in kind


@pytest.mark.parametrize(("page", "query"), QUERIES)
def test_figure_queries_are_understood(page: str, query: str, vocabulary: Vocabulary) -> None:
    words = QueryWords(vocabulary, Gazetteer.load(), built_in_methodologies())
    assert read_query(query, words).unit


def test_pages_hold_examples() -> None:
    assert MAPPINGS
    assert CLAIMS
    assert EXTENSIONS
    assert METHODOLOGIES
    assert STANDARDS
    assert len(QUERIES) >= 5
