"""HURIDOCS codes leave with an export and are read back into the same terms."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from bayyina.app.exporting import export_records
from bayyina.app.importing import import_list
from bayyina.model.vocabulary import Vocabulary
from bayyina.tables.mapping import Mapping
from tests.app.conftest import Bench, quiet

CODED = """
version = 1
[list]
name = "Invented list with codes"
asserted_on = 2024-01-01
release = "partial"
fictional = true
[row]
record = "Person"
key = "id"
[columns]
name = { to = "name", lang = "en" }
[[acts]]
type = "Torture"
when = { column = "date" }
columns = { method = { to = "methods" } }
"""

HEADER = "id,name,date,method"


def said(path: Path, name: str) -> list[tuple[str, str]]:
    """Values of a property with their HURIDOCS codes, in an exported table."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["property"] == name]
    return sorted((row["value"], row["huridocs_term"]) for row in rows)


def take_in(bench: Bench, rows: list[str]) -> None:
    file = bench.folder / "coded.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    import_list(
        bench.amal,
        file=file,
        mapping=Mapping.parse(CODED, bench.amal.vocabulary),
        report=bench.folder / "rows.csv",
        progress=quiet,
    )


def test_codes_of_an_export_are_read_back_into_the_same_terms(bench: Bench) -> None:
    terms = bench.amal.vocabulary.term_lists["torture_methods"]
    seen = Counter(term.huridocs for term in terms.terms.values() if term.huridocs)
    coded = [
        (code, term.huridocs)
        for code, term in terms.terms.items()
        if term.huridocs and seen[term.huridocs] == 1 and not _is_sealed(code)
    ]
    assert len(coded) > 10
    take_in(bench, [f"FICT-{n},Name {n},2013,{code}" for n, (code, _) in enumerate(coded)])
    first = export_records(bench.amal, form="csv", out=bench.folder / "one.csv", progress=quiet)
    exported = said(first.files[0], "methods")
    assert exported == sorted((code, huridocs or "") for code, huridocs in coded)
    rows = [f"FICT-A{n},Other {n},2014,{huridocs}" for n, (_, huridocs) in enumerate(exported)]
    take_in(bench, rows)
    again = export_records(
        bench.amal,
        form="csv",
        out=bench.folder / "two.csv",
        progress=quiet,
        query="count acts_of_torture in 2014",
    )
    assert said(again.files[0], "methods") == exported


def _is_sealed(code: str) -> bool:
    known = Vocabulary.load().term_lists["torture_methods"]
    chain = (code, *known.ancestors(code))
    return any(known.terms[one].level == "sealed" for one in chain)


def test_a_code_that_several_terms_bear_names_none_and_a_count_is_no_code() -> None:
    for terms in Vocabulary.load().term_lists.values():
        seen = Counter(term.huridocs for term in terms.terms.values() if term.huridocs)
        for code, times in seen.items():
            if times > 1:
                assert terms.read(code) is None
    assert Vocabulary.load().term_lists["torture_methods"].read("41") is None
