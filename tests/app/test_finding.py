"""Finding a record by its id, by a list's own id, and by a name in either script."""

from __future__ import annotations

from typing import Any

import pytest

from bayyina.app.finding import find_records
from bayyina.app.undoing import undo_batch
from bayyina.errors import InputError, PermissionRefusedError
from tests.app.conftest import ROWS, Bench, quiet

PARTS = """
version = 1
[list]
name = "List of name parts"
asserted_on = {asserted_on}
release = "{release}"
fictional = true
[row]
record = "Person"
key = "no"
[columns]
given = {{ to = "name.given", lang = "ar" }}
father = {{ to = "name.father", lang = "ar" }}
family = {{ to = "name.family", lang = "ar" }}
phone = {{ to = "contact", lang = "en" }}
"""
NAMES = (
    "FICT-21,خالد محمد القنديل,M,,,,,",
    "FICT-22,Khaled al-Qandil,M,,,,,",
    "FICT-23,Samer Haddad,M,,,,,",
    "FICT-24,فاطمة الحلبي,F,,,,,",
)


def found(bench: Bench, text: str, **options: Any) -> list[tuple[str, str | None]]:
    document = find_records(bench.amal, text, quiet, **options)
    return [(one["matched"], one["list_key"]) for one in document["records"]]


def test_ids_of_records_statements_and_lists(bench: Bench) -> None:
    bench.take_in(*ROWS)
    assert found(bench, "FICT-2") == [("list_key", "FICT-2")]
    by_id = find_records(bench.amal, "FICT-2-1", quiet)["records"]
    assert [(one["matched"], one["names"]) for one in by_id] == [("id", ["Alif One"])]
    assert found(bench, "FICT-S-2-1")[0][0] == "id"
    assert found(bench, "Register of invented arrests")[0][0] == "list"
    assert found(bench, "FICT-999-999") == found(bench, "FICT-77") == []


def test_names_in_either_script_and_spelling(bench: Bench) -> None:
    bench.take_in(*NAMES)
    for text in ("Khalid Qandeel", "خالد قنديل", "KHALED AL QANDIL"):
        assert {key for _, key in found(bench, text)[:2]} == {"FICT-21", "FICT-22"}, text
    assert found(bench, "Fatma Halabi")[0] == ("name", "FICT-24")
    assert found(bench, "سامر حداد")[0] == ("name", "FICT-23")
    assert found(bench, "Zzyzx Qwfp") == []
    for part in ("khaled", "القنديل", "Qandeel"):
        assert {key for _, key in found(bench, part)} >= {"FICT-21", "FICT-22"}, part
    scores = [r["score"] for r in find_records(bench.amal, "khaled", quiet)["records"]]
    assert scores == sorted(scores, reverse=True)


def test_parts_of_a_name_that_stand_in_columns_of_their_own(bench: Bench) -> None:
    mapping = "\n".join(line for line in PARTS.splitlines() if "phone" not in line)
    bench.take_in("FICT-31,سليم,يوسف,الخطيب", header="no,given,father,family", mapping=mapping)
    assert found(bench, "Salim al-Khatib") == [("name", "FICT-31")]
    assert find_records(bench.amal, "FICT-31", quiet)["records"][0]["names"] == ["سليم يوسف الخطيب"]


def test_an_answer_is_bounded_and_says_that_there_is_more(bench: Bench) -> None:
    bench.take_in(*(f"FICT-{n},Samer Haddad,M,,,,," for n in range(5)))
    document = find_records(bench.amal, "Samer Haddad", quiet, limit=3)
    assert (len(document["records"]), document["more"]) == (3, True)
    assert not find_records(bench.amal, "Samer Haddad", quiet, limit=5)["more"]


def test_what_was_undone_is_not_found(bench: Bench) -> None:
    batch = bench.take_in(*NAMES).batch
    assert found(bench, "Samer Haddad") == [("name", "FICT-23")]
    undo_batch(bench.amal, batch=batch or 0)
    assert found(bench, "Samer Haddad") == found(bench, "FICT-23") == []


def test_who_may_not_read_records_finds_none(bench: Bench) -> None:
    bench.take_in(*NAMES)
    with pytest.raises(PermissionRefusedError):
        find_records(bench.member("badr", "viewer"), "Samer", quiet)
    with pytest.raises(InputError):
        find_records(bench.amal, "  ", quiet)


def test_sealed_values_are_neither_searched_nor_shown(bench: Bench) -> None:
    folder = bench.amal.folder / "vocabulary"
    folder.mkdir()
    (folder / "own.vocabulary.yaml").write_text(
        "type: Helper\nis: Record\nlevel: sealed\nlabel: {en: Helper, ar: معاون}\nproperties:\n"
        "  name: {type: name, multiple: true, label: {en: Name, ar: الاسم}}\n",
        encoding="utf-8",
    )
    amal = bench.as_member("amal")
    helpers = PARTS.replace("Person", "Helper").replace("name parts", "helpers").splitlines()
    text = "\n".join(one for one in helpers if " = {{" not in one)
    bench.take_in(
        "FICT-41,Samer Haddad",
        workspace=amal,
        header="no,name",
        mapping=text + '\nname = {{ to = "name", lang = "en" }}\n',
    )
    assert find_records(amal, "Samer Haddad", quiet)["records"] == []
    assert find_records(amal, "FICT-41", quiet)["records"] == []
